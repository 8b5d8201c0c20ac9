//! The decoder's tables in hardware: opcode to control bundle, generated from the instruction table.

use crate::front::control::{Arity, Control, arity_by_first_byte, by_first_byte, is_source};
use crate::prim::table::bit_tables;
use isa::op::PREFIX;
use rust_hdl::prelude::*;

/// Combinational. Bytes that are no one-byte opcode of this core give `illegal`.
#[derive(LogicBlock)]
pub struct OpTable {
    pub opcode: Signal<In, Bits<8>>,
    /// The instruction owns a branch entry: behind the prefix, it is one of the service unit and not of the float unit.
    pub entry: Signal<In, Bit>,
    pub control: Signal<Out, Control>,
    _table: Vec<Control>,
    _behind_prefix: Control,
}

impl OpTable {
    /// Of a core with or without the float unit.
    pub fn new(float: bool) -> OpTable {
        OpTable {
            opcode: Default::default(),
            entry: Default::default(),
            control: Default::default(),
            _table: (0..=255).map(|byte| by_first_byte(byte, true, float)).collect(),
            _behind_prefix: by_first_byte(PREFIX, false, float),
        }
    }

    pub fn without_float() -> OpTable {
        OpTable::new(false)
    }
}

impl Default for OpTable {
    /// With it.
    fn default() -> Self {
        OpTable::new(true)
    }
}

impl Logic for OpTable {
    fn update(&mut self) {
        let opcode = self.opcode.val().index();
        let behind_prefix = opcode == usize::from(PREFIX) && !self.entry.val();
        self.control.next = if behind_prefix { self._behind_prefix } else { self._table[opcode] };
    }

    fn connect(&mut self) {
        self.control.connect();
    }

    fn hdl(&self) -> Verilog {
        let bits = |&control: &Control| Bits::<{ Control::BITS }>::from(control).to_u64();
        let rows: Vec<u64> = self._table.iter().map(bits).collect();
        Verilog::Custom(by_opcode("control", &rows, bits(&self._behind_prefix), Control::BITS))
    }
}

/// What the decoder has to know early, of the group's first opcode. Combinational.
#[derive(LogicBlock)]
pub struct ArityTable {
    pub opcode: Signal<In, Bits<8>>,
    /// As for [`OpTable`].
    pub entry: Signal<In, Bit>,
    pub arity: Signal<Out, Arity>,
    _table: Vec<Arity>,
    _behind_prefix: Arity,
}

impl ArityTable {
    /// Of a core with or without the float unit.
    pub fn new(float: bool) -> ArityTable {
        ArityTable {
            opcode: Default::default(),
            entry: Default::default(),
            arity: Default::default(),
            _table: (0..=255).map(|byte| arity_by_first_byte(byte, true, float)).collect(),
            _behind_prefix: arity_by_first_byte(PREFIX, false, float),
        }
    }

    pub fn without_float() -> ArityTable {
        ArityTable::new(false)
    }
}

impl Default for ArityTable {
    /// With it.
    fn default() -> Self {
        ArityTable::new(true)
    }
}

impl Logic for ArityTable {
    fn update(&mut self) {
        let opcode = self.opcode.val().index();
        let behind_prefix = opcode == usize::from(PREFIX) && !self.entry.val();
        self.arity.next = if behind_prefix { self._behind_prefix } else { self._table[opcode] };
    }

    fn connect(&mut self) {
        self.arity.connect();
    }

    fn hdl(&self) -> Verilog {
        let bits = |&arity: &Arity| Bits::<{ Arity::BITS }>::from(arity).to_u64();
        let rows: Vec<u64> = self._table.iter().map(bits).collect();
        Verilog::Custom(by_opcode("arity", &rows, bits(&self._behind_prefix), Arity::BITS))
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

/// Sets `output`, of so many bits, to the row of the opcode, or else to what is behind the prefix without an entry.
fn by_opcode(output: &str, rows: &[u64], behind_prefix: u64, bits: usize) -> String {
    if behind_prefix == rows[usize::from(PREFIX)] {
        return bit_tables(output, "opcode", rows, bits) + "wire unused = entry;\n";
    }
    let table = bit_tables("looked_up", "opcode", rows, bits);
    format!(
        "reg [{top}:0] looked_up;
{table}always @(*) begin
   {output} = looked_up;
   if (opcode == 8'd{PREFIX} && !entry) {output} = {bits}'d{behind_prefix};
end
",
        top = bits - 1
    )
}
