//! Boards and memory plans, as data.

pub mod alchitry_cu;

use isa::plan::MemoryPlan;

/// What the tools need to know to build for a board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Board {
    /// As typed by users: `BOARD=NAME`. The board's pins are in `boards/NAME.pcf`.
    pub name: &'static str,
    /// As nextpnr-ice40 calls it.
    pub device: &'static str,
    pub package: &'static str,
    /// The core's clock.
    pub core_mhz: u32,
    /// Bits a second on the serial line.
    pub baud: u32,
    pub plan: &'static MemoryPlan,
}

impl Board {
    /// The core's clock in Hz.
    pub const fn clock_hz(&self) -> u32 {
        self.core_mhz * 1_000_000
    }

    /// The core's clock cycles in a bit on the serial line.
    pub const fn bit_cycles(&self) -> u32 {
        (self.clock_hz() + self.baud / 2) / self.baud
    }
}

/// What a host assumes of a board's serial line, in bits a second.
pub const BAUD: u32 = 1_000_000;

/// Every board.
pub const BOARDS: &[Board] = &[alchitry_cu::BOARD];

/// The board with this name.
pub fn board(name: &str) -> Option<&'static Board> {
    BOARDS.iter().find(|b| b.name == name)
}

/// The simulator's default: large memories, so that any reasonable module runs.
pub const SIM_LARGE: MemoryPlan = MemoryPlan {
    name: "sim-large",
    code_log2: 18,
    branch_log2: 16,
    function_log2: 14,
    stack_log2: 16,
    frame_log2: 12,
    memory_log2: 26,
    table_log2: 10,
    services: true,
    resolver: true,
};

pub use alchitry_cu::PLAN as ALCHITRY_CU;

/// Every plan.
pub const PLANS: &[MemoryPlan] = &[SIM_LARGE, ALCHITRY_CU];

/// The plan with this name.
pub fn plan(name: &str) -> Option<&'static MemoryPlan> {
    PLANS.iter().find(|p| p.name == name)
}
