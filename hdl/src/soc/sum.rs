//! The link engine's arithmetic: what an instruction makes of the accumulator and its operand.

use layer::circuit;
use rust_hdl::prelude::*;

/// Combinational. `operation` is that of `super::microcode`: 0 load, 1 add, 2 add with carry, 3 subtract, 4 and.
#[derive(LogicBlock, Default)]
pub struct Sum {
    pub operation: Signal<In, Bits<4>>,
    /// A load, whatever the operation says.
    pub load: Signal<In, Bit>,
    pub accumulator: Signal<In, Bits<8>>,
    pub operand: Signal<In, Bits<8>>,
    pub carry: Signal<In, Bit>,
    pub result: Signal<Out, Bits<8>>,
    pub carry_out: Signal<Out, Bit>,
    /// The carry changes.
    pub carries: Signal<Out, Bit>,

    left: Signal<Local, Bits<10>>,
    right: Signal<Local, Bits<10>>,
    total: Signal<Local, Bits<10>>,
    carry_in: Signal<Local, Bits<1>>,
}

impl Logic for Sum {
    #[circuit]
    fn update(&mut self) {
        // The lowest places of the addition make its carry.
        self.carry_in.next = if (self.operation.val() == 3) | ((self.operation.val() == 2) & self.carry.val()) {
            1.into()
        } else {
            0.into()
        };
        self.left.next = if (self.operation.val() == 0) | self.load.val() {
            0.into()
        } else {
            (bit_cast::<10, 8>(self.accumulator.val()) << 1) | 1
        };
        self.right.next = if self.operation.val() == 3 {
            ((bit_cast::<10, 8>(self.operand.val()) << 1) ^ 510) | 1
        } else {
            (bit_cast::<10, 8>(self.operand.val()) << 1) | bit_cast::<10, 1>(self.carry_in.val())
        };
        self.total.next = self.left.val() + self.right.val();
        self.result.next = if self.operation.val() == 4 {
            self.accumulator.val() & self.operand.val()
        } else {
            self.total.val().get_bits::<8>(1)
        };
        self.carry_out.next = self.total.val().get_bit(9);
        self.carries.next = (self.operation.val() == 1) | (self.operation.val() == 2) | (self.operation.val() == 3);
    }
}
