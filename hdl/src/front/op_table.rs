//! The decoder's tables in hardware: opcode to control bundle, generated from the instruction table.

use crate::front::control::{Arity, Control, arity_by_first_byte, by_first_byte, is_source};
use crate::prim::table::bit_tables;
use isa::capabilities::Capabilities;
use isa::millicode;
use isa::op::{Op, PREFIX};
use rust_hdl::prelude::*;

/// What a table has for each first byte, and what stands for the prefix without a branch entry.
struct ByOpcode<T> {
    table: Vec<T>,
    behind_prefix: T,
}

impl<T: Copy> ByOpcode<T> {
    /// Of what stands for a byte, of an instruction with or without a branch entry.
    fn new(of: impl Fn(u8, bool) -> T) -> ByOpcode<T> {
        ByOpcode { table: (0..=255).map(|byte| of(byte, true)).collect(), behind_prefix: of(PREFIX, false) }
    }

    fn row(&self, opcode: usize, entry: bool) -> T {
        if opcode == usize::from(PREFIX) && !entry { self.behind_prefix } else { self.table[opcode] }
    }

    /// Sets `output`, of so many bits, to the row of `opcode` and `entry`.
    fn verilog(&self, output: &str, width: usize, bits: impl Fn(T) -> u64) -> String {
        let rows: Vec<u64> = self.table.iter().map(|&row| bits(row)).collect();
        let behind_prefix = bits(self.behind_prefix);
        if behind_prefix == rows[usize::from(PREFIX)] {
            return bit_tables(output, "opcode", &rows, width) + "wire unused = entry;\n";
        }
        let table = bit_tables("looked_up", "opcode", &rows, width);
        format!(
            "reg [{top}:0] looked_up;
{table}always @(*) begin
   {output} = looked_up;
   if (opcode == 8'd{PREFIX} && !entry) {output} = {width}'d{behind_prefix};
end
",
            top = width - 1
        )
    }
}

/// Combinational. Bytes that are no one-byte opcode of this core give `illegal`.
#[derive(LogicBlock)]
pub struct OpTable {
    pub opcode: Signal<In, Bits<8>>,
    /// The instruction owns a branch entry: behind the prefix, it is one of the service unit and not of the float unit.
    pub entry: Signal<In, Bit>,
    pub control: Signal<Out, Control>,
    _rows: ByOpcode<Control>,
}

impl OpTable {
    /// Of a core with these units.
    pub fn new(units: Capabilities) -> OpTable {
        OpTable {
            opcode: Default::default(),
            entry: Default::default(),
            control: Default::default(),
            _rows: ByOpcode::new(|byte, entry| by_first_byte(byte, entry, units)),
        }
    }

    /// Of one that executes by millicode what it can.
    pub fn with_millicode() -> OpTable {
        OpTable::new(Capabilities::NONE)
    }
}

impl Default for OpTable {
    /// With all units.
    fn default() -> Self {
        OpTable::new(Capabilities::ALL)
    }
}

impl Logic for OpTable {
    fn update(&mut self) {
        self.control.next = self._rows.row(self.opcode.val().index(), self.entry.val());
    }

    fn connect(&mut self) {
        self.control.connect();
    }

    fn hdl(&self) -> Verilog {
        let bits = |control| Bits::<{ Control::BITS }>::from(control).to_u64();
        Verilog::Custom(self._rows.verilog("control", Control::BITS, bits))
    }
}

/// What the decoder has to know early, of the group's first opcode. Combinational.
#[derive(LogicBlock)]
pub struct ArityTable {
    pub opcode: Signal<In, Bits<8>>,
    /// As for [`OpTable`].
    pub entry: Signal<In, Bit>,
    pub arity: Signal<Out, Arity>,
    _rows: ByOpcode<Arity>,
}

impl ArityTable {
    /// Of a core with these units.
    pub fn new(units: Capabilities) -> ArityTable {
        ArityTable {
            opcode: Default::default(),
            entry: Default::default(),
            arity: Default::default(),
            _rows: ByOpcode::new(|byte, entry| arity_by_first_byte(byte, entry, units)),
        }
    }

    /// Of one that executes by millicode what it can.
    pub fn with_millicode() -> ArityTable {
        ArityTable::new(Capabilities::NONE)
    }
}

impl Default for ArityTable {
    /// With all units.
    fn default() -> Self {
        ArityTable::new(Capabilities::ALL)
    }
}

impl Logic for ArityTable {
    fn update(&mut self) {
        self.arity.next = self._rows.row(self.opcode.val().index(), self.entry.val());
    }

    fn connect(&mut self) {
        self.arity.connect();
    }

    fn hdl(&self) -> Verilog {
        let bits = |arity| Bits::<{ Arity::BITS }>::from(arity).to_u64();
        Verilog::Custom(self._rows.verilog("arity", Arity::BITS, bits))
    }
}

/// Whether an instruction without prefix is executed by millicode, and its number. Combinational.
#[derive(LogicBlock)]
pub struct MillicodeTable {
    pub opcode: Signal<In, Bits<8>>,
    pub number: Signal<Out, Bits<7>>,
    _rows: Vec<u64>,
}

impl MillicodeTable {
    /// Of a core with these units. What they execute has the number 0, which no instruction without prefix has.
    pub fn new(units: Capabilities) -> MillicodeTable {
        let _rows = (0..=255).map(|byte| MillicodeTable::number(byte, units)).collect();
        MillicodeTable { opcode: Default::default(), number: Default::default(), _rows }
    }

    /// The row of a byte.
    pub fn number(byte: u8, units: Capabilities) -> u64 {
        let op = Op::from_code(0, byte.into()).filter(|&op| !units.supports(op));
        op.and_then(millicode::number).unwrap_or_default().into()
    }
}

impl Default for MillicodeTable {
    /// Of a core without units.
    fn default() -> Self {
        MillicodeTable::new(Capabilities::NONE)
    }
}

impl Logic for MillicodeTable {
    fn update(&mut self) {
        self.number.next = self._rows[self.opcode.val().index()].into();
    }

    fn connect(&mut self) {
        self.number.connect();
    }

    fn hdl(&self) -> Verilog {
        Verilog::Custom(bit_tables("number", "opcode", &self._rows, 7))
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
