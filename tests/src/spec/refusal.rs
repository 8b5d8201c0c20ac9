//! What a refusal of the loader says of a module that a script calls invalid.

use firmware_loader::{Error, Kind};
use wasmparser::{Validator, WasmFeatures};

/// All that the loader could accept one day: version 3.0, and the proposal that it has beside.
const VERSION_3: WasmFeatures = WasmFeatures::WASM3.union(WasmFeatures::CUSTOM_PAGE_SIZES);

/// Everything that is proposed for modules.
const PROPOSED: WasmFeatures = WasmFeatures::all().difference(WasmFeatures::COMPONENT_MODEL);

/// Whether a module is refused for a proposal that is missing, which tells nothing of what the script means. What is valid
/// beyond version 3.0 only is refused rightly, and so is a component, whose error has no place.
pub fn is_of_a_proposal(error: &Error, bytes: &[u8]) -> bool {
    let is_valid = |features| Validator::new_with_features(features).validate_all(bytes).is_ok();
    let is_beyond = || !is_valid(VERSION_3) && is_valid(PROPOSED);
    error.kind == Kind::Unsupported && error.offset.is_some() && !is_beyond()
}
