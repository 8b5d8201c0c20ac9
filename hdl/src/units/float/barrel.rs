//! Shifts by any number of places, for the fast float unit.

use layer::circuit;
use rust_hdl::prelude::*;

/// How far a significand has to shift to the left, known in the next cycle: to where its format leads, or to the top;
/// if `limited` not farther than until the exponent is 1.
#[derive(LogicBlock, Default)]
pub struct Normalizer {
    pub clock: Signal<In, Clock>,
    pub word: Signal<In, Bits<67>>,
    pub double: Signal<In, Bit>,
    pub to_top: Signal<In, Bit>,
    pub limited: Signal<In, Bit>,
    pub exponent: Signal<In, Bits<13>>,
    pub places: Signal<Out, Bits<7>>,

    register: DFF<Bits<7>>,
    /// The word with its leading place at the top, then without so many zeros.
    raised: Signal<Local, Bits<67>>,
    after64: Signal<Local, Bits<67>>,
    after32: Signal<Local, Bits<67>>,
    after16: Signal<Local, Bits<67>>,
    after8: Signal<Local, Bits<67>>,
    after4: Signal<Local, Bits<67>>,
    after2: Signal<Local, Bits<67>>,
    zeros: Signal<Local, Bits<13>>,
    bit64: Signal<Local, Bits<13>>,
    bit32: Signal<Local, Bits<13>>,
    bit16: Signal<Local, Bits<13>>,
    bit8: Signal<Local, Bits<13>>,
    bit4: Signal<Local, Bits<13>>,
    bit2: Signal<Local, Bits<13>>,
    bit1: Signal<Local, Bits<13>>,
    room: Signal<Local, Bits<13>>,
    fewest: Signal<Local, Bits<13>>,
}

impl Logic for Normalizer {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, register);
        self.places.next = self.register.q.val();
        self.raised.next = self.word.val() << 40;
        if self.double.val() {
            self.raised.next = self.word.val() << 11;
        }
        if self.to_top.val() {
            self.raised.next = self.word.val();
        }
        self.after64.next = self.raised.val();
        self.bit64.next = 0.into();
        if !self.raised.val().get_bits::<64>(3).any() {
            self.after64.next = self.raised.val() << 64;
            self.bit64.next = 64.into();
        }
        self.after32.next = self.after64.val();
        self.bit32.next = 0.into();
        if !self.after64.val().get_bits::<32>(35).any() {
            self.after32.next = self.after64.val() << 32;
            self.bit32.next = 32.into();
        }
        self.after16.next = self.after32.val();
        self.bit16.next = 0.into();
        if !self.after32.val().get_bits::<16>(51).any() {
            self.after16.next = self.after32.val() << 16;
            self.bit16.next = 16.into();
        }
        self.after8.next = self.after16.val();
        self.bit8.next = 0.into();
        if !self.after16.val().get_bits::<8>(59).any() {
            self.after8.next = self.after16.val() << 8;
            self.bit8.next = 8.into();
        }
        self.after4.next = self.after8.val();
        self.bit4.next = 0.into();
        if !self.after8.val().get_bits::<4>(63).any() {
            self.after4.next = self.after8.val() << 4;
            self.bit4.next = 4.into();
        }
        self.after2.next = self.after4.val();
        self.bit2.next = 0.into();
        if !self.after4.val().get_bits::<2>(65).any() {
            self.after2.next = self.after4.val() << 2;
            self.bit2.next = 2.into();
        }
        self.bit1.next = if !self.after2.val().get_bit(66) { 1.into() } else { 0.into() };
        self.zeros.next = self.bit64.val()
            | self.bit32.val()
            | self.bit16.val()
            | self.bit8.val()
            | self.bit4.val()
            | self.bit2.val()
            | self.bit1.val();
        self.room.next = self.exponent.val() - 1;
        self.fewest.next =
            if self.limited.val() & (self.room.val() < self.zeros.val()) { self.room.val() } else { self.zeros.val() };
        self.register.d.next = self.fewest.val().get_bits::<7>(0);
    }
}

/// A significand shifted to the right, and whether a bit of it went out. Combinational.
#[derive(LogicBlock, Default)]
pub struct Aligner {
    pub word: Signal<In, Bits<67>>,
    pub places: Signal<In, Bits<7>>,
    pub shifted: Signal<Out, Bits<67>>,
    pub lost: Signal<Out, Bit>,

    none: Signal<Local, Bits<67>>,
    ones: Signal<Local, Bits<67>>,
    stays: Signal<Local, Bits<67>>,
}

impl Logic for Aligner {
    #[circuit]
    fn update(&mut self) {
        self.none.next = 0.into();
        self.ones.next = !self.none.val();
        self.stays.next = self.ones.val() << self.places.val();
        self.shifted.next = self.word.val() >> self.places.val();
        self.lost.next = (self.word.val() & !self.stays.val()).any();
    }
}
