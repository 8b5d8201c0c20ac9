//! How far an instruction reaches, found from its bytes: the compact core has no marks that tell.

#[cfg(test)]
mod tests;

use crate::prim::names::Opcodes;
use crate::prim::table::bit_tables;
use isa::group;
use isa::op::{Imm, Op, PREFIX};
use layer::circuit;
use rust_hdl::prelude::*;

/// What stands behind a first opcode byte.
#[derive(Clone, Copy, Debug, PartialEq, Default, LogicStruct)]
pub struct Shape {
    /// One LEB128 number.
    pub number: Bit,
    /// Two numbers, of which the second one matters.
    pub pair: Bit,
    /// Four bytes; eight.
    pub four: Bit,
    pub eight: Bit,
    /// Decode takes the number in one cycle only if it has one byte; has up to four bytes.
    pub index: Bit,
    pub wide: Bit,
    /// The instruction owns a branch entry.
    pub entry: Bit,
}

impl Shape {
    /// Of what begins with this byte. Where a service instruction ends says its entry.
    fn of_first_byte(byte: u8) -> Shape {
        let mut shape = Shape::default();
        if byte == PREFIX {
            shape.number = true;
            return shape;
        }
        let Some(op) = Op::from_code(0, byte.into()) else { return shape };
        shape.entry = group::owns_entry(op);
        if op.is_service() {
            return shape;
        }
        match op.row().imm {
            Imm::MemArg | Imm::Types => shape.pair = true,
            Imm::F32 => shape.four = true,
            Imm::F64 => shape.eight = true,
            imm => {
                shape.number = imm.lebs() == Some(1);
                shape.index = matches!(imm, Imm::Local | Imm::Global);
                shape.wide = imm == Imm::I64;
            }
        }
        shape
    }
}

/// Combinational.
#[derive(LogicBlock)]
pub struct ShapeTable {
    pub opcode: Signal<In, Bits<8>>,
    pub shape: Signal<Out, Shape>,
    _rows: Vec<Shape>,
}

impl Default for ShapeTable {
    fn default() -> Self {
        let _rows = (0..=255).map(Shape::of_first_byte).collect();
        Self { opcode: Default::default(), shape: Default::default(), _rows }
    }
}

impl Logic for ShapeTable {
    fn update(&mut self) {
        self.shape.next = self._rows[self.opcode.val().index()];
    }

    fn connect(&mut self) {
        self.shape.connect();
    }

    fn hdl(&self) -> Verilog {
        let rows: Vec<u64> = self._rows.iter().map(|&row| Bits::<{ Shape::BITS }>::from(row).to_u64()).collect();
        Verilog::Custom(bit_tables("shape", "opcode", &rows, Shape::BITS))
    }
}

/// Of a window of five or six bytes that begins with an instruction, or with a byte of one: the bytes of it that go to
/// decode at once. Combinational.
///
/// All of an instruction does, unless it is longer than the window. Then what is in the window goes, and the rest byte by
/// byte (`continues`); where that ends, the serial decoder finds.
#[derive(LogicBlock, Default)]
pub struct Extent {
    pub window: Signal<In, Bits<64>>,
    /// The window has five bytes.
    pub five: Signal<In, Bit>,
    /// It begins with a byte that continues an immediate.
    pub continues: Signal<In, Bit>,

    /// How many bytes go, less one.
    pub last: Signal<Out, Bits<3>>,
    /// The immediate does not have the short form that decode takes in one cycle.
    pub serial: Signal<Out, Bit>,
    /// The instruction owns a branch entry.
    pub entry: Signal<Out, Bit>,

    shapes: ShapeTable,
    opcodes: Opcodes,
    opcode: Signal<Local, Bits<8>>,
    shape: Signal<Local, Shape>,
    /// Whether another byte of a number follows the one with this place.
    more1: Signal<Local, Bit>,
    more2: Signal<Local, Bit>,
    more3: Signal<Local, Bit>,
    more4: Signal<Local, Bit>,
    /// From byte 1 on, and from byte 2 on: bytes before the last one that is there.
    to2: Signal<Local, Bit>,
    to3: Signal<Local, Bit>,
    to4: Signal<Local, Bit>,
    from2_to3: Signal<Local, Bit>,
    from2_to4: Signal<Local, Bit>,
    /// A number of which not all is there.
    unfinished: Signal<Local, Bit>,
}

impl Logic for Extent {
    #[circuit]
    fn update(&mut self) {
        self.opcode.next = self.window.val().get_bits::<8>(0);
        self.shapes.opcode.next = self.opcode.val();
        self.shape.next = self.shapes.shape.val();
        self.more1.next = self.window.val().get_bit(15);
        self.more2.next = self.window.val().get_bit(23);
        self.more3.next = self.window.val().get_bit(31);
        self.more4.next = self.window.val().get_bit(39);
        self.to2.next = self.more1.val() & self.more2.val();
        self.to3.next = self.to2.val() & self.more3.val();
        self.to4.next = self.to3.val() & self.more4.val();
        self.from2_to3.next = self.more2.val() & self.more3.val();
        self.from2_to4.next = self.from2_to3.val() & self.more4.val();
        self.unfinished.next = self.to4.val() & (self.five.val() | self.window.val().get_bit(47));

        self.last.next = 0.into();
        self.serial.next = self.shape.val().eight;
        if self.shape.val().number {
            self.last.next = 1.into();
            if self.more1.val() {
                self.last.next = 2.into();
            }
            if self.to2.val() {
                self.last.next = 3.into();
            }
            if self.to3.val() {
                self.last.next = 4.into();
            }
            if self.to4.val() & !self.five.val() {
                self.last.next = 5.into();
            }
            self.serial.next = self.unfinished.val()
                | (self.shape.val().index & self.more1.val())
                | (self.shape.val().wide & self.to4.val());
        }
        if self.shape.val().pair {
            self.serial.next = self.more1.val() | self.from2_to3.val();
            if !self.more1.val() {
                self.last.next = 2.into();
                if self.more2.val() {
                    self.last.next = 3.into();
                }
                if self.from2_to3.val() {
                    self.last.next = 4.into();
                }
                if self.from2_to4.val() & !self.five.val() {
                    self.last.next = 5.into();
                }
            }
        }
        if self.shape.val().four | self.shape.val().eight {
            self.last.next = 4.into();
        }

        // The last `end` of a function, and behind the prefix what is not the float unit's.
        self.entry.next = self.shape.val().entry
            | ((self.opcode.val() == self.opcodes.block_end.val())
                & (self.window.val().get_bits::<8>(8) == self.opcodes.behind_body.val()))
            | ((self.opcode.val() == self.opcodes.prefix.val()) & self.window.val().get_bits::<4>(11).any());
        if self.continues.val() {
            self.last.next = 0.into();
            self.entry.next = false;
        }
    }
}
