//! The program itself: the way back, and what the debugger finds out about the hardware.

use crate::common::ModelEngine;
use firmware_loader::host::{Host, Memory, Reply};
use firmware_loader::interrupt::Interrupt;
use isa::image::Image;
use isa::module::Module;
use isa::outcome::{self, Exhausted};
use isa::types::{ValType, Value};
use sim::debug::{Frame, Goal, Stop, Target};
use sim::engine::Engine;
use sim::import::CoreMemory;
use sim::select::{self, Kind};
use sim::session::{Call, Ending, Job};
use std::cell::Cell;
use std::convert::Infallible;
use std::rc::Rc;

/// Every answer is another one, and written into memory, too.
struct Counter(Rc<Cell<u64>>);

impl Host<CoreMemory<'_>> for Counter {
    fn call(&mut self, _: u32, _: &[Value], memory: &mut CoreMemory<'_>) -> Result<Reply, Infallible> {
        self.0.set(self.0.get() + 1);
        memory.write(32, &[self.0.get() as u8])?;
        Ok(Reply::Results(vec![Value { ty: ValType::I32, bits: self.0.get() }]))
    }
}

/// Calls, stores, globals and answers of the host, in a start function and in what is called behind it.
const PROGRAM: &str = r#"(module (import "env" "count" (func $count (result i32))) (memory 1)
    (global $g (mut i64) (i64.const 1))
    (func $square (param i32) (result i32) (local i32)
        (local.set 1 (i32.mul (local.get 0) (local.get 0))) (local.get 1))
    (func $start (i32.store (i32.const 0) (call $count)))
    (start $start)
    (func (export "run") (param i32) (result i32) (local i32)
        (loop $again
            (i32.store offset=4 (i32.const 0) (call $square (local.get 0)))
            (global.set $g (i64.mul (global.get $g) (i64.const 3)))
            (local.set 1 (i32.add (local.get 1) (call $count)))
            (memory.fill (i32.const 8) (local.get 1) (i32.const 5))
            (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
        (i32.add (local.get 1) (i32.load8_u (i32.const 32)))))"#;

/// All that can be seen of a program.
#[derive(Clone, Debug, PartialEq)]
struct Seen {
    position: u64,
    pc: Option<u32>,
    cycle: u64,
    inside: Option<(u64, u8, u8)>,
    frames: Vec<Frame>,
    globals: Vec<Value>,
    memory: Vec<u8>,
}

fn seen(target: &Target<'_>) -> Seen {
    Seen {
        position: target.position(),
        pc: target.pc(),
        cycle: target.cycle(),
        inside: target.inside(),
        frames: target.frames(),
        globals: target.globals(),
        memory: target.memory(0, 1 << 16),
    }
}

/// Debugs a call of `run`.
fn debugged<R>(
    text: &str,
    args: &[Value],
    open: impl Fn(&Module) -> Box<dyn Engine>,
    work: impl FnOnce(&mut Target<'_>, &Cell<u64>) -> R,
) -> R {
    let module = firmware_loader::parse_text(text).unwrap_or_else(|e| panic!("{e}"));
    let plan = &boards::SIM_LARGE;
    let image: Image = firmware_loader::gate::hosted_image(
        &module,
        &sim::load::target(plan),
        |_| true,
        firmware_loader::gate::Strictness::of_option(true),
    )
    .unwrap_or_else(|e| panic!("{e}"));
    let function = module.exported_function("run").expect("is exported");
    let (open, asked) = (|_| Ok(open(&module)), Rc::default());
    let mut host = Counter(Rc::clone(&asked));
    let job = Job { module: &module, image: &image, plan, call: Some(Call { function, args }), open: &open };
    let mut target = Target::new(&job, &[], &mut host, None, Interrupt::default()).unwrap_or_else(|e| panic!("{e}"));
    work(&mut target, &asked)
}

fn jit(_: &Module) -> Box<dyn Engine> {
    select::open(Kind::Jit, &boards::SIM_LARGE, false).unwrap_or_else(|e| panic!("{e}"))
}

fn i32(bits: u64) -> Value {
    Value { ty: ValType::I32, bits }
}

#[test]
fn the_way_back_leads_through_the_same_states() {
    debugged(PROGRAM, &[i32(3)], jit, |target, asked| {
        let mut states = vec![seen(target)];
        while target.resume(Goal::Instruction).expect("it runs") == Stop::Reached {
            states.push(seen(target));
        }
        // 1 in the start function; 2, 3 and 4 behind it, and the last one once more out of memory.
        let returned = Ending::Returned(vec![i32(2 + 3 + 4 + 4)]);
        assert_eq!(target.report().map(|report| &report.ending), Some(&returned));
        assert_eq!((states.len() as u64, asked.get()), (target.position(), 4));
        assert!(states.iter().any(|state| state.inside.is_some() && state.frames.len() == 2), "groups of a call");
        for state in states.iter().rev() {
            target.back(Goal::Instruction).expect("it runs");
            assert_eq!(&seen(target), state);
        }
        assert_eq!(target.back(Goal::Instruction).expect("it runs"), Stop::Beginning);
        assert_eq!(asked.get(), 4, "the host answers once");
        // And there again, in one go.
        assert_eq!(target.resume(Goal::Continue).expect("it runs"), Stop::Ended);
        assert_eq!(target.report().map(|report| &report.ending), Some(&returned));
        assert_eq!(asked.get(), 4);
    });
}

#[test]
fn back_is_to_where_it_would_have_stopped() {
    debugged(PROGRAM, &[i32(3)], jit, |target, asked| {
        let square = target.lines.functions("square").into_iter().filter_map(|f| target.lines.body(f)).collect();
        let number = target.breakpoints.add(square);
        let mut stops = Vec::new();
        for _ in 0..2 {
            assert_eq!(target.resume(Goal::Continue).expect("it runs"), Stop::Breakpoint(number));
            stops.push(seen(target));
        }
        assert_eq!(asked.get(), 2, "the start function and once more");
        assert_eq!(target.back(Goal::Continue).expect("it runs"), Stop::Breakpoint(number));
        assert_eq!(seen(target), stops[0]);
        assert_eq!(target.back(Goal::Continue).expect("it runs"), Stop::Beginning);
        target.breakpoints.clear();
        let watch = target.breakpoints.watch(4, 4, sim::debug::Access::Write);
        for (before, now) in [(0, 9), (9, 4), (4, 1)] {
            let Stop::Watchpoint(touched) = target.resume(Goal::Continue).expect("it runs") else { panic!("no store") };
            assert_eq!((touched.number, touched.before[0], touched.now[0]), (watch, before, now));
        }
        assert_eq!(asked.get(), 3, "not yet asked behind the third store");
    });
}

/// A hardware that goes wrong is found when the program is there.
#[test]
fn a_difference_ends_the_program() {
    let wrong = |module: &Module| -> Box<dyn Engine> {
        let mut engine = ModelEngine::new(module, &boards::SIM_LARGE);
        engine.alter = Box::new(|sample| sample.value ^= u64::from(sample.cycle == 3));
        Box::new(engine)
    };
    let text = r#"(module (func (export "run") (result i32) i32.const 1 i32.const 2 i32.const 3 i32.add i32.add))"#;
    debugged(text, &[], wrong, |target, _| {
        for _ in 0..2 {
            assert_eq!(target.resume(Goal::Instruction).expect("it runs"), Stop::Reached);
        }
        assert_eq!(target.resume(Goal::Instruction).expect("it runs"), Stop::Ended);
        let ending = target.report().map(|report| &report.ending);
        let Some(Ending::Different(difference, _)) = ending else { panic!("{ending:?}") };
        assert_eq!((difference.what.as_str(), difference.cycle), ("the value pushed", 3));
        target.back(Goal::Instruction).expect("it runs");
        assert_eq!(target.frames()[0].operands, [1, 2], "before the difference all is well");
    });
}

/// It is where the program stands that is reported, not where the hardware is.
#[test]
fn a_program_that_is_killed_ends_where_it_stands() {
    debugged(PROGRAM, &[i32(3)], jit, |target, _| {
        target.resume(Goal::Instruction).expect("it runs");
        while target.frames()[0].function != 1 {
            target.resume(Goal::Instruction).expect("it runs");
        }
        let (frames, cycle) = (target.frames(), target.cycle());
        target.kill();
        let report = target.report().expect("it is over");
        let Ending::Stopped(stop, pc) = report.ending else { panic!("{report:?}") };
        assert_eq!((stop, pc), (outcome::Stop::Exhausted(Exhausted::Interrupted), Some(frames[0].pc)));
        assert_eq!((report.returns.as_slice(), report.cycles), (&[frames[1].pc][..], cycle));
        assert!(!report.in_start && report.instructions < target.position());
    });
}

/// The hardware is asked about no state, so a program has the same instructions and cycles as without a debugger.
#[test]
fn a_step_takes_the_cycles_of_a_run() {
    let cycles = |goal| {
        debugged(PROGRAM, &[i32(5)], jit, |target, _| {
            while target.resume(goal).expect("it runs") != Stop::Ended {}
            target.report().map(|report| (report.cycles, report.instructions, report.checked))
        })
    };
    let run = cycles(Goal::Continue);
    assert_eq!(cycles(Goal::Instruction), run);
    assert!(run.is_some_and(|(cycles, instructions, _)| cycles > 50 && instructions > 50), "{run:?}");
}
