//! What the loader says a call takes of the stacks at most: a call gets along with that, and where it takes the longest
//! way it does not with one slot or one frame less.

use firmware_loader::gate::{Strictness, Target, hosted_image};
use firmware_loader::inspect::{Inspection, Stack, Worst};
use isa::image::Image;
use isa::module::Module;
use isa::outcome::{Exhausted, Stop};
use isa::plan::CorePlan;
use isa::types::Value;
use model::{Limits, Millicode, Outcome, Store};
use rand::SeedableRng;
use rand::rngs::StdRng;
use tests::calls::i32;
use tests::setting::setting;
use tests::smith;

/// A module, and what is said of its entries.
struct Inspected {
    module: Module,
    inspection: Inspection,
}

impl Inspected {
    fn new(bytes: &[u8]) -> Inspected {
        let (inspection, module) = Inspection::new(bytes, boards::PLANS);
        Inspected { module: module.unwrap_or_else(|e| panic!("{e}")), inspection }
    }

    fn text(text: &str) -> Inspected {
        Inspected::new(&wat::parse_str(text).unwrap_or_else(|e| panic!("{e}")))
    }

    fn worst(&self, name: &str) -> &Worst {
        let contents = self.inspection.module.as_ref().expect("is accepted");
        let entry = contents.entries.iter().find(|entry| entry.name == name);
        &entry.unwrap_or_else(|| panic!("no entry {name}")).worst
    }

    /// For each plan that loads the module.
    fn stacks(&self, name: &str) -> &[Stack] {
        match self.worst(name) {
            Worst::Stacks(stacks) => stacks,
            Worst::Unbounded(cycle) => panic!("{name} is unbounded: {cycle:?}"),
        }
    }

    fn cycle(&self, name: &str) -> &[String] {
        match self.worst(name) {
            Worst::Unbounded(cycle) => cycle,
            Worst::Stacks(stacks) => panic!("{name} is bounded: {stacks:?}"),
        }
    }

    /// `None` if the plan refuses the module.
    fn image(&self, plan: &CorePlan) -> Option<Image> {
        hosted_image(&self.module, &Target::of_plan(plan, boards::PLANS), |_| true, Strictness::Lenient).ok()
    }

    /// Calls an export of a fresh instance on a machine with so many slots and frames. `None` if the start function does
    /// not come to its end there.
    fn call(&self, image: &Image, slots: u64, calls: u64, name: &str, args: &[Value]) -> Option<Outcome> {
        // The model has no slots for tables and the library's globals.
        let globals = u64::from(image.layout.globals);
        let value_stack_slots = (slots + globals).saturating_sub(image.layout.base.into()) as u32;
        let millicode = Millicode::new(&image.routines);
        let limits = Limits { value_stack_slots, frames: calls as u32, millicode, fuel: 100_000, ..Limits::default() };
        let mut store = Store::new(limits);
        let instance = store.instantiate(&self.module, |_| None).ok()?;
        let function = store.exported_function(instance, name).expect("is exported");
        Some(match store.invoke(function, args) {
            Ok(values) => Outcome::Returned(values),
            Err(stop) => Outcome::Stopped(stop),
        })
    }
}

/// Each calls its longest way with the argument 1.
const PROGRAMS: &[(&str, &str)] = &[
    ("nothing but a frame", r#"(module (func (export "run") (param i32) (local i64 i64) nop))"#),
    (
        "callees from different heights",
        r#"(module (global i32 (i32.const 0)) (func $wide (local i64 i64 i64 i64 i64) nop)
            (func $narrow (param i32) (local i64) (call $leaf (i32.const 1) (i32.const 2)))
            (func $leaf (param i32 i32) (local i64) nop)
            (func (export "run") (param i32)
                (call $wide) (i32.const 1) (i64.const 2) (f32.const 3) (call $narrow (i32.const 4)) drop drop drop))"#,
    ),
    (
        "a call that cannot be reached",
        r#"(module (func $wide (local i64 i64 i64 i64 i64 i64 i64 i64 i64) nop)
            (func (export "run") (param i32) (block (br 0) (call $wide) (block (call $wide)))))"#,
    ),
    (
        "functions of a type in a table",
        r#"(module (type $t (func (param i32) (result i32))) (type $same (func (param i32) (result i32)))
            (table 4 funcref) (elem (i32.const 0) func $a $b $other)
            (func $a (type $t) local.get 0) (func $b (type $same) (local i64 i64 i64) local.get 0)
            (func $other (param i64) (local i64 i64 i64 i64 i64 i64 i64) nop)
            (func $absent (type $t) (local i64 i64 i64 i64 i64 i64 i64) local.get 0)
            (func (export "run") (param i32) (result i32)
                (i32.add (i32.const 7) (call_indirect (type $t) (i32.const 5) (local.get 0)))))"#,
    ),
    (
        "functions that may be written into a table",
        r#"(module (type $t (func)) (table 4 funcref) (elem declare func $deep)
            (func $deep (local i64 i64 i64 i64) nop)
            (func (export "run") (param i32)
                (table.set (local.get 0) (ref.func $deep)) (call_indirect (type $t) (local.get 0))))"#,
    ),
    (
        "tail calls, and back to the first function",
        r#"(module (func $even (param i32) (result i32)
                (if (result i32) (i32.eqz (local.get 0)) (then (i32.const 1))
                    (else (return_call $odd (i32.sub (local.get 0) (i32.const 1))))))
            (func $odd (param i32) (result i32) (local i64 i64 i64)
                (if (result i32) (i32.eqz (local.get 0)) (then (i32.const 0))
                    (else (return_call $even (i32.sub (local.get 0) (i32.const 1))))))
            (func (export "run") (param i32) (result i32) (i32.const 9) (call $even (local.get 0)) i32.add))"#,
    ),
    (
        "millicode above the operands",
        r#"(module (memory 1) (func (export "run") (param i32) (result i32)
            (local.get 0) (local.get 0) (memory.grow (i32.const 0)) i32.add i32.add))"#,
    ),
    (
        "an indirect call by millicode",
        r#"(module (type $t (func)) (table 2 funcref) (elem (i32.const 1) func $f)
            (func $f) (func (export "run") (param i32) (call_indirect (type $t) (local.get 0))))"#,
    ),
];

#[test]
fn the_longest_way_takes_what_is_said_to_the_slot() {
    let mut counted = 0;
    for (what, text) in PROGRAMS {
        let inspected = Inspected::text(text);
        let stacks = inspected.stacks("run");
        assert_eq!(stacks.len(), boards::PLANS.len(), "{what}");
        for stack in stacks {
            let image = inspected.image(boards::plan(stack.plan).expect("is a plan")).expect("fits");
            let call = |slots, calls| inspected.call(&image, slots, calls, "run", &[i32(1)]).expect("has no start");
            let place = format!("{what} on {}: {stack:?}", stack.plan);
            let returned = call(stack.slots, stack.calls);
            assert!(matches!(returned, Outcome::Returned(_)), "{place}: {returned:?}");
            let exhausted = |limit| Outcome::Stopped(Stop::Exhausted(limit));
            assert_eq!(call(stack.slots - 1, stack.calls), exhausted(Exhausted::ValueStack), "{place}");
            assert_eq!(call(stack.slots, stack.calls - 1), exhausted(Exhausted::CallStack), "{place}");
            counted += 1;
        }
    }
    assert_eq!(counted, PROGRAMS.len() * boards::PLANS.len());
}

#[test]
fn what_calls_itself_is_told_with_its_cycle() {
    let inspected = Inspected::text(
        r#"(module (type $t (func)) (table 1 funcref) (elem (i32.const 0) func $table)
            (func $self (export "self") call $self)
            (func $a call $b) (func $b call $leaf return_call $c) (func $c call $a) (func $leaf)
            (func (export "circle") call $a)
            (func $table (export "table") (call_indirect (type $t) (i32.const 0)))
            (func (export "fine") call $leaf))"#,
    );
    assert_eq!(inspected.cycle("self"), ["self"]);
    assert_eq!(inspected.cycle("table"), ["table"]);
    assert_eq!(inspected.cycle("circle").len(), 3);
    let mut circle = inspected.cycle("circle").to_vec();
    let first = circle.iter().position(|name| name == "a").expect("is in it");
    circle.rotate_left(first);
    assert_eq!(circle, ["a", "b", "c"]);
    assert_eq!(inspected.stacks("fine")[0].calls, 2);
}

/// Whatever a random module does, it does not exhaust stacks of that size; and many calls need all of it.
#[test]
fn random_modules_get_along_with_what_is_said() {
    let (first, count) = (setting("WAFER_SEED", 1), setting("WAFER_MODULES", 150));
    let (mut calls, mut exact, mut unbounded) = (0, 0, 0);
    for seed in first..first + count {
        let inspected = Inspected::new(&smith::module(seed));
        let contents = inspected.inspection.module.as_ref().expect("is accepted");
        let mut rng = StdRng::seed_from_u64(seed);
        for entry in &contents.entries {
            let Worst::Stacks(stacks) = &entry.worst else {
                unbounded += 1;
                continue;
            };
            let types = &inspected.module.function_type(entry.index).expect("has a type").params;
            let args = smith::args(&mut rng, types);
            for stack in stacks {
                let image = inspected.image(boards::plan(stack.plan).expect("is a plan")).expect("fits");
                let call = |slots| inspected.call(&image, slots, stack.calls, &entry.name, &args);
                let is_exhausted = |outcome| match outcome {
                    Some(Outcome::Stopped(Stop::Exhausted(limit))) => {
                        matches!(limit, Exhausted::ValueStack | Exhausted::CallStack)
                    }
                    _ => false,
                };
                assert!(!is_exhausted(call(stack.slots)), "seed {seed}, {} on {stack:?}", entry.name);
                calls += 1;
                exact += u32::from(is_exhausted(call(stack.slots - 1)));
            }
        }
    }
    println!("{calls} calls, {exact} of them need every slot; {unbounded} entries without a bound");
    assert!(count < 150 || calls > 1000 && exact > 300 && unbounded > 50, "{calls}, {exact}, {unbounded}");
}

/// The frames are those that the core has of each function.
#[test]
fn frames_are_those_of_the_image() {
    let mut functions = 0;
    for seed in 1..60 {
        let inspected = Inspected::new(&smith::module(seed));
        let Some(image) = inspected.image(&boards::SIM_LARGE) else { continue };
        for function in &inspected.inspection.module.as_ref().expect("is accepted").functions {
            assert_eq!(function.slots, image.functions[function.index as usize].frame, "seed {seed}, {function:?}");
            functions += 1;
        }
    }
    assert!(functions > 300, "{functions}");
}
