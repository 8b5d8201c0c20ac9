//! How fast the engines run the kernels, alone and in lock-step with the model, in turns on one thread:
//! `cargo run --release -p tests --bin engine_speed`. Arguments are the kernels wanted; without any, all.

use boards::SIM_LARGE;
use firmware_loader::interrupt::Interrupt;
use sim::engine::Sample;
use sim::engine::verilator::Verilator;
use sim::lockstep::Lockstep;
use sim::machine::{End, Limits, Machine};
use sim::observe::{Groups, Halt, Observer, Observers};
use sim::select::{Kind, open};
use std::time::Instant;
use tests::kernels::{self, Kernel};

/// Long enough to measure, per kernel, engine and way of running.
const SECONDS: f64 = 1.0;

/// One kernel on one engine, with a checker or without.
struct Bench<'a> {
    kernel: &'a Kernel,
    machine: Machine<'a>,
    lockstep: Option<Lockstep<'a>>,
    /// Computing time of all calls.
    seconds: f64,
    /// Million cycles a second in the best of them: other work on the machine makes the others slower.
    best: f64,
}

impl<'a> Bench<'a> {
    /// `None` if the core does not execute the kernel.
    fn new(kernel: &'a Kernel, (kind, check): (Kind, bool)) -> Option<Bench<'a>> {
        let module = &kernel.module;
        let image = firmware_loader::image(module, &sim::load::target(&SIM_LARGE)).ok()?;
        let engine = open(kind, &SIM_LARGE, false).expect("the engine is there");
        let machine = Machine::new(engine, module, &image, &SIM_LARGE).expect("the code is valid");
        let lockstep = check.then(|| Lockstep::new(module, &image, &SIM_LARGE).expect("kernels import nothing"));
        Some(Bench { kernel, machine, lockstep, seconds: 0.0, best: 0.0 })
    }

    /// One call from its start to its end, without what comes before and after.
    fn call(&mut self) {
        let Bench { kernel, machine, lockstep, .. } = self;
        let function = kernel.module.exported_function("run").expect("kernels export `run`");
        if let Some(lockstep) = lockstep {
            lockstep.begin(function, &[kernel.argument]);
        }
        machine.start(function, &[kernel.argument]);
        let mut checked = lockstep.as_mut().map(|l| Groups(|sample: &Sample| l.check(sample).map_err(Halt::from)));
        let list = checked.iter_mut().map(|groups| groups as &mut dyn Observer).collect();
        let limits = Limits { max_cycles: u64::MAX, interrupt: &Interrupt::default() };
        let begin = seconds();
        let run = machine.run(&mut Observers::new(list), &limits).expect("nothing is written");
        let time = seconds() - begin;
        assert_eq!((run.end, run.status.stop), (End::Stopped, 0), "{}", kernel.name);
        assert_eq!(machine.results(&[kernel.expected.ty]), [kernel.expected], "{}", kernel.name);
        self.seconds += time;
        self.best = self.best.max(run.cycles as f64 / time / 1e6);
    }
}

/// Seconds this thread has computed, so that other work on the machine does not count; where the system does not
/// tell, seconds of the clock.
fn seconds() -> f64 {
    static START: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    match text.split(' ').next().and_then(|n| n.parse::<f64>().ok()) {
        Some(nanoseconds) => nanoseconds * 1e-9,
        None => START.elapsed().as_secs_f64(),
    }
}

/// Runs a kernel in all ways in turns; prints and returns the rates.
fn measure(kernel: &Kernel, ways: &[(Kind, bool)]) -> Option<Vec<f64>> {
    let mut benches = ways.iter().map(|&way| Bench::new(kernel, way)).collect::<Option<Vec<_>>>()?;
    while benches.iter().any(|b| b.seconds < SECONDS) {
        benches.iter_mut().for_each(Bench::call);
    }
    Some(benches.iter().map(|b| b.best).collect())
}

fn line(name: &str, rates: &[f64]) {
    let mut rates = rates.to_vec();
    if let [jit, checked, verilator, verilator_checked] = rates[..] {
        rates.extend([jit / verilator, checked / verilator_checked]);
    }
    let rates: String = rates.iter().map(|rate| format!("{rate:12.2}")).collect();
    tests::say!("{name:10}{rates}");
}

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let begin = seconds();
    open(Kind::Jit, &SIM_LARGE, false).expect("the core compiles");
    tests::say!("jit: emit, parse and compile in {:.3} s", seconds() - begin);
    let mut ways = vec![(Kind::Jit, false), (Kind::Jit, true)];
    if Verilator::available() {
        ways.extend([(Kind::Verilator, false), (Kind::Verilator, true)]);
    } else {
        tests::say!("nothing to compare with: verilator is not installed; ./setup.sh installs it");
    }
    tests::say!("million cycles a second, and ratio to Verilator");
    tests::say!("{:>22}{:>12}{:>12}{:>12}{:>12}{:>12}", "jit", "checked", "verilator", "checked", "ratio", "checked");
    let mut logs = vec![0.0; ways.len()];
    let mut count = 0.0;
    for kernel in kernels::all().iter().filter(|k| wanted.is_empty() || wanted.contains(&k.name)) {
        match measure(kernel, &ways) {
            Some(rates) => {
                line(&kernel.name, &rates);
                logs.iter_mut().zip(&rates).for_each(|(log, r)| *log += r.ln());
                count += 1.0;
            }
            None => tests::say!("{:10} the core does not execute it", kernel.name),
        }
    }
    let means: Vec<f64> = logs.iter().map(|log| (log / count).exp()).collect();
    line("mean", &means);
}
