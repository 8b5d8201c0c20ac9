//! A running simulation.
use crate::{
    Design, Kind, Mem,
    error::{Error, Pos, Result},
    jit::{Code, Entry, Layout, RunPlan},
    record::{Record, Recorder, one_bit},
    signals::{Sig, Slot, slots},
    state::State,
};
use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering},
};

/// Most bytes a simulation's state may have.
const MAX_STATE: u64 = 1 << 34;

/// The next simulation's serial number.
static SERIAL: AtomicU64 = AtomicU64::new(0);

/// What a simulation does besides running.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Combinational signals kept up to date by [`Sim::run`] and [`Sim::eval`],
    /// besides the outputs. A name that ends in `*` stands for all that begin
    /// so.
    pub watch: Vec<String>,
    /// Leave outputs that are not watched to [`Sim::eval`]: they cost time in
    /// each cycle.
    pub skip_outputs: bool,
    /// One-bit signal: a run ends after the cycle in which it was 1 before the
    /// edge.
    pub stop: Option<String>,
    /// The stop signal stops at 0 instead.
    pub stop_low: bool,
    /// Report indices out of range, see [`Sim::index_errors`].
    pub check_index: bool,
    /// Signals to copy out at clock edges, see [`Sim::records`].
    pub record: Option<Record>,
}

/// A place in the text where an index was out of range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexError {
    /// The indexed signal or memory.
    pub name: String,
    /// The index in the text.
    pub pos: Pos,
    /// Clock edges before the first one at which it happened.
    pub cycle: u64,
}

/// A compiled design and its state.
///
/// Between two clock edges, registers and memories hold their values after
/// the last edge. Combinational signals (outputs and watched ones) hold what
/// they were *before* the last edge until [`Sim::eval`] settles them anew.
pub struct Sim {
    pub(crate) design: Arc<Design>,
    pub(crate) layout: Layout,
    pub(crate) slots: Vec<Slot>,
    pub(crate) state: State,
    code: Arc<Mutex<Code>>,
    plan: RunPlan,
    run: Entry,
    eval: Option<Entry>,
    all: Option<Entry>,
    /// What settles the signals last given to [`Sim::settle_some`].
    some: Option<(Vec<Sig>, Entry)>,
    pub(crate) recorder: Option<Recorder>,
    pub(crate) cycles: u64,
    /// Different for each simulation of the process.
    pub(crate) serial: u64,
}

impl Sim {
    /// Compiles `design` and puts it into its initial state. A design in an
    /// `Arc` can be compiled several times.
    ///
    /// # Errors
    /// Unknown names in `options`, or a design too large for the machine.
    pub fn new(design: impl Into<Arc<Design>>, options: Options) -> Result<Sim> {
        let design = design.into();
        let layout = Layout::new(&design);
        if layout.size > MAX_STATE {
            return Err(Error::nowhere("design", "memories are too large"));
        }
        let recorder = options.record.as_ref().map(|r| Recorder::new(&design, r)).transpose()?;
        let plan = RunPlan {
            watch: watched(&design, &options.watch, options.skip_outputs)?,
            stop: options.stop.as_ref().map(|n| one_bit(&design, n)).transpose()?,
            stop_low: options.stop_low,
            record: recorder.as_ref().map(|r| r.plan.clone()),
            check_index: options.check_index,
        };
        let mut code = Code::new()?;
        let run = code.run(&design, &layout, &plan)?;
        let slots = slots(&design, &layout);
        let state = State::new(layout.size as usize);
        let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
        let mut sim = Sim {
            design,
            layout,
            slots,
            state,
            code: Arc::new(Mutex::new(code)),
            plan,
            run,
            eval: None,
            all: None,
            some: None,
            recorder,
            cycles: 0,
            serial,
        };
        sim.initialise();
        Ok(sim)
    }

    /// Another simulation of the same design with the same options, in its
    /// initial state. It shares the compiled code, so this takes no time to
    /// speak of.
    #[must_use]
    pub fn another(&self) -> Sim {
        let mut sim = Sim {
            design: Arc::clone(&self.design),
            layout: self.layout.clone(),
            slots: self.slots.clone(),
            state: State::new(self.layout.size as usize),
            code: Arc::clone(&self.code),
            plan: self.plan.clone(),
            recorder: self.recorder.clone(),
            some: self.some.clone(),
            cycles: 0,
            serial: SERIAL.fetch_add(1, Ordering::Relaxed),
            ..*self
        };
        sim.initialise();
        sim
    }

    /// Back to the initial state, inputs and memories included.
    pub fn reset(&mut self) {
        // fresh pages instead of clearing what may be large and unused
        self.state = State::new(self.layout.size as usize);
        self.cycles = 0;
        self.initialise();
    }

    fn initialise(&mut self) {
        let design = Arc::clone(&self.design);
        for (i, s) in design.signals.iter().enumerate().filter(|(_, s)| s.kind == Kind::Reg) {
            self.set(Sig(i as u32), s.init);
        }
        for (i, m) in design.memories.iter().enumerate() {
            for (place, value) in &m.init {
                self.write(Mem(i as u32), m.low + place, *value);
            }
        }
        self.clear_records();
    }

    /// The design being simulated.
    pub fn design(&self) -> &Design {
        &self.design
    }

    /// Clock edges since the start or the last [`Sim::reset`].
    pub fn cycles(&self) -> u64 {
        self.cycles
    }

    /// Settles everything and returns the value of the signal with this name.
    pub fn peek(&mut self, name: &str) -> Result<u128> {
        let s = self.sig(name)?;
        self.settle_all()?;
        Ok(self.get(s))
    }

    /// Runs up to `count` clock cycles and returns how many it ran: fewer
    /// after the stop signal, or when the records are full.
    pub fn run(&mut self, count: u64) -> u64 {
        if count == 0 || self.records_full() {
            return 0;
        }
        let control = self.layout.control;
        self.state.store(control.cycle as usize, 8, self.cycles as u128);
        self.state.store(control.stopped as usize, 8, 0);
        // SAFETY: the function was compiled for this layout, its state has that
        // layout's size, and the record addresses lie in the recorder's buffer
        // with room for one record at least.
        let ran = unsafe { (self.run)(self.state.as_mut_ptr(), count) };
        self.cycles += ran;
        ran
    }

    /// One clock cycle.
    pub fn step(&mut self) {
        self.run(1);
    }

    /// Settles outputs and watched signals for the present inputs, registers
    /// and memories, without a clock edge. Compiled when first called.
    ///
    /// # Panics
    /// If the machine refuses memory for the code.
    pub fn eval(&mut self) {
        let entry = match self.eval {
            Some(entry) => entry,
            None => {
                let mut all = self.design.outputs.clone();
                all.extend(&self.plan.watch);
                self.compile_settle(&all).expect("what ran also settles")
            }
        };
        self.eval = Some(entry);
        self.settle(entry);
    }

    /// Settles every signal. Compiled when first called.
    pub fn settle_all(&mut self) -> Result<()> {
        let entry = match self.all {
            Some(entry) => entry,
            None => {
                let every: Vec<u32> = (0..self.design.signals.len() as u32).collect();
                self.compile_settle(&every)?
            }
        };
        self.all = Some(entry);
        self.settle(entry);
        Ok(())
    }

    /// Settles these signals and leaves the others. Compiled when the signals
    /// are others than in the call before.
    pub fn settle_some(&mut self, signals: &[Sig]) -> Result<()> {
        let entry = match &self.some {
            Some((known, entry)) if known == signals => *entry,
            _ => {
                let mut ids: Vec<u32> = signals.iter().map(|s| s.0).collect();
                ids.sort_unstable();
                ids.dedup();
                let entry = self.compile_settle(&ids)?;
                self.some = Some((signals.to_vec(), entry));
                entry
            }
        };
        self.settle(entry);
        Ok(())
    }

    /// Compiles a function that settles these signals.
    pub(crate) fn compile_settle(&mut self, signals: &[u32]) -> Result<Entry> {
        lock(&self.code).settle(&self.design, &self.layout, signals)
    }

    /// Calls what [`Sim::compile_settle`] of this simulation returned.
    pub(crate) fn settle(&mut self, entry: Entry) {
        // SAFETY: as in `run`; settling takes no records
        unsafe { entry(self.state.as_mut_ptr(), 0) };
    }

    /// Whether the last run ended at the stop signal; a run that ends at its
    /// count in the same cycle counts too.
    pub fn stopped(&self) -> bool {
        self.state.load(self.layout.control.stopped as usize, 8) != 0
    }

    fn next_record(&self) -> u64 {
        self.state.load(self.layout.control.record as usize, 8) as u64
    }

    fn records_full(&self) -> bool {
        let end = self.state.load(self.layout.control.record_end as usize, 8) as u64;
        self.recorder.is_some() && self.next_record() >= end
    }

    pub(crate) fn record_count(&self) -> usize {
        self.recorder.as_ref().map_or(0, |r| r.count(self.next_record()))
    }

    /// Makes room for new records.
    pub fn clear_records(&mut self) {
        let control = self.layout.control;
        if let Some(recorder) = &mut self.recorder {
            let (start, end) = recorder.range();
            self.state.store(control.record as usize, 8, start as u128);
            self.state.store(control.record_end as usize, 8, end as u128);
        }
    }

    /// Places where an index was out of range at a clock edge since the start,
    /// if [`Options::check_index`] asked for it. Such reads give 0, such
    /// writes are lost.
    pub fn index_errors(&self) -> Vec<IndexError> {
        let first = self.layout.control.checks as usize;
        let failed = |k: usize| self.state.load(first + 8 * k, 8) as u64;
        let checks = self.design.checks.iter().enumerate();
        checks
            .filter(|(k, _)| failed(*k) > 0)
            .map(|(k, c)| IndexError { name: c.name.clone(), pos: c.pos, cycle: failed(k) - 1 })
            .collect()
    }
}

/// The code, to add a function. A panic leaves the functions that are there as
/// they were.
fn lock(code: &Mutex<Code>) -> MutexGuard<'_, Code> {
    code.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The ids of the outputs, unless they are skipped, and of the signals `names`.
fn watched(design: &Design, names: &[String], skip_outputs: bool) -> Result<Vec<u32>> {
    let mut ids = Vec::new();
    if !skip_outputs {
        ids.extend(&design.outputs);
    }
    for name in names {
        match name.strip_suffix('*') {
            Some(prefix) => ids.extend(design.matching(prefix)),
            None => ids.push(design.signal_id(name)?),
        }
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}
