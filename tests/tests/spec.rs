//! The spec suite on the golden model and on the emitted Verilog, counted against its full size.

use tests::generated::check;
use tests::plans::LARGE;
use tests::spec::{Kind, Report, RtlExecutor, Set, Tally, run, run_on_model, run_on_rtl, section};

/// What there is in a set, with none failed and these skipped.
fn assert_counts(report: &Report, files: usize, totals: &[(Kind, u32)], skipped: &[(Kind, u32)]) {
    assert_eq!(report.failures(), Vec::<String>::new(), "{}", report.name);
    assert_eq!(report.files.len(), files, "{}", report.name);
    let tally = |&(kind, total): &(Kind, u32)| {
        let skipped = skipped.iter().find(|s| s.0 == kind).map_or(0, |s| s.1);
        (kind, Tally { passed: total - skipped, failed: 0, skipped })
    };
    assert_eq!(report.tallies(), totals.iter().map(tally).collect(), "{}", report.name);
}

fn version_1(report: &Report) {
    report.assert_clean();
    let totals = [
        (Kind::Module, 780),
        (Kind::Register, 10),
        (Kind::Action, 42),
        (Kind::Return, 15_789),
        (Kind::CallTrap, 456),
        (Kind::ModuleTrap, 33),
        (Kind::Exhaustion, 15),
        (Kind::Invalid, 981),
        (Kind::MalformedBinary, 646),
        (Kind::MalformedText, 430),
        (Kind::Unlinkable, 63),
    ];
    assert_counts(report, 73, &totals, &[]);
}

fn version_2(report: &Report) {
    report.assert_clean();
    let totals = [
        (Kind::Module, 1126),
        (Kind::Register, 21),
        (Kind::Action, 155),
        (Kind::Return, 21_453),
        (Kind::CallTrap, 2354),
        (Kind::ModuleTrap, 34),
        (Kind::Exhaustion, 15),
        (Kind::Invalid, 1471),
        (Kind::MalformedBinary, 719),
        (Kind::MalformedText, 581),
        (Kind::Unlinkable, 83),
    ];
    assert_counts(report, 90, &totals, &[]);
}

fn tail_call(report: &Report) {
    report.assert_clean();
    let totals =
        [(Kind::Module, 6), (Kind::Return, 71), (Kind::CallTrap, 7), (Kind::Invalid, 24), (Kind::MalformedText, 11)];
    assert_counts(report, 2, &totals, &[]);
}

fn extended_const(report: &Report) {
    report.assert_clean();
    let totals = [
        (Kind::Module, 69),
        (Kind::Register, 3),
        (Kind::Return, 88),
        (Kind::CallTrap, 8),
        (Kind::ModuleTrap, 26),
        (Kind::Invalid, 83),
        (Kind::MalformedBinary, 4),
        (Kind::MalformedText, 3),
    ];
    assert_counts(report, 3, &totals, &[]);
}

/// Modules with several memories or with 64-bit ones, and what depends on them, are skipped.
fn custom_page_sizes(report: &Report) {
    let totals = [
        (Kind::Module, 41),
        (Kind::Register, 2),
        (Kind::Return, 27),
        (Kind::CallTrap, 4),
        (Kind::Invalid, 19),
        (Kind::MalformedBinary, 108),
        (Kind::MalformedText, 4),
        (Kind::Unlinkable, 2),
    ];
    let skipped = [(Kind::Module, 9), (Kind::Register, 2), (Kind::Return, 7), (Kind::Unlinkable, 2)];
    assert_counts(report, 5, &totals, &skipped);
    for line in report.skipped() {
        assert!(line.contains("multiple memories") || line.starts_with("memory_max_i64.wast"), "{line}");
    }
}

/// Nothing failed, and as many passed as there are.
fn assert_whole(reports: &[Report]) {
    let checks = [version_1, version_2, tail_call, extended_const, custom_page_sizes];
    assert_eq!(reports.len(), checks.len());
    reports.iter().zip(checks).for_each(|(report, check)| check(report));
}

#[test]
fn the_suite_passes_on_the_model_and_its_table_is_current() {
    let reports = Set::ALL.map(run_on_model);
    assert_whole(&reports);
    check("tests/SPEC.md", "model", &section(&reports));
}

/// Floats, tables and bulk memory by millicode, on the boards' cores with memories in which all of it fits.
#[test]
fn the_suite_passes_on_the_cores_of_boards() {
    for plan in &LARGE {
        assert_whole(&Set::ALL.map(|set| run_on_rtl(set, plan)));
    }
}

/// What uses memory, on the core that a board has: memory is a pool of 16 blocks of 4 KiB, which instances share.
#[test]
fn what_uses_memory_passes_in_a_pool() {
    let names = ["address", "align", "data", "endianness", "imports", "linking", "load", "memory", "start", "store"];
    let uses_memory = |name: &str| names.iter().any(|begin| name.starts_with(begin));
    let pooled = || RtlExecutor::new(&boards::ICEBREAKER, sim::select::Kind::Auto);
    let report = run(Set::V1, uses_memory, pooled, |_| {});
    assert_eq!(report.failures(), Vec::<String>::new());
    assert_eq!(report.files.len(), 14);
    assert_eq!(report.skipped(), Vec::<String>::new());
    let tally = |kind| report.tallies()[&kind].passed;
    assert_eq!([Kind::Return, Kind::CallTrap, Kind::ModuleTrap].map(tally), [624, 231, 21]);
}

#[test]
fn the_suite_passes_on_the_verilog_and_its_table_is_current() {
    let reports = Set::ALL.map(|set| run_on_rtl(set, &boards::SIM_LARGE));
    assert_whole(&reports);
    check("tests/SPEC.md", "rtl", &section(&reports));
}
