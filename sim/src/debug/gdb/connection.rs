//! Packets from a client. What it sends while the program runs asks it to stop: that is heard at once, by a thread that
//! does nothing else.

use super::packets::{Frames, Packet};
use crate::{Error, Result};
use firmware_loader::interrupt::{Interrupt, TICK};
use std::io::{self, Read};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How long a client may take to read an answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// A client that has connected.
pub(super) struct Connection {
    stream: TcpStream,
    interrupt: Interrupt,
}

/// The packets of a client.
pub(super) struct Packets {
    packets: Receiver<Packet>,
    /// It was the client that has raised the interrupt.
    asked: Arc<AtomicBool>,
    stream: TcpStream,
    listening: JoinHandle<()>,
}

/// What there is of them.
pub(super) enum Incoming {
    Packet(Packet),
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

    /// The end to write to, and the packets that come.
    pub fn split(self) -> Result<(TcpStream, Packets)> {
        let failed = |e: io::Error| Error::new(format!("cannot talk to the debugger: {e}"));
        let Connection { stream, interrupt } = self;
        stream.set_nonblocking(false).map_err(failed)?;
        stream.set_write_timeout(Some(PATIENCE)).map_err(failed)?;
        let (writer, reader) = (stream.try_clone().map_err(failed)?, stream.try_clone().map_err(failed)?);
        let (sender, packets) = mpsc::channel();
        let asked = Arc::new(AtomicBool::new(false));
        let listening = Listening { sender, interrupt, asked: Arc::clone(&asked) };
        let listening = thread::Builder::new().spawn(move || listening.read(reader)).map_err(failed)?;
        Ok((writer, Packets { packets, asked, stream, listening }))
    }
}

impl Packets {
    /// The next one, if it comes soon.
    pub fn next(&mut self, time: Duration) -> Incoming {
        match self.packets.recv_timeout(time) {
            Ok(packet) => Incoming::Packet(packet),
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
    sender: Sender<Packet>,
    interrupt: Interrupt,
    asked: Arc<AtomicBool>,
}

impl Listening {
    fn read(self, mut reader: TcpStream) {
        let mut bytes = [0; 1 << 12];
        let mut frames = Frames::default();
        while let Ok(count @ 1..) = reader.read(&mut bytes) {
            for packet in bytes[..count].iter().filter_map(|&byte| frames.push(byte)) {
                if packet == Packet::Stop {
                    self.asked.store(true, Ordering::SeqCst);
                    self.interrupt.raise();
                } else if self.sender.send(packet).is_err() {
                    return;
                }
            }
        }
        // A program that runs for nobody stops.
        self.asked.store(true, Ordering::SeqCst);
        self.interrupt.raise();
    }
}
