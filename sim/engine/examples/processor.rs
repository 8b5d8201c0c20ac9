//! Loads a program into a small processor, runs it and says how fast:
//! `cargo run --release -p engine --example processor -- 100000000`.
use engine::{Design, Models, Options, Sim};
use std::time::Instant;

const CPU: &str = include_str!("../tests/verilog/cpu.v");

/// An endless loop that adds, shifts and stores.
const PROGRAM: &[u32] = &[
    0x0600_0001, // const 1
    0x0400_0002, // store 2
    0x0200_0001, // add 1
    0x0400_0001, // store 1
    0x0800_0003, // shl 3
    0x0700_0001, // xor 1
    0x0400_0001, // store 1
    0x0300_0002, // sub 2
    0x0500_0002, // jnz 2
    0x0600_0007, // const 7
    0x0500_0002, // jnz 2
];

fn main() -> Result<(), engine::Error> {
    let cycles = std::env::args().nth(1).and_then(|a| a.parse().ok()).unwrap_or(50_000_000);
    let start = Instant::now();
    let design = Design::parse(CPU, "top", &Models::none())?;
    let parsed = start.elapsed();
    let mut sim = Sim::new(design, Options::default())?;
    println!("parse and elaborate {parsed:.1?}, compile {:.1?}", start.elapsed() - parsed);

    let program: Vec<u8> = PROGRAM.iter().flat_map(|w| w.to_ne_bytes()).collect();
    let memory = sim.mem("prog")?;
    sim.bytes_mut(memory)[..program.len()].copy_from_slice(&program);

    let start = Instant::now();
    let ran = sim.run(cycles);
    let seconds = start.elapsed().as_secs_f64();
    let accumulator = sim.get(sim.sig("acc.q")?);
    println!("{ran} cycles, {:.1} million a second; accumulator {accumulator:#x}", ran as f64 / seconds / 1e6);
    Ok(())
}
