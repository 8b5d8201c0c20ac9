//! iCEBreaker: iCE40 UP5K, 5,280 logic cells, 30 block RAMs, 4 single-port RAMs, 12 MHz oscillator.
//!
//! Pins are those of the manufacturer's `icebreaker/icebreaker.pcf` in
//! github.com/icebreaker-fpga/icebreaker-verilog-examples. The serial line is channel B of an FT2232H. The buttons are
//! those of the part that can be broken off.

use crate::family::Family;
use crate::family::ice40::Ice40;
use crate::{Board, Flash, FlashPins, Pins};
use isa::plan::{CoreKind, CorePlan, LinearMemory, Multiplier, Sizes, Units};

pub const BOARD: Board = Board {
    name: "icebreaker",
    family: Family::Ice40(Ice40 { device: "up5k", package: "sg48", clock_is_pll_pad: true }),
    oscillator_mhz: 12,
    core_hz: 18_000_000,
    baud: 750_000,
    pins: Pins {
        clock: "35",
        reset_n: "10",
        rx: "6",
        tx: "9",
        leds: &["11", "37"],
        leds_light_when_low: true,
        buttons: &["20", "19", "18"],
        high: &[],
    },
    flash: Flash {
        address: 256 << 10,
        bytes: 16 << 20,
        pins: FlashPins { select_n: "16", clock: Some("15"), command: "14", data: "17" },
    },
    plan: &PLAN,
};

/// 64 KiB of linear memory, and 64 KiB for code and its branch entries: each half of the single-port RAMs.
pub const PLAN: CorePlan = CorePlan {
    name: "icebreaker",
    sizes: Sizes {
        code_log2: 16,
        branch_log2: 12,
        function_log2: 8,
        stack_log2: 8,
        frame_log2: 8,
        memory_log2: 16,
        block_log2: Some(12),
        table_log2: 0,
    },
    kind: CoreKind::Compact,
    units: Units { float: None, multiplier: Multiplier::Words, wide_immediates: false },
    memory: LinearMemory::SinglePort,
};
