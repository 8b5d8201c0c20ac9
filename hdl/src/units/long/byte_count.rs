//! Counts within one byte.

use layer::circuit;
use rust_hdl::prelude::*;

/// Ones in four bits. No state.
#[derive(LogicBlock, Default)]
pub struct NibbleOnes {
    pub bits: Signal<In, Bits<4>>,
    pub ones: Signal<Out, Bits<4>>,
}

impl Logic for NibbleOnes {
    #[circuit]
    fn update(&mut self) {
        match self.bits.val().index() {
            0 => self.ones.next = 0.into(),
            1 => self.ones.next = 1.into(),
            2 => self.ones.next = 1.into(),
            3 => self.ones.next = 2.into(),
            4 => self.ones.next = 1.into(),
            5 => self.ones.next = 2.into(),
            6 => self.ones.next = 2.into(),
            7 => self.ones.next = 3.into(),
            8 => self.ones.next = 1.into(),
            9 => self.ones.next = 2.into(),
            10 => self.ones.next = 2.into(),
            11 => self.ones.next = 3.into(),
            12 => self.ones.next = 2.into(),
            13 => self.ones.next = 3.into(),
            14 => self.ones.next = 3.into(),
            _ => self.ones.next = 4.into(),
        }
    }
}

/// What one byte adds to a count: the ones of `low`, or the zeros of `top` above its highest one, or the zeros of `low`
/// below its lowest one. No state.
#[derive(LogicBlock, Default)]
pub struct ByteCount {
    pub top: Signal<In, Bits<8>>,
    pub low: Signal<In, Bits<8>>,
    /// Count ones; if not, zeros below, not above.
    pub ones: Signal<In, Bit>,
    pub trailing: Signal<In, Bit>,
    /// The byte examined for zeros has a one.
    pub found: Signal<Out, Bit>,
    /// 0 to 8.
    pub count: Signal<Out, Bits<4>>,

    // `low` with neighbours swapped, then pairs too; swapping its halves as well reverses it.
    swapped1: Signal<Local, Bits<8>>,
    swapped2: Signal<Local, Bits<8>>,
    octet: Signal<Local, Bits<8>>,
    upper: Signal<Local, Bit>,
    nibble: Signal<Local, Bits<4>>,
    /// Zeros above the highest one of `nibble`.
    place: Signal<Local, Bits<4>>,
    zeros: Signal<Local, Bits<4>>,
    low_ones: NibbleOnes,
    high_ones: NibbleOnes,
}

impl Logic for ByteCount {
    #[circuit]
    fn update(&mut self) {
        self.swapped1.next = ((self.low.val() >> 1) & 0x55) | ((self.low.val() & 0x55) << 1);
        self.swapped2.next = ((self.swapped1.val() >> 2) & 0x33) | ((self.swapped1.val() & 0x33) << 2);
        self.octet.next =
            if self.trailing.val() { (self.swapped2.val() >> 4) | (self.swapped2.val() << 4) } else { self.top.val() };
        self.found.next = self.octet.val().any();
        self.upper.next = self.octet.val().get_bits::<4>(4).any();
        self.nibble.next =
            if self.upper.val() { self.octet.val().get_bits::<4>(4) } else { self.octet.val().get_bits::<4>(0) };
        self.place.next = 3.into();
        if self.nibble.val().get_bit(3) {
            self.place.next = 0.into();
        } else if self.nibble.val().get_bit(2) {
            self.place.next = 1.into();
        } else if self.nibble.val().get_bit(1) {
            self.place.next = 2.into();
        }
        self.zeros.next = 8.into();
        if self.upper.val() {
            self.zeros.next = self.place.val();
        } else if self.found.val() {
            self.zeros.next = self.place.val() | 4;
        }

        self.low_ones.bits.next = self.low.val().get_bits::<4>(0);
        self.high_ones.bits.next = self.low.val().get_bits::<4>(4);
        self.count.next =
            if self.ones.val() { self.low_ones.ones.val() + self.high_ones.ones.val() } else { self.zeros.val() };
    }
}
