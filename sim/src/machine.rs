//! One core with one module in its memories: loading, calling, running to the end.

use crate::engine::{Engine, Sample, Status};
use crate::host::{Space, Write, control};
use crate::import::Import;
use crate::lockstep::Difference;
use crate::stall::Stalls;
use crate::wave::Wave;
use crate::{Result, disassembly, load};
use firmware_loader::interrupt::Interrupt;
use isa::frame::{self, FrameRecord};
use isa::image::Image;
use isa::instr::decode;
use isa::module::Module;
use isa::outcome::Exhausted;
use isa::plan::CorePlan;
use isa::types::{ValType, Value};
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
    passed: Passed,
}

/// The call before its last pause.
#[derive(Clone, Copy, Debug, Default)]
struct Passed {
    cycles: u64,
    instructions: u64,
    last_pc: Option<u32>,
}

/// Who looks on while the core runs.
pub struct Watch<'a> {
    /// Sees every retired group; a difference ends the run.
    pub retired: &'a mut dyn FnMut(&Sample) -> std::result::Result<(), Box<Difference>>,
    /// Called now and then with the cycles so far.
    pub progress: &'a mut dyn FnMut(u64),
    /// Ends the run.
    pub interrupt: &'a Interrupt,
    /// Gets every cycle after this number.
    pub wave: Option<(&'a mut Wave, u64)>,
    /// Counts every cycle.
    pub stalls: Option<&'a mut Stalls>,
    /// The run ends after so many cycles.
    pub max_cycles: u64,
}

/// Why a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// The core stopped by itself: see its status.
    Stopped,
    /// [`Watch::max_cycles`] or [`Watch::interrupt`].
    Exhausted(Exhausted),
    /// [`Watch::retired`].
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

impl<'m> Machine<'m> {
    /// Loads the image through the host port of a new engine.
    pub fn new(mut engine: Box<dyn Engine>, module: &'m Module, image: &Image, plan: &CorePlan) -> Result<Machine<'m>> {
        load::load(&mut *engine, image, plan)?;
        let stack_base = image.layout.base;
        Ok(Machine { engine, module, plan: *plan, stack_base, samples: Vec::new(), passed: Passed::default() })
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

    /// Goes on with the results of an imported function; `run` is the call so far.
    pub fn resume(&mut self, import: Import, results: &[Value], run: &Run) {
        let slots = (import.slot..).zip(results);
        let mut writes: Vec<_> = slots.map(|(s, v)| Write::new(Space::Stack, s, v.bits.into())).collect();
        writes.push(Write::new(Space::Control, control::RESUME, control::resume(import.slot, results.len())));
        self.engine.write(&writes);
        let &Run { cycles, instructions, last_pc, .. } = run;
        self.passed = Passed { cycles, instructions, last_pc };
    }

    /// Runs the call that was started, to its end or until it waits for an imported function.
    pub fn run(&mut self, watch: &mut Watch<'_>) -> Result<Run> {
        let status = self.engine.status();
        let Passed { cycles, instructions, last_pc } = self.passed;
        let mut run = Run { end: End::Stopped, status, cycles, instructions, last_pc };
        let slow = self.engine.is_slow() || watch.wave.is_some() || watch.stalls.is_some();
        let batch = batch(slow);
        while run.status.running {
            if run.cycles >= watch.max_cycles {
                run.end = End::Exhausted(Exhausted::Cycles);
                break;
            }
            let different = self.advance(watch, batch, &mut run)?;
            run.status = self.engine.status();
            if let Some(difference) = different {
                run.end = End::Different(difference);
                break;
            }
            if !run.status.running || !run.cycles.is_multiple_of(batch) {
                continue;
            }
            (watch.progress)(run.cycles);
            if let Some(why) = watch.interrupt.stop() {
                run.end = End::Exhausted(why);
                break;
            }
        }
        Ok(run)
    }

    /// Runs up to the end of a batch, or a single cycle if its waves are wanted or it is to be counted.
    fn advance(&mut self, watch: &mut Watch<'_>, batch: u64, run: &mut Run) -> Result<Option<Box<Difference>>> {
        let mut room = (watch.max_cycles - run.cycles).min(batch - run.cycles % batch);
        let waves = watch.wave.as_ref().is_some_and(|&(_, from)| run.cycles >= from);
        let mut values = Vec::new();
        if waves {
            room = 1;
            self.engine.peek(&mut values);
        } else if let Some((_, from)) = watch.wave {
            room = room.min(from - run.cycles);
        }
        if let Some(stalls) = &mut watch.stalls {
            room = 1;
            stalls.cycle(&mut *self.engine);
        }
        self.samples.clear();
        self.samples.reserve(room as usize);
        run.cycles += self.engine.run(room, &mut self.samples);
        if let Some((wave, _)) = watch.wave.as_mut().filter(|_| waves) {
            let texts = self.samples.first().map(|s| texts(self.module, s));
            wave.cycle(run.cycles, &values, texts.as_ref().map(|(i, f)| (i.as_str(), f.as_str())))?;
        }
        run.last_pc = self.samples.last().map(|sample| last_pc(self.module, sample)).or(run.last_pc);
        for sample in &mut self.samples {
            // Engines count from the last write on.
            sample.cycle += self.passed.cycles;
            run.instructions += u64::from(sample.count);
            if let Err(difference) = (watch.retired)(sample) {
                run.cycles = sample.cycle;
                return Ok(Some(difference));
            }
        }
        Ok(None)
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
        self.frames().iter().map(|frame| frame.return_pc).collect()
    }

    /// Values of these types, from a slot on.
    pub fn values(&mut self, slot: u32, types: &[ValType]) -> Vec<Value> {
        let mut slots = vec![0; types.len()];
        self.engine.read(Space::Stack, slot, &mut slots);
        let bits = |ty: ValType, slot: u64| if ty.is_wide() { slot } else { slot & 0xffff_ffff };
        types.iter().zip(slots).map(|(&ty, slot)| Value { ty, bits: bits(ty, slot) }).collect()
    }
}

/// Code address of the last instruction of a group.
fn last_pc(module: &Module, sample: &Sample) -> u32 {
    let next = |pc: &u32| decode(&module.code, *pc).ok().map(|instr| instr.next_pc());
    std::iter::successors(Some(sample.pc), next).take(sample.count.into()).last().unwrap_or(sample.pc)
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
