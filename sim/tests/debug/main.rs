//! The debugger: its console, the GDB remote protocol with and without LLDB, and the way back.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};
use tempfile::TempDir;

#[path = "../common/mod.rs"]
mod common;
mod console;
mod lldb;
mod packets;
mod target;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
/// `tests/programs/chain.c`, compiled with line table. It squares 2, 3 and 4, so the sum of what it has is 4, 13, 29.
const CHAIN: &str = "tests/programs/chain.wasm";

/// A folder for modules.
struct Bench(TempDir);

impl Bench {
    fn new() -> Bench {
        Bench(tempfile::tempdir().expect("a folder"))
    }

    /// A file in it; gives its name.
    fn file(&self, name: &str, contents: &str) -> String {
        let path = self.0.path().join(name);
        std::fs::write(&path, contents).expect("a file");
        path.to_str().expect("a name in Unicode").into()
    }
}

/// `sim debug`, where the names of sources lead to them.
fn debug(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sim"));
    command.arg("debug").args(arguments).current_dir(ROOT);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// What comes of commands at standard input: exit status and standard output.
fn script(arguments: &[&str], commands: &str) -> (Option<i32>, String) {
    let mut child = debug(arguments).spawn().expect("it starts");
    child.stdin.take().expect("is piped").write_all(commands.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    (output.status.code(), String::from_utf8(output.stdout).expect("is text"))
}

/// A program that waits for a debugger.
struct Served {
    child: Child,
    address: String,
    err: BufReader<ChildStderr>,
}

impl Served {
    fn new(arguments: &[&str]) -> Served {
        let arguments = [&["--listen", "127.0.0.1:0"], arguments].concat();
        let mut child = debug(&arguments).spawn().expect("it starts");
        let mut err = BufReader::new(child.stderr.take().expect("is piped"));
        let mut line = String::new();
        err.read_line(&mut line).expect("a line");
        let address = line.trim().rsplit_once("connect://").unwrap_or_else(|| panic!("{line}")).1.to_string();
        Served { child, address, err }
    }

    /// Exit status and standard output, once it is over.
    fn ended(mut self) -> (Option<i32>, String) {
        drop(self.child.stdin.take());
        let output = std::thread::spawn(move || std::io::copy(&mut self.err, &mut std::io::sink()));
        let ended = self.child.wait_with_output().expect("it ends");
        output.join().expect("no panic").expect("can be read");
        (ended.status.code(), String::from_utf8(ended.stdout).expect("is text"))
    }
}

fn root(name: &str) -> PathBuf {
    Path::new(ROOT).join(name)
}
