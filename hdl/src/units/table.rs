//! What the units are told about each instruction, generated from the instruction table.

use crate::prim::table::bit_tables;
use crate::units::{Operation, UnitControl};
use isa::op::{Op, PREFIX};
use rust_hdl::prelude::*;

/// Combinational. What is of no unit with control bits of its own has no bit.
#[derive(LogicBlock)]
pub struct UnitTable {
    pub operation: Signal<In, Operation>,
    pub control: Signal<Out, UnitControl>,
    /// By code, those behind the prefix last.
    _table: Vec<UnitControl>,
}

impl Default for UnitTable {
    fn default() -> Self {
        let operation = |row: u32| Op::from_code(if row < 256 { 0 } else { PREFIX }, row % 256);
        let control = |row| operation(row).map(UnitControl::of).unwrap_or_default();
        Self { operation: Default::default(), control: Default::default(), _table: (0..512).map(control).collect() }
    }
}

impl Logic for UnitTable {
    fn update(&mut self) {
        let Operation { prefixed, code } = self.operation.val();
        self.control.next = self._table[usize::from(prefixed) << 8 | code.index()];
    }

    fn connect(&mut self) {
        self.control.connect();
    }

    fn hdl(&self) -> Verilog {
        let bits = |&control: &UnitControl| Bits::<{ UnitControl::BITS }>::from(control).to_u64();
        let rows: Vec<u64> = self._table.iter().map(bits).collect();
        // A structure's first field has the lowest bits.
        Verilog::Custom(bit_tables("control", "{operation[0], operation[8:1]}", &rows, UnitControl::BITS))
    }
}
