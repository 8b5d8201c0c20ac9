//! Runs programs on netlists of a board's chip, over the pins of its serial line: `make -C synth sim-netlist`.

use clap::Parser;
use std::path::PathBuf;
use std::process::ExitCode;
use tests::netlist;

/// Loads and calls add, fib, products, a division by zero and, if there is a float unit, floats through the loader's session;
/// then a program from the flash.
#[derive(Parser)]
struct Options {
    /// Board whose chip the netlists are of
    #[arg(long, default_value = boards::BOARDS[0].name)]
    board: String,
    /// Netlists: JSON of yosys or nextpnr, or Verilog of icebox_vlog
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("netlist: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), String> {
    let board = boards::board(&options.board).ok_or_else(|| {
        let known: Vec<_> = boards::BOARDS.iter().map(|board| board.name).collect();
        format!("no board `{}`; there are: {}", options.board, known.join(", "))
    })?;
    for file in &options.files {
        println!("{}", file.display());
        for run in netlist::run(board, netlist::read(file)?, &netlist::programs(board))? {
            println!("  {}", run.text);
        }
        println!("  {}", netlist::boot(board, netlist::read(file)?)?.text);
    }
    Ok(())
}
