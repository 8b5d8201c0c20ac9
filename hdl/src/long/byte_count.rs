//! Counts within one byte.

use rust_hdl::prelude::*;

/// Ones in four bits. No state.
#[derive(LogicBlock, Default)]
pub struct NibbleOnes {
    pub bits: Signal<In, Bits<4>>,
    pub ones: Signal<Out, Bits<4>>,
}

impl Logic for NibbleOnes {
    #[hdl_gen]
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

/// What one byte adds to a count: its ones, or its zeros above the highest one. No state.
#[derive(LogicBlock, Default)]
pub struct ByteCount {
    /// Examined for leading zeros.
    pub top: Signal<In, Bits<8>>,
    /// Examined for ones.
    pub low: Signal<In, Bits<8>>,
    /// Count ones, not leading zeros.
    pub ones: Signal<In, Bit>,
    /// `top` has a one.
    pub found: Signal<Out, Bit>,
    /// 0 to 8.
    pub count: Signal<Out, Bits<4>>,

    upper: Signal<Local, Bit>,
    nibble: Signal<Local, Bits<4>>,
    /// Zeros above the highest one of `nibble`.
    place: Signal<Local, Bits<4>>,
    zeros: Signal<Local, Bits<4>>,
    low_ones: NibbleOnes,
    high_ones: NibbleOnes,
}

impl Logic for ByteCount {
    #[hdl_gen]
    fn update(&mut self) {
        self.found.next = self.top.val().any();
        self.upper.next = self.top.val().get_bits::<4>(4).any();
        self.nibble.next = self.top.val().get_bits::<4>(0);
        if self.upper.val() {
            self.nibble.next = self.top.val().get_bits::<4>(4);
        }
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
        self.count.next = self.zeros.val();
        if self.ones.val() {
            self.count.next = self.low_ones.ones.val() + self.high_ones.ones.val();
        }
    }
}
