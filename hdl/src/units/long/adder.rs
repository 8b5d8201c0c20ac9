//! The adder of the long unit, with what selects its operands.

use layer::circuit;
use rust_hdl::prelude::*;

/// sum = (0, z or 2z) + (0, x, 2x, -x, y or -y), 65 bits. No state.
///
/// Each operand takes one LUT for a bit, the multiple of x one more.
#[derive(LogicBlock, Default)]
pub struct LongAdder {
    pub x: Signal<In, Bits<64>>,
    pub y: Signal<In, Bits<64>>,
    /// What extends y.
    pub y_negative: Signal<In, Bit>,
    pub z: Signal<In, Bits<65>>,

    /// Left operand: z; 0; 2z with `left_bit` at its right.
    pub left_zero: Signal<In, Bit>,
    pub left_double: Signal<In, Bit>,
    pub left_bit: Signal<In, Bit>,

    /// Right operand: y, with `plus_one` -y; or a multiple of x plus `addend`, with `plus_one` one more.
    pub right_y: Signal<In, Bit>,
    pub plus_one: Signal<In, Bit>,
    /// 0; 1; 2; 3 for -1, which needs `plus_one`.
    pub digit: Signal<In, Bits<2>>,
    /// The lowest bit of 0x and 2x.
    pub digit_bit: Signal<In, Bit>,
    /// An even number, only with digit 0.
    pub addend: Signal<In, Bits<4>>,

    pub sum: Signal<Out, Bits<65>>,

    left: Signal<Local, Bits<65>>,
    multiple: Signal<Local, Bits<64>>,
    highest: Signal<Local, Bits<64>>,
    y_wide: Signal<Local, Bits<65>>,
    right: Signal<Local, Bits<65>>,
    adder_left: Signal<Local, Bits<66>>,
    adder_right: Signal<Local, Bits<66>>,
    /// The sum, and a bit below that makes the carry in.
    total: Signal<Local, Bits<66>>,
}

impl Logic for LongAdder {
    #[circuit]
    fn update(&mut self) {
        self.left.next = self.z.val();
        if self.left_zero.val() {
            self.left.next = 0.into();
        } else if self.left_double.val() {
            self.left.next = if self.left_bit.val() { (self.z.val() << 1) | 1 } else { self.z.val() << 1 };
        }

        self.multiple.next = 0.into();
        match self.digit.val().index() {
            0 => {
                if self.digit_bit.val() {
                    self.multiple.next = 1.into();
                }
            }
            1 => self.multiple.next = self.x.val(),
            2 => {
                self.multiple.next = if self.digit_bit.val() { (self.x.val() << 1) | 1 } else { self.x.val() << 1 };
            }
            _ => self.multiple.next = !self.x.val(),
        }
        self.highest.next = 0x8000_0000_0000_0000_u64.into();
        self.y_wide.next = if self.y_negative.val() {
            bit_cast::<65, 64>(self.y.val()) | (bit_cast::<65, 64>(self.highest.val()) << 1)
        } else {
            bit_cast::<65, 64>(self.y.val())
        };
        self.right.next = bit_cast::<65, 64>(self.multiple.val()) | bit_cast::<65, 4>(self.addend.val());
        if self.right_y.val() {
            self.right.next = if self.plus_one.val() { !self.y_wide.val() } else { self.y_wide.val() };
        }

        self.adder_left.next = (bit_cast::<66, 65>(self.left.val()) << 1) | 1;
        self.adder_right.next = if self.plus_one.val() {
            (bit_cast::<66, 65>(self.right.val()) << 1) | 1
        } else {
            bit_cast::<66, 65>(self.right.val()) << 1
        };
        self.total.next = self.adder_left.val() + self.adder_right.val();
        self.sum.next = self.total.val().get_bits::<65>(1);
    }
}
