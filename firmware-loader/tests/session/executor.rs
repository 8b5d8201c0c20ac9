//! Executes a few instructions from the memories of the software board, so that what it returns depends on what was
//! loaded and poked.

use crate::device::Memories;
use isa::host::Space;
use isa::image::FunctionEntry;
use isa::instr::{Immediate, decode};
use isa::millicode;
use isa::op::Op;
use isa::outcome::{Exhausted, Fault, Stop, Trap};

/// A call in progress.
pub struct Executor {
    base: u32,
    pc: u32,
    place: u32,
    stack: Vec<u64>,
    /// Code addresses of the open loops.
    loops: Vec<u32>,
}

/// What a step led to.
pub enum Progress {
    Running,
    Returned,
    Paused { function: u32, argument: u32 },
    Stopped(Stop, u32),
}

fn entry(memories: &Memories, function: u32) -> FunctionEntry {
    let rows = memories.spaces[Space::Functions as usize].as_chunks::<12>().0;
    let word = rows.get(function as usize).copied().unwrap_or_default();
    let bits = word.iter().rev().fold(0u128, |bits, &byte| bits << 8 | u128::from(byte));
    FunctionEntry::unpack(bits, &memories.plan)
}

impl Executor {
    pub fn start(memories: &mut Memories, function: u32) -> Executor {
        let base = memories.registers[0] as u32;
        let FunctionEntry { entry, params, locals, .. } = entry(memories, function);
        for slot in base + params..base + params + locals {
            memories.slot(slot).into_iter().for_each(|bytes| *bytes = [0; 8]);
        }
        Executor { base, pc: entry, place: entry, stack: Vec::new(), loops: Vec::new() }
    }

    /// The instruction at which a halt ends the call.
    pub fn place(&self) -> u32 {
        self.place
    }

    /// Takes the results of an imported function.
    pub fn resume(&mut self, memories: &mut Memories, first: u32, count: u32) {
        for slot in first..first + count {
            let value = memories.slot(slot).map_or(0, |bytes| u64::from_le_bytes(*bytes));
            self.stack.push(value);
        }
    }

    pub fn step(&mut self, memories: &mut Memories) -> Progress {
        let code = std::mem::take(&mut memories.spaces[Space::Code as usize]);
        let progress = self.execute(&code, memories);
        memories.spaces[Space::Code as usize] = code;
        progress
    }

    fn execute(&mut self, code: &[u8], memories: &mut Memories) -> Progress {
        let at = self.pc;
        self.place = at;
        let stop = |stop| Progress::Stopped(stop, at);
        let Ok(instr) = decode(code, at) else { return stop(Stop::Fault(Fault::UnknownOpcode)) };
        self.pc = instr.next_pc();
        let invalid = || stop(Stop::Fault(Fault::InvalidCode));
        match (instr.op, instr.imm) {
            (Op::Unreachable, _) => return stop(Stop::Trap(Trap::Unreachable)),
            (Op::Loop, _) => self.loops.push(self.pc),
            (Op::Br, _) => match self.loops.last() {
                Some(&head) => self.pc = head,
                None => return invalid(),
            },
            (Op::End, _) if self.loops.pop().is_some() => {}
            (Op::End, _) => {
                for (slot, value) in (self.base..).zip(&self.stack) {
                    memories.slot(slot).into_iter().for_each(|bytes| *bytes = value.to_le_bytes());
                }
                return Progress::Returned;
            }
            (Op::Call, Immediate::Func(function)) => return self.import(memories, function),
            (Op::I32Const, Immediate::I32(value)) => self.stack.push(u64::from(value as u32)),
            (Op::LocalGet, Immediate::Local(index)) => self.get(memories, self.base + index),
            (Op::LocalSet, Immediate::Local(index)) => {
                return self.set(memories, self.base + index).unwrap_or_else(invalid);
            }
            (Op::GlobalGet, Immediate::Global(index)) => self.get(memories, index),
            (Op::GlobalSet, Immediate::Global(index)) => return self.set(memories, index).unwrap_or_else(invalid),
            (Op::I32Add | Op::I32Mul | Op::I32Load, _) => {
                return self.compute(memories, instr.op).unwrap_or_else(invalid);
            }
            // As a core does where millicode has no room.
            (op, _) if millicode::number(op).is_some() => return stop(Stop::Exhausted(Exhausted::Instruction)),
            _ => return stop(Stop::Fault(Fault::UnknownOpcode)),
        }
        Progress::Running
    }

    fn get(&mut self, memories: &mut Memories, slot: u32) {
        self.stack.push(memories.slot(slot).map_or(0, |bytes| u64::from_le_bytes(*bytes)));
    }

    fn set(&mut self, memories: &mut Memories, slot: u32) -> Option<Progress> {
        *memories.slot(slot)? = self.stack.pop()?.to_le_bytes();
        Some(Progress::Running)
    }

    fn compute(&mut self, memories: &Memories, op: Op) -> Option<Progress> {
        let mut pop = || self.stack.pop().map(|value| value as u32);
        let value = match op {
            Op::I32Add => pop()?.wrapping_add(pop()?),
            Op::I32Mul => pop()?.wrapping_mul(pop()?),
            _ => {
                let address = pop()? as usize;
                let bytes = memories.spaces[Space::Memory as usize].get(address..address.checked_add(4)?)?;
                u32::from_le_bytes(bytes.try_into().ok()?)
            }
        };
        self.stack.push(value.into());
        Some(Progress::Running)
    }

    /// Only imported functions are called.
    fn import(&mut self, memories: &mut Memories, function: u32) -> Progress {
        let FunctionEntry { params, .. } = entry(memories, function);
        let argument = self.base + 64;
        for slot in (argument..argument + params).rev() {
            let value = self.stack.pop().unwrap_or(0);
            memories.slot(slot).into_iter().for_each(|bytes| *bytes = value.to_le_bytes());
        }
        Progress::Paused { function, argument }
    }
}
