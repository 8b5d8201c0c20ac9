//! The decoder's table in hardware: opcode byte to control bundle, generated from the instruction table.

use crate::control::{Arity, Control, arity_by_first_byte, by_first_byte, is_source};
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

/// Whether the group's first opcode can be a source. Combinational.
#[derive(LogicBlock)]
pub struct SourceTable {
    pub opcode: Signal<In, Bits<8>>,
    pub is_source: Signal<Out, Bit>,
    _table: Vec<bool>,
}

impl Default for SourceTable {
    fn default() -> Self {
        let _table = (0..=255).map(is_source).collect();
        Self { opcode: Default::default(), is_source: Default::default(), _table }
    }
}

impl Logic for SourceTable {
    fn update(&mut self) {
        self.is_source.next = self._table[self.opcode.val().index()];
    }

    fn connect(&mut self) {
        self.is_source.connect();
    }

    fn hdl(&self) -> Verilog {
        let rows = self._table.iter().enumerate().filter(|&(_, &is_source)| is_source);
        let codes: Vec<_> = rows.map(|(code, _)| format!("opcode == 8'd{code}")).collect();
        Verilog::Custom(format!("always @(*) is_source = {};\n", codes.join(" | ")))
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
