//! What the host of a simulated program is doing, for whoever has to say where a run ended that did not come back.

use super::bounded::Doing;
use crate::engine::Signal;
use crate::import::CoreMemory;
use crate::lockstep;
use crate::machine::Call;
use crate::observe::{CallEnd, Observed, Observer};
use firmware_loader::host::{Host, Reply};
use firmware_loader::output::shown;
use isa::module::{ImportKind, Module};
use isa::types::Value;
use std::convert::Infallible;

/// A host that says which call it is in.
pub(super) struct Announced<'a, H> {
    host: H,
    module: &'a Module,
    doing: &'a Doing,
}

impl<'a, H> Announced<'a, H> {
    pub fn new(host: H, module: &'a Module, doing: &'a Doing) -> Announced<'a, H> {
        Announced { host, module, doing }
    }

    /// The host itself.
    pub fn host(&self) -> &H {
        &self.host
    }
}

impl<'b, H: Host<CoreMemory<'b>>> Host<CoreMemory<'b>> for Announced<'_, H> {
    fn call(&mut self, function: u32, args: &[Value], memory: &mut CoreMemory<'b>) -> Result<Reply, Infallible> {
        let mut functions = self.module.imports.iter().filter(|i| matches!(i.kind, ImportKind::Function(_)));
        let name = functions.nth(function as usize).map_or("", |import| &import.name);
        self.doing.now(format!("the program waited for the host in `{}`", shown(name)));
        let reply = self.host.call(function, args, memory);
        self.doing.now(RUNNING);
        reply
    }
}

/// Says when the program has ended and files are written of what was observed; behind its start function it goes on.
pub(super) struct Finishing<'a>(pub &'a Doing);

impl Observer for Finishing<'_> {
    fn begin_call(&mut self, _: &Call<'_>, _: &[Signal]) -> crate::Result<()> {
        self.0.now(RUNNING);
        Ok(())
    }

    fn suspend(&mut self) -> Option<lockstep::Suspended> {
        self.0.finishing();
        None
    }

    fn end_call(&mut self, _: &mut CallEnd<'_>) -> Observed {
        self.0.finishing();
        Ok(())
    }
}

/// Before the program.
pub(super) const PRELOADING: &str = "modules were preloaded";
/// Between calls of the host.
pub(super) const RUNNING: &str = "the program ran";
