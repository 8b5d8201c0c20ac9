//! The CRC-32 of frames and images (`isa::wire::frame`), a bit a cycle.

use rust_hdl::prelude::*;

/// ```text
/// clock  _/~\_/~\_ ... _/~\_/~\_
/// take   /~~~\___________________
/// busy   ____/~~~ ... ~~~~~~\____   eight cycles
/// ```
#[derive(LogicBlock)]
pub struct Crc {
    pub clock: Signal<In, Clock>,
    /// Begins anew. Wins over everything else.
    pub clear: Signal<In, Bit>,
    /// Takes this byte. Only while not `busy`.
    pub take: Signal<In, Bit>,
    pub octet: Signal<In, Bits<8>>,
    pub busy: Signal<Out, Bit>,
    /// Of the bytes so far.
    pub value: Signal<Out, Bits<32>>,
    /// The last four bytes were the CRC of those before.
    pub residual: Signal<Out, Bit>,

    /// Inverted, so that it begins with all ones.
    remainder: DFF<Bits<32>>,
    left: DFF<Bits<4>>,
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
            take: Default::default(),
            octet: Default::default(),
            busy: Default::default(),
            value: Default::default(),
            residual: Default::default(),
            remainder: Default::default(),
            left: Default::default(),
            halved: Default::default(),
            top: Constant::new(0x8000_0000u64.to_bits()),
            polynomial: Constant::new(0xedb8_8320u64.to_bits()),
            residue: Constant::new(0x2144_df1cu64.to_bits()),
        }
    }
}

impl Logic for Crc {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, remainder, left);
        // A zero comes in at the top, inverted; the lowest bit is inverted too.
        self.halved.next = (self.remainder.q.val() >> 1) | self.top.val();
        if self.take.val() {
            self.remainder.d.next = self.remainder.q.val() ^ bit_cast::<32, 8>(self.octet.val());
            self.left.d.next = 8.into();
        } else if self.left.q.val().any() {
            self.remainder.d.next = self.halved.val();
            if !self.remainder.q.val().get_bit(0) {
                self.remainder.d.next = self.halved.val() ^ self.polynomial.val();
            }
            self.left.d.next = self.left.q.val() - 1;
        }
        if self.clear.val() {
            self.remainder.d.next = 0.into();
            self.left.d.next = 0.into();
        }
        self.busy.next = self.left.q.val().any();
        self.value.next = self.remainder.q.val();
        self.residual.next = self.remainder.q.val() == self.residue.val();
    }
}
