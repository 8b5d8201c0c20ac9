//! Boards without a host: what is installed in their flash runs at power-on, and only if it is whole.

use boards::{ALCHITRY_CU, BOARDS, Board, ICEBREAKER};
use firmware_loader::choice::choose;
use firmware_loader::gate::{Strictness, Target, hosted_image};
use firmware_loader::session::Session;
use firmware_loader::standalone;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sim::board::faults::Faults;
use sim::board::{self, BoardLine};
use std::path::Path;
use tests::on_board::{ADD, Program};

/// Changes the LEDs and says so on the serial line whenever so many cycles have passed.
const BLINK: &str = r#"(module
    (import "wafer" "leds" (func $leds (param i32)))
    (import "wafer" "cycles" (func $cycles (result i32)))
    (import "wafer" "serial_write" (func $put (param i32)))
    (func (export "blink") (param $period i32) (local $lit i32) (local $since i32)
        (loop $forever
            (local.set $lit (i32.xor (local.get $lit) (i32.const 1)))
            (call $leds (local.get $lit))
            (call $put (i32.add (i32.const 48) (local.get $lit)))
            (local.set $since (call $cycles))
            (loop $wait (br_if $wait
                (i32.lt_u (i32.sub (call $cycles) (local.get $since)) (local.get $period))))
            (br $forever))))"#;

/// Cycles between two changes, beside those that the loop and the devices take.
const PERIOD: u32 = 4000;

/// What is installed for a call of a function of a module in the text format.
fn installed(board: &Board, text: &str, function: &str, arguments: &[&str]) -> Vec<u8> {
    let bytes = wat::parse_str(text).unwrap_or_else(|e| panic!("{e}"));
    let module = firmware_loader::parse(&bytes).unwrap_or_else(|e| panic!("{e}"));
    let arguments: Vec<String> = arguments.iter().map(|text| text.to_string()).collect();
    let choice = choose(&module, Path::new("test.wat"), Some(function), &arguments).unwrap_or_else(|e| panic!("{e}"));
    let program = standalone::link(&bytes, choice.as_ref(), board).unwrap_or_else(|e| panic!("{}: {e}", board.name));
    let target = Target::of_plan(board.plan, boards::PLANS);
    let image = hosted_image(&program.module, &target, |_| true, Strictness::Strict);
    let image = image.unwrap_or_else(|e| panic!("{}: {e}", board.name));
    standalone::recording(board, &image, program.entry)
}

fn blink(board: &Board) -> Vec<u8> {
    installed(board, BLINK, "blink", &[&PERIOD.to_string()])
}

fn hardware(board: &'static Board) -> board::Board {
    board::Board::new(board, &Faults::default(), 0).unwrap_or_else(|e| panic!("{}: {e}", board.name))
}

/// Cycles that it takes to hear a recording, and some more.
fn heard(recording: &[u8]) -> u64 {
    recording.len() as u64 * 8 * u64::from(isa::boot::CYCLES_PER_BIT) + 2000
}

/// When the first LED changes from now on, so many times.
fn changes(hardware: &mut board::Board, count: usize) -> Vec<u64> {
    let (mut times, mut last) = (Vec::new(), hardware.leds() & 1);
    let end = hardware.cycles() + 2 * count as u64 * u64::from(PERIOD);
    while times.len() < count && hardware.cycles() < end {
        hardware.run(16);
        let now = hardware.leds() & 1;
        if now != last {
            times.push(hardware.cycles());
        }
        last = now;
    }
    times
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
