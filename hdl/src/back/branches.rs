//! Branches, resolved in stage X.
//!
//! ```text
//! clock         _/~\_/~\_/~\_
//! leave         /~~~\________   `condition` is valid
//! to_sequencer  /~~~\________   the sequencer goes on with the group,
//! r_sequence    ____/~~~\____   a cycle later if it is a branch by a condition, which comes late
//! r_valid       ____/~~~\____   the branch was predicted wrong: fetch goes on at `r_pc`
//! ```

use crate::front::control::Control;
use crate::front::decode::Slots;
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
    pub condition: Signal<In, Bit>,
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
    /// The condition of a conditional branch.
    met: Signal<Local, Bit>,
    taken: Signal<Local, Bit>,
}

impl<const C: usize, const B: usize> Logic for Branches<C, B> {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, r_valid, r_pc, r_lead, r_branch, r_sequence);
        self.met.next = (self.control.val().branch & self.condition.val())
            | (self.control.val().otherwise & !self.condition.val())
            | (self.slots.val().fused & self.condition.val());
        self.taken.next = self.jump.val() | self.met.val();
        self.to_sequencer.next = self.leave.val()
            & self.blocks.val()
            & (self.jump.val()
                | self.control.val().call
                | self.control.val().table
                | self.control.val().privileged
                | self.control.val().service);
        self.r_sequence.d.next = self.leave.val() & self.blocks.val() & self.met.val();
        self.r_valid.d.next =
            self.leave.val() & self.resolves.val() & !self.blocks.val() & (self.taken.val() ^ self.predicted.val());
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
