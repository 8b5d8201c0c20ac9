//! Primitives of the ECP5.

use boards::Board;
use boards::family::ecp5::Pll;

/// What brings `flash_clock` to the flash that the chip is configured from: its clock is no pin for designs.
pub const FLASH_CLOCK: &str = "    USRMCLK flash_pin(.USRMCLKI(flash_clock), .USRMCLKTS(1'b0));";

/// The PLL of a board that makes `core_clock` of `clock`, and `steady`; `None` if it cannot make that frequency exactly. Its analog
/// settings are those that Project Trellis' ecppll gives every PLL.
pub fn pll(board: &Board) -> Option<String> {
    let Pll { input, feedback, output } = Pll::new(board.oscillator_hz(), board.core_hz)?;
    let (oscillator_mhz, core_mhz) = (board.oscillator_mhz, board.core_mhz());
    Some(format!(
        "    wire compared;
    // {oscillator_mhz} MHz / {input} * {feedback} / {output} = {core_mhz} MHz
    (* ICP_CURRENT=\"12\", LPF_RESISTOR=\"8\", MFG_ENABLE_FILTEROPAMP=\"1\", MFG_GMCREF_SEL=\"2\" *)
    EHXPLLL #(.CLKI_DIV({input}), .CLKFB_DIV(1), .FEEDBK_PATH(\"CLKOP\"),
        .CLKOP_ENABLE(\"ENABLED\"), .CLKOP_DIV({feedback}), .CLKOP_CPHASE({}), .CLKOP_FPHASE(0),
        .CLKOS_ENABLE(\"ENABLED\"), .CLKOS_DIV({output}), .CLKOS_CPHASE({}), .CLKOS_FPHASE(0))
        pll(.CLKI(clock), .CLKFB(compared), .CLKOP(compared), .CLKOS(core_clock), .LOCK(steady),
        .RST(1'b0), .STDBY(1'b0), .PLLWAKESYNC(1'b0), .PHASESEL0(1'b0), .PHASESEL1(1'b0), .PHASEDIR(1'b0),
        .PHASESTEP(1'b0), .PHASELOADREG(1'b0), .ENCLKOP(1'b0), .ENCLKOS(1'b0));",
        feedback - 1,
        output - 1,
    ))
}
