//! A board is added in the places that CONTRIBUTING.md names, and nowhere else: a copy of the workspace gets the
//! made-up one.

use crate::made_up::BOARD;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tests::generated::root;
use tests::netlist;

/// What CONTRIBUTING.md names: a board's file, and the file with the list of boards.
const EXAMPLE: &str = "boards/src/alchitry_cu.rs";
const LIST: &str = "boards/src/lib.rs";
/// The program of the copy, which goes to the same directory as that of the workspace.
const EMIT: &str = "emit-made-up";

/// Leaves what has not changed as it is, so that it is not compiled again.
fn write(path: &Path, text: &str) {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return;
    }
    fs::create_dir_all(path.parent().expect("is in a directory")).expect("the target directory is writable");
    fs::write(path, text).expect("the target directory is writable");
}

/// Copies sources and manifests.
fn copy(from: &Path, to: &Path) {
    let extension = |path: &Path| path.extension().is_some_and(|extension| extension == "rs" || extension == "toml");
    for entry in fs::read_dir(from).unwrap_or_else(|e| panic!("{}: {e}", from.display())) {
        let path = entry.expect("is readable").path();
        let to = to.join(path.file_name().expect("is in a directory"));
        if path.is_dir() {
            copy(&path, &to);
        } else if extension(&path) {
            write(&to, &fs::read_to_string(&path).expect("is text"));
        }
    }
}

/// A copy of the workspace with one more board.
fn workspace() -> PathBuf {
    let (root, copied) = (root(), Path::new(env!("CARGO_TARGET_TMPDIR")).join("made-up"));
    for member in ["boards", "firmware-loader", "hdl", "sim", "tests"] {
        copy(&root.join(member), &copied.join(member));
    }
    // Of another version: packages of the same name and version are the same to cargo in one target directory.
    let manifest = fs::read_to_string(root.join("Cargo.toml")).expect("is text");
    let (before, version) = manifest.split_once("\nversion = \"").expect("the workspace has a version");
    write(&copied.join("Cargo.toml"), &format!("{before}\nversion = \"1{version}"));
    fs::copy(root.join("Cargo.lock"), copied.join("Cargo.lock")).expect("is there");
    let programs = copied.join("hdl/src/bin");
    fs::rename(programs.join("emit.rs"), programs.join(EMIT).with_extension("rs")).expect("was copied");

    let list = fs::read_to_string(root.join(LIST)).expect("is text");
    let (before, boards) = list.split_once("$then! { ").expect("`every_board!` has the list");
    write(&copied.join(LIST), &format!("{before}$then! {{ made_up, {boards}"));
    write(&copied.join(EXAMPLE).with_file_name("made_up.rs"), include_str!("made_up.rs"));
    copied
}

/// What the program `emit` of a workspace prints about the made-up board. Dependencies are those of this build.
fn emit(workspace: &Path, what: &str) -> String {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("is in the target directory");
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(workspace).args(["run", "--quiet", "--offline", "--target-dir"]).arg(target);
    let output = cargo.args(["--bin", EMIT, "--", what, BOARD.name]).output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("is text")
}

#[test]
fn boards_are_added_where_contributing_says() {
    let text = fs::read_to_string(root().join("CONTRIBUTING.md")).expect("is there");
    let (_, section) = text.split_once("## A board\n").expect("says how");
    let section = section.split("\n## ").next().expect("has a text");
    let places: Vec<_> = section.split('`').skip(1).step_by(2).filter(|code| code.contains('/')).collect();
    assert_eq!(places, [EXAMPLE, LIST]);
}

/// Nothing but its data: pins, clock and a core of its sizes come of it, and programs run at its pins.
#[test]
fn a_made_up_board_is_a_chip() {
    let workspace = workspace();
    let settings = emit(&workspace, "--board");
    for line in ["FAMILY := ice40", "DEVICE := up5k", "PACKAGE := sg48", "MHZ := 18", "CODE_LOG2 := 10"] {
        assert!(settings.lines().any(|found| found == line), "{settings}");
    }
    let pins = "clock 35, reset_n 10, rx 6, tx 9, leds[0] 11, leds[1] 37, buttons[0] 20, buttons[1] 19";
    let pcf: String = pins.split(", ").map(|pin| format!("set_io {pin}\n")).collect();
    assert_eq!(emit(&workspace, "--pins"), pcf);

    let verilog = emit(&workspace, "--chip");
    for part in ["SB_PLL40_PAD", ".DIVF(7'd47)", ".PACKAGEPIN(clock)", "assign leds = ~lit[1:0];"] {
        assert!(verilog.contains(part), "{part}");
    }
    let chip = netlist::design(&verilog).unwrap_or_else(|e| panic!("{e}"));
    let done = netlist::run(&BOARD, chip, &netlist::programs(&BOARD)).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(done.len(), 3);
}
