//! LLDB with a module in C, as people use it.

use crate::{CHAIN, ROOT, Served, root};
use std::path::{Path, PathBuf};
use std::process::Command;

/// LLDB, if there is one that knows WebAssembly: where `setup.sh` puts it, or in the path.
fn lldb() -> Option<PathBuf> {
    let knows = |name: &PathBuf| {
        let plugins = Command::new(name).args(["--batch", "-o", "plugin list"]).output();
        plugins.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("WebAssembly debugging"))
    };
    let found = [root("target/lldb/bin/lldb"), "lldb".into()].into_iter().find(knows);
    if found.is_none() {
        println!("skipped: no lldb that debugs WebAssembly (PyPI: lldb-for-pwndbg)");
    }
    found
}

/// What LLDB answers to commands with a program.
fn session(lldb: &Path, commands: &[&str]) -> (Option<i32>, String, String) {
    let served = Served::new(&[CHAIN]);
    let connect = format!("process connect --plugin wasm connect://{}", served.address);
    let mut command = Command::new(lldb);
    command.args(["--no-lldbinit", "--batch", "-o", &connect]).current_dir(ROOT);
    commands.iter().for_each(|line| _ = command.args(["-o", line]));
    let output = command.output().expect("it starts");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let (status, out) = served.ended();
    (status, out, said)
}

/// What was answered to a command, the `number`th of this name.
fn answer<'a>(said: &'a str, command: &str, number: usize) -> &'a str {
    let prompt = format!("(lldb) {command}\n");
    let rest = said.split(&prompt).nth(number).unwrap_or_else(|| panic!("no {number} of {command}: {said}"));
    rest.split("(lldb) ").next().unwrap_or_default()
}

#[test]
fn a_program_in_c_is_debugged() {
    let Some(lldb) = lldb() else { return };
    let commands = [
        "breakpoint set --file chain.c --line 11",
        "process continue",
        "thread backtrace",
        "frame variable",
        "thread step-over",
        "frame variable",
        "thread step-out",
        "thread step-over",
        "thread step-over",
        "target variable total",
        "breakpoint delete 1",
        "watchpoint set variable total",
        "process continue",
        "thread backtrace",
        "watchpoint delete 1",
        "process continue",
    ];
    let (status, out, said) = session(&lldb, &commands);
    let of = |command: &str, number: usize| answer(&said, command, number);
    assert!(of("process continue", 1).contains("stop reason = breakpoint 1.1"), "{said}");
    let trace = of("thread backtrace", 1);
    for frame in
        ["#0: ", "square(x=2) at chain.c:11", "#1: ", "visit(depth=0) at chain.c:16", "#2: ", "run at chain.c:24"]
    {
        assert!(trace.contains(frame), "{frame}: {said}");
    }
    assert!(of("frame variable", 1).contains("(int) x = 2\n(int) result = 0"), "{said}");
    assert!(of("thread step-over", 1).contains("at chain.c:12"), "{said}");
    assert!(of("frame variable", 2).contains("(int) x = 2\n(int) result = 4"), "{said}");
    assert!(of("thread step-out", 1).contains("visit(depth=0) at chain.c:16"), "{said}");
    assert!(of("thread step-over", 2).contains("at chain.c:17"), "{said}");
    assert!(of("thread step-over", 3).contains("at chain.c:18"), "{said}");
    assert!(of("target variable total", 1).contains("(int) total = 4"), "{said}");
    let watched = of("process continue", 2);
    assert!(watched.contains("old value: 4\nnew value: 13") && watched.contains("visit(depth=1)"), "{said}");
    assert!(
        of("thread backtrace", 2).contains("#2: ") && of("thread backtrace", 2).contains("run at chain.c:24"),
        "{said}"
    );
    assert!(of("process continue", 3).contains("exited with status = 0"), "{said}");
    assert_eq!((status, out.as_str()), (Some(0), "9\n"), "{said}");
}

#[test]
fn a_program_in_c_goes_back() {
    let Some(lldb) = lldb() else { return };
    let commands = [
        "breakpoint set --name square",
        "process continue",
        "process continue",
        "frame variable x",
        "process continue --reverse",
        "frame variable x",
        "process continue --reverse",
    ];
    let (_, _, said) = session(&lldb, &commands);
    assert!(answer(&said, "frame variable x", 1).contains("(int) x = 3"), "{said}");
    assert!(answer(&said, "process continue --reverse", 1).contains("breakpoint 1.1"), "{said}");
    assert!(answer(&said, "frame variable x", 2).contains("(int) x = 2"), "{said}");
    assert!(answer(&said, "process continue --reverse", 2).contains("history boundary"), "{said}");
}

/// Each line of the session in README.md is a command, or stands in what it is answered.
#[test]
fn the_session_of_the_readme_is_as_it_is_shown() {
    let Some(lldb) = lldb() else { return };
    let readme = std::fs::read_to_string(root("README.md")).expect("README.md");
    let (_, block) = readme.split_once("```text\n(lldb) process connect").expect("a session");
    let (block, _) = block.split_once("```").expect("its end");
    let parts: Vec<(&str, &str)> = block.split("(lldb) ").skip(1).filter_map(|part| part.split_once('\n')).collect();
    let commands: Vec<&str> = parts.iter().map(|(command, _)| *command).collect();
    let (_, _, said) = session(&lldb, &commands);
    for (at, (command, shown)) in parts.iter().enumerate() {
        let number = commands[..=at].iter().filter(|other| *other == command).count();
        let answer = answer(&said, command, number);
        shown.lines().for_each(|line| assert!(answer.contains(line), "{command}: no {line}: {said}"));
    }
    assert!(commands.len() >= 6, "{commands:?}");
}
