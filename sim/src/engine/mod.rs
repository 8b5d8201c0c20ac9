//! Engines run the hardware cycle by cycle. All of them show the same ports and count cycles the same way, so that
//! everything above this trait works with each of them.

use crate::error::{Error, Result};
use crate::host::{Space, Write};
use hdl::retire_port;
use hdl::signals::retire::FIELDS;
use serde::{Deserialize, Serialize};

pub use ::engine::States;

pub mod circuit;
pub mod jit;
pub mod rust_hdl;
pub mod verilator;

/// Declares the record of a group by the fields of the retire port.
macro_rules! sample {
    ($($(#[$doc:meta])* $field:ident: $type:ty, $port:ident, $width:expr;)*) => {
        /// One retired group, as seen at the retire port. The layout is shared with the C++ shim.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[repr(C)]
        pub struct Sample {
            /// Cycles since the start write; the first cycle after it is 1.
            pub cycle: u64,
            $($(#[$doc])* pub $field: $type,)*
        }

        impl Sample {
            /// Of the values of [`FIELDS`]; bits that a field does not have are dropped.
            pub fn new(cycle: u64, [$($field),*]: [u64; FIELDS.len()]) -> Sample {
                Sample { cycle, $($field: Field::of($field)),* }
            }

            /// The values of [`FIELDS`].
            pub fn fields(&self) -> [u64; FIELDS.len()] {
                [$(self.$field.into()),*]
            }
        }
    };
}

retire_port!(sample);

/// What can be a field of a sample.
trait Field {
    fn of(value: u64) -> Self;
}

impl Field for u64 {
    fn of(value: u64) -> u64 {
        value
    }
}

impl Field for u32 {
    fn of(value: u64) -> u32 {
        value as u32
    }
}

impl Field for u8 {
    fn of(value: u64) -> u8 {
        value as u8
    }
}

impl Field for bool {
    fn of(value: u64) -> bool {
        value & 1 != 0
    }
}

/// The core's state pins. The layout is shared with the C++ shim.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct Status {
    /// Code address of the instruction that stopped.
    pub stop_pc: u32,
    pub running: bool,
    /// 0, or `isa::outcome::Stop::code`.
    pub stop: u8,
}

/// A signal that [`Engine::peek`] reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signal {
    /// Path of the module instance, outermost first; empty for the top level.
    pub scope: Vec<String>,
    pub name: String,
    /// Bits.
    pub width: u32,
    /// The names of its values, if it holds states and the engine knows them.
    pub states: Option<States>,
}

impl Signal {
    /// 32-bit words that [`Engine::peek`] gives for this signal.
    pub fn words(&self) -> usize {
        self.width.div_ceil(32) as usize
    }
}

/// A core between two cycles, for another one to go on from there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// Tells the core's Verilog from another.
    pub core: u128,
    /// Cycles since the last write.
    pub cycles: u64,
    pub state: ::engine::Snapshot,
}

/// A simulated core.
pub trait Engine {
    /// As typed by users: `--engine NAME`.
    fn name(&self) -> &'static str;

    /// Resets the core. Memories keep their contents, which are 0 in a new engine.
    fn reset(&mut self);

    /// Writes through the host port, one write a cycle. Only while the core does not run. A write to
    /// [`crate::host::control::START`] has to be the last one; the cycle count starts with it.
    fn write(&mut self, writes: &[Write]);

    /// Reads the low 64 bits at consecutive addresses through the host port. Only while the core does not run.
    fn read(&mut self, space: Space, start: u32, values: &mut [u64]);

    /// Runs until the core stops, `limit` cycles have passed or `samples` is filled to its capacity. Returns the
    /// cycles run.
    fn run(&mut self, limit: u64, samples: &mut Vec<Sample>) -> u64;

    /// What it is between two cycles.
    ///
    /// # Errors
    /// This engine keeps that to itself.
    fn save(&self) -> Result<Saved> {
        Err(self.cannot("be saved"))
    }

    /// Goes on from where another engine was.
    ///
    /// # Errors
    /// That had another core, or this engine cannot do it.
    fn restore(&mut self, _: &Saved) -> Result<()> {
        Err(self.cannot("go on from a state"))
    }

    /// That it cannot do what the engine `jit` can.
    fn cannot(&self, what: &str) -> Error {
        Error::new(format!("engine {} cannot {what}: give --engine jit", self.name()))
    }

    /// Whether reading all of a large memory would take minutes.
    fn is_slow(&self) -> bool {
        false
    }

    fn status(&self) -> Status;

    /// What [`Engine::peek`] reads, in order.
    fn signals(&self) -> &[Signal];

    /// Values of all signals in the cycle that the next call of `run` begins with, lowest word first.
    fn peek(&mut self, words: &mut Vec<u32>);

    /// Of some signals, by their places in [`Engine::signals`], the low 32 bits in the same cycle.
    fn peek_some(&mut self, places: &[usize], values: &mut Vec<u32>) {
        let mut words = Vec::new();
        self.peek(&mut words);
        let first = |place: usize| self.signals()[..place].iter().map(Signal::words).sum::<usize>();
        values.clear();
        values.extend(places.iter().map(|&place| words[first(place)]));
    }
}
