//! A unit that nobody needs, in a file as `hdl/src/units` has them: it counts ones as slowly as it can.

use crate::units::Extremes;
use isa::op::{Op, Signature, Unit};
use isa::types::ValType;
use layer::circuit;
use rust_hdl::prelude::*;

/// What it is told about an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Default, LogicStruct)]
pub struct MadeUpControl {
    /// The operand has 64 bits.
    pub double: Bit,
}

/// The control bits of an instruction, or nothing if it is not one of the unit's.
pub fn control(op: Op) -> Option<MadeUpControl> {
    let row = op.row();
    let double = matches!(row.signature, Signature::Fixed(&[ValType::I64], _));
    (row.unit == Unit::MadeUp).then_some(MadeUpControl { double })
}

/// Its limits for an operation, or nothing if another unit executes it.
pub fn extremes(op: Op) -> Option<Extremes> {
    let bits = if control(op)?.double { 64 } else { 32 };
    let note = "2 + bits up to the highest 1".into();
    Some(Extremes { best: (1, (0, 0)), worst: (1 + bits, (u64::MAX, 0)), note })
}

/// A bit in a cycle, from the lowest one to the highest that is 1.
#[derive(LogicBlock, Default)]
pub struct MadeUpUnit {
    pub clock: Signal<In, Clock>,
    /// Abandons what runs.
    pub reset: Signal<In, Bit>,
    /// High for one cycle, in which `control` and `a` are valid; only while nothing runs.
    pub start: Signal<In, Bit>,
    pub control: Signal<In, MadeUpControl>,
    pub a: Signal<In, Bits<64>>,
    /// `result` is valid, until the next `start` or `reset`.
    pub done: Signal<Out, Bit>,
    pub result: Signal<Out, Bits<64>>,

    rest: DFF<Bits<64>>,
    ones: DFF<Bits<7>>,
}

impl Logic for MadeUpUnit {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, rest, ones);
        self.done.next = !self.rest.q.val().any();
        self.result.next = bit_cast::<64, 7>(self.ones.q.val());
        self.rest.d.next = self.rest.q.val() >> 1;
        if self.rest.q.val().get_bit(0) {
            self.ones.d.next = self.ones.q.val() + 1;
        }
        if self.start.val() {
            self.rest.d.next = if self.control.val().double { self.a.val() } else { self.a.val() & 0xffff_ffff_u64 };
            self.ones.d.next = 0.into();
        }
        if self.reset.val() {
            self.rest.d.next = 0.into();
        }
    }
}
