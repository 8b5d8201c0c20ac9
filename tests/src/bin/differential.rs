//! Compares random modules in the golden model with `wasmi`, and with the core in lock-step:
//! `cargo run --release -p tests --bin differential -- [--seed S] [--count N] [--on model|rtl]`.

use clap::{Parser, ValueEnum};
use isa::module::Module;
use isa::plan::CorePlan;
use sim::select::Kind;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};
use tests::differential::{Call, Case, Mismatch, Tally, calls, in_wasmi, on_core, reduce};
use tests::program::Program;
use tests::{regress, smith};

/// Compares random modules in the golden model with wasmi, and with the core in lock-step.
#[derive(Parser)]
struct Options {
    /// The first module's seed; without it, one of the time.
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// How many modules.
    #[arg(long, value_name = "N", default_value_t = 1000)]
    count: u64,
    /// `model` compares it with wasmi; `rtl` compares also with the core.
    #[arg(long, value_enum, default_value = "model")]
    on: On,
    /// Whose core, with `--on rtl`; `alchitry-cu-large`, `alchitry-cu-fast-large`,
    /// `icebreaker-large` and `ulx3s-large` are those of the boards with large memories.
    #[arg(long, value_name = "NAME", default_value = "sim-large", value_parser = tests::plans::plan)]
    plan: &'static CorePlan,
    /// Names the instructions that retired less often.
    #[arg(long, value_name = "TIMES", default_value_t = 50)]
    often: u64,
    /// Where to leave a module that shows a difference.
    #[arg(long, value_name = "DIRECTORY", default_value_os_t = regress::directory())]
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

    /// Makes calls on one instance; on the core, where each call has one of its own, the first of them only.
    fn compare(
        self,
        plan: &CorePlan,
        module: &Module,
        bytes: &[u8],
        calls: &[Call],
        tally: &mut Tally,
    ) -> Result<(), Mismatch> {
        match self {
            On::Model => in_wasmi(module, bytes, calls, tally),
            On::Rtl => {
                in_wasmi(module, bytes, calls, &mut Tally::default())?;
                on_core(module, plan, Kind::Jit, &calls[..calls.len().min(1)], tally)
            }
        }
    }
}

/// Compares one module; the calls that show a difference, with what it is.
fn check(options: &Options, bytes: &[u8], seed: u64, tally: &mut Tally) -> Result<(), (Vec<Call>, Mismatch)> {
    let module = firmware_loader::parse(bytes).expect("is valid");
    tally.modules += 1;
    calls(&module, seed).into_iter().try_for_each(|calls| {
        options.on.compare(options.plan, &module, bytes, &calls, tally).map_err(|mismatch| (calls, mismatch))
    })
}

/// Where a module belongs: among the programs that the core runs, or here if it cannot run it.
fn directory(options: &Options, case: &Case) -> PathBuf {
    let module = firmware_loader::parse(&case.bytes).expect("is valid");
    if Program::new(&module, options.plan).is_ok() { options.keep.clone() } else { PathBuf::new() }
}

/// Makes the module smaller and writes it; the message says where.
fn keep(options: &Options, seed: u64, case: Case, what: &Mismatch) -> Result<String, String> {
    let mut fails = |case: &Case| {
        let module = firmware_loader::parse(&case.bytes).expect("is valid");
        let result = options.on.compare(options.plan, &module, &case.bytes, &case.calls, &mut Tally::default());
        matches!(result, Err(Mismatch::Different(_)))
    };
    let deadline = Instant::now() + Duration::from_secs(options.reduce);
    let small = reduce(&case, &mut fails, deadline);
    let (on, plan) = (options.on.name(), options.plan.name);
    let again =
        format!("cargo run --release -p tests --bin differential -- --on {on} --plan {plan} --seed {seed} --count 1");
    let path = directory(options, &small).join(format!("random_{on}_{seed}.wat"));
    let text = regress::program(&small, options.plan, &format!("Reduced from `{again}`:\n{what}"));
    std::fs::create_dir_all(&options.keep)
        .and_then(|()| std::fs::write(&path, text))
        .map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(format!("reduced from {} to {} bytes: {}", case.bytes.len(), small.bytes.len(), path.display()))
}

/// Whether all modules were alike, as far as nobody interrupted.
fn go(options: &Options, interrupted: &AtomicBool) -> Result<(), String> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |time| time.as_secs());
    let first = options.seed.unwrap_or(now);
    let (begin, mut shown) = (Instant::now(), Instant::now());
    let mut tally = Tally::default();
    for seed in (first..first.saturating_add(options.count)).take_while(|_| !interrupted.load(Ordering::Relaxed)) {
        let bytes = smith::module(seed);
        if let Err((calls, what)) = check(options, &bytes, seed, &mut tally) {
            let kept = match what {
                Mismatch::Endless => String::new(),
                Mismatch::Different(_) => keep(options, seed, Case { bytes, calls }, &what)?,
            };
            return Err(format!("seed {seed}: {what}\n{kept}"));
        }
        if shown.elapsed() > Duration::from_secs(1) {
            shown = Instant::now();
            eprintln!("{}/{}: {tally}", seed - first + 1, options.count);
        }
    }
    let seconds = begin.elapsed().as_secs_f64();
    println!("seeds {first} to {}: no difference in {tally}, {seconds:.0} s", (first + tally.modules).max(1) - 1);
    for (message, count) in &tally.stops {
        println!("{count:10}  {message}");
    }
    let rare = tally.rarer_than(options.often);
    let list: Vec<_> = rare.iter().map(|(name, count)| format!("{name} {count}")).collect();
    println!("{} instructions retired less than {} times: {}", rare.len(), options.often, list.join(", "));
    Ok(())
}

fn main() -> ExitCode {
    let options = Options::parse();
    let interrupted = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&interrupted);
    if let Err(error) = ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed)) {
        eprintln!("Ctrl-C ends the run without a summary: {error}");
    }
    match go(&options, &interrupted) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
