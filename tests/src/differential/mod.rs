//! Random modules in the golden model, in other implementations and on the core: whatever a program can observe has to be the same.

mod compare;
mod hardware;
mod in_wasmtime;
mod oracle;
mod reduce;
mod software;

pub use compare::{Comparison, Find, keep};
pub use hardware::on_core;
pub use in_wasmtime::Wasmtime;
pub use oracle::{Answer, Called, Oracle, Oracles, State, Wasmi};
pub use reduce::{Case, reduce};
pub use software::in_software;

use crate::smith;
use isa::module::{ExportKind, Module};
use isa::op::{Op, TABLE, Unit};
use isa::types::{ValType, Value};
use rand::SeedableRng;
use rand::rngs::StdRng;
use std::collections::BTreeMap;

/// Calls per instance, so that what a trap leaves behind is used.
const CALLS: usize = 3;

/// A call of an exported function.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    pub name: String,
    pub args: Vec<Value>,
}

impl Call {
    /// The types of its results in a module that exports the function.
    fn results<'a>(&self, module: &'a Module) -> &'a [ValType] {
        let function = module.exported_function(&self.name).and_then(|function| module.function_type(function));
        &function.expect("is exported").results
    }
}

impl std::fmt::Display for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let args: Vec<String> = self.args.iter().map(|arg| sim::value::typed(*arg)).collect();
        write!(f, "{}({})", self.name.escape_debug(), args.join(", "))
    }
}

/// Why two sides did not agree.
#[derive(Clone, Debug, PartialEq)]
pub enum Mismatch {
    /// In words.
    Different(String),
    /// A call does not end, so that there is nothing to compare.
    Endless,
}

impl std::fmt::Display for Mismatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Mismatch::Different(what) => what,
            Mismatch::Endless => "a call does not end",
        })
    }
}

fn different<T>(what: impl Into<String>) -> Result<T, Mismatch> {
    Err(Mismatch::Different(what.into()))
}

/// What was compared.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    pub modules: u64,
    /// Modules that the loader refuses for this core or plan.
    pub refused: u64,
    /// Instantiations that trap, on all sides alike.
    pub uninstantiable: u64,
    pub returns: u64,
    /// By message; exhaustion as well.
    pub stops: BTreeMap<&'static str, u64>,
    pub instructions: u64,
    /// How often each instruction retired where it was compared: in the model, or on the core.
    pub ops: BTreeMap<Op, u64>,
}

impl Tally {
    /// The instructions of modules that retired less often than so many times, with how often they did. `unreachable`
    /// never does.
    pub fn rarer_than(&self, times: u64) -> Vec<(&'static str, u64)> {
        let rows = TABLE.iter().filter(|row| row.unit != Unit::Privileged && row.op != Op::Unreachable);
        let counts = rows.map(|row| (row.name, self.ops.get(&row.op).copied().unwrap_or(0)));
        counts.filter(|&(_, count)| count < times).collect()
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let stops: u64 = self.stops.values().sum();
        let Tally { modules, refused, uninstantiable, returns, instructions, .. } = self;
        write!(f, "{modules} modules ({refused} refused, {uninstantiable} uninstantiable), ")?;
        write!(f, "{returns} returns, {stops} stops, {instructions} instructions")
    }
}

/// Calls of every exported function, the same for the same seed; each list is for an instance of its own.
pub fn calls(module: &Module, seed: u64) -> Vec<Vec<Call>> {
    let mut rng = StdRng::seed_from_u64(seed);
    let exports = module.exports.iter().filter(|e| e.kind == ExportKind::Function);
    let mut call = |name: &String, index| {
        let function = module.function_type(index).expect("is exported");
        Call { name: name.clone(), args: smith::args(&mut rng, &function.params) }
    };
    exports.map(|e| (0..CALLS).map(|_| call(&e.name, e.index)).collect()).collect()
}
