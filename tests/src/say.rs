//! What the programs of this crate print. A reader that has gone away, as `head` does, is no error.

use firmware_loader::output;
use std::process;

/// As `println`, for a reader that may go away.
#[macro_export]
macro_rules! say {
    ($($arguments:tt)*) => { $crate::say::line(&format!($($arguments)*)) };
}

/// As `eprintln`, for a reader that may go away.
#[macro_export]
macro_rules! tell {
    ($($arguments:tt)*) => { $crate::say::message(&format!($($arguments)*)) };
}

/// Prints lines. Ends the process if they cannot be written: results that nobody gets were for nothing.
pub fn line(text: &str) {
    if let Err(error) = output::print(text) {
        message(&format!("cannot write the results: {error}"));
        process::exit(2);
    }
}

/// Prints lines to the error output, if anybody reads them there.
pub fn message(text: &str) {
    output::message(text);
}
