//! The lock-step checker: runs the golden model beside the hardware and compares them group by group, and everything
//! that is left at the end. It sees nothing of the hardware but the retire port and, after the call, the host port.

use crate::disassembly::place;
use crate::engine::Sample;
use crate::error::{Error, Result};
use crate::import::Answers;
use crate::width::{Width, Widths};
use isa::image::{Image, Layout};
use isa::module::{Import, ImportKind, Module};
use isa::op::{Op, Unit};
use isa::outcome::Stop;
use isa::plan::CorePlan;
use isa::retire::{MemoryAccess, Record, Slot};
use isa::types::Value;
use model::{Extern, InstanceAddr, Limits, Millicode, Outcome, Store, Thread};
use std::collections::BTreeMap;

mod difference;
mod end;
mod observer;
mod suspended;

pub use difference::Difference;
pub use suspended::Suspended;

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
    /// The next call was begun by another comparison.
    goes_on: bool,
}

/// The sum of the model's records over one group.
#[derive(Clone, Copy, Debug, Default)]
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

/// A group of the hardware, as far as the model has executed it.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub sample: Sample,
    expected: Expected,
    done: u8,
}

impl Group {
    pub fn new(sample: &Sample) -> Group {
        Group { sample: *sample, expected: Expected::default(), done: 0 }
    }

    /// Instructions that the model has not executed yet.
    pub fn left(&self) -> u8 {
        self.sample.count.saturating_sub(self.done)
    }
}

type Checked = std::result::Result<(), Box<Difference>>;

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
            goes_on: false,
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

    /// The call in the model; `None` if it could not even begin.
    pub fn thread(&self) -> Option<&Thread> {
        self.thread.as_ref().ok()
    }

    /// What the model's call works on, and the instance of the module in it.
    pub fn store(&self) -> (&Store, InstanceAddr) {
        (&self.store, self.instance)
    }

    fn current_height(&self) -> u32 {
        let slots = |t: &Thread| t.locals().len() + t.operands().len();
        self.base + self.thread.as_ref().map_or(0, slots) as u32
    }

    /// Steps the model by one instruction. `None` if it has no more.
    pub(crate) fn step(&mut self) -> Option<Record> {
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
        let mut group = Group::new(sample);
        while group.left() > 0 {
            self.follow(&mut group)?;
        }
        self.compare(&group)
    }

    /// Executes the next instruction of a group in the model.
    pub(crate) fn follow(&mut self, group: &mut Group) -> std::result::Result<Record, Box<Difference>> {
        let Group { sample, expected, done } = group;
        let Some(record) = self.step() else {
            return Err(self.differs(sample, expected, "the model has already ended the call"));
        };
        if *done == 0 {
            expected.pc = record.pc;
        }
        *done += 1;
        if let Some(stop) = record.stop {
            let stops = || format!("the model stops here: {}", stop.message());
            let what = self.answers.different().unwrap_or_else(stops);
            return Err(self.differs(sample, expected, &what));
        }
        self.sum(expected, &record, sample.op);
        Ok(record)
    }

    /// Compares a group all of whose instructions the model has executed.
    pub(crate) fn compare(&mut self, group: &Group) -> Checked {
        let sample = &group.sample;
        let expected = Expected { height: self.height, ..group.expected };
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
