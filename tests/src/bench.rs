//! The kernels as benchmarks: what each takes on the core, and next to processors that fit the same chip.

use crate::generated::root;
use crate::kernels::{self, Group, Kernel};
use crate::program::Program;
use isa::outcome::Stop;
use isa::plan::CorePlan;
use sim::observe::stalls::{Cause, Stalls};
use sim::select::Kind;
use sim::session::{Ending, Settings};
use std::fmt::Write;

/// The kernels on one plan.
#[derive(Default)]
pub struct Measurement {
    pub measured: Vec<Measured>,
    /// Kernels that do not run on the plan, and why.
    pub left_out: Vec<(String, String)>,
}

/// One kernel on one plan.
pub struct Measured {
    pub name: String,
    pub group: Group,
    pub instructions: u64,
    pub cycles: u64,
    /// The same cycles, by what they passed with.
    pub stalls: Stalls,
}

impl Measured {
    /// Groups of instructions retired.
    pub fn groups(&self) -> u64 {
        self.stalls.groups()
    }

    /// Cycles per instruction.
    pub fn cpi(&self) -> f64 {
        self.cycles as f64 / self.instructions as f64
    }

    /// Time at a clock in MHz.
    pub fn milliseconds(&self, mhz: f64) -> f64 {
        self.cycles as f64 / mhz / 1000.0
    }
}

impl Measurement {
    /// The kernels of a group.
    pub fn of(&self, group: Group) -> Vec<&Measured> {
        self.measured.iter().filter(|m| m.group == group).collect()
    }
}

/// Runs every kernel that the plan can hold, in lock-step with the golden model. A wrong result is an error.
pub fn measure(plan: &CorePlan) -> Result<Measurement, String> {
    let mut all = Measurement::default();
    for kernel in kernels::all() {
        match run(&kernel, plan)? {
            Ok(measured) => all.measured.push(measured),
            Err(why) => all.left_out.push((kernel.name, why)),
        }
    }
    Ok(all)
}

/// The inner error says why the kernel does not run on the plan.
fn run(kernel: &Kernel, plan: &CorePlan) -> Result<Result<Measured, String>, String> {
    let name = kernel.name.clone();
    let function = kernel.module.exported_function("run").ok_or_else(|| format!("{name} exports no `run`"))?;
    let program = match Program::new(&kernel.module, plan) {
        Ok(program) => program,
        Err(why) => return Ok(Err(why.to_string())),
    };
    let mut stalls = Stalls::default();
    let mut settings = Settings { observers: vec![&mut stalls], ..Settings::checked() };
    let report = program.call(Kind::Auto, function, &[kernel.argument], &mut settings);
    let report = report.map_err(|e| format!("{name}: {e}"))?;
    match report.ending {
        Ending::Returned(values) if values == [kernel.expected] => {}
        Ending::Stopped(stop @ Stop::Exhausted(_), _) => return Ok(Err(stop.message().into())),
        other => return Err(format!("{name}: {other:?}, expected {:?}", kernel.expected)),
    }
    let (group, instructions, cycles) = (kernel.group, report.instructions, report.cycles);
    match stalls.cycles() {
        counted if counted == cycles => Ok(Ok(Measured { name, group, instructions, cycles, stalls })),
        counted => Err(format!("{name}: {cycles} cycles have passed, and {counted} have a group or a cause")),
    }
}

/// A processor with native code on the HX8K: its clock in MHz, and cycles for each kernel; those with floats call gcc's
/// library for them. Measured with gcc 12 `-O2 -march=rv32im`, memory that answers in one cycle, yosys 0.23 and nextpnr 0.4, median of three seeds.
struct Peer {
    name: &'static str,
    mhz: f64,
    cycles: [(&'static str, u64); 7],
}

const PEERS: [Peer; 2] = [
    Peer {
        name: "PicoRV32",
        mhz: 61.7,
        cycles: [
            ("fib", 589_822),
            ("sieve", 644_789),
            ("crc32", 958_742),
            ("qsort", 1_096_503),
            ("matmul", 976_177),
            ("sha256", 387_567),
            ("nbody32", 4_476_698),
        ],
    },
    Peer {
        name: "VexRiscv",
        mhz: 57.1,
        cycles: [
            ("fib", 168_248),
            ("sieve", 191_021),
            ("crc32", 347_542),
            ("qsort", 380_986),
            ("matmul", 141_988),
            ("sha256", 127_548),
            ("nbody32", 1_311_651),
        ],
    },
];

/// Cycles of each kernel as a Markdown table.
pub fn cycles(measured: &[&Measured]) -> String {
    let mut text = "| kernel | instructions | groups | cycles | cycles per instruction |\n".to_string();
    text += "|---|--:|--:|--:|--:|\n";
    for m in measured {
        let Measured { name, instructions, cycles, .. } = m;
        let groups = m.groups();
        writeln!(text, "| {name} | {instructions} | {groups} | {cycles} | {:.2} |", m.cpi()).expect("is a string");
    }
    let cpis: Vec<f64> = measured.iter().map(|m| m.cpi()).collect();
    writeln!(text, "| geometric mean | | | | {:.3} |", mean(&cpis)).expect("is a string");
    text
}

/// What the cycles of each kernel passed with as a Markdown table, without the causes that none has.
pub fn stalls(measured: &[&Measured]) -> String {
    let mut text = "| cycles with |".to_string();
    measured.iter().for_each(|m| write!(text, " {} |", m.name).expect("is a string"));
    text += "\n|---|";
    measured.iter().for_each(|_| text += "--:|");
    text += "\n";
    let mut row = |what: &str, counts: &[u64]| {
        let counts: String = counts.iter().map(|count| format!(" {count} |")).collect();
        writeln!(text, "| {what} |{counts}").expect("is a string");
    };
    row("a group that retires", &measured.iter().map(|m| m.groups()).collect::<Vec<_>>());
    for (cause, _, what) in Cause::ALL {
        let counts: Vec<u64> = measured.iter().map(|m| m.stalls.count(cause)).collect();
        if counts.iter().any(|&count| count > 0) {
            row(what, &counts);
        }
    }
    row("any", &measured.iter().map(|m| m.cycles).collect::<Vec<_>>());
    text
}

/// Cycles of each kernel as a Markdown table, next to those of the peers.
pub fn cycles_beside(measured: &[&Measured]) -> String {
    let mut text = "| kernel | instructions | cycles | cycles per instruction |".to_string();
    PEERS.iter().for_each(|p| write!(text, " {} native |", p.name).expect("is a string"));
    text += "\n|---|--:|--:|--:|--:|--:|\n";
    for m in measured {
        let Measured { name, instructions, cycles, .. } = m;
        write!(text, "| {name} | {instructions} | {cycles} | {:.2} |", m.cpi()).expect("is a string");
        for theirs in PEERS.iter().map(|peer| peer.cycles(name)) {
            let ratio = |c: u64| format!("{c}, {:.1} times", c as f64 / *cycles as f64);
            write!(text, " {} |", theirs.map_or(String::new(), ratio)).expect("is a string");
        }
        text.push('\n');
    }
    text
}

impl Peer {
    /// Cycles that it takes for a kernel, if that was measured.
    fn cycles(&self, kernel: &str) -> Option<u64> {
        self.cycles.iter().find(|(name, _)| *name == kernel).map(|&(_, cycles)| cycles)
    }

    /// The same in milliseconds.
    fn milliseconds(&self, kernel: &str) -> Option<f64> {
        Some(self.cycles(kernel)? as f64 / self.mhz / 1000.0)
    }

    /// Its time as a multiple of the time here at a clock in MHz: the geometric mean over the kernels.
    fn ratio(&self, measured: &[&Measured], mhz: f64) -> f64 {
        let ratio = |m: &&Measured| Some(self.milliseconds(&m.name)? / m.milliseconds(mhz));
        mean(&measured.iter().filter_map(ratio).collect::<Vec<_>>())
    }
}

/// How many times as fast as each of the peers, PicoRV32 and VexRiscv: the geometric mean, at a clock in MHz.
pub fn speeds(measured: &[&Measured], mhz: f64) -> [f64; PEERS.len()] {
    PEERS.map(|peer| peer.ratio(measured, mhz))
}

/// A clock of Wafer in a table of times: what it is, and MHz.
pub type Clock<'a> = (&'a str, f64);

/// Milliseconds of each kernel at each of these clocks, next to the peers at theirs.
pub fn times(measured: &[&Measured], clocks: &[Clock<'_>]) -> String {
    let mut heads: Vec<String> = clocks.iter().map(|(what, mhz)| format!("Wafer, {what}, {mhz} MHz")).collect();
    heads.extend(PEERS.iter().map(|p| format!("{} native, {} MHz", p.name, p.mhz)));
    let mut text = format!("| kernel | {} |\n|---|{}\n", heads.join(" | "), "--:|".repeat(heads.len()));
    for m in measured {
        let mut cells: Vec<String> = clocks.iter().map(|&(_, mhz)| format!("{:.2} ms", m.milliseconds(mhz))).collect();
        let peers = PEERS.iter().map(|peer| peer.milliseconds(&m.name));
        cells.extend(peers.map(|time| time.map_or(String::new(), |time| format!("{time:.2} ms"))));
        writeln!(text, "| {} | {} |", m.name, cells.join(" | ")).expect("is a string");
    }
    for (i, &(what, mhz)) in clocks.iter().enumerate() {
        let own = (0..clocks.len()).map(|column| if column == i { "1".into() } else { String::new() });
        let others = speeds(measured, mhz).map(|speed| format!("{speed:.2} times"));
        let cells: Vec<String> = own.chain(others).collect();
        writeln!(text, "| speed of Wafer, {what}, geometric mean | {} |", cells.join(" | ")).expect("is a string");
    }
    text
}

/// The median of the MHz that placements for a board have reached, if they have been reported. An error if there is no
/// such board, or the report has other contents.
pub fn reported_mhz(board: &str) -> Result<Option<f64>, String> {
    let known = || boards::BOARDS.iter().map(|b| b.name).collect::<Vec<_>>().join(", ");
    boards::board(board).ok_or_else(|| format!("no board {board}; there are {}", known()))?;
    let path = root().join("synth/build").join(board).join("report.json");
    let Ok(text) = std::fs::read_to_string(&path) else { return Ok(None) };
    let report: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    let reached = report["fmax_mhz"].as_array().into_iter().flatten();
    let mut reached: Vec<f64> = reached.filter_map(serde_json::Value::as_f64).collect();
    reached.sort_by(f64::total_cmp);
    let median = reached.get(reached.len() / 2).copied();
    let hint = format!("make -C synth report BOARD={board} writes it anew");
    median.map(Some).ok_or_else(|| format!("{}: no MHz in `fmax_mhz`; {hint}", path.display()))
}

/// Geometric mean; no number if there are no values.
fn mean(values: &[f64]) -> f64 {
    (values.iter().copied().map(f64::ln).sum::<f64>() / values.len() as f64).exp()
}
