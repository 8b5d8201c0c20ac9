//! The fewest and the most cycles of calls that return, over all ways through functions without a loop.

use super::body::Callee;
use super::graph::Graph;
use super::ways::{Cycles, To, ways};
use isa::branch_plan::{Plan, plan};
use isa::group::{self, Policy};
use isa::initial::type_numbers;
use isa::module::{Function, Module};

/// From the host's start write to the first group, and from the last one to the end.
const START: u64 = 3;

/// Why there is no bound: a loop, a circle of calls, an import, or an instruction that takes any time.
#[derive(Clone, Copy, Debug)]
struct Unbounded;

/// What is left up to a return from a place; `None` where no way leads to it.
type Left = Result<Option<Cycles>, Unbounded>;

/// By function index, what a call from outside takes on a full core with all units. `None` where nothing bounds it, and
/// where no call returns.
pub fn all(module: &Module, graph: &Graph<'_>) -> Vec<Option<Cycles>> {
    let mut left: Vec<Left> = vec![Err(Unbounded); module.function_count() as usize];
    let imported = module.imported_functions().count();
    if let Ok(plan) = plan(module, &type_numbers(module)) {
        // Callees come first; one that may call itself finds itself without a bound.
        for component in graph.components() {
            let [function] = component[..] else { continue };
            if let Some(own) = function.index().checked_sub(imported) {
                left[function.index()] = Walk { module, graph, plan: &plan, left: &left }.function(own);
            }
        }
    }
    let called = |(index, left): (usize, Left)| {
        let function = module.functions.get(index.checked_sub(imported)?)?;
        Some(Cycles::exactly(START + zeroing(function)).and(left.ok()??))
    };
    left.into_iter().enumerate().map(called).collect()
}

/// What a call takes for the locals of a function.
fn zeroing(function: &Function) -> u64 {
    u64::from(function.declared_locals().saturating_sub(1))
}

/// Functions whose callees are known.
struct Walk<'a> {
    module: &'a Module,
    graph: &'a Graph<'a>,
    plan: &'a Plan,
    /// By function index.
    left: &'a [Left],
}

/// What is known of groups, in reverse code order: code addresses, and what is left from there on.
type Known = Vec<(u32, Option<Cycles>)>;

impl Walk<'_> {
    /// Of a function, by its index among the defined ones.
    fn function(&self, own: usize) -> Left {
        let (function, leaders) = (&self.module.functions[own], &self.plan.functions[own].leaders);
        let (mut groups, policy) = (Vec::new(), Policy::Fold { float: true });
        group::form(&self.module.code, function.entry, function.end, leaders, policy, &mut groups)
            .map_err(|_| Unbounded)?;
        let mut known = Known::new();
        for group in groups.iter().rev() {
            let mut left = None;
            for (cycles, to) in ways(self.module, self.plan, function, group).ok_or(Unbounded)? {
                let way = self.behind(to, &known)?.map(|behind| cycles.and(behind));
                left = either(left, way);
            }
            known.push((group.pc, left));
        }
        Ok(known.last().and_then(|(_, left)| *left))
    }

    /// What is left where a way leads.
    fn behind(&self, to: To, known: &Known) -> Left {
        let next = known.last().and_then(|(_, left)| *left);
        Ok(match to {
            To::Next => next,
            // A target that is not known yet lies before the branch: a loop.
            To::At(pc) => known[known.binary_search_by(|(at, _)| pc.cmp(at)).map_err(|_| Unbounded)?].1,
            To::Return => Some(Cycles::exactly(0)),
            To::Nowhere => None,
            To::TailCall(callee) => self.callees(callee)?,
            To::Call(callee) => self.callees(callee)?.zip(next).map(|(callee, next)| callee.and(next)),
        })
    }

    /// What the functions take that a call can get to, with their locals.
    fn callees(&self, callee: Callee) -> Left {
        let mut left = None;
        for target in self.graph.targets(callee) {
            let function = self.module.defined(target).ok_or(Unbounded)?;
            let own = self.left[target as usize]?;
            left = either(left, own.map(|own| Cycles::exactly(zeroing(function)).and(own)));
        }
        Ok(left)
    }
}

/// One or the other, if both lead to a return.
fn either(one: Option<Cycles>, other: Option<Cycles>) -> Option<Cycles> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.or(other)),
        _ => one.or(other),
    }
}
