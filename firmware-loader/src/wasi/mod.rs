//! WASI preview 1 and devices by the host: what a program that waits at an import gets from this machine, whether it
//! runs on a board or in the simulator. Files are those below directories that were granted, and nothing else.

mod calls;
mod devices;
mod errno;
mod files;
mod guest;
pub mod options;

pub use errno::Errno;

use crate::error::{Error, Kind};
use crate::host::{Host, Memory, Reply};
use cap_std::ambient_authority;
use cap_std::fs::Dir;
use files::{Descriptor, Descriptors};
use guest::{Failure, Guest, Step};
use isa::device::Device;
use isa::module::{Import, ImportKind, Module};
use isa::outcome::{Exhausted, Stop};
use isa::types::{FuncType, ValType, Value};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::io::{IsTerminal, Read, Write};
use std::path::Path;
use std::time::Instant;

/// The module that programs import from.
pub const MODULE: &str = "wasi_snapshot_preview1";

macro_rules! functions {
    ($($variant:ident $name:literal $params:literal)*) => {
        /// A function of WASI. Each takes what the letters say (`i` an i32, `l` an i64) and results in an error number,
        /// but `proc_exit` does not return.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Function { $($variant),* }

        impl Function {
            pub const ALL: &'static [Function] = &[$(Function::$variant),*];

            pub const fn name(self) -> &'static str {
                match self { $(Function::$variant => $name),* }
            }

            const fn params(self) -> &'static str {
                match self { $(Function::$variant => $params),* }
            }
        }
    };
}

functions! {
    ArgsGet "args_get" "ii"
    ArgsSizesGet "args_sizes_get" "ii"
    EnvironGet "environ_get" "ii"
    EnvironSizesGet "environ_sizes_get" "ii"
    ClockResGet "clock_res_get" "ii"
    ClockTimeGet "clock_time_get" "ili"
    FdClose "fd_close" "i"
    FdFdstatGet "fd_fdstat_get" "ii"
    FdFdstatSetFlags "fd_fdstat_set_flags" "ii"
    FdFilestatGet "fd_filestat_get" "ii"
    FdPrestatGet "fd_prestat_get" "ii"
    FdPrestatDirName "fd_prestat_dir_name" "iii"
    FdRead "fd_read" "iiii"
    FdReaddir "fd_readdir" "iiili"
    FdSeek "fd_seek" "ilii"
    FdTell "fd_tell" "ii"
    FdWrite "fd_write" "iiii"
    PathFilestatGet "path_filestat_get" "iiiii"
    PathOpen "path_open" "iiiiillii"
    ProcExit "proc_exit" "i"
    RandomGet "random_get" "ii"
    SchedYield "sched_yield" ""
}

impl Function {
    /// The function that an import of this name and type asks for.
    fn find(import: &Import, ty: &FuncType) -> Option<Function> {
        let function = Function::ALL.iter().copied().find(|f| import.module == MODULE && f.name() == import.name)?;
        let letter = |ty: &ValType| match ty {
            ValType::I32 => 'i',
            ValType::I64 => 'l',
            _ => '?',
        };
        let results: &[ValType] = if function == Function::ProcExit { &[] } else { &[ValType::I32] };
        (ty.params.iter().map(letter).eq(function.params().chars()) && ty.results == results).then_some(function)
    }
}

/// What an imported function is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Provided {
    Wasi(Function),
    Device(Device),
}

impl Provided {
    fn find(module: &Module, import: &Import) -> Option<Provided> {
        let ImportKind::Function(ty) = import.kind else { return None };
        match Device::of_import(module, import) {
            Some(device) => device.ok().map(Provided::Device),
            None => Function::find(import, module.types.get(ty as usize)?).map(Provided::Wasi),
        }
    }
}

/// What a program gets.
pub struct Wasi {
    /// By index of the imported function; `None` if nobody provides it.
    imports: Vec<Option<Provided>>,
    /// Those that are lit, if the program has said so.
    leds: Option<u32>,
    args: Vec<Vec<u8>>,
    environment: Vec<Vec<u8>>,
    descriptors: Descriptors,
    random: Box<dyn Rng>,
    start: Instant,
}

/// Whether an import is one that [`Wasi`] provides.
pub fn provides(module: &Module, import: &Import) -> bool {
    Provided::find(module, import).is_some()
}

impl Wasi {
    /// A call of an imported function that is not provided ends the run. Standard input and outputs are those of this process.
    pub fn new(module: &Module) -> Result<Wasi, Error> {
        let functions = module.imports.iter().filter(|import| matches!(import.kind, ImportKind::Function(_)));
        let imports = functions.map(|import| Provided::find(module, import)).collect();
        let (descriptors, random) = (Descriptors::default(), Box::new(rand::rng()));
        let (args, environment) = (Vec::new(), Vec::new());
        let mut wasi = Wasi { imports, leds: None, args, environment, descriptors, random, start: Instant::now() };
        let (out, err) = (std::io::stdout(), std::io::stderr());
        let (out_seen, err_seen) = (out.is_terminal(), err.is_terminal());
        wasi.streams(Box::new(std::io::stdin()), (Box::new(out), out_seen), (Box::new(err), err_seen));
        Ok(wasi)
    }

    /// Replaces standard input, output and error output, each output with whether somebody watches it. Before
    /// directories are granted.
    pub fn streams(&mut self, input: Box<dyn Read>, out: (Box<dyn Write>, bool), err: (Box<dyn Write>, bool)) {
        self.descriptors = Descriptors::default();
        let streams = [Descriptor::Input(input), Descriptor::Output(out.0, out.1), Descriptor::Output(err.0, err.1)];
        for stream in streams {
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

    /// Lets the program open what is below a directory of this machine, which it finds under this name.
    pub fn grant(&mut self, directory: &Path, name: &str) -> Result<(), Error> {
        let error = |reason: String| {
            Error::new(Kind::Io, format!("cannot be granted to the program: {reason}")).in_file(directory)
        };
        let dir = Dir::open_ambient_dir(directory, ambient_authority()).map_err(|e| error(e.to_string()))?;
        let added = self.descriptors.add(Descriptor::Directory(dir, Some(name.into())));
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
        let values: Vec<u64> = args.iter().map(|arg| arg.bits).collect();
        let function = match self.imports[function as usize] {
            None => return Ok(Reply::Stop(Stop::Exhausted(Exhausted::Import))),
            Some(Provided::Wasi(function)) => function,
            Some(Provided::Device(device)) => return self.device(device, args, memory).map(Reply::Results),
        };
        if let (Function::ProcExit, &[status]) = (function, &values[..]) {
            return Ok(Reply::Exit(status as u32));
        }
        let done = Guest::new(memory).and_then(|mut guest| self.execute(function, &values, &mut guest));
        let errno = match done {
            Ok(()) => 0,
            Err(Failure::Errno(errno)) => errno as u64,
            Err(Failure::Memory(error)) => return Err(error),
        };
        Ok(Reply::Results(vec![Value { ty: ValType::I32, bits: errno }]))
    }
}

impl Wasi {
    fn execute<M: Memory + ?Sized>(&mut self, function: Function, args: &[u64], guest: &mut Guest<'_, M>) -> Step<M> {
        // Values of type i32 have 0 above.
        let arg = |index: usize| args.get(index).copied().unwrap_or(0);
        let i = |index: usize| arg(index) as u32;
        match function {
            Function::ArgsGet => calls::strings(&self.args, guest, i(0), i(1)),
            Function::ArgsSizesGet => calls::sizes(&self.args, guest, i(0), i(1)),
            Function::EnvironGet => calls::strings(&self.environment, guest, i(0), i(1)),
            Function::EnvironSizesGet => calls::sizes(&self.environment, guest, i(0), i(1)),
            Function::ClockResGet => self.clock_res_get(guest, i(0), i(1)),
            Function::ClockTimeGet => self.clock_time_get(guest, i(0), i(2)),
            Function::FdClose => Ok(self.descriptors.close(i(0))?),
            Function::FdFdstatGet => self.fd_fdstat_get(guest, i(0), i(1)),
            Function::FdFdstatSetFlags => Ok(self.descriptors.get(i(0))?.set_flags(i(1))?),
            Function::FdFilestatGet => self.fd_filestat_get(guest, i(0), i(1)),
            Function::FdPrestatGet => self.fd_prestat_get(guest, i(0), i(1)),
            Function::FdPrestatDirName => self.fd_prestat_dir_name(guest, i(0), i(1), i(2)),
            Function::FdRead => self.fd_read(guest, i(0), i(1), i(2), i(3)),
            Function::FdReaddir => self.fd_readdir(guest, i(0), (i(1), i(2)), arg(3), i(4)),
            Function::FdSeek => self.fd_seek(guest, i(0), arg(1) as i64, i(2), i(3)),
            Function::FdTell => self.fd_seek(guest, i(0), 0, calls::CURRENT, i(1)),
            Function::FdWrite => self.fd_write(guest, i(0), i(1), i(2), i(3)),
            Function::PathFilestatGet => self.path_filestat_get(guest, i(0), i(1), (i(2), i(3)), i(4)),
            Function::PathOpen => self.path_open(guest, args),
            Function::RandomGet => self.random_get(guest, i(0), i(1)),
            Function::SchedYield | Function::ProcExit => Ok(()),
        }
    }
}
