//! Units that take several cycles, and the list of those in stage X.
//!
//! A unit brings its own decoding and its own costs: what it does for an instruction, and for how long, stands in its
//! folder. The service unit works on the drained pipeline, beside the sequencer, and is not one of these.

pub mod float;
pub mod long;
pub mod multiply;
pub mod service;
pub mod table;

use crate::front::control::Control;
use crate::prim::switch::Switch;
use float::FloatUnit;
use float::control::{FloatControl, float_control};
use isa::op::Op;
use isa::plan::{CorePlan, FloatVariant, Multiplier};
use layer::circuit;
use long::LongUnit;
use long::compact::CompactUnit;
use multiply::MultiplyUnit;
use rust_hdl::prelude::*;

/// An instruction, as its row in the table has it: a unit needs no more to look up what it has to do.
#[derive(Clone, Copy, Debug, PartialEq, Default, LogicStruct)]
pub struct Operation {
    /// `code` is the number behind the prefix.
    pub prefixed: Bit,
    pub code: Bits<8>,
}

/// What the units are told about an instruction beside its [`Control`], each by a field of its own.
#[derive(Clone, Copy, Debug, PartialEq, Default, LogicStruct)]
pub struct UnitControl {
    pub float: FloatControl,
}

impl UnitControl {
    /// The bits of an instruction.
    pub fn of(op: Op) -> UnitControl {
        UnitControl { float: float_control(op).unwrap_or_default() }
    }
}

/// Cycles from `start` to `done`, and operands that take them; a unary operation ignores the second one.
pub type Run = (u32, (u64, u64));

/// The limits of an operation, without a trap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extremes {
    pub best: Run,
    pub worst: Run,
    /// What decides between them, for people.
    pub note: String,
}

/// The limits of an operation in the long unit of the full core and in the fast float unit; nothing if it is of neither.
pub fn extremes(op: Op) -> Option<Extremes> {
    long::cycles::extremes(op).or_else(|| float::cycles::extremes(op, true))
}

/// The units of stage X behind one port, which is also that of each of them. `control.long` says that one of them
/// executes the group's operation, `control.float` which.
///
/// ```text
/// clock      _/~\_/~\_/~\_ ... _/~\_/~\_
/// start      /~~~\________ ... _________
/// a, b       X v X
/// done       ~~~~\________ ... _/~~~~~~~
/// result                   ...  X valid
/// ```
#[derive(LogicBlock, Default)]
pub struct Units {
    pub clock: Signal<In, Clock>,
    /// It is the compact core, with a long unit of its own; constant.
    pub compact: Signal<In, Bit>,
    /// Abandons what runs.
    pub reset: Signal<In, Bit>,
    /// Valid from `start` to `done`, as long as the result is needed; and what [`table::UnitTable`] says.
    pub control: Signal<In, Control>,
    pub unit_control: Signal<In, UnitControl>,
    /// High for one cycle, in which `a` and `b` are valid; only while nothing runs.
    pub start: Signal<In, Bit>,
    /// 32-bit operands are the low halves.
    pub a: Signal<In, Bits<64>>,
    pub b: Signal<In, Bits<64>>,
    /// `result` and `trap` are valid, until the next `start` or `reset`.
    pub done: Signal<Out, Bit>,
    /// The upper half of a 32-bit result is undefined.
    pub result: Signal<Out, Bits<64>>,
    /// `isa::outcome::Stop` code, or 0.
    pub trap: Signal<Out, Bits<8>>,

    long: LongUnit,
    compact_long: CompactUnit,
    /// Of a long operation, whether DSP blocks multiply for it; of words, and of 64 bits.
    multiplies_words: Switch,
    multiplies_doubles: Switch,
    multiply: MultiplyUnit,
    multiply_chosen: Signal<Local, Bit>,
    /// The control of the long unit, to which a multiplication that it never executes is none.
    long_control: Signal<Local, Control>,
    long_starts: Signal<Local, Bit>,
    /// Whether there is a float unit.
    floats: Switch,
    float: FloatUnit,
    float_chosen: Signal<Local, Bit>,
}

impl Units {
    /// Those of a plan's core.
    pub fn of_plan(plan: &CorePlan) -> Units {
        let float = |variant| FloatUnit::new(variant == FloatVariant::Fast);
        let variant = plan.units.float;
        let multiplier = plan.units.multiplier;
        Units {
            multiplies_words: Switch::new(multiplier != Multiplier::Serial),
            multiplies_doubles: Switch::new(multiplier == Multiplier::Doubles),
            multiply: if multiplier == Multiplier::Serial { MultiplyUnit::absent() } else { MultiplyUnit::default() },
            long: if plan.is_compact() { LongUnit::absent() } else { LongUnit::default() },
            compact_long: if plan.is_compact() { CompactUnit::default() } else { CompactUnit::absent() },
            floats: Switch::new(variant.is_some()),
            float: variant.map_or_else(FloatUnit::absent, float),
            ..Default::default()
        }
    }
}

impl Logic for Units {
    #[circuit]
    fn update(&mut self) {
        clock!(self, clock, long, compact_long, multiply, float);

        self.float_chosen.next = self.control.val().float & self.floats.on.val();
        self.multiply_chosen.next = self.control.val().multiply
            & self.multiplies_words.on.val()
            & (self.multiplies_doubles.on.val() | !self.control.val().double);
        connect!(self => self.multiply; reset, control, a, b);
        self.multiply.start.next = self.start.val() & self.multiply_chosen.val();
        self.long_control.next = self.control.val();
        self.long_control.next.multiply = self.control.val().multiply & !self.multiply_chosen.val();
        self.long_starts.next = self.start.val() & !self.float_chosen.val() & !self.multiply_chosen.val();
        connect!(self => self.long; reset, a, b);
        self.long.control.next = self.long_control.val();
        self.long.start.next = self.long_starts.val() & !self.compact.val();
        connect!(self => self.compact_long; reset, a, b);
        self.compact_long.control.next = self.long_control.val();
        self.compact_long.start.next = self.long_starts.val() & self.compact.val();
        connect!(self => self.float; reset, a, b);
        self.float.control.next = self.unit_control.val().float;
        self.float.start.next = self.start.val() & self.float_chosen.val();

        self.done.next = self.long.done.val();
        self.result.next = self.long.result.val();
        self.trap.next = self.long.trap.val();
        if self.compact.val() {
            self.done.next = self.compact_long.done.val();
            self.result.next = self.compact_long.result.val();
            self.trap.next = self.compact_long.trap.val();
        }
        if self.multiply_chosen.val() {
            self.done.next = self.multiply.done.val();
            self.result.next =
                (self.result.val() & 0xffff_ffff_0000_0000_u64) | (self.multiply.result.val() & 0xffff_ffff_u64);
            if self.multiplies_doubles.on.val() {
                self.result.next = self.multiply.result.val();
            }
            self.trap.next = 0.into();
        }
        if self.float_chosen.val() {
            self.done.next = self.float.done.val();
            self.result.next = self.float.result.val();
            self.trap.next = self.float.trap.val();
        }
    }
}
