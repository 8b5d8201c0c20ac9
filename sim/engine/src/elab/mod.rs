//! Elaboration: from modules to one flat graph with a definition per signal.
//!
//! The hierarchy is flattened; each process is executed symbolically by the
//! size and sign rules of IEEE 1364-2005, clause 5; references to signals
//! between processes are then replaced by their definitions.
mod collect;
mod drive;
mod enums;
mod env;
mod exec;
mod expr;
mod flatten;
mod initial;
mod lhs;
mod resolve;
mod rest;
mod select;
mod size;
mod split;
#[cfg(test)]
mod tests;

use crate::{
    Models, Sig,
    error::{Error, Pos, Result},
    ir::{Graph, Node},
    parse,
};
pub use enums::States;
use std::collections::HashMap;

/// What gives a signal its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An input of the top module, set from outside.
    Input,
    /// Combinational: a function of inputs, registers and memories.
    Comb,
    /// A register, changed at the clock edge only.
    Reg,
}

/// A named signal of the flattened design.
#[derive(Clone, Debug)]
pub struct Signal {
    /// Hierarchical name without the top module, for example `core.alu.sum`.
    pub name: String,
    /// Bits, 1 to 128.
    pub width: u32,
    /// Declared `signed`.
    pub signed: bool,
    /// What gives it its value.
    pub kind: Kind,
    /// A register's value at the start.
    pub init: u128,
    /// Where it is declared.
    pub pos: Pos,
}

/// A memory of the flattened design.
#[derive(Clone, Debug)]
pub struct Memory {
    /// Hierarchical name without the top module.
    pub name: String,
    /// Bits of a word, 1 to 128.
    pub width: u32,
    /// Number of words.
    pub depth: u64,
    /// Index of the first word, as declared.
    pub low: u64,
    /// Words with an initial value other than 0, by position.
    pub init: Vec<(u64, u128)>,
}

/// A write at the clock edge.
#[derive(Clone, Debug)]
pub(crate) struct MemWrite {
    pub mem: u32,
    pub enable: Node,
    pub address: Node,
    pub data: Node,
    /// Bits written; `None` is the whole word.
    pub mask: Option<Node>,
}

/// A place where an index can be out of range.
#[derive(Clone, Debug)]
pub(crate) struct IndexCheck {
    pub name: String,
    pub pos: Pos,
    /// One bit: the index is used and out of range.
    pub bad: Node,
}

/// An elaborated design, ready to be compiled by [`crate::Sim::new`].
#[derive(Clone, Debug, Default)]
pub struct Design {
    pub(crate) graph: Graph,
    pub(crate) signals: Vec<Signal>,
    /// What split registers consist of; lower bits first, register by register.
    pub(crate) parts: Vec<split::Part>,
    pub(crate) memories: Vec<Memory>,
    /// Per signal, what it is before the edge: its definition, or the node that
    /// loads an input or register. Then the nodes that load the parts.
    pub(crate) nodes: Vec<Node>,
    /// Registers or parts and their values after the edge.
    pub(crate) next: Vec<(u32, Node)>,
    pub(crate) writes: Vec<MemWrite>,
    pub(crate) checks: Vec<IndexCheck>,
    pub(crate) inputs: Vec<u32>,
    pub(crate) outputs: Vec<u32>,
    pub(crate) clock: Option<u32>,
    names: HashMap<String, u32>,
    mem_names: HashMap<String, u32>,
    warnings: Vec<String>,
    /// Names of the values of signals that hold states, by signal.
    pub(crate) states: HashMap<u32, enums::States>,
}

impl Design {
    /// Parses `source` and elaborates module `top`; black boxes take their
    /// behaviour from `models`.
    ///
    /// # Errors
    /// Anything outside the subset, and anything whose meaning would be a
    /// guess: loops, latches, several drivers, several clocks, black boxes
    /// without a model.
    pub fn parse(source: &str, top: &str, models: &Models) -> Result<Design> {
        // recursion over the syntax tree is bounded, but not by the caller's stack
        std::thread::scope(|scope| {
            let work = || elaborate(source, top, models);
            match std::thread::Builder::new().stack_size(parse::STACK).spawn_scoped(scope, work) {
                Ok(thread) => thread.join().unwrap_or_else(|e| std::panic::resume_unwind(e)),
                Err(e) => Err(Error::nowhere("thread", e.to_string())),
            }
        })
    }

    /// All signals, those of outer modules before those of inner ones.
    pub fn signals(&self) -> &[Signal] {
        &self.signals
    }

    /// All memories.
    pub fn memories(&self) -> &[Memory] {
        &self.memories
    }

    /// The inputs of the top module, without the clock.
    pub fn inputs(&self) -> impl Iterator<Item = &Signal> {
        let ids = self.inputs.iter().filter(|id| Some(**id) != self.clock);
        ids.map(|id| &self.signals[*id as usize])
    }

    /// The outputs of the top module.
    pub fn outputs(&self) -> impl Iterator<Item = &Signal> {
        self.outputs.iter().map(|id| &self.signals[*id as usize])
    }

    /// The clock input, if anything is clocked.
    pub fn clock(&self) -> Option<&Signal> {
        self.clock.map(|id| &self.signals[id as usize])
    }

    /// The names of a signal's values, if it is only ever compared with or
    /// assigned from constants of one family, as `State$Idle` and `State$Run`.
    pub fn states(&self, s: Sig) -> Option<&States> {
        self.states.get(&s.0)
    }

    /// What is legal but probably meant otherwise, one sentence each.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The width of a signal, or of a part by the ids counted on from them.
    pub(crate) fn width(&self, id: u32) -> u32 {
        let id = id as usize;
        match self.signals.get(id) {
            Some(signal) => signal.width,
            None => self.parts[id - self.signals.len()].width,
        }
    }

    pub(crate) fn signal_id(&self, name: &str) -> Result<u32> {
        self.names.get(name).copied().ok_or_else(|| Error::nowhere(name, "no such signal"))
    }

    /// The ids of all signals whose names begin with `prefix`.
    pub(crate) fn matching(&self, prefix: &str) -> impl Iterator<Item = u32> {
        let all = self.signals.iter().enumerate();
        all.filter(move |(_, s)| s.name.starts_with(prefix)).map(|(i, _)| i as u32)
    }

    pub(crate) fn memory_id(&self, name: &str) -> Result<u32> {
        self.mem_names.get(name).copied().ok_or_else(|| Error::nowhere(name, "no such memory"))
    }
}

fn elaborate(source: &str, top: &str, models: &Models) -> Result<Design> {
    let mut names = Vec::new();
    let result = collect::collect(source, top, models, &mut names).and_then(|modules| {
        let mut elab = flatten::Elab::new(&modules);
        elab.top(top)?;
        elab.find_enums();
        elab.run_processes()?;
        elab.finish()
    });
    result.map_err(|mut e| {
        if e.pos.file > 0 {
            e.model = names.get(e.pos.file as usize - 1).cloned();
        }
        e
    })
}
