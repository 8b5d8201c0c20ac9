//! Which board is at which port.

use super::{Connection, Failure, Wire};
use crate::interrupt::Interrupt;
use crate::output::shown;
use crate::serial::{self, SerialLine};
use crate::session::{Limit, LinkError, Session};
use boards::Board;
use std::hash::{BuildHasher, Hasher, RandomState};

/// Opens the port, and asks who is there: at the rate that was given, else at that of the `expected` board and those
/// of all others, so that a wrong board is found to be one.
pub(super) fn connect(wire: &Wire, expected: Option<&Board>, interrupt: &Interrupt) -> Result<Connection, Failure> {
    let port = match &wire.port {
        Some(port) => port.clone(),
        None => only_port()?,
    };
    let mut failed = LinkError::Silent;
    for baud in bauds(wire.baud, expected) {
        // Each hasher has keys of its own.
        let nonce = RandomState::new().build_hasher().finish() as u32;
        let limit = Limit::Interrupt(interrupt.clone());
        match Session::connect_while(limit, SerialLine::open(&port, baud)?, nonce) {
            Err(LinkError::Silent) => {}
            Err(stranger @ LinkError::Stranger(_)) => failed = stranger,
            connected => return Ok(connected?),
        }
    }
    Err(failed.into())
}

fn bauds(given: Option<u32>, expected: Option<&Board>) -> Vec<u32> {
    if let Some(baud) = given {
        return vec![baud];
    }
    let mut bauds: Vec<u32> = boards::BOARDS.iter().map(|board| board.baud).collect();
    bauds.sort_unstable_by_key(|&baud| (expected.is_none_or(|board| board.baud != baud), std::cmp::Reverse(baud)));
    bauds.dedup();
    bauds
}

fn only_port() -> Result<String, Failure> {
    let devices = serial::devices()?;
    let usb: Vec<_> = devices.iter().filter(|device| device.description.starts_with("USB")).collect();
    match &usb[..] {
        [device] => Ok(device.path.clone()),
        [] => Err(Failure::new("no USB serial port found; plug the board in, or name its port with --port")),
        several => {
            let paths: Vec<_> = several.iter().map(|device| shown(&device.path)).collect();
            Err(Failure::new(format!("which port is the board's? --port {}", paths.join(" or --port "))))
        }
    }
}

/// The board at the other end, if this program knows it.
pub(super) fn found_board(connection: &Connection) -> Result<&'static Board, Failure> {
    let name = connection.board_name();
    let board = boards::board(&name).ok_or_else(|| {
        let known: Vec<_> = boards::BOARDS.iter().map(|board| board.name).collect();
        let known = known.join(", ");
        Failure::new(format!("the board says that it is `{name}`, but this program knows only {known}"))
    })?;
    connection.expect(board.name, board.plan)?;
    Ok(board)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_expected_boards_rate_comes_first_and_no_rate_twice() {
        for expected in boards::BOARDS {
            let bauds = bauds(None, Some(expected));
            assert_eq!(bauds[0], expected.baud);
            assert!(boards::BOARDS.iter().all(|board| bauds.iter().filter(|&&baud| baud == board.baud).count() == 1));
        }
        assert_eq!(bauds(Some(9600), None), [9600]);
    }
}
