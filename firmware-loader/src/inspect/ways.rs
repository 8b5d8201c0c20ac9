//! Where a group of instructions goes on, and what it costs to get there: docs/cycles.md as data and rules.
//!
//! It is what a full core takes that has a unit for all of them. The sources and the destination of a group cost nothing
//! beside its operation. What may come on top (the use of a load, a copy, an immediate without short form) counts for
//! the most cycles only, because it may pass beside something else.

use super::body::Callee;
use super::costs::COSTS;
use isa::branch::BranchEntry;
use isa::branch_plan::Plan;
use isa::group::{Group, Role};
use isa::instr::{Instr, instructions};
use isa::module::{Function, Module};
use isa::op::{Op, Unit};
use serde::Serialize;

/// How many cycles something takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Cycles {
    pub best: u64,
    pub worst: u64,
}

impl Cycles {
    pub const fn exactly(cycles: u64) -> Cycles {
        Cycles { best: cycles, worst: cycles }
    }

    /// One behind the other; calls of calls may be more than a number holds.
    pub const fn and(self, next: Cycles) -> Cycles {
        Cycles { best: self.best.saturating_add(next.best), worst: self.worst.saturating_add(next.worst) }
    }

    /// So many times.
    pub const fn times(self, times: Cycles) -> Cycles {
        Cycles { best: self.best.saturating_mul(times.best), worst: self.worst.saturating_mul(times.worst) }
    }

    /// One or the other.
    pub fn or(self, other: Cycles) -> Cycles {
        Cycles { best: self.best.min(other.best), worst: self.worst.max(other.worst) }
    }
}

/// Where execution goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    /// At the next group in code order.
    Next,
    /// At this code address.
    At(u32),
    /// In the callee, and then at the next group.
    Call(Callee),
    /// In the callee, in place of the function.
    TailCall(Callee),
    /// At the caller.
    Return,
    /// Nowhere: it traps.
    Nowhere,
}

/// A way on, with the cycles by which the group delays what is there.
pub type Way = (Cycles, To);

/// What a branch that is predicted wrong takes more than one that is not.
const MISPREDICTED: u64 = 3;
/// What a branch that looks at a condition takes more than one that does not, taken or not, if it unwinds the stack or
/// returns.
const CONDITIONAL: u64 = 1;
/// What it takes more than a return if that has one result.
const ONE_RESULT: u64 = 3;
/// What may come on top of a load or a `local.tee`.
const USE: u64 = 1;
/// What may come on top of an immediate without short form: the longest is that of an `i64.const` of ten bytes.
const SERIAL: u64 = 12;

/// What an unwinding branch, or a return with several results, takes to move so many values.
const fn moving(values: u32) -> u64 {
    9 + 2 * values as u64
}

/// What a return with so many results takes.
fn returning(results: u32) -> u64 {
    if results > 1 { moving(results) } else { stated(Op::Return).best }
}

/// What the cycle table states; where nothing bounds it, the most are the fewest.
fn stated(op: Op) -> Cycles {
    let cost = COSTS.get(op as usize).filter(|cost| cost.0 == op);
    let (best, worst) = cost.map_or((0, None), |&(_, best, worst)| (best, worst));
    Cycles { best: best.into(), worst: worst.unwrap_or(best).into() }
}

/// Whether the cycle table bounds an instruction that goes on at the next one.
fn is_bounded(op: Op) -> bool {
    COSTS.get(op as usize).is_some_and(|cost| cost.0 == op && cost.2.is_some())
}

/// The ways on from a group of a function, at least one. `None` if it may take any time, as a copy of memory does.
pub fn ways(module: &Module, plan: &Plan, function: &Function, group: &Group) -> Option<Vec<Way>> {
    let mut taken: Vec<Instr<'_>> = instructions(&module.code, group.pc, function.end)
        .take(group.instructions as usize)
        .collect::<Result<_, _>>()
        .ok()?;
    // What is left of a long instruction: all of it counts where it begins.
    let Some(last) = taken.pop() else { return Some(vec![(Cycles::exactly(0), To::Next)]) };
    let mut cost = Cycles::exactly(1);
    for instr in &taken {
        cost = cost.and(beside(instr.op)?);
    }
    let mut ways = match transfer(module, plan, function, &last) {
        Some(ways) => ways,
        None => vec![(beside(last.op)?, To::Next)],
    };
    if group.roles[1] == Role::Source && last.op != Op::F64Const {
        cost.worst += SERIAL;
    }
    ways.iter_mut().for_each(|way| way.0 = cost.and(way.0));
    Some(ways)
}

/// What an instruction that does not transfer control takes beside the first cycle of its group.
fn beside(op: Op) -> Option<Cycles> {
    let mut cycles = stated(op);
    (cycles.best, cycles.worst) = (cycles.best.saturating_sub(1), cycles.worst.saturating_sub(1));
    if matches!(op.row().unit, Unit::Load { .. }) || op == Op::LocalTee {
        cycles.worst += USE;
    }
    // Its immediate is taken while a long instruction runs before it.
    if op == Op::F64Const {
        cycles.best = 0;
    }
    is_bounded(op).then_some(cycles)
}

/// The ways on from an instruction that transfers control, with what they take beside the first cycle of its group.
/// `None` if it does not.
fn transfer(module: &Module, plan: &Plan, function: &Function, instr: &Instr<'_>) -> Option<Vec<Way>> {
    let first = plan.sources.partition_point(|&source| source < instr.pc);
    let own = plan.sources[first..].iter().take_while(|&&source| source == instr.pc).count();
    let entries = &plan.entries[first..first + own];
    let target = entries.first().map_or(To::Nowhere, target);
    let stays = (Cycles::exactly(1), To::Next);
    let ways = match instr.op {
        Op::Unreachable => vec![(Cycles::exactly(1), To::Nowhere)],
        Op::If => vec![stays, (Cycles::exactly(1 + MISPREDICTED), target)],
        Op::Else => vec![(Cycles::exactly(1), target)],
        Op::Br | Op::Return => vec![taken(entries.first()?, 0)],
        Op::End if instr.next_pc() == function.end => vec![taken(entries.first()?, 0)],
        Op::End => vec![stays],
        Op::BrIf => {
            let entry = entries.first()?;
            let stays = match entry {
                BranchEntry { returns: true, .. } | BranchEntry { unwind: true, .. } => 1 + CONDITIONAL,
                BranchEntry { predict: true, .. } => 1 + MISPREDICTED,
                _ => 1,
            };
            vec![(Cycles::exactly(stays), To::Next), taken(entry, CONDITIONAL)]
        }
        Op::BrTable => entries.iter().map(chosen).collect(),
        Op::Call | Op::CallIndirect | Op::ReturnCall | Op::ReturnCallIndirect => vec![call(module, instr)?],
        _ => return None,
    };
    let less = |(cycles, to): Way| (Cycles { best: cycles.best - 1, worst: cycles.worst - 1 }, to);
    Some(ways.into_iter().map(less).collect())
}

fn target(entry: &BranchEntry) -> To {
    if entry.returns { To::Return } else { To::At(entry.target) }
}

/// A branch that is taken; `conditional` is what it takes more if it has to move values or returns.
fn taken(entry: &BranchEntry, conditional: u64) -> Way {
    let cycles = match entry {
        BranchEntry { returns: true, keep: 1, .. } if conditional > 0 => returning(1) + ONE_RESULT,
        BranchEntry { returns: true, keep, .. } => returning(*keep) + conditional,
        BranchEntry { unwind: true, keep, .. } => moving(*keep) + conditional,
        _ if conditional > 0 && !entry.predict => 1 + MISPREDICTED,
        _ => 1,
    };
    (Cycles::exactly(cycles), target(entry))
}

/// A target of a `br_table`: the last one takes a cycle more.
fn chosen(entry: &BranchEntry) -> Way {
    let best = match entry {
        BranchEntry { returns: true, keep: 0, .. } => returning(0) + 2,
        BranchEntry { returns: true, keep: 1, .. } => returning(1) + ONE_RESULT,
        BranchEntry { returns: true, keep, .. } => returning(*keep) + CONDITIONAL,
        BranchEntry { unwind: true, keep, .. } => moving(*keep) + CONDITIONAL,
        _ => stated(Op::BrTable).best,
    };
    (Cycles { best, worst: best + 1 }, target(entry))
}

/// Without what it takes for the callee's locals.
fn call(module: &Module, instr: &Instr<'_>) -> Option<Way> {
    let callee = Callee::of(instr)?;
    let arguments = 2 * u64::from(callee.params(module));
    let best = stated(instr.op).best;
    Some(match instr.op {
        Op::ReturnCall | Op::ReturnCallIndirect => (Cycles::exactly(best + arguments), To::TailCall(callee)),
        _ => (Cycles::exactly(best), To::Call(callee)),
    })
}
