//! One core with one module in its memories: loading, calling, running to the end.

use crate::engine::{Engine, Sample, Saved, Status};
use crate::host::{Space, Write, control};
use crate::import::Import;
use crate::lockstep::Difference;
use crate::millicode::{Millicode, Pending};
use crate::observe::{Halt, Observed, Observers};
use crate::{Result, disassembly, load};
use firmware_loader::backtrace;
use firmware_loader::interrupt::Interrupt;
use isa::frame::{self, FrameRecord};
use isa::image::Image;
use isa::instr::decode;
use isa::module::Module;
use isa::outcome::Exhausted;
use isa::plan::CorePlan;
use isa::types::{ValType, Value};
use serde::{Deserialize, Serialize};
use std::convert::Infallible;

/// Cycles run, and room for samples, between two looks at the world outside.
const BATCH: u64 = 1 << 12;
/// The same where a cycle takes long: on a slow engine, or if somebody looks at every cycle.
const SMALL_BATCH: u64 = 1 << 6;
/// Cycles in which a core that is halted has come to rest.
const HALTS_WITHIN: u64 = 1 << 6;

/// Cycles to run between two looks at the world outside; `slow` if one of them takes long.
pub(crate) const fn batch(slow: bool) -> u64 {
    if slow { SMALL_BATCH } else { BATCH }
}

/// A loaded core.
pub struct Machine<'m> {
    engine: Box<dyn Engine>,
    module: &'m Module,
    plan: CorePlan,
    stack_base: u32,
    samples: Vec<Sample>,
    millicode: Millicode,
    passed: Passed,
    /// Cycles of the call up to its last pause, from which on the engine counts.
    paused: u64,
}

/// The call so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Passed {
    cycles: u64,
    instructions: u64,
    last_pc: Option<u32>,
}

/// A core in the middle of a call, for another one to go on from there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspended {
    core: Saved,
    millicode: Pending,
    passed: Passed,
    paused: u64,
}

impl Suspended {
    /// Cycles of the call so far.
    pub fn cycles(&self) -> u64 {
        self.passed.cycles
    }
}

/// A function with arguments.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// Function index in the index space.
    pub function: u32,
    /// Of the function's parameter types.
    pub args: &'a [Value],
}

/// What ends a run from outside.
#[derive(Clone, Copy, Debug)]
pub struct Limits<'a> {
    /// Cycles of a call.
    pub max_cycles: u64,
    pub interrupt: &'a Interrupt,
}

/// Why a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// The core stopped by itself: see its status.
    Stopped,
    /// One of the [`Limits`] was reached.
    Exhausted(Exhausted),
    /// An observer ended it.
    Different(Box<Difference>),
}

/// A call from its start write to its end, or to its next pause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    pub end: End,
    pub status: Status,
    pub cycles: u64,
    pub instructions: u64,
    /// Code address of the last instruction retired.
    pub last_pc: Option<u32>,
}

impl Run {
    /// Ends the run if an observer does.
    pub(crate) fn heed(&mut self, observed: Observed) -> Result<()> {
        match observed {
            Ok(()) => {}
            Err(Halt::Different(difference)) => self.end = End::Different(difference),
            Err(Halt::Failed(e)) => return Err(e),
        }
        Ok(())
    }
}

impl<'m> Machine<'m> {
    /// Loads the image through the host port of a new engine.
    pub fn new(mut engine: Box<dyn Engine>, module: &'m Module, image: &Image, plan: &CorePlan) -> Result<Machine<'m>> {
        load::load(&mut *engine, image, plan)?;
        Ok(Machine::of(engine, module, image, plan))
    }

    /// Goes on with what a core was suspended in, on a new engine for the same image.
    pub fn resumed(
        mut engine: Box<dyn Engine>,
        module: &'m Module,
        image: &Image,
        plan: &CorePlan,
        from: &Suspended,
    ) -> Result<Machine<'m>> {
        let &Suspended { ref core, millicode, passed, paused } = from;
        engine.restore(core)?;
        let mut machine = Machine { passed, paused, ..Machine::of(engine, module, image, plan) };
        machine.millicode.restore(millicode);
        Ok(machine)
    }

    fn of(engine: Box<dyn Engine>, module: &'m Module, image: &Image, plan: &CorePlan) -> Machine<'m> {
        let stack_base = image.layout.base;
        let (millicode, samples) = (Millicode::new(image), Vec::new());
        let passed = Passed::default();
        Machine { engine, module, plan: *plan, stack_base, samples, millicode, passed, paused: 0 }
    }

    /// What another core needs to go on with the call.
    pub fn suspend(&self) -> Result<Suspended> {
        let (core, millicode) = (self.engine.save()?, self.millicode.pending());
        Ok(Suspended { core, millicode, passed: self.passed, paused: self.paused })
    }

    pub fn engine(&mut self) -> &mut dyn Engine {
        &mut *self.engine
    }

    /// Places the arguments and starts a call.
    pub fn start(&mut self, function: u32, args: &[Value]) {
        let slots = self.stack_base..;
        let mut writes: Vec<_> = slots.zip(args).map(|(s, a)| Write::new(Space::Stack, s, a.bits.into())).collect();
        writes.push(Write::new(Space::Control, control::START, function.into()));
        self.engine.write(&writes);
        self.passed = Passed::default();
        self.paused = 0;
        self.millicode.clear();
    }

    /// The imported function that the core waits for.
    pub fn import(&mut self) -> Option<Import> {
        let Status { running, stop, .. } = self.engine.status();
        if running || stop != 0 || self.module.imports.is_empty() {
            return None;
        }
        let mut bits = [0];
        self.engine.read(Space::Control, control::RESUME, &mut bits);
        let (function, slot) = (bits[0] as u32, (bits[0] >> 32) as u32 & 0x7fff_ffff);
        (bits[0] >> 63 == 1).then_some(Import { function, slot })
    }

    /// Goes on with the results of an imported function.
    pub fn resume(&mut self, import: Import, results: &[Value]) {
        let slots = (import.slot..).zip(results);
        let mut writes: Vec<_> = slots.map(|(s, v)| Write::new(Space::Stack, s, v.bits.into())).collect();
        writes.push(Write::new(Space::Control, control::RESUME, control::resume(import.slot, results.len())));
        self.engine.write(&writes);
        self.paused = self.passed.cycles;
    }

    /// Runs the call that was started, to its end or until it waits for an imported function. If it ends by one of the
    /// limits, it can be told to run on. An error if an observer cannot go on.
    pub fn run(&mut self, observers: &mut Observers<'_>, limits: &Limits<'_>) -> Result<Run> {
        observers.attach(&*self.engine)?;
        let status = self.engine.status();
        let Passed { cycles, instructions, last_pc } = self.passed;
        let mut run = Run { end: End::Stopped, status, cycles, instructions, last_pc };
        let batch = batch(self.engine.is_slow() || observers.look());
        while run.status.running {
            if run.cycles >= limits.max_cycles {
                run.end = End::Exhausted(Exhausted::Cycles);
                break;
            }
            let room = (limits.max_cycles - run.cycles).min(batch - run.cycles % batch);
            let observed = self.advance(observers, room, &mut run);
            run.status = self.engine.status();
            run.heed(observed)?;
            if run.end != End::Stopped {
                break;
            }
            if !run.status.running || !run.cycles.is_multiple_of(batch) {
                continue;
            }
            observers.progress(run.cycles);
            if let Some(why) = limits.interrupt.stop() {
                run.end = End::Exhausted(why);
                break;
            }
        }
        // Whoever ended a run that goes on has not seen the end of its instruction.
        if !run.status.running
            && let Some(sample) = self.millicode.pause(self.module, &mut run.status)
        {
            let observed = retire(observers, &mut run, &sample);
            run.heed(observed)?;
        }
        let Run { cycles, instructions, last_pc, .. } = run;
        self.passed = Passed { cycles, instructions, last_pc };
        Ok(run)
    }

    /// Runs so many cycles, or a single one if somebody looks at it.
    fn advance(&mut self, observers: &mut Observers<'_>, room: u64, run: &mut Run) -> Observed {
        let room = room.min(observers.room(run.cycles));
        let looked = observers.peek(&mut *self.engine, run.cycles);
        self.samples.clear();
        self.samples.reserve(room as usize);
        run.cycles += self.engine.run(room, &mut self.samples);
        // Engines count from the last write on.
        self.samples.iter_mut().for_each(|sample| sample.cycle += self.paused);
        if looked {
            let retired = self.samples.first();
            observers.cycle(run.cycles, retired, self.millicode.takes(retired))?;
        }
        let module = self.module;
        for sample in &self.samples {
            for complete in self.millicode.take(module, sample).into_iter().flatten() {
                retire(observers, run, &complete)?;
            }
        }
        let last = self.millicode.calling().or(self.samples.last());
        run.last_pc = last.map(|sample| last_pc(module, sample.pc, sample.count)).or(run.last_pc);
        Ok(())
    }

    /// What the call returned, if it has.
    pub fn results(&mut self, types: &[ValType]) -> Vec<Value> {
        self.values(self.stack_base, types)
    }

    /// The frames of a call that stopped or waits, the innermost first.
    pub fn frames(&mut self) -> Vec<FrameRecord> {
        let Machine { engine, plan, .. } = self;
        let record = |row| {
            let mut bits = [0];
            engine.read(Space::Frames, row, &mut bits);
            Ok::<_, Infallible>(FrameRecord::unpack(bits[0].into(), plan))
        };
        let Ok(frames) = frame::chain((0..Space::Frames.rows(plan)).map(record));
        frames
    }

    /// Return addresses of the active calls, the innermost first. A call that runs is halted for that.
    pub fn return_addresses(&mut self) -> Vec<u32> {
        if self.engine.status().running {
            self.engine.write(&[Write::new(Space::Control, control::HALT, 0)]);
            self.engine.run(HALTS_WITHIN, &mut Vec::with_capacity(HALTS_WITHIN as usize));
        }
        let returns: Vec<u32> = self.frames().iter().map(|frame| frame.return_pc).collect();
        // Those of functions of the library belong to the instruction that has called it.
        match self.millicode.library().filter(|_| self.millicode.calling().is_some()) {
            Some(library) => backtrace::outside(library, returns).1,
            None => returns,
        }
    }

    /// Values of these types, from a slot on.
    pub fn values(&mut self, slot: u32, types: &[ValType]) -> Vec<Value> {
        let mut slots = vec![0; types.len()];
        self.engine.read(Space::Stack, slot, &mut slots);
        let bits = |ty: ValType, slot: u64| if ty.is_wide() { slot } else { slot & 0xffff_ffff };
        types.iter().zip(slots).map(|(&ty, slot)| Value { ty, bits: bits(ty, slot) }).collect()
    }
}

/// Counts and shows a group.
fn retire(observers: &mut Observers<'_>, run: &mut Run, sample: &Sample) -> Observed {
    run.instructions += u64::from(sample.count);
    observers.retired(sample).inspect_err(|_| run.cycles = sample.cycle)
}

/// Code address of the last instruction of a group, which begins at a code address and has so many.
pub(crate) fn last_pc(module: &Module, pc: u32, count: u8) -> u32 {
    let next = |pc: &u32| decode(&module.code, *pc).ok().map(|instr| instr.next_pc());
    std::iter::successors(Some(pc), next).take(count.into()).last().unwrap_or(pc)
}

/// The instructions of a group, and their function.
pub fn texts(module: &Module, sample: &Sample) -> (String, String) {
    let mut text = String::new();
    let mut pc = sample.pc;
    for i in 0..sample.count {
        let Some(instruction) = disassembly::instruction(module, pc) else { break };
        text += if i == 0 { "" } else { "; " };
        text += &instruction.text;
        pc = instruction.next;
    }
    (text, disassembly::function_name(module, sample.pc))
}
