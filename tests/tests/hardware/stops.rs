//! Nothing outlives a stop: a call after one that was halted in any cycle, or that trapped, gives what it gives alone.

use boards::PLANS;
use firmware_loader::interrupt::Interrupt;
use isa::host::control;
use isa::instr::{Immediate, instructions};
use isa::module::Module;
use isa::outcome::{Exhausted, Stop, Trap};
use isa::plan::CorePlan;
use isa::types::{ValType, Value};
use sim::engine::Status;
use sim::host::{Space, Write};
use sim::machine::{End, Limits, Machine};
use sim::observe::Observers;
use sim::select::{Kind, open};

/// `run` has groups of every kind one behind the other. `load_use` and the like trap while others follow. The rest are
/// called after a stop.
const MODULE: &str = r#"(module (memory 1) (global $g (mut i32) (i32.const 3)) (data (i32.const 1000) "\07\00\00\00")
    (func $add (param i64 i32) (result i64) (local i32 i64)
        local.get 0 local.get 1 i64.extend_i32_s i64.add local.get 3 i64.add)
    (func $deep call $deep)
    (func $pick (param i32) (result i32)
        (block (block (block local.get 0 br_table 0 1 2) i32.const 10 return) i32.const 20 return) i32.const 30)
    (func $early (param i32) (result i32) i32.const 5 i32.const 4 local.get 0 br_if 0 drop drop i32.const 9)
    (func (export "run") (param i32) (result i64) (local $i i32) (local $sum i64)
        (i64.store (i32.const 1017) (i64.const 0x1_2345_6789))
        (loop $next
            (local.set $sum (call $add (local.get $sum) (local.get $i)))
            (local.set $sum (i64.add (local.get $sum) (i64.load offset=1 (i32.add (local.get 0) (i32.const 16)))))
            (i32.store (i32.const 1001) (i32.load8_s (local.get 0)))
            (local.set $sum (i64.add (local.get $sum) (i64.extend_i32_u (i32.load (i32.const 1001)))))
            (local.set $sum (i64.xor (local.get $sum) (i64.mul (local.get $sum) (i64.const 0x1234_5678_9abc))))
            (local.set $sum (i64.add (local.get $sum) (i64.rem_u (i64.const 1000) (i64.const 7))))
            (local.set $sum (i64.add (local.get $sum) (i64.shl (i64.const 3) (i64.extend_i32_u (local.get $i)))))
            (local.set $sum (i64.add (local.get $sum) (select (i64.const 5) (i64.const 6) (local.get $i))))
            (local.set $sum (i64.add (local.get $sum) (i64.extend_i32_u (call $pick (local.get $i)))))
            (local.set $sum (i64.add (local.get $sum) (i64.extend_i32_u (call $early (local.get $i)))))
            (global.set $g (i32.add (global.get $g) (i32.const 1)))
            (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 3))))
        local.get $sum)
    (func (export "load_use") (param i32) (result i32)
        (drop (i32.load (i32.const -4))) (i32.add (i32.load (local.get 0)) (i32.const 1)))
    (func (export "divide_use") (param i32) (result i32)
        (drop (i32.div_u (i32.const 1) (i32.const 0))) (i32.add (i32.load (local.get 0)) (i32.const 1)))
    (func (export "store_use") (param i32) (result i32)
        (i64.store (i32.const -4) (i64.const 1)) (i32.add (i32.load (local.get 0)) (i32.const 1)))
    (func (export "trap") (param i32) (result i32) unreachable)
    (func (export "exhaust") (param i32) (result i32) (i32.load (local.get 0)) call $deep)

    (func (export "store") (param i32) (result i32)
        i32.const 1000 local.get 0 i32.store i32.const 1000 i32.load i32.const 3 i32.add)
    (func (export "constant") (param i32) (result i32) i32.const 1234)
    (func (export "top") (param i32) (result i32) local.get 0 i32.eqz i32.eqz)
    (func (export "binary") (param i32) (result i32) i32.const 100 local.get 0 i32.sub)
    (func (export "long") (param i32) (result i32) i32.const 1000 local.get 0 i32.div_s)
    (func (export "call") (param i32) (result i32) i32.const 2 call $pick)
    (func (export "select") (param i32) (result i32) i32.const 77 i32.const 78 local.get 0 select))"#;

/// What can be called after a stop, and what it returns with 5.
const AFTERWARDS: [(&str, u64); 7] =
    [("store", 8), ("constant", 1234), ("top", 1), ("binary", 95), ("long", 200), ("call", 30), ("select", 77)];

/// A core that has run nothing yet.
fn machine<'m>(module: &'m Module, plan: &CorePlan) -> Machine<'m> {
    let image = firmware_loader::image(module, &sim::load::target(plan)).expect("fits");
    let engine = open(Kind::Jit, plan, false).expect("is always there");
    Machine::new(engine, module, &image, plan).expect("is loaded")
}

/// Calls with one argument, and runs for so many cycles.
fn call(machine: &mut Machine<'_>, module: &Module, name: &str, argument: u64, max_cycles: u64) -> (End, Status) {
    let function = module.exported_function(name).unwrap_or_else(|| panic!("no {name}"));
    machine.start(function, &[Value { ty: ValType::I32, bits: argument }]);
    let limits = Limits { max_cycles, interrupt: &Interrupt::default() };
    let run = machine.run(&mut Observers::default(), &limits).expect("runs");
    (run.end, run.status)
}

/// Makes a call after a stop.
fn go_on(machine: &mut Machine<'_>, module: &Module, (name, expected): (&str, u64), stopped: &str) {
    let (end, status) = call(machine, module, name, 5, 10_000);
    assert_eq!((end, status.stop), (End::Stopped, 0), "{stopped}, then {name}: at {}", status.stop_pc);
    assert_eq!(machine.results(&[ValType::I32])[0].bits, expected, "{stopped}, then {name}");
}

#[test]
fn a_call_after_a_halt_in_any_cycle() {
    let module = firmware_loader::parse_text(MODULE).unwrap_or_else(|e| panic!("{e}"));
    for plan in PLANS {
        let mut machine = machine(&module, plan);
        let mut halts = 0;
        for (cycles, afterwards) in (1..).zip(AFTERWARDS.iter().cycle()) {
            for after in [*afterwards, AFTERWARDS[0]] {
                let (end, _) = call(&mut machine, &module, "run", 1000, cycles);
                if end == End::Exhausted(Exhausted::Cycles) {
                    machine.engine().write(&[Write::new(Space::Control, control::HALT, 0)]);
                    // Unless it has just returned.
                    halts += u64::from(machine.engine().status().stop == Stop::Exhausted(Exhausted::Cycles).code());
                }
                let stopped = format!("{}: halted after {cycles} cycles", plan.name);
                go_on(&mut machine, &module, after, &stopped);
            }
            if halts < 2 * cycles {
                break;
            }
        }
        println!("{}: {halts} halts", plan.name);
        assert!(halts > 200, "{}: only {halts}", plan.name);
    }
}

#[test]
fn a_call_after_a_trap() {
    let module = firmware_loader::parse_text(MODULE).unwrap_or_else(|e| panic!("{e}"));
    let out_of_bounds = Stop::Trap(Trap::OutOfBoundsMemory).code();
    let stops = [
        ("load_use", out_of_bounds),
        ("divide_use", Stop::Trap(Trap::DivideByZero).code()),
        ("store_use", out_of_bounds),
        ("trap", Stop::Trap(Trap::Unreachable).code()),
    ];
    let mut count = 0;
    for plan in PLANS {
        let mut machine = machine(&module, plan);
        for (name, expected) in stops {
            for afterwards in AFTERWARDS {
                let (end, status) = call(&mut machine, &module, name, 1000, 10_000);
                assert_eq!((end, status.stop), (End::Stopped, expected), "{}: {name}", plan.name);
                go_on(&mut machine, &module, afterwards, &format!("{}: {name}", plan.name));
                count += 1;
            }
        }
        let (end, status) = call(&mut machine, &module, "exhaust", 1000, 10_000_000);
        assert_eq!(end, End::Stopped, "{}", plan.name);
        let exhausted = [Exhausted::ValueStack, Exhausted::CallStack].map(|e| Stop::Exhausted(e).code());
        assert!(exhausted.contains(&status.stop), "{}: {}", plan.name, status.stop);
        go_on(&mut machine, &module, AFTERWARDS[0], &format!("{}: exhaust", plan.name));
        count += 1;
    }
    assert_eq!(count, PLANS.len() * (4 * AFTERWARDS.len() + 1));
}

/// Calls nested through different places, with arguments and locals, to where it stops.
const NESTED: &str = r#"(module
    (func $leaf (param i64 i32) (local i64) (drop (i32.div_u (i32.const 1) (local.get 1))))
    (func $inner (param i32) (local i32 i64) (call $leaf (i64.const 7) (local.get 0)))
    (func $middle (param i32) (if (local.get 0) (then (call $inner (i32.const 0))) (else (call $middle (i32.const 1)))))
    (func (export "run") (param i32) (result i32) (call $middle (i32.const 0)) (i32.const 3))
    (func $deep call $deep)
    (func (export "exhaust") (param i32) (result i32) call $deep i32.const 3)
    (func $divide (param i32) (result i32) (i32.div_u (i32.const 1) (local.get 0)))
    (func (export "last") (param i32) (result i32) (call $divide (local.get 0))))"#;

/// The function that each frame is of, the innermost first, and the one that its caller has called there.
fn chain(machine: &mut Machine<'_>, module: &Module) -> Vec<(u32, u32)> {
    let function =
        |pc: u32| module.functions.iter().position(|f| (f.entry..f.end).contains(&pc)).expect("is in a body");
    let callers = machine.frames().into_iter().filter(|frame| !frame.is_outermost()).map(|frame| {
        let caller = function(frame.return_pc);
        let body = &module.functions[caller];
        let mut body = instructions(&module.code, body.entry, body.end).map(|instr| instr.expect("is valid"));
        let call = body.find(|instr| instr.next_pc() == frame.return_pc).expect("returns behind an instruction");
        let Immediate::Func(called) = call.imm else { panic!("{call:?} is no call") };
        (caller as u32, called)
    });
    callers.collect()
}

#[test]
fn the_frames_of_a_call_that_stopped_tell_who_called_whom() {
    let module = firmware_loader::parse_text(NESTED).unwrap_or_else(|e| panic!("{e}"));
    for plan in PLANS {
        let mut machine = machine(&module, plan);
        let (_, status) = call(&mut machine, &module, "run", 0, 10_000);
        assert_eq!(status.stop, Stop::Trap(Trap::DivideByZero).code(), "{}", plan.name);
        assert_eq!(chain(&mut machine, &module), [(1, 0), (2, 1), (2, 2), (3, 2)], "{}", plan.name);
        let bases: Vec<_> = machine.frames().iter().map(|frame| frame.base).collect();
        // Each function has its parameter, the last one two locals more.
        assert_eq!(bases, [3, 2, 1, 0, bases[4]], "{}", plan.name);

        // What returns right behind the trap does not.
        let (_, status) = call(&mut machine, &module, "last", 0, 10_000);
        assert_eq!(status.stop, Stop::Trap(Trap::DivideByZero).code(), "{}", plan.name);
        assert_eq!(chain(&mut machine, &module), [(7, 6)], "{}", plan.name);

        let (_, status) = call(&mut machine, &module, "exhaust", 0, 10_000_000);
        assert_ne!(status.stop, 0, "{}", plan.name);
        let deep = chain(&mut machine, &module);
        assert_eq!(deep.len() as u64, plan.frames() - 1, "{}", plan.name);
        assert!(deep.split_last().is_some_and(|(first, rest)| *first == (5, 4) && rest.iter().all(|f| *f == (4, 4))));
    }
}
