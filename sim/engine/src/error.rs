//! The one error type: a place, a construct and a sentence.
use std::fmt;

/// A place in the Verilog text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pos {
    /// Which text: 0 is the design, others are models in order of first use.
    pub file: u16,
    /// Line, from 1; 0 when no place is known.
    pub line: u32,
    /// Column in bytes, from 1.
    pub col: u32,
}

/// Why a text was rejected, with the place and the construct's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// Model the text came from; `None` for the design itself.
    pub model: Option<String>,
    /// Where, if a place is known.
    pub pos: Pos,
    /// The construct or signal the message is about, for example `casex`.
    pub construct: String,
    /// What is wrong with it.
    pub message: String,
}

/// Result of everything that can reject its input.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error about `construct` at `pos`.
    pub fn new(pos: Pos, construct: impl Into<String>, message: impl Into<String>) -> Self {
        Error { model: None, pos, construct: construct.into(), message: message.into() }
    }

    /// An error without a place in the text, such as an unknown signal name.
    pub fn nowhere(construct: impl Into<String>, message: impl Into<String>) -> Self {
        Error::new(Pos::default(), construct, message)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(model) = &self.model {
            write!(f, "model {model}: ")?;
        }
        if self.pos.line > 0 {
            write!(f, "line {}, column {}: ", self.pos.line, self.pos.col)?;
        }
        write!(f, "{}: {}", self.construct, self.message)
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_place_and_construct() {
        let e = Error::new(Pos { file: 0, line: 3, col: 7 }, "casex", "not supported");
        assert_eq!(e.to_string(), "line 3, column 7: casex: not supported");
        assert_eq!(Error::nowhere("x", "no such signal").to_string(), "x: no such signal");
    }
}
