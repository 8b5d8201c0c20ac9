//! Stage X's execution: the ALU, the units, and the choice of the result.
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

use crate::back::alu::Alu;
use crate::front::control::Control;
use crate::prim::late::{Late, LateChoice, LateData};
use crate::units::{UnitControl, Units};
use layer::circuit;
use rust_hdl::prelude::*;

#[derive(LogicBlock, Default)]
pub struct Execute {
    pub clock: Signal<In, Clock>,
    /// Abandons the operation of a unit.
    pub reset: Signal<In, Bit>,
    /// The group in X is alive.
    pub live: Signal<In, Bit>,
    /// It is the compact core; constant.
    pub compact: Signal<In, Bit>,
    /// See [`Alu`]; constant.
    pub prepares: Signal<In, Bit>,
    /// Nothing holds it, if it is alive: its operands are there, and M is free.
    pub go: Signal<In, Bit>,
    pub control: Signal<In, Control>,
    pub unit_control: Signal<In, UnitControl>,
    /// Of `control`: the result's high half is the second pass's, its low half was the first's.
    pub halves: Signal<In, Bit>,
    /// Of `control`: the result's high half is that of the ALU or a unit; is not that of an operand.
    pub computed: Signal<In, Bit>,
    pub extended: Signal<In, Bit>,
    /// Of `control`: the result's low half is that of an operand.
    pub bypass: Signal<In, Bit>,
    /// The group's comparison is the condition of the `select` that follows.
    pub chooses: Signal<In, Bit>,
    pub a: Signal<In, Bits<64>>,
    pub b: Signal<In, Bits<64>>,

    pub first_pass: Signal<Out, Bit>,
    /// The group leaves X, if it is alive. Known before that.
    pub ends: Signal<Out, Bit>,
    /// It leaves X.
    pub leave: Signal<Out, Bit>,
    /// The low half of the result is valid: with `leave`, or in the first pass.
    pub low_done: Signal<Out, Bit>,
    /// Valid with `leave`, but for a low half that was valid before.
    pub result: Signal<Out, LateData>,
    /// The outcome of a comparison; for who chooses himself.
    pub condition: Signal<Out, Bit>,
    pub outcome: Signal<Out, Late>,
    /// Stop code of a unit, with `leave`.
    pub trap: Signal<Out, Bits<8>>,

    alu: Alu,
    pub(crate) units: Units,
    second_pass: DFF<Bit>,
    started: DFF<Bit>,
    chosen: DFF<Bit>,
    passing: Signal<Local, Bit>,
    start: Signal<Local, Bit>,
    going: Signal<Local, Bit>,
    ending: Signal<Local, Bit>,
    leaving: Signal<Local, Bit>,
    pass_b: Signal<Local, Bit>,
    sign: Signal<Local, Bit>,
    low_choice: Signal<Local, Bit>,
    early_low: Signal<Local, Bits<32>>,
    high_choice: Signal<Local, Bit>,
    early_high: Signal<Local, Bits<32>>,
    sum_low: Signal<Local, Bit>,
    sum_high: Signal<Local, Bit>,
    lowest: Signal<Local, Bit>,
    may_compare: Signal<Local, Bit>,
    lowest_late: Signal<Local, Late>,
    result_low: Signal<Local, Bits<32>>,
    outcomes: LateChoice,
    result_high: Signal<Local, Bits<32>>,
}

impl Logic for Execute {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, second_pass, started, chosen);
        clock!(self, clock, alu, units);

        // When the group moves on.
        self.going.next = self.live.val() & self.go.val();
        self.passing.next = self.going.val() & self.control.val().wide & !self.second_pass.q.val();
        self.start.next = self.going.val() & self.control.val().long & !self.started.q.val();
        self.ending.next = self.go.val()
            & (!self.control.val().wide | self.second_pass.q.val())
            & (!self.control.val().long | (self.started.q.val() & self.units.done.val()));
        self.leaving.next = self.live.val() & self.ending.val();
        self.second_pass.d.next =
            (self.passing.val() | self.second_pass.q.val()) & !self.leaving.val() & self.live.val();
        self.started.d.next = (self.start.val() | self.started.q.val()) & !self.leaving.val() & self.live.val();

        // The units.
        connect!(self => self.alu; compact, prepares);
        self.alu.control.next = self.control.val();
        self.alu.a.next = self.a.val().get_bits::<32>(0);
        self.alu.b.next = self.b.val().get_bits::<32>(0);
        self.alu.second.next = self.second_pass.q.val();
        connect!(self => self.units; compact, reset, control, unit_control, start, a, b);
        if self.leaving.val() & self.chooses.val() {
            self.chosen.d.next = self.outcomes.value.val();
        }

        // The result. What the adder gives is late, so everything else is chosen before. A move passes A on through
        // the adder; a choice may pass B on, and a store does, what it writes. Two signals for each half say what the
        // early part is, or else which unit the half comes from: so a bit takes two LUTs.
        self.pass_b.next = self.control.val().store | !self.chosen.q.val();
        self.sign.next = self.control.val().signed & self.a.val().get_bit(31);
        if self.control.val().extend8 {
            self.sign.next = self.a.val().get_bit(7);
        }
        if self.control.val().extend16 {
            self.sign.next = self.a.val().get_bit(15);
        }
        self.low_choice.next = if self.bypass.val() { self.pass_b.val() } else { self.control.val().long };
        self.early_low.next = 0.into();
        if self.low_choice.val() {
            self.early_low.next = 0xffff_ffff_u32.to_bits();
        }
        if self.bypass.val() {
            self.early_low.next =
                if self.low_choice.val() { self.b.val().get_bits::<32>(0) } else { self.a.val().get_bits::<32>(0) };
        }
        self.result_low.next = if self.bypass.val() {
            self.early_low.val()
        } else {
            (self.alu.rest.val() & !self.early_low.val())
                | (self.units.result.val().get_bits::<32>(0) & self.early_low.val())
        };
        self.high_choice.next = self.bypass.val() & self.pass_b.val();
        if self.control.val().fill {
            self.high_choice.next = self.sign.val();
        }
        if self.computed.val() {
            self.high_choice.next = self.control.val().long;
        }
        self.early_high.next = self.a.val().get_bits::<32>(32);
        if self.high_choice.val() {
            self.early_high.next = self.b.val().get_bits::<32>(32);
        }
        if self.extended.val() {
            self.early_high.next = if self.high_choice.val() { 0xffff_ffff_u32.to_bits() } else { 0.into() };
        }
        self.result_high.next = if self.computed.val() {
            (self.alu.rest.val() & !self.early_high.val())
                | (self.units.result.val().get_bits::<32>(32) & self.early_high.val())
        } else {
            self.early_high.val()
        };

        self.low_done.next = self.passing.val() | (self.leaving.val() & !self.halves.val());
        self.first_pass.next = self.passing.val();
        self.ends.next = self.ending.val();
        self.leave.next = self.leaving.val();
        self.sum_low.next = self.alu.adds.val() & !self.bypass.val() & !self.low_choice.val();
        self.sum_high.next = self.alu.adds.val() & self.computed.val() & !self.high_choice.val();
        self.result.next.sum = self.alu.sum.val();
        self.result.next.sum_low = self.sum_low.val();
        self.result.next.sum_high = self.sum_high.val();
        self.result.next.low = self.result_low.val();
        self.result.next.high = self.result_high.val();

        // The outcome of a comparison, and bit 0 of the low half, which may be that.
        self.outcome.next = self.alu.condition.val();
        self.outcomes.of.next = self.alu.condition.val();
        self.condition.next = self.outcomes.value.val();
        self.lowest.next = self.result_low.val().get_bit(0) | (self.sum_low.val() & self.alu.sum.val().get_bit(0));
        self.may_compare.next = !self.bypass.val() & !self.low_choice.val();
        self.lowest_late.next.comes = self.alu.condition.val().comes;
        self.lowest_late.next.then = self.lowest.val() | (self.alu.condition.val().then & self.may_compare.val());
        self.lowest_late.next.otherwise =
            self.lowest.val() | (self.alu.condition.val().otherwise & self.may_compare.val());
        self.result.next.lowest = self.lowest_late.val();
        self.trap.next = self.units.trap.val();
    }
}
