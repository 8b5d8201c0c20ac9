//! How fast a design runs with its inputs at rest:
//! `cargo run --release -p engine --example speed -- file.v top 1000000`.
use engine::{Design, Error, Models, Options, Sim};
use std::time::Instant;

fn main() -> Result<(), Error> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, file, top, cycles] = &arguments[..] else {
        eprintln!("usage: speed FILE TOP CYCLES");
        return Ok(());
    };
    let unreadable = |e: std::io::Error| Error::nowhere(file, e.to_string());
    let text = std::fs::read_to_string(file).map_err(unreadable)?;
    let cycles = cycles.parse().unwrap_or(1_000_000);

    let start = Instant::now();
    let design = Design::parse(&text, top, &Models::ice40())?;
    let parsed = start.elapsed();
    design
        .warnings()
        .iter()
        .for_each(|w| eprintln!("warning: {w}"));
    println!(
        "{} signals, {} memories",
        design.signals().len(),
        design.memories().len()
    );
    let mut sim = Sim::new(design, Options::default())?;
    println!(
        "parse and elaborate {parsed:.1?}, compile {:.1?}",
        start.elapsed() - parsed
    );

    let start = Instant::now();
    let ran = sim.run(cycles) as f64;
    println!(
        "{:.2} million cycles a second",
        ran / start.elapsed().as_secs_f64() / 1e6
    );
    Ok(())
}
