//! Modules that are preloaded: what the main one imports from them is answered by instances on cores of their own. To
//! the core of the main module that is an answer of the host like any other.

use crate::import::CoreMemory;
use crate::world::{Failure, InstanceId, World};
use crate::{Error, Result};
use firmware_loader::exit::Exit;
use firmware_loader::gate::{self, Target};
use firmware_loader::host::{Host, Reply};
use firmware_loader::link::{self, Provided};
use firmware_loader::output::shown;
use firmware_loader::{fit, read};
use isa::module::{Export, Import, ImportKind, Module};
use isa::outcome::{Fault, Stop};
use isa::types::{FuncType, ValType, Value};
use std::convert::Infallible;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// What the command line says of one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Preload {
    name: String,
    file: PathBuf,
}

impl FromStr for Preload {
    type Err = &'static str;

    fn from_str(text: &str) -> std::result::Result<Preload, &'static str> {
        match text.split_once('=') {
            Some((name, file)) if !name.is_empty() && !file.is_empty() => {
                Ok(Preload { name: name.into(), file: file.into() })
            }
            _ => Err("expected a module like NAME=FILE"),
        }
    }
}

impl Preload {
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Something about it, for people.
    fn about(&self, what: impl fmt::Display) -> String {
        format!("{}, preloaded as `{}`: {what}", self.file.display(), shown(&self.name))
    }
}

/// Those of a command line, in its order.
pub(super) struct Preloads(Vec<(Preload, Module)>);

impl Preloads {
    /// Reads them all. Names are given once, and imports are of modules before.
    pub fn read(given: &[Preload]) -> Result<Preloads> {
        let mut preloads = Preloads(Vec::new());
        for preload in given {
            if preloads.0.iter().any(|(other, _)| other.name == preload.name) {
                let name = shown(&preload.name);
                return Err(Error::new(format!("--preload {name}: two files have this name, which stands for one")));
            }
            let module = read(&preload.file).map_err(|e| Error::new(e.to_string()))?;
            if let Some(import) = module.imports.iter().find(|import| !preloads.provides(import)) {
                let why = gate::missing(import) + "; a preloaded module gets exports of those before it alone";
                return Err(Error::new(preload.about(why)));
            }
            preloads.0.push((preload.clone(), module));
        }
        Ok(preloads)
    }

    /// The place of the one that exports what is imported, its module, and the export.
    fn find(&self, import: &Import) -> Option<(usize, &Module, &Export)> {
        let instance = self.0.iter().position(|(preload, _)| preload.name == import.module)?;
        let (_, module) = &self.0[instance];
        let export = module.exports.iter().find(|export| export.name == import.name)?;
        Some((instance, module, export))
    }

    /// Whether one of them exports what is imported.
    pub fn provides(&self, import: &Import) -> bool {
        self.find(import).is_some()
    }

    /// Whether the main module can have what it imports from them.
    pub fn check(&self, main: &Module) -> Result<()> {
        for import in &main.imports {
            let Some((_, module, export)) = self.find(import) else { continue };
            let Some(reason) = unsuitable(main, import, module, export) else { continue };
            let (kind, name, from) = (import.kind.name(), shown(&import.name), shown(&import.module));
            return Err(Error::new(format!("the {kind} `{name}`, imported from the preloaded `{from}`, {reason}")));
        }
        Ok(())
    }

    /// What may end a call in them, for people.
    pub fn notes(&self, target: &Target<'_>) -> Vec<String> {
        let notes = |(preload, module): &(Preload, Module)| {
            let notes = fit::notes(module, target, &|_| true);
            notes.into_iter().map(|note| preload.about(note)).collect::<Vec<_>>()
        };
        self.0.iter().flat_map(notes).collect()
    }

    /// Makes the instances in a world of none and runs their start functions.
    ///
    /// # Errors
    /// How that ended, and why.
    pub fn instantiate<'w>(
        &self,
        mut world: World<'w>,
        main: &Module,
    ) -> std::result::Result<Instances<'w>, (Exit, String)> {
        let mut instances = Vec::new();
        for (preload, module) in &self.0 {
            let named = |world: &World<'_>, import: &Import| {
                let (instance, ..) = self.find(import)?;
                world.export(*instances.get(instance)?, &import.name)
            };
            let instance = world.instantiate(module, named).map_err(|failure| {
                let exit = ended(&failure).map_or(Exit::Input, Exit::of_stop);
                (exit, preload.about(format!("cannot be instantiated: {failure}")))
            })?;
            instances.push(instance);
        }
        let functions = main.imports.iter().filter(|import| matches!(import.kind, ImportKind::Function(_)));
        let answer = |import: &Import| {
            let (instance, ..) = self.find(import)?;
            Some((instances[instance], import.name.clone()))
        };
        Ok(Instances { functions: functions.map(answer).collect(), world, broken: None })
    }
}

/// Why the main module cannot have what it imports, in words behind the import's name.
fn unsuitable(main: &Module, import: &Import, module: &Module, export: &Export) -> Option<String> {
    let ImportKind::Function(_) = import.kind else {
        return Some("cannot be shared: each module is on a core of its own, and only functions are provided".into());
    };
    let found = Provided::exported(module, export)?;
    let refers = |ty: &FuncType| ty.params.iter().chain(&ty.results).any(|&ty| ty == ValType::FuncRef);
    match &found {
        Provided::Function(ty) if refers(ty) => {
            Some(format!("is {found}: a function of one core cannot be referred to on another"))
        }
        _ => link::mismatch(main, &import.kind, &found),
    }
}

/// How a call ended, if it did so by a stop.
fn ended(failure: &Failure) -> Option<Stop> {
    match failure {
        Failure::Stopped(stop) => Some(*stop),
        Failure::Unlinkable(_) | Failure::Machine(_) => None,
    }
}

/// The preloaded modules, running.
pub(super) struct Instances<'w> {
    world: World<'w>,
    /// Of each function that the main module imports: the instance that answers it, and the name there.
    functions: Vec<Option<(InstanceId, String)>>,
    /// What the simulator itself failed at in a call, which ended there.
    pub broken: Option<String>,
}

/// A host that asks the preloaded modules first.
pub(super) struct Preloaded<'i, 'w, H> {
    pub instances: &'i mut Instances<'w>,
    pub rest: H,
}

impl<'b, H: Host<CoreMemory<'b>>> Host<CoreMemory<'b>> for Preloaded<'_, '_, H> {
    fn call(
        &mut self,
        function: u32,
        args: &[Value],
        memory: &mut CoreMemory<'b>,
    ) -> std::result::Result<Reply, Infallible> {
        let Instances { world, functions, broken } = &mut *self.instances;
        let Some(Some((instance, name))) = functions.get(function as usize) else {
            return self.rest.call(function, args, memory);
        };
        Ok(match world.invoke(*instance, name, args) {
            Ok(results) => Reply::Results(results),
            Err(failure) => Reply::Stop(ended(&failure).unwrap_or_else(|| {
                *broken = Some(failure.to_string());
                Stop::Fault(Fault::UnknownOpcode)
            })),
        })
    }
}
