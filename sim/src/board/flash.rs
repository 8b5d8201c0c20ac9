//! The configuration flash at a board's pins: a serial flash in mode 0 that knows the command to read.

use engine::{Sig, Sim};
use hdl::signals::soc;
use isa::boot::COMMAND_BITS;

/// The longest that power-on takes until the flash is selected, in cycles, and more.
const SELECTED_WITHIN: u64 = 1024;
/// Cycles between two looks at the pins: half of one of the flash's clock.
pub const LOOK: u64 = isa::boot::CYCLES_PER_BIT as u64 / 2;

/// A flash that is erased but for what is installed.
pub struct Flash {
    pins: Pins,
    address: u32,
    installed: Vec<u8>,
    /// Its clock at the last look.
    clock: bool,
    /// What came since it was selected: command and address, and how many bits of these.
    command: u32,
    bits: u32,
    /// Bits that were read after them.
    read: u64,
    /// It may be selected up to here without having been since the last reset.
    expected: u64,
}

struct Pins {
    select_n: Sig,
    clock: Sig,
    command: Sig,
    data: Sig,
}

impl Flash {
    /// At the pins of this design, if it has all of them.
    pub fn new(sim: &Sim, address: u32, installed: Vec<u8>) -> Option<Flash> {
        let pin = |name| sim.sig(name).ok();
        let pins = Pins {
            select_n: pin(soc::FLASH_SELECT_N)?,
            clock: pin(soc::FLASH_CLOCK)?,
            command: pin(soc::FLASH_COMMAND)?,
            data: pin(soc::FLASH_DATA)?,
        };
        let expected = SELECTED_WITHIN;
        Some(Flash { pins, address, installed, clock: false, command: 0, bits: 0, read: 0, expected })
    }

    /// The system starts over at this cycle.
    pub fn reset(&mut self, cycle: u64) {
        self.expected = cycle + SELECTED_WITHIN;
    }

    /// Whether the pins have to be looked at every [`LOOK`] cycles.
    pub fn is_watched(&self, cycle: u64) -> bool {
        cycle < self.expected || self.bits > 0
    }

    /// Nothing comes from it any more but what erased flash gives.
    pub fn is_silent(&self) -> bool {
        self.bits == 0 || self.read / 8 > self.installed.len() as u64
    }

    /// Looks at the pins.
    pub fn look(&mut self, sim: &mut Sim) {
        sim.eval();
        let level = |pin| sim.get(pin) != 0;
        let (selected, clock, command) = (!level(self.pins.select_n), level(self.pins.clock), level(self.pins.command));
        let before = std::mem::replace(&mut self.clock, clock);
        if !selected {
            (self.command, self.bits, self.read) = (0, 0, 0);
            sim.set(self.pins.data, 1);
        } else if clock && !before && self.bits < COMMAND_BITS {
            self.command = self.command << 1 | u32::from(command);
            self.bits += 1;
        } else if before && !clock && self.bits == COMMAND_BITS {
            sim.set(self.pins.data, self.next_bit().into());
        }
    }

    fn next_bit(&mut self) -> bool {
        const READ: u32 = isa::boot::command(0) >> 24;
        let (bit, from) = (self.read, self.command & 0xff_ffff);
        self.read += 1;
        let at = u64::from(from) + bit / 8;
        let byte = at.checked_sub(self.address.into()).and_then(|at| self.installed.get(at as usize));
        let is_read = self.command >> 24 == READ;
        byte.is_none_or(|byte| !is_read || byte & 0x80 >> (bit % 8) != 0)
    }
}
