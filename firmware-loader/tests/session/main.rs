//! Sessions with a board in software, over lines that lose, change, repeat and add bytes, are cut, and see resets.
//!
//! WAFER_SESSIONS=n changes how many random sessions there are.

#[cfg(unix)]
mod cli;
mod device;
mod executor;
mod line;
mod programs;
#[cfg(unix)]
mod terminal;
#[cfg(unix)]
mod waits;

use device::Device;
use firmware_loader::selftest::{self, Extent};
use firmware_loader::session::{Ending, LinkError, Session};
use firmware_loader::upload::Upload;
use isa::outcome::Exhausted;
use isa::wire::Status;
use line::{Faults, TestLine};
use programs::{FOREVER, IMPORT, PLAN, Program, SUM, TRAP, good_line, session};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::collections::BTreeMap;
use std::time::Duration;

fn programs() -> [Program; 4] {
    [SUM, IMPORT, TRAP, FOREVER].map(Program::new)
}

/// Where an endless loop is halted is nobody's promise.
fn same(found: &Ending, expected: &Ending) -> bool {
    match (found, expected) {
        (Ending::Stopped(a, pc), Ending::Stopped(b, at)) => a == b && (*at == 0 || pc == at),
        _ => found == expected,
    }
}

#[test]
fn programs_run_over_a_good_line() {
    for program in programs() {
        let finished = session(&mut good_line(), 1, &program).unwrap_or_else(|e| panic!("{e}"));
        assert!(same(&finished.ending, &program.expected()), "{finished:?}");
        assert!(finished.cycles > 0);
    }
}

#[test]
fn a_second_call_sees_what_the_first_one_left() {
    let program = Program::new(SUM);
    let mut line = good_line();
    let mut session = Session::connect(&mut line, 7).unwrap();
    let upload = Upload::new(&program.image, &PLAN, session.board());
    session.load(&upload, |_| {}).unwrap();
    let sums: Vec<_> = (0..2).map(|_| program.call(&mut session).unwrap().ending).collect();
    assert_eq!(sums, [50, 56].map(|sum| Ending::Returned(vec![programs::i32(sum)])));
    session.load(&upload, |_| {}).unwrap();
    assert_eq!(program.call(&mut session).unwrap().ending, sums[0], "loading starts afresh");
}

/// More than 256 requests, so that sequence numbers come around.
#[test]
fn sequence_numbers_come_around() {
    let program = Program::new(SUM);
    let mut line = good_line();
    let mut session = Session::connect(&mut line, 0xfe00_0000).unwrap();
    let upload = Upload::new(&program.image, &PLAN, session.board());
    session.load(&upload, |_| {}).unwrap();
    for call in 0..100 {
        session.line().device.memories.slot(0).unwrap()[0] = 3;
        assert_eq!(program.call(&mut session).unwrap().ending, program.expected(), "call {call}");
        assert_eq!(session.line().device.started, call + 1);
    }
}

fn random_faults(random: &mut StdRng) -> Faults {
    // From one error in a million bytes to one in fifty.
    let mut rate = || if random.random_bool(0.5) { 0.0 } else { 10f64.powf(random.random_range(-6.0..-1.7)) };
    let mut faults = Faults { flip: rate(), lose: rate(), repeat: rate(), noise: rate(), cut: None, reset: None };
    let mut time = |most| Duration::from_millis(random.random_range(0..most));
    let (from, long, reset, which) = (time(400), time(3000), time(400), time(10).as_millis());
    faults.cut = (which < 3).then_some((from, if which == 0 { Duration::MAX } else { from + long }));
    faults.reset = (3..5).contains(&which).then_some(reset);
    faults
}

/// Each ends in the right answer or with an error that says what is wrong.
#[test]
fn random_sessions_end_right_or_with_an_error() {
    let count = std::env::var("WAFER_SESSIONS").map_or(2000, |n| n.parse().expect("WAFER_SESSIONS is a number"));
    let programs = programs();
    let (mut right, mut halted, mut clean, mut errors) = (0, 0, 0, BTreeMap::<String, u32>::new());
    for seed in 0..count {
        let mut random = StdRng::seed_from_u64(seed);
        let faults = random_faults(&mut random);
        let program = &programs[random.random_range(0..programs.len())];
        let mut line = TestLine::new(Device::new(&PLAN), faults, seed);
        let harmless = faults.flip + faults.lose + faults.repeat + faults.noise == 0.0
            && faults.cut.is_none()
            && faults.reset.is_none();
        clean += u64::from(harmless);
        match session(&mut line, random.random(), program) {
            Ok(finished) if same(&finished.ending, &program.expected()) => right += 1,
            // The time that the caller gives includes what a bad line takes.
            Ok(finished) if finished.was_halted() && !harmless => halted += 1,
            Ok(finished) => panic!("seed {seed}: {finished:?}"),
            Err(e) => {
                assert!(!harmless, "seed {seed}: {e}");
                let named = matches!(
                    e,
                    LinkError::NoAnswer { .. }
                        | LinkError::Silent
                        | LinkError::Stranger(_)
                        | LinkError::Lost
                        | LinkError::Refused { status: Status::NotValid, .. }
                        // A line that is cut in a call that has to end.
                        | LinkError::Stopped(Exhausted::Time)
                        | LinkError::NotHalted(Exhausted::Time)
                );
                assert!(named, "seed {seed}: {e:?}");
                let kind = format!("{e:?}");
                *errors.entry(kind.split(' ').next().unwrap_or_default().into()).or_default() += 1;
            }
        }
    }
    println!("{count} sessions, {clean} on a good line: {right} right, {halted} halted, errors {errors:?}");
    assert!(right > count / 2 && errors.values().sum::<u32>() > 0 && clean > 0);
}

/// The line is cut after each byte of a session that loads another image over one that runs. The next host finds
/// the old image as it was, none, or the new one.
#[test]
fn a_cut_never_leaves_a_part_of_an_image_runnable() {
    let (old, new) = (Program::new(SUM), Program::new(IMPORT));
    let (mut counts, mut cut) = ([0; 3], 0);
    loop {
        let mut line = good_line();
        let mut first = Session::connect(&mut line, 3).unwrap();
        let upload = Upload::new(&old.image, &PLAN, first.board());
        first.load(&upload, |_| {}).unwrap();
        line.cut_after = Some(line.sent + cut);
        let whole = load(&mut line, &new).is_ok();
        line.cut_after = None;
        let mut next = Session::connect(&mut line, 5).unwrap_or_else(|e| panic!("cut {cut}: {e}"));
        let state = match next.status().unwrap().valid {
            false => {
                let refused = old.call(&mut next);
                let expected = matches!(refused, Err(LinkError::Refused { status: Status::NotValid, .. }));
                assert!(expected, "cut {cut}: {refused:?}");
                0
            }
            true => {
                let program = if next.line().device.memories.registers[0] == 1 { &old } else { &new };
                let finished = program.call(&mut next).unwrap_or_else(|e| panic!("cut {cut}: {e}"));
                assert_eq!(finished.ending, program.expected(), "cut {cut}");
                1 + usize::from(std::ptr::eq(program, &new))
            }
        };
        counts[state] += 1;
        if whole {
            break;
        }
        cut += 1;
    }
    println!("{cut} cuts: {} left nothing, {} the old image, {} the new one", counts[0], counts[1], counts[2]);
    assert!(counts.iter().all(|&count| count > 0), "{counts:?}");
}

/// What is known of a board that cannot even hold a program.
#[test]
fn a_self_test_finds_a_bit_that_is_stuck() {
    let board = &boards::alchitry_cu::BOARD;
    let mut device = Device::new(board.plan);
    device.stuck = Some(240 + 17);
    let mut line = TestLine::new(device, Faults::default(), 0);
    let mut session = Session::connect(&mut line, 1).unwrap();
    let extent = Extent { quick: false, timed: true };
    let checks = selftest::run(&mut session, board, extent, |_| {}).unwrap();
    let failed: Vec<_> = checks.iter().filter(|check| !check.passed).collect();
    let (memory, rest) = (&failed[0], &failed[1]);
    assert_eq!((memory.group, memory.what, failed.len()), ("memory", "linear memory", 2), "{failed:?}");
    assert!(memory.found.ends_with(" at 0x101"), "{memory:?}");
    assert_eq!((rest.group, rest.found.clone()), ("rest", LinkError::NotLoaded.to_string()));
}

fn load(line: &mut TestLine, program: &Program) -> Result<(), LinkError> {
    let mut session = Session::connect(line, 4)?;
    let upload = Upload::new(&program.image, &PLAN, session.board());
    session.load(&upload, |_| {})
}
