//! Multiplication by DSP blocks, for the fast float unit.

use crate::prim::multiplier::Multiplier;
use layer::circuit;
use rust_hdl::prelude::*;

/// The product of two significands, of which that of y is taken 18 bits a cycle, from the lowest.
///
/// ```text
/// clock    _/~\_/~\_/~\_/~\_/~\_
/// start    /~~~\________________
/// x        X    stays          X
/// y        X v X
/// significand              X v X
/// ```
#[derive(LogicBlock, Default)]
pub struct Product {
    pub clock: Signal<In, Clock>,
    pub start: Signal<In, Bit>,
    /// Leads at bit 52 or, of a single, bit 23.
    pub x: Signal<In, Bits<53>>,
    /// Leads at bit 52.
    pub y: Signal<In, Bits<53>>,
    /// Leads three or four places higher than x; what goes out is gathered in the lowest bit.
    pub significand: Signal<Out, Bits<57>>,

    multiplier: Multiplier<53, 18, 71>,
    /// What is left of y.
    rest: DFF<Bits<53>>,
    /// Of the products so far, what goes on.
    high: DFF<Bits<71>>,
    /// And what has gone out was not 0.
    low: DFF<Bit>,
    whole: DFF<Bits<57>>,
    part: Signal<Local, Bits<53>>,
    sum: Signal<Local, Bits<71>>,
    sticky: Signal<Local, Bit>,
}

impl Logic for Product {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, rest, high, low, whole);
        clock!(self, clock, multiplier);
        self.significand.next = self.whole.q.val();
        self.part.next = if self.start.val() { self.y.val() } else { self.rest.q.val() };
        self.rest.d.next = self.part.val() >> 18;
        self.multiplier.left.next = self.x.val();
        self.multiplier.right.next = self.part.val().get_bits::<18>(0);

        self.sum.next = self.high.q.val() + self.multiplier.product.val();
        self.high.d.next = self.sum.val() >> 18;
        self.low.d.next = self.low.q.val() | self.sum.val().get_bits::<18>(0).any();
        self.sticky.next = self.low.q.val() | self.sum.val().get_bits::<13>(0).any();
        self.whole.d.next = self.sum.val().get_bits::<57>(13);
        if self.sticky.val() {
            self.whole.d.next = self.sum.val().get_bits::<57>(13) | 1;
        }
        if self.start.val() {
            self.high.d.next = 0.into();
            self.low.d.next = false;
        }
    }
}
