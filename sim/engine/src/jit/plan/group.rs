//! Which groups are worth a branch.
use super::{
    Act, How, arms,
    place::{NONE, Placed},
};
use crate::ir::{Graph, Node, Op};

/// Groups whose arms cost less than this are computed all, then selected.
const BRANCH_COST: u32 = 4;

/// Rough machine instructions of a node.
fn cost(graph: &Graph, n: Node) -> u32 {
    match graph.op(n) {
        Op::Const(_) | Op::Zext(_) => 0,
        Op::Case(_, arms, _) => 2 * arms.len() as u32,
        Op::Mul(..) => 3,
        Op::Div(..) | Op::Rem(..) => 20,
        Op::Mux(..) | Op::MemRead(..) => 2,
        _ => 1 + (graph.width(n) > 64) as u32,
    }
}

/// Turns cheap groups back into selections, and gives their regions' contents
/// to the regions around them.
pub fn choose(graph: &Graph, order: &[Node], acts: &[Act], placed: &mut Placed) {
    let branch = worthwhile(graph, order, acts, placed);
    // parents have smaller numbers
    let mut real: Vec<u32> = (0..placed.tree.0.len() as u32).collect();
    for r in 1..real.len() {
        let region = placed.tree.get(r as u32);
        if !branch[region.group as usize] {
            real[r] = real[region.parent as usize];
        }
    }
    for &n in order {
        let at = &mut placed.region[n.index()];
        if *at == NONE {
            continue;
        }
        *at = real[*at as usize];
        match placed.how[n.index()] {
            How::Branch(g) if branch[g as usize] => placed.groups[g as usize].members.push(n),
            How::Branch(g) | How::Sunk(g) if !branch[g as usize] => {
                placed.how[n.index()] = How::Plain;
            }
            _ => {}
        }
    }
    for (group, branch) in placed.groups.iter_mut().zip(branch) {
        group.branch = branch;
        group.home = real[group.home as usize];
    }
    for region in &mut placed.tree.0 {
        region.parent = real[region.parent as usize];
    }
}

/// Per group, whether it is to be a branch.
fn worthwhile(graph: &Graph, order: &[Node], acts: &[Act], placed: &Placed) -> Vec<bool> {
    let mut total = vec![0u32; placed.tree.0.len()];
    for n in order.iter().filter(|n| placed.region[n.index()] != NONE) {
        let t = &mut total[placed.region[n.index()] as usize];
        *t = t.saturating_add(cost(graph, *n));
    }
    stores(graph, acts, placed, |_, _, region| total[region as usize] += 1);
    let mut branch: Vec<bool> = placed.groups.iter().map(|g| g.branch).collect();
    let mut sums = vec![0u32; placed.groups.len()];
    // children have larger numbers
    for r in (1..total.len()).rev() {
        let region = placed.tree.get(r as u32);
        let (sum, own) = (&mut sums[region.group as usize], total[r]);
        *sum = sum.saturating_add(own);
        let up = &mut total[region.parent as usize];
        *up = up.saturating_add(own);
    }
    for (branch, sum) in branch.iter_mut().zip(sums) {
        *branch |= sum >= BRANCH_COST;
    }
    branch
}

/// Calls `f` with act, value and region of every store.
pub fn stores(graph: &Graph, acts: &[Act], placed: &Placed, mut f: impl FnMut(usize, Node, u32)) {
    for (i, act) in acts.iter().enumerate() {
        let Some(held) = act.store else { continue };
        let mut stack = vec![(act.needs[0], placed.acts[i])];
        while let Some((n, region)) = stack.pop() {
            if Some(n) == held {
                continue;
            }
            match placed.how[n.index()] {
                How::Alias(arm) => stack.push((arm, region)),
                How::Sunk(g) => {
                    let regions = placed.groups[g as usize].arms.iter();
                    stack.extend(arms(graph, n).into_iter().zip(regions.copied()));
                }
                _ => f(i, n, region),
            }
        }
    }
}
