//! The retire records of the golden model, instruction by instruction.

use isa::op::Op;
use isa::outcome::{Exhausted, Stop, Trap};
use isa::retire::{MemoryAccess, RETURNED, Record, Slot, SlotWrite};
use model::{Limits, Outcome, Store, Thread};
use tests::calls::{Program, i32};
use tests::kernels;

/// Records of `run` as rows of (operation, pc and next pc counted from the first record's pc, pops, push).
fn rows(text: &str, args: &[i32]) -> Vec<(Op, i64, i64, u32, Option<u64>)> {
    let args: Vec<_> = args.iter().map(|&x| i32(x)).collect();
    let (records, _) = Program::new(text, Limits::default()).records("run", &args);
    let first = records[0].pc as i64;
    let place = |pc: u32| if pc == RETURNED { -1 } else { pc as i64 - first };
    records.iter().map(|r| (r.op, place(r.pc), place(r.next_pc), r.pops, r.push)).collect()
}

#[test]
fn straight_code_tells_pushes_and_pops() {
    let text = "(module (func (export \"run\") (param i32) (result i32)
        local.get 0 i32.const -2 i32.add nop))";
    let expected = [
        (Op::LocalGet, 0, 2, 0, Some(5)),
        (Op::I32Const, 2, 4, 0, Some(0xffff_fffe)),
        (Op::I32Add, 4, 5, 2, Some(3)),
        (Op::Nop, 5, 6, 0, None),
        (Op::End, 6, -1, 0, None),
    ];
    assert_eq!(rows(text, &[5]), expected);
}

#[test]
fn a_branch_to_a_loop_continues_after_its_header_and_to_a_block_after_its_end() {
    let text = "(module (func (export \"run\") (param i32)
        block loop local.get 0 br_if 1 i32.const 1 local.set 0 br 0 end end))";
    let expected = [
        (Op::Block, 0, 2, 0, None),
        (Op::Loop, 2, 4, 0, None),
        (Op::LocalGet, 4, 6, 0, Some(0)),
        (Op::BrIf, 6, 8, 1, None),
        (Op::I32Const, 8, 10, 0, Some(1)),
        (Op::LocalSet, 10, 12, 1, None),
        (Op::Br, 12, 4, 0, None),
        (Op::LocalGet, 4, 6, 0, Some(1)),
        (Op::BrIf, 6, 16, 1, None),
        (Op::End, 16, -1, 0, None),
    ];
    assert_eq!(rows(text, &[0]), expected);
}

#[test]
fn if_goes_behind_else_and_else_behind_end() {
    let text = "(module (func (export \"run\") (param i32) (result i32)
        local.get 0 if (result i32) i32.const 7 else i32.const 8 end))";
    let taken = [
        (Op::LocalGet, 0, 2, 0, Some(1)),
        (Op::If, 2, 4, 1, None),
        (Op::I32Const, 4, 6, 0, Some(7)),
        (Op::Else, 6, 10, 0, None),
        (Op::End, 10, -1, 0, None),
    ];
    let not_taken = [
        (Op::LocalGet, 0, 2, 0, Some(0)),
        (Op::If, 2, 7, 1, None),
        (Op::I32Const, 7, 9, 0, Some(8)),
        (Op::End, 9, 10, 0, None),
        (Op::End, 10, -1, 0, None),
    ];
    assert_eq!(rows(text, &[1]), taken);
    assert_eq!(rows(text, &[0]), not_taken);
}

#[test]
fn if_without_else_goes_behind_its_end() {
    let text = "(module (func (export \"run\") (param i32) local.get 0 if nop end))";
    assert_eq!(rows(text, &[0])[1..], [(Op::If, 2, 6, 1, None), (Op::End, 6, -1, 0, None)]);
}

#[test]
fn calls_enter_and_return_behind_the_call() {
    let text = "(module (func (export \"run\") (result i32) i32.const 1 i32.const 2 call 1 call 2)
        (func (param i32 i32) (result i32) local.get 1 return)
        (func (param i32) (result i32) local.get 0 br 0))";
    let expected = [
        (Op::I32Const, 0, 2, 0, Some(1)),
        (Op::I32Const, 2, 4, 0, Some(2)),
        (Op::Call, 4, 11, 2, None),
        (Op::LocalGet, 11, 13, 0, Some(2)),
        (Op::Return, 13, 6, 0, None),
        (Op::Call, 6, 17, 1, None),
        (Op::LocalGet, 17, 19, 0, Some(2)),
        (Op::Br, 19, 8, 0, None),
        (Op::End, 8, -1, 0, None),
    ];
    assert_eq!(rows(text, &[]), expected);
}

#[test]
fn br_table_takes_its_default_beyond_the_last_entry() {
    let text = "(module (func (export \"run\") (param i32)
        block block local.get 0 br_table 0 1 end nop end))";
    let target = |index| rows(text, &[index])[3].2;
    assert_eq!([target(0), target(1), target(-1)], [11, 13, 13]);
}

#[test]
fn writes_and_accesses_are_told() {
    let text = "(module (memory 1) (global (mut i64) (i64.const 0))
        (func (export \"run\") (local i64)
        i32.const 8 i64.const -2 i64.store32 offset=4
        i32.const 8 i64.load16_s offset=5 local.tee 0 global.set 0))";
    let (records, _) = Program::new(text, Limits::default()).records("run", &[]);
    let access = |address, bytes, data, store| Some(MemoryAccess { address, bytes, data, store });
    assert_eq!(records[2].memory, access(12, 4, 0xffff_fffe, true));
    assert_eq!((records[2].pops, records[2].push), (2, None));
    assert_eq!(records[4].memory, access(13, 2, 0xffff, false));
    assert_eq!((records[4].pops, records[4].push), (1, Some(u64::MAX)));
    assert_eq!(records[5].write, Some(SlotWrite { slot: Slot::Local(0), value: u64::MAX }));
    assert_eq!((records[5].pops, records[5].push), (1, Some(u64::MAX)));
    assert_eq!(records[6].write, Some(SlotWrite { slot: Slot::Global(0), value: u64::MAX }));
    assert!(records.iter().enumerate().all(|(i, r)| r.order == i as u64));
}

/// Nothing but place and reason.
fn stopped(record: &Record, stop: Stop) {
    let empty = Record { pops: 0, push: None, write: None, memory: None, next_pc: record.pc, ..*record };
    assert_eq!(*record, Record { stop: Some(stop), ..empty });
}

#[test]
fn a_stop_is_the_last_record_and_nothing_else_of_it_happens() {
    let text = "(module (memory 1) (func (export \"run\") (result i32)
        i32.const 65533 i32.const -1 i32.store i32.const 0)
        (func (export \"peek\") (result i32) i32.const 65532 i32.load))";
    let mut program = Program::new(text, Limits::default());
    let trap = Stop::Trap(Trap::OutOfBoundsMemory);
    let (records, outcome) = program.records("run", &[]);
    assert_eq!((records.len(), outcome), (3, Outcome::Stopped(trap)));
    stopped(&records[2], trap);
    assert_eq!(program.call("peek", &[]), Outcome::Returned(vec![i32(0)]));
}

#[test]
fn out_of_fuel_stops_before_the_next_instruction() {
    let text = "(module (func (export \"run\") loop br 0 end))";
    let (records, _) = Program::new(text, Limits { fuel: 4, ..Limits::default() }).records("run", &[]);
    assert_eq!(records.len(), 5);
    stopped(&records[4], Stop::Exhausted(Exhausted::Cycles));
}

/// The sum of pops and pushes is the depth of the stack, and each record begins where the last one ended.
#[test]
fn records_of_the_kernels_are_consistent_and_change_no_result() {
    for kernel in kernels::all() {
        let mut store = Store::new(Limits::default());
        let instance = store.instantiate(&kernel.module, |_| None).expect("instantiates");
        let run = store.exported_function(instance, "run").expect("is exported");
        let mut thread = Thread::new(&mut store, run, &[kernel.argument]).expect("starts");
        let mut expected_pc = thread.pc();
        while thread.is_running() {
            let (depth, operands) = (thread.depth(), thread.operands().len());
            let record = thread.step(&mut store);
            assert_eq!((record.pc, record.stop), (expected_pc, None), "{}", kernel.name);
            expected_pc = record.next_pc;
            let straight = !matches!(record.op, Op::Call | Op::CallIndirect | Op::Br | Op::BrIf | Op::BrTable);
            if thread.is_running() && straight && thread.depth() == depth {
                let after = operands - record.pops as usize + record.push.iter().count();
                assert_eq!(thread.operands().len(), after, "{}: {record:?}", kernel.name);
            }
        }
        assert_eq!(thread.outcome(), Some(&Outcome::Returned(vec![kernel.expected])), "{}", kernel.name);
        assert_eq!(store.invoke(run, &[kernel.argument]), Ok(vec![kernel.expected]), "{}", kernel.name);
    }
}
