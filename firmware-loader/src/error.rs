//! The one error type of the loader: where in which file, what is wrong, and what to do about it.

use isa::outcome::Trap;
use std::fmt;
use std::path::{Path, PathBuf};

/// What sort of thing is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The file cannot be read.
    Io,
    /// Neither a binary module nor text.
    Format,
    /// Text that is not a module.
    Text,
    /// A malformed or invalid module.
    Invalid,
    /// A valid module with something that this machine does not do.
    Unsupported,
    /// A valid module that is too large for the chosen plan.
    Limit,
    /// Instantiation traps: an active segment does not fit into its memory or table.
    Trap(Trap),
}

/// A function as users know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionRef {
    /// In the function index space.
    pub index: u32,
    /// From the name section or an export.
    pub name: Option<String>,
}

impl fmt::Display for FunctionRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "function `{}`", name.escape_debug()),
            None => write!(f, "function {}", self.index),
        }
    }
}

/// An error with its place. `Display` gives one message; the fields are those of [`Details`].
#[derive(Clone, Debug)]
pub struct Error(Box<Details>);

#[derive(Clone, Debug)]
pub struct Details {
    pub kind: Kind,
    /// Set by whoever knows it: see [`Error::in_file`].
    pub file: Option<PathBuf>,
    /// Byte offset in the binary module.
    pub offset: Option<u64>,
    /// Whether the module was given as text, so that `offset` counts in its binary form.
    pub from_text: bool,
    pub function: Option<FunctionRef>,
    /// What is wrong.
    pub message: String,
    /// What was expected, or what to do.
    pub help: Option<String>,
}

impl Error {
    pub fn new(kind: Kind, message: impl Into<String>) -> Error {
        let message = message.into();
        let (file, offset, function, help) = (None, None, None, None);
        Error(Box::new(Details { kind, file, offset, from_text: false, function, message, help }))
    }

    #[must_use]
    pub fn at(mut self, offset: u64) -> Error {
        self.0.offset = Some(offset);
        self
    }

    #[must_use]
    pub fn in_function(mut self, function: FunctionRef) -> Error {
        self.0.function = Some(function);
        self
    }

    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Error {
        self.0.help = Some(help.into());
        self
    }

    #[must_use]
    pub fn in_file(mut self, file: &Path) -> Error {
        self.0.file = Some(file.to_owned());
        self
    }

    #[must_use]
    pub fn in_text(mut self) -> Error {
        self.0.from_text = true;
        self
    }
}

impl std::ops::Deref for Error {
    type Target = Details;

    fn deref(&self) -> &Details {
        &self.0
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{}: ", file.display())?;
        }
        if let Some(function) = &self.function {
            write!(f, "{function}{}", if self.offset.is_some() { ", " } else { ": " })?;
        }
        if let Some(offset) = self.offset {
            let form = if self.from_text { " of the binary form" } else { "" };
            write!(f, "byte {offset} ({offset:#x}){form}: ")?;
        }
        f.write_str(&self.message)?;
        match &self.help {
            Some(help) => write!(f, "; {help}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}
