//! What is computed where: a cycle as a tree of branches.
//!
//! A *region* is an arm of a branch, or the whole cycle (region 0). Choices of
//! one condition in one region become one branch, a *group*; a node lies in the
//! lowest region that contains all its users, and a store goes into the arms of
//! the choices it stores. So a branch not taken costs nothing, and a register
//! that holds its value is not touched at all.
mod group;
mod order;
mod place;
mod tree;

use crate::ir::{FastMap, Graph, Node, Op};
use std::collections::HashMap;

/// Something done in a cycle besides computing values.
#[derive(Clone, Debug, Default)]
pub struct Act {
    /// The one-bit node that asks for it; `None` does it in every cycle.
    pub when: Option<Node>,
    /// The values it needs.
    pub needs: Vec<Node>,
    /// It stores its only value, and need not store this one.
    pub store: Option<Option<Node>>,
    /// It comes after everything that is not late, in the order given.
    pub late: bool,
}

/// A step of a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Compute a node.
    Node(Node),
    /// Do an act.
    Act(usize),
    /// Do an act that stores, with this value.
    Store(usize, Node),
    /// Branch, and go on with the values of the group's choices.
    Branch(u32),
}

/// Choices made together.
#[derive(Clone, Debug)]
pub struct Group {
    /// The condition, or the selector of a case.
    pub on: Node,
    /// Of a case, per arm its key; the default comes last without one. Empty
    /// for a one-bit condition, whose arms are for 1 and 0.
    pub keys: Vec<u128>,
    /// Per arm its region; equal arms share one.
    pub arms: Vec<u32>,
    /// The choices whose values are needed after the branch.
    pub members: Vec<Node>,
    /// The region it lies in.
    home: u32,
    /// It is a branch and not as many selections; acts that depend on a
    /// condition cannot be selected.
    branch: bool,
}

/// How a node is computed if not by its operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// By its operation.
    Plain,
    /// As a load from a table of constants.
    Table,
    /// It is this node, wherever it is needed.
    Alias(Node),
    /// By a group's branch.
    Branch(u32),
    /// Not at all: its arms are stored.
    Sunk(u32),
}

/// The schedule of one function.
pub struct Plan {
    /// Per region its steps.
    pub regions: Vec<Vec<Step>>,
    pub groups: Vec<Group>,
    how: Vec<How>,
}

/// Passes after which choices that could not be made together are all made
/// alone.
const PASSES: u32 = 12;

impl Plan {
    /// Schedules what `acts` need. Memory words that some act changes have to
    /// be read before any late act: `changed` tells them.
    pub fn new(graph: &Graph, acts: &[Act], changed: &dyn Fn(u32) -> bool) -> Plan {
        let order = postorder(graph, acts);
        // choices that cannot be made together with others of their condition,
        // because one depends on the other, come in later generations
        let mut generation: FastMap<Node, u32> = FastMap::default();
        for pass in 0.. {
            let mut placed = place::place(graph, &order, acts, changed, &generation);
            group::choose(graph, &order, acts, &mut placed);
            match order::order(graph, &order, acts, &placed) {
                Ok(regions) => {
                    let (groups, how) = (placed.groups, placed.how);
                    return Plan { regions, groups, how };
                }
                Err(stuck) if pass < PASSES => {
                    stuck.into_iter().for_each(|n| *generation.entry(n).or_insert(0) += 1);
                }
                // One after the other they could take thousands of passes.
                Err(_) => generation.extend(order.iter().map(|&n| (n, u32::MAX - n.0))),
            }
        }
        unreachable!("choices made alone have an order")
    }

    /// How `n` is computed.
    pub fn how(&self, n: Node) -> How {
        self.how[n.index()]
    }
}

/// Nodes that are read where they are needed, and never computed in advance:
/// constants, signals and bits of signals, and what one cheap operation makes of
/// them. Doing that again is cheaper than keeping its result.
pub fn is_leaf(graph: &Graph, n: Node) -> bool {
    let read = |n: &Node| is_read(graph, *n);
    let konst = |n: &Node| graph.constant(*n).is_some();
    match graph.op(n) {
        Op::Not(a) => read(a),
        Op::Eq(a, b) | Op::LtU(a, b) => read(a) && konst(b) || konst(a) && read(b),
        _ => read(&n),
    }
}

/// Whether a constant or a load gives the node.
pub fn is_read(graph: &Graph, n: Node) -> bool {
    match graph.op(n) {
        Op::Const(_) | Op::Signal(_) | Op::Held(_) => true,
        Op::Slice(a, _) => matches!(graph.op(*a), Op::Signal(_) | Op::Held(_)),
        _ => false,
    }
}

/// The arms of a choice, of a case the default last.
pub fn arms(graph: &Graph, n: Node) -> Vec<Node> {
    match graph.op(n) {
        Op::Mux(_, a, b) => vec![*a, *b],
        Op::Case(_, arms, default) => arms.iter().map(|arm| arm.1).chain([*default]).collect(),
        _ => Vec::new(),
    }
}

/// The nodes that `acts` need, operands before users and close to them.
fn postorder(graph: &Graph, acts: &[Act]) -> Vec<Node> {
    let mut seen = vec![false; graph.len()];
    let mut order = Vec::new();
    let mut stack = Vec::new();
    for root in acts.iter().flat_map(|act| act.when.iter().chain(&act.needs)) {
        stack.push((*root, false));
        while let Some((n, entered)) = stack.pop() {
            if entered {
                order.push(n);
                continue;
            }
            if std::mem::replace(&mut seen[n.index()], true) {
                continue;
            }
            stack.push((n, true));
            let first = stack.len();
            graph.op(n).each_operand(|k| stack.push((k, false)));
            stack[first..].reverse();
        }
    }
    order
}

/// Groups by region, condition, keys, pattern of equal arms, and generation.
type Known = HashMap<(u32, Node, Vec<u128>, Vec<u32>, u32), u32>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparisons_with_constants_lie_where_they_are_needed() {
        let mut g = Graph::default();
        let [a, b, wide] = [(0, 1), (1, 1), (2, 32)].map(|(id, width)| g.signal(id, width));
        let three = g.konst(3, 32);
        let is_three = g.eq(wide, three);
        let sum = g.add(wide, three);
        let is_sum = g.eq(wide, sum);
        for (shared, leaf) in [(is_three, true), (is_sum, false)] {
            assert_eq!(is_leaf(&g, shared), leaf);
            let acts = [a, b].map(|when| Act { when: Some(when), needs: vec![shared], ..Act::default() });
            let plan = Plan::new(&g, &acts, &|_| false);
            let steps = &plan.regions[0];
            assert_eq!(steps.contains(&Step::Node(shared)), !leaf, "{steps:?}");
        }
    }
}
