//! Shifts by any number of places, for the fast float unit.

use layer::circuit;
use rust_hdl::prelude::*;

/// How far a significand has to shift to the left: to where its format leads, or to the top; if `limited` not farther
/// than until the exponent is 1. Its zeros are counted in the cycle before.
///
/// ```text
/// clock                  _/~\_/~\_/~\_
/// word, double, to_top   X w X
/// limited, exponent          X e X
/// zeros, short, places       X v X
/// ```
#[derive(LogicBlock, Default)]
pub struct Normalizer {
    pub clock: Signal<In, Clock>,
    pub word: Signal<In, Bits<67>>,
    pub double: Signal<In, Bit>,
    pub to_top: Signal<In, Bit>,
    pub limited: Signal<In, Bit>,
    pub exponent: Signal<In, Bits<13>>,
    /// In front of where it should lead; more than the exponent allows.
    pub zeros: Signal<Out, Bits<7>>,
    pub short: Signal<Out, Bit>,
    pub places: Signal<Out, Bits<7>>,

    register: DFF<Bits<7>>,
    /// The word with its leading place at the top.
    raised: Signal<Local, Bits<67>>,
    /// The first eight bits that are not all 0, after so many times eight that are; zeros in front of its first 1.
    octet: Signal<Local, Bits<67>>,
    octets: Signal<Local, Bits<7>>,
    rest: Signal<Local, Bits<7>>,
    least: Signal<Local, Bits<7>>,
}

impl Logic for Normalizer {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, register);
        self.zeros.next = self.register.q.val();
        self.raised.next = self.word.val() << 40;
        if self.double.val() {
            self.raised.next = self.word.val() << 11;
        }
        if self.to_top.val() {
            self.raised.next = self.word.val();
        }
        self.octets.next = if self.raised.val().get_bits::<8>(59).any() {
            0.into()
        } else if self.raised.val().get_bits::<8>(51).any() {
            8.into()
        } else if self.raised.val().get_bits::<8>(43).any() {
            16.into()
        } else if self.raised.val().get_bits::<8>(35).any() {
            24.into()
        } else if self.raised.val().get_bits::<8>(27).any() {
            32.into()
        } else if self.raised.val().get_bits::<8>(19).any() {
            40.into()
        } else if self.raised.val().get_bits::<8>(11).any() {
            48.into()
        } else if self.raised.val().get_bits::<8>(3).any() {
            56.into()
        } else {
            64.into()
        };
        self.octet.next = self.raised.val() << self.octets.val();
        self.rest.next = if self.octet.val().get_bit(66) {
            0.into()
        } else if self.octet.val().get_bit(65) {
            1.into()
        } else if self.octet.val().get_bit(64) {
            2.into()
        } else if self.octet.val().get_bit(63) {
            3.into()
        } else if self.octet.val().get_bit(62) {
            4.into()
        } else if self.octet.val().get_bit(61) {
            5.into()
        } else if self.octet.val().get_bit(60) {
            6.into()
        } else {
            7.into()
        };
        self.register.d.next = self.octets.val() | self.rest.val();

        self.least.next = self.exponent.val().get_bits::<7>(0) - 1;
        self.short.next = self.limited.val() & (self.exponent.val() <= bit_cast::<13, 7>(self.register.q.val()));
        self.places.next = if self.short.val() { self.least.val() } else { self.register.q.val() };
    }
}

/// A significand shifted to the right, and whether a bit of it went out. Combinational.
#[derive(LogicBlock, Default)]
pub struct Aligner {
    pub word: Signal<In, Bits<67>>,
    pub places: Signal<In, Bits<7>>,
    pub shifted: Signal<Out, Bits<67>>,
    pub lost: Signal<Out, Bit>,

    /// Shifted by 64, 32 and so on, as far as the bits of `places` say.
    by64: Signal<Local, Bits<67>>,
    by32: Signal<Local, Bits<67>>,
    by16: Signal<Local, Bits<67>>,
    by8: Signal<Local, Bits<67>>,
    by4: Signal<Local, Bits<67>>,
    by2: Signal<Local, Bits<67>>,
    /// Lost by 64 and 32, by 16 and 8, by the others.
    high: Signal<Local, Bit>,
    middle: Signal<Local, Bit>,
    low: Signal<Local, Bit>,
}

impl Logic for Aligner {
    #[circuit]
    fn update(&mut self) {
        self.by64.next = if self.places.val().get_bit(6) { self.word.val() >> 64 } else { self.word.val() };
        self.by32.next = if self.places.val().get_bit(5) { self.by64.val() >> 32 } else { self.by64.val() };
        self.by16.next = if self.places.val().get_bit(4) { self.by32.val() >> 16 } else { self.by32.val() };
        self.by8.next = if self.places.val().get_bit(3) { self.by16.val() >> 8 } else { self.by16.val() };
        self.by4.next = if self.places.val().get_bit(2) { self.by8.val() >> 4 } else { self.by8.val() };
        self.by2.next = if self.places.val().get_bit(1) { self.by4.val() >> 2 } else { self.by4.val() };
        self.shifted.next = if self.places.val().get_bit(0) { self.by2.val() >> 1 } else { self.by2.val() };
        self.high.next = (self.places.val().get_bit(6) & self.word.val().get_bits::<64>(0).any())
            | (self.places.val().get_bit(5) & self.by64.val().get_bits::<32>(0).any());
        self.middle.next = (self.places.val().get_bit(4) & self.by32.val().get_bits::<16>(0).any())
            | (self.places.val().get_bit(3) & self.by16.val().get_bits::<8>(0).any());
        self.low.next = (self.places.val().get_bit(2) & self.by8.val().get_bits::<4>(0).any())
            | (self.places.val().get_bit(1) & self.by4.val().get_bits::<2>(0).any())
            | (self.places.val().get_bit(0) & self.by2.val().get_bit(0));
        self.lost.next = self.high.val() | self.middle.val() | self.low.val();
    }
}
