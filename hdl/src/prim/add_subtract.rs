//! An adder and subtractor of one carry chain.

use rust_hdl::prelude::*;

/// `sum` is `left` + `right`, or with `minus` the difference. Combinational.
#[derive(LogicBlock, Default)]
pub struct AddSubtract<const W: usize> {
    pub left: Signal<In, Bits<W>>,
    pub right: Signal<In, Bits<W>>,
    pub minus: Signal<In, Bit>,
    pub sum: Signal<Out, Bits<W>>,
}

impl<const W: usize> Logic for AddSubtract<W> {
    fn update(&mut self) {
        self.sum.next = match self.minus.val() {
            true => self.left.val() - self.right.val(),
            false => self.left.val() + self.right.val(),
        };
    }

    fn connect(&mut self) {
        self.sum.connect();
    }

    /// The carry comes in through a bit below the lowest.
    fn hdl(&self) -> Verilog {
        Verilog::Custom(format!(
            "wire [{W}:0] carried = {{left, 1'b1}} + {{right ^ {{{W}{{minus}}}}, minus}};
always @(*) sum = carried[{W}:1];\n"
        ))
    }
}
