//! `firmware-loader inspect`: what a module is and takes, and its code.

use super::{Done, Failure, output};
use crate::exit::Exit;
use crate::inspect::{Inspection, Listing};
use crate::{Binary, parse};
use serde::Serialize;
use std::path::Path;

#[derive(Serialize)]
struct InspectObject<'a> {
    /// "valid" or "error"
    outcome: &'static str,
    /// Why the module is not accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    #[serde(flatten)]
    inspection: &'a Inspection,
}

#[derive(Serialize)]
struct ListingObject<'a> {
    /// "valid"
    outcome: &'static str,
    plan: &'a str,
    #[serde(flatten)]
    listing: &'a Listing,
}

const VALID: &str = "valid";

/// Of a module that is not accepted, shows what can be read, then why.
pub(super) fn inspect(json: bool, file: &Path) -> Done {
    let binary = Binary::read(file)?;
    let (inspection, module) = Inspection::new(&binary.bytes, boards::PLANS);
    let failure = module.err().map(|e| Failure::from(binary.place(e, file)));
    let message = failure.as_ref().map(|failure| failure.message.as_str());
    let outcome = failure.as_ref().map_or(VALID, |failure| failure.exit.word());
    let text = format!("{}, {} bytes\n{inspection}", file.display(), inspection.bytes);
    output::show(json, &InspectObject { outcome, message, inspection: &inspection }, &text)?;
    // The object has said it.
    Ok(failure.map_or(Exit::Returned, |failure| output::failure(false, &failure)))
}

pub(super) fn disassemble(plan: &str, json: bool, file: &Path, function: Option<&str>) -> Done {
    let binary = Binary::read(file)?;
    let listing = parse(&binary.bytes).and_then(|module| {
        let core = boards::plan(plan).unwrap_or(&boards::SIM_LARGE);
        Listing::new(&binary.bytes, &module, function, core)
    });
    let listing = listing.map_err(|e| binary.place(e, file))?;
    output::show(json, &ListingObject { outcome: VALID, plan, listing: &listing }, &listing.to_string())?;
    Ok(Exit::Returned)
}
