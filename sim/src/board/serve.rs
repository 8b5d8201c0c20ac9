//! `sim serve`: a virtual board behind a pseudo-terminal, which the loader opens like any serial port.

use super::Board;
use super::faults::Faults;
use crate::error::{Error, Result};
use clap::builder::PossibleValuesParser;
use firmware_loader::interrupt::Interrupt;
use firmware_loader::output;
use serialport::{SerialPort, TTYPort};
use std::io::{ErrorKind, Read, Write};
use std::path::PathBuf;
use std::time::Duration;

/// Bytes taken from the pseudo-terminal at a time.
const CHUNK: usize = 4096;
/// Simulated between two looks at the pseudo-terminal.
const SLICE: Duration = Duration::from_micros(500);
/// How long to wait for a host when the board has nothing to do.
const REST: Duration = Duration::from_millis(20);

/// Offers a simulated board as a serial port.
#[derive(Debug, clap::Args)]
pub struct Serve {
    /// Board to simulate
    #[arg(long, value_name = "NAME", default_value = boards::BOARDS[0].name, value_parser = board_names())]
    board: String,
    /// Seed of the faults below
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Probability that a bit of a byte is flipped
    #[arg(long, value_name = "P", default_value_t = 0.0, value_parser = probability)]
    flip: f64,
    /// Probability that a byte is lost
    #[arg(long, value_name = "P", default_value_t = 0.0, value_parser = probability)]
    lose: f64,
    /// Probability that a byte comes twice
    #[arg(long, value_name = "P", default_value_t = 0.0, value_parser = probability)]
    repeat: f64,
    /// Cut the line after so many bytes in a direction
    #[arg(long, value_name = "N")]
    cut: Option<u64>,
    /// What is in the board's flash when its power comes on: a file that `firmware-loader install -o` wrote
    #[arg(long, value_name = "FILE")]
    flash: Option<PathBuf>,
    /// How much longer the host's bits are than the board's, in percent
    #[arg(long, value_name = "PERCENT", default_value_t = 0.0, allow_negative_numbers = true, value_parser = percent)]
    skew: f64,
}

fn board_names() -> PossibleValuesParser {
    PossibleValuesParser::new(boards::BOARDS.iter().map(|board| board.name))
}

fn probability(text: &str) -> std::result::Result<f64, String> {
    text.parse().ok().filter(|p| (0.0..=1.0).contains(p)).ok_or_else(|| "not a number from 0 to 1".into())
}

fn percent(text: &str) -> std::result::Result<f64, String> {
    text.parse().ok().filter(|p| (-50.0..=50.0).contains(p)).ok_or_else(|| "not a number from -50 to 50".into())
}

impl Serve {
    /// Runs until it is interrupted.
    ///
    /// # Errors
    /// There is no pseudo-terminal to be had.
    pub fn run(&self) -> Result<()> {
        let wrong = |what: &str, e: &dyn std::fmt::Display| Error::new(format!("cannot {what}: {e}"));
        let board = boards::board(&self.board).ok_or_else(|| Error::new(format!("no board {}", self.board)))?;
        let &Serve { flip, lose, repeat, cut, skew, seed, .. } = self;
        let bit_cycles = board.bit_cycles();
        let mut board = Board::new(board, &Faults { flip, lose, repeat, cut, skew }, seed)?;
        if let Some(path) = &self.flash {
            let installed = std::fs::read(path).map_err(|e| wrong(&format!("read {}", path.display()), &e))?;
            if isa::boot::frames(&installed, bit_cycles) == 0 {
                let (path, name) = (path.display(), &self.board);
                output::message(&format!("note: {path} has nothing that {name} could hear: install for it"));
            }
            board.switch_on(installed);
        }
        // The other end stays open here, or reading would fail whenever no host has it open.
        let (mut port, other) = TTYPort::pair().map_err(|e| wrong("make a pseudo-terminal", &e))?;
        let name = other.name().ok_or_else(|| Error::new("the pseudo-terminal has no name"))?;
        let interrupt = Interrupt::watch(None).map_err(|e| wrong("watch for Ctrl-C", &e))?;
        output::print(&name).map_err(|e| wrong("write", &e))?;
        while interrupt.stop().is_none() {
            exchange(&mut board, &mut port).map_err(|e| wrong("use the pseudo-terminal", &e))?;
        }
        Ok(())
    }
}

/// Takes what the host has sent, runs for a slice, and hands over what the board has sent.
fn exchange(board: &mut Board, port: &mut TTYPort) -> std::io::Result<()> {
    let mut bytes = [0; CHUNK];
    let idle = board.is_idle();
    port.set_timeout(if idle { REST } else { Duration::ZERO }).map_err(std::io::Error::from)?;
    let count = match port.read(&mut bytes) {
        Ok(count) => count,
        Err(e) if matches!(e.kind(), ErrorKind::TimedOut | ErrorKind::WouldBlock | ErrorKind::Interrupted) => 0,
        Err(e) => return Err(e),
    };
    board.send(&bytes[..count]);
    if idle && count == 0 {
        return Ok(());
    }
    board.run(board.cycles_in(SLICE));
    let answer: Vec<u8> = std::iter::from_fn(|| board.receive()).collect();
    port.set_timeout(REST).map_err(std::io::Error::from)?;
    port.write_all(&answer)
}
