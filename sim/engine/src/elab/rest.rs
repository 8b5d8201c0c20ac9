//! State machines at rest.
//!
//! Most state machines wait in their first state most of the time. What such a
//! machine computes in several of its other states belongs to none of them
//! alone, and would be computed in every cycle. So next values that are much
//! simpler at rest become a choice between two: the simple one for the state at
//! rest, and the full one. The back end makes all choices of one machine in one
//! branch.
use super::{Design, split::live};
use crate::ir::{Graph, Node, Op};
use std::collections::BTreeMap;

/// Widest state register, in bits.
const STATE_BITS: u32 = 8;
/// Fewest nodes that rest has to save, over all that a machine determines.
const WORTH: usize = 24;
/// What is computed at rest only is at most one node for so many saved ones.
const SAVED: usize = 4;

/// Gives each state machine of `design` its state of rest.
pub(super) fn split_rest(design: &mut Design) {
    for (register, width) in machines(design) {
        let value = design.signals[register as usize].init;
        let nodes = live(design);
        let state = design.graph.signal(register, width);
        let konst = design.graph.konst(value, width);
        let at_rest = replaced(&mut design.graph, &nodes, state, konst);
        let mut cones = Cones::new(&design.graph);
        let chosen: Vec<(usize, Node, usize)> = (0..design.next.len())
            .filter_map(|i| {
                let full = design.next[i].1;
                let simple = at_rest[full.index()];
                cones
                    .gain(&design.graph, full, simple)
                    .map(|gain| (i, simple, gain))
            })
            .collect();
        if chosen.iter().map(|c| c.2).sum::<usize>() < WORTH {
            continue;
        }
        let resting = design.graph.eq(state, konst);
        for (i, simple, _) in chosen {
            let full = design.next[i].1;
            design.next[i].1 = design.graph.branch(resting, simple, full);
        }
    }
}

/// The registers that choose among three values at least, with their widths.
fn machines(design: &Design) -> BTreeMap<u32, u32> {
    let graph = &design.graph;
    let mut found = BTreeMap::new();
    for n in live(design) {
        if let Op::Case(selector, arms, _) = graph.op(n)
            && let Op::Signal(id) = graph.op(*selector)
            && (*id as usize) < design.signals.len()
            && design.next.iter().any(|next| next.0 == *id)
            && graph.width(*selector) <= STATE_BITS
            && arms.len() >= 2
        {
            found.insert(*id, graph.width(*selector));
        }
    }
    found
}

/// Per node what it becomes with `by` for `old`; `nodes` come in their order.
fn replaced(graph: &mut Graph, nodes: &[Node], old: Node, by: Node) -> Vec<Node> {
    let mut new: Vec<Node> = (0..graph.len() as u32).map(Node).collect();
    new[old.index()] = by;
    for &n in nodes {
        let mut changed = false;
        graph.op(n).each_operand(|k| changed |= new[k.index()] != k);
        if changed {
            new[n.index()] = graph.rebuild(n, |k| new[k.index()]);
        }
    }
    new
}

/// Compares what two nodes depend on.
struct Cones {
    /// Per node the last walk that met it.
    met: Vec<u32>,
    walk: u32,
    stack: Vec<Node>,
}

impl Cones {
    fn new(graph: &Graph) -> Cones {
        Cones {
            met: vec![0; graph.len()],
            walk: 0,
            stack: Vec::new(),
        }
    }

    /// How many nodes `simple` saves, if it is much simpler than `full`.
    fn gain(&mut self, graph: &Graph, full: Node, simple: Node) -> Option<usize> {
        if full == simple {
            return None;
        }
        let full = self.walk(graph, full);
        let simple = self.walk(graph, simple);
        let saved = full.0 - simple.1;
        let added = simple.0 - simple.1;
        (saved > 0 && added * SAVED <= saved).then_some(saved)
    }

    /// How many nodes `root` depends on, itself included, and how many of them
    /// the walk before met.
    fn walk(&mut self, graph: &Graph, root: Node) -> (usize, usize) {
        let before = self.walk;
        self.walk += 1;
        let (mut all, mut again) = (0, 0);
        self.stack.push(root);
        while let Some(n) = self.stack.pop() {
            let met = std::mem::replace(&mut self.met[n.index()], self.walk);
            if met == self.walk {
                continue;
            }
            all += 1;
            again += usize::from(met == before && before > 0);
            graph.op(n).each_operand(|k| self.stack.push(k));
        }
        (all, again)
    }
}
