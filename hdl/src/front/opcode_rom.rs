//! The decoder's tables of the compact core, which has more block RAMs than cells to spare.

use crate::front::control::{Arity, Control, arity_by_first_byte, by_first_byte, is_source};
use crate::front::op_table::MillicodeTable;
use crate::prim::ram::bits_from;
use isa::capabilities::Capabilities;
use isa::op::{Op, PREFIX};
use isa::stream::BEHIND_BODY;
use rust_hdl::prelude::*;

/// Bits of a number of millicode.
const NUMBER: usize = 7;
/// Bits of a row.
const ROW: usize = Control::BITS + Arity::BITS + NUMBER;

/// What is known of an instruction by its first byte, a cycle after a `read`, until the next one.
///
/// The row of what is never executed, [`BEHIND_BODY`], is that of the prefix with a branch entry.
#[derive(LogicBlock)]
pub struct OpcodeRom {
    pub clock: Signal<In, Clock>,
    pub read: Signal<In, Bit>,
    pub opcode: Signal<In, Bits<8>>,
    /// The instruction owns a branch entry.
    pub entry: Signal<In, Bit>,
    /// Of its operation; of a source, that of a group which only passes its operand on.
    pub control: Signal<Out, Control>,
    pub arity: Signal<Out, Arity>,
    /// As `MillicodeTable` has it.
    pub number: Signal<Out, Bits<NUMBER>>,
    _rows: Vec<Row>,
}

#[derive(Clone, Copy)]
struct Row {
    control: Control,
    arity: Arity,
    number: u64,
}

impl Row {
    fn new(byte: u8, entry: bool, units: Capabilities) -> Row {
        let mut arity = arity_by_first_byte(byte, entry, units);
        let mut operation = byte;
        if is_source(byte) {
            operation = Op::I32ReinterpretF32.row().code;
            (arity.unary, arity.binary, arity.select) = (true, false, false);
        }
        Row { control: by_first_byte(operation, entry, units), arity, number: MillicodeTable::number(byte, units) }
    }

    /// The number highest, the control bits lowest.
    fn bits(self) -> u128 {
        let control: Bits<{ Control::BITS }> = self.control.into();
        let arity: Bits<{ Arity::BITS }> = self.arity.into();
        control.to_u128() | arity.to_u128() << Control::BITS | u128::from(self.number) << (Control::BITS + Arity::BITS)
    }
}

impl OpcodeRom {
    /// Of a core with these units.
    pub fn new(units: Capabilities) -> OpcodeRom {
        let row = |byte| match byte {
            BEHIND_BODY => Row::new(PREFIX, true, units),
            _ => Row::new(byte, false, units),
        };
        OpcodeRom {
            clock: Default::default(),
            read: Default::default(),
            opcode: Default::default(),
            entry: Default::default(),
            control: Default::default(),
            arity: Default::default(),
            number: Default::default(),
            _rows: (0..=255).map(row).collect(),
        }
    }
}

impl Default for OpcodeRom {
    /// Of a core without units.
    fn default() -> Self {
        OpcodeRom::new(Capabilities::NONE)
    }
}

impl Logic for OpcodeRom {
    fn update(&mut self) {
        if self.clock.pos_edge() && self.read.val() {
            let opcode = self.opcode.val().index();
            let is_service = opcode == usize::from(PREFIX) && self.entry.val();
            let row = self._rows[if is_service { usize::from(BEHIND_BODY) } else { opcode }];
            self.control.next = row.control;
            self.arity.next = row.arity;
            self.number.next = bits_from(row.number.into());
        }
    }

    fn connect(&mut self) {
        self.control.connect();
        self.arity.connect();
        self.number.connect();
    }

    fn hdl(&self) -> Verilog {
        let rows = self._rows.iter().enumerate();
        let rows: String = rows.map(|(at, row)| format!("   rows[{at}] = {ROW}'h{:x};\n", row.bits())).collect();
        Verilog::Custom(format!(
            "(* no_rw_check *)
reg [{top}:0] rows [0:255];
initial begin
{rows}end
wire [7:0] address = (opcode == 8'd{PREFIX} && entry) ? 8'd{BEHIND_BODY} : opcode;
reg [{top}:0] row;
always @(posedge clock) if (read) row <= rows[address];
always @(*) control = row[{control}:0];
always @(*) arity = row[{arity}:{arity_low}];
always @(*) number = row[{top}:{number_low}];
",
            top = ROW - 1,
            control = Control::BITS - 1,
            arity = Control::BITS + Arity::BITS - 1,
            arity_low = Control::BITS,
            number_low = Control::BITS + Arity::BITS,
        ))
    }
}
