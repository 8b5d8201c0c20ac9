//! What a refusal of the loader says of a module that a script calls invalid.

use firmware_loader::{Error, Kind};
use wasmparser::{Validator, WasmFeatures};

/// All that the loader could accept one day: version 3.0, and the proposal that it has beside.
const VERSION_3: WasmFeatures = WasmFeatures::WASM3.union(WasmFeatures::CUSTOM_PAGE_SIZES);

/// Everything that is proposed for modules.
const PROPOSED: WasmFeatures = WasmFeatures::all().difference(WasmFeatures::COMPONENT_MODEL);

/// Whether a module is refused for a proposal that is missing, which tells nothing of what the script means: with all of
/// version 3.0 it is valid, or what is wrong with it comes only later, in 3.0 or in what is proposed beyond it.
pub fn is_of_a_proposal(error: &Error, bytes: &[u8]) -> bool {
    if !matches!(error.kind, Kind::Invalid | Kind::Unsupported) {
        return false;
    }
    let refusal = |features| Validator::new_with_features(features).validate_all(bytes).err();
    let is_later = |other: wasmparser::Error| is_later(&other, error);
    match refusal(VERSION_3) {
        None => true,
        Some(other) => error.kind == Kind::Invalid && is_later(other) || refusal(PROPOSED).is_some_and(is_later),
    }
}

/// Whether a validator got further than the loader, or at the same place found something else.
fn is_later(other: &wasmparser::Error, error: &Error) -> bool {
    let message = other.message().lines().collect::<Vec<_>>().join(": ");
    let later = |found| other.offset() > found || other.offset() == found && error.message != message;
    error.offset.is_some_and(later)
}
