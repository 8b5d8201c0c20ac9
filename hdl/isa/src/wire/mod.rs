//! The wire: what host and board say to each other over a serial line of 8 data bits, no parity, one stop bit.
//!
//! The host asks, the board answers each request with the request's sequence number, and there is one request in
//! flight. A host that gets no answer repeats the same frame. A line keeps the order of its bytes but may change, lose,
//! repeat or add some.
//!
//! ```text
//! on the line   COBS of the frame, then a byte 0
//! request       sequence 1   command 1   space 1   row 3   payload 0 to 240   CRC-32 4
//! answer        sequence 1   status 1                      payload 0 to 240   CRC-32 4
//! ```
//!
//! All numbers are little endian. The CRC is over all bytes before it. What does not decode, has a wrong CRC or is too
//! long is dropped without an answer ([`frame`]).
//!
//! | command | row                       | payload              | answer               | obeyed       |
//! |---------|---------------------------|----------------------|----------------------|--------------|
//! | hello   | any number                |                      | [`Hello`]            | always       |
//! | load    | first row, in a space     | rows                 |                      | idle         |
//! | clear   | first row, in a space     | number of rows, 3    |                      | idle         |
//! | poke    | first row, in space 5, 6  | rows                 |                      | idle, paused |
//! | read    | first row, in a space     | number of rows, 1    | rows                 | idle, paused |
//! | commit  |                           | [`Commit`]           | none or [`StopPlace`] | idle        |
//! | call    | function index            |                      |                      | idle         |
//! | status  |                           |                      | [`Report`]           | always       |
//! | resume  | first slot of the results | number of results, 2 |                      | paused       |
//! | halt    |                           |                      |                      | always       |
//! | reset   |                           |                      |                      | always       |
//!
//! Spaces and their rows are those of the host port ([`Space`]); a row has [`Space::row_bytes`] bytes. Space 0 is
//! neither loaded nor cleared nor poked: [`Commit`] has the registers, so that everything that makes an image runnable
//! but the contents of the memories is in one frame. Space 7 is only read. Fields that a command does not use are
//! ignored, but an answer or a request without payload has none.
//!
//! **States.** *Running* from an accepted call or resume to the end or the next call of an imported function, which
//! makes it *paused*; *idle* otherwise. A call that ends leaves `valid` as it is.
//!
//! **Order of checks.** The first that applies is the answer, and then nothing has changed:
//! 1. a command that does not exist: [`Status::BadCommand`];
//! 2. a repetition (below): the answer of the first time;
//! 3. not obeyed while running or paused: [`Status::Busy`]; a resume of an idle core: `BadCommand`;
//! 4. rows of a space that does not exist or cannot be used so: [`Status::BadAddress`];
//! 5. a payload of the wrong length, no row among them, more than [`frame::PAYLOAD_MAX`] bytes to answer: `BadCommand`;
//! 6. call or resume without `valid`: [`Status::NotValid`];
//! 7. a row, slot or function that the core does not have: `BadAddress`.
//!
//! The length of a commit is checked first, then each of its ranges in turn, for its number of rows, its space and its
//! rows.
//!
//! **Repetition.** Writing and reading twice does no harm. Commit, call and resume are done once: if one of them has
//! the sequence number of the frame before, and that one was done, the board answers as it did then and does nothing.
//! Any frame with another sequence number ends this, so that a host gives each new request a new number.
//!
//! **Time.** A board answers within a millisecond, but after a commit it first takes some cycles for each byte that it
//! compares and resolves, and after a clear one for each row. While it is at work on a frame, it may drop those that
//! follow.

use crate::host::Space;
use alloc::vec::Vec;

pub mod frame;
mod payload;

pub use payload::{BOARD_NAME_BYTES, Commit, Features, Hello, Range, Report, StopPlace};

/// Version of all of this.
pub const VERSION: u8 = 4;

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$line:meta])* $variant:ident $code:literal $text:literal)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum $name { $($(#[$line])* $variant = $code),* }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant),*];

            pub fn from_code(code: u8) -> Option<$name> {
                $name::ALL.iter().copied().find(|&known| known as u8 == code)
            }

            /// For messages.
            pub const fn name(self) -> &'static str {
                match self { $($name::$variant => $text),* }
            }
        }
    };
}

codes! {
    /// What the host asks for; see the table above.
    Command {
        /// Who is there? The answer begins with the row of the request.
        Hello 1 "hello"
        /// Clears `valid` and writes rows.
        Load 2 "load"
        /// Clears `valid` and writes zeros.
        Clear 3 "clear"
        /// Writes rows: arguments, results of imports, data of the host.
        Poke 4 "poke"
        /// Reads rows of a space of which `Hello::readable` says so.
        Read 5 "read"
        /// Clears `valid`, compares what the memories hold with a CRC, sets the registers, resolves if there is a
        /// resolver, and sets `valid`.
        Commit 6 "commit"
        /// Starts a call; its arguments are in the slots from `control::STACK_BASE`, where the results will be.
        Call 7 "call"
        /// What does the core do?
        Status 8 "status"
        /// Answers a call of an imported function; the results are in the slots from the row on.
        Resume 9 "resume"
        /// Ends a call, running or paused, with the stop code of `Exhausted::Cycles`; does nothing without one.
        Halt 10 "halt"
        /// Clears everything but memories: `valid`, the call, how the last one ended and its cycles.
        Reset 11 "reset"
    }
}

codes! {
    /// How the board answers.
    Status {
        Ok 0 "done"
        /// Not while the core runs or waits.
        Busy 1 "the core is running"
        /// Call and resume: no image has been committed since the last write.
        NotValid 2 "no committed image"
        BadCommand 3 "not a command, or not with this payload"
        /// Nothing was written.
        BadAddress 4 "no such address"
        /// Commit: the memories do not hold what the host says.
        CrcMismatch 5 "the memories hold something else"
        /// Commit: the resolver stopped; the answer has a [`StopPlace`].
        Stopped 6 "the code is refused"
    }
}

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub sequence: u8,
    /// A [`Command`] or a number that is none.
    pub command: u8,
    /// A [`Space`] or a number that is none.
    pub space: u8,
    /// Below 2^24.
    pub row: u32,
    /// At most [`frame::PAYLOAD_MAX`] bytes.
    pub payload: Vec<u8>,
}

impl Request {
    /// Bytes before the payload.
    pub const HEADER: usize = 6;

    /// A request without address and payload.
    pub const fn new(sequence: u8, command: Command) -> Request {
        Request { sequence, command: command as u8, space: 0, row: 0, payload: Vec::new() }
    }

    #[must_use]
    pub fn at(mut self, space: Space, row: u32) -> Request {
        self.space = space as u8;
        self.row = row;
        self
    }

    #[must_use]
    pub fn with(mut self, payload: Vec<u8>) -> Request {
        self.payload = payload;
        self
    }

    /// The bytes on the line.
    pub fn encode(&self) -> Vec<u8> {
        let row = self.row.to_le_bytes();
        let header = [self.sequence, self.command, self.space, row[0], row[1], row[2]];
        frame::encode(&[&header, &self.payload[..]].concat())
    }

    /// From the contents of a frame; `None` if they are too short or too long.
    pub fn decode(contents: &[u8]) -> Option<Request> {
        let (header, payload) = contents.split_first_chunk::<{ Request::HEADER }>()?;
        let &[sequence, command, space, a, b, c] = header;
        let row = u32::from_le_bytes([a, b, c, 0]);
        let fits = payload.len() <= frame::PAYLOAD_MAX;
        fits.then(|| Request { sequence, command, space, row, payload: payload.to_vec() })
    }
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Of the request.
    pub sequence: u8,
    /// A [`Status`] or a number that is none.
    pub status: u8,
    pub payload: Vec<u8>,
}

impl Answer {
    /// Bytes before the payload.
    pub const HEADER: usize = 2;

    /// The bytes on the line.
    pub fn encode(&self) -> Vec<u8> {
        frame::encode(&[&[self.sequence, self.status], &self.payload[..]].concat())
    }

    /// From the contents of a frame; `None` if they are too short or too long.
    pub fn decode(contents: &[u8]) -> Option<Answer> {
        let (&[sequence, status], payload) = contents.split_first_chunk::<{ Answer::HEADER }>()?;
        (payload.len() <= frame::PAYLOAD_MAX).then(|| Answer { sequence, status, payload: payload.to_vec() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn codes_are_distinct() {
        assert_eq!((0..=255).filter_map(Command::from_code).count(), Command::ALL.len());
        assert_eq!((0..=255).filter_map(Status::from_code).count(), Status::ALL.len());
    }

    #[test]
    fn requests_have_the_documented_layout_and_come_back() {
        let request = Request::new(0x11, Command::Poke).at(Space::Stack, 0x03_0405).with(vec![7, 8]);
        let bytes = request.encode();
        let contents = frame::decode(&bytes[..bytes.len() - 1]).unwrap();
        assert_eq!(contents, [0x11, 4, 5, 5, 4, 3, 7, 8]);
        assert_eq!(Request::decode(&contents), Some(request));
        assert_eq!(Request::decode(&[0; 5]), None);
        assert_eq!(Request::decode(&[0; Request::HEADER + frame::PAYLOAD_MAX + 1]), None);
        assert!(Request::decode(&[0; Request::HEADER + frame::PAYLOAD_MAX]).is_some());
    }

    #[test]
    fn answers_have_the_documented_layout_and_come_back() {
        let answer = Answer { sequence: 9, status: Status::BadAddress as u8, payload: vec![0, 1] };
        let bytes = answer.encode();
        let contents = frame::decode(&bytes[..bytes.len() - 1]).unwrap();
        assert_eq!(contents, [9, 4, 0, 1]);
        assert_eq!(Answer::decode(&contents), Some(answer));
        assert_eq!(Answer::decode(&[1]), None);
        assert_eq!(Answer::decode(&[0; Answer::HEADER + frame::PAYLOAD_MAX + 1]), None);
    }
}
