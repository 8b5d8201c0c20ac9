//! The commands of README.md, run as they stand there, in an empty directory with links to what the repository has.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;
use tests::generated::{check, root};

/// Lines that are not run, with the reason.
const NOT_RUN: &[(&str, &str)] = &[
    ("./test.sh", "it runs this test"),
    ("cargo run -p sim -- [OPTIONS] FILE [FUNC [ARGS...]]", "it is no command but the form of one"),
    ("make -C synth flash BOARD=icebreaker", "it needs a board"),
    ("cargo run -p firmware-loader -- selftest", "it needs a board"),
    ("cargo run -p hdl -- --component alchitry-cu -o wafer_core", "the test of components writes these files"),
    ("cargo run -p sim -- debug --listen 127.0.0.1:1234 tests/programs/chain.wasm", "it waits for a debugger"),
    ("cargo run -p firmware-loader -- run add.wasm add 2 3", "it needs a board"),
    ("cargo run -p firmware-loader -- run small.wasm < README.md", "it needs a board"),
];

/// What ends with another status than 0, because the program says so.
const STATUS: &[(&str, i32)] = &[("hello.wasm one two", 7)];

/// What offers a board, and the port that stands for the one that it prints.
const SERVE: &str = " serve ";
const PORT: &str = "/dev/pts/0";

/// Takes `cargo run -p NAME -- ARGS`: the programs have been built.
const CARGO: &str = r#"#!/bin/sh
while [ "$1" != -p ]; do shift; done
name=$2; shift 2; [ "$1" = -- ] && shift
exec "$(dirname "$0")/$name" "$@"
"#;

/// A directory, and another one with the programs.
struct Shell {
    directory: TempDir,
    programs: TempDir,
}

impl Shell {
    fn new() -> Shell {
        let (directory, programs) = (tempfile::tempdir().expect("a directory"), tempfile::tempdir().expect("another"));
        for name in ["README.md", "add.wasm", "tests", "synth"] {
            symlink(root().join(name), directory.path().join(name)).expect("a link");
        }
        for name in ["sim", "firmware-loader"] {
            symlink(env!("CARGO_BIN_EXE_tools"), programs.path().join(name)).expect("a link");
        }
        let cargo = programs.path().join("cargo");
        fs::write(&cargo, CARGO).expect("a script");
        fs::set_permissions(cargo, fs::Permissions::from_mode(0o755)).expect("it can be run");
        Shell { directory, programs }
    }

    fn command(&self, line: &str) -> Command {
        let path = format!("{}:{}", self.programs.path().display(), std::env::var("PATH").unwrap_or_default());
        let mut command = Command::new("sh");
        command.args(["-c", line]).current_dir(self.directory.path()).env("PATH", path).stdin(Stdio::null());
        command
    }

    /// Starts a virtual board; gives its port.
    fn serve(&self, line: &str) -> (Served, String) {
        // Without a shell between, which would not be told to end.
        let mut child = self.command(&format!("exec {line}")).stdout(Stdio::piped()).spawn().expect("a shell");
        let mut port = String::new();
        BufReader::new(child.stdout.take().expect("is piped")).read_line(&mut port).expect("a line");
        (Served(child), port.trim().to_string())
    }
}

/// Ends with the test.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The indented lines.
fn commands(text: &str) -> Vec<&str> {
    text.lines().filter_map(|line| line.strip_prefix("    ")).filter(|line| !line.starts_with(' ')).collect()
}

fn can_compile_c(shell: &Shell) -> bool {
    let source = "echo 'int main(void) { return 0; }' | clang --target=wasm32-wasi -x c - -o empty.wasm";
    shell.command(source).output().is_ok_and(|output| output.status.success())
}

#[test]
fn every_command_of_the_readme_runs_as_it_stands_there() {
    let readme = fs::read_to_string(root().join("README.md")).expect("README.md");
    let commands = commands(&readme);
    NOT_RUN.iter().for_each(|(line, _)| assert!(commands.contains(line), "README.md has no longer: {line}"));
    let shell = Shell::new();
    let compiles = can_compile_c(&shell);
    let (mut board, mut count) = (None, 0);
    for line in &commands {
        let needs_compiler = ["clang", "hello.wasm", "small.wasm", "blink."].iter().any(|part| line.contains(part));
        if NOT_RUN.iter().any(|(not, _)| not == line) || needs_compiler && !compiles {
            continue;
        }
        if line.contains(SERVE) {
            board = Some(shell.serve(line));
            continue;
        }
        let port = board.as_ref().map_or(PORT, |(_, port)| port);
        let output = shell.command(&line.replace(PORT, port)).output().expect("a shell");
        let expected = STATUS.iter().find(|(part, _)| line.contains(part)).map_or(0, |&(_, status)| status);
        let text = [&output.stdout[..], &output.stderr].concat();
        assert_eq!(output.status.code(), Some(expected), "{line}: {}", String::from_utf8_lossy(&text));
        count += 1;
    }
    assert!(count >= 2 && board.is_some(), "{commands:?}");
    if !compiles {
        println!("skipped: clang cannot link for wasm32-wasi (Debian: lld wasi-libc libclang-rt-14-dev-wasm32)");
    }
}

/// What the console of the debugger prints.
#[test]
fn the_console_is_as_the_readme_shows_it() {
    let shell = Shell::new();
    let readme = fs::read_to_string(root().join("README.md")).expect("README.md");
    let line = commands(&readme).into_iter().find(|line| line.contains("--commands")).expect("a session");
    let output = shell.command(line).output().expect("a shell");
    let session = String::from_utf8(output.stdout).expect("is text");
    assert!(session.matches("(wafer) ").count() > 5, "{session}");
    check("README.md", "debugging", &format!("```text\n{session}```\n"));
}
