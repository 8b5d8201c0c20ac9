//! One message for the user: what is wrong, where, and what to do.

use std::fmt;

/// Input that cannot be used, or a tool or file that is missing. The message is complete and for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(String);

/// Short for results of this crate.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub fn new(message: impl Into<String>) -> Error {
        Error(message.into())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}
