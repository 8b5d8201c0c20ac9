//! Regions for nodes and acts, users first.
use super::{
    Act, Group, How, Known, arms,
    tree::{MAX_DEPTH, Tree},
};
use crate::ir::{FastMap, Graph, Node, Op};

/// No region yet.
pub const NONE: u32 = u32::MAX;
/// Widest selector of a case that becomes a table.
const TABLE_BITS: u32 = 10;
/// Fewest arms of a case that becomes a table.
const TABLE_ARMS: usize = 3;

/// Where everything would lie if every group were a branch.
pub struct Placed {
    pub tree: Tree,
    pub groups: Vec<Group>,
    pub how: Vec<How>,
    /// Per node its region, or [`NONE`].
    pub region: Vec<u32>,
    /// Per act its region; of one that stores, where its store begins.
    pub acts: Vec<u32>,
}

struct Placer<'a> {
    graph: &'a Graph,
    generation: &'a FastMap<Node, u32>,
    known: Known,
    /// Per node how often it is used.
    uses: Vec<u32>,
    out: Placed,
}

pub fn place(
    graph: &Graph,
    order: &[Node],
    acts: &[Act],
    changed: &dyn Fn(u32) -> bool,
    generation: &FastMap<Node, u32>,
) -> Placed {
    let out = Placed {
        tree: Tree::new(),
        groups: Vec::new(),
        how: vec![How::Plain; graph.len()],
        region: vec![NONE; graph.len()],
        acts: Vec::new(),
    };
    let (known, uses) = (Known::default(), count_uses(graph, order, acts));
    let mut placer = Placer { graph, generation, known, uses, out };
    for (i, act) in acts.iter().enumerate() {
        placer.act(i, act);
    }
    for &n in order.iter().rev() {
        placer.node(n, changed);
    }
    placer.out
}

fn count_uses(graph: &Graph, order: &[Node], acts: &[Act]) -> Vec<u32> {
    let mut uses = vec![0; graph.len()];
    for n in order {
        graph.op(*n).each_operand(|k| uses[k.index()] += 1);
    }
    for n in acts.iter().flat_map(|act| act.when.iter().chain(&act.needs)) {
        uses[n.index()] += 1;
    }
    uses
}

/// Whether all values of a case are constants, and few enough for a table.
fn is_table(graph: &Graph, n: Node) -> bool {
    let Op::Case(s, list, _) = graph.op(n) else {
        return false;
    };
    graph.width(*s) <= TABLE_BITS
        && list.len() >= TABLE_ARMS
        && arms(graph, n).iter().all(|arm| graph.constant(*arm).is_some())
}

impl Placer<'_> {
    fn need(&mut self, n: Node, region: u32) {
        let at = &mut self.out.region[n.index()];
        *at = if *at == NONE { region } else { self.out.tree.common(*at, region) };
    }

    fn act(&mut self, i: usize, act: &Act) {
        let mut region = 0;
        if let Some(when) = act.when {
            self.need(when, 0);
            // acts that are late keep their order, so each has its own branch
            let generation = if act.late { NONE - i as u32 } else { 0 };
            let g = self.group(0, when, Vec::new(), vec![0, 1], generation, act.late);
            self.out.groups[g as usize].branch = true;
            region = self.out.groups[g as usize].arms[0];
        }
        self.out.acts.push(region);
        match act.store {
            Some(held) => self.sink(act.needs[0], held, region),
            None => act.needs.iter().for_each(|n| self.need(*n, region)),
        }
    }

    /// Places a store of `n`: if that is a choice needed by nothing else, a
    /// store in each of its arms.
    fn sink(&mut self, n: Node, held: Option<Node>, region: u32) {
        let mut stack = vec![(n, region)];
        while let Some((n, region)) = stack.pop() {
            if Some(n) == held {
                continue;
            }
            self.need(n, region);
            if self.uses[n.index()] > 1 || is_table(self.graph, n) {
                continue;
            }
            match self.choice(n, region) {
                Some(Choice::Known(arm)) => {
                    self.out.how[n.index()] = How::Alias(arm);
                    stack.push((arm, region));
                }
                Some(Choice::Group(g)) => {
                    self.out.how[n.index()] = How::Sunk(g);
                    let regions = self.out.groups[g as usize].arms.clone();
                    stack.extend(arms(self.graph, n).into_iter().zip(regions));
                }
                None => {}
            }
        }
    }

    fn node(&mut self, n: Node, changed: &dyn Fn(u32) -> bool) {
        let mut own = self.out.region[n.index()];
        if own == NONE || self.out.how[n.index()] != How::Plain {
            return;
        }
        if let Op::MemRead(mem, _) = self.graph.op(n)
            && self.out.tree.get(own).late
            && changed(*mem)
        {
            own = 0;
            self.out.region[n.index()] = 0;
        }
        if let (Op::Case(s, ..), true) = (self.graph.op(n), is_table(self.graph, n)) {
            self.out.how[n.index()] = How::Table;
            return self.need(*s, own);
        }
        match self.choice(n, own) {
            Some(Choice::Known(arm)) => {
                self.out.how[n.index()] = How::Alias(arm);
                self.need(arm, own);
            }
            Some(Choice::Group(g)) => {
                self.out.how[n.index()] = How::Branch(g);
                let regions = self.out.groups[g as usize].arms.clone();
                for (arm, region) in arms(self.graph, n).into_iter().zip(regions) {
                    self.need(arm, region);
                }
            }
            None => {
                let graph = self.graph;
                graph.op(n).each_operand(|k| self.need(k, own));
            }
        }
    }

    /// How to choose among the arms of `n` in `region`; `None` if it is no
    /// choice.
    fn choice(&mut self, n: Node, region: u32) -> Option<Choice> {
        if self.out.tree.get(region).depth >= MAX_DEPTH {
            return None;
        }
        let generation = self.generation.get(&n).copied().unwrap_or(0);
        match self.graph.op(n) {
            Op::Mux(c, a, b) => {
                if let Some(known) = self.out.tree.known(self.graph, region, *c) {
                    return Some(Choice::Known(if known { *a } else { *b }));
                }
                self.need(*c, region);
                let g = self.group(region, *c, Vec::new(), vec![0, 1], generation, false);
                Some(Choice::Group(g))
            }
            Op::Case(s, list, _) => {
                self.need(*s, region);
                let keys = list.iter().map(|arm| arm.0).collect();
                let targets = arms(self.graph, n);
                let first = |arm| targets.iter().position(|other| other == arm).unwrap_or(0) as u32;
                let pattern = targets.iter().map(first).collect();
                let g = self.group(region, *s, keys, pattern, generation, false);
                Some(Choice::Group(g))
            }
            _ => None,
        }
    }

    /// The group of these choices. `pattern` has per arm the first arm that is
    /// equal to it.
    fn group(&mut self, home: u32, on: Node, keys: Vec<u128>, pattern: Vec<u32>, generation: u32, late: bool) -> u32 {
        let key = (home, on, keys, pattern, generation);
        if let Some(g) = self.known.get(&key) {
            return *g;
        }
        let g = self.out.groups.len() as u32;
        let mut regions: Vec<u32> = Vec::new();
        for (i, first) in key.3.iter().enumerate() {
            let fact = key.2.is_empty().then_some((on, i == 0));
            regions.push(match regions.get(*first as usize) {
                Some(same) => *same,
                None => self.out.tree.child(home, g, fact, late),
            });
        }
        self.out.groups.push(Group {
            on,
            keys: key.2.clone(),
            arms: regions,
            members: Vec::new(),
            home,
            branch: false,
        });
        self.known.insert(key, g);
        g
    }
}

enum Choice {
    /// Only this arm can be taken here.
    Known(Node),
    Group(u32),
}
