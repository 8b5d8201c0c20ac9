//! Why a binary module is not accepted: it is cut off or invalid, or uses a feature or has a size that this program does
//! not take, or is no module but a component.

use crate::error::{Error, Kind};
use wasmparser::{Validator, WasmFeatures};

/// The first bytes of every binary module.
pub const MAGIC: &[u8] = b"\0asm";

/// The version that follows them.
const VERSION: &[u8] = &[1, 0, 0, 0];

/// What follows them in a component: a version, and 1 for the layer.
const COMPONENT: [u8; 2] = [1, 0];

/// What this program's validator bounds, with how its messages tell: the same sizes as in browsers (WebAssembly
/// JavaScript Interface, "Implementation-defined Limits").
const LIMITS: &[(&str, &str)] = &[
    ("locals exceed maximum", "50,000 locals in a function"),
    ("function params size is out of bounds", "1,000 parameters of a function"),
    ("function returns size is out of bounds", "1,000 results of a function"),
    ("string size out of bounds", "100,000 bytes in a name"),
    ("br_table size is out of bounds", "7,654,321 targets of a br_table"),
    ("number of elements is out of bounds", "10,000,000 elements in a segment"),
    ("effective type size exceeds", "1,000,000 parts of all types together"),
    ("types count exceeds", "1,000,000 types"),
    ("functions count exceeds", "1,000,000 functions"),
    ("imports count exceeds", "1,000,000 imports"),
    ("exports count exceeds", "1,000,000 exports"),
    ("globals count exceeds", "1,000,000 globals"),
    ("element segments count exceeds", "100,000 element segments"),
    ("too many data segments", "100,000 data segments"),
    ("data segments count exceeds", "100,000 data segments"),
    ("tables count exceeds", "100,000 tables"),
];

/// That these bytes begin no module at all, if so.
pub fn header(bytes: &[u8]) -> Result<(), Error> {
    let Some(version) = bytes.strip_prefix(MAGIC) else { return Err(no_module(bytes)) };
    match version.first_chunk::<4>() {
        Some(version) if version[2..] == COMPONENT => Err(component()),
        Some(version) if version != VERSION => {
            let version = u32::from_le_bytes(*version);
            Err(Error::new(Kind::Format, format!("a binary module of version {version}, expected 1")).at(4))
        }
        _ => Ok(()),
    }
}

fn no_module(bytes: &[u8]) -> Error {
    let begin: Vec<String> = bytes.iter().take(4).map(|b| format!("{b:02x}")).collect();
    let found = if begin.is_empty() { "is empty".into() } else { format!("begins with the bytes {}", begin.join(" ")) };
    Error::new(Kind::Format, format!("not a WebAssembly module: it {found}"))
        .help("a binary module begins with 00 61 73 6d, a text module with `(module`")
}

fn component() -> Error {
    let what = "a component, which wraps core modules and says how they are linked; this machine runs a core module";
    Error::new(Kind::Unsupported, what).help(
        "build for `wasm32-wasip1` or `wasm32-unknown-unknown` instead of `wasm32-wasip2`, and without a step that makes \
        a component, such as `wasm-tools component new`",
    )
}

/// Errors that are about a feature without being marked so by the validator, by a part of their message.
const UNMARKED: &[&str] = &["multiple memories", "gc proposal must be enabled"];

/// The error for a file with these contents, of which the validator says this.
pub fn of(error: &wasmparser::Error, bytes: &[u8]) -> Error {
    let message = error.message().lines().collect::<Vec<_>>().join(": ");
    let left = (bytes.len() as u64).saturating_sub(error.offset());
    if let Some(limit) = limit(&message, left) {
        return Error::new(Kind::Limit, format!("more than {limit}"))
            .at(error.offset())
            .help("a limit of this program and of browsers, not of WebAssembly: split what is so large");
    }
    let is_unmarked = UNMARKED.iter().any(|part| error.message().contains(part));
    if error.missing_wasm_feature().is_some() || is_unmarked || is_valid_with_all(bytes) {
        return Error::new(Kind::Unsupported, format!("not supported: {message}"))
            .at(error.offset())
            .help("compile without this feature (for example with `-mcpu=mvp`)");
    }
    let result = Error::new(Kind::Invalid, message).at(error.offset());
    if left == 0 || error.message().starts_with("unexpected end") {
        return result.help(format!("the file of {} bytes seems cut off: copy or build it again", bytes.len()));
    }
    result.help("the module is invalid: build it again, or tell the makers of the compiler")
}

/// Whether a module is valid with everything that is proposed.
fn is_valid_with_all(bytes: &[u8]) -> bool {
    let modules = WasmFeatures::all().difference(WasmFeatures::COMPONENT_MODEL);
    Validator::new_with_features(modules).validate_all(bytes).is_ok()
}

/// The limit that a message is about. A number that claims more than the file has left is damage, not size.
fn limit(message: &str, left: u64) -> Option<&'static str> {
    let (_, limit) = LIMITS.iter().find(|(fragment, _)| message.contains(fragment))?;
    let digits: String = limit.chars().take_while(|&c| c != ' ').filter(|&c| c != ',').collect();
    let is_counted_in_bytes = !message.contains("locals");
    let most: u64 = digits.parse().ok()?;
    (!is_counted_in_bytes || left > most).then_some(limit)
}
