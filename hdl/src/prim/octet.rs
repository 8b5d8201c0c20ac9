//! One byte of several.

use layer::circuit;
use rust_hdl::prelude::*;

/// Combinational.
#[derive(LogicBlock, Default)]
pub struct Octet {
    /// Byte k in bits 8k + 7 to 8k.
    pub row: Signal<In, Bits<64>>,
    pub lane: Signal<In, Bits<3>>,
    pub octet: Signal<Out, Bits<8>>,
}

impl Logic for Octet {
    #[circuit]
    fn update(&mut self) {
        match self.lane.val().index() {
            0 => self.octet.next = self.row.val().get_bits::<8>(0),
            1 => self.octet.next = self.row.val().get_bits::<8>(8),
            2 => self.octet.next = self.row.val().get_bits::<8>(16),
            3 => self.octet.next = self.row.val().get_bits::<8>(24),
            4 => self.octet.next = self.row.val().get_bits::<8>(32),
            5 => self.octet.next = self.row.val().get_bits::<8>(40),
            6 => self.octet.next = self.row.val().get_bits::<8>(48),
            _ => self.octet.next = self.row.val().get_bits::<8>(56),
        }
    }
}
