//! `poll_oneoff`. Layouts are those of `subscription` and `event`.

use super::*;
use firmware_loader::wasi::clock::Kind;
use std::time::{Duration, Instant};

const REALTIME: u32 = 0;
const MONOTONIC: u32 = 1;
const ABSOLUTE: u16 = 1;

/// A time to wait for, or the end of it.
fn clock(userdata: u64, id: u32, timeout: u64, flags: u16) -> Vec<u8> {
    let mut bytes = userdata.to_le_bytes().to_vec();
    bytes.resize(16, 0);
    bytes.extend(u64::from(id).to_le_bytes());
    bytes.extend(timeout.to_le_bytes());
    bytes.resize(40, 0);
    bytes.extend(u64::from(flags).to_le_bytes());
    bytes
}

/// A descriptor to read from (1) or to write to (2).
fn ready(userdata: u64, ty: u8, fd: u32) -> Vec<u8> {
    let mut bytes = userdata.to_le_bytes().to_vec();
    bytes.extend(u64::from(ty).to_le_bytes());
    bytes.extend(fd.to_le_bytes());
    bytes.resize(48, 0);
    bytes
}

/// An event: user data, error, type, bytes and flags.
type Event = (u64, u16, u8, u64, u16);

fn poll(program: &mut Program, subscriptions: &[Vec<u8>]) -> Result<Vec<Event>, u64> {
    program.put(1000, &subscriptions.concat());
    match program.call("poll_oneoff", &[1000, 4000, subscriptions.len() as i64, 40]) {
        0 => Ok((0..program.word(40) as usize).map(|index| event(program, 4000 + 32 * index)).collect()),
        errno => Err(errno),
    }
}

fn event(program: &Program, at: usize) -> Event {
    let half = |at: usize| u16::from_le_bytes(program.bytes(at, 2).try_into().unwrap());
    (program.wide(at), half(at + 8), program.bytes(at + 10, 1)[0], program.wide(at + 16), half(at + 24))
}

fn now(program: &mut Program, id: u32) -> u64 {
    assert_eq!(program.call("clock_time_get", &[id.into(), 0, 0]), 0);
    program.wide(0)
}

#[test]
fn times_are_waited_for() {
    let mut program = Program::new();
    let wait = 5_000_000;
    let (real, monotonic) = (now(&mut program, REALTIME), now(&mut program, MONOTONIC));
    for (id, timeout, flags) in [
        (MONOTONIC, wait, 0),
        (REALTIME, wait, 0),
        (MONOTONIC, monotonic + 3 * wait, ABSOLUTE),
        (REALTIME, real + 4 * wait, ABSOLUTE),
    ] {
        let start = Instant::now();
        assert_eq!(poll(&mut program, &[clock(9, id, timeout, flags)]), Ok(vec![(9, 0, 0, 0, 0)]), "{id} {flags}");
        if flags == 0 {
            assert!(start.elapsed() >= Duration::from_nanos(timeout), "{id}");
        } else {
            assert!(now(&mut program, id) >= timeout, "{id}");
        }
    }
    for past in [clock(9, MONOTONIC, 0, 0), clock(9, MONOTONIC, 0, ABSOLUTE), clock(9, REALTIME, 0, ABSOLUTE)] {
        assert_eq!(poll(&mut program, &[past]), Ok(vec![(9, 0, 0, 0, 0)]));
    }
}

#[test]
fn what_is_ready_first_is_told() {
    let (mut program, _sandbox) = with_directory();
    let fd = program.open("file", 0, READ | WRITE).unwrap() as u32;
    let hour = 3_600_000_000_000;
    let all = [
        clock(1, MONOTONIC, hour, 0),
        ready(2, 1, 0),
        ready(3, 2, 1),
        ready(4, 2, 2),
        ready(5, 1, fd),
        ready(6, 2, fd),
    ];
    let read = |userdata| (userdata, 0, 1, 1, 0);
    let written = |userdata| (userdata, 0, 2, 1, 0);
    assert_eq!(poll(&mut program, &all), Ok(vec![read(2), written(3), written(4), read(5), written(6)]));
    assert_eq!(program.call("fd_seek", &[fd.into(), 0, 2, 40]), 0);
    assert_eq!(poll(&mut program, &[ready(5, 1, fd)]), Ok(vec![(5, 0, 1, 1, 1)]), "at the end");
    let soon = [clock(1, MONOTONIC, hour, 0), clock(2, REALTIME, 1000, 0)];
    assert_eq!(poll(&mut program, &soon), Ok(vec![(2, 0, 0, 0, 0)]));
}

/// A pipe that nobody writes to is not ready; one that somebody has written to is.
#[test]
fn pipes_are_ready_when_there_is_something() {
    let (mut program, sandbox) = with_directory();
    fifo(&sandbox);
    let fd = program.open("fifo", 0, READ).unwrap() as u32;
    let soon = clock(1, MONOTONIC, 1_000_000, 0);
    assert_eq!(poll(&mut program, &[ready(2, 1, fd), soon.clone()]), Ok(vec![(1, 0, 0, 0, 0)]));
    let mut pipe = fs::OpenOptions::new().write(true).open(sandbox.data("fifo")).unwrap();
    pipe.write_all(b"x").unwrap();
    assert_eq!(poll(&mut program, &[ready(2, 1, fd), soon]).unwrap()[0], (2, 0, 1, 1, 0));
    assert_eq!(program.read(fd.into(), 10), b"x");
}

#[test]
fn what_cannot_be_waited_for_is_an_error() {
    let mut program = Program::new();
    assert_eq!(poll(&mut program, &[]), Err(Errno::Inval as u64), "for ever");
    for (subscription, errno) in [
        (ready(1, 1, 1), Errno::Badf),
        (ready(1, 2, 0), Errno::Badf),
        (ready(1, 1, 9), Errno::Badf),
        (ready(1, 3, 0), Errno::Inval),
        (clock(1, 2, 0, 0), Errno::Inval),
        (clock(1, 4, 0, 0), Errno::Inval),
        (clock(1, MONOTONIC, 0, 2), Errno::Inval),
    ] {
        let both = [clock(1, MONOTONIC, 0, 0), subscription];
        assert_eq!(poll(&mut program, &both), Err(errno as u64), "{both:?}");
    }
    let end = 1 << 16;
    for (list, events, count, to) in [(end - 47, 0, 1, 40), (0, end - 31, 1, 40), (0, 0, 1, end - 3), (0, 0, -1, 40)] {
        assert_eq!(program.call("poll_oneoff", &[list, events, count, to]), Errno::Fault as u64);
    }
}

#[test]
fn a_fixed_clock_advances_by_what_is_waited_without_waiting() {
    let mut program = Program::new();
    program.wasi.clock(Kind::Fixed);
    let day = 86_400_000_000_000;
    let start = now(&mut program, MONOTONIC);
    assert_eq!(poll(&mut program, &[clock(1, MONOTONIC, day, 0)]), Ok(vec![(1, 0, 0, 0, 0)]));
    let passed = now(&mut program, MONOTONIC) - start;
    assert_eq!(passed, day + 1_000_000);
}
