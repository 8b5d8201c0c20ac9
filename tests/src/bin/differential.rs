//! Compares random modules in the golden model with `wasmi`, or `wasmtime` as well, and with the core in lock-step:
//! `cargo run --release -p tests --bin differential -- [--seed S] [--count N] [--on model|rtl] [--oracle wasmi|wasmtime]`.

use clap::{Parser, ValueEnum};
use isa::plan::CorePlan;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};
use tests::differential::{Case, Comparison, Find, Mismatch, Oracles, Tally, keep};
use tests::program::Program;
use tests::smith;

/// Compares random modules in the golden model with wasmi, or wasmtime as well, and with the core in lock-step.
#[derive(Parser)]
struct Options {
    /// The first module's seed; without it, one of the time.
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// How many modules.
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u64).range(1..))]
    count: u64,
    /// `model` compares it with the oracle; `rtl` compares also with the core.
    #[arg(long, value_enum, default_value = "model")]
    on: On,
    /// What the model is compared with.
    #[arg(long, value_enum, default_value = "wasmi")]
    oracle: Oracles,
    /// Whose core, with `--on rtl`; `alchitry-cu-large`, `alchitry-cu-fast-large`,
    /// `icebreaker-large` and `ulx3s-large` are those of the boards with large memories.
    #[arg(long, value_name = "NAME", default_value = "sim-large", value_parser = tests::plans::plan)]
    plan: &'static CorePlan,
    /// Names the instructions that retired less often.
    #[arg(long, value_name = "TIMES", default_value_t = 50)]
    often: u64,
    /// Where to leave a module that shows a difference.
    #[arg(long, value_name = "DIRECTORY", default_value = "tests/regress")]
    keep: PathBuf,
    /// For how long to make it smaller.
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    reduce: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum On {
    Model,
    Rtl,
}

impl On {
    fn name(self) -> &'static str {
        match self {
            On::Model => "model",
            On::Rtl => "rtl",
        }
    }
}

impl Options {
    fn comparison(&self) -> Result<Comparison, String> {
        Ok(Comparison { oracles: self.oracle.start()?, core: (self.on == On::Rtl).then_some(self.plan) })
    }

    /// Where a module belongs: among the programs that the core runs, or here if it cannot run it.
    fn directory(&self, case: &Case) -> PathBuf {
        let module = firmware_loader::parse(&case.bytes).expect("is valid");
        if Program::new(&module, self.plan).is_ok() { self.keep.clone() } else { PathBuf::new() }
    }

    /// Makes the module smaller and writes it; the message says where.
    fn keep(&self, comparison: &mut Comparison, seed: u64, find: &Find) -> Result<String, String> {
        let small = comparison.reduced(&find.case, Instant::now() + Duration::from_secs(self.reduce));
        let (on, plan) = (self.on.name(), self.plan);
        let again = format!(
            "cargo run --release -p tests --bin differential -- --on {on} --plan {}{} --seed {seed} --count 1",
            plan.name,
            self.oracle.option()
        );
        let path = self.directory(&small).join(format!("random_{on}_{seed}.wat"));
        keep(&small, plan, &path, &again, &find.what)?;
        Ok(format!("reduced from {} to {} bytes: {}", find.case.bytes.len(), small.bytes.len(), path.display()))
    }
}

/// Whether all modules were alike, as far as nobody interrupted.
fn go(options: &Options, interrupted: &AtomicBool) -> Result<(), String> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |time| time.as_secs());
    let first = options.seed.unwrap_or(now);
    let (begin, mut shown) = (Instant::now(), Instant::now());
    let (mut comparison, mut tally) = (options.comparison()?, Tally::default());
    for seed in (first..first.saturating_add(options.count)).take_while(|_| !interrupted.load(Ordering::Relaxed)) {
        let bytes = smith::module(seed);
        if let Err(find) = comparison.check(&bytes, seed, &mut tally) {
            let kept = match find.what {
                Mismatch::Endless => String::new(),
                Mismatch::Different(_) => options.keep(&mut comparison, seed, &find)?,
            };
            return Err(format!("seed {seed}: {}\n{kept}", find.what));
        }
        if shown.elapsed() > Duration::from_secs(1) {
            shown = Instant::now();
            tests::tell!("{}/{}: {tally}", seed - first + 1, options.count);
        }
    }
    let seconds = begin.elapsed().as_secs_f64();
    tests::say!("seeds {first} to {}: no difference in {tally}, {seconds:.0} s", (first + tally.modules).max(1) - 1);
    for (message, count) in &tally.stops {
        tests::say!("{count:10}  {message}");
    }
    let rare = tally.rarer_than(options.often);
    let list: Vec<_> = rare.iter().map(|(name, count)| format!("{name} {count}")).collect();
    tests::say!("{} instructions retired less than {} times: {}", rare.len(), options.often, list.join(", "));
    Ok(())
}

fn main() -> ExitCode {
    let options = Options::parse();
    let interrupted = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&interrupted);
    if let Err(error) = ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed)) {
        tests::tell!("Ctrl-C ends the run without a summary: {error}");
    }
    match go(&options, &interrupted) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tests::tell!("{error}");
            ExitCode::FAILURE
        }
    }
}
