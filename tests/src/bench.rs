//! The kernels as benchmarks: what each takes on the core, and next to processors that fit the same chip.

use crate::kernels::{self, Kernel};
use crate::program::Program;
use isa::plan::MemoryPlan;
use sim::select::Kind;
use sim::session::{Ending, Settings};
use std::fmt::Write;
use std::io;

/// One kernel on one plan.
pub struct Measured {
    pub name: String,
    pub instructions: u64,
    /// Groups of instructions retired.
    pub groups: u64,
    pub cycles: u64,
}

impl Measured {
    /// Cycles per instruction.
    pub fn cpi(&self) -> f64 {
        self.cycles as f64 / self.instructions as f64
    }
}

/// Counts lines: a trace has one for each group.
#[derive(Default)]
struct Lines(u64);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.iter().filter(|&&byte| byte == b'\n').count() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Runs every kernel that the plan can hold, in lock-step with the golden model. A wrong result is an error.
pub fn measure(plan: &MemoryPlan) -> Result<Vec<Measured>, String> {
    let kernels = kernels::all();
    let fits = |kernel: &&Kernel| Program::new(&kernel.module, plan).is_ok();
    kernels.iter().filter(fits).filter_map(|kernel| run(kernel, plan).transpose()).collect()
}

/// `None` if the kernel declares more memory than there is, and uses it.
fn run(kernel: &Kernel, plan: &MemoryPlan) -> Result<Option<Measured>, String> {
    let name = kernel.name.clone();
    let program = Program::new(&kernel.module, plan).map_err(|e| format!("{name}: {e}"))?;
    let function = kernel.module.exported_function("run").ok_or_else(|| format!("{name} exports no `run`"))?;
    let mut lines = Lines::default();
    let mut go_on = |_| true;
    let mut settings = Settings { trace: Some(&mut lines), ..Settings::checked(&mut go_on) };
    let report = program.call(Kind::Auto, function, &[kernel.argument], &mut settings);
    let report = report.map_err(|e| format!("{name}: {e}"))?;
    match report.ending {
        Ending::Returned(values) if values == [kernel.expected] => {
            Ok(Some(Measured { name, instructions: report.instructions, groups: lines.0, cycles: report.cycles }))
        }
        Ending::Stopped(isa::outcome::Stop::Exhausted(_), _) => Ok(None),
        other => Err(format!("{name}: {other:?}, expected {:?}", kernel.expected)),
    }
}

/// A processor with native code on the HX8K: its clock in MHz, and cycles for each kernel. Measured with gcc 12
/// `-O2 -march=rv32im`, memory that answers in one cycle, yosys 0.23 and nextpnr 0.4, median of three seeds.
struct Peer {
    name: &'static str,
    mhz: f64,
    cycles: [(&'static str, u64); 6],
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
        ],
    },
];

/// Cycles of each kernel as a Markdown table.
pub fn cycles(measured: &[Measured]) -> String {
    let mut text = "| kernel | instructions | groups | cycles | cycles per instruction |\n".to_string();
    text += "|---|--:|--:|--:|--:|\n";
    for m in measured {
        let Measured { name, instructions, groups, cycles } = m;
        writeln!(text, "| {name} | {instructions} | {groups} | {cycles} | {:.2} |", m.cpi()).expect("is a string");
    }
    writeln!(text, "| geometric mean | | | | {:.3} |", mean(measured.iter().map(Measured::cpi))).expect("is a string");
    text
}

/// Milliseconds of each kernel at a clock, next to the peers at theirs.
pub fn times(measured: &[Measured], mhz: f64) -> String {
    let mut text = format!("| kernel | Wafer, {mhz} MHz |");
    PEERS.iter().for_each(|p| write!(text, " {} native, {} MHz |", p.name, p.mhz).expect("is a string"));
    text += "\n|---|--:|--:|--:|\n";
    let mut ratios = [const { Vec::new() }; PEERS.len()];
    for m in measured {
        let own = m.cycles as f64 / mhz / 1000.0;
        write!(text, "| {} | {own:.2} ms |", m.name).expect("is a string");
        for (peer, ratios) in PEERS.iter().zip(&mut ratios) {
            let cycles = peer.cycles.iter().find(|(name, _)| *name == m.name).map(|&(_, cycles)| cycles);
            let time = cycles.map(|cycles| cycles as f64 / peer.mhz / 1000.0);
            ratios.extend(time.map(|time| time / own));
            write!(text, " {} |", time.map_or(String::new(), |time| format!("{time:.2} ms"))).expect("is a string");
        }
        text.push('\n');
    }
    text += "| speed of Wafer, geometric mean | 1 |";
    ratios.iter().for_each(|r| write!(text, " {:.2} times |", mean(r.iter().copied())).expect("is a string"));
    text + "\n"
}

/// Geometric mean.
fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len() as f64;
    (values.map(f64::ln).sum::<f64>() / count).exp()
}
