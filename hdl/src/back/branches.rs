//! Branches, resolved in stage X.
//!
//! ```text
//! clock         _/~\_/~\_/~\_
//! leave         /~~~\________   `outcome` is valid
//! to_sequencer  /~~~\________   the sequencer goes on with the group,
//! r_sequence    ____/~~~\____   a cycle later if it is a branch by a condition, which comes late
//! r_valid       ____/~~~\____   the branch was predicted wrong: fetch goes on at `r_pc`
//! ```

use crate::front::control::Control;
use crate::front::decode::Slots;
use crate::prim::late::{Late, LateChoice};
use layer::circuit;
use rust_hdl::prelude::*;

/// Widths: `C` code address, `B` branch-entry index.
#[derive(LogicBlock, Default)]
pub struct Branches<const C: usize, const B: usize> {
    pub clock: Signal<In, Clock>,
    /// It is the compact core, in which nothing follows a branch into X; constant.
    pub compact: Signal<In, Bit>,
    pub leave: Signal<In, Bit>,
    /// The outcome of its comparison.
    pub outcome: Signal<In, Late>,
    // The group in X: see `StageX`.
    pub control: Signal<In, Control>,
    pub slots: Signal<In, Slots>,
    pub jump: Signal<In, Bit>,
    pub resolves: Signal<In, Bit>,
    pub blocks: Signal<In, Bit>,
    pub predicted: Signal<In, Bit>,
    pub other_pc: Signal<In, Bits<C>>,
    pub other_lead: Signal<In, Bits<4>>,
    pub other_branch: Signal<In, Bits<B>>,

    pub to_sequencer: Signal<Out, Bit>,
    pub goes_on: Signal<Out, Bit>,
    pub wrong: Signal<Out, Bit>,
    /// Where fetch goes on, with the lead there and the next branch entry.
    pub pc: Signal<Out, Bits<C>>,
    pub lead: Signal<Out, Bits<4>>,
    pub branch: Signal<Out, Bits<B>>,

    r_valid: DFF<Bit>,
    r_pc: DFF<Bits<C>>,
    r_lead: DFF<Bits<4>>,
    r_branch: DFF<Bits<B>>,
    r_sequence: DFF<Bit>,
    wrongs: LateChoice,
    sequences: LateChoice,
    /// The condition of a conditional branch, by the outcome; whether it is known to leave and to go where it is not
    /// predicted, or to the sequencer.
    met_then: Signal<Local, Bit>,
    met_otherwise: Signal<Local, Bit>,
    checks: Signal<Local, Bit>,
    finishes: Signal<Local, Bit>,
}

impl<const C: usize, const B: usize> Logic for Branches<C, B> {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, r_valid, r_pc, r_lead, r_branch, r_sequence);
        self.met_then.next = (self.control.val().branch & self.outcome.val().then)
            | (self.control.val().otherwise & !self.outcome.val().then)
            | (self.slots.val().fused & self.outcome.val().then);
        self.met_otherwise.next = (self.control.val().branch & self.outcome.val().otherwise)
            | (self.control.val().otherwise & !self.outcome.val().otherwise)
            | (self.slots.val().fused & self.outcome.val().otherwise);
        self.to_sequencer.next = self.leave.val()
            & self.blocks.val()
            & (self.jump.val()
                | self.control.val().call
                | self.control.val().table
                | self.control.val().privileged
                | self.control.val().service);
        self.finishes.next = self.leave.val() & self.blocks.val();
        self.sequences.of.next.comes = self.outcome.val().comes;
        self.sequences.of.next.then = self.finishes.val() & self.met_then.val();
        self.sequences.of.next.otherwise = self.finishes.val() & self.met_otherwise.val();
        self.r_sequence.d.next = self.sequences.value.val();
        self.checks.next = self.leave.val() & self.resolves.val() & !self.blocks.val();
        self.wrongs.of.next.comes = self.outcome.val().comes;
        self.wrongs.of.next.then = self.checks.val() & ((self.jump.val() | self.met_then.val()) ^ self.predicted.val());
        self.wrongs.of.next.otherwise =
            self.checks.val() & ((self.jump.val() | self.met_otherwise.val()) ^ self.predicted.val());
        self.r_valid.d.next = self.wrongs.value.val();
        self.r_pc.d.next = self.other_pc.val();
        self.r_lead.d.next = self.other_lead.val();
        self.r_branch.d.next = self.other_branch.val();

        self.goes_on.next = self.r_sequence.q.val();
        self.wrong.next = self.r_valid.q.val();
        self.pc.next = if self.compact.val() { self.other_pc.val() } else { self.r_pc.q.val() };
        self.lead.next = if self.compact.val() { self.other_lead.val() } else { self.r_lead.q.val() };
        self.branch.next = if self.compact.val() { self.other_branch.val() } else { self.r_branch.q.val() };
    }
}
