//! The image of a module: the contents of every memory of a core, with every limit of its plan checked.
//!
//! Marks, branch entries and function entries are what the resolver makes of the code. Only cores without a resolver
//! are given them; for the others they show that the module fits.

use crate::branch::BranchEntry;
use crate::branch_plan::{self, Plan, PlanError};
use crate::device::{Around, Device};
use crate::group::{self, Group, Policy};
use crate::host::REACH;
use crate::initial::{Bindings, State};
use crate::memory::MemorySizes;
use crate::millicode::{self, Omitted, Routine};
use crate::module::{ImportKind, Module};
use crate::op::Op;
use crate::outcome::Trap;
use crate::plan::CorePlan;
use crate::pool::DirectMap;
use crate::resolution::Resolution;
use crate::slots;
use crate::stream;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

/// What a core holds when it starts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Image {
    /// Function bodies as in the module, from code address [`Layout::library`] on those of the library (`millicode`).
    pub code: Vec<u8>,
    /// The mark of every code byte, in its low four bits; a compact core has none.
    pub marks: Vec<u8>,
    pub branches: Vec<BranchEntry>,
    /// By function index, those of the library last; imported functions have `entry` 0, where no body can be.
    pub functions: Vec<FunctionEntry>,
    /// The library's functions that execute instructions.
    pub routines: Vec<Routine>,
    /// Initial bits of the lowest slots of the value stack, up to [`Layout::base`].
    pub slots: Vec<u64>,
    pub layout: Layout,
    pub resolution: Resolution,
    /// The most blocks that are open at once in a function, the function included.
    pub open_blocks: u32,
    pub memory: MemoryImage,
    /// Passive data segments, in memory above [`Layout::window`].
    pub passive: Vec<Segment>,
    /// Function to call before any other.
    pub start: Option<u32>,
}

/// Where things lie at the bottom of the value stack and at the top of the memory. Globals begin at slot 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// Globals of the module.
    pub globals: u32,
    /// A global of the library: how many bytes linear memory has.
    pub memory_bytes: Option<u32>,
    /// First code address behind the module's own code.
    pub library: u32,
    /// Slot of the first table's [`Descriptor`].
    pub tables: u32,
    /// Slot of the first element segment's descriptor.
    pub elements: u32,
    /// Slot of the first data segment's descriptor.
    pub data: u32,
    /// First free slot: arguments are placed and results found here.
    pub base: u32,
    /// Bytes of memory that the module may use; passive data segments lie above.
    pub window: u64,
}

impl Layout {
    /// Whether the core has the module's tables: where no service instruction is executed, it has none.
    pub const fn has_tables(&self) -> bool {
        self.elements > self.tables
    }
}

/// What the core knows of a table or a segment, as one slot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Descriptor {
    /// Slot of the first element; of a data segment, address of its first byte.
    pub base: u32,
    /// How many elements a table can have; 0 for segments.
    pub capacity: u32,
    /// Elements or bytes.
    pub size: u32,
}

/// A table at the start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableImage {
    /// References; those to functions with their types (see `initial::typed_reference`).
    pub elements: Vec<u64>,
    /// How many elements it can have.
    pub capacity: u64,
}

/// What a call needs to know about its target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FunctionEntry {
    /// Code address of the first instruction.
    pub entry: u32,
    /// Lead mark of the first group (see `group`); of an imported function the number of its device (see `device`).
    pub lead: u8,
    /// Index of the first branch entry.
    pub first_branch: u32,
    /// Slots that the caller has filled.
    pub params: u32,
    /// Slots that are zeroed at the call.
    pub locals: u32,
    /// Slots that the call may use: parameters, locals and the most operands.
    pub frame: u32,
    pub results: u32,
}

/// Linear memory at the start. A module without one has 0 bytes that never grow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemoryImage {
    /// Declared size.
    pub bytes: u64,
    /// Declared maximum, or what 32 bits can address.
    pub max_bytes: u64,
    pub page_log2: u32,
    /// In the order of the module: later ones overwrite earlier ones. Everything else is 0.
    pub segments: Vec<Segment>,
}

/// Bytes at an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    pub address: u32,
    pub bytes: Vec<u8>,
}

impl Segment {
    /// Address after the last byte.
    pub fn end(&self) -> u64 {
        u64::from(self.address) + self.bytes.len() as u64
    }
}

/// Something that a plan has only so much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource {
    /// Bytes of code.
    Code,
    /// Branch entries.
    Branches,
    /// Bytes of both in one memory ([`crate::stream`]); for compact cores.
    Stream,
    /// Functions.
    Functions,
    /// Value-stack slots, for globals, tables, segments and the largest frame.
    Stack,
    /// Value-stack slots while the code is resolved; for cores with a resolver.
    Labels,
    /// Bytes of memory up to the end of the last active data segment, and for the passive ones. Declared memory beyond is
    /// no error: accesses to it end in `Exhausted`.
    Memory,
    /// Blocks of memory that data segments lie in, if it is a pool.
    Blocks,
    /// The same, of those that have the same place in a pool in which each has one.
    Places,
    /// Bytes of memory up to the end of the last data segment, of which the host reaches so many in a pool.
    Reach,
}

impl Resource {
    pub const ALL: &'static [Resource] = &[
        Resource::Code,
        Resource::Branches,
        Resource::Stream,
        Resource::Functions,
        Resource::Stack,
        Resource::Labels,
        Resource::Memory,
        Resource::Blocks,
        Resource::Places,
        Resource::Reach,
    ];

    /// What is counted, for messages.
    pub const fn name(self) -> &'static str {
        match self {
            Resource::Code => "bytes of code",
            Resource::Branches => "branch entries",
            Resource::Stream => "bytes of code and branch entries",
            Resource::Functions => "functions",
            Resource::Stack => "value-stack slots for globals, tables and the largest frame",
            Resource::Labels => "value-stack slots for globals, tables, types, functions and open blocks",
            Resource::Memory => "bytes of memory for data segments",
            Resource::Blocks => "blocks of memory for data segments",
            Resource::Places => "blocks of memory for data segments in one place",
            Resource::Reach => "bytes of memory up to the end of data segments",
        }
    }

    /// How much a plan has.
    pub const fn available(self, plan: &CorePlan) -> u64 {
        match self {
            Resource::Code | Resource::Stream => plan.code_bytes(),
            Resource::Branches => plan.branch_entries(),
            Resource::Functions => plan.functions(),
            Resource::Stack | Resource::Labels => plan.stack_slots(),
            Resource::Memory => plan.memory_bytes(),
            Resource::Blocks => plan.blocks(),
            Resource::Places => 1,
            Resource::Reach => REACH,
        }
    }

    /// Whether a plan limits it.
    pub const fn is_limited(self, plan: &CorePlan) -> bool {
        match self {
            Resource::Labels => plan.has_resolver(),
            Resource::Stream => plan.is_compact(),
            Resource::Memory => !plan.has_pool(),
            Resource::Blocks | Resource::Reach => plan.has_pool(),
            Resource::Places => DirectMap::of_plan(plan).is_some(),
            _ => true,
        }
    }
}

/// A limit that is exceeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Excess {
    pub resource: Resource,
    pub needed: u64,
    pub available: u64,
}

impl core::fmt::Display for Excess {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{} {} needed, {} available", self.needed, self.resource.name(), self.available)
    }
}

/// Why there is no image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImageError {
    /// Limits of the plan, at least one.
    TooLarge(Vec<Excess>),
    /// Instantiation traps at the active element or data segment with this index.
    Trap(Trap, usize),
    /// The import with this index has no value yet.
    Import(usize),
    /// The code is not valid.
    Code(PlanError),
    /// A constant expression is not valid.
    Initializer,
    /// The core executes this instruction by millicode that the module does not come with.
    Millicode(Op),
}

impl core::fmt::Display for ImageError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            ImageError::TooLarge(excesses) => {
                for (i, excess) in excesses.iter().enumerate() {
                    write!(f, "{}{excess}", if i > 0 { "; " } else { "" })?;
                }
                Ok(())
            }
            ImageError::Trap(trap, segment) => write!(f, "{} at active segment {segment}", trap.message()),
            ImageError::Import(index) => write!(f, "import {index} is not resolved"),
            ImageError::Code(e) => e.fmt(f),
            ImageError::Initializer => f.write_str("an initializer is not valid"),
            ImageError::Millicode(op) => write!(f, "no millicode for `{op}`"),
        }
    }
}

impl core::error::Error for ImageError {}

impl Image {
    /// The image of a module for a plan, with its instructions grouped by a policy and its imports bound.
    pub fn new(module: &Module, bindings: &Bindings, plan: &CorePlan, policy: Policy) -> Result<Image, ImageError> {
        let image = Image::unchecked(module, bindings, plan, policy)?;
        let excesses = image.excesses(plan);
        if excesses.is_empty() { Ok(image) } else { Err(ImageError::TooLarge(excesses)) }
    }

    /// The same; but if the module fits only without some of the millicode that it needs, without that. Instructions that
    /// need it end a call then.
    pub fn lenient(module: &Module, bindings: &Bindings, plan: &CorePlan, policy: Policy) -> Result<Image, ImageError> {
        match Image::new(module, bindings, plan, policy) {
            Err(ImageError::TooLarge(excesses)) => {
                let image = Image::without_millicode(module, bindings, plan, policy)?;
                image.ok_or(ImageError::TooLarge(excesses))
            }
            complete => complete,
        }
    }

    /// The image of a module without millicode for float arithmetic that it needs, if it fits without; or else without
    /// any, if it needs any and fits without that.
    pub fn without_millicode(
        module: &Module,
        bindings: &Bindings,
        plan: &CorePlan,
        policy: Policy,
    ) -> Result<Option<Image>, ImageError> {
        for omitted in [Omitted::Floats, Omitted::Everything] {
            let image = Image::linked(module, State::new(module, bindings, plan)?, plan, policy, omitted)?;
            if image.absent().next().is_some() && image.excesses(plan).is_empty() {
                return Ok(Some(image));
            }
        }
        Ok(None)
    }

    /// The image of a module whatever its size.
    pub fn unchecked(
        module: &Module,
        bindings: &Bindings,
        plan: &CorePlan,
        policy: Policy,
    ) -> Result<Image, ImageError> {
        Image::of_state(module, State::new(module, bindings, plan)?, plan, policy)
    }

    /// The image of a module in this state, whatever its size.
    pub fn of_state(module: &Module, state: State, plan: &CorePlan, policy: Policy) -> Result<Image, ImageError> {
        Image::linked(module, state, plan, policy, Omitted::Nothing)
    }

    /// Gives the devices that `module` imports the numbers that they have there. An image is made for a chip.
    pub fn place(&mut self, module: &Module, around: Around) {
        let imports = (0..).map_while(|index| module.imported_function(index));
        for (entry, import) in self.functions.iter_mut().zip(imports) {
            let device = Device::of_import(module, import).and_then(Result::ok);
            entry.lead = device.map_or(0, |device| device.number(around));
        }
    }

    /// With what is not `omitted` of the library.
    fn linked(
        module: &Module,
        mut state: State,
        plan: &CorePlan,
        policy: Policy,
        omitted: Omitted,
    ) -> Result<Image, ImageError> {
        let (globals, library) = (state.globals.len() as u32, module.code.len() as u32);
        let linked = millicode::link(module, &mut state, plan, omitted)?;
        let module = &*linked.module;
        let (slots, layout, passive) = slots::lay_out(module, &state, plan)?;
        let layout = Layout { globals, library, memory_bytes: linked.memory_bytes, ..layout };
        let [globals, tables] = [state.globals.len(), state.tables.len()].map(|count| count as u32);
        let resolution = Resolution::new(module, &state.types, layout.base, globals, tables);
        let memory = state.memory;
        let branches = branch_plan::plan(module, &state.types).map_err(ImageError::Code)?;
        let groups = groups(module, &branches, policy)?;
        let mut code = module.code.clone();
        let mut marks = Vec::new();
        if plan.is_compact() {
            stream::lay_borders(module, &mut code);
        } else {
            marks.resize(code.len(), 0);
            group::lay_marks(&groups, &mut marks);
        }
        let functions = functions(module, &branches, &groups)?;
        let routines = linked.routines(&functions);
        let open_blocks = branches.functions.iter().map(|f| f.max_depth).max().unwrap_or(0);
        let mut branches = branches.entries;
        for entry in branches.iter_mut().filter(|e| !e.returns) {
            entry.lead = lead(&groups, entry.target);
        }
        let start = module.start;
        Ok(Image {
            code,
            marks,
            branches,
            functions,
            routines,
            slots,
            layout,
            resolution,
            open_blocks,
            memory,
            passive,
            start,
        })
    }

    /// The sizes of linear memory at the start.
    pub fn memory_sizes(&self) -> MemorySizes {
        let MemoryImage { bytes, max_bytes, page_log2, .. } = self.memory;
        MemorySizes { declared: bytes, there: self.layout.window, max: max_bytes, page_log2 }
    }

    /// The numbers of the blocks of 2^`block_log2` bytes that data segments lie in.
    pub fn blocks(&self, block_log2: u32) -> BTreeSet<u64> {
        let filled = self.memory.segments.iter().filter(|segment| !segment.bytes.is_empty());
        filled.flat_map(|s| u64::from(s.address) >> block_log2..=(s.end() - 1) >> block_log2).collect()
    }

    /// The most blocks that data segments lie in and that have the same place; 0 if there are more blocks than places.
    fn in_one_place(&self, map: DirectMap) -> u64 {
        let (blocks, mut places) = (self.blocks(map.block_log2), BTreeMap::<u64, u64>::new());
        if blocks.len() > 1 << map.places_log2() {
            return 0;
        }
        for block in blocks {
            *places.entry(map.place(block << map.block_log2)).or_default() += 1;
        }
        places.into_values().max().unwrap_or(0)
    }

    /// Bytes of code that are millicode.
    pub fn millicode_bytes(&self) -> u64 {
        self.code.len() as u64 - u64::from(self.layout.library)
    }

    /// The instructions for which the core has no millicode, because it does not fit.
    pub fn absent(&self) -> impl Iterator<Item = Op> + '_ {
        self.routines.iter().filter(|routine| routine.absent).map(|routine| routine.op)
    }

    /// Every limit of a plan that this image exceeds.
    pub fn excesses(&self, plan: &CorePlan) -> Vec<Excess> {
        let excess = |&resource: &Resource| {
            let (needed, available) = (self.needed(resource, plan), resource.available(plan));
            (needed > available).then_some(Excess { resource, needed, available })
        };
        Resource::ALL.iter().filter(|resource| resource.is_limited(plan)).filter_map(excess).collect()
    }

    /// How much of a resource of a plan this image takes.
    pub fn needed(&self, resource: Resource, plan: &CorePlan) -> u64 {
        match resource {
            Resource::Code => self.code.len() as u64,
            Resource::Branches => self.branches.len() as u64,
            Resource::Stream => {
                let [code, entries] = [&self.code.len(), &self.branches.len()].map(|&count| count as u64);
                code.next_multiple_of(stream::ENTRY_BYTES) + stream::ENTRY_BYTES * entries
            }
            // Those of the library that the core looks for are a second time at the end.
            Resource::Functions => {
                let numbers = self.routines.iter().filter_map(|routine| millicode::number(routine.op));
                self.functions.len() as u64 + numbers.max().map_or(0, |number| u64::from(number) + 1)
            }
            Resource::Stack => {
                let frame = self.functions.iter().map(|f| u64::from(f.frame)).max().unwrap_or(0);
                // Table entries hold slot counts in as many bits as a slot index has, so that a frame cannot take all
                // slots even without globals.
                frame + u64::from(self.layout.base.max(1))
            }
            Resource::Labels => u64::from(self.resolution.labels) + 2 * u64::from(self.open_blocks),
            Resource::Memory => {
                let passive: usize = self.passive.iter().map(|s| s.bytes.len()).sum();
                self.memory.segments.iter().map(Segment::end).max().unwrap_or(0) + passive as u64
            }
            Resource::Blocks => self.blocks(plan.sizes.block_log2.unwrap_or(0)).len() as u64,
            Resource::Places => DirectMap::of_plan(plan).map_or(0, |map| self.in_one_place(map)),
            Resource::Reach => self.memory.segments.iter().map(Segment::end).max().unwrap_or(0),
        }
    }
}

/// The groups of every function, in code order.
fn groups(module: &Module, plan: &Plan, policy: Policy) -> Result<Vec<Group>, ImageError> {
    let mut groups = Vec::new();
    for (function, own) in module.functions.iter().zip(&plan.functions) {
        group::form(&module.code, function.entry, function.end, &own.leaders, policy, &mut groups)
            .map_err(|e| ImageError::Code(PlanError::Decode(e)))?;
    }
    Ok(groups)
}

/// The lead mark of the group at a code address; 0 where none begins, which planned code never asks for.
fn lead(groups: &[Group], pc: u32) -> u8 {
    groups.binary_search_by_key(&pc, |g| g.pc).map_or(0, |i| groups[i].lead())
}

fn functions(module: &Module, plan: &Plan, groups: &[Group]) -> Result<Vec<FunctionEntry>, ImageError> {
    let arity = |ty: u32, pc: u32| {
        let ty = module.types.get(ty as usize);
        let ty = ty.ok_or(ImageError::Code(PlanError::Invalid(pc, "a function without a type")))?;
        let (params, results) = (ty.params.len() as u32, ty.results.len() as u32);
        Ok(FunctionEntry { params, results, frame: params.max(results), ..FunctionEntry::default() })
    };
    let mut functions = Vec::new();
    for import in &module.imports {
        let ImportKind::Function(ty) = import.kind else { continue };
        let device = Device::of_import(module, import).and_then(Result::ok);
        functions.push(FunctionEntry { lead: device.map_or(0, |device| device.number(Around::Chip)), ..arity(ty, 0)? });
    }
    for (function, own) in module.functions.iter().zip(&plan.functions) {
        let FunctionEntry { params, results, .. } = arity(function.ty, function.entry)?;
        let locals = function.declared_locals();
        let frame = params + locals + own.max_height;
        let (entry, first_branch) = (function.entry, own.first_branch);
        let lead = lead(groups, entry);
        functions.push(FunctionEntry { entry, lead, first_branch, params, locals, frame, results });
    }
    Ok(functions)
}
