//! The kernels in `tests/kernels`: small programs with `run(n: i32) -> i32`.

use isa::instr::instructions;
use isa::module::Module;
use isa::op::Unit;
use isa::types::{ValType, Value};
use std::path::PathBuf;

/// Which kernels are measured together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Those that native code was measured with, too.
    Basic,
    /// What else people run: hashes of 64 bits, interpreters, text, filters.
    Further,
    Float,
}

impl Group {
    fn named(name: &str) -> Option<Group> {
        match name {
            "basic" => Some(Group::Basic),
            "further" => Some(Group::Further),
            "float" => Some(Group::Float),
            _ => None,
        }
    }
}

/// A program with one argument and what it has to return.
pub struct Kernel {
    pub name: String,
    pub group: Group,
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
    let (args, expected) = (table("args.txt"), table("expected.txt"));
    let kernel = |row: &Row| {
        let name = row.name.clone();
        let path = directory().join(format!("{name}.wasm"));
        let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let module = firmware_loader::parse(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        let expected = expected.iter().find(|e| e.name == name).expect("every kernel has an expected result").value;
        let group = Group::named(&row.rest).unwrap_or_else(|| panic!("{name}: no group `{}`", row.rest));
        Kernel { name, group, module, argument: row.value, expected }
    };
    args.iter().map(kernel).collect()
}

fn directory() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("kernels")
}

/// A line: a name, a number, and perhaps a word.
struct Row {
    name: String,
    value: Value,
    rest: String,
}

fn table(file: &str) -> Vec<Row> {
    let text = std::fs::read_to_string(directory().join(file)).expect("the file is part of the repository");
    let row = |line: &str| {
        let mut words = line.split_whitespace();
        let mut word = || words.next().unwrap_or_default().to_string();
        let (name, number, rest) = (word(), word(), word());
        let number: i32 = number.parse().unwrap_or_else(|_| panic!("{file}: {name}: no number `{number}`"));
        Row { name, value: Value { ty: ValType::I32, bits: number as u32 as u64 }, rest }
    };
    text.lines().map(row).collect()
}
