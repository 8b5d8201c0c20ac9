//! The decoder's table in hardware: opcode byte to control bundle, generated from the instruction table.

use crate::control::{by_first_byte, Control};
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

    /// One table of 256 bits for each control bit: yosys makes fewer cells of these than of a `case`.
    fn hdl(&self) -> Verilog {
        let rows: Vec<u64> = self._table.iter().map(|&c| Bits::<{ Control::BITS }>::from(c).to_u64()).collect();
        let mut text = String::new();
        for bit in 0..Control::BITS {
            let word = |w: usize| (0..64).fold(0u64, |t, i| t | (rows[64 * w + i] >> bit & 1) << i);
            let table: String = (0..4).rev().map(|w| format!("{:016x}", word(w))).collect();
            text += &format!("localparam [255:0] TABLE{bit} = 256'h{table};\n");
            text += &format!("always @(*) control[{bit}] = TABLE{bit}[opcode];\n");
        }
        Verilog::Custom(text)
    }
}
