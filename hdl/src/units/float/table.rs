//! What the float unit does for each instruction, generated from the instruction table.

use crate::prim::table::bit_tables;
use crate::units::Operation;
use crate::units::float::control::{FloatControl, float_control};
use isa::op::{Op, PREFIX};
use rust_hdl::prelude::*;

/// Combinational. What is not of the float unit has no bit.
#[derive(LogicBlock)]
pub struct FloatTable {
    pub operation: Signal<In, Operation>,
    pub control: Signal<Out, FloatControl>,
    /// By code, those behind the prefix last.
    _table: Vec<FloatControl>,
}

impl Default for FloatTable {
    fn default() -> Self {
        let operation = |row: u32| Op::from_code(if row < 256 { 0 } else { PREFIX }, row % 256);
        let control = |row| operation(row).and_then(float_control).unwrap_or_default();
        Self { operation: Default::default(), control: Default::default(), _table: (0..512).map(control).collect() }
    }
}

impl Logic for FloatTable {
    fn update(&mut self) {
        let Operation { prefixed, code } = self.operation.val();
        self.control.next = self._table[usize::from(prefixed) << 8 | code.index()];
    }

    fn connect(&mut self) {
        self.control.connect();
    }

    fn hdl(&self) -> Verilog {
        let bits = |&control: &FloatControl| Bits::<{ FloatControl::BITS }>::from(control).to_u64();
        let rows: Vec<u64> = self._table.iter().map(bits).collect();
        // A structure's first field has the lowest bits.
        Verilog::Custom(bit_tables("control", "{operation[0], operation[8:1]}", &rows, FloatControl::BITS))
    }
}
