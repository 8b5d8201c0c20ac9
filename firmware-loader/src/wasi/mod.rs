//! WASI preview 1 and devices by the host: what a program that waits at an import gets from this machine, whether it
//! runs on a board or in the simulator. Behaviour and error numbers are those of wasmtime on Linux. Files are those
//! below directories that were granted, and nothing else. Every wait ends when [`Interrupt`] says so.

mod arduino;
pub mod clock;
mod descriptors;
mod devices;
mod dispatch;
mod errno;
mod files;
mod flags;
mod functions;
mod guest;
mod kept;
mod metadata;
mod open;
pub mod options;
mod paths;
mod poll;
mod process;
mod readdir;
mod streams;
mod stubs;
mod transfer;
mod wait;

pub use errno::Errno;
pub use functions::{Function, Snapshot};
pub use kept::Kept;
pub use stubs::Stub;

use crate::error::{Error, Kind};
use crate::host::{Host, Memory, Reply};
use crate::interrupt::Interrupt;
use arduino::Arduino;
use cap_std::ambient_authority;
use cap_std::fs::Dir;
use clock::Clock;
use descriptors::{Descriptor, Descriptors, Directory};
use guest::{Failure, Guest};
use isa::device::Device;
use isa::module::{Import, ImportKind, Module};
use isa::outcome::{Exhausted, Stop};
use isa::types::{FuncType, ValType, Value};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::io::{Read, Write};
use std::path::Path;
use streams::{Input, Output};

/// What an imported function is.
enum Provided {
    Wasi(Snapshot, Function),
    Device(Device),
    Arduino(Arduino),
    /// Always the same, whatever it is called with.
    Answer(Reply),
}

impl Provided {
    fn find(module: &Module, import: &Import) -> Option<Provided> {
        let ty = type_of(module, import)?;
        match Device::of_import(module, import) {
            Some(device) => device.ok().filter(|device| !device.is_on_bus()).map(Provided::Device),
            None => Arduino::find(import, ty)
                .map(Provided::Arduino)
                .or_else(|| Function::find(import, ty).map(|(snapshot, function)| Provided::Wasi(snapshot, function))),
        }
    }
}

/// The type of an imported function.
fn type_of<'a>(module: &'a Module, import: &Import) -> Option<&'a FuncType> {
    let ImportKind::Function(ty) = import.kind else { return None };
    module.types.get(ty as usize)
}

/// What a program gets.
pub struct Wasi {
    /// By index of the imported function.
    imports: Vec<Provided>,
    interrupt: Interrupt,
    /// Those that are lit, if the program has said so.
    leds: Option<u32>,
    args: Vec<Vec<u8>>,
    environment: Vec<Vec<u8>>,
    descriptors: Descriptors,
    random: Box<dyn Rng>,
    /// Words that were drawn of them.
    drawn: u64,
    clock: Clock,
}

/// Whether an import is one that [`Wasi`] provides.
pub fn provides(module: &Module, import: &Import) -> bool {
    Provided::find(module, import).is_some()
}

impl Wasi {
    /// For any module: a function that is not provided may be imported, and the call ends where it is called. Standard
    /// input and outputs are those of this process.
    pub fn new(module: &Module) -> Wasi {
        let functions = module.imports.iter().filter(|import| type_of(module, import).is_some());
        let missing = || Provided::Answer(Reply::Stop(Stop::Exhausted(Exhausted::Import)));
        let imports = functions.map(|import| Provided::find(module, import).unwrap_or_else(missing)).collect();
        let mut wasi = Wasi {
            imports,
            interrupt: Interrupt::default(),
            leds: None,
            args: Vec::new(),
            environment: Vec::new(),
            descriptors: Descriptors::default(),
            random: Box::new(rand::rng()),
            drawn: 0,
            clock: Clock::new(clock::Kind::Real),
        };
        wasi.standard(Input::Process, Output::Out, Output::Err);
        wasi
    }

    /// Answers functions of the same module as the user says.
    pub fn stub(&mut self, module: &Module, stubs: &[Stub]) -> Result<(), Error> {
        let functions = || module.imports.iter().filter_map(|import| Some((import, type_of(module, import)?)));
        stubs.iter().try_for_each(|stub| stub.check(functions().map(|(import, _)| import)))?;
        for (place, (import, ty)) in self.imports.iter_mut().zip(functions()) {
            if let Some(stub) = Stub::find(stubs, import) {
                *place = Provided::Answer(stub.reply(ty)?);
            }
        }
        Ok(())
    }

    /// Whatever waits ends when this says so, and the call with it.
    pub fn interrupt(&mut self, interrupt: Interrupt) {
        self.interrupt = interrupt;
    }

    /// What the program writes to standard output goes to the error output. Before directories are granted.
    pub fn quiet(&mut self) {
        self.standard(Input::Process, Output::Err, Output::Err);
    }

    /// Replaces standard input, output and error output, each output with whether somebody watches it. Before
    /// directories are granted.
    pub fn streams(&mut self, input: Box<dyn Read>, out: (Box<dyn Write>, bool), err: (Box<dyn Write>, bool)) {
        self.standard(Input::Given(input), Output::Given(out.0, out.1), Output::Given(err.0, err.1));
    }

    fn standard(&mut self, input: Input, out: Output, err: Output) {
        self.descriptors = Descriptors::default();
        for stream in [Descriptor::Input(input), Descriptor::Output(out), Descriptor::Output(err)] {
            // Three are not too many.
            let _ = self.descriptors.add(stream);
        }
    }

    /// The program's arguments, its name first. Bytes from a 0 on are cut.
    pub fn args(&mut self, args: impl IntoIterator<Item = impl Into<Vec<u8>>>) {
        self.args = args.into_iter().map(|arg| terminated(arg.into())).collect();
    }

    /// Variables as `NAME=VALUE`.
    pub fn environment(&mut self, variables: impl IntoIterator<Item = impl Into<Vec<u8>>>) {
        self.environment = variables.into_iter().map(|variable| terminated(variable.into())).collect();
    }

    /// Random numbers are the same in every run.
    pub fn seed(&mut self, seed: u64) {
        self.random = Box::new(StdRng::seed_from_u64(seed));
    }

    /// Starts the clocks.
    pub fn clock(&mut self, kind: clock::Kind) {
        self.clock = Clock::new(kind);
    }

    /// Lets the program open what is below a directory of this machine, which it finds under this name.
    pub fn grant(&mut self, directory: &Path, name: &str) -> Result<(), Error> {
        let error = |reason: String| {
            Error::new(Kind::Io, format!("cannot be granted to the program: {reason}")).in_file(directory)
        };
        let dir = Dir::open_ambient_dir(directory, ambient_authority()).map_err(|e| error(e.to_string()))?;
        let granted = Directory::new(dir, Some(name.into()));
        let added = self.descriptors.add(Descriptor::Directory(granted));
        added.map(|_| ()).map_err(|_| error("too many directories".into()))
    }
}

/// Up to the first 0, and a 0.
fn terminated(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.truncate(bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len()));
    bytes.push(0);
    bytes
}

impl<M: Memory + ?Sized> Host<M> for Wasi {
    fn call(&mut self, function: u32, args: &[Value], memory: &mut M) -> Result<Reply, M::Error> {
        // A program that does nothing but call has to end as well.
        if let Some(why) = self.interrupt.stop() {
            return Ok(Reply::Stop(Stop::Exhausted(why)));
        }
        let values: Vec<u64> = args.iter().map(|arg| arg.bits).collect();
        let (snapshot, function) = match &self.imports[function as usize] {
            Provided::Wasi(snapshot, function) => (*snapshot, *function),
            Provided::Device(device) => return self.device(*device, args, memory),
            Provided::Arduino(function) => return self.arduino(*function, args, memory),
            Provided::Answer(reply) => return Ok(reply.clone()),
        };
        if let (Function::ProcExit, &[status]) = (function, &values[..]) {
            return Ok(Reply::Exit(status as u32));
        }
        let interrupt = self.interrupt.clone();
        let guest = Guest::new(memory, snapshot, &interrupt);
        let errno = match guest.and_then(|mut guest| self.execute(function, &values, &mut guest)) {
            Ok(()) => 0,
            Err(Failure::Errno(errno)) => errno as u64,
            Err(Failure::Stop(why)) => return Ok(Reply::Stop(Stop::Exhausted(why))),
            Err(Failure::Memory(error)) => return Err(error),
        };
        Ok(Reply::Results(vec![Value { ty: ValType::I32, bits: errno }]))
    }
}
