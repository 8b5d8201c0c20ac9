//! The kernels, which the core is measured with, become images.

use firmware_loader::{Target, image, read};
use isa::capabilities::Capabilities;
use isa::group::Policy;
use std::path::Path;

const INTEGER: &[&str] = &["crc32", "fib", "matmul", "qsort", "sha256", "sieve"];
const FLOAT: &[&str] = &["fft32", "mandelbrot64", "nbody32", "pid32"];

#[test]
fn kernels_have_an_image_and_a_core_without_floats_refuses_those_with_floats() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/kernels");
    let (plan, plans) = (&boards::SIM_LARGE, boards::PLANS);
    let large = Target { plan, capabilities: Capabilities::of_plan(plan), policy: Policy::Fold { float: true }, plans };
    let few = Target { capabilities: Capabilities::of_plan(&boards::ALCHITRY_CU), ..large };
    for name in INTEGER.iter().chain(FLOAT) {
        let module = read(&folder.join(name).with_extension("wasm")).unwrap();
        let made = image(&module, &large).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(made.marks.len(), made.code.len());
        match image(&module, &few) {
            Ok(_) => assert!(INTEGER.contains(name), "{name} has no float arithmetic"),
            Err(e) => assert!(FLOAT.contains(name) && e.to_string().contains("does not execute `f"), "{name}: {e}"),
        }
    }
}
