//! The loader's session with a virtual board: the emitted system on chip, over the pins of its serial line, in the
//! board's own time.
//!
//! WAFER_SESSIONS=n changes how many sessions with faults there are, WAFER_IMAGES=n how many damaged images, and
//! WAFER_CALLS=n how many calls are given up on each board.

use boards::BOARDS;
use firmware_loader::gate::{self, Strictness};
use firmware_loader::interrupt::Interrupt;
use firmware_loader::line::Line;
use firmware_loader::selftest::{self, Extent};
use firmware_loader::session::{Call, Ending, LinkError, Session};
use firmware_loader::upload::Upload;
use firmware_loader::wasi::{self, Wasi};
use isa::host::Space;
use isa::module::Import;
use isa::pool::DirectMap;
use isa::types::{ValType, Value};
use isa::wire::frame::{PAYLOAD_MAX, Receiver};
use isa::wire::{Answer, Command, Commit, Range, Request, Status};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sim::board::BoardLine;
use sim::board::faults::Faults;
use sim::machine::{Limits, Machine};
use sim::observe::Observers;
use sim::select::{Kind, open};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;
use tests::on_board::{ADD, FNV, HELLO, PRIMES, Program, STORES, load, trap};
use tests::trouble::{Ended, damaged_image, faulty_session, interrupted_call, line};

/// Bytes of every kind of block of the byte stuffing: without zeros, with some, with nothing else.
#[test]
fn what_is_written_is_read_back() {
    for board in BOARDS {
        let mut random = StdRng::seed_from_u64(1);
        let mut line = line(board, &Faults::default(), 0);
        let mut session = Session::connect(&mut line, 1).unwrap_or_else(|e| panic!("{}: {e}", board.name));
        for zeros in [0.0, 0.004, 0.1, 0.9, 1.0] {
            for (space, rows) in [(Space::Stack, 30), (Space::Memory, 60), (Space::Memory, 59), (Space::Memory, 1)] {
                // Of a pool what lies in it without a gap.
                let there = match space {
                    Space::Memory => (board.plan.memory_bytes() / space.row_bytes() as u64) as u32,
                    _ => space.rows(board.plan),
                };
                let first = random.random_range(0..there - rows);
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

/// A session with a board on which the program has returned twice, each time loaded anew.
fn after_two_runs<'a>(program: &Program, line: &'a mut BoardLine, board: &boards::Board) -> Session<&'a mut BoardLine> {
    for nonce in 1..3 {
        let ending = program.run(line, board, nonce).unwrap_or_else(|e| panic!("{}: {e}", board.name));
        assert_eq!(ending, program.expected, "{}", board.name);
    }
    Session::connect(line, 3).unwrap_or_else(|e| panic!("{}: {e}", board.name))
}

/// A program as compilers place it: data above 1 MiB, the stack below, and a block far away.
const SPARSE: &str = r#"(module
  (memory 300)
  (global $sp (mut i32) (i32.const 0x100000))
  (data (i32.const 0x100ffe) "\01\02\03\04")
  (data (i32.const 0x1200) "\05")
  (func (export "f") (param i32) (result i32)
    (global.set $sp (i32.sub (global.get $sp) (i32.const 16)))
    (i32.store offset=8 (global.get $sp) (local.get 0))
    (i64.store (i32.const 0x11ffffc) (i64.const 0x0908070605040302))
    (i32.add
      (i32.add (i32.load (i32.const 0x100ffe)) (i32.load offset=8 (global.get $sp)))
      (i32.add (i32.load8_u (i32.const 0x1200)) (i32.load (i32.const 0x11ffffe))))))"#;

/// Memory of a board that is a pool lies wherever the program has it, for the host, too.
#[test]
fn a_program_has_its_memory_where_it_wants() {
    let searched = |board: &&boards::Board| board.plan.has_pool() && DirectMap::of_plan(board.plan).is_none();
    let boards: Vec<_> = BOARDS.iter().filter(searched).collect();
    assert!(!boards.is_empty());
    for board in boards {
        let mut line = line(board, &Faults::default(), 0);
        let mut session = after_two_runs(&Program::text(SPARSE, "f", &[1000]), &mut line, board);
        let read = |session: &mut Session<_>, address: u32, rows: u32| session.read(Space::Memory, address / 4, rows);
        assert_eq!(read(&mut session, 0xffff8, 2).unwrap(), [0xe8, 3, 0, 0, 0, 0, 0, 0]);
        assert_eq!(read(&mut session, 0x100ffc, 2).unwrap(), [0, 0, 1, 2, 3, 4, 0, 0]);
        assert_eq!(read(&mut session, 0x11ffffc, 2).unwrap(), [2, 3, 4, 5, 6, 7, 8, 9]);
        assert_eq!(read(&mut session, 0x1ffffe0, 8).unwrap(), [0; 32], "nothing is there");
        // 0x1000, 0xff000, 0x100000, 0x101000, 0x11ff000 and 0x1200000 are taken: there is room for ten more.
        for block in 0..10 {
            session.poke(Space::Memory, (0x200000 + block * 0x1000) / 4, &[9; 8]).unwrap();
        }
        session.poke(Space::Memory, 0x300000 / 4, &[9; 8]).unwrap();
        assert_eq!(read(&mut session, 0x300000, 2).unwrap(), [0; 8], "no place was left");
        for block in 0..10 {
            assert_eq!(read(&mut session, 0x200000 + block * 0x1000, 2).unwrap(), [9; 8]);
        }
        assert_eq!(read(&mut session, 0x100ffc, 2).unwrap(), [0, 0, 1, 2, 3, 4, 0, 0]);
    }
}

/// The same where each block has one place: data above 64 KiB, and the stack below.
const PLACED: &str = r#"(module
  (memory 300)
  (global $sp (mut i32) (i32.const 0x10000))
  (data (i32.const 0x101fe) "\01\02\03\04")
  (func (export "f") (param i32) (result i32)
    (global.set $sp (i32.sub (global.get $sp) (i32.const 16)))
    (i32.store offset=8 (global.get $sp) (local.get 0))
    (i32.add (i32.load (i32.const 0x101fe)) (i32.load offset=8 (global.get $sp)))))"#;

/// A block of which another one has the place is not there, and loses what is written to it.
#[test]
fn a_block_has_its_place_or_none() {
    let placed = BOARDS.iter().filter_map(|board| Some((board, DirectMap::of_plan(board.plan)?)));
    assert_eq!(placed.clone().count(), 4);
    for (board, map) in placed {
        let mut line = line(board, &Faults::default(), 0);
        let mut session = after_two_runs(&Program::text(PLACED, "f", &[1000]), &mut line, board);
        let read = |session: &mut Session<_>, address: u32, rows: u32| session.read(Space::Memory, address / 4, rows);
        assert_eq!(read(&mut session, 0xfff8, 2).unwrap(), [0xe8, 3, 0, 0, 0, 0, 0, 0]);
        assert_eq!(read(&mut session, 0x101fc, 2).unwrap(), [0, 0, 1, 2, 3, 4, 0, 0]);
        // Blocks from 1 MiB on: one with the place of the stack's, one with a place that nothing has.
        let blocks = || (0x10_0000..0x20_0000u32).step_by(1 << map.block_log2);
        let place = |address: u32| map.place(address.into());
        let taken = [0xfff8, 0x101fe, 0x10200].map(place);
        let other = blocks().find(|&block| place(block) == taken[0]).unwrap();
        let free = blocks().find(|&block| !taken.contains(&place(block))).unwrap();
        for address in [other, free] {
            session.poke(Space::Memory, address / 4, &[9; 8]).unwrap();
        }
        assert_eq!(read(&mut session, other, 2).unwrap(), [0; 8], "{}", board.name);
        assert_eq!(read(&mut session, free, 2).unwrap(), [9; 8], "{}", board.name);
        assert_eq!(read(&mut session, 0xfff8, 2).unwrap(), [0xe8, 3, 0, 0, 0, 0, 0, 0]);
    }
}

#[test]
fn programs_run() {
    let programs = [
        Program::kernel("fib", 12),
        Program::text(PRIMES, "f", &[1000]),
        Program::text(FNV, "f", &[50]),
        Program::text(ADD, "add", &[-2, 44]),
        Program::text(STORES, "f", &[5]),
        trap(),
    ];
    let mut count = 0;
    for board in BOARDS {
        let mut line = line(board, &Faults::default(), 0);
        for (program, nonce) in programs.iter().zip(1..) {
            let ending = program.run(&mut line, board, nonce).unwrap_or_else(|e| panic!("{}: {e}", board.name));
            assert_eq!(ending, program.expected, "{}", board.name);
            count += 1;
        }
    }
    assert_eq!(count, 6 * BOARDS.len());
}

/// The frames that a session reads of a board are those of the simulated core alone.
#[test]
fn the_frames_of_a_trap_are_read_over_the_line() {
    const NESTED: &str = r#"(module
        (func $even (param i32) (result i32)
            (if (i32.eqz (local.get 0)) (then unreachable)) (call $odd (i32.sub (local.get 0) (i32.const 1))))
        (func $odd (param i32) (result i32) (i32.add (call $even (local.get 0)) (i32.const 1)))
        (func (export "f") (param i32) (result i32) (call $odd (local.get 0))))"#;
    let module = firmware_loader::parse_text(NESTED).unwrap_or_else(|e| panic!("{e}"));
    let args = [Value { ty: ValType::I32, bits: 20 }];
    let function = module.exported_function("f").expect("is exported");
    for board in BOARDS {
        let image = firmware_loader::image(&module, &sim::load::target(board.plan)).unwrap_or_else(|e| panic!("{e}"));
        let mut line = line(board, &Faults::default(), 0);
        let mut session = Session::connect(&mut line, 1).unwrap_or_else(|e| panic!("{}: {e}", board.name));
        load(&mut session, &image, board).unwrap_or_else(|e| panic!("{}: {e}", board.name));
        let call = Call { module: &module, image: &image, function, args: &args };
        let mut host = Wasi::new(&module);
        let finished = session.call(&call, &mut host).unwrap_or_else(|e| panic!("{}: {e}", board.name));
        assert!(matches!(finished.ending, Ending::Stopped(..)), "{}: {:?}", board.name, finished.ending);

        let engine = open(Kind::Jit, board.plan, false).unwrap_or_else(|e| panic!("{e}"));
        let mut machine = Machine::new(engine, &module, &image, board.plan).unwrap_or_else(|e| panic!("{e}"));
        machine.start(function, &args);
        let limits = Limits { max_cycles: 10_000, interrupt: &Interrupt::default() };
        machine.run(&mut Observers::default(), &limits).unwrap_or_else(|e| panic!("{e}"));
        let frames = session.frames(board.plan).unwrap_or_else(|e| panic!("{}: {e}", board.name));
        assert_eq!(frames, Some(machine.frames()), "{}", board.name);
        assert_eq!(frames.map(|frames| frames.len()), Some(43), "{}", board.name);
    }
}

/// What a program writes.
#[derive(Clone, Default)]
struct Written(Rc<RefCell<Vec<u8>>>);

impl std::io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.borrow_mut().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_program_prints_by_wasi() {
    let module = firmware_loader::parse_text(HELLO).unwrap_or_else(|e| panic!("{e}"));
    for board in BOARDS {
        let target = sim::load::target(board.plan);
        let provides = |import: &Import| wasi::provides(&module, import);
        let image = gate::hosted_image(&module, &target, provides, Strictness::Strict);
        let image = image.unwrap_or_else(|e| panic!("{}: {e}", board.name));
        let (mut host, written) = (Wasi::new(&module), Written::default());
        let (input, nowhere) = (Box::new(std::io::empty()), Box::new(std::io::sink()));
        host.streams(input, (Box::new(written.clone()), false), (nowhere, false));

        let mut line = line(board, &Faults::default(), 0);
        let mut session = Session::connect(&mut line, 1).unwrap_or_else(|e| panic!("{}: {e}", board.name));
        load(&mut session, &image, board).unwrap_or_else(|e| panic!("{}: {e}", board.name));
        let function = module.exported_function("_start").expect("is exported");
        let call = Call { module: &module, image: &image, function, args: &[] };
        let finished = session.call(&call, &mut host).unwrap_or_else(|e| panic!("{}: {e}", board.name));
        assert_eq!(finished.ending, Ending::Returned(Vec::new()), "{}", board.name);
        assert_eq!(String::from_utf8_lossy(&written.0.borrow()), "hello: 6 * 7 = 42\n", "{}", board.name);
    }
}

/// The answer to a request without a repetition.
fn ask(line: &mut BoardLine, request: &Request) -> Answer {
    line.send(&request.encode(), Duration::MAX).expect("is sent");
    let (mut receiver, mut bytes) = (Receiver::default(), [0; 512]);
    let deadline = line.now() + Duration::from_millis(50);
    while line.now() < deadline {
        let count = line.receive(&mut bytes, deadline).expect("is received");
        let mut contents = bytes[..count].iter().filter_map(|&byte| receiver.push(byte));
        if let Some(contents) = contents.next() {
            return Answer::decode(&contents.expect("is a frame")).expect("is an answer");
        }
    }
    panic!("no answer to {request:?}")
}

/// What the wire refuses, at the edges of every space, and that nothing is written then.
#[test]
fn what_cannot_be_done_is_refused() {
    use Status::{BadAddress, BadCommand, CrcMismatch, NotValid, Ok};
    for board in BOARDS {
        let mut line = line(board, &Faults::default(), 0);
        let rows = |space: Space| space.rows(board.plan);
        let zeros = |count: usize| vec![0; count];
        let mut cases = vec![
            (Command::Call, Space::Control, 0, zeros(0), NotValid),
            (Command::Call, Space::Control, 0, zeros(1), BadCommand),
            (Command::Resume, Space::Control, 0, zeros(2), BadCommand),
            (Command::Load, Space::Control, 0, zeros(12), BadAddress),
            (Command::Poke, Space::Code, 0, zeros(8), BadAddress),
            (Command::Read, Space::Functions, 0, vec![1], BadAddress),
            (Command::Read, Space::Stack, 0, vec![31], BadCommand),
            (Command::Read, Space::Memory, 0, vec![60], Ok),
            (Command::Read, Space::Memory, 0, vec![61], BadCommand),
            (Command::Read, Space::Memory, 0, vec![0], BadCommand),
            (Command::Read, Space::Memory, 0, zeros(2), BadCommand),
            (Command::Clear, Space::Memory, 0, zeros(3), BadCommand),
            (Command::Clear, Space::Stack, 1, rows(Space::Stack).to_le_bytes()[..3].to_vec(), BadAddress),
            (Command::Clear, Space::Stack, 0, vec![0xff; 3], BadAddress),
            (Command::Commit, Space::Control, 0, zeros(Commit::FIXED - 1), BadCommand),
            (Command::Commit, Space::Control, 0, zeros(Commit::FIXED + 1), BadCommand),
        ];
        for space in [Space::Code, Space::Functions, Space::Stack, Space::Memory] {
            let (last, bytes) = (rows(space) - 1, space.row_bytes());
            cases.extend([
                (Command::Load, space, last, zeros(bytes), Ok),
                (Command::Load, space, last, zeros(2 * bytes), BadAddress),
                (Command::Load, space, 0xff_ffff, zeros(2 * bytes), BadAddress),
                (Command::Load, space, 0, zeros(bytes + 1), BadCommand),
                (Command::Load, space, 0, zeros(0), BadCommand),
            ]);
            // The number of a row has 24 bits.
            let beyond = [(Command::Load, space, last + 1, zeros(bytes), BadAddress)];
            cases.extend(beyond.into_iter().filter(|&(_, _, row, ..)| row < 1 << 24));
        }
        let commit = |space, first, rows| {
            let ranges = vec![Range { space: space as u8, first, rows }];
            Commit { crc: 1, image: 0, registers: [0; 6], ranges }.encode()
        };
        cases.extend([
            (Command::Commit, Space::Control, 0, commit(Space::Marks, 0, 1), BadAddress),
            (Command::Commit, Space::Control, 0, commit(Space::Stack, 0, 0), BadCommand),
            (Command::Commit, Space::Control, 0, commit(Space::Stack, 1, rows(Space::Stack)), BadAddress),
            (Command::Commit, Space::Control, 0, commit(Space::Stack, 0, rows(Space::Stack)), CrcMismatch),
        ]);
        let canary = Request::new(0, Command::Poke).at(Space::Memory, 0).with(vec![1, 2, 3, 4]);
        assert_eq!(ask(&mut line, &canary).status, Ok as u8);
        let count = cases.len();
        for ((command, space, row, payload, status), sequence) in cases.into_iter().zip(1..) {
            let request = Request::new(sequence, command).at(space, row).with(payload);
            let answer = ask(&mut line, &request);
            assert_eq!((answer.sequence, answer.status), (sequence, status as u8), "{request:?}");
        }
        assert_eq!(count, 16 + 24 + 4 - usize::from(board.plan.has_pool()));
        let answer = ask(&mut line, &Request::new(99, Command::Read).at(Space::Memory, 0).with(vec![1]));
        assert_eq!(answer.payload, [1, 2, 3, 4], "nothing was written");
        for (bytes, status) in [([77, 99, 6, 0, 0, 0], BadCommand), ([78, 2, 7, 0, 0, 0], BadAddress)] {
            let request = Request::decode(&bytes).expect("is a request");
            assert_eq!(ask(&mut line, &request).status, status as u8, "{request:?}");
        }
    }
}

/// Of the time that 16 KiB take, at least 90 % is the bytes themselves at the line's rate.
#[test]
fn images_are_sent_at_the_rate_of_the_line() {
    const BYTES: usize = 1 << 14;
    for board in BOARDS {
        let mut line = line(board, &Faults::default(), 0);
        let mut session = Session::connect(&mut line, 1).unwrap_or_else(|e| panic!("{}: {e}", board.name));
        let bytes: Vec<u8> = (0..PAYLOAD_MAX as u32).map(|i| (i * 7 + 3) as u8).collect();
        let start = session.line().board.cycles();
        let frames = BYTES.div_ceil(bytes.len());
        for _ in 0..frames {
            session.poke(Space::Memory, 0, &bytes).unwrap_or_else(|e| panic!("{}: {e}", board.name));
        }
        let taken = session.line().board.cycles() - start;
        let least = ((frames * bytes.len()) as u64) * 10 * u64::from(board.bit_cycles());
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
    let (mut right, mut errors) = (0, BTreeMap::<String, u32>::new());
    for seed in 0..count {
        let board = &BOARDS[seed as usize % BOARDS.len()];
        match faulty_session(board, seed).unwrap_or_else(|e| panic!("seed {seed}: {e}")) {
            Ended::Right => right += 1,
            Ended::Otherwise(error) => *errors.entry(error).or_default() += 1,
        }
    }
    println!("{count} sessions: {right} right, errors {errors:#?}");
    assert_eq!(right + errors.values().map(|&n| u64::from(n)).sum::<u64>(), count);
    assert!(right > count / 4 && !errors.is_empty(), "{right} of {count} right, {errors:?}");
}

/// A call that is given up at some time of it leaves a board that works.
#[test]
fn calls_can_be_given_up_at_any_time() {
    let count = number("WAFER_CALLS", 4);
    let (mut right, mut given_up) = (0, 0);
    for (board, begin) in BOARDS.iter().zip((0..).step_by(count as usize)) {
        let mut line = line(board, &Faults::default(), 0);
        for seed in begin..begin + count {
            match interrupted_call(&mut line, board, seed).unwrap_or_else(|e| panic!("seed {seed}: {e}")) {
                Ended::Right => right += 1,
                Ended::Otherwise(_) => given_up += 1,
            }
        }
    }
    println!("{right} right, {given_up} given up");
    assert_eq!(right + given_up, count * BOARDS.len() as u64);
    assert!(right > 0 && given_up > 0, "{right} right, {given_up} given up");
}

/// A board that waits for what its module does not import is halted, and the session goes on.
#[test]
fn a_function_that_is_not_imported_is_an_error() {
    const IMPORTS: &str = r#"(module (import "env" "f" (func)) (func (export "f") (result i32) call 0 i32.const 1))"#;
    const DEFINES: &str = r#"(module (func) (func (export "f") (result i32) call 0 i32.const 1))"#;
    for board in BOARDS {
        let module = firmware_loader::parse_text(IMPORTS).expect("is valid");
        let image = gate::hosted_image(&module, &sim::load::target(board.plan), |_| true, Strictness::Strict);
        let mut line = line(board, &Faults::default(), 0);
        let mut session = Session::connect(&mut line, 1).unwrap_or_else(|e| panic!("{}: {e}", board.name));
        load(&mut session, &image.expect("fits"), board).unwrap_or_else(|e| panic!("{}: {e}", board.name));
        let program = Program::text(DEFINES, "f", &[]);
        let call = program.call(&mut session, &program.image(board));
        assert_eq!(call, Err(LinkError::NotImported(0)), "{}", board.name);
        let report = session.status().unwrap_or_else(|e| panic!("{}: {e}", board.name));
        assert!(!report.running && !report.paused, "{}: {report:?}", board.name);
    }
}

/// Two modules with the same code: what tells them apart is data and a global.
#[test]
fn a_board_says_which_image_it_holds() {
    const FIRST: &str = r#"(module (memory 1) (data (i32.const 0) "\0a") (global i32 (i32.const 100))
        (func (export "f") (result i32) (i32.add (i32.load (i32.const 0)) (global.get 0))))"#;
    let second = FIRST.replace("\\0a", "\\14").replace("100", "500");
    for board in BOARDS {
        let mut line = line(board, &Faults::default(), 0);
        let mut session = Session::connect(&mut line, 1).unwrap_or_else(|e| panic!("{}: {e}", board.name));
        let images = [FIRST, &second].map(|text| Program::text(text, "f", &[]).image(board));
        let [first, second] = images.map(|image| Upload::new(&image, board.plan, session.board()));
        assert_ne!(first.commit.image, second.commit.image, "{}", board.name);
        for upload in [&first, &second, &first] {
            session.load(upload, |_| {}).unwrap_or_else(|e| panic!("{}: {e}", board.name));
            let report = session.status().unwrap_or_else(|e| panic!("{}: {e}", board.name));
            assert_eq!((report.valid, report.image), (true, upload.commit.image), "{}", board.name);
        }
        let spoilt = Upload { commit: Commit { crc: 0, ..second.commit.clone() }, ..second };
        assert_eq!(session.load(&spoilt, |_| {}), Err(LinkError::NotLoaded), "{}", board.name);
        assert!(!session.status().unwrap_or_else(|e| panic!("{}: {e}", board.name)).valid, "{}", board.name);
    }
}

/// Results, ends and devices are those that the test states, and the clock is that of the line.
#[test]
fn a_board_passes_its_self_test() {
    let mut failed = Vec::new();
    for board in BOARDS {
        let mut session = Session::connect(line(board, &Faults::default(), 0), 1).expect("a board");
        let extent = Extent { quick: true, timed: true };
        let checks = selftest::run(&mut session, board, extent, |check| println!("{}: {check:?}", board.name));
        let checks = checks.unwrap_or_else(|e| panic!("{}: {e}", board.name));
        assert!(checks.len() > 20, "{}", board.name);
        failed.extend(checks.into_iter().filter(|check| !check.passed).map(|check| (board.name, check)));
    }
    assert!(failed.is_empty(), "{failed:#?}");
}

/// A host whose clock goes twice as fast as the board's.
struct Fast(BoardLine);

impl Line for Fast {
    fn baud(&self) -> u32 {
        self.0.baud()
    }

    fn now(&self) -> Duration {
        2 * self.0.now()
    }

    fn wait(&mut self, time: Duration) {
        self.0.wait(time / 2);
    }

    fn send(&mut self, bytes: &[u8], deadline: Duration) -> std::io::Result<usize> {
        self.0.send(bytes, deadline / 2)
    }

    fn receive(&mut self, bytes: &mut [u8], deadline: Duration) -> std::io::Result<usize> {
        // What is half of an odd number of nanoseconds is too early.
        self.0.receive(bytes, deadline / 2 + Duration::from_nanos(1))
    }
}

/// A flaw is found where it is.
#[test]
fn a_board_with_a_flaw_fails_its_self_test() {
    fn failed(line: impl Line, board: &boards::Board) -> Vec<&'static str> {
        let mut session = Session::connect(line, 1).expect("a board");
        let checks = selftest::run(&mut session, board, Extent { quick: true, timed: true }, |_| {});
        checks.expect("a line").iter().filter(|check| !check.passed).map(|check| check.group).collect()
    }
    let board = &BOARDS[0];
    let noisy = Faults { flip: 0.0004, ..Faults::default() };
    assert_eq!(failed(line(board, &noisy, 1), board), ["line"]);
    assert_eq!(failed(Fast(line(board, &Faults::default(), 0)), board), ["clock"]);
}

/// What a damaged image does is bounded by its spaces: the line still answers, and the next good image works.
#[test]
fn damaged_images_leave_a_board_that_works() {
    let count = number("WAFER_IMAGES", 20);
    let mut ended = BTreeMap::<String, u32>::new();
    for board in BOARDS {
        let mut line = line(board, &Faults::default(), 0);
        for seed in 0..count {
            match damaged_image(&mut line, board, seed).unwrap_or_else(|e| panic!("seed {seed}: {e}")) {
                Ended::Right => panic!("an image that is damaged does nothing right"),
                Ended::Otherwise(text) => *ended.entry(text).or_default() += 1,
            }
        }
    }
    println!("{ended:#?}");
    assert_eq!(ended.values().map(|&n| u64::from(n)).sum::<u64>(), count * BOARDS.len() as u64);
}
