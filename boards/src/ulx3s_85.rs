//! ULX3S with an ECP5-85F: 83,640 LUTs, 208 block RAMs, 156 multipliers, 25 MHz oscillator.
//!
//! Pins are those of `doc/constraints/ulx3s_v20.lpf` in github.com/emard/ulx3s. The serial line is that of an FT231X. Of
//! the eight LEDs the first four are used, and of the buttons, beside the one for power that starts over, both FIREs, UP
//! and DOWN. GPIO0 of the ESP32 has to be high, or the board starts anew, and so have the flash's HOLD and WP.

use crate::family::Family;
use crate::family::ecp5::Ecp5;
use crate::{Board, Flash, FlashPins, Pins};
use isa::plan::{CoreKind, CorePlan, FloatVariant, LinearMemory, Multiplier, Sizes, Units};

pub const BOARD: Board = Board {
    name: "ulx3s-85",
    family: Family::Ecp5(PART),
    oscillator_mhz: 25,
    core_hz: 35_000_000,
    baud: 1_000_000,
    pins: Pins {
        clock: "G2",
        reset_n: "D6",
        rx: "M1",
        tx: "L4",
        leds: &["B2", "C2", "C1", "D2"],
        leds_light_when_low: false,
        buttons: &["R1", "T1", "R18", "V1"],
        high: &["L2", "W1", "Y2"],
    },
    flash: Flash {
        address: 2 << 20,
        bytes: 4 << 20,
        pins: FlashPins { select_n: "R2", clock: None, command: "W2", data: "V2" },
    },
    plan: &PLAN,
};

pub const PART: Ecp5 = Ecp5 { device: "85k", package: "CABGA381", speed: 6, programmer: "ulx3s" };

/// 128 KiB of linear memory, 64 KiB of code, and every unit.
pub const PLAN: CorePlan = CorePlan {
    name: "ulx3s-85",
    sizes: Sizes {
        code_log2: 16,
        branch_log2: 12,
        function_log2: 10,
        stack_log2: 11,
        frame_log2: 9,
        memory_log2: 17,
        block_log2: Some(12),
        table_log2: 8,
    },
    kind: CoreKind::Full { resolver: true },
    units: Units { float: Some(FloatVariant::Fast), multiplier: Multiplier::Doubles, wide_immediates: true },
    memory: LinearMemory::DualPort { service: true },
};
