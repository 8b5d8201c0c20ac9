//! What a run did, step by step: which group followed which, and what was accessed.

use crate::disassembly::{function_label, instruction};
use crate::engine::Sample;
use firmware_loader::gate::file_offset;
use isa::instr::{Instr, decode};
use isa::module::Module;
use std::collections::{BTreeMap, HashMap};

/// A group, by its code address and the number of its instructions.
type Group = (u32, u8);

/// Bytes of linear memory that are counted together.
pub const BLOCK: u32 = 4096;

/// Accesses to a block of linear memory.
#[derive(Clone, Copy, Debug, Default)]
pub struct Accesses {
    pub loads: u64,
    pub stores: u64,
    pub bytes: u64,
}

/// Takes down what retires.
pub struct Recorder<'m> {
    module: &'m Module,
    /// How often a group was followed by a group at a code address, or was the last one.
    steps: HashMap<(Group, Option<u32>), u64>,
    last: Option<Group>,
    blocks: BTreeMap<u32, Accesses>,
    /// Functions that the host called.
    called: Vec<u32>,
}

impl<'m> Recorder<'m> {
    pub fn new(module: &'m Module) -> Recorder<'m> {
        Recorder { module, steps: HashMap::new(), last: None, blocks: BTreeMap::new(), called: Vec::new() }
    }

    /// The host calls a function.
    pub fn begin(&mut self, function: u32) {
        self.called.push(function);
    }

    pub fn group(&mut self, sample: &Sample) {
        if let Some(last) = self.last.replace((sample.pc, sample.count)) {
            *self.steps.entry((last, Some(sample.pc))).or_default() += 1;
        }
        if sample.memory {
            let accesses = self.blocks.entry(sample.address / BLOCK).or_default();
            *(if sample.store { &mut accesses.stores } else { &mut accesses.loads }) += 1;
            accesses.bytes += u64::from(sample.bytes);
        }
    }

    pub fn end_call(&mut self) {
        if let Some(last) = self.last.take() {
            *self.steps.entry((last, None)).or_default() += 1;
        }
    }

    /// What has been taken down, by instruction.
    pub fn steps(&mut self) -> Steps<'_> {
        self.end_call();
        let (mut counts, mut follows) = (BTreeMap::new(), BTreeMap::new());
        for (&((pc, count), next), &times) in &self.steps {
            let mut last = None;
            let instructions = std::iter::successors(decode(&self.module.code, pc).ok(), |instr| {
                decode(&self.module.code, instr.next_pc()).ok()
            });
            for instr in instructions.take(count.into()) {
                *counts.entry(instr.pc).or_default() += times;
                last = Some(instr.pc);
            }
            if let (Some(last), Some(next)) = (last, next) {
                *follows.entry(last).or_insert_with(BTreeMap::new).entry(next).or_default() += times;
            }
        }
        Steps { module: self.module, counts, follows, blocks: &self.blocks, called: &self.called }
    }
}

/// What a run did.
pub struct Steps<'a> {
    pub module: &'a Module,
    /// How often each instruction was executed, by its code address.
    pub counts: BTreeMap<u32, u64>,
    /// Of the last instruction of a group, how often execution went on at a code address.
    pub follows: BTreeMap<u32, BTreeMap<u32, u64>>,
    /// Of blocks of linear memory, by their numbers.
    pub blocks: &'a BTreeMap<u32, Accesses>,
    /// Functions that the host called.
    pub called: &'a [u32],
}

impl Steps<'_> {
    /// The instructions that were executed, with how often.
    pub fn executed(&self) -> impl Iterator<Item = (Instr<'_>, u64)> {
        self.counts.iter().filter_map(|(&pc, &times)| Some((decode(&self.module.code, pc).ok()?, times)))
    }

    /// `f 0x0021: br_if 0`
    pub fn place(&self, pc: u32) -> String {
        let function = self.module.function_at(pc).map(|index| function_label(self.module, index));
        let text = instruction(self.module, pc).map(|instruction| instruction.text);
        let offset = file_offset(self.module, pc);
        format!("{} {offset:#06x}: {}", function.unwrap_or_default(), text.unwrap_or_default())
    }
}
