//! What each instruction does. One match per unit; what one does not know goes to the next, and the compiler makes a
//! single jump table of them.

mod control;
mod convert;
mod float32;
mod float64;
mod int32;
mod int64;
mod memory;
mod table;

use crate::code::Instr;
use crate::store::Store;
use crate::thread::Thread;
use isa::op::Op;
use isa::outcome::Stop;
use isa::retire::{MemoryAccess, SlotWrite};

/// Sees what an instruction did, when somebody wants to know.
pub(crate) trait Probe {
    fn write(&mut self, _write: SlotWrite) {}
    fn access(&mut self, _access: MemoryAccess) {}
}

impl Probe for () {}

#[inline(always)]
pub(crate) fn execute<P: Probe>(
    thread: &mut Thread,
    store: &mut Store,
    probe: &mut P,
    instr: Instr,
) -> Result<(), Stop> {
    control::execute(thread, store, probe, instr)
}

/// How many operands the instruction consumes, in the sense of [`Thread::step`].
pub(crate) fn pops(instr: &Instr, store: &Store) -> u32 {
    let params = |ty: u32| store.types[ty as usize].params.len() as u32;
    match instr.op {
        Op::If | Op::BrIf | Op::BrTable => 1,
        Op::Call | Op::ReturnCall => params(store.funcs[instr.a as usize].ty),
        Op::CallIndirect | Op::ReturnCallIndirect => params(instr.b as u32) + 1,
        op => op.arity().map_or(0, |(pops, _)| pops),
    }
}

/// Whether the instruction leaves exactly one value of its own on the stack.
pub(crate) fn pushes(op: Op) -> bool {
    matches!(op.arity(), Some((_, 1)))
}
