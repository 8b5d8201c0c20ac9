//! Every wait of the loader ends soon after Ctrl-C and after `--timeout`, with the right name for it.

use crate::cli::{SUM, file};
use crate::terminal::{Board, Manner, json, signalled, status, text, until};
use std::process::Stdio;
use std::time::{Duration, Instant};

/// The issue asks for no more; a busy machine takes some of it.
const SOON: Duration = Duration::from_secs(1);

/// Starts the loader, interrupts it as soon as it waits, and checks how it ends.
fn interrupted(board: &Board, arguments: &[&str], waits: impl Fn() -> bool) -> String {
    let process = board.start(arguments, Stdio::null());
    until("waiting", waits);
    let (output, time) = signalled(process, "-INT");
    assert!(status(&output) == 3 && time < SOON, "{arguments:?}: {time:?}: {}", text(&output));
    assert!(text(&output).contains("interrupted"), "{arguments:?}: {}", text(&output));
    text(&output)
}

/// The same with `--timeout`.
fn timed_out(board: &Board, arguments: &[&str]) -> String {
    let start = Instant::now();
    let output = board.loader(&[&["--timeout", "0.3"], arguments].concat());
    assert!(start.elapsed() < Duration::from_millis(300) + SOON, "{arguments:?}: {:?}", start.elapsed());
    assert_eq!(status(&output), 3, "{arguments:?}: {}", text(&output));
    assert!(text(&output).contains("time limit reached"), "{arguments:?}: {}", text(&output));
    text(&output)
}

#[test]
fn a_call_that_runs() {
    let (board, module) = (Board::new(), file(SUM));
    let run = ["run", module.name(), "forever"];
    let report = interrupted(&board, &run, || board.started() > 0);
    assert!(report.starts_with("forever() exhausted: interrupted\n  at      forever, byte "), "{report}");
    let report = timed_out(&board, &run);
    assert!(report.starts_with("forever() exhausted: time limit reached\n  at      forever, byte "), "{report}");
    assert_eq!(status(&board.loader(&["call", module.name(), "sum"])), 0, "the call was halted");
}

#[test]
fn a_call_that_somebody_else_has_started() {
    let (board, module) = (Board::new(), file(SUM));
    let mut run = board.start(&["run", module.name(), "forever"], Stdio::null());
    until("the call", || board.started() > 0);
    run.kill().expect("it runs");
    run.wait().expect("it has ended");
    let (seen, console) = (board.received(), ["console", module.name(), "forever"]);
    let report = interrupted(&board, &console, || board.received() > seen + 200);
    assert!(report.contains("forever() exhausted: interrupted\n  at      forever, byte "), "{report}");
}

#[test]
fn a_port_that_says_nothing() {
    let board = Board::with(Manner::Silent);
    interrupted(&board, &["info"], || board.received() > 0);
    timed_out(&board, &["info"]);
}

#[test]
fn an_upload_which_leaves_a_board_that_works() {
    let (board, small) = (Board::with(Manner::Slow(Duration::from_millis(20))), file(SUM));
    let data = "1234567\\01".repeat(3000);
    let large = file(&format!("(module (memory 1) (data (i32.const 0) \"{data}\") (func (export \"f\")))"));
    let seen = board.received();
    let report = interrupted(&board, &["load", large.name()], || board.received() > seen + 1000);
    assert!(report.contains("bytes; no part of a module can run, so load it again"), "{report}");
    let call = board.loader(&["call", large.name(), "f"]);
    assert!(status(&call) == 1 && text(&call).contains("is not what is loaded"), "{}", text(&call));
    timed_out(&board, &["load", large.name()]);
    let run = board.loader(&["run", small.name(), "sum", "1", "1", "--json"]);
    assert_eq!(json(&run)["results"][0]["value"], "7", "{}", text(&run));
}

/// What a program waits for by way of the host.
const HOST: &str = r#"(module (import "wafer" "timer" (func $timer (param i32))) (import "wafer" "uart_read" (func $read (result i32)))
    (func (export "sleep") i32.const -1 call $timer) (func (export "read") (result i32) call $read))"#;

#[test]
fn a_call_that_the_host_answers() {
    let (board, module) = (Board::new(), file(HOST));
    for (function, import) in [("sleep", "timer"), ("read", "uart_read")] {
        let run = ["run", module.name(), function];
        let told = board.waits_told();
        let mut process = board.start(&run, Stdio::piped());
        // Nobody types, and it does not end.
        let input = process.stdin.take();
        // Not from the start: an interrupt before the program has come to its import names no import.
        until("the call of the import", || board.waits_told() > told);
        let (output, time) = signalled(process, "-INT");
        drop(input);
        assert!(status(&output) == 3 && time < SOON, "{function}: {time:?}: {}", text(&output));
        let report = text(&output);
        assert!(report.contains(&format!("{function}() exhausted: interrupted")), "{report}");
        assert!(report.contains(&format!("in      {import} of wafer")), "{report}");
    }
    timed_out(&board, &["run", module.name(), "sleep"]);
}
