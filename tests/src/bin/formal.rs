//! Proves properties of the emitted Verilog: `cargo run --release -p tests --bin formal -- [--only NAME] [--list]`.

use clap::Parser;
use firmware_loader::interrupt::Interrupt;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use tests::formal::model::Model;
use tests::formal::properties::{HARNESSES, Harness, Method, Property, Subject};
use tests::formal::solve::{Outcome, solve};
use tests::formal::table;
use tests::{say, tell};

/// Proves properties of the emitted Verilog, with yosys.
#[derive(Parser)]
struct Options {
    /// Only what has this in the name of the property, its harness or its core; can be given several times, and all have
    /// to be there
    #[arg(long, value_name = "TEXT")]
    only: Vec<String>,
    /// Instead: lists the properties and what they claim
    #[arg(long)]
    list: bool,
    /// Looks so many cycles far, whatever a property's method is
    #[arg(long, value_name = "CYCLES")]
    depth: Option<u32>,
    /// Ends each proof after so many seconds, and what it then tries in its place after as many again
    #[arg(long, value_name = "SECONDS", default_value_t = 600)]
    limit: u64,
    /// Instead: breaks the hardware of each property, which has to fail
    #[arg(long)]
    broken: bool,
    /// Puts the outcomes into the table of docs/formal.md
    #[arg(long)]
    write: bool,
    /// Ends after so many seconds
    #[arg(long, value_name = "SECONDS")]
    timeout: Option<u64>,
}

impl Options {
    fn chooses(&self, harness: &Harness, property: &Property, subject: Subject) -> bool {
        let names = [harness.file.to_string(), property.name.to_string(), subject.to_string()];
        self.only.iter().all(|text| names.iter().any(|name| name.contains(text.as_str())))
    }

    fn method(&self, property: &Property) -> Method {
        self.depth.map_or(property.method, Method::Bounded)
    }
}

/// What was done, and whether nobody ended it.
#[derive(Default)]
struct Tally {
    proofs: usize,
    wrong: usize,
    interrupted: bool,
}

fn run(options: &Options, interrupt: &Interrupt) -> Result<Tally, String> {
    let mut tally = Tally::default();
    for harness in HARNESSES {
        for &subject in harness.subjects {
            let chosen: Vec<_> = harness.properties.iter().filter(|p| options.chooses(harness, p, subject)).collect();
            let mut model = None;
            for property in chosen {
                if options.list {
                    say!("{:36} {subject:16} {}", property.name, property.claim);
                    continue;
                }
                if model.is_none() || options.broken {
                    model =
                        Model::build(harness, subject, if options.broken { property.broken } else { &[] }, interrupt)?;
                }
                let Some(model) = &model else {
                    return Ok(Tally { interrupted: true, ..tally });
                };
                prove(options, model, property, subject, interrupt, &mut tally)?;
                if tally.interrupted {
                    return Ok(tally);
                }
            }
        }
    }
    Ok(tally)
}

fn prove(
    options: &Options,
    model: &Model,
    property: &Property,
    subject: Subject,
    interrupt: &Interrupt,
    tally: &mut Tally,
) -> Result<(), String> {
    let begin = Instant::now();
    eprint!("{:36} {subject:16} ...\r", property.name);
    let limit = Duration::from_secs(options.limit);
    let outcome = solve(model, property.name, options.method(property), limit, interrupt)?;
    say!("{:36} {subject:16} {outcome}, {:.1} s", property.name, begin.elapsed().as_secs_f64());
    tally.interrupted = outcome == Outcome::Interrupted;
    tally.proofs += 1;
    tally.wrong += usize::from(matches!(outcome, Outcome::Fails(..)) != options.broken);
    if options.write && !tally.interrupted && !options.broken {
        table::record(property, subject, &outcome, begin.elapsed())?;
    }
    Ok(())
}

fn main() -> ExitCode {
    let options = Options::parse();
    let outcome = Interrupt::watch(options.timeout.map(Duration::from_secs))
        .map_err(|error| format!("Ctrl-C cannot be watched: {error}"))
        .and_then(|interrupt| run(&options, &interrupt));
    let words = if options.broken { "did not fail although broken" } else { "failed" };
    match outcome {
        Ok(tally) if tally.wrong == 0 && (tally.proofs > 0 || options.list) => ExitCode::SUCCESS,
        Ok(Tally { interrupted: true, .. }) => ExitCode::from(130),
        Ok(Tally { proofs: 0, .. }) => {
            tell!("formal: no property has {:?} in its names; --list lists them", options.only);
            ExitCode::FAILURE
        }
        Ok(tally) => {
            tell!("formal: {} of {} properties {words}", tally.wrong, tally.proofs);
            ExitCode::FAILURE
        }
        Err(error) => {
            tell!("formal: {error}");
            ExitCode::FAILURE
        }
    }
}
