//! What README.md, ARCHITECTURE.md and docs/ say is what the code does. Parts between `<!-- generated: NAME -->` and
//! `<!-- end: NAME -->` are printed from here: `WAFER_UPDATE=1 cargo test -p tests --test documents` rewrites them.

use boards::{SIM_LARGE, alchitry_cu_fast};
use hdl::cycles::Cycles;
use isa::branch::BranchEntry;
use isa::frame::FrameRecord;
use isa::image::FunctionEntry;
use isa::types::{ValType, Value};
use sim::observe::Window;
use sim::observe::trace::Trace;
use sim::observe::wave::Wave;
use sim::select::Kind;
use sim::session::{Ending, Report, Settings};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use tests::generated::{check, root};
use tests::kernels::Group;
use tests::program::Program;

fn read(file: &str) -> String {
    std::fs::read_to_string(root().join(file)).unwrap_or_else(|e| panic!("{file}: {e}"))
}

#[test]
fn the_cycle_table_is_current() {
    let mut text = "| unit | instructions | cycles | what decides |\n|---|---|---|---|\n".to_string();
    for (unit, names, Cycles { best, worst, note }) in hdl::cycles::groups() {
        let cost = match worst {
            Some(worst) if worst == best => best.to_string(),
            Some(worst) => format!("{best} to {worst}"),
            None => format!("{best} or more"),
        };
        writeln!(text, "| {unit} | {} | {cost} | {note} |", shortened(&names)).unwrap();
    }
    check("docs/cycles.md", "cycles", &text);
}

/// The loader, which does not depend on the hardware, has the numbers of the cycle table in a file of its own.
#[test]
fn the_costs_that_the_loader_knows_are_those_of_the_cycle_table() {
    let mut text = String::new();
    for row in isa::op::TABLE {
        let Some(Cycles { best, worst, .. }) = hdl::cycles::cycles(row.op) else { continue };
        writeln!(text, "    (Op::{:?}, {best}, {worst:?}),", row.op).unwrap();
    }
    check("firmware-loader/src/inspect/costs.rs", "costs", &(text + "    // "));
}

/// What stands in the place of a host, and what it takes of the code.
#[test]
fn the_library_of_programs_that_stand_alone_is_as_described() {
    let mut text = "| module | functions | bytes of code |\n|---|---|---:|\n".to_string();
    let mut count = 0;
    for bytes in firmware_loader::standalone::library::parts(&alchitry_cu_fast::BOARD) {
        let part = firmware_loader::parse(&bytes).expect("is valid");
        let names: Vec<_> = part.exports.iter().filter_map(|export| export.name.split_once('.')).collect();
        count += names.len();
        let mut modules: Vec<&str> = names.iter().map(|(module, _)| *module).collect();
        modules.dedup();
        for module in modules {
            let own: Vec<_> = names.iter().filter(|(of, _)| *of == module).map(|(_, n)| format!("`{n}`")).collect();
            writeln!(text, "| `{module}` | {} | {} |", own.join(" "), part.code.len()).unwrap();
        }
    }
    assert!(count > 15, "{count}");
    check("docs/standalone.md", "library", &text);
}

/// `i32.add, i32.sub` as `i32.` `add sub`.
fn shortened(names: &[&str]) -> String {
    let mut families: Vec<(&str, Vec<&str>)> = Vec::new();
    for name in names {
        let (family, short) = name.split_once('.').unwrap_or(("", name));
        match families.iter_mut().find(|f| f.0 == family) {
            Some((_, members)) => members.push(short),
            None => families.push((family, vec![short])),
        }
    }
    let family = |(family, members): &(&str, Vec<&str>)| match family.is_empty() {
        true => members.iter().map(|m| format!("`{m}`")).collect::<Vec<_>>().join(" "),
        false if members.len() == 1 => format!("`{family}.{}`", members[0]),
        false => format!("`{family}.`{{`{}`}}", members.join(" ")),
    };
    families.iter().map(family).collect::<Vec<_>>().join(", ")
}

#[test]
fn packed_entries_are_those_of_the_contract() {
    let entries = [
        ("branch entry", BranchEntry::FIELDS),
        ("function entry", FunctionEntry::FIELDS),
        ("frame record", FrameRecord::FIELDS),
    ];
    let mut text = "| entry | fields and their bits |\n|---|---|\n".to_string();
    for (name, fields) in entries {
        let fields: Vec<_> = fields.iter().map(|f| format!("`{}` {}", f.name, f.width)).collect();
        writeln!(text, "| {name} | {} |", fields.join(", ")).unwrap();
    }
    check("docs/image.md", "packed entries", &text);
}

#[test]
fn the_plans_are_those_of_the_boards() {
    let size = |bytes: u64| match bytes {
        0x10_0000.. => format!("{} MiB", bytes >> 20),
        _ => format!("{} KiB", bytes >> 10),
    };
    let mut text = "| plan | code | branch entries | functions | value stack | frames | linear memory |\n".to_string();
    text += "|---|---|---|---|---|---|---|\n";
    for p in boards::PLANS {
        let (mut code, mut memory) = (size(p.code_bytes()), size(p.memory_bytes()));
        if p.is_compact() {
            code += " with entries";
        }
        if p.has_pool() {
            write!(memory, " in {} blocks", p.blocks()).unwrap();
        }
        let (branches, functions, slots, frames) = (p.branch_entries(), p.functions(), p.stack_slots(), p.frames());
        writeln!(text, "| `{}` | {code} | {branches} | {functions} | {slots} slots | {frames} | {memory} |", p.name)
            .unwrap();
    }
    check("README.md", "plans", &text);
}

/// MHz that placements reach: the median that docs/chip.md states for the chip of `alchitry-cu-fast`.
fn mhz() -> f64 {
    let document = read("docs/chip.md");
    let mut table = document.lines().skip_while(|line| !line.contains("| MHz, median |"));
    let (header, row) = (table.next().expect("a table of MHz"), table.nth(1).expect("it has rows"));
    let column = header.split('|').position(|cell| cell.trim() == "MHz, median").expect("it has that column");
    row.split('|').nth(column).and_then(|cell| cell.trim().parse().ok()).expect("it is a number")
}

#[test]
fn the_benchmarks_are_current() {
    let measured = tests::bench::measure(&SIM_LARGE).expect("every kernel returns what it has to");
    let [basic, further, float] = [Group::Basic, Group::Further, Group::Float].map(|group| measured.of(group));
    assert_eq!((basic.len(), further.len(), float.len()), (6, 7, 4));
    check("BENCHMARKS.md", "cycles", &tests::bench::cycles(&basic));
    check("BENCHMARKS.md", "stalls", &tests::bench::stalls(&basic));
    check("BENCHMARKS.md", "further cycles", &tests::bench::cycles(&further));
    check("BENCHMARKS.md", "further stalls", &tests::bench::stalls(&further));
    let clocks = [("flashed", alchitry_cu_fast::BOARD.core_mhz()), ("median of placements", mhz())];
    check("BENCHMARKS.md", "times", &tests::bench::times(&basic, &clocks));
    check("BENCHMARKS.md", "float cycles", &tests::bench::cycles_beside(&float));
    check("BENCHMARKS.md", "float stalls", &tests::bench::stalls(&float));
    let [pico, vex] = tests::bench::speeds(&basic, mhz()).map(|speed| format!("{speed:.2} times as fast as"));
    // Wherever its lines end.
    let readme = read("README.md").split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(readme.contains(&pico) && readme.contains(&vex), "README.md does not say {pico} PicoRV32, {vex} VexRiscv");
}

/// The first run of the README: add(2, 3) with nothing installed, its trace and its waves.
fn first_run(trace: &mut dyn std::io::Write, vcd: PathBuf) -> Report {
    let module = firmware_loader::read(&root().join("add.wasm")).expect("is a module");
    let function = module.exported_function("add").expect("is exported");
    let number = |bits| Value { ty: ValType::I32, bits };
    let mut trace = Trace::new(&module, Window::ALL, trace);
    let mut wave = Wave::create(&module, &vcd, Window::ALL).expect("can be written");
    let mut settings = Settings { observers: vec![&mut trace, &mut wave], ..Settings::checked() };
    let program = Program::new(&module, &SIM_LARGE).expect("fits");
    program.call(Kind::Auto, function, &[number(2), number(3)], &mut settings).expect("runs")
}

#[test]
fn the_first_run_is_as_the_readme_shows_it() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let vcd = directory.path().join("add.vcd");
    let mut trace = Vec::new();
    let report = first_run(&mut trace, vcd.clone());
    assert_eq!(report.ending, Ending::Returned(vec![Value { ty: ValType::I32, bits: 5 }]));
    let (cycles, instructions) = (report.cycles, report.instructions);
    let each = cycles as f64 / instructions as f64;
    let shown = format!("  cycles        {cycles}\n  instructions  {instructions}, {each:.2} cycles each\n");
    let (readme, engine) = (read("README.md"), format!("engine {}\n", report.engine));
    let agreed = format!("all {} records agree with the golden model\n", report.checked.expect("checked"));
    for part in ["add(2, 3) = 5 : i32\n", &shown, &engine, &agreed] {
        assert!(readme.contains(part), "README.md shows no {part}");
    }
    let trace = String::from_utf8(trace).expect("is text");
    check("README.md", "trace", &format!("```text\n{trace}```\n"));
    let waves = waves(&std::fs::read_to_string(vcd).expect("is written"), cycles - 3..=cycles);
    check("README.md", "waves", &format!("```text\n{waves}```\n"));
}

/// Draws some signals of a VCD, one column for each of the cycles, which last ten time units.
fn waves(vcd: &str, cycles: std::ops::RangeInclusive<u64>) -> String {
    const COLUMN: usize = 14;
    let mut text = format!("{:12}", "cycle");
    cycles.clone().for_each(|c| write!(text, "{c:<COLUMN$}").unwrap());
    text = text.trim_end().to_string() + "\n";
    for name in ["running", "ret_vld", "instruction", "ret_value"] {
        let (id, width) = declaration(vcd, name);
        let mut line = format!("{name:12}");
        let mut last = None;
        for cycle in cycles.clone() {
            let value = value(vcd, id, 10 * cycle);
            if width == 1 {
                let (level, edge) = if value == "1" { ("~", "/") } else { ("_", "\\") };
                let edge = if last.as_ref().is_some_and(|l| *l != value) { edge } else { level };
                line += &(edge.to_string() + &level.repeat(COLUMN - 1));
            } else {
                let shown = if name == "instruction" { ascii(&value) } else { number(&value) };
                let cell = if last.as_ref() == Some(&value) { String::new() } else { format!("| {shown}") };
                write!(line, "{cell:COLUMN$}").unwrap();
            }
            last = Some(value);
        }
        text += line.trim_end();
        text += "\n";
    }
    text
}

/// Identifier and width of a variable.
fn declaration<'a>(vcd: &'a str, name: &str) -> (&'a str, u32) {
    let words = vcd.lines().map(|line| line.split(' ').collect::<Vec<_>>());
    let line = words.into_iter().find(|w| w[0] == "$var" && w[4] == name).unwrap_or_else(|| panic!("no {name}"));
    (line[3], line[2].parse().expect("a width"))
}

/// Binary digits of a variable at a time.
fn value(vcd: &str, id: &str, time: u64) -> String {
    let (mut now, mut value) = (0, String::new());
    for line in vcd.lines().skip_while(|line| !line.starts_with('#')) {
        match (line.strip_prefix('#'), line.strip_prefix('b')) {
            (Some(t), _) => now = t.parse().expect("a time"),
            _ if now > time => break,
            (_, Some(vector)) => {
                let (digits, changed) = vector.split_once(' ').expect("a value and an identifier");
                if changed == id {
                    value = digits.to_string();
                }
            }
            _ if &line[1..] == id => value = line[..1].to_string(),
            _ => {}
        }
    }
    value
}

fn number(digits: &str) -> String {
    u64::from_str_radix(digits, 2).expect("binary digits").to_string()
}

fn ascii(digits: &str) -> String {
    let byte = |bits: &[u8]| u8::from_str_radix(std::str::from_utf8(bits).unwrap(), 2).expect("binary digits");
    let padded = format!("{:0>1$}", digits, digits.len().next_multiple_of(8));
    padded.as_bytes().chunks(8).map(byte).filter(|&b| b != 0).map(char::from).collect()
}

#[test]
fn every_test_that_an_invariant_names_exists() {
    let sources = rust_sources(&root());
    let document = read("docs/invariants.md");
    let names: Vec<&str> = document.split('`').skip(1).step_by(2).filter(|n| n.matches('_').count() > 1).collect();
    assert!(names.len() > 30, "{names:?}");
    for name in names {
        // Generic ones are run for several types.
        let plain = |source: &String| ["()", "<"].iter().any(|after| source.contains(&format!("fn {name}{after}")));
        let found = sources.iter().any(plain);
        assert!(found, "docs/invariants.md names the test {name}, which does not exist");
    }
}

/// The contents of every Rust file of the workspace.
fn rust_sources(directory: &Path) -> Vec<String> {
    let mut sources = Vec::new();
    for entry in std::fs::read_dir(directory).expect("is readable") {
        let path = entry.expect("is readable").path();
        let name = path.file_name().expect("has a name").to_string_lossy();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            sources.extend(rust_sources(&path));
        } else if name.ends_with(".rs") {
            sources.push(std::fs::read_to_string(&path).expect("is text"));
        }
    }
    sources
}

/// The proofs themselves run by `cargo run --release -p tests --bin formal -- --write`.
#[test]
fn the_table_of_proofs_has_every_property() {
    use tests::formal::table;
    check(table::FILE, table::PART, &table::text(&table::results().unwrap()));
}
