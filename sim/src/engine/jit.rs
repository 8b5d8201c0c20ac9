//! The emitted Verilog, compiled to machine code in this process.

use super::{Engine, Sample, Saved, Signal, States, Status};
use crate::digest::digest;
use crate::error::{Error, Result};
use crate::host::{Space, Write};
use ::engine::{Design, Mem, Models, Options, Record, Row, Sig, Sim};
use hdl::memory::{blocks, direct_map};
use hdl::signals::retire::{self, FIELDS};
use hdl::signals::{core, port};

/// Cycles of reset at the start.
const RESET: u64 = 4;
/// Cycles before reset and before writes. The Verilator engine registers the inputs; parts of the core run before it is
/// started, and so they show the same in both engines.
const SHELL: u64 = 1;
/// Cycles between a read and its data. After so many, nothing is on its way to a memory either.
const LATENCY: u64 = 2;
/// Most cycles in one piece: none retires more than one group.
const PIECE: usize = 1 << 12;

/// The pins of the core, except for the retire port.
#[derive(Clone, Copy)]
struct Pins {
    reset: Sig,
    space: Sig,
    address: Sig,
    data: Sig,
    write: Sig,
    read: Sig,
    data_read: Sig,
    waits: Sig,
    running: Sig,
    stop: Sig,
    stop_pc: Sig,
}

/// The tags of a pool's places: of blocks that are looked for, or that have one place each.
#[derive(Clone, Copy)]
enum Pool {
    Searched(Mem),
    Placed(Mem),
}

/// A compiled core.
pub struct Jit {
    sim: Sim,
    /// Of the Verilog.
    digest: u128,
    pins: Pins,
    /// Of linear memory, the lowest bytes first.
    banks: Vec<Mem>,
    /// If it is a pool of blocks.
    pool: Option<Pool>,
    /// Clock edges before the first cycle of the run, modulo 2^64: some of a run that goes on were another simulation's.
    start: u64,
    status: Status,
    signals: Vec<Signal>,
    /// What [`Engine::peek`] reads, in the order of `signals`.
    peeked: Vec<Sig>,
    /// What [`Engine::peek_some`] has read.
    some: Vec<Sig>,
}

impl Jit {
    /// Compiles the design and makes a core in reset state with all memories 0.
    pub fn new(verilog: &str) -> Result<Jit> {
        let wrong = |e: ::engine::Error| Error::new(format!("engine jit: {e}"));
        let design = Design::parse(verilog, hdl::emit::TOP, &Models::none()).map_err(wrong)?;
        let record = Record {
            when: Some(retire::VALID.into()),
            signals: FIELDS.iter().map(|field| field.port.to_string()).collect(),
            capacity: PIECE,
        };
        let options = Options {
            stop: Some(port::RUNNING.into()),
            stop_low: true,
            skip_outputs: true,
            record: Some(record),
            ..Options::default()
        };
        let sim = Sim::new(design, options).map_err(wrong)?;
        Jit::around(sim, digest(verilog.as_bytes())).map_err(wrong)
    }

    /// Another core of the same design in reset state, without compiling it again.
    pub fn another(&self) -> Jit {
        let mut jit = Jit {
            sim: self.sim.another(),
            signals: self.signals.clone(),
            peeked: self.peeked.clone(),
            some: Vec::new(),
            banks: self.banks.clone(),
            ..*self
        };
        jit.reset();
        jit
    }

    fn around(sim: Sim, digest: u128) -> ::engine::Result<Jit> {
        let pins = Pins {
            reset: sim.sig(port::RESET)?,
            space: sim.sig(port::HOST_SPACE)?,
            address: sim.sig(port::HOST_ADDRESS)?,
            data: sim.sig(port::HOST_WRITE_DATA)?,
            write: sim.sig(port::HOST_WRITE)?,
            read: sim.sig(port::HOST_READ)?,
            data_read: sim.sig(port::HOST_READ_DATA)?,
            waits: sim.sig(port::HOST_WAITS)?,
            running: sim.sig(port::RUNNING)?,
            stop: sim.sig(port::STOP)?,
            stop_pc: sim.sig(port::STOP_PC)?,
        };
        let [first, others @ ..] = core::MEMORY_BANKS;
        let others = others.iter().filter_map(|bank| sim.mem(bank).ok());
        let banks = std::iter::once(sim.mem(first)?).chain(others).collect();
        let searched = sim.mem(core::MEMORY_TAGS).map(Pool::Searched);
        let pool = searched.or_else(|_| sim.mem(core::MEMORY_MAP).map(Pool::Placed)).ok();
        let design = sim.design();
        let peeked = design.signals().iter().map(|s| sim.sig(&s.name)).collect::<::engine::Result<Vec<_>>>()?;
        let named = design.signals().iter().zip(&peeked);
        let signals = named.map(|(s, sig)| signal(s, design.states(*sig).cloned())).collect();
        let (status, some) = (Status::default(), Vec::new());
        let mut jit = Jit { sim, digest, pins, banks, pool, start: 0, status, signals, peeked, some };
        jit.reset();
        Ok(jit)
    }

    /// Runs cycles in which the core itself does not run, so that each of them would end a run.
    fn idle(&mut self, cycles: u64) {
        (0..cycles).for_each(|_| self.sim.step());
    }

    /// Lets the outputs follow the last edge.
    fn settle(&mut self) {
        self.sim.eval();
        self.status = Status {
            stop_pc: self.sim.get_u64(self.pins.stop_pc) as u32,
            running: self.sim.get(self.pins.running) != 0,
            stop: self.sim.get_u64(self.pins.stop) as u8,
        };
    }

    /// Reads one address through the host port.
    fn read_port(&mut self, space: Space, address: u32) -> u64 {
        self.sim.set(self.pins.space, space as u128);
        self.sim.set(self.pins.address, address.into());
        self.sim.set(self.pins.read, 1);
        self.idle(1);
        self.sim.set(self.pins.read, 0);
        self.idle(LATENCY - 1);
        self.sim.eval();
        self.sim.get_u64(self.pins.data_read)
    }

    /// Waits until a core whose linear memory is a pool knows where the chosen row is.
    fn find_row(&mut self) {
        self.sim.eval();
        if self.sim.get(self.pins.waits) == 0 {
            return;
        }
        self.sim.set(self.pins.write, 0);
        self.sim.set(self.pins.read, 1);
        while self.sim.get(self.pins.waits) != 0 {
            self.idle(1);
            self.sim.eval();
        }
        self.sim.set(self.pins.read, 0);
        self.sim.set(self.pins.write, 1);
    }

    /// Words of linear memory from `start`, past the host port: through it, 64 MiB would take seconds.
    fn read_memory(&self, start: u32, values: &mut [u64]) {
        let banks: Vec<_> = self.banks.iter().map(|&bank| self.sim.bytes(bank)).collect();
        let lanes = 4 / banks.len();
        let rows = self.sim.words(self.banks[0]) as u32;
        let tags: Vec<u32> = match self.pool {
            Some(Pool::Searched(tags) | Pool::Placed(tags)) => {
                (0..self.sim.words(tags)).map(|at| self.sim.read(tags, at) as u32).collect()
            }
            None => Vec::new(),
        };
        let part = |bank: &[u8], at: usize| match lanes {
            1 => u64::from(bank[at]),
            _ => u64::from(u16::from_ne_bytes([bank[2 * at], bank[2 * at + 1]])),
        };
        for (row, value) in (start..).zip(values) {
            let place = match self.pool {
                Some(Pool::Searched(_)) => blocks::place(&tags, row),
                Some(Pool::Placed(_)) => direct_map::place(&tags, rows, row),
                None => Some(row),
            };
            let read =
                |row: u32| banks.iter().rev().fold(0, |word, bank| word << (8 * lanes) | part(bank, row as usize));
            *value = place.map_or(0, read);
        }
    }

    /// Runs up to `limit` cycles, which the records have room for. Returns the cycles run.
    fn piece(&mut self, limit: u64, samples: &mut Vec<Sample>) -> u64 {
        let first = self.sim.cycles();
        // Whether the core runs shows at the next edge only: one more cycle passes after its last.
        let cycles = self.sim.run(limit) - u64::from(self.sim.stopped());
        let rows = self.sim.records().take_while(|row| row.cycle() < first + cycles);
        samples.extend(rows.map(|row| sample(&row, self.start)));
        self.sim.clear_records();
        cycles
    }
}

fn sample(row: &Row<'_>, start: u64) -> Sample {
    Sample::new(row.cycle().wrapping_sub(start).wrapping_add(1), std::array::from_fn(|field| row.get_u64(field)))
}

fn signal(signal: &::engine::Signal, states: Option<States>) -> Signal {
    let mut scope: Vec<String> = signal.name.split('.').map(str::to_string).collect();
    let name = scope.pop().unwrap_or_default();
    Signal { scope, name, width: signal.width, states }
}

impl Engine for Jit {
    fn name(&self) -> &'static str {
        "jit"
    }

    fn reset(&mut self) {
        let Pins { reset, write, read, .. } = self.pins;
        for pin in [write, read] {
            self.sim.set(pin, 0);
        }
        self.idle(SHELL);
        self.sim.set(reset, 1);
        self.idle(RESET);
        self.sim.set(reset, 0);
        self.settle();
    }

    fn write(&mut self, writes: &[Write]) {
        self.idle(SHELL);
        self.sim.set(self.pins.write, 1);
        for write in writes {
            self.sim.set(self.pins.space, write.space.into());
            self.sim.set(self.pins.address, write.address.into());
            let data = write.data.iter().rev().fold(0, |data, &word| data << 32 | u128::from(word));
            self.sim.set(self.pins.data, data);
            if self.pool.is_some() {
                self.find_row();
            }
            self.idle(1);
        }
        self.sim.set(self.pins.write, 0);
        self.settle();
        self.sim.clear_records();
        self.start = self.sim.cycles();
    }

    fn read(&mut self, space: Space, start: u32, values: &mut [u64]) {
        self.idle(LATENCY);
        if space == Space::Memory {
            return self.read_memory(start, values);
        }
        for (address, value) in (start..).zip(values) {
            *value = self.read_port(space, address);
        }
    }

    fn run(&mut self, limit: u64, samples: &mut Vec<Sample>) -> u64 {
        let mut cycles = 0;
        while cycles < limit && self.status.running {
            let room = (samples.capacity() - samples.len()).min(PIECE) as u64;
            if room == 0 {
                break;
            }
            cycles += self.piece(room.min(limit - cycles), samples);
            self.settle();
        }
        cycles
    }

    fn save(&self) -> Result<Saved> {
        let cycles = self.sim.cycles().wrapping_sub(self.start);
        Ok(Saved { core: self.digest, cycles, state: self.sim.snapshot() })
    }

    fn restore(&mut self, saved: &Saved) -> Result<()> {
        if saved.core != self.digest {
            return Err(Error::new("it is of another version of the core: begin the run anew"));
        }
        self.sim.restore(&saved.state).map_err(|e| Error::new(format!("engine jit: {e}")))?;
        self.start = self.sim.cycles().wrapping_sub(saved.cycles);
        self.settle();
        Ok(())
    }

    fn status(&self) -> Status {
        self.status
    }

    fn signals(&self) -> &[Signal] {
        &self.signals
    }

    fn peek(&mut self, words: &mut Vec<u32>) {
        self.sim.settle_all().expect("what runs also settles");
        words.clear();
        for (signal, &sig) in self.signals.iter().zip(&self.peeked) {
            let value = self.sim.get(sig);
            words.extend((0..signal.words()).map(|i| (value >> (32 * i)) as u32));
        }
    }

    fn peek_some(&mut self, places: &[usize], values: &mut Vec<u32>) {
        self.some.clear();
        self.some.extend(places.iter().map(|&place| self.peeked[place]));
        self.sim.settle_some(&self.some).expect("what runs also settles");
        values.clear();
        values.extend(self.some.iter().map(|&signal| self.sim.get_u64(signal) as u32));
    }
}
