//! Code memory with its marks, readable at any byte address in one cycle.

use rust_hdl::prelude::*;

/// Up to this width of an address a byte and its mark share a word of a block RAM of 256 words of 16 bits.
const SHARED: usize = 11;

/// 2^C code bytes and their marks of four bits, in eight banks. A read at byte address `a` gives those of the addresses
/// a to a + 7: bank i holds the bytes whose address is i modulo 8 and is read at row a / 8, or at the next row if i < a
/// modulo 8. The window is not yet rotated: bank i has its byte in bits 8i+7 to 8i of `read_data`, its mark in bits 4i+3
/// to 4i of `read_marks`. Both are valid one cycle later and kept while `read_enable` is low.
#[derive(LogicBlock)]
pub struct CodeRam<const C: usize> {
    pub clock: Signal<In, Clock>,
    pub read_address: Signal<In, Bits<C>>,
    pub read_enable: Signal<In, Bit>,
    pub read_data: Signal<Out, Bits<64>>,
    pub read_marks: Signal<Out, Bits<32>>,
    /// Row: byte address / 8. All its bytes are written.
    pub write_row: Signal<In, Bits<C>>,
    pub write_data: Signal<In, Bits<64>>,
    pub write_enable: Signal<In, Bit>,
    /// The marks of a row that have an enable bit, if no bytes are written: with bytes, those of their row.
    pub mark_row: Signal<In, Bits<C>>,
    pub mark_data: Signal<In, Bits<32>>,
    pub mark_enables: Signal<In, Bits<8>>,
    _bytes: Vec<u8>,
    _marks: Vec<u8>,
}

impl<const C: usize> Default for CodeRam<C> {
    fn default() -> Self {
        Self {
            clock: Default::default(),
            read_address: Default::default(),
            read_enable: Default::default(),
            read_data: Default::default(),
            read_marks: Default::default(),
            write_row: Default::default(),
            write_data: Default::default(),
            write_enable: Default::default(),
            mark_row: Default::default(),
            mark_data: Default::default(),
            mark_enables: Default::default(),
            _bytes: vec![0; 1 << C],
            _marks: vec![0; 1 << C],
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
            let window = || (address..address + 8).map(|a| a % size);
            self.read_data.next = window().fold(0, |all, a| all | u64::from(self._bytes[a]) << (8 * (a % 8))).into();
            self.read_marks.next = window().fold(0, |all, a| all | u64::from(self._marks[a]) << (4 * (a % 8))).into();
        }
        let row = if self.write_enable.val() { self.write_row.val() } else { self.mark_row.val() };
        let first = row.index() * 8 % size;
        if self.write_enable.val() {
            let data = self.write_data.val().to_u64();
            self._bytes[first..first + 8].copy_from_slice(&data.to_le_bytes());
        }
        let (enables, marks) = (self.mark_enables.val().index(), self.mark_data.val().to_u32());
        for i in (0..8).filter(|i| enables >> i & 1 == 1) {
            self._marks[first + i] = (marks >> (4 * i) & 15) as u8;
        }
    }

    fn connect(&mut self) {
        self.read_data.connect();
        self.read_marks.connect();
    }

    fn hdl(&self) -> Verilog {
        let addresses = format!(
            "wire [{top}:0] row = read_address[{high}:3];
wire [{top}:0] next_row = row + {width}'d1;
wire [{top}:0] place = write_enable ? write_row[{top}:0] : mark_row[{top}:0];
",
            top = C - 4,
            high = C - 1,
            width = C - 3,
        );
        let banks: String = (0..8).map(|i| bank(C, i)).collect();
        Verilog::Custom(addresses + &banks + &if C > SHARED { marks(C) } else { String::new() })
    }
}

/// Bank `i`: bytes, and marks above them if there is room.
fn bank(width: usize, i: usize) -> String {
    let (byte, mark) = (format!("{}:{}", 8 * i + 7, 8 * i), format!("{}:{}", 4 * i + 3, 4 * i));
    let (bits, write_mark, word) = if width > SHARED {
        (8, String::new(), format!("read_data[{byte}]"))
    } else {
        let write = format!("   if (mark_enables[{i}]) bank{i}[place][11:8] <= mark_data[{mark}];\n");
        (12, write, format!("{{read_marks[{mark}], read_data[{byte}]}}"))
    };
    // Nothing is beyond the last bank.
    let address = if i == 7 { "row".into() } else { format!("(read_address[2:0] > 3'd{i}) ? next_row : row") };
    format!(
        "(* no_rw_check *)
reg [{highest}:0] bank{i} [0:{last}];
wire [{top}:0] address{i} = {address};
always @(posedge clock) begin
   if (write_enable) bank{i}[place][7:0] <= write_data[{byte}];
{write_mark}   if (read_enable) {word} <= bank{i}[address{i}];
end
",
        highest = bits - 1,
        last = (1u64 << (width - 3)) - 1,
        top = width - 4,
    )
}

/// Memories for the marks alone, eight of them a word: even rows and odd rows. Both rows of a window are read, and the
/// address says which of them a bank's mark is from.
fn marks(width: usize) -> String {
    let (mut evens, mut odds, mut choices) = (String::new(), String::new(), String::new());
    let place = format!("[place[{}:1]]", width - 4);
    for i in 0..8 {
        let mark = format!("[{}:{}]", 4 * i + 3, 4 * i);
        evens += &format!("   if (mark_enables[{i}] & ~place[0]) evens{place}{mark} <= mark_data{mark};\n");
        odds += &format!("   if (mark_enables[{i}] & place[0]) odds{place}{mark} <= mark_data{mark};\n");
        let odd = if i == 7 { "starts_odd".into() } else { format!("(starts_odd ^ (starts > 3'd{i}))") };
        choices += &format!("always @(*) read_marks{mark} = {odd} ? odd{mark} : even{mark};\n");
    }
    format!(
        "(* no_rw_check *)
reg [31:0] evens [0:{last}];
(* no_rw_check *)
reg [31:0] odds [0:{last}];
reg [31:0] even;
reg [31:0] odd;
reg starts_odd;
reg [2:0] starts;
wire [{even_top}:0] even_row = read_address[3] ? next_row[{top}:1] : row[{top}:1];
always @(posedge clock) begin
{evens}{odds}   if (read_enable) begin
      even <= evens[even_row];
      odd <= odds[row[{top}:1]];
      starts_odd <= read_address[3];
      starts <= read_address[2:0];
   end
end
{choices}",
        last = (1u64 << (width - 4)) - 1,
        top = width - 4,
        even_top = width - 5,
    )
}
