//! Bytes from a client. What it sends while the program runs asks it to stop: that is heard at once, by a thread that
//! does nothing else.

use crate::{Error, Result};
use firmware_loader::interrupt::{Interrupt, TICK};
use std::io::{self, Read};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// What a client sends outside of packets to stop the program.
const STOP: u8 = 0x03;
/// How long a client may take to read an answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// A client that has connected.
pub(super) struct Connection {
    stream: TcpStream,
    interrupt: Interrupt,
}

/// The bytes of a client.
pub(super) struct Bytes {
    bytes: Receiver<u8>,
    /// It was the client that has raised the interrupt.
    asked: Arc<AtomicBool>,
    stream: TcpStream,
    listening: JoinHandle<()>,
}

/// What there is of them.
pub(super) enum Incoming {
    Byte(u8),
    /// Nothing, for now.
    Nothing,
    /// The client has closed the connection.
    Gone,
}

impl Connection {
    /// Waits for a client; `None` if the interrupt was raised before one came.
    pub fn accept(listener: &TcpListener, interrupt: &Interrupt) -> Result<Option<Connection>> {
        let failed = |e: io::Error| Error::new(format!("cannot wait for a debugger: {e}"));
        listener.set_nonblocking(true).map_err(failed)?;
        loop {
            match listener.accept() {
                Ok((stream, _)) => {
                    let interrupt = interrupt.clone();
                    return Ok(Some(Connection { stream, interrupt }));
                }
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
                Err(e) => return Err(failed(e)),
            }
            if interrupt.sleep(TICK).is_err() {
                return Ok(None);
            }
        }
    }

    /// The end to write to, and the bytes that come.
    pub fn split(self) -> Result<(TcpStream, Bytes)> {
        let failed = |e: io::Error| Error::new(format!("cannot talk to the debugger: {e}"));
        let Connection { stream, interrupt } = self;
        stream.set_nonblocking(false).map_err(failed)?;
        stream.set_write_timeout(Some(PATIENCE)).map_err(failed)?;
        let (writer, reader) = (stream.try_clone().map_err(failed)?, stream.try_clone().map_err(failed)?);
        let (sender, bytes) = mpsc::channel();
        let asked = Arc::new(AtomicBool::new(false));
        let listening = Listening { sender, interrupt, asked: Arc::clone(&asked) };
        let listening = thread::Builder::new().spawn(move || listening.read(reader)).map_err(failed)?;
        Ok((writer, Bytes { bytes, asked, stream, listening }))
    }
}

impl Bytes {
    /// The next one, if it comes soon.
    pub fn byte(&mut self, time: Duration) -> Incoming {
        match self.bytes.recv_timeout(time) {
            Ok(byte) => Incoming::Byte(byte),
            Err(RecvTimeoutError::Timeout) => Incoming::Nothing,
            Err(RecvTimeoutError::Disconnected) => Incoming::Gone,
        }
    }

    /// Whether the interrupt, if it is raised while the program stands, is not of a client that was too late.
    pub fn wants_end(&self, interrupt: &Interrupt) -> bool {
        self.has_stopped(interrupt);
        interrupt.stop().is_some()
    }

    /// The program has stopped, for whatever reason: that the client has asked for it is done with.
    pub fn has_stopped(&self, interrupt: &Interrupt) {
        forget(&self.asked, interrupt);
    }

    /// Listens to the client no longer, nor to what it has asked last.
    pub fn close(self, interrupt: &Interrupt) {
        // It may have closed the connection before.
        let _ = self.stream.shutdown(Shutdown::Both);
        let _ = self.listening.join();
        forget(&self.asked, interrupt);
    }
}

/// Takes back what a client has asked for.
fn forget(asked: &AtomicBool, interrupt: &Interrupt) {
    if asked.swap(false, Ordering::SeqCst) {
        interrupt.lower();
    }
}

/// The thread that reads.
struct Listening {
    sender: Sender<u8>,
    interrupt: Interrupt,
    asked: Arc<AtomicBool>,
}

impl Listening {
    fn read(self, mut reader: TcpStream) {
        let mut bytes = [0; 1 << 12];
        // Bytes of a packet that are still to come; of its contents nobody knows how many.
        let mut packet = Packet::Outside;
        while let Ok(count @ 1..) = reader.read(&mut bytes) {
            for &byte in &bytes[..count] {
                if packet == Packet::Outside && byte == STOP {
                    self.asked.store(true, Ordering::SeqCst);
                    self.interrupt.raise();
                    continue;
                }
                packet = packet.behind(byte);
                if self.sender.send(byte).is_err() {
                    return;
                }
            }
        }
        // A program that runs for nobody stops.
        self.asked.store(true, Ordering::SeqCst);
        self.interrupt.raise();
    }
}

/// Where in a packet a byte comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Packet {
    Outside,
    Contents,
    /// So many digits of the sum are to come.
    Sum(u8),
}

impl Packet {
    fn behind(self, byte: u8) -> Packet {
        match (self, byte) {
            (Packet::Outside, b'$') => Packet::Contents,
            (Packet::Contents, b'#') => Packet::Sum(2),
            (Packet::Sum(digits @ 2..), _) => Packet::Sum(digits - 1),
            (Packet::Sum(_), _) => Packet::Outside,
            (same, _) => same,
        }
    }
}
