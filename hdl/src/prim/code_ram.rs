//! Code memory: bytes and the marks beside them, readable at any byte address in one cycle.

use rust_hdl::prelude::*;

/// 2^C code bytes in eight banks. A read at byte address `a` gives the eight bytes a to a + 7: bank i holds the bytes
/// whose address is i modulo 8 and is read at row a / 8, or at the next row if i < a modulo 8. The window is not yet
/// rotated: `read_data` has bank i in bits 8i+7 to 8i. It is valid one cycle later and kept while `read_enable` is low.
#[derive(LogicBlock)]
pub struct CodeRam<const C: usize> {
    pub clock: Signal<In, Clock>,
    pub read_address: Signal<In, Bits<C>>,
    pub read_enable: Signal<In, Bit>,
    pub read_data: Signal<Out, Bits<64>>,
    /// Row: byte address / 8.
    pub write_row: Signal<In, Bits<C>>,
    pub write_data: Signal<In, Bits<64>>,
    pub write_enable: Signal<In, Bit>,
    _bytes: Vec<u8>,
}

impl<const C: usize> Default for CodeRam<C> {
    fn default() -> Self {
        Self {
            clock: Default::default(),
            read_address: Default::default(),
            read_enable: Default::default(),
            read_data: Default::default(),
            write_row: Default::default(),
            write_data: Default::default(),
            write_enable: Default::default(),
            _bytes: vec![0; 1 << C],
        }
    }
}

impl<const C: usize> Logic for CodeRam<C> {
    fn update(&mut self) {
        if !self.clock.pos_edge() {
            return;
        }
        let size = self._bytes.len();
        if self.read_enable.val() {
            let address = self.read_address.val().index();
            let window = (0..8).map(|k| (address + k) % size);
            let data = window.fold(0, |data, a| data | (self._bytes[a] as u64) << (8 * (a % 8)));
            self.read_data.next = data.into();
        }
        if self.write_enable.val() {
            let row = self.write_row.val().index() % (size / 8);
            let data = self.write_data.val().to_u64();
            self._bytes[8 * row..8 * row + 8].copy_from_slice(&data.to_le_bytes());
        }
    }

    fn connect(&mut self) {
        self.read_data.connect();
    }

    fn hdl(&self) -> Verilog {
        let (top, rows) = (C - 4, 1u64 << (C - 3));
        let bank = |i: u32| {
            format!(
                "(* no_rw_check *)
reg [7:0] bank{i} [0:{last}];
wire [{top}:0] address{i} = (read_address[2:0] > 3'd{i}) ? next_row : row;
always @(posedge clock) begin
   if (write_enable) bank{i}[write_row[{top}:0]] <= write_data[{high}:{low}];
   if (read_enable) read_data[{high}:{low}] <= bank{i}[address{i}];
end
",
                last = rows - 1,
                high = 8 * i + 7,
                low = 8 * i,
            )
        };
        let banks: String = (0..8).map(bank).collect();
        let wires = format!(
            "wire [{top}:0] row = read_address[{high}:3];\nwire [{top}:0] next_row = row + {width}'d1;\n",
            high = C - 1,
            width = C - 3,
        );
        Verilog::Custom(wires + &banks)
    }
}

/// Four bits of mark for each of 2^C code bytes, as two memories of eight marks a word: even rows and odd rows of
/// eight bytes. A read gives the row of `read_address` and the row after it.
#[derive(LogicBlock)]
pub struct MarkRam<const C: usize> {
    pub clock: Signal<In, Clock>,
    pub read_address: Signal<In, Bits<C>>,
    pub read_enable: Signal<In, Bit>,
    pub even: Signal<Out, Bits<32>>,
    pub odd: Signal<Out, Bits<32>>,
    /// Row: byte address / 8.
    pub write_row: Signal<In, Bits<C>>,
    pub write_data: Signal<In, Bits<32>>,
    pub write_enable: Signal<In, Bit>,
    _rows: Vec<u32>,
}

impl<const C: usize> Default for MarkRam<C> {
    fn default() -> Self {
        Self {
            clock: Default::default(),
            read_address: Default::default(),
            read_enable: Default::default(),
            even: Default::default(),
            odd: Default::default(),
            write_row: Default::default(),
            write_data: Default::default(),
            write_enable: Default::default(),
            _rows: vec![0; 1 << (C - 3)],
        }
    }
}

impl<const C: usize> Logic for MarkRam<C> {
    fn update(&mut self) {
        if !self.clock.pos_edge() {
            return;
        }
        let count = self._rows.len();
        if self.read_enable.val() {
            let row = self.read_address.val().index() / 8;
            let (even, odd) = ((row + row % 2) % count, row | 1);
            self.even.next = (self._rows[even] as u64).into();
            self.odd.next = (self._rows[odd] as u64).into();
        }
        if self.write_enable.val() {
            self._rows[self.write_row.val().index() % count] = self.write_data.val().to_u32();
        }
    }

    fn connect(&mut self) {
        self.even.connect();
        self.odd.connect();
    }

    fn hdl(&self) -> Verilog {
        let (top, last, high, width) = (C - 5, (1u64 << (C - 4)) - 1, C - 1, C - 4);
        let row_top = C - 4;
        Verilog::Custom(format!(
            "(* no_rw_check *)
reg [31:0] evens [0:{last}];
(* no_rw_check *)
reg [31:0] odds [0:{last}];
wire [{top}:0] odd_address = read_address[{high}:4];
wire [{top}:0] even_address = odd_address + {{{{({width}-1){{1'b0}}}}, read_address[3]}};
always @(posedge clock) begin
   if (write_enable & ~write_row[0]) evens[write_row[{row_top}:1]] <= write_data;
   if (write_enable & write_row[0]) odds[write_row[{row_top}:1]] <= write_data;
   if (read_enable) even <= evens[even_address];
   if (read_enable) odd <= odds[odd_address];
end
"
        ))
    }
}
