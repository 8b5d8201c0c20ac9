//! What uses the core's host port: the registers of the component, and programs that call devices on the bus, whose
//! transactions the component makes as a Wishbone master (B4, classic cycles).
//!
//! ```text
//! clock    _/~\_/~\_/~\_/~\_/~\_ ... _/~\_/~\_/~\_/~\_/~\_
//! step     X Idle  X Address (6 cycles)  X Bus   X Result X Answer X Write X Hold
//! cyc, stb _________________________ ... /~~~~~~~\________________
//! ack      _________________________ ... ____/~~~\________________
//! dat_i                                      X word X
//! running  ~\_______________________ ... _________________________________/~~~~~~
//! ```

use crate::prim::names::{BusDevices, Registers, Spaces};
use crate::prim::switch::Switch;
use layer::circuit;
use rust_hdl::prelude::*;

/// What happens at the host port.
#[derive(Copy, Clone, PartialEq, Debug, LogicState)]
pub enum Step {
    Idle,
    /// The row is looked for and read.
    Look,
    /// It is written. It stays at the port for one more cycle.
    Write,
    Hold,
    /// A device was called: its first argument is read, an address; its second one, a word.
    Address,
    Data,
    /// A transaction.
    Bus,
    /// Its result is written, and the call goes on.
    Result,
    Answer,
}

/// The registers of a row that is written are those of the bus, too: `middle` is the address and `low` the word.
#[derive(LogicBlock, Default)]
pub struct Bridge {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,

    // What the registers ask for, with what is written to them: see `super::slave`.
    pub set_space: Signal<In, Bit>,
    pub set_row: Signal<In, Bit>,
    pub set_middle: Signal<In, Bit>,
    pub set_high: Signal<In, Bit>,
    pub store: Signal<In, Bit>,
    pub fetch: Signal<In, Bit>,
    pub ask: Signal<In, Bit>,
    pub clear: Signal<In, Bit>,
    pub start: Signal<In, Bit>,
    pub resume: Signal<In, Bit>,
    pub halt: Signal<In, Bit>,
    pub attends: Signal<In, Bit>,
    pub value: Signal<In, Bits<32>>,
    pub fetched: Signal<Out, Bit>,
    pub free: Signal<Out, Bit>,
    pub calls: Signal<Out, Bit>,
    pub may_halt: Signal<Out, Bit>,

    /// Nothing but a look at what happens, and a halt, is taken.
    pub busy: Signal<Out, Bit>,
    /// A call of an imported function waits for its answer.
    pub waiting: Signal<Out, Bit>,
    /// What there is may be called.
    pub ready: Signal<Out, Bit>,
    /// A transaction has failed that the program has not asked about.
    pub failed: Signal<Out, Bit>,

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

    // The core.
    pub running: Signal<In, Bit>,
    pub paused: Signal<In, Bit>,
    /// Number of the device whose call waits; 0 for another function.
    pub device: Signal<In, Bits<3>>,
    /// Of its first argument.
    pub slot: Signal<In, Bits<16>>,
    pub stop: Signal<In, Bits<8>>,
    pub waits: Signal<In, Bit>,
    pub row_data: Signal<In, Bits<96>>,
    pub space: Signal<Out, Bits<3>>,
    pub row: Signal<Out, Bits<24>>,
    pub wdata: Signal<Out, Bits<96>>,
    pub write: Signal<Out, Bit>,
    pub read: Signal<Out, Bit>,

    /// Whether the core has a resolver.
    resolves: Switch,
    step: DFF<Step>,
    /// Cycles of a look.
    count: DFF<Bits<3>>,
    /// The look is for a write; for one of those that clear, of which there are `high` to come.
    writes: DFF<Bit>,
    clears: DFF<Bit>,
    /// The call that waits is on its way to its end, or goes on.
    answered: DFF<Bit>,
    /// The resolver works; has ended well.
    resolving: DFF<Bit>,
    resolved: DFF<Bit>,
    failed_held: DFF<Bit>,
    space_held: DFF<Bits<3>>,
    row_held: DFF<Bits<24>>,
    low: DFF<Bits<32>>,
    middle: DFF<Bits<32>>,
    high: DFF<Bits<32>>,

    spaces: Spaces,
    registers: Registers,
    numbers: BusDevices,
    /// The call of a device waits.
    serves: Signal<Local, Bit>,
    is_there: Signal<Local, Bit>,
    more: Signal<Local, Bits<32>>,
    results: Signal<Local, Bits<1>>,
    /// The number of results is above the slot.
    answer: Signal<Local, Bits<32>>,
    resumption: Signal<Local, Bits<32>>,
    failed_bit: Signal<Local, Bits<1>>,
    /// A table is written that the resolver makes or reads.
    spoils: Signal<Local, Bit>,
}

impl Bridge {
    /// For a core with or without a resolver.
    pub fn new(resolves: bool) -> Bridge {
        Bridge { resolves: Switch::new(resolves), ..Bridge::default() }
    }
}

impl Logic for Bridge {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, step, count, writes, clears, resolving, resolved, failed_held, space_held, row_held);
        dff_setup!(self, clock, low, middle, high, answered);

        // Who may have the port.
        self.serves.next = self.paused.val() & self.device.val().any();
        self.calls.next = self.running.val() | self.serves.val();
        self.free.next = (self.step.q.val() == Step::Idle) & !self.calls.val();
        self.may_halt.next =
            (self.step.q.val() != Step::Look) & (self.step.q.val() != Step::Write) & (self.step.q.val() != Step::Hold);
        self.busy.next = !self.free.val();
        self.waiting.next = self.paused.val() & !self.serves.val() & !self.answered.q.val();
        self.ready.next = self.resolved.q.val() | !self.resolves.on.val();
        self.failed.next = self.failed_held.q.val();
        self.failed_bit.next = self.failed_held.q.val().into();

        // Any row is there after six cycles, but for those of a pool, which are looked for first.
        self.is_there.next = self.count.q.val() == 5;
        self.count.d.next = 0.into();
        self.read.next = false;
        self.write.next = false;
        self.fetched.next = false;
        self.more.next = self.high.q.val() - 1;
        self.results.next = if self.device.val() == self.numbers.write.val() { 0.into() } else { 1.into() };
        self.answer.next = bit_cast::<32, 16>(self.slot.val()) | (bit_cast::<32, 1>(self.results.val()) << 24);
        self.resumption.next = bit_cast::<32, 16>(self.slot.val()) | (self.value.val() << 24);
        match self.step.q.val() {
            Step::Idle => {
                if self.serves.val() {
                    self.space_held.d.next = self.spaces.stack.val();
                    self.row_held.d.next = bit_cast::<24, 16>(self.slot.val());
                    self.step.d.next = Step::Address;
                }
            }
            Step::Look => {
                self.read.next = true;
                if !self.waits.val() {
                    self.count.d.next = self.count.q.val() + 1;
                }
                if self.is_there.val() {
                    self.step.d.next = if self.writes.q.val() { Step::Write } else { Step::Idle };
                    self.fetched.next = !self.writes.q.val();
                }
                // Who does not wait for it gets nothing.
                if !self.writes.q.val() & !self.attends.val() {
                    self.step.d.next = Step::Idle;
                    self.fetched.next = false;
                }
            }
            Step::Write => {
                self.write.next = true;
                self.step.d.next = Step::Hold;
            }
            Step::Hold => {
                self.row_held.d.next = self.row_held.q.val() + 1;
                self.answered.d.next = false;
                self.step.d.next = Step::Idle;
                if self.clears.q.val() {
                    self.high.d.next = self.more.val();
                    self.clears.d.next = self.more.val().any();
                    self.step.d.next = if self.more.val().any() { Step::Look } else { Step::Idle };
                }
            }
            Step::Address => {
                self.read.next = true;
                self.count.d.next = self.count.q.val() + 1;
                if self.is_there.val() {
                    self.count.d.next = 0.into();
                    self.middle.d.next = self.row_data.val().get_bits::<32>(0);
                    self.step.d.next = Step::Bus;
                    if self.device.val() == self.numbers.write.val() {
                        self.row_held.d.next = self.row_held.q.val() + 1;
                        self.step.d.next = Step::Data;
                    }
                    if self.device.val() == self.numbers.error.val() {
                        self.low.d.next = bit_cast::<32, 1>(self.failed_bit.val());
                        self.failed_held.d.next = false;
                        self.step.d.next = Step::Result;
                    }
                }
            }
            Step::Data => {
                self.read.next = true;
                self.count.d.next = self.count.q.val() + 1;
                if self.is_there.val() {
                    self.low.d.next = self.row_data.val().get_bits::<32>(0);
                    self.step.d.next = Step::Bus;
                }
            }
            Step::Bus => {
                if self.wbm_ack_i.val() | self.wbm_err_i.val() {
                    self.low.d.next = self.wbm_dat_i.val();
                    self.step.d.next =
                        if self.device.val() == self.numbers.write.val() { Step::Answer } else { Step::Result };
                }
                if self.wbm_err_i.val() {
                    self.low.d.next = 0.into();
                    self.failed_held.d.next = true;
                }
            }
            Step::Result => {
                self.write.next = true;
                self.step.d.next = Step::Answer;
            }
            Step::Answer => {
                self.space_held.d.next = self.spaces.control.val();
                self.row_held.d.next = bit_cast::<24, 4>(self.registers.resume.val());
                self.low.d.next = self.answer.val();
                self.middle.d.next = 0.into();
                self.step.d.next = Step::Write;
            }
        }

        // What the registers ask for.
        if self.set_space.val() {
            self.space_held.d.next = self.value.val().get_bits::<3>(0);
        }
        if self.set_row.val() {
            self.row_held.d.next = self.value.val().get_bits::<24>(0);
        }
        if self.set_middle.val() {
            self.middle.d.next = self.value.val();
        }
        if self.set_high.val() | self.clear.val() {
            self.high.d.next = self.value.val();
        }
        if self.store.val() | self.start.val() {
            self.low.d.next = self.value.val();
        }
        if self.store.val() | self.start.val() | self.resume.val() | self.fetch.val() | self.ask.val() {
            self.writes.d.next = !(self.fetch.val() | self.ask.val());
            self.step.d.next = Step::Look;
        }
        if self.start.val() | self.resume.val() | self.ask.val() | self.halt.val() {
            self.space_held.d.next = self.spaces.control.val();
            self.row_held.d.next = bit_cast::<24, 4>(self.registers.resume.val());
        }
        if self.start.val() | self.resume.val() | self.halt.val() {
            self.answered.d.next = true;
        }
        if self.start.val() {
            self.row_held.d.next = bit_cast::<24, 4>(self.registers.start.val());
        }
        if self.resume.val() {
            self.low.d.next = self.resumption.val();
            self.middle.d.next = self.value.val() >> 8;
        }
        if self.clear.val() & self.value.val().any() {
            self.space_held.d.next = self.spaces.memory.val();
            self.low.d.next = 0.into();
            self.writes.d.next = true;
            self.clears.d.next = true;
            self.step.d.next = Step::Look;
        }
        if self.halt.val() {
            self.row_held.d.next = bit_cast::<24, 4>(self.registers.halt.val());
            self.step.d.next = Step::Write;
        }

        // What the resolver has made is good until a table is written.
        self.spoils.next = self.write.val()
            & (self.space_held.q.val() != self.spaces.control.val())
            & (self.space_held.q.val() != self.spaces.stack.val())
            & (self.space_held.q.val() != self.spaces.memory.val());
        if self.resolving.q.val() & self.free.val() {
            self.resolving.d.next = false;
            self.resolved.d.next = !self.stop.val().any();
        }
        if self.spoils.val() {
            self.resolved.d.next = false;
        }
        if self.write.val()
            & (self.space_held.q.val() == self.spaces.control.val())
            & (self.row_held.q.val().get_bits::<4>(0) == self.registers.resolve.val())
        {
            self.resolved.d.next = false;
            self.resolving.d.next = true;
        }
        if self.reset.val() {
            self.step.d.next = Step::Idle;
            self.answered.d.next = false;
            self.clears.d.next = false;
            self.resolving.d.next = false;
            self.resolved.d.next = false;
            self.failed_held.d.next = false;
        }

        // The core.
        self.space.next = self.space_held.q.val();
        self.row.next = self.row_held.q.val();
        self.wdata.next = bit_cast::<96, 32>(self.low.q.val())
            | (bit_cast::<96, 32>(self.middle.q.val()) << 32)
            | (bit_cast::<96, 32>(self.high.q.val()) << 64);

        // The bus.
        self.wbm_cyc_o.next = self.step.q.val() == Step::Bus;
        self.wbm_stb_o.next = self.step.q.val() == Step::Bus;
        self.wbm_we_o.next = self.device.val() == self.numbers.write.val();
        self.wbm_adr_o.next = self.middle.q.val() & 0xffff_fffc_u64;
        self.wbm_sel_o.next = 15.into();
        self.wbm_dat_o.next = self.low.q.val();
    }
}
