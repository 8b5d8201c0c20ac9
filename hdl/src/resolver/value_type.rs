//! The bytes that are types (spec section 5.3).

use layer::circuit;
use rust_hdl::prelude::*;

/// Combinational.
#[derive(LogicBlock, Default)]
pub struct ValueType {
    pub code: Signal<In, Bits<8>>,
    /// A value type; one of a reference.
    pub value: Signal<Out, Bit>,
    pub reference: Signal<Out, Bit>,
}

impl Logic for ValueType {
    #[circuit]
    fn update(&mut self) {
        self.reference.next = (self.code.val() == 111) | (self.code.val() == 112);
        // 124 to 127: f64, f32, i64, i32.
        self.value.next = self.reference.val() | (self.code.val().get_bits::<6>(2) == 31);
    }
}
