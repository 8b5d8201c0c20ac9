//! Synchronous RAM of 32-bit words whose bytes are written one by one.

use rust_hdl::prelude::*;

/// Up to this address width two lanes fit into one block RAM of 256 words of 16 bits, with an enable for each.
const HALF: usize = 8;

/// 2^W words in four byte lanes: one read port, one write port with an enable for each lane. The read port reads in
/// every cycle; `read_data` is what the word held before a write of the same cycle. With [`LaneRam::with_one_port`] a
/// cycle either writes or reads: `writing` says that the address is that of the write, and `read_data` keeps its value in
/// a cycle that writes.
///
/// ```text
/// clock          _/~\_/~\_/~\_
/// read_address   X a  X
/// read_data           X mem[a]
/// write_enables  X 0b0101 X      bytes 0 and 2 of write_data are in the RAM after the edge
/// ```
///
/// Users do not use what a read returns of a word that is written in the same cycle: `no_rw_check` lets yosys leave
/// out the bypass logic, so on a device it is not defined.
#[derive(LogicBlock)]
pub struct LaneRam<const W: usize> {
    pub clock: Signal<In, Clock>,
    pub read_address: Signal<In, Bits<W>>,
    pub read_data: Signal<Out, Bits<32>>,
    pub write_address: Signal<In, Bits<W>>,
    pub write_data: Signal<In, Bits<32>>,
    pub write_enables: Signal<In, Bits<4>>,
    /// Of one port: high with any of `write_enables`; earlier than these, and then also where none comes.
    pub writing: Signal<In, Bit>,
    _words: Vec<u32>,
    _one_port: bool,
}

impl<const W: usize> LaneRam<W> {
    /// Of single-port RAMs, which hold anything at power-on.
    pub fn with_one_port() -> Self {
        Self { _one_port: true, ..Self::default() }
    }
}

impl<const W: usize> Default for LaneRam<W> {
    fn default() -> Self {
        Self {
            clock: Default::default(),
            read_address: Default::default(),
            read_data: Default::default(),
            write_address: Default::default(),
            write_data: Default::default(),
            write_enables: Default::default(),
            writing: Default::default(),
            _words: vec![0; 1 << W],
            _one_port: false,
        }
    }
}

impl<const W: usize> Logic for LaneRam<W> {
    fn update(&mut self) {
        if !self.clock.pos_edge() {
            return;
        }
        let enables = self.write_enables.val().index();
        let (mut read, mut write) = (self.read_address.val().index(), self.write_address.val().index());
        if self._one_port {
            let address = if self.writing.val() { write } else { read };
            (read, write) = (address, address);
        }
        if enables == 0 || !self._one_port {
            self.read_data.next = (self._words[read] as u64).into();
        }
        if enables != 0 {
            let lanes = (0..4).filter(|lane| enables >> lane & 1 == 1);
            let mask = lanes.fold(0, |mask, lane| mask | 0xff_u32 << (8 * lane));
            let word = &mut self._words[write];
            *word = (*word & !mask) | (self.write_data.val().to_u32() & mask);
        }
    }

    fn connect(&mut self) {
        self.read_data.connect();
    }

    fn hdl(&self) -> Verilog {
        if self._one_port {
            let address = ADDRESS.replace("TOP", &(W - 1).to_string());
            let bank = |first| single_port_bank(W, first, "write_data");
            return Verilog::Custom(address + ENABLED + &bank(0) + &bank(2));
        }
        let lanes = if W > HALF { 1 } else { 2 };
        Verilog::Custom((0..4).step_by(lanes).map(|first| bank(W, first, lanes)).collect())
    }
}

/// Verilog of a memory for `lanes` lanes from `first` on, of 2^`address` rows.
fn bank(address: usize, first: usize, lanes: usize) -> String {
    let writes: String = (0..lanes)
        .map(|i| {
            let (lane, row) = (first + i, format!("bank{first}[write_address]"));
            let part = if lanes > 1 { format!("[{}:{}]", 8 * i + 7, 8 * i) } else { String::new() };
            format!("   if (write_enables[{lane}]) {row}{part} <= write_data[{}:{}];\n", 8 * lane + 7, 8 * lane)
        })
        .collect();
    format!(
        "(* no_rw_check *)
reg [{top}:0] bank{first} [0:{last}];
always @(posedge clock) begin
{writes}   read_data[{high}:{low}] <= bank{first}[read_address];
end
",
        top = 8 * lanes - 1,
        last = (1u64 << address) - 1,
        high = 8 * (first + lanes) - 1,
        low = 8 * first,
    )
}

/// It reads in every cycle that does not write.
const ENABLED: &str = "wire enabled = 1'b1;
";

const ADDRESS: &str = "wire writes = |write_enables;
wire [TOP:0] address = writing ? write_address : read_address;
";

/// Verilog of a single-port memory for the lanes `first` and the next one, of 2^`address` rows, which are given `data`.
/// It knows the lanes' `write_enables`, whether there are any (`writes`), whether it writes or reads (`enabled`) and the
/// `address`, and gives `read_data`.
pub(crate) fn single_port_bank(address: usize, first: usize, data: &str) -> String {
    let write = |lane: usize| {
        let (low, from) = (8 * (lane - first), 8 * lane);
        let (high, to) = (low + 7, from + 7);
        format!("      if (write_enables[{lane}]) bank{first}[address][{high}:{low}] <= {data}[{to}:{from}];\n")
    };
    format!(
        "reg [15:0] bank{first} [0:{last}];
always @(posedge clock) begin
   if (enabled) begin
{}{}      if (!writes) read_data[{high}:{low}] <= bank{first}[address];
   end
end
",
        write(first),
        write(first + 1),
        last = (1u64 << address) - 1,
        high = 8 * first + 15,
        low = 8 * first,
    )
}
