//! Runs programs on netlists of a board's chip, over the pins of its serial line: `make -C synth sim-netlist`.

use clap::Parser;
use engine::Design;
use sim::board::faults::Faults;
use sim::board::{Board, BoardLine};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;
use tests::netlist;
use tests::spec::{Kind, Set, run_on_chip};

/// Loads and calls add, fib, products, a division by zero and, if there is a float unit, floats through the loader's session;
/// then a program from the flash.
#[derive(Parser)]
struct Options {
    /// Board whose chip the netlists are of
    #[arg(long, default_value = boards::BOARDS[0].name)]
    board: String,
    /// Makes up to so many calls of each file of the specification's suites 1.0 and 2.0 instead, on the chip's Verilog,
    /// too, and compares their cycles.
    #[arg(long, value_name = "N")]
    suite: Option<usize>,
    /// Netlists: JSON of yosys or nextpnr, or Verilog of icebox_vlog
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            tests::tell!("netlist: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), String> {
    let board = boards::board(&options.board).ok_or_else(|| {
        let known: Vec<_> = boards::BOARDS.iter().map(|board| board.name).collect();
        format!("no board `{}`; there are: {}", options.board, known.join(", "))
    })?;
    if let Some(most) = options.suite {
        return suite(board, &options.files, most);
    }
    for file in &options.files {
        tests::say!("{}", file.display());
        let chip = netlist::read(file)?;
        for run in netlist::run(board, chip.clone(), &netlist::programs(board))? {
            tests::say!("  {}", run.text);
        }
        tests::say!("  {}", netlist::boot(board, chip)?.text);
    }
    Ok(())
}

/// Assertions of the suite on the chip's Verilog and on netlists of it.
fn suite(board: &'static boards::Board, files: &[PathBuf], most: usize) -> Result<(), String> {
    let verilog = hdl::chip::chip_verilog(board).map_err(|e| e.to_string())?;
    let expected = assertions("the chip's Verilog", board, netlist::design(&verilog)?, most)?;
    for file in files {
        let cycles = assertions(&file.display().to_string(), board, netlist::read(file)?, most)?;
        if cycles != expected {
            let first = cycles.iter().zip(&expected).position(|(a, b)| a != b);
            return Err(format!("{}: call {first:?} takes other cycles than on the chip's Verilog", file.display()));
        }
    }
    Ok(())
}

/// The cycles of each call on a chip.
fn assertions(name: &str, board: &'static boards::Board, chip: Design, most: usize) -> Result<Vec<u64>, String> {
    let hardware = Board::with(board, chip, &Faults::default(), 0).map_err(|e| e.to_string())?;
    let (line, start) = (BoardLine::new(hardware, board.baud), Instant::now());
    let mut files = 0;
    let (reports, cycles) = run_on_chip(board, line, &[Set::V1, Set::V2], most, |_| {
        files += 1;
        eprint!("\r{name}: {files} files, {} s ", start.elapsed().as_secs());
    })?;
    eprintln!();
    let failures: Vec<String> = reports.iter().flat_map(|report| report.failures()).collect();
    if !failures.is_empty() {
        return Err(format!("{name}: {}", failures.join("\n")));
    }
    let passed = |kind: Kind| reports.iter().map(|r| r.tallies().get(&kind).map_or(0, |t| t.passed)).sum::<u32>();
    let (returns, traps) = (passed(Kind::Return), passed(Kind::CallTrap) + passed(Kind::Exhaustion));
    tests::say!("{name}: {returns} returns, {traps} traps and exhaustions of {files} files passed, none failed");
    Ok(cycles)
}
