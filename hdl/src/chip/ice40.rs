//! Primitives of the iCE40.

use boards::Board;
use boards::family::ice40::{Ice40, Pll};

/// The PLL of a board that makes `core_clock` of `clock`, and `steady`; `None` if it cannot make that frequency exactly.
pub fn pll(part: &Ice40, board: &Board) -> Option<String> {
    let Pll { divr, divf, divq, filter_range } = Pll::new(board.oscillator_hz(), board.core_hz)?;
    let (oscillator_mhz, core_mhz) = (board.oscillator_mhz, board.core_mhz());
    let (cell, input) =
        if part.clock_is_pll_pad { ("SB_PLL40_PAD", "PACKAGEPIN") } else { ("SB_PLL40_CORE", "REFERENCECLK") };
    Some(format!(
        "    // {oscillator_mhz} MHz * {} / {} / {} = {core_mhz} MHz
    {cell} #(.FEEDBACK_PATH(\"SIMPLE\"), .DIVR(4'd{divr}), .DIVF(7'd{divf}), .DIVQ(3'd{divq}),
        .FILTER_RANGE(3'd{filter_range})) pll(.{input}(clock), .PLLOUTGLOBAL(core_clock), .LOCK(steady),
        .RESETB(1'b1), .BYPASS(1'b0));",
        divf + 1,
        divr + 1,
        1 << divq,
    ))
}
