//! Stage M but for linear memory: what is written to the value stack and from where, stops, and what retires.
//!
//! A group's result is written in the cycle after it has left X, or when its load is done. While nothing is in flight,
//! the sequencer or the host writes, through the same data register. A group that stops retires nothing, and what left
//! X in that cycle goes no further.
//!
//! ```text
//! clock     _/~\_/~\_/~\_/~\_/~\_
//!           move    store   load of two passes
//! leave     /~~~~~~~\_/~~~\______
//! m_write   ____/~~~\_______/~~~\   the result in M goes to its slot
//! ret_vld   ____/~~~~~~~\___/~~~\
//! ```

use crate::front::control::Control;
use crate::front::decode::Slots;
use layer::circuit;
use rust_hdl::prelude::*;

/// Widths: `C` code address, `S` stack slot.
#[derive(LogicBlock, Default)]
pub struct WriteBack<const C: usize, const S: usize> {
    pub clock: Signal<In, Clock>,
    /// The core runs.
    pub run: Signal<In, Bit>,

    // Stage X.
    /// The group in X leaves it.
    pub leave: Signal<In, Bit>,
    pub control: Signal<In, Control>,
    pub slots: Signal<In, Slots>,
    pub pc: Signal<In, Bits<C>>,
    /// Bytes from there to its operation.
    pub place: Signal<In, Bits<3>>,
    pub opcode: Signal<In, Bits<8>>,
    pub count: Signal<In, Bits<4>>,
    /// It does not retire here: it is a part of a group; the sequencer goes on with it.
    pub silent: Signal<In, Bit>,
    pub to_sequencer: Signal<In, Bit>,
    /// Stop code of its operation, or 0.
    pub trap: Signal<In, Bits<8>>,
    /// It writes its result; that is a load's; to this slot.
    pub x_write: Signal<In, Bit>,
    pub x_load: Signal<In, Bit>,
    pub x_slot: Signal<In, Bits<S>>,
    /// First free slot after it.
    pub pointer: Signal<In, Bits<S>>,

    // Linear memory: see there.
    pub busy: Signal<In, Bit>,
    pub done: Signal<In, Bit>,
    pub ending: Signal<In, Bit>,
    pub refused: Signal<In, Bit>,
    pub refusal: Signal<In, Bits<8>>,
    pub value: Signal<In, Bits<64>>,
    pub access_address: Signal<In, Bits<32>>,
    pub access_bytes: Signal<In, Bits<4>>,
    pub access_data: Signal<In, Bits<64>>,

    // The sequencer, which writes what the stack RAM has read, what the service unit gives, the immediates of the branch
    // entry in X (`height` and `keep`), or 0.
    pub sequencing: Signal<In, Bit>,
    /// It goes on with the group in M; is done with one; which leaves one result, that it writes.
    pub goes_on: Signal<In, Bit>,
    pub retire: Signal<In, Bit>,
    pub results: Signal<In, Bit>,
    pub sequencer_write: Signal<In, Bit>,
    pub sequencer_slot: Signal<In, Bits<S>>,
    pub write_result: Signal<In, Bit>,
    pub write_read: Signal<In, Bit>,
    pub write_served: Signal<In, Bit>,
    pub write_passed: Signal<In, Bit>,
    pub height: Signal<In, Bits<S>>,
    pub keep: Signal<In, Bits<S>>,
    // The service unit, if there is one: what it writes; whether its group has a result, and which.
    pub services: Signal<In, Bit>,
    pub served: Signal<In, Bits<64>>,
    pub pushes: Signal<In, Bit>,
    pub result: Signal<In, Bits<64>>,
    // The host, or the resolver.
    pub host_write: Signal<In, Bit>,
    pub host_slot: Signal<In, Bits<S>>,
    pub host_data: Signal<In, Bits<64>>,

    /// The result in M is written in this cycle, to this slot.
    pub m_write: Signal<Out, Bit>,
    pub m_slot: Signal<Out, Bits<S>>,
    // What is written to the stack RAM, by whomever.
    /// Sequencer or host.
    pub take_over: Signal<Out, Bit>,
    pub write: Signal<Out, Bit>,
    pub write_slot: Signal<Out, Bits<S>>,
    /// Not the result in M, but what the stack RAM has read, what is given, or 0.
    pub replace: Signal<Out, Bit>,
    pub replace_read: Signal<Out, Bit>,
    pub replace_given: Signal<Out, Bit>,
    /// Bits for which `given` is taken all the same.
    pub replace_passed: Signal<Out, Bits<64>>,
    pub given: Signal<Out, Bits<64>>,

    /// The group in M stops: why, and at which operation; one did in the cycle before.
    pub stops: Signal<Out, Bit>,
    pub stop: Signal<Out, Bits<8>>,
    pub stop_pc: Signal<Out, Bits<C>>,
    pub stopped: Signal<Out, Bit>,

    // The retire port: see `Core`.
    pub ret_vld: Signal<Out, Bit>,
    pub ret_pc: Signal<Out, Bits<C>>,
    pub ret_count: Signal<Out, Bits<4>>,
    pub ret_op: Signal<Out, Bits<8>>,
    pub ret_push: Signal<Out, Bit>,
    pub ret_write: Signal<Out, Bit>,
    pub ret_slot: Signal<Out, Bits<S>>,
    pub ret_value: Signal<Out, Bits<64>>,
    pub ret_mem: Signal<Out, Bit>,
    pub ret_store: Signal<Out, Bit>,
    pub ret_addr: Signal<Out, Bits<32>>,
    pub ret_bytes: Signal<Out, Bits<4>>,
    pub ret_data: Signal<Out, Bits<64>>,
    pub ret_height: Signal<Out, Bits<S>>,

    valid: DFF<Bit>,
    retires: DFF<Bit>,
    m_trap: DFF<Bits<8>>,
    memory: DFF<Bit>,
    store: DFF<Bit>,
    m_pc: DFF<Bits<C>>,
    operation: DFF<Bits<C>>,
    m_opcode: DFF<Bits<8>>,
    m_count: DFF<Bits<4>>,
    push: DFF<Bit>,
    set: DFF<Bit>,
    top: DFF<Bits<S>>,
    writes: DFF<Bit>,
    loads: DFF<Bit>,
    slot: DFF<Bits<S>>,
    just_stopped: DFF<Bit>,
    stopping: Signal<Local, Bit>,
    writing: Signal<Local, Bit>,
    others: Signal<Local, Bit>,
    // What is written in place of a result: immediates in these bits, and anything else.
    zero: Signal<Local, Bits<S>>,
    index_bits: Signal<Local, Bits<S>>,
    passed: Signal<Local, Bits<64>>,
    immediates: Signal<Local, Bits<64>>,
    written: Signal<Local, Bits<64>>,
}

impl<const C: usize, const S: usize> Logic for WriteBack<C, S> {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, valid, retires, m_trap, memory, store, m_pc, operation, m_opcode, m_count, push, set);
        dff_setup!(self, clock, top, writes, loads, slot, just_stopped);

        // Stops.
        self.stopping.next = self.valid.q.val() & (self.m_trap.q.val().any() | self.refused.val());
        self.stops.next = self.stopping.val();
        self.stop.next = if self.memory.q.val() { self.refusal.val() } else { self.m_trap.q.val() };
        self.stop_pc.next = self.operation.q.val();
        self.just_stopped.d.next = self.stopping.val();
        self.stopped.next = self.just_stopped.q.val();

        // The value stack.
        self.writing.next = self.writes.q.val() & (!self.loads.q.val() | self.ending.val());
        self.others.next = self.sequencing.val() | !self.run.val();
        self.m_write.next = self.writing.val();
        self.m_slot.next = self.slot.q.val();
        self.take_over.next = self.others.val();
        self.write.next = self.writing.val();
        self.write_slot.next = self.slot.q.val();
        if self.others.val() {
            self.write.next = if self.run.val() { self.sequencer_write.val() } else { self.host_write.val() };
            self.write_slot.next = if self.run.val() { self.sequencer_slot.val() } else { self.host_slot.val() };
        }
        self.replace.next = self.others.val() & !self.write_result.val();
        self.replace_read.next = self.write_read.val() & self.run.val();
        self.replace_given.next = self.write_served.val() | !self.run.val();
        self.written.next = if self.services.val() & self.run.val() { self.served.val() } else { self.host_data.val() };
        // Of immediates only those bits that they can have take the place of anything.
        self.zero.next = 0.into();
        self.index_bits.next = if self.write_passed.val() { !self.zero.val() } else { 0.into() };
        self.passed.next = bit_cast::<64, S>(self.index_bits.val()) | (bit_cast::<64, S>(self.index_bits.val()) << 32);
        self.replace_passed.next = self.passed.val();
        self.immediates.next = bit_cast::<64, S>(self.height.val()) | (bit_cast::<64, S>(self.keep.val()) << 32);
        self.given.next = (self.written.val() & !self.passed.val()) | (self.immediates.val() & self.passed.val());

        // X to M.
        if !self.busy.val() {
            self.valid.d.next = self.leave.val() & !self.stopping.val();
            self.retires.d.next = !self.silent.val() & !self.to_sequencer.val();
            self.m_trap.d.next = self.trap.val();
            self.memory.d.next = self.control.val().load | self.control.val().store;
            self.store.d.next = self.control.val().store;
            self.m_pc.d.next = self.pc.val();
            self.operation.d.next = self.pc.val() + bit_cast::<C, 3>(self.place.val());
            self.m_opcode.d.next = self.opcode.val();
            self.m_count.d.next = self.count.val();
            self.push.d.next = self.slots.val().push;
            self.set.d.next = self.slots.val().set;
            self.top.d.next = self.pointer.val();
            self.writes.d.next = self.leave.val() & self.x_write.val();
            self.loads.d.next = self.leave.val() & self.x_load.val();
            if self.leave.val() {
                self.slot.d.next = self.x_slot.val();
            }
        }
        if !self.run.val() {
            self.valid.d.next = false;
        }

        // Retire port. What the sequencer has finished is the group in X.
        self.ret_vld.next = self.retire.val()
            | (self.valid.q.val()
                & self.retires.q.val()
                & !self.goes_on.val()
                & !self.stopping.val()
                & (!self.memory.q.val() | self.done.val()));
        self.ret_pc.next = self.m_pc.q.val();
        self.ret_count.next = self.m_count.q.val();
        self.ret_op.next = self.m_opcode.q.val();
        self.ret_push.next = self.push.q.val();
        self.ret_write.next = self.set.q.val();
        self.ret_mem.next = self.memory.q.val();
        self.ret_height.next = self.top.q.val();
        self.ret_value.next = self.value.val();
        if self.sequencing.val() {
            self.ret_pc.next = self.pc.val();
            self.ret_count.next = self.count.val();
            self.ret_op.next = self.opcode.val();
            self.ret_push.next = (self.control.val().service & self.pushes.val()) | self.results.val();
            self.ret_write.next = false;
            self.ret_mem.next = false;
            self.ret_height.next = self.pointer.val();
            if !self.results.val() {
                self.ret_value.next = self.result.val();
            }
        }
        self.ret_store.next = self.store.q.val();
        self.ret_slot.next = self.slot.q.val();
        self.ret_addr.next = self.access_address.val();
        self.ret_bytes.next = self.access_bytes.val();
        self.ret_data.next = self.access_data.val();
    }
}
