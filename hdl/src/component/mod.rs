//! The core as a component of somebody's own design: behind registers on a bus, over which it is loaded and started, and
//! with a bus of its own, on which programs reach devices.
//!
//! ```text
//! Wishbone slave → slave → bridge → Wishbone master
//!                            ⇅
//!                           core
//! ```

pub mod bridge;
pub mod files;
pub mod slave;

use crate::core::Core;
use bridge::Bridge;
use layer::circuit;
use rust_hdl::prelude::*;
use slave::Slave;

/// Widths as those of [`Core`].
#[derive(LogicBlock, Default)]
pub struct Component<
    const C: usize,
    const B: usize,
    const F: usize,
    const S: usize,
    const K: usize,
    const D: usize,
    const W: usize,
> {
    pub clock: Signal<In, Clock>,
    /// Starts over, but for the memories. Synchronous to the clock.
    pub reset: Signal<In, Bit>,

    // The registers: Wishbone B4, classic cycles, words of 32 bits.
    pub wbs_cyc_i: Signal<In, Bit>,
    pub wbs_stb_i: Signal<In, Bit>,
    pub wbs_we_i: Signal<In, Bit>,
    /// Of a register, in bytes.
    pub wbs_adr_i: Signal<In, Bits<6>>,
    pub wbs_dat_i: Signal<In, Bits<32>>,
    pub wbs_dat_o: Signal<Out, Bits<32>>,
    pub wbs_ack_o: Signal<Out, Bit>,
    pub wbs_err_o: Signal<Out, Bit>,

    // The devices of programs: the same kind of cycles. All four bytes of a word are read or written.
    pub wbm_cyc_o: Signal<Out, Bit>,
    pub wbm_stb_o: Signal<Out, Bit>,
    pub wbm_we_o: Signal<Out, Bit>,
    /// In bytes, a multiple of four.
    pub wbm_adr_o: Signal<Out, Bits<32>>,
    pub wbm_sel_o: Signal<Out, Bits<4>>,
    pub wbm_dat_o: Signal<Out, Bits<32>>,
    pub wbm_dat_i: Signal<In, Bits<32>>,
    pub wbm_ack_i: Signal<In, Bit>,
    pub wbm_err_i: Signal<In, Bit>,

    /// As in STATUS: something goes on; a call of an imported function waits for its answer.
    pub busy: Signal<Out, Bit>,
    pub waiting: Signal<Out, Bit>,

    core: Core<C, B, F, S, K, D, W>,
    slave: Slave,
    bridge: Bridge,
}

impl<const C: usize, const B: usize, const F: usize, const S: usize, const K: usize, const D: usize, const W: usize>
    Component<C, B, F, S, K, D, W>
{
    /// Around `core`, with or without a resolver.
    pub fn new(core: Core<C, B, F, S, K, D, W>, resolves: bool) -> Self {
        Component { core, bridge: Bridge::new(resolves), ..Component::default() }
    }
}

impl<const C: usize, const B: usize, const F: usize, const S: usize, const K: usize, const D: usize, const W: usize>
    Logic for Component<C, B, F, S, K, D, W>
{
    #[circuit]
    fn update(&mut self) {
        clock!(self, clock, core, slave, bridge);
        self.core.reset.next = self.reset.val();
        self.slave.reset.next = self.reset.val();
        self.bridge.reset.next = self.reset.val();

        connect!(self => self.slave; wbs_cyc_i, wbs_stb_i, wbs_we_i, wbs_adr_i);
        connect!(self.slave => self; wbs_dat_o, wbs_ack_o, wbs_err_o);
        connect!(self.bridge => self.slave; busy, waiting, ready, failed, free, calls, may_halt, space, row, fetched);
        self.slave.stop.next = self.core.stop.val();
        self.slave.stop_pc.next = bit_cast::<32, C>(self.core.stop_pc.val());
        self.slave.slot.next = bit_cast::<16, S>(self.core.first_argument.val());
        self.slave.row_data.next = self.core.host_rdata.val();

        connect!(self.slave => self.bridge;
            set_space, set_row, set_middle, set_high, store, fetch, ask, clear, start, resume, halt, attends);
        self.bridge.value.next = self.wbs_dat_i.val();
        connect!(self => self.bridge; wbm_dat_i, wbm_ack_i, wbm_err_i);
        connect!(self.bridge => self;
            wbm_cyc_o, wbm_stb_o, wbm_we_o, wbm_adr_o, wbm_sel_o, wbm_dat_o, busy, waiting);

        connect!(self.core => self.bridge; running, paused, device, stop);
        self.bridge.slot.next = bit_cast::<16, S>(self.core.first_argument.val());
        self.bridge.waits.next = self.core.host_waits.val();
        self.bridge.row_data.next = self.core.host_rdata.val();
        self.core.host_space.next = self.bridge.space.val();
        self.core.host_addr.next = bit_cast::<32, 24>(self.bridge.row.val());
        self.core.host_wdata.next = self.bridge.wdata.val();
        self.core.host_write.next = self.bridge.write.val();
        self.core.host_read.next = self.bridge.read.val();
    }
}
