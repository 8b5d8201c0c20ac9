//! Results that follow from what the operands are, without arithmetic.

use super::control::FloatControl;
use rust_hdl::prelude::*;

/// At most one of the outputs is high. No state.
#[derive(LogicBlock, Default)]
pub struct Special {
    pub control: Signal<In, FloatControl>,
    pub x_zero: Signal<In, Bit>,
    pub x_infinite: Signal<In, Bit>,
    pub x_nan: Signal<In, Bit>,
    pub y_zero: Signal<In, Bit>,
    pub y_infinite: Signal<In, Bit>,
    /// Of an operation with one operand low.
    pub y_nan: Signal<In, Bit>,
    pub signs_differ: Signal<In, Bit>,
    pub x_negative: Signal<In, Bit>,

    /// The result is not a number, also as an integer.
    pub nan: Signal<Out, Bit>,
    pub infinite: Signal<Out, Bit>,
    pub zero: Signal<Out, Bit>,

    scales: Signal<Local, Bit>,
    changes: Signal<Local, Bit>,
    calculates: Signal<Local, Bit>,
    invalid: Signal<Local, Bit>,
}

impl Logic for Special {
    #[hdl_gen]
    fn update(&mut self) {
        self.scales.next = self.control.val().multiply | self.control.val().divide;
        self.changes.next = self.control.val().root | self.control.val().whole | self.control.val().resize;
        self.calculates.next = !self.control.val().compare & !self.control.val().sign;
        self.invalid.next =
            (self.control.val().add & self.x_infinite.val() & self.y_infinite.val() & self.signs_differ.val())
                | (self.control.val().multiply
                    & ((self.x_infinite.val() & self.y_zero.val()) | (self.x_zero.val() & self.y_infinite.val())))
                | (self.control.val().divide
                    & ((self.x_infinite.val() & self.y_infinite.val()) | (self.x_zero.val() & self.y_zero.val())))
                | (self.control.val().root & self.x_negative.val() & !self.x_zero.val());
        self.nan.next = (self.calculates.val() & (self.x_nan.val() | self.y_nan.val())) | self.invalid.val();
        self.infinite.next = !self.nan.val()
            & (((self.control.val().add | self.control.val().multiply)
                & (self.x_infinite.val() | self.y_infinite.val()))
                | (self.control.val().divide & (self.x_infinite.val() | self.y_zero.val()))
                | (self.changes.val() & self.x_infinite.val()));
        self.zero.next = !self.nan.val()
            & (((self.scales.val()
                | self.changes.val()
                | self.control.val().to_integer
                | self.control.val().from_integer)
                & self.x_zero.val())
                | (self.control.val().multiply & self.y_zero.val())
                | (self.control.val().divide & self.y_infinite.val()));
    }
}
