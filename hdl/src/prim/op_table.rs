//! The decoder's table in hardware: opcode byte to control bundle, generated from the instruction table.

use crate::control::{Arity, Control, arity_by_first_byte, by_first_byte};
use rust_hdl::prelude::*;

/// Combinational. Bytes that are no one-byte opcode of this core give `illegal`.
#[derive(LogicBlock)]
pub struct OpTable {
    pub opcode: Signal<In, Bits<8>>,
    pub control: Signal<Out, Control>,
    _table: Vec<Control>,
}

impl Default for OpTable {
    fn default() -> Self {
        let _table = (0..=255).map(by_first_byte).collect();
        Self { opcode: Default::default(), control: Default::default(), _table }
    }
}

impl Logic for OpTable {
    fn update(&mut self) {
        self.control.next = self._table[self.opcode.val().index()];
    }

    fn connect(&mut self) {
        self.control.connect();
    }

    fn hdl(&self) -> Verilog {
        let rows: Vec<u64> = self._table.iter().map(|&c| Bits::<{ Control::BITS }>::from(c).to_u64()).collect();
        Verilog::Custom(bit_tables("control", &rows, Control::BITS))
    }
}

/// What the decoder has to know early, of the group's first opcode. Combinational.
#[derive(LogicBlock)]
pub struct ArityTable {
    pub opcode: Signal<In, Bits<8>>,
    pub arity: Signal<Out, Arity>,
    _table: Vec<Arity>,
}

impl Default for ArityTable {
    fn default() -> Self {
        let _table = (0..=255).map(arity_by_first_byte).collect();
        Self { opcode: Default::default(), arity: Default::default(), _table }
    }
}

impl Logic for ArityTable {
    fn update(&mut self) {
        self.arity.next = self._table[self.opcode.val().index()];
    }

    fn connect(&mut self) {
        self.arity.connect();
    }

    fn hdl(&self) -> Verilog {
        let rows: Vec<u64> = self._table.iter().map(|&a| Bits::<{ Arity::BITS }>::from(a).to_u64()).collect();
        Verilog::Custom(bit_tables("arity", &rows, Arity::BITS))
    }
}

/// One table of 256 bits for each bit of `output`: yosys makes fewer cells of these than of a `case`.
fn bit_tables(output: &str, rows: &[u64], bits: usize) -> String {
    let mut text = String::new();
    for bit in 0..bits {
        let word = |w: usize| (0..64).fold(0u64, |t, i| t | (rows[64 * w + i] >> bit & 1) << i);
        let table: String = (0..4).rev().map(|w| format!("{:016x}", word(w))).collect();
        text += &format!("localparam [255:0] TABLE{bit} = 256'h{table};\n");
        text += &format!("always @(*) {output}[{bit}] = TABLE{bit}[opcode];\n");
    }
    text
}
