//! A board in software behind a pseudo-terminal, and the loader as a process at it.

use crate::device::Device;
use boards::ICEBREAKER;
use serialport::{SerialPort, TTYPort};
use std::io::{Read, Write};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// What is at the other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    Board,
    /// A board that takes so long for each frame.
    Slow(Duration),
    /// It takes what comes.
    Silent,
    /// It talks, whatever comes.
    Talks(&'static [u8]),
}

/// Something that works until it is dropped.
pub struct Board {
    pub path: String,
    stop: Arc<AtomicBool>,
    /// Bytes that came over the line.
    received: Arc<AtomicU64>,
    /// Calls that were started.
    started: Arc<AtomicU64>,
    /// Answers which told that the program waits for the host.
    waits_told: Arc<AtomicU64>,
    worker: Option<JoinHandle<()>>,
}

impl Board {
    pub fn new() -> Board {
        Board::with(Manner::Board)
    }

    pub fn with(manner: Manner) -> Board {
        // The other end is locked while it is open here.
        let (mut master, slave) = TTYPort::pair().expect("a pseudo-terminal");
        let path = slave.name().expect("it has a name");
        drop(slave);
        master.set_timeout(Duration::from_millis(1)).expect("a timeout");
        let (stop, received) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let (started, waits_told) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let mut worker = Worker {
            manner,
            master,
            device: Device::new(&ICEBREAKER),
            stop: Arc::clone(&stop),
            received: Arc::clone(&received),
            started: Arc::clone(&started),
            waits_told: Arc::clone(&waits_told),
        };
        let worker = thread::spawn(move || worker.work());
        Board { path, stop, received, started, waits_told, worker: Some(worker) }
    }

    pub fn received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }

    pub fn started(&self) -> u64 {
        self.started.load(Ordering::Relaxed)
    }

    pub fn waits_told(&self) -> u64 {
        self.waits_told.load(Ordering::Relaxed)
    }

    /// Runs the loader.
    pub fn loader(&self, arguments: &[&str]) -> Output {
        loader(&[&["--port", &self.path], arguments].concat())
    }

    /// Starts the loader, with standard input as given.
    pub fn start(&self, arguments: &[&str], input: Stdio) -> Child {
        let mut command = Command::new(env!("CARGO_BIN_EXE_firmware-loader"));
        command.args(["--port", &self.path]).args(arguments).stdin(input).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().expect("the loader starts")
    }
}

impl Drop for Board {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.worker.take().map(JoinHandle::join);
    }
}

struct Worker {
    manner: Manner,
    master: TTYPort,
    device: Device,
    stop: Arc<AtomicBool>,
    received: Arc<AtomicU64>,
    started: Arc<AtomicU64>,
    waits_told: Arc<AtomicU64>,
}

impl Worker {
    fn work(&mut self) {
        let mut bytes = [0; 512];
        while !self.stop.load(Ordering::Relaxed) {
            // An error while no program has it open.
            let count = self.master.read(&mut bytes).unwrap_or_else(|_| {
                thread::sleep(Duration::from_millis(1));
                0
            });
            self.received.fetch_add(count as u64, Ordering::Relaxed);
            match self.manner {
                Manner::Silent => {}
                // A program that has gone away hears nothing.
                Manner::Talks(words) if count > 0 => _ = self.master.write_all(words),
                Manner::Talks(_) => {}
                Manner::Board | Manner::Slow(_) => self.take(&bytes[..count]),
            }
            self.device.run(1000);
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            if let Some(answer) = self.device.take(byte) {
                if let Manner::Slow(time) = self.manner {
                    thread::sleep(time);
                }
                let _ = self.master.write_all(&answer);
                self.started.store(self.device.started.into(), Ordering::Relaxed);
                self.waits_told.store(self.device.waits_told.into(), Ordering::Relaxed);
            }
        }
    }
}

/// Runs the loader without a board.
pub fn loader(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_firmware-loader")).args(arguments).output().expect("the loader starts")
}

/// Waits until something is so.
pub fn until(what: &str, so: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(20);
    while !so() {
        assert!(Instant::now() < end, "{what} never happened");
        thread::sleep(Duration::from_millis(2));
    }
}

/// Sends a signal, and says how the process ended and how long that took.
pub fn signalled(process: Child, signal: &str) -> (Output, Duration) {
    let start = Instant::now();
    let sent = Command::new("kill").args([signal, &process.id().to_string()]).status();
    assert!(sent.expect("kill is there").success());
    let output = process.wait_with_output().expect("it can be waited for");
    (output, start.elapsed())
}

pub fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

pub fn status(output: &Output) -> i32 {
    output.status.code().unwrap_or_else(|| panic!("it exits by itself: {}", text(output)))
}

pub fn json(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {}", text(output)))
}
