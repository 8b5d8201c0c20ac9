//! What goes to standard output and standard error.

use super::Failure;
use crate::exit::Exit;
use crate::output;
use serde::Serialize;

/// Prints lines.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    output::print(text).map_err(|e| Failure::new(format!("cannot write the result: {e}")))
}

/// Prints an object with `--json`, otherwise text.
pub(super) fn show(json: bool, object: &impl Serialize, text: &str) -> Result<(), Failure> {
    if json { print(&output::json(object)) } else { print(text) }
}

/// Tells about a failure.
pub(super) fn failure(json: bool, failure: &Failure) -> Exit {
    output::failure(json, failure.exit, &failure.message)
}
