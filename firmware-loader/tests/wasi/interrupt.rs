//! Whatever waits ends soon after it is told to, and the call with it.

use super::*;
use firmware_loader::interrupt::Interrupt;
use isa::outcome::{Exhausted, Stop};
use rustix::stdio::dup2_stdin;
use std::thread;
use std::time::{Duration, Instant};

/// What happens to a call that is interrupted soon after its start, which has to be within a second.
fn interrupted(program: &mut Program, name: &str, args: &[i64]) -> Reply {
    let interrupt = Interrupt::default();
    program.wasi.interrupt(interrupt.clone());
    let other = thread::spawn(move || {
        thread::sleep(Duration::from_millis(30));
        interrupt.raise();
        Instant::now()
    });
    let reply = program.reply(name, args);
    let ended = Instant::now();
    let raised = other.join().expect("the thread does not panic");
    assert!(ended.saturating_duration_since(raised) < Duration::from_secs(1), "{name}");
    program.wasi.interrupt(Interrupt::default());
    reply
}

const INTERRUPTED: Reply = Reply::Stop(Stop::Exhausted(Exhausted::Interrupted));

#[test]
fn waiting_for_a_pipe_ends() {
    let (mut program, sandbox) = with_directory();
    fifo(&sandbox);
    let (address, length) = program.path(500, "fifo");
    let open = |rights, flags| [3, 1, address, length, 0, rights, 0, flags, 400];
    assert_eq!(interrupted(&mut program, "path_open", &open(WRITE, 0)), INTERRUPTED, "nobody reads it");
    assert_eq!(program.call("path_open", &open(WRITE, NONBLOCK)), Errno::Nxio as u64);

    let fd = program.open("fifo", 0, READ).unwrap();
    program.buffers(&[(2000, 10)]);
    assert_eq!(interrupted(&mut program, "fd_read", &[fd, 0, 1, 40]), INTERRUPTED, "nobody writes to it");
    let writer = program.open("fifo", 0, WRITE).unwrap();
    program.memory.0.resize(1 << 20, 0);
    program.buffers(&[(2000, 1 << 19)]);
    assert_eq!(interrupted(&mut program, "fd_write", &[writer, 0, 1, 40]), INTERRUPTED, "it is full");
    assert_eq!(program.read(fd, 10).len(), 10);

    let fd = program.open_as(FOLLOW, "fifo", 0, READ | WRITE, NONBLOCK).unwrap();
    while program.call("fd_read", &[fd, 0, 1, 40]) == 0 {}
    assert_eq!(program.call("fd_read", &[fd, 0, 1, 40]), Errno::Again as u64);
    let times = program.call("path_filestat_set_times", &[3, 1, address, length, 5, 6, 5]);
    assert_eq!(times, 0, "opens nothing that waits");
}

/// The only test that has to do with the standard input of this process.
#[test]
fn waiting_for_standard_input_ends() {
    let (reader, mut writer) = io::pipe().unwrap();
    dup2_stdin(&reader).unwrap();
    let mut program = Program::of_this_process(PREVIEW1);
    program.buffers(&[(2000, 10)]);
    assert_eq!(interrupted(&mut program, "fd_read", &[0, 0, 1, 40]), INTERRUPTED);
    // A subscription to read from descriptor 0.
    program.put(1000, &[0u64, 1, 0, 0, 0, 0].map(u64::to_le_bytes).concat());
    assert_eq!(interrupted(&mut program, "poll_oneoff", &[1000, 4000, 1, 40]), INTERRUPTED);
    program.buffers(&[]);
    assert_eq!(program.call("fd_read", &[0, 0, 0, 40]), 0, "nothing is not waited for");
    writer.write_all(b"typed").unwrap();
    assert_eq!(program.call("poll_oneoff", &[1000, 4000, 1, 40]), 0);
    assert_eq!(program.read(0, 10), b"typed");
    drop(writer);
    assert_eq!(program.read(0, 10), b"", "the end");
}

#[test]
fn waiting_for_a_time_ends() {
    let mut program = Program::new();
    let mut hour = vec![0; 24];
    hour.extend(3_600_000_000_000u64.to_le_bytes());
    hour.resize(48, 0);
    program.put(1000, &hour);
    assert_eq!(interrupted(&mut program, "poll_oneoff", &[1000, 4000, 1, 40]), INTERRUPTED);
    program.wasi.interrupt(Interrupt::after(Some(Duration::from_millis(10))));
    let reply = program.reply("poll_oneoff", &[1000, 4000, 1, 40]);
    assert_eq!(reply, Reply::Stop(Stop::Exhausted(Exhausted::Time)));
}

#[test]
fn the_timer_and_the_serial_line_end() {
    let module = parse_text(r#"(module (import "wafer" "timer" (func (param i32))))"#).unwrap();
    let mut wasi = Wasi::new(&module);
    wasi.interrupt(Interrupt::after(Some(Duration::from_millis(10))));
    let start = Instant::now();
    let Ok(reply) = wasi.call(0, &[Value { ty: ValType::I32, bits: 30_000_000 }], &mut Bytes(Vec::new()));
    assert_eq!(reply, Reply::Stop(Stop::Exhausted(Exhausted::Time)));
    assert!(start.elapsed() < Duration::from_secs(1));
}

/// However little each call does.
#[test]
fn programs_that_only_call_end() {
    let mut program = Program::new();
    program.memory.0 = vec![0; 1 << 24];
    program.wasi.interrupt(Interrupt::after(Some(Duration::ZERO)));
    for (name, args) in [("random_get", &[0, 1 << 24][..]), ("sched_yield", &[]), ("fd_close", &[9])] {
        assert_eq!(program.reply(name, args), Reply::Stop(Stop::Exhausted(Exhausted::Time)), "{name}");
    }
    // In the middle of one.
    program.memory.0 = vec![0; 1 << 28];
    let moved = interrupted(&mut program, "random_get", &[0, 1 << 28]);
    assert!(moved == INTERRUPTED || moved == Reply::Results(vec![Value { ty: ValType::I32, bits: 0 }]));
}
