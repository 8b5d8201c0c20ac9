//! Random valid modules for tests.

use isa::module::Module;
use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};
use wasm_smith::Config;

/// Only what the instruction table has.
fn config() -> Config {
    Config {
        simd_enabled: false,
        relaxed_simd_enabled: false,
        exceptions_enabled: false,
        gc_enabled: false,
        threads_enabled: false,
        memory64_enabled: false,
        wide_arithmetic_enabled: false,
        custom_page_sizes_enabled: true,
        compact_imports_enabled: false,
        custom_descriptors_enabled: false,
        shared_everything_threads_enabled: false,
        max_memories: 1,
        max_tables: 3,
        min_funcs: 3,
        max_instructions: 300,
        ..Config::default()
    }
}

/// Calls `check` on `count` modules; a failure names the seed.
pub fn modules(seed: u64, count: u64, mut check: impl FnMut(&[u8], &Module)) {
    for seed in (0..count).map(|i| seed << 32 | i) {
        let mut bytes = vec![0; 6000];
        StdRng::seed_from_u64(seed).fill_bytes(&mut bytes);
        let _seed = Seed(seed);
        let mut entropy = arbitrary::Unstructured::new(&bytes);
        let bytes = wasm_smith::Module::new(config(), &mut entropy).expect("enough bytes").to_bytes();
        check(&bytes, &firmware_loader::parse(&bytes).unwrap_or_else(|e| panic!("{e}")));
    }
}

/// Changes, removes or adds a byte. Tests that need no damage share this file, too.
#[allow(dead_code)]
pub fn mutate(bytes: &mut Vec<u8>, random: &mut StdRng) {
    let at = random.random_range(0..bytes.len());
    match random.random_range(0..4) {
        0 => bytes[at] = random.random(),
        1 => bytes[at] ^= 1 << random.random_range(0..8),
        2 => drop(bytes.remove(at)),
        _ => bytes.insert(at, random.random()),
    }
}

/// Prints the seed of a failing module.
struct Seed(u64);

impl Drop for Seed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("seed {}", self.0);
        }
    }
}
