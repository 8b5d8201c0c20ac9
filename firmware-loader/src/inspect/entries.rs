//! How much of the stacks a call from outside can take, on each plan.

use super::graph::{Circle, Depths, Graph};
use crate::disassembly::name;
use crate::gate::{Strictness, Target, hosted_image};
use isa::module::{ExportKind, Module};
use isa::plan::CorePlan;
use serde::Serialize;

/// A function that a call can begin with: an exported one, or the start function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Of the export; of a start function its own.
    pub name: String,
    /// In the function index space.
    pub index: u32,
    pub worst: Worst,
}

/// What a call can take at most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Worst {
    /// On each plan that does not refuse the module.
    Stacks(Vec<Stack>),
    /// The names of functions of which each may call the next one and the last one the first, again and again.
    Unbounded(Vec<String>),
}

/// The stacks of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Stack {
    pub plan: &'static str,
    /// Value-stack slots, those below the call included, which globals and tables have.
    pub slots: u64,
    /// Calls active at once.
    pub calls: u64,
    /// How much of both there is.
    pub most_slots: u64,
    pub most_calls: u64,
}

impl Stack {
    /// Whether no call can exhaust the stacks.
    pub const fn is_enough(&self) -> bool {
        self.slots <= self.most_slots && self.calls <= self.most_calls
    }
}

/// What each entry of a module with this call graph takes.
pub fn all(module: &Module, graph: &Graph<'_>, plans: &'static [CorePlan]) -> Vec<Entry> {
    let loaded = |plan: &'static CorePlan| {
        let image = hosted_image(module, &Target::of_plan(plan, plans), |_| true, Strictness::Lenient).ok()?;
        Some((plan, u64::from(image.layout.base), graph.depths(&image)))
    };
    let loaded: Vec<_> = plans.iter().filter_map(loaded).collect();
    let entry = |(name, index): (String, u32)| {
        let worst = worst(module, index, &loaded);
        Entry { name, index, worst }
    };
    begins(module).into_iter().map(entry).collect()
}

/// Functions that a call can begin with, by name.
fn begins(module: &Module) -> Vec<(String, u32)> {
    let exports = module.exports.iter().filter(|export| export.kind == ExportKind::Function);
    let exported = exports.filter(|export| module.defined(export.index).is_some());
    let mut begins: Vec<_> = exported.map(|export| (export.name.clone(), export.index)).collect();
    let start = module.start.filter(|&start| module.defined(start).is_some());
    if let Some(start) = start.filter(|start| begins.iter().all(|(_, index)| index != start)) {
        begins.push((name(module, start), start));
    }
    begins
}

/// What a function takes on plans, each with its first free slot.
fn worst(module: &Module, function: u32, plans: &[(&'static CorePlan, u64, Depths)]) -> Worst {
    let stack = |(plan, base, depths): &(&'static CorePlan, u64, Depths)| {
        let depth = depths[function as usize].clone()?;
        Ok(Stack {
            plan: plan.name,
            slots: base + depth.slots,
            calls: depth.calls,
            most_slots: plan.stack_slots(),
            most_calls: plan.frames(),
        })
    };
    let names = |circle: Circle| circle.into_iter().map(|function| name(module, function)).collect();
    plans
        .iter()
        .map(stack)
        .collect::<Result<_, _>>()
        .map_or_else(|circle| Worst::Unbounded(names(circle)), Worst::Stacks)
}
