//! Runs the kernels and prints what they take: `cargo run --release -p tests --bin bench -- [--plan P] [--json]`.

use clap::Parser;
use serde_json::json;
use std::process::ExitCode;
use tests::bench::{cycles, measure, times};

/// Runs the kernels in lock-step with the golden model and prints what they take.
#[derive(Parser)]
struct Options {
    /// Whose core.
    #[arg(long, default_value = "sim-large")]
    plan: String,
    /// The clock in MHz for times next to other processors, as `make -C synth report` says.
    #[arg(long, value_name = "MHZ")]
    mhz: Option<f64>,
    /// Prints one JSON object instead of tables.
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    let options = Options::parse();
    let plan = boards::plan(&options.plan).ok_or_else(|| format!("no plan {}", options.plan));
    let measured = match plan.and_then(measure) {
        Ok(measured) => measured,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    if options.json {
        let kernel = |m: &tests::bench::Measured| {
            let (name, instructions, groups, cycles) = (&m.name, m.instructions, m.groups, m.cycles);
            json!({ "kernel": name, "instructions": instructions, "groups": groups, "cycles": cycles, "cpi": m.cpi() })
        };
        println!("{:#}", json!({ "plan": options.plan, "kernels": measured.iter().map(kernel).collect::<Vec<_>>() }));
        return ExitCode::SUCCESS;
    }
    print!("{}", cycles(&measured));
    if let Some(mhz) = options.mhz {
        print!("\n{}", times(&measured, mhz));
    }
    ExitCode::SUCCESS
}
