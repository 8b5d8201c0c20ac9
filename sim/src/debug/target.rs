//! The program that is debugged: hardware and model in lock-step, one instruction at a time, and the way back.

use super::breakpoints::Breakpoints;
use super::control::{self, Goal};
use super::hardware::{Hardware, Next};
use super::history::History;
use super::lines::Lines;
use crate::engine::Status;
use crate::import::Imports;
use crate::lockstep::{Difference, Group, Lockstep};
use crate::observe::Observer;
use crate::session::{Call, Ending, Job, Report};
use crate::{Error, Result};
use firmware_loader::interrupt::Interrupt;
use isa::instr::decode;
use isa::module::Module;
use isa::op::Unit;
use isa::outcome::{Exhausted, Stop};
use isa::retire::Record;

/// A program in the debugger.
pub struct Target<'a> {
    job: &'a Job<'a>,
    host: &'a mut Imports<'a>,
    pub(super) interrupt: Interrupt,
    pub lines: Lines<'a>,
    pub breakpoints: Breakpoints,
    hardware: Hardware<'a>,
    lockstep: Lockstep<'a>,
    /// The group that the program is in.
    group: Option<Group>,
    history: History,
    /// Instructions executed since the beginning.
    position: u64,
    /// And before the call.
    begun: u64,
    /// Cycles of the call in which that was retired.
    cycle: u64,
    /// Cycles that each call may take, and by how many more it may when it is told to go on.
    fuel: u64,
    budget: u64,
    report: Option<Report>,
    /// Where it was said that it cannot go on.
    pub(super) halted: Option<u64>,
}

/// What came of an instruction.
pub(super) enum Step {
    Done(Record),
    /// Nothing: the host was to wait, and somebody does not want to.
    Interrupted,
    /// Nothing: the cycles granted are used up.
    OutOfFuel,
    /// Nothing: the program stops at this instruction, and does not go on.
    Halted(Stop),
    /// Nothing: the program is over.
    Ended,
}

impl<'a> Target<'a> {
    /// A program at its first instruction. `file` has the bytes of the binary module, for its lines; `fuel` are the
    /// cycles of a call after which it stops, again and again. The interrupt stops it, too.
    pub fn new(
        job: &'a Job<'a>,
        file: &[u8],
        host: &'a mut Imports<'a>,
        fuel: Option<u64>,
        interrupt: Interrupt,
    ) -> Result<Target<'a>> {
        let budget = fuel.unwrap_or(u64::MAX);
        let (hardware, lockstep) = beginning(job)?;
        Ok(Target {
            job,
            host,
            interrupt,
            lines: Lines::new(job.module, file),
            breakpoints: Breakpoints::default(),
            hardware,
            lockstep,
            group: None,
            history: History::default(),
            position: 0,
            begun: 0,
            cycle: 0,
            fuel: budget,
            budget,
            report: None,
            halted: None,
        })
    }

    pub fn module(&self) -> &'a Module {
        self.job.module
    }

    pub(super) fn lockstep(&self) -> &Lockstep<'a> {
        &self.lockstep
    }

    /// Instructions executed since the beginning, the start function's included.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The cycle of the call in which the hardware has retired the last group that was executed whole.
    pub fn cycle(&self) -> u64 {
        self.cycle
    }

    /// The cycle in which the hardware has retired the group that the program is inside of, with how many of its
    /// instructions are executed and how many it has.
    pub fn inside(&self) -> Option<(u64, u8, u8)> {
        let group = self.group.as_ref()?;
        let (cycle, count) = (group.sample.cycle, group.sample.count);
        (group.left() < count).then(|| (cycle, count - group.left(), count))
    }

    /// How the program ended, if it has.
    pub fn report(&self) -> Option<&Report> {
        self.report.as_ref()
    }

    /// Code address of the next instruction; `None` of a program that is over.
    pub fn pc(&self) -> Option<u32> {
        self.lockstep.thread().filter(|thread| thread.is_running() && self.report.is_none()).map(|thread| thread.pc())
    }

    /// How many calls are active.
    pub fn depth(&self) -> usize {
        self.lockstep.thread().map_or(0, |thread| thread.depth())
    }

    /// Grants more cycles, of which it ran out.
    pub(super) fn refuel(&mut self) {
        self.fuel = self.fuel.saturating_add(self.budget);
    }

    /// Goes to the beginning.
    pub(super) fn restart(&mut self) -> Result<()> {
        (self.hardware, self.lockstep) = beginning(self.job)?;
        self.history.rewind();
        (self.group, self.report) = (None, None);
        (self.position, self.begun, self.cycle) = (0, 0, 0);
        Ok(())
    }

    /// Executes one instruction.
    pub(super) fn step(&mut self) -> Result<Step> {
        if self.report.is_some() {
            return Ok(Step::Ended);
        }
        let mut group = match self.group.take() {
            Some(group) => group,
            None => match self.hardware.next(self.fuel)? {
                Next::Group(sample) => Group::new(&sample),
                Next::OutOfFuel => return Ok(Step::OutOfFuel),
                Next::Ended => return self.last_step(),
            },
        };
        if group.left() == 1 && !self.answer() {
            self.group = Some(group);
            return Ok(Step::Interrupted);
        }
        let followed = self.lockstep.follow(&mut group).and_then(|record| {
            if group.left() == 0 { self.lockstep.compare(&group).map(|()| record) } else { Ok(record) }
        });
        self.position += 1;
        let record = match followed {
            Ok(record) => record,
            Err(difference) => return self.differ(difference),
        };
        if group.left() > 0 {
            self.group = Some(group);
        } else {
            self.cycle = group.sample.cycle;
            self.settle()?;
        }
        Ok(Step::Done(record))
    }

    /// If the next instruction is the call of an imported function, answers it. Not if the host was cut short.
    fn answer(&mut self) -> bool {
        let Some(import) = self.hardware.waits_for() else { return true };
        let known = self.history.is_known();
        let answer = self.hardware.answer(import, &mut self.history, self.host);
        if !known {
            if answer.was_cut_short() {
                return false;
            }
            self.history.push(&answer);
        }
        // Nothing is held back that could differ.
        let _ = self.lockstep.answered(&answer);
        self.hardware.resume(import, &answer);
        true
    }

    /// In the group in which the hardware has stopped: executes what stands before the instruction that it stopped in.
    fn last_step(&mut self) -> Result<Step> {
        let stopped = self.hardware.stopped();
        let stop = stopped.and_then(|Status { stop, .. }| Stop::from_code(stop));
        let (Some(Status { stop_pc, .. }), Some(stop)) = (stopped, stop) else {
            return self.end().map(|()| Step::Ended);
        };
        match self.pc() {
            Some(pc) if pc != stop_pc && self.goes_before_stop(pc) => match self.lockstep.step() {
                Some(record) => {
                    self.position += 1;
                    Ok(Step::Done(record))
                }
                None => self.end().map(|()| Step::Ended),
            },
            // The hardware has stopped where it should not have.
            Some(pc) if pc != stop_pc => self.end().map(|()| Step::Ended),
            _ => Ok(Step::Halted(stop)),
        }
    }

    /// Whether an instruction can be in the group of one that stops, and before it.
    fn goes_before_stop(&self, pc: u32) -> bool {
        decode(&self.module().code, pc).is_ok_and(|instr| matches!(instr.op.row().unit, Unit::Move | Unit::Marker))
    }

    /// Behind a group: if that was the call's last one, and nothing is to be seen of its end, the end.
    fn settle(&mut self) -> Result<()> {
        if self.hardware.has_ended() && self.hardware.stopped().is_none() { self.end() } else { Ok(()) }
    }

    fn differ(&mut self, difference: Box<Difference>) -> Result<Step> {
        self.hardware.differs(difference);
        self.end()?;
        Ok(Step::Ended)
    }

    /// Runs to the end without stopping, but when it is interrupted, which ends it.
    pub fn run_alone(&mut self) -> Result<()> {
        self.breakpoints.clear();
        while self.report.is_none() {
            if self.resume(Goal::Continue)? == control::Stop::Interrupted {
                self.kill();
            }
        }
        Ok(())
    }

    /// How far the program is, for people.
    pub fn progress(&self) -> String {
        let inside = self.inside().map_or(String::new(), |(cycle, done, count)| {
            format!(", and {done} of the {count} instructions that retire in cycle {cycle}")
        });
        format!("cycle {}, {} instructions{inside}", self.cycle, self.position)
    }

    /// Ends the program where it stands.
    pub fn kill(&mut self) {
        if self.report.is_some() {
            return;
        }
        self.report = Some(Report {
            ending: Ending::Stopped(Stop::Exhausted(Exhausted::Interrupted), self.pc()),
            in_start: self.hardware.is_in_start(),
            cycles: self.cycle,
            instructions: self.position - self.begun,
            checked: Some(self.lockstep.checked()),
            engine: self.hardware.engine(),
            import: None,
            returns: self.frames().iter().skip(1).map(|frame| frame.pc).collect(),
        });
    }

    /// Behind the last instruction of a call: compares what is left, and begins the next call or ends the program.
    pub(super) fn end(&mut self) -> Result<()> {
        let report = self.hardware.report(&mut self.lockstep)?;
        match (self.job.call, &report.ending) {
            (Some(call), Ending::Returned(_)) if self.hardware.is_in_start() => {
                self.hardware.call(call);
                self.lockstep.begin(call.function, call.args);
                (self.begun, self.cycle) = (self.position, 0);
                self.fuel = self.budget;
            }
            _ => self.report = Some(report),
        }
        Ok(())
    }
}

/// Hardware and model in the call that a program begins with: the start function's, if there is one.
fn beginning<'a>(job: &'a Job<'a>) -> Result<(Hardware<'a>, Lockstep<'a>)> {
    let start = job.module.start.map(|function| (Call { function, args: &[] }, true));
    let first = start.or(job.call.map(|call| (call, false)));
    let nothing = || Error::new("there is nothing to run: no start function and no call");
    let (call, in_start) = first.ok_or_else(nothing)?;
    let mut hardware = Hardware::new(job, call, in_start)?;
    let mut lockstep = Lockstep::new(job.module, job.image, job.plan)?;
    if hardware.is_slow() {
        lockstep.compare_changes_only();
    }
    lockstep.begin(call.function, call.args);
    Ok((hardware, lockstep))
}
