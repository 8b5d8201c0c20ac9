//! The command line, with a board in software at the other end of a pseudo-terminal.

use crate::terminal::{Board, Manner, json, loader, status, text, until};
use std::path::PathBuf;
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

/// A file with a module in text.
pub struct File {
    path: PathBuf,
    _folder: tempfile::TempDir,
}

pub fn file(text: &str) -> File {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("module.wat");
    std::fs::write(&path, text).expect("a file");
    File { path, _folder: folder }
}

impl File {
    pub fn name(&self) -> &str {
        self.path.to_str().expect("a name in Unicode")
    }
}

pub const SUM: &str = r#"(module (memory 1) (global (mut i32) (i32.const 3)) (data (i32.const 8) "\05\00\00\00")
    (func (export "sum") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add i32.const 8 i32.load i32.add)
    (func (export "trap") unreachable)
    (func (export "forever") loop br 0 end))"#;

#[test]
fn a_module_is_loaded_and_called() {
    let (board, module) = (Board::new(), file(SUM));
    let run = board.loader(&["run", module.name(), "sum", "2", "-40"]);
    assert_eq!(status(&run), 0, "{}", text(&run));
    assert!(text(&run).starts_with("sum(2, -40) = -33 : i32\n"), "{}", text(&run));
    let call = board.loader(&["call", "--json", module.name(), "sum", "1", "1"]);
    let object = json(&call);
    assert_eq!((&object["outcome"], &object["results"][0]["value"]), (&"return".into(), &"7".into()));
    // Eight bytes: what is loaded can be changed, and the change be seen.
    let poke = board.loader(&["poke", "0x9", "01ff"]);
    assert_eq!(status(&poke), 0, "{}", text(&poke));
    let peek = json(&board.loader(&["peek", "7", "5", "--json"]));
    assert_eq!(peek["bytes"], "000501ff00");
    let call = json(&board.loader(&["call", module.name(), "sum", "--json"]));
    assert_eq!(call["results"][0]["value"], (0x00ff_0105).to_string());
}

#[test]
fn traps_and_limits_have_their_status_and_place() {
    let (board, module) = (Board::new(), file(SUM));
    let trap = board.loader(&["run", module.name(), "trap"]);
    assert_eq!(status(&trap), 2, "{}", text(&trap));
    assert!(text(&trap).contains("trap() trapped: unreachable\n  at      trap, byte "), "{}", text(&trap));
    assert!(text(&trap).contains(": unreachable\n  cycles"), "{}", text(&trap));
    let object = json(&board.loader(&["call", module.name(), "trap", "--json"]));
    assert_eq!((&object["function"], &object["instruction"]), (&"trap".into(), &"unreachable".into()));
    let forever = board.loader(&["call", module.name(), "forever", "--timeout", "0.1"]);
    assert_eq!(status(&forever), 3, "{}", text(&forever));
    assert!(text(&forever).contains("a larger --timeout allows more"), "{}", text(&forever));
}

/// Writes what the data say, and ends with the number of arguments.
const HELLO: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "args_sizes_get" (func (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func (param i32)))
    (memory (export "memory") 1) (data (i32.const 8) "\10\00\00\00\06\00\00\00hello\n") (global (mut i32) (i32.const 0))
    (func (export "_start")
        i32.const 1 i32.const 8 i32.const 1 i32.const 64 call 0 global.set 0
        i32.const 68 i32.const 72 call 1 global.set 0
        i32.const 68 i32.load call 2))"#;

#[test]
fn a_program_of_wasi_prints_and_ends() {
    let (board, module) = (Board::new(), file(HELLO));
    let run = board.loader(&["run", module.name()]);
    assert_eq!(status(&run), 1, "{}", text(&run));
    assert_eq!(String::from_utf8_lossy(&run.stdout), "hello\n", "and nothing else");
    assert!(text(&run).starts_with("hello\n_start() exited with status 1\n"), "{}", text(&run));
    let call = board.loader(&["call", "--json", module.name(), "_start", "a", "b"]);
    assert_eq!((&json(&call)["exit_status"], &call.stderr[..]), (&3.into(), &b"hello\n"[..]));
    assert_eq!((&json(&call)["outcome"], status(&call)), (&"exit".into(), 3));
    let float = HELLO.replace("i32.const 68 i32.load call 2", "local.get 0 f32.neg drop");
    let float = file(&float.replace("(export \"_start\")", "(export \"_start\") (local f32)"));
    let run = board.loader(&["run", float.name()]);
    assert_eq!((status(&run), &run.stdout[..]), (3, &b"hello\n"[..]), "{}", text(&run));
    assert!(text(&run).contains("exhausted: this core executes `f32.neg` by millicode, for"), "{}", text(&run));
}

/// What is never reached is no reason to refuse a module, and what is reached ends the call.
#[test]
fn what_nobody_provides_ends_a_call_that_gets_there() {
    let board = Board::new();
    let module = file(
        "(module (import \"env\" \"abort\" (func $abort)) (func (export \"fail\") (call $abort))
            (func (export \"twice\") (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2))))",
    );
    let fine = board.loader(&["run", module.name(), "twice", "8"]);
    assert!(status(&fine) == 0 && text(&fine).starts_with("twice(8) = 16 : i32"), "{}", text(&fine));
    assert!(text(&fine).contains("note: nothing provides the function `abort` of `env`"), "{}", text(&fine));
    let odd = board.loader(&["call", module.name(), "fail", "--json"]);
    assert_eq!(status(&odd), 3, "{}", text(&odd));
    let object = json(&odd);
    let parts = [&object["outcome"], &object["function"], &object["instruction"], &object["trap"]];
    let reason = "the function `abort` is imported from `env`, and nothing provides it";
    assert_eq!(parts, ["exhausted", "fail", "call 0", reason], "{}", text(&odd));
}

#[test]
fn check_tells_all_causes_and_the_plans() {
    let data: String = (0..17).map(|block| format!("(data (i32.const {}) \"a\")", block << 12)).collect();
    let module = file(&format!("(module (import \"env\" \"f\" (func)) (memory 2) {data})"));
    let check = loader(&["check", module.name(), "--board", "icebreaker"]);
    assert_eq!(status(&check), 1, "{}", text(&check));
    let parts = [
        "does not fit icebreaker\n",
        "\n  refused: 17 blocks of memory for data segments needed, 16 available\n",
        "\n  note: nothing provides the function `f` of `env`: a call that gets there ends",
        "\n  plans that run it, but may stop: sim-large, ulx3s-85\n  plans that refuse it: alchitry-cu, alchitry-cu-fast, icebreaker, ulx3s-25\n",
    ];
    for part in parts {
        assert!(text(&check).contains(part), "`{part}` is not in {}", text(&check));
    }
    let object = json(&loader(&["check", module.name(), "--board", "icebreaker", "--json"]));
    assert_eq!((&object["outcome"], &object["effect"]), (&"refused".into(), &"refused".into()));
    assert_eq!(object["findings"][0]["cause"], "size");
    assert_eq!(object["plans"][0], serde_json::json!({"plan": "sim-large", "effect": "may-stop"}));
}

#[test]
fn a_call_needs_its_module_loaded() {
    let (board, module) = (Board::new(), file(SUM));
    let other = file(r#"(module (func (export "sum") (param i32 i32) (result i32) i32.const 1))"#);
    let nothing = board.loader(&["call", module.name(), "sum"]);
    assert!(status(&nothing) == 1 && text(&nothing).contains("is not what is loaded"), "{}", text(&nothing));
    let load = board.loader(&["load", module.name()]);
    assert!(status(&load) == 0 && text(&load).contains(" bytes loaded on icebreaker in "), "{}", text(&load));
    let wrong = board.loader(&["call", other.name(), "sum"]);
    assert!(status(&wrong) == 1 && text(&wrong).contains("is not what is loaded"), "{}", text(&wrong));
    assert_eq!(status(&board.loader(&["call", module.name(), "sum"])), 0);
    assert_eq!(status(&board.loader(&["reset"])), 0);
    assert!(text(&board.loader(&["status"])).starts_with("idle, no module is loaded"));
    assert_eq!(status(&board.loader(&["call", module.name(), "sum"])), 1);
}

/// What tells these apart is data and a global.
#[test]
fn a_module_with_the_same_code_is_another_one() {
    let module = |data: &str, global: u32| {
        file(&format!(
            r#"(module (memory 1) (data (i32.const 0) "{data}\00\00\00") (global i32 (i32.const {global}))
                (func (export "f") (result i32) (i32.add (i32.load (i32.const 0)) (global.get 0))))"#
        ))
    };
    let (board, first, second) = (Board::new(), module("\\0a", 100), module("\\14", 500));
    assert_eq!(json(&board.loader(&["run", "--json", first.name()]))["results"][0]["value"], "110");
    let wrong = board.loader(&["call", second.name(), "f"]);
    assert!(status(&wrong) == 1 && text(&wrong).contains("is not what is loaded; load it with"), "{}", text(&wrong));
    let other = json(&board.loader(&["status", "--json", second.name()]));
    assert_eq!((&other["valid"], &other["is_file"]), (&true.into(), &false.into()), "{other}");
    assert_eq!(json(&board.loader(&["run", "--json", second.name()]))["results"][0]["value"], "520");
    let start = file(
        "(module (global (mut i32) (i32.const 1)) (func (export \"f\") (result i32) global.get 0)
        (func (global.set 0 (i32.const 2))) (start 1))",
    );
    let without = file(&std::fs::read_to_string(&start.path).expect("a file").replace("(start 1)", ""));
    assert_eq!(status(&board.loader(&["load", start.name()])), 0);
    let wrong = board.loader(&["call", without.name(), "f"]);
    assert!(status(&wrong) == 1, "a start function has run: {}", text(&wrong));
}

#[test]
fn status_joins_a_call_and_names_its_function() {
    let (board, module) = (Board::new(), file(SUM));
    assert_eq!(status(&board.loader(&["load", module.name()])), 0);
    let nothing = board.loader(&["console", module.name(), "forever"]);
    assert!(status(&nothing) == 1 && text(&nothing).contains("nothing has been called"), "{}", text(&nothing));
    // A host that starts the call and goes away: it never answers.
    let mut host = board.start(&["call", module.name(), "forever"], Stdio::null());
    until("the call", || board.started() == 1);
    host.kill().expect("it runs");
    host.wait().expect("it has ended");
    let running = json(&board.loader(&["status", "--json", module.name()]));
    assert_eq!((&running["state"], &running["is_file"]), (&"running".into(), &true.into()), "{running}");
    assert_eq!(status(&board.loader(&["halt"])), 0);
    let halted = board.loader(&["status", module.name()]);
    assert!(text(&halted).contains("\n  at         forever, byte "), "{}", text(&halted));
}

/// Each within three seconds.
fn refused(board: &Board, arguments: &[&str]) -> String {
    let start = Instant::now();
    let output = board.loader(arguments);
    assert!(start.elapsed() < Duration::from_secs(3), "{arguments:?}: {:?}", start.elapsed());
    assert_eq!(status(&output), 1, "{arguments:?}: {}", text(&output));
    text(&output)
}

#[test]
fn ports_without_the_right_board_have_a_message_each() {
    let silent = Board::with(Manner::Silent);
    assert!(refused(&silent, &["info"]).contains("nothing answers at this port"));
    let stranger = Board::with(Manner::Talks(b"\x1b[31m$GPGGA,123519\r\n"));
    let message = refused(&stranger, &["info"]);
    assert!(message.contains("no board with Wafer") && message.contains(r"\x1b[31m$GPGGA,123519\r\n"), "{message}");
    let (board, module) = (Board::new(), file(SUM));
    let wrong = refused(&board, &["run", "--board", "alchitry-cu", module.name(), "sum"]);
    assert!(wrong.contains("the board is icebreaker (") && wrong.contains("expected was alchitry-cu ("), "{wrong}");
    let owner = serialport::new(&board.path, 9600).open().expect("the port is free");
    assert!(refused(&board, &["info"]).contains("is in use by another program"));
    drop(owner);
    assert_eq!(status(&board.loader(&["info"])), 0);
}

#[test]
fn with_json_every_end_is_one_object() {
    let (board, module) = (Board::new(), file(SUM));
    let wrong = file("(module (func (result i32)))");
    for (arguments, outcome) in [
        (&["run", module.name(), "sum"][..], "return"),
        (&["run", module.name(), "trap"], "trap"),
        (&["run", module.name(), "forever", "--timeout", "0.1"], "exhausted"),
        (&["run", module.name(), "nothing"], "error"),
        (&["run", wrong.name()], "error"),
        (&["run", "/no/file"], "error"),
        (&["run"], "error"),
        (&["fly"], "error"),
        (&["peek", "zero"], "error"),
        (&["status", wrong.name()], "error"),
    ] {
        let output = board.loader(&[&["--json"], arguments].concat());
        assert_eq!(json(&output)["outcome"], outcome, "{arguments:?}: {}", text(&output));
    }
}

#[test]
fn readers_that_go_away_change_nothing() {
    let (board, module) = (Board::new(), file(SUM));
    for (arguments, expected) in
        [(&["run", module.name(), "trap"][..], 2), (&["run", module.name(), "nothing"], 1), (&["fly"], 1)]
    {
        let mut process = board.start(arguments, Stdio::null());
        drop((process.stdout.take(), process.stderr.take()));
        let ended: Output = process.wait_with_output().expect("it ends");
        assert_eq!(status(&ended), expected, "{arguments:?}");
    }
}

#[test]
fn text_from_outside_is_escaped() {
    let (board, module) = (Board::new(), file(SUM));
    let path = module.path.with_file_name("\u{1b}[31mred\u{9b}.wat");
    std::fs::write(&path, "(module (func (export \"\\1b[31mf\") unreachable))").expect("a file");
    let name = path.to_str().expect("a name in Unicode");
    let board = ["--port", &board.path][..].to_vec();
    for (board, arguments) in [
        (&board, &["run", name][..]),
        (&board, &["run", "--json", name]),
        (&board, &["call", name, "sum"]),
        (&vec![], &["check", name, "--board", "icebreaker"]),
        (&vec![], &["inspect", name]),
        (&vec![], &["inspect", "--disassemble", name]),
        (&board, &["status", name]),
        (&vec![], &["--port", "/dev/\u{1b}[31m", "info"]),
        (&board, &["run", "--json", name, "\u{1b}[31m"]),
    ] {
        let shown = text(&loader(&[&board[..], arguments].concat()));
        let control = |c: char| c.is_control() && c != '\n';
        assert!(!shown.is_empty() && !shown.contains(control), "{arguments:?}: {shown:?}");
    }
}

#[test]
fn what_is_not_valid_costs_no_byte() {
    let board = Board::new();
    let large = format!("(module (func (export \"f\") {}))", "nop ".repeat(70_000));
    let wrong = [
        "(module (func (result i32)))",
        "not a module",
        &large,
        "(module (import \"a\" \"b\" (func)))",
        "(module (memory 1) (data (i32.const 4000) \"a\"))",
    ];
    for text_of_it in wrong {
        let module = file(text_of_it);
        let run = board.loader(&["run", "--strict", "--board", "icebreaker", module.name()]);
        assert_eq!(status(&run), 1, "{}", text(&run));
        assert!(text(&run).contains(module.name()), "{}", text(&run));
    }
    assert_eq!(board.received(), 0);
    let info = board.loader(&["info"]);
    assert_eq!(status(&info), 0, "{}", text(&info));
    assert_ne!(board.received(), 0);
}

#[test]
fn the_board_says_who_it_is() {
    let board = Board::new();
    let info = json(&board.loader(&["info", "--json"]));
    assert_eq!(
        (&info["board"], &info["memory_bytes"]),
        (&"icebreaker".into(), &boards::ICEBREAKER.memory_bytes().into())
    );
    let status_of_it = json(&board.loader(&["status", "--json"]));
    assert_eq!((&status_of_it["state"], &status_of_it["valid"]), (&"idle".into(), &false.into()));
    assert_eq!(status(&board.loader(&["halt"])), 0);
}

#[test]
fn without_a_board() {
    let module = file(SUM);
    let check = loader(&["check", module.name(), "--board", "icebreaker"]);
    assert!(status(&check) == 0 && text(&check).contains("fits icebreaker"), "{}", text(&check));
    let nobody = loader(&["--port", "/dev/none", "info"]);
    assert!(status(&nobody) == 1 && text(&nobody).contains("cannot open /dev/none"), "{}", text(&nobody));
    let failure = json(&loader(&["info", "--json", "--port", "/dev/none"]));
    assert_eq!(failure["outcome"], "error");
    for shell in ["bash", "zsh", "fish"] {
        let script = loader(&["completions", shell]);
        assert!(status(&script) == 0 && text(&script).contains("firmware-loader"), "{shell}");
    }
    assert_eq!(status(&loader(&["devices"])), 0);
    assert_eq!(status(&loader(&["fly"])), 1);
}

/// What is said stands on standard output, also of a file that is no module as a whole, and why it is not on the error
/// output; with `--json` in one object.
#[test]
fn inspect_says_what_a_module_is() {
    let module = file(SUM);
    let whole = loader(&["inspect", module.name()]);
    assert_eq!(status(&whole), 0, "{}", text(&whole));
    for part in
        ["sections\n", "\nexports\n  sum (func (param i32 i32) (result i32))\n", "\nplans that run it", "  5/1  sum\n"]
    {
        assert!(text(&whole).contains(part), "{part}: {}", text(&whole));
    }
    let object = json(&loader(&["inspect", "--json", module.name()]));
    assert_eq!((&object["outcome"], &object["functions"][0]["name"]), (&"valid".into(), &"sum".into()));
    assert_eq!(object["entries"][0]["worst"]["stacks"][0]["most_slots"], boards::SIM_LARGE.stack_slots());

    let binary = wat::parse_str(SUM).expect("is a module");
    let cut = module.path.with_file_name("cut.wasm");
    std::fs::write(&cut, &binary[..binary.len() - 1]).expect("a file");
    let cut = cut.to_str().expect("a name in Unicode");
    let half = loader(&["inspect", cut]);
    let (shown, error) = (String::from_utf8_lossy(&half.stdout), String::from_utf8_lossy(&half.stderr));
    assert!(status(&half) == 1 && shown.contains("  code\n") && error.contains("seems cut off"), "{}", text(&half));
    let object = json(&loader(&["inspect", "--json", cut]));
    assert_eq!((&object["outcome"], &object["sections"][0]["kind"]), (&"error".into(), &"type".into()));
    assert!(object["message"].as_str().is_some_and(|message| message.contains("seems cut off")), "{object}");
}

#[test]
fn inspect_disassembles_for_the_core_of_a_plan() {
    let module = file(SUM);
    let listed = loader(&["inspect", "--disassemble", module.name(), "sum"]);
    let grouped = "local.get 0; local.get 1; i32.add\n";
    assert!(status(&listed) == 0 && text(&listed).contains(grouped), "{}", text(&listed));
    let compact = loader(&["inspect", module.name(), "sum", "--disassemble", "--plan", "icebreaker", "--json"]);
    let object = json(&compact);
    let groups = object["functions"][0]["groups"].as_array().expect("is a list");
    assert_eq!((groups.len(), &object["plan"]), (7, &"icebreaker".into()), "{object}");
    for (wrong, why) in [
        (&["--disassemble", module.name(), "product"][..], "no function `product`"),
        (&[module.name(), "sum"], "--disassemble"),
        (&["--plan", "icebreaker", module.name()], "--disassemble"),
    ] {
        let refused = loader(&[&["inspect"], wrong].concat());
        assert!(status(&refused) == 1 && text(&refused).contains(why), "{wrong:?}: {}", text(&refused));
    }
}

#[test]
fn manual_pages_are_written_for_each_command() {
    let folder = tempfile::tempdir().expect("a folder");
    let pages = folder.path().join("man/man1");
    let man = loader(&["man", pages.to_str().expect("a name in Unicode")]);
    assert_eq!(status(&man), 0, "{}", text(&man));
    let run = std::fs::read_to_string(pages.join("firmware-loader-run.1")).expect("is written");
    assert!(run.contains(".TH") && run.contains("add.wasm add 2 3"), "{run}");
    assert_eq!(std::fs::read_dir(&pages).expect("is there").count(), 1 + 19);
    let nowhere = loader(&["man", "/dev/null/man1"]);
    assert!(status(&nowhere) == 1 && text(&nowhere).contains("cannot write manual pages"), "{}", text(&nowhere));
}

#[test]
fn an_image_does_not_take_the_place_of_its_module() {
    let module = file(r#"(module (func (export "f")))"#);
    let before = std::fs::read(module.name()).expect("is there");
    let refused = loader(&["image", "--plan", "alchitry-cu", "-o", module.name(), module.name()]);
    assert!(status(&refused) == 1 && text(&refused).contains("is the module itself"), "{}", text(&refused));
    assert_eq!(std::fs::read(module.name()).expect("is there"), before);
}

/// What blinks alone.
const ALONE: &str = r#"(module (import "arduino" "digitalWrite" (func $set (param i32 i32)))
    (func (export "blink") (param i32) (loop (call $set (i32.const 0) (local.get 0)) (br 0)))
    (func (export "other")))"#;

#[test]
fn a_program_is_installed_into_a_file_and_taken_away() {
    let (module, folder) = (file(ALONE), tempfile::tempdir().expect("a folder"));
    let path = |name: &str| folder.path().join(name).to_str().expect("a name in Unicode").to_string();
    let (flash, linked) = (path("flash.bin"), path("linked.wasm"));
    let install = ["install", "--board", "alchitry-cu", "-o", &flash, "--linked", &linked, module.name(), "blink", "1"];
    let output = loader(&install);
    assert_eq!(status(&output), 0, "{}", text(&output));
    let bytes = std::fs::read(&flash).expect("was written");
    let told = format!("blink(1): {} bytes for the flash of alchitry-cu in {flash}", bytes.len());
    assert!(text(&output).contains(&told), "{}", text(&output));
    let program = firmware_loader::parse(&std::fs::read(&linked).expect("was written")).expect("is valid");
    let imports: Vec<_> = program.imports.iter().map(|import| (&import.module[..], &import.name[..])).collect();
    assert_eq!(imports, [("wafer", "leds"), ("wafer", "buttons")]);
    assert!(program.start.is_none() && program.exports.len() == 1, "{:?}", program.exports);
    let uninstalled = loader(&["uninstall", "--board", "alchitry-cu", "-o", &flash]);
    assert_eq!(status(&uninstalled), 0, "{}", text(&uninstalled));
    let erased = std::fs::read(&flash).expect("was written");
    assert!(erased.len() > bytes.len() && erased.iter().all(|&byte| byte == 0xff), "{}", erased.len());
    assert!(erased.len() < 4 << 20, "{}", erased.len());
    let same = loader(&["install", "--board", "alchitry-cu", "-o", &flash, "--linked", &flash, module.name(), "other"]);
    assert!(status(&same) == 1 && text(&same).contains("is to be two things"), "{}", text(&same));
}

#[test]
fn what_cannot_stand_alone_is_refused_with_a_reason() {
    let install = |module: &str, words: &[&str]| {
        let (module, folder) = (file(module), tempfile::tempdir().expect("a folder"));
        let flash = folder.path().join("flash.bin");
        let flash = flash.to_str().expect("a name in Unicode");
        let output = loader(&[&["install", "--board", "icebreaker", "-o", flash, module.name()], words].concat());
        assert!(status(&output) == 1 && !std::path::Path::new(flash).exists(), "{}", text(&output));
        text(&output)
    };
    let import = |name: &str, ty: &str| format!("(module (import {name} (func {ty})) (func (export \"f\")))");
    for (module, words, reason) in [
        (import("\"env\" \"launch\"", ""), &[][..], "it imports env.launch, which neither the chip nor the library"),
        (import("\"wafer\" \"uart_read\"", "(result i32)"), &[], "it imports wafer.uart_read, which neither"),
        (import("\"wafer\" \"leds\"", "(param i64)"), &[], "wafer.leds, but its type is (func (param i32))"),
        (import("\"arduino\" \"delay\"", "(param i64)"), &[], "it imports arduino.delay with another type"),
        (import("\"arduino\" \"print\"", "(param i32 i32)"), &[], "works on its memory, but it has none"),
        (
            "(module (import \"wafer\" \"leds\" (global i32)) (func (export \"f\")))".into(),
            &[],
            "it imports wafer.leds, but its type is (func (param i32))",
        ),
        ("(module)".into(), &[], "which function? there is no _start and no run"),
        (ALONE.into(), &["blink", "1", "2"], "2 arguments given, but \"blink\" takes 1"),
        (ALONE.into(), &["none"], "exports no function \"none\""),
        ("(module (func (export \"f\") i32.add))".into(), &[], "type mismatch"),
    ] {
        let told = install(&module, words);
        assert!(told.contains(reason), "{module}: {told}");
    }
}

/// The name of what is missing, and where it comes from.
#[test]
fn a_missing_tool_is_named() {
    let module = file(ALONE);
    for (board, tool, package) in
        [("icebreaker", "iceprog", "fpga-icestorm"), ("ulx3s-85", "openFPGALoader", "openfpgaloader")]
    {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_firmware-loader"));
        let output = command.args(["install", "--board", board, module.name(), "other"]).env("PATH", "").output();
        let output = output.expect("the loader starts");
        assert_eq!(status(&output), 1, "{}", text(&output));
        let named = text(&output);
        assert!(
            named.contains(&format!("cannot run {tool}, which writes the flash")) && named.contains(package),
            "{named}"
        );
    }
}
