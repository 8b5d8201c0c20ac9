//! The core: stages D, X and M wired together, with the host port and the retire port.
//!
//! What a stage holds has the stage's letter in front. A group leaves D with its operands being read, executes in X
//! for one cycle or more, and retires in M, where stops are taken: nothing of a stopped group or of a younger one is
//! written, except slots of the frames that end with it.
//!
//! ```text
//! F  address to the code RAMs             fetch
//! A  rotate, predict                      fetch
//! D  slots, control, operand addresses    decode, operands
//! X  execution, effective address         execute, memory; branches resolved here
//! M  load data, writes, stops, retire     memory, operands
//! ```

use crate::back::execute::Execute;
use crate::back::operands::Operands;
use crate::control::host::HostPort;
use crate::control::sequencer::Sequencer;
use crate::front::control::{Arity, Control};
use crate::front::decode::{Decode, Nothing, Slots};
use crate::front::fetch::Fetch;
use crate::load::loading::Loading;
use crate::memory::LinearMemory;
use crate::prim::names::Spaces;
use crate::prim::stop_code::StopCode;
use crate::prim::switch::Switch;
use crate::units::UnitTables;
use crate::units::float::control::FloatControl;
use crate::units::service::ServiceUnit;
use isa::outcome::{Fault, Stop, Trap};
use layer::circuit;
use rust_hdl::prelude::*;

/// Widths: `C` code address, `B` branch-entry index, `F` function index, `S` stack slot, `K` frame number, `D` byte
/// address in linear memory, `W` = D - 2.
#[derive(LogicBlock, Default)]
pub struct Core<
    const C: usize,
    const B: usize,
    const F: usize,
    const S: usize,
    const K: usize,
    const D: usize,
    const W: usize,
> {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,

    // Host port, see `isa::host` for its addresses. Legal only while `running` is low, but for a halt.
    pub host_space: Signal<In, Bits<3>>,
    pub host_addr: Signal<In, Bits<32>>,
    pub host_wdata: Signal<In, Bits<96>>,
    pub host_write: Signal<In, Bit>,
    pub host_read: Signal<In, Bit>,
    /// Valid two cycles after `host_read`, of code four if it is held until then.
    pub host_rdata: Signal<Out, Bits<96>>,
    /// The same for whoever reads a byte at a time: that of the row that bits 26 to 24 of the address say. Bits 23 to 0
    /// are the row.
    pub host_octet: Signal<Out, Bits<8>>,

    pub running: Signal<Out, Bit>,
    /// A call of an imported function waits for the host.
    pub paused: Signal<Out, Bit>,
    /// Of that: the number of the device that answers it, see `isa::device`, and the slot of its first argument.
    pub device: Signal<Out, Bits<2>>,
    pub first_argument: Signal<Out, Bits<S>>,
    /// `isa::outcome::Stop` code of the last call, 0 if it returned.
    pub stop: Signal<Out, Bits<8>>,
    pub stop_pc: Signal<Out, Bits<C>>,

    // Retire port: what the group did that retires in this cycle. For observers; nothing here depends on it.
    pub ret_vld: Signal<Out, Bit>,
    pub ret_pc: Signal<Out, Bits<C>>,
    /// Instructions in the group.
    pub ret_count: Signal<Out, Bits<4>>,
    /// First opcode byte of the group's operation.
    pub ret_op: Signal<Out, Bits<8>>,
    /// The group's result is the new top of stack.
    pub ret_push: Signal<Out, Bit>,
    /// It is written to `ret_slot`.
    pub ret_write: Signal<Out, Bit>,
    pub ret_slot: Signal<Out, Bits<S>>,
    pub ret_value: Signal<Out, Bits<64>>,
    pub ret_mem: Signal<Out, Bit>,
    pub ret_store: Signal<Out, Bit>,
    pub ret_addr: Signal<Out, Bits<32>>,
    pub ret_bytes: Signal<Out, Bits<4>>,
    pub ret_data: Signal<Out, Bits<64>>,
    /// First free slot after the group.
    pub ret_height: Signal<Out, Bits<S>>,

    pub(crate) fetch: Fetch<C, B, S>,
    pub(crate) decode: Decode,
    unit_tables: UnitTables,
    operands: Operands<S>,
    pub(crate) execute: Execute,
    pub(crate) memory: LinearMemory<D, W>,
    sequencer: Sequencer<C, B, S, F, K>,
    pub(crate) service: ServiceUnit<S, F, D, W>,
    host: HostPort<C, F, S>,
    spaces: Spaces,
    pub loading: Loading<C, B, F, S>,
    /// Whether there is a service unit.
    pub services: Switch,
    /// Whether there is a resolver.
    pub resolves: Switch,
    /// Whether it is the full core, or else the compact one.
    pub full: Switch,
    compact: Signal<Local, Bit>,
    nothing: Nothing,
    unreachable: StopCode<{ Stop::Trap(Trap::Unreachable).code() }>,
    illegal: StopCode<{ Stop::Fault(Fault::UnknownOpcode).code() }>,

    // Redirect after a wrong prediction, one cycle after X.
    r_valid: DFF<Bit>,
    r_pc: DFF<Bits<C>>,
    r_lead: DFF<Bits<4>>,
    r_branch: DFF<Bits<B>>,
    /// A conditional branch that the sequencer has to finish was taken in the cycle before. It starts a cycle later
    /// than other groups, because conditions come late.
    r_sequence: DFF<Bit>,
    flush: Signal<Local, Bit>,
    reads_code: Signal<Local, Bit>,

    // Stage D. `select` goes to X twice: first its condition, then the choice.
    d_chosen: DFF<Bit>,
    d_split: Signal<Local, Bit>,
    d_ready: Signal<Local, Bit>,
    d_issue: Signal<Local, Bit>,
    /// The group goes to X as a whole, if X is free.
    d_passes: Signal<Local, Bit>,
    d_arity: Signal<Local, Arity>,
    d_slots: Signal<Local, Slots>,
    d_jump: Signal<Local, Bit>,
    d_resolves: Signal<Local, Bit>,
    d_blocks: Signal<Local, Bit>,
    d_foreign: Signal<Local, Bit>,
    d_computed: Signal<Local, Bit>,

    // Stage X.
    x_valid: DFF<Bit>,
    x_control: DFF<Control>,
    x_float: DFF<FloatControl>,
    x_slots: DFF<Slots>,
    x_opcode: DFF<Bits<8>>,
    x_place: DFF<Bits<3>>,
    x_count: DFF<Bits<4>>,
    x_offset: DFF<Bits<32>>,
    /// It does not retire: the condition of a `select`, or a move of an operand to its slot.
    x_silent: DFF<Bit>,
    x_jump: DFF<Bit>,
    x_resolves: DFF<Bit>,
    /// The result's high half is this pass's, its low half the first pass's.
    x_halves: DFF<Bit>,
    /// The result's high half is that of the ALU or a unit; is not that of an operand.
    x_computed: DFF<Bit>,
    x_extended: DFF<Bit>,
    /// The result's low half is that of an operand.
    x_bypass: DFF<Bit>,
    x_blocks: DFF<Bit>,
    x_predicted: DFF<Bit>,
    x_pc: DFF<Bits<C>>,
    x_next_branch: DFF<Bits<B>>,
    x_other_pc: DFF<Bits<C>>,
    x_other_lead: DFF<Bits<4>>,
    x_other_branch: DFF<Bits<B>>,
    x_returns: DFF<Bit>,
    x_height: DFF<Bits<S>>,
    x_keep: DFF<Bits<S>>,
    x_live: Signal<Local, Bit>,
    /// Nothing but itself holds the group in X, and it keeps none out.
    x_go: Signal<Local, Bit>,
    x_frees: Signal<Local, Bit>,
    /// The condition of a conditional branch.
    x_met: Signal<Local, Bit>,
    x_taken: Signal<Local, Bit>,
    x_sequence: Signal<Local, Bit>,
    x_trap: Signal<Local, Bits<8>>,

    // Stage M.
    m_valid: DFF<Bit>,
    m_retire: DFF<Bit>,
    m_trap: DFF<Bits<8>>,
    m_memory: DFF<Bit>,
    m_store: DFF<Bit>,
    m_pc: DFF<Bits<C>>,
    /// Where it stops: at its operation.
    m_place: DFF<Bits<C>>,
    m_opcode: DFF<Bits<8>>,
    m_count: DFF<Bits<4>>,
    m_push: DFF<Bit>,
    m_set: DFF<Bit>,
    m_slot: DFF<Bits<S>>,
    m_top: DFF<Bits<S>>,
    m_stop: Signal<Local, Bit>,
    /// A stop was taken in the cycle before. What left X then has gone no further.
    m_stopped: DFF<Bit>,
    m_code: Signal<Local, Bits<8>>,
    m_retires: Signal<Local, Bit>,

    // What is written to the value stack in place of a result: immediates in these bits, and anything else.
    zero: Signal<Local, Bits<S>>,
    index_bits: Signal<Local, Bits<S>>,
    passed: Signal<Local, Bits<64>>,
    immediates: Signal<Local, Bits<64>>,
    written: Signal<Local, Bits<64>>,
}

impl<const C: usize, const B: usize, const F: usize, const S: usize, const K: usize, const D: usize, const W: usize>
    Logic for Core<C, B, F, S, K, D, W>
{
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, r_valid, r_pc, r_lead, r_branch, r_sequence, d_chosen);
        dff_setup!(self, clock, x_float);
        dff_setup!(self, clock, x_valid, x_control, x_slots, x_opcode, x_place, x_count, x_offset, x_silent, x_jump);
        dff_setup!(self, clock, x_computed, x_extended);
        dff_setup!(self, clock, x_resolves, x_halves, x_bypass, x_blocks, x_predicted, x_pc);
        dff_setup!(self, clock, x_next_branch, x_other_pc, x_other_lead, x_other_branch, x_returns);
        dff_setup!(self, clock, x_height, x_keep);
        dff_setup!(self, clock, m_valid, m_retire, m_trap, m_memory, m_store, m_pc, m_opcode, m_place, m_count, m_push);
        dff_setup!(self, clock, m_set, m_slot, m_top, m_stopped);
        clock!(self, clock, fetch, decode, operands, execute, memory, sequencer, service, host, loading);

        self.compact.next = !self.full.on.val();

        // Stage M: stops.
        self.m_code.next = if self.m_memory.q.val() { self.memory.stop.val() } else { self.m_trap.q.val() };
        self.m_stop.next = self.m_valid.q.val() & (self.m_trap.q.val().any() | self.memory.refused.val());
        self.m_stopped.d.next = self.m_stop.val();
        self.m_retires.next = self.m_valid.q.val()
            & self.m_retire.q.val()
            & !self.r_sequence.q.val()
            & !self.m_stop.val()
            & (!self.m_memory.q.val() | self.memory.done.val());

        // Stage X: when its group moves on.
        self.x_live.next = self.x_valid.q.val() & !self.r_valid.q.val() & self.host.run.val();
        self.x_go.next = self.operands.ready.val()
            & !self.memory.busy.val()
            & !(self.x_control.q.val().load & self.memory.storing.val());
        self.execute.compact.next = self.compact.val();
        self.execute.reset.next = !self.host.run.val();
        self.execute.live.next = self.x_live.val();
        self.execute.go.next = self.x_go.val();
        self.execute.control.next = self.x_control.q.val();
        self.execute.float_control.next = self.x_float.q.val();
        self.execute.halves.next = self.x_halves.q.val();
        self.execute.computed.next = self.x_computed.q.val();
        self.execute.extended.next = self.x_extended.q.val();
        self.execute.bypass.next = self.x_bypass.q.val();
        self.execute.chooses.next = self.x_silent.q.val();
        self.execute.a.next = self.operands.a.val();
        self.execute.b.next = self.operands.b.val();

        // Stage X: branches. `blocks` marks the groups that the sequencer may have to finish.
        self.x_met.next = (self.x_control.q.val().branch & self.execute.condition.val())
            | (self.x_control.q.val().otherwise & !self.execute.condition.val())
            | (self.x_slots.q.val().fused & self.execute.condition.val());
        self.x_taken.next = self.x_jump.q.val() | self.x_met.val();
        self.x_sequence.next = self.execute.leave.val()
            & self.x_blocks.q.val()
            & (self.x_jump.q.val()
                | self.x_control.q.val().call
                | self.x_control.q.val().table
                | self.x_control.q.val().privileged
                | self.x_control.q.val().service);
        self.r_sequence.d.next = self.execute.leave.val() & self.x_blocks.q.val() & self.x_met.val();
        self.r_valid.d.next = self.execute.leave.val()
            & self.x_resolves.q.val()
            & !self.x_blocks.q.val()
            & (self.x_taken.val() ^ self.x_predicted.q.val());
        self.r_pc.d.next = self.x_other_pc.q.val();
        self.r_lead.d.next = self.x_other_lead.q.val();
        self.r_branch.d.next = self.x_other_branch.q.val();
        self.x_trap.next = 0.into();
        if self.x_control.q.val().unreachable {
            self.x_trap.next = self.unreachable.code.val();
        }
        if self.x_control.q.val().raise {
            self.x_trap.next = self.operands.b.val().get_bits::<8>(0);
        }
        if self.x_control.q.val().illegal | (self.x_control.q.val().service & !self.x_blocks.q.val()) {
            self.x_trap.next = self.illegal.code.val();
        }
        if self.x_control.q.val().long {
            self.x_trap.next = self.execute.trap.val();
        }

        // Sequencer and redirects. The host reads code by way of fetch.
        self.reads_code.next = self.host_read.val()
            & (self.host_space.val() == self.spaces.code.val())
            & !self.host.run.val()
            & !self.loading.resolving.val();
        // It may have begun behind a group that stopped. In the first cycle it does nothing that lasts.
        self.sequencer.reset.next = self.reset.val() | self.m_stopped.q.val() | self.host.halt.val();
        self.sequencer.go.next = self.x_sequence.val() | (self.r_sequence.q.val() & self.host.run.val());
        self.sequencer.go_jump.next = self.x_jump.q.val();
        // A call that has stopped stays in X, while the host looks at frames.
        self.sequencer.go_call.next = self.x_control.q.val().call & self.host.run.val();
        self.sequencer.go_table.next = self.x_control.q.val().table;
        self.sequencer.argument.next = self.operands.b.val().get_bits::<32>(0);
        if self.x_control.q.val().millicode {
            // Of the index decode knows the lowest seven bits.
            self.sequencer.argument.next = self.operands.b.val().get_bits::<32>(0) | 0xffff_ff80_u64;
        }
        self.sequencer.go_millicode.next = self.x_control.q.val().millicode;
        self.sequencer.go_pass.next = self.x_control.q.val().passes;
        self.sequencer.go_privileged.next = self.x_control.q.val().privileged;
        self.sequencer.go_get.next = self.x_control.q.val().slot_get;
        self.sequencer.go_resize.next = self.x_control.q.val().resize;
        self.sequencer.go_enter.next = self.x_control.q.val().enter;
        self.sequencer.index.next = bit_cast::<B, 64>(self.operands.a.val());
        self.sequencer.listed.next = self.execute.condition.val();
        self.sequencer.looks_up.next = self.x_live.val() & self.x_control.q.val().table;
        self.sequencer.go_service.next = self.x_control.q.val().service;
        self.sequencer.go_tail.next = self.x_control.q.val().tail;
        self.sequencer.go_lookup.next = self.x_control.q.val().lookup;
        self.sequencer.next_branch.next = self.x_next_branch.q.val();
        self.sequencer.other_pc.next = self.x_other_pc.q.val();
        self.sequencer.other_lead.next = self.x_other_lead.q.val();
        self.sequencer.other_branch.next = self.x_other_branch.q.val();
        self.sequencer.returns.next = self.x_returns.q.val();
        self.sequencer.height.next = self.x_height.q.val();
        self.sequencer.keep.next = self.x_keep.q.val();
        self.sequencer.stack_base.next = self.host.stack_base.val();
        connect!(self.fetch => self.sequencer;
            entry_target, entry_lead, entry_branch, entry_returns, entry_unwind, entry_height, entry_keep);
        self.sequencer.base.next = self.operands.base.val();
        self.sequencer.pointer.next = self.operands.pointer.val();
        self.fetch.entry_read.next = self.sequencer.entry_read.val() | self.loading.entry_read.val();
        self.fetch.entry_index.next = if self.loading.resolving.val() {
            self.loading.entry_index.val()
        } else {
            self.sequencer.entry_index.val()
        };
        self.fetch.redirect.next =
            ((self.r_valid.q.val() | self.sequencer.jump.val()) & self.host.run.val()) | self.loading.redirect.val();
        self.fetch.redirect_pc.next = self.r_pc.q.val();
        self.fetch.redirect_lead.next = self.r_lead.q.val();
        self.fetch.redirect_branch.next = self.r_branch.q.val();
        // Nothing follows a branch into X then.
        if self.compact.val() {
            self.fetch.redirect_pc.next = self.x_other_pc.q.val();
            self.fetch.redirect_lead.next = self.x_other_lead.q.val();
            self.fetch.redirect_branch.next = self.x_other_branch.q.val();
        }
        if self.sequencer.jump.val() {
            self.fetch.redirect_pc.next = self.sequencer.jump_pc.val();
            self.fetch.redirect_lead.next = self.sequencer.jump_lead.val();
            self.fetch.redirect_branch.next = self.sequencer.jump_branch.val();
        }
        if self.loading.resolving.val() {
            self.fetch.redirect_pc.next = self.loading.redirect_pc.val();
            self.fetch.redirect_lead.next = 0.into();
        }
        if self.reads_code.val() {
            self.fetch.redirect.next = true;
            self.fetch.redirect_pc.next = (bit_cast::<C, 32>(self.host_addr.val()) << 3)
                | bit_cast::<C, 3>(self.host_addr.val().get_bits::<3>(24));
        }
        self.fetch.compact.next = self.compact.val();
        self.fetch.plain.next = self.loading.resolving.val();
        self.flush.next =
            self.r_valid.q.val() | self.r_sequence.q.val() | self.sequencer.drops.val() | !self.host.run.val();
        self.fetch.flush.next = self.flush.val() & (!self.loading.resolving.val() | self.loading.redirect.val());

        // Stage D.
        self.decode.compact.next = self.compact.val();
        self.decode.valid.next = self.fetch.d_valid.val();
        self.decode.flush.next = self.flush.val();
        self.decode.window.next = self.fetch.d_window.val();
        self.decode.seconds.next = self.fetch.d_seconds.val();
        self.decode.operations.next = self.fetch.d_operations.val();
        self.decode.destinations.next = self.fetch.d_destinations.val();
        self.decode.lead.next = self.fetch.d_lead.val();
        self.decode.first_opcode.next = self.fetch.d_opcode.val();
        self.decode.source.next = self.fetch.d_source.val();
        self.decode.entry_code.next = bit_cast::<5, B>(self.fetch.d_other_branch.val());
        self.d_slots.next = self.decode.slots.val();
        self.d_split.next = self.fetch.d_arity.val().select & !self.d_chosen.q.val();
        if self.d_split.val() {
            self.d_slots.next.set = false;
            self.d_slots.next.push = false;
        }
        self.d_arity.next = self.fetch.d_arity.val();
        if self.d_chosen.q.val() {
            self.d_arity.next.unary = false;
            self.d_arity.next.binary = true;
            self.d_slots.next.first = false;
        }
        self.d_ready.next =
            self.fetch.d_valid.val() & self.decode.ready.val() & !self.flush.val() & !self.sequencer.busy.val();
        // Whether X keeps the group out comes last, because fetch waits for it.
        self.x_frees.next = !self.x_live.val()
            | (self.execute.ends.val() & !self.x_blocks.q.val() & !(self.compact.val() & self.x_resolves.q.val()));
        self.d_issue.next = self.d_ready.val() & !self.memory.busy.val() & self.x_frees.val();
        self.d_passes.next =
            self.d_ready.val() & !self.memory.busy.val() & !self.d_split.val() & !self.operands.insert.val();
        self.decode.issue.next = self.d_passes.val() & self.x_frees.val();
        // A move that goes first is not the condition.
        self.d_chosen.d.next = (self.d_issue.val() & self.d_split.val() & !self.operands.insert.val())
            | (self.d_chosen.q.val() & !self.d_issue.val() & !self.flush.val());
        self.fetch.hold.next = (self.fetch.d_valid.val()
            & !self.flush.val()
            & !self.decode.swallow.val()
            & !(self.d_passes.val() & self.x_frees.val()))
            | self.loading.hold.val();
        self.fetch.continues.next = self.decode.swallow.val();
        self.d_jump.next =
            self.decode.control.val().jump | (self.decode.control.val().end & self.fetch.d_lead.val().get_bit(3));
        self.d_resolves.next = self.d_jump.val()
            | self.decode.control.val().branch
            | self.decode.control.val().otherwise
            | self.d_slots.val().fused;
        // A service instruction without an entry does not execute, nor does a privileged one in a function of the module.
        self.d_foreign.next =
            (self.decode.control.val().privileged | self.decode.control.val().raise) & !self.sequencer.privileged.val();
        self.d_blocks.next = self.decode.control.val().call
            | self.decode.control.val().table
            | (self.decode.control.val().privileged & !self.d_foreign.val())
            | (self.decode.control.val().service & self.fetch.d_lead.val().get_bit(3))
            | (self.d_resolves.val() & (self.fetch.d_returns.val() | self.fetch.d_unwind.val()));

        self.d_computed.next =
            (self.decode.control.val().wide & !self.decode.control.val().compare) | self.decode.control.val().long;

        self.unit_tables.operation.next = self.decode.operation.val();

        // D to X.
        if self.execute.leave.val() | !self.x_live.val() {
            self.x_valid.d.next = self.d_issue.val();
        }
        if self.d_issue.val() {
            self.x_control.d.next = self.decode.control.val();
            if self.d_foreign.val() {
                self.x_control.d.next = self.nothing.illegal.val();
            }
            self.x_float.d.next = self.unit_tables.float.val();
            self.x_slots.d.next = self.d_slots.val();
            self.x_opcode.d.next = self.decode.opcode.val();
            self.x_place.d.next = self.decode.place.val();
            self.x_count.d.next = self.decode.count.val();
            self.x_offset.d.next = self.decode.offset.val();
            self.x_silent.d.next = self.d_split.val() | self.operands.insert.val();
            self.x_jump.d.next = self.d_jump.val();
            self.x_resolves.d.next = self.d_resolves.val();
            self.x_halves.d.next = self.decode.control.val().wide & !self.decode.control.val().compare;
            self.x_computed.d.next = self.d_computed.val();
            self.x_extended.d.next = self.d_computed.val() | self.decode.control.val().fill;
            self.x_bypass.d.next = self.decode.control.val().select | self.decode.control.val().store;
            self.x_blocks.d.next = self.d_blocks.val();
            self.x_predicted.d.next = self.fetch.d_predicted.val();
            self.x_pc.d.next = self.fetch.d_pc.val();
            self.x_next_branch.d.next = self.fetch.d_next_branch.val();
            self.x_other_pc.d.next = self.fetch.d_other_pc.val();
            self.x_other_lead.d.next = self.fetch.d_other_lead.val();
            self.x_other_branch.d.next = self.fetch.d_other_branch.val();
            self.x_returns.d.next = self.fetch.d_returns.val();
            self.x_height.d.next = self.fetch.d_height.val();
            self.x_keep.d.next = self.fetch.d_keep.val();
            if self.operands.insert.val() {
                self.x_control.d.next = self.nothing.control.val();
                self.x_slots.d.next = self.nothing.slots.val();
                self.x_jump.d.next = false;
                self.x_resolves.d.next = false;
                self.x_halves.d.next = false;
                self.x_computed.d.next = false;
                self.x_extended.d.next = false;
                self.x_bypass.d.next = false;
                self.x_blocks.d.next = false;
            }
        }
        self.operands.issue.next = self.d_issue.val();
        self.operands.control.next = self.decode.control.val();
        self.operands.arity.next = self.d_arity.val();
        self.operands.slots.next = self.d_slots.val();
        connect!(self.decode => self.operands; first_index, second_index, set_index);
        self.operands.a_immediate.next = self.decode.constant.val();
        self.operands.b_immediate.next = self.decode.last_constant.val();
        self.operands.blocks.next = self.d_blocks.val();
        self.operands.live.next = self.x_live.val();
        self.operands.leave.next = self.execute.leave.val();
        self.operands.first_pass.next = self.execute.first_pass.val();
        self.operands.kill.next = self.r_valid.q.val() & !self.compact.val();
        self.memory.compact.next = self.compact.val();
        self.operands.load_done.next = self.memory.ending.val();
        self.operands.m_result.next = self.memory.value.val();
        self.operands.m_data.next = self.memory.held.val();
        self.operands.busy.next = self.memory.busy.val();

        // X to memory and M.
        self.memory.size.next = self.host.size.val();
        self.memory.valid.next = self.execute.leave.val()
            & !self.m_stop.val()
            & (self.x_control.q.val().load | self.x_control.q.val().store);
        self.memory.control.next = self.x_control.q.val();
        self.memory.base.next = self.operands.a.val().get_bits::<32>(0);
        self.memory.offset.next = self.x_offset.q.val();
        self.memory.take_low.next = self.execute.low_done.val();
        self.memory.take.next = self.execute.leave.val();
        self.memory.data.next = self.execute.result.val();
        if !self.memory.busy.val() {
            self.m_valid.d.next = self.execute.leave.val() & !self.m_stop.val();
            self.m_retire.d.next = !self.x_silent.q.val() & !self.x_sequence.val();
            self.m_trap.d.next = self.x_trap.val();
            self.m_memory.d.next = self.x_control.q.val().load | self.x_control.q.val().store;
            self.m_store.d.next = self.x_control.q.val().store;
            self.m_pc.d.next = self.x_pc.q.val();
            self.m_opcode.d.next = self.x_opcode.q.val();
            self.m_place.d.next = self.x_pc.q.val() + bit_cast::<C, 3>(self.x_place.q.val());
            self.m_count.d.next = self.x_count.q.val();
            self.m_push.d.next = self.x_slots.q.val().push;
            self.m_set.d.next = self.x_slots.q.val().set;
            self.m_slot.d.next = self.operands.set_slot.val();
            self.m_top.d.next = self.operands.pointer.val();
        }

        // The service unit.
        self.service.reset.next = !self.host.run.val();
        self.service.start.next = self.sequencer.serve.val();
        self.service.code.next = bit_cast::<8, B>(self.x_other_branch.q.val());
        self.service.prefixed.next = self.x_control.q.val().prefixed;
        self.service.lookup.next = self.x_control.q.val().lookup;
        self.service.first.next = self.x_height.q.val();
        self.service.second.next = self.x_keep.q.val();
        self.service.pointer.next = self.operands.pointer.val();
        connect!(self.host => self.service; tables, elements, data, size, most, window, pages);
        self.service.read_data.next = self.operands.read_data.val();
        self.service.row_data.next = self.memory.port_rdata.val();
        self.sequencer.served.next = self.service.done.val();
        self.sequencer.served_pointer.next = self.service.new_pointer.val();
        self.sequencer.served_callee.next = self.service.callee.val();
        self.sequencer.served_stop.next = self.service.stop.val();
        self.sequencer.service_read_slot.next = self.service.read_slot.val();
        self.sequencer.service_write.next = self.service.write.val();
        self.sequencer.service_write_slot.next = self.service.write_slot.val();

        // Running, stopping, and the host's side. What stops in M is the group's operation, behind its operand moves.
        self.host.reset.next = self.reset.val();
        self.host.space.next = self.host_space.val();
        self.host.address.next = self.host_addr.val();
        self.host.wdata.next = self.host_wdata.val();
        self.host.write.next = self.host_write.val();
        // The code comes later in the cycle than the fact.
        self.host.stops.next = self.m_stop.val() | self.sequencer.stop.val().any() | self.loading.stop.val().any();
        self.host.stopped.next = self.sequencer.stop.val();
        self.host.stopped_pc.next = self.x_pc.q.val();
        if self.m_stop.val() {
            self.host.stopped.next = self.m_code.val();
            self.host.stopped_pc.next = self.m_place.q.val();
        }
        if self.loading.stop.val().any() {
            self.host.stopped.next = self.loading.stop.val();
            self.host.stopped_pc.next = self.loading.stop_pc.val();
        }
        self.host.returned.next = self.sequencer.finish.val();
        self.host.pause.next = self.sequencer.pause.val();
        self.host.resize.next = self.service.resize.val() | self.sequencer.resize.val();
        self.host.new_size.next = if self.services.on.val() {
            self.service.new_size.val()
        } else {
            self.operands.read_data.val().get_bits::<33>(0)
        };
        self.host.callee.next = self.sequencer.callee_index.val();
        self.host.first_argument.next = self.operands.base.val();
        self.host.code_data.next = self.fetch.d_window.val();
        self.host.slot_data.next = self.operands.read_data.val();
        self.host.frame_data.next = self.sequencer.frame_record.val();
        self.host.row_data.next = self.memory.port_rdata.val();
        self.host_rdata.next = self.host.rdata.val();
        self.host_octet.next = self.host.octet.val();
        self.running.next =
            self.host.run.val() | self.m_stopped.q.val() | self.host.resolve.val() | self.loading.resolving.val();
        self.paused.next = self.host.waiting.val();
        self.device.next = self.sequencer.device.val();
        self.first_argument.next = self.operands.base.val();
        self.stop.next = self.host.stop.val();
        self.stop_pc.next = self.host.stop_pc.val();
        if !self.host.run.val() {
            self.x_valid.d.next = false;
            self.m_valid.d.next = false;
        }
        connect!(self.host => self.sequencer; launch, nested, resume, resume_base, resume_count, launch_function);
        self.fetch.write_code.next = self.host.write_code.val();
        self.fetch.write_address.next = self.host_addr.val();
        self.fetch.write_data.next = self.host_wdata.val();

        // The tables: written by the host or by the resolver.
        self.loading.reset.next = self.reset.val();
        self.loading.enabled.next = self.resolves.on.val();
        self.loading.host_address.next = self.host_addr.val();
        self.loading.host_data.next = self.host_wdata.val();
        self.loading.host_marks.next = self.host.write_marks.val();
        self.loading.host_branch.next = self.host.write_branch.val();
        self.loading.host_function.next = self.host.write_function.val();
        self.loading.host_slot.next = self.host.write_slot.val();
        self.loading.start.next = self.host.resolve.val();
        connect!(self.host => self.loading; first_function, code_last, types, functions, labels);
        self.loading.code_valid.next = self.fetch.d_valid.val();
        self.loading.code_byte.next = self.fetch.d_window.val().get_bits::<8>(0);
        self.loading.code_pc.next = self.fetch.d_pc.val();
        self.loading.entry_target.next = self.fetch.entry_target.val();
        self.loading.entry_branch.next = self.fetch.entry_branch.val();
        self.loading.read_data.next = self.operands.read_data.val();
        self.sequencer.frame_index.next = bit_cast::<K, 32>(self.host_addr.val());
        if self.host.run.val() {
            self.sequencer.frame_index.next = 0.into();
        }
        self.sequencer.write_function.next = self.loading.write_function.val();
        self.sequencer.write_address.next = self.loading.function_index.val();
        self.sequencer.write_record.next = self.loading.function_data.val();
        connect!(self.loading => self.fetch;
            write_marks, mark_row, marks_data, write_branch, branch_index, branch_data);
        // Only what the service unit needs takes place above the window.
        self.memory.windowed.next = self.services.on.val();
        self.memory.window.next = self.host.window.val();
        self.memory.port_read.next = self.sequencer.busy.val();
        self.memory.port_read_row.next = self.service.read_row.val();
        self.memory.port_enables.next = self.service.row_enables.val();
        self.memory.port_write_row.next = self.service.write_row.val();
        self.memory.port_wdata.next = self.service.row_write.val();
        if !self.host.run.val() {
            self.memory.port_read.next = self.host_read.val() & (self.host_space.val() == self.spaces.memory.val());
            self.memory.port_read_row.next = bit_cast::<W, 32>(self.host_addr.val());
            self.memory.port_enables.next = self.host.write_row.val();
            self.memory.port_write_row.next = bit_cast::<W, 32>(self.host_addr.val());
            self.memory.port_wdata.next = bit_cast::<32, 96>(self.host_wdata.val());
        }
        self.operands.take_over.next = self.sequencer.busy.val() | !self.host.run.val();
        connect!(self.sequencer => self.operands; read_slot, write, write_slot);
        if !self.host.run.val() {
            self.operands.read_slot.next = self.loading.read_slot.val();
            self.operands.write.next = self.loading.write_slot.val();
            self.operands.write_slot.next = self.loading.slot.val();
        }
        self.memory.replace.next = self.operands.take_over.val() & !self.sequencer.write_result.val();
        self.memory.replace_read.next = self.sequencer.write_read.val() & self.host.run.val();
        self.memory.replace_given.next = self.sequencer.write_served.val() | !self.host.run.val();
        self.memory.read.next = self.operands.read_data.val();
        self.written.next = if self.services.on.val() & self.host.run.val() {
            self.service.write_data.val()
        } else {
            self.loading.slot_data.val()
        };
        // Of immediates only those bits that they can have take the place of anything.
        self.zero.next = 0.into();
        self.index_bits.next = if self.sequencer.write_passed.val() { !self.zero.val() } else { 0.into() };
        self.passed.next = bit_cast::<64, S>(self.index_bits.val()) | (bit_cast::<64, S>(self.index_bits.val()) << 32);
        self.memory.replace_passed.next = self.passed.val();
        self.immediates.next =
            bit_cast::<64, S>(self.x_height.q.val()) | (bit_cast::<64, S>(self.x_keep.q.val()) << 32);
        self.memory.given.next =
            (self.written.val() & !self.passed.val()) | (self.immediates.val() & self.passed.val());
        connect!(self.sequencer => self.operands; set_pointers, new_base, new_pointer);

        // Retire port.
        self.ret_vld.next = self.m_retires.val() | self.sequencer.retire.val();
        self.ret_pc.next = self.m_pc.q.val();
        self.ret_count.next = self.m_count.q.val();
        self.ret_op.next = self.m_opcode.q.val();
        self.ret_push.next = self.m_push.q.val();
        self.ret_write.next = self.m_set.q.val();
        self.ret_mem.next = self.m_memory.q.val();
        self.ret_height.next = self.m_top.q.val();
        if self.sequencer.busy.val() {
            self.ret_pc.next = self.x_pc.q.val();
            self.ret_count.next = self.x_count.q.val();
            self.ret_op.next = self.x_opcode.q.val();
            self.ret_push.next =
                (self.x_control.q.val().service & self.service.pushes.val()) | self.sequencer.results.val();
            self.ret_write.next = false;
            self.ret_mem.next = false;
            self.ret_height.next = self.operands.pointer.val();
        }
        self.ret_store.next = self.m_store.q.val();
        self.ret_slot.next = self.m_slot.q.val();
        self.ret_value.next = if self.sequencer.busy.val() & !self.sequencer.results.val() {
            self.service.result.val()
        } else {
            self.memory.value.val()
        };
        self.ret_addr.next = self.memory.access_address.val();
        self.ret_bytes.next = self.memory.access_bytes.val();
        self.ret_data.next = self.memory.access_data.val();
    }
}
