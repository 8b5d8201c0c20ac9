//! The console, as it answers a script.

use crate::{Bench, CHAIN, debug, root, script};
use std::io::{BufRead, BufReader, Write};
use std::process::Command;
use std::time::Duration;

/// What each command of a script was answered.
fn answers(output: &str) -> Vec<(String, String)> {
    let parts = output.split("(wafer) ").skip(1).filter_map(|part| part.split_once('\n'));
    parts.map(|(command, answer)| (command.into(), answer.trim_end().into())).collect()
}

/// The function and line in which the program stood after each command that runs it.
fn places(output: &str) -> Vec<String> {
    let place = |(command, answer): &(String, String)| {
        let line = answer.lines().find_map(|line| line.split_once(" at chain.c:"))?;
        let number = line.1.split(|c: char| !c.is_ascii_digit()).next()?;
        Some(format!("{command}: {} {number}", line.0.rsplit(' ').next()?))
    };
    answers(output).iter().filter_map(place).collect()
}

#[test]
fn a_program_is_followed_line_by_line() {
    let commands = "b square\nc\nfinish\nstep\nstep\nstep\nstep\nstep\ndelete\nfinish\nfinish\nnext\nnext\nnext\n";
    let (status, output) = script(&[CHAIN], commands);
    let expected = [
        "b square: square 11",
        "c: square 11",
        // In the middle of its line, with the result.
        "finish: visit 16",
        "step: visit 17",
        "step: visit 18",
        "step: visit 20",
        // Into the call, behind what sets up the frame.
        "step: visit 16",
        "step: square 11",
        "finish: visit 16",
        "finish: visit 20",
        "next: visit 21",
        "next: run 24",
        "next: run 25",
    ];
    assert_eq!(places(&output), expected, "{output}");
    assert!(output.contains("returned 4 : i32"), "2 * 2: {output}");
    assert!(output.contains("returned 9 : i32"), "3 * 3: {output}");
    assert_eq!(status, Some(0), "it was not over");
}

#[test]
fn state_is_shown_as_it_is() {
    let commands = "break chain.c:12\ncontinue\nbacktrace\nlist\nstack\nglobals\nmem 0x400 4\nquit\n";
    let (_, output) = script(&[CHAIN], commands);
    let answers = answers(&output);
    let of = |command: &str| &answers.iter().find(|(c, _)| c == command).unwrap_or_else(|| panic!("{output}")).1;
    assert_eq!(of("backtrace"), "#0  square at chain.c:12\n#1  visit at chain.c:16\n#2  run at chain.c:24");
    assert!(of("list").contains(">12          return result;"), "{output}");
    assert_eq!(of("stack"), "no operands");
    assert!(of("globals").starts_with("global 0 = ") && of("globals").ends_with(": i32"), "{output}");
    assert_eq!(of("mem 0x400 4").split("  ").nth(1), Some("00 00 00 00"), "nothing was added yet: {output}");
}

/// A local, an operand and a byte of memory, at one instruction; offsets as `wasm-objdump` would number them.
const STATE: &str = r#"(module (memory 1) (global (mut i64) (i64.const -3))
    (func $inner (param i32) (result i32) (local f64)
        (local.set 1 (f64.const 1.5)) (i32.store8 (i32.const 20) (local.get 0)) (i32.const 7) (local.get 0) nop i32.add)
    (func (export "run") (result i32) (i32.const 100) (call $inner (i32.const 35)) i32.add))"#;

#[test]
fn instructions_are_followed_where_there_are_no_lines() {
    let bench = Bench::new();
    let file = bench.file("state.wat", STATE);
    let steps = "stepi\n".repeat(7);
    let commands =
        format!("break inner\ncontinue\n{steps}disas\nlocals\nlocals 1\nstack\nstack 1\nglobals\nmem 20 1\nbt\nn\n");
    let (_, output) = script(&[&file], &commands);
    let answers = answers(&output);
    let of = |command: &str| &answers.iter().find(|(c, _)| c == command).unwrap_or_else(|| panic!("{output}")).1;
    assert!(
        of("disas").contains("\n>0x") && of("disas").lines().any(|l| l.starts_with('>') && l.ends_with("nop")),
        "{output}"
    );
    assert_eq!(of("locals"), "local 0 = 35 : i32\nlocal 1 = 1.5 (0x3ff8000000000000) : f64");
    assert_eq!(of("locals 1"), "no locals");
    assert_eq!((of("stack").as_str(), of("stack 1").as_str()), ("0x23\n0x7", "0x64"));
    assert_eq!(of("globals"), "global 0 = -3 : i64");
    assert!(of("mem 20 1").contains(" 23 "), "{output}");
    assert!(of("bt").starts_with("#0  inner, byte 0x") && of("bt").contains("\n#1  run, byte 0x"), "{output}");
    assert!(of("n").contains("i32.add"), "behind nop: {output}");
}

const WRITES: &str = r#"(module (memory 1)
    (func (export "run") (result i32)
        (i32.store (i32.const 8) (i32.const 5)) (i32.store (i32.const 12) (i32.const 6))
        (i64.store (i32.const 4) (i64.const -1)) (drop (i32.load16_u (i32.const 10)))
        (memory.fill (i32.const 0) (i32.const 0) (i32.const 64)) (i32.load (i32.const 8))))"#;

#[test]
fn what_is_watched_stops_the_program() {
    let bench = Bench::new();
    let file = bench.file("writes.wat", WRITES);
    let hits = |watch: &str| {
        let (_, output) = script(&[&file], &format!("{watch}\n{}", "c\n".repeat(6)));
        let hits = answers(&output).into_iter().filter(|(command, _)| command == "c");
        let hits =
            hits.filter_map(|(_, answer)| Some(answer.lines().next()?.strip_prefix("watchpoint 1: ")?.to_string()));
        hits.collect::<Vec<_>>()
    };
    let written = ["0x8 was 0x0, is 0x5", "0x8 was 0x5, is 0xffffffff", "0x8 was 0xffffffff, is 0x0"];
    assert_eq!(hits("watch 8"), written);
    assert_eq!(hits("watch 8 4 --read"), ["0x8 was read, 0xffffffff", "0x8 was read, 0x0"]);
    let any = [
        "0x8 was 0x0, is 0x5",
        "0x8 was 0x5, is 0xffffffff",
        "0x8 was accessed, 0xffffffff",
        "0x8 was 0xffffffff, is 0x0",
        "0x8 was accessed, 0x0",
    ];
    assert_eq!(hits("watch 8 4 --any"), any);
    assert_eq!(hits("watch 16 4"), [] as [&str; 0], "what is as it was");
}

#[test]
fn ends_are_those_of_a_run() {
    let bench = Bench::new();
    let exit = r#"(module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (memory (export "memory") 1) (func (export "_start") (call $exit (i32.const 7)) unreachable))"#;
    let divide = r#"(module (func (export "run") (result i32) (i32.div_u (i32.const 5) (i32.const 0))))"#;
    let deep = r#"(module (func $run (export "run") (call $run)))"#;
    let start = r#"(module (func $start unreachable) (start $start) (func (export "run")))"#;
    let cases = [(exit, 7), (divide, 2), (deep, 3), (start, 2), (WRITES, 0)];
    for (number, (text, expected)) in cases.into_iter().enumerate() {
        let file = bench.file(&format!("{number}.wat"), text);
        let run = Command::new(env!("CARGO_BIN_EXE_sim")).arg(&file).output().expect("it starts");
        let report = String::from_utf8([run.stdout, run.stderr].concat()).expect("is text");
        let (status, output) = script(&[&file], "continue\ncontinue\n");
        assert_eq!((status, run.status.code()), (Some(expected), Some(expected)), "{output}");
        // A stop is told when the program is there, and ends it when it is to go on.
        let halts = [2, 3].contains(&expected);
        assert_eq!(output.contains("the program cannot go on"), halts, "{output}");
        assert!(output.contains(report.trim_end()), "{output}\ndiffers from\n{report}");
    }
}

#[test]
fn output_and_input_are_the_programs() {
    let bench = Bench::new();
    let echo = r#"(module (import "wafer" "uart_read" (func $read (result i32)))
        (import "wafer" "uart_write" (func $write (param i32)))
        (func (export "run") (call $write (call $read)) (call $write (i32.const 10)) nop))"#;
    let file = bench.file("echo.wat", echo);
    let commands = bench.file("commands", "stepi\nstepi\nbacki\nbacki\ncontinue\n");
    let mut child = debug(&["--commands", &commands, &file]).spawn().expect("it starts");
    child.stdin.take().expect("is piped").write_all(b"Q").expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    let text = String::from_utf8(output.stdout).expect("is text");
    assert_eq!(text.matches('Q').count(), 1, "read and written once: {text}");
    assert_eq!(output.status.code(), Some(0));
    // From standard input, commands end with their lines.
    let (_, text) = script(&[&file], "continue\ny");
    assert!(text.contains("\ny\n"), "{text}");
}

#[test]
fn an_interrupt_gives_the_prompt_back() {
    let bench = Bench::new();
    let forever = r#"(module (func (export "run") (loop (br 0))))"#;
    let waits = r#"(module (import "wafer" "timer" (func $timer (param i32)))
        (func (export "run") nop (call $timer (i32.const 30000000))))"#;
    for (name, text) in [("forever", forever), ("waits", waits)] {
        let mut child = debug(&[&bench.file(&format!("{name}.wat"), text)]).spawn().expect("it starts");
        let mut input = child.stdin.take().expect("is piped");
        let mut lines = BufReader::new(child.stdout.take().expect("is piped")).lines();
        input.write_all(b"continue\n").expect("it reads");
        let shown = lines.by_ref().map_while(Result::ok).find(|line| line.contains("(wafer) continue"));
        assert!(shown.is_some(), "{name}");
        std::thread::sleep(Duration::from_millis(300));
        let kill = |signal: &str| Command::new("kill").args([signal, &child.id().to_string()]).status();
        assert!(kill("-INT").expect("there is a kill").success());
        assert_eq!(lines.next().expect("a line").expect("can be read"), "interrupted", "{name}");
        input.write_all(b"backtrace\nquit\n").expect("it reads");
        let rest: Vec<String> = lines.map_while(Result::ok).collect();
        assert!(rest.iter().any(|line| line.starts_with("#0  run, byte 0x")), "{name}: {rest:?}");
        assert_eq!(child.wait().expect("it ends").code(), Some(0), "{name}");
    }
}

#[test]
fn fuel_is_used_up_and_granted_again() {
    let bench = Bench::new();
    let file = bench.file("forever.wat", r#"(module (func (export "run") (loop (br 0))))"#);
    let (_, output) = script(&["--fuel", "1000", &file], "continue\ncontinue\ncontinue\nbacki\n");
    let answers = answers(&output);
    let cycle = |answer: &str| answer.split_once("cycle ")?.1.split(',').next()?.parse::<u64>().ok();
    let cycles: Vec<u64> = answers.iter().filter_map(|(_, answer)| cycle(answer)).collect();
    assert_eq!(answers.iter().filter(|(_, answer)| answer.starts_with("the cycles of --fuel")).count(), 3, "{output}");
    for (limit, &cycle) in [1000, 2000, 3000, 3000].iter().zip(&cycles) {
        assert!(cycle <= *limit && cycle + 20 > *limit, "{limit}: {output}");
    }
    assert_eq!(cycles.len(), 4);
}

#[test]
fn what_cannot_be_done_is_said() {
    let said = |commands: &str| script(&[CHAIN], commands).1;
    let cases = [
        ("break nothing", "no function is called nothing"),
        ("break other.c:3", "no code at line 3 of other.c"),
        ("break *3", "no instruction begins at byte 0x3"),
        ("delete 4", "there is no breakpoint or watchpoint 4"),
        ("watch 0x20000", "the memory has "),
        ("watch 0 5000", "takes 1 to 4096 of them"),
        ("mem 4000000000", "the memory has "),
        ("locals 9", "there are 1 calls"),
        ("jump", "unrecognized subcommand 'jump'"),
        ("mem x", "expected a number of 32 bits like 1024 or 0x400"),
        ("list 900", "has no such line"),
    ];
    let output = said(&cases.map(|(command, _)| command).join("\n"));
    let answers = answers(&output);
    assert_eq!(answers.len(), cases.len(), "{output}");
    for ((command, what), (_, answer)) in cases.iter().zip(&answers) {
        assert!(
            answer.starts_with("error: ") && answer.contains(what) && answer.lines().count() == 1,
            "{command}: {answer}"
        );
    }
    let unread = debug(&["--commands", "/nowhere", CHAIN]).output().expect("it starts");
    assert_eq!(unread.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&unread.stderr).contains("/nowhere: cannot be read"));
    let taken = debug(&["--listen", "256.0.0.1:1", CHAIN]).output().expect("it starts");
    assert!(String::from_utf8_lossy(&taken.stderr).contains("cannot listen at 256.0.0.1:1"), "{taken:?}");
}

#[test]
fn every_command_is_documented() {
    let (_, help) = script(&[CHAIN], "help\n");
    let answers = answers(&help);
    let commands = answers[0].1.lines().filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next());
    let document = std::fs::read_to_string(root("docs/debugging.md")).expect("the document");
    let commands: Vec<&str> = commands.collect();
    for command in &commands {
        assert!(document.contains(&format!("| `{command}")), "docs/debugging.md has no row for `{command}`");
    }
    assert!(commands.len() >= 20, "{help}");
}

/// `main` is the source's word for what the module calls `__original_main`.
#[test]
fn functions_have_the_names_of_their_source() {
    let bench = Bench::new();
    let main = "namespace deep { __attribute__((noinline)) int half(int x) { return x / 2; } }\n\
                int main() { return deep::half(14) - 7; }\n";
    let source = bench.file("main.cpp", main);
    let module = bench.0.path().join("main.wasm");
    let arguments = ["--target=wasm32-wasi", "-O1", "-g", "-fno-exceptions", &source, "-o"];
    let Ok(compiled) = Command::new("clang").args(arguments).arg(&module).output() else {
        return println!("skipped: clang cannot be run");
    };
    if !compiled.status.success() {
        return println!("skipped: clang has no wasm32-wasi: {}", String::from_utf8_lossy(&compiled.stderr));
    }
    let commands = "break main\nbreak half\nbreak _ZN4deep4halfEi\nbreak __original_main\nbreak absent\nc\nc\n";
    let (_, output) = script(&[module.to_str().expect("a name in Unicode")], commands);
    let answers = answers(&output);
    let of = |command: &str| &answers.iter().find(|(c, _)| c == command).unwrap_or_else(|| panic!("{output}")).1;
    assert!(of("break main").starts_with("breakpoint 1: __original_main at main.cpp:2"), "{output}");
    assert!(of("break half").ends_with(" at main.cpp:1"), "{output}");
    assert!(of("break _ZN4deep4halfEi").ends_with(" at main.cpp:1"), "{output}");
    assert!(of("break __original_main").ends_with(" at main.cpp:2"), "{output}");
    assert_eq!(of("break absent"), "error: no function is called absent");
    let stops: Vec<&str> =
        answers.iter().filter(|(c, _)| c == "c").filter_map(|(_, said)| said.lines().nth(1)).collect();
    assert!(stops.len() == 2 && stops[0].contains("main.cpp:2") && stops[1].contains("main.cpp:1"), "{output}");
}

#[test]
fn an_interrupt_before_the_first_prompt_ends_the_debugger() {
    let mut child = debug(&[CHAIN]).spawn().expect("it starts");
    // From when it listens to Ctrl-C on; compiling the core takes longer.
    let listens = || {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap_or("0").trim().to_string();
        u64::from_str_radix(&caught, 16).is_ok_and(|signals| signals >> 1 & 1 == 1)
    };
    while !listens() {
        std::thread::sleep(Duration::from_millis(1));
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("it runs").success());
    // Its standard input stays open.
    let begin = std::time::Instant::now();
    while child.try_wait().expect("can be asked").is_none() && begin.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(10));
    }
    let ended = child.try_wait().expect("can be asked");
    child.kill().expect("is a child");
    let output = child.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    assert_eq!(ended.and_then(|status| status.code()), Some(3), "{said}");
    assert_eq!(said, "exhausted: interrupted while the core was compiled\n");
}
