//! Operands: the value stack, its top in registers, and the way of operands from D to X and of results from X to M.
//!
//! Locals, operands and globals share one RAM of 64-bit slots with two read ports. The two topmost operands live in
//! `t0` (top) and `t1`; how many of them are valid is tracked in D. A group that needs more than is there refills from
//! the RAM in an extra cycle of X; a push that finds both full spills `t1`.
//!
//! A result still in X when D reads its slot is forwarded in X; one in M is captured into the constant register. A
//! load's result is captured the same way, one cycle later.

use crate::control::Control;
use crate::decode::Slots;
use crate::prim::ram::SyncRam;
use rust_hdl::prelude::*;

/// `S`: width of a slot number.
#[derive(LogicBlock, Default)]
pub struct Operands<const S: usize> {
    pub clock: Signal<In, Clock>,

    // Stage D: the group that goes to X in this cycle if `issue`.
    pub issue: Signal<In, Bit>,
    pub control: Signal<In, Control>,
    pub slots: Signal<In, Slots>,
    pub first_index: Signal<In, Bits<32>>,
    pub second_index: Signal<In, Bits<32>>,
    pub set_index: Signal<In, Bits<32>>,
    pub constant: Signal<In, Bits<64>>,
    pub second_constant: Signal<In, Bits<64>>,

    // Stage X.
    /// The group in X is alive.
    pub live: Signal<In, Bit>,
    /// It leaves X in this cycle.
    pub leave: Signal<In, Bit>,
    /// The first pass of a 64-bit operation: the high halves follow.
    pub first_pass: Signal<In, Bit>,
    /// What it computed.
    pub result: Signal<In, Bits<64>>,
    /// The group in X was fetched on a wrong path.
    pub kill: Signal<In, Bit>,
    pub a: Signal<Out, Bits<64>>,
    pub b: Signal<Out, Bits<64>>,
    /// The operands are there; until then the group stays in X.
    pub ready: Signal<Out, Bit>,
    /// Some group's load has its value in this cycle.
    pub load_done: Signal<In, Bit>,
    pub load_data: Signal<In, Bits<64>>,
    /// M is occupied by an access in several passes.
    pub busy: Signal<In, Bit>,

    // The sequencer and the host, while nothing is in flight.
    pub take_over: Signal<In, Bit>,
    pub read_slot: Signal<In, Bits<S>>,
    pub read_data: Signal<Out, Bits<64>>,
    pub write: Signal<In, Bit>,
    pub write_slot: Signal<In, Bits<S>>,
    pub write_data: Signal<In, Bits<64>>,
    pub set_pointers: Signal<In, Bit>,
    pub new_base: Signal<In, Bits<S>>,
    pub new_pointer: Signal<In, Bits<S>>,
    /// After `set_pointers`: whether `t0` holds the top operand.
    pub new_top: Signal<In, Bit>,
    /// Takes the top of stack from the RAM's output.
    pub load_top: Signal<In, Bit>,

    // Architectural state, for the sequencer and observers.
    pub base: Signal<Out, Bits<S>>,
    pub pointer: Signal<Out, Bits<S>>,
    pub top: Signal<Out, Bits<64>>,
    pub second: Signal<Out, Bits<64>>,
    pub have1: Signal<Out, Bit>,
    pub have2: Signal<Out, Bit>,
    /// Slot that the group in X will write, for observers.
    pub set_slot: Signal<Out, Bits<S>>,

    ram_a: SyncRam<S, 64>,
    ram_b: SyncRam<S, 64>,
    fp: DFF<Bits<S>>,
    sp: DFF<Bits<S>>,
    t0: DFF<Bits<64>>,
    t1: DFF<Bits<64>>,
    // How many of t0, t1 are valid after the group in X; the shadow is the value before the last issue.
    has1: DFF<Bit>,
    has2: DFF<Bit>,
    had1: DFF<Bit>,
    had2: DFF<Bit>,

    // Stage D.
    need1: Signal<Local, Bit>,
    need2: Signal<Local, Bit>,
    need0: Signal<Local, Bit>,
    left1: Signal<Local, Bit>,
    a_source: Signal<Local, Bit>,
    b_source: Signal<Local, Bit>,
    a_slot: Signal<Local, Bits<S>>,
    b_slot: Signal<Local, Bits<S>>,
    w_slot: Signal<Local, Bits<S>>,
    a_base: Signal<Local, Bits<S>>,
    b_base: Signal<Local, Bits<S>>,
    w_base: Signal<Local, Bits<S>>,
    a_index: Signal<Local, Bits<S>>,
    b_index: Signal<Local, Bits<S>>,
    a_constant: Signal<Local, Bit>,
    b_constant: Signal<Local, Bit>,
    a_in_x: Signal<Local, Bit>,
    b_in_x: Signal<Local, Bit>,
    a_in_m: Signal<Local, Bit>,
    b_in_m: Signal<Local, Bit>,

    // Stage X.
    x_need1: DFF<Bit>,
    x_need2: DFF<Bit>,
    x_push: DFF<Bit>,
    x_set: DFF<Bit>,
    x_load: DFF<Bit>,
    x_slot: DFF<Bits<S>>,
    x_spill: DFF<Bit>,
    x_refill: DFF<Bit>,
    x_refill2: DFF<Bit>,
    x_await: DFF<Bit>,
    x_capture_a: DFF<Bit>,
    x_capture_b: DFF<Bit>,
    refilled: DFF<Bit>,
    spilled: DFF<Bit>,
    a_ram: DFF<Bit>,
    a_k: DFF<Bit>,
    a_forward: DFF<Bit>,
    a_t1: DFF<Bit>,
    b_ram: DFF<Bit>,
    b_k: DFF<Bit>,
    b_forward: DFF<Bit>,
    ka: DFF<Bits<64>>,
    kb: DFF<Bits<64>>,
    a_early: Signal<Local, Bits<64>>,
    b_early: Signal<Local, Bits<64>>,
    a_value: Signal<Local, Bits<64>>,
    b_value: Signal<Local, Bits<64>>,
    x_need: Signal<Local, Bit>,
    below: Signal<Local, Bits<64>>,
    refill_now: Signal<Local, Bit>,
    spill_now: Signal<Local, Bit>,

    // Stage M.
    m_write: DFF<Bit>,
    m_load: DFF<Bit>,
    m_spill: DFF<Bit>,
    m_push: DFF<Bit>,
    m_slot: DFF<Bits<S>>,
    m_data: DFF<Bits<64>>,
    m_result: Signal<Local, Bits<64>>,
    m_enable: Signal<Local, Bit>,
    top_loaded: Signal<Local, Bit>,
    ram_write: Signal<Local, Bit>,
    ram_slot: Signal<Local, Bits<S>>,
    ram_data: Signal<Local, Bits<64>>,
}

impl<const S: usize> Logic for Operands<S> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, fp, sp, t0, t1, has1, has2, had1, had2);
        dff_setup!(self, clock, x_need1, x_need2, x_push, x_set, x_load, x_slot, x_spill, x_refill, x_refill2);
        dff_setup!(self, clock, x_await, x_capture_a, x_capture_b, refilled, spilled);
        dff_setup!(self, clock, a_ram, a_k, a_forward, a_t1, b_ram, b_k, b_forward, ka, kb);
        dff_setup!(self, clock, m_write, m_load, m_spill, m_push, m_slot, m_data);

        // Stage M: the value being written, and the load that completes.
        self.m_result.next = self.m_data.q.val();
        if self.m_load.q.val() & !self.m_spill.q.val() {
            self.m_result.next = self.load_data.val();
        }
        self.m_enable.next =
            self.m_write.q.val() & (!self.m_load.q.val() | self.m_spill.q.val() | self.load_done.val());
        self.top_loaded.next = self.m_load.q.val() & self.m_push.q.val() & self.load_done.val();

        // Stage D: how many operands come from the stack.
        self.need2.next = self.control.val().binary & !self.slots.val().first;
        self.need1.next = (self.control.val().binary & self.slots.val().first & !self.slots.val().second)
            | (self.control.val().unary & !self.slots.val().first);
        self.need0.next = !self.need1.val() & !self.need2.val();
        self.left1.next = (self.need0.val() & self.has1.q.val()) | (self.need1.val() & self.has2.q.val());

        // Stage D: where the source slots are. Globals lie at the bottom of the stack RAM.
        self.a_source.next = self.slots.val().second | (self.slots.val().first & !self.control.val().binary);
        self.b_source.next = self.slots.val().second | (self.slots.val().first & self.control.val().binary);
        self.a_base.next = self.fp.q.val();
        if self.slots.val().first_global {
            self.a_base.next = 0.into();
        }
        self.a_index.next = bit_cast::<S, 32>(self.first_index.val());
        self.a_slot.next = self.a_base.val() + self.a_index.val();
        self.b_base.next = self.fp.q.val();
        if self.slots.val().second_global {
            self.b_base.next = 0.into();
        }
        self.b_index.next = bit_cast::<S, 32>(self.second_index.val());
        self.b_slot.next = self.a_slot.val();
        if self.slots.val().second {
            self.b_slot.next = self.b_base.val() + self.b_index.val();
        }
        self.w_base.next = self.fp.q.val();
        if self.slots.val().set_global {
            self.w_base.next = 0.into();
        }
        self.w_slot.next = self.w_base.val() + bit_cast::<S, 32>(self.set_index.val());
        self.a_constant.next = self.a_source.val() & self.slots.val().first_constant;
        self.b_constant.next = self.b_source.val()
            & ((self.slots.val().second & self.slots.val().second_constant)
                | (!self.slots.val().second & self.slots.val().first_constant));

        // Stage D: results that are not in the RAM yet.
        self.a_in_x.next = self.a_source.val()
            & !self.a_constant.val()
            & self.live.val()
            & self.x_set.q.val()
            & (self.x_slot.q.val() == self.a_slot.val());
        self.b_in_x.next = self.b_source.val()
            & !self.b_constant.val()
            & self.live.val()
            & self.x_set.q.val()
            & (self.x_slot.q.val() == self.b_slot.val());
        self.a_in_m.next = self.a_source.val()
            & !self.a_constant.val()
            & !self.a_in_x.val()
            & self.m_enable.val()
            & (self.m_slot.q.val() == self.a_slot.val());
        self.b_in_m.next = self.b_source.val()
            & !self.b_constant.val()
            & !self.b_in_x.val()
            & self.m_enable.val()
            & (self.m_slot.q.val() == self.b_slot.val());

        // Stage X: operand selection. The RAM's output comes last because it is late.
        self.a_early.next = self.t0.q.val();
        if self.a_t1.q.val() {
            self.a_early.next = self.t1.q.val();
        }
        if self.a_forward.q.val() {
            self.a_early.next = self.m_data.q.val();
        }
        if self.a_k.q.val() {
            self.a_early.next = self.ka.q.val();
        }
        self.a_value.next = self.a_early.val();
        if self.a_ram.q.val() {
            self.a_value.next = self.ram_a.read_data.val();
        }
        self.b_early.next = self.t0.q.val();
        if self.b_forward.q.val() {
            self.b_early.next = self.m_data.q.val();
        }
        if self.b_k.q.val() {
            self.b_early.next = self.kb.q.val();
        }
        self.b_value.next = self.b_early.val();
        if self.b_ram.q.val() {
            self.b_value.next = self.ram_b.read_data.val();
        }
        self.a.next = self.a_value.val();
        self.b.next = self.b_value.val();

        // Stage X: what must happen before the operation.
        self.refill_now.next = self.live.val() & self.x_refill.q.val() & !self.refilled.q.val();
        self.spill_now.next =
            self.live.val() & self.x_spill.q.val() & self.x_set.q.val() & !self.spilled.q.val() & !self.busy.val();
        self.ready.next = (!self.x_refill.q.val() | self.refilled.q.val())
            & !self.x_await.q.val()
            & (!self.x_spill.q.val() | !self.x_set.q.val() | self.spilled.q.val());
        if self.refill_now.val() {
            self.refilled.d.next = true;
        }
        if self.spill_now.val() {
            self.spilled.d.next = true;
            // What is forwarded from M gives way there to what is spilled.
            if self.a_forward.q.val() & !self.a_k.q.val() {
                self.ka.d.next = self.m_data.q.val();
                self.a_k.d.next = true;
            }
            if self.b_forward.q.val() & !self.b_k.q.val() {
                self.kb.d.next = self.m_data.q.val();
                self.b_k.d.next = true;
            }
        }
        if self.load_done.val() {
            self.x_await.d.next = false;
            if self.x_capture_a.q.val() {
                self.ka.d.next = self.load_data.val();
            }
            if self.x_capture_b.q.val() {
                self.kb.d.next = self.load_data.val();
            }
        }
        if self.first_pass.val() {
            self.ka.d.next = self.a_value.val() >> 32;
            self.kb.d.next = self.b_value.val() >> 32;
            self.a_k.d.next = true;
            self.b_k.d.next = true;
            self.a_ram.d.next = false;
            self.b_ram.d.next = false;
        }

        // D to X.
        if self.leave.val() | !self.live.val() {
            self.refilled.d.next = false;
            self.spilled.d.next = false;
        }
        if self.issue.val() {
            self.x_need1.d.next = self.need1.val();
            self.x_need2.d.next = self.need2.val();
            self.x_push.d.next = self.slots.val().push;
            self.x_set.d.next = self.slots.val().set;
            self.x_load.d.next = self.control.val().load;
            self.x_slot.d.next = self.w_slot.val();
            self.x_spill.d.next = self.slots.val().push & self.need0.val() & self.has2.q.val();
            self.x_refill2.d.next = self.need2.val() & !self.has1.q.val();
            self.x_refill.d.next =
                (self.need2.val() & !self.has2.q.val()) | (self.need1.val() & !self.has1.q.val());
            self.x_await.d.next = self.live.val()
                & self.x_load.q.val()
                & ((self.x_push.q.val() & !self.need0.val()) | self.a_in_x.val() | self.b_in_x.val());
            self.x_capture_a.d.next = self.a_in_x.val() & self.x_load.q.val();
            self.x_capture_b.d.next = self.b_in_x.val() & self.x_load.q.val();

            self.a_forward.d.next = self.a_in_x.val();
            self.a_k.d.next = self.a_constant.val() | self.a_in_m.val() | (self.a_in_x.val() & self.x_load.q.val());
            self.a_t1.d.next = self.need2.val();
            self.a_ram.d.next = (self.a_source.val() & !self.a_constant.val() & !self.a_in_m.val() & !self.a_in_x.val())
                | (self.need2.val() & !self.has2.q.val())
                | (self.need1.val() & !self.has1.q.val());
            self.b_forward.d.next = self.b_in_x.val();
            self.b_k.d.next = self.b_constant.val()
                | self.b_in_m.val()
                | (self.b_in_x.val() & self.x_load.q.val())
                | !self.control.val().binary;
            self.b_ram.d.next = (self.b_source.val() & !self.b_constant.val() & !self.b_in_m.val() & !self.b_in_x.val())
                | (self.need2.val() & !self.has1.q.val());

            self.ka.d.next = self.constant.val();
            if self.a_in_m.val() {
                self.ka.d.next = self.m_result.val();
            }
            self.kb.d.next = self.constant.val();
            if self.slots.val().second {
                self.kb.d.next = self.second_constant.val();
            }
            if !self.control.val().binary & !self.control.val().call & !self.control.val().table {
                self.kb.d.next = 0.into();
            }
            if self.b_in_m.val() {
                self.kb.d.next = self.m_result.val();
            }

            self.had1.d.next = self.has1.q.val();
            self.had2.d.next = self.has2.q.val();
            self.has1.d.next = self.slots.val().push | self.left1.val();
            self.has2.d.next = (self.slots.val().push & self.left1.val())
                | (!self.slots.val().push & self.need0.val() & self.has2.q.val());
        } else {
            // Nothing issued: what the group in X leaves is also what stands before the next one.
            self.had1.d.next = self.has1.q.val();
            self.had2.d.next = self.has2.q.val();
        }
        if self.kill.val() {
            self.has1.d.next = self.had1.q.val();
            self.has2.d.next = self.had2.q.val();
        }

        // Top of stack. A load's value arrives in M; a push in the same cycle finds it there.
        self.x_need.next = self.x_need1.q.val() | self.x_need2.q.val();
        self.below.next = self.t0.q.val();
        if self.top_loaded.val() {
            self.t0.d.next = self.load_data.val();
            self.below.next = self.load_data.val();
        }
        if self.leave.val() {
            if self.x_push.q.val() {
                self.t0.d.next = self.result.val();
                if !self.x_need.val() {
                    self.t1.d.next = self.below.val();
                }
            } else if self.x_need1.q.val() {
                self.t0.d.next = self.t1.q.val();
            }
            if self.x_refill2.q.val() {
                self.sp.d.next = self.sp.q.val() - 2;
            } else if self.x_refill.q.val() {
                self.sp.d.next = self.sp.q.val() - 1;
            } else if self.x_spill.q.val() {
                self.sp.d.next = self.sp.q.val() + 1;
            }
        }

        // X to M.
        if !self.busy.val() {
            self.m_write.d.next = false;
            self.m_load.d.next = false;
            if self.spill_now.val() {
                self.m_write.d.next = true;
            }
            if self.leave.val() {
                self.m_write.d.next = self.x_set.q.val() | self.x_spill.q.val();
                self.m_load.d.next = self.x_load.q.val();
            }
            if self.spill_now.val() | (self.leave.val() & self.x_spill.q.val() & !self.x_set.q.val()) {
                self.m_spill.d.next = true;
                self.m_slot.d.next = self.sp.q.val();
                self.m_data.d.next = self.t1.q.val();
            } else if self.leave.val() {
                self.m_spill.d.next = false;
                self.m_slot.d.next = self.x_slot.q.val();
                self.m_data.d.next = self.result.val();
            }
            self.m_push.d.next = self.x_push.q.val();
        }

        // The sequencer's and the host's turn.
        if self.set_pointers.val() {
            self.fp.d.next = self.new_base.val();
            self.sp.d.next = self.new_pointer.val();
            self.has1.d.next = self.new_top.val();
            self.has2.d.next = false;
        }
        if self.load_top.val() {
            self.t0.d.next = self.ram_a.read_data.val();
        }

        // RAM ports.
        self.ram_a.clock.next = self.clock.val();
        self.ram_b.clock.next = self.clock.val();
        self.ram_a.read_enable.next = self.issue.val() | self.refill_now.val() | self.take_over.val();
        self.ram_b.read_enable.next = self.issue.val() | (self.refill_now.val() & self.x_refill2.q.val());
        self.ram_a.read_address.next = self.a_slot.val();
        self.ram_b.read_address.next = self.b_slot.val();
        if self.refill_now.val() {
            self.ram_a.read_address.next = self.sp.q.val() - 1;
            self.ram_b.read_address.next = self.sp.q.val() - 1;
            if self.x_refill2.q.val() {
                self.ram_a.read_address.next = self.sp.q.val() - 2;
            }
        }
        if self.take_over.val() {
            self.ram_a.read_address.next = self.read_slot.val();
        }
        self.ram_write.next = self.m_enable.val();
        self.ram_slot.next = self.m_slot.q.val();
        self.ram_data.next = self.m_result.val();
        if self.take_over.val() {
            self.ram_write.next = self.write.val();
            self.ram_slot.next = self.write_slot.val();
            self.ram_data.next = self.write_data.val();
        }
        self.ram_a.write_enable.next = self.ram_write.val();
        self.ram_a.write_address.next = self.ram_slot.val();
        self.ram_a.write_data.next = self.ram_data.val();
        self.ram_b.write_enable.next = self.ram_write.val();
        self.ram_b.write_address.next = self.ram_slot.val();
        self.ram_b.write_data.next = self.ram_data.val();

        self.read_data.next = self.ram_a.read_data.val();
        self.base.next = self.fp.q.val();
        self.pointer.next = self.sp.q.val();
        self.top.next = self.t0.q.val();
        self.second.next = self.t1.q.val();
        self.have1.next = self.has1.q.val();
        self.have2.next = self.has2.q.val();
        self.set_slot.next = self.x_slot.q.val();
    }
}
