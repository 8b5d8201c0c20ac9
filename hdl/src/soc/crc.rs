//! The CRC-32 of frames and images (`isa::wire::frame`), a bit a cycle.

use layer::circuit;
use rust_hdl::prelude::*;

/// ```text
/// clock  _/~\_/~\_ ... _/~\_/~\_
/// step   /~~~~~~~~ ... ~~~~~\____   eight cycles for a byte, the lowest bit first
/// data   X b0 X b1 ... X b7 X
/// ```
#[derive(LogicBlock)]
pub struct Crc {
    pub clock: Signal<In, Clock>,
    /// Begins anew. Wins over a step.
    pub clear: Signal<In, Bit>,
    pub step: Signal<In, Bit>,
    /// The step takes the next bit of the CRC out, from the lowest one on, and no data in.
    pub extract: Signal<In, Bit>,
    pub data: Signal<In, Bit>,
    /// The bit that the step takes: of the data, or if it extracts, of the CRC of the data so far.
    pub taken: Signal<Out, Bit>,
    /// The last 32 bits were the CRC of those before.
    pub residual: Signal<Out, Bit>,

    /// Inverted, so that it begins with all ones.
    remainder: DFF<Bits<32>>,
    halved: Signal<Local, Bits<32>>,
    top: Constant<Bits<32>>,
    polynomial: Constant<Bits<32>>,
    residue: Constant<Bits<32>>,
}

impl Default for Crc {
    fn default() -> Crc {
        Crc {
            clock: Default::default(),
            clear: Default::default(),
            step: Default::default(),
            extract: Default::default(),
            data: Default::default(),
            taken: Default::default(),
            residual: Default::default(),
            remainder: Default::default(),
            halved: Default::default(),
            top: Constant::new(0x8000_0000u64.to_bits()),
            polynomial: Constant::new(0xedb8_8320u64.to_bits()),
            residue: Constant::new(0x2144_df1cu64.to_bits()),
        }
    }
}

impl Logic for Crc {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, remainder);
        // A zero comes in at the top, inverted; the lowest bit is inverted too.
        self.halved.next = (self.remainder.q.val() >> 1) | self.top.val();
        if self.step.val() {
            self.remainder.d.next = self.halved.val();
            if !self.extract.val() & (self.remainder.q.val().get_bit(0) == self.data.val()) {
                self.remainder.d.next = self.halved.val() ^ self.polynomial.val();
            }
        }
        if self.clear.val() {
            self.remainder.d.next = 0.into();
        }
        self.taken.next = if self.extract.val() { self.remainder.q.val().get_bit(0) } else { self.data.val() };
        self.residual.next = self.remainder.q.val() == self.residue.val();
    }
}
