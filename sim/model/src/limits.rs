//! The limits that the model shares with a machine, so that both end a call at the same instruction.

use isa::millicode::{NUMBERS, Routine, number};
use isa::op::Op;
use isa::plan::CorePlan;
use isa::pool::DirectMap;

/// What one machine has. Exceeding it ends a call with an `Exhausted`, never with a trap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// 64-bit slots for globals, locals and operands together. See [`crate::Thread::new`] for what a call needs.
    pub value_stack_slots: u32,
    /// Calls active at once, the outermost included, and those of host functions as well.
    pub frames: u32,
    /// Bytes of linear memory that exist, whatever a module declares.
    pub physical_memory_bytes: u64,
    /// If they are a pool of blocks, which lie wherever the module writes: log2 of the bytes of a block.
    pub memory_block_log2: Option<u32>,
    /// If each block of the pool has one place only: the bit of an address from which on it decides which, too
    /// ([`DirectMap`]).
    pub memory_fold: Option<u32>,
    /// Elements a table can be declared with.
    pub table_elements: u32,
    /// Elements a table can grow to; one that is declared larger keeps its size.
    pub table_growth: u32,
    /// Instructions that one outermost call may retire.
    pub fuel: u64,
    /// Instructions that take a frame and slots while they execute.
    pub millicode: Millicode,
}

/// What the instructions take that the machine executes by millicode: a call like any other, beyond the stacks of which
/// it is `Exhausted`, as it is where it has no millicode for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Millicode([Option<u16>; NUMBERS as usize]);

impl Millicode {
    /// No instruction takes anything.
    pub const NONE: Millicode = Millicode([None; NUMBERS as usize]);

    /// Beside the number of slots: the instruction ends the call. No stack has so many slots that it could be one.
    pub(crate) const ABSENT: u16 = 1 << 15;

    /// Those of an image.
    pub fn new(routines: &[Routine]) -> Millicode {
        let mut slots = Millicode::NONE;
        for routine in routines {
            if let Some(number) = number(routine.op) {
                slots.0[number as usize] =
                    Some(routine.above() as u16 | if routine.absent { Millicode::ABSENT } else { 0 });
            }
        }
        slots
    }

    /// How many slots above its operands the instruction takes, if it is one of them.
    pub(crate) fn above(&self, op: Op) -> Option<u16> {
        self.0[number(op)? as usize]
    }
}

impl Limits {
    /// The limits of a core built to this plan, with unlimited fuel.
    pub fn of_plan(plan: &CorePlan) -> Limits {
        Limits {
            value_stack_slots: plan.stack_slots() as u32,
            frames: plan.frames() as u32,
            physical_memory_bytes: plan.memory_bytes(),
            memory_block_log2: plan.sizes.block_log2,
            memory_fold: DirectMap::of_plan(plan).map(|map| map.fold()),
            table_growth: plan.table_growth() as u32,
            ..Limits::default()
        }
    }
}

impl Default for Limits {
    /// Large enough for any reasonable module, small enough that runaway recursion ends at once.
    fn default() -> Limits {
        Limits {
            value_stack_slots: 1 << 20,
            frames: 1 << 15,
            physical_memory_bytes: 1 << 30,
            memory_block_log2: None,
            memory_fold: None,
            table_elements: 1 << 24,
            table_growth: 1 << 24,
            fuel: u64::MAX,
            millicode: Millicode::NONE,
        }
    }
}
