//! What the long unit makes of its operands when it starts.

use crate::front::control::Control;
use layer::circuit;
use rust_hdl::prelude::*;

/// Signs, number of steps. No state.
#[derive(LogicBlock, Default)]
pub struct Start {
    pub control: Signal<In, Control>,
    pub a: Signal<In, Bits<64>>,
    pub b: Signal<In, Bits<64>>,
    /// A shift to the left, or a rotation.
    pub shift_left: Signal<Out, Bit>,
    pub shift_right: Signal<Out, Bit>,
    /// Negative dividend, divisor.
    pub a_negative: Signal<Out, Bit>,
    pub b_negative: Signal<Out, Bit>,
    /// Pairs of places or of bits to go. Rotations to the right become rotations to the left; an odd number of places
    /// is rounded up when shifting to the right, else down.
    pub pairs: Signal<Out, Bits<6>>,
    /// What the first cycle does: shift by 2 or 8 places, add a multiple of x (0, 1, 2, or 3 for -1).
    pub by2: Signal<Out, Bit>,
    pub by8: Signal<Out, Bit>,
    pub digit: Signal<Out, Bits<2>>,

    other: Signal<Local, Bit>,
    a_sign: Signal<Local, Bit>,
    b_sign: Signal<Local, Bit>,
    b_minus: Signal<Local, Bit>,
    places: Signal<Local, Bits<7>>,
    rounding: Signal<Local, Bits<7>>,
    rounded: Signal<Local, Bits<7>>,
}

impl Logic for Start {
    #[circuit]
    fn update(&mut self) {
        self.other.next = self.control.val().multiply | self.control.val().divide | self.control.val().count;
        self.shift_left.next = !self.other.val() & (self.control.val().left | self.control.val().rotate);
        self.shift_right.next = !self.other.val() & !self.control.val().left & !self.control.val().rotate;

        self.a_sign.next = self.a.val().get_bit(31);
        self.b_sign.next = self.b.val().get_bit(31);
        if self.control.val().double {
            self.a_sign.next = self.a.val().get_bit(63);
            self.b_sign.next = self.b.val().get_bit(63);
        }
        self.a_negative.next = self.control.val().signed & self.a_sign.val();
        self.b_minus.next = self.control.val().signed & self.b_sign.val();
        self.b_negative.next = self.b_minus.val();

        self.places.next = bit_cast::<7, 6>(self.b.val().get_bits::<6>(0));
        self.rounding.next = 1.into();
        if self.control.val().left {
            self.rounding.next = 0.into();
        } else if self.control.val().rotate {
            self.places.next = bit_cast::<7, 6>(self.b.val().get_bits::<6>(0)) ^ 63;
        }
        self.rounded.next = self.places.val() + self.rounding.val();
        self.pairs.next = if self.control.val().double { 32.into() } else { 16.into() };
        self.by2.next = self.control.val().multiply;
        self.by8.next = self.control.val().count;
        if !self.other.val() {
            self.pairs.next = self.rounded.val().get_bits::<6>(1);
            self.by2.next = !self.rounded.val().get_bits::<4>(3).any() & self.rounded.val().get_bits::<2>(1).any();
            self.by8.next = self.rounded.val().get_bits::<4>(3).any();
        }
        self.digit.next = 0.into();
        if self.control.val().multiply {
            self.digit.next = self.b.val().get_bits::<2>(0);
        } else if self.control.val().divide {
            if self.a_sign.val() & self.control.val().signed {
                self.digit.next = 3.into();
            }
        } else {
            self.digit.next = if self.b.val().get_bit(0) { 2.into() } else { 1.into() };
        }
        if self.control.val().count {
            self.digit.next = 0.into();
        }
    }
}
