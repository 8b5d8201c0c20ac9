//! Boards without a host: what is installed in their flash runs at power-on, and only if it is whole.

use boards::{ALCHITRY_CU, BOARDS, Board, ICEBREAKER};
use firmware_loader::session::Session;
use firmware_loader::standalone;
use hdl::chip::chip_verilog;
use isa::wire::frame::DELIMITER;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sim::board::faults::Faults;
use sim::board::{self, BoardLine};
use tests::netlist;
use tests::on_board::{ADD, Program};
use tests::standalone::{BLINK, heard, installed};

/// Cycles between two changes, beside those that the loop and the devices take.
const PERIOD: u32 = 4000;

fn blink(board: &Board) -> Vec<u8> {
    installed(board, BLINK, "blink", &[&PERIOD.to_string()])
}

fn hardware(board: &'static Board) -> board::Board {
    board::Board::new(board, &Faults::default(), 0).unwrap_or_else(|e| panic!("{}: {e}", board.name))
}

/// As often as that, while a board blinks.
fn changes(hardware: &mut board::Board, count: usize) -> Vec<u64> {
    tests::standalone::changes(hardware, count, 2 * count as u64 * u64::from(PERIOD))
}

fn received(hardware: &mut board::Board) -> Vec<u8> {
    std::iter::from_fn(|| hardware.receive()).collect()
}

/// The LED changes at the rate that was installed, and what the program writes is on the line as it is.
#[test]
fn what_is_installed_runs_at_power_on() {
    for board in BOARDS {
        let mut hardware = hardware(board);
        let recording = blink(board);
        assert!(recording.len() < standalone::most(board), "{}", board.name);
        hardware.switch_on(recording.clone());
        hardware.run(heard(&recording));
        received(&mut hardware);
        let times = changes(&mut hardware, 9);
        let periods: Vec<u64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert_eq!(periods.len(), 8, "{}: {times:?}", board.name);
        // Cycles stand still while a device answers, up to a byte of the line and some hundred cycles a turn.
        let range = u64::from(PERIOD)..u64::from(PERIOD + PERIOD / 2);
        assert!(periods.iter().all(|period| range.contains(period)), "{}: {periods:?}", board.name);
        let text = received(&mut hardware);
        let alternates = text.windows(2).all(|pair| pair[0] ^ pair[1] == 1 && pair[0] & 0xfe == b'0');
        assert!((8..=10).contains(&text.len()) && alternates, "{}: {text:?}", board.name);
    }
}

/// A host that connects is heard while the program runs, finds what it knows, and may load another one. After that the
/// flash is heard again when power comes on.
#[test]
fn a_host_takes_over() {
    for board in BOARDS {
        let mut line = BoardLine::new(hardware(board), board.baud);
        let recording = blink(board);
        for nonce in 1..3 {
            line.board.switch_on(recording.clone());
            line.board.run(heard(&recording));
            let mut session = Session::connect(&mut line, nonce).unwrap_or_else(|e| panic!("{}: {e}", board.name));
            let report = session.status().expect("a report");
            assert!(report.running && report.valid && report.cycles > 0, "{}: {report:?}", board.name);
            session.halt().expect("it halts");
            drop(session);
            let program = Program::text(ADD, "add", &[2, 3]);
            let ending = program.run(&mut line, board, nonce + 7).unwrap_or_else(|e| panic!("{}: {e}", board.name));
            assert_eq!(ending, program.expected, "{}", board.name);
        }
    }
}

/// A host whose first byte comes while the flash is heard: the line is its own from then on.
#[test]
fn a_host_interrupts_the_flash() {
    for board in BOARDS {
        let recording = blink(board);
        let mut line = BoardLine::new(hardware(board), board.baud);
        for (part, nonce) in (0..8).zip(1..) {
            line.board.switch_on(recording.clone());
            line.board.run(heard(&recording) * part / 8);
            let program = Program::text(ADD, "add", &[2, 3]);
            let ending = program.run(&mut line, board, nonce);
            for _ in 0..5 {
                line.board.run(1000);
            }
            let ending = ending.unwrap_or_else(|e| panic!("{}, {part} of 8: {e}", board.name));
            assert_eq!(ending, program.expected, "{}, {part} of 8", board.name);
        }
    }
}

/// Pins, time and text by the names of wasm3-arduino, and text by WASI: four LED changes a millisecond apart, each with a
/// word.
const NAMES: &str = r#"(module
    (import "arduino" "getPinLED" (func $pin (result i32)))
    (import "arduino" "pinMode" (func $mode (param i32 i32)))
    (import "arduino" "digitalWrite" (func $set (param i32 i32)))
    (import "arduino" "digitalRead" (func $get (param i32) (result i32)))
    (import "arduino" "delay" (func $delay (param i32)))
    (import "arduino" "millis" (func $millis (result i32)))
    (import "arduino" "print" (func $print (param i32 i32)))
    (import "arduino" "getGreeting" (func $greeting (param i32 i32)))
    (import "wafer" "timer" (func $timer (param i32)))
    (import "wafer" "uart_write" (func $put (param i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory 1) (data (i32.const 64) "on\n") (data (i32.const 80) "\40\00\00\00\03\00\00\00")
    (global $started (mut i32) (i32.const 0))
    (func $start (global.set $started (i32.const 49)))
    (start $start)
    (func (export "go") (param i64 f64)
        (call $put (i32.add (global.get $started) (i32.wrap_i64 (local.get 0))))
        (call $greeting (i32.const 96) (i32.const 16)) (call $print (i32.const 96) (i32.const 5))
        (call $mode (call $pin) (i32.const 1))
        (call $set (call $pin) (i32.const 0))
        (call $delay (i32.const 1)) (call $set (call $pin) (i32.const 1)) (call $print (i32.const 64) (i32.const 3))
        (call $delay (i32.const 1)) (call $set (call $pin) (i32.const 0))
        (call $put (i32.add (i32.const 48) (call $write (i32.const 1) (i32.const 80) (i32.const 1) (i32.const 96))))
        (call $put (i32.add (i32.const 48) (call $write (i32.const 3) (i32.const 80) (i32.const 1) (i32.const 96))))
        (call $timer (i32.const 1500)) (call $set (call $pin) (i32.const 1))
        (call $put (i32.add (i32.const 48) (call $millis)))
        (call $put (i32.add (i32.const 48) (call $get (i32.const 0))))
        (loop (br 0))))"#;

/// On boards with room for all of it.
#[test]
fn the_library_does_what_a_host_does() {
    let mut count = 0;
    for board in BOARDS.iter().filter(|board| board.plan.sizes.code_log2 > 11) {
        let recording = installed(board, NAMES, "go", &["2", "1.5"]);
        let mut hardware = hardware(board);
        hardware.switch_on(recording.clone());
        let milli = u64::from(board.core_hz / 1000);
        // Until it is heard, and the call has begun: then the LEDs are its own.
        let lead = heard(&recording) - u64::from(board.core_hz / 1000) - 2000;
        hardware.run(lead);
        let times = tests::standalone::changes(&mut hardware, 5, 10 * milli);
        hardware.run(2 * milli);
        // Behind the last answer to the flash.
        let bytes = received(&mut hardware);
        let text = String::from_utf8_lossy(bytes.rsplit(|&byte| byte == DELIMITER).next().unwrap_or_default());
        assert_eq!(text, "3Waferon\non\n0830", "{}", board.name);
        // The last three are on, off, on; before them the LED is the chip's.
        let apart: Vec<u64> = times.windows(2).map(|pair| pair[1] - pair[0]).rev().take(2).collect();
        // What it writes meanwhile takes time of the line, some of it before the delay begins.
        let line = u64::from(board.bit_cycles()) * 10 * 8;
        assert!((milli * 3 / 2..milli * 3 / 2 + line).contains(&apart[0]), "{}: {times:?}", board.name);
        assert!((milli..milli + line).contains(&apart[1]), "{}: {times:?}", board.name);
        count += 1;
    }
    assert_eq!(count, 3);
}

/// Whether a board with this in its flash blinks. While it resolves, the LED is lit once.
fn runs(hardware: &mut board::Board, installed: Vec<u8>) -> bool {
    let cycles = heard(&installed);
    hardware.switch_on(installed);
    hardware.run(cycles);
    changes(hardware, 4).len() == 4
}

/// With a resolver and without.
fn boards_to_damage() -> impl Iterator<Item = &'static Board> {
    let plans = [ALCHITRY_CU.name, ICEBREAKER.name];
    let found = plans.map(|plan| BOARDS.iter().find(|board| board.plan.name == plan).expect("is a board"));
    found.into_iter()
}

/// An installation that was cut leaves erased flash behind the cut. Only what is lost of the last pause does no harm.
#[test]
fn a_part_does_not_run() {
    let mut cuts = 0;
    for board in boards_to_damage() {
        let (mut hardware, recording) = (hardware(board), blink(board));
        let whole = recording.iter().rposition(|&byte| byte != u8::MAX).expect("a frame") + 1;
        for cut in (0..100).map(|i| i * whole / 100) {
            assert!(!runs(&mut hardware, recording[..cut].to_vec()), "{}: {cut} of {whole} bytes", board.name);
            cuts += 1;
        }
        assert!(runs(&mut hardware, recording[..whole].to_vec()), "{}: all of it", board.name);
    }
    assert_eq!(cuts, 200);
}

/// Bits that changed while a frame was on the line.
#[test]
fn what_is_damaged_does_not_run() {
    let (mut damaged, seed) = (0, 22);
    for board in boards_to_damage() {
        let (mut hardware, recording) = (hardware(board), blink(board));
        let mut rng = StdRng::seed_from_u64(seed);
        // A level lasts for some bits of the flash, of which only the one in the middle is looked at.
        let level = board.bit_cycles().div_ceil(isa::boot::CYCLES_PER_BIT);
        let low: Vec<usize> =
            (0..recording.len() * 8).filter(|bit| recording[bit / 8] & 0x80 >> (bit % 8) == 0).collect();
        for _ in 0..100 {
            let (mut bytes, start) = (recording.clone(), low[rng.random_range(0..low.len())]);
            // The whole level, wherever in it this is.
            let first = (0..start).rev().take_while(|bit| low.binary_search(bit).is_ok()).last().unwrap_or(start);
            let bits = first..first + level as usize;
            bits.for_each(|bit| bytes[bit / 8] |= 0x80 >> (bit % 8));
            assert!(!runs(&mut hardware, bytes), "{}, seed {seed}: bits from {first} on", board.name);
            damaged += 1;
        }
        assert!(runs(&mut hardware, recording), "{}: the next installation", board.name);
    }
    assert_eq!(damaged, 200);
}

/// After a reset the memories are as they were: what a program needs to be 0 is 0, or it does not run.
#[test]
fn memory_that_was_not_cleared_is_found() {
    /// Lights the LED for good if a word is 0, and then makes it another; the data are elsewhere.
    const FIRST: &str = r#"(module (import "wafer" "leds" (func $leds (param i32)))
        (memory 1) (data (i32.const 1024) "x")
        (func (export "f") (call $leds (i32.add (i32.const 2) (i32.eqz (i32.load (i32.const 512)))))
            (i32.store (i32.const 512) (i32.const 7)) (loop (br 0))))"#;
    let board = boards_to_damage().next().expect("a board");
    let chip = netlist::design(&chip_verilog(board).unwrap_or_else(|e| panic!("{e}"))).expect("can be simulated");
    let mut hardware = board::Board::with(board, chip, &Faults::default(), 0).unwrap_or_else(|e| panic!("{e}"));
    let recording = installed(board, FIRST, "f", &[]);
    let cycles = heard(&recording);
    hardware.switch_on(recording.clone());
    hardware.run(cycles);
    assert_eq!(hardware.leds() & 3, 3, "at power-on");
    hardware.press(5);
    hardware.run(cycles);
    assert_eq!(hardware.leds() & 3, 3, "after a reset");
    // The frames of the guard and of the clear, from their first low level on. The one after the other is lost.
    let low = |from: usize| from + recording[from..].iter().position(|&byte| byte != u8::MAX).expect("a frame");
    let high = |from: usize| {
        // More than a byte of the line.
        let pause = [u8::MAX; 12];
        from + recording[from..].windows(pause.len()).position(|part| part == pause).expect("a pause")
    };
    // A delimiter comes right before the guard.
    let (begin, end) = (low(0), high(low(0)));
    let (guard, clear) = (low((begin + end) / 2), low(end));
    for (frame, runs) in [(guard, true), (clear, false)] {
        let mut damaged = recording.clone();
        damaged[frame] = u8::MAX;
        hardware.reinstall(damaged);
        hardware.press(5);
        hardware.run(cycles);
        assert_eq!(hardware.leds() & 3 == 3, runs, "{frame}");
    }
}

/// However many blocks of a pool have data.
#[test]
fn an_image_with_data_in_every_block_is_loaded() {
    let board = &boards::ulx3s_85::BOARD;
    let data: String = (0..30).map(|block| format!("(data (i32.const {}) \"\\01\")", block * 4096 + 4)).collect();
    let sum: String = (0..30).map(|block| format!("i32.const {} i32.load8_u i32.add ", block * 4096 + 4)).collect();
    let text = format!("(module (memory 2) {data} (func (export \"sum\") (result i32) i32.const 0 {sum}))");
    let program = Program::text(&text, "sum", &[]);
    let mut line = BoardLine::new(hardware(board), board.baud);
    let ending = program.run(&mut line, board, 1).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(ending, program.expected);
}
