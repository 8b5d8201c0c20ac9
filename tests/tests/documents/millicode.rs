//! What instructions take that some cores execute by millicode, on each plan.

use firmware_loader::parse_text;
use isa::plan::CorePlan;
use sim::select::Kind;
use std::fmt::Write;
use tests::generated::check;
use tests::program::Program;

/// Instructions with their operands, which are locals: `$i` is 3, `$n` 64, `$f` and `$g` floats of 32 bits, `$d` and `$e`
/// of 64. With what is dropped, the instruction between two `local.set`s.
const CASES: &[(&str, &str)] = &[
    ("`call_indirect` of an empty function", "(call_indirect (type $empty) (local.get $zero))"),
    ("`memory.size`", "(drop (memory.size))"),
    ("`memory.grow` by 0", "(drop (memory.grow (local.get $zero)))"),
    ("`memory.fill` of 64 bytes", "(memory.fill (local.get $zero) (local.get $i) (local.get $n))"),
    ("`memory.copy` of 64 bytes", "(memory.copy (local.get $n) (local.get $zero) (local.get $n))"),
    ("`table.get`", "(drop (table.get (local.get $zero)))"),
    ("`f32.add`", "(drop (f32.add (local.get $f) (local.get $g)))"),
    ("`f32.mul`", "(drop (f32.mul (local.get $f) (local.get $g)))"),
    ("`f32.div`", "(drop (f32.div (local.get $f) (local.get $g)))"),
    ("`f32.lt`", "(drop (f32.lt (local.get $f) (local.get $g)))"),
    ("`f32.convert_i32_s`", "(drop (f32.convert_i32_s (local.get $n)))"),
    ("`f64.add`", "(drop (f64.add (local.get $d) (local.get $e)))"),
    ("`f64.mul`", "(drop (f64.mul (local.get $d) (local.get $e)))"),
    ("`f64.div`", "(drop (f64.div (local.get $d) (local.get $e)))"),
    ("`f64.sqrt`", "(drop (f64.sqrt (local.get $d)))"),
    ("`f64.lt`", "(drop (f64.lt (local.get $d) (local.get $e)))"),
    ("`i32.trunc_f64_s`", "(drop (i32.trunc_f64_s (local.get $d)))"),
];

fn cycles(plan: &CorePlan, code: &str) -> u64 {
    let text = format!(
        "(module (memory 256 (pagesize 1)) (type $empty (func)) (table 1 funcref) (elem (i32.const 0) func $nothing)
            (func $nothing)
            (func (export \"f\") (local $zero i32) (local $i i32) (local $n i32)
                (local $f f32) (local $g f32) (local $d f64) (local $e f64)
                (local.set $i (i32.const 3)) (local.set $n (i32.const 64))
                (local.set $f (f32.const 1.5)) (local.set $g (f32.const 2.3))
                (local.set $d (f64.const 1.5)) (local.set $e (f64.const 2.3))
                {code} nop))"
    );
    let module = parse_text(&text).unwrap_or_else(|e| panic!("{e}"));
    let program = Program::new(&module, plan).unwrap_or_else(|e| panic!("{}: {e}", plan.name));
    let function = module.exported_function("f").expect("is exported");
    program.check(Kind::Jit, function, &[]).unwrap_or_else(|e| panic!("{}: {e}", plan.name)).cycles
}

/// How much longer a function takes in which the instruction stands twice instead of once.
#[test]
fn the_table_of_millicode_is_current() {
    let names: Vec<_> = boards::PLANS.iter().map(|plan| plan.name).collect();
    let mut text = format!("| instruction | {} |\n|---|{}\n", names.join(" | "), "--:|".repeat(names.len()));
    for (name, code) in CASES {
        write!(text, "| {name} |").unwrap();
        for plan in boards::PLANS {
            let cost = cycles(plan, &code.repeat(2)) - cycles(plan, code);
            assert!(cost > 0, "{name} on {}", plan.name);
            write!(text, " {cost} |").unwrap();
        }
        text.push('\n');
    }
    assert_eq!(text.lines().count(), 2 + 17);
    check("docs/cycles.md", "millicode", &text);
}
