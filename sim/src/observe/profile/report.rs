//! A profile in words: what every form of it is made of.

use super::slices::{Count, Counts, Key, sum};
use super::tree::{Frame, Node, Tree};
use crate::disassembly::function_label;
use crate::observe::stalls::Cause;
use firmware_loader::backtrace::imported_name;
use firmware_loader::gate::file_offset;
use firmware_loader::output::shown;
use firmware_loader::source::{Line, Source};
use isa::instr::decode;
use isa::module::Module;
use std::collections::HashMap;

/// What a run passed with.
pub struct Report<'a> {
    /// Of the program.
    name: String,
    module: &'a Module,
    /// Of each function in a call, that in which it is, and its name.
    nodes: Vec<(Option<Node>, String)>,
    lines: HashMap<u32, Line>,
    has_lines: bool,
    slices: Vec<Counts>,
    slice_cycles: u64,
    total: Vec<(Key, Count)>,
}

impl<'a> Report<'a> {
    pub fn new(
        name: &str,
        module: &'a Module,
        source: Option<&Source>,
        tree: &Tree,
        (slices, slice_cycles): (Vec<Counts>, u64),
    ) -> Report<'a> {
        let nodes = tree.nodes().map(|(parent, frame)| (parent, label(module, frame))).collect();
        let addresses = slices.iter().flat_map(|counts| counts.keys()).filter_map(|key| key.pc);
        let mut lines = HashMap::new();
        for pc in addresses {
            if let Some(line) =
                source.filter(|_| !lines.contains_key(&pc)).and_then(|s| s.line(file_offset(module, pc)))
            {
                lines.insert(pc, line);
            }
        }
        let total = sorted(sum(slices.iter().cloned()));
        Report {
            name: name.to_string(),
            module,
            nodes,
            lines,
            has_lines: source.is_some(),
            slices,
            slice_cycles,
            total,
        }
    }

    /// The program's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The program itself.
    pub fn module(&self) -> &'a Module {
        self.module
    }

    /// Cycles of a slice; the last one may have fewer.
    pub fn slice_cycles(&self) -> u64 {
        self.slice_cycles
    }

    /// The counts of slices of time, in their order and each in one that does not depend on chance.
    pub fn slices(&self) -> impl Iterator<Item = Vec<(Key, Count)>> {
        self.slices.iter().cloned().map(sorted)
    }

    /// The counts of the whole run, likewise.
    pub fn total(&self) -> &[(Key, Count)] {
        &self.total
    }

    /// The functions in calls, each behind that in which it is: that one, and its name.
    pub fn nodes(&self) -> &[(Option<Node>, String)] {
        &self.nodes
    }

    /// The source line of what has been counted.
    pub fn line(&self, key: &Key) -> Option<&Line> {
        self.lines.get(&key.pc?)
    }

    /// Whether the module says of any code which line it is of.
    pub fn has_lines(&self) -> bool {
        self.has_lines
    }

    /// Why no group retired, in a few words: of millicode with the instruction that it executes.
    pub fn stall(&self, key: &Key) -> Option<String> {
        let cause = key.cause?;
        let op = key.pc.and_then(|pc| decode(&self.module.code, pc).ok()).map(|instr| instr.op);
        Some(match (cause, op) {
            (Cause::Millicode, Some(op)) => format!("millicode {op}"),
            _ => cause.words().replace('`', ""),
        })
    }
}

fn sorted(counts: Counts) -> Vec<(Key, Count)> {
    let mut counts: Vec<(Key, Count)> = counts.into_iter().collect();
    counts.sort_unstable_by_key(|(key, _)| *key);
    counts
}

/// Printable.
fn label(module: &Module, frame: &Frame) -> String {
    match frame {
        Frame::Function(index) if module.imported_function(*index).is_some() => imported_name(module, *index),
        Frame::Function(index) => function_label(module, *index),
        Frame::Inlined(name) => format!("{} (inlined)", shown(name)),
    }
}
