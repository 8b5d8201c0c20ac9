//! Every instruction takes the cycles that `hdl::cycles` states: measured on the core, one run for all of them.
//!
//! Each snippet is fenced by two `nop`s; the cycles between their retirements, less the closing one's own, are what
//! stands between them.

use boards::SIM_LARGE;
use firmware_loader::Target;
use firmware_loader::interrupt::Interrupt;
use hdl::cycles::{Cycles, cycles};
use hdl::units::{Extremes, extremes};
use isa::capabilities::Capabilities;
use isa::group::Policy;
use isa::op::{Op, Signature, TABLE, Unit};
use isa::plan::{CoreKind, CorePlan};
use isa::types::ValType;
use sim::engine::Sample;
use sim::machine::{End, Limits, Machine};
use sim::observe::{Groups, Observers};
use sim::select::{Kind, open};
use std::collections::BTreeMap;
use std::fmt::Write;

const NOP: u8 = 0x01;

/// Code, with two `nop`s that are executed, and the cycles between them, but for those that others take `beside`.
struct Snippet {
    what: String,
    code: String,
    cycles: u32,
    beside: u32,
}

fn snippet(what: &str, code: &str, cycles: u32) -> Snippet {
    Snippet { what: what.into(), code: code.into(), cycles, beside: 0 }
}

/// Runs the snippets one after the other and compares.
fn measure(snippets: &[Snippet]) {
    let body: String = snippets.iter().map(|s| format!("{}\n", s.code)).collect();
    let text = format!(
        "(module (memory 1) (global (mut i32) (i32.const 0))
           (func $e nop) (func $l1 (local i32) nop) (func $l2 (local i32 i32) nop)
           (func $l5 (local i32 i64 i32 i32 i32) nop) (func $p1 (param i32) nop) (func $p2 (param i32 i32) nop)
           (func $end nop) (func $return nop return)
           (func $return2 (result i32 i32) i32.const 0 i32.const 1 i32.const 2 nop return)
           (func $r1 (result i32) i32.const 1 nop) (func $low (result i32) i32.const 1 call $void nop)
           (func $r2 (result i32 i32) i32.const 1 i32.const 2 nop)
           (func $r3 (result i32 i32 i32) i32.const 1 i32.const 2 i32.const 3 nop)
           (func $table i32.const 0 nop br_table 0 0) (func $br nop br 0)
           (func $void)
           (type $v (func)) (type $p (func (param i32)))
           (table $t 4 10 funcref) (elem (i32.const 0) func $e $p1 $l2 $void) (elem $e func $void) (data $d \"abc\")
           (func $tail nop return_call $e) (func $tail1 (param i32) local.get 0 nop return_call $p1)
           (func $tail_indirect i32.const 0 nop return_call_indirect $t (type $v))
           (func $tail_indirect1 (param i32) local.get 0 i32.const 1 nop return_call_indirect $t (type $p))
           (func (export \"run\") (local i32) {} (local funcref) {body}))",
        "(local i32)".repeat(150),
    );
    let module = firmware_loader::parse_text(&text).unwrap_or_else(|e| panic!("{e}\n{text}"));
    // The resolver would fold them.
    let plan = CorePlan { kind: CoreKind::Full { resolver: false }, ..SIM_LARGE };
    let target = Target { policy: Policy::Single, ..sim::load::target(&plan) };
    let image = firmware_loader::image(&module, &target).expect("fits");
    let engine = open(Kind::RustHdl, &plan, false).expect("is always there");
    let mut machine = Machine::new(engine, &module, &image, &plan).expect("nothing is resolved");
    let mut fences = Vec::new();
    let mut groups = Groups(|sample: &Sample| {
        if sample.op == NOP {
            fences.push(sample.cycle);
        }
        Ok(())
    });
    machine.start(module.exported_function("run").expect("is exported"), &[]);
    let limits = Limits { max_cycles: 1_000_000, interrupt: &Interrupt::default() };
    let run = machine.run(&mut Observers::new(vec![&mut groups]), &limits).expect("runs");
    assert_eq!((run.end, run.status.stop), (End::Stopped, 0));
    assert_eq!(fences.len(), 2 * snippets.len(), "every snippet has two fences");
    let mut wrong = String::new();
    for (Snippet { what, code, cycles, beside }, fence) in snippets.iter().zip(fences.chunks(2)) {
        let measured = fence[1] - fence[0] - 1 - u64::from(*beside);
        if measured != u64::from(*cycles) {
            writeln!(wrong, "{what}: {cycles} cycles stated, {measured} measured: {code}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// An instruction of fixed type with these operands and immediate.
fn applied(op: Op, immediate: &str, operands: &[u64]) -> String {
    let Signature::Fixed(pops, pushes) = op.row().signature else { panic!("{op} has no fixed type") };
    let mut code = String::new();
    for (ty, bits) in pops.iter().zip(operands) {
        code += &match ty {
            ValType::I32 => format!("i32.const {} ", *bits as u32),
            ValType::I64 => format!("i64.const {bits} "),
            ValType::F32 => format!("i32.const {} f32.reinterpret_i32 ", *bits as u32),
            ValType::F64 => format!("i64.const {bits} f64.reinterpret_i64 "),
            _ => panic!("{op} has an operand of type {}", ty.name()),
        };
    }
    code + "nop " + op.row().name + " " + immediate + " nop" + if pushes.is_empty() { "" } else { " drop" }
}

/// The cheapest and the dearest way to execute an instruction of fixed type.
fn fixed(op: Op, cost: Cycles) -> Vec<Snippet> {
    let mut snippets = Vec::new();
    let mut add = |immediate: &str, operands: &[u64], cycles: u32| {
        snippets.push(snippet(op.row().name, &applied(op, immediate, operands), cycles));
    };
    let worst = cost.worst.expect("what computes has a bound");
    match (op.row().unit, extremes(op)) {
        (_, Some(Extremes { best: (_, cheap), worst: (_, dear), .. })) => {
            add("", &[cheap.0, cheap.1], cost.best);
            add("", &[dear.0, dear.1], worst);
        }
        (Unit::Load { .. } | Unit::Store { .. }, _) => {
            add("", &[8, 1], cost.best);
            add("", &[15, 1], worst);
            add("offset=16383", &[1, 1], cost.best);
        }
        _ => {
            let immediate = if op.row().name.ends_with("const") { "5" } else { "" };
            add(immediate, &[3, 2], cost.best);
            assert_eq!(worst, cost.best, "{op} has one cost");
        }
    }
    snippets
}

/// Instructions whose type depends on where they stand, in every way that the cycle table tells apart.
fn special() -> Vec<(Op, Snippet)> {
    let one = "i32.const 1 ";
    let two = "i32.const 1 i32.const 2 ";
    let rows: &[(Op, &str, u32)] = &[
        (Op::Nop, "nop nop", 0),
        (Op::Block, "nop block nop end", 1),
        (Op::Loop, "nop loop nop end", 1),
        (Op::If, "i32.const 1 nop if nop end", 1),
        (Op::If, "i32.const 0 nop if end nop", 4),
        (Op::Else, "i32.const 1 if nop else end nop", 1),
        (Op::End, "block nop end nop", 1),
        (Op::End, "call $end nop", 4),
        (Op::End, "call $r1 nop drop", 4),
        (Op::End, "call $low nop drop", 4),
        (Op::End, "call $r2 nop drop drop", 9 + 4),
        (Op::End, "call $r3 nop drop drop drop", 9 + 6),
        (Op::Return, "call $return nop", 4),
        (Op::Return, "call $return2 nop drop drop", 9 + 4),
        (Op::Br, "block nop br 0 end nop", 1),
        (Op::Br, "block i32.const 1 nop br 0 end nop", 9),
        (Op::Br, "block i32.const 1 i32.const 2 nop br 0 end nop", 9),
        (Op::Br, "block (result i32) i32.const 1 i32.const 2 nop br 0 end nop drop", 9 + 2),
        (Op::Br, "call $br nop", 4),
        (Op::BrIf, "block i32.const 1 nop br_if 0 end nop", 4),
        (Op::BrIf, "i32.const 0 block (param i32) nop br_if 0 nop end", 1),
        (Op::BrIf, "loop i32.const 0 nop br_if 0 nop end", 4),
        (Op::BrIf, "block i32.const 5 i32.const 1 nop br_if 0 drop end nop", 10),
        (Op::BrIf, "block i32.const 5 i32.const 0 nop br_if 0 nop drop end", 2),
        // Three pairs of fences: into the loop, back to its start, out of it.
        (Op::BrIf, "i32.const 1 local.set 0 nop loop nop local.get 0 i32.const 0 local.set 0 nop br_if 0 end nop", 1),
        (Op::BrIf, "", 1),
        (Op::BrIf, "", 4 + 1),
        (Op::BrTable, "block i32.const 0 nop br_table 0 0 end nop", 4),
        (Op::BrTable, "block i32.const 1 nop br_table 0 0 end nop", 5),
        (Op::BrTable, "block i32.const 1 i32.const 0 nop br_table 0 0 end nop", 10),
        (Op::BrTable, "block i32.const 1 i32.const -1 nop br_table 0 0 end nop", 11),
        (Op::BrTable, "call $table nop", 4 + 2),
        (Op::Call, "nop call $e", 4),
        (Op::Call, "nop call $l1", 4),
        (Op::Call, "nop call $l2", 4 + 1),
        (Op::Call, "nop call $l5", 4 + 4),
        (Op::Call, "i32.const 1 nop call $p1", 4),
        (Op::Call, "i32.const 1 i32.const 2 nop call $p2", 4),
        (Op::LocalGet, "nop local.get 0 nop drop", 1),
        (Op::GlobalGet, "nop global.get 0 nop drop", 1),
        (Op::LocalSet, "i32.const 1 nop local.set 0 nop", 1),
        (Op::GlobalSet, "i32.const 1 nop global.set 0 nop", 1),
    ];
    let with = |before: &str, code: &str| format!("{before}{code}");
    let mut all: Vec<(Op, Snippet)> = rows.iter().map(|&(op, code, n)| (op, snippet(op.row().name, code, n))).collect();
    let mut add = |op: Op, code: String, cycles| all.push((op, snippet(op.row().name, &code, cycles)));
    // The group behind it takes what it leaves.
    let tee = snippet("local.tee", &with(two, "nop local.tee 0 drop nop drop"), 1);
    add(Op::Drop, with(one, "nop drop nop"), 1);
    add(Op::Select, with(two, "i32.const 1 nop select nop drop"), 2);
    add(Op::SelectTyped, with(two, "i32.const 1 nop select (result i32) nop drop"), 2);
    all.push((Op::LocalTee, Snippet { beside: 1, ..tee }));
    all
}

/// Whether an instruction of fixed type is measured with operands alone.
fn computes(op: Op) -> bool {
    matches!(op.row().signature, Signature::Fixed(..)) && op != Op::Nop && !op.is_service()
}

/// Service instructions: `$t` is a table of 4 elements that can have 10, with `$void` and `$p1` in it.
fn services() -> Vec<(Op, Snippet)> {
    let rows: &[(Op, &str, u32)] = &[
        (Op::CallIndirect, "i32.const 0 nop call_indirect $t (type $v)", 12),
        (Op::CallIndirect, "i32.const 7 i32.const 1 nop call_indirect $t (type $p)", 12),
        (Op::CallIndirect, "i32.const 2 nop call_indirect $t (type $v)", 12 + 1),
        (Op::ReturnCall, "call $tail", 9),
        (Op::ReturnCall, "i32.const 1 call $tail1", 9 + 2),
        (Op::ReturnCallIndirect, "call $tail_indirect", 16),
        (Op::ReturnCallIndirect, "i32.const 1 call $tail_indirect1", 16 + 2),
        (Op::TableGet, "i32.const 1 nop table.get $t nop drop", 11),
        (Op::TableGet, "i32.const 1 i32.const 1 nop table.get $t nop drop drop", 11),
        (Op::TableSet, "i32.const 2 ref.null func nop table.set $t nop", 11),
        (Op::TableSet, "i32.const 3 local.get 151 nop table.set $t nop", 11),
        (Op::TableSize, "nop table.size $t nop drop", 9),
        (Op::TableSize, "i32.const 1 i32.const 2 nop table.size $t nop drop drop drop", 9),
        (Op::TableGrow, "ref.null func i32.const 9999 nop table.grow $t nop drop", 12),
        (Op::TableGrow, "ref.null func i32.const 3 nop table.grow $t nop drop", 12 + 1 + 3),
        (Op::TableFill, "i32.const 3 ref.null func i32.const 0 nop table.fill $t nop", 16),
        (Op::TableFill, "i32.const 3 ref.null func i32.const 2 nop table.fill $t nop", 16 + 2),
        (Op::TableCopy, "i32.const 3 i32.const 3 i32.const 0 nop table.copy $t $t nop", 16),
        (Op::TableCopy, "i32.const 3 i32.const 3 ref.null func drop i32.const 2 nop table.copy $t $t nop", 16 + 2),
        (Op::TableCopy, "i32.const 3 i32.const 3 ref.null func drop i32.const 0 nop table.copy $t $t nop", 16),
        (Op::TableInit, "i32.const 3 i32.const 0 i32.const 1 nop table.init $t $e nop", 16 + 1),
        (Op::TableInit, "i32.const 3 i32.const 0 ref.null func drop i32.const 0 nop table.init $t $e nop", 16),
        (Op::ElemDrop, "nop elem.drop $e nop", 9),
        (Op::ElemDrop, "i32.const 1 i32.const 2 nop elem.drop $e nop drop drop", 9),
        (Op::RefNull, "nop ref.null func nop drop", 9),
        (Op::RefNull, "i32.const 1 i32.const 1 nop ref.null func nop drop drop drop", 9),
        (Op::RefIsNull, "ref.null func nop ref.is_null nop drop", 10),
        (Op::RefIsNull, "i32.const 1 local.get 151 nop ref.is_null nop drop drop", 10),
        (Op::RefFunc, "nop ref.func $void nop drop", 9),
        (Op::RefFunc, "i32.const 1 i32.const 1 nop ref.func $void nop drop drop drop", 9),
        (Op::MemorySize, "nop memory.size nop drop", 9),
        (Op::MemorySize, "i32.const 1 i32.const 1 nop memory.size nop drop drop drop", 9),
        (Op::MemoryGrow, "i32.const 9999 nop memory.grow nop drop", 12),
        (Op::MemoryGrow, "i32.const 1 i32.const 0 nop memory.grow nop drop drop", 12),
        (Op::MemoryFill, "i32.const 3 i32.const 3 i32.const 5 nop memory.fill nop", 16 + 2),
        (Op::MemoryFill, "i32.const 4 i32.const 3 i32.const 9 nop memory.fill nop", 16 + 3),
        (Op::MemoryFill, "i32.const 4 i32.const 3 ref.null func drop i32.const 0 nop memory.fill nop", 16),
        (Op::MemoryCopy, "i32.const 3 i32.const 1 i32.const 5 nop memory.copy nop", 16 + 5),
        (Op::MemoryCopy, "i32.const 16 i32.const 4 i32.const 9 nop memory.copy nop", 16 + 3),
        (Op::MemoryCopy, "i32.const 4 i32.const 3 ref.null func drop i32.const 0 nop memory.copy nop", 16),
        (Op::MemoryInit, "i32.const 3 i32.const 1 i32.const 2 nop memory.init $d nop", 16 + 2),
        (Op::MemoryInit, "i32.const 4 i32.const 3 ref.null func drop i32.const 0 nop memory.init $d nop", 16),
        (Op::DataDrop, "nop data.drop $d nop", 9),
        (Op::DataDrop, "i32.const 1 i32.const 2 nop data.drop $d nop drop drop", 9),
    ];
    rows.iter().map(|&(op, code, cycles)| (op, snippet(op.row().name, code, cycles))).collect()
}

/// What comes on top, as docs/cycles.md says.
fn surcharges() -> Vec<Snippet> {
    let rows = [
        ("a copy left on the stack and taken", "i32.const 1 local.tee 0 nop drop nop", 1),
        ("a copy left on the stack", "i32.const 1 nop local.tee 0 nop drop", 1 + 1),
        ("a copy left on the stack over a call", "i32.const 1 nop local.tee 0 call $e drop", 1 + 1 + 4),
        ("a load and its use", "i32.const 8 nop i32.load drop nop", 1 + 1 + 1),
        ("a load of two passes and its use", "i32.const 15 nop i32.load drop nop", 2 + 1 + 1),
        ("a load and its use later", "i32.const 8 nop i32.load block (param i32) drop end nop", 1 + 1 + 1 + 1),
        ("a load from what was just stored", "i32.const 8 i32.const 8 i32.const 1 nop i32.store i32.load nop drop", 3),
        ("a result and its use", "nop i32.const 1 local.set 0 local.get 0 drop nop", 4),
        ("an index of two bytes", "nop local.get 149 nop drop", 1 + 1),
        ("an offset of three bytes", "i32.const 0 nop i32.load offset=16384 nop drop", 1 + 1),
        ("a short constant of 32 bits", "nop i32.const 2147483647 nop drop", 1),
        ("a short constant of 64 bits", "nop i64.const 134217727 nop drop", 1),
        ("a constant of 5 bytes", "nop i64.const 134217728 nop drop", 1 + 1),
        ("a constant of 7 bytes", "nop i64.const 281474976710655 nop drop", 1 + 1),
        ("a constant of 8 bytes", "nop i64.const 281474976710656 nop drop", 1 + 3),
        ("a constant of 10 bytes", "nop i64.const 9223372036854775807 nop drop", 1 + 3),
    ];
    rows.iter().map(|&(what, code, cycles)| snippet(what, code, cycles)).collect()
}

#[test]
fn every_instruction_takes_the_cycles_stated() {
    let mut all = special();
    all.extend(services());
    for row in TABLE.iter().filter(|row| computes(row.op)) {
        let Some(cost) = cycles(row.op) else { continue };
        all.extend(fixed(row.op, cost).into_iter().map(|s| (row.op, s)));
    }
    let mut measured: BTreeMap<Op, (u32, u32)> = BTreeMap::new();
    for (op, snippet) in all.iter().filter(|(op, _)| *op != Op::Nop) {
        let (least, most) = measured.entry(*op).or_insert((u32::MAX, 0));
        (*least, *most) = ((*least).min(snippet.cycles), (*most).max(snippet.cycles));
    }
    for row in TABLE {
        // A fence is a `nop`; after `unreachable` there is no fence.
        let Some(cost) = cycles(row.op).filter(|_| !matches!(row.op, Op::Nop | Op::Unreachable)) else { continue };
        let (least, most) = measured.get(&row.op).copied().unwrap_or_else(|| panic!("{} is not measured", row.name));
        assert_eq!(least, cost.best, "{} at its best", row.name);
        assert!(cost.worst.map_or(most > least, |worst| most == worst), "{} at its worst: {most}", row.name);
    }
    let mut snippets: Vec<Snippet> = all.into_iter().map(|(_, snippet)| snippet).collect();
    snippets.extend(surcharges());
    measure(&snippets);
}

#[test]
fn the_gate_lets_through_what_has_a_cost() {
    for row in TABLE {
        assert_eq!(
            Capabilities::of_plan(&boards::SIM_LARGE).supports(row.op),
            cycles(row.op).is_some(),
            "{}",
            row.name
        );
    }
}
