//! Groups and marks: how instructions are bundled for the pipeline.
//!
//! A group is `[source [source]] [operation [destination]]`: operand moves in, one operation, and what becomes of its
//! result. Immediates have short forms; an instruction whose immediate has none is a *serial* group, or several (its
//! chunks, of up to eight bytes).
//!
//! Beside every code byte lies a mark of four bits. The mark of a group's first byte describes the *next* group in
//! code order (its lead: length - 1 in bits 2..0, bit 3 set if it ends in a branch), so that fetch knows the length of
//! a group before its bytes arrive. Every other byte's mark is its role in the group.

use crate::instr::{DecodeError, Immediate, Instr, instructions};
use crate::op::{Imm, Op, Signature, Unit};
use crate::plan::CorePlan;
use alloc::vec::Vec;

/// Lead mark of a group: `length` 1 to 8 bytes.
pub const fn lead(length: u32, branch: bool) -> u8 {
    (length - 1) as u8 | if branch { 8 } else { 0 }
}

/// The role of a byte that is not the first of its group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Role {
    /// An immediate byte, or a block marker carried along.
    Continuation = 0,
    /// Opcode of a second operand move. At the second byte of a group, where none can stand: the group's immediates
    /// are decoded serially, one byte a cycle, because they do not have a short form or continue in the next group.
    Source = 1,
    /// Opcode of the operation.
    Operation = 2,
    /// Opcode of the destination: `local.set`, `local.tee`, or a `br_if` fused with the comparison before it.
    Destination = 3,
    /// Opcode of an operation that has two operands, behind a source: where they are then does not depend on the opcode.
    Binary = 6,
}

/// Longest group, in bytes: the width of the fetch window.
pub const WINDOW: u32 = 8;

/// How many instructions may share a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// Each instruction is its own group.
    Single,
    /// Operand moves in, one operation, and its destination. Floating-point arithmetic is only such an operation if
    /// there is a unit for it.
    Fold { float: bool },
}

impl Policy {
    /// What the core of a plan takes.
    pub const fn of_plan(plan: &CorePlan) -> Policy {
        if plan.is_compact() { Policy::Single } else { Policy::Fold { float: plan.has_float_unit() } }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    /// Code address of the first byte.
    pub pc: u32,
    /// 1 to [`WINDOW`] bytes.
    pub len: u32,
    /// Whether it ends in an instruction that owns exactly one branch entry.
    pub branch: bool,
    /// Roles of bytes 1 to 7; element 0 is unused.
    pub roles: [Role; WINDOW as usize],
    /// Instructions that begin in this group: 0 in the continuation of a long one.
    pub instructions: u32,
}

impl Group {
    fn at(pc: u32) -> Group {
        Group { pc, len: 0, branch: false, roles: [Role::Continuation; WINDOW as usize], instructions: 0 }
    }

    /// This group's lead mark.
    pub fn lead(&self) -> u8 {
        lead(self.len, self.branch)
    }

    /// Whether another instruction of `len` bytes fits.
    fn fits(&self, len: u32) -> bool {
        self.len + len <= WINDOW
    }

    fn push(&mut self, i: &Instr, role: Role, end: u32) {
        if self.len > 0 {
            self.roles[self.len as usize] = role;
        }
        self.len += i.len;
        self.instructions += 1;
        self.branch |= owns_one_entry(i, end);
    }
}

/// Bundles the body from code address `entry` to `end` into groups, in code order. `leaders` are the sorted addresses
/// at which a group must begin because branches go there. The labels of a `br_table` stand in no group.
pub fn form(
    code: &[u8],
    entry: u32,
    end: u32,
    leaders: &[u32],
    policy: Policy,
    out: &mut Vec<Group>,
) -> Result<(), DecodeError> {
    let body = instructions(code, entry, end).collect::<Result<Vec<_>, _>>()?;
    let mut rest = body.as_slice();
    while let Some((first, after)) = rest.split_first() {
        let group = match policy {
            Policy::Single => None,
            Policy::Fold { float } => fold(rest, leaders, end, float),
        };
        match group {
            Some(group) => {
                rest = &rest[group.instructions as usize..];
                out.push(group);
            }
            None => {
                chunks(first, end, out);
                rest = after;
            }
        }
    }
    Ok(())
}

/// Writes the marks of `groups`, which are those of a whole module in code order, one per code byte. The lead of a
/// function's first group has no place here: it stands in the function's entry.
pub fn lay_marks(groups: &[Group], marks: &mut [u8]) {
    for (i, group) in groups.iter().enumerate() {
        let begin = group.pc as usize;
        if let Some(next) = groups.get(i + 1) {
            marks[begin] = next.lead();
        }
        for k in 1..group.len as usize {
            marks[begin + k] = group.roles[k] as u8;
        }
    }
}

/// One instruction as its own group, or as several if it is long.
fn chunks(i: &Instr, end: u32, out: &mut Vec<Group>) {
    // What follows these is not found by their length.
    if i.op == Op::BrTable || i.op.is_service() || short(i) {
        let mut group = Group::at(i.pc);
        group.push(i, Role::Operation, end);
        group.len = group.len.min(WINDOW);
        out.push(group);
        return;
    }
    // Eight raw bytes are taken four and four.
    let size = if i.op == Op::F64Const { 5 } else { WINDOW };
    let mut pc = i.pc;
    while pc < i.next_pc() {
        let mut group = Group::at(pc);
        group.len = size.min(i.next_pc() - pc);
        group.roles[1] = Role::Source;
        group.instructions = (pc == i.pc) as u32;
        pc += group.len;
        out.push(group);
    }
}

/// Whether the instruction's immediates have the short form for a group's first instruction. Immediates that are not
/// looked at when it executes have any length.
fn short(i: &Instr) -> bool {
    match i.op.row().imm {
        Imm::Local | Imm::Global => i.len <= 2,
        Imm::MemArg => short_memarg(i),
        Imm::I64 => i.len <= 5,
        Imm::F64 => false,
        // A number behind the prefix may be padded.
        Imm::None if i.op.row().prefix != 0 => i.len == 2,
        _ => i.len <= WINDOW,
    }
}

/// One byte of alignment, up to two of offset. Of four bytes, a small offset has one and the alignment is padded.
fn short_memarg(i: &Instr) -> bool {
    match i.imm {
        Immediate::MemArg { offset, .. } => i.len == 3 || (i.len == 4 && offset >= 128),
        _ => false,
    }
}

fn owns_one_entry(i: &Instr, end: u32) -> bool {
    owns_entry(i.op) || i.next_pc() == end
}

/// Whether the instruction owns exactly one branch entry wherever it stands. So does the last `end` of a function.
pub fn owns_entry(op: Op) -> bool {
    matches!(op, Op::Br | Op::BrIf | Op::If | Op::Else | Op::Return) || op.is_service()
}

/// The longest group that begins with the first of these instructions, if that is more than one instruction.
fn fold(body: &[Instr], leaders: &[u32], end: u32, float: bool) -> Option<Group> {
    let takes = |i: &Instr, operands: u32| short(i) && sources(i.op, float) == Some(operands);
    let joins = |k: usize| body.get(k).filter(|i| leaders.binary_search(&i.pc).is_err());
    let first = body.first()?;
    let mut group = Group::at(first.pc);
    let mut at = 0;
    if is_source(first, 6) {
        group.push(first, Role::Operation, end);
        at = 1;
        if let (Some(second), Some(op)) = (joins(1), joins(2)) {
            let len = second.len + op.len;
            let pair = first.len <= 3 && is_source(second, 3);
            if pair && takes(op, 2) && group.fits(len) && op_position(first.len + second.len) {
                group.push(second, Role::Source, end);
                at = 2;
            }
        }
        let op = joins(at)?;
        if !((takes(op, 2) || (at == 1 && takes(op, 1))) && group.fits(op.len) && op_position(group.len)) {
            return None;
        }
    }
    let op = if at == 0 { first } else { joins(at)? };
    if at == 0 && !(short(op) && (takes(op, 1) || takes(op, 2))) {
        return None;
    }
    group.push(op, if takes(op, 2) { Role::Binary } else { Role::Operation }, end);
    if let Some(destination) = joins(at + 1)
        && ends(op, destination)
        && group.fits(destination.len)
    {
        group.push(destination, Role::Destination, end);
    }
    (group.instructions > 1).then_some(group)
}

/// Bytes of a group at which decode looks for the operation.
fn op_position(byte: u32) -> bool {
    (2..=6).contains(&byte)
}

fn is_source(i: &Instr, longest: u32) -> bool {
    source(i.op) && short(i) && i.len <= longest
}

/// Whether the destination can take the operation's result along.
fn ends(op: &Instr, destination: &Instr) -> bool {
    match destination.op {
        Op::LocalSet | Op::LocalTee => gives(op.op) && destination.len == 2,
        Op::BrIf => compares(op.op),
        _ => false,
    }
}

/// Whether the instruction, if it is short, can be a source.
pub fn source(op: Op) -> bool {
    matches!(op.row().imm, Imm::Local | Imm::Global | Imm::I32 | Imm::I64 | Imm::F32)
        && !matches!(op, Op::LocalSet | Op::LocalTee | Op::GlobalSet)
}

/// How many sources the instruction takes as an operation, if it is short; with one it may have one left on the stack.
/// `None` if it is never the operation of a group with others, as floating-point arithmetic without a unit, `float`.
pub fn sources(op: Op, float: bool) -> Option<u32> {
    use Op::{BrIf, Drop, GlobalSet, If, LocalSet, LocalTee, Select, SelectTyped};
    let alone = match op.row().unit {
        Unit::Memory | Unit::Table | Unit::Privileged => true,
        Unit::Float => !float,
        _ => false,
    };
    if alone {
        return None;
    }
    match (op, op.row().signature) {
        (LocalSet | LocalTee | GlobalSet | Drop | BrIf | If | Select | SelectTyped, _) => Some(1),
        (_, Signature::Fixed([_], _)) => Some(1),
        (_, Signature::Fixed([_, _], _)) => Some(2),
        _ => None,
    }
}

/// Whether the operation has one result that a `local.set` or `local.tee` can take along.
pub fn gives(op: Op) -> bool {
    matches!(op, Op::Select | Op::SelectTyped) || matches!(op.row().signature, Signature::Fixed(_, [_]))
}

/// Whether the operation's result is a truth value that a `br_if` can take along.
pub fn compares(op: Op) -> bool {
    matches!(op.row().unit, Unit::Alu(alu) if alu.compares())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOLD: Policy = Policy::Fold { float: true };

    /// The groups of a body as lengths with `b` where they end in a branch, and roles of the bytes after the first.
    fn show(code: &[u8], leaders: &[u32], policy: Policy) -> alloc::string::String {
        let mut groups = Vec::new();
        form(code, 0, code.len() as u32, leaders, policy, &mut groups).unwrap();
        let mut text = alloc::string::String::new();
        for g in groups {
            text += &alloc::format!("{}{}", g.len, if g.branch { "b" } else { "" });
            for role in &g.roles[1..g.len as usize] {
                text.push(['.', 's', 'o', 'd', '-', '-', 'b'][*role as usize]);
            }
            text.push(' ');
        }
        text
    }

    #[test]
    fn single_instructions_and_long_immediates() {
        let code = [0x41, 5, 0x20, 0x80, 0, 0x28, 2, 4, 0x28, 0x82, 0, 4, 0x0d, 0, 0x0b];
        assert_eq!(show(&code, &[], Policy::Single), "2. 3s. 3.. 4s.. 2b. 1b ");
        let code = [0x42, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0, 0x44, 0, 0, 0, 0, 0, 0, 0, 0, 0x0b];
        assert_eq!(show(&code, &[], Policy::Single), "8s...... 3s. 5s... 4s.. 1b ");
    }

    #[test]
    fn folds_sources_operation_and_destination() {
        // local.get 0, local.get 1, i32.add, local.set 2
        let code = [0x20, 0, 0x20, 1, 0x6a, 0x21, 2, 0x0b];
        assert_eq!(show(&code, &[], FOLD), "7.s.bd. 1b ");
        assert_eq!(show(&code, &[4], FOLD), "2. 2. 3d. 1b ");
        // local.get 0, i32.eqz
        assert_eq!(show(&[0x20, 0, 0x45, 0x0b], &[], FOLD), "3.o 1b ");
        // local.get 0, i32.const 300, i32.lt_s, br_if 0
        let code = [0x20, 0, 0x41, 0xac, 2, 0x48, 0x0d, 0, 0x0b];
        assert_eq!(show(&code, &[], FOLD), "8b.s..bd. 1b ");
    }

    #[test]
    fn a_group_begins_with_the_lead_that_the_mark_before_it_says() {
        let code = [0x41, 5, 0x1a, 0x0c, 0, 0x0b];
        let mut groups = Vec::new();
        form(&code, 0, 6, &[], Policy::Single, &mut groups).unwrap();
        let mut marks = [0; 6];
        lay_marks(&groups, &mut marks);
        assert_eq!(marks, [lead(1, false), 0, lead(2, true), lead(1, true), 0, 0]);
    }
}
