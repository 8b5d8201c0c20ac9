//! Random modules that use everything the instruction table has and nothing else.

use arbitrary::Unstructured;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use wasm_smith::{Config, InstructionKind, InstructionKinds, Module};

/// Loop iterations and calls before a module's functions trap on their own.
const FUEL: u32 = 2000;

/// A valid module without imports, everything exported, that ends whatever is called. The same for the same seed.
pub fn module(seed: u64) -> Vec<u8> {
    let mut bytes = vec![0; 1 << 14];
    StdRng::seed_from_u64(seed).fill_bytes(&mut bytes);
    let mut module = Module::new(config(), &mut Unstructured::new(&bytes)).expect("16 KiB are enough for any module");
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
