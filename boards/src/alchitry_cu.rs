//! Alchitry Cu: iCE40 HX8K, 7,680 logic cells, 32 block RAMs, 100 MHz oscillator.
//!
//! Pins are those of the manufacturer's `library/components/cu.pcf` in github.com/alchitry/Alchitry-Labs. Other lists
//! name the serial line from the side of the USB bridge, channel B of an FT2232H: its TXD is our `rx`. Those of the flash
//! are in `litex_boards/platforms/alchitry_cu.py` in github.com/litex-hub/litex-boards.

use crate::family::Family;
use crate::family::ice40::Ice40;
use crate::{Board, Flash, FlashPins, Pins};
use isa::plan::{CoreKind, CorePlan, LinearMemory, Multiplier, Sizes, Units};

pub const BOARD: Board = Board {
    name: "alchitry-cu",
    family: Family::Ice40(Ice40 { device: "hx8k", package: "cb132", clock_is_pll_pad: false }),
    oscillator_mhz: 100,
    core_hz: 40_000_000,
    baud: 1_000_000,
    pins: Pins {
        clock: "P7",
        reset_n: "P8",
        rx: "P14",
        tx: "M9",
        leds: &["J11", "K11", "K12", "K14"],
        leds_light_when_low: false,
        buttons: &[],
        high: &[],
    },
    flash: Flash {
        address: 256 << 10,
        bytes: 4 << 20,
        pins: FlashPins { select_n: "P13", clock: Some("P12"), command: "M11", data: "P11" },
    },
    plan: &PLAN,
};

/// 2 KiB of linear memory and of code.
pub const PLAN: CorePlan = CorePlan {
    name: "alchitry-cu",
    sizes: Sizes {
        code_log2: 11,
        branch_log2: 8,
        function_log2: 7,
        stack_log2: 8,
        frame_log2: 7,
        memory_log2: 11,
        block_log2: Some(9),
        table_log2: 0,
    },
    kind: CoreKind::Full { resolver: true },
    units: Units { float: None, multiplier: Multiplier::Serial, wide_immediates: false },
    memory: LinearMemory::DualPort { service: false },
};

#[cfg(test)]
mod tests {
    use super::*;
    use rust_hdl::core::prelude::{Atom, Constraint, PinConstraint};
    use rust_hdl_bsp_alchitry_cu::pins;

    /// Pins by bit of the port.
    fn locations(constraints: Vec<PinConstraint>) -> Vec<(usize, String)> {
        let location = |pin: PinConstraint| match pin.constraint {
            Constraint::Location(name) => Some((pin.index, name)),
            _ => None,
        };
        constraints.into_iter().filter_map(location).collect()
    }

    /// It has no serial line and no reset. Of the eight LEDs the first four are used.
    #[test]
    fn pins_are_those_of_the_board_support_package() {
        assert_eq!(locations(pins::clock().constraints()), [(0, BOARD.pins.clock.to_string())]);
        assert_eq!(pins::CLOCK_SPEED_100MHZ, u64::from(BOARD.oscillator_mhz) * 1_000_000);
        let leds = locations(pins::leds().constraints());
        assert_eq!(leds.len(), 8);
        let ours: Vec<_> = BOARD.pins.leds.iter().map(|pin| pin.to_string()).enumerate().collect();
        assert_eq!(leds[..4], ours);
    }
}
