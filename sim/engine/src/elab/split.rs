//! Wide registers as the fields they are made of.
//!
//! A language with bundles prints them as wide registers: fields are put
//! together where such a register is assigned, and selected where it is read.
//! Where a wide value is only ever moved or selected from, its registers are
//! split into *parts*, at the places where fields meet and selections begin or
//! end. Then neither costs anything.
use super::{Design, Kind};
use crate::ir::{FastMap, Graph, Node, Op};
use std::collections::BTreeSet;

/// Bits of a register that are kept as a register of their own. Their id is
/// counted on from the signals.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
    /// The register.
    pub signal: u32,
    /// Its lowest bit in the register.
    pub low: u32,
    pub width: u32,
}

/// Sets of wide values that move into each other.
struct Flow {
    /// Per node another one of its set, or itself.
    leader: Vec<u32>,
    /// Per leader, where selections begin or end.
    selected: FastMap<u32, BTreeSet<u32>>,
    /// Per leader, where fields that are put together meet.
    seams: FastMap<u32, BTreeSet<u32>>,
    /// Per leader, whether a value is needed as a whole.
    whole: Vec<bool>,
}

impl Flow {
    fn leader(&mut self, n: Node) -> u32 {
        let mut at = n.0;
        while self.leader[at as usize] != at {
            let up = self.leader[self.leader[at as usize] as usize];
            self.leader[at as usize] = up;
            at = up;
        }
        at
    }

    /// Where to split the registers of this set: elsewhere, a field would be
    /// selected from something that comes as a whole.
    fn cuts(&self, leader: u32) -> Vec<u32> {
        match (self.selected.get(&leader), self.seams.get(&leader)) {
            (Some(selected), Some(seams)) => selected.intersection(seams).copied().filter(|cut| *cut > 0).collect(),
            _ => Vec::new(),
        }
    }

    fn join(&mut self, a: Node, b: Node) {
        let (a, b) = (self.leader(a), self.leader(b));
        self.leader[a as usize] = b;
    }
}

/// Splits the registers of a resolved design.
pub(super) fn split(design: &mut Design) {
    let live = live(design);
    let mut flow = flow(design, &live);
    let count = design.signals.len() as u32;
    let mut fields: FastMap<Node, Node> = FastMap::default();
    for id in 0..count {
        let (own, width) = (design.nodes[id as usize], design.signals[id as usize].width);
        let leader = flow.leader(own);
        if design.signals[id as usize].kind != Kind::Reg || flow.whole[leader as usize] {
            continue;
        }
        let cuts = flow.cuts(leader);
        if cuts.is_empty() {
            continue;
        }
        let mut parts = Vec::new();
        let mut low = 0;
        for high in cuts.into_iter().filter(|cut| *cut < width).chain([width]) {
            let part = count + design.parts.len() as u32;
            design.parts.push(Part { signal: id, low, width: high - low });
            parts.push(design.graph.signal(part, high - low));
            low = high;
        }
        design.nodes.extend(&parts);
        parts.reverse();
        fields.insert(own, design.graph.concat(&parts, width));
    }
    if !fields.is_empty() {
        replace(design, &fields);
    }
}

/// The nodes that a cycle needs, operands first.
pub(super) fn live(design: &Design) -> Vec<Node> {
    let mut live = vec![false; design.graph.len()];
    roots(design).for_each(|n| live[n.index()] = true);
    // operands have smaller numbers
    for i in (0..live.len()).rev() {
        if live[i] {
            design.graph.op(Node(i as u32)).each_operand(|k| live[k.index()] = true);
        }
    }
    (0..live.len()).filter(|i| live[*i]).map(|i| Node(i as u32)).collect()
}

fn roots(design: &Design) -> impl Iterator<Item = Node> {
    design.next.iter().map(|next| next.1).chain(whole_roots(design))
}

/// What is needed as it is, besides next states.
fn whole_roots(design: &Design) -> impl Iterator<Item = Node> {
    let writes = design.writes.iter().flat_map(|w| [w.enable, w.address, w.data].into_iter().chain(w.mask));
    let outputs = design.outputs.iter().map(|id| design.nodes[*id as usize]);
    writes.chain(outputs).chain(design.checks.iter().map(|c| c.bad))
}

/// Whether a node only moves values on.
fn moves(graph: &Graph, n: Node) -> bool {
    matches!(graph.op(n), Op::Signal(_) | Op::Mux(..) | Op::Case(..))
}

fn flow(design: &Design, live: &[Node]) -> Flow {
    let graph = &design.graph;
    let mut flow = Flow {
        leader: (0..graph.len() as u32).collect(),
        selected: FastMap::default(),
        seams: FastMap::default(),
        whole: vec![false; graph.len()],
    };
    for &n in live {
        for k in moved(graph, n).into_iter().filter(|k| moves(graph, *k)) {
            flow.join(n, k);
        }
    }
    let nexts = design.next.iter().map(|(id, n)| (design.nodes[*id as usize], *n));
    for (own, next) in nexts.clone().filter(|(_, next)| moves(graph, *next)) {
        flow.join(own, next);
    }
    for &n in live {
        note_uses(graph, n, &mut flow);
        moved(graph, n).into_iter().for_each(|k| note_seams(graph, n, k, &mut flow));
    }
    nexts.for_each(|(own, next)| note_seams(graph, own, next, &mut flow));
    for n in whole_roots(design) {
        let leader = flow.leader(n);
        flow.whole[leader as usize] = true;
    }
    flow
}

/// The arms of a choice.
fn moved(graph: &Graph, n: Node) -> Vec<Node> {
    match graph.op(n) {
        Op::Mux(_, a, b) => vec![*a, *b],
        Op::Case(_, arms, default) => arms.iter().map(|arm| arm.1).chain([*default]).collect(),
        _ => Vec::new(),
    }
}

/// Notes where `n` selects from its operand, and operands it needs whole.
fn note_uses(graph: &Graph, n: Node, flow: &mut Flow) {
    match graph.op(n) {
        Op::Slice(a, low) => {
            let leader = flow.leader(*a);
            flow.selected.entry(leader).or_default().extend([*low, low + graph.width(n)]);
        }
        Op::Mux(k, ..) | Op::Case(k, ..) => {
            let leader = flow.leader(*k);
            flow.whole[leader as usize] = true;
        }
        op => op.each_operand(|k| {
            let leader = flow.leader(k);
            flow.whole[leader as usize] = true;
        }),
    }
}

/// Notes where the fields meet of which `source`, which moves into `n`, is put
/// together.
fn note_seams(graph: &Graph, n: Node, source: Node, flow: &mut Flow) {
    let leader = flow.leader(n);
    let mut stack = vec![(source, 0)];
    while let Some((n, low)) = stack.pop() {
        let (field, low) = match *graph.op(n) {
            Op::Or(a, b) => {
                stack.extend([(a, low), (b, low)]);
                continue;
            }
            Op::Shl(a, k) => match graph.constant(k) {
                Some(k) => (a, low + k as u32),
                None => continue,
            },
            _ => (n, low),
        };
        if let Op::Zext(a) = *graph.op(field) {
            flow.seams.entry(leader).or_default().extend([low, low + graph.width(a)]);
        }
    }
}

/// Puts fields in the place of registers everywhere.
fn replace(design: &mut Design, fields: &FastMap<Node, Node>) {
    let mut done: Vec<Node> = Vec::with_capacity(design.graph.len());
    for i in 0..design.graph.len() {
        let n = Node(i as u32);
        let new = match fields.get(&n) {
            Some(field) => *field,
            None => design.graph.rebuild(n, |k| done[k.index()]),
        };
        done.push(new);
    }
    let new = |n: &mut Node| *n = done[n.index()];
    design.nodes.iter_mut().for_each(new);
    design.checks.iter_mut().for_each(|c| new(&mut c.bad));
    for w in &mut design.writes {
        [&mut w.enable, &mut w.address, &mut w.data].into_iter().chain(&mut w.mask).for_each(new);
    }
    design.next.iter_mut().for_each(|next| new(&mut next.1));
    let (count, graph) = (design.signals.len() as u32, &mut design.graph);
    let split: FastMap<u32, Node> = design.next.iter().copied().collect();
    design.next.retain(|(id, _)| design.parts.iter().all(|part| part.signal != *id));
    for (i, part) in design.parts.iter().enumerate() {
        if let Some(next) = split.get(&part.signal) {
            design.next.push((count + i as u32, graph.slice(*next, part.low, part.width)));
        }
    }
}
