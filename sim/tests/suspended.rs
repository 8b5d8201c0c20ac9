//! A run that is suspended and goes on elsewhere is the run that was not.

use boards::{ALCHITRY_CU, ICEBREAKER, SIM_LARGE};
use firmware_loader::gate::{Strictness, hosted_image};
use firmware_loader::host::{Host, Reply};
use isa::image::Image;
use isa::module::Module;
use isa::outcome::{Exhausted, Stop};
use isa::plan::CorePlan;
use isa::types::{ValType, Value};
use sim::import::CoreMemory;
use sim::select::{Kind, open};
use sim::session::{Call, Ending, Job, Report, Settings, Suspended, simulate};
use std::convert::Infallible;

fn i32(value: u32) -> Value {
    Value { ty: ValType::I32, bits: value.into() }
}

/// A module on a plan, and what is called in it.
struct Program {
    module: Module,
    image: Image,
    plan: &'static CorePlan,
    function: u32,
    argument: Value,
}

/// Adds one to its argument, at the second try if it is interrupted at the first.
#[derive(Default)]
struct Adds {
    interrupted: bool,
}

impl Host<CoreMemory<'_>> for Adds {
    fn call(&mut self, _: u32, args: &[Value], _: &mut CoreMemory<'_>) -> Result<Reply, Infallible> {
        Ok(match self.interrupted {
            true => Reply::Stop(Stop::Exhausted(Exhausted::Interrupted)),
            false => Reply::Results(vec![i32(args[0].bits as u32 + 1)]),
        })
    }
}

impl Program {
    fn new(bytes: &[u8], plan: &'static CorePlan, argument: u32) -> Program {
        let module = firmware_loader::parse(bytes).expect("is a module");
        let image = hosted_image(&module, &sim::load::target(plan), |_| true, Strictness::Strict).expect("fits");
        let function = module.exported_function("run").expect("is exported");
        Program { module, image, plan, function, argument: i32(argument) }
    }

    fn text(text: &str, plan: &'static CorePlan, argument: u32) -> Program {
        Program::new(&wat::parse_str(text).expect("is a module"), plan, argument)
    }

    /// Goes on, or begins; for so many cycles of a call.
    fn run(&self, from: Option<&Suspended>, max_cycles: u64, host: &mut Adds) -> (Report, Option<Suspended>) {
        let args = [self.argument];
        let call = Some(Call { function: self.function, args: &args });
        let open = |waves| open(Kind::Jit, self.plan, waves);
        let job = Job { module: &self.module, image: &self.image, plan: self.plan, call, open: &open };
        let mut suspended = None;
        let mut settings = Settings {
            max_cycles,
            host: Some(host),
            resume: from,
            suspend: Some(&mut suspended),
            ..Settings::checked()
        };
        let report = simulate(&job, &mut settings).expect("runs");
        (report, suspended.map(|suspended| stored(&suspended)))
    }

    fn whole(&self) -> Report {
        let (report, suspended) = self.run(None, u64::MAX, &mut Adds::default());
        assert_eq!(suspended, None, "it has come to its end");
        report
    }

    /// The run that ends at each of these cycles of a call and goes on.
    fn cut(&self, cuts: &[u64]) -> Report {
        let mut from = None;
        for &cycles in cuts {
            let (report, suspended) = self.run(from.as_ref(), cycles, &mut Adds::default());
            assert!(matches!(report.ending, Ending::Stopped(Stop::Exhausted(Exhausted::Cycles), _)), "{report:?}");
            assert_eq!(report.cycles, cycles);
            from = suspended;
            assert_eq!(from.as_ref().map(Suspended::cycles), Some(cycles));
        }
        self.run(from.as_ref(), u64::MAX, &mut Adds::default()).0
    }
}

/// As it comes back from a file.
fn stored(suspended: &Suspended) -> Suspended {
    let bytes = postcard::to_stdvec(suspended).expect("is data");
    let read = postcard::from_bytes(&bytes).expect("was written so");
    assert_eq!(&read, suspended);
    read
}

fn kernel(name: &str, plan: &'static CorePlan, argument: u32) -> Program {
    let path = format!("{}/../tests/kernels/{name}.wasm", env!("CARGO_MANIFEST_DIR"));
    Program::new(&std::fs::read(path).expect("is there"), plan, argument)
}

#[test]
fn kernels_go_on_from_anywhere() {
    for (name, plan, argument) in [
        ("fib", &SIM_LARGE, 9),
        ("qsort", &SIM_LARGE, 40),
        ("json", &SIM_LARGE, 1),
        ("mandelbrot64", &SIM_LARGE, 3),
        ("fib", &ALCHITRY_CU, 7),
        // A pool of blocks, and floats by millicode.
        ("crc32", &ICEBREAKER, 20),
        ("pid32", &ICEBREAKER, 2),
    ] {
        let program = kernel(name, plan, argument);
        let whole = program.whole();
        assert!(matches!(whole.ending, Ending::Returned(_)), "{name} on {}: {whole:?}", plan.name);
        let end = whole.cycles;
        let cuts = [1, 3, end / 7, end / 3 + 1, end / 2, end - 2, end - 1];
        for cut in cuts {
            assert_eq!(program.cut(&[cut]), whole, "{name} on {}, cut in cycle {cut} of {end}", plan.name);
        }
        assert_eq!(program.cut(&[end / 5, end / 5, end / 5 + 1, end - 3]), whole, "{name} on {}", plan.name);
    }
}

/// Everything that instructions change: globals, tables, memory that grows, segments, stacks; by a start function, too.
const CHANGES: &str = r#"(module
    (import "env" "add" (func $add (param i32) (result i32)))
    (memory 1 4) (table $t 2 8 funcref) (global $g (mut i64) (i64.const 5))
    (data $d "abcdefgh") (elem $e func $twice $add)
    (func $twice (param i32) (result i32) (i32.add (local.get 0) (local.get 0)))
    (func $begin (local i32)
        (loop (global.set $g (i64.add (global.get $g) (i64.const 3)))
            (br_if 0 (i32.lt_u (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (i32.const 20)))))
    (start $begin)
    (func $deep (param i32) (result i32)
        (if (result i32) (local.get 0)
            (then (i32.add (call $deep (i32.sub (local.get 0) (i32.const 1))) (local.get 0)))
            (else (call $add (i32.load (i32.const 65540))))))
    (func (export "run") (param i32) (result i32)
        (drop (memory.grow (i32.const 2)))
        (memory.init $d (i32.const 65540) (i32.const 2) (i32.const 4))
        (data.drop $d)
        (drop (table.grow $t (ref.func $twice) (i32.const 3)))
        (table.init $t $e (i32.const 0) (i32.const 0) (i32.const 2))
        (elem.drop $e)
        (global.set $g (i64.extend_i32_u (call $deep (local.get 0))))
        (i32.add (call_indirect $t (param i32) (result i32) (i32.wrap_i64 (global.get $g)) (i32.const 1))
            (call_indirect $t (param i32) (result i32) (memory.size) (i32.const 0)))))"#;

#[test]
fn all_that_a_program_changes_is_kept_in_every_cycle() {
    for plan in [&SIM_LARGE, &ICEBREAKER] {
        let program = Program::text(CHANGES, plan, 3);
        let whole = program.whole();
        assert!(matches!(whole.ending, Ending::Returned(_)) && !whole.in_start, "{whole:?}");
        let step = (whole.cycles / 60).max(1) as usize;
        for cut in (0..whole.cycles).step_by(step) {
            assert_eq!(program.cut(&[cut]), whole, "on {}, cut in cycle {cut}", plan.name);
        }
    }
}

#[test]
fn a_call_of_the_host_that_was_cut_short_is_made_again() {
    let program = Program::text(CHANGES, &SIM_LARGE, 3);
    let (report, suspended) = program.run(None, u64::MAX, &mut Adds { interrupted: true });
    assert!(matches!(report.ending, Ending::Stopped(Stop::Exhausted(Exhausted::Interrupted), _)), "{report:?}");
    let (report, none) = program.run(suspended.as_ref(), u64::MAX, &mut Adds::default());
    assert_eq!((report, none), (program.whole(), None));
}

#[test]
fn ends_are_the_same_where_they_are_no_results() {
    let text = r#"(module (memory 1) (func $down (param i32) (result i32)
            (i32.div_u (i32.const 8) (if (result i32) (local.get 0)
                (then (call $down (i32.sub (local.get 0) (i32.const 1)))) (else (local.get 0)))))
        (func (export "run") (param i32) (result i32) (call $down (local.get 0))))"#;
    // A trap in the innermost call; a stack that is too small.
    for argument in [5, 100_000] {
        let program = Program::text(text, &SIM_LARGE, argument);
        let whole = program.whole();
        assert!(matches!(whole.ending, Ending::Stopped(_, Some(_))), "{whole:?}");
        for cut in [1, whole.cycles / 2, whole.cycles - 1] {
            assert_eq!(program.cut(&[cut]), whole, "cut in cycle {cut}");
        }
    }
}
