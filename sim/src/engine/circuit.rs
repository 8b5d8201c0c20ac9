//! The pins of `hdl`'s core, for the rust-hdl engine.

use super::rust_hdl::{Circuit, Inputs, Outputs, RustHdl};
use super::{Engine, Sample, Status};
use crate::error::{Error, Result};
use hdl::core::Core;
use hdl::core_task;
use isa::plan::CorePlan;
use rust_hdl::core::simulate::simulate;
use rust_hdl::prelude::*;

/// Updates after which a circuit that still changes never settles.
const UPDATES: usize = 1000;

/// The rust-hdl engine for a core of this plan.
pub fn open(plan: &CorePlan) -> Result<Box<dyn Engine>> {
    hdl::emit::with_core(plan, Open).map_err(|e| Error::new(e.to_string()))
}

struct Open;

core_task!(Open => Box<dyn Engine>, |self, core| Box::new(RustHdl::new(core)));

impl<const C: usize, const B: usize, const F: usize, const S: usize, const K: usize, const D: usize, const W: usize>
    Circuit for Box<Core<C, B, F, S, K, D, W>>
{
    fn drive(&mut self, inputs: &Inputs) {
        let &Inputs { clock, reset, space, address, data, write, read } = inputs;
        self.clock.next = clock.into();
        self.reset.next = reset;
        self.host_space.next = space.to_bits();
        self.host_addr.next = address.to_bits();
        self.host_wdata.next = data.iter().rev().fold(0, |bits, &word| bits << 32 | u128::from(word)).to_bits();
        self.host_write.next = write;
        self.host_read.next = read;
        assert!(simulate(&mut **self, UPDATES), "the circuit does not settle");
    }

    fn outputs(&self) -> Outputs {
        macro_rules! values {
            ($($(#[$doc:meta])* $field:ident: $type:ty, $port:ident, $width:expr;)*) => {
                [$(number(self.$port.val())),*]
            };
        }
        Outputs {
            status: Status {
                stop_pc: number(self.stop_pc.val()) as u32,
                running: self.running.val(),
                stop: self.stop.val().to_u8(),
            },
            waits: self.host_waits.val(),
            data: self.host_rdata.val().get_bits::<64>(0).to_u64(),
            retires: self.ret_vld.val(),
            retired: Sample::new(0, hdl::retire_port!(values)),
        }
    }
}

/// The low 64 bits.
fn number(bits: impl Into<LiteralType>) -> u64 {
    bits.into()
}
