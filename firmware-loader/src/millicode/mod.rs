//! The library that executes the instructions for which a core has no unit: its texts, and the library as data. How it
//! becomes a part of an image is in `isa::millicode`.
//!
//! Each function is exported by the name of the instruction that it stands for. Floats are the integers of their bits,
//! NaN results are canonical. Functions call at most one deep. Constants without a short form ([`isa::group`]) are
//! globals, because decoding takes such an immediate byte by byte; so are
//! those that occur often, which is shorter.

use crate::sections::sections;
use isa::millicode::Library;
use std::sync::{Arc, OnceLock};
use wasmparser::WasmFeatures;

/// Modules in the text format: name of the file, text. These have the floating-point arithmetic, and import nothing but
/// the traps of conversions.
pub const FLOATS: &[(&str, &str)] = &[
    ("float32.wat", include_str!("float32.wat")),
    ("float64.wat", include_str!("float64.wat")),
    ("conversions.wat", include_str!("conversions.wat")),
];

/// Those with everything else.
pub const SERVICES: &[(&str, &str)] = &[
    ("memory.wat", include_str!("memory.wat")),
    ("table.wat", include_str!("table.wat")),
    ("absent.wat", include_str!("absent.wat")),
];

/// The library, which is parsed once.
pub fn library() -> Arc<Library> {
    static LIBRARY: OnceLock<Arc<Library>> = OnceLock::new();
    let part = |&(file, text): &(&str, &str)| {
        let bytes = wat::parse_str(text).unwrap_or_else(|e| panic!("{file} is a part of this program: {e}"));
        let features = WasmFeatures::WASM2 | WasmFeatures::TAIL_CALL;
        sections(&bytes, features).unwrap_or_else(|e| panic!("{file}: {}", e.into_error(&bytes)))
    };
    let parts = || FLOATS.iter().chain(SERVICES).map(part).collect();
    Arc::clone(LIBRARY.get_or_init(|| Arc::new(Library { parts: parts() })))
}
