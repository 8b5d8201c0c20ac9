//! Code and branch entries in one single-port memory.

use crate::prim::lane_ram::single_port_bank;
use crate::prim::ram::bits_from;
use isa::stream;
use rust_hdl::prelude::*;

/// 2^C bytes in rows of four. Code grows from the lowest row, branch entries of two rows from the highest one
/// (`isa::stream`). Reads a row in every cycle that does not write.
///
/// What is written takes two cycles, one for each row: the host's address and data stay for the second one.
///
/// ```text
/// clock         _/~\_/~\_/~\_/~\_
/// row           X a  X
/// word               X mem[a]
/// write_code    ________/~~~\____
/// write_data    ________X 8 bytes X
/// ```
#[derive(LogicBlock)]
pub struct StreamRam<const C: usize, const B: usize, const S: usize> {
    pub clock: Signal<In, Clock>,
    /// Which row to read: its byte address / 4.
    pub row: Signal<In, Bits<C>>,
    pub word: Signal<Out, Bits<32>>,

    // The word as the first row of an entry.
    pub target: Signal<Out, Bits<C>>,
    pub following: Signal<Out, Bits<B>>,
    pub predict: Signal<Out, Bit>,
    pub returns: Signal<Out, Bit>,
    pub unwind: Signal<Out, Bit>,
    // As the second one.
    pub height: Signal<Out, Bits<S>>,
    pub keep: Signal<Out, Bits<S>>,

    /// Eight bytes of code, as the host's row of this number.
    pub write_code: Signal<In, Bit>,
    /// A packed branch entry.
    pub write_branch: Signal<In, Bit>,
    pub write_number: Signal<In, Bits<32>>,
    pub write_data: Signal<In, Bits<96>>,
    _rows: Vec<u32>,
    _second: bool,
    _entry: bool,
}

impl<const C: usize, const B: usize, const S: usize> Default for StreamRam<C, B, S> {
    fn default() -> Self {
        Self {
            clock: Default::default(),
            row: Default::default(),
            word: Default::default(),
            target: Default::default(),
            following: Default::default(),
            predict: Default::default(),
            returns: Default::default(),
            unwind: Default::default(),
            height: Default::default(),
            keep: Default::default(),
            write_code: Default::default(),
            write_branch: Default::default(),
            write_number: Default::default(),
            write_data: Default::default(),
            _rows: vec![0; 1 << (C - 2)],
            _second: false,
            _entry: false,
        }
    }
}

impl<const C: usize, const B: usize, const S: usize> StreamRam<C, B, S> {
    fn write(&mut self, second: bool, entry: bool) {
        let (number, data) = (self.write_number.val().index(), self.write_data.val().to_u128());
        let rows = self._rows.len();
        if entry {
            let row = rows - 2 - (2 * number) % rows + usize::from(second);
            self._rows[row] = stream::words(data, [C as u32, B as u32, S as u32])[usize::from(second)];
        } else {
            self._rows[(2 * number + usize::from(second)) % rows] = (data >> (32 * u32::from(second))) as u32;
        }
    }

    fn show(&mut self, word: u32) {
        let word = u64::from(word);
        let bits = |low: usize, width: usize| u128::from(word >> low & ((1 << width) - 1));
        self.word.next = word.into();
        self.target.next = bits_from(bits(0, C));
        self.following.next = bits_from(bits(C, B));
        self.predict.next = bits(C + B, 1) != 0;
        self.returns.next = bits(C + B + 1, 1) != 0;
        self.unwind.next = bits(C + B + 2, 1) != 0;
        self.height.next = bits_from(bits(0, S));
        self.keep.next = bits_from(bits(S, S));
    }
}

impl<const C: usize, const B: usize, const S: usize> Logic for StreamRam<C, B, S> {
    fn update(&mut self) {
        if !self.clock.pos_edge() {
            return;
        }
        let begins = self.write_code.val() | self.write_branch.val();
        if self._second {
            self.write(true, self._entry);
            self._second = false;
        } else if begins {
            self._entry = self.write_branch.val();
            self.write(false, self._entry);
            self._second = true;
        } else {
            let row = self.row.val().index() % self._rows.len();
            self.show(self._rows[row]);
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
        let [first, second] = stream::pieces([C as u32, B as u32, S as u32]).map(|pieces| {
            let bits: u32 = pieces.iter().map(|piece| piece.bits).sum();
            let part = |p: &stream::Piece| format!(", write_data[{}:{}]", p.from + p.bits - 1, p.from);
            format!("{{{}'d0{}}}", 32 - bits, pieces.iter().rev().map(part).collect::<String>())
        });
        let [c, b, s] = [C, B, S];
        Verilog::Custom(format!(
            "reg second = 0;
reg entry = 0;
wire writes = second | write_code | write_branch;
wire is_entry = second ? entry : write_branch;
wire [31:0] code = second ? write_data[63:32] : write_data[31:0];
wire [31:0] packed_entry = second ? {second} : {first};
wire [{top}:0] place = is_entry ? {{~write_number[{high}:0], second}} : {{write_number[{high}:0], second}};
wire [{top}:0] address = writes ? place : row[{top}:0];
wire [3:0] write_enables = {{4{{writes}}}};
wire [31:0] wdata = is_entry ? packed_entry : code;
reg [31:0] read_data;
{low_bank}{high_bank}always @(posedge clock) begin
   second <= (write_code | write_branch) & ~second;
   entry <= is_entry;
end
always @(*) word = read_data;
always @(*) target = read_data[{target}:0];
always @(*) following = read_data[{following}:{c}];
always @(*) predict = read_data[{predict}];
always @(*) returns = read_data[{returns}];
always @(*) unwind = read_data[{unwind}];
always @(*) height = read_data[{height}:0];
always @(*) keep = read_data[{keep}:{s}];
",
            top = c - 3,
            high = c - 4,
            low_bank = single_port_bank(c - 2, 0, "wdata"),
            high_bank = single_port_bank(c - 2, 2, "wdata"),
            target = c - 1,
            following = c + b - 1,
            predict = c + b,
            returns = c + b + 1,
            unwind = c + b + 2,
            height = s - 1,
            keep = 2 * s - 1,
        ))
    }
}
