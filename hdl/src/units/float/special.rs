//! Results that follow from what the operands are, without arithmetic.

use super::control::FloatControl;
use super::unpack::Classes;
use layer::circuit;
use rust_hdl::prelude::*;

/// At most one of the outputs is high. No state.
#[derive(LogicBlock, Default)]
pub struct Special {
    pub control: Signal<In, FloatControl>,
    pub classes: Signal<In, Classes>,
    pub signs_differ: Signal<In, Bit>,

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
    #[circuit]
    fn update(&mut self) {
        self.scales.next = self.control.val().multiply | self.control.val().divide;
        self.changes.next = self.control.val().root | self.control.val().whole | self.control.val().resize;
        self.calculates.next = !self.control.val().compare & !self.control.val().sign;
        self.invalid.next = (self.control.val().add
            & self.classes.val().x_infinite
            & self.classes.val().y_infinite
            & self.signs_differ.val())
            | (self.control.val().multiply
                & ((self.classes.val().x_infinite & self.classes.val().y_zero)
                    | (self.classes.val().x_zero & self.classes.val().y_infinite)))
            | (self.control.val().divide
                & ((self.classes.val().x_infinite & self.classes.val().y_infinite)
                    | (self.classes.val().x_zero & self.classes.val().y_zero)))
            | (self.control.val().root & self.classes.val().x_negative & !self.classes.val().x_zero);
        self.nan.next =
            (self.calculates.val() & (self.classes.val().x_nan | self.classes.val().y_nan)) | self.invalid.val();
        self.infinite.next = !self.nan.val()
            & (((self.control.val().add | self.control.val().multiply)
                & (self.classes.val().x_infinite | self.classes.val().y_infinite))
                | (self.control.val().divide & (self.classes.val().x_infinite | self.classes.val().y_zero))
                | (self.changes.val() & self.classes.val().x_infinite));
        self.zero.next = !self.nan.val()
            & (((self.scales.val()
                | self.changes.val()
                | self.control.val().to_integer
                | self.control.val().from_integer)
                & self.classes.val().x_zero)
                | (self.control.val().multiply & self.classes.val().y_zero)
                | (self.control.val().divide & self.classes.val().y_infinite));
    }
}
