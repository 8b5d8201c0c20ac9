//! Which engine to use.

use crate::engine::jit::Jit;
use crate::engine::verilator::{Verilator, build};
use crate::engine::{Engine, circuit};
use crate::{Error, Result};
use isa::plan::CorePlan;
use std::sync::{Mutex, PoisonError};

/// The engines by the names that users type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    /// The best that is there
    Auto,
    /// The emitted Verilog, compiled to machine code in this process: needs nothing
    Jit,
    /// The emitted Verilog, compiled by Verilator
    Verilator,
    /// rust-hdl's own simulator: slow, needs nothing
    RustHdl,
}

/// Makes an engine for a core of this plan. With `waves`, it shows its inner signals if it can, and may be slower.
pub fn open(kind: Kind, plan: &CorePlan, waves: bool) -> Result<Box<dyn Engine>> {
    match kind {
        Kind::Auto => open(Kind::Jit, plan, waves),
        Kind::Jit => Ok(Box::new(compiled(plan)?)),
        Kind::Verilator => Ok(Box::new(Verilator::new(&verilog(plan)?, waves, &build::cache_directory()?)?)),
        Kind::RustHdl => circuit::open(plan),
    }
}

fn verilog(plan: &CorePlan) -> Result<String> {
    hdl::emit::verilog(plan).map_err(|e| Error::new(format!("cannot emit {}: {e}", plan.name)))
}

/// A core of this plan. The first one of each plan is compiled and kept; the others share its code.
fn compiled(plan: &CorePlan) -> Result<Jit> {
    static COMPILED: Mutex<Vec<(CorePlan, Jit)>> = Mutex::new(Vec::new());
    let mut known = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, jit)) = known.iter().find(|(of, _)| of == plan) {
        return Ok(jit.another());
    }
    let jit = Jit::new(&verilog(plan)?)?;
    let another = jit.another();
    known.push((*plan, jit));
    Ok(another)
}
