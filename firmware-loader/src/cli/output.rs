//! What goes to standard output and standard error.

use super::Failure;
use crate::exit::Exit;
use serde::Serialize;
use std::io::{self, Write};

#[derive(Serialize)]
struct ErrorObject<'a> {
    outcome: &'static str,
    message: &'a str,
}

/// A reader that has gone away, as `head` does, is no error.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    match writeln!(io::stdout(), "{}", text.trim_end()) {
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => Err(Failure::new(format!("cannot write the result: {e}"))),
        _ => Ok(()),
    }
}

/// Prints an object with `--json`, otherwise text.
pub(super) fn show(json: bool, object: &impl Serialize, text: &str) -> Result<(), Failure> {
    if !json {
        return print(text);
    }
    print(&serde_json::to_string(object).map_err(Failure::new)?)
}

/// Tells about a failure; with `--json` on standard output, because somebody waits for an object there.
pub(super) fn failure(json: bool, failure: &Failure) -> Exit {
    let object = ErrorObject { outcome: failure.exit.word(), message: &failure.message };
    eprintln!("{}: {}", failure.exit.word(), failure.message);
    if json {
        // The exit status tells, whatever becomes of this.
        let _ = show(true, &object, "");
    }
    failure.exit
}
