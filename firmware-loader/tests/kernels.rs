//! The kernels, which the core is measured with, become images.

use firmware_loader::{Target, image, read};
use isa::capabilities::Capabilities;
use isa::group::Policy;
use std::path::Path;

const INTEGER: &[&str] = &["crc32", "fib", "matmul", "qsort", "sha256", "sieve"];

#[test]
fn integer_kernels_have_an_image_and_float_kernels_are_refused() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/kernels");
    let (plan, plans) = (&boards::SIM_LARGE, boards::PLANS);
    let large = Target { plan, capabilities: Capabilities::of_plan(plan), policy: Policy::Fold, plans };
    for name in INTEGER {
        let module = read(&folder.join(name).with_extension("wasm")).unwrap();
        let image = image(&module, &large).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(image.marks.len(), image.code.len());
    }
    let floats = image(&read(&folder.join("nbody32.wasm")).unwrap(), &large).unwrap_err();
    assert!(floats.to_string().contains("does not execute `f32."), "{floats}");
}
