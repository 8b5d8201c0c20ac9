//! The kernels in `tests/kernels`: small programs with `run(n: i32) -> i32`.

use isa::instr::instructions;
use isa::module::Module;
use isa::op::Unit;
use isa::types::{ValType, Value};

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

/// Files of `tests/kernels`, as they were when this was built: a program measures those, wherever it runs.
macro_rules! modules {
    ($($name:literal)*) => { &[$(($name, include_bytes!(concat!("../kernels/", $name, ".wasm")))),*] };
}

const MODULES: &[(&str, &[u8])] = modules! {
    "crc32" "fft32" "fib" "interpreter" "json" "lists" "mandelbrot64" "matmul" "nbody32" "pid32" "q15" "qsort" "sha256"
    "sieve" "siphash" "xorshift" "xxhash64"
};
const ARGUMENTS: &str = include_str!("../kernels/args.txt");
const EXPECTED: &str = include_str!("../kernels/expected.txt");

/// The binary module of a kernel.
pub fn module(name: &str) -> &'static [u8] {
    let found = MODULES.iter().find(|(module, _)| *module == name);
    found.unwrap_or_else(|| panic!("args.txt names {name}, which is not in MODULES")).1
}

/// All kernels, in the order of `args.txt`.
pub fn all() -> Vec<Kernel> {
    let (args, expected) = (table("args.txt", ARGUMENTS), table("expected.txt", EXPECTED));
    let kernel = |row: &Row| {
        let name = row.name.clone();
        let module = firmware_loader::parse(module(&name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let expected = expected.iter().find(|e| e.name == name).expect("every kernel has an expected result").value;
        let group = Group::named(&row.rest).unwrap_or_else(|| panic!("{name}: no group `{}`", row.rest));
        Kernel { name, group, module, argument: row.value, expected }
    };
    args.iter().map(kernel).collect()
}

/// A line: a name, a number, and perhaps a word.
struct Row {
    name: String,
    value: Value,
    rest: String,
}

fn table(file: &str, text: &str) -> Vec<Row> {
    let row = |line: &str| {
        let mut words = line.split_whitespace();
        let mut word = || words.next().unwrap_or_default().to_string();
        let (name, number, rest) = (word(), word(), word());
        let number: i32 = number.parse().unwrap_or_else(|_| panic!("{file}: {name}: no number `{number}`"));
        Row { name, value: Value { ty: ValType::I32, bits: number as u32 as u64 }, rest }
    };
    text.lines().map(row).collect()
}
