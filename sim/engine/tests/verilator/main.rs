//! Against Verilator, every named signal in every cycle. Without Verilator
//! these tests say that they are skipped, and pass.
//!
//! `ENGINE_RANDOM=20 cargo test -p engine --test verilator` tries 20 designs
//! of random modules instead of one; `ENGINE_SEED=7` begins with that seed.
//! `ENGINE_VERILOG=file.v` also compares that file, whose top module is `top`;
//! `ENGINE_SKIP=a.i,b.i` leaves signals out, such as counters of loops.
mod generate;
mod harness;

use engine::Models;
use generate::{Random, design};
use harness::{available, compare};

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|s| s.parse().ok()).unwrap_or(default)
}

#[test]
fn random_modules() {
    if !available() {
        return;
    }
    let first = number("ENGINE_SEED", 1);
    for seed in first..first + number("ENGINE_RANDOM", 1) {
        println!("seed {seed}");
        compare(&format!("random{seed}"), &design(&mut Random::new(seed), 4), 3000);
    }
}

#[test]
fn processor() {
    if available() {
        compare("cpu", include_str!("../verilog/cpu.v"), 10_000);
    }
}

/// Text as rust-hdl prints it, its black box replaced by the engine's model so
/// that both sides simulate the same.
#[test]
fn emitted_design() {
    if !available() {
        return;
    }
    let text = include_str!("../verilog/emitted.v");
    let (before, rest) = text.split_once("(* blackbox *)").unwrap();
    let (_, after) = rest.split_once("endmodule").unwrap();
    let models = Models::ice40();
    let spram = models.get("SB_SPRAM256KA").unwrap();
    compare("emitted", &format!("{before}{after}\n{spram}"), 20_000);
}

/// The shapes in which rust-hdl's simulation and its Verilog differ.
#[test]
fn silent_differences() {
    if available() {
        compare("shapes", include_str!("../verilog/shapes.v"), 20_000);
    }
}

#[test]
fn given_file() {
    if let Ok(file) = std::env::var("ENGINE_VERILOG")
        && available()
    {
        let text = std::fs::read_to_string(&file).unwrap();
        compare("given", &text, number("ENGINE_CYCLES", 100_000));
    }
}
