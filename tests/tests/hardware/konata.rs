//! The log of the pipeline is one by its grammar, and has every group that retires, in its cycle.

use boards::{ICEBREAKER, SIM_LARGE};
use isa::module::Module;
use isa::plan::CorePlan;
use isa::types::{ValType, Value};
use sim::observe::konata::ENTRY;
use sim::observe::registry::Watched;
use sim::observe::stalls::{Cause, Stalls};
use sim::observe::{Cycle, Look, Observed, Observer, Signals, Window};
use sim::select::Kind;
use sim::session::Settings;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;
use tests::plans::plan;
use tests::program::Program;

/// The groups that retire, with the cycle of each, those of millicode included.
#[derive(Default)]
struct Retired(Vec<(u64, u32)>);

impl Observer for Retired {
    fn looks(&self) -> Option<Look<'_>> {
        Some(Look { signals: Signals::Named(&[]), window: Window::ALL })
    }

    fn cycle(&mut self, cycle: &Cycle<'_>) -> Observed {
        self.0.extend(cycle.retired.map(|sample| (cycle.number, sample.pc)));
        Ok(())
    }
}

/// A line of a log.
#[derive(Default)]
struct Line {
    label: String,
    details: String,
    /// Lane, stage, first cycle, and the first one in which it is over.
    stages: Vec<(u32, String, u64, Option<u64>)>,
    producers: Vec<usize>,
    /// The cycle, and whether it was flushed.
    end: Option<(u64, bool)>,
}

/// Reads a log, and fails where it breaks its grammar.
fn read(text: &str) -> Vec<Line> {
    let mut commands = text.lines();
    assert_eq!(commands.next(), Some("Kanata\t0004"));
    let (mut now, mut retired, mut lines) = (None, 0, Vec::<Line>::new());
    for command in commands {
        let words: Vec<&str> = command.split('\t').collect();
        let number = |at: usize| words[at].parse::<u64>().unwrap_or_else(|_| panic!("{command}"));
        let cycle = now.unwrap_or_default();
        match (words[0], words.len()) {
            ("C=", 2) => assert_eq!(now.replace(number(1)), None, "the first cycle is told once"),
            ("C", 2) => now = Some(now.expect("there is a first cycle") + number(1).max(1)),
            ("I", 4) => {
                assert_eq!((number(1), number(3)), (lines.len() as u64, 0), "{command}");
                lines.push(Line::default());
            }
            (word, _) => {
                let line = lines.get_mut(number(1) as usize).unwrap_or_else(|| panic!("{command}: begins later"));
                assert!(line.end.is_none(), "{command}: it has ended");
                match (word, words.len()) {
                    ("L", 4) if words[2] == "0" => line.label += words[3],
                    ("L", 4) if words[2] == "1" => line.details += words[3],
                    ("S", 4) => {
                        let lane = number(2) as u32;
                        assert!(line.stages.iter().all(|s| s.0 != lane || s.3.is_some()), "{command}: in one already");
                        line.stages.push((lane, words[3].into(), cycle, None));
                    }
                    ("E", 4) => {
                        let open = |s: &&mut (u32, String, u64, Option<u64>)| s.3.is_none() && s.1 == words[3];
                        let lane = number(2) as u32;
                        let stage = line.stages.iter_mut().filter(|s| s.0 == lane).find(open);
                        let stage = stage.unwrap_or_else(|| panic!("{command}: is not in it"));
                        assert!(stage.2 < cycle, "{command}: for no cycle");
                        stage.3 = Some(cycle);
                    }
                    ("W", 4) => line.producers.push(number(2) as usize),
                    ("R", 4) => {
                        assert!(line.stages.iter().all(|s| s.3.is_some()), "{command}: in a stage still");
                        line.end = Some((cycle, words[3] == "1"));
                        retired += u64::from(words[3] == "0");
                        assert!(words[3] == "1" || number(2) == retired, "{command}: {retired} have retired");
                    }
                    _ => panic!("{command}: no command"),
                }
            }
        }
    }
    assert!(lines.iter().flat_map(|line| &line.producers).all(|&producer| producer < lines.len()));
    lines
}

/// A run with its log, which agrees with what retired and with the causes that are counted.
fn run(module: &Module, plan: &CorePlan, arguments: &[Value]) -> Vec<Line> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("k.log");
    let watched = Watched { module, file: Path::new("x"), plan, busy: false, window: Window::ALL };
    let mut konata = (ENTRY.make)(&watched, &[path.clone().into_os_string()]).expect("is made");
    let (mut retired, mut stalls) = (Retired::default(), Stalls::default());
    let observers: Vec<&mut dyn Observer> = vec![&mut retired, &mut stalls, &mut *konata];
    let mut settings = Settings { observers, ..Settings::checked() };
    let function = module.exported_function("run").expect("is exported");
    Program::new(module, plan).expect("fits").call(Kind::Jit, function, arguments, &mut settings).expect("runs");
    drop(konata);
    let lines = read(&std::fs::read_to_string(path).expect("is written"));
    let ended = |line: &&Line| line.end.is_some_and(|(_, flushed)| !flushed);
    let mut groups: Vec<(u64, &str)> =
        lines.iter().filter(ended).map(|line| (line.end.expect("ended").0 - 1, line.label.as_str())).collect();
    groups.sort_unstable();
    assert_eq!(groups.len(), retired.0.len());
    for ((cycle, label), (expected, pc)) in groups.iter().zip(&retired.0) {
        assert_eq!(cycle, expected, "{label}");
        let place = format!(" {:#06x}: ", module.code_offset + pc);
        assert!(label.contains(place.trim_start()), "{label} at {place}");
    }
    causes(&lines, &stalls);
    stages(&lines);
    lines
}

/// What groups waited for is all that was counted, but for what is behind the last one.
fn causes(lines: &[Line], stalls: &Stalls) {
    let mut found: HashMap<&str, u64> = HashMap::new();
    for detail in lines.iter().flat_map(|line| line.details.split("; ")) {
        let Some((count, (_, cause))) =
            detail.split_once(' ').map(|(n, rest)| (n, rest.split_once(": ").unwrap_or_default()))
        else {
            continue;
        };
        *found.entry(cause).or_default() += count.parse::<u64>().unwrap_or_default();
    }
    for (cause, _, words) in Cause::ALL {
        let (found, counted) = (found.get(words).copied().unwrap_or_default(), stalls.count(cause));
        assert!(found == counted || (cause == Cause::Start && found <= counted), "{words}: {found}, {counted}");
    }
}

/// A stage has one group at a time, and groups go from stage to stage without a gap.
fn stages(lines: &[Line]) {
    const ORDER: &str = "FADXMS";
    let mut taken = HashSet::new();
    for line in lines {
        assert!(!line.details.contains("out of sight"), "{}", line.label);
        let own: Vec<_> = line.stages.iter().filter(|stage| stage.0 == 0).collect();
        for stages in own.windows(2) {
            let place = |at: usize| ORDER.find(stages[at].1.as_str()).expect("is a stage");
            assert!(place(0) < place(1) && stages[0].3 == Some(stages[1].2), "{}: {:?}", line.label, line.stages);
        }
        for (_, stage, from, to) in own {
            for cycle in *from..to.expect("is over") {
                assert!(taken.insert((stage.clone(), cycle)), "{stage} has two groups in cycle {cycle}");
            }
        }
    }
}

/// What holds groups, and sends them through every stage.
const PROGRAM: &str = r#"(module (memory 1) (table 1 funcref) (elem (i32.const 0) $r) (type $t (func (result i32)))
    (func $r (result i32) i32.const 7)
    (func $two (result i32 i32) i32.const 1 i32.const 2)
    (func (export "run") (param i32) (result i32) (local $x i32) (local $y i64) (local f32)
        (loop $l
            (i64.store offset=3 (local.get 0) (i64.add (local.get $y) (i64.const 0x123456789abcdef)))
            (local.set $x (i32.add (i32.load offset=3 (local.get 0)) (local.get $x)))
            (local.set $x (select (i32.div_u (local.get $x) (i32.const 3)) (local.get $x) (local.get 0)))
            (local.set $x (i32.add (local.tee 0 (i32.sub (local.get 0) (i32.const 1))) (local.get $x)))
            (local.set 3 (f32.add (local.get 3) (f32.const 1)))
            (block $b (block $a (br_table $a $b (i32.and (local.get 0) (i32.const 1)))) (drop (call $r)))
            (drop (block (result i32) i32.const 1 (br_if 0 (i32.const 2) (local.get 0)) drop))
            (call $two) drop drop
            (br_if $l (local.get 0)))
        (i32.add (call_indirect (type $t) (i32.const 0)) (local.get $x))))"#;

#[test]
fn the_log_has_every_group_in_its_cycles() {
    let module = firmware_loader::parse_text(PROGRAM).unwrap_or_else(|e| panic!("{e}"));
    let mut count = 0;
    let prepared = plan("alchitry-cu-fast-large").unwrap_or_else(|e| panic!("{e}"));
    for plan in [&SIM_LARGE, prepared, &ICEBREAKER] {
        let lines = run(&module, plan, &[Value { ty: ValType::I32, bits: 6 }]);
        let has = |what: fn(&Line) -> bool| lines.iter().filter(|line| what(line)).count();
        let flushed = has(|line| line.end.is_some_and(|(_, flushed)| flushed));
        let sequenced = has(|line| line.stages.iter().any(|stage| stage.1 == "S"));
        let linked = has(|line| !line.producers.is_empty());
        let parts = has(|line| line.stages.iter().any(|stage| stage.0 > 0));
        assert!(flushed > 10 && sequenced > 20 && linked > 20 && parts > 5, "{flushed} {sequenced} {linked} {parts}");
        let flushes = lines.iter().filter(|line| line.end.is_some_and(|(_, flushed)| flushed));
        let mut why: BTreeMap<&str, u32> = BTreeMap::new();
        flushes.for_each(|line| *why.entry(line.details.as_str()).or_default() += 1);
        assert!(why.keys().all(|why| why.starts_with("dropped: ")), "{why:?}");
        println!("{}: {} lines, flushes {why:?}", plan.name, lines.len());
        count += lines.len();
    }
    assert!(count > 500, "{count} lines");
}

#[test]
fn kernels_have_a_log_and_links_from_producers() {
    for kernel in tests::kernels::all() {
        let argument = Value { bits: 4, ..kernel.argument };
        let lines = run(&kernel.module, &SIM_LARGE, &[argument]);
        if kernel.name == "fib" {
            // The comparison's result goes straight to the branch that takes it.
            let branch = lines.iter().find(|line| line.label.ends_with(": if")).expect("a branch");
            let producers: Vec<&str> =
                branch.producers.iter().map(|&producer| lines[producer].label.as_str()).collect();
            assert_eq!(producers.len(), 1);
            assert!(producers[0].ends_with("local.get 0; i32.const 2; i32.lt_s"), "{producers:?}");
            // It is predicted not to be taken, and is.
            let target =
                lines.iter().find(|line| line.label.ends_with(": loop") && !line.details.starts_with("dropped"));
            assert_eq!(target.expect("a target").details, "3 of the group before: branch predicted wrong");
        }
    }
}
