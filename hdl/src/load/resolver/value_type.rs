//! The bytes that are types (spec section 5.3).

use crate::prim::names::TypeCodes;
use layer::circuit;
use rust_hdl::prelude::*;

/// Combinational.
#[derive(LogicBlock, Default)]
pub struct ValueType {
    pub code: Signal<In, Bits<8>>,
    /// A value type; one of a reference.
    pub value: Signal<Out, Bit>,
    pub reference: Signal<Out, Bit>,

    types: TypeCodes,
}

impl Logic for ValueType {
    #[circuit]
    fn update(&mut self) {
        self.reference.next =
            (self.code.val() == self.types.funcref.val()) | (self.code.val() == self.types.externref.val());
        self.value.next = self.reference.val()
            | (self.code.val() == self.types.i32.val())
            | (self.code.val() == self.types.i64.val())
            | (self.code.val() == self.types.f32.val())
            | (self.code.val() == self.types.f64.val());
    }
}
