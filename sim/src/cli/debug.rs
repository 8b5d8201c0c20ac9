//! `sim debug`: a module under the control of somebody, at the console or with a debugger that connects.

use super::preload::Preloaded;
use super::report::Outcome;
use super::setup::{Program, Ready, Setup};
use crate::debug::{Target, console, gdb};
use crate::session::{Call, Job, Report};
use crate::world::World;
use crate::{Error, Result, select};
use clap::Args;
use firmware_loader::Binary;
use firmware_loader::command_line::{self, Words};
use firmware_loader::exit::Exit;
use firmware_loader::interrupt::Interrupt;
use firmware_loader::output;
use isa::outcome::Stop;
use std::net::TcpListener;
use std::path::{Path, PathBuf};

/// Runs a module step by step: at a console, or for a debugger that speaks the GDB remote protocol, as LLDB does.
#[derive(Debug, Args)]
pub(super) struct Debug {
    #[command(flatten)]
    setup: Setup,
    /// Wait for a debugger at this address instead of reading commands; at port 0, at one that is free
    #[arg(long, value_name = "HOST:PORT", conflicts_with = "commands")]
    listen: Option<String>,
    /// Read commands from a file; standard input is the program's alone then
    #[arg(long, value_name = "FILE")]
    commands: Option<PathBuf>,
    /// Stop after so many cycles of a call; going on grants as many again
    #[arg(long, value_name = "CYCLES", value_parser = clap::value_parser!(u64).range(1..))]
    fuel: Option<u64>,
    #[command(flatten)]
    pub words: Words,
}

impl Debug {
    /// Runs it until whoever controls it is done.
    pub fn run(&self, target: command_line::Target) -> Result<Exit> {
        let (call, module) = target;
        let module = module.map_err(|e| Error::new(e.to_string()))?;
        match Program::new(&self.setup, &module, &call)?.ready(false)? {
            Ok(ready) => self.debug(&ready),
            Err(exit) => Ok(exit),
        }
    }

    fn debug(&self, ready: &Ready<'_>) -> Result<Exit> {
        let Ready { module, preloads, image, plan, call, choice } = ready;
        let interrupt = Interrupt::watch(None).map_err(|e| Error::new(format!("cannot watch for Ctrl-C: {e}")))?;
        let host = self.setup.grants.host(module, &call.file, &call.program, false, &interrupt);
        let host = host.map_err(|e| Error::new(e.to_string()))?;
        let open = |waves| select::open(self.setup.engine, plan, waves);
        let world = World::new(plan, Box::new(|| open(false)), u64::MAX, interrupt.clone());
        let mut instances = match preloads.instantiate(world, module) {
            Ok(instances) => instances,
            Err((exit, why)) => return Ok(output::failure(false, exit, &why)),
        };
        let mut host = Preloaded { instances: &mut instances, rest: host };
        let function = choice.as_ref().map(|choice| Call { function: choice.function, args: &choice.args });
        let job = Job { module, image, plan, call: function, open: &open };
        // What comes from a pipe cannot be read again: there are no lines then.
        let file = Binary::read(&call.file).map_or_else(|_| Vec::new(), |binary| binary.bytes);
        let tell = |report: &Report| Outcome::new(report, &job, choice.as_ref(), &call.file).text();
        let mut target = Target::new(&job, &file, &mut host, self.fuel, interrupt.clone())?;
        // At the prompt it would mean the next command.
        if let Some(why) = interrupt.stop() {
            let stop = Stop::Exhausted(why);
            let what = format!("{stop} while the core was compiled");
            return Ok(output::failure(false, Exit::of_stop(stop), &what));
        }
        match &self.listen {
            Some(address) => {
                let listener = listen(address)?;
                gdb::serve(&listener, &mut target, &file, &absolute(&call.file))?;
                target.report().into_iter().for_each(|report| output::message(&tell(report)));
            }
            None => console::run(&mut target, self.commands.as_deref(), &tell)?,
        }
        let exit = target.report().map_or(Exit::Returned, |report| report.ending.exit());
        drop(target);
        instances.broken.map_or(Ok(exit), |what| Err(Error::new(what)))
    }
}

/// Says where it listens.
fn listen(address: &str) -> Result<TcpListener> {
    let failed = |e: std::io::Error| {
        Error::new(format!("cannot listen at {address}: {e}; name an address of this machine like 127.0.0.1:1234"))
    };
    let listener = TcpListener::bind(address).map_err(failed)?;
    let place = listener.local_addr().map_err(failed)?;
    output::message(&format!("waiting for a debugger: process connect --plugin wasm connect://{place}"));
    Ok(listener)
}

/// The module's name for a debugger that was started elsewhere.
fn absolute(file: &Path) -> String {
    std::path::absolute(file).unwrap_or_else(|_| file.to_owned()).to_string_lossy().into_owned()
}
