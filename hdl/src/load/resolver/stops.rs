//! Why the resolver stops.

use crate::prim::stop_code::StopCode;
use isa::outcome::{Exhausted, Fault, Stop};
use layer::circuit;
use rust_hdl::prelude::*;

/// Combinational. Of several reasons, the last one here is given.
#[derive(LogicBlock, Default)]
pub struct Stops {
    /// No branch entry, label, or slot is left.
    pub entries: Signal<In, Bit>,
    pub labels: Signal<In, Bit>,
    pub slots: Signal<In, Bit>,
    /// The code is not valid; has a code that is no instruction's.
    pub invalid: Signal<In, Bit>,
    pub unknown: Signal<In, Bit>,
    /// `isa::outcome::Stop` code, or 0.
    pub code: Signal<Out, Bits<8>>,

    no_entry: StopCode<{ Stop::Exhausted(Exhausted::BranchEntries).code() }>,
    no_label: StopCode<{ Stop::Exhausted(Exhausted::LabelStack).code() }>,
    no_slot: StopCode<{ Stop::Exhausted(Exhausted::ValueStack).code() }>,
    invalid_code: StopCode<{ Stop::Fault(Fault::InvalidCode).code() }>,
    unknown_opcode: StopCode<{ Stop::Fault(Fault::UnknownOpcode).code() }>,
}

impl Logic for Stops {
    #[circuit]
    fn update(&mut self) {
        self.code.next = 0.into();
        if self.entries.val() {
            self.code.next = self.no_entry.code.val();
        }
        if self.labels.val() {
            self.code.next = self.no_label.code.val();
        }
        if self.slots.val() {
            self.code.next = self.no_slot.code.val();
        }
        if self.invalid.val() {
            self.code.next = self.invalid_code.code.val();
        }
        if self.unknown.val() {
            self.code.next = self.unknown_opcode.code.val();
        }
    }
}
