//! Random modules that use everything the instruction table has and nothing else.

use crate::enrich::enrich;
use arbitrary::Unstructured;
use isa::types::{NULL_REF, ValType, Value, reference};
use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};
use wasm_smith::{Config, InstructionKind, InstructionKinds, Module};

/// Loop iterations and calls before a module's functions trap on their own.
const FUEL: u32 = 2000;

/// A valid module without imports, everything exported, that ends whatever is called. The same for the same seed.
pub fn module(seed: u64) -> Vec<u8> {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut bytes = vec![0; 1 << 14];
    rng.fill_bytes(&mut bytes);
    let mut module = Module::new(config(), &mut Unstructured::new(&bytes)).expect("16 KiB are enough for any module");
    module.ensure_termination(FUEL).expect("all bodies are generated instructions");
    let bytes = module.to_bytes();
    // Both what is likely and what is not.
    if seed.is_multiple_of(2) { enrich(&bytes, &mut rng) } else { bytes }
}

/// A valid module without imports, everything exported, of many short functions: most have no loop, and those that have
/// one need not end. The same for the same seed.
pub fn short_functions(seed: u64) -> Vec<u8> {
    let mut bytes = vec![0; 1 << 14];
    StdRng::seed_from_u64(seed).fill_bytes(&mut bytes);
    let config = Config { min_funcs: 20, max_funcs: 30, max_instructions: 30, ..config() };
    Module::new(config, &mut Unstructured::new(&bytes)).expect("16 KiB are enough for any module").to_bytes()
}

/// `disallow_traps` stays off: its guards around divisions end in `i32.eqz select`, which wasmi 2.0.0 gets wrong after
/// some branches (`block memory.size drop br 0 end i32.const 1 local.get 1 local.get 1 i32.eqz select` gives 0 there for
/// a local of 0, and 1 in the model and in V8).
fn config() -> Config {
    use InstructionKind::*;
    Config {
        allowed_instructions: InstructionKinds::new(&[
            Numeric, Parametric, Variable, Memory, Control, Table, Reference,
        ]),
        custom_page_sizes_enabled: true,
        export_everything: true,
        max_imports: 0,
        min_types: 5,
        max_types: 8,
        min_funcs: 5,
        max_funcs: 10,
        max_instructions: 200,
        min_memories: 1,
        min_tables: 1,
        max_tables: 3,
        table_max_size_required: true,
        min_element_segments: 1,
        min_globals: 2,
        // Both engines then agree on when a memory cannot grow.
        max_memory32_bytes: 1 << 20,
        memory_max_size_required: true,
        max_table_elements: 16,
        compact_imports_enabled: false,
        exceptions_enabled: false,
        gc_enabled: false,
        relaxed_simd_enabled: false,
        simd_enabled: false,
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
            2 => i64::MAX as u64 >> (rng.random_range(0..2) * 32),
            _ => rng.next_u64(),
        };
        let bits = match ty {
            ValType::I32 => integer as u32 as u64,
            ValType::I64 => integer,
            ValType::F32 => (float(rng) as f32).to_bits() as u64,
            ValType::F64 => float(rng).to_bits(),
            // A function cannot be passed from outside.
            ValType::FuncRef => NULL_REF,
            ValType::ExternRef if integer % 4 == 0 => NULL_REF,
            ValType::ExternRef => reference(integer as u32),
        };
        Value { ty: *ty, bits }
    };
    types.iter().map(&mut value).collect()
}
