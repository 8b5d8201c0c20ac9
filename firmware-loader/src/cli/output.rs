//! What goes to standard output and standard error.

use super::Failure;
use crate::exit::Exit;
use crate::output;
use serde::Serialize;
use std::path::Path;

/// Prints lines.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    output::print(text).map_err(|e| Failure::new(format!("cannot write the result: {e}")))
}

/// Writes a file.
pub(super) fn write(path: &Path, contents: impl AsRef<[u8]>) -> Result<(), Failure> {
    std::fs::write(path, contents).map_err(|e| Failure::new(format!("cannot write {}: {e}", path.display())))
}

/// An error if a file that is to be written is the module itself.
pub(super) fn is_another(path: &Path, module: &Path) -> Result<(), Failure> {
    if output::is_same(path, module) {
        return Err(Failure::new(format!("{} is the module itself: give another file", path.display())));
    }
    Ok(())
}

/// Prints an object with `--json`, otherwise text.
pub(super) fn show(json: bool, object: &impl Serialize, text: &str) -> Result<(), Failure> {
    if json { print(&output::json(object)) } else { print(text) }
}

/// Tells about a failure.
pub(super) fn failure(json: bool, failure: &Failure) -> Exit {
    output::failure(json, failure.exit, &failure.message)
}
