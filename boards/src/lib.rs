//! Boards, families of FPGAs and plans of cores, as data.

pub mod family;

use family::Family;
use isa::plan::{CoreKind, CorePlan, FloatVariant, LinearMemory, Multiplier, Sizes, Units};

/// Calls the macro `$then` with the modules of all boards. A new board is a module here and a name in this list.
#[macro_export]
macro_rules! every_board {
    ($then:ident) => {
        $then! { alchitry_cu, alchitry_cu_fast, icebreaker, ulx3s_85, ulx3s_25 }
    };
}

macro_rules! declare {
    ($($board:ident),*) => {
        $(pub mod $board;)*

        /// Every board.
        pub const BOARDS: &[Board] = &[$($board::BOARD),*];

        /// Every plan.
        pub const PLANS: &[CorePlan] = &[SIM_LARGE, $($board::PLAN),*];
    };
}
every_board!(declare);

/// What the tools need to know to build for a board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Board {
    /// As typed by users: `BOARD=NAME`.
    pub name: &'static str,
    pub family: Family,
    /// The clock that comes to the chip.
    pub oscillator_mhz: u32,
    /// The core's clock. The PLL makes it exactly from the oscillator's, or they are the same.
    pub core_hz: u32,
    /// Bits a second on the serial line.
    pub baud: u32,
    pub pins: Pins,
    pub flash: Flash,
    pub plan: &'static CorePlan,
}

/// The flash that the chip is configured from, and what is installed in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flash {
    /// Where that begins, in bytes: behind the bitstream.
    pub address: u32,
    /// Bytes of the smallest flash that the board is made with.
    pub bytes: u32,
    pub pins: FlashPins,
}

/// Pins of the flash, as the chip's package names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlashPins {
    pub select_n: &'static str,
    /// `None` if it is no pin for designs: those of the ECP5 have a primitive for it.
    pub clock: Option<&'static str>,
    /// To the flash.
    pub command: &'static str,
    /// From the flash.
    pub data: &'static str,
}

/// Pins of the chip, as its package names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pins {
    /// From the oscillator.
    pub clock: &'static str,
    /// A button, low while it is pressed.
    pub reset_n: &'static str,
    /// The serial line, from the host.
    pub rx: &'static str,
    /// The serial line, to the host.
    pub tx: &'static str,
    /// What `hdl::soc::Soc::leds` shows, the first lowest. There may be fewer, but one.
    pub leds: &'static [&'static str],
    pub leds_light_when_low: bool,
    /// What `isa::device::Device::Buttons` reads, the first lowest: high while they are pressed. Up to four.
    pub buttons: &'static [&'static str],
    /// What the rest of the board wants to be high.
    pub high: &'static [&'static str],
}

/// What holds a pin that nothing drives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pull {
    Up,
    Down,
    None,
}

impl FlashPins {
    /// Every pin with the port of a chip that it is.
    fn ports(&self) -> impl Iterator<Item = (&'static str, &'static str)> + use<> {
        let clock = self.clock.map(|pin| ("flash_clock", pin));
        [("flash_select_n", self.select_n), ("flash_command", self.command), ("flash_data", self.data)]
            .into_iter()
            .chain(clock)
    }
}

impl Pins {
    /// Every pin with the port of a chip that it is, or with its bit of the port.
    fn ports(&self) -> impl Iterator<Item = (String, &'static str)> {
        let single = [("clock", self.clock), ("reset_n", self.reset_n), ("rx", self.rx), ("tx", self.tx)];
        let several = [("leds", self.leds), ("buttons", self.buttons), ("high", self.high)];
        let bits = several
            .into_iter()
            .flat_map(|(port, pins)| pins.iter().enumerate().map(move |(i, &pin)| (format!("{port}[{i}]"), pin)));
        single.into_iter().map(|(port, pin)| (port.to_string(), pin)).chain(bits)
    }

    /// What holds a port of [`Board::ports`] while no button is pressed and nothing is on the line.
    pub fn pull(port: &str) -> Pull {
        match port {
            "reset_n" | "rx" | "flash_data" => Pull::Up,
            _ if port.starts_with("buttons") => Pull::Down,
            _ => Pull::None,
        }
    }
}

impl Board {
    /// The clock that comes to the chip, in Hz.
    pub const fn oscillator_hz(&self) -> u32 {
        self.oscillator_mhz * 1_000_000
    }

    /// The core's clock in MHz, for people and tools.
    pub fn core_mhz(&self) -> f64 {
        f64::from(self.core_hz) / 1e6
    }

    /// The core's clock cycles in a bit on the serial line.
    pub const fn bit_cycles(&self) -> u32 {
        (self.core_hz + self.baud / 2) / self.baud
    }

    /// Every pin with the port of its chip that it is, or with its bit of the port.
    pub fn ports(&self) -> impl Iterator<Item = (String, &'static str)> {
        self.pins.ports().chain(self.flash.pins.ports().map(|(port, pin)| (port.to_string(), pin)))
    }

    /// The constraints that put the ports of its chip on its pins.
    pub fn constraints(&self) -> String {
        self.family.part().constraints(self)
    }

    /// Commands of yosys that map its chip, up to the family's own and its options.
    pub fn synthesis(&self) -> String {
        self.family.part().synthesis(self.plan)
    }
}

/// The board with this name.
pub fn board(name: &str) -> Option<&'static Board> {
    BOARDS.iter().find(|b| b.name == name)
}

/// The simulator's default: large memories, so that any reasonable module runs.
pub const SIM_LARGE: CorePlan = CorePlan {
    name: "sim-large",
    sizes: Sizes {
        code_log2: 20,
        branch_log2: 16,
        function_log2: 14,
        stack_log2: 16,
        frame_log2: 12,
        memory_log2: 26,
        block_log2: None,
        table_log2: 10,
    },
    kind: CoreKind::Full { resolver: true },
    units: Units { float: Some(FloatVariant::Fast), multiplier: Multiplier::Serial, wide_immediates: true },
    memory: LinearMemory::DualPort { service: true },
};

/// For tests: the core of `icebreaker` with its memory, and otherwise room for every module of the specification's suite.
pub const ICEBREAKER_LARGE: CorePlan = CorePlan {
    name: "icebreaker-large",
    sizes: Sizes {
        code_log2: 18,
        branch_log2: 15,
        function_log2: 10,
        stack_log2: 12,
        memory_log2: icebreaker::PLAN.sizes.memory_log2,
        block_log2: icebreaker::PLAN.sizes.block_log2,
        ..SIM_LARGE.sizes
    },
    ..icebreaker::PLAN
};

pub use alchitry_cu::PLAN as ALCHITRY_CU;
pub use icebreaker::PLAN as ICEBREAKER;

/// The plan with this name.
pub fn plan(name: &str) -> Option<&'static CorePlan> {
    PLANS.iter().find(|p| p.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn branch_entries_of_compact_cores_have_room() {
        let compact = || PLANS.iter().chain([&ICEBREAKER_LARGE]).filter(|plan| plan.is_compact());
        assert_eq!(compact().count(), 2);
        for plan in compact() {
            assert!(isa::stream::fits(plan), "{}", plan.name);
        }
    }

    #[test]
    fn pins_and_names_are_given_once() {
        for board in BOARDS {
            let Pins { leds, buttons, high, .. } = board.pins;
            let pins: HashSet<_> = board.ports().map(|(_, pin)| pin).collect();
            let flash = 3 + usize::from(board.flash.pins.clock.is_some());
            assert_eq!(pins.len(), 4 + leds.len() + buttons.len() + high.len() + flash, "{}: {pins:?}", board.name);
            assert!((1..=4).contains(&leds.len()) && buttons.len() <= 4, "{}", board.name);
        }
        let names: HashSet<_> = BOARDS.iter().map(|b| b.name).collect();
        assert_eq!(names.len(), BOARDS.len());
    }
}
