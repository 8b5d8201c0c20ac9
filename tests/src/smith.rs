//! Random modules that use everything the instruction table has and nothing else.

use arbitrary::Unstructured;
use isa::instr::instructions;
use isa::op::Op;
use isa::types::{ValType, Value};
use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};
use wasm_smith::{Config, InstructionKind, InstructionKinds, Module};

/// Loop iterations and calls before a module's functions trap on their own.
const FUEL: u32 = 2000;

/// A valid module without imports, everything exported, that ends whatever is called. The same for the same seed.
pub fn module(seed: u64) -> Vec<u8> {
    generate(seed, config())
}

/// The same with integer arithmetic only, and with other instructions in place of the memory's size and growth: what
/// the core executes.
pub fn integer_module(seed: u64) -> Vec<u8> {
    use InstructionKind::*;
    let kinds = InstructionKinds::new(&[NumericInt, Parametric, Variable, MemoryInt, Control]);
    let tables = Config { min_tables: 0, max_tables: 0, min_element_segments: 0, max_element_segments: 0, ..config() };
    let config = Config { allowed_instructions: kinds, bulk_memory_enabled: false, max_instructions: 100, max_memory32_bytes: 1 << 16, ..tables };
    let mut bytes = generate(seed, config);
    let module = firmware_loader::parse(&bytes).expect("is valid");
    for f in &module.functions {
        for i in instructions(&module.code, f.entry, f.end).map(|i| i.expect("is valid")) {
            // Of the same type and length.
            let other = match i.op {
                Op::MemorySize => [Op::I32Const.row().code, 0],
                Op::MemoryGrow => [Op::I32Clz.row().code, Op::Nop.row().code],
                _ => continue,
            };
            let at = (module.code_offset + i.pc) as usize;
            bytes[at..at + other.len()].copy_from_slice(&other);
        }
    }
    bytes
}

fn generate(seed: u64, config: Config) -> Vec<u8> {
    let mut bytes = vec![0; 1 << 14];
    StdRng::seed_from_u64(seed).fill_bytes(&mut bytes);
    let mut module = Module::new(config, &mut Unstructured::new(&bytes)).expect("16 KiB are enough for any module");
    module.ensure_termination(FUEL).expect("all bodies are generated instructions");
    module.to_bytes()
}

/// `disallow_traps` stays off: its guards around divisions end in `i32.eqz select`, which wasmi 2.0.0 gets wrong after
/// some branches (`block memory.size drop br 0 end i32.const 1 local.get 1 local.get 1 i32.eqz select` gives 0 there for
/// a local of 0, and 1 in the model and in V8).
fn config() -> Config {
    use InstructionKind::*;
    Config {
        allowed_instructions: InstructionKinds::new(&[Numeric, Parametric, Variable, Memory, Control]),
        custom_page_sizes_enabled: true,
        export_everything: true,
        max_imports: 0,
        min_types: 5,
        min_funcs: 5,
        max_funcs: 10,
        max_instructions: 200,
        min_memories: 1,
        min_tables: 1,
        min_element_segments: 1,
        min_globals: 2,
        // Both engines then agree on when a memory cannot grow.
        max_memory32_bytes: 1 << 20,
        memory_max_size_required: true,
        max_table_elements: 100,
        compact_imports_enabled: false,
        exceptions_enabled: false,
        gc_enabled: false,
        reference_types_enabled: false,
        relaxed_simd_enabled: false,
        simd_enabled: false,
        tail_call_enabled: false,
        threads_enabled: false,
        wide_arithmetic_enabled: false,
        memory64_enabled: false,
        ..Config::default()
    }
}

/// Arguments of these types, mostly near the edges.
pub fn args(rng: &mut StdRng, types: &[ValType]) -> Vec<Value> {
    const FLOATS: [f64; 8] = [0.0, -0.0, 1.0, -1.5, 4294967296.0, -9.3e18, f64::INFINITY, 5e-324];
    let float = |rng: &mut StdRng| FLOATS[rng.random_range(0..FLOATS.len())];
    let mut value = |ty: &ValType| {
        let integer = match rng.random_range(0..4) {
            0 => rng.random_range(-3..4i64) as u64,
            1 => 1 << rng.random_range(0..64),
            2 => i64::MAX as u64 >> rng.random_range(0..2) * 32,
            _ => rng.next_u64(),
        };
        let bits = match ty {
            ValType::I32 => integer as u32 as u64,
            ValType::I64 => integer,
            ValType::F32 => (float(rng) as f32).to_bits() as u64,
            ValType::F64 => float(rng).to_bits(),
            other => panic!("{other:?} is not generated"),
        };
        Value { ty: *ty, bits }
    };
    types.iter().map(&mut value).collect()
}
