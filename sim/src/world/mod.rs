//! Instances that import from each other: each on a simulated core of its own, with tables, memories and globals that
//! several of them use moving from core to core as control does.
//!
//! Functions, tables, memories and globals have *addresses* in the world. Values between instances are neutral: a
//! reference to a function is `isa::types::reference` of its address. Inside a core it is that of an index of its
//! module; functions of other instances get indices far behind the module's own.

mod call;
mod link;
mod share;

use crate::engine::Engine;
use firmware_loader::interrupt::Interrupt;
use isa::image::Layout;
use isa::memory::MemorySizes;
use isa::outcome::Stop;
use isa::plan::CorePlan;
use isa::types::{FuncType, GlobalType, MemoryType, TableType, Value};
use std::collections::HashMap;
use std::fmt;

/// Makes cores.
pub type Open<'a> = Box<dyn Fn() -> crate::Result<Box<dyn Engine>> + 'a>;

/// All instances and what they share.
pub struct World<'a> {
    plan: &'a CorePlan,
    open: Open<'a>,
    max_cycles: u64,
    interrupt: Interrupt,
    types: Vec<FuncType>,
    functions: Vec<Function>,
    tables: Vec<Table>,
    memories: Vec<Memory>,
    globals: Vec<Global>,
    instances: Vec<Instance>,
    /// Calls that wait for another one to return.
    depth: usize,
}

/// Names an instance of a [`World`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InstanceId(usize);

/// Something that an instance exports, by address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extern {
    Function(usize),
    Table(usize),
    Memory(usize),
    Global(usize),
}

/// Why there is no instance or no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// An import is missing or of another type.
    Unlinkable(String),
    /// A segment did not fit, or the core stopped.
    Stopped(Stop),
    /// The module is too large for the plan, or the simulator failed.
    Machine(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Unlinkable(what) | Failure::Machine(what) => f.write_str(what),
            Failure::Stopped(stop) => stop.fmt(f),
        }
    }
}

impl std::error::Error for Failure {}

impl From<crate::Error> for Failure {
    fn from(e: crate::Error) -> Failure {
        Failure::Machine(e.to_string())
    }
}

type Outcome<T> = std::result::Result<T, Failure>;

struct Function {
    instance: usize,
    /// In the module of its instance.
    index: u32,
    /// Number of its type.
    ty: u32,
}

/// Where the current contents are: in the core of an instance, or here.
type Holder = Option<usize>;

struct Table {
    ty: TableType,
    capacity: u64,
    holder: Holder,
    /// Neutral references.
    elements: Vec<u64>,
}

struct Memory {
    ty: MemoryType,
    holder: Holder,
    /// Declared size; `bytes` ends where the core's memory does.
    size: u64,
    bytes: Vec<u8>,
}

impl Memory {
    /// Its sizes on a core with this layout.
    fn sizes(&self, layout: &Layout) -> MemorySizes {
        let MemoryType { page_log2, .. } = self.ty;
        MemorySizes { declared: self.size, there: layout.window, max: self.ty.max_bytes(), page_log2 }
    }
}

struct Global {
    ty: GlobalType,
    holder: Holder,
    /// Neutral.
    bits: u64,
}

struct Instance {
    engine: Box<dyn Engine>,
    layout: Layout,
    /// Whether the core has the tables; without instructions for them it has none.
    has_tables: bool,
    exports: HashMap<String, Extern>,
    /// Addresses of the module's functions, by index.
    functions: Vec<usize>,
    /// Addresses of functions of other instances, which have indices from the highest one down that no function of
    /// millicode has.
    foreign: Vec<usize>,
    /// The highest such index, and the lowest that is behind all other functions.
    foreign_last: u32,
    foreign_first: u32,
    /// Indices by address.
    indices: HashMap<usize, u32>,
    tables: Vec<usize>,
    memory: Option<usize>,
    globals: Vec<usize>,
    /// First free slot of each call that waits for an imported function.
    waiting: Vec<u32>,
}

impl<'a> World<'a> {
    /// An empty world of cores that `open` makes for `plan`. A call ends in `Exhausted` after `max_cycles` of one core,
    /// or when `interrupt` says so.
    pub fn new(plan: &'a CorePlan, open: Open<'a>, max_cycles: u64, interrupt: Interrupt) -> World<'a> {
        World {
            plan,
            open,
            max_cycles,
            interrupt,
            types: Vec::new(),
            functions: Vec::new(),
            tables: Vec::new(),
            memories: Vec::new(),
            globals: Vec::new(),
            instances: Vec::new(),
            depth: 0,
        }
    }

    /// What an instance exports under this name.
    pub fn export(&self, instance: InstanceId, name: &str) -> Option<Extern> {
        self.instances[instance.0].exports.get(name).copied()
    }

    /// The type of an exported function.
    pub fn function_type(&self, instance: InstanceId, name: &str) -> Option<&FuncType> {
        match self.export(instance, name)? {
            Extern::Function(address) => Some(&self.types[self.functions[address].ty as usize]),
            _ => None,
        }
    }

    /// Calls an exported function. Panics if there is none of this name; arguments must have its parameter types.
    pub fn invoke(&mut self, instance: InstanceId, name: &str, args: &[Value]) -> Outcome<Vec<Value>> {
        let Some(Extern::Function(address)) = self.export(instance, name) else { panic!("no function `{name}`") };
        let args: Vec<u64> = args.iter().map(|arg| arg.bits).collect();
        self.depth = 0;
        let bits = self.call(address, &args)?;
        let types = &self.types[self.functions[address].ty as usize].results;
        Ok(types.iter().zip(bits).map(|(&ty, bits)| Value { ty, bits }).collect())
    }

    /// The value of an exported global.
    pub fn global(&mut self, instance: InstanceId, name: &str) -> Option<Value> {
        let Extern::Global(address) = self.export(instance, name)? else { return None };
        self.release_global(address);
        let Global { ty, bits, .. } = &self.globals[address];
        Some(Value { ty: ty.ty, bits: *bits })
    }

    /// The number of a type: the same for equal ones.
    fn number(&mut self, ty: &FuncType) -> u32 {
        let known = self.types.iter().position(|known| known == ty);
        known.unwrap_or_else(|| {
            self.types.push(ty.clone());
            self.types.len() - 1
        }) as u32
    }
}
