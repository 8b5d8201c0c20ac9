//! What command lines say a program gets.

use super::*;
use clap::Parser;
use firmware_loader::interrupt::Interrupt;
use firmware_loader::wasi::options::Grants;
use isa::outcome::{Exhausted, Stop};
use std::path::Path;
use std::time::Duration;

#[derive(Parser)]
struct CommandLine {
    #[command(flatten)]
    grants: Grants,
}

const MODULE: &str = r#"(module
    (import "wasi_unstable" "random_get" (func (param i32 i32) (result i32)))
    (import "wasi_unstable" "clock_time_get" (func (param i32 i64 i32) (result i32)))
    (import "env" "abort" (func (param i32 i32 i32 i32)))
    (import "env" "other" (func)))"#;

fn grants(options: &[&str]) -> Grants {
    CommandLine::try_parse_from([&["program"], options].concat()).unwrap_or_else(|error| panic!("{error}")).grants
}

/// The memory after calls of the first two functions.
fn memory(options: &[&str]) -> Vec<u8> {
    let module = parse_text(MODULE).unwrap();
    let mut host = grants(options).host(&module, Path::new("file"), &[], false, &Interrupt::default()).unwrap();
    let mut memory = Bytes(vec![0; 64]);
    let value = |bits| Value { ty: ValType::I32, bits };
    for (function, args) in [(0, &[0, 32][..]), (1, &[0, 0, 40])] {
        let args: Vec<Value> = args.iter().copied().map(value).collect();
        let Ok(reply) = host.call(function, &args, &mut memory);
        assert_eq!(reply, Reply::Results(vec![value(0)]));
    }
    memory.0
}

#[test]
fn runs_are_repeated_with_a_seed_and_a_fixed_clock() {
    let options = ["--seed", "7", "--clock", "fixed"];
    assert_eq!(memory(&options), memory(&options));
    let (seeded, other) = (memory(&options[..2]), memory(&["--seed", "8", "--clock", "fixed"]));
    assert_eq!(seeded[..32], memory(&options)[..32]);
    assert_ne!(seeded[40..], other[40..], "the time of this machine");
    assert_ne!(seeded[..32], other[..32]);
}

#[test]
fn stubs_are_provided_and_waits_end() {
    let module = parse_text(MODULE).unwrap();
    let provided = |options: &[&str]| {
        let grants = grants(options);
        module.imports.iter().map(|import| grants.provides(&module, import)).collect::<Vec<_>>()
    };
    assert_eq!(provided(&[]), [true, true, false, false]);
    assert_eq!(provided(&["--stub", "env.abort=trap"]), [true, true, true, false]);
    assert_eq!(provided(&["--stub", "env.*=0"]), [true; 4]);
    let grants = grants(&[]);
    let over = Interrupt::after(Some(Duration::ZERO));
    let mut host = grants.host(&module, Path::new("file"), &[], false, &over).unwrap();
    let Ok(reply) = host.call(0, &[], &mut Bytes(Vec::new()));
    assert_eq!(reply, Reply::Stop(Stop::Exhausted(Exhausted::Time)));
}
