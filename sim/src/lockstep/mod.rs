//! The lock-step checker: runs the golden model beside the hardware and compares them group by group, and everything
//! that is left at the end. It sees nothing of the hardware but the retire port and, after the call, the host port.

use crate::disassembly::place;
use crate::engine::{Engine, Sample, Status};
use crate::error::{Error, Result};
use crate::host::Space;
use crate::import::Answers;
use crate::width::{Width, Widths};
use isa::host::REACH;
use isa::image::{Descriptor, Image, Layout};
use isa::instr::decode;
use isa::module::{Import, ImportKind, Module};
use isa::op::{Op, Unit};
use isa::outcome::{Exhausted, Stop};
use isa::plan::CorePlan;
use isa::retire::{MemoryAccess, Record, Slot};
use isa::types::Value;
use model::{Extern, InstanceAddr, Limits, Millicode, Outcome, Store, Thread};

use std::collections::BTreeMap;

mod difference;
mod observer;

pub use difference::Difference;

/// The model in the state that the hardware should be in.
pub struct Lockstep<'m> {
    module: &'m Module,
    store: Store,
    instance: InstanceAddr,
    /// The call in progress, or why it could not even begin.
    thread: std::result::Result<Thread, Stop>,
    layout: Layout,
    /// Instructions that the core executes by millicode.
    millicode: Vec<Op>,
    /// Frame base of the active function, and those of its callers.
    base: u32,
    callers: Vec<u32>,
    height: u32,
    /// Whether the last instruction left a function.
    returned: bool,
    /// Bits of a height that the hardware shows: a full stack has height 0 there.
    height_mask: u32,
    widths: Widths<'m>,
    checked: u64,
    /// Linear memory before the call, if only what the call changes is to be compared after it.
    before: Option<BTreeMap<u64, Vec<u8>>>,
    /// Linear memory is a pool of blocks.
    pooled: bool,
    answers: Answers,
    /// The last group, not compared yet: if it calls an imported function, the model needs the answer first.
    held: Option<Sample>,
}

/// The sum of the model's records over one group.
#[derive(Clone, Debug, Default)]
struct Expected {
    pc: u32,
    /// Whether one of the instructions has the opcode that the hardware shows.
    has_op: bool,
    push: Option<(u64, Width)>,
    write: Option<(u32, u64, Width)>,
    memory: Option<MemoryAccess>,
    height: u32,
    /// Whether the group transfers control, so that its stack may still be on the move while it retires. The next
    /// group's height then shows whether it arrived.
    moving: bool,
}

type Checked = std::result::Result<(), Box<Difference>>;

/// A group has at most as many instructions as bytes.
const LONGEST_GROUP: usize = 8;
/// Bytes of memory read at once for the comparison at the end: of all of it, and of what has changed.
const CHUNK: usize = 1 << 18;
const LINE: usize = 16;

impl<'m> Lockstep<'m> {
    /// Instantiates the module in the model, with the limits of this plan as the image leaves them.
    pub fn new(module: &'m Module, image: &Image, plan: &CorePlan) -> Result<Lockstep<'m>> {
        let Layout { globals, base, window, .. } = image.layout;
        let mut limits = Limits::of_plan(plan);
        // The model's stack begins above the globals, the core's above those of millicode, tables and segments, too.
        limits.value_stack_slots -= base - globals;
        if !plan.has_pool() {
            limits.physical_memory_bytes = window;
        }
        limits.millicode = Millicode::new(&image.routines);
        let mut store = Store::new(limits);
        let answers = Answers::default();
        let mut imports = imported(module, &mut store, &answers).into_iter();
        let instance = store
            .link(module, |_| imports.next().flatten())
            .map_err(|e| Error::new(format!("the model refuses it: {e}")))?;
        Ok(Lockstep {
            module,
            store,
            instance,
            thread: Err(Stop::Fault(isa::outcome::Fault::CodeWindow)),
            layout: image.layout,
            millicode: image.routines.iter().map(|routine| routine.op).collect(),
            base,
            callers: Vec::new(),
            height: 0,
            returned: false,
            height_mask: plan.stack_slots() as u32 - 1,
            widths: Widths::new(module),
            checked: 0,
            before: None,
            pooled: plan.has_pool(),
            answers,
            held: None,
        })
    }

    /// From now on compares only those parts of linear memory that the model changes. A store of the hardware elsewhere
    /// shows only at the retire port then; this is for engines that take too long to read all of it.
    pub fn compare_changes_only(&mut self) {
        self.before = Some(self.memory().map(|(address, bytes)| (address, bytes.to_vec())).collect());
    }

    /// What the first linear memory has that may not be 0: addresses and contents.
    fn memory(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let memory = self.store.memories(self.instance).next();
        memory.into_iter().flat_map(|memory| self.store.memory(memory).parts())
    }

    /// Begins a call. Panics if the module has no such function or the arguments are of other types.
    pub fn begin(&mut self, function: u32, args: &[Value]) {
        let function = self.store.function(self.instance, function).expect("the function is in the module");
        self.thread = Thread::new(&mut self.store, function, args);
        self.callers.clear();
        self.base = self.layout.base;
        self.height = self.current_height();
    }

    /// Instructions compared so far, over all calls.
    pub fn checked(&self) -> u64 {
        self.checked
    }

    fn current_height(&self) -> u32 {
        let slots = |t: &Thread| t.locals().len() + t.operands().len();
        self.base + self.thread.as_ref().map_or(0, slots) as u32
    }

    /// Steps the model by one instruction. `None` if it has no more.
    fn step(&mut self) -> Option<Record> {
        let thread = self.thread.as_mut().ok().filter(|t| t.is_running())?;
        let depth = thread.depth();
        let record = thread.step(&mut self.store);
        let now = thread.depth();
        self.returned = now < depth || !thread.is_running();
        if now > depth {
            self.callers.push(self.base);
            self.base = self.height - record.pops;
        } else if now < depth {
            self.base = self.callers.pop().unwrap_or(self.base);
        }
        self.height = self.current_height();
        Some(record)
    }

    /// Compares one group of the hardware with the model's instructions.
    pub fn check(&mut self, sample: &Sample) -> Checked {
        let mut expected = Expected::default();
        for i in 0..sample.count {
            let Some(record) = self.step() else {
                return Err(self.differs(sample, &expected, "the model has already ended the call"));
            };
            if i == 0 {
                expected.pc = record.pc;
            }
            if let Some(stop) = record.stop {
                let stops = || format!("the model stops here: {}", stop.message());
                let what = self.answers.different().unwrap_or_else(stops);
                return Err(self.differs(sample, &expected, &what));
            }
            self.sum(&mut expected, &record, sample.op);
        }
        expected.height = self.height;
        let height = expected.moving || (sample.height ^ expected.height) & self.height_mask == 0;
        match differing(sample, &expected).or((!height).then_some("the height of the value stack")) {
            None => {
                self.checked += u64::from(sample.count);
                Ok(())
            }
            Some(what) => Err(self.differs(sample, &expected, what)),
        }
    }

    /// Adds one record to the net effect of its group. Markers have none.
    fn sum(&mut self, expected: &mut Expected, record: &Record, op: u8) {
        let row = record.op.row();
        expected.has_op |= op == if row.prefix == 0 { row.code } else { row.prefix };
        expected.moving = row.unit == Unit::Control || self.returned;
        if self.returned {
            expected.push = self.result(record.pc);
        } else if row.unit != Unit::Marker {
            expected.push = record.push.map(|value| (value, self.widths.at(record.pc)));
        }
        if let Some(write) = record.write {
            let slot = match write.slot {
                Slot::Local(index) => self.base + index,
                Slot::Global(index) => index,
            };
            expected.write = Some((slot, write.value, self.widths.at(record.pc)));
        }
        expected.memory = record.memory.or(expected.memory);
    }

    /// The only result of the function that was left at this code address, which its caller has on the stack now.
    fn result(&self, pc: u32) -> Option<(u64, Width)> {
        let [ty] = self.module.function_type(self.module.function_at(pc)?)?.results[..] else { return None };
        let thread = self.thread.as_ref().ok()?;
        let bits = match thread.outcome() {
            Some(Outcome::Returned(values)) => values.first()?.bits,
            _ => *thread.operands().last()?,
        };
        Some((bits, Width::of(ty)))
    }

    fn differs(&self, sample: &Sample, expected: &Expected, what: &str) -> Box<Difference> {
        Box::new(Difference {
            what: what.to_string(),
            cycle: sample.cycle,
            agreed: self.checked,
            place: place(self.module, sample.pc),
            hardware: difference::hardware(sample),
            model: difference::model(expected),
        })
    }

    /// Compares how the call ended, its results, and what [`Lockstep::state_agrees`] does. `cycle` is the last one.
    pub fn finish(&mut self, engine: &mut dyn Engine, status: Status, cycle: u64) -> Checked {
        if self.exhausts_within(status) {
            return self.state_agrees(engine, cycle);
        }
        let stopped = self.last_steps(status);
        let model = match &self.thread {
            Ok(thread) => thread.outcome().cloned(),
            Err(stop) => Some(Outcome::Stopped(*stop)),
        };
        let expected = match &model {
            Some(Outcome::Stopped(stop)) => stop.code(),
            _ => 0,
        };
        let end = |what: &str, pc, hardware, model| self.end_differs(what, cycle, pc, hardware, model);
        let at = (status.stop != 0).then_some(status.stop_pc);
        if model.is_none() || expected != status.stop {
            let model = model.map_or("has not ended".to_string(), |o| ending(&o));
            return Err(end("how the call ends", at, hardware_ending(status.stop), model));
        }
        if let Some(pc) = stopped.filter(|&pc| pc != status.stop_pc) {
            let model = place(self.module, pc);
            return Err(end("where the call stops", at, place(self.module, status.stop_pc), model));
        }
        if let Some(Outcome::Returned(results)) = &model {
            self.slots_agree(engine, "result", self.layout.base, results, cycle)?;
        }
        self.state_agrees(engine, cycle)
    }

    /// Compares globals, tables and linear memory: of a call that has ended, or of one that waits for the host and will
    /// not go on.
    pub fn state_agrees(&self, engine: &mut dyn Engine, cycle: u64) -> Checked {
        let globals: Vec<Value> = self.store.globals(self.instance).map(|g| self.store.global(g)).collect();
        self.slots_agree(engine, "global", 0, &globals, cycle)?;
        if self.layout.has_tables() {
            self.tables_agree(engine, cycle)?;
        }
        self.memory_agrees(engine, cycle)
    }

    /// Whether the hardware had a frame for the instruction at which it stopped, which is executed by millicode, but none
    /// for a function that this calls: whether it calls one depends on the operands, and is no matter of the model's.
    fn exhausts_within(&self, status: Status) -> bool {
        let exhausted = status.stop == Stop::Exhausted(Exhausted::CallStack).code();
        let deepest = |thread: &Thread| {
            thread.is_running()
                && thread.pc() == status.stop_pc
                && thread.depth() + 1 == self.store.limits().frames as usize
                && decode(&self.module.code, thread.pc()).is_ok_and(|instr| self.millicode.contains(&instr.op))
        };
        exhausted && self.thread.as_ref().is_ok_and(deepest)
    }

    /// Steps the model over the group in which the hardware stopped; gives the code address where the model stops.
    /// Before the instruction that stops, such a group can only have operand moves.
    fn last_steps(&mut self, status: Status) -> Option<u32> {
        if status.stop == 0 {
            return None;
        }
        for _ in 0..LONGEST_GROUP {
            let record = self.step()?;
            if record.stop.is_some() {
                return Some(record.pc);
            }
            if record.write.is_some() || !matches!(record.op.row().unit, Unit::Move | Unit::Marker) {
                return None;
            }
        }
        None
    }

    /// `pc` is where the call stopped, if that matters.
    fn end_differs(&self, what: &str, cycle: u64, pc: Option<u32>, hardware: String, model: String) -> Box<Difference> {
        let place = pc.map_or("the end of the call".to_string(), |pc| place(self.module, pc));
        Box::new(Difference { what: what.to_string(), cycle, agreed: self.checked, place, hardware, model })
    }

    fn slots_agree(&self, engine: &mut dyn Engine, what: &str, first: u32, model: &[Value], cycle: u64) -> Checked {
        let mut slots = vec![0; model.len()];
        engine.read(Space::Stack, first, &mut slots);
        for (i, (&slot, &value)) in slots.iter().zip(model).enumerate() {
            let same = if value.ty.is_wide() { slot == value.bits } else { slot as u32 == value.bits as u32 };
            if !same {
                let (hardware, model) = (format!("{slot:#x}"), format!("{:#x}", value.bits));
                return Err(self.end_differs(&format!("{what} {i} after the call"), cycle, None, hardware, model));
            }
        }
        Ok(())
    }

    /// References are compared without the type that the hardware's carry.
    fn tables_agree(&self, engine: &mut dyn Engine, cycle: u64) -> Checked {
        for (i, table) in (0..).zip(self.store.tables(self.instance)) {
            let model = self.store.table(table);
            let mut bits = [0];
            engine.read(Space::Stack, self.layout.tables + i, &mut bits);
            let Descriptor { base, size, .. } = Descriptor::from_slots(bits[0]);
            let mut slots = vec![0; (size as usize).min(model.len())];
            engine.read(Space::Stack, base, &mut slots);
            let differs = slots.iter().zip(model).position(|(&slot, &model)| slot as u32 != model as u32);
            if size as usize != model.len() || differs.is_some() {
                let shown = |elements: &[u64]| match differs {
                    Some(at) => format!("{:#x} at index {at}", elements[at] as u32),
                    None => String::new(),
                };
                let hardware = format!("{size} elements {}", shown(&slots));
                let model = format!("{} elements {}", model.len(), shown(model));
                return Err(self.end_differs(&format!("table {i} after the call"), cycle, None, hardware, model));
            }
        }
        Ok(())
    }

    /// Of a pool of blocks only what the host reaches.
    fn memory_agrees(&self, engine: &mut dyn Engine, cycle: u64) -> Checked {
        let size = if self.before.is_some() { LINE } else { CHUNK };
        let unchanged = |at: u64, start: usize, chunk: &[u8]| {
            let before = self.before.as_ref().and_then(|before| before.get(&at));
            before.and_then(|before| before.get(start..start + chunk.len())) == Some(chunk)
        };
        let mut words = vec![0; size / 4];
        for (at, bytes) in self.memory().take_while(|&(at, _)| !self.pooled || at < REACH) {
            for (start, chunk) in (0..).step_by(size).zip(bytes.chunks(size)) {
                if unchanged(at, start, chunk) {
                    continue;
                }
                let read = &mut words[..chunk.len().div_ceil(4)];
                engine.read(Space::Memory, ((at + start as u64) / 4) as u32, read);
                self.words_agree(at + start as u64, chunk, read, cycle)?;
            }
        }
        Ok(())
    }

    /// Bytes of the model's at an address, and the rows of the hardware's.
    fn words_agree(&self, address: u64, model: &[u8], words: &[u64], cycle: u64) -> Checked {
        for (at, (model, &word)) in (address..).step_by(4).zip(model.chunks(4).zip(words)) {
            let hardware = &(word as u32).to_le_bytes()[..model.len()];
            if hardware != model {
                let what = format!("linear memory at address {at:#x} after the call");
                let (hardware, model) = (format!("{hardware:02x?}"), format!("{model:02x?}"));
                return Err(self.end_differs(&what, cycle, None, hardware, model));
            }
        }
        Ok(())
    }
}

/// The imports, in the module's order: functions that are answered as the core's are, and the rest as in
/// `isa::initial::Bindings::fresh`. `None` if a table is too large.
fn imported(module: &Module, store: &mut Store, answers: &Answers) -> Vec<Option<Extern>> {
    let mut functions = 0..;
    let mut add = |import: &Import| match &import.kind {
        ImportKind::Function(ty) => {
            let ty = module.types.get(*ty as usize).cloned().unwrap_or_default();
            let (function, answers) = (functions.next()?, answers.clone());
            Some(Extern::Func(store.add_host(ty, Box::new(move |call| answers.answer(function, call)))))
        }
        ImportKind::Table(ty) => store.add_table(*ty).map(Extern::Table),
        ImportKind::Memory(ty) => Some(Extern::Memory(store.add_memory(*ty))),
        ImportKind::Global(ty) => Some(Extern::Global(store.add_global(*ty, 0))),
    };
    module.imports.iter().map(&mut add).collect()
}

/// The first thing that differs.
fn differing(sample: &Sample, expected: &Expected) -> Option<&'static str> {
    if sample.count == 0 {
        return Some("a group without instructions");
    }
    if sample.pc != expected.pc {
        return Some("the code address");
    }
    if !expected.has_op {
        return Some("the opcode");
    }
    let push = match expected.push {
        Some((value, width)) => sample.push && width.equal(sample.value, value),
        None => !sample.push,
    };
    if !push {
        return Some("the value pushed");
    }
    let write = match expected.write {
        Some((slot, value, width)) => sample.write && sample.slot == slot && width.equal(sample.value, value),
        None => !sample.write,
    };
    if !write {
        return Some("the write to a local or global");
    }
    let memory = match expected.memory {
        Some(m) => sample.memory && accesses_equal(sample, m),
        None => !sample.memory,
    };
    (!memory).then_some("the access to linear memory")
}

fn accesses_equal(sample: &Sample, m: MemoryAccess) -> bool {
    let mask = u64::MAX >> (64 - 8 * u32::from(m.bytes.clamp(1, 8)));
    sample.store == m.store
        && sample.address == m.address
        && sample.bytes == m.bytes
        && (sample.data ^ m.data) & mask == 0
}

fn ending(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Returned(_) => "returns".to_string(),
        Outcome::Stopped(stop) => format!("stops: {}", stop.message()),
    }
}

fn hardware_ending(code: u8) -> String {
    match (code, Stop::from_code(code)) {
        (0, _) => "returns".to_string(),
        (_, Some(stop)) => format!("stops: {}", stop.message()),
        (_, None) => format!("stops with the unknown code {code:#x}"),
    }
}
