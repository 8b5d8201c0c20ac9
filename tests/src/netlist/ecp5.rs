//! Cells of ECP5, each as some lines of Verilog, as yosys' `ecp5/cells_sim.v` says; block RAMs are in `ebr.rs`.

use super::Writer;
use super::cell::Cell;
use super::ebr::block_ram;
use super::lut::{ONE, ZERO, expression};
use std::fmt::Write;

/// A PLL for the Verilog that was not synthesised yet.
pub const PLL: &str = "
module EHXPLLL #(parameter CLKI_DIV = 1, parameter CLKFB_DIV = 1, parameter FEEDBK_PATH = 0,
        parameter CLKOP_ENABLE = 0, parameter CLKOP_DIV = 8, parameter CLKOP_CPHASE = 0, parameter CLKOP_FPHASE = 0,
        parameter CLKOS_ENABLE = 0, parameter CLKOS_DIV = 8, parameter CLKOS_CPHASE = 0, parameter CLKOS_FPHASE = 0) (
        input CLKI, input CLKFB, output CLKOP, output CLKOS, output LOCK, input RST, input STDBY, input PLLWAKESYNC,
        input PHASESEL0, input PHASESEL1, input PHASEDIR, input PHASESTEP, input PHASELOADREG, input ENCLKOP,
        input ENCLKOS);
    assign CLKOP = CLKI;
    assign CLKOS = CLKI;
    assign LOCK = 1'b1;
endmodule
";

/// What brings the clock to the flash, whose pin is not a port.
pub const FLASH_CLOCK: &str = "
module USRMCLK(input USRMCLKI, input USRMCLKTS);
endmodule
";

/// Writes what the cell does.
///
/// # Errors
/// It does what is not simulated.
pub fn write(cell: &Cell, writer: &mut Writer) -> Result<(), String> {
    match cell.kind {
        "LUT4" => {
            let lut = expression(cell.number("INIT"), &["A", "B", "C", "D"].map(|port| cell.input(port)));
            writer.assign(&cell.input("Z"), &lut);
        }
        "PFUMX" => choose(cell, writer, ["C0", "ALUT", "BLUT"]),
        "L6MUX21" => choose(cell, writer, ["SD", "D1", "D0"]),
        "CCU2C" => carry(cell, writer),
        "TRELLIS_FF" => flip_flop(cell, writer)?,
        "TRELLIS_DPR16X4" => distributed_ram(cell, writer)?,
        "DP16KD" => block_ram(cell, writer)?,
        "MULT18X18D" => multiply(cell, writer)?,
        "EHXPLLL" => {
            ["CLKOP", "CLKOS"].iter().for_each(|port| writer.assign(&cell.input(port), "clock"));
            writer.assign(&cell.input("LOCK"), ONE);
        }
        // Its pin is no port of the chip, but that of a flash beside it.
        "USRMCLK" => writer.output(hdl::signals::soc::FLASH_CLOCK, &cell.input("USRMCLKI")),
        kind => return Err(format!("{kind} is not simulated")),
    }
    Ok(())
}

/// The net at the second of these ports if that at the first one is 1, else that at the third.
fn choose(cell: &Cell, writer: &mut Writer, ports: [&str; 3]) {
    let [select, one, zero] = ports.map(|port| cell.input(port));
    writer.assign(&cell.input("Z"), &format!("({select} & {one} | ~{select} & {zero})"));
}

/// Two bits of a sum. The table of each has all four inputs for the sum, and the two lowest for what it generates.
fn carry(cell: &Cell, writer: &mut Writer) {
    let mut carry = cell.input("CIN");
    for bit in 0..2 {
        let table = cell.number(&format!("INIT{bit}"));
        let inputs = ["A", "B", "C", "D"].map(|port| cell.input(&format!("{port}{bit}")));
        let [sum, generated] = [expression(table, &inputs), expression(table & 0b1111, &inputs[..2])];
        let alone = cell.word(&format!("INJECT1_{bit}")) == "YES";
        let (added, generated) = if alone { (ZERO, ZERO) } else { (carry.as_str(), generated.as_str()) };
        writer.assign(&cell.input(&format!("S{bit}")), &format!("{sum} ^ {added}"));
        carry = writer.wire(&format!("{sum} & {carry} | ~{sum} & {generated}"));
    }
    writer.assign(&cell.input("COUT"), &carry);
}

/// A set or reset comes before the enable.
fn flip_flop(cell: &Cell, writer: &mut Writer) -> Result<(), String> {
    if cell.word("CLKMUX") == "INV" || cell.word("SRMODE") == "ASYNC" || cell.word("LSRMODE") == "PRLD" {
        return Err("a negative edge, or an asynchronous or loaded reset is not simulated".into());
    }
    let chosen = |choice: &str, net: String| if choice == "INV" { format!("~{net}") } else { net };
    let enable = match cell.word("CEMUX") {
        "0" => ZERO.into(),
        "CE" | "INV" => chosen(cell.word("CEMUX"), cell.net("CE", ONE)),
        _ => ONE.into(),
    };
    let reset = chosen(cell.word("LSRMUX"), cell.input("LSR"));
    let [net, clock, data] = ["Q", "CLK", "DI"].map(|port| cell.input(port));
    let set = cell.word("REGSET") == "SET";
    let next = match set {
        _ if reset == ZERO => data,
        true => format!("{reset} | {data}"),
        false => format!("~{reset} & {data}"),
    };
    if set {
        writer.initial(&net, ONE);
    }
    let enable = if reset == ZERO || enable == ONE { enable } else { format!("{enable} | {reset}") };
    writer.flip_flop(&net, &clock, &enable, &next);
    Ok(())
}

/// 16 words of four bits, read without a clock; all 0 at power-on, as far as ours go.
fn distributed_ram(cell: &Cell, writer: &mut Writer) -> Result<(), String> {
    if cell.word("WCKMUX") == "INV" || cell.word("WREMUX") == "INV" || cell.has("INITVAL") {
        return Err("distributed RAM with contents, a negative edge or an inverted enable is not simulated".into());
    }
    let [data, to, from] = ["DI", "WAD", "RAD"].map(|port| cell.vector(port, 4));
    let (clock, enable, ram) = (cell.input("WCK"), cell.input("WRE"), writer.fresh("d"));
    writeln!(
        writer.body,
        "reg [3:0] {ram} [0:15];\nalways @(posedge {clock}) if ({enable}) {ram}[{to}] <= {data};\n\
        wire [3:0] {ram}_read;\nassign {ram}_read = {ram}[{from}];"
    )
    .expect("a string takes text");
    let read = cell.whole("DO").unwrap_or_default();
    (read.iter().enumerate()).for_each(|(bit, net)| writer.assign(net, &format!("{ram}_read[{bit}]")));
    Ok(())
}

/// An unsigned product, without registers.
fn multiply(cell: &Cell, writer: &mut Writer) -> Result<(), String> {
    let plain = ["SIGNEDA", "SIGNEDB", "SOURCEA", "SOURCEB"].iter().all(|port| cell.input(port) == ZERO);
    let registers = ["INPUTA", "INPUTB", "PIPELINE", "OUTPUT"].map(|place| cell.word(&format!("REG_{place}_CLK")));
    if !plain || registers.iter().any(|clock| !["", "NONE"].contains(clock)) {
        return Err("a multiplier with signs or registers is not simulated".into());
    }
    let [a, b] = ["A", "B"].map(|port| cell.numbered(port, 18));
    let product = writer.fresh("p");
    writeln!(writer.body, "wire [35:0] {product};\nassign {product} = {{18'd0, {a}}} * {{18'd0, {b}}};")
        .expect("a string takes text");
    (0..36).for_each(|bit| writer.assign(&cell.input(&format!("P{bit}")), &format!("{product}[{bit}]")));
    Ok(())
}
