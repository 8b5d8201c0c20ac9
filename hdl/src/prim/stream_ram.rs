//! Code and branch entries in one single-port memory.

use crate::prim::lane_ram::single_port_bank;
use crate::prim::ram::bits_from;
use rust_hdl::prelude::*;

/// 2^C bytes in rows of four, which hold code, and from the end on branch entries of two rows (`isa::stream`). Reads a row
/// in a cycle that does not write.
///
/// The host writes eight bytes at once, which takes two cycles: the data stay for the second one.
///
/// ```text
/// clock         _/~\_/~\_/~\_/~\_
/// row           X a  X
/// word               X mem[a]
/// write         ________/~~~\____
/// write_data    ________X 8 bytes X
/// ```
#[derive(LogicBlock)]
pub struct StreamRam<const C: usize, const B: usize, const S: usize> {
    pub clock: Signal<In, Clock>,
    /// Reads; otherwise what has been read stays.
    pub read: Signal<In, Bit>,
    /// Which row to read: its byte address / 4.
    pub row: Signal<In, Bits<C>>,
    pub word: Signal<Out, Bits<32>>,

    // The word as the first row of an entry.
    pub target: Signal<Out, Bits<C>>,
    pub predict: Signal<Out, Bit>,
    pub keep: Signal<Out, Bits<S>>,
    // As the second one.
    pub following: Signal<Out, Bits<B>>,
    pub returns: Signal<Out, Bit>,
    pub unwind: Signal<Out, Bit>,
    pub height: Signal<Out, Bits<S>>,

    pub write: Signal<In, Bit>,
    /// Byte address / 8.
    pub write_number: Signal<In, Bits<32>>,
    pub write_data: Signal<In, Bits<64>>,
    _rows: Vec<u32>,
    _second: bool,
    _number: usize,
}

impl<const C: usize, const B: usize, const S: usize> Default for StreamRam<C, B, S> {
    fn default() -> Self {
        Self {
            clock: Default::default(),
            read: Default::default(),
            row: Default::default(),
            word: Default::default(),
            target: Default::default(),
            following: Default::default(),
            predict: Default::default(),
            returns: Default::default(),
            unwind: Default::default(),
            height: Default::default(),
            keep: Default::default(),
            write: Default::default(),
            write_number: Default::default(),
            write_data: Default::default(),
            _rows: vec![0; 1 << (C - 2)],
            _second: false,
            _number: 0,
        }
    }
}

impl<const C: usize, const B: usize, const S: usize> StreamRam<C, B, S> {
    fn show(&mut self, word: u32) {
        let bits = |low: usize, width: usize| u128::from(u64::from(word) >> low & ((1 << width) - 1));
        self.word.next = u64::from(word).into();
        self.target.next = bits_from(bits(0, C));
        self.predict.next = bits(C, 1) != 0;
        self.keep.next = bits_from(bits(C + 1, S));
        self.following.next = bits_from(bits(0, B));
        self.returns.next = bits(B, 1) != 0;
        self.unwind.next = bits(B + 1, 1) != 0;
        self.height.next = bits_from(bits(B + 2, S));
    }
}

impl<const C: usize, const B: usize, const S: usize> Logic for StreamRam<C, B, S> {
    fn update(&mut self) {
        if !self.clock.pos_edge() {
            return;
        }
        let rows = self._rows.len();
        if self._second | self.write.val() {
            if !self._second {
                self._number = self.write_number.val().index();
            }
            let second = usize::from(self._second);
            let row = (2 * self._number + second) % rows;
            self._rows[row] = (self.write_data.val().to_u64() >> (32 * second)) as u32;
            self._second = !self._second;
        } else if self.read.val() {
            let word = self._rows[self.row.val().index() % rows];
            self.show(word);
        }
    }

    fn connect(&mut self) {
        self.word.connect();
        self.target.connect();
        self.following.connect();
        self.predict.connect();
        self.returns.connect();
        self.unwind.connect();
        self.height.connect();
        self.keep.connect();
    }

    fn hdl(&self) -> Verilog {
        Verilog::Custom(format!(
            "reg second = 0;
wire writes = second | write;
wire enabled = writes | read;
reg [{high}:0] number;
wire [{top}:0] place = second ? {{number, 1'b1}} : {{write_number[{high}:0], 1'b0}};
wire [{top}:0] address = writes ? place : row[{top}:0];
wire [3:0] write_enables = {{4{{writes}}}};
wire [31:0] written = second ? write_data[63:32] : write_data[31:0];
reg [31:0] read_data;
{low_bank}{high_bank}always @(posedge clock) begin
   second <= write & ~second;
   number <= write_number[{high}:0];
end
always @(*) word = read_data;
always @(*) target = read_data[{target}:0];
always @(*) predict = read_data[{C}];
always @(*) keep = read_data[{keep_top}:{keep}];
always @(*) following = read_data[{following}:0];
always @(*) returns = read_data[{B}];
always @(*) unwind = read_data[{unwind}];
always @(*) height = read_data[{height_top}:{height}];
",
            top = C - 3,
            high = C - 4,
            low_bank = single_port_bank(C - 2, 0, "written"),
            high_bank = single_port_bank(C - 2, 2, "written"),
            target = C - 1,
            keep = C + 1,
            keep_top = C + S,
            following = B - 1,
            unwind = B + 1,
            height = B + 2,
            height_top = B + S + 1,
        ))
    }
}
