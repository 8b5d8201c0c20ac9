//! Images and the gate in front of them.

mod random;

use firmware_loader::gate::{self, Strictness};
use firmware_loader::{Error, Kind, Target, fit, image, parse_text};
use isa::capabilities::Capabilities;
use isa::group::{Policy, form};
use isa::image::{Descriptor, FunctionEntry, Image, Layout, Resource, Segment};
use isa::initial::{Bindings, type_numbers};
use isa::millicode;
use isa::module::Module;
use isa::op::{Op, TABLE, Unit};
use isa::outcome::Trap;
use isa::plan::{CorePlan, LinearMemory, Sizes};

const CU: Target<'_> =
    Target { plan: &boards::ALCHITRY_CU, policy: Policy::Fold { float: false }, plans: boards::PLANS };

/// The same with memory from address 0 on, not in blocks.
const FLAT: CorePlan =
    CorePlan { sizes: Sizes { block_log2: None, ..boards::ALCHITRY_CU.sizes }, ..boards::ALCHITRY_CU };

fn built(text: &str) -> Result<Image, Error> {
    image(&parse_text(text).unwrap(), &CU)
}

fn refused(text: &str, kind: Kind, parts: &[&str]) {
    let error = built(text).expect_err("must be refused");
    assert_eq!(error.kind, kind, "{error}");
    for part in parts {
        assert!(error.to_string().contains(part), "`{part}` is not in `{error}`");
    }
}

#[test]
fn an_image_holds_the_state_after_instantiation() {
    let image = built(
        "(module (memory 600 700 (pagesize 1))
            (global i32 (i32.const -1)) (global (mut i64) (i64.const -2)) (global f32 (f32.const 1))
            (func (param i32) (result i64) (local i32 i64) i64.const 1)
            (func $go i32.const 1 i32.const 2 i32.add drop)
            (start $go)
            (data (i32.const 10) \"xyz\") (data (i32.const 600) \"\") (data \"passive\"))",
    )
    .unwrap();
    assert_eq!(image.slots, [0xffff_ffff, -2i64 as u64, 0x3f80_0000]);
    assert_eq!(image.start, Some(1));
    let entry = image.functions[0];
    let expected = FunctionEntry { first_branch: 0, params: 1, locals: 2, frame: 4, results: 1, ..entry };
    assert_eq!(entry, expected);
    assert_eq!((image.functions[1].first_branch, image.functions[1].frame), (1, 2));
    assert_eq!((image.memory.bytes, image.memory.max_bytes, image.memory.page_log2), (600, 700, 0));
    assert_eq!(image.memory.segments, [Segment { address: 10, bytes: b"xyz".to_vec() }]);
}

#[test]
fn declared_memory_beyond_the_board_is_no_error() {
    let image = built("(module (memory 40) (data (i32.const 8) \"abc\"))").unwrap();
    assert_eq!((image.memory.bytes, image.memory.max_bytes), (40 << 16, 1 << 32));
    let none = built("(module)").unwrap();
    assert_eq!((none.memory.bytes, none.memory.max_bytes), (0, 0));
}

#[test]
fn segments_beyond_the_declaration_trap_and_beyond_the_board_do_not_fit() {
    let memory = Kind::Trap(Trap::OutOfBoundsMemory);
    refused("(module (memory 1) (data (i32.const 65535) \"ab\"))", memory, &["out of bounds memory access"]);
    refused("(module (memory 1) (data (i32.const 65537) \"\"))", memory, &["data segment 0"]);
    refused("(module (memory 1) (data (i32.const -1) \"ab\"))", memory, &[]);
    let table = Kind::Trap(Trap::OutOfBoundsTable);
    refused("(module (table 1 funcref) (func $f) (elem (i32.const 1) $f))", table, &["element segment 0"]);
    let bytes = FLAT.memory_bytes();
    let module = parse_text(&format!("(module (memory 1) (data (i32.const {bytes}) \"ab\"))")).unwrap();
    let error = image(&module, &Target { plan: &FLAT, ..CU }).expect_err("must be refused");
    assert_eq!(error.kind, Kind::Limit);
    let needed = format!("{} bytes of memory for data segments needed, {bytes} available", bytes + 2);
    assert!(error.to_string().contains(&needed) && error.to_string().contains("large enough: sim-large"), "{error}");
}

/// Data in a pool of 16 blocks: wherever they lie, but for what the host does not reach.
#[test]
fn data_segments_take_blocks_where_memory_is_a_pool() {
    let target = Target::of_plan(&boards::ICEBREAKER, boards::PLANS);
    let image = |text: &str| image(&parse_text(text).unwrap(), &target);
    let segments = |n: u32| (0..n).map(|i| format!("(data (i32.const {}) \"a\")", i * 0x1f000)).collect::<String>();
    assert!(image(&format!("(module (memory 512) {})", segments(16))).is_ok());
    let error = image(&format!("(module (memory 512) {})", segments(17))).expect_err("too many").to_string();
    assert!(error.contains("17 blocks of memory for data segments needed, 16 available"), "{error}");
    // One over two blocks, one beside it.
    let two = image("(module (memory 1) (data (i32.const 4095) \"ab\") (data (i32.const 8191) \"c\"))").unwrap();
    assert_eq!(two.needed(Resource::Blocks, &boards::ICEBREAKER), 2);
    assert!(image("(module (memory 513) (data (i32.const 0x1ffffff) \"a\"))").is_ok());
    let error = image("(module (memory 513) (data (i32.const 0x1ffffff) \"ab\"))").expect_err("far").to_string();
    assert!(error.contains("33554433 bytes of memory up to the end of data segments needed"), "{error}");
}

#[test]
fn every_limit_is_checked_at_its_edge() {
    let many = |n: usize, what: &str| what.repeat(n);
    // 2 bytes a body without locals plus the size byte: 3 bytes a function, 1 entry each.
    let functions = |n| format!("(module {})", many(n, "(func)"));
    assert!(built(&functions(128)).is_ok());
    refused(&functions(129), Kind::Limit, &["129 functions needed, 128 available", "sim-large"]);
    // Size in 2 bytes, no locals, `end`.
    let code = |n| format!("(module (func {}))", many(n, "nop "));
    let bytes = boards::ALCHITRY_CU.code_bytes() as usize;
    assert!(built(&code(bytes - 4)).is_ok());
    let (needed, available) = (format!("{} bytes of code", bytes + 1), format!("{bytes} available"));
    refused(&code(bytes - 3), Kind::Limit, &[&needed, &available]);
    let branches = |n| format!("(module (func {}))", many(n, "br 0 "));
    assert!(built(&branches(255)).is_ok());
    refused(&branches(256), Kind::Limit, &["257 branch entries"]);
    let stack = |n| format!("(module (global i32 (i32.const 0)) (func (local {}) i32.const 0 drop))", many(n, "i32 "));
    assert!(built(&stack(254)).is_ok());
    refused(&stack(255), Kind::Limit, &["257 value-stack slots", "256 available"]);
    // Without globals a frame of all slots is one too large for its field.
    let locals = |n| format!("(module (func (local {})))", many(n, "i32 "));
    assert!(built(&locals(255)).is_ok());
    refused(&locals(256), Kind::Limit, &["257 value-stack slots"]);
}

#[test]
fn all_exceeded_limits_are_named_and_no_plan_that_is_too_small() {
    let text = format!("(module (func {}) {})", "br 0 ".repeat(40_000), "(func)".repeat(200));
    refused(&text, Kind::Limit, &["bytes of code", "40201 branch entries", "201 functions", "large enough: sim-large"]);
    let text = format!("(module (func {}))", "nop ".repeat(1_100_000));
    refused(&text, Kind::Limit, &["no plan is large enough"]);
}

#[test]
fn what_fits_packs_and_comes_back() {
    let text = format!("(module (func (local {}) (block {})))", "i64 ".repeat(200), "br 0 ".repeat(200));
    let image = built(&text).unwrap();
    for entry in &image.branches {
        assert_eq!(isa::branch::BranchEntry::unpack(entry.pack(CU.plan), CU.plan), *entry);
    }
    for entry in &image.functions {
        assert_eq!(FunctionEntry::unpack(entry.pack(CU.plan), CU.plan), FunctionEntry { results: 0, ..*entry });
    }
}

/// Walks the code of every function by leads alone, as fetch does, and compares with the groups.
#[test]
fn leads_and_marks_lead_through_every_function() {
    let mut groups_seen = 0;
    random::modules(5, 400, |_, module| {
        for policy in [Policy::Single, Policy::Fold { float: true }] {
            // Imported globals, say, or segments that do not fit.
            let Ok(image) = Image::unchecked(module, &Bindings::default(), CU.plan, policy) else { continue };
            let plan = isa::branch_plan::plan(module, &type_numbers(module)).unwrap();
            // Those of millicode come last.
            let first = module.imported_functions().count();
            let entries = &image.functions[first..][..module.functions.len()];
            for ((function, own), entry) in module.functions.iter().zip(&plan.functions).zip(entries) {
                let mut groups = Vec::new();
                form(&module.code, function.entry, function.end, &own.leaders, policy, &mut groups).unwrap();
                let (mut pc, mut lead) = (entry.entry, entry.lead);
                for group in &groups {
                    assert_eq!((pc, lead), (group.pc, group.lead()));
                    for k in 1..group.len {
                        assert_eq!(image.marks[(pc + k) as usize], group.roles[k as usize] as u8);
                    }
                    lead = image.marks[pc as usize];
                    // After a `br_table` nothing falls through: its labels stand in no group.
                    pc = groups.iter().map(|g| g.pc).find(|&next| next > pc).unwrap_or(function.end);
                }
                for entry in image.branches.iter().filter(|e| own.leaders.contains(&e.target) && !e.returns) {
                    let group = groups.iter().find(|g| g.pc == entry.target).expect("a leader begins a group");
                    assert_eq!(entry.lead, group.lead());
                }
                groups_seen += groups.len();
            }
        }
    });
    assert!(groups_seen > 50_000, "only {groups_seen} groups");
}

#[test]
fn needs_are_those_of_the_module() {
    let image = built("(module (global i32 (i32.const 0)) (func (param i32)) (func))").unwrap();
    let needed: Vec<u64> = Resource::ALL.iter().map(|&r| image.needed(r, CU.plan)).collect();
    // Labels: a global, 16 limits, two types, two functions, the slot that makes it even, two for the body.
    assert_eq!(needed, [6, 2, 8 + 2 * 8, 2, 2, 24, 0, 0, 0, 0]);
}

/// 2,048 bytes of code are room for the program, but not for divisions and roots of floats beside it.
fn crowded() -> Module {
    let code = "(drop (i32.const 1)) ".repeat(500);
    parse_text(&format!(
        "(module (func (export \"f\") {code})
            (func $area (param f64) (result f64) local.get 0 local.get 0 f64.div f64.sqrt))"
    ))
    .unwrap()
}

#[test]
fn millicode_that_does_not_fit_is_left_out_or_refused() {
    let module = crowded();
    let made = |strictness| gate::hosted_image(&module, &CU, |_| false, strictness);
    let image = made(Strictness::Lenient).unwrap();
    assert_eq!(image.absent().collect::<Vec<_>>(), [Op::F64Sqrt, Op::F64Div]);
    assert!(image.millicode_bytes() < 16);
    let error = made(Strictness::Strict).unwrap_err();
    assert_eq!(error.kind, Kind::Limit);
    assert!(error.to_string().contains("bytes of code needed, 2048 available"), "{error}");
    let notes = fit::notes(&module, &CU, &|_| false);
    let parts = ["`f64.sqrt`", "and 1 other", "function `area`", "do not fit", "fixed-point"];
    assert!(parts.iter().all(|part| notes[0].contains(part)), "{notes:?}");
}

#[test]
fn float_arithmetic_is_left_out_first() {
    let fill = "(drop (i32.const 1))".repeat(500);
    let module = firmware_loader::parse_text(&format!(
        "(module (memory 1) (func {fill}) (func (export \"run\") (param f64) (result f64)
            (drop (memory.size)) (f64.sqrt (f64.div (local.get 0) (f64.const 2)))))"
    ))
    .unwrap();
    let image = gate::hosted_image(&module, &CU, |_| false, Strictness::Lenient).unwrap();
    assert_eq!(image.absent().collect::<Vec<_>>(), [Op::F64Sqrt, Op::F64Div]);
    let present: Vec<_> = image.routines.iter().filter(|routine| !routine.absent).map(|routine| routine.op).collect();
    assert_eq!(present, [Op::MemorySize]);
}

#[test]
fn instructions_without_a_unit_have_functions_behind_the_modules_own() {
    let text = "(module (memory 1) (table 2 funcref) (elem (i32.const 0) func $f)
        (func $f) (func (drop (memory.grow (i32.const 1))) (call_indirect (i32.const 0))))";
    let image = built(text).unwrap();
    let ops: Vec<_> = image.routines.iter().map(|routine| routine.op).collect();
    assert_eq!(ops, [Op::CallIndirect, Op::MemoryGrow]);
    assert_eq!(image.functions.len(), 2 + 2);
    let last = boards::ALCHITRY_CU.functions() as u32 - 1;
    for routine in &image.routines {
        // They call nothing, so that their frames are no larger.
        assert!(image.functions.contains(&routine.entry));
        assert!(routine.entry.entry >= image.layout.library);
        assert_eq!(Some(last - routine.index(&boards::ALCHITRY_CU)), millicode::number(routine.op));
    }
    // The size of the memory, the table, no segments, two elements.
    let layout = &image.layout;
    assert_eq!((layout.globals, layout.memory_bytes, layout.tables, layout.base), (0, Some(0), 1, 1 + 2 + 2));
    assert_eq!(image.slots[0], 65536);
}

#[test]
fn numbers_of_millicode_are_distinct() {
    let ops = TABLE.iter().filter(|row| millicode::number(row.op).is_some());
    let mut numbers: Vec<_> = ops.filter_map(|row| millicode::number(row.op)).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (0..millicode::NUMBERS).collect::<Vec<_>>());
    assert_eq!(numbers.len(), 85);
}

#[test]
fn tables_and_passive_segments_have_slots_and_memory() {
    let plan = CorePlan { memory: LinearMemory::DualPort { service: true }, ..FLAT };
    let module = parse_text(
        "(module (memory 100 (pagesize 1)) (global i64 (i64.const 5)) (type (func (result i32))) (type (func))
            (table 3 funcref) (elem (i32.const 1) func $f) (elem funcref (ref.func $g) (ref.null func))
            (data \"abc\") (data (i32.const 4) \"d\") (data \"fg\")
            (func $f (type 1)) (func $g (type 0) (table.copy (i32.const 0) (i32.const 0) (i32.const 0)) i32.const 1))",
    )
    .unwrap();
    let image = image(&module, &Target { plan: &plan, ..CU }).unwrap();
    let Layout { globals, tables, elements, data, base, window, .. } = image.layout;
    let end = boards::ALCHITRY_CU.memory_bytes() as u32;
    assert_eq!((globals, tables, elements, data, base, window), (1, 1, 2, 4, 12, u64::from(end) - 8));
    let table = |base, capacity, size| Descriptor { base, capacity, size }.of_slots();
    let bytes = |base, size| Descriptor { base, capacity: 0, size }.of_bytes();
    let expected = [
        5,
        table(7, 3, 3),
        table(10, 0, 0),
        table(10, 0, 2),
        bytes(end - 8, 3),
        bytes(end - 5, 0),
        bytes(end - 5, 2),
        // The table, then the second segment: index + 1, and the number of the type above.
        0,
        1 | 1 << 32,
        0,
        2,
        0,
    ];
    assert_eq!(image.slots, expected);
    let passive = [(end - 8, b"abc".to_vec()), (end - 5, b"fg".to_vec())];
    assert_eq!(image.passive, passive.map(|(address, bytes)| Segment { address, bytes }));
}

#[test]
fn passive_data_lie_in_slots_where_millicode_reads_them() {
    let text = "(module (memory 1) (table 3 funcref) (elem func $f) (data \"abcdefghi\") (data \"j\")
        (func $f (drop (table.size 0)) (memory.init 0 (i32.const 0) (i32.const 0) (i32.const 0))))";
    let image = image(&parse_text(text).unwrap(), &Target::of_plan(&boards::ICEBREAKER, boards::PLANS)).unwrap();
    let Layout { tables, elements, data, base, window, .. } = image.layout;
    // The memory's size; a table and its elements, two element segments, two data segments and their bytes.
    assert_eq!((tables, elements, data, base), (1, 2, 3, 1 + 1 + 1 + 2 + 3 + 1 + 2 + 1));
    assert_eq!((window, image.passive.len()), (1 << 32, 0));
    let of_bytes = |base, size| Descriptor { base, capacity: 0, size }.of_bytes();
    assert_eq!(image.slots[data as usize..][..2], [of_bytes(9, 9), of_bytes(11, 1)]);
    assert_eq!(image.slots[9..12], [u64::from_le_bytes(*b"abcdefgh"), u64::from(b'i'), u64::from(b'j')]);
}

#[test]
fn moving_floats_is_supported() {
    let text = "(module (memory 1) (global (mut f64) (f64.const 0)) (func (param f32) (result i32) (local f64)
        (local.set 1 (global.get 0)) (f64.store (i32.const 0) (local.get 1))
        (drop (f32.load (i32.const 0))) (i32.reinterpret_f32 (local.get 0))))";
    assert!(built(text).is_ok());
}

#[test]
fn imports_are_refused_by_name() {
    for kind in ["(func)", "(global i32)", "(memory 1)", "(table 1 funcref)"] {
        let text = format!("(module (import \"env\" \"thing\" {kind}))");
        refused(&text, Kind::Unsupported, &["`thing`", "`env`", "without imports"]);
    }
}

#[test]
fn capabilities_cover_the_table() {
    let none = Capabilities::NONE;
    let all = Capabilities::ALL;
    for row in TABLE {
        assert_eq!(all.supports(row.op), row.unit != Unit::Privileged, "{}", row.name);
        let beyond = row.unit == Unit::Float || row.op.is_service() && row.op != Op::ReturnCall;
        assert_eq!(none.supports(row.op), !beyond, "{}", row.name);
    }
}
