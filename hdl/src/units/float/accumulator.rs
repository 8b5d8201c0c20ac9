//! The float unit's register of results, with the adder in front of it.

use crate::prim::carry_adder::CarryAdder;
use layer::circuit;
use rust_hdl::prelude::*;

/// What the adder does in a cycle: z = z + a multiple of x, y, and what of the sum.
#[derive(Clone, Copy, Debug, PartialEq, Default, LogicStruct)]
pub struct Step {
    /// Operand: x, 2x, y, or the 2x and y of a root, whose bits are apart; or else 0.
    pub x: Bit,
    pub double_x: Bit,
    pub y: Bit,
    /// Or what the fast unit's multiplier has.
    pub product: Bit,
    /// Or to round, what carries into the last place: half of it, the rest of it.
    pub half: Bit,
    pub rest: Bit,
    pub minus: Bit,
    /// What goes to z, instead of the sum: twice the sum; that if it does not lead without; a quarter of it.
    pub doubles: Bit,
    pub grows: Bit,
    pub quarters: Bit,
    /// Twice the sum, or twice z if the sum is negative.
    pub divides: Bit,
    /// The sum with nothing below the last place, and with that even if z was at the middle.
    pub rounds: Bit,
}

/// z, 70 bits with a sign. Its significands have one place more than those of x and y: the sum of two of them may grow
/// by a place, and one that has not grown is doubled, so that the leading bit is bit 56 of a double, bit 27 of a single.
/// The last place of a result is bit 4.
///
/// ```text
/// clock         _/~\_/~\_/~\_
/// step, write   X s X         and x, y, sticky
/// z                 X v
/// ```
#[derive(LogicBlock, Default)]
pub struct Accumulator {
    pub clock: Signal<In, Clock>,
    pub x: Signal<In, Bits<67>>,
    pub y: Signal<In, Bits<67>>,
    /// Of the fast unit's multiplier.
    pub product: Signal<In, Bits<57>>,
    /// From a register: nothing is decided in front of the carry chain.
    pub step: Signal<In, Step>,
    pub write: Signal<In, Bit>,
    /// z = 0, whatever `write` says.
    pub clear: Signal<In, Bit>,
    /// z is halfway between two results that are rounded to the nearest.
    pub tie: Signal<In, Bit>,
    /// There is something below the lowest bit.
    pub sticky: Signal<In, Bit>,
    /// The result has 64 bits.
    pub double: Signal<In, Bit>,

    pub z: Signal<Out, Bits<70>>,
    pub leads: Signal<Out, Bit>,
    pub any: Signal<Out, Bit>,
    /// The sum is negative. A rounded one has a place more.
    pub borrows: Signal<Out, Bit>,
    pub carries: Signal<Out, Bit>,
    /// The significand written last has grown.
    pub grown: Signal<Out, Bit>,

    register: DFF<Bits<70>>,
    growth: DFF<Bit>,
    adder: CarryAdder<70>,
    sign: Signal<Local, Bits<3>>,
    x_extended: Signal<Local, Bits<70>>,
    once: Signal<Local, Bits<70>>,
    twice: Signal<Local, Bits<70>>,
    other: Signal<Local, Bits<70>>,
    operand: Signal<Local, Bits<70>>,
    sum: Signal<Local, Bits<70>>,
    sum_leads: Signal<Local, Bit>,
    negative: Signal<Local, Bit>,
    grows: Signal<Local, Bit>,
    /// Of a quarter: whether something goes out, copies of the sign, and both in their places.
    lost: Signal<Local, Bit>,
    top: Signal<Local, Bits<2>>,
    edges: Signal<Local, Bits<70>>,
    quarter: Signal<Local, Bits<70>>,
    chosen: Signal<Local, Bits<70>>,
}

impl Logic for Accumulator {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, register, growth);
        self.z.next = self.register.q.val();
        self.any.next = self.register.q.val().any();
        self.leads.next =
            if self.double.val() { self.register.q.val().get_bit(56) } else { self.register.q.val().get_bit(27) };
        self.grown.next = self.growth.q.val();

        // The operand.
        self.sign.next = if self.x.val().get_bit(66) { 7.into() } else { 0.into() };
        self.x_extended.next = bit_cast::<70, 67>(self.x.val()) | (bit_cast::<70, 3>(self.sign.val()) << 67);
        self.once.next = if self.step.val().x { self.x_extended.val() } else { 0.into() };
        self.twice.next = if self.step.val().double_x { self.x_extended.val() << 1 } else { 0.into() };
        self.other.next = 0.into();
        if self.step.val().y {
            self.other.next = bit_cast::<70, 67>(self.y.val());
        }
        if self.step.val().product {
            self.other.next = bit_cast::<70, 57>(self.product.val());
        }
        if self.step.val().half {
            self.other.next = 8.into();
        }
        if self.step.val().rest {
            self.other.next = 15.into();
        }
        self.operand.next = self.once.val() | self.twice.val() | self.other.val();
        self.adder.left.next = self.register.q.val();
        self.adder.right.next = if self.step.val().minus { !self.operand.val() } else { self.operand.val() };
        self.adder.carry.next = self.step.val().minus;

        // What becomes of the sum.
        self.sum.next = self.adder.sum.val();
        self.negative.next = self.sum.val().get_bit(69);
        self.borrows.next = self.negative.val();
        self.sum_leads.next = self.sum.val().get_bit(27);
        self.carries.next = self.sum.val().get_bit(28);
        if self.double.val() {
            self.sum_leads.next = self.sum.val().get_bit(56);
            self.carries.next = self.sum.val().get_bit(57);
        }
        self.grows.next = self.step.val().grows & self.sum_leads.val() & !self.negative.val();
        self.lost.next = self.sum.val().get_bits::<3>(0).any();
        self.top.next = if self.negative.val() { 3.into() } else { 0.into() };
        self.edges.next = if self.lost.val() {
            (bit_cast::<70, 2>(self.top.val()) << 68) | 1
        } else {
            bit_cast::<70, 2>(self.top.val()) << 68
        };
        self.quarter.next = (bit_cast::<70, 67>(self.sum.val().get_bits::<67>(3)) << 1) | self.edges.val();
        self.chosen.next = self.sum.val();
        if self.step.val().doubles | (self.step.val().grows & !self.grows.val()) {
            self.chosen.next = self.sum.val() << 1;
        }
        if self.step.val().divides {
            self.chosen.next = if self.negative.val() { self.register.q.val() << 1 } else { self.sum.val() << 1 };
        }
        if self.step.val().quarters {
            self.chosen.next = self.quarter.val();
        }
        if self.write.val() {
            self.register.d.next = self.chosen.val();
            if self.sticky.val() {
                self.register.d.next = self.chosen.val() | 1;
            }
            if self.step.val().rounds {
                self.register.d.next =
                    if self.tie.val() { (self.chosen.val() >> 5) << 5 } else { (self.chosen.val() >> 4) << 4 };
            }
            self.growth.d.next = self.grows.val();
        }
        if self.clear.val() {
            self.register.d.next = 0.into();
        }
    }
}
