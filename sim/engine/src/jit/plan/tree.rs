//! The tree of regions, and what is known about conditions inside of them.
use crate::ir::{Graph, Node, Op};

/// Choices in regions deeper than this are computed by selection.
pub const MAX_DEPTH: u32 = 64;
/// How far conditions are taken apart.
const FACT_DEPTH: u32 = 6;

/// One arm of a group, or the whole cycle.
#[derive(Clone, Copy, Debug)]
pub struct Region {
    pub parent: u32,
    pub depth: u32,
    /// The group whose arm it is.
    pub group: u32,
    /// The condition that has this value here.
    fact: Option<(Node, bool)>,
    /// It lies in an arm of a late act.
    pub late: bool,
}

/// All regions; parents have smaller numbers.
#[derive(Clone, Debug)]
pub struct Tree(pub Vec<Region>);

impl Tree {
    pub fn new() -> Tree {
        Tree(vec![Region { parent: 0, depth: 0, group: u32::MAX, fact: None, late: false }])
    }

    pub fn get(&self, r: u32) -> &Region {
        &self.0[r as usize]
    }

    /// A new region inside `parent`.
    pub fn child(&mut self, parent: u32, group: u32, fact: Option<(Node, bool)>, late: bool) -> u32 {
        let up = *self.get(parent);
        self.0.push(Region { parent, depth: up.depth + 1, group, fact, late: late || up.late });
        self.0.len() as u32 - 1
    }

    /// The innermost region containing both.
    pub fn common(&self, mut a: u32, mut b: u32) -> u32 {
        while a != b {
            if self.get(a).depth < self.get(b).depth {
                std::mem::swap(&mut a, &mut b);
            }
            a = self.get(a).parent;
        }
        a
    }

    /// The value of `condition` everywhere in region `r`, if it is known there.
    pub fn known(&self, graph: &Graph, mut r: u32, condition: Node) -> Option<bool> {
        while r != 0 {
            let region = self.get(r);
            if let Some((fact, value)) = region.fact
                && let Some(known) = implied(graph, fact, value, condition, FACT_DEPTH)
            {
                return Some(known);
            }
            r = region.parent;
        }
        None
    }
}

/// What `condition` is if `fact` has this value.
fn implied(graph: &Graph, fact: Node, value: bool, condition: Node, depth: u32) -> Option<bool> {
    if fact == condition {
        return Some(value);
    }
    if depth == 0 {
        return None;
    }
    match *graph.op(fact) {
        Op::Not(x) => implied(graph, x, !value, condition, depth - 1),
        Op::And(x, y) if value => {
            implied(graph, x, true, condition, depth - 1).or_else(|| implied(graph, y, true, condition, depth - 1))
        }
        Op::Or(x, y) if !value => {
            implied(graph, x, false, condition, depth - 1).or_else(|| implied(graph, y, false, condition, depth - 1))
        }
        _ => None,
    }
}
