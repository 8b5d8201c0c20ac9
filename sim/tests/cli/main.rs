//! The program as users meet it: output, exit status, and one clear message for everything that is wrong.

use serde_json::{Map, Value};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

mod arguments;
mod files;
mod interrupt;
mod monitor;
mod outcomes;
mod output;
mod page;
mod preload;
mod profile;
mod refusals;
mod state;
mod waves;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Runs in a directory of its own, so that whatever a run leaves behind goes with it.
struct Bench(TempDir);

struct Ran {
    status: i32,
    out: String,
    err: String,
}

impl Bench {
    fn new() -> Bench {
        Bench(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, contents: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, contents).unwrap();
        path
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The simulator, in this directory.
    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sim"));
        command.args(args).current_dir(self.0.path());
        command
    }

    fn run(&self, args: &[&str]) -> Ran {
        Ran::of(self.command(args).output().unwrap())
    }

    /// Runs a module given as text.
    fn wat(&self, text: &str, args: &[&str]) -> Ran {
        let file = self.file("module.wat", text);
        self.run(&[&[file.to_str().unwrap()], args].concat())
    }

    fn json(&self, text: &str, args: &[&str]) -> (i32, Map<String, Value>) {
        let ran = self.wat(text, &[args, &["--json"]].concat());
        match serde_json::from_str(&ran.out) {
            Ok(Value::Object(object)) => (ran.status, object),
            _ => panic!("not one JSON object: {} {}", ran.out, ran.err),
        }
    }
}

impl Ran {
    fn of(Output { status, stdout, stderr }: Output) -> Ran {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ran { status: status.code().expect("not killed"), out: text(stdout), err: text(stderr) }
    }

    /// Asserts that this is an input error whose message has these parts.
    fn refused(&self, parts: &[&str]) {
        assert_eq!(self.status, 1, "{}{}", self.out, self.err);
        assert_eq!(self.out, "");
        assert!(self.err.starts_with("error: ") && self.err.matches("error:").count() == 1, "{}", self.err);
        for part in parts {
            assert!(self.err.contains(part), "{part} is not in: {}", self.err);
        }
    }
}

fn add() -> String {
    Path::new(ROOT).join("add.wasm").to_str().unwrap().to_string()
}

const DIVIDE: &str = r#"(module (func $half (export "run") (param i32 i32) (result i32)
    (i32.div_s (local.get 0) (local.get 1))))"#;
const FOREVER: &str = r#"(module (func (export "run") (loop (br 0))))"#;
