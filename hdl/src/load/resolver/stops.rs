//! Why the resolver stops.

use crate::prim::stop_code::StopCode;
use isa::outcome::{Exhausted, Fault, Stop};
use layer::circuit;
use rust_hdl::prelude::*;

/// It stops in the cycle after `live` with a reason. Of several reasons, the last one here is given.
#[derive(LogicBlock, Default)]
pub struct Stops {
    pub clock: Signal<In, Clock>,
    /// A row acts, and there has been no reason in the cycle before.
    pub live: Signal<In, Bit>,
    /// No branch entry, label, or slot is left.
    pub entries: Signal<In, Bit>,
    pub labels: Signal<In, Bit>,
    pub slots: Signal<In, Bit>,
    /// The code is not valid; has a code that is no instruction's.
    pub invalid: Signal<In, Bit>,
    pub unknown: Signal<In, Bit>,
    /// `isa::outcome::Stop` code, or 0.
    pub code: Signal<Out, Bits<8>>,
    /// It stops.
    pub stopped: Signal<Out, Bit>,

    no_entry: StopCode<{ Stop::Exhausted(Exhausted::BranchEntries).code() }>,
    no_label: StopCode<{ Stop::Exhausted(Exhausted::LabelStack).code() }>,
    no_slot: StopCode<{ Stop::Exhausted(Exhausted::ValueStack).code() }>,
    invalid_code: StopCode<{ Stop::Fault(Fault::InvalidCode).code() }>,
    unknown_opcode: StopCode<{ Stop::Fault(Fault::UnknownOpcode).code() }>,
    without_entry: DFF<Bit>,
    without_label: DFF<Bit>,
    without_slot: DFF<Bit>,
    not_valid: DFF<Bit>,
    not_known: DFF<Bit>,
}

impl Logic for Stops {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, without_entry, without_label, without_slot, not_valid, not_known);
        self.without_entry.d.next = self.live.val() & self.entries.val();
        self.without_label.d.next = self.live.val() & self.labels.val();
        self.without_slot.d.next = self.live.val() & self.slots.val();
        self.not_valid.d.next = self.live.val() & self.invalid.val();
        self.not_known.d.next = self.live.val() & self.unknown.val();
        self.stopped.next = self.without_entry.q.val()
            | self.without_label.q.val()
            | self.without_slot.q.val()
            | self.not_valid.q.val()
            | self.not_known.q.val();
        self.code.next = 0.into();
        if self.without_entry.q.val() {
            self.code.next = self.no_entry.code.val();
        }
        if self.without_label.q.val() {
            self.code.next = self.no_label.code.val();
        }
        if self.without_slot.q.val() {
            self.code.next = self.no_slot.code.val();
        }
        if self.not_valid.q.val() {
            self.code.next = self.invalid_code.code.val();
        }
        if self.not_known.q.val() {
            self.code.next = self.unknown_opcode.code.val();
        }
    }
}
