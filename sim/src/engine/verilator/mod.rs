//! The emitted Verilog, compiled by Verilator and loaded as a shared library.

use super::{Engine, Sample, Signal, Status};
use crate::error::{Error, Result};
use crate::host::{Space, Write};
use libloading::Library;
use std::ffi::{CStr, c_char, c_void};
use std::path::Path;
use std::ptr::NonNull;

pub mod build;

/// One signal as the shim describes it.
#[repr(C)]
struct RawSignal {
    scope: *const c_char,
    name: *const c_char,
    width: u32,
}

type Core = NonNull<c_void>;

/// The functions of `shim.cpp`.
struct Functions {
    free: unsafe extern "C" fn(Core),
    reset: unsafe extern "C" fn(Core),
    write: unsafe extern "C" fn(Core, *const Write, usize),
    read: unsafe extern "C" fn(Core, u32, u32, *mut u64, usize),
    run: unsafe extern "C" fn(Core, u64, *mut Sample, usize, *mut usize) -> u64,
    status: unsafe extern "C" fn(Core, *mut Status),
    peek: unsafe extern "C" fn(Core, *mut u32),
}

/// A Verilated core.
pub struct Verilator {
    core: Core,
    functions: Functions,
    signals: Vec<Signal>,
    /// Holds the code that `functions` point into; dropped after everything else.
    _library: Library,
}

/// Copies one function pointer out of the library.
macro_rules! symbol {
    ($library:expr, $name:literal) => {{
        // SAFETY: the library is compiled from `shim.cpp`, which defines this name with the type asked for here.
        let symbol = unsafe { $library.get($name) };
        *symbol.map_err(|e| Error::new(format!("the compiled design lacks a function: {e}")))?
    }};
}

impl Verilator {
    /// Whether Verilator is installed.
    pub fn available() -> bool {
        build::version().is_ok()
    }

    /// Compiles the design if `cache` does not have it, and makes a core in reset state with all memories 0. With
    /// `waves`, all signals of the design can be read, and it runs slower.
    pub fn new(verilog: &str, waves: bool, cache: &Path) -> Result<Verilator> {
        let path = build::library(verilog, waves, cache)?;
        let shown = path.display();
        let load = |e| Error::new(format!("cannot load {shown}: {e}; remove that file to have it made again"));
        // SAFETY: the library's initialisers are Verilator's and C++'s own; they have no preconditions.
        let library = unsafe { Library::new(&path) }.map_err(load)?;
        let functions = Functions {
            free: symbol!(library, b"wafer_free\0"),
            reset: symbol!(library, b"wafer_reset\0"),
            write: symbol!(library, b"wafer_write\0"),
            read: symbol!(library, b"wafer_read\0"),
            run: symbol!(library, b"wafer_run\0"),
            status: symbol!(library, b"wafer_status\0"),
            peek: symbol!(library, b"wafer_peek\0"),
        };
        let new: unsafe extern "C" fn() -> Core = symbol!(library, b"wafer_new\0");
        let list: unsafe extern "C" fn(Core, *mut *const RawSignal) -> usize = symbol!(library, b"wafer_signals\0");
        // SAFETY: no preconditions; it never returns null, as C++'s `new` throws instead.
        let core = unsafe { new() };
        let mut first = std::ptr::null();
        // SAFETY: `core` is alive; the shim sets `first` to an array of the length it returns, alive as long as `core`.
        let raw = unsafe {
            let count = list(core, &mut first);
            if count == 0 { &[] } else { std::slice::from_raw_parts(first, count) }
        };
        let signals = raw.iter().map(signal).collect();
        Ok(Verilator { core, functions, signals, _library: library })
    }
}

/// Translates names like `TOP.shell.wafer.core__DOT__fetch`, and `$` as Verilator writes it.
fn signal(raw: &RawSignal) -> Signal {
    // SAFETY: the shim gives NUL-terminated names that live as long as the core.
    let [scope, name] = unsafe { [CStr::from_ptr(raw.scope), CStr::from_ptr(raw.name)] };
    let plain = |s: &CStr| s.to_string_lossy().replace("__024", "$");
    let scope = plain(scope).replace("__DOT__", ".");
    // The first three are "TOP", the shell and the core.
    let scope = scope.split('.').skip(3).map(str::to_string).collect();
    Signal { scope, name: plain(name), width: raw.width, states: None }
}

impl Engine for Verilator {
    fn name(&self) -> &'static str {
        "verilator"
    }

    fn reset(&mut self) {
        // SAFETY: the core is alive until `self` is dropped.
        unsafe { (self.functions.reset)(self.core) }
    }

    fn write(&mut self, writes: &[Write]) {
        // SAFETY: the core is alive; pointer and length are those of a slice with the shim's layout.
        unsafe { (self.functions.write)(self.core, writes.as_ptr(), writes.len()) }
    }

    fn read(&mut self, space: Space, start: u32, values: &mut [u64]) {
        // SAFETY: the core is alive; the shim writes exactly `values.len()` values.
        unsafe { (self.functions.read)(self.core, space as u32, start, values.as_mut_ptr(), values.len()) }
    }

    fn run(&mut self, limit: u64, samples: &mut Vec<Sample>) -> u64 {
        let room = samples.spare_capacity_mut();
        let mut count = 0;
        // SAFETY: the core is alive; the shim initialises `count` samples, at most as many as there is room for.
        unsafe {
            let cycles = (self.functions.run)(self.core, limit, room.as_mut_ptr().cast(), room.len(), &mut count);
            samples.set_len(samples.len() + count);
            cycles
        }
    }

    fn status(&self) -> Status {
        let mut status = Status::default();
        // SAFETY: the core is alive; the shim writes 0 or 1 to `running`, which is a one-bit port.
        unsafe { (self.functions.status)(self.core, &mut status) };
        status
    }

    fn signals(&self) -> &[Signal] {
        &self.signals
    }

    fn peek(&mut self, words: &mut Vec<u32>) {
        words.clear();
        words.resize(self.signals.iter().map(Signal::words).sum(), 0);
        // SAFETY: the core is alive; the shim writes as many words as its signals have, which is the length.
        unsafe { (self.functions.peek)(self.core, words.as_mut_ptr()) }
    }
}

impl Drop for Verilator {
    fn drop(&mut self) {
        // SAFETY: the core is not used again.
        unsafe { (self.functions.free)(self.core) }
    }
}
