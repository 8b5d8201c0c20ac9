//! What is run, on what: a module that a core can run, with the options that say so.

use super::preload::{Preload, Preloads};
use crate::select::Kind;
use crate::{Error, Result, load};
use clap::Args;
use clap::builder::PossibleValuesParser;
use firmware_loader::choice::{self, Choice};
use firmware_loader::command_line::Call;
use firmware_loader::exit::Exit;
use firmware_loader::gate::{self, Strictness, Target};
use firmware_loader::wasi::options::Grants;
use firmware_loader::{Kind as Cause, fit, output};
use isa::image::Image;
use isa::module::{Import, Module};
use isa::plan::CorePlan;
use std::path::Path;

#[derive(Debug, Args)]
pub(super) struct Setup {
    /// Plan of the core: what it is, and how large its memories are
    #[arg(long, value_name = "NAME", default_value = boards::SIM_LARGE.name, value_parser = plan_names())]
    plan: String,
    /// What runs the hardware; auto takes the best that is there
    #[arg(long, value_name = "NAME", value_enum, default_value_t = Kind::Auto)]
    pub engine: Kind,
    /// Refuse a module that imports what nobody provides, or has instructions for which there is no room
    #[arg(long)]
    strict: bool,
    /// Answer imports of functions from NAME with those that another module exports; it runs on a core of its own and
    /// may import from modules preloaded before it, but not from the host
    #[arg(long, value_name = "NAME=FILE")]
    preload: Vec<Preload>,
    #[command(flatten)]
    pub grants: Grants,
}

fn plan_names() -> PossibleValuesParser {
    PossibleValuesParser::new(boards::PLANS.iter().map(|p| p.name))
}

/// A module with everything that it may import from.
pub(super) struct Program<'a> {
    setup: &'a Setup,
    module: &'a Module,
    call: &'a Call,
    preloads: Preloads,
    pub plan: &'static CorePlan,
    target: Target<'static>,
}

/// A module that can be run, and the call.
pub(super) struct Ready<'a> {
    pub module: &'a Module,
    pub preloads: Preloads,
    pub image: Image,
    pub plan: &'static CorePlan,
    pub call: &'a Call,
    pub choice: Option<Choice>,
}

impl Setup {
    /// Files of modules that are preloaded.
    pub fn preloaded(&self) -> impl Iterator<Item = &Path> {
        self.preload.iter().map(Preload::file)
    }

    /// Whether what may end a call is refused.
    pub fn strictness(&self) -> Strictness {
        Strictness::of_option(self.strict)
    }
}

impl<'a> Program<'a> {
    /// A module and what to call in it.
    pub fn new(setup: &'a Setup, module: &'a Module, call: &'a Call) -> Result<Program<'a>> {
        let preloads = Preloads::read(&setup.preload)?;
        preloads.check(module)?;
        let plan = boards::plan(&setup.plan).ok_or_else(|| Error::new(format!("no plan {}", setup.plan)))?;
        Ok(Program { setup, module, call, preloads, plan, target: load::target(plan) })
    }

    fn provides(&self, import: &Import) -> bool {
        self.preloads.provides(import) || self.setup.grants.provides(self.module, import)
    }

    /// How well it fits the plan.
    pub fn fit(&self) -> fit::Report {
        fit::Report::new(self.module, &self.target, &|import| self.provides(import))
    }

    /// With its image, and notes about it for people. An exit status if it traps before it runs, which is the program's
    /// doing and not a mistake in using this one.
    pub fn ready(self, as_json: bool) -> Result<std::result::Result<Ready<'a>, Exit>> {
        let (module, call, target) = (self.module, self.call, &self.target);
        let provides = |import: &Import| self.provides(import);
        let image = match gate::hosted_image(module, target, provides, self.setup.strictness()) {
            Ok(image) => image,
            Err(e) if matches!(e.kind, Cause::Trap(_)) => {
                return Ok(Err(output::failure(as_json, Exit::Trap, &e.in_file(&call.file).to_string())));
            }
            Err(e) => return Err(Error::new(e.in_file(&call.file).to_string())),
        };
        let choice = choice::choose(module, &call.file, call.function.as_deref(), &call.arguments);
        let choice = choice.map_err(Error::new)?;
        let notes = fit::notes(module, target, &provides).into_iter().chain(self.preloads.notes(target));
        notes.for_each(|note| output::message(&format!("note: {note}")));
        Ok(Ok(Ready { module, preloads: self.preloads, image, plan: self.plan, call, choice }))
    }
}
