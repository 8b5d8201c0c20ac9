//! The core with one call, run piece by piece: groups are handed out one at a time, and the host is asked when whoever
//! takes them says so.

use super::history::History;
use crate::Result;
use crate::engine::{Sample, Status};
use crate::import::{Answer, CoreMemory, Import, Imports};
use crate::lockstep::{Difference, Lockstep};
use crate::machine::{End, Limits, Machine, Run, batch};
use crate::observe::{CallEnd, Groups, Observer, Observers};
use crate::session::running::{self, Ended, HostEnd};
use crate::session::{Call, Job, Report};
use firmware_loader::host::Reply;
use firmware_loader::interrupt::Interrupt;
use isa::outcome::Exhausted;
use std::collections::VecDeque;

/// A core that makes one call after another.
pub(super) struct Hardware<'a> {
    job: &'a Job<'a>,
    machine: Machine<'a>,
    call: Call<'a>,
    in_start: bool,
    /// The call so far.
    run: Run,
    /// Groups that have retired and were not taken.
    groups: VecDeque<Sample>,
    /// The imported function that the core waits for, behind these groups.
    import: Option<Import>,
    /// How the host has ended the program.
    host: Option<HostEnd>,
    /// Ends no run: who debugs looks at the one that people raise.
    never: Interrupt,
}

/// What comes next.
pub(super) enum Next {
    Group(Sample),
    /// The cycles that were granted have passed.
    OutOfFuel,
    /// Nothing retires any more in this call.
    Ended,
}

impl<'a> Hardware<'a> {
    /// A new core, in this call.
    pub fn new(job: &'a Job<'a>, call: Call<'a>, in_start: bool) -> Result<Hardware<'a>> {
        let mut machine = Machine::new((job.open)(false)?, job.module, job.image, job.plan)?;
        let run = begin(&mut machine, call);
        let (groups, never) = (VecDeque::new(), Interrupt::default());
        Ok(Hardware { job, machine, call, in_start, run, groups, import: None, host: None, never })
    }

    /// Begins another call behind the start function's.
    pub fn call(&mut self, call: Call<'a>) {
        self.run = begin(&mut self.machine, call);
        (self.call, self.in_start) = (call, false);
        (self.groups, self.import, self.host) = (VecDeque::new(), None, None);
    }

    /// Whether reading all of a large memory would take minutes.
    pub fn is_slow(&mut self) -> bool {
        self.machine.engine().is_slow()
    }

    pub fn is_in_start(&self) -> bool {
        self.in_start
    }

    /// The next group of a call that may take so many cycles.
    pub fn next(&mut self, fuel: u64) -> Result<Next> {
        self.look_ahead(fuel)?;
        if self.groups.len() < 2 && self.runs() {
            return Ok(Next::OutOfFuel);
        }
        Ok(self.groups.pop_front().map_or(Next::Ended, Next::Group))
    }

    /// Whether the call goes on by itself, as far as is known.
    fn runs(&self) -> bool {
        self.run.end == End::Exhausted(Exhausted::Cycles)
    }

    /// Runs until two groups wait, or there is no more: of the last one before a pause, it has to be known that it is.
    fn look_ahead(&mut self, fuel: u64) -> Result<()> {
        while self.groups.len() < 2 && self.runs() && self.run.cycles < fuel {
            let groups = &mut self.groups;
            let mut taker = Groups(|sample: &Sample| {
                groups.push_back(*sample);
                Ok(())
            });
            let piece = batch(self.machine.engine().is_slow());
            let max_cycles = fuel.min(self.run.cycles + piece);
            let limits = Limits { max_cycles, interrupt: &self.never };
            self.run = self.machine.run(&mut Observers::new(vec![&mut taker]), &limits)?;
            self.import = if self.runs() { None } else { self.machine.import() };
        }
        Ok(())
    }

    /// The imported function that the core waits for, when all groups were taken.
    pub fn waits_for(&self) -> Option<Import> {
        self.import.filter(|_| self.groups.is_empty() && self.host.is_none())
    }

    /// Answers the import that the core waits for: as before, if the program has been there before, else the host does.
    pub fn answer(&mut self, import: Import, history: &mut History, host: &mut Imports<'_>) -> Answer {
        let (sizes, cycles) = (self.job.image.memory_sizes(), self.run.cycles);
        let mut memory = CoreMemory::new(self.machine.engine(), sizes, cycles);
        let repeated = history.repeat(&mut memory);
        repeated.unwrap_or_else(|| running::answer(&mut self.machine, self.job, import, cycles, host))
    }

    /// Goes on with an answer, unless that ends the program.
    pub fn resume(&mut self, import: Import, answer: &Answer) {
        match answer.reply {
            Reply::Exit(status) => self.host = Some(HostEnd::Exit(status)),
            Reply::Stop(stop) => self.host = Some(HostEnd::Stop(stop)),
            Reply::Results(_) => {
                self.machine.resume(import, &answer.results);
                self.run.end = End::Exhausted(Exhausted::Cycles);
                self.import = None;
            }
        }
    }

    /// Whether all that the call retires was taken, and it has come to its end.
    pub fn has_ended(&self) -> bool {
        self.groups.is_empty() && !self.runs() && self.waits_for().is_none()
    }

    /// How the core has stopped in an instruction, if it is that which has ended the call.
    pub fn stopped(&self) -> Option<Status> {
        let stopped = self.has_ended() && self.host.is_none() && self.run.status.stop != 0;
        stopped.then_some(self.run.status)
    }

    /// Ends the call, because the hardware does not do what it should.
    pub fn differs(&mut self, difference: Box<Difference>) {
        self.run.end = End::Different(difference);
    }

    /// The engine's name.
    pub fn engine(&mut self) -> &'static str {
        self.machine.engine().name()
    }

    /// Compares what is left behind a call that has ended, and reports on it.
    pub fn report(&mut self, lockstep: &mut Lockstep<'_>) -> Result<Report> {
        if !matches!(self.run.end, End::Different(_)) {
            let import = self.machine.import();
            let mut end = CallEnd { engine: self.machine.engine(), run: &self.run, import };
            let observed = lockstep.end_call(&mut end);
            self.run.heed(observed)?;
        }
        let ended = Ended { call: self.call, in_start: self.in_start, run: &self.run, host: self.host };
        let mut report = running::report(&mut self.machine, self.job, &ended);
        report.checked = Some(lockstep.checked());
        Ok(report)
    }
}

/// Starts a call, of which nothing has run then.
fn begin(machine: &mut Machine<'_>, call: Call<'_>) -> Run {
    machine.start(call.function, call.args);
    let status = machine.engine().status();
    Run { end: End::Exhausted(Exhausted::Cycles), status, cycles: 0, instructions: 0, last_pc: None }
}
