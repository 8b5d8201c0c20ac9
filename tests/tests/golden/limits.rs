//! The limits of the golden model, to the last slot, frame and byte: the hardware has to stop at the same instruction.

use isa::outcome::{Exhausted, Stop, Trap};
use model::{Error, Limits, Outcome, Store};
use tests::calls::{Program, i32};

fn exhausted(what: Exhausted) -> Outcome {
    Outcome::Stopped(Stop::Exhausted(what))
}

/// Calls itself `n` times, so `n + 1` calls are active at once.
const NESTED: &str = "(module (global i32 (i32.const 0)) (global i32 (i32.const 0))
    (func $f (export \"run\") (param i32) (result i32) (local i64)
        local.get 0 i32.eqz if i32.const 9 return end
        i32.const 3 local.get 0 i32.const 1 i32.sub call $f i32.add))";

#[test]
fn frames_count_the_outermost_call() {
    let mut program = Program::new(NESTED, Limits { frames: 3, ..Limits::default() });
    assert_eq!(program.call("run", &[i32(2)]), Outcome::Returned(vec![i32(15)]));
    assert_eq!(program.call("run", &[i32(3)]), exhausted(Exhausted::CallStack));
    let mut none = Program::new(NESTED, Limits { frames: 0, ..Limits::default() });
    assert_eq!(none.call("run", &[i32(0)]), exhausted(Exhausted::CallStack));
}

/// Two globals; each call has 1 parameter, 1 local and at most 3 operands; the callee's parameter is the caller's
/// second operand, 3 slots above the caller's frame base.
#[test]
fn value_stack_slots_are_counted_exactly() {
    let run = |slots, n| {
        Program::new(NESTED, Limits { value_stack_slots: slots, ..Limits::default() }).call("run", &[i32(n)])
    };
    for n in 0..4 {
        let needed = 2 + 3 * n + 5;
        assert!(matches!(run(needed as u32, n), Outcome::Returned(_)), "{n}");
        assert_eq!(run(needed as u32 - 1, n), exhausted(Exhausted::ValueStack), "{n}");
    }
}

#[test]
fn the_call_stack_is_checked_before_the_value_stack() {
    let limits = Limits { frames: 0, value_stack_slots: 0, ..Limits::default() };
    assert_eq!(Program::new(NESTED, limits).call("run", &[i32(0)]), exhausted(Exhausted::CallStack));
}

#[test]
fn an_exhausted_call_is_the_call_instruction_and_the_next_call_works() {
    let mut program = Program::new(NESTED, Limits { frames: 2, ..Limits::default() });
    let (records, outcome) = program.records("run", &[i32(2)]);
    let last = records.last().expect("some instructions retire");
    assert_eq!(outcome, exhausted(Exhausted::CallStack));
    assert_eq!((last.op, last.pops, last.next_pc), (isa::op::Op::Call, 0, last.pc));
    assert_eq!(program.call("run", &[i32(1)]), Outcome::Returned(vec![i32(12)]));
}

/// One page declared, less than that there.
fn small(body: &str) -> Outcome {
    let text = format!("(module (memory 1 3) (func (export \"run\") (result i32) {body}))");
    Program::new(&text, Limits { physical_memory_bytes: 8192, ..Limits::default() }).call("run", &[])
}

#[test]
fn memory_ends_twice() {
    let value = |x| Outcome::Returned(vec![i32(x)]);
    let missing = exhausted(Exhausted::PhysicalMemory);
    let trap = Outcome::Stopped(Stop::Trap(Trap::OutOfBoundsMemory));
    assert_eq!(small("i32.const 8188 i32.load"), value(0));
    assert_eq!(small("i32.const 8189 i32.load"), missing);
    assert_eq!(small("i32.const 65532 i32.load"), missing);
    assert_eq!(small("i32.const 65533 i32.load"), trap);
    assert_eq!(small("i32.const -1 i32.load offset=0xffffffff"), trap);
    assert_eq!(small("i32.const 8000 i32.const 1 i32.const 193 memory.fill i32.const 0"), missing);
    assert_eq!(small("i32.const 65000 i32.const 1 i32.const 537 memory.fill i32.const 0"), trap);
    assert_eq!(small("i32.const 65536 i32.const 1 i32.const 0 memory.fill i32.const 0"), value(0));
    assert_eq!(small("i32.const 9000 i32.const 65530 i32.const 9 memory.copy i32.const 0"), trap);
}

#[test]
fn memory_grows_only_where_there_is_memory() {
    let grow = |physical, pages| {
        let text = "(module (memory 1 3) (func (export \"run\") (param i32) (result i32) local.get 0 memory.grow))";
        Program::new(text, Limits { physical_memory_bytes: physical, ..Limits::default() }).call("run", &[i32(pages)])
    };
    let value = |x| Outcome::Returned(vec![i32(x)]);
    assert_eq!(grow(1 << 17, 1), value(1));
    assert_eq!(grow(1 << 17, 2), value(-1));
    assert_eq!(grow(1 << 20, 2), value(1));
    assert_eq!(grow(1 << 20, 3), value(-1));
    assert_eq!(grow(8192, 0), value(1));
    assert_eq!(grow(8192, 1), value(-1));
}

#[test]
fn memories_of_single_byte_pages_grow_by_bytes() {
    let text = "(module (memory 100 200 (pagesize 1))
        (func (export \"grow\") (param i32) (result i32) local.get 0 memory.grow)
        (func (export \"size\") (result i32) memory.size)
        (func (export \"load\") (param i32) (result i32) local.get 0 i32.load8_u))";
    let mut program = Program::new(text, Limits::default());
    let value = |x| Outcome::Returned(vec![i32(x)]);
    assert_eq!(program.call("load", &[i32(100)]), Outcome::Stopped(Stop::Trap(Trap::OutOfBoundsMemory)));
    assert_eq!(program.call("grow", &[i32(7)]), value(100));
    assert_eq!(program.call("size", &[]), value(107));
    assert_eq!(program.call("load", &[i32(106)]), value(0));
    assert_eq!(program.call("grow", &[i32(94)]), value(-1));
}

#[test]
fn a_segment_beyond_the_physical_memory_is_told_apart() {
    let module = firmware_loader::parse_text("(module (memory 1) (data (i32.const 9000) \"x\"))").expect("is valid");
    let mut store = Store::new(Limits { physical_memory_bytes: 8192, ..Limits::default() });
    let missing = Error::Stopped(Stop::Exhausted(Exhausted::PhysicalMemory));
    assert_eq!(store.instantiate(&module, |_| None), Err(missing));
}

#[test]
fn an_active_segment_is_dropped_once_copied() {
    let text = "(module (memory 1) (data $d (i32.const 0) \"x\")
        (func (export \"init\") (param i32) i32.const 0 i32.const 0 local.get 0 memory.init $d))";
    let mut program = Program::new(text, Limits::default());
    assert_eq!(program.call("init", &[i32(0)]), Outcome::Returned(Vec::new()));
    assert_eq!(program.call("init", &[i32(1)]), Outcome::Stopped(Stop::Trap(Trap::OutOfBoundsMemory)));
}
