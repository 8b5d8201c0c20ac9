//! A board that nobody makes, in a file as `boards/src` has them: an iCE40 UP5K whose pins are those of no board, and
//! whose core has sizes of its own.

use crate::family::Family;
use crate::family::ice40::Ice40;
use crate::{Board, Flash, FlashPins, Pins};
use isa::plan::{CoreKind, CorePlan, LinearMemory, Multiplier, Sizes, Units};

pub const BOARD: Board = Board {
    name: "made-up",
    family: Family::Ice40(Ice40 { device: "up5k", package: "sg48", clock_is_pll_pad: true }),
    oscillator_mhz: 12,
    core_hz: 18_000_000,
    baud: 500_000,
    pins: Pins {
        clock: "35",
        reset_n: "10",
        rx: "6",
        tx: "9",
        leds: &["11", "37"],
        leds_light_when_low: true,
        buttons: &["20", "19"],
        high: &[],
    },
    flash: Flash {
        address: 128 << 10,
        bytes: 1 << 20,
        pins: FlashPins { select_n: "16", clock: Some("15"), command: "14", data: "17" },
    },
    plan: &PLAN,
};

pub const PLAN: CorePlan = CorePlan {
    name: "made-up",
    sizes: Sizes {
        code_log2: 10,
        branch_log2: 7,
        function_log2: 6,
        stack_log2: 9,
        frame_log2: 6,
        memory_log2: 12,
        block_log2: None,
        table_log2: 0,
    },
    kind: CoreKind::Full { resolver: false },
    units: Units { float: None, multiplier: Multiplier::Serial, wide_immediates: true },
    memory: LinearMemory::DualPort { service: false },
};
