//! A board and a unit are added in the places that CONTRIBUTING.md names, and nowhere else: a copy of the workspace
//! gets a made-up one of each.

use crate::made_up::BOARD;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use tests::generated::root;
use tests::netlist::{self, Named};
use tests::on_board::Program;

/// A line of text goes behind another one, in a file; or takes the place of what is there.
enum Edit {
    Behind(&'static str, &'static str),
    Instead(&'static str, &'static str),
}
use Edit::{Behind, Instead};

/// What CONTRIBUTING.md names for a board: its file, and the file with the list of boards.
const BOARDS: &str = "boards/src/alchitry_cu.rs";
const BOARD_LIST: (&str, &[Edit]) = ("boards/src/lib.rs", &[Behind("$then! { ", "made_up, ")]);

/// And for a unit: the folder with its file, and what tells the others of it.
const UNITS: &str = "hdl/src/units";
const UNIT_PLACES: [(&str, &[Edit]); 4] = [
    (
        "hdl/src/units/mod.rs",
        &[
            Behind("pub mod long;\n", "pub mod made_up;\n"),
            Behind("    pub float: FloatControl,\n", "    pub made_up: made_up::MadeUpControl,\n"),
            Behind(
                "float: float_control(op).unwrap_or_default()",
                ", made_up: made_up::control(op).unwrap_or_default()",
            ),
            Behind("float::cycles::extremes(op, true))", ".or_else(|| made_up::extremes(op))"),
            Behind("    compact_long: CompactUnit,\n", "    made_up: made_up::MadeUpUnit,\n"),
            Behind("clock!(self, clock, long, compact_long, multiply, float", ", made_up"),
            Behind(
                "            self.trap.next = self.float.trap.val();\n        }\n",
                "        connect!(self => self.made_up; reset, a);
        self.made_up.control.next = self.unit_control.val().made_up;
        self.made_up.start.next = false;
        if self.control.val().made_up {
            self.long.start.next = false;
            self.compact_long.start.next = false;
            self.made_up.start.next = self.start.val();
            self.done.next = self.made_up.done.val();
            self.result.next = self.made_up.result.val();
            self.trap.next = 0.into();
        }\n",
            ),
        ],
    ),
    (
        "hdl/src/front/control.rs",
        &[
            Behind("    pub float: Bit,\n", "    pub made_up: Bit,\n"),
            Behind(
                "        Unit::Float => (c.long, c.float) = (true, true),\n",
                "        Unit::MadeUp => (c.long, c.made_up) = (true, true),\n",
            ),
        ],
    ),
    (
        "hdl/src/cycles.rs",
        &[
            Behind("\"long unit\", ", "\"made-up unit\", "),
            Behind("=> \"float unit, the fast one\",\n", "        Unit::MadeUp => \"made-up unit\",\n"),
        ],
    ),
    (
        "hdl/isa/src/op.rs",
        &[
            Behind("    Table,\n    Float,\n", "    MadeUp,\n"),
            Instead("Fixed([I32] [I32])           Count(Popcnt)", "Fixed([I32] [I32])           MadeUp"),
            Instead("Fixed([I64] [I64])           Count(Popcnt)", "Fixed([I64] [I64])           MadeUp"),
        ],
    ),
];
/// Of a unit that not every core has.
const WITHOUT_UNIT: [&str; 3] = ["hdl/isa/src/plan.rs", "hdl/isa/src/capabilities.rs", "firmware-loader/src/millicode"];

/// The program of the copy, which goes to the same directory as that of the workspace.
const EMIT: &str = "emit-made-up";

/// How names of sources end, with those of what goes into a component as it stands.
const SOURCES: [&str; 6] = ["rs", "toml", "core", "py", "v", "vlt"];

/// Texts by their places in the workspace.
#[derive(Default)]
struct Sources(BTreeMap<PathBuf, String>);

impl Sources {
    /// Adds sources and manifests of a directory.
    fn collect(&mut self, directory: &Path) {
        let from = root().join(directory);
        let source = |path: &Path| path.extension().is_some_and(|found| SOURCES.iter().any(|kind| found == *kind));
        for entry in fs::read_dir(&from).unwrap_or_else(|e| panic!("{}: {e}", from.display())) {
            let path = directory.join(entry.expect("is readable").file_name());
            if root().join(&path).is_dir() {
                self.collect(&path);
            } else if source(&path) {
                self.read(&path);
            }
        }
    }

    fn read(&mut self, file: &Path) {
        self.0.insert(file.into(), fs::read_to_string(root().join(file)).expect("is text"));
    }

    /// Changes a file, where each text that is looked for is there once.
    fn edit(&mut self, file: &str, edits: &[Edit]) {
        let text = self.0.get_mut(Path::new(file)).unwrap_or_else(|| panic!("there is no {file}"));
        for edit in edits {
            let (Behind(found, _) | Instead(found, _)) = edit;
            let (before, after) = text.split_once(found).unwrap_or_else(|| panic!("{file} has no `{found}`"));
            assert!(!after.contains(found), "{file} has `{found}` more than once");
            *text = match edit {
                Behind(_, added) => format!("{before}{found}{added}{after}"),
                Instead(_, new) => format!("{before}{new}{after}"),
            };
        }
    }

    /// What has not changed stays as it is, so that it is not compiled again.
    fn write(&self, to: &Path) {
        for (file, text) in &self.0 {
            let path = to.join(file);
            if fs::read_to_string(&path).is_ok_and(|old| old == *text) {
                continue;
            }
            fs::create_dir_all(path.parent().expect("is in a directory")).expect("the target directory is writable");
            fs::write(path, text).expect("the target directory is writable");
        }
    }
}

/// A copy of the workspace with one more board and one more unit, which every core has.
static WORKSPACE: LazyLock<PathBuf> = LazyLock::new(|| {
    let mut sources = Sources::default();
    for member in ["boards", "firmware-loader", "hdl", "sim", "tests"] {
        sources.collect(Path::new(member));
    }
    for file in ["Cargo.toml", "Cargo.lock"] {
        sources.read(Path::new(file));
    }
    // Of another version: packages of the same name and version are the same to cargo in one target directory.
    sources.edit("Cargo.toml", &[Behind("\nversion = \"", "1")]);
    let programs = Path::new("hdl/src/bin");
    let emit = sources.0.remove(&programs.join("emit.rs")).expect("is there");
    sources.0.insert(programs.join(EMIT).with_extension("rs"), emit);

    sources.0.insert(Path::new(BOARDS).with_file_name("made_up.rs"), include_str!("made_up.rs").into());
    sources.0.insert(Path::new(UNITS).join("made_up.rs"), include_str!("made_up_unit.rs").into());
    for (file, edits) in [BOARD_LIST].iter().chain(&UNIT_PLACES) {
        sources.edit(file, edits);
    }
    let copied = Path::new(env!("CARGO_TARGET_TMPDIR")).join("made-up");
    sources.write(&copied);
    copied
});

/// What the program `emit` of the copy prints about the made-up board. Dependencies are those of this build.
fn emit(what: &str) -> String {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("is in the target directory");
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(&*WORKSPACE).args(["run", "--quiet", "--offline", "--target-dir"]).arg(target);
    let output = cargo.args(["--bin", EMIT, "--", what, BOARD.name]).output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("is text")
}

/// What CONTRIBUTING.md names under a title: places, in the order in which they stand there.
fn places(title: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join("CONTRIBUTING.md")).expect("is there");
    let (_, section) = text.split_once(&format!("## {title}\n")).expect("says how");
    let section = section.split("\n## ").next().expect("has a text");
    section.split('`').skip(1).step_by(2).filter(|code| code.contains('/')).map(String::from).collect()
}

#[test]
fn boards_are_added_where_contributing_says() {
    assert_eq!(places("A board"), [BOARDS, BOARD_LIST.0]);
}

#[test]
fn units_are_added_where_contributing_says() {
    let touched = [UNITS].into_iter().chain(UNIT_PLACES.map(|(file, _)| file));
    assert_eq!(places("A unit"), touched.chain(WITHOUT_UNIT).collect::<Vec<_>>());
}

/// Nothing but its data: pins, clock and a core of its sizes come of it, and programs run at its pins.
#[test]
fn a_made_up_board_is_a_chip() {
    let settings = emit("--board");
    for line in ["FAMILY := ice40", "DEVICE := up5k", "PACKAGE := sg48", "MHZ := 18", "CODE_LOG2 := 10"] {
        assert!(settings.lines().any(|found| found == line), "{settings}");
    }
    let pins = "clock 35, reset_n 10, rx 6, tx 9, leds[0] 11, leds[1] 37, buttons[0] 20, buttons[1] 19, \
        flash_select_n 16, flash_command 14, flash_data 17, flash_clock 15";
    let pcf: String = pins.split(", ").map(|pin| format!("set_io {pin}\n")).collect();
    assert_eq!(emit("--pins"), pcf);

    let verilog = emit("--chip");
    for part in ["SB_PLL40_PAD", ".DIVF(7'd47)", ".PACKAGEPIN(clock)", "assign leds = ~lit[1:0];"] {
        assert!(verilog.contains(part), "{part}");
    }
    assert_eq!(run(&BOARD, &verilog, &netlist::programs(&BOARD)).len(), 4);
}

/// The cycles of calls on the chip of a board, which end as in wasmi.
fn run(board: &boards::Board, verilog: &str, programs: &[Named]) -> Vec<u64> {
    let chip = netlist::design(verilog).unwrap_or_else(|e| panic!("{e}"));
    let done = netlist::run(board, chip, programs).unwrap_or_else(|e| panic!("{e}"));
    done.iter().map(|run| run.cycles).collect()
}

/// It takes an instruction over from the long unit of the workspace's boards: results are right, and cycles are its own.
#[test]
fn a_made_up_unit_executes_its_instruction() {
    const NARROW: &str = r#"(module (func (export "f") (param i32) (result i32) local.get 0 i32.popcnt))"#;
    const WIDE: &str = r#"(module (func (export "f") (param i32) (result i32)
        local.get 0 i64.extend_i32_s i64.popcnt i32.wrap_i64))"#;
    const OTHER: &str = r#"(module (func (export "f") (param i32) (result i32) local.get 0 i32.clz))"#;
    // The long unit takes 2 cycles and one for each byte, the made-up one 1 and one for each bit up to the highest 1.
    let cases = [
        ("i32.popcnt", NARROW, 0, 1 - 6),
        ("i32.popcnt", NARROW, 0x1234_5678, (1 + 29) - 6),
        ("i32.popcnt", NARROW, -1, (1 + 32) - 6),
        ("i64.popcnt", WIDE, 0, 1 - 10),
        ("i64.popcnt", WIDE, 0x1234_5678, (1 + 29) - 10),
        ("i64.popcnt", WIDE, -1, (1 + 64) - 10),
        ("i32.clz", OTHER, 0x1234_5678, 0),
    ];
    let programs = cases.map(|(name, text, argument, _)| (name, Program::text(text, "f", &[argument])));

    let with_unit = run(&BOARD, &emit("--chip"), &programs);
    let board = &boards::alchitry_cu::BOARD;
    let without = run(board, &hdl::chip::chip_verilog(board).unwrap_or_else(|e| panic!("{e}")), &programs);
    let longer = with_unit.iter().zip(&without).map(|(&with, &without)| with as i64 - without as i64);
    assert_eq!(longer.collect::<Vec<_>>(), cases.map(|(.., cycles)| cycles));
}
