//! What the float unit's phase `Begin` does.

use super::control::FloatControl;
use super::exponents::Keep;
use super::phase::Phase;
use super::result::ResultFlags;
use super::special::Special;
use super::unpack::Classes;
use layer::circuit;
use rust_hdl::prelude::*;

/// The result, if there is nothing to calculate, or the first step. The outputs are those of
/// [`super::machine::PhaseMachine`]. No state.
#[derive(LogicBlock, Default)]
pub struct Opening {
    pub control: Signal<In, FloatControl>,
    pub classes: Signal<In, Classes>,
    pub signs_differ: Signal<In, Bit>,
    /// x, y lead where they should.
    pub leads: Signal<In, Bit>,
    pub y_leads: Signal<In, Bit>,
    pub beyond_units: Signal<In, Bit>,
    /// The operands have changed places.
    pub exchanged: Signal<In, Bit>,

    pub write: Signal<Out, Bit>,
    pub clear: Signal<Out, Bit>,
    pub keep: Signal<Out, Keep>,
    pub count_sum: Signal<Out, Bit>,
    pub y_from_x: Signal<Out, Bit>,
    pub clear_x: Signal<Out, Bit>,
    pub by_digit: Signal<Out, Bit>,
    pub lead: Signal<Out, Bit>,
    pub coming: Signal<Out, Phase>,
    pub flags: Signal<Out, ResultFlags>,
    /// It has the result.
    pub finish: Signal<Out, Bit>,

    special: Special,
    is_special: Signal<Local, Bit>,
    /// Multiplies or divides.
    scales: Signal<Local, Bit>,
    /// Operands of multiply, divide and root are normalised, and in their places.
    ready: Signal<Local, Bit>,
}

impl Logic for Opening {
    #[circuit]
    fn update(&mut self) {
        connect!(self => self.special; control, classes, signs_differ);
        self.is_special.next = self.special.nan.val() | self.special.infinite.val() | self.special.zero.val();
        self.scales.next = self.control.val().multiply | self.control.val().divide;
        self.ready.next = self.leads.val()
            & (self.control.val().root | self.y_leads.val())
            & !(self.control.val().divide & self.exchanged.val());

        self.write.next = false;
        self.clear.next = false;
        self.keep.next = Keep::Same;
        self.y_from_x.next = false;
        self.clear_x.next = false;
        self.by_digit.next = false;
        self.lead.next = false;
        self.coming.next = Phase::Normalize;
        self.finish.next = false;
        self.flags.next.negative = self.classes.val().x_negative;
        self.flags.next.nan = self.special.nan.val();
        self.flags.next.infinite = self.special.infinite.val() | self.special.nan.val();
        self.flags.next.beyond = self.special.nan.val() & self.control.val().to_integer;
        self.flags.next.truth = false;
        if self.scales.val() {
            self.flags.next.negative = self.signs_differ.val();
        }
        self.count_sum.next = self.control.val().add | self.control.val().compare | self.control.val().choose;
        if self.control.val().add {
            self.write.next = true;
            self.coming.next = Phase::Align;
            if self.classes.val().smaller {
                self.flags.next.negative = self.classes.val().y_negative;
                self.keep.next = Keep::Other;
                self.y_from_x.next = true;
            }
        }
        if self.control.val().compare | self.control.val().choose {
            self.write.next = true;
            self.coming.next = Phase::Compare;
        }
        if self.control.val().sign {
            self.flags.next.negative = (self.classes.val().x_negative & self.control.val().negate)
                ^ (self.control.val().negate | (self.control.val().copy & self.classes.val().y_negative));
            self.write.next = true;
            self.finish.next = true;
        }
        if self.control.val().whole {
            self.write.next = true;
            self.finish.next = self.beyond_units.val();
        }
        if self.scales.val() | self.control.val().root {
            if self.ready.val() {
                self.write.next = true;
                self.keep.next = Keep::Sum;
                self.by_digit.next = self.control.val().multiply;
                self.clear_x.next = !self.control.val().multiply;
                self.lead.next = self.control.val().root;
                self.coming.next = if self.control.val().multiply {
                    Phase::Multiply
                } else if self.control.val().divide {
                    Phase::Divide
                } else {
                    Phase::Root
                };
            } else if self.leads.val() {
                self.coming.next = Phase::Exchange;
            }
        }
        if self.control.val().from_integer & self.classes.val().x_negative {
            self.coming.next = Phase::Negate;
        }
        if self.is_special.val() {
            self.clear.next = true;
            self.keep.next = Keep::Highest;
            self.finish.next = true;
        }
    }
}
