//! Random modules from `wasm-smith` on the emitted Verilog, in lock-step with the golden model: every retired group,
//! and results, globals and memory at the end. `WAFER_MODULES=n` runs n modules, `WAFER_SEED=s` begins with seed s; a
//! difference prints the seed of its module, and `WAFER_SEED=that WAFER_MODULES=1` repeats it.

use boards::SIM_LARGE;
use isa::module::Module;
use isa::outcome::{Exhausted, Stop};
use rand::rngs::StdRng;
use rand::SeedableRng;
use sim::select::{Kind, open};
use sim::session::{Ending, Job, Settings, simulate};
use tests::smith;

#[derive(Debug, Default)]
struct Tally {
    modules: u32,
    /// Modules with an instruction that the core does not execute.
    refused: u32,
    returns: u32,
    stops: u32,
    instructions: u64,
}

fn variable(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |v| v.parse().unwrap_or_else(|e| panic!("{name}={v}: {e}")))
}

fn run(module: &Module, rng: &mut StdRng, tally: &mut Tally) -> Result<(), String> {
    let image = match firmware_loader::image(module, &sim::load::target(&SIM_LARGE)) {
        Ok(image) => image,
        Err(refusal) => {
            println!("refused: {refusal}");
            tally.refused += 1;
            return Ok(());
        }
    };
    tally.modules += 1;
    for export in module.exports.iter().filter(|e| e.kind == isa::module::ExportKind::Function) {
        let params = &module.function_type(export.index).expect("is exported").params;
        let args = smith::args(rng, params);
        let engine = |waves| open(Kind::Jit, &SIM_LARGE, waves);
        let job = Job { module, image: &image, plan: &SIM_LARGE, function: export.index, args: &args, open: &engine };
        let mut go_on = |_| true;
        let mut settings = Settings { max_cycles: 20_000_000, ..Settings::checked(&mut go_on) };
        let report = simulate(&job, &mut settings).map_err(|e| e.to_string())?;
        tally.instructions += report.instructions;
        match report.ending {
            Ending::Returned(_) => tally.returns += 1,
            Ending::Stopped(Stop::Exhausted(Exhausted::Cycles), _) => return Err("does not end".into()),
            Ending::Stopped(..) => tally.stops += 1,
            other => return Err(format!("{}({args:x?}): {other:#?}", export.name)),
        }
    }
    Ok(())
}

#[test]
fn random_modules_agree_with_the_model_on_the_verilog() {
    let (count, first) = (variable("WAFER_MODULES", 100), variable("WAFER_SEED", 1));
    let mut tally = Tally::default();
    for seed in first..first + count {
        let module = firmware_loader::parse(&smith::integer_module(seed)).expect("is valid");
        let mut rng = StdRng::seed_from_u64(seed);
        run(&module, &mut rng, &mut tally).unwrap_or_else(|e| panic!("seed {seed}: {e}"));
    }
    println!("seeds {first} to {}: {tally:?}", first + count - 1);
    assert!(u64::from(tally.modules) * 3 >= count, "too few modules run: {tally:?}");
    assert!(count < 100 || tally.returns > 0 && tally.stops > 0 && tally.instructions > 0, "{tally:?}");
}
