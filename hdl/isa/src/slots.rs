//! The slots below the value stack: globals, then a descriptor for each table, element segment and data segment, then
//! the elements of tables and of passive element segments. Where no service instruction is executed, there are globals only.

use crate::capabilities::Capabilities;
use crate::image::{Descriptor, ImageError, Layout, Segment};
use crate::initial::State;
use crate::module::{Module, SegmentMode};
use crate::op::Op;
use crate::plan::CorePlan;
use alloc::vec::Vec;

impl Descriptor {
    /// Tables and element segments: base in bits 15 to 0, capacity in 31 to 16, size in 63 to 32.
    pub const fn of_slots(self) -> u64 {
        self.base as u64 & 0xffff | (self.capacity as u64 & 0xffff) << 16 | (self.size as u64) << 32
    }

    /// Data segments: base in bits 31 to 0, size in 63 to 32.
    pub const fn of_bytes(self) -> u64 {
        self.base as u64 | (self.size as u64) << 32
    }

    /// The inverse of [`Descriptor::of_slots`].
    pub const fn from_slots(bits: u64) -> Descriptor {
        Descriptor { base: bits as u16 as u32, capacity: (bits >> 16) as u16 as u32, size: (bits >> 32) as u32 }
    }
}

/// The initial slots, where things are, and the passive data segments as contents of memory.
pub(crate) fn lay_out(
    module: &Module,
    state: &State,
    plan: &CorePlan,
) -> Result<(Vec<u64>, Layout, Vec<Segment>), ImageError> {
    let mut slots = state.globals.clone();
    let globals = slots.len() as u32;
    let mut layout = Layout { globals, base: globals, window: plan.address_bytes(), ..Layout::default() };
    if !module.ops().any(Op::is_service) {
        return Ok((slots, layout, Vec::new()));
    }
    layout.tables = globals;
    layout.elements = layout.tables + state.tables.len() as u32;
    layout.data = layout.elements + module.elements.len() as u32;
    let mut next = layout.data + module.data.len() as u32;
    let mut contents = Vec::new();
    for table in &state.tables {
        let (capacity, size) = (table.capacity as u32, table.elements.len() as u32);
        slots.push(Descriptor { base: next, capacity, size }.of_slots());
        contents.extend(&table.elements);
        contents.resize(contents.len() + (capacity - size) as usize, 0);
        next += capacity;
    }
    for element in &module.elements {
        // The others have been dropped by the end of instantiation.
        let passive = matches!(element.mode, SegmentMode::Passive);
        let items = if passive { state.items(module, element)? } else { Vec::new() };
        let size = items.len() as u32;
        slots.push(Descriptor { base: next, capacity: 0, size }.of_slots());
        contents.extend(items);
        next += size;
    }
    let passive = match Capabilities::of_plan(plan).bulk {
        true => passive_data(module, &mut layout, &mut slots),
        false => {
            next = data_in_slots(module, next, &mut slots, &mut contents);
            Vec::new()
        }
    };
    slots.extend(contents);
    layout.base = next;
    Ok((slots, layout, passive))
}

/// Places passive data at the upper end of memory and adds the descriptors of all data segments.
fn passive_data(module: &Module, layout: &mut Layout, slots: &mut Vec<u64>) -> Vec<Segment> {
    let is_passive = |mode: &SegmentMode| matches!(mode, SegmentMode::Passive);
    let total: u64 = module.data.iter().filter(|d| is_passive(&d.mode)).map(|d| d.bytes.len() as u64).sum();
    layout.window = layout.window.saturating_sub(total) & !3;
    let mut address = layout.window as u32;
    let mut passive = Vec::new();
    for data in &module.data {
        let size = if is_passive(&data.mode) { data.bytes.len() as u32 } else { 0 };
        slots.push(Descriptor { base: address, capacity: 0, size }.of_bytes());
        if size > 0 {
            passive.push(Segment { address, bytes: data.bytes.clone() });
            address += size;
        }
    }
    passive
}

/// Adds the descriptors of all data segments, and passive data to the contents of slots from `next` on, where millicode
/// reads them; gives the first slot behind.
fn data_in_slots(module: &Module, mut next: u32, slots: &mut Vec<u64>, contents: &mut Vec<u64>) -> u32 {
    for data in &module.data {
        let bytes = if matches!(data.mode, SegmentMode::Passive) { &data.bytes[..] } else { &[] };
        slots.push(Descriptor { base: next, capacity: 0, size: bytes.len() as u32 }.of_bytes());
        let word = |chunk: &[u8]| chunk.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte));
        contents.extend(bytes.chunks(8).map(word));
        next += bytes.len().div_ceil(8) as u32;
    }
    next
}
