//! Marks beside the code bytes, each writable on its own.

use rust_hdl::prelude::*;

/// Four bits of mark for each of 2^C code bytes, as two memories of eight marks a word: even rows and odd rows of
/// eight bytes. A read gives the row of `read_address` and the row after it, one cycle later. Of a row that is written,
/// the marks with an enable bit change; enable i is that of the byte i of the row.
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
    pub write_enables: Signal<In, Bits<8>>,
    _marks: Vec<u8>,
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
            write_enables: Default::default(),
            _marks: vec![0; 1 << C],
        }
    }
}

impl<const C: usize> MarkRam<C> {
    fn row(&self, row: usize) -> Bits<32> {
        let first = 8 * row % self._marks.len();
        self._marks[first..first + 8].iter().rev().fold(0u64, |word, &mark| word << 4 | u64::from(mark)).into()
    }
}

impl<const C: usize> Logic for MarkRam<C> {
    fn update(&mut self) {
        if !self.clock.pos_edge() {
            return;
        }
        if self.read_enable.val() {
            let row = self.read_address.val().index() / 8;
            (self.even.next, self.odd.next) = (self.row(row + row % 2), self.row(row | 1));
        }
        let row = self.write_row.val().index() % (self._marks.len() / 8);
        let (enables, data) = (self.write_enables.val().index(), self.write_data.val().to_u32());
        for i in (0..8).filter(|i| enables >> i & 1 == 1) {
            self._marks[8 * row + i] = (data >> (4 * i) & 15) as u8;
        }
    }

    fn connect(&mut self) {
        self.even.connect();
        self.odd.connect();
    }

    fn hdl(&self) -> Verilog {
        let (top, last, high, width) = (C - 5, (1u64 << (C - 4)) - 1, C - 1, C - 4);
        let row_top = C - 4;
        let writes = |memory: &str, odd: &str| -> String {
            let write = |i: usize| {
                let (low, high) = (4 * i, 4 * i + 3);
                format!(
                    "   if (write_enables[{i}] & {odd}write_row[0]) \
                     {memory}[write_row[{row_top}:1]][{high}:{low}] <= write_data[{high}:{low}];\n"
                )
            };
            (0..8).map(write).collect()
        };
        Verilog::Custom(format!(
            "(* no_rw_check *)
reg [31:0] evens [0:{last}];
(* no_rw_check *)
reg [31:0] odds [0:{last}];
wire [{top}:0] odd_address = read_address[{high}:4];
wire [{top}:0] even_address = odd_address + {{{{({width}-1){{1'b0}}}}, read_address[3]}};
always @(posedge clock) begin
{}{}   if (read_enable) even <= evens[even_address];
   if (read_enable) odd <= odds[odd_address];
end
",
            writes("evens", "~"),
            writes("odds", "")
        ))
    }
}
