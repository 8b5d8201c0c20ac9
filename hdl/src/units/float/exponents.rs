//! The exponents of the float unit, and its count of places and steps.

use crate::prim::carry_adder::CarryAdder;
use layer::circuit;
use rust_hdl::prelude::*;

/// What the adder of exponents makes of those of x and y.
#[derive(Copy, Clone, PartialEq, Debug, LogicState)]
pub enum Term {
    /// x, and one more if the significand has grown.
    Growth,
    /// x + y, x - y, y - x.
    Sum,
    Difference,
    Reverse,
    PlusBias,
    MinusBias,
    MinusPlaces,
    /// From here to where the last place is 1: places to the right.
    ToUnits,
    /// From here to the smallest exponent.
    ToSmallest,
    /// From the highest bit of all to the leading bit of the format, and from the one bias to the other.
    Recast,
}

/// What becomes of the exponent of x.
#[derive(Copy, Clone, PartialEq, Debug, LogicState)]
pub enum Keep {
    Same,
    Sum,
    Half,
    /// That of y.
    Other,
    /// Those of the smallest numbers, of infinity, and of the number whose last place is 1.
    Smallest,
    Highest,
    Units,
}

/// Exponents have 13 bits and a sign. Those of subnormal results go on below 1.
#[derive(LogicBlock, Default)]
pub struct Exponents {
    pub clock: Signal<In, Clock>,
    /// Takes new exponents, and the count.
    pub load: Signal<In, Bit>,
    pub new_x: Signal<In, Bits<13>>,
    pub new_y: Signal<In, Bits<13>>,
    pub new_count: Signal<In, Bits<13>>,

    /// From a register. While x is normalised, it is its places.
    pub term: Signal<In, Term>,
    pub normalize: Signal<In, Bit>,
    pub keep: Signal<In, Keep>,
    /// y's becomes that of x.
    pub exchange: Signal<In, Bit>,
    /// The count becomes the sum, 0, or less by 1 or by 8 if it has at most seven bits.
    pub count_sum: Signal<In, Bit>,
    pub count_clear: Signal<In, Bit>,
    pub count_down: Signal<In, Bit>,
    pub by8: Signal<In, Bit>,

    /// The format that operands, results are in.
    pub from_double: Signal<In, Bit>,
    pub to_double: Signal<In, Bit>,
    pub from_integer: Signal<In, Bit>,
    pub grown: Signal<In, Bit>,
    pub places: Signal<In, Bits<7>>,

    pub x: Signal<Out, Bits<13>>,
    pub count: Signal<Out, Bits<13>>,
    /// The last place of x is more than 1.
    pub beyond_units: Signal<Out, Bit>,
    /// The exponent that x will have is odd.
    pub odd_next: Signal<Out, Bit>,

    x_held: DFF<Bits<13>>,
    y_held: DFF<Bits<13>>,
    counter: DFF<Bits<13>>,
    choice: Signal<Local, Term>,
    kept: Signal<Local, Keep>,
    bias: Signal<Local, Bits<13>>,
    units: Signal<Local, Bits<13>>,
    recast: Signal<Local, Bits<13>>,
    wide_places: Signal<Local, Bits<13>>,
    left: Signal<Local, Bits<13>>,
    right: Signal<Local, Bits<13>>,
    adder: CarryAdder<13>,
    low_count: Signal<Local, Bits<7>>,
    less: Signal<Local, Bits<7>>,
}

impl Logic for Exponents {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, x_held, y_held, counter);
        self.x.next = self.x_held.q.val();
        self.count.next = self.counter.q.val();

        // Constants. Subtracted is the complement and 1.
        self.bias.next = if self.from_double.val() { 1023.into() } else { 127.into() };
        self.units.next = if self.from_double.val() { 1075.into() } else { 150.into() };
        self.recast.next = 7307.into();
        if self.to_double.val() {
            self.recast.next = 936.into();
        }
        if self.from_integer.val() {
            self.recast.next = if self.to_double.val() { 11.into() } else { 40.into() };
        }
        self.beyond_units.next = !self.x_held.q.val().get_bit(12) & (self.units.val() < self.x_held.q.val());
        self.wide_places.next = bit_cast::<13, 7>(self.places.val());

        // The adder.
        self.choice.next = if self.normalize.val() { Term::MinusPlaces } else { self.term.val() };
        self.left.next = self.x_held.q.val();
        self.right.next = 0.into();
        self.adder.carry.next = true;
        match self.choice.val() {
            Term::Growth => self.adder.carry.next = self.grown.val(),
            Term::Sum => {
                self.right.next = self.y_held.q.val();
                self.adder.carry.next = false;
            }
            Term::Difference => self.right.next = !self.y_held.q.val(),
            Term::Reverse => {
                self.left.next = !self.x_held.q.val();
                self.right.next = self.y_held.q.val();
            }
            Term::PlusBias => {
                self.right.next = self.bias.val();
                self.adder.carry.next = false;
            }
            Term::MinusBias => self.right.next = !self.bias.val(),
            Term::MinusPlaces => self.right.next = !self.wide_places.val(),
            Term::ToUnits => {
                self.left.next = !self.x_held.q.val();
                self.right.next = self.units.val();
            }
            Term::ToSmallest => {
                self.left.next = !self.x_held.q.val();
                self.right.next = 1.into();
            }
            Term::Recast => {
                self.right.next = self.recast.val();
                self.adder.carry.next = false;
            }
        }
        self.adder.left.next = self.left.val();
        self.adder.right.next = self.right.val();

        // x and y.
        self.kept.next = self.keep.val();
        match self.kept.val() {
            Keep::Same => {}
            Keep::Sum => self.x_held.d.next = self.adder.sum.val(),
            Keep::Half => self.x_held.d.next = self.x_held.q.val() >> 1,
            Keep::Other => self.x_held.d.next = self.y_held.q.val(),
            Keep::Smallest => self.x_held.d.next = 1.into(),
            Keep::Highest => {
                self.x_held.d.next = 255.into();
                if self.to_double.val() {
                    self.x_held.d.next = 2047.into();
                }
            }
            Keep::Units => self.x_held.d.next = self.units.val(),
        }
        if self.exchange.val() {
            self.y_held.d.next = self.x_held.q.val();
        }

        // The count.
        self.low_count.next = self.counter.q.val().get_bits::<7>(0);
        self.less.next = if self.by8.val() { self.low_count.val() - 8 } else { self.low_count.val() - 1 };
        if self.count_down.val() {
            self.counter.d.next = bit_cast::<13, 7>(self.less.val());
        }
        if self.count_sum.val() {
            self.counter.d.next = self.adder.sum.val();
        }
        if self.count_clear.val() {
            self.counter.d.next = 0.into();
        }
        if self.load.val() {
            self.x_held.d.next = self.new_x.val();
            self.y_held.d.next = self.new_y.val();
            self.counter.d.next = self.new_count.val();
        }
        self.odd_next.next = self.x_held.d.val().get_bit(0);
    }
}
