//! Verilog to shared library, once per design: the result is kept in a cache, keyed by everything that goes into it.

use crate::error::{Error, Result};
use hdl::signals::retire::{FIELDS, Field};
use std::collections::hash_map::DefaultHasher;
use std::env;
use std::fs::{self, File};
use std::hash::{Hash, Hasher};
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

const SHIM: &str = include_str!("shim.cpp");
const SHELL: &str = include_str!("shell.v");
const LIBRARY: &str = "libwafer.so";

/// Lint is a test of its own; here warnings only hide the message that matters. Memories and registers start as 0.
const OPTIONS: &[&str] = &[
    "--cc",
    "--exe",
    "--build",
    "-j",
    "2",
    "--top-module",
    "shell",
    "--prefix",
    "Vwafer",
    "-Wno-fatal",
    "-Wno-lint",
    "-Wno-style",
    "-O3",
    "--x-assign",
    "fast",
    "--x-initial",
    "fast",
    "--noassert",
    "--Mdir",
    "obj",
    "-LDFLAGS",
    "-shared",
];

/// Options of the variant that keeps every signal readable. It is slow in any case, so it is compiled quickly.
const WAVES: &[&str] =
    &["--public-flat-rw", "-CFLAGS", "-fPIC -DWAVES", "-MAKEFLAGS", "OPT_FAST=-O1 OPT_SLOW=-O0 OPT_GLOBAL=-O2"];
const NO_WAVES: &[&str] = &["-CFLAGS", "-fPIC", "-MAKEFLAGS", "OPT_FAST=-O3 OPT_SLOW=-O1 OPT_GLOBAL=-O3"];

/// Where the cache lies: below Cargo's target directory if the program runs from one, else with the user's caches.
pub fn cache_directory() -> Result<PathBuf> {
    let program = env::current_exe().map_err(|e| Error::new(format!("the path of this program is unknown: {e}")))?;
    if let Some(target) = program.ancestors().find(|p| p.join("CACHEDIR.TAG").is_file()) {
        return Ok(target.join("verilated"));
    }
    let variable = |name| env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let caches = variable("XDG_CACHE_HOME").or_else(|| Some(variable("HOME")?.join(".cache")));
    let caches = caches.ok_or_else(|| Error::new("no place for compiled designs: set HOME or XDG_CACHE_HOME"))?;
    Ok(caches.join("wafer/verilated"))
}

/// The version line of Verilator.
pub fn version() -> Result<String> {
    let output = tool("verilator", "verilator")
        .and_then(|mut c| c.arg("--version").output().map_err(|e| missing("verilator", "verilator", &e)))?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_string())
}

fn missing(program: &str, package: &str, error: &io::Error) -> Error {
    let help = format!("on Debian: apt-get install {package}; or use another --engine");
    Error::new(format!("engine verilator: cannot run `{program}` ({error}); {help}"))
}

/// A command, after checking that the program is on the path.
fn tool(program: &str, package: &str) -> Result<Command> {
    let path = env::var_os("PATH").unwrap_or_default();
    if env::split_paths(&path).any(|p| p.join(program).is_file()) {
        Ok(Command::new(program))
    } else {
        Err(missing(program, package, &io::ErrorKind::NotFound.into()))
    }
}

/// The library for this Verilog: from `cache` if it is there, else compiled. Several processes may ask at once.
pub fn library(verilog: &str, waves: bool, cache: &Path) -> Result<PathBuf> {
    let version = version()?;
    let mut hasher = DefaultHasher::new();
    (verilog, SHIM, SHELL, retire_header(), retire_macros()).hash(&mut hasher);
    (OPTIONS, WAVES, NO_WAVES, waves, version).hash(&mut hasher);
    let hash = format!("{:016x}", hasher.finish());
    let place = cache.join(&hash);
    let library = place.join(LIBRARY);
    if library.is_file() {
        return Ok(library);
    }
    let io = |what: &str, path: &Path, e: io::Error| Error::new(format!("cannot {what} {}: {e}", path.display()));
    fs::create_dir_all(cache).map_err(|e| io("create", cache, e))?;
    let lock_path = cache.join(format!("{hash}.lock"));
    let lock = File::create(&lock_path).map_err(|e| io("create", &lock_path, e))?;
    lock.lock().map_err(|e| io("lock", &lock_path, e))?;
    if !library.is_file() {
        let scratch = cache.join(format!("{hash}.partial"));
        // Left behind by a process that was killed; the lock says that nobody uses it.
        let _ = fs::remove_dir_all(&scratch);
        fs::create_dir(&scratch).map_err(|e| io("create", &scratch, e))?;
        if io::stderr().is_terminal() {
            firmware_loader::output::message("compiling the design with Verilator, once...");
        }
        let compiled = compile(verilog, waves)?;
        fs::copy(compiled.path().join(LIBRARY), scratch.join(LIBRARY)).map_err(|e| io("write", &scratch, e))?;
        fs::rename(&scratch, &place).map_err(|e| io("create", &place, e))?;
    }
    Ok(library)
}

/// The fields of the retire port for the shim.
fn retire_header() -> String {
    let field = |f: &Field| format!(" FIELD(uint{}_t, {}, {})", 8 * f.bytes, f.name, f.port);
    format!("#define RETIRE_PORT(FIELD){}\n", FIELDS.iter().map(field).collect::<String>())
}

/// The same for the shell.
fn retire_macros() -> String {
    let output = |f: &Field| format!(" output [{}:0] {},", f.width.most() - 1, f.port);
    let connection = |f: &Field| format!(" .{0}({0}),", f.port);
    let outputs: String = FIELDS.iter().map(output).collect();
    let connections: String = FIELDS.iter().map(connection).collect();
    format!("`define RETIRE_OUTPUTS{outputs}\n`define RETIRE_CONNECTIONS{connections}\n")
}

/// A new directory whose name make takes: none of its rules works below a path with a space.
fn workshop() -> Result<TempDir> {
    let place = env::temp_dir();
    let spaced = place.to_string_lossy().contains(char::is_whitespace);
    let place = if spaced { PathBuf::from("/tmp") } else { place };
    let made = tempfile::Builder::new().prefix("wafer-verilator-").tempdir_in(&place);
    made.map_err(|e| Error::new(format!("cannot create a directory in {}: {e}", place.display())))
}

/// Compiles in a directory that then holds the sources and the library.
fn compile(verilog: &str, waves: bool) -> Result<TempDir> {
    tool("g++", "g++")?;
    tool("make", "make")?;
    let workshop = workshop()?;
    let directory = workshop.path();
    let (header, macros) = (retire_header(), retire_macros());
    let files =
        [("wafer.v", verilog), ("shim.cpp", SHIM), ("shell.v", SHELL), ("retire.h", &header), ("retire.vh", &macros)];
    for (name, text) in files {
        let path = directory.join(name);
        fs::write(&path, text).map_err(|e| Error::new(format!("cannot write {}: {e}", path.display())))?;
    }
    let output = tool("verilator", "verilator")?
        .args(OPTIONS)
        .args(if waves { WAVES } else { NO_WAVES })
        .args(["-o", &format!("../{LIBRARY}"), "shell.v", "wafer.v", "../shim.cpp"])
        .current_dir(directory)
        // A jobserver of an outer make or cargo is not meant for this one.
        .env_remove("MAKEFLAGS")
        .env_remove("MFLAGS")
        .stdin(Stdio::null())
        .output()
        .map_err(|e| missing("verilator", "verilator", &e))?;
    if !output.status.success() || !directory.join(LIBRARY).is_file() {
        let log = [output.stdout, output.stderr].concat();
        let log = String::from_utf8_lossy(&log);
        let shown: Vec<&str> = log.lines().filter(|l| l.to_lowercase().contains("error")).take(10).collect();
        let shown = if shown.is_empty() { log.trim().to_string() } else { shown.join("\n") };
        return Err(Error::new(format!("Verilator could not compile the design:\n{shown}")));
    }
    Ok(workshop)
}
