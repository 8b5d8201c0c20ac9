//! Code memory, readable at any byte address in one cycle.

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
