//! How the float unit rounds, and whether a result's exponent is one of its format.

use super::control::FloatControl;
use layer::circuit;
use rust_hdl::prelude::*;

/// No state.
#[derive(LogicBlock, Default)]
pub struct Rounding {
    pub control: Signal<In, FloatControl>,
    /// The accumulator: its last place is bit 4.
    pub z: Signal<In, Bits<70>>,
    pub exponent: Signal<In, Bits<13>>,
    /// Halfway between two results, in the mode that then takes the even one.
    pub tie: Signal<Out, Bit>,
    /// The exponent is 1 or 0; less than 1; beyond the format.
    pub smallest: Signal<Out, Bit>,
    pub under: Signal<Out, Bit>,
    pub over: Signal<Out, Bit>,
}

impl Logic for Rounding {
    #[circuit]
    fn update(&mut self) {
        self.tie.next = self.control.val().nearest & (self.z.val().get_bits::<4>(0) == 8);
        self.smallest.next = !self.exponent.val().get_bits::<12>(1).any();
        self.under.next = self.exponent.val().get_bit(12) | (self.smallest.val() & !self.exponent.val().get_bit(0));
        self.over.next = if self.control.val().to_double {
            self.exponent.val().get_bit(11) | self.exponent.val().get_bits::<11>(0).all()
        } else {
            self.exponent.val().get_bits::<4>(8).any() | self.exponent.val().get_bits::<8>(0).all()
        };
    }
}
