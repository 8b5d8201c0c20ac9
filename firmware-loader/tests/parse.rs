//! What a parsed module holds.

use firmware_loader::{parse, parse_text};
use isa::module::*;
use isa::types::*;

const EVERYTHING: &str = r#"(module $all
    (type (func (param i32 i64) (result i64)))
    (import "env" "log" (func $log (param i32)))
    (import "env" "base" (global i32))
    (table 3 7 funcref)
    (memory 1 (pagesize 1))
    (global $g (mut i64) (i64.const -5))
    (global f32 (f32.const 1.5))
    (func $first (type 0) (local i32 i32) (local f64) local.get 1)
    (func (export "second") call $first_again)
    (func $first_again)
    (export "m" (memory 0))
    (start $first_again)
    (elem (i32.const 1) func $first $log)
    (elem funcref (ref.null func) (ref.func $first))
    (data (offset (i32.add (global.get 0) (i32.const 2))) "ab")
    (data "passive"))"#;

#[test]
fn every_section_arrives() {
    let bytes = wat::parse_str(EVERYTHING).unwrap();
    let module = parse(&bytes).unwrap();
    assert_eq!(module.name.as_deref(), Some("all"));
    assert_eq!(module.types[0], FuncType { params: vec![ValType::I32, ValType::I64], results: vec![ValType::I64] });
    assert_eq!((module.imports[0].module.as_str(), module.imports[0].name.as_str()), ("env", "log"));
    assert_eq!(module.tables[0].ty.limits, Limits { min: 3, max: Some(7) });
    assert_eq!(module.memories[0], MemoryType { limits: Limits { min: 1, max: None }, page_log2: 0 });
    let minus_five = Value { ty: ValType::I64, bits: -5i64 as u64 };
    assert_eq!(module.globals[0].init, ConstExpr(vec![ConstOp::Const(minus_five)]));
    assert_eq!(module.start, Some(3));
    assert_eq!(module.exported_function("second"), Some(2));
    assert_eq!(module.elements[0].items[0], ConstExpr(vec![ConstOp::RefFunc(1)]));
    let null = Value { ty: ValType::FuncRef, bits: NULL_REF };
    assert_eq!(module.elements[1].items[0], ConstExpr(vec![ConstOp::Const(null)]));
    let SegmentMode::Active(0, offset) = &module.data[0].mode else { panic!("not active") };
    let two = Value { ty: ValType::I32, bits: 2 };
    assert_eq!(offset.0, [ConstOp::GlobalGet(0), ConstOp::Const(two), ConstOp::Add(ValType::I32)]);
    assert_eq!(module.data[1].bytes, b"passive");
}

#[test]
fn code_addresses_point_at_the_bodies() {
    let bytes = wat::parse_str(EVERYTHING).unwrap();
    let module = parse(&bytes).unwrap();
    let at = module.code_offset as usize;
    assert_eq!(bytes[at..at + module.code.len()], module.code);
    assert_eq!(bytes[at - 1], 3, "the count stands before the code");
    let first = &module.functions[0];
    assert_eq!(first.locals, [(2, ValType::I32), (1, ValType::F64)]);
    assert_eq!(first.name.as_deref(), Some("first"));
    assert_eq!(module.functions[1].name, None);
    assert_eq!(module.code[first.entry as usize..first.end as usize], [0x20, 1, 0x0b]);
    let second = &module.functions[1];
    assert_eq!(module.code[second.entry as usize..second.end as usize], [0x10, 3, 0x0b]);
    assert_eq!(module.functions[2].end as usize, module.code.len());
    assert_eq!(module.function_at(second.entry), Some(2));
}

#[test]
fn the_empty_module_is_a_module() {
    let module = parse_text("(module)").unwrap();
    assert!(module.functions.is_empty() && module.code.is_empty());
}
