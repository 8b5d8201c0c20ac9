//! Writes what the tools need: Verilog, the pins of a board, or its settings for `make`.

use boards::Board;
use hdl::units::float::FloatUnit;
use std::process::ExitCode;

const USAGE: &str =
    "usage: emit (--plan NAME | --soc NAME | --chip NAME | --pins NAME | --board NAME | --float NAME) [-o FILE]
  --plan NAME    the Verilog of the core of this plan
  --soc NAME     the Verilog of the system on the chip of this board
  --chip NAME    the Verilog of the whole chip of this board, with its PLL and the ports that are pins
  --pins NAME    the pins of this board, as constraints for the placement
  --board NAME   the settings of this board, as a makefile
  --float NAME   the Verilog of the float unit by itself: small or fast
  -o FILE        where to write it, instead of the standard output";

fn main() -> ExitCode {
    match run(std::env::args().skip(1)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("emit: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(mut arguments: impl Iterator<Item = String>) -> Result<(), String> {
    let (mut text, mut file) = (None, None);
    while let Some(option) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("`{option}` needs a value\n{USAGE}"));
        match option.as_str() {
            "--plan" => text = Some(verilog(&value()?)?),
            "--soc" => text = Some(of_board(&value()?, hdl::emit::soc_verilog)?),
            "--chip" => text = Some(of_board(&value()?, hdl::chip::chip_verilog)?),
            "--pins" => text = Some(board(&value()?)?.constraints()),
            "--board" => text = Some(settings(&value()?)?),
            "--float" => text = Some(float_unit(&value()?)?),
            "-o" => file = Some(value()?),
            _ => return Err(format!("unknown argument `{option}`\n{USAGE}")),
        }
    }
    let text = text.ok_or(USAGE)?;
    match file {
        Some(path) => std::fs::write(&path, text).map_err(|error| format!("cannot write {path}: {error}")),
        None => {
            print!("{text}");
            Ok(())
        }
    }
}

fn verilog(name: &str) -> Result<String, String> {
    let plan = boards::plan(name).ok_or_else(|| unknown("plan", name, boards::PLANS.iter().map(|p| p.name)))?;
    hdl::emit::verilog(plan).map_err(|error| error.to_string())
}

fn float_unit(name: &str) -> Result<String, String> {
    let fast = match name {
        "small" => false,
        "fast" => true,
        _ => return Err(unknown("float unit", name, ["small", "fast"].into_iter())),
    };
    FloatUnit::verilog(fast).map_err(|error| error.to_string())
}

fn of_board(name: &str, emit: fn(&Board) -> Result<String, hdl::emit::Error>) -> Result<String, String> {
    emit(board(name)?).map_err(|error| error.to_string())
}

fn board(name: &str) -> Result<&'static Board, String> {
    boards::board(name).ok_or_else(|| unknown("board", name, boards::BOARDS.iter().map(|b| b.name)))
}

fn settings(name: &str) -> Result<String, String> {
    let board = board(name)?;
    let Board { family, plan, .. } = board;
    let part = family.part();
    Ok(format!(
        "FAMILY := {}\n{}MHZ := {}\nPLAN := {}\nCODE_LOG2 := {}\nSYNTH ?= {}\n",
        part.family(),
        part.variables(),
        board.core_mhz(),
        plan.name,
        plan.sizes.code_log2,
        board.synthesis(),
    ))
}

fn unknown<'a>(what: &str, name: &str, known: impl Iterator<Item = &'a str>) -> String {
    format!("no {what} `{name}`; there are: {}", known.collect::<Vec<_>>().join(", "))
}
