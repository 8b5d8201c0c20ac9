//! What a difference says about its operands, and whether an integer is in its range.

use super::control::FloatControl;
use super::unpack::Classes;
use layer::circuit;
use rust_hdl::prelude::*;

/// No state.
#[derive(LogicBlock, Default)]
pub struct Verdict {
    pub control: Signal<In, FloatControl>,
    /// x - y, or the integer, whose last place is bit 4.
    pub z: Signal<In, Bits<70>>,
    pub any: Signal<In, Bit>,
    /// How far the exponents are apart.
    pub count: Signal<In, Bits<13>>,
    pub classes: Signal<In, Classes>,
    /// The comparison's outcome.
    pub holds: Signal<Out, Bit>,
    /// Minimum or maximum is x.
    pub picks_x: Signal<Out, Bit>,
    /// z is not an integer of the result's type.
    pub outside: Signal<Out, Bit>,

    both_zero: Signal<Local, Bit>,
    /// One of them is not a number.
    unordered: Signal<Local, Bit>,
    same: Signal<Local, Bit>,
    signs_differ: Signal<Local, Bit>,
    shorter: Signal<Local, Bit>,
    identical: Signal<Local, Bit>,
    /// x is before y in the order in which -0 is before 0.
    precedes: Signal<Local, Bit>,
    less: Signal<Local, Bit>,
    equal: Signal<Local, Bit>,
    /// The bits above the highest one of a positive integer that is signed.
    high: Signal<Local, Bits<35>>,
    high_double: Signal<Local, Bits<3>>,
    none: Signal<Local, Bit>,
    all: Signal<Local, Bit>,
    only_lowest: Signal<Local, Bit>,
}

impl Logic for Verdict {
    #[circuit]
    fn update(&mut self) {
        self.both_zero.next = self.classes.val().x_zero & self.classes.val().y_zero;
        self.unordered.next = self.classes.val().x_nan | self.classes.val().y_nan;

        // Magnitudes, then numbers.
        self.same.next = !self.count.val().any();
        self.shorter.next = self.classes.val().smaller | (self.same.val() & self.z.val().get_bit(69));
        self.identical.next = self.same.val() & !self.any.val();
        self.signs_differ.next = self.classes.val().x_negative ^ self.classes.val().y_negative;
        self.precedes.next = self.shorter.val();
        if self.classes.val().x_negative {
            self.precedes.next = self.signs_differ.val() | (!self.shorter.val() & !self.identical.val());
        } else if self.signs_differ.val() {
            self.precedes.next = false;
        }
        self.less.next = self.precedes.val() & !self.both_zero.val();
        self.equal.next = self.both_zero.val() | (!self.signs_differ.val() & self.identical.val());
        self.holds.next = if self.unordered.val() {
            self.control.val().unequal
        } else {
            self.control.val().invert
                ^ ((self.control.val().less & self.less.val()) | (self.control.val().equal & self.equal.val()))
        };
        self.picks_x.next = self.precedes.val() ^ self.control.val().maximum;

        // An unsigned integer may have a bit more than a positive one that is signed.
        self.high.next = self.z.val().get_bits::<35>(35);
        self.high_double.next = self.z.val().get_bits::<3>(67);
        self.none.next = !self.high.val().any();
        self.all.next = self.high.val().all();
        self.only_lowest.next = !self.high.val().get_bits::<34>(1).any();
        if self.control.val().to_double {
            self.none.next = !self.high_double.val().any();
            self.all.next = self.high_double.val().all();
            self.only_lowest.next = !self.high_double.val().get_bits::<2>(1).any();
        }
        self.outside.next =
            if self.control.val().signed { !self.none.val() & !self.all.val() } else { !self.only_lowest.val() };
    }
}
