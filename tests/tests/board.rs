//! The loader's session with a virtual board: the emitted system on chip, over the pins of its serial line, in the
//! board's own time.

use boards::BOARDS;
use firmware_loader::session::Session;
use isa::host::Space;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sim::board::faults::Faults;
use sim::board::{Board, BoardLine};

fn line(board: &boards::Board, faults: &Faults, seed: u64) -> BoardLine {
    let simulated = Board::new(board, faults, seed).unwrap_or_else(|e| panic!("{}: {e}", board.name));
    BoardLine::new(simulated, board.baud)
}

/// Bytes of every kind of block of the byte stuffing: without zeros, with some, with nothing else.
#[test]
fn what_is_written_is_read_back() {
    for board in BOARDS {
        let mut random = StdRng::seed_from_u64(1);
        let mut line = line(board, &Faults::default(), 0);
        let mut session = Session::connect(&mut line, 1).unwrap_or_else(|e| panic!("{}: {e}", board.name));
        for zeros in [0.0, 0.004, 0.1, 0.9, 1.0] {
            for (space, rows) in [(Space::Stack, 32), (Space::Memory, 64), (Space::Memory, 63), (Space::Memory, 1)] {
                let first = random.random_range(0..space.rows(board.plan) - rows);
                let bytes: Vec<u8> = (0..rows as usize * space.row_bytes())
                    .map(|_| if random.random_bool(zeros) { 0 } else { random.random_range(1..=255) })
                    .collect();
                session.poke(space, first, &bytes).unwrap_or_else(|e| panic!("{zeros} {}: {e}", space.name()));
                let back = session.read(space, first, rows).unwrap_or_else(|e| panic!("{zeros} {}: {e}", space.name()));
                assert_eq!(back, bytes, "{zeros} {}", space.name());
            }
        }
        assert_eq!(session.repeated(), 0, "{}: every request is answered the first time", board.name);
    }
}
