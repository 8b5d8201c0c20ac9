//! Sessions in which something goes wrong: a bad line, an image that is damaged, a call that is given up. What a seed
//! makes of a board, and whether the board still works.

use crate::on_board::{ADD, Program, STORES, load, trap};
use boards::Board;
use firmware_loader::session::{Ending, LinkError, Session};
use firmware_loader::upload::Upload;
use isa::host::Space;
use isa::outcome::Stop;
use isa::wire::frame::Crc32;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sim::board::faults::Faults;
use sim::board::{Board as Simulated, BoardLine};
use std::time::Duration;

/// Cycles from power-on to the first byte that a board takes, or more.
const READY: u64 = 1_000;

/// A part of the bytes of a damaged image.
const DAMAGE: f64 = 0.02;

/// Powers of ten of the seconds after which a call is given up: from before its first cycle to behind its end.
const GIVEN_UP: std::ops::Range<f64> = -5.0..-2.0;

/// A line to a board whose link engine is ready.
pub fn line(board: &Board, faults: &Faults, seed: u64) -> BoardLine {
    let mut simulated = Simulated::new(board, faults, seed).unwrap_or_else(|e| panic!("{}: {e}", board.name));
    simulated.run(READY);
    BoardLine::new(simulated, board.baud)
}

/// How a session ended that did nothing wrong.
#[derive(Clone, Debug, PartialEq)]
pub enum Ended {
    /// As it does without trouble.
    Right,
    /// In words: what had to be expected with this trouble.
    Otherwise(String),
}

/// A whole session over a line with faults: it ends with the right answer, or with an error that says what is wrong.
///
/// # Errors
/// It ends with a wrong answer.
pub fn faulty_session(board: &Board, seed: u64) -> Result<Ended, String> {
    let programs = [Program::text(ADD, "add", &[-2, 44]), Program::text(STORES, "f", &[5]), trap()];
    let mut random = StdRng::seed_from_u64(seed);
    let mut rate = || if random.random_bool(0.5) { 0.0 } else { 10f64.powf(random.random_range(-4.0..-1.7)) };
    let (flip, lose, repeat) = (rate(), rate(), rate());
    let skew = random.random_range(-2.0..2.0);
    let cut = random.random_bool(0.2).then(|| random.random_range(0..600));
    let faults = Faults { flip, lose, repeat, cut, skew };
    let program = &programs[random.random_range(0..programs.len())];
    match program.run(&mut line(board, &faults, seed), board, random.random()) {
        Ok(ending) if ending == program.expected => Ok(Ended::Right),
        Ok(ending) => Err(format!("{}, {faults:?}: {ending:?}", board.name)),
        Err(error) => Ok(Ended::Otherwise(error.to_string())),
    }
}

/// An image of which some bytes are others. What it does is bounded by its spaces: the line still answers, and the next
/// good image works.
///
/// # Errors
/// The board does not answer, or does not work afterwards.
pub fn damaged_image(line: &mut BoardLine, board: &Board, seed: u64) -> Result<Ended, String> {
    let mut random = StdRng::seed_from_u64(seed);
    let program = Program::kernel("qsort", 10);
    let image = program.image(board);
    let place = |error: LinkError| format!("{}: {error}", board.name);
    let mut session = Session::connect(&mut *line, random.random()).map_err(place)?;
    let mut upload = Upload::new(&image, board.plan, session.board());
    for byte in upload.blocks.iter_mut().flat_map(|block| &mut block.bytes) {
        if random.random_bool(DAMAGE) {
            *byte = random.random();
        }
    }
    upload.commit.crc = crc(&upload);
    let ended = match session.load(&upload, |_| {}) {
        Ok(()) => match program.call(&mut session, &image) {
            Ok(Ending::Stopped(stop, _)) => stop.message().into(),
            Ok(Ending::Returned(_)) => "returned".into(),
            Ok(ending) => format!("{ending:?}"),
            // A function entry that is 0 now.
            Err(LinkError::NotImported(_)) => "called a function of the host".into(),
            Err(error) => return Err(place(error)),
        },
        Err(LinkError::CodeRefused(_)) => "refused".into(),
        Err(error) => return Err(place(error)),
    };
    works(line, board, random.random())?;
    Ok(Ended::Otherwise(ended))
}

/// A call that is given up at any time of it, if it has not returned by then. The board then works.
///
/// # Errors
/// A wrong answer, or the board does not work afterwards.
pub fn interrupted_call(line: &mut BoardLine, board: &Board, seed: u64) -> Result<Ended, String> {
    let mut random = StdRng::seed_from_u64(seed);
    let program = Program::kernel("qsort", 10);
    let image = program.image(board);
    let place = |error: LinkError| format!("{}: {error}", board.name);
    let mut session = Session::connect(&mut *line, random.random()).map_err(place)?;
    load(&mut session, &image, board).map_err(place)?;
    let time = Duration::from_secs_f64(10f64.powf(random.random_range(GIVEN_UP)));
    let ended = match program.call_for(&mut session, &image, time) {
        Ok(ending) if ending == program.expected => Ended::Right,
        Err(LinkError::Stopped(limit) | LinkError::NotHalted(limit)) => Ended::Otherwise(limit.message().into()),
        Ok(Ending::Stopped(stop @ Stop::Exhausted(_), _)) => Ended::Otherwise(stop.message().into()),
        other => return Err(format!("{}, given up after {time:?}: {other:?}", board.name)),
    };
    works(line, board, random.random())?;
    Ok(ended)
}

/// Whether a good image does what it says.
fn works(line: &mut BoardLine, board: &Board, nonce: u32) -> Result<(), String> {
    let good = Program::text(STORES, "f", &[5]);
    match good.run(line, board, nonce) {
        Ok(ending) if ending == good.expected => Ok(()),
        other => Err(format!("{}: afterwards a good image gives {other:?}", board.name)),
    }
}

/// Of what the board compares: blocks, and zeros between them.
fn crc(upload: &Upload) -> u32 {
    let mut crc = Crc32::default();
    for range in &upload.commit.ranges {
        let space = Space::from_code(range.space).expect("is a space");
        let mut bytes = vec![0; range.rows as usize * space.row_bytes()];
        let rows = range.first..range.first + range.rows;
        for block in upload.blocks.iter().filter(|block| block.space == space && rows.contains(&block.first)) {
            let at = (block.first - range.first) as usize * space.row_bytes();
            bytes[at..at + block.bytes.len()].copy_from_slice(&block.bytes);
        }
        crc.update(&bytes);
    }
    crc.value()
}
