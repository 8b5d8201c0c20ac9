//! The causes of cycles without a group that retires, on programs whose causes follow from the cycle table.

use boards::{ICEBREAKER, SIM_LARGE};
use isa::plan::CorePlan;
use sim::observe::stalls::Cause::{self, *};
use sim::observe::stalls::Stalls;
use sim::select::Kind;
use sim::session::{Ending, Settings};
use tests::program::Program;

/// Cycles of an empty function that no other cause takes: from the start write to the group that leaves it.
const START: u64 = 6;

/// The causes of a call of `run`, those with cycles, and how many groups retired.
fn stalls(body: &str, plan: &CorePlan) -> (Vec<(Cause, u64)>, u64) {
    let text = format!(
        "(module (memory 1) (func $e) (func $l3 (local i32 i32 i32)) (func $r1 (result i32) i32.const 1)
           (func $r2 (result i32 i32) i32.const 1 i32.const 2) (func $low (result i32) i32.const 1 call $e)
           (func (export \"run\") (local i32) (local $last i64) {} {body}))",
        "(local i32)".repeat(150),
    );
    let module = firmware_loader::parse_text(&text).unwrap_or_else(|e| panic!("{e}\n{text}"));
    let program = Program::new(&module, plan).unwrap_or_else(|e| panic!("{e}\n{text}"));
    let run = module.exported_function("run").expect("is exported");
    let mut counted = Stalls::default();
    let mut settings = Settings { observers: vec![&mut counted], ..Settings::checked() };
    let report = program.call(Kind::Jit, run, &[], &mut settings).expect("runs");
    assert_eq!(report.ending, Ending::Returned(Vec::new()), "{body}");
    assert_eq!(counted.cycles(), report.cycles, "{body}");
    let counts = Cause::ALL.iter().map(|&(cause, ..)| (cause, counted.count(cause)));
    (counts.filter(|&(_, count)| count > 0).collect(), counted.groups())
}

/// A program, and what it takes beyond an empty one with as many locals.
type Row = (&'static str, &'static [(Cause, u64)]);

/// Compares, with what the last `end` takes in any case; the first two operands of an instruction are not in a group with it, for there is a `nop` between.
fn compare(rows: &[Row], plan: &CorePlan, ends: &[(Cause, u64)]) {
    let (empty, _) = stalls("nop", plan);
    let start = [(Start, START + 151)];
    assert_eq!(empty, [&start, ends].concat(), "151 locals are zeroed beyond the first");
    for (body, expected) in rows {
        let (found, _) = stalls(body, plan);
        let of = |counts: &[(Cause, u64)], cause| counts.iter().filter(|c| c.0 == cause).map(|c| c.1).sum::<u64>();
        let sum = |&(cause, ..): &(Cause, &str, &str)| (cause, of(&empty, cause) + of(expected, cause));
        let expected: Vec<(Cause, u64)> = Cause::ALL.iter().map(sum).filter(|&(_, count)| count > 0).collect();
        assert_eq!(found, expected, "{body}");
    }
    println!("{} programs", rows.len());
}

#[test]
fn every_cause_is_told_from_the_others() {
    compare(
        &[
            ("nop nop nop", &[]),
            ("i32.const 7 i32.const 3 nop i32.div_u nop drop", &[(Long, 14)]),
            ("i32.const 7 i32.const 3 nop i32.mul nop drop", &[(Long, 3)]),
            ("f32.const 1 f32.const 2 nop f32.lt nop drop", &[(Float, 4)]),
            ("i64.const 7 i64.const 3 nop i64.add nop drop", &[(SecondHalf, 1)]),
            ("nop call $e nop", &[(Call, 3), (Return, 3)]),
            ("nop call $l3 nop", &[(Call, 3 + 2), (Return, 3)]),
            ("nop call $r1 nop drop", &[(Call, 3), (Return, 3)]),
            ("nop call $r2 nop drop drop", &[(Call, 3), (Return, 9 + 4 - 1)]),
            ("nop call $low nop drop", &[(Call, 2 * 3), (Return, 2 * 3)]),
            ("i32.const 8 nop i32.load nop drop", &[]),
            ("i32.const 7 nop i32.load nop drop", &[(Passes, 1)]),
            ("i32.const 7 nop i64.load nop drop", &[(Passes, 2)]),
            ("i32.const 7 i64.const 3 nop i64.store nop nop nop", &[(Passes, 2)]),
            ("i32.const 8 nop i32.load drop nop", &[(LoadUse, 1)]),
            ("i32.const 7 nop i32.load drop nop", &[(LoadUse, 1), (Passes, 1)]),
            ("i32.const 8 i32.const 8 i32.const 1 nop i32.store i32.load nop drop", &[(Storing, 1)]),
            ("i32.const 1 i32.const 2 i32.const 1 nop select nop drop", &[(Select, 1)]),
            ("i32.const 1 nop local.tee 0 nop drop", &[(Copy, 1)]),
            ("nop local.get 149 nop drop", &[(Immediate, 1)]),
            ("nop i64.const 0x123456789abc nop drop", &[(Immediate, 1)]),
            ("nop i64.const 0x123456789abcdef0 nop drop", &[(Immediate, 3)]),
            ("nop f64.const 0.1 nop drop", &[(Immediate, 3)]),
            ("block i32.const 1 nop br_if 0 end nop", &[(Mispredicted, 3)]),
            ("block i32.const 0 nop br_if 0 end nop", &[]),
            ("i32.const 0 nop if end nop", &[(Mispredicted, 3)]),
            ("block nop br 0 end nop", &[]),
            ("block i32.const 1 nop br 0 end nop", &[(Unwinding, 8)]),
            ("block i32.const 0 nop br_table 0 0 end nop", &[(Table, 3)]),
            ("block i32.const 1 nop br_table 0 0 end nop", &[(Table, 4)]),
            ("nop memory.size nop drop", &[(Service, 8)]),
        ],
        &SIM_LARGE,
        &[],
    );
}

#[test]
fn the_compact_core_waits_for_entries_code_and_rows() {
    compare(
        &[
            ("nop nop nop", &[]),
            // The target is in the next row, or in the same one.
            ("block nop br 0 end nop", &[(Entry, 2), (Code, 1)]),
            ("block i32.const 0 nop br_if 0 end nop", &[(Entry, 2), (Mispredicted, 1)]),
            ("block i32.const 1 nop br_if 0 end nop", &[(Entry, 2), (Mispredicted, 4)]),
            ("i32.const 8 nop i32.load nop drop", &[(Passes, 1)]),
            ("i32.const 7 nop i32.load8_u nop drop", &[(Passes, 1)]),
            ("i32.const 7 nop i32.load nop drop", &[(Passes, 2)]),
            ("i32.const 7 nop i64.load nop drop", &[(Passes, 3)]),
            // The first store takes a block.
            ("i32.const 8 i32.const 3 nop i32.store nop nop nop", &[(Passes, 1)]),
            ("i32.const 8 i32.const 3 nop i32.store8 nop nop nop", &[(Passes, 1)]),
            ("i32.const 8 i64.const 3 nop i64.store nop nop nop", &[(Passes, 2)]),
            ("i32.const 7 i32.const 3 nop i32.store nop nop nop", &[(Passes, 2)]),
            ("i32.const 8 i32.const 3 nop i32.shl nop drop", &[(Long, 3 + 4 - 1)]),
            ("i32.const 8 i32.const 3 nop i32.mul nop drop", &[(Long, 2)]),
            ("i64.const 8 i64.const 3 nop i64.mul nop drop", &[(Long, 66)]),
            ("i32.const 8 i32.const 3 nop i32.add nop drop", &[]),
        ],
        &ICEBREAKER,
        &[(Entry, 2)],
    );
}
