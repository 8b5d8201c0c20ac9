//! What a plan makes of a module: all causes, counted, and remedies that help.

use firmware_loader::fit::{Cause, Effect, Finding, Report};
use firmware_loader::gate::{Strictness, Target, hosted_image};
use firmware_loader::{Kind, parse_text};
use isa::module::{Import, Module};
use isa::plan::{CorePlan, Sizes};

/// 64 KiB of memory from address 0 on.
const FROM_ZERO: CorePlan =
    CorePlan { name: "from-zero", sizes: Sizes { block_log2: None, ..boards::ICEBREAKER.sizes }, ..boards::ICEBREAKER };

fn target(plan: &CorePlan) -> Target<'_> {
    Target::of_plan(plan, boards::PLANS)
}

fn module(text: &str) -> Module {
    parse_text(text).unwrap_or_else(|e| panic!("{e}"))
}

fn nothing(_: &Import) -> bool {
    false
}

fn report(text: &str, plan: &CorePlan) -> Report {
    Report::new(&module(text), &target(plan), &nothing)
}

/// The only finding with this cause.
fn finding(report: &Report, cause: Cause) -> &Finding {
    let mut found = report.findings.iter().filter(|finding| finding.cause == cause);
    let first = found.next().unwrap_or_else(|| panic!("{cause:?} is not in {report}"));
    assert!(found.next().is_none(), "{report}");
    first
}

fn plans(report: &Report, effect: Effect) -> Vec<&str> {
    report.plans.iter().filter(|fit| fit.effect == effect).map(|fit| fit.plan.as_str()).collect()
}

#[test]
fn what_a_plan_has_and_runs_is_not_found_fault_with() {
    let report = report("(module (memory 1 1 (pagesize 1)) (func (export \"f\")))", &boards::ICEBREAKER);
    assert_eq!((report.effect, &report.findings[..]), (Effect::Runs, &[][..]));
    assert_eq!(plans(&report, Effect::Runs), boards::PLANS.iter().map(|plan| plan.name).collect::<Vec<_>>());
    assert!(report.needs.iter().all(|need| need.needed <= need.available));
}

/// Functions of some bytes in all, so that there is no room for millicode.
fn filler(bytes: usize) -> String {
    format!("(func {})", "nop ".repeat(bytes))
}

#[test]
fn instructions_without_room_are_counted_by_functions_and_the_most_used_is_named() {
    let add = "(func (param f64) (result f64) local.get 0 local.get 0 f64.add)";
    let more = "(func $last (param f64) (result i32) local.get 0 local.get 0 f64.mul f64.neg local.get 0 f64.add
        i32.trunc_sat_f64_s)";
    let text = |filler| format!("(module {} {more} {filler})", add.repeat(11));
    let fits = report(&text(String::new()), &boards::ICEBREAKER);
    assert_eq!((fits.effect, &fits.findings[..]), (Effect::Runs, &[][..]));
    let report = report(&text(filler(64_700)), &boards::ICEBREAKER);
    let found = finding(&report, Cause::Instruction);
    assert_eq!((found.effect, found.count), (Effect::MayStop, 12));
    assert!(
        found.message.starts_with("12 functions use `f64.add` and 3 others, first in function 0, byte "),
        "{report}"
    );
    assert!(found.message.ends_with(" do not fit: a call that gets there ends"), "{report}");
    assert_eq!(plans(&report, Effect::Runs), ["sim-large", "ulx3s-85"]);
}

#[test]
fn one_function_with_one_instruction_is_in_the_singular() {
    let text =
        format!("(module (func $div (param f32) (result f32) local.get 0 local.get 0 f32.div) {})", filler(1900));
    let report = report(&text, &boards::ALCHITRY_CU);
    let found = finding(&report, Cause::Instruction);
    assert!(found.message.starts_with("1 function uses `f32.div`, first in function `div`, byte "), "{report}");
}

/// Beside what the module takes, what millicode does of it.
#[test]
fn bytes_of_millicode_are_told() {
    let report = report("(module (func (param f32) (result f32) local.get 0 f32.neg))", &boards::ALCHITRY_CU);
    let [code, millicode, ..] = &report.needs[..] else { panic!("{report}") };
    assert_eq!((code.what, millicode.what), ("bytes of code", "bytes of that millicode"));
    assert!(millicode.needed > 0 && millicode.needed + 6 == code.needed, "{report}");
    assert!(format!("{report}").contains("bytes of that millicode"));
}

/// The gate and the report are one rule.
#[test]
fn what_is_found_to_be_refused_is_refused() {
    let texts = [
        "(module (func (export \"f\")))",
        "(module (import \"env\" \"f\" (func)))",
        "(module (import \"env\" \"m\" (memory 1)) (import \"env\" \"g\" (global i32)) (import \"env\" \"t\" (table 1 funcref)))",
        &format!("(module (func (param f32) (result f32) local.get 0 local.get 0 f32.div) {})", filler(1900)),
        &format!("(module {})", filler(2100)),
        "(module (memory 1) (func (drop (memory.grow (i32.const 1)))))",
        "(module (memory 2) (data (i32.const 65536) \"abcd\"))",
        "(module (memory 1) (data (i32.const 65536) \"a\"))",
        "(module (table 70000 funcref) (func (drop (table.size 0))))",
    ];
    for text in texts {
        let module = module(text);
        for plan in boards::PLANS {
            let report = Report::new(&module, &target(plan), &nothing);
            let lenient = hosted_image(&module, &target(plan), nothing, Strictness::Lenient);
            let strict = hosted_image(&module, &target(plan), nothing, Strictness::Strict);
            for (image, strictness) in [(lenient, Strictness::Lenient), (strict, Strictness::Strict)] {
                assert_eq!(report.is_refused(strictness), image.is_err(), "{text}, {}: {report}", plan.name);
            }
        }
    }
}

#[test]
fn imports_that_nobody_provides_are_counted_by_kind() {
    let text = "(module (import \"env\" \"abort\" (func)) (import \"env\" \"memory\" (memory 1))
        (import \"wbg\" \"__wbindgen_throw\" (func (param i32 i32))) (import \"env\" \"seed\" (func (result f64)))
        (import \"env\" \"base\" (global i32)) (import \"wafer\" \"led\" (func)))";
    let module = module(text);
    let provides = |import: &Import| import.name == "seed";
    let report = Report::new(&module, &target(&boards::SIM_LARGE), &provides);
    let found: Vec<_> = report.findings.iter().map(|f| (f.cause, f.effect, f.count, f.message.as_str())).collect();
    let expected = [
        (3, "nothing provides the function `abort` of `env` and 2 others: a call that gets there ends"),
        (1, "nothing provides the memory `memory` of `env`: it begins with its declared size, all 0"),
        (1, "nothing provides the global `base` of `env`: it begins as 0"),
    ];
    assert_eq!(found, expected.map(|(count, message)| (Cause::Import, Effect::MayStop, count, message)));
    assert_eq!(
        report.findings[0].help.as_deref(),
        Some(
            "the devices are leds, buttons, cycles, serial_write, uart_write, uart_read, timer, bus_read, bus_write, bus_error"
        )
    );
}

#[test]
fn a_stack_beyond_the_memory_is_warned_of_with_the_option_that_helps() {
    let text = "(module (memory 2) (global $sp (mut i32) (i32.const 66560)) (func (export \"run\")))";
    let report = report(text, &FROM_ZERO);
    let stack = finding(&report, Cause::Stack);
    assert_eq!(stack.effect, Effect::MayStop);
    assert!(stack.message.contains("begins at 66560, beyond the 65536 bytes of memory of from-zero"), "{report}");
    assert!(stack.help.as_ref().is_some_and(|help| help.contains("-Wl,-z,stack-size=16384")), "{report}");
    assert_eq!(
        plans(&report, Effect::Runs),
        ["sim-large", "alchitry-cu", "alchitry-cu-fast", "icebreaker", "ulx3s-85", "ulx3s-25"]
    );
    let declared = finding(&report, Cause::Memory);
    assert!(
        declared.message.starts_with("the module declares 131072 bytes of memory, from-zero has 65536"),
        "{report}"
    );
}

#[test]
fn where_memory_is_a_pool_of_blocks_nothing_lies_too_far() {
    let text = "(module (memory 300) (global $sp (mut i32) (i32.const 0x1000000)) (data (i32.const 0x1000000) \"abcd\")
        (func (export \"run\")))";
    let report = report(text, &boards::ICEBREAKER);
    assert_eq!((report.effect, &report.findings[..]), (Effect::Runs, &[][..]), "{report}");
    let blocks = report.needs.iter().find(|need| need.what == "blocks of memory for data segments").unwrap();
    assert_eq!((blocks.needed, blocks.available), (1, 16));
}

/// The blocks from 0 and from 17408 on have one place in the pool of `alchitry-cu`.
#[test]
fn data_that_exclude_each_other_are_refused_where_blocks_have_one_place() {
    let text = |second: u32| {
        format!(
            "(module (memory 1) (data (i32.const 8) \"a\") (data (i32.const {second}) \"b\") (func (export \"run\")))"
        )
    };
    let apart = report(&text(17407), &boards::ALCHITRY_CU);
    assert_eq!((apart.effect, &apart.findings[..]), (Effect::Runs, &[][..]), "{apart}");
    let one = report(&text(17408), &boards::ALCHITRY_CU);
    let size = finding(&one, Cause::Size);
    assert_eq!(size.message, "2 blocks of memory for data segments in one place needed, 1 available", "{one}");
    assert_eq!(plans(&one, Effect::Runs), ["sim-large", "icebreaker", "ulx3s-85", "ulx3s-25"]);
}

#[test]
fn what_cannot_be_a_stack_pointer_is_not_taken_for_one() {
    let no_stack = [
        "(global i32 (i32.const 66560))",
        "(global (mut i64) (i64.const 66560))",
        "(global (mut i32) (i32.const 200000))",
        "(global (mut i32) (i32.const 0))",
        "(global (mut i32) (i32.const 65536))",
        "(global (mut i32) (i32.const 4096)) (global (mut i32) (i32.const 66560))",
    ];
    for globals in no_stack {
        let report = report(&format!("(module (memory 2) {globals})"), &FROM_ZERO);
        assert!(report.findings.iter().all(|finding| finding.cause != Cause::Stack), "{globals}: {report}");
    }
    let named = "(module (memory 2) (global (mut i32) (i32.const 4096))
        (global (export \"__stack_pointer\") (mut i32) (i32.const 66560)))";
    let report = report(named, &FROM_ZERO);
    assert!(finding(&report, Cause::Stack).message.starts_with("__stack_pointer begins at 66560"), "{report}");
}

#[test]
fn data_beyond_the_memory_name_what_runs_them_and_how_to_link() {
    let text = "(module (memory 2) (data (i32.const 65536) \"abcd\") (func (export \"run\")))";
    let found = report(text, &FROM_ZERO);
    let size = finding(&found, Cause::Size);
    assert_eq!(
        (size.effect, plans(&found, Effect::Runs)),
        (Effect::Refused, vec!["sim-large", "alchitry-cu", "alchitry-cu-fast", "icebreaker", "ulx3s-85", "ulx3s-25"])
    );
    assert!(size.help.as_ref().is_some_and(|help| help.contains("-Wl,--global-base=")), "{found}");
    let error = hosted_image(&module(text), &target(&FROM_ZERO), nothing, Strictness::Lenient).unwrap_err();
    assert!(
        error.kind == Kind::Limit
            && error
                .to_string()
                .ends_with("large enough: sim-large, alchitry-cu, alchitry-cu-fast, icebreaker, ulx3s-85, ulx3s-25"),
        "{error}"
    );
    // Data that lie above the stack, as rustc links them, come down with it.
    let above = text.replace("(data", "(global (mut i32) (i32.const 65536)) (data");
    let report = report(&above, &FROM_ZERO);
    let help = finding(&report, Cause::Size).help.as_deref().unwrap_or_default();
    assert!(help.contains("-Wl,-z,stack-size=") && help.contains("zstack-size="), "{report}");
}

/// No place helps data that are larger than the memory.
#[test]
fn no_remedy_is_named_where_none_helps() {
    let bytes = "a".repeat(3000);
    let report = report(&format!("(module (memory 1) (data (i32.const 0) \"{bytes}\"))"), &boards::ALCHITRY_CU);
    assert_eq!(finding(&report, Cause::Size).help, None);
    assert_eq!(plans(&report, Effect::Refused), ["alchitry-cu", "alchitry-cu-fast"]);
}
