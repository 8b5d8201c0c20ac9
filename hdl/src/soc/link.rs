//! The link engine: a small processor that obeys the commands of `isa::wire` over the core's host port.
//!
//! What it does is its program ([`super::program`]) in the instructions of [`super::microcode`]. It has an accumulator,
//! a carry, a pointer into its RAM, a counter for repetitions, and two return addresses.
//!
//! ```text
//! clock        _/~\_/~\_/~\_/~\_
//! following    X a  X b  X c  X    address of the next instruction
//! instruction       X a  X b  X    which takes effect at the end of the cycle
//! ```
//!
//! An act takes as long as it has to wait. In a full core, whose clock is high, it takes one cycle more: what it does comes
//! from a register, because the core is far from the instruction.

use crate::prim::switch::Switch;
use crate::soc::crc::Crc;
use crate::soc::meter::Meter;
use crate::soc::row::Row;
use crate::soc::store::Store;
use crate::soc::sum::Sum;
use isa::plan::CorePlan;
use layer::circuit;
use rust_hdl::prelude::*;

/// What the engine knows of its board: constants.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    pub plan: CorePlan,
    pub board: &'static str,
    /// Of the core, in Hz.
    pub clock: u32,
    /// Cycles of a bit on the line.
    pub bit_cycles: u32,
    /// Where in the configuration flash is what it hears at power-on.
    pub flash_address: u32,
}

/// See `isa::wire`.
#[derive(LogicBlock, Default)]
pub struct Link {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,

    // The serial line.
    pub received: Signal<In, Bit>,
    pub received_byte: Signal<In, Bits<8>>,
    pub send: Signal<Out, Bit>,
    pub send_byte: Signal<Out, Bits<8>>,
    pub send_ready: Signal<In, Bit>,

    // The core's host port.
    pub space: Signal<Out, Bits<3>>,
    pub address: Signal<Out, Bits<32>>,
    pub wdata: Signal<Out, Bits<96>>,
    pub write: Signal<Out, Bit>,
    pub octet: Signal<In, Bits<8>>,
    /// Linear memory is looked for: writes wait, and so does what waits for `octet`.
    pub waits: Signal<In, Bit>,
    /// The row that is chosen is read: always, but if there are such waits, not in a cycle when it changes.
    pub reads: Signal<Out, Bit>,
    /// A call runs, be it in a device; waits for the host; counts cycles.
    pub running: Signal<In, Bit>,
    pub paused: Signal<In, Bit>,
    pub counts: Signal<In, Bit>,
    pub core_reset: Signal<Out, Bit>,
    /// A committed image is there.
    pub valid: Signal<Out, Bit>,

    // The devices, which borrow the registers of the host port: see `super::devices`.
    pub idle: Signal<Out, Bit>,
    pub begins: Signal<Out, Bit>,
    pub cycles_now: Signal<Out, Bits<32>>,
    pub lent: Signal<In, Bit>,
    pub claim: Signal<In, Bit>,
    pub claim_space: Signal<In, Bits<3>>,
    pub claim_row: Signal<In, Bits<16>>,
    pub fill: Signal<In, Bit>,
    pub fill_value: Signal<In, Bits<32>>,
    pub device_write: Signal<In, Bit>,

    store: Store,
    sum: Sum,
    crc: Crc,
    row: Row,
    meter: Meter,

    /// Address of the present instruction.
    place: DFF<Bits<9>>,
    back: DFF<Bits<9>>,
    back_outer: DFF<Bits<9>>,
    accumulator: DFF<Bits<8>>,
    carry: DFF<Bit>,
    pointer: DFF<Bits<8>>,
    page: DFF<Bits<1>>,
    counter: DFF<Bits<8>>,
    /// A fetch has read.
    fetched: DFF<Bit>,
    held: DFF<Bits<8>>,
    pending: DFF<Bit>,
    committed: DFF<Bit>,
    /// The line was looked at and had no byte, and no call ran: for simulators, which may let time pass.
    resting: DFF<Bit>,

    operation: Signal<Local, Bits<4>>,
    mode: Signal<Local, Bits<2>>,
    number: Signal<Local, Bits<8>>,
    target: Signal<Local, Bits<9>>,
    /// Whether linear memory is a pool of blocks.
    pooled: Switch,
    /// Whether what goes to the core comes from registers.
    distant: Switch,
    acts: Signal<Local, Bit>,
    computes: Signal<Local, Bit>,
    digests: Signal<Local, Bit>,
    pushes: Signal<Local, Bit>,
    goes_out: Signal<Local, Bit>,
    direct: Signal<Local, Bit>,
    indirect: Signal<Local, Bit>,
    fetches: Signal<Local, Bit>,
    writes: Signal<Local, Bit>,
    jumps: Signal<Local, Bit>,
    calls: Signal<Local, Bit>,
    returns: Signal<Local, Bit>,
    may_act: Signal<Local, Bit>,
    /// The second cycle of an act, and what happens there.
    acting: DFF<Bit>,
    act_late: DFF<Bits<9>>,
    act: Signal<Local, Bits<9>>,
    /// The engine goes on behind an act.
    acted: Signal<Local, Bit>,
    /// If rows have to be looked for: another one is chosen with the end of this cycle; it has been.
    moves: Signal<Local, Bit>,
    moved: DFF<Bit>,
    /// Acts wait.
    holds: Signal<Local, Bit>,
    counting: Signal<Local, Bit>,
    repeats: Signal<Local, Bit>,
    which: Signal<Local, Bits<3>>,
    condition: Signal<Local, Bit>,
    fetching: Signal<Local, Bit>,
    step: Signal<Local, Bits<9>>,
    sequel: Signal<Local, Bits<9>>,
    following: Signal<Local, Bits<9>>,
    flags: Signal<Local, Bits<8>>,
    brought: Signal<Local, Bits<8>>,
    operand: Signal<Local, Bits<8>>,
    skips: Signal<Local, Bits<1>>,
    at: Signal<Local, Bits<9>>,
    looks: Signal<Local, Bit>,
    lane: Signal<Local, Bits<3>>,
}

impl Link {
    pub fn new(facts: &Facts) -> Link {
        Link {
            store: Store::new(facts),
            row: Row::of_plan(&facts.plan),
            pooled: Switch::new(facts.plan.has_pool()),
            distant: Switch::new(!facts.plan.is_compact()),
            ..Link::default()
        }
    }
}

impl Default for Facts {
    /// Of no board.
    fn default() -> Facts {
        Facts { plan: boards::SIM_LARGE, board: "", clock: 0, bit_cycles: 2, flash_address: 0 }
    }
}

impl Logic for Link {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, place, back, back_outer, accumulator, carry, pointer, page, counter);
        dff_setup!(self, clock, held, pending, committed, resting, fetched, acting, act_late, moved);
        clock!(self, clock, store, crc, row, meter);

        // What the instruction is.
        self.operation.next = self.store.instruction.val().get_bits::<4>(12);
        self.mode.next = self.store.instruction.val().get_bits::<2>(8);
        self.number.next = self.store.instruction.val().get_bits::<8>(0);
        self.target.next = self.store.instruction.val().get_bits::<9>(0);
        self.computes.next = self.operation.val() < 6;
        self.digests.next = self.operation.val() == 5;
        self.pushes.next = self.operation.val() == 8;
        self.goes_out.next = self.operation.val() == 9;
        self.direct.next = self.operation.val() == 10;
        self.indirect.next = self.operation.val() == 11;
        // Two codes of a fetch differ in where it reads.
        self.fetches.next = self.store.instruction.val().get_bit(10)
            & (self.direct.val() | (self.indirect.val() & self.mode.val().get_bit(0)));
        self.writes.next = (self.direct.val() & self.store.instruction.val().get_bit(11))
            | (self.indirect.val() & (self.store.instruction.val().get_bits::<3>(8) == 3));
        self.jumps.next = self.operation.val().get_bits::<3>(1) == 6;
        self.calls.next = self.operation.val() == 14;
        self.returns.next = (self.operation.val() == 15) & self.store.instruction.val().get_bit(11);
        self.acts.next = (self.operation.val() == 15) & !self.store.instruction.val().get_bit(11);
        self.holds.next = self.waits.val() | (self.moved.q.val() & self.distant.on.val());
        self.may_act.next = self.acts.val() & !self.holds.val() & !self.reset.val();
        self.acting.d.next = self.may_act.val() & !self.acting.q.val();
        self.act_late.d.next = 0.into();
        if self.acting.d.val() {
            self.act_late.d.next = self.target.val();
        }
        self.acted.next = self.may_act.val();
        self.act.next = if self.may_act.val() { self.target.val() } else { 0.into() };
        if self.distant.on.val() {
            self.acted.next = self.acting.q.val();
            self.act.next = self.act_late.q.val();
        }

        // What comes next.
        self.counting.next = self.counter.q.val().any();
        self.repeats.next = (self.digests.val() | self.pushes.val()) & self.counting.val();
        self.condition.next = true;
        self.which.next = self.store.instruction.val().get_bits::<3>(10);
        match self.which.val().index() {
            1 => {
                self.condition.next = !self.accumulator.q.val().any();
            }
            2 => {
                self.condition.next = self.carry.q.val();
            }
            3 => {
                self.condition.next = self.counting.val();
            }
            4 => {
                self.condition.next = self.pending.q.val();
            }
            5 => {
                self.condition.next = self.send_ready.val();
            }
            6 => {
                self.condition.next = self.crc.residual.val();
            }
            7 => {
                self.condition.next = self.meter.overflow.val();
            }
            _ => {}
        }
        self.fetching.next = self.fetches.val() & !self.fetched.q.val();
        self.fetched.d.next = self.fetching.val() & !self.reset.val();
        self.step.next = if self.repeats.val() | self.fetching.val() | (self.acts.val() & !self.acted.val()) {
            0.into()
        } else {
            1.into()
        };
        self.sequel.next = self.place.q.val() + self.step.val();
        self.following.next = self.sequel.val();
        if self.calls.val() | (self.jumps.val() & (self.condition.val() != self.store.instruction.val().get_bit(9))) {
            self.following.next = self.target.val();
        }
        if self.returns.val() {
            self.following.next = self.back.q.val();
            self.back.d.next = self.back_outer.q.val();
        }
        if self.calls.val() {
            self.back.d.next = self.sequel.val();
            self.back_outer.d.next = self.back.q.val();
        }
        if self.reset.val() {
            self.following.next = 0.into();
        }
        self.place.d.next = self.following.val();
        self.store.following.next = self.following.val();

        // The operand.
        self.flags.next = bit_cast::<8, 1>(self.running.val().into())
            | (bit_cast::<8, 1>(self.paused.val().into()) << 1)
            | (bit_cast::<8, 1>(self.committed.q.val().into()) << 2);
        self.brought.next = self.flags.val();
        match self.number.val().get_bits::<3>(0).index() {
            1 => {
                self.brought.next = self.held.q.val();
            }
            2 => {
                self.brought.next = self.octet.val();
            }
            3 => {
                self.brought.next = self.pointer.q.val();
            }
            4 => {
                self.brought.next = self.meter.cycles.val().get_bits::<8>(0);
            }
            5 => {
                self.brought.next = self.meter.cycles.val().get_bits::<8>(8);
            }
            _ => {}
        }
        self.operand.next = self.number.val();
        match self.store.instruction.val().get_bits::<2>(10).index() {
            1 => {
                self.operand.next = self.store.read_data.val();
            }
            2 => {
                self.operand.next = self.brought.val();
            }
            3 => {
                self.operand.next = self.accumulator.q.val();
            }
            _ => {}
        }

        // The accumulator.
        self.sum.operation.next = self.operation.val();
        self.sum.load.next = self.fetches.val();
        self.sum.accumulator.next = self.accumulator.q.val();
        self.sum.operand.next = self.operand.val();
        self.sum.carry.next = self.carry.q.val();
        if self.computes.val() | self.fetched.q.val() {
            self.accumulator.d.next = self.sum.result.val();
        }
        if self.sum.carries.val() {
            self.carry.d.next = self.sum.carry_out.val();
        }
        self.crc.clear.next = self.act.val().get_bit(1);
        self.crc.step.next = self.digests.val();
        self.crc.extract.next = self.mode.val().get_bit(0);
        self.crc.data.next = self.accumulator.q.val().get_bit(0);
        if self.digests.val() {
            self.accumulator.d.next = self.accumulator.q.val() >> 1;
            if self.crc.taken.val() {
                self.accumulator.d.next = (self.accumulator.q.val() >> 1) | 128;
            }
        }

        // The pointer, the counter and the RAM.
        self.skips.next = if (self.indirect.val() & self.mode.val().get_bit(1) & !self.fetched.q.val())
            | (self.pushes.val() & self.counting.val())
        {
            1.into()
        } else {
            0.into()
        };
        self.pointer.d.next = self.pointer.q.val() + bit_cast::<8, 1>(self.skips.val());
        if self.operation.val() == 6 {
            self.pointer.d.next = self.operand.val();
            if !self.mode.val().get_bit(1) {
                self.page.d.next = self.mode.val().get_bits::<1>(0);
            }
        }
        if self.repeats.val() | (self.jumps.val() & self.counting.val() & (self.which.val() == 3) & !self.holds.val()) {
            self.counter.d.next = self.counter.q.val() - 1;
        }
        if self.operation.val() == 7 {
            self.counter.d.next = self.operand.val();
        }
        self.at.next = if self.direct.val() {
            self.target.val()
        } else {
            bit_cast::<9, 8>(self.pointer.q.val()) | (bit_cast::<9, 1>(self.page.q.val()) << 8)
        };
        self.store.address.next = self.at.val();
        self.store.read.next = !self.fetched.q.val()
            & (self.pushes.val()
                | (self.direct.val() & !self.writes.val())
                | (self.indirect.val() & self.store.instruction.val().get_bit(10)));
        self.store.write.next = self.writes.val() & !self.reset.val();
        self.store.write_data.next = self.accumulator.q.val();

        // What the core gets.
        self.row.octet.next = self.operand.val();
        self.row.push.next = self.pushes.val();
        self.row.number.next = self.goes_out.val() & (self.mode.val() == 0);
        self.row.choose.next = self.goes_out.val() & (self.mode.val() == 1);
        self.row.advance.next = self.act.val().get_bit(2) | self.act.val().get_bit(3);
        connect!(self => self.row; claim, claim_space, claim_row, fill, fill_value);
        self.space.next = self.row.space.val();
        self.moves.next = self.pooled.on.val()
            & (self.row.number.val() | self.row.choose.val() | self.row.advance.val() | self.claim.val());
        self.moved.d.next = self.moves.val();
        self.reads.next = if self.distant.on.val() { !self.moved.q.val() } else { !self.moves.val() };
        self.lane.next = if self.lent.val() { 0.into() } else { self.pointer.q.val().get_bits::<3>(0) };
        self.address.next = bit_cast::<32, 24>(self.row.address.val()) | (bit_cast::<32, 3>(self.lane.val()) << 24);
        self.wdata.next = self.row.wdata.val();
        self.write.next = self.act.val().get_bit(2) | self.device_write.val();
        self.core_reset.next = self.reset.val() | self.act.val().get_bit(6);
        if self.act.val().get_bit(5) {
            self.committed.d.next = true;
        }
        if self.act.val().get_bit(4) | self.reset.val() {
            self.committed.d.next = false;
        }
        self.valid.next = self.committed.q.val();

        // The line.
        if self.act.val().get_bit(0) {
            self.pending.d.next = false;
        }
        if self.received.val() {
            self.pending.d.next = true;
            self.held.d.next = self.received_byte.val();
        }
        self.send.next = self.goes_out.val() & (self.mode.val() == 2) & !self.reset.val();
        self.send_byte.next = self.operand.val();
        self.looks.next = self.jumps.val() & (self.which.val() == 4);
        self.idle.next = self.looks.val() & !self.pending.q.val();
        if self.looks.val() {
            self.resting.d.next = !self.pending.q.val() & !self.running.val();
        }

        // Cycles.
        self.begins.next = self.act.val().get_bit(7);
        self.meter.counts.next = self.counts.val();
        self.meter.clear.next = self.begins.val();
        self.meter.counted.next = self.act.val().get_bit(8);
        self.cycles_now.next = self.meter.cycles.val();
    }
}
