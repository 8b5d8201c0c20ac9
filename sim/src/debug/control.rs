//! Running on until something happens, and going back to where something has happened.

use super::Target;
use super::breakpoints::Touched;
use super::stepping::Stepping;
use super::target::Step;
use crate::Result;
use isa::outcome;
use isa::retire::Record;

/// How far a program is to go, if nothing stops it before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// On and on.
    Continue,
    /// One instruction.
    Instruction,
    /// To another line, also in a function that is called; one instruction in code of no line.
    Line,
    /// To another line, of this function or its callers; one instruction, with the call that it is, in code of no line.
    Over,
    /// To behind the call of this function.
    Out,
}

/// Why a program stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// It has come to the breakpoint with this number.
    Breakpoint(u32),
    Watchpoint(Touched),
    /// It has come as far as it was to.
    Reached,
    Interrupted,
    /// The cycles granted to it are used up: going on grants as many more.
    OutOfFuel,
    /// It cannot go on: this is the instruction that ends it.
    Halted(outcome::Stop),
    /// It is over.
    Ended,
    /// It is at its first instruction, and came there backwards.
    Beginning,
}

impl Target<'_> {
    /// Runs on.
    pub fn resume(&mut self, goal: Goal) -> Result<Stop> {
        let mut watch = Watch::new(self, goal);
        self.look();
        let from = self.position();
        loop {
            let stop = match self.step()? {
                Step::Done(record) => watch.stop(self, &record),
                Step::Interrupted => Some(Stop::Interrupted),
                Step::OutOfFuel => {
                    self.refuel();
                    Some(Stop::OutOfFuel)
                }
                Step::Halted(_) if self.halted == Some(from) && self.position() == from => {
                    self.end()?;
                    Some(Stop::Ended)
                }
                Step::Halted(stop) => {
                    self.halted = Some(self.position());
                    Some(Stop::Halted(stop))
                }
                Step::Ended => Some(Stop::Ended),
            };
            if let Some(stop) = stop {
                if stop == Stop::Interrupted {
                    self.interrupt.lower();
                }
                return Ok(stop);
            }
            if self.interrupt.stop().is_some() {
                self.interrupt.lower();
                return Ok(Stop::Interrupted);
            }
        }
    }

    /// Goes back: by an instruction; to where a line before this one began; or to the last place at which going on would
    /// have stopped.
    pub fn back(&mut self, goal: Goal) -> Result<Stop> {
        let here = self.position();
        let found = match goal {
            _ if goal != Goal::Continue && (goal == Goal::Instruction || self.lines.is_empty()) => {
                here.checked_sub(1).map(|position| (position, Stop::Reached))
            }
            _ if here == 0 => None,
            _ => {
                let mut found = None;
                self.restart()?;
                let mut watch = Watch::new(self, goal);
                self.look();
                let interrupted = self.repeat(here - 1, |target, record| {
                    if let Some(stop) = watch.passed(target, record) {
                        found = Some((target.position(), stop));
                    }
                })?;
                if interrupted {
                    return Ok(Stop::Interrupted);
                }
                found
            }
        };
        let (position, stop) = found.unwrap_or((0, Stop::Beginning));
        if position < self.position() || self.report().is_some() {
            self.restart()?;
        }
        let interrupted = self.repeat(position, |_, _| ())?;
        Ok(if interrupted { Stop::Interrupted } else { stop })
    }

    /// Goes to where so many instructions have been executed, and shows each of them. Whether it was interrupted.
    fn repeat(&mut self, position: u64, mut each: impl FnMut(&mut Self, &Record)) -> Result<bool> {
        while self.position() < position {
            match self.step()? {
                Step::Done(record) => each(self, &record),
                Step::OutOfFuel => self.refuel(),
                Step::Interrupted | Step::Halted(_) | Step::Ended => break,
            }
            if self.interrupt.stop().is_some() {
                self.interrupt.lower();
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Looks at what is watched.
    fn look(&mut self) {
        let mut breakpoints = std::mem::take(&mut self.breakpoints);
        breakpoints.look(|address, bytes| self.memory(address, bytes as usize));
        self.breakpoints = breakpoints;
    }

    /// What is watched and was touched by the last instruction.
    fn touched(&mut self, record: &Record) -> Option<Touched> {
        if self.breakpoints.watchpoints().is_empty() {
            return None;
        }
        let mut breakpoints = std::mem::take(&mut self.breakpoints);
        let touched = breakpoints.touched(record, |address, bytes| self.memory(address, bytes as usize));
        self.breakpoints = breakpoints;
        touched
    }
}

/// Looks out for what stops a program that runs.
struct Watch {
    goal: Goal,
    /// Active calls where it began to run.
    depth: usize,
    /// It began in code of a line.
    in_line: bool,
    stepping: Stepping,
}

impl Watch {
    fn new(target: &Target<'_>, goal: Goal) -> Watch {
        let (pc, depth) = (target.pc().unwrap_or_default(), target.depth());
        let in_line = target.lines.line(pc).is_some();
        Watch { goal, depth, in_line, stepping: Stepping::new(&target.lines, pc, depth) }
    }

    /// Whether the program stops behind an instruction.
    fn stop(&mut self, target: &mut Target<'_>, record: &Record) -> Option<Stop> {
        let Some(pc) = target.pc() else { return target.report().map(|_| Stop::Ended) };
        if let Some(stop) = on_the_way(target, record, pc) {
            return Some(stop);
        }
        self.reached(target, pc).then_some(Stop::Reached)
    }

    /// Whether it has come as far as it was to.
    fn reached(&mut self, target: &Target<'_>, pc: u32) -> bool {
        let depth = target.depth();
        match self.goal {
            Goal::Continue => false,
            Goal::Instruction => true,
            Goal::Out => depth < self.depth,
            Goal::Over if depth > self.depth => false,
            Goal::Line | Goal::Over => !self.in_line || self.stepping.comes_to_line(&target.lines, pc, depth),
        }
    }

    /// Whether a program that goes back could stop behind an instruction.
    fn passed(&mut self, target: &mut Target<'_>, record: &Record) -> Option<Stop> {
        let pc = target.pc()?;
        match self.goal {
            Goal::Continue => on_the_way(target, record, pc),
            _ => self.stepping.comes_to_line(&target.lines, pc, target.depth()).then_some(Stop::Reached),
        }
    }
}

/// The breakpoint or watchpoint that stops a program behind an instruction.
fn on_the_way(target: &mut Target<'_>, record: &Record, pc: u32) -> Option<Stop> {
    let touched = target.touched(record).map(Stop::Watchpoint);
    touched.or_else(|| target.breakpoints.at(pc).map(Stop::Breakpoint))
}
