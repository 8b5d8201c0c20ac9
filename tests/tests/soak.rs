//! Runs of `soak` over a few seeds: what is counted, what adds up, and what becomes of a find.

use isa::module::Module;
use isa::op::Op;
use isa::outcome::Trap;
use std::time::Duration;
use tempfile::TempDir;
use tests::differential::{Answer, Call, Oracle, Wasmi};
use tests::soak::{Counts, Kind, Line, Merged, Settings, Soak, merge, read};
use tests::wasmi_executor::OtherStop;

const BUILD: &str = "test";

fn soak(oracle: impl Oracle + 'static, kinds: &[Kind], keep: &TempDir) -> Soak {
    let (keep, reduce) = (keep.path().join("finds"), Duration::from_secs(20));
    let settings = Settings { keep, reduce, build: BUILD.into(), kinds: kinds.into() };
    Soak::new(vec![Box::new(oracle)], settings)
}

/// The log of these seeds, as a file has it.
fn log(soak: &mut Soak, first: u64, count: u64) -> String {
    let mut text = String::new();
    let next = soak.run(first, count, &mut |_| true, &mut |line| {
        text += &serde_json::to_string(line).expect("is data");
        text += "\n";
        Ok(())
    });
    assert_eq!(next, Ok(first + count));
    text
}

fn merged(logs: &[&str]) -> Merged {
    let lines = logs.iter().flat_map(|log| read(log).expect("was written so"));
    merge(lines).expect("adds up").remove(BUILD).expect("is this build")
}

#[test]
fn parts_of_a_run_add_up_to_the_whole() {
    let keep = TempDir::new().expect("a directory");
    let mut soak = soak(Wasmi, &[Kind::Module, Kind::Damaged], &keep);
    let whole = merged(&[&log(&mut soak, 1, 24)]);
    let parts = [log(&mut soak, 13, 12), log(&mut soak, 1, 12)];
    assert_eq!(merged(&[&parts[0], &parts[1]]), whole);
    assert_eq!(whole.seeds, [(1, 25)]);
    assert_eq!(whole.finds, []);
    let Merged { counts, .. } = whole;
    let [modules, damaged] = ["steps: module on ", "steps: damaged module on "].map(|steps| counts.sum(steps));
    assert!(modules > 10 && damaged > 1, "{counts}");
    assert_eq!(counts.get("modules compared"), modules + damaged - counts.get("damaged modules refused"), "{counts}");
    assert!(counts.get("instructions") > 10_000 && counts.get("calls that return") > 5, "{counts}");
    assert!(counts.sum("stops: ") > 20, "{counts}");
}

#[test]
fn sessions_with_boards_are_steps() {
    let keep = TempDir::new().expect("a directory");
    let mut soak = soak(Wasmi, &[Kind::Image, Kind::Line, Kind::Call], &keep);
    let Merged { counts, finds, .. } = merged(&[&log(&mut soak, 1, 90)]);
    assert_eq!(finds, []);
    for kind in ["damaged image", "bad line", "call given up"] {
        let steps = counts.sum(&format!("steps: {kind} on "));
        assert!(steps > 0, "no {kind}: {counts}");
        assert_eq!(counts.sum(&format!("{kind}: ")), steps, "{counts}");
    }
    assert_eq!(counts.get("modules compared"), 0, "{counts}");
}

/// Ends at once what has an instruction, whatever else there is.
struct Liar;

impl Oracle for Liar {
    fn name(&self) -> &'static str {
        "liar"
    }

    fn run(&mut self, module: &Module, bytes: &[u8], calls: &[Call]) -> Result<Answer, String> {
        if module.ops().any(|op| op == Op::MemoryFill) {
            return Ok(Err(OtherStop::Trap(Trap::BadConversion)));
        }
        Wasmi.run(module, bytes, calls)
    }
}

#[test]
fn a_difference_is_found_and_made_smaller_and_kept() {
    let keep = TempDir::new().expect("a directory");
    let mut soak = soak(Liar, &[Kind::Module], &keep);
    let (mut seed, mut counts) = (0, Counts::default());
    let find = loop {
        seed += 1;
        if let Some(find) = soak.step(seed, &mut counts) {
            break find;
        }
        assert!(seed < 100, "no module has the instruction: {counts}");
    };
    assert_eq!((find.seed, find.build.as_str(), counts.get("finds")), (seed, BUILD, 1));
    assert!(find.what.contains("liar"), "{}", find.what);
    let path = find.kept.as_ref().expect("it is a module");
    let program = std::fs::read_to_string(path).expect("is kept");
    let again = format!("soak -- --seed {seed} --count 1`");
    assert!(program.contains("memory.fill") && program.contains(&again), "{program}");
    assert!(program.lines().count() < 30, "{program}");
    let line = serde_json::to_string(&Line::Find(find.clone())).expect("is data");
    assert_eq!(merged(&[&line]).finds, [find]);
}

/// Falls over.
struct Broken;

impl Oracle for Broken {
    fn name(&self) -> &'static str {
        "broken"
    }

    fn run(&mut self, _: &Module, _: &[u8], _: &[Call]) -> Result<Answer, String> {
        panic!("no more {}", self.name())
    }
}

#[test]
fn a_panic_is_a_find_and_the_run_goes_on() {
    let keep = TempDir::new().expect("a directory");
    let mut soak = soak(Broken, &[Kind::Module], &keep);
    let Merged { counts, finds, seeds } = merged(&[&log(&mut soak, 1, 4)]);
    assert_eq!(seeds, [(1, 5)]);
    assert_eq!(counts.get("finds"), finds.len() as u64);
    assert_eq!(finds.len() as u64, counts.sum("steps: "));
    assert!(!finds.is_empty() && finds.iter().all(|find| find.what == "panic: no more broken" && find.kept.is_none()));
}

#[test]
fn a_run_ends_when_it_is_told_and_says_how_far_it_was() {
    let keep = TempDir::new().expect("a directory");
    let mut soak = soak(Wasmi, &[Kind::Damaged], &keep);
    let (mut left, mut lines) = (5, Vec::new());
    let mut go_on = |_: &Counts| {
        left -= 1;
        left > 0
    };
    let next = soak.run(7, 1000, &mut go_on, &mut |line| {
        lines.push(line.clone());
        Ok(())
    });
    let Merged { seeds, .. } = merge(lines).expect("adds up").remove(BUILD).expect("is this build");
    assert_eq!((next, seeds), (Ok(11), vec![(7, 11)]));
}

#[test]
fn what_does_not_add_up_is_an_error() {
    let line = |first: u64, count: u64| {
        format!(r#"{{"range":{{"build":"test","first":{first},"count":{count},"counts":{{"finds":0}}}}}}"#)
    };
    let lines = |texts: &[String]| read(&texts.join("\n")).expect("is a log");
    let error = merge(lines(&[line(10, 10), line(1, 5), line(15, 10)])).expect_err("is there twice");
    assert_eq!(error, "test: the seeds 15 to 19 are counted twice: give each log once");
    let apart = merge(lines(&[line(10, 10), line(1, 9)])).expect("adds up");
    assert_eq!(apart[BUILD].seeds, [(1, 20)]);
    for none in [line(7, 0), line(u64::MAX, 2)] {
        assert_eq!(read(&none).expect_err("no seeds"), "line 1: there are no such seeds: take it out");
    }
    let error = read("\n{}").expect_err("is no line of a log");
    assert!(error.starts_with("line 2: ") && error.ends_with(": take it out"), "{error}");
}
