//! Cells of iCE40, each as a line of Verilog, as yosys' `ice40/cells_sim.v` says.

use super::Writer;
use super::cell::Cell;
use super::lut::{ONE, ZERO, expression};
use std::fmt::Write;

/// Writes what the cell does.
///
/// # Errors
/// It does what is not simulated.
pub fn write(cell: &Cell, writer: &mut Writer) -> Result<(), String> {
    match cell.kind {
        "SB_LUT4" => writer.assign(&cell.input("O"), &lut(cell)),
        "SB_CARRY" => {
            let [a, b, c] = ["I0", "I1", "CI"].map(|port| cell.input(port));
            writer.assign(&cell.input("CO"), &carry(&a, &b, &c));
        }
        "ICESTORM_LC" => logic_cell(cell, writer)?,
        "SB_RAM40_4K" | "ICESTORM_RAM" => block_ram(cell, writer)?,
        "SB_SPRAM256KA" | "ICESTORM_SPRAM" => single_port_ram(cell, writer),
        "SB_MAC16" | "ICESTORM_DSP" => multiplier(cell, writer),
        "SB_GB" => {
            // The one of a PLL has no input.
            let clock = cell.net("USER_SIGNAL_TO_GLOBAL_BUFFER", "clock");
            writer.assign(&cell.input("GLOBAL_BUFFER_OUTPUT"), &clock);
        }
        "SB_PLL40_CORE" | "SB_PLL40_PAD" | "ICESTORM_PLL" => {
            let clocks = ["PLLOUTCORE", "PLLOUTGLOBAL", "PLLOUT_A", "PLLOUT_A_GLOBAL"];
            clocks.iter().for_each(|port| writer.assign(&cell.input(port), "clock"));
            writer.assign(&cell.input("LOCK"), ONE);
        }
        "SB_IO" => pin(cell, writer)?,
        kind => match kind.strip_prefix("SB_DFF") {
            Some(suffix) => flip_flop(cell, suffix, writer)?,
            None => return Err(format!("{kind} is not simulated")),
        },
    }
    Ok(())
}

fn lut(cell: &Cell) -> String {
    let inputs = ["I0", "I1", "I2", "I3"].map(|port| cell.input(port));
    expression(cell.number("LUT_INIT"), &inputs)
}

fn carry(a: &str, b: &str, c: &str) -> String {
    // The table of a majority.
    expression(0b1110_1000, &[a, b, c].map(String::from))
}

/// `SB_DFF`, with an enable (E), a synchronous reset or set (SR, SS).
fn flip_flop(cell: &Cell, suffix: &str, writer: &mut Writer) -> Result<(), String> {
    let next = match suffix.strip_prefix('E').unwrap_or(suffix) {
        "" => cell.input("D"),
        "SR" => format!("~{} & {}", cell.input("R"), cell.input("D")),
        "SS" => format!("{} | {}", cell.input("S"), cell.input("D")),
        _ => return Err(format!("{} is not simulated: negative edge, or asynchronous", cell.kind)),
    };
    writer.flip_flop(&cell.input("Q"), &cell.input("C"), &cell.net("E", ONE), &next);
    Ok(())
}

fn logic_cell(cell: &Cell, writer: &mut Writer) -> Result<(), String> {
    if cell.has("NEG_CLK") || cell.has("ASYNC_SR") {
        return Err("a negative edge or an asynchronous reset is not simulated".into());
    }
    let lut = lut(cell);
    writer.assign(&cell.input("LO"), &lut);
    if cell.has("CARRY_ENABLE") {
        let constant = if cell.has("CIN_SET") { ONE } else { ZERO };
        // nextpnr leaves CIN open in a cell that only leads the carry out, by I3, and on.
        let chained = || cell.net("CIN", &cell.input("I3"));
        let carry_in = if cell.has("CIN_CONST") { constant.into() } else { chained() };
        writer.assign(&cell.input("COUT"), &carry(&cell.input("I1"), &cell.input("I2"), &carry_in));
    }
    if !cell.has("DFF_ENABLE") {
        writer.assign(&cell.input("O"), &lut);
        return Ok(());
    }
    let next = match cell.input("SR") {
        never if never == ZERO => lut,
        set if cell.has("SET_NORESET") => format!("{set} | {lut}"),
        reset => format!("~{reset} & {lut}"),
    };
    writer.flip_flop(&cell.input("O"), &cell.input("CLK"), &cell.net("CEN", ONE), &next);
    Ok(())
}

/// An instance of the model, whatever the cell is called.
fn block_ram(cell: &Cell, writer: &mut Writer) -> Result<(), String> {
    if cell.has("NEG_CLK_R") || cell.has("NEG_CLK_W") {
        return Err("a negative edge is not simulated".into());
    }
    let mut parameters: Vec<_> =
        ["READ_MODE", "WRITE_MODE"].iter().map(|name| format!(".{name}({})", cell.number(name))).collect();
    for index in 0..16 {
        let bits = cell.bits(&format!("INIT_{index:X}"));
        for (half, bits) in ["LOW", "HIGH"].iter().zip(bits.chunks(128)) {
            let number = bits.iter().rev().fold(0u128, |number, &bit| number << 1 | u128::from(bit));
            parameters.push(format!(".{half}_{index:X}(128'h{number:x})"));
        }
    }
    let mut ports: Vec<_> = [("RADDR", 11), ("WADDR", 11), ("MASK", 16), ("WDATA", 16)]
        .iter()
        .map(|&(port, width)| format!(".{port}({})", cell.vector(port, width)))
        .collect();
    for (port, open) in [("RCLK", ZERO), ("WCLK", ZERO), ("RE", ZERO), ("WE", ZERO), ("RCLKE", ONE), ("WCLKE", ONE)] {
        ports.push(format!(".{port}({})", cell.net(port, open)));
    }
    instance(cell, writer, &format!("SB_RAM40_4K #({})", parameters.join(", ")), ports, ("RDATA", 16));
    Ok(())
}

/// An instance of the model.
fn single_port_ram(cell: &Cell, writer: &mut Writer) {
    let vectors = [("ADDRESS", 14), ("DATAIN", 16), ("MASKWREN", 4)];
    let vectors = vectors.iter().map(|&(port, width)| format!(".{port}({})", cell.vector(port, width)));
    let bits = ["WREN", "CHIPSELECT", "CLOCK", "STANDBY", "SLEEP", "POWEROFF"];
    let ports = vectors.chain(bits.iter().map(|port| format!(".{port}({})", cell.input(port)))).collect();
    instance(cell, writer, "SB_SPRAM256KA", ports, ("DATAOUT", 16));
}

/// What a multiplier can be told to do; each is a number.
const MULTIPLIER: [&str; 20] = [
    "NEG_TRIGGER",
    "MODE_8x8",
    "A_REG",
    "B_REG",
    "C_REG",
    "D_REG",
    "TOP_8x8_MULT_REG",
    "BOT_8x8_MULT_REG",
    "PIPELINE_16x16_MULT_REG1",
    "PIPELINE_16x16_MULT_REG2",
    "TOPOUTPUT_SELECT",
    "TOPADDSUB_LOWERINPUT",
    "TOPADDSUB_UPPERINPUT",
    "TOPADDSUB_CARRYSELECT",
    "BOTOUTPUT_SELECT",
    "BOTADDSUB_LOWERINPUT",
    "BOTADDSUB_UPPERINPUT",
    "BOTADDSUB_CARRYSELECT",
    "A_SIGNED",
    "B_SIGNED",
];

/// An instance of the model, which refuses what it does not have.
fn multiplier(cell: &Cell, writer: &mut Writer) {
    let parameters = MULTIPLIER.map(|name| format!(".{name}({})", cell.number(name)));
    let vectors = ["A", "B", "C", "D"].iter().map(|port| format!(".{port}({})", cell.vector(port, 16)));
    let controls = [
        "CLK",
        "AHOLD",
        "BHOLD",
        "CHOLD",
        "DHOLD",
        "IRSTTOP",
        "IRSTBOT",
        "ORSTTOP",
        "ORSTBOT",
        "OLOADTOP",
        "OLOADBOT",
        "ADDSUBTOP",
        "ADDSUBBOT",
        "OHOLDTOP",
        "OHOLDBOT",
        "CI",
        "ACCUMCI",
        "SIGNEXTIN",
    ];
    let controls = controls.iter().map(|port| format!(".{port}({})", cell.input(port)));
    let mut ports: Vec<_> = vectors.chain(controls).collect();
    ports.push(format!(".CE({})", cell.net("CE", ONE)));
    for output in ["CO", "ACCUMCO", "SIGNEXTOUT"] {
        let carry = writer.fresh("c");
        writeln!(writer.body, "wire {carry};").expect("a string takes text");
        writer.assign(&cell.input(output), &carry);
        ports.push(format!(".{output}({carry})"));
    }
    instance(cell, writer, &format!("SB_MAC16 #({})", parameters.join(", ")), ports, ("O", 32));
}

/// An instance of a model with these ports, and an output of so many bits.
fn instance(cell: &Cell, writer: &mut Writer, model: &str, mut ports: Vec<String>, (output, width): (&str, usize)) {
    let data = writer.fresh("r");
    let whole = cell.whole(output);
    for bit in 0..width {
        let split = || cell.input(&format!("{output}_{bit}"));
        let net = whole.as_ref().map_or_else(split, |nets| nets.get(bit).cloned().unwrap_or_default());
        writer.assign(&net, &format!("{data}[{bit}]"));
    }
    ports.push(format!(".{output}({data})"));
    let ports = ports.join(", ");
    writeln!(writer.body, "wire [{}:0] {data};\n{model} of_{data}({ports});", width - 1).expect("a string takes text");
}

/// A pin that is either an input or an output, without registers.
fn pin(cell: &Cell, writer: &mut Writer) -> Result<(), String> {
    let pad = cell.input("PACKAGE_PIN");
    match cell.number("PIN_TYPE") {
        0b00_0001 => writer.assign(&cell.input("D_IN_0"), &pad),
        0b01_1001 => writer.assign(&pad, &cell.input("D_OUT_0")),
        kind => return Err(format!("pin `{}` of type {kind:06b} is not simulated", cell.name)),
    }
    Ok(())
}
