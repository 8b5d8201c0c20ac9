//! The library that executes the instructions for which a core has no unit: its texts, and the library as data. How it
//! becomes a part of an image is in `isa::millicode`.

use crate::sections::sections;
use isa::millicode::Library;
use std::sync::{Arc, OnceLock};
use wasmparser::WasmFeatures;

/// Modules in the text format, by file.
pub const SOURCES: &[(&str, &str)] =
    &[("memory.wat", include_str!("memory.wat")), ("table.wat", include_str!("table.wat"))];

/// The library, which is parsed once.
pub fn library() -> Arc<Library> {
    static LIBRARY: OnceLock<Arc<Library>> = OnceLock::new();
    let part = |&(file, text): &(&str, &str)| {
        let bytes = wat::parse_str(text).unwrap_or_else(|e| panic!("{file} is a part of this program: {e}"));
        let features = WasmFeatures::WASM2 | WasmFeatures::TAIL_CALL;
        sections(&bytes, features).unwrap_or_else(|e| panic!("{file}: {}", e.into_error(&bytes)))
    };
    Arc::clone(LIBRARY.get_or_init(|| Arc::new(Library { parts: SOURCES.iter().map(part).collect() })))
}
