//! Who calls whom, and how much of the stacks a call can take at most.

use super::body::{Body, Callee};
use isa::image::Image;
use isa::initial::{Bindings, State};
use isa::instr::{Immediate, instructions};
use isa::module::{ConstOp, Module};
use isa::op::Op;
use isa::plan::CorePlan;
use isa::types::referent;
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// What a call takes at most, from its first argument on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Depth {
    /// Value-stack slots.
    pub slots: u64,
    /// Calls active at once, this one included.
    pub calls: u64,
}

impl Depth {
    fn max(self, other: Depth) -> Depth {
        Depth { slots: self.slots.max(other.slots), calls: self.calls.max(other.calls) }
    }

    /// Of a call that makes one that takes this, with so many slots below that one's first argument.
    fn above(self, slots: u32) -> Depth {
        Depth { slots: self.slots + u64::from(slots), calls: self.calls + 1 }
    }
}

/// Functions of which each calls the next one and the last one the first.
pub type Circle = Vec<u32>;

/// What a call of each function takes at most, or a circle of calls that it may get into, so that nothing bounds it.
pub type Depths = Vec<Result<Depth, Circle>>;

/// The call graph of a module.
pub struct Graph<'m> {
    module: &'m Module,
    bodies: &'m [Body],
    /// How many functions are imported; they come first.
    imported: u32,
    /// A node for each function, by index; an edge is true if it is a call, which a tail call is not.
    graph: DiGraph<(), bool>,
    tables: Tables,
}

impl<'m> Graph<'m> {
    /// Of a module with these bodies. `None` if it has no state to begin with, because its segments do not fit.
    pub fn new(module: &'m Module, bodies: &'m [Body], plans: &[CorePlan]) -> Option<Graph<'m>> {
        let imported = module.imported_functions().count() as u32;
        let tables = Tables::new(module, plans)?;
        let mut graph = DiGraph::new();
        (0..module.function_count()).for_each(|_| _ = graph.add_node(()));
        for (caller, body) in (imported..).zip(bodies) {
            let calls = body.calls.keys().map(|callee| (callee, true));
            for (callee, call) in calls.chain(body.tail_calls.iter().map(|callee| (callee, false))) {
                for target in tables.targets(*callee) {
                    graph.add_edge(node(caller), node(target), call);
                }
            }
        }
        Some(Graph { module, bodies, imported, graph, tables })
    }

    /// What each function takes at most on the core that this image is for.
    pub fn depths(&self, image: &Image) -> Depths {
        let mut depths: Depths = (0..self.module.function_count()).map(|f| Ok(self.host_call(f))).collect();
        for component in self.components() {
            let depth = match self.circle(&component) {
                Some(circle) => Err(circle),
                // Tail calls alone: whichever runs has the same frame.
                None => component.iter().try_fold(Depth::default(), |depth, &function| {
                    Ok(depth.max(self.own(function.index() as u32, image, &depths, &component)?))
                }),
            };
            for function in component {
                depths[function.index()].clone_from(&depth);
            }
        }
        depths
    }

    /// Functions that may call each other, each set behind those that it calls.
    pub fn components(&self) -> Vec<Vec<NodeIndex>> {
        kosaraju_scc(&self.graph)
    }

    /// The functions that a call can get to.
    pub fn targets(&self, callee: Callee) -> impl Iterator<Item = u32> + '_ {
        self.tables.targets(callee)
    }

    /// A function that the host answers has slots for its arguments and its results.
    fn host_call(&self, function: u32) -> Depth {
        let values = self.module.function_type(function).map_or(0, |ty| ty.params.len().max(ty.results.len()));
        Depth { slots: values as u64, calls: 1 }
    }

    /// What a function takes beside the others of its component.
    fn own(&self, function: u32, image: &Image, depths: &Depths, component: &[NodeIndex]) -> Result<Depth, Circle> {
        let Some(body) = function.checked_sub(self.imported).and_then(|own| self.bodies.get(own as usize)) else {
            return Ok(self.host_call(function));
        };
        let mut depth = Depth { slots: body.frame.into(), calls: 1 };
        for routine in &image.routines {
            if let Some(&below) = body.millicode.get(&routine.op) {
                let own = Depth { slots: routine.above().into(), calls: routine.frames.into() };
                depth = depth.max(own.above(below));
            }
        }
        for (&callee, &below) in &body.calls {
            for target in self.tables.targets(callee) {
                depth = depth.max(depths[target as usize].clone()?.above(below));
            }
        }
        for &callee in &body.tail_calls {
            for target in self.tables.targets(callee).filter(|&target| !component.contains(&node(target))) {
                depth = depth.max(depths[target as usize].clone()?);
            }
        }
        Ok(depth)
    }

    /// A circle in a component that takes more of the stacks each time: the shortest one with its first call.
    fn circle(&self, component: &[NodeIndex]) -> Option<Circle> {
        let members: BTreeSet<NodeIndex> = component.iter().copied().collect();
        let calls = members.iter().flat_map(|&member| self.graph.edges(member));
        let first = calls.into_iter().find(|edge| *edge.weight() && members.contains(&edge.target()))?;
        let (caller, callee) = (first.source(), first.target());
        // Back from the callee to the caller, by way of the member from which each was found.
        let (mut found, mut open) = (BTreeMap::from([(callee, callee)]), VecDeque::from([callee]));
        while let Some(member) = open.pop_front().filter(|&member| member != caller) {
            for next in self.graph.neighbors(member).filter(|next| members.contains(next)) {
                found.entry(next).or_insert_with(|| {
                    open.push_back(next);
                    member
                });
            }
        }
        let way = std::iter::successors(Some(caller), |at| (*at != callee).then(|| found.get(at).copied())?);
        let mut circle: Circle = way.map(|member| member.index() as u32).collect();
        // The caller is the first one.
        circle[1..].reverse();
        Some(circle)
    }
}

fn node(function: u32) -> NodeIndex {
    NodeIndex::new(function as usize)
}

/// Which functions indirect calls can get to.
struct Tables {
    /// By type index: the number of the type.
    types: Vec<u32>,
    /// By table and number of a type, each function once.
    functions: BTreeMap<(u32, u32), BTreeSet<u32>>,
}

impl Tables {
    /// `None` if no plan has a state of the module.
    fn new(module: &Module, plans: &[CorePlan]) -> Option<Tables> {
        let state = |plan| State::new(module, &Bindings::fresh(module, plan).ok()?, plan).ok();
        let state = plans.iter().find_map(state)?;
        let mut tables = Tables { types: state.types.clone(), functions: BTreeMap::new() };
        let all = if module.ops().any(writes_tables) { references(module, &state) } else { BTreeSet::new() };
        for (index, table) in (0..).zip(&state.tables) {
            let held = table.elements.iter().copied().filter_map(function);
            for function in held.chain(all.iter().copied()) {
                let ty = module.function_type_index(function).and_then(|ty| tables.types.get(ty as usize));
                if let Some(&ty) = ty {
                    tables.functions.entry((index, ty)).or_default().insert(function);
                }
            }
        }
        Some(tables)
    }

    /// The functions that a call can get to.
    fn targets(&self, callee: Callee) -> impl Iterator<Item = u32> + '_ {
        let (direct, table) = match callee {
            Callee::Function(index) => (Some(index), None),
            Callee::Indirect { ty, table } => {
                let ty = self.types.get(ty as usize);
                (None, ty.and_then(|&ty| self.functions.get(&(table, ty))))
            }
        };
        direct.into_iter().chain(table.into_iter().flatten().copied())
    }
}

/// The function that the bits of a reference with its type are of (`isa::initial::typed_reference`).
fn function(bits: u64) -> Option<u32> {
    referent(u64::from(bits as u32))
}

/// Whether an instruction changes what is in a table.
fn writes_tables(op: Op) -> bool {
    matches!(op, Op::TableSet | Op::TableInit | Op::TableCopy | Op::TableGrow | Op::TableFill)
}

/// Every function that a module has a reference to, and so may write into any table.
fn references(module: &Module, state: &State) -> BTreeSet<u32> {
    let items = module.elements.iter().filter_map(|element| state.items(module, element).ok()).flatten();
    let tables = state.tables.iter().flat_map(|table| table.elements.iter().copied());
    let mut functions: BTreeSet<u32> = items.chain(tables).filter_map(function).collect();
    functions.extend(module.globals.iter().filter_map(|global| match global.init.0[..] {
        [ConstOp::RefFunc(index)] => Some(index),
        _ => None,
    }));
    for function in &module.functions {
        let named = instructions(&module.code, function.entry, function.end).flatten();
        functions.extend(named.filter_map(|instr| match (instr.op, instr.imm) {
            (Op::RefFunc, Immediate::Func(index)) => Some(index),
            _ => None,
        }));
    }
    functions
}
