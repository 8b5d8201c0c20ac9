//! The kernels in `tests/kernels`: small programs with `run(n: i32) -> i32`.

use isa::instr::instructions;
use isa::module::Module;
use isa::op::Unit;
use isa::types::{ValType, Value};
use std::path::PathBuf;

/// A program with one argument and what it has to return.
pub struct Kernel {
    pub name: String,
    pub module: Module,
    pub argument: Value,
    pub expected: Value,
}

impl Kernel {
    /// Whether it has float arithmetic.
    pub fn float(&self) -> bool {
        let mut instructions =
            self.module.functions.iter().flat_map(|f| instructions(&self.module.code, f.entry, f.end));
        instructions.any(|instr| instr.is_ok_and(|i| i.op.row().unit == Unit::Float))
    }
}

/// All kernels, in the order of `args.txt`.
pub fn all() -> Vec<Kernel> {
    let expected = table("expected.txt");
    let kernel = |(name, argument): (String, Value)| {
        let path = directory().join(format!("{name}.wasm"));
        let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let module = firmware_loader::parse(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        let expected = expected.iter().find(|e| e.0 == name).expect("every kernel has an expected result").1;
        Kernel { name, module, argument, expected }
    };
    table("args.txt").into_iter().map(kernel).collect()
}

fn directory() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("kernels")
}

/// Lines of a name and a number.
fn table(file: &str) -> Vec<(String, Value)> {
    let text = std::fs::read_to_string(directory().join(file)).expect("the file is part of the repository");
    let row = |line: &str| {
        let (name, number) = line.split_once(' ').expect("a name and a number");
        let number: i32 = number.trim().parse().expect("a number");
        (name.into(), Value { ty: ValType::I32, bits: number as u32 as u64 })
    };
    text.lines().map(row).collect()
}
