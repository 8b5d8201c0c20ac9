//! Answers that the user gives in the place of functions of the host.

use crate::error::{Error, Kind};
use crate::host::Reply;
use crate::value;
use isa::module::Import;
use isa::outcome::{Stop, Trap};
use isa::types::{FuncType, Value};
use std::str::FromStr;

/// What the command line says of one function, or of all of a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stub {
    /// `MODULE.NAME`, or `MODULE.*`.
    name: String,
    all: bool,
    answer: Answer,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Answer {
    /// As an argument is written.
    Value(String),
    Trap,
}

impl FromStr for Stub {
    type Err = String;

    fn from_str(text: &str) -> Result<Stub, String> {
        let expected = || "expected MODULE.NAME=VALUE, MODULE.NAME=trap or MODULE.*=VALUE".to_string();
        // Names may have `=` in them, values have not.
        let (name, answer) = text.rsplit_once('=').ok_or_else(expected)?;
        if !name.contains('.') || answer.is_empty() {
            return Err(expected());
        }
        let answer = if answer == "trap" { Answer::Trap } else { Answer::Value(answer.into()) };
        Ok(Stub { name: name.into(), all: name.ends_with(".*"), answer })
    }
}

impl Stub {
    fn is_for(&self, import: &Import) -> bool {
        if self.all {
            self.name.strip_suffix(".*") == Some(&import.module)
        } else {
            self.name == format!("{}.{}", import.module, import.name)
        }
    }

    /// The stub for an import: one that names it before one that names its module.
    pub fn find<'a>(stubs: &'a [Stub], import: &Import) -> Option<&'a Stub> {
        let named = |all: bool| stubs.iter().rev().find(move |stub| stub.all == all && stub.is_for(import));
        named(false).or_else(|| named(true))
    }

    /// A stub that names one function which the module does not import.
    pub fn check<'a>(&self, mut functions: impl Iterator<Item = &'a Import>) -> Result<(), Error> {
        if self.all || functions.any(|import| self.is_for(import)) {
            return Ok(());
        }
        let message = format!("--stub {}: the module imports no such function", self.name.escape_debug());
        Err(Error::new(Kind::Unsupported, message).help("name it as the module does, MODULE.NAME"))
    }

    /// What a call of a function of this type is answered: the value for each of its results.
    pub fn reply(&self, ty: &FuncType) -> Result<Reply, Error> {
        let Answer::Value(text) = &self.answer else { return Ok(Reply::Stop(Stop::Trap(Trap::Unreachable))) };
        let values: Result<Vec<Value>, String> = ty.results.iter().map(|&ty| value::parse(text, ty)).collect();
        let error = |reason| Error::new(Kind::Unsupported, format!("--stub {}: {reason}", self.name.escape_debug()));
        values.map(Reply::Results).map_err(error)
    }
}
