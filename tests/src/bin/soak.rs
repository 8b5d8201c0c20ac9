//! Tries what may break, each time with other seeds, for as long as there is time:
//! `cargo run --release -p tests --bin soak -- [--hours H] [--seed S] [--count N] [--log FILE]`.

use clap::{Args, Parser, Subcommand};
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};
use tests::differential::Oracles;
use tests::soak::{Counts, Kind, Line, Merged, Settings, Soak, merge, read};

/// How long a run takes if nothing else ends it.
const HOURS: f64 = 1.0;
const SECONDS_IN_AN_HOUR: f64 = 3600.0;

/// Between two lines that say how far it is.
const SHOWN: Duration = Duration::from_secs(10);

/// Tries random and damaged modules on the cores of all plans, damaged images, bad lines and calls that are given up, each
/// time with other seeds.
#[derive(Parser)]
#[command(args_conflicts_with_subcommands = true, after_help = EXAMPLES)]
struct Options {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    run: Run,
}

const EXAMPLES: &str = "Examples:
  soak --hours 8 --log soak.json          all that is tried in a night
  soak --from 61200 --log soak.json       goes on where a run has ended
  soak --seed 1000 --count 500            the seeds of one job of many
  soak merge a.json b.json                what several runs have together";

#[derive(Subcommand)]
enum Command {
    /// Adds up the logs of several runs, by build: counts and finds.
    Merge {
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
}

#[derive(Args)]
struct Run {
    /// Ends after so many hours; 1 if there is no count.
    #[arg(long, value_name = "H")]
    hours: Option<f64>,
    /// The first seed; without it, one of the time.
    #[arg(long, visible_alias = "from", value_name = "S")]
    seed: Option<u64>,
    /// Ends after so many seeds.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    count: Option<u64>,
    /// Only steps of this kind; can be given several times.
    #[arg(long, value_enum, value_name = "KIND")]
    only: Vec<Kind>,
    /// What the model is compared with.
    #[arg(long, value_enum, default_value = "wasmi")]
    oracle: Oracles,
    /// Adds lines of JSON to this file, which has none yet or those of other runs: counts by ranges of seeds, and finds.
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// Where to leave a module that shows a difference.
    #[arg(long, value_name = "DIRECTORY", default_value = "finds")]
    keep: PathBuf,
    /// For how long to make each of them smaller.
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    reduce: u64,
    /// What the lines of the log call this build.
    #[arg(long, value_name = "NAME", default_value = env!("CARGO_PKG_VERSION"))]
    build: String,
}

/// That a file, if it is there, is a log, which can be added to.
fn is_log(path: &Path) -> Result<(), String> {
    if !std::fs::metadata(path).is_ok_and(|found| found.is_file()) {
        return Ok(());
    }
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string());
    let wrong =
        |error| format!("{}: not a log of soak, or a damaged one: {error}; or give another file", path.display());
    text.and_then(|text| read(&text)).map(drop).map_err(wrong)
}

/// Writes lines of JSON to the end of a file, each at once.
fn log_to(path: Option<&Path>) -> Result<impl FnMut(&Line) -> Result<(), String>, String> {
    let place = move |error: std::io::Error| match path {
        Some(path) => format!("{}: {error}", path.display()),
        None => error.to_string(),
    };
    path.map_or(Ok(()), is_log)?;
    let open = |path| OpenOptions::new().create(true).append(true).open(path).map_err(place);
    let mut file = path.map(open).transpose()?;
    Ok(move |line: &Line| {
        if let Line::Find(find) = line {
            let kept = find.kept.as_ref().map_or(String::new(), |path| format!("; kept in {path}"));
            tests::tell!("FIND: seed {}, {}: {}{kept}", find.seed, find.step, find.what);
        }
        let Some(file) = &mut file else { return Ok(()) };
        let text = serde_json::to_string(line).map_err(|e| e.to_string())?;
        writeln!(file, "{text}").map_err(place)
    })
}

fn run(options: &Run, interrupted: &AtomicBool) -> Result<bool, String> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |time| time.as_secs());
    let (first, count) = (options.seed.unwrap_or(now), options.count.unwrap_or(u64::MAX));
    let hours = options.hours.or(options.count.is_none().then_some(HOURS));
    let time = hours.map(|hours| Duration::try_from_secs_f64(hours * SECONDS_IN_AN_HOUR));
    let time = time.transpose().map_err(|error| format!("--hours: {error}"))?;
    let (begin, mut shown) = (Instant::now(), Instant::now());
    let mut go_on = |counts: &Counts| {
        if shown.elapsed() >= SHOWN {
            shown = Instant::now();
            let [modules, instructions, finds] =
                ["modules compared", "instructions", "finds"].map(|what| counts.get(what));
            let seconds = begin.elapsed().as_secs();
            tests::tell!("{seconds} s: {modules} modules, {instructions} instructions in lock-step, {finds} finds");
        }
        !interrupted.load(Ordering::Relaxed) && time.is_none_or(|time| begin.elapsed() < time)
    };
    let settings = Settings {
        keep: options.keep.clone(),
        reduce: Duration::from_secs(options.reduce),
        build: options.build.clone(),
        kinds: options.only.clone(),
    };
    let mut to_file = log_to(options.log.as_deref())?;
    let mut soak = Soak::new(options.oracle.start()?, settings);
    let mut lines = Vec::new();
    let next = soak.run(first, count, &mut go_on, &mut |line| {
        lines.push(line.clone());
        to_file(line)
    })?;
    let found = merge(lines)?.into_values().map(|merged| show(&merged)).fold(false, |any, found| any | found);
    tests::say!("{:.0} s; --from {next} goes on", begin.elapsed().as_secs_f64());
    Ok(found)
}

/// Prints it; whether there are finds.
fn show(merged: &Merged) -> bool {
    for (first, end) in &merged.seeds {
        tests::say!("seeds {first} to {}", end - 1);
    }
    tests::say!("{}", merged.counts);
    for find in &merged.finds {
        let kept = find.kept.as_ref().map_or(String::new(), |path| format!("\n    kept in {path}"));
        tests::say!("find: seed {}, {}: {}{kept}", find.seed, find.step, find.what);
    }
    !merged.finds.is_empty()
}

fn merged(files: &[PathBuf]) -> Result<bool, String> {
    let mut lines = Vec::new();
    for file in files {
        let place = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
        let text = std::fs::read_to_string(file).map_err(|e| place(&e))?;
        lines.extend(read(&text).map_err(|e| place(&e))?);
    }
    let mut found = false;
    for (build, merged) in merge(lines)? {
        tests::say!("build {build}");
        found |= show(&merged);
    }
    Ok(found)
}

fn main() -> ExitCode {
    let options = Options::parse();
    let interrupted = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&interrupted);
    if let Err(error) = ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed)) {
        tests::tell!("Ctrl-C ends the run without counts: {error}");
    }
    let found = match &options.command {
        Some(Command::Merge { files }) => merged(files),
        None => run(&options.run, &interrupted),
    };
    match found {
        Ok(found) => ExitCode::from(u8::from(found)),
        Err(error) => {
            tests::tell!("{error}");
            ExitCode::from(2)
        }
    }
}
