//! Stage X's execution: the ALU, the long unit, and the choice of the result.
//!
//! A 64-bit operation of the ALU takes two passes, low halves first; the operands of the second are the high halves.
//! A long operation waits for its unit. Everything else leaves in the cycle in which it may go.
//!
//! ```text
//! clock       _/~\_/~\_/~\_/~\_
//!             wide    move
//! go          /~~~~~~~~~~~\____
//! first_pass  /~~~\____________
//! leave       ____/~~~~~~~\____   result and condition are valid
//! ```

use crate::alu::Alu;
use crate::control::Control;
use crate::long::LongUnit;
use rust_hdl::prelude::*;

#[derive(LogicBlock, Default)]
pub struct Execute {
    pub clock: Signal<In, Clock>,
    /// Abandons a long operation.
    pub reset: Signal<In, Bit>,
    /// The group in X is alive.
    pub live: Signal<In, Bit>,
    /// Nothing holds it: its operands are there, and M is free.
    pub go: Signal<In, Bit>,
    pub control: Signal<In, Control>,
    /// Of `control`: the result's high half is the second pass's, its low half the first's.
    pub halves: Signal<In, Bit>,
    /// Of `control`: the result's low half is not the ALU's.
    pub bypass: Signal<In, Bit>,
    /// The group's comparison is the condition of the `select` that follows.
    pub chooses: Signal<In, Bit>,
    pub a: Signal<In, Bits<64>>,
    pub b: Signal<In, Bits<64>>,

    pub first_pass: Signal<Out, Bit>,
    /// The group leaves X.
    pub leave: Signal<Out, Bit>,
    pub result: Signal<Out, Bits<64>>,
    /// The outcome of a comparison.
    pub condition: Signal<Out, Bit>,
    /// Stop code of a long operation, with `leave`.
    pub trap: Signal<Out, Bits<8>>,

    alu: Alu,
    long: LongUnit,
    second_pass: DFF<Bit>,
    started: DFF<Bit>,
    chosen: DFF<Bit>,
    low: DFF<Bits<32>>,
    passing: Signal<Local, Bit>,
    start: Signal<Local, Bit>,
    leaving: Signal<Local, Bit>,
    moved: Signal<Local, Bits<64>>,
    early: Signal<Local, Bits<64>>,
    sign: Signal<Local, Bit>,
    result_low: Signal<Local, Bits<32>>,
    result_high: Signal<Local, Bits<32>>,
}

impl Logic for Execute {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, second_pass, started, chosen, low);
        clock!(self, clock, alu, long);

        // When the group moves on.
        self.passing.next = self.go.val() & self.control.val().wide & !self.second_pass.q.val();
        self.start.next = self.go.val() & self.control.val().long & !self.started.q.val();
        self.leaving.next = self.go.val()
            & (!self.control.val().wide | self.second_pass.q.val())
            & (!self.control.val().long | (self.started.q.val() & self.long.done.val()));
        self.second_pass.d.next =
            (self.passing.val() | self.second_pass.q.val()) & !self.leaving.val() & self.live.val();
        self.started.d.next = (self.start.val() | self.started.q.val()) & !self.leaving.val() & self.live.val();

        // The units.
        self.alu.control.next = self.control.val();
        self.alu.a.next = self.a.val().get_bits::<32>(0);
        self.alu.b.next = self.b.val().get_bits::<32>(0);
        self.alu.second.next = self.second_pass.q.val();
        self.long.reset.next = self.reset.val();
        self.long.start.next = self.start.val();
        self.long.control.next = self.control.val();
        self.long.a.next = self.a.val();
        self.long.b.next = self.b.val();
        if self.passing.val() {
            self.low.d.next = self.alu.result.val();
        }
        if self.leaving.val() & self.chooses.val() {
            self.chosen.d.next = self.alu.condition.val();
        }

        // The result. What the adder gives is late, so everything else is chosen before. A move passes A on through
        // the adder; a choice may pass B on.
        self.moved.next = self.a.val();
        if self.control.val().select & !self.chosen.q.val() {
            self.moved.next = self.b.val();
        }
        self.sign.next = self.control.val().signed & self.moved.val().get_bit(31);
        if self.control.val().extend8 {
            self.sign.next = self.moved.val().get_bit(7);
        }
        if self.control.val().extend16 {
            self.sign.next = self.moved.val().get_bit(15);
        }
        self.early.next = self.moved.val();
        if self.control.val().fill {
            self.early.next = bit_cast::<64, 32>(self.moved.val().get_bits::<32>(0));
            if self.sign.val() {
                self.early.next = self.moved.val() | 0xffff_ffff_0000_0000_u64;
            }
        }
        if self.halves.val() {
            self.early.next = bit_cast::<64, 32>(self.low.q.val());
        }
        if self.control.val().long {
            self.early.next = self.long.result.val();
        }
        self.result_low.next = self.alu.result.val();
        if self.bypass.val() {
            self.result_low.next = self.early.val().get_bits::<32>(0);
        }
        self.result_high.next = self.early.val().get_bits::<32>(32);
        if self.halves.val() {
            self.result_high.next = self.alu.result.val();
        }

        self.first_pass.next = self.passing.val();
        self.leave.next = self.leaving.val();
        self.result.next =
            bit_cast::<64, 32>(self.result_low.val()) | (bit_cast::<64, 32>(self.result_high.val()) << 32);
        self.condition.next = self.alu.condition.val();
        self.trap.next = self.long.trap.val();
    }
}
