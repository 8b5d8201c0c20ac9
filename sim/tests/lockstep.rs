//! The checker finds every difference that is put in on purpose, and none where there is none. The hardware's part is
//! played by a second golden model, so that these tests need no engine.

mod common;

use boards::ALCHITRY_CU as PLAN;
use common::ModelEngine;
use hdl::signals::retire::FIELDS;
use isa::module::Module;
use isa::outcome::{Stop, Trap};
use isa::types::{ValType, Value};
use sim::engine::{Engine, Sample};
use sim::session::{Call, Ending, Job, Report, Settings, simulate};
use std::path::PathBuf;

/// Calls, both widths, locals, a global, memory and a trap if the argument is 0.
const TEXT: &str = r#"(module
  (memory 1) (global $g (mut i64) (i64.const 5))
  (func $square (param i32) (result i32) (local i64)
    (local.set 1 (i64.extend_i32_u (local.get 0)))
    (i64.store offset=8 (i32.const 16) (local.get 1))
    (global.set $g (i64.add (global.get $g) (i64.load offset=8 (i32.const 16))))
    (i32.mul (local.get 0) (local.get 0)))
  (func (export "run") (param i32) (result i32) (local i32)
    (loop
      (local.set 1 (i32.add (local.get 1) (call $square (local.get 0))))
      (drop (i32.div_u (i32.const 7) (local.get 0)))
      (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (local.get 1)))"#;

type Alter = fn(&mut Sample);

fn simulate_with(text: &str, arg: u64, vcd: Option<PathBuf>, engine: impl Fn(&Module) -> ModelEngine) -> Report {
    let module = firmware_loader::parse_text(text).unwrap();
    let image = firmware_loader::image(&module, &sim::load::target(&PLAN)).unwrap();
    let open = |_| -> sim::Result<Box<dyn Engine>> { Ok(Box::new(engine(&module))) };
    let args = [Value { ty: ValType::I32, bits: arg }];
    let function = module.exported_function("run").unwrap();
    let job =
        Job { module: &module, image: &image, plan: &PLAN, call: Some(Call { function, args: &args }), open: &open };
    simulate(&job, &mut Settings { difference_vcd: vcd, ..Settings::checked() }).unwrap()
}

fn run(arg: u64, alter: Alter) -> Report {
    simulate_with(TEXT, arg, None, |module| {
        let mut engine = ModelEngine::new(module, &PLAN);
        engine.alter = Box::new(alter);
        engine
    })
}

#[test]
fn agreement_is_reported_with_its_count() {
    let report = run(3, |_| ());
    assert_eq!(report.ending, Ending::Returned(vec![Value { ty: ValType::I32, bits: 14 }]));
    assert_eq!(report.checked, Some(report.instructions));
    assert!(report.instructions > 70, "{report:?}");
}

#[test]
fn traps_are_compared_too() {
    let report = run(0, |_| ());
    assert!(matches!(report.ending, Ending::Stopped(Stop::Trap(Trap::DivideByZero), Some(_))), "{report:?}");
    assert_eq!(report.checked, Some(report.instructions));
}

#[test]
fn groups_are_compared_by_their_net_effect() {
    let folded = |module: &Module| {
        let mut engine = ModelEngine::new(module, &PLAN);
        engine.fold = true;
        engine
    };
    let (single, report) = (run(3, |_| ()), simulate_with(TEXT, 3, None, folded));
    assert_eq!((&report.ending, report.checked), (&single.ending, single.checked));
    assert!(report.cycles < single.cycles);
    assert_eq!(simulate_with(TEXT, 0, None, folded).ending, run(0, |_| ()).ending);
    let wrong = simulate_with(TEXT, 3, None, |module| {
        let mut engine = folded(module);
        engine.alter = Box::new(|s| s.value ^= u64::from(s.op == 0x6a));
        engine
    });
    assert!(matches!(wrong.ending, Ending::Different(..)));
}

#[test]
fn every_field_of_a_retired_group_is_compared() {
    let alterations: &[(&str, Alter)] = &[
        ("the code address", |s| s.pc += u32::from(s.cycle == 20)),
        ("the opcode", |s| s.op ^= u8::from(s.cycle == 20)),
        ("the value pushed", |s| s.value ^= u64::from(s.cycle > 20 && s.push) << 31),
        ("the value pushed", |s| s.value ^= u64::from(s.op == 0x7c) << 32),
        ("the value pushed", |s| s.push = false),
        ("the write to a local or global", |s| s.slot += u32::from(s.op == 0x24)),
        ("the write to a local or global", |s| s.value ^= u64::from(s.op == 0x24) << 63),
        ("the write to a local or global", |s| s.write = false),
        ("the access to linear memory", |s| s.address += u32::from(s.store)),
        ("the access to linear memory", |s| s.data ^= u64::from(s.memory) << 63),
        ("the access to linear memory", |s| s.bytes ^= 12 * u8::from(s.memory)),
        ("the access to linear memory", |s| s.store = false),
        ("the height of the value stack", |s| s.height += u32::from(s.cycle == 20)),
        ("a group without instructions", |s| s.count -= u8::from(s.cycle == 20)),
        // The first sum is what the function has returned.
        ("the height of the value stack", |s| s.count += u8::from(s.op == 0x0b)),
    ];
    for (i, (what, alter)) in alterations.iter().enumerate() {
        let Ending::Different(difference, None) = run(3, *alter).ending else { panic!("alteration {i} was not found") };
        assert_eq!(difference.what, *what, "alteration {i}");
    }
}

#[test]
fn every_field_of_the_retire_port_is_compared() {
    for (i, field) in FIELDS.iter().enumerate() {
        let report = simulate_with(TEXT, 3, None, |module| {
            let mut engine = ModelEngine::new(module, &PLAN);
            engine.alter = Box::new(move |sample| {
                let mut values = sample.fields();
                values[i] ^= 1;
                *sample = Sample::new(sample.cycle, values);
            });
            engine
        });
        assert!(matches!(report.ending, Ending::Different(..)), "{} is not compared", field.name);
    }
}

#[test]
fn the_upper_half_of_a_narrow_value_has_no_meaning() {
    let report = run(3, |s| {
        if matches!(s.op, 0x41 | 0x6a..=0x6c) {
            s.value |= 0xabcd << 32
        }
    });
    assert!(matches!(report.ending, Ending::Returned(_)), "{report:?}");
}

#[test]
fn linear_memory_is_compared_at_the_end() {
    let wrong_at = |word: u32, slow| {
        simulate_with(TEXT, 3, None, |module| {
            let mut engine = ModelEngine::new(module, &PLAN);
            engine.slow = slow;
            engine.alter_memory = Box::new(move |at| u64::from(at == word) << 8);
            engine
        })
    };
    let found = |report: Report, place: &str| {
        let Ending::Different(difference, _) = report.ending else { panic!("not found") };
        assert!(difference.what.contains(place), "{difference}");
    };
    found(wrong_at(100, false), "linear memory at address 0x190");
    found(wrong_at(6, false), "linear memory at address 0x18");
    // A slow engine is asked only for what the call changes: here a block of 512 bytes that it takes.
    found(wrong_at(6, true), "linear memory at address 0x18");
    assert!(matches!(wrong_at(200, true).ending, Ending::Returned(_)));
}

#[test]
fn a_difference_names_its_place_and_leaves_waves() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("waves.vcd");
    let report = simulate_with(TEXT, 3, Some(path.clone()), |module| {
        let mut engine = ModelEngine::new(module, &PLAN);
        engine.alter = Box::new(|s| s.data ^= u64::from(s.store));
        engine
    });
    let Ending::Different(difference, waves) = report.ending else { panic!("not found") };
    let text = difference.to_string();
    for part in ["square", "byte ", "i64.store offset=8 align=8", "stores 0x2", "stores 0x3", "cycle"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(waves, Some(path.clone()));
    let waves = std::fs::read_to_string(path).unwrap();
    for part in ["$var wire 18", " pc $end", "instruction", "function", "#10\n", "$scope module port $end"] {
        assert!(waves.contains(part), "{part}: {waves}");
    }
}

#[test]
fn the_start_function_runs_first_and_is_checked() {
    let text = r#"(module (global $g (mut i32) (i32.const 1)) (func $s (global.set $g (i32.const 40))) (start $s)
        (func (export "run") (param i32) (result i32) (i32.add (local.get 0) (global.get $g))))"#;
    let report = simulate_with(text, 2, None, |module| ModelEngine::new(module, &PLAN));
    assert_eq!(report.ending, Ending::Returned(vec![Value { ty: ValType::I32, bits: 42 }]));
    assert_eq!(report.checked, Some(report.instructions + 3));
}
