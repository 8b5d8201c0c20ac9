//! An adder of one carry chain, with a carry that comes in.

use rust_hdl::prelude::*;

/// `sum` is `left` + `right`, and one more with `carry`. Combinational.
#[derive(LogicBlock, Default)]
pub struct CarryAdder<const W: usize> {
    pub left: Signal<In, Bits<W>>,
    pub right: Signal<In, Bits<W>>,
    pub carry: Signal<In, Bit>,
    pub sum: Signal<Out, Bits<W>>,
}

impl<const W: usize> Logic for CarryAdder<W> {
    fn update(&mut self) {
        self.sum.next = match self.carry.val() {
            true => self.left.val() + self.right.val() + 1,
            false => self.left.val() + self.right.val(),
        };
    }

    fn connect(&mut self) {
        self.sum.connect();
    }

    /// The carry comes in through a bit below the lowest.
    fn hdl(&self) -> Verilog {
        Verilog::Custom(format!(
            "wire [{W}:0] carried = {{left, 1'b1}} + {{right, carry}};
always @(*) sum = carried[{W}:1];\n"
        ))
    }
}
