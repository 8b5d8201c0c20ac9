//! What each instruction costs, from its control bits. Tests measure every one of them, and print the table in
//! docs/cycles.md and the numbers that the loader has from here.
//!
//! The cost of an instruction is the number of cycles by which it delays everything after it: its time in stage X, and
//! the bubble behind it if it changes where execution continues. Its immediate
//! has the short form (`isa::group`), it has a group of its own, and the next instruction does not use what it loads.

use crate::front::control::control;
use crate::units::{Extremes, extremes};
use isa::op::{Op, Unit};

/// A service instruction: Begin, four states of the unit, Jump.
const SERVICE: u32 = AROUND_SEQUENCER + 6;
/// One on an empty range: seven states more.
const RANGE: u32 = SERVICE + 7;
/// `call_indirect`: Begin, six states of the unit, Callee, Frame.
const INDIRECT: u32 = AROUND_SEQUENCER + 9;
/// `return_call` without parameters: Begin, Arrange, Place, Read, Settle, Frame.
const TAIL: u32 = AROUND_SEQUENCER + 6;

/// The cost of an instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cycles {
    pub best: u32,
    /// `None` where it grows with the number of values moved or of locals zeroed.
    pub worst: Option<u32>,
    /// What decides between them.
    pub note: String,
}

/// From the branch in X to its target in X, beyond the branch's own cycle.
const MISPREDICTED: u32 = 3;
/// From a group in X to the one after it, if the sequencer runs between them, beyond the sequencer's states up
/// to the one that is F: the group's own cycle, and A and D of the group after it.
const AROUND_SEQUENCER: u32 = 3;
/// A call that zeroes at most one local: Frame.
const CALL: u32 = AROUND_SEQUENCER + 1;
/// A return with at most one result: Return.
const RETURN: u32 = AROUND_SEQUENCER + 1;
/// A table branch that changes no stack: Entry.
const TABLE: u32 = AROUND_SEQUENCER + 1;

/// What the instruction costs, or nothing if this core does not execute it.
pub fn cycles(op: Op) -> Option<Cycles> {
    let c = control(op);
    Some(match op {
        _ if c.illegal => return None,
        _ if c.long => unit_operation(op),
        _ if c.wide => fixed(2, "two passes of 32 bits"),
        _ if c.select => fixed(2, "condition, choice"),
        _ if c.load | c.store => access(c.bytes1, c.double),
        _ if c.service => service(op),
        _ if c.call => cost(CALL, None, "4 + declared locals of the callee beyond the first"),
        _ if c.table => cost(
            TABLE,
            None,
            "4, to the last target 5; returning 2 more than `return`, 3 more with one result, 1 more with several; unwinding 1 more than `br`",
        ),
        _ if c.otherwise => cost(1, Some(1 + MISPREDICTED), "1 if the condition holds, 4 if not"),
        _ if c.branch => cost(
            1,
            None,
            "predicted taken backward, not taken forward: 1, otherwise 4; unwinding or returning: 2 if not taken, taken 1 more than `br`, returning one result 3 more",
        ),
        _ if c.unreachable => fixed(1, "traps"),
        Op::Br => cost(1, None, "1; unwinding 9 + 2 n; returning as `return`"),
        Op::Return => cost(RETURN, None, "4 with at most one result, 9 + 2 n with n > 1"),
        Op::End => cost(1, None, "1; of a function as `return`"),
        // Eight raw bytes have no short form. The first chunk, that it is left, the second chunk, and its own cycle.
        Op::F64Const => fixed(4, "its immediate stands in two chunks"),
        _ => fixed(1, ""),
    })
}

/// Service instructions: Spill, the unit's states and Jump around the time that the table gives.
fn service(op: Op) -> Cycles {
    match op {
        Op::CallIndirect => cost(INDIRECT, None, "12 + declared locals of the callee beyond the first"),
        Op::ReturnCall => cost(TAIL, None, "9 + 2 p + declared locals of the callee beyond the first"),
        Op::ReturnCallIndirect => cost(TAIL + 7, None, "16 + 2 p + declared locals of the callee beyond the first"),
        Op::TableGet | Op::TableSet => fixed(SERVICE + 2, ""),
        Op::RefIsNull => fixed(SERVICE + 1, ""),
        Op::MemoryGrow => fixed(SERVICE + 3, ""),
        Op::TableGrow => cost(SERVICE + 3, None, "12; if it grows, 1 + n more"),
        Op::MemoryFill | Op::MemoryCopy | Op::MemoryInit => {
            cost(RANGE, None, "16 + bytes, or rows of 4 where both sides are aligned")
        }
        Op::TableFill | Op::TableCopy | Op::TableInit => cost(RANGE, None, "16 + elements"),
        _ => fixed(SERVICE, ""),
    }
}

fn fixed(cycles: u32, note: &str) -> Cycles {
    cost(cycles, Some(cycles), note)
}

fn cost(best: u32, worst: Option<u32>, note: &str) -> Cycles {
    Cycles { best, worst, note: note.into() }
}

/// Rows have four bytes.
fn access(single_byte: bool, double: bool) -> Cycles {
    match (single_byte, double) {
        (true, _) => fixed(1, ""),
        (_, false) => cost(1, Some(2), "2 across a row of 4 bytes"),
        (_, true) => cost(2, Some(3), "3 at an address that is not a multiple of 4"),
    }
}

/// One cycle to start the unit, then as long as it takes.
fn unit_operation(op: Op) -> Cycles {
    let Extremes { best, worst, note } = extremes(op).expect("a unit executes it");
    Cycles { best: 1 + best.0, worst: Some(1 + worst.0), note }
}

/// Units as users see them, in the order of the cycle table.
const UNITS: &[&str] =
    &["control", "move", "load", "store", "ALU", "long unit", "float unit, the fast one", "service unit"];

/// The instructions of the table by what they cost: the unit, their names, and the cost.
pub fn groups() -> Vec<(&'static str, Vec<&'static str>, Cycles)> {
    let mut groups: Vec<(&'static str, Vec<&'static str>, Cycles)> = Vec::new();
    for row in isa::op::TABLE {
        let Some(cost) = cycles(row.op) else { continue };
        let unit = unit(row.op);
        match groups.iter_mut().find(|(u, _, c)| *u == unit && *c == cost) {
            Some((_, names, _)) => names.push(row.name),
            None => groups.push((unit, vec![row.name], cost)),
        }
    }
    groups.sort_by_key(|(unit, ..)| UNITS.iter().position(|u| u == unit));
    groups
}

fn unit(op: Op) -> &'static str {
    match op.row().unit {
        Unit::Marker | Unit::Control | Unit::Privileged => "control",
        Unit::Memory | Unit::Table => "service unit",
        Unit::Move => "move",
        Unit::Alu(_) => "ALU",
        Unit::Shift(_) if control(op).long => "long unit",
        Unit::Shift(_) => "ALU",
        Unit::Count(_) | Unit::Multiply | Unit::Divide { .. } => "long unit",
        Unit::Load { .. } => "load",
        Unit::Store { .. } => "store",
        Unit::Float => "float unit, the fast one",
    }
}
