//! What becomes of a client's packets, one after another.

use super::connection::{Incoming, Packets};
use super::machine::Counter;
use super::packets::{Answers, Packet, framed};
use super::protocol::Remote;
use crate::Error;
use firmware_loader::interrupt::TICK;
use gdbstub::common::Signal;
use gdbstub::stub::state_machine::GdbStubStateMachine;
use gdbstub::stub::{DisconnectReason, GdbStub, GdbStubError, SingleThreadStopReason};
use std::convert::Infallible;
use std::io;
use std::net::TcpStream;

/// What is answered to a packet that has arrived whole and says nothing that can be understood.
const WRONG: &str = "E01";
/// From then on no packet is acknowledged.
const NO_ACKNOWLEDGEMENT: &[u8] = b"$QStartNoAckMode#";
/// Tells what the client can do.
const SUPPORTED: &[u8] = b"$qSupported";

/// How a client leaves.
pub(super) enum End {
    /// With the end of the program.
    Over,
    /// The program is to run on.
    Alone,
    /// The program is to end.
    Kill,
}

/// What ends a conversation early.
pub(super) enum Broken {
    Connection,
    Client(GdbStubError<Error, Infallible>),
    Program(Error),
}

impl From<GdbStubError<Error, Infallible>> for Broken {
    fn from(error: GdbStubError<Error, Infallible>) -> Broken {
        Broken::Client(error)
    }
}

impl From<Error> for Broken {
    fn from(error: Error) -> Broken {
        Broken::Program(error)
    }
}

impl From<io::Error> for Broken {
    fn from(_: io::Error) -> Broken {
        Broken::Connection
    }
}

type Result<T> = std::result::Result<T, Broken>;
type Stub<'r, 't, 'a> = GdbStubStateMachine<'r, Remote<'t, 'a>, Answers>;

/// Obeys a client until it leaves.
pub(super) fn converse(writer: TcpStream, incoming: &mut Packets, remote: &mut Remote<'_, '_>) -> Result<End> {
    let answers = Answers::new(writer);
    let mut agreed = Agreed::default();
    let mut stub = agreed.stub(&answers, remote)?;
    loop {
        stub = match stub {
            GdbStubStateMachine::Idle(_) => match incoming.next(TICK) {
                Incoming::Packet(Packet::Whole(packet)) => agreed.obey(&packet, stub, &answers, remote)?,
                Incoming::Packet(Packet::Damaged) => {
                    answers.push(&agreed.refusal());
                    stub
                }
                Incoming::Packet(Packet::Again) => {
                    answers.send_again()?;
                    stub
                }
                Incoming::Nothing if incoming.wants_end(remote.interrupt()) => return Ok(End::Kill),
                Incoming::Packet(Packet::Stop) | Incoming::Nothing => stub,
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
        answers.send()?;
    }
}

/// What both sides have agreed upon: the packets that did it, for another stub to know it, too. One that has met with a
/// packet that it does not understand is not there any more.
#[derive(Default)]
struct Agreed(Vec<Vec<u8>>);

impl Agreed {
    /// A stub that stands.
    fn stub<'r, 't, 'a>(&self, answers: &Answers, remote: &mut Remote<'t, 'a>) -> Result<Stub<'r, 't, 'a>> {
        let mut stub = GdbStub::new(answers.clone()).run_state_machine(remote)?;
        for packet in &self.0 {
            stub = feed(packet, stub, remote)?;
        }
        answers.clear();
        Ok(stub)
    }

    /// Gives a packet to a stub. What that does not understand is refused, and the conversation goes on.
    fn obey<'r, 't, 'a>(
        &mut self,
        packet: &[u8],
        stub: Stub<'r, 't, 'a>,
        answers: &Answers,
        remote: &mut Remote<'t, 'a>,
    ) -> Result<Stub<'r, 't, 'a>> {
        match feed(packet, stub, remote) {
            Ok(stub) => {
                if let Some(kind) = [NO_ACKNOWLEDGEMENT, SUPPORTED].iter().find(|kind| packet.starts_with(kind)) {
                    self.0.retain(|before| !before.starts_with(kind));
                    self.0.push(packet.to_vec());
                }
                Ok(stub)
            }
            Err(e) if e.is_target_error() => Err(e.into()),
            Err(_) => {
                let stub = self.stub(answers, remote)?;
                answers.push(if self.acknowledges() { b"+" } else { b"" });
                answers.push(&framed(WRONG));
                Ok(stub)
            }
        }
    }

    fn acknowledges(&self) -> bool {
        !self.0.iter().any(|packet| packet.starts_with(NO_ACKNOWLEDGEMENT))
    }

    /// The answer to a packet that was damaged on its way: it is to be sent again, if such was agreed.
    fn refusal(&self) -> Vec<u8> {
        if self.acknowledges() { b"-".to_vec() } else { framed(WRONG) }
    }
}

/// Gives a packet to a stub that stands.
fn feed<'r, 't, 'a>(
    packet: &[u8],
    stub: Stub<'r, 't, 'a>,
    remote: &mut Remote<'t, 'a>,
) -> std::result::Result<Stub<'r, 't, 'a>, GdbStubError<Error, Infallible>> {
    packet.iter().try_fold(stub, |stub, &byte| match stub {
        GdbStubStateMachine::Idle(idle) => idle.incoming_data(remote, byte),
        other => Ok(other),
    })
}
