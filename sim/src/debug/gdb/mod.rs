//! The GDB remote protocol, for LLDB and whatever drives it. One client, from its connection to the program's end.
//!
//! `protocol.rs` answers packets by the state of the program, `machine.rs` describes its registers, `address.rs` has the
//! addresses in packets, and `connection.rs` brings bytes and requests to stop.

mod address;
mod connection;
mod machine;
mod protocol;

use super::Target;
use crate::{Error, Result};
use connection::{Bytes, Connection, Incoming};
use firmware_loader::interrupt::TICK;
use gdbstub::common::Signal;
use gdbstub::stub::state_machine::GdbStubStateMachine;
use gdbstub::stub::{DisconnectReason, GdbStub, GdbStubError, SingleThreadStopReason};
use machine::Counter;
use protocol::Remote;
use std::fmt;
use std::io;
use std::net::{TcpListener, TcpStream};

/// Serves the first client that connects, until the program is over or the client is gone.
///
/// # Errors
/// The client says what cannot be understood, or the hardware cannot be run.
pub(crate) fn serve(listener: &TcpListener, target: &mut Target<'_>, file: &[u8], name: &str) -> Result<()> {
    let Some(connection) = Connection::accept(listener, &target.interrupt)? else {
        target.kill();
        return Ok(());
    };
    let (writer, mut incoming) = connection.split()?;
    let mut remote = Remote::new(target, file, name);
    let end = match converse(writer, &mut incoming, &mut remote) {
        Ok(end) => end,
        Err(Broken::Client(e)) if e.is_connection_error() => End::Kill,
        Err(Broken::Client(e)) => return Err(wrong(e)),
        Err(Broken::Program(e)) => return Err(e),
    };
    // A client that leaves wants nothing any more.
    incoming.close(&target.interrupt);
    match end {
        End::Over => {}
        End::Alone => target.run_alone()?,
        End::Kill => target.kill(),
    }
    Ok(())
}

/// How a client leaves.
enum End {
    /// With the end of the program.
    Over,
    /// The program is to run on.
    Alone,
    /// The program is to end.
    Kill,
}

/// What ends a conversation early.
enum Broken {
    Client(GdbStubError<Error, io::Error>),
    Program(Error),
}

impl From<GdbStubError<Error, io::Error>> for Broken {
    fn from(error: GdbStubError<Error, io::Error>) -> Broken {
        Broken::Client(error)
    }
}

impl From<Error> for Broken {
    fn from(error: Error) -> Broken {
        Broken::Program(error)
    }
}

/// Obeys a client until it leaves.
fn converse(writer: TcpStream, incoming: &mut Bytes, remote: &mut Remote<'_, '_>) -> std::result::Result<End, Broken> {
    let mut stub = GdbStub::new(writer).run_state_machine(remote)?;
    loop {
        stub = match stub {
            GdbStubStateMachine::Idle(idle) => match incoming.byte(TICK) {
                Incoming::Byte(byte) => idle.incoming_data(remote, byte)?,
                Incoming::Nothing if incoming.wants_end(remote.interrupt()) => return Ok(End::Kill),
                Incoming::Nothing => idle.into(),
                Incoming::Gone => return Ok(End::Kill),
            },
            GdbStubStateMachine::Running(running) => {
                let stop = remote.run()?;
                incoming.has_stopped(remote.interrupt());
                // Clients keep the program counter of the stop before unless they are told another one.
                let pc = remote.pc().to_le_bytes();
                let registers = &mut std::iter::once((Counter, &pc[..]));
                running.report_stop_with_regs(remote, stop, registers)?
            }
            GdbStubStateMachine::CtrlCInterrupt(interrupted) => {
                let stop = SingleThreadStopReason::Signal(Signal::SIGINT);
                interrupted.interrupt_handled(remote, Some(stop))?
            }
            GdbStubStateMachine::Disconnected(end) => {
                return Ok(match end.get_reason() {
                    DisconnectReason::Disconnect => End::Alone,
                    DisconnectReason::Kill => End::Kill,
                    DisconnectReason::TargetExited(_) | DisconnectReason::TargetTerminated(_) => End::Over,
                });
            }
        };
    }
}

fn wrong(error: impl fmt::Display) -> Error {
    Error::new(format!("the debugger that has connected cannot be served: {error}"))
}
