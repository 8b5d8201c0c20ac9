//! A board in software: the wire as its description in `isa::wire` says, over memories that are bytes.

use crate::executor::{Executor, Progress};
use isa::host::{POOL, REACH, Space};
use isa::outcome::{Exhausted, Fault, Stop};
use isa::plan::CorePlan;
use isa::wire::frame::{Crc32, PAYLOAD_MAX, Receiver};
use isa::wire::{self, Answer, Command, Commit, Features, Hello, Report, Request, Status, StopPlace};

/// Core cycles a second.
const CLOCK: u32 = 25_000;

/// What the executor sees of a board.
pub struct Memories {
    pub plan: CorePlan,
    /// By number of the space.
    pub spaces: Vec<Vec<u8>>,
    /// Values of [`isa::host::control::IMAGE`].
    pub registers: [u128; 6],
}

impl Memories {
    pub fn slot(&mut self, slot: u32) -> Option<&mut [u8; 8]> {
        self.spaces[Space::Stack as usize].as_chunks_mut().0.get_mut(slot as usize)
    }
}

pub struct Device {
    pub memories: Memories,
    receiver: Receiver,
    executor: Option<Executor>,
    report: Report,
    /// Sequence number of the last frame, and the answer if it must not be done twice.
    last: u8,
    done: Option<Answer>,
    /// Spaces that can be read, as bits.
    readable: u8,
    /// Calls that were started.
    pub started: u32,
    /// Answers which told that the program waits for the host.
    pub waits_told: u32,
    /// A byte of linear memory whose lowest bit always reads as 1.
    pub stuck: Option<u32>,
}

type Outcome = Result<Vec<u8>, Status>;

impl Device {
    pub fn new(plan: &CorePlan) -> Device {
        let spaces = Space::ALL.iter().map(|space| vec![0; space.rows(plan) as usize * space.row_bytes()]).collect();
        Device {
            memories: Memories { plan: *plan, spaces, registers: [0; 6] },
            receiver: Receiver::default(),
            executor: None,
            report: Report::default(),
            last: 0,
            done: None,
            readable: 0b111_1110,
            started: 0,
            waits_told: 0,
            stuck: None,
        }
    }

    /// As the button does it: everything but memories is as after power-up.
    pub fn press_reset(&mut self) {
        let memories = std::mem::take(&mut self.memories.spaces);
        *self = Device { started: self.started, stuck: self.stuck, ..Device::new(&self.memories.plan) };
        self.memories.spaces = memories;
    }

    /// Takes a byte from the line; the bytes of an answer, if it completes a request.
    pub fn take(&mut self, byte: u8) -> Option<Vec<u8>> {
        let contents = self.receiver.push(byte)?.ok()?;
        let request = Request::decode(&contents)?;
        Some(self.answer(&request).encode())
    }

    /// Runs for so many cycles.
    pub fn run(&mut self, cycles: u64) {
        let Some(executor) = self.executor.as_mut().filter(|_| self.report.running) else { return };
        for _ in 0..cycles {
            self.report.cycles += 1;
            match executor.step(&mut self.memories) {
                Progress::Running => continue,
                Progress::Returned => {}
                Progress::Paused { function, argument } => {
                    (self.report.paused, self.report.function, self.report.argument) = (true, function, argument);
                }
                Progress::Stopped(stop, pc) => self.report.place = StopPlace { stop: stop.code(), pc },
            }
            self.report.running = false;
            return;
        }
    }

    fn answer(&mut self, request: &Request) -> Answer {
        let sequence = request.sequence;
        if sequence != self.last {
            (self.last, self.done) = (sequence, None);
        }
        let Some(command) = Command::from_code(request.command) else {
            return Answer { sequence, status: Status::BadCommand as u8, payload: Vec::new() };
        };
        let once = matches!(command, Command::Commit | Command::Call | Command::Resume);
        if let Some(answer) = self.done.as_ref().filter(|_| once) {
            return answer.clone();
        }
        let (status, payload) = match self.checked(command, request) {
            Ok(payload) => (Status::Ok, payload),
            Err(status) => (status, self.stop_payload(status)),
        };
        let answer = Answer { sequence, status: status as u8, payload };
        let done = match command {
            Command::Commit => matches!(status, Status::Ok | Status::CrcMismatch | Status::Stopped),
            _ => once && status == Status::Ok,
        };
        self.done = done.then(|| answer.clone());
        answer
    }

    fn stop_payload(&self, status: Status) -> Vec<u8> {
        if status == Status::Stopped { self.report.place.encode() } else { Vec::new() }
    }

    fn checked(&mut self, command: Command, request: &Request) -> Outcome {
        let Report { running, paused, .. } = self.report;
        match command {
            Command::Hello => Ok(self.hello(request.row)),
            Command::Status => {
                self.waits_told += u32::from(self.report.paused);
                Ok(self.report.encode())
            }
            Command::Halt => Ok(self.halt()),
            Command::Reset => Ok(self.reset()),
            _ if running => Err(Status::Busy),
            Command::Poke => self.write(request, &[Space::Stack, Space::Memory]),
            Command::Read => self.read(request),
            Command::Resume if paused => self.resume(request),
            Command::Resume => Err(Status::BadCommand),
            _ if paused => Err(Status::Busy),
            Command::Load => {
                let written = self.write(request, &Space::ALL[1..])?;
                self.report.valid = false;
                Ok(written)
            }
            Command::Clear => self.clear(request),
            Command::Commit => self.commit(request),
            Command::Call => self.call(request),
        }
    }

    fn hello(&self, echo: u32) -> Vec<u8> {
        let plan = &self.memories.plan;
        let features = Features::of_plan(plan);
        let (version, readable, sizes) = (wire::VERSION, self.readable, Hello::sizes(plan));
        Hello { echo, version, features, readable, sizes, clock: CLOCK, board: Hello::board(plan.name) }.encode()
    }

    fn halt(&mut self) -> Vec<u8> {
        if self.report.running || self.report.paused {
            let stop = Stop::Exhausted(Exhausted::Cycles).code();
            let pc = self.executor.as_ref().map_or(0, Executor::place);
            self.report.place = StopPlace { stop, pc };
            (self.report.running, self.report.paused) = (false, false);
        }
        Vec::new()
    }

    fn reset(&mut self) -> Vec<u8> {
        self.report = Report { image: self.report.image, ..Report::default() };
        self.executor = None;
        Vec::new()
    }

    /// The bytes of rows, if they exist.
    fn rows(&mut self, space: u8, first: u32, bytes: usize) -> Option<&mut [u8]> {
        let row_bytes = Space::from_code(space)?.row_bytes();
        let start = first as usize * row_bytes;
        self.memories.spaces[usize::from(space)].get_mut(start..start + bytes)
    }

    fn stick(&mut self) {
        if let Some(byte) = self.stuck {
            let memory = &mut self.memories.spaces[Space::Memory as usize];
            memory[byte as usize] |= 1;
            // Of a pool, where the block of that byte has its place, too.
            if self.memories.plan.has_pool() {
                memory[REACH as usize + byte as usize] |= 1;
            }
        }
    }

    /// What can be written: a wrong space comes before a wrong length, and that before a wrong row.
    fn write(&mut self, request: &Request, spaces: &[Space]) -> Outcome {
        let space = Space::from_code(request.space).filter(|space| spaces.contains(space));
        let (payload, space) = (&request.payload, space.ok_or(Status::BadAddress)?);
        if payload.is_empty() || payload.len() % space.row_bytes() != 0 {
            return Err(Status::BadCommand);
        }
        let rows = self.rows(request.space, request.row, payload.len());
        rows.ok_or(Status::BadAddress)?.copy_from_slice(payload);
        Ok(Vec::new())
    }

    fn clear(&mut self, request: &Request) -> Outcome {
        let space = Space::from_code(request.space).filter(|&space| space != Space::Control);
        let space = space.ok_or(Status::BadAddress)?;
        let &[a, b, c] = &request.payload[..] else { return Err(Status::BadCommand) };
        let count = u32::from_le_bytes([a, b, c, 0]) as usize;
        if count == 0 {
            return Err(Status::BadCommand);
        }
        let bytes = count * space.row_bytes();
        self.rows(request.space, request.row, bytes).ok_or(Status::BadAddress)?.fill(0);
        // Blocks that have no place any more are 0.
        if self.memories.plan.has_pool() && space == Space::Memory && request.row & POOL != 0 {
            self.memories.spaces[Space::Memory as usize][..REACH as usize].fill(0);
        }
        self.report.valid = false;
        Ok(Vec::new())
    }

    fn read(&mut self, request: &Request) -> Outcome {
        let readable = self.readable;
        let space = Space::from_code(request.space).filter(|&space| readable >> space as u8 & 1 == 1);
        let space = space.ok_or(Status::BadAddress)?;
        let &[count] = &request.payload[..] else { return Err(Status::BadCommand) };
        let bytes = usize::from(count) * space.row_bytes();
        self.stick();
        if count == 0 || bytes > PAYLOAD_MAX {
            return Err(Status::BadCommand);
        }
        let rows = self.rows(request.space, request.row, bytes);
        rows.map(|rows| rows.to_vec()).ok_or(Status::BadAddress)
    }

    fn commit(&mut self, request: &Request) -> Outcome {
        let commit = Commit::decode(&request.payload).ok_or(Status::BadCommand)?;
        let readable = self.readable;
        let mut crc = Crc32::default();
        self.stick();
        for range in &commit.ranges {
            if range.rows == 0 {
                return Err(Status::BadCommand);
            }
            let space = Space::from_code(range.space).filter(|&space| readable >> space as u8 & 1 == 1);
            let bytes = space.ok_or(Status::BadAddress)?.row_bytes() * range.rows as usize;
            crc.update(self.rows(range.space, range.first, bytes).ok_or(Status::BadAddress)?);
        }
        self.report.valid = false;
        if crc.value() != commit.crc {
            return Err(Status::CrcMismatch);
        }
        self.memories.registers = commit.registers;
        self.report.cycles = 0;
        self.report.place = StopPlace::default();
        self.report.image = commit.image;
        // Code that begins with this byte stands for code that a resolver refuses.
        if self.memories.spaces[Space::Code as usize][0] == 0xff {
            self.report.place = StopPlace { stop: Stop::Fault(Fault::InvalidCode).code(), pc: 0 };
            return Err(Status::Stopped);
        }
        self.report.valid = true;
        Ok(Vec::new())
    }

    fn call(&mut self, request: &Request) -> Outcome {
        if !request.payload.is_empty() {
            return Err(Status::BadCommand);
        }
        if !self.report.valid {
            return Err(Status::NotValid);
        }
        if request.row >= Space::Functions.rows(&self.memories.plan) {
            return Err(Status::BadAddress);
        }
        self.executor = Some(Executor::start(&mut self.memories, request.row));
        let image = self.report.image;
        self.report = Report { running: true, valid: true, image, ..Report::default() };
        self.started += 1;
        Ok(Vec::new())
    }

    fn resume(&mut self, request: &Request) -> Outcome {
        let &[low, high] = &request.payload[..] else { return Err(Status::BadCommand) };
        if !self.report.valid {
            return Err(Status::NotValid);
        }
        let (first, count) = (request.row, u32::from(u16::from_le_bytes([low, high])));
        if first.saturating_add(count) > Space::Stack.rows(&self.memories.plan) {
            return Err(Status::BadAddress);
        }
        let executor = self.executor.as_mut().expect("a paused core has a call");
        executor.resume(&mut self.memories, first, count);
        (self.report.running, self.report.paused) = (true, false);
        (self.report.function, self.report.argument) = (0, 0);
        Ok(Vec::new())
    }
}
