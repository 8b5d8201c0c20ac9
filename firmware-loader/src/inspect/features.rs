//! Which features of WebAssembly a module uses: those without which the validator refuses it.

use crate::names::Names;
use crate::parse::Features;
use serde::Serialize;
use wasmparser::{Validator, WasmFeatures};

/// A feature that a module uses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Feature {
    /// As proposals are called, in lower case: `tail-call`.
    pub feature: String,
    /// The version of the specification that brought it: `1.0`, `2.0` or `later`.
    pub version: &'static str,
    /// Whether modules with it are accepted.
    pub accepted: bool,
    /// Where it is first used: byte offset in the file, and the function there.
    pub offset: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub function: Option<String>,
    /// What the validator says if it is not accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
}

/// The features of a module; none if it is not valid with all of them.
pub fn used(bytes: &[u8], names: &Names) -> Vec<Feature> {
    let all = WasmFeatures::all().difference(WasmFeatures::COMPONENT_MODEL);
    if Validator::new_with_features(all).validate_all(bytes).is_err() {
        return Vec::new();
    }
    // The parser's own switch for every reference, no feature.
    let flags = all.iter_names().filter(|&(_, flag)| flag != WasmFeatures::GC_TYPES);
    let feature = |(name, flag): (&str, WasmFeatures)| {
        let error = Validator::new_with_features(all.difference(flag)).validate_all(bytes).err()?;
        let accepted = Features::All.flags().contains(flag);
        Some(Feature {
            feature: name.to_lowercase().replace('_', "-"),
            version: version(flag),
            accepted,
            offset: error.offset(),
            function: names.function_at(bytes, error.offset()).map(|function| function.to_string()),
            refusal: (!accepted).then(|| error.message().to_owned()),
        })
    };
    flags.filter_map(feature).collect()
}

fn version(flag: WasmFeatures) -> &'static str {
    match flag {
        _ if WasmFeatures::WASM1.contains(flag) => "1.0",
        _ if WasmFeatures::WASM2.contains(flag) => "2.0",
        _ => "later",
    }
}
