//! The whole chip of a board: the system on chip behind pins and PLL. It is written as text, because the PLL is a
//! primitive of the vendor and everything else wires.

mod ecp5;
mod ice40;

use crate::emit::{Error, SOC_TOP, soc_verilog};
use boards::Board;
use boards::family::Family;

/// Name of the top module of a chip. Its ports are those that [`boards::Pins::ports`] names.
pub const CHIP_TOP: &str = "chip";

/// The Verilog of the chip of `board`.
///
/// # Errors
/// The core's clock cannot be made, or there is no Verilog of the system on chip.
pub fn chip_verilog(board: &Board) -> Result<String, Error> {
    let top = top_verilog(board)?;
    Ok(soc_verilog(board)? + &top)
}

/// The Verilog around the module [`SOC_TOP`].
///
/// # Errors
/// The core's clock cannot be made.
pub fn top_verilog(board: &Board) -> Result<String, Error> {
    let clock = clock(board)?;
    let highest = board.pins.leds.len() - 1;
    let inverted = if board.pins.leds_light_when_low { "~" } else { "" };
    let (port, pressed) = match board.pins.buttons.len() {
        0 => (String::new(), "4'd0"),
        n => (format!(",\n        input wire [{}:0] buttons", n - 1), "buttons"),
    };
    let (high_port, high) = match board.pins.high.len() {
        0 => (String::new(), String::new()),
        n => (format!(",\n        output wire [{}:0] high", n - 1), format!("\n    assign high = {{{n}{{1'b1}}}};")),
    };
    let (flash_port, flash) = match board.flash.pins.clock {
        Some(_) => (",\n        output wire flash_clock", String::new()),
        None => ("", format!("\n    wire flash_clock;\n{}", ecp5::FLASH_CLOCK)),
    };
    Ok(format!(
        "
module {CHIP_TOP}(input wire clock, input wire reset_n, input wire rx, output wire tx, output wire [{highest}:0] leds,
        output wire flash_select_n, output wire flash_command, input wire flash_data{flash_port}{port}{high_port});
    wire core_clock, steady;
    wire [3:0] lit, pressed;
    assign leds = {inverted}lit[{highest}:0];
    assign pressed = {pressed};{high}{flash}
{clock}
    {SOC_TOP} soc(.clock(core_clock), .reset(!(steady & reset_n)), .rx(rx), .tx(tx), .buttons(pressed),
        .leds(lit), .flash_select_n(flash_select_n), .flash_clock(flash_clock), .flash_command(flash_command),
        .flash_data(flash_data));
endmodule
"
    ))
}

/// What makes `core_clock` of `clock`.
fn clock(board: &Board) -> Result<String, Error> {
    if board.oscillator_hz() == board.core_hz {
        return Ok("    assign core_clock = clock;\n    assign steady = 1'b1;".into());
    }
    let pll = match &board.family {
        Family::Ice40(part) => ice40::pll(part, board),
        Family::Ecp5(_) => ecp5::pll(board),
    };
    pll.ok_or_else(|| Error::Clock {
        board: board.name.into(),
        oscillator_mhz: board.oscillator_mhz,
        core_mhz: board.core_mhz(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_clock_can_be_made() {
        for board in boards::BOARDS {
            clock(board).unwrap_or_else(|e| panic!("{e}"));
        }
    }

    #[test]
    fn a_clock_that_the_pll_cannot_make_is_named() {
        let board = Board { core_hz: 41_000_000, ..boards::BOARDS[0] };
        let error = chip_verilog(&board).unwrap_err().to_string();
        assert!(error.contains("exactly 41 MHz of 100 MHz"), "{error}");
    }

    #[test]
    fn the_oscillator_is_the_clock_if_it_has_its_frequency() {
        let board = Board { core_hz: 100_000_000, ..boards::BOARDS[0] };
        assert!(clock(&board).unwrap().contains("assign core_clock = clock;"));
    }
}
