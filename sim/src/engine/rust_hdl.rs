//! rust-hdl's own simulator in a plain loop: slow, but needs nothing installed. What the emitted Verilog does is the
//! truth; this engine is known to differ from it on some expressions, which the lint of `hdl` keeps out.

use super::{Engine, Sample, Signal, Status};
use crate::host::{Space, Write};
use hdl::signals::port;
use hdl::signals::retire::{self, FIELDS};

/// The pins that drive a core.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Inputs {
    pub clock: bool,
    pub reset: bool,
    pub space: u32,
    pub address: u32,
    pub data: [u32; 3],
    pub write: bool,
    pub read: bool,
}

/// The pins that a core drives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outputs {
    pub status: Status,
    pub waits: bool,
    /// Low 64 bits of the data read.
    pub data: u64,
    /// A group retires.
    pub retires: bool,
    /// The retire port, with cycle 0.
    pub retired: Sample,
}

/// A core in rust-hdl.
pub trait Circuit {
    /// Sets the input pins and updates the circuit until nothing changes.
    fn drive(&mut self, inputs: &Inputs);

    fn outputs(&self) -> Outputs;
}

/// The plain loop around a circuit.
pub struct RustHdl<C> {
    circuit: C,
    inputs: Inputs,
    cycle: u64,
    signals: Vec<Signal>,
}

/// Cycles of reset at the start.
const RESET: usize = 4;

impl<C: Circuit> RustHdl<C> {
    /// A core in reset state with all memories 0.
    pub fn new(circuit: C) -> RustHdl<C> {
        let signals = values(&Outputs::default()).map(|(name, width, _)| signal(name, width)).collect();
        let mut engine = RustHdl { circuit, inputs: Inputs::default(), cycle: 0, signals };
        engine.reset();
        engine
    }

    fn step(&mut self) {
        self.inputs.clock = true;
        self.circuit.drive(&self.inputs);
        self.settle();
    }

    /// Waits until a core whose linear memory is a pool of blocks knows where the chosen row is.
    fn find_row(&mut self) {
        self.settle();
        self.inputs.read = true;
        while self.circuit.outputs().waits {
            self.settle();
            self.step();
        }
        self.inputs.read = false;
    }

    /// Outputs follow inputs only after an update.
    fn settle(&mut self) {
        self.inputs.clock = false;
        self.circuit.drive(&self.inputs);
    }
}

impl<C: Circuit> Engine for RustHdl<C> {
    fn name(&self) -> &'static str {
        "rust-hdl"
    }

    fn reset(&mut self) {
        self.inputs = Inputs { reset: true, ..Inputs::default() };
        self.settle();
        (0..RESET).for_each(|_| self.step());
        self.inputs.reset = false;
        self.settle();
    }

    fn write(&mut self, writes: &[Write]) {
        for write in writes {
            let &Write { space, address, data } = write;
            self.inputs = Inputs { space, address, data, write: false, ..self.inputs };
            self.find_row();
            self.inputs.write = true;
            self.settle();
            self.step();
        }
        self.inputs.write = false;
        self.settle();
        self.cycle = 0;
    }

    fn read(&mut self, space: Space, start: u32, values: &mut [u64]) {
        for (address, value) in (start..).zip(values) {
            self.inputs = Inputs { space: space as u32, address, ..self.inputs };
            self.find_row();
            self.inputs.read = true;
            self.settle();
            self.step();
            self.inputs.read = false;
            self.settle();
            self.step();
            *value = self.circuit.outputs().data;
        }
    }

    fn run(&mut self, limit: u64, samples: &mut Vec<Sample>) -> u64 {
        let mut cycles = 0;
        while cycles < limit && samples.len() < samples.capacity() {
            let outputs = self.circuit.outputs();
            if !outputs.status.running {
                break;
            }
            self.cycle += 1;
            if outputs.retires {
                samples.push(Sample { cycle: self.cycle, ..outputs.retired });
            }
            self.step();
            cycles += 1;
        }
        cycles
    }

    fn is_slow(&self) -> bool {
        true
    }

    fn status(&self) -> Status {
        self.circuit.outputs().status
    }

    fn signals(&self) -> &[Signal] {
        &self.signals
    }

    fn peek(&mut self, words: &mut Vec<u32>) {
        words.clear();
        for (_, width, value) in values(&self.circuit.outputs()) {
            words.push(value as u32);
            if width > 32 {
                words.push((value >> 32) as u32);
            }
        }
    }
}

fn signal(name: &str, width: u32) -> Signal {
    Signal { scope: Vec::new(), name: name.to_string(), width, states: None }
}

/// Name, width and value of every output; narrow plans use fewer bits of the addresses.
fn values(outputs: &Outputs) -> impl Iterator<Item = (&'static str, u32, u64)> {
    let Outputs { status, data, retires, retired, .. } = outputs;
    let pins = [
        (port::HOST_READ_DATA, 64, *data),
        (port::RUNNING, 1, status.running.into()),
        (port::STOP, 8, status.stop.into()),
        (port::STOP_PC, 32, status.stop_pc.into()),
        (retire::VALID, 1, (*retires).into()),
    ];
    let fields = FIELDS.iter().zip(retired.fields());
    pins.into_iter().chain(fields.map(|(field, value)| (field.port, field.width.most(), value)))
}
