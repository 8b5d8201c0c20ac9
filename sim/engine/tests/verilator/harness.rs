//! Runs one design in Verilator and in the engine with the same random inputs
//! and compares every named signal in every cycle.
use engine::{Design, Kind, Models, Options, Sig, Signal, Sim};
use std::{
    fmt::Write,
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

/// Whether Verilator can be run; says so on standard error if not.
pub fn available() -> bool {
    let found = Command::new("verilator").arg("--version").output().is_ok();
    if !found {
        // not through `eprintln!`, which says nothing for tests that pass
        let _ = writeln!(std::io::stderr(), "skipped: verilator is not installed; ./setup.sh installs it");
    }
    found
}

/// The generator of inputs, the same in Rust and C++.
struct Inputs(u64);

const SEED: u64 = 88_172_645_463_325_252;

impl Inputs {
    fn word(&mut self) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as u32
    }

    /// 128 bits; one in eight times all the same, to reach the corners.
    fn value(&mut self) -> u128 {
        let mut w = [0; 4];
        w.iter_mut().for_each(|w| *w = self.word());
        if w[3] & 7 == 0 {
            let same = if w[3] & 8 != 0 { u32::MAX } else { 0 };
            w[..3].fill(same);
        }
        w.iter().rev().fold(0, |v, w| v << 32 | *w as u128)
    }
}

const PRELUDE: &str = r#"
#include "Vtop.h"
#include "Vtop___024root.h"
#include <cstdio>
#include <cstdint>
#include <cstdlib>
static uint64_t S = 88172645463325252ull;
static uint32_t R() { S ^= S << 13; S ^= S >> 7; S ^= S << 17; return (uint32_t)(S >> 16); }
static uint32_t w[4];
static void in() {
    for (auto &x : w) x = R();
    if ((w[3] & 7) == 0) for (int i = 0; i < 3; i++) w[i] = (w[3] & 8) ? ~0u : 0;
}
template <class T> void put(T &v, int bits) {
    uint64_t x = ((uint64_t)w[1] << 32) | w[0];
    if (bits < 64) x &= ((uint64_t)1 << bits) - 1;
    v = x;
}
template <size_t N> void put(VlWide<N> &v, int bits) {
    for (size_t i = 0; i < N; i++) v[i] = w[i];
    if (bits % 32) v[N - 1] &= ((uint32_t)1 << bits % 32) - 1;
}
template <class T> void get(const T &v) {
    uint64_t x = v;
    w[0] = x, w[1] = x >> 32, w[2] = w[3] = 0;
}
template <size_t N> void get(const VlWide<N> &v) {
    for (size_t i = 0; i < 4; i++) w[i] = i < N ? v[i] : 0;
}
static bool dump;
static void see(uint64_t &h, long cycle, int k) {
    if (dump) printf("%ld %d %08x%08x%08x%08x\n", cycle, k, w[3], w[2], w[1], w[0]);
    for (auto x : w) { h = (h ^ x) * 1099511628211ull; h ^= h >> 29; }
}
"#;

fn mix(h: &mut u64, v: u128) {
    for i in 0..4 {
        *h = (*h ^ (v >> (32 * i)) as u32 as u64).wrapping_mul(1_099_511_628_211);
        *h ^= *h >> 29;
    }
}

/// The signals to compare: all but the clock and its copies.
fn compared(design: &Design) -> Vec<&Signal> {
    let clock = design.clock().map(|s| s.name.as_str());
    let skipped = std::env::var("ENGINE_SKIP").unwrap_or_default();
    let is_clock = |s: &Signal| Some(s.name.as_str()) == clock || s.name.rsplit(['.', '$']).next() == Some("clock");
    design.signals().iter().filter(|s| !is_clock(s) && !skipped.split(',').any(|n| n == s.name)).collect()
}

/// The member of Verilator's model that holds a signal.
fn member(design: &Design, s: &Signal) -> String {
    let port = design.outputs().any(|o| o.name == s.name) || s.kind == Kind::Input;
    let name = s.name.replace('$', "__024").replace('.', "__DOT__");
    format!("t->rootp->{}{name}", if port { "" } else { "top__DOT__" })
}

fn cpp_main(design: &Design) -> String {
    let mut out = String::from(PRELUDE);
    let signals = compared(design);
    let clock = design.clock().map(|s| s.name.clone());
    let count = signals.len();
    let _ = writeln!(out, "static uint64_t h[{count}];\nint main(int argc, char **argv) {{");
    let _ = writeln!(out, "long cycles = atol(argv[1]); dump = argc > 2; Vtop *t = new Vtop;");
    let _ = writeln!(out, "for (auto &x : h) x = 14695981039346656037ull;");
    if let Some(c) = &clock {
        let _ = writeln!(out, "t->{c} = 0; t->eval();");
    }
    let _ = writeln!(out, "for (long n = 0; n < cycles; n++) {{");
    for i in design.inputs() {
        let _ = writeln!(out, "in(); put(t->{}, {});", i.name.replace('$', "__024"), i.width);
    }
    let _ = writeln!(out, "t->eval();");
    for (k, s) in signals.iter().enumerate() {
        let _ = writeln!(out, "get({}); see(h[{k}], n, {k});", member(design, s));
    }
    if let Some(c) = &clock {
        let _ = writeln!(out, "t->{c} = 1; t->eval(); t->{c} = 0; t->eval();");
    }
    let _ = writeln!(out, "}}\nif (!dump) for (auto x : h) printf(\"%016llx\\n\", (unsigned long long)x);\n}}");
    out
}

/// Builds the model and returns the program's path.
fn build(source: &str, design: &Design, dir: &Path) -> PathBuf {
    std::fs::create_dir_all(dir).unwrap();
    std::fs::write(dir.join("top.v"), source).unwrap();
    std::fs::write(dir.join("main.cpp"), cpp_main(design)).unwrap();
    let output = Command::new("verilator")
        .args(["--cc", "--exe", "--build", "--public-flat-rw", "-Wno-fatal", "-Wno-lint"])
        .args(["--x-assign", "0", "--x-initial", "0", "--top-module", "top", "-O3"])
        .args(["-MAKEFLAGS", "OPT_FAST=-O0 OPT_SLOW=-O0 OPT_GLOBAL=-O0"])
        .args(["-Mdir", "out", "top.v", "main.cpp"])
        .current_dir(dir)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "verilator failed in {}:\n{text}", dir.display());
    dir.join("out/Vtop")
}

fn run_tool(program: &Path, args: &[String]) -> String {
    let output = Command::new(program).args(args).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// Runs the engine; `see` gets cycle, signal number and value.
fn run_engine(sim: &mut Sim, cycles: u64, mut see: impl FnMut(u64, usize, u128)) {
    let sigs: Vec<Sig> = compared(sim.design()).iter().map(|s| sim.sig(&s.name).unwrap()).collect();
    let inputs: Vec<Sig> = sim.design().inputs().map(|s| sim.sig(&s.name).unwrap()).collect();
    let mut random = Inputs(SEED);
    for cycle in 0..cycles {
        for i in &inputs {
            sim.set(*i, random.value());
        }
        sim.settle_all().unwrap();
        sigs.iter().enumerate().for_each(|(k, s)| see(cycle, k, sim.get(*s)));
        sim.step();
    }
}

/// Panics with the first difference between the two, if there is one.
pub fn compare(name: &str, source: &str, cycles: u64) {
    let design = Design::parse(source, "top", &Models::none()).unwrap_or_else(|e| panic!("{e}"));
    let dir = std::env::temp_dir().join(format!("engine-{name}-{}", std::process::id()));
    let program = build(source, &design, &dir);
    let hashes: Vec<u64> =
        run_tool(&program, &[cycles.to_string()]).lines().map(|l| u64::from_str_radix(l, 16).unwrap()).collect();
    let mut sim = Sim::new(design, Options::default()).unwrap();
    let mut own = vec![14_695_981_039_346_656_037u64; hashes.len()];
    run_engine(&mut sim, cycles, |_, k, v| mix(&mut own[k], v));
    if hashes != own {
        let first = first_difference(&mut sim, &program, cycles.min(2000));
        panic!("{name}: {first}; sources are in {}", dir.display());
    }
    println!("{name}: {} signals equal for {cycles} cycles", own.len());
    if std::env::var_os("ENGINE_KEEP").is_none() {
        let _ = std::fs::remove_dir_all(dir);
    }
}

fn first_difference(sim: &mut Sim, program: &Path, cycles: u64) -> String {
    let text = run_tool(program, &[cycles.to_string(), "dump".into()]);
    let mut lines = text.lines();
    sim.reset();
    let names: Vec<String> = compared(sim.design()).iter().map(|s| s.name.clone()).collect();
    let mut found = Vec::new();
    run_engine(sim, cycles, |cycle, k, v| {
        let theirs = lines.next().and_then(|l| l.rsplit(' ').next()).unwrap_or("");
        if found.len() < 8 && u128::from_str_radix(theirs, 16) != Ok(v) {
            found.push(format!("cycle {cycle}, {}: {v:#x}, verilator 0x{theirs}", names[k]));
        }
    });
    format!("differences: {}", found.join("\n"))
}
