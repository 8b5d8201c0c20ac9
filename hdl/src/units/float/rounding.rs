//! Whether the float unit rounds up, and whether a result's exponent is one of its format.

use super::control::FloatControl;
use layer::circuit;
use rust_hdl::prelude::*;

/// No state.
#[derive(LogicBlock, Default)]
pub struct Rounding {
    pub control: Signal<In, FloatControl>,
    /// The accumulator: its last place is bit 4.
    pub z: Signal<In, Bits<70>>,
    pub negative: Signal<In, Bit>,
    pub exponent: Signal<In, Bits<13>>,
    /// Away from 0.
    pub round_up: Signal<Out, Bit>,
    /// The exponent is 1 or 0; less than 1; beyond the format.
    pub smallest: Signal<Out, Bit>,
    pub under: Signal<Out, Bit>,
    pub over: Signal<Out, Bit>,

    lowest: Signal<Local, Bit>,
    half: Signal<Local, Bit>,
    below: Signal<Local, Bit>,
    /// Away from 0, if it is not exact.
    away: Signal<Local, Bit>,
}

impl Logic for Rounding {
    #[circuit]
    fn update(&mut self) {
        self.lowest.next = self.z.val().get_bit(4);
        self.half.next = self.z.val().get_bit(3);
        self.below.next = self.z.val().get_bits::<3>(0).any();
        self.away.next =
            (self.control.val().upward & !self.negative.val()) | (self.control.val().downward & self.negative.val());
        self.round_up.next = (self.away.val() & (self.half.val() | self.below.val()))
            | (self.control.val().nearest & self.half.val() & (self.below.val() | self.lowest.val()));

        self.smallest.next = !self.exponent.val().get_bits::<12>(1).any();
        self.under.next = self.exponent.val().get_bit(12) | (self.smallest.val() & !self.exponent.val().get_bit(0));
        self.over.next = if self.control.val().to_double {
            self.exponent.val().get_bit(11) | self.exponent.val().get_bits::<11>(0).all()
        } else {
            self.exponent.val().get_bits::<4>(8).any() | self.exponent.val().get_bits::<8>(0).all()
        };
    }
}
