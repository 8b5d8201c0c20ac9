//! The kernels, which the core is measured with, become images.

use firmware_loader::{Target, image, read};
use isa::op::Unit;
use std::path::Path;

const INTEGER: &[&str] = &[
    "crc32",
    "fib",
    "interpreter",
    "json",
    "lists",
    "matmul",
    "q15",
    "qsort",
    "sha256",
    "sieve",
    "siphash",
    "xorshift",
    "xxhash64",
];
const FLOAT: &[&str] = &["fft32", "mandelbrot64", "nbody32", "pid32"];

#[test]
fn kernels_have_an_image_which_has_millicode_where_the_core_has_no_float_unit() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/kernels");
    let (plan, plans) = (&boards::SIM_LARGE, boards::PLANS);
    let large = Target::of_plan(plan, plans);
    let without = isa::plan::CorePlan { units: boards::ICEBREAKER.units, ..boards::SIM_LARGE };
    let few = Target::of_plan(&without, plans);
    for name in INTEGER.iter().chain(FLOAT) {
        let module = read(&folder.join(name).with_extension("wasm")).unwrap();
        let made = image(&module, &large).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!((made.marks.len(), made.millicode_bytes()), (made.code.len(), 0));
        let made = image(&module, &few).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(made.millicode_bytes() > 0, FLOAT.contains(name), "{name}");
        assert!(made.routines.iter().all(|routine| routine.op.unit() == Unit::Float && !routine.absent));
    }
}
