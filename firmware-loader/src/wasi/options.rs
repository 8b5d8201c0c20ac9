//! What a program gets from this machine, as command lines say it.

use super::{MODULE, Wasi};
use crate::error::Error;
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
    let writes = |import: &Import| Device::of_import(module, import) == Some(Ok(Device::UartWrite));
    is_used(module) || module.imports.iter().any(writes)
}

/// Whether a module uses WASI.
fn is_used(module: &Module) -> bool {
    module.imports.iter().any(|import| import.module == MODULE)
}

impl Grants {
    /// The host of a program with these arguments behind its name. `quiet` keeps standard output free of what the
    /// program writes there, which goes to the error output.
    pub fn host(&self, module: &Module, file: &Path, arguments: &[String], quiet: bool) -> Result<Wasi, Error> {
        let mut host = Wasi::new(module)?;
        if quiet {
            let (out, err) = (std::io::stderr(), std::io::stderr());
            host.streams(Box::new(std::io::stdin()), (Box::new(out), false), (Box::new(err), false));
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
