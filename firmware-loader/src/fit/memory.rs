//! Where a module expects memory, against how much a plan has: its stack pointer, its data and what it declares. The
//! options named are those of wasm-ld, LLVM's linker.

use isa::initial::evaluate;
use isa::module::{ConstOp, ExportKind, ImportKind, Module, SegmentMode};
use isa::plan::CorePlan;
use isa::types::{MemoryType, ValType};

/// What LLVM calls the global that holds the stack pointer.
const STACK_POINTER: &str = "__stack_pointer";

/// The smallest stack that a remedy names.
const LEAST_STACK: u64 = 256;

/// A global that seems to be the stack pointer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StackPointer {
    /// In the global index space.
    pub global: u32,
    /// The stack grows down from this address.
    pub address: u64,
    /// Whether the module says that it is one, by name.
    pub named: bool,
}

/// The stack pointer of a module: the global with that name, or else the first one that could be, a variable that
/// begins with an address inside the memory.
pub fn stack_pointer(module: &Module) -> Option<StackPointer> {
    let imported = module.imports.iter().filter(|i| matches!(i.kind, ImportKind::Global(_))).count() as u32;
    let mut exports = module.exports.iter().filter(|e| e.kind == ExportKind::Global);
    let named = exports.find(|e| e.name == STACK_POINTER).map(|e| e.index);
    let declared = memory_type(module).map_or(0, |ty| ty.bytes());
    let address = |index: u32| {
        let global = module.globals.get(index.checked_sub(imported)? as usize)?;
        let is_variable = global.ty.mutable && global.ty.ty == ValType::I32;
        match global.init.0[..] {
            [ConstOp::Const(value)] if is_variable => Some(value.bits),
            _ => None,
        }
    };
    if let Some(global) = named {
        return Some(StackPointer { global, address: address(global)?, named: true });
    }
    let all = imported..imported + module.globals.len() as u32;
    let mut addresses = all.filter_map(|global| Some((global, address(global)?)));
    let (global, address) = addresses.find(|&(_, address)| address > 0 && address <= declared)?;
    Some(StackPointer { global, address, named: false })
}

/// The memory that a module has, its own or an imported one.
pub fn memory_type(module: &Module) -> Option<MemoryType> {
    let imported = module.imports.iter().filter_map(|import| match import.kind {
        ImportKind::Memory(ty) => Some(ty),
        _ => None,
    });
    imported.chain(module.memories.iter().copied()).next()
}

/// From the first byte of active data to the last one, if there is any at a known address.
pub fn data_range(module: &Module) -> Option<(u64, u64)> {
    let ranges = module.data.iter().filter(|data| !data.bytes.is_empty()).filter_map(|data| match &data.mode {
        SegmentMode::Active(_, offset) => {
            let start = u64::from(evaluate(offset, &[])? as u32);
            Some((start, start + data.bytes.len() as u64))
        }
        _ => None,
    });
    ranges.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
}

/// A stack that leaves room for so much data: a power of two, at most a quarter of what is left.
fn stack_size(plan: &CorePlan, data: u64) -> Option<u64> {
    let size = 1u64.checked_shl((plan.memory_bytes().checked_sub(data)? / 4).checked_ilog2()?)?;
    (size >= LEAST_STACK).then_some(size)
}

/// How to link so that data come to lie inside a plan's memory; `None` if they are too large for that, or if it does not
/// matter where they lie.
pub fn place_data(module: &Module, plan: &CorePlan) -> Option<String> {
    let (start, end) = data_range(module).filter(|_| !plan.has_pool())?;
    let passive = module.data.iter().filter(|data| matches!(data.mode, SegmentMode::Passive));
    let passive: usize = passive.map(|data| data.bytes.len()).sum();
    let size = stack_size(plan, end - start + passive as u64)?;
    let below = stack_pointer(module).is_some_and(|stack| stack.address <= start);
    Some(match below {
        true => format!("the data lie above the stack: make that smaller, with {}", stack_option(size)),
        false => format!(
            "let the data begin at a lower address than {start}, with `-Wl,--global-base={size}` or with \
            `-Wl,--stack-first -Wl,-z,stack-size={size}`"
        ),
    })
}

fn stack_option(size: u64) -> String {
    format!("`-Wl,-z,stack-size={size}` (for rustc `-C link-arg=-zstack-size={size}`)")
}

/// That the stack begins beyond a plan's memory, and how to link so that it does not.
pub fn stack_note(module: &Module, plan: &CorePlan) -> Option<(String, Option<String>)> {
    let StackPointer { global, address, named } = stack_pointer(module)?;
    let there = plan.address_bytes();
    if address <= there {
        return None;
    }
    let what =
        if named { STACK_POINTER.into() } else { format!("global {global}, which seems to be the stack pointer,") };
    let (start, end) = data_range(module).unwrap_or((0, 0));
    // Data below the stack stay where they are; those above it move with it.
    let data = if start < address { end } else { end - start };
    let help = stack_size(plan, data).map(|size| format!("link with {}", stack_option(size)));
    Some((format!("{what} begins at {address}, beyond the {there} bytes of memory of {}", plan.name), help))
}

/// That a module declares more memory than a plan has.
pub fn declared_note(module: &Module, plan: &CorePlan) -> Option<(String, Option<String>)> {
    let ty = memory_type(module)?;
    let (declared, there) = (ty.bytes(), plan.address_bytes());
    if declared <= there {
        return None;
    }
    let message = format!("the module declares {declared} bytes of memory, {} has {there}", plan.name);
    // A linker refuses this where stack and data need more.
    let whole_pages = there >> ty.page_log2 > 0;
    let help = whole_pages.then(|| format!("`-Wl,--initial-memory={there}` tells the program how much there is"));
    Some((message, help))
}
