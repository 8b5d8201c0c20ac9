//! The whole chip of a board: the system on chip behind pins and PLL. It is written as text, because the PLL is a
//! primitive of the vendor and everything else wires.

use crate::emit::{Error, SOC_TOP, soc_verilog};
use boards::{Board, Pll};

/// Name of the top module of a chip. Its ports are those that [`boards::Pins::pcf`] names.
pub const CHIP_TOP: &str = "chip";

/// How yosys runs ABC: a chip with resolver takes some 80 LUTs less than with its own script, or twice with `-abc2`.
const ABC: &str = "scratchpad -set abc.script +strash;dch,-f;if,-C,16,-F,3;mfs2;lutpack,-S,1";

/// Commands of yosys that map the chip of `board`, up to `synth_ice40` and its options.
pub fn synthesis(board: &Board) -> String {
    let memory = if board.plan.has_single_port_memory() { " -spram" } else { "" };
    format!("{ABC}; synth_ice40 -dff{memory}")
}

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
    Ok(format!(
        "
module {CHIP_TOP}(input wire clock, input wire reset_n, input wire rx, output wire tx, output wire [{highest}:0] leds{port});
    wire core_clock, steady;
    wire [3:0] lit, pressed;
    assign leds = {inverted}lit[{highest}:0];
    assign pressed = {pressed};
{clock}
    {SOC_TOP} soc(.clock(core_clock), .reset(!(steady & reset_n)), .rx(rx), .tx(tx), .buttons(pressed),
        .leds(lit));
endmodule
"
    ))
}

/// What makes `core_clock` of `clock`.
fn clock(board: &Board) -> Result<String, Error> {
    let &Board { name, oscillator_mhz, core_mhz, pins, .. } = board;
    if oscillator_mhz == core_mhz {
        return Ok("    assign core_clock = clock;\n    assign steady = 1'b1;".into());
    }
    let none = || Error::Clock { board: name.into(), oscillator_mhz, core_mhz };
    let Pll { divr, divf, divq, filter_range } = Pll::new(oscillator_mhz, core_mhz).ok_or_else(none)?;
    let (cell, input) =
        if pins.clock_is_pll_pad { ("SB_PLL40_PAD", "PACKAGEPIN") } else { ("SB_PLL40_CORE", "REFERENCECLK") };
    Ok(format!(
        "    // {oscillator_mhz} MHz * {} / {} / {} = {core_mhz} MHz
    {cell} #(.FEEDBACK_PATH(\"SIMPLE\"), .DIVR(4'd{divr}), .DIVF(7'd{divf}), .DIVQ(3'd{divq}),
        .FILTER_RANGE(3'd{filter_range})) pll(.{input}(clock), .PLLOUTGLOBAL(core_clock), .LOCK(steady),
        .RESETB(1'b1), .BYPASS(1'b0));",
        divf + 1,
        divr + 1,
        1 << divq,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_the_pll_cannot_make_is_named() {
        let board = Board { core_mhz: 41, ..boards::BOARDS[0] };
        let error = chip_verilog(&board).unwrap_err().to_string();
        assert!(error.contains("exactly 41 MHz of 100 MHz"), "{error}");
    }

    #[test]
    fn the_oscillator_is_the_clock_if_it_has_its_frequency() {
        let board = Board { core_mhz: 100, ..boards::BOARDS[0] };
        assert!(clock(&board).unwrap().contains("assign core_clock = clock;"));
    }
}
