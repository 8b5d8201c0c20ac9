//! What a program gets from this machine, as command lines say it.

use super::clock::Kind;
use super::{Snapshot, Stub, Wasi, provides};
use crate::error::Error;
use crate::interrupt::Interrupt;
use isa::device::Device;
use isa::module::{Import, Module};
use std::path::{Path, PathBuf};

/// Options of the simulator and the loader.
#[derive(Debug, Default, clap::Args)]
pub struct Grants {
    /// Let the program open what is below a directory [the name that it uses: the same]
    #[arg(long, value_name = "PATH[::NAME]", global = true, value_parser = directory)]
    dir: Vec<(PathBuf, String)>,
    /// Set an environment variable of the program
    #[arg(long, value_name = "NAME=VALUE", global = true, value_parser = variable)]
    env: Vec<String>,
    /// Make random numbers the same in every run with this number
    #[arg(long, value_name = "NUMBER", global = true)]
    seed: Option<u64>,
    /// What the program's clocks show
    #[arg(long, value_name = "KIND", global = true, value_enum, default_value_t)]
    clock: Kind,
    /// Answer an imported function with a value, or with `trap`; `MODULE.*` is all of a module
    #[arg(long, value_name = "MODULE.NAME=VALUE", global = true)]
    stub: Vec<Stub>,
}

fn directory(text: &str) -> Result<(PathBuf, String), String> {
    let (path, name) = text.split_once("::").unwrap_or((text, text));
    Ok((path.into(), name.into()))
}

fn variable(text: &str) -> Result<String, String> {
    match text.split_once('=') {
        Some((name, _)) if !name.is_empty() => Ok(text.into()),
        _ => Err("expected a variable like NAME=VALUE".into()),
    }
}

/// Whether a module writes to standard output, or may.
pub fn prints(module: &Module) -> bool {
    let writes = |import: &Import| {
        matches!(Device::of_import(module, import), Some(Ok(Device::UartWrite | Device::SerialWrite)))
    };
    is_used(module) || module.imports.iter().any(writes)
}

/// Whether a module uses WASI.
fn is_used(module: &Module) -> bool {
    module.imports.iter().any(|import| Snapshot::of_module(&import.module).is_some())
}

impl Grants {
    /// Whether the host answers an import, or a stub does.
    pub fn provides(&self, module: &Module, import: &Import) -> bool {
        provides(module, import) || Stub::find(&self.stub, import).is_some()
    }

    /// The host of a program with these arguments behind its name. `quiet` keeps standard output free of what the
    /// program writes there, which goes to the error output. `interrupt` ends its waits.
    pub fn host(
        &self,
        module: &Module,
        file: &Path,
        arguments: &[String],
        quiet: bool,
        interrupt: &Interrupt,
    ) -> Result<Wasi, Error> {
        let mut host = Wasi::new(module);
        host.stub(module, &self.stub)?;
        host.interrupt(interrupt.clone());
        host.clock(self.clock);
        if let Some(seed) = self.seed {
            host.seed(seed);
        }
        if quiet {
            host.quiet();
        }
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        host.args([name].into_iter().chain(arguments.iter().cloned()));
        host.environment(self.env.iter().cloned());
        for (directory, name) in &self.dir {
            host.grant(directory, name)?;
        }
        Ok(host)
    }
}
