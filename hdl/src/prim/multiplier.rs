//! A multiplier that synthesis makes of DSP blocks.

use crate::prim::ram::bits_from;
use rust_hdl::prelude::*;

/// `product` is that of `left` and `right` in the cycle before, unsigned: its lowest P bits, L + R or fewer; at most 128.
#[derive(LogicBlock, Default)]
pub struct Multiplier<const L: usize, const R: usize, const P: usize> {
    pub clock: Signal<In, Clock>,
    pub left: Signal<In, Bits<L>>,
    pub right: Signal<In, Bits<R>>,
    pub product: Signal<Out, Bits<P>>,
}

impl<const L: usize, const R: usize, const P: usize> Logic for Multiplier<L, R, P> {
    fn update(&mut self) {
        if self.clock.pos_edge() {
            let product = self.left.val().to_u128() * self.right.val().to_u128();
            self.product.next = bits_from(product & (u128::MAX >> (128 - P)));
        }
    }

    fn connect(&mut self) {
        self.product.connect();
    }

    fn hdl(&self) -> Verilog {
        let (left, right) = (operand::<P>("left", L), operand::<P>("right", R));
        Verilog::Custom(format!("always @(posedge clock) product <= {left} * {right};\n"))
    }
}

/// An operand of so many bits, with as many as the product.
fn operand<const P: usize>(name: &str, width: usize) -> String {
    match P.checked_sub(width) {
        Some(0) => name.into(),
        Some(missing) => format!("{{{missing}'d0, {name}}}"),
        None => format!("{name}[{}:0]", P - 1),
    }
}
