//! The serial line: 8 data bits, no parity, one stop bit, lowest bit first.
//!
//! ```text
//! line  ~~~~\___/ b0 X b1 X ... X b7 /~~~~   one bit is `divisor` + 1 cycles
//! ```

use layer::circuit;
use rust_hdl::prelude::*;

/// Takes bytes from the line.
#[derive(LogicBlock, Default)]
pub struct Receiver {
    pub clock: Signal<In, Clock>,
    /// Not synchronous to the clock.
    pub line: Signal<In, Bit>,
    /// Cycles of a bit, less one.
    pub divisor: Signal<In, Bits<16>>,
    /// A byte, for one cycle. One whose stop bit is not 1 is dropped.
    pub valid: Signal<Out, Bit>,
    pub octet: Signal<Out, Bits<8>>,

    // Low while the line is idle, so that they start idle.
    first: DFF<Bit>,
    second: DFF<Bit>,
    /// Cycles until the next sample.
    rest: DFF<Bits<16>>,
    /// Samples to come, the start bit's included; 0 if idle.
    left: DFF<Bits<4>>,
    shift: DFF<Bits<8>>,
    low: Signal<Local, Bit>,
    high_bit: Signal<Local, Bits<8>>,
    half: Signal<Local, Bits<16>>,
}

impl Logic for Receiver {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, first, second, rest, left, shift);
        self.first.d.next = !self.line.val();
        self.second.d.next = self.first.q.val();
        self.low.next = self.second.q.val();
        self.half.next = self.divisor.val() >> 1;
        self.high_bit.next = if !self.low.val() { 128.into() } else { 0.into() };

        self.valid.next = false;
        self.octet.next = self.shift.q.val();
        self.rest.d.next = self.rest.q.val() - 1;
        if self.left.q.val() == 0 {
            self.rest.d.next = self.half.val();
            if self.low.val() {
                self.left.d.next = 10.into();
            }
        } else if !self.rest.q.val().any() {
            self.rest.d.next = self.divisor.val();
            self.left.d.next = self.left.q.val() - 1;
            self.shift.d.next = (self.shift.q.val() >> 1) | self.high_bit.val();
            if (self.left.q.val() == 10) & !self.low.val() {
                // Too short for a start bit.
                self.left.d.next = 0.into();
            }
            if self.left.q.val() == 1 {
                self.shift.d.next = self.shift.q.val();
                self.valid.next = !self.low.val();
            }
        }
    }
}

/// Puts bytes on the line.
#[derive(LogicBlock, Default)]
pub struct Transmitter {
    pub clock: Signal<In, Clock>,
    /// Sends this byte. Only while `ready`.
    pub send: Signal<In, Bit>,
    pub octet: Signal<In, Bits<8>>,
    /// Cycles of a bit, less one.
    pub divisor: Signal<In, Bits<16>>,
    pub ready: Signal<Out, Bit>,
    pub line: Signal<Out, Bit>,

    rest: DFF<Bits<16>>,
    /// Bits to come after the present one; 0 if idle.
    left: DFF<Bits<4>>,
    /// Inverted, so that the line starts idle: start bit, data.
    shift: DFF<Bits<9>>,
    data: Signal<Local, Bits<9>>,
}

impl Logic for Transmitter {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, rest, left, shift);
        self.data.next = bit_cast::<9, 8>(self.octet.val()) << 1;
        self.rest.d.next = self.rest.q.val() - 1;
        if self.send.val() {
            self.shift.d.next = self.data.val() ^ 511;
            self.rest.d.next = self.divisor.val();
            self.left.d.next = 10.into();
        } else if !self.rest.q.val().any() {
            self.rest.d.next = self.divisor.val();
            self.shift.d.next = self.shift.q.val() >> 1;
            if self.left.q.val().any() {
                self.left.d.next = self.left.q.val() - 1;
            }
        }
        self.ready.next = !self.left.q.val().any();
        self.line.next = !self.shift.q.val().get_bit(0);
    }
}
