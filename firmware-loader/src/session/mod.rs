//! A session with a board: requests and their answers over a line that may do to them whatever it likes.
//!
//! There is one request in flight. It is repeated until an answer with its sequence number comes, which is safe: the
//! board does nothing twice that would do harm (see `isa::wire`). Every request has a deadline, so that a session
//! ends whatever the line does, and every wait ends early if its [`Limit`] says so.

mod call;
mod error;
mod frames;
mod load;
mod memory;
mod wait;

pub use call::{Call, Ending, Finished};
pub use error::LinkError;
pub use load::Progress;
pub use memory::BoardMemory;
pub use wait::Limit;

use crate::interrupt::Interrupt;
use crate::line::Line;
use crate::upload::{Block, writes};
use isa::host::Space;
use isa::plan::CorePlan;
use isa::wire::frame::{CRC_BYTES, PAYLOAD_MAX, Receiver};
use isa::wire::{self, Answer, Command, Features, Hello, Report, Request, Status, StopPlace};
use std::time::Duration;

/// How often a request is sent before the board counts as gone.
const ATTEMPTS: u32 = 12;
/// The same of the first one, which may go to a port without a board: about a second.
const HELLO_ATTEMPTS: u32 = 6;
/// So many bytes show what talks if it is no board.
const HEARD: usize = 32;
/// Time for drivers, hubs and adapters in both directions.
const LATENCY: Duration = Duration::from_millis(60);
/// Most that a board may be slower than expected.
const PACE_MAX: u32 = 16;
/// Bytes of an answer without payload, encoded.
const SHORT_ANSWER: usize = Answer::HEADER + CRC_BYTES + 2;

/// A connection to a board that has said who it is.
pub struct Session<L> {
    line: L,
    limit: Limit,
    hello: Hello,
    receiver: Receiver,
    /// Bytes received and not yet looked at.
    pending: Vec<u8>,
    /// The first bytes that came.
    heard: Vec<u8>,
    sequence: u8,
    /// Frames that were sent again.
    repeated: u64,
    /// How many times longer than expected answers take: adapters may be slow, and simulated boards are.
    pace: u32,
}

impl<L: Line> Session<L> {
    /// Asks who is there. `nonce` should be another one each time: its low 24 bits tell answers to this host from
    /// those to an earlier one, and its high bits are the first sequence number.
    pub fn connect(line: L, nonce: u32) -> Result<Session<L>, LinkError> {
        Session::connect_while(Limit::Interrupt(Interrupt::default()), line, nonce)
    }

    /// The same with a limit, of this and of everything that follows.
    pub fn connect_while(limit: Limit, line: L, nonce: u32) -> Result<Session<L>, LinkError> {
        let unknown = Hello {
            echo: 0,
            version: 0,
            features: Features::default(),
            readable: 0,
            sizes: [0; 8],
            clock: 0,
            board: [0; wire::BOARD_NAME_BYTES],
        };
        let (receiver, sequence) = (Receiver::searching(), (nonce >> 24) as u8);
        let (pending, heard, repeated, pace) = (Vec::new(), Vec::new(), 0, 1);
        let mut session = Session { line, limit, hello: unknown, receiver, pending, heard, sequence, repeated, pace };
        // Ends whatever a host before this one may have left half sent.
        session.send(&[wire::frame::DELIMITER])?;
        match session.hello(nonce & 0xff_ffff) {
            Err(LinkError::NoAnswer { .. }) if session.heard.is_empty() => Err(LinkError::Silent),
            Err(LinkError::NoAnswer { .. }) => Err(LinkError::Stranger(session.heard)),
            hello => Ok(Session { hello: hello?, ..session }),
        }
    }

    fn hello(&mut self, nonce: u32) -> Result<Hello, LinkError> {
        let mut request = Request::new(0, Command::Hello);
        request.row = nonce;
        let fresh = |answer: &Answer| {
            let echo = answer.payload.first_chunk().map(|&[a, b, c]| u32::from_le_bytes([a, b, c, 0]));
            answer.status == Status::Ok as u8 && echo == Some(nonce)
        };
        let answer = self.exchange(Command::Hello, request, Hello::BYTES, Duration::ZERO, fresh)?;
        if let Some(&version) = answer.payload.get(3).filter(|&&version| version != wire::VERSION) {
            return Err(LinkError::Version(version));
        }
        Hello::decode(&answer.payload).ok_or_else(|| wrong_length(Command::Hello, &answer))
    }

    /// Who is there.
    pub fn board(&self) -> &Hello {
        &self.hello
    }

    /// How many frames were sent again so far.
    pub fn repeated(&self) -> u64 {
        self.repeated
    }

    pub fn line(&mut self) -> &mut L {
        &mut self.line
    }

    /// Whether the core is one of this plan; otherwise nothing that was made for the plan can be loaded.
    pub fn expect(&self, board: &str, plan: &CorePlan) -> Result<(), LinkError> {
        let sizes = Hello::sizes(plan);
        let features = Features::of_plan(plan);
        let there = self.hello.features;
        if self.hello.board == Hello::board(board) && (there, self.hello.sizes) == (features, sizes) {
            return Ok(());
        }
        let text = |name: &str, features: Features, sizes: [u8; 8]| {
            let names = ["code", "branches", "functions", "stack", "frames", "memory", "table", "block"];
            let mut parts: Vec<String> = names.iter().zip(sizes).map(|(n, log2)| format!("{n} 2^{log2}")).collect();
            parts.extend(features.services.then(|| "services".to_string()));
            parts.extend(features.float.then(|| "float".to_string()));
            parts.extend(features.resolver.then(|| "resolver".to_string()));
            parts.extend(features.compact.then(|| "compact".to_string()));
            format!("{name} ({})", parts.join(", "))
        };
        let found = text(&self.board_name(), there, self.hello.sizes);
        Err(LinkError::WrongBoard { found, expected: text(board, features, sizes) })
    }

    /// The board's name, for people.
    pub fn board_name(&self) -> String {
        let name = self.hello.board.split(|&byte| byte == 0).next().unwrap_or_default();
        String::from_utf8_lossy(name).escape_debug().to_string()
    }

    /// What the core does.
    pub fn status(&mut self) -> Result<Report, LinkError> {
        let request = Request::new(0, Command::Status);
        let answer = self.request(Command::Status, request, Report::BYTES)?;
        Report::decode(&answer.payload).ok_or_else(|| wrong_length(Command::Status, &answer))
    }

    /// Ends a call with the stop code of `Exhausted::Cycles`.
    pub fn halt(&mut self) -> Result<(), LinkError> {
        self.request(Command::Halt, Request::new(0, Command::Halt), 0).map(|_| ())
    }

    /// Clears everything but memories.
    pub fn reset(&mut self) -> Result<(), LinkError> {
        self.request(Command::Reset, Request::new(0, Command::Reset), 0).map(|_| ())
    }

    /// Reads rows.
    pub fn read(&mut self, space: Space, first: u32, rows: u32) -> Result<Vec<u8>, LinkError> {
        let (most, mut bytes) = ((PAYLOAD_MAX / space.row_bytes()) as u32, Vec::new());
        for at in (0..rows).step_by(most as usize) {
            let count = most.min(rows - at);
            let request = Request::new(0, Command::Read).at(space, first + at).with(vec![count as u8]);
            let expected = count as usize * space.row_bytes();
            let answer = self.request(Command::Read, request, expected)?;
            if answer.payload.len() != expected {
                return Err(wrong_length(Command::Read, &answer));
            }
            bytes.extend(answer.payload);
        }
        Ok(bytes)
    }

    /// Writes rows of the value stack or of memory; a committed image stays one.
    pub fn poke(&mut self, space: Space, first: u32, bytes: &[u8]) -> Result<(), LinkError> {
        self.write(Command::Poke, space, first, bytes)
    }

    /// Writes rows of any memory; nothing counts as loaded from then on.
    pub fn store(&mut self, space: Space, first: u32, bytes: &[u8]) -> Result<(), LinkError> {
        self.write(Command::Load, space, first, bytes)
    }

    fn write(&mut self, command: Command, space: Space, first: u32, bytes: &[u8]) -> Result<(), LinkError> {
        let block = Block { space, first, bytes: bytes.to_vec() };
        writes(command, &block).try_for_each(|step| self.request(command, step.request, 0).map(|_| ()))
    }

    /// A request that the board answers at once, and its answer with the status `Ok`.
    fn request(&mut self, command: Command, request: Request, expected: usize) -> Result<Answer, LinkError> {
        self.long_request(command, request, expected, Duration::ZERO)
    }

    /// A request that takes the board so much time.
    fn long_request(
        &mut self,
        command: Command,
        request: Request,
        expected: usize,
        work: Duration,
    ) -> Result<Answer, LinkError> {
        let answer = self.exchange(command, request, expected, work, |_| true)?;
        match Status::from_code(answer.status) {
            Some(Status::Ok) => Ok(answer),
            Some(Status::Stopped) => match StopPlace::decode(&answer.payload) {
                Some(place) => Err(LinkError::CodeRefused(place)),
                None => Err(wrong_length(command, &answer)),
            },
            Some(status) => Err(LinkError::Refused { command, status }),
            None => Err(LinkError::Meaningless { command, what: format!("status {}", answer.status) }),
        }
    }

    /// Sends a request until its answer comes. `expected` is the size of the answer's payload, `work` the time that
    /// the board needs, and `fits` tells answers to it from others with the same number.
    fn exchange(
        &mut self,
        command: Command,
        mut request: Request,
        expected: usize,
        work: Duration,
        fits: impl Fn(&Answer) -> bool,
    ) -> Result<Answer, LinkError> {
        self.sequence = self.sequence.wrapping_add(1);
        request.sequence = self.sequence;
        let frame = request.encode();
        let attempts = if command == Command::Hello { HELLO_ATTEMPTS } else { ATTEMPTS };
        // Both may grow by the stuffing and by what noise adds.
        let patience = LATENCY + 2 * self.line.time_of(frame.len() + SHORT_ANSWER + expected);
        for attempt in 0..attempts {
            self.go_on()?;
            self.repeated += u64::from(attempt > 0);
            self.send(&frame)?;
            // A board that is slow rather than deaf gets more time; how much it needed is known if it was asked once.
            let start = self.line.now();
            let deadline = start + (work + patience * self.pace) * (attempt / 3 + 1);
            if let Some(answer) = self.answer(deadline, &fits)? {
                if attempt == 0 {
                    let taken = 2 * (self.line.now() - start).saturating_sub(work).as_nanos();
                    let taken = taken / patience.as_nanos().max(1);
                    self.pace = (taken as u32).clamp(1.max(self.pace - self.pace.div_ceil(8)), PACE_MAX);
                }
                return Ok(answer);
            }
            if attempt % 3 == 2 {
                self.pace = (2 * self.pace).min(PACE_MAX);
            }
        }
        Err(LinkError::NoAnswer { command, attempts })
    }

    /// The answer to the request in flight, if it comes in time.
    fn answer(&mut self, deadline: Duration, fits: impl Fn(&Answer) -> bool) -> Result<Option<Answer>, LinkError> {
        loop {
            for at in 0..self.pending.len() {
                let contents = self.receiver.push(self.pending[at]).and_then(Result::ok);
                let answer = contents.and_then(|c| Answer::decode(&c));
                if let Some(answer) = answer.filter(|a| a.sequence == self.sequence && fits(a)) {
                    self.pending.drain(..=at);
                    return Ok(Some(answer));
                }
            }
            self.pending.clear();
            if !self.receive(deadline)? {
                return Ok(None);
            }
        }
    }
}

fn wrong_length(command: Command, answer: &Answer) -> LinkError {
    LinkError::Meaningless { command, what: format!("{} bytes of payload", answer.payload.len()) }
}
