//! The steps of each region in an order in which everything is known in time.
use super::{
    Act, How, Step, arms,
    group::stores,
    is_leaf,
    place::{NONE, Placed},
};
use crate::ir::{Graph, Node, Op};

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    /// Being entered: what it needs comes first.
    Open,
    Done,
}

struct Orderer<'a> {
    graph: &'a Graph,
    acts: &'a [Act],
    placed: &'a Placed,
    /// Per group, what it needs from the region it lies in.
    needs: Vec<Vec<Node>>,
    nodes: Vec<State>,
    groups: Vec<State>,
    /// The groups being entered, each with the choice that asked for it.
    open: Vec<Option<Node>>,
    /// Choices that are needed to enter the group they belong to.
    stuck: Vec<Node>,
}

/// The steps of each region; or the choices that have to leave their groups.
pub fn order(graph: &Graph, order: &[Node], acts: &[Act], placed: &Placed) -> Result<Vec<Vec<Step>>, Vec<Node>> {
    let mut o = Orderer {
        graph,
        acts,
        placed,
        needs: vec![Vec::new(); placed.groups.len()],
        nodes: vec![State::New; graph.len()],
        groups: vec![State::New; placed.groups.len()],
        open: Vec::new(),
        stuck: Vec::new(),
    };
    o.collect_needs(order);
    let (mut roots, late) = o.roots();
    let mut regions = Vec::with_capacity(roots.len());
    for (r, roots) in roots.iter_mut().enumerate() {
        if r == 0 {
            // memories are read before they are written
            let before = late.iter().flat_map(|step| o.operands(*step));
            roots.extend(before.map(Step::Node));
            roots.extend(&late);
        }
        let steps = o.region(r as u32, roots);
        regions.push(steps);
    }
    if o.stuck.is_empty() { Ok(regions) } else { Err(o.stuck) }
}

impl Orderer<'_> {
    /// Notes that `n` is needed in `region`: the group around it has to wait.
    fn need(&mut self, n: Node, mut region: u32) {
        let home = self.placed.region[n.index()];
        if is_leaf(self.graph, n) {
            return;
        }
        while region != home {
            let at = self.placed.tree.get(region);
            if at.parent == home {
                self.needs[at.group as usize].push(n);
            }
            region = at.parent;
        }
    }

    fn collect_needs(&mut self, order: &[Node]) {
        let placed = self.placed;
        for &n in order.iter().filter(|n| placed.region[n.index()] != NONE) {
            if let How::Branch(g) = placed.how[n.index()] {
                let regions = &placed.groups[g as usize].arms;
                for (arm, region) in arms(self.graph, n).into_iter().zip(regions) {
                    self.need(arm, *region);
                }
            } else {
                for k in self.operands(Step::Node(n)) {
                    self.need(k, placed.region[n.index()]);
                }
            }
        }
        for g in placed.groups.iter().filter(|g| g.branch) {
            self.need(g.on, g.home);
        }
    }

    /// What each region has to do, and what comes after everything else.
    fn roots(&mut self) -> (Vec<Vec<Step>>, Vec<Step>) {
        let (placed, acts) = (self.placed, self.acts);
        let mut roots = vec![Vec::new(); placed.tree.0.len()];
        let mut late = Vec::new();
        stores(self.graph, acts, placed, |i, n, region| {
            self.need(n, region);
            roots[region as usize].push(Step::Store(i, n));
        });
        for (i, act) in acts.iter().enumerate().filter(|(_, act)| act.store.is_none()) {
            let region = placed.acts[i];
            act.needs.iter().for_each(|n| self.need(*n, region));
            if !act.late || region != 0 {
                roots[region as usize].push(Step::Act(i));
            }
            if act.late {
                late.push(match region {
                    0 => Step::Act(i),
                    r => Step::Branch(placed.tree.get(r).group),
                });
            }
        }
        for (g, group) in placed.groups.iter().enumerate().filter(|(_, g)| g.branch) {
            for (i, region) in group.arms.iter().enumerate() {
                let results = group.members.iter().map(|m| arms(self.graph, *m)[i]);
                roots[*region as usize].extend(results.map(Step::Node));
            }
            if !placed.tree.get(group.arms[0]).late || group.home != 0 {
                roots[group.home as usize].push(Step::Branch(g as u32));
            }
        }
        (roots, late)
    }

    /// What has to come before a step.
    fn operands(&self, step: Step) -> Vec<Node> {
        let mut out = Vec::new();
        match step {
            Step::Store(_, n) => out.push(n),
            Step::Act(i) => out.extend(&self.acts[i].needs),
            Step::Branch(g) => {
                out.push(self.placed.groups[g as usize].on);
                out.extend(&self.needs[g as usize]);
            }
            Step::Node(n) => match (self.placed.how[n.index()], self.graph.op(n)) {
                (How::Alias(arm), _) => out.push(arm),
                (How::Table, Op::Case(s, ..)) => out.push(*s),
                (How::Branch(_) | How::Sunk(_), _) => {}
                (_, op) => op.each_operand(|k| out.push(k)),
            },
        }
        out
    }

    /// The steps of region `r` that lead to `roots`.
    fn region(&mut self, r: u32, roots: &[Step]) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut stack: Vec<(Step, bool)> = Vec::new();
        for root in roots {
            stack.push((*root, false));
            while let Some((step, entered)) = stack.pop() {
                if entered {
                    steps.push(step);
                    self.set(step, State::Done);
                    if let Step::Branch(_) = step {
                        self.open.pop();
                    }
                } else if let Some(step) = self.enter(step, r) {
                    stack.push((step, true));
                    let before = self.operands(step).into_iter().rev();
                    stack.extend(before.map(|n| (Step::Node(n), false)));
                }
            }
        }
        steps
    }

    /// Begins a step of region `r`, unless there is nothing to do; a choice of
    /// a group begins the group.
    fn enter(&mut self, step: Step, r: u32) -> Option<Step> {
        let (mut begun, mut asked) = (step, None);
        if let Step::Node(n) = step {
            if is_leaf(self.graph, n) || self.placed.region[n.index()] != r {
                return None;
            }
            if let How::Branch(g) = self.placed.how[n.index()] {
                (begun, asked) = (Step::Branch(g), Some(n));
            }
        }
        match self.state(begun) {
            State::New => {}
            // a circle leads here; it goes through a choice that asked for its
            // group, and opens if that choice is made by itself
            State::Open => {
                self.stuck.extend(asked.or_else(|| self.open.last().copied().flatten()));
                return None;
            }
            State::Done => return None,
        }
        if let Step::Branch(_) = begun {
            self.open.push(asked);
        }
        self.set(begun, State::Open);
        Some(begun)
    }

    fn state(&self, step: Step) -> State {
        match step {
            Step::Node(n) => self.nodes[n.index()],
            Step::Branch(g) => self.groups[g as usize],
            _ => State::New,
        }
    }

    fn set(&mut self, step: Step, state: State) {
        match step {
            Step::Node(n) => self.nodes[n.index()] = state,
            Step::Branch(g) => self.groups[g as usize] = state,
            _ => {}
        }
    }
}
