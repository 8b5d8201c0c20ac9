//! Multiplication of integers by DSP blocks.

use crate::front::control::Control;
use crate::prim::multiplier::Multiplier;
use crate::prim::switch::Switch;
use layer::circuit;
use rust_hdl::prelude::*;

/// Cycles from `start` to `done`, whatever the operands: both operands, the products of their words, and for `i64.mul`
/// the sum.
pub const WORD_CYCLES: u32 = 2;
pub const DOUBLE_CYCLES: u32 = 3;

/// `i32.mul`, and `i64.mul` if it is built for that: the product of the low words, and in its high half what the two
/// other products add. A product of 32 bits is ready one cycle before that.
///
/// ```text
/// clock    _/~\_/~\_/~\_/~\_
/// start    /~~~\____________
/// a, b     X v X
/// done     ~~~~\___/~~~~~~~~   i32.mul
/// done     ~~~~\_______/~~~~   i64.mul
/// result               X valid
/// ```
#[derive(LogicBlock, Default)]
pub struct MultiplyUnit {
    pub clock: Signal<In, Clock>,
    /// Abandons what runs.
    pub reset: Signal<In, Bit>,
    /// High for one cycle, in which `a` and `b` are valid; only while nothing runs.
    pub start: Signal<In, Bit>,
    /// Valid from `start` to `done`.
    pub control: Signal<In, Control>,
    /// 32-bit operands are the low halves.
    pub a: Signal<In, Bits<64>>,
    pub b: Signal<In, Bits<64>>,
    /// `result` is valid, until the next `start` or `reset`.
    pub done: Signal<Out, Bit>,
    /// The upper half of a 32-bit result is undefined.
    pub result: Signal<Out, Bits<64>>,
    /// Off where the long unit multiplies.
    present: Switch,

    x: DFF<Bits<64>>,
    y: DFF<Bits<64>>,
    low: Multiplier<32, 32, 64>,
    x_high: Multiplier<32, 32, 32>,
    y_high: Multiplier<32, 32, 32>,
    high: DFF<Bits<32>>,
    started: DFF<Bit>,
    multiplied: DFF<Bit>,
    finished: DFF<Bit>,
}

impl MultiplyUnit {
    /// None: what stands for it where the long unit multiplies.
    pub fn absent() -> MultiplyUnit {
        MultiplyUnit { present: Switch::new(false), ..Default::default() }
    }
}

impl Logic for MultiplyUnit {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, x, y, high, started, multiplied, finished);
        clock!(self, clock, low, x_high, y_high);
        if self.start.val() {
            self.x.d.next = self.a.val();
            self.y.d.next = self.b.val();
        }
        self.low.left.next = self.x.q.val().get_bits::<32>(0);
        self.low.right.next = self.y.q.val().get_bits::<32>(0);
        self.x_high.left.next = self.x.q.val().get_bits::<32>(32);
        self.x_high.right.next = self.y.q.val().get_bits::<32>(0);
        self.y_high.left.next = self.x.q.val().get_bits::<32>(0);
        self.y_high.right.next = self.y.q.val().get_bits::<32>(32);
        self.high.d.next =
            self.low.product.val().get_bits::<32>(32) + self.x_high.product.val() + self.y_high.product.val();
        self.result.next = (bit_cast::<64, 32>(self.high.q.val()) << 32)
            | bit_cast::<64, 32>(self.low.product.val().get_bits::<32>(0));

        self.done.next = self.finished.q.val();
        self.started.d.next = self.start.val() & !self.reset.val();
        self.multiplied.d.next = self.started.q.val() & self.control.val().double & !self.reset.val();
        if self.multiplied.q.val() | (self.started.q.val() & !self.control.val().double) {
            self.finished.d.next = true;
        }
        if self.start.val() | self.reset.val() {
            self.finished.d.next = false;
        }
    }
}
