//! The resolver's table in hardware: opcode to rule, generated from the instruction table.

use crate::resolver::rule::Rule;
use isa::op::{Op, PREFIX};
use rust_hdl::prelude::*;

/// Combinational. Codes without an instruction are not `known`; their other bits are those of a neighbour, which
/// makes the table smaller.
#[derive(LogicBlock)]
pub struct RuleTable {
    /// The opcode, or the number after the prefix.
    pub code: Signal<In, Bits<8>>,
    pub prefixed: Signal<In, Bit>,
    pub rule: Signal<Out, Rule>,
    _table: Vec<Rule>,
}

impl Default for RuleTable {
    fn default() -> Self {
        let mut _table = Vec::new();
        for code in 0..256 {
            let neighbour = Rule { known: false, ..*_table.last().unwrap_or(&Rule::default()) };
            _table.push(Op::from_code(0, code).map_or(neighbour, Rule::of));
        }
        for code in 0..256 {
            let neighbour = Rule { known: false, ..if code < 32 { Rule::default() } else { _table[code as usize] } };
            _table.push(Op::from_code(PREFIX, code).map_or(neighbour, Rule::of));
        }
        Self { code: Default::default(), prefixed: Default::default(), rule: Default::default(), _table }
    }
}

impl Logic for RuleTable {
    fn update(&mut self) {
        let row = usize::from(self.prefixed.val()) << 8 | self.code.val().index();
        self.rule.next = self._table[row];
    }

    fn connect(&mut self) {
        self.rule.connect();
    }

    /// One table for each bit: yosys makes fewer cells of these than of a `case`.
    fn hdl(&self) -> Verilog {
        let rows: Vec<u64> = self._table.iter().map(|&r| Bits::<{ Rule::BITS }>::from(r).to_u64()).collect();
        let mut text = String::new();
        for bit in 0..Rule::BITS {
            let word = |w: usize| (0..64).fold(0u64, |t, i| t | (rows[64 * w + i] >> bit & 1) << i);
            let table: String = (0..8).rev().map(|w| format!("{:016x}", word(w))).collect();
            text += &format!("localparam [511:0] TABLE{bit} = 512'h{table};\n");
            text += &format!("always @(*) rule[{bit}] = TABLE{bit}[{{prefixed, code}}];\n");
        }
        Verilog::Custom(text)
    }
}
