//! Profiles have every cycle of a run, and give it to whom it belongs. What they should say is added up here from the
//! groups that retire, and lines are read from the line tables themselves.

use crate::lines::LineTable;
use boards::SIM_LARGE;
use firmware_loader::disassembly::function_name;
use firmware_loader::gate::{Strictness, hosted_image};
use isa::instr::decode;
use isa::module::Module;
use isa::types::{ValType, Value};
use sim::engine::Signal;
use sim::machine::Call;
use sim::observe::profile::ENTRY;
use sim::observe::registry::Watched;
use sim::observe::stalls::{Cause, Follower, Stall, Stalls};
use sim::observe::{Cycle, Look, Observed, Observer, Signals, Window};
use sim::select::{Kind, open};
use sim::session::{Job, Report, Settings, simulate};
use std::collections::BTreeMap;
use std::path::Path;
use tests::kernels;

/// What each cycle of a call passed with.
#[derive(Default)]
struct Timeline {
    follower: Follower,
    cycles: Vec<Passed>,
}

enum Passed {
    /// A group at this code address, with so many instructions.
    Group(u32, u8),
    Stall(Stall),
}

impl Observer for Timeline {
    fn looks(&self) -> Option<Look<'_>> {
        Some(Look { signals: Signals::Named(Follower::SIGNALS), window: Window::ALL })
    }

    fn begin_call(&mut self, _: &Call<'_>, _: &[Signal]) -> sim::Result<()> {
        *self = Timeline::default();
        Ok(())
    }

    fn cycle(&mut self, cycle: &Cycle<'_>) -> Observed {
        let stall = self.follower.step(cycle.values, cycle.millicode);
        let group = cycle.retired.map(|sample| Passed::Group(sample.pc, sample.count));
        self.cycles.extend(stall.map(Passed::Stall).or(group));
        Ok(())
    }
}

impl Timeline {
    /// Cycles and instructions of the groups, by what `name` calls a group.
    fn shares(&self, name: impl Fn(u32, u8) -> String) -> BTreeMap<String, (u64, u64)> {
        let groups: Vec<usize> =
            (0..self.cycles.len()).filter(|&i| matches!(self.cycles[i], Passed::Group(..))).collect();
        let mut shares: BTreeMap<String, (u64, u64)> = BTreeMap::new();
        for (cycle, passed) in self.cycles.iter().enumerate() {
            // Groups that have retired before this cycle.
            let before = groups.partition_point(|&group| group < cycle);
            let (owner, instructions) = match passed {
                Passed::Group(_, count) => (before, *count),
                Passed::Stall(stall) if stall.behind => (before - 1, 0),
                // Behind the last one, nothing waits.
                Passed::Stall(_) => (before.min(groups.len() - 1), 0),
            };
            let Passed::Group(pc, count) = self.cycles[groups[owner]] else { unreachable!("is a group") };
            let share = shares.entry(name(pc, count)).or_default();
            share.0 += 1;
            share.1 += u64::from(instructions);
        }
        shares
    }
}

/// A run of `run` with its profiles.
struct Profiled {
    report: Report,
    stalls: Stalls,
    timeline: Timeline,
    folder: tempfile::TempDir,
}

impl Profiled {
    fn new(module: &Module, file: &Path, argument: Value) -> Profiled {
        let folder = tempfile::tempdir().expect("a folder");
        let files = ["p.svg", "p.json", "p.folded", "p.txt"].map(|name| folder.path().join(name).into_os_string());
        let watched = Watched { module, file, plan: &SIM_LARGE, busy: false, window: Window::ALL };
        let mut profile = (ENTRY.make)(&watched, &files).expect("is made");
        let (mut stalls, mut timeline) = (Stalls::default(), Timeline::default());
        let observers: Vec<&mut dyn Observer> = vec![&mut stalls, &mut timeline, &mut *profile];
        let mut settings = Settings { observers, ..Settings::checked() };
        let function = module.exported_function("run").expect("is exported");
        // Of a library, what is not called may import something.
        let (target, plan) = (sim::load::target(&SIM_LARGE), &SIM_LARGE);
        let image = hosted_image(module, &target, |_| true, Strictness::of_option(true)).expect("fits");
        let open = |waves| open(Kind::Jit, plan, waves);
        let call = Some(Call { function, args: &[argument] });
        let report = simulate(&Job { module, image: &image, plan, call, open: &open }, &mut settings).expect("runs");
        drop(profile);
        Profiled { report, stalls, timeline, folder }
    }

    fn file(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(name)).expect("is written")
    }

    /// Cycles by stacks.
    fn folded(&self) -> Vec<(String, u64)> {
        let text = self.file("p.folded");
        let line =
            |line: &str| line.rsplit_once(' ').map(|(stack, count)| (stack.into(), count.parse().expect("cycles")));
        text.lines().filter_map(line).collect()
    }

    /// The rows of a part of the table, each with its cycles, its instructions and its name; `columns` are those before
    /// the name.
    fn rows(&self, part: &str, columns: usize) -> BTreeMap<String, (u64, u64)> {
        let text = self.file("p.txt");
        let rows = text.split("\n\n").find(|rows| rows.lines().next().is_some_and(|head| head.contains(part)));
        let row = |row: &str| {
            let mut words = row.split_whitespace();
            let numbers: Vec<&str> = words.by_ref().take(columns).collect();
            let number = |at: usize| numbers[at].parse().expect("a number");
            let name = words.collect::<Vec<_>>().join(" ");
            let name = name.split(" (").next().unwrap_or_default();
            (name.to_string(), (number(0), number(columns - 1)))
        };
        rows.expect("is there").lines().skip(1).map(row).collect()
    }
}

#[test]
fn profiles_of_kernels_have_every_cycle() {
    let mut count = 0;
    for kernel in kernels::all() {
        let name = &kernel.name;
        let profiled = Profiled::new(&kernel.module, Path::new(name), kernel.argument);
        let Report { cycles, instructions, .. } = profiled.report;
        let folded = profiled.folded();
        assert_eq!(folded.iter().map(|(_, cycles)| cycles).sum::<u64>(), cycles, "{name}");
        for (cause, _, words) in Cause::ALL {
            let stall = format!(";[{}]", words.replace('`', ""));
            let found: u64 = folded.iter().filter(|(stack, _)| stack.ends_with(&stall)).map(|(_, cycles)| cycles).sum();
            assert_eq!(found, profiled.stalls.count(cause), "{name}: {words}");
        }
        assert!(profiled.file("p.txt").starts_with(&format!("{name}: {cycles} cycles, {instructions} instructions\n")));
        assert!(profiled.file("p.svg").contains(&format!("{name}: {cycles} cycles")));
        let json: serde_json::Value = serde_json::from_str(&profiled.file("p.json")).expect("is JSON");
        let weights = json["threads"][0]["samples"]["weight"].as_array().expect("weights");
        assert_eq!(weights.iter().filter_map(serde_json::Value::as_u64).sum::<u64>(), cycles, "{name}");
        let functions = profiled.timeline.shares(|pc, _| function_name(&kernel.module, pc));
        assert_eq!(profiled.rows("function", 5), functions, "{name}");
        count += 1;
    }
    assert_eq!(count, 17);
}

/// Prints floats, and so has some 18 KiB of code; what it spends its time with is clear.
const PROGRAM: &str = "#include <stdio.h>
#include <stdlib.h>
static unsigned mix(unsigned x, unsigned y);
int run(int n) {
    char text[64];
    unsigned sum = 0;
    for (int i = 0; i < n; i++)
        sum = mix(sum, (unsigned)i);
    snprintf(text, sizeof text, \"%d %g\", n, n / 3.0);
    return (int)(sum ^ (unsigned)strtol(text, 0, 10));
}
__attribute__((noinline)) static unsigned mix(unsigned x, unsigned y) {
    x ^= y;
    return x / 7 + 3;
}
";

#[test]
fn a_line_has_the_cycles_of_its_groups() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("mix.c"), PROGRAM).expect("a file");
    let mut clang = std::process::Command::new("clang");
    clang.args(["--target=wasm32-wasi", "-Os", "-g", "-nostartfiles", "-Wl,--no-entry", "-Wl,--export=run"]);
    clang.args(["-o", "mix.wasm", "mix.c"]).current_dir(folder.path());
    if !clang.status().is_ok_and(|status| status.success()) {
        println!("skipped: clang cannot link for wasm32-wasi (Debian: lld wasi-libc libclang-rt-14-dev-wasm32)");
        return;
    }
    let file = folder.path().join("mix.wasm");
    let bytes = std::fs::read(&file).expect("is written");
    let module = firmware_loader::parse(&bytes).expect("is a module");
    assert!(bytes.len() > 20 << 10, "{} bytes", bytes.len());
    const CALLS: u64 = 300;
    let profiled = Profiled::new(&module, &file, Value { ty: ValType::I32, bits: CALLS });
    let table = LineTable::new(&bytes);
    let shares = profiled.timeline.shares(|pc, count| {
        let next = |&pc: &u32| decode(&module.code, pc).ok().map(|instr| instr.next_pc());
        let mut addresses = std::iter::successors(Some(pc), next).take(count.into());
        addresses.find_map(|pc| table.line(module.code_offset + pc)).unwrap_or_else(|| "no line".into())
    });
    let mut rows = profiled.rows("line, and why", 3);
    let unnamed: Vec<String> = rows.keys().filter(|name| name.starts_with("no line")).cloned().collect();
    let unnamed = unnamed.iter().filter_map(|name| rows.remove(name));
    let unnamed = unnamed.fold((0, 0), |sum, row| (sum.0 + row.0, sum.1 + row.1));
    rows.insert("no line".into(), unnamed);
    assert_eq!(rows, shares);
    assert_eq!(rows.values().map(|row| row.0).sum::<u64>(), profiled.report.cycles);
    assert!(rows.len() > 100, "{} lines", rows.len());
    // The division takes more than anything else: 16 cycles or so.
    let (hottest, cycles) = rows.iter().max_by_key(|(_, row)| row.0).expect("there are some");
    assert!(hottest.ends_with("/mix.c:14") && cycles.0 > 16 * CALLS, "{hottest}: {cycles:?}");
    println!("{} lines of {} cycles", rows.len(), profiled.report.cycles);
}
