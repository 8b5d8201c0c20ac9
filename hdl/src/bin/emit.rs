//! Writes what the tools need: Verilog, the pins of a board, or its settings for `make`.

use boards::Board;
use hdl::units::float::FloatUnit;
use isa::plan::CorePlan;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

const USAGE: &str =
    "usage: emit (--plan NAME | --soc NAME | --chip NAME | --pins NAME | --board NAME | --float NAME) [-o FILE]
       emit --component NAME -o DIRECTORY
  --plan NAME    the Verilog of the core of this plan
  --soc NAME     the Verilog of the system on the chip of this board
  --chip NAME    the Verilog of the whole chip of this board, with its PLL and the ports that are pins
  --pins NAME    the pins of this board, as constraints for the placement
  --board NAME   the settings of this board, as a makefile
  --float NAME   the Verilog of the float unit by itself: small or fast
  --component NAME  the core of this plan as a component of another design: several files
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
    let (mut text, mut file, mut component) = (None, None, None);
    while let Some(option) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("`{option}` needs a value\n{USAGE}"));
        match option.as_str() {
            "--plan" => text = Some(verilog(&value()?)?),
            "--soc" => text = Some(of_board(&value()?, hdl::emit::soc_verilog)?),
            "--chip" => text = Some(of_board(&value()?, hdl::chip::chip_verilog)?),
            "--pins" => text = Some(board(&value()?)?.constraints()),
            "--board" => text = Some(settings(&value()?)?),
            "--float" => text = Some(float_unit(&value()?)?),
            "--component" => component = Some(value()?),
            "--help" | "-h" => return print(&format!("{USAGE}\n")),
            "-o" => file = Some(destination(value()?)?),
            _ => return Err(format!("unknown argument `{option}`\n{USAGE}")),
        }
    }
    match (text, component, file) {
        (Some(text), None, Some(path)) => write(Path::new(&path), &text),
        (Some(text), None, None) => print(&text),
        (None, Some(name), Some(directory)) => write_component(&name, Path::new(&directory)),
        (None, Some(_), None) => Err(format!("`--component` needs `-o DIRECTORY`\n{USAGE}")),
        _ => Err(USAGE.into()),
    }
}

/// The name behind `-o`, which is one.
fn destination(name: String) -> Result<String, String> {
    if name.is_empty() {
        return Err(format!("`-o` needs the name of a file, or of a directory for `--component`\n{USAGE}"));
    }
    Ok(name)
}

/// Writes to standard output. That nobody reads on is no error.
fn print(text: &str) -> Result<(), String> {
    let mut output = io::stdout().lock();
    match output.write_all(text.as_bytes()).and_then(|()| output.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(format!("cannot write: {error}")),
        _ => Ok(()),
    }
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    std::fs::write(path, text).map_err(|error| format!("cannot write {}: {error}", path.display()))
}

/// Makes the directory if it is not there.
fn write_component(name: &str, directory: &Path) -> Result<(), String> {
    let files = hdl::component::files::files(plan(name)?).map_err(|error| error.to_string())?;
    std::fs::create_dir_all(directory).map_err(|error| format!("cannot make {}: {error}", directory.display()))?;
    files.iter().try_for_each(|file| write(&directory.join(file.name), &file.text))
}

fn verilog(name: &str) -> Result<String, String> {
    hdl::emit::verilog(plan(name)?).map_err(|error| error.to_string())
}

fn plan(name: &str) -> Result<&'static CorePlan, String> {
    boards::plan(name).ok_or_else(|| unknown("plan", name, boards::PLANS.iter().map(|p| p.name)))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_destination_without_a_name_is_refused() {
        let arguments = ["--component", "alchitry-cu", "-o", ""].map(String::from);
        let error = run(arguments.into_iter()).expect_err("there is no name");
        assert!(error.starts_with("`-o` needs the name") && error.ends_with(USAGE), "{error}");
    }
}
