//! Millicode as one instruction. The hardware calls a function of the library where an instruction stands that it has no
//! unit for; whoever observes a run sees one group, which retires when that function has returned, with its result.

use crate::engine::{Sample, Status};
use isa::image::Image;
use isa::instr::decode;
use isa::module::Module;
use isa::op::Op;
use serde::{Deserialize, Serialize};

/// Puts the groups of the library into those that call it.
#[derive(Debug, Default)]
pub struct Millicode {
    /// First code address of the library; `None` if the image has nothing of it.
    library: Option<u32>,
    /// The instructions that call it.
    ops: Vec<Op>,
    /// By first byte, whether one of these has it.
    bytes: Vec<bool>,
    /// The group in progress, and the last value that a function of the library has returned.
    pending: Pending,
}

/// An instruction that the library executes, if there is one in progress.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    calling: Option<Sample>,
    result: u64,
}

impl Millicode {
    pub fn new(image: &Image) -> Millicode {
        let ops: Vec<Op> = image.routines.iter().map(|routine| routine.op).collect();
        let mut bytes = vec![false; 256];
        for row in ops.iter().map(|op| op.row()) {
            bytes[usize::from(if row.prefix == 0 { row.code } else { row.prefix })] = true;
        }
        let library = (!ops.is_empty()).then_some(image.layout.library);
        Millicode { library, ops, bytes, ..Millicode::default() }
    }

    /// What is in progress.
    pub fn pending(&self) -> Pending {
        self.pending
    }

    /// Goes on with what another one had in progress.
    pub fn restore(&mut self, pending: Pending) {
        self.pending = pending;
    }

    /// First code address of the library, if the image has anything of it.
    pub fn library(&self) -> Option<u32> {
        self.library
    }

    /// Whether a code address lies in the library.
    fn holds(&self, pc: u32) -> bool {
        self.library.is_some_and(|library| pc >= library)
    }

    /// Whether the library takes this cycle, in which this group retires or none.
    pub fn takes(&self, retired: Option<&Sample>) -> bool {
        self.pending.calling.is_some() && retired.is_none_or(|sample| self.holds(sample.pc))
    }

    /// The group that is in progress, an instruction that is executed by the library.
    pub fn calling(&self) -> Option<&Sample> {
        self.pending.calling.as_ref()
    }

    /// Takes a group that has retired, and gives those that are complete.
    pub fn take(&mut self, module: &Module, sample: &Sample) -> [Option<Sample>; 2] {
        if self.library.is_none() {
            return [None, Some(*sample)];
        }
        if self.holds(sample.pc) {
            if sample.push {
                self.pending.result = sample.value;
            }
            if let Some(calling) = &mut self.pending.calling {
                calling.cycle = sample.cycle;
            }
            return [None, None];
        }
        let complete = self.complete(module);
        if self.bytes[usize::from(sample.op)] && self.op(module, sample).is_some() {
            self.pending.calling = Some(*sample);
            return [complete, None];
        }
        [complete, Some(*sample)]
    }

    /// Gives the group in progress if the library has nothing more to do, when a run pauses or ends with this status. If
    /// it has stopped in the library, that is where the instruction stands.
    pub fn pause(&mut self, module: &Module, status: &mut Status) -> Option<Sample> {
        let stopped = status.stop != 0 && self.holds(status.stop_pc);
        match &self.pending.calling {
            Some(calling) if stopped => {
                status.stop_pc = calling.pc;
                None
            }
            _ => self.complete(module),
        }
    }

    /// Forgets what is in progress: another call begins.
    pub fn clear(&mut self) {
        self.pending.calling = None;
    }

    fn op(&self, module: &Module, sample: &Sample) -> Option<Op> {
        let op = decode(&module.code, sample.pc).ok()?.op;
        self.ops.contains(&op).then_some(op)
    }

    /// The group in progress as if a unit had executed it.
    fn complete(&mut self, module: &Module) -> Option<Sample> {
        let call = self.pending.calling.take()?;
        let op = self.op(module, &call)?;
        let (pops, pushes) = op.arity().unwrap_or((1, 0));
        let arguments = pops + u32::from(op.is_service());
        let height = (call.height + pushes).wrapping_sub(arguments);
        Some(Sample { push: pushes == 1, value: self.pending.result, height, ..call })
    }
}
