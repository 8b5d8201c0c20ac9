//! A virtual board: the emitted system on chip, simulated cycle by cycle, with a serial line to its pins.
//!
//! A host speaks to it in bytes, which [`Board`] puts on the pins bit by bit, and reads back the same way. Time is that
//! of the board's clock, so that what is measured here holds on a real board.

mod decoder;
pub mod faults;
mod flash;
mod line;
pub mod serve;

pub use line::BoardLine;

use crate::error::{Error, Result};
use decoder::Decoder;
use engine::{Design, Models, Options, Sig, Sim};
use faults::{Channel, Faults};
use flash::Flash;
use hdl::signals::soc;
use std::collections::VecDeque;
use std::time::Duration;

/// Parts of a cycle in which the host's bits are timed.
const PARTS: u64 = 256;
/// Bits of a byte on the line: start, data, stop.
const BITS: u32 = 10;

/// A board with its line.
pub struct Board {
    sim: Sim,
    /// Pins that are 1 while nothing drives them.
    high: Vec<Sig>,
    rx: Sig,
    tx: Sig,
    leds: Sig,
    /// Those that programs can read.
    buttons: Option<Sig>,
    /// The button of a whole chip, 0 while it is pressed.
    reset_n: Option<Sig>,
    flash: Option<Flash>,
    /// Where in the flash is what is installed.
    flash_address: u32,
    /// Whether the link engine waits for a byte and no call runs, and the bits of a byte that is on its way to it, if
    /// that is known.
    link: Option<[Sig; 2]>,
    clock_hz: u32,
    /// Length of the host's bits, in parts of a cycle.
    bit: u64,
    /// Cycles between two looks at the line from the board.
    sampling: u64,
    cycle: u64,
    /// On their way to the board, and of the first of them: its bits to come and when the next one begins, in parts.
    sending: VecDeque<u8>,
    bits: u32,
    left: u32,
    edge: u64,
    decoder: Decoder,
    received: VecDeque<u8>,
    there: Channel,
    back: Channel,
}

impl Board {
    /// A board just switched on. The host's bits are longer than the board's by `skew` percent, or shorter if it is
    /// negative.
    ///
    /// # Errors
    /// The design cannot be emitted or compiled, which is not the user's fault.
    pub fn new(board: &boards::Board, faults: &Faults, seed: u64) -> Result<Board> {
        let wrong = |e: engine::Error| Error::new(format!("virtual board: {e}"));
        let verilog = hdl::emit::soc_verilog(board).map_err(|e| Error::new(e.to_string()))?;
        let design = Design::parse(&verilog, hdl::emit::SOC_TOP, &Models::none()).map_err(wrong)?;
        let mut board = Board::with(board, design, faults, seed)?;
        let [resting, coming] = [soc::RESTING, soc::COMING].map(|name| board.sim.sig(name).map_err(wrong));
        board.link = Some([resting?, coming?]);
        Ok(board)
    }

    /// The same with another description of what is at the pins `rx`, `tx` and `leds`, such as a netlist. Nobody knows
    /// when it is at rest, so waiting for it takes its time.
    ///
    /// # Errors
    /// There are no such pins, or it cannot be compiled.
    pub fn with(board: &boards::Board, design: Design, faults: &Faults, seed: u64) -> Result<Board> {
        let wrong = |e: engine::Error| Error::new(format!("virtual board: {e}"));
        let sim = Sim::new(design, Options::default()).map_err(wrong)?;
        let [rx, tx, leds] = [soc::RX, soc::TX, soc::LEDS].map(|name| sim.sig(name).map_err(wrong));
        let (rx, tx, leds) = (rx?, tx?, leds?);
        let (reset_n, buttons) = (sim.sig(soc::RESET_N).ok(), sim.sig(soc::BUTTONS).ok());
        let bit = f64::from(board.bit_cycles()) * PARTS as f64 * (1.0 + faults.skew / 100.0);
        let high = [reset_n, sim.sig(soc::FLASH_DATA).ok(), Some(rx)].into_iter().flatten().collect();
        let mut board = Board {
            sim,
            high,
            rx,
            tx,
            leds,
            buttons,
            reset_n,
            flash: None,
            flash_address: board.flash.address,
            link: None,
            clock_hz: board.core_hz,
            bit: bit as u64,
            sampling: u64::from(board.bit_cycles() / 4).max(1),
            cycle: 0,
            sending: VecDeque::new(),
            bits: 0,
            left: 0,
            edge: 0,
            decoder: Decoder::new(u64::from(board.bit_cycles())),
            received: VecDeque::new(),
            there: Channel::new(faults, seed),
            back: Channel::new(faults, seed ^ 1),
        };
        board.pull_up();
        Ok(board)
    }

    fn pull_up(&mut self) {
        self.high.iter().for_each(|&pin| self.sim.set(pin, 1));
    }

    /// Power goes and comes back, with this in the flash behind the bitstream (`isa::boot`) if its pins are simulated.
    /// What was on the line is lost.
    pub fn switch_on(&mut self, installed: Vec<u8>) {
        self.sim.reset();
        self.pull_up();
        self.sending.clear();
        self.received.clear();
        (self.left, self.edge, self.cycle) = (0, 0, 0);
        self.decoder.reset();
        self.reinstall(installed);
    }

    /// Puts this into the flash while nobody reads it: it is heard after the next reset.
    pub fn reinstall(&mut self, installed: Vec<u8>) {
        self.flash = Flash::new(&self.sim, self.flash_address, installed);
    }

    /// Puts bytes on the line behind those on their way.
    pub fn send(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.there.pass(byte, &mut self.sending);
        }
    }

    /// A byte that the board has sent.
    pub fn receive(&mut self) -> Option<u8> {
        self.received.pop_front()
    }

    /// Nothing is on the way or at work: only the host can change that.
    pub fn is_idle(&mut self) -> bool {
        let Some([resting, coming]) = self.link else { return false };
        if self.flash.as_ref().is_some_and(|flash| !flash.is_silent()) {
            return false;
        }
        if !self.sending.is_empty() || self.left > 0 || !self.decoder.is_idle() {
            return false;
        }
        self.sim.eval();
        // A start bit that the next sample will find.
        let silent = self.sim.get(self.tx) != 0;
        silent && self.sim.get(resting) == 1 && self.sim.get(coming) == 0
    }

    /// Lets time pass for an idle board, up to this cycle.
    fn skip(&mut self, cycle: u64) {
        self.cycle = self.cycle.max(cycle);
    }

    /// The light-emitting diodes, the first one lowest.
    pub fn leds(&mut self) -> u8 {
        self.sim.eval();
        self.sim.get_u64(self.leds) as u8
    }

    /// Holds down the buttons that programs can read whose bits are 1, if there are any.
    pub fn hold(&mut self, buttons: u8) {
        self.buttons.into_iter().for_each(|pins| self.sim.set(pins, buttons.into()));
    }

    /// Presses the button for so many cycles. Only of a whole chip: without a button, they just pass.
    pub fn press(&mut self, cycles: u64) {
        for (level, cycles) in [(0, cycles), (1, 0)] {
            self.reset_n.into_iter().for_each(|pin| self.sim.set(pin, level));
            self.run(cycles);
        }
        let now = self.cycle;
        self.flash.iter_mut().for_each(|flash| flash.reset(now));
    }

    /// Cycles since power came on.
    pub fn cycles(&self) -> u64 {
        self.cycle
    }

    /// The same as time.
    pub fn now(&self) -> Duration {
        Duration::from_nanos((u128::from(self.cycle) * 1_000_000_000 / u128::from(self.clock_hz)) as u64)
    }

    /// Cycles in so much time, or a part of one more: after them, so much has passed.
    pub fn cycles_in(&self, time: Duration) -> u64 {
        (time.as_nanos() * u128::from(self.clock_hz)).div_ceil(1_000_000_000) as u64
    }

    /// Lets so many cycles pass.
    pub fn run(&mut self, cycles: u64) {
        let end = self.cycle + cycles;
        while self.cycle < end {
            self.drive();
            let mut next = (self.cycle / self.sampling + 1) * self.sampling;
            if self.left > 0 {
                next = next.min(self.edge / PARTS);
            }
            let watched = self.flash.as_ref().is_some_and(|flash| flash.is_watched(self.cycle));
            if watched {
                next = next.min(self.cycle + flash::LOOK);
            }
            let next = next.clamp(self.cycle + 1, end);
            self.sim.run(next - self.cycle);
            self.cycle = next;
            if let Some(flash) = self.flash.as_mut().filter(|_| watched) {
                flash.look(&mut self.sim);
            }
            if self.cycle.is_multiple_of(self.sampling) {
                self.sample();
            }
        }
    }

    /// Puts the next bit on the line if its time has come.
    fn drive(&mut self) {
        if self.left == 1 && self.edge / PARTS <= self.cycle {
            self.left = 0;
        }
        if self.left == 0 {
            let Some(byte) = self.sending.pop_front() else { return };
            self.bits = 1 << 9 | u32::from(byte) << 1;
            self.left = BITS + 1;
            self.edge = self.edge.max(self.cycle * PARTS);
        }
        if self.edge / PARTS <= self.cycle {
            self.sim.set(self.rx, u128::from(self.bits & 1));
            self.bits >>= 1;
            self.left -= 1;
            self.edge += self.bit;
        }
    }

    fn sample(&mut self) {
        self.sim.eval();
        let level = self.sim.get(self.tx) != 0;
        if let Some(byte) = self.decoder.sample(self.cycle, level) {
            self.back.pass(byte, &mut self.received);
        }
    }
}
