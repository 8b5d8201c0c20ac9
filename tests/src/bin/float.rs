//! Compares the float unit's emitted Verilog with `rustc_apfloat`, for as long as there is time:
//! `cargo run --release -p tests --bin float -- [--unit small|fast] [--op NAME] [--operands random|special|every]`.

use clap::{Parser, ValueEnum};
use firmware_loader::interrupt::Interrupt;
use isa::op::Op;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use tests::float::extremes;
use tests::float::mutants::{self, Fate};
use tests::float::unit::{Unit, Variant};
use tests::float::{bits, check, operations, types, vectors};

/// Compares the float unit's emitted Verilog with another implementation of IEEE 754.
#[derive(Parser)]
struct Options {
    /// The variant.
    #[arg(long, value_enum, default_value = "fast")]
    unit: Which,
    /// One operation, as `f32.sqrt`; without it all of them.
    #[arg(long, value_name = "NAME", value_parser = operation)]
    op: Option<Op>,
    /// `random` ones of every class; `special` ones in all pairs; `every` one of 32 bits, for operations that take one.
    #[arg(long, value_enum, default_value = "random")]
    operands: Operands,
    /// With `random`: how many of each operation. With `every`: how many operands from the first one on.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    count: Option<u64>,
    /// With `every`: the first operand.
    #[arg(long, value_name = "N", default_value_t = 0)]
    from: u64,
    /// With `every`: from one operand to the next.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    step: u64,
    /// Which random operands, or mutants.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Instead: edits the Verilog in N places, one at a time, and says which of them the vectors do not find.
    #[arg(long, value_name = "N")]
    mutants: Option<usize>,
    /// Instead: searches the operands with the fewest and the most cycles, N random ones of each operation among them.
    #[arg(long, value_name = "N")]
    extremes: Option<usize>,
    /// Ends after so many seconds.
    #[arg(long, value_name = "SECONDS")]
    timeout: Option<u64>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Which {
    Small,
    Fast,
}

impl Which {
    fn variant(self) -> Variant {
        match self {
            Which::Small => Variant::Small,
            Which::Fast => Variant::Fast,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Operands {
    Random,
    Special,
    Every,
}

fn operation(name: &str) -> Result<Op, String> {
    let found = operations().find(|op| op.row().name == name);
    found.ok_or_else(|| format!("the float unit has no operation `{name}`; they are named as in the text format"))
}

/// Vectors between two looks at the clock.
const PIECE: usize = 1 << 10;

/// What was compared.
#[derive(Default)]
struct Tally {
    vectors: u64,
    cycles: u64,
    most: u32,
    /// The last pair, if the user ended it there.
    ended_at: Option<(u64, u64)>,
}

/// Compares an operation on these operands.
fn compare(
    unit: &mut Unit,
    op: Op,
    operands: &mut dyn Iterator<Item = (u64, u64)>,
    interrupt: &Interrupt,
) -> Result<Tally, String> {
    let mut tally = Tally::default();
    for (a, b) in operands {
        let cycles = check(unit, op, a, b).map_err(|difference| difference.to_string())?;
        tally.vectors += 1;
        tally.cycles += u64::from(cycles);
        tally.most = tally.most.max(cycles);
        if tally.vectors.is_multiple_of(PIECE as u64) && interrupt.stop().is_some() {
            tally.ended_at = Some((a, b));
            break;
        }
    }
    Ok(tally)
}

fn operands(options: &Options, op: Op) -> Box<dyn Iterator<Item = (u64, u64)>> {
    match options.operands {
        Operands::Special => Box::new(vectors::pairs(op, 1)),
        Operands::Random => {
            let mut random = vectors::Random::new(options.seed);
            Box::new((0..options.count.unwrap_or(100_000)).map(move |_| random.operands(op)))
        }
        Operands::Every => {
            let (from, step) = (options.from, options.step);
            let last = options.count.map_or(u64::MAX, |count| from.saturating_add(count.saturating_mul(step)));
            Box::new((from..last.min(1 << 32)).step_by(step as usize).map(|a| (a, 0)))
        }
    }
}

/// The operations that the options name and that take such operands.
fn chosen(options: &Options) -> Result<Vec<Op>, String> {
    let unary = |op: &Op| matches!(types(*op).0, [t] if bits(*t) == 32);
    let fits = |op: &Op| options.operands != Operands::Every || unary(op);
    let all: Vec<Op> = options.op.map_or_else(|| operations().collect(), |op| vec![op]);
    let some: Vec<Op> = all.into_iter().filter(fits).collect();
    if some.is_empty() {
        return Err("`--operands every` is for operations with one operand of 32 bits".into());
    }
    Ok(some)
}

/// Whether all agreed, as far as nobody interrupted.
fn vectors_agree(options: &Options, interrupt: &Interrupt) -> Result<(), String> {
    let mut unit = Unit::new(options.unit.variant());
    for op in chosen(options)? {
        let begin = Instant::now();
        let tally = compare(&mut unit, op, &mut operands(options, op), interrupt)?;
        let mean = tally.cycles as f64 / tally.vectors.max(1) as f64;
        tests::say!(
            "{:20} {:12} vectors agree, {mean:5.1} cycles on average, {} at most, {:.0} s",
            op.row().name,
            tally.vectors,
            tally.most,
            begin.elapsed().as_secs_f64()
        );
        if let Some((a, _)) = tally.ended_at {
            if options.operands == Operands::Every {
                tests::say!("ended; go on with the same options and --op {op} --from {}", a + options.step);
            }
            break;
        }
    }
    Ok(())
}

/// Whether the vectors of the tests find every mutant.
fn mutants_are_caught(options: &Options, count: usize, interrupt: &Interrupt) -> Result<(), String> {
    let verilog = options.unit.variant().verilog();
    let (mut caught, mut rejected, mut survived) = (0, 0, 0);
    // Some are rejected, and do not count.
    for mutant in mutants::mutants(&verilog, options.unit.variant(), options.seed, 2 * count) {
        if caught + survived == count || interrupt.stop().is_some() {
            break;
        }
        match mutants::fate(&verilog, &mutant, options.count.unwrap_or(500) as usize) {
            Fate::Rejected => rejected += 1,
            Fate::Caught(_) => caught += 1,
            Fate::Survived => {
                survived += 1;
                tests::say!("survived: {mutant}");
            }
        }
    }
    tests::say!("{caught} mutants caught, {survived} survived, {rejected} are no hardware");
    if survived == 0 { Ok(()) } else { Err("there are mutants that no vector finds, or that do the same".into()) }
}

/// The operands with the fewest and the most cycles, without a trap.
fn print_extremes(options: &Options, random: usize, interrupt: &Interrupt) -> Result<(), String> {
    let mut unit = Unit::new(options.unit.variant());
    for op in chosen(options)? {
        if interrupt.stop().is_some() {
            break;
        }
        let (best, worst) = extremes::extremes(&mut unit, op, random).ok_or(format!("{op} always traps"))?;
        for (name, (cycles, (a, b))) in [("fewest", best), ("most", worst)] {
            tests::say!("{:20} {name:6} {cycles:3} cycles: {a:#x}, {b:#x}", op.row().name);
        }
    }
    Ok(())
}

fn main() -> ExitCode {
    let options = Options::parse();
    let outcome = Interrupt::watch(options.timeout.map(Duration::from_secs))
        .map_err(|error| format!("Ctrl-C cannot be watched: {error}"))
        .and_then(|interrupt| match (options.mutants, options.extremes) {
            (Some(count), _) => mutants_are_caught(&options, count, &interrupt),
            (None, Some(random)) => print_extremes(&options, random, &interrupt),
            (None, None) => vectors_agree(&options, &interrupt),
        });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tests::tell!("float: {error}");
            ExitCode::FAILURE
        }
    }
}
