//! Tables, tail calls and host calls in the golden model, where limits and several instances come into play: what one
//! module does within the limits is in the spec suite.

use isa::op::Op;
use isa::outcome::{Exhausted, Stop, Trap};
use isa::types::{FuncType, NULL_REF, ValType, Value, referent};
use model::{Extern, FuncAddr, HostCall, InstanceAddr, Limits, Outcome, Store};
use tests::calls::{Program, i32};

fn value(x: i32) -> Outcome {
    Outcome::Returned(vec![i32(x)])
}

fn exhausted(what: Exhausted) -> Outcome {
    Outcome::Stopped(Stop::Exhausted(what))
}

#[test]
fn tables_grow_to_the_limit_or_to_their_maximum() {
    let grow = |table: &str, delta| {
        let text = format!(
            "(module (table {table} funcref)
                (func (export \"run\") (param i32) (result i32) ref.null func local.get 0 table.grow 0))"
        );
        Program::new(&text, Limits { table_growth: 4, ..Limits::default() }).call("run", &[i32(delta)])
    };
    assert_eq!(grow("2", 2), value(2));
    assert_eq!(grow("2", 3), value(-1));
    assert_eq!(grow("2", -1), value(-1));
    assert_eq!(grow("2 3", 1), value(2));
    assert_eq!(grow("2 3", 2), value(-1));
    assert_eq!(grow("6", 0), value(6), "a table that is declared larger keeps its size");
    assert_eq!(grow("6 9", 1), value(-1));
}

/// A store with `run`, whose body calls the host function `sum` of two parameters and these results: the sum of the
/// parameters, repeated.
fn with_host(limits: Limits, results: usize, body: &str) -> (Store, FuncAddr) {
    let mut store = Store::new(limits);
    let list = vec![ValType::I32; results];
    let sum = move |call: HostCall<'_>| {
        let sum = call.args.iter().map(|arg| arg.bits as u32).fold(0, u32::wrapping_add);
        Ok(vec![i32(sum as i32); results])
    };
    let ty = FuncType { params: vec![ValType::I32; 2], results: list };
    let host = store.add_host(ty, Box::new(sum));
    let list = "i32 ".repeat(results);
    let text = format!(
        "(module (type $sum (func (param i32 i32) (result {list})))
            (import \"host\" \"sum\" (func $sum (type $sum)))
            (global i32 (i32.const 0)) (table funcref (elem $sum))
            (func (export \"run\") (result {list}) {body}))"
    );
    let module = firmware_loader::parse_text(&text).unwrap_or_else(|error| panic!("{error}"));
    let instance = store.instantiate(&module, |_| Some(Extern::Func(host))).expect("instantiates");
    let run = store.exported_function(instance, "run").expect("is exported");
    (store, run)
}

#[test]
fn host_calls_need_a_frame_and_slots_for_arguments_and_results() {
    let run = |frames, slots, results, body: &str| {
        let limits = Limits { frames, value_stack_slots: slots, ..Limits::default() };
        let (mut store, run) = with_host(limits, results, body);
        store.invoke(run, &[])
    };
    let sums = |results| Ok(vec![i32(7); results]);
    let plain = "i32.const 3 i32.const 4 call $sum";
    assert_eq!(run(2, 100, 1, plain), sums(1));
    assert_eq!(run(1, 100, 1, plain), Err(Stop::Exhausted(Exhausted::CallStack)));
    assert_eq!(run(2, 3, 1, plain), sums(1), "one global, two operands");
    assert_eq!(run(2, 2, 1, plain), Err(Stop::Exhausted(Exhausted::ValueStack)));
    assert_eq!(run(2, 6, 5, plain), sums(5));
    // In place of its caller it needs no frame, but slots beyond those of the caller.
    for tail in ["return_call $sum", "i32.const 0 return_call_indirect (type $sum)"] {
        let tail = format!("i32.const 3 i32.const 4 {tail}");
        assert_eq!(run(1, 9, 8, &tail), sums(8));
        assert_eq!(run(1, 8, 8, &tail), Err(Stop::Exhausted(Exhausted::ValueStack)));
    }
}

/// Counts down, each call in place of the one before; the last one calls `$wide`, which needs 20 slots.
const TAIL: &str = "(module
    (type $down (func (param i32 i64) (result i32)))
    (table funcref (elem $direct $indirect))
    (func $direct (export \"direct\") (type $down)
        local.get 0 i32.eqz if i32.const 11 return end
        i64.const 1 drop local.get 0 i32.const 1 i32.sub local.get 1 return_call $direct)
    (func $indirect (export \"indirect\") (type $down)
        local.get 0 i32.eqz if local.get 0 return_call $wide end
        local.get 0 i32.const 1 i32.sub local.get 1 i32.const 1 return_call_indirect (type $down))
    (func $wide (param i32) (result i32) (local i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64)
        local.get 18 i32.wrap_i64)
    (func (export \"within\") (param i32) (result i32)
        i32.const 1000 local.get 0 i64.const 0 call $direct i32.add))";

#[test]
fn tail_calls_take_the_place_of_their_caller() {
    let limits = Limits { frames: 1, value_stack_slots: 20, ..Limits::default() };
    let mut program = Program::new(TAIL, limits);
    let i64 = Value { ty: ValType::I64, bits: 5 };
    assert_eq!(program.call("direct", &[i32(100_000), i64]), value(11));
    assert_eq!(program.call("indirect", &[i32(100_000), i64]), value(0), "locals are 0 whatever was there");
    assert_eq!(program.call("within", &[i32(1)]), exhausted(Exhausted::CallStack));
    let mut program = Program::new(TAIL, Limits { value_stack_slots: 19, ..limits });
    assert_eq!(program.call("indirect", &[i32(9), i64]), exhausted(Exhausted::ValueStack));
    let mut program = Program::new(TAIL, Limits { frames: 2, ..Limits::default() });
    assert_eq!(program.call("within", &[i32(1000)]), value(1011));
}

#[test]
fn tail_calls_are_recorded_as_calls() {
    let args = [i32(1), Value { ty: ValType::I64, bits: 0 }];
    let (records, _) = Program::new(TAIL, Limits::default()).records("indirect", &args);
    let calls: Vec<_> = records.iter().filter(|r| matches!(r.op, Op::ReturnCall | Op::ReturnCallIndirect)).collect();
    assert_eq!(
        calls.iter().map(|r| (r.op, r.pops, r.push)).collect::<Vec<_>>(),
        [(Op::ReturnCallIndirect, 3, None), (Op::ReturnCall, 1, None)]
    );
    assert_eq!(calls[0].next_pc, records[0].pc, "it enters the function again");
}

/// Instantiates a module whose imports are all exports of one other instance.
fn link(store: &mut Store, text: &str, from: Option<InstanceAddr>) -> InstanceAddr {
    let module = firmware_loader::parse_text(text).unwrap_or_else(|error| panic!("{error}"));
    let exports: Vec<_> = module.imports.iter().map(|i| store.export(from?, &i.name)).collect();
    let mut exports = exports.into_iter();
    store.instantiate(&module, |_| exports.next().flatten()).expect("instantiates")
}

#[test]
fn references_name_functions_of_any_instance() {
    let mut store = Store::new(Limits::default());
    let owner = link(
        &mut store,
        "(module (table (export \"t\") 3 funcref)
        (func (export \"take\") (param i32) (result funcref) local.get 0 table.get 0)
        (func (export \"run\") (param i32) (result i32) local.get 0 call_indirect (result i32)))",
        None,
    );
    let user = link(
        &mut store,
        "(module (import \"owner\" \"t\" (table 1 funcref)) (global i32 (i32.const 5))
        (func $five (export \"five\") (result i32) global.get 0) (elem (i32.const 1) $five))",
        Some(owner),
    );
    let [run, take] = ["run", "take"].map(|name| store.exported_function(owner, name).expect("is exported"));
    let five = store.exported_function(user, "five").expect("is exported");
    assert_eq!(store.invoke(run, &[i32(1)]), Ok(vec![i32(5)]));
    assert_eq!(store.invoke(run, &[i32(0)]), Err(Stop::Trap(Trap::UninitializedElement)));
    assert_eq!(store.invoke(run, &[i32(3)]), Err(Stop::Trap(Trap::UndefinedElement)));
    let taken = |store: &mut Store, index| store.invoke(take, &[i32(index)]).expect("returns")[0].bits;
    assert_eq!(referent(taken(&mut store, 1)), Some(five.0));
    assert_eq!(taken(&mut store, 2), NULL_REF);
}

/// Three pages declared, one there, with `ab` at its end and a segment `cd`.
fn bulk(body: &str) -> (Outcome, Vec<u8>) {
    let text = format!(
        "(module (memory 3) (data $d \"cd\")
            (func (export \"run\") i32.const 65534 i32.const 0x6261 i32.store16 {body}))"
    );
    let mut program = Program::new(&text, Limits { physical_memory_bytes: 65536, ..Limits::default() });
    let outcome = program.call("run", &[]);
    let memory = program.store.memories(program.instance).next().expect("is declared");
    (outcome, program.store.memory(memory).bytes().to_vec())
}

#[test]
fn bulk_operations_beyond_the_physical_memory_write_nothing() {
    let missing = exhausted(Exhausted::PhysicalMemory);
    let trap = Outcome::Stopped(Stop::Trap(Trap::OutOfBoundsMemory));
    let cases = [
        ("i32.const 65534 i32.const 0 i32.const 3 memory.copy", &missing),
        ("i32.const 0 i32.const 65534 i32.const 3 memory.copy", &missing),
        ("i32.const 65535 i32.const 0 i32.const 2 memory.init $d", &missing),
        ("i32.const 65534 i32.const 9 i32.const 3 memory.fill", &missing),
        // What the program may not do at all comes first.
        ("i32.const 65534 i32.const 196607 i32.const 3 memory.copy", &trap),
        ("i32.const 196607 i32.const 65534 i32.const 3 memory.copy", &trap),
        ("i32.const 65535 i32.const 1 i32.const 2 memory.init $d", &trap),
        ("i32.const 196607 i32.const 0 i32.const 2 memory.init $d", &trap),
    ];
    let untouched = [vec![0; 65534], b"ab".to_vec()].concat();
    for (body, end) in cases {
        let (outcome, memory) = bulk(body);
        assert_eq!(outcome, *end, "{body}");
        assert!(memory == untouched, "{body}");
    }
    assert_eq!(bulk("i32.const 65534 i32.const 0 i32.const 2 memory.init $d").1[65534..], *b"cd");
}
