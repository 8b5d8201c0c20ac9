//! Parsing and validation of whole modules.

use crate::error::{Error, Kind};
use crate::names::Names;
use crate::sections::sections;
use crate::{diagnosis, file, millicode};
use isa::millicode::number;
use isa::module::Module;
use std::path::Path;
use wasmparser::WasmFeatures;

/// Which version of WebAssembly is accepted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Features {
    /// WebAssembly 1.0 and nothing more.
    Mvp,
    /// WebAssembly 2.0 without SIMD.
    V2,
    /// Everything that the instruction table has: 2.0 without SIMD, tail calls, constant arithmetic in initializers and
    /// custom page sizes.
    #[default]
    All,
}

impl Features {
    fn flags(self) -> WasmFeatures {
        match self {
            Features::Mvp => WasmFeatures::WASM1,
            Features::V2 => WasmFeatures::WASM2.difference(WasmFeatures::SIMD),
            Features::All => {
                Features::V2.flags()
                    | WasmFeatures::TAIL_CALL
                    | WasmFeatures::EXTENDED_CONST
                    | WasmFeatures::CUSTOM_PAGE_SIZES
            }
        }
    }
}

/// Parses and validates a binary module.
pub fn parse(bytes: &[u8]) -> Result<Module, Error> {
    parse_with(bytes, Features::All)
}

/// Parses and validates a module in the text format.
pub fn parse_text(text: &str) -> Result<Module, Error> {
    let bytes = wat::parse_str(text).map_err(text_error)?;
    parse(&bytes).map_err(Error::in_text)
}

/// Reads, parses and validates a module file, binary or text: its contents tell which.
pub fn read(path: &Path) -> Result<Module, Error> {
    let contents = || {
        let bytes = file::contents(path)?;
        match std::str::from_utf8(&bytes) {
            Ok(text) if is_text(text) => parse_text(text),
            _ => parse(&bytes),
        }
    };
    contents().map_err(|e| e.in_file(path))
}

/// The bytes of the binary module in a file, which may have it as text.
///
/// # Errors
/// The file cannot be read, or its text is no module.
pub fn binary(path: &Path) -> Result<Vec<u8>, Error> {
    let contents = || {
        let bytes = file::contents(path)?;
        match std::str::from_utf8(&bytes) {
            Ok(text) if is_text(text) => wat::parse_str(text).map_err(text_error),
            _ => Ok(bytes),
        }
    };
    contents().map_err(|e| e.in_file(path))
}

/// The text format begins with a parenthesis, after white space and comments.
fn is_text(text: &str) -> bool {
    let text = text.trim_start();
    text.starts_with('(') || text.starts_with(";;")
}

fn text_error(error: wat::Error) -> Error {
    Error::new(Kind::Text, error.to_string())
}

/// Parses and validates a binary module of the given version.
pub fn parse_with(bytes: &[u8], features: Features) -> Result<Module, Error> {
    diagnosis::header(bytes)?;
    let names = Names::find(bytes);
    let mut module = sections(bytes, features.flags()).map_err(|e| place(e.into_error(bytes), bytes, &names))?;
    let imported = module.imported_functions().count() as u32;
    for (index, function) in (imported..).zip(&mut module.functions) {
        function.name = names.functions.get(&index).cloned();
    }
    module.name = names.module;
    // There are cores on which it needs that.
    let needs_millicode = module.ops().any(|op| number(op).is_some());
    module.millicode = needs_millicode.then(millicode::library);
    Ok(module)
}

/// Adds the function to an error inside the code section.
fn place(error: Error, bytes: &[u8], names: &Names) -> Error {
    let function = error.offset.and_then(|offset| names.function_at(bytes, offset));
    match function {
        Some(function) => error.in_function(function),
        None => error,
    }
}
