//! Stage X's registers: the group that executes, and when it moves on.

use crate::front::control::Control;
use crate::front::decode::{Nothing, Slots};
use crate::prim::stop_code::StopCode;
use crate::units::UnitControl;
use isa::outcome::{Fault, Stop, Trap};
use layer::circuit;
use rust_hdl::prelude::*;

/// Widths: `C` code address, `B` branch-entry index, `S` stack slot. What an output is of the group in X, the input with
/// `d_` in front is of that in D.
#[derive(LogicBlock, Default)]
pub struct StageX<const C: usize, const B: usize, const S: usize> {
    pub clock: Signal<In, Clock>,
    /// The core runs.
    pub run: Signal<In, Bit>,
    /// The group in D goes to X, or instead of it a move of an operand to its slot.
    pub issue: Signal<In, Bit>,
    pub insert: Signal<In, Bit>,
    pub d_control: Signal<In, Control>,
    /// Its operation does not execute here.
    pub d_foreign: Signal<In, Bit>,
    pub d_unit_control: Signal<In, UnitControl>,
    pub d_slots: Signal<In, Slots>,
    pub d_opcode: Signal<In, Bits<8>>,
    pub d_place: Signal<In, Bits<3>>,
    pub d_count: Signal<In, Bits<4>>,
    pub d_offset: Signal<In, Bits<32>>,
    pub d_silent: Signal<In, Bit>,
    pub d_jump: Signal<In, Bit>,
    pub d_resolves: Signal<In, Bit>,
    pub d_halves: Signal<In, Bit>,
    pub d_computed: Signal<In, Bit>,
    pub d_extended: Signal<In, Bit>,
    pub d_bypass: Signal<In, Bit>,
    pub d_blocks: Signal<In, Bit>,
    pub d_predicted: Signal<In, Bit>,
    pub d_pc: Signal<In, Bits<C>>,
    pub d_next_branch: Signal<In, Bits<B>>,
    pub d_other_pc: Signal<In, Bits<C>>,
    pub d_other_lead: Signal<In, Bits<4>>,
    pub d_other_branch: Signal<In, Bits<B>>,
    pub d_returns: Signal<In, Bit>,
    pub d_height: Signal<In, Bits<S>>,
    pub d_keep: Signal<In, Bits<S>>,

    /// The group in X leaves it; was fetched on a wrong path.
    pub leave: Signal<In, Bit>,
    pub wrong: Signal<In, Bit>,
    // What may hold it: its operands are there; linear memory makes a further pass, or a store has it.
    pub operands_ready: Signal<In, Bit>,
    pub busy: Signal<In, Bit>,
    pub storing: Signal<In, Bit>,
    /// Stop code of a unit, and that which `raise` has as its immediate.
    pub unit_trap: Signal<In, Bits<8>>,
    pub raised: Signal<In, Bits<8>>,

    /// There is a group, on the right path; nothing but itself holds it, and it keeps none out.
    pub live: Signal<Out, Bit>,
    pub go: Signal<Out, Bit>,
    /// Stop code of its operation, or 0.
    pub trap: Signal<Out, Bits<8>>,
    pub control: Signal<Out, Control>,
    pub unit_control: Signal<Out, UnitControl>,
    pub slots: Signal<Out, Slots>,
    /// First opcode byte of the operation, and how far it is from the first byte; instructions.
    pub opcode: Signal<Out, Bits<8>>,
    pub place: Signal<Out, Bits<3>>,
    pub count: Signal<Out, Bits<4>>,
    /// Of a load or store.
    pub offset: Signal<Out, Bits<32>>,
    /// It does not retire: the condition of a `select`, or a move of an operand to its slot.
    pub silent: Signal<Out, Bit>,
    pub jump: Signal<Out, Bit>,
    /// It ends in a branch.
    pub resolves: Signal<Out, Bit>,
    /// The result's high half is this pass's, its low half the first pass's.
    pub halves: Signal<Out, Bit>,
    /// The result's high half is that of the ALU or a unit; is not that of an operand.
    pub computed: Signal<Out, Bit>,
    pub extended: Signal<Out, Bit>,
    /// The result's low half is that of an operand.
    pub bypass: Signal<Out, Bit>,
    /// The sequencer may have to finish it.
    pub blocks: Signal<Out, Bit>,
    /// Its branch was predicted taken.
    pub predicted: Signal<Out, Bit>,
    pub pc: Signal<Out, Bits<C>>,
    /// See `Fetch`.
    pub next_branch: Signal<Out, Bits<B>>,
    pub other_pc: Signal<Out, Bits<C>>,
    pub other_lead: Signal<Out, Bits<4>>,
    pub other_branch: Signal<Out, Bits<B>>,
    pub returns: Signal<Out, Bit>,
    pub height: Signal<Out, Bits<S>>,
    pub keep: Signal<Out, Bits<S>>,

    nothing: Nothing,
    unreachable: StopCode<{ Stop::Trap(Trap::Unreachable).code() }>,
    illegal: StopCode<{ Stop::Fault(Fault::UnknownOpcode).code() }>,
    x_valid: DFF<Bit>,
    x_control: DFF<Control>,
    x_unit_control: DFF<UnitControl>,
    x_slots: DFF<Slots>,
    x_opcode: DFF<Bits<8>>,
    x_place: DFF<Bits<3>>,
    x_count: DFF<Bits<4>>,
    x_offset: DFF<Bits<32>>,
    x_silent: DFF<Bit>,
    x_jump: DFF<Bit>,
    x_resolves: DFF<Bit>,
    x_halves: DFF<Bit>,
    x_computed: DFF<Bit>,
    x_extended: DFF<Bit>,
    x_bypass: DFF<Bit>,
    x_blocks: DFF<Bit>,
    x_predicted: DFF<Bit>,
    x_pc: DFF<Bits<C>>,
    x_next_branch: DFF<Bits<B>>,
    x_other_pc: DFF<Bits<C>>,
    x_other_lead: DFF<Bits<4>>,
    x_other_branch: DFF<Bits<B>>,
    x_returns: DFF<Bit>,
    x_height: DFF<Bits<S>>,
    x_keep: DFF<Bits<S>>,
    alive: Signal<Local, Bit>,
}

impl<const C: usize, const B: usize, const S: usize> Logic for StageX<C, B, S> {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, x_valid, x_control, x_unit_control, x_slots, x_opcode, x_place, x_count, x_offset);
        dff_setup!(self, clock, x_jump, x_resolves, x_halves, x_computed, x_extended, x_bypass, x_blocks, x_predicted);
        dff_setup!(self, clock, x_pc, x_next_branch, x_other_pc, x_other_lead, x_other_branch, x_returns);
        dff_setup!(self, clock, x_silent, x_height, x_keep);

        self.alive.next = self.x_valid.q.val() & !self.wrong.val() & self.run.val();
        self.live.next = self.alive.val();
        self.go.next =
            self.operands_ready.val() & !self.busy.val() & !(self.x_control.q.val().load & self.storing.val());
        self.trap.next = 0.into();
        if self.x_control.q.val().unreachable {
            self.trap.next = self.unreachable.code.val();
        }
        if self.x_control.q.val().raise {
            self.trap.next = self.raised.val();
        }
        if self.x_control.q.val().illegal | (self.x_control.q.val().service & !self.x_blocks.q.val()) {
            self.trap.next = self.illegal.code.val();
        }
        if self.x_control.q.val().long {
            self.trap.next = self.unit_trap.val();
        }

        // D to X.
        if self.leave.val() | !self.alive.val() {
            self.x_valid.d.next = self.issue.val();
        }
        if !self.run.val() {
            self.x_valid.d.next = false;
        }
        if self.issue.val() {
            self.x_control.d.next = self.d_control.val();
            if self.d_foreign.val() {
                self.x_control.d.next = self.nothing.illegal.val();
            }
            self.x_unit_control.d.next = self.d_unit_control.val();
            self.x_slots.d.next = self.d_slots.val();
            self.x_opcode.d.next = self.d_opcode.val();
            self.x_place.d.next = self.d_place.val();
            self.x_count.d.next = self.d_count.val();
            self.x_offset.d.next = self.d_offset.val();
            self.x_silent.d.next = self.d_silent.val();
            self.x_jump.d.next = self.d_jump.val();
            self.x_resolves.d.next = self.d_resolves.val();
            self.x_halves.d.next = self.d_halves.val();
            self.x_computed.d.next = self.d_computed.val();
            self.x_extended.d.next = self.d_extended.val();
            self.x_bypass.d.next = self.d_bypass.val();
            self.x_blocks.d.next = self.d_blocks.val();
            self.x_predicted.d.next = self.d_predicted.val();
            self.x_pc.d.next = self.d_pc.val();
            self.x_next_branch.d.next = self.d_next_branch.val();
            self.x_other_pc.d.next = self.d_other_pc.val();
            self.x_other_lead.d.next = self.d_other_lead.val();
            self.x_other_branch.d.next = self.d_other_branch.val();
            self.x_returns.d.next = self.d_returns.val();
            self.x_height.d.next = self.d_height.val();
            self.x_keep.d.next = self.d_keep.val();
            if self.insert.val() {
                self.x_control.d.next = self.nothing.control.val();
                self.x_slots.d.next = self.nothing.slots.val();
                self.x_jump.d.next = false;
                self.x_resolves.d.next = false;
                self.x_halves.d.next = false;
                self.x_computed.d.next = false;
                self.x_extended.d.next = false;
                self.x_bypass.d.next = false;
                self.x_blocks.d.next = false;
            }
        }

        self.control.next = self.x_control.q.val();
        self.unit_control.next = self.x_unit_control.q.val();
        self.slots.next = self.x_slots.q.val();
        self.opcode.next = self.x_opcode.q.val();
        self.place.next = self.x_place.q.val();
        self.count.next = self.x_count.q.val();
        self.offset.next = self.x_offset.q.val();
        self.silent.next = self.x_silent.q.val();
        self.jump.next = self.x_jump.q.val();
        self.resolves.next = self.x_resolves.q.val();
        self.halves.next = self.x_halves.q.val();
        self.computed.next = self.x_computed.q.val();
        self.extended.next = self.x_extended.q.val();
        self.bypass.next = self.x_bypass.q.val();
        self.blocks.next = self.x_blocks.q.val();
        self.predicted.next = self.x_predicted.q.val();
        self.pc.next = self.x_pc.q.val();
        self.next_branch.next = self.x_next_branch.q.val();
        self.other_pc.next = self.x_other_pc.q.val();
        self.other_lead.next = self.x_other_lead.q.val();
        self.other_branch.next = self.x_other_branch.q.val();
        self.returns.next = self.x_returns.q.val();
        self.height.next = self.x_height.q.val();
        self.keep.next = self.x_keep.q.val();
    }
}
