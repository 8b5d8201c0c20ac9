//! Runs the kernels and prints what they take: `cargo run --release -p tests --bin bench -- [--plan P] [--json]`.

use clap::Parser;
use serde_json::{Map, Value, json};
use sim::observe::stalls::Cause;
use std::process::ExitCode;
use tests::bench::{Measured, Measurement, cycles, cycles_beside, measure, reported_mhz, stalls, times};
use tests::kernels::Group;

/// Runs the kernels in lock-step with the golden model and prints what they take.
#[derive(Parser)]
struct Options {
    /// Whose core.
    #[arg(long, default_value = "sim-large")]
    plan: String,
    /// The clock in MHz for times next to other processors, instead of the board's.
    #[arg(long, value_name = "MHZ")]
    mhz: Option<f64>,
    /// The board whose clock it is: the median in its report, if `make -C synth report BOARD=NAME` has made one.
    #[arg(long, value_name = "NAME", default_value = "alchitry-cu-fast")]
    board: String,
    /// Prints one JSON object instead of tables.
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    let options = Options::parse();
    match text(&options) {
        Ok(text) => {
            tests::say!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            tests::tell!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn text(options: &Options) -> Result<String, String> {
    let known = || boards::PLANS.iter().map(|p| p.name).collect::<Vec<_>>().join(", ");
    let plan = boards::plan(&options.plan).ok_or_else(|| format!("no plan {}; there are {}", options.plan, known()))?;
    let mhz = match options.mhz {
        Some(mhz) => Some(mhz),
        None => reported_mhz(&options.board)?,
    };
    let all = measure(plan)?;
    Ok(if options.json { object(plan.name, mhz, &all) } else { tables(mhz, &all) })
}

fn tables(mhz: Option<f64>, all: &Measurement) -> String {
    let mut parts: Vec<String> =
        all.left_out.iter().map(|(name, why)| format!("{name} does not run on this plan: {why}\n")).collect();
    let [basic, further, float] = [Group::Basic, Group::Further, Group::Float].map(|group| all.of(group));
    if !basic.is_empty() {
        parts.extend([cycles(&basic), stalls(&basic)]);
        parts.extend(mhz.map(|mhz| times(&basic, &[("placed", mhz)])));
    }
    if !further.is_empty() {
        parts.extend([cycles(&further), stalls(&further)]);
    }
    if !float.is_empty() {
        parts.extend([cycles_beside(&float), stalls(&float)]);
    }
    parts.join("\n")
}

fn object(plan: &str, mhz: Option<f64>, all: &Measurement) -> String {
    let kernels: Vec<Value> = all.measured.iter().map(|m| kernel(m, mhz)).collect();
    let left_out: Vec<Value> =
        all.left_out.iter().map(|(name, why)| json!({ "kernel": name, "reason": why })).collect();
    format!("{:#}\n", json!({ "plan": plan, "mhz": mhz, "kernels": kernels, "left_out": left_out }))
}

fn kernel(m: &Measured, mhz: Option<f64>) -> Value {
    let causes = Cause::ALL.iter().map(|&(cause, name, _)| (name.to_string(), m.stalls.count(cause).into()));
    json!({
        "kernel": m.name,
        "instructions": m.instructions,
        "groups": m.groups(),
        "cycles": m.cycles,
        "cpi": m.cpi(),
        "stalls": causes.collect::<Map<String, Value>>(),
        "ms": mhz.map(|mhz| m.milliseconds(mhz)),
    })
}
