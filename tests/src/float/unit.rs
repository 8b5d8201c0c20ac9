//! A float unit in engine `jit`.

use engine::{Design, Error, Models, Options, Sig, Sim};
use hdl::units::float::control::{FloatControl, float_control};
use hdl::units::float::{FloatUnit, TOP};
use isa::op::Op;
use rust_hdl::prelude::*;

/// More cycles than any operation takes.
const ENDLESS: u64 = 400;

/// The two variants of the unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant {
    Small,
    Fast,
}

impl Variant {
    pub const ALL: [Variant; 2] = [Variant::Small, Variant::Fast];

    /// Its Verilog.
    pub fn verilog(self) -> String {
        FloatUnit::verilog(self == Variant::Fast).expect("rust-hdl accepts it")
    }
}

pub struct Unit {
    sim: Sim,
    reset: Sig,
    start: Sig,
    control: Sig,
    a: Sig,
    b: Sig,
    done: Sig,
    result: Sig,
    trap: Sig,
}

impl Unit {
    /// The variant as it is.
    pub fn new(variant: Variant) -> Unit {
        Unit::of(&variant.verilog()).expect("the engine takes what is emitted")
    }

    /// A unit of this Verilog.
    ///
    /// # Errors
    /// Those of the engine.
    pub fn of(verilog: &str) -> Result<Unit, Error> {
        let options = Options { stop: Some("done".into()), ..Options::default() };
        let sim = Sim::new(Design::parse(verilog, TOP, &Models::none())?, options)?;
        Ok(Unit {
            reset: sim.sig("reset")?,
            start: sim.sig("start")?,
            control: sim.sig("control")?,
            a: sim.sig("a")?,
            b: sim.sig("b")?,
            done: sim.sig("done")?,
            result: sim.sig("result")?,
            trap: sim.sig("trap")?,
            sim,
        })
    }

    /// The cycle in which an operation starts. Its operands are gone in the next one.
    pub fn start(&mut self, op: Op, a: u64, b: u64) {
        let control = float_control(op).expect("an operation of the float unit");
        let bits: Bits<{ FloatControl::BITS }> = control.into();
        self.sim.set(self.control, bits.to_u64().into());
        self.sim.set(self.a, a.into());
        self.sim.set(self.b, b.into());
        self.sim.set(self.start, 1);
        self.sim.step();
        self.sim.set(self.start, 0);
        self.sim.set(self.a, (!a).into());
        self.sim.set(self.b, (!b).into());
    }

    /// Result or stop code, and cycles from `start` to `done`; nothing if it does not end.
    pub fn execute(&mut self, op: Op, a: u64, b: u64) -> Option<(Result<u64, u8>, u32)> {
        self.start(op, a, b);
        let cycles = self.sim.run(ENDLESS);
        if !self.sim.stopped() {
            self.abandon(0);
            return None;
        }
        Some((self.outcome(), cycles as u32))
    }

    fn outcome(&self) -> Result<u64, u8> {
        match self.sim.get_u64(self.trap) as u8 {
            0 => Ok(self.sim.get_u64(self.result)),
            code => Err(code),
        }
    }

    /// Runs so many cycles, then resets.
    pub fn abandon(&mut self, cycles: u32) {
        (0..cycles).for_each(|_| self.sim.step());
        self.sim.set(self.reset, 1);
        self.sim.step();
        self.sim.set(self.reset, 0);
    }

    /// Runs so many cycles and says whether `done` is high then.
    pub fn done_after(&mut self, cycles: u32) -> bool {
        (0..cycles).for_each(|_| self.sim.step());
        self.sim.eval();
        self.sim.get(self.done) != 0
    }
}
