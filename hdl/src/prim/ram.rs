//! Synchronous RAM in the shape of a block RAM: one read port, one write port.

use rust_hdl::prelude::*;

/// 2^A words of W bits. A read returns, one cycle later, what the word held before any write of the same cycle;
/// `read_data` keeps its value while `read_enable` is low.
///
/// ```text
/// clock         _/~\_/~\_/~\_
/// read_enable   /~~~\________
/// read_address  X a  X
/// read_data          X mem[a]
/// ```
///
/// Users handle a read and a write of the same word in one cycle themselves: `no_rw_check` lets yosys leave out the
/// bypass logic, so what such a read returns on a device is not defined.
#[derive(LogicBlock)]
pub struct SyncRam<const A: usize, const W: usize> {
    pub clock: Signal<In, Clock>,
    pub read_address: Signal<In, Bits<A>>,
    pub read_enable: Signal<In, Bit>,
    pub read_data: Signal<Out, Bits<W>>,
    pub write_address: Signal<In, Bits<A>>,
    pub write_data: Signal<In, Bits<W>>,
    pub write_enable: Signal<In, Bit>,
    _words: Vec<u128>,
    _filled: bool,
}

impl<const A: usize, const W: usize> Default for SyncRam<A, W> {
    fn default() -> Self {
        assert!(W <= 128, "words of more than 128 bits are not simulated");
        Self {
            clock: Default::default(),
            read_address: Default::default(),
            read_enable: Default::default(),
            read_data: Default::default(),
            write_address: Default::default(),
            write_data: Default::default(),
            write_enable: Default::default(),
            _words: vec![0; 1 << A],
            _filled: false,
        }
    }
}

impl<const A: usize, const W: usize> SyncRam<A, W> {
    /// With these words at power-on, from the first one on; the others are 0.
    pub fn filled(words: &[u128]) -> Self {
        let mut ram = Self::default();
        ram._words[..words.len()].copy_from_slice(words);
        ram._filled = true;
        ram
    }

    /// The contents at power-on in Verilog.
    fn initial(&self) -> String {
        if !self._filled {
            return String::new();
        }
        let words = self._words.iter().enumerate();
        let text: String = words.map(|(at, word)| format!("   mem[{at}] = {W}'h{word:x};\n")).collect();
        format!("initial begin\n{text}end\n")
    }
}

impl<const A: usize, const W: usize> Logic for SyncRam<A, W> {
    fn update(&mut self) {
        if self.clock.pos_edge() {
            if self.read_enable.val() {
                self.read_data.next = bits_from(self._words[self.read_address.val().index()]);
            }
            if self.write_enable.val() {
                self._words[self.write_address.val().index()] = self.write_data.val().to_u128();
            }
        }
    }

    fn connect(&mut self) {
        self.read_data.connect();
    }

    fn hdl(&self) -> Verilog {
        let (width, last, initial) = (W - 1, (1u64 << A) - 1, self.initial());
        Verilog::Custom(format!(
            "(* no_rw_check *)
reg [{width}:0] mem [0:{last}];
{initial}
always @(posedge clock) begin
   if (write_enable) mem[write_address] <= write_data;
   if (read_enable) read_data <= mem[read_address];
end
"
        ))
    }
}

/// A value of up to 128 bits; rust-hdl converts from 64-bit literals only.
pub fn bits_from<const W: usize>(value: u128) -> Bits<W> {
    let high: Bits<W> = ((value >> 64) as u64).into();
    let low: Bits<W> = (value as u64).into();
    if W > 64 { (high << 64) | low } else { low }
}
