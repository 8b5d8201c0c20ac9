//! Netlists as plain Verilog, which the simulation engine takes: what yosys writes after synthesis and nextpnr after
//! routing, both as JSON, and what icebox_vlog reads back from a bitstream.
//!
//! Cells do what yosys' models of the family say. The PLL passes its clock through and is steady at once: time is that
//! of the core's clock.

mod cell;
mod ebr;
mod ecp5;
mod ice40;
mod lut;
mod ram;

use crate::on_board::{ADD, FLOATS, PRODUCT, Program, trap};
use crate::standalone;
use engine::{Design, Models};
use firmware_loader::session::{Ending, Finished};
use serde_json::{Map, Value};
use sim::board::faults::Faults;
use sim::board::{Board, BoardLine};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

/// The netlist in this file: JSON if its name ends so, else Verilog.
///
/// # Errors
/// The file cannot be read, is no netlist, or has a cell that is not simulated. The message names it.
pub fn read(path: &Path) -> Result<Design, String> {
    let wrong = |e: String| format!("{}: {e}", path.display());
    let text = std::fs::read_to_string(path).map_err(|e| wrong(e.to_string()))?;
    let is_json = path.extension().is_some_and(|e| e == "json");
    let verilog = if is_json { verilog(&text).map_err(wrong)? } else { clocked(&text) };
    design(&verilog).map_err(wrong)
}

/// icebox_vlog leaves the pad of a PLL open.
fn clocked(verilog: &str) -> String {
    const PAD: &str = ".PACKAGEPIN(";
    match verilog.split_once(PAD).and_then(|(before, after)| Some((before, after.split_once(')')?.1))) {
        Some((before, after)) => format!("{before}{PAD}clock){after}"),
        None => verilog.into(),
    }
}

/// A chip from Verilog that may have block RAMs and a PLL in it.
///
/// # Errors
/// What the engine says about it.
pub fn design(verilog: &str) -> Result<Design, String> {
    let models = Models::ice40()
        .with("SB_RAM40_4K", &ram::model())
        .with("EHXPLLL", ecp5::PLL)
        .with("USRMCLK", ecp5::FLASH_CLOCK);
    Design::parse(&ram::sealed(&ram::in_halves(verilog)), hdl::chip::CHIP_TOP, &models).map_err(|e| e.to_string())
}

/// A program and what it is called in messages.
pub type Named = (&'static str, Program);

/// What every netlist of a board's chip has to run.
pub fn programs(board: &boards::Board) -> Vec<Named> {
    let mut programs = vec![
        ("add", Program::text(ADD, "add", &[2, 3])),
        ("fib", Program::kernel("fib", 7)),
        ("product", Program::text(PRODUCT, "f", &[-1_234_567])),
        ("trap", trap()),
    ];
    if board.plan.has_float_unit() {
        programs.push(("float", Program::text(FLOATS, "f", &[7])));
    }
    programs
}

/// What a program did on a chip.
pub struct Run {
    /// For people.
    pub text: String,
    /// Of the call, on the core.
    pub cycles: u64,
}

/// Runs programs on a chip one after the other.
///
/// # Errors
/// The chip cannot be simulated, the session fails, or a program ends otherwise than it has to.
pub fn run(board: &boards::Board, chip: Design, programs: &[Named]) -> Result<Vec<Run>, String> {
    let board_of_chip = Board::with(board, chip, &Faults::default(), 0).map_err(|e| e.to_string())?;
    let mut line = BoardLine::new(board_of_chip, board.baud);
    let mut done = Vec::new();
    for ((name, program), nonce) in programs.iter().zip(1..) {
        let start = line.board.cycles();
        let finished = program.measure(&mut line, board, nonce).map_err(|e| format!("{name}: {e}"))?;
        let Finished { ending, cycles, .. } = finished;
        if ending != program.expected {
            let (ending, expected) = (text(&ending), text(&program.expected));
            return Err(format!("{name}({}) {ending}, and not {expected}", list(&program.args)));
        }
        let (args, ending) = (list(&program.args), text(&ending));
        let text = format!("{name}({args}) {ending}, {} cycles", line.board.cycles() - start);
        done.push(Run { text, cycles });
    }
    Ok(done)
}

/// Switches a chip on with a program in its flash.
///
/// # Errors
/// The chip cannot be simulated, or its LED does not blink.
pub fn boot(board: &boards::Board, chip: Design) -> Result<Run, String> {
    const PERIOD: u64 = 2000;
    let mut hardware = Board::with(board, chip, &Faults::default(), 0).map_err(|e| e.to_string())?;
    let recording = standalone::installed(board, standalone::BLINK, "blink", &[&PERIOD.to_string()]);
    let cycles = standalone::heard(&recording);
    hardware.switch_on(recording);
    hardware.run(cycles);
    let times = standalone::changes(&mut hardware, 3, 20 * PERIOD);
    let &[_, from, to] = &times[..] else { return Err(format!("the LED changed {} times", times.len())) };
    let text = format!("from the flash: the LED changes every {} cycles", to - from);
    Ok(Run { text, cycles: to - from })
}

fn list(values: &[isa::types::Value]) -> String {
    values.iter().map(|&value| firmware_loader::value::decimal(value)).collect::<Vec<_>>().join(", ")
}

fn text(ending: &Ending) -> String {
    match ending {
        Ending::Returned(values) => format!("= {}", list(values)),
        Ending::Stopped(stop, offset) => format!("stopped at {offset:#06x}: {stop}"),
        other => format!("ended otherwise: {other:?}"),
    }
}

/// Verilog of a chip in yosys' JSON format.
fn verilog(json: &str) -> Result<String, String> {
    let netlist: Value = serde_json::from_str(json).map_err(|e| e.to_string())?;
    // nextpnr forgets its name.
    let is_top = |module: &&Value| module["attributes"]["top"].is_string();
    let module = netlist["modules"].as_object().and_then(|modules| modules.values().find(is_top));
    let module = module.ok_or("no module of the netlist is the top one")?;
    let entries = |key: &str| module[key].as_object().ok_or_else(|| format!("the top module has no {key}"));
    let mut writer = Writer::default();
    for (name, port) in entries("ports")? {
        writer.port(name, port)?;
    }
    // What yosys leaves undefined, nextpnr gives a net that nothing drives.
    for (name, net) in entries("netnames")? {
        let undefined = name.ends_with("$const");
        cell::nets(&net["bits"]).iter().filter(|_| undefined).for_each(|net| writer.assign(net, lut::ZERO));
    }
    for (name, cell) in entries("cells")? {
        let cell = cell::Cell::new(name, cell)?;
        let of_ice40 = ["SB_", "ICESTORM_"].iter().any(|start| cell.kind.starts_with(start));
        let write = if of_ice40 { ice40::write } else { ecp5::write };
        write(&cell, &mut writer).map_err(|e| format!("cell `{name}`: {e}"))?;
    }
    Ok(writer.finish(hdl::chip::CHIP_TOP))
}

/// The body of the module, and what it declares.
#[derive(Default)]
struct Writer {
    ports: Vec<String>,
    body: String,
    registers: BTreeSet<String>,
    wires: BTreeSet<String>,
    /// How many names were made up.
    names: usize,
}

impl Writer {
    fn port(&mut self, name: &str, port: &Value) -> Result<(), String> {
        let direction = port["direction"].as_str().ok_or_else(|| format!("port `{name}` has no direction"))?;
        let bits = cell::nets(&port["bits"]);
        self.ports.push(format!("{direction} [{}:0] {name}", bits.len().max(1) - 1));
        for (index, net) in bits.iter().enumerate() {
            match direction {
                "input" => self.assign(net, &format!("{name}[{index}]")),
                _ => writeln!(self.body, "assign {name}[{index}] = {net};").expect("a string takes text"),
            }
        }
        Ok(())
    }

    /// An output of one bit.
    fn output(&mut self, name: &str, net: &str) {
        self.ports.push(format!("output {name}"));
        writeln!(self.body, "assign {name} = {net};").expect("a string takes text");
    }

    /// Drives a net. Nothing to do if it is not connected.
    fn assign(&mut self, net: &str, value: &str) {
        if net.starts_with('n') {
            self.wires.insert(net.into());
            writeln!(self.body, "assign {net} = {value};").expect("a string takes text");
        }
    }

    /// A name that nothing has.
    fn fresh(&mut self, start: &str) -> String {
        self.names += 1;
        format!("{start}{}", self.names)
    }

    /// A wire of one bit that has this value.
    fn wire(&mut self, value: &str) -> String {
        let name = self.fresh("w");
        writeln!(self.body, "wire {name};\nassign {name} = {value};").expect("a string takes text");
        name
    }

    /// What a register is at the start, if not 0.
    fn initial(&mut self, net: &str, value: &str) {
        writeln!(self.body, "initial {net} = {value};").expect("a string takes text");
    }

    /// A flip-flop, 0 at the start. `enable` holds up set and reset too, as the chip's do.
    fn flip_flop(&mut self, net: &str, clock: &str, enable: &str, next: &str) {
        self.registers.insert(net.into());
        writeln!(self.body, "always @(posedge {clock}) if ({enable}) {net} <= {next};").expect("a string takes text");
    }

    fn finish(self, top: &str) -> String {
        let mut text = format!("module {top}({});\n", self.ports.join(", "));
        let mut list = |kind: &str, names: &BTreeSet<String>| {
            names.iter().for_each(|name| writeln!(text, "{kind} {name};").expect("a string takes text"));
        };
        list("wire", &self.wires);
        list("reg", &self.registers);
        text + &self.body + "endmodule\n"
    }
}

/// Bits of a parameter, lowest first; what is undefined is 0.
fn parameter(parameters: &Map<String, Value>, name: &str) -> Vec<bool> {
    let digits = parameters.get(name).and_then(Value::as_str).unwrap_or("0");
    digits.bytes().rev().map(|digit| digit == b'1').collect()
}
