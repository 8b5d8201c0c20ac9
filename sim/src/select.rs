//! Which engine to use.

use crate::engine::{Engine, circuit};
use crate::engine::verilator::{Verilator, build};
use crate::{Error, Result};
use isa::plan::MemoryPlan;

/// The engines by the names that users type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    /// The best that is there
    Auto,
    /// The emitted Verilog, compiled by Verilator
    Verilator,
    /// rust-hdl's own simulator: slow, needs nothing
    RustHdl,
}

/// Makes an engine for a core of this plan. With `waves`, it shows its inner signals if it can, and may be slower.
pub fn open(kind: Kind, plan: &MemoryPlan, waves: bool) -> Result<Box<dyn Engine>> {
    match kind {
        Kind::Auto if Verilator::available() => open(Kind::Verilator, plan, waves),
        Kind::Auto => open(Kind::RustHdl, plan, waves),
        Kind::Verilator => {
            let verilog = hdl::emit::verilog(plan).map_err(|e| Error::new(format!("cannot emit {}: {e}", plan.name)))?;
            Ok(Box::new(Verilator::new(&verilog, waves, &build::cache_directory()?)?))
        }
        Kind::RustHdl => circuit::open(plan),
    }
}
