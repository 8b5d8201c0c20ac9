//! The control bundle: what decode tells the later stages about an operation. Every field derives from the
//! instruction table; this file is the only place that turns rows into control bits.

use isa::capabilities::Capabilities;
use isa::op::{Alu, Count, Op, PREFIX, Row, Shift, Signature, TABLE, Unit};
use isa::types::ValType;
use rust_hdl::prelude::*;

/// One operation's control bits. Default is an operation that does nothing.
#[derive(Clone, Copy, Debug, PartialEq, Default, LogicStruct)]
pub struct Control {
    /// Produces a value.
    pub result: Bit,
    /// A 64-bit operation of the ALU: low halves in a first pass, high halves in a second.
    pub wide: Bit,

    // ALU. Adder: A + (B ^ subtract) + carry. Compare: invert ^ (less & A<B | equal & A=B).
    pub subtract: Bit,
    pub logic: Bit,
    pub and: Bit,
    pub or: Bit,
    pub compare: Bit,
    pub invert: Bit,
    pub less: Bit,
    pub equal: Bit,
    /// Signed comparison, division, or extension of a load.
    pub signed: Bit,
    /// Sign-extends the low 8 bits of A.
    pub extend8: Bit,
    /// Sign-extends the low 16 bits of A.
    pub extend16: Bit,
    /// The high half of the result is the sign of the low half (`signed` or `extend`) or zero, not the high half of A.
    pub fill: Bit,

    // Shifter.
    pub shift: Bit,
    pub left: Bit,
    pub rotate: Bit,
    pub arithmetic: Bit,

    /// Executed by a unit that takes several cycles and says when it is done (`units`): by the float unit, or else by
    /// the long unit.
    pub long: Bit,
    pub float: Bit,
    /// 64-bit operands of a long unit, or a 64-bit access to memory.
    pub double: Bit,
    pub multiply: Bit,
    pub divide: Bit,
    pub remainder: Bit,
    pub count: Bit,
    /// Count trailing zeros (without it: leading).
    pub trailing: Bit,
    pub ones: Bit,

    // Linear memory.
    pub load: Bit,
    pub store: Bit,
    /// 1, 2 or 4 bytes; with `double` 8.
    pub bytes1: Bit,
    pub bytes2: Bit,

    // Moves.
    /// The index names a global, not a local.
    pub global: Bit,
    /// Writes the local or global named by the index.
    pub set: Bit,
    /// Comes twice; the comparison's bits are those of its condition.
    pub select: Bit,

    // Control flow.
    /// Always taken, through the branch entry: `br`, `else`, `return`.
    pub jump: Bit,
    /// `end`: a jump if it ends the function, which the group's lead mark says.
    pub end: Bit,
    /// Taken if the condition holds: `br_if`.
    pub branch: Bit,
    /// Taken if the condition does not hold: `if`.
    pub otherwise: Bit,
    pub table: Bit,
    pub call: Bit,
    /// Executed by millicode (`isa::millicode`): a `call` of the function whose index decode makes of the opcode.
    pub millicode: Bit,
    /// Of these: its branch entry has immediates, which are the last argument.
    pub passes: Bit,
    /// Executed by the service unit or a call that it takes part in (`Op::is_service`).
    pub service: Bit,
    /// Of the prefixed services.
    pub prefixed: Bit,
    /// The function to call stands in a table.
    pub lookup: Bit,
    /// The call takes the place of its caller.
    pub tail: Bit,
    /// Traps: `unreachable`.
    pub unreachable: Bit,
    /// Not executed by this core, or not at this place.
    pub illegal: Bit,

    // Privileged instructions of millicode, executed by the sequencer: `privileged` and one of the others, `enter` also
    // with `tail`; and `raise`, which stops with its immediate.
    pub privileged: Bit,
    pub slot_get: Bit,
    pub slot_set: Bit,
    pub resize: Bit,
    pub enter: Bit,
    pub raise: Bit,

    // Immediates.
    /// A number stands before the last immediate: the alignment of a memory access, the count of a `select t`.
    pub skip: Bit,
}

/// How many operands an operation takes. A `select` comes twice: here it takes its condition only.
#[derive(Clone, Copy, Debug, PartialEq, Default, LogicStruct)]
pub struct Arity {
    /// One operand, A.
    pub unary: Bit,
    /// Two operands: A below, B on top.
    pub binary: Bit,
    /// B is the immediate; without it and `binary`, B is 0.
    pub indexed: Bit,
    /// It is a `select`.
    pub select: Bit,
}

/// How many operands the instruction takes, in a core with all units.
pub fn arity(op: Op) -> Arity {
    arity_with(op, Capabilities::ALL)
}

/// The same in a core with these units.
pub fn arity_with(op: Op, units: Capabilities) -> Arity {
    let taken = match (op, op.row().signature) {
        _ if !units.supports(op) || op.is_service() => 0,
        // The sequencer finds the others where they are.
        (Op::MemoryResize, _) => 0,
        (Op::SlotSet, _) => 1,
        (Op::LocalSet | Op::LocalTee | Op::GlobalSet | Op::Drop | Op::Select | Op::SelectTyped, _) => 1,
        (Op::If | Op::BrIf | Op::BrTable, _) => 1,
        (_, Signature::Fixed(pops, _)) => pops.len(),
        _ => 0,
    };
    Arity {
        unary: taken == 1,
        binary: taken == 2,
        indexed: matches!(op, Op::Call | Op::BrTable | Op::Raise) || control_with(op, units).millicode,
        select: control_with(op, units).select,
    }
}

/// The control bits of an instruction in a core with all units.
pub fn control(op: Op) -> Control {
    control_with(op, Capabilities::ALL)
}

/// The same in a core with these units. There are privileged instructions where there is millicode.
pub fn control_with(op: Op, units: Capabilities) -> Control {
    let row = op.row();
    if row.unit == Unit::Privileged {
        return if units.supports(op) { privileged(op) } else { illegal() };
    }
    if !units.supports(op) {
        return Control { call: true, millicode: true, passes: op.is_service(), ..Control::default() };
    }
    let mut c = operands(row);
    match row.unit {
        Unit::Marker => c.end = op == Op::End,
        Unit::Control => flow(op, &mut c),
        Unit::Move => moves(op, &mut c),
        Unit::Alu(alu) => arithmetic(alu, &mut c),
        Unit::Shift(shift) => shifts(shift, &mut c),
        Unit::Count(count) => {
            (c.long, c.count) = (true, true);
            (c.trailing, c.ones) = (count == Count::Ctz, count == Count::Popcnt);
        }
        Unit::Multiply => (c.long, c.multiply) = (true, true),
        Unit::Divide { signed, remainder } => {
            (c.long, c.divide, c.signed, c.remainder) = (true, true, signed, remainder);
        }
        Unit::Load { bytes, signed } => {
            (c.load, c.signed, c.fill, c.skip) = (true, signed, bytes < 8, true);
            sizes(bytes, &mut c);
        }
        Unit::Store { bytes } => {
            (c.store, c.skip) = (true, true);
            sizes(bytes, &mut c);
        }
        Unit::Memory | Unit::Table => c = Control { service: true, prefixed: row.prefix != 0, ..Control::default() },
        Unit::Float => (c.long, c.float) = (true, true),
        Unit::Privileged => {}
    }
    c
}

fn privileged(op: Op) -> Control {
    Control {
        privileged: op != Op::Raise,
        slot_get: op == Op::SlotGet,
        slot_set: op == Op::SlotSet,
        resize: op == Op::MemoryResize,
        enter: matches!(op, Op::Enter | Op::ReturnEnter),
        tail: op == Op::ReturnEnter,
        raise: op == Op::Raise,
        ..Control::default()
    }
}

/// The control bits of a byte that is no opcode of this core.
pub fn illegal() -> Control {
    Control { illegal: true, ..Control::default() }
}

fn operands(row: &Row) -> Control {
    let mut c = Control::default();
    if let Signature::Fixed(pops, pushes) = row.signature {
        c.result = pushes.len() == 1;
        let wide = pops.contains(&ValType::I64);
        c.wide = wide && matches!(row.unit, Unit::Alu(a) if two_passes(a));
        c.double = wide && matches!(row.unit, Unit::Shift(_) | Unit::Count(_) | Unit::Multiply | Unit::Divide { .. });
        c.long = c.double;
    }
    c
}

fn two_passes(alu: Alu) -> bool {
    use Alu::*;
    alu.compares() || matches!(alu, Add | Sub | And | Or | Xor)
}

fn arithmetic(alu: Alu, c: &mut Control) {
    use Alu::*;
    c.logic = matches!(alu, And | Or | Xor);
    (c.and, c.or) = (alu == And, alu == Or);
    c.compare = alu.compares();
    c.subtract = c.compare || alu == Sub;
    c.invert = matches!(alu, Ne | GtS | GtU | GeS | GeU);
    c.less = matches!(alu, LtS | LtU | LeS | LeU | GtS | GtU | GeS | GeU);
    c.equal = matches!(alu, Eqz | Eq | Ne | LeS | LeU | GtS | GtU);
    c.signed = matches!(alu, LtS | GtS | LeS | GeS | ExtendI32S | Extend32S);
    (c.extend8, c.extend16) = (alu == Extend8S, alu == Extend16S);
    c.fill = matches!(alu, Wrap | ExtendI32S | ExtendI32U | Extend8S | Extend16S | Extend32S);
}

fn shifts(shift: Shift, c: &mut Control) {
    c.shift = true;
    c.left = matches!(shift, Shift::Shl | Shift::Rotl);
    c.rotate = matches!(shift, Shift::Rotl | Shift::Rotr);
    c.arithmetic = shift == Shift::ShrS;
}

fn sizes(bytes: u8, c: &mut Control) {
    (c.bytes1, c.bytes2, c.double) = (bytes == 1, bytes == 2, bytes == 8);
}

fn moves(op: Op, c: &mut Control) {
    match op {
        Op::LocalSet => c.set = true,
        Op::LocalTee => (c.set, c.result) = (true, true),
        Op::GlobalSet => (c.set, c.global) = (true, true),
        Op::Select | Op::SelectTyped => {
            (c.select, c.result, c.skip) = (true, true, op == Op::SelectTyped);
            (c.subtract, c.compare, c.equal, c.invert) = (true, true, true, true);
        }
        // Reinterpretations: the bits stay where they are. Sources are no operations: decode knows them by their opcodes.
        _ => {}
    }
}

fn flow(op: Op, c: &mut Control) {
    match op {
        Op::Unreachable => c.unreachable = true,
        Op::If => (c.otherwise, c.equal, c.invert, c.compare) = (true, true, true, true),
        Op::BrIf => (c.branch, c.equal, c.invert, c.compare) = (true, true, true, true),
        Op::Br | Op::Else | Op::Return => c.jump = true,
        // The index is compared with the number of targets.
        Op::BrTable => (c.table, c.compare, c.subtract, c.less) = (true, true, true, true),
        Op::Call => c.call = true,
        Op::CallIndirect => (c.service, c.lookup) = (true, true),
        Op::ReturnCall => (c.service, c.tail) = (true, true),
        Op::ReturnCallIndirect => (c.service, c.lookup, c.tail) = (true, true, true),
        _ => *c = illegal(),
    }
}

/// The instruction that stands for a first byte: for the prefix one of those behind it, which have the same bits if they
/// own a branch entry, and if they do not. Nothing if no core executes it.
fn by_byte(byte: u8, entry: bool) -> Option<Op> {
    match byte {
        PREFIX if entry => Some(Op::MemoryCopy),
        PREFIX => Some(Op::I32TruncSatF32S),
        _ => Op::from_code(0, byte.into()),
    }
}

/// The control bits of every first byte.
pub fn by_first_byte(byte: u8, entry: bool, units: Capabilities) -> Control {
    by_byte(byte, entry).map_or_else(illegal, |op| control_with(op, units))
}

/// The operands of every first byte.
pub fn arity_by_first_byte(byte: u8, entry: bool, units: Capabilities) -> Arity {
    by_byte(byte, entry).map_or_else(Arity::default, |op| arity_with(op, units))
}

/// Whether this first byte is of an instruction whose only effect is to push: a `get` or a constant.
pub fn is_source(byte: u8) -> bool {
    Op::from_code(0, byte.into()).is_some_and(|op| isa::group::source(op) || op == Op::F64Const)
}

/// Every instruction that a core with all units executes.
pub fn supported() -> impl Iterator<Item = Op> {
    TABLE.iter().map(|row| row.op).filter(|&op| !control(op).illegal)
}
