//! Other implementations that run the same calls as the model.

use super::{Call, Wasmtime};
use crate::wasmi_executor::{Other, OtherStop};
use clap::ValueEnum;
use isa::module::Module;
use isa::types::Value;

/// What a program has stored.
#[derive(Debug, Default, PartialEq)]
pub struct State {
    pub globals: Vec<u64>,
    pub tables: Vec<Vec<u64>>,
    /// Empty if there is none.
    pub memory: Vec<u8>,
}

/// What came of a call, and what it left behind.
pub struct Called {
    pub outcome: Result<Vec<Value>, OtherStop>,
    pub state: State,
}

/// What came of each of some calls; or why the module cannot be instantiated.
pub type Answer = Result<Vec<Called>, OtherStop>;

/// An implementation of WebAssembly that shares nothing with the model.
pub trait Oracle {
    fn name(&self) -> &'static str;

    /// Instantiates a valid module without imports anew and makes the calls one after the other.
    ///
    /// # Errors
    /// In words, that the implementation itself cannot be used.
    fn run(&mut self, module: &Module, bytes: &[u8], calls: &[Call]) -> Result<Answer, String>;
}

/// Which of them, as on command lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Oracles {
    /// wasmi, an interpreter: is always there
    Wasmi,
    /// wasmi, and wasmtime of PyPI: `./setup.sh` installs it
    Wasmtime,
}

impl Oracles {
    /// # Errors
    /// Which one is not there, and what to do.
    pub fn start(self) -> Result<Vec<Box<dyn Oracle>>, String> {
        Ok(match self {
            Oracles::Wasmi => vec![Box::new(Wasmi)],
            Oracles::Wasmtime => vec![Box::new(Wasmi), Box::new(Wasmtime::start()?)],
        })
    }

    /// The option that asks for them, behind a space; nothing for those that are there without it.
    pub fn option(self) -> &'static str {
        match self {
            Oracles::Wasmi => "",
            Oracles::Wasmtime => " --oracle wasmtime",
        }
    }
}

/// The interpreter `wasmi`, in this process.
pub struct Wasmi;

impl Oracle for Wasmi {
    fn name(&self) -> &'static str {
        "wasmi"
    }

    fn run(&mut self, module: &Module, bytes: &[u8], calls: &[Call]) -> Result<Answer, String> {
        let mut other = match Other::new(bytes) {
            Ok(other) => other,
            Err(stop) => return Ok(Err(stop)),
        };
        let called = calls.iter().map(|call| {
            let outcome = other.call(&call.name, &call.args, call.results(module));
            let state = State { globals: other.globals(), tables: other.tables(), memory: other.memory().to_vec() };
            Called { outcome, state }
        });
        Ok(Ok(called.collect()))
    }
}
