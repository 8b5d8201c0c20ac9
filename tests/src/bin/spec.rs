//! Runs the WebAssembly spec suite, or any folder of scripts, and counts every assertion:
//! `cargo run --release -p tests --bin spec -- [--on model|rtl] [--plan NAME] [--engine NAME] [--set SET|--path PATH] [--file NAME] [--json] [--table FILE]`.

use clap::{Parser, ValueEnum};
use isa::plan::CorePlan;
use model::Limits;
use serde_json::{Value, json};
use sim::select::Kind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;
use tests::generated::replaced;
use tests::spec::{
    FileReport, LIMIT, Missed, ModelExecutor, Report, RtlExecutor, Set, Tallies, Tally, by_folder, files_below, run,
    run_folder, section, skipped, summary,
};

/// Runs the WebAssembly spec suite, or any folder of scripts, and counts every assertion.
#[derive(Parser)]
struct Options {
    /// What runs the modules.
    #[arg(long, value_enum, default_value = "model")]
    on: On,
    /// Which simulation engine, with `--on rtl`.
    #[arg(long, value_enum, default_value = "auto")]
    engine: Kind,
    /// Whose core, with `--on rtl`; `alchitry-cu-large`, `alchitry-cu-fast-large`,
    /// `icebreaker-large` and `ulx3s-large` are those of the boards with large memories.
    #[arg(long, value_name = "NAME", default_value = "sim-large", value_parser = tests::plans::plan)]
    plan: &'static CorePlan,
    /// 1.0, 2.0, tail-call, extended-const, custom-page-sizes or all.
    #[arg(long, value_name = "SET", default_value = "all", value_parser = sets)]
    set: Sets,
    /// Instead of the bundled sets: a script, or a folder with scripts (`*.wast`) or tests of wabt's interpreter
    /// (`*.txt`) in it or below.
    #[arg(long, value_name = "PATH", conflicts_with_all = ["set", "table"])]
    path: Option<PathBuf>,
    /// Only the script of this name, with or without `.wast`.
    #[arg(long, value_name = "NAME")]
    file: Option<String>,
    /// The most instructions that a call may take, or cycles with `--on rtl`; one that takes more has failed.
    #[arg(long, value_name = "N", default_value_t = LIMIT, value_parser = clap::value_parser!(u64).range(1..))]
    limit: u64,
    /// Prints one JSON object instead of tables.
    #[arg(long)]
    json: bool,
    /// Writes the tables into the generated part of this document that has the executor's name.
    #[arg(long, value_name = "FILE", conflicts_with = "file")]
    table: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum On {
    Model,
    Rtl,
}

#[derive(Clone)]
struct Sets(Vec<Set>);

fn sets(name: &str) -> Result<Sets, String> {
    let sets: Vec<Set> = Set::ALL.into_iter().filter(|set| name == "all" || name == set.name()).collect();
    if sets.is_empty() { Err("no such set".into()) } else { Ok(Sets(sets)) }
}

impl Options {
    fn wants(&self, name: &str) -> bool {
        self.file.as_ref().is_none_or(|file| file.trim_end_matches(".wast") == name.trim_end_matches(".wast"))
    }

    fn model(&self) -> ModelExecutor {
        ModelExecutor::new(Limits { fuel: self.limit, ..Limits::default() })
    }

    fn core(&self) -> RtlExecutor {
        RtlExecutor::limited(self.plan, self.engine, self.limit)
    }
}

/// Shows the results of so many files, each as a line on the standard error output.
fn progress(name: &str, count: usize) -> impl FnMut(&FileReport) {
    let (begin, mut done) = (Instant::now(), 0);
    move |file: &FileReport| {
        done += 1;
        let passed: u32 = file.tallies.values().map(|tally| tally.passed).sum();
        let (failed, skipped) = (file.failed.len(), file.skipped.len());
        let seconds = begin.elapsed().as_secs_f64();
        let numbers = format!("{passed} passed, {failed} failed, {skipped} skipped");
        tests::tell!("{name} {done}/{count} {}: {numbers} ({seconds:.1} s)", file.name);
    }
}

/// Runs the wanted files of a set.
fn run_set(set: Set, options: &Options) -> Report {
    let wanted = |name: &str| options.wants(name);
    let finished = progress(set.name(), set.files().iter().filter(|file| wanted(file.name())).count());
    match options.on {
        On::Model => run(set, wanted, || options.model(), finished),
        On::Rtl => run(set, wanted, || options.core(), finished),
    }
}

/// Runs the wanted scripts of a folder.
fn run_path(path: &Path, options: &Options) -> Result<Report, String> {
    let mut files = files_below(path)?;
    files.retain(|file| file.file_name().is_some_and(|name| options.wants(&name.to_string_lossy())));
    let name = path.display().to_string();
    let finished = progress(&name, files.len());
    Ok(match options.on {
        On::Model => run_folder(path, &files, || options.model(), finished),
        On::Rtl => run_folder(path, &files, || options.core(), finished),
    })
}

fn missed(file: &FileReport, list: &[Missed]) -> Vec<Value> {
    let entry = |m: &Missed| json!({ "file": file.name, "line": m.line, "kind": m.kind.name(), "reason": m.reason });
    list.iter().map(entry).collect()
}

fn numbers(tallies: &Tallies) -> Value {
    let numbers =
        |t: &Tally| json!({ "passed": t.passed, "failed": t.failed, "skipped": t.skipped, "total": t.total() });
    tallies.iter().map(|(kind, tally)| (kind.name().to_string(), numbers(tally))).collect()
}

fn as_json(report: &Report) -> Value {
    let by_file: serde_json::Map<String, Value> =
        report.files.iter().map(|file| (file.name.clone(), numbers(&file.tallies))).collect();
    let kinds = numbers(&report.tallies());
    let failed: Vec<_> = report.files.iter().flat_map(|file| missed(file, &file.failed)).collect();
    let skipped: Vec<_> = report.files.iter().flat_map(|file| missed(file, &file.skipped)).collect();
    let files = report.files.len();
    json!({
        "set": report.name, "files": files, "kinds": kinds, "by_file": by_file, "failed": failed, "skipped": skipped,
    })
}

fn print(reports: &[Report]) {
    for report in reports {
        tests::say!("{}: {} files\n\n{}", report.name, report.files.len(), summary(report));
        tests::say!("{}", by_folder(report));
        report.failures().iter().for_each(|line| tests::say!("failed: {line}"));
        skipped(report).iter().for_each(|line| tests::say!("skipped: {line}"));
    }
}

fn write_table(path: &Path, on: On, reports: &[Report]) -> Result<(), String> {
    let name = match on {
        On::Model => "model",
        On::Rtl => "rtl",
    };
    let place = |e: &dyn std::fmt::Display| format!("{}: {e}", path.display());
    let document = std::fs::read_to_string(path).map_err(|e| place(&e))?;
    let document = replaced(&document, name, &section(reports)).map_err(|e| place(&e))?;
    std::fs::write(path, document).map_err(|e| place(&e))
}

fn go(options: &Options) -> Result<Vec<Report>, String> {
    let reports = match &options.path {
        Some(path) => vec![run_path(path, options)?],
        None => options.set.0.iter().map(|&set| run_set(set, options)).collect(),
    };
    if reports.iter().all(|report| report.files.is_empty()) {
        return Err("no script has this name".into());
    }
    if let Some(path) = &options.table {
        write_table(path, options.on, &reports)?;
    }
    Ok(reports)
}

fn main() -> ExitCode {
    let options = Options::parse();
    let reports = match go(&options) {
        Ok(reports) => reports,
        Err(error) => {
            tests::tell!("{error}");
            return ExitCode::from(2);
        }
    };
    if options.json {
        tests::say!("{:#}", json!({ "sets": reports.iter().map(as_json).collect::<Vec<_>>() }));
    } else {
        print(&reports);
    }
    if reports.iter().all(Report::is_unread) {
        tests::tell!("nothing was run: no script can be read, or none has anything in it");
        return ExitCode::from(2);
    }
    let failures = reports.iter().any(|report| !report.failures().is_empty());
    ExitCode::from(u8::from(failures))
}
