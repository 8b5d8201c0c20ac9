//! How fast a design runs with its inputs at rest:
//! `cargo run --release -p engine --example speed -- file.v top 1000000`.
use engine::{Design, Error, Models, Options, Sim};
use std::time::Instant;

/// Seconds this thread has computed, so that other work on the machine does
/// not count; where the system does not tell, seconds since `start`.
fn seconds(start: Instant) -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    match text.split(' ').next().and_then(|n| n.parse::<f64>().ok()) {
        Some(nanoseconds) => nanoseconds * 1e-9,
        None => start.elapsed().as_secs_f64(),
    }
}

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
    design.warnings().iter().for_each(|w| eprintln!("warning: {w}"));
    println!("{} signals, {} memories", design.signals().len(), design.memories().len());
    let mut sim = Sim::new(design, Options::default())?;
    println!("parse and elaborate {parsed:.1?}, compile {:.1?}", start.elapsed() - parsed);

    let rate = |name: &str, cycles: u64, f: &mut dyn FnMut(u64)| {
        let before = seconds(start);
        f(cycles);
        let rate = cycles as f64 / (seconds(start) - before) / 1e6;
        println!("{name:<28}{rate:8.2} million cycles a second");
    };
    rate("in one run", cycles, &mut |n| {
        sim.run(n);
    });
    rate("cycle by cycle", cycles / 4 + 1, &mut |n| (0..n).for_each(|_| sim.step()));
    sim.settle_all()?;
    rate("every signal every cycle", cycles / 16 + 1, &mut |n| {
        for _ in 0..n {
            sim.step();
            // compiled above, so it cannot fail any more
            let _ = sim.settle_all();
        }
    });
    Ok(())
}
