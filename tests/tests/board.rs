//! The loader's session with a virtual board: the emitted system on chip, over the pins of its serial line, in the
//! board's own time.
//!
//! WAFER_SESSIONS=n changes how many sessions with faults there are, WAFER_IMAGES=n how many damaged images.

use boards::BOARDS;
use firmware_loader::session::{Ending, LinkError, Session};
use firmware_loader::upload::Upload;
use isa::host::Space;
use isa::wire::frame::Crc32;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sim::board::faults::Faults;
use sim::board::{Board, BoardLine};
use std::collections::BTreeMap;
use tests::on_board::{ADD, Program, STORES, trap};

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

#[test]
fn programs_run() {
    let kernels = [("fib", 12), ("sieve", 700), ("qsort", 100), ("sha256", 3)];
    let programs = kernels.map(|(name, argument)| Program::kernel(name, argument));
    let others = [Program::text(ADD, "add", &[-2, 44]), Program::text(STORES, "f", &[5]), trap()];
    let mut count = 0;
    for board in BOARDS {
        let mut line = line(board, &Faults::default(), 0);
        for (program, nonce) in programs.iter().chain(&others).zip(1..) {
            let ending = program.run(&mut line, board, nonce).unwrap_or_else(|e| panic!("{}: {e}", board.name));
            assert_eq!(ending, program.expected, "{}", board.name);
            count += 1;
        }
    }
    assert_eq!(count, 7 * BOARDS.len());
}

/// Of the time that 16 KiB take, at least 90 % is the bytes themselves at the line's rate.
#[test]
fn images_are_sent_at_the_rate_of_the_line() {
    const BYTES: usize = 1 << 14;
    for board in BOARDS {
        let mut line = line(board, &Faults::default(), 0);
        let mut session = Session::connect(&mut line, 1).unwrap_or_else(|e| panic!("{}: {e}", board.name));
        let bytes: Vec<u8> = (0..256u32).map(|i| (i * 7 + 3) as u8).collect();
        let start = session.line().board.cycles();
        for _ in 0..BYTES / bytes.len() {
            session.poke(Space::Memory, 0, &bytes).unwrap_or_else(|e| panic!("{}: {e}", board.name));
        }
        let taken = session.line().board.cycles() - start;
        let least = (BYTES as u64) * 10 * u64::from(board.bit_cycles());
        println!("{}: {:.1} % of the line's rate", board.name, 100.0 * least as f64 / taken as f64);
        assert!(least * 100 >= taken * 90, "{}: {taken} cycles, at least {least}", board.name);
    }
}

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).map_or(default, |n| n.parse().unwrap_or_else(|_| panic!("{variable} is a number")))
}

/// Each ends with the right answer or with an error that says what is wrong.
#[test]
fn sessions_with_faults_end_right_or_with_an_error() {
    let count = number("WAFER_SESSIONS", 100);
    let programs = [Program::text(ADD, "add", &[-2, 44]), Program::text(STORES, "f", &[5]), trap()];
    let (mut right, mut errors) = (0, BTreeMap::<String, u32>::new());
    for seed in 0..count {
        let board = &BOARDS[seed as usize % BOARDS.len()];
        let mut random = StdRng::seed_from_u64(seed);
        let mut rate = || if random.random_bool(0.5) { 0.0 } else { 10f64.powf(random.random_range(-4.0..-1.7)) };
        let (flip, lose, repeat) = (rate(), rate(), rate());
        let skew = random.random_range(-2.0..2.0);
        let cut = random.random_bool(0.2).then(|| random.random_range(0..600));
        let faults = Faults { flip, lose, repeat, cut, skew };
        let program = &programs[random.random_range(0..programs.len())];
        match program.run(&mut line(board, &faults, seed), board, random.random()) {
            Ok(ending) => {
                assert_eq!(ending, program.expected, "seed {seed}, {faults:?}");
                right += 1;
            }
            Err(error) => *errors.entry(format!("{error}")).or_default() += 1,
        }
    }
    println!("{count} sessions: {right} right, errors {errors:#?}");
    assert_eq!(right + errors.values().map(|&n| u64::from(n)).sum::<u64>(), count);
    assert!(right > count / 4 && !errors.is_empty(), "{right} of {count} right, {errors:?}");
}

/// Of what the board compares: blocks, and zeros between them.
fn crc(upload: &Upload) -> u32 {
    let mut crc = Crc32::default();
    for range in &upload.commit.ranges {
        let space = Space::from_code(range.space).expect("is a space");
        let mut bytes = vec![0; range.rows as usize * space.row_bytes()];
        for block in upload.blocks.iter().filter(|block| block.space == space) {
            let at = (block.first - range.first) as usize * space.row_bytes();
            bytes[at..at + block.bytes.len()].copy_from_slice(&block.bytes);
        }
        crc.update(&bytes);
    }
    crc.value()
}

/// What a damaged image does is bounded by its spaces: the line still answers, and the next good image works.
#[test]
fn damaged_images_leave_a_board_that_works() {
    let count = number("WAFER_IMAGES", 60);
    let good = Program::text(STORES, "f", &[5]);
    let (mut refused, mut ended) = (0, BTreeMap::<String, u32>::new());
    for board in BOARDS {
        let mut line = line(board, &Faults::default(), 0);
        for seed in 0..count {
            let mut random = StdRng::seed_from_u64(seed);
            let program = Program::kernel("qsort", 10);
            let image = program.image(board);
            let mut session = Session::connect(&mut line, random.random()).unwrap_or_else(|e| panic!("{seed}: {e}"));
            let mut upload = Upload::new(&image, board.plan, session.board());
            for block in &mut upload.blocks {
                for byte in &mut block.bytes {
                    if random.random_bool(0.02) {
                        *byte = random.random();
                    }
                }
            }
            upload.commit.crc = crc(&upload);
            match session.load(&upload, |_| {}) {
                Ok(()) => {
                    let ending = program.call(&mut session, &image).unwrap_or_else(|e| panic!("{seed}: {e}"));
                    let text = match ending {
                        Ending::Stopped(stop, _) => stop.message().to_string(),
                        Ending::Returned(_) => "returned".into(),
                        ending => format!("{ending:?}"),
                    };
                    *ended.entry(text).or_default() += 1;
                }
                Err(LinkError::CodeRefused(_)) => refused += 1,
                Err(error) => panic!("seed {seed}: {error}"),
            }
            let ending = good.run(&mut line, board, random.random()).unwrap_or_else(|e| panic!("seed {seed}: {e}"));
            assert_eq!(ending, good.expected, "seed {seed}");
        }
    }
    println!("{refused} refused, {ended:#?}");
    assert_eq!(refused + ended.values().map(|&n| u64::from(n)).sum::<u64>(), count * BOARDS.len() as u64);
}
