//! Operands: the value stack, and the way of operands from D to X and of results from X to M.
//!
//! Locals, operands and globals share one RAM of 64-bit slots with two read ports, A and B, of which each reads the
//! operand of its name in D. How many operands there are is known before the operation itself.
//!
//! A result still in X when D reads its slot is forwarded in X; one in M is captured into the constant register. A
//! load's result is captured the same way, one cycle later.
//!
//! There is one write a group. A group that writes a local and leaves the value on the stack (`local.tee`) writes the
//! local alone: the local's slot then is `top`, an *alias*, until the next group takes the operand. A group that does
//! not take it lets a move to its own slot go first (`insert`), needed or not: whether D holds has to be known early.

use crate::front::control::{Arity, Control};
use crate::front::decode::Slots;
use crate::prim::ram::SyncRam;
use layer::circuit;
use rust_hdl::prelude::*;

/// `S`: width of a slot number.
#[derive(LogicBlock, Default)]
pub struct Operands<const S: usize> {
    pub clock: Signal<In, Clock>,

    // Stage D: the group that goes to X in this cycle if `issue`.
    pub issue: Signal<In, Bit>,
    pub control: Signal<In, Control>,
    pub arity: Signal<In, Arity>,
    pub slots: Signal<In, Slots>,
    pub first_index: Signal<In, Bits<32>>,
    pub second_index: Signal<In, Bits<32>>,
    pub set_index: Signal<In, Bits<32>>,
    /// What A and B are, if they are constants; B also an immediate index.
    pub a_immediate: Signal<In, Bits<64>>,
    pub b_immediate: Signal<In, Bits<64>>,
    /// The sequencer may follow it.
    pub blocks: Signal<In, Bit>,
    /// Not the group goes to X, but a move of the top operand to its own slot.
    pub insert: Signal<Out, Bit>,

    // Stage X.
    /// The group in X is alive.
    pub live: Signal<In, Bit>,
    /// The first pass of a 64-bit operation: the high halves follow.
    pub first_pass: Signal<In, Bit>,
    /// The group in X was fetched on a wrong path.
    pub kill: Signal<In, Bit>,
    pub a: Signal<Out, Bits<64>>,
    pub b: Signal<Out, Bits<64>>,
    /// The operands are there; until then the group stays in X.
    pub ready: Signal<Out, Bit>,
    /// Some group's load has its value in this cycle, or stops: what it leaves in its slot is never read then.
    pub load_done: Signal<In, Bit>,
    /// The result of the group in M; of a load with `load_done`. Or else what is written.
    pub m_result: Signal<In, Bits<64>>,
    /// The same, if it is no load: from a register.
    pub m_data: Signal<In, Bits<64>>,
    // See `WriteBack`.
    pub m_write: Signal<In, Bit>,
    pub m_slot: Signal<In, Bits<S>>,
    pub write: Signal<In, Bit>,
    pub write_slot: Signal<In, Bits<S>>,

    // The sequencer and the host, while nothing is in flight.
    pub take_over: Signal<In, Bit>,
    pub read_slot: Signal<In, Bits<S>>,
    pub read_data: Signal<Out, Bits<64>>,
    pub set_pointers: Signal<In, Bit>,
    pub new_base: Signal<In, Bits<S>>,
    pub new_pointer: Signal<In, Bits<S>>,

    // Architectural state, for the sequencer and observers: frame base, and first free slot after the group in X.
    pub base: Signal<Out, Bits<S>>,
    pub pointer: Signal<Out, Bits<S>>,
    /// The group in X writes its result; that is a load's; to this slot.
    pub writes: Signal<Out, Bit>,
    pub loads: Signal<Out, Bit>,
    pub set_slot: Signal<Out, Bits<S>>,

    ram_a: SyncRam<S, 64>,
    ram_b: SyncRam<S, 64>,
    fp: DFF<Bits<S>>,
    // After the group in X; the shadows are the values before the last issue.
    sp: DFF<Bits<S>>,
    /// Slot of the topmost operand: below `sp`, or that of a local.
    top: DFF<Bits<S>>,
    aliased: DFF<Bit>,
    old_sp: DFF<Bits<S>>,
    old_top: DFF<Bits<S>>,
    old_aliased: DFF<Bit>,

    // Stage D.
    need1: Signal<Local, Bit>,
    need2: Signal<Local, Bit>,
    need0: Signal<Local, Bit>,
    fill: Signal<Local, Bit>,
    take1: Signal<Local, Bit>,
    push: Signal<Local, Bit>,
    set: Signal<Local, Bit>,
    /// The first free slot without the operands that are taken.
    under: Signal<Local, Bits<S>>,
    below: Signal<Local, Bits<S>>,
    // How far the pointer goes down, without and with a push, and the slot of the topmost operand.
    taken: Signal<Local, Bits<S>>,
    taken_less: Signal<Local, Bits<S>>,
    buried: Signal<Local, Bits<S>>,
    zero: Signal<Local, Bits<S>>,
    first_slot: Signal<Local, Bits<S>>,
    second_slot: Signal<Local, Bits<S>>,
    a_slot: Signal<Local, Bits<S>>,
    b_slot: Signal<Local, Bits<S>>,
    w_slot: Signal<Local, Bits<S>>,
    a_base: Signal<Local, Bits<S>>,
    b_base: Signal<Local, Bits<S>>,
    w_base: Signal<Local, Bits<S>>,
    a_index: Signal<Local, Bits<S>>,
    b_index: Signal<Local, Bits<S>>,
    // Of the slots that the ports read: whose result is not in the RAM yet.
    a_slot_in_x: Signal<Local, Bit>,
    b_slot_in_x: Signal<Local, Bit>,
    a_slot_in_m: Signal<Local, Bit>,
    b_slot_in_m: Signal<Local, Bit>,
    /// A is the top of the stack.
    a_is_top: Signal<Local, Bit>,
    not_binary: Signal<Local, Bit>,
    a_used: Signal<Local, Bit>,
    a_constant: Signal<Local, Bit>,
    b_constant: Signal<Local, Bit>,
    a_in_x: Signal<Local, Bit>,
    b_in_x: Signal<Local, Bit>,
    a_in_m: Signal<Local, Bit>,
    b_in_m: Signal<Local, Bit>,
    x_loads: Signal<Local, Bit>,

    // Stage X.
    x_write: DFF<Bit>,
    x_load: DFF<Bit>,
    x_slot: DFF<Bits<S>>,
    x_await: DFF<Bit>,
    x_capture_a: DFF<Bit>,
    x_capture_b: DFF<Bit>,
    // Where an operand is: in its RAM's output, in M, or else in the constant register.
    a_ram: DFF<Bit>,
    a_forwarded: DFF<Bit>,
    b_ram: DFF<Bit>,
    b_forwarded: DFF<Bit>,
    // In halves: that of A and B comes into the lower one between the passes.
    ka_low: DFF<Bits<32>>,
    ka_high: DFF<Bits<32>>,
    kb_low: DFF<Bits<32>>,
    kb_high: DFF<Bits<32>>,
    ka: Signal<Local, Bits<64>>,
    kb: Signal<Local, Bits<64>>,
    /// A result from M, not a constant.
    ka_result: Signal<Local, Bit>,
    kb_result: Signal<Local, Bit>,
    ka_next: Signal<Local, Bits<64>>,
    kb_next: Signal<Local, Bits<64>>,
    // What does not come from a RAM.
    a_early: Signal<Local, Bits<64>>,
    b_early: Signal<Local, Bits<64>>,
    a_value: Signal<Local, Bits<64>>,
    b_value: Signal<Local, Bits<64>>,
}

impl<const S: usize> Logic for Operands<S> {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, fp, sp, top, aliased, old_sp, old_top, old_aliased);
        dff_setup!(self, clock, x_write, x_load, x_slot, x_await, x_capture_a, x_capture_b);
        dff_setup!(self, clock, a_ram, a_forwarded, b_ram, b_forwarded, ka_low, ka_high, kb_low, kb_high);

        // Stage D: how many operands come from the stack.
        self.need2.next = self.arity.val().binary & !self.slots.val().first;
        self.need1.next = (self.arity.val().binary & self.slots.val().first & !self.slots.val().second)
            | (self.arity.val().unary & !self.slots.val().first);
        self.need0.next = !self.need1.val() & !self.need2.val();
        self.fill.next = self.aliased.q.val() & self.need0.val();
        self.insert.next = self.fill.val();
        self.take1.next = self.need1.val() | self.fill.val();
        self.push.next = self.slots.val().push | self.fill.val();
        self.set.next = self.slots.val().set & !self.fill.val();

        // Stage D: slots. Globals lie at the bottom of the stack RAM.
        self.below.next = self.sp.q.val() - 2;
        self.a_base.next = if self.slots.val().first_global { 0.into() } else { self.fp.q.val() };
        self.a_index.next = bit_cast::<S, 32>(self.first_index.val());
        self.first_slot.next = self.a_base.val() + self.a_index.val();
        self.b_base.next = if self.slots.val().second_global { 0.into() } else { self.fp.q.val() };
        self.b_index.next = bit_cast::<S, 32>(self.second_index.val());
        self.second_slot.next = self.b_base.val() + self.b_index.val();
        // An operation without operands passes the top on: a return moves it.
        self.a_is_top.next =
            self.fill.val() | (!self.slots.val().second & !(self.slots.val().first ^ self.arity.val().binary));
        self.a_slot.next = self.below.val();
        if self.slots.val().first {
            self.a_slot.next = self.first_slot.val();
        }
        if self.a_is_top.val() {
            self.a_slot.next = self.top.q.val();
        }
        self.b_slot.next = self.top.q.val();
        if self.slots.val().first {
            self.b_slot.next = self.first_slot.val();
        }
        if self.slots.val().second {
            self.b_slot.next = self.second_slot.val();
        }
        self.zero.next = 0.into();
        self.taken.next = 0.into();
        self.taken_less.next = !self.zero.val();
        self.buried.next = 2.into();
        if self.need2.val() {
            self.taken.next = 2.into();
            self.taken_less.next = 1.into();
            self.buried.next = 3.into();
        }
        if self.take1.val() {
            self.taken.next = 1.into();
            self.taken_less.next = 0.into();
        }
        self.under.next = self.sp.q.val() - self.taken.val();
        self.w_base.next = if self.slots.val().set_global { 0.into() } else { self.fp.q.val() };
        self.w_slot.next =
            if self.set.val() { self.w_base.val() + bit_cast::<S, 32>(self.set_index.val()) } else { self.under.val() };

        // Stage D: results that are not in the RAM yet, and constants.
        self.a_slot_in_x.next = self.live.val() & self.x_write.q.val() & (self.x_slot.q.val() == self.a_slot.val());
        self.b_slot_in_x.next = self.live.val() & self.x_write.q.val() & (self.x_slot.q.val() == self.b_slot.val());
        self.a_slot_in_m.next = self.m_write.val() & (self.m_slot.val() == self.a_slot.val());
        self.b_slot_in_m.next = self.m_write.val() & (self.m_slot.val() == self.b_slot.val());
        self.a_constant.next = !self.a_is_top.val() & self.slots.val().first & self.slots.val().first_constant;
        // What is no operand counts as a constant.
        self.not_binary.next = self.fill.val() | !self.arity.val().binary;
        self.b_constant.next = if self.slots.val().second {
            self.not_binary.val() | self.slots.val().second_constant
        } else {
            self.not_binary.val() | (self.slots.val().first & self.slots.val().first_constant)
        };
        self.a_in_x.next = !self.a_constant.val() & self.a_slot_in_x.val();
        self.a_in_m.next = !self.a_constant.val() & self.a_slot_in_m.val();
        self.b_in_x.next = !self.b_constant.val() & self.b_slot_in_x.val();
        self.b_in_m.next = !self.b_constant.val() & self.b_slot_in_m.val();

        // Stage X: the operands.
        self.ka.next = bit_cast::<64, 32>(self.ka_low.q.val()) | (bit_cast::<64, 32>(self.ka_high.q.val()) << 32);
        self.kb.next = bit_cast::<64, 32>(self.kb_low.q.val()) | (bit_cast::<64, 32>(self.kb_high.q.val()) << 32);
        self.a_early.next = if self.a_forwarded.q.val() { self.m_data.val() } else { self.ka.val() };
        self.a_value.next = if self.a_ram.q.val() { self.ram_a.read_data.val() } else { self.a_early.val() };
        self.b_early.next = if self.b_forwarded.q.val() { self.m_data.val() } else { self.kb.val() };
        self.b_value.next = if self.b_ram.q.val() { self.ram_b.read_data.val() } else { self.b_early.val() };
        self.a.next = self.a_value.val();
        self.b.next = self.b_value.val();
        self.ready.next = !self.x_await.q.val();

        // The constant registers. What is no constant may be the result in M, or else nobody looks: that is known before
        // the slots are. While X awaits a load, no group goes to X.
        self.ka_result.next = !self.a_constant.val() | self.x_await.q.val();
        self.kb_result.next = !self.b_constant.val() | self.x_await.q.val();
        self.ka_next.next = if self.ka_result.val() { self.m_result.val() } else { self.a_immediate.val() };
        self.kb_next.next = if self.kb_result.val() { self.m_result.val() } else { self.b_immediate.val() };
        // A load that a stop has dropped is never done.
        if self.load_done.val() | !self.live.val() {
            self.x_await.d.next = false;
        }
        if self.issue.val() | (self.load_done.val() & self.x_capture_a.q.val()) {
            self.ka_low.d.next = self.ka_next.val().get_bits::<32>(0);
            self.ka_high.d.next = self.ka_next.val().get_bits::<32>(32);
        }
        if self.issue.val() | (self.load_done.val() & self.x_capture_b.q.val()) {
            self.kb_low.d.next = self.kb_next.val().get_bits::<32>(0);
            self.kb_high.d.next = self.kb_next.val().get_bits::<32>(32);
        }
        if self.issue.val() & (self.fill.val() | (self.not_binary.val() & !self.arity.val().indexed)) {
            self.kb_low.d.next = 0.into();
            self.kb_high.d.next = 0.into();
        }
        if self.first_pass.val() {
            self.ka_low.d.next = self.a_value.val().get_bits::<32>(32);
            self.kb_low.d.next = self.b_value.val().get_bits::<32>(32);
            self.a_ram.d.next = false;
            self.a_forwarded.d.next = false;
            self.b_ram.d.next = false;
            self.b_forwarded.d.next = false;
        }

        // D to X.
        // A port may read a slot for nothing.
        self.a_used.next = self.arity.val().unary
            | self.arity.val().binary
            | self.slots.val().first
            | self.fill.val()
            | self.blocks.val();
        self.x_loads.next = self.live.val() & self.x_load.q.val();
        self.old_sp.d.next = self.sp.q.val();
        self.old_top.d.next = self.top.q.val();
        self.old_aliased.d.next = self.aliased.q.val();
        if self.issue.val() {
            self.x_write.d.next = self.push.val() | self.set.val();
            self.x_load.d.next = self.control.val().load & !self.fill.val();
            self.x_slot.d.next = self.w_slot.val();
            self.x_capture_a.d.next = self.a_in_x.val() & self.x_load.q.val();
            self.x_capture_b.d.next = self.b_in_x.val() & self.x_load.q.val();
            self.x_await.d.next = self.x_loads.val() & ((self.a_in_x.val() & self.a_used.val()) | self.b_in_x.val());

            self.a_ram.d.next = !self.a_constant.val() & !self.a_in_x.val() & !self.a_in_m.val();
            self.a_forwarded.d.next = self.a_in_x.val() & !self.x_load.q.val();
            self.b_ram.d.next = !self.b_constant.val() & !self.b_in_x.val() & !self.b_in_m.val();
            self.b_forwarded.d.next = self.b_in_x.val() & !self.x_load.q.val();
            // Whether there is a push depends on the operation, so it chooses last.
            self.sp.d.next = self.under.val();
            if self.push.val() {
                self.sp.d.next = self.sp.q.val() - self.taken_less.val();
            }
            self.top.d.next = self.top.q.val();
            if self.need1.val() | self.need2.val() {
                self.top.d.next = self.sp.q.val() - self.buried.val();
            }
            if self.push.val() {
                self.top.d.next = self.w_slot.val();
            }
            self.aliased.d.next = self.push.val() & self.set.val();
        }
        if self.kill.val() {
            self.sp.d.next = self.old_sp.q.val();
            self.top.d.next = self.old_top.q.val();
            self.aliased.d.next = self.old_aliased.q.val();
        }

        // The sequencer's and the host's turn.
        if self.set_pointers.val() {
            self.fp.d.next = self.new_base.val();
            self.sp.d.next = self.new_pointer.val();
            self.top.d.next = self.new_pointer.val() - 1;
            self.aliased.d.next = false;
        }

        // RAM ports.
        self.ram_a.clock.next = self.clock.val();
        self.ram_b.clock.next = self.clock.val();
        self.ram_a.read_enable.next = self.issue.val() | self.take_over.val();
        self.ram_b.read_enable.next = self.issue.val();
        self.ram_a.read_address.next = self.a_slot.val();
        self.ram_b.read_address.next = self.b_slot.val();
        if self.take_over.val() {
            self.ram_a.read_address.next = self.read_slot.val();
        }
        self.ram_a.write_enable.next = self.write.val();
        self.ram_a.write_address.next = self.write_slot.val();
        self.ram_a.write_data.next = self.m_result.val();
        self.ram_b.write_enable.next = self.write.val();
        self.ram_b.write_address.next = self.write_slot.val();
        self.ram_b.write_data.next = self.m_result.val();

        self.read_data.next = self.ram_a.read_data.val();
        self.base.next = self.fp.q.val();
        self.pointer.next = self.sp.q.val();
        self.writes.next = self.x_write.q.val();
        self.loads.next = self.x_load.q.val();
        self.set_slot.next = self.x_slot.q.val();
    }
}
