//! A stand-in for the hardware that always agrees with the golden model, because it is one: each cycle retires one
//! instruction, or with `fold` two of them. `alter` may change what the retire port shows.

use isa::module::Module;
use isa::op::PREFIX;
use isa::plan::CorePlan;
use isa::retire::Slot;
use isa::types::{ValType, Value};
use model::{InstanceAddr, Limits, Outcome, Store, Thread};
use sim::engine::{Engine, Sample, Signal, Status};
use sim::host::{Space, Write, control};
use std::cell::Cell;
use std::rc::Rc;

pub struct ModelEngine {
    module: Module,
    store: Store,
    instance: InstanceAddr,
    thread: Option<Thread>,
    status: Status,
    cycle: u64,
    /// Frame base of the active function and its callers.
    bases: Vec<u32>,
    /// Arguments written to the stack before a start, and results after it.
    slots: Vec<u64>,
    signals: Vec<Signal>,
    pub fold: bool,
    pub slow: bool,
    /// How often it was told to run.
    pub runs: Rc<Cell<u64>>,
    pub alter: Box<dyn FnMut(&mut Sample)>,
    /// Changes words of memory when they are read.
    pub alter_memory: Box<dyn Fn(u32) -> u64>,
}

impl ModelEngine {
    pub fn new(module: &Module, plan: &CorePlan) -> ModelEngine {
        let mut store = Store::new(Limits::of_plan(plan));
        let instance = store.link(module, |_| None).unwrap();
        ModelEngine {
            module: module.clone(),
            store,
            instance,
            thread: None,
            status: Status::default(),
            cycle: 0,
            bases: Vec::new(),
            slots: vec![0; 64],
            signals: vec![Signal { scope: vec!["port".into()], name: "pc".into(), width: 18, states: None }],
            fold: false,
            slow: false,
            runs: Rc::default(),
            alter: Box::new(|_| ()),
            alter_memory: Box::new(|_| 0),
        }
    }

    fn globals(&self) -> u32 {
        self.store.globals(self.instance).count() as u32
    }

    fn start(&mut self, function: u32) {
        let types: Vec<ValType> = self.module.function_type(function).unwrap().params.clone();
        let slots = &self.slots[self.globals() as usize..];
        let args: Vec<Value> = types.iter().zip(slots).map(|(&ty, &bits)| Value { ty, bits }).collect();
        let function = self.store.function(self.instance, function).unwrap();
        self.cycle = 0;
        self.bases = vec![self.globals()];
        match Thread::new(&mut self.store, function, &args) {
            Ok(thread) => {
                self.thread = Some(thread);
                self.status = Status { running: true, ..Status::default() };
            }
            Err(stop) => self.status.stop = stop.code(),
        }
    }

    /// Retires one instruction.
    fn step(&mut self) -> Option<Sample> {
        let thread = self.thread.as_mut()?;
        let depth = thread.depth();
        let height = self.bases.last()? + (thread.locals().len() + thread.operands().len()) as u32;
        let record = thread.step(&mut self.store);
        if let Some(stop) = record.stop {
            self.status = Status { stop_pc: record.pc, running: false, stop: stop.code() };
            return None;
        }
        let slot = record.write.map_or(0, |w| match w.slot {
            Slot::Local(i) => self.bases[self.bases.len() - 1] + i,
            Slot::Global(i) => i,
        });
        match thread.depth().cmp(&depth) {
            std::cmp::Ordering::Greater => self.bases.push(height - record.pops),
            std::cmp::Ordering::Less => drop(self.bases.pop()),
            std::cmp::Ordering::Equal => (),
        }
        let left = thread.depth() < depth || !thread.is_running();
        let results =
            self.module.function_at(record.pc).and_then(|f| self.module.function_type(f)).map(|t| t.results.len());
        let result = match thread.outcome() {
            _ if !left || results != Some(1) => None,
            Some(Outcome::Returned(values)) => Some(values[0].bits),
            _ => thread.operands().last().copied(),
        };
        let push = record.push.or(result);
        let access = record.memory;
        let row = record.op.row();
        let mut sample = Sample {
            cycle: self.cycle,
            value: push.or(record.write.map(|w| w.value)).unwrap_or(0),
            data: access.map_or(0, |m| m.data),
            pc: record.pc,
            address: access.map_or(0, |m| m.address),
            slot,
            height: self.bases.last()? + (thread.locals().len() + thread.operands().len()) as u32,
            count: 1,
            op: if row.prefix == PREFIX { PREFIX } else { row.code },
            bytes: access.map_or(0, |m| m.bytes),
            push: push.is_some(),
            write: record.write.is_some(),
            memory: access.is_some(),
            store: access.is_some_and(|m| m.store),
        };
        if let Some(Outcome::Returned(values)) = thread.outcome() {
            let base = self.store.globals(self.instance).count();
            for (slot, value) in self.slots[base..].iter_mut().zip(values) {
                *slot = value.bits;
            }
            self.status.running = false;
        }
        (self.alter)(&mut sample);
        Some(sample)
    }

    /// Retires a group: if the first instruction only moves, it shares one with the next. A stop takes all of its group
    /// with it.
    fn group(&mut self) -> Option<Sample> {
        const MOVES: [u8; 3] = [0x20, 0x41, 0x42];
        const MARKERS: [u8; 4] = [0x01, 0x02, 0x03, 0x0b];
        let first = self.step()?;
        if !self.fold || !MOVES.contains(&first.op) {
            return Some(first);
        }
        let second = self.step()?;
        let carries = MARKERS.contains(&second.op);
        let effects = if carries { Sample { height: second.height, ..first } } else { second };
        Some(Sample { pc: first.pc, count: 2, ..effects })
    }
}

impl Engine for ModelEngine {
    fn name(&self) -> &'static str {
        "model"
    }

    fn reset(&mut self) {
        self.status = Status::default();
    }

    fn write(&mut self, writes: &[Write]) {
        for write in writes {
            if write.space == Space::Stack as u32 {
                self.slots[write.address as usize] = write.data[0] as u64 | (write.data[1] as u64) << 32;
            } else if write.space == Space::Control as u32 && write.address == control::START {
                self.start(write.data[0]);
            }
        }
    }

    fn read(&mut self, space: Space, start: u32, values: &mut [u64]) {
        let globals: Vec<u64> = self.store.globals(self.instance).map(|g| self.store.global(g).bits).collect();
        let memory = self.store.memories(self.instance).next().map(|m| self.store.memory(m).bytes());
        for (at, value) in (start..).zip(values) {
            let word = |bytes: &[u8]| {
                bytes.chunks(4).nth(at as usize).map(|w| w.iter().rev().fold(0, |v, &b| v << 8 | u64::from(b)))
            };
            *value = match space {
                Space::Stack => globals.get(at as usize).copied().unwrap_or(self.slots[at as usize]),
                _ => memory.as_deref().and_then(word).unwrap_or(0) ^ (self.alter_memory)(at),
            };
        }
    }

    fn run(&mut self, limit: u64, samples: &mut Vec<Sample>) -> u64 {
        self.runs.set(self.runs.get() + 1);
        let mut cycles = 0;
        while self.status.running && cycles < limit && samples.len() < samples.capacity() {
            self.cycle += 1;
            cycles += 1;
            samples.extend(self.group());
        }
        cycles
    }

    fn is_slow(&self) -> bool {
        self.slow
    }

    fn status(&self) -> Status {
        self.status
    }

    fn signals(&self) -> &[Signal] {
        &self.signals
    }

    fn peek(&mut self, words: &mut Vec<u32>) {
        words.clear();
        words.push(self.thread.as_ref().map_or(0, Thread::pc));
    }
}
