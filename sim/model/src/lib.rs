//! The golden model: an interpreter for WebAssembly 2.0 without SIMD, with tail calls, constant arithmetic in
//! initializers and custom page sizes. It is what the hardware is checked against, so it states each instruction's
//! meaning on its own: it takes encodings from the instruction table and nothing else, finds labels by structure, and
//! is deterministic (the canonical NaN wherever the spec leaves a choice).
//!
//! A [`Store`] holds instances and what they share. A [`Thread`] is one call in progress: it is run to its end, or
//! stepped one instruction at a time with a retire record for each.
//!
//! ```no_run
//! # fn example(module: &isa::module::Module) -> Result<(), Box<dyn std::error::Error>> {
//! use model::{Limits, Store, Thread};
//! let mut store = Store::new(Limits::default());
//! let instance = store.instantiate(module, |_import| None)?;
//! let run = store.exported_function(instance, "run").unwrap();
//! let mut thread = Thread::new(&mut store, run, &[])?;
//! while thread.is_running() {
//!     println!("{:?}", thread.step(&mut store));
//! }
//! println!("{:?}", thread.outcome());
//! # Ok(())
//! # }
//! ```

mod code;
mod exec;
mod instantiate;
mod limits;
mod lower;
mod memory;
mod pool;
mod snapshot;
mod stack;
mod store;
mod table;
mod thread;

pub use instantiate::Error;
pub use limits::{Limits, Millicode};
pub use memory::Memory;
pub use snapshot::{Snapshot, Unsuitable};
pub use store::{Extern, FuncAddr, GlobalAddr, HostCall, HostFunction, InstanceAddr, MemoryAddr, Store, TableAddr};
pub use thread::{Activation, Outcome, Thread};
