//! The core: stages D, X and M wired together, with the host port and the retire port.
//!
//! What a stage holds has the stage's letter in front. A group leaves D with its operands being read, executes in X
//! for one cycle or more, and retires in M, where stops are taken: nothing of a stopped group or of a younger one is
//! written, except slots of the frames that end with it.
//!
//! ```text
//! F  address to the code RAMs             fetch
//! A  rotate, predict                      fetch
//! D  slots, control, operand addresses    decode, issue, operands
//! X  execution, effective address         stage_x, execute, memory; branches
//! M  load data, writes, stops, retire     memory, write_back
//! ```

use crate::back::branches::Branches;
use crate::back::execute::Execute;
use crate::back::issue::Issue;
use crate::back::operands::Operands;
use crate::back::stage_x::StageX;
use crate::back::write_back::WriteBack;
use crate::control::host::HostPort;
use crate::control::sequencer::Sequencer;
use crate::front::decode::Decode;
use crate::front::fetch_unit::FetchUnit;
use crate::front::redirect::Redirect;
use crate::load::loading::Loading;
use crate::memory::LinearMemory;
use crate::prim::names::Spaces;
use crate::prim::switch::Switch;
use crate::units::service::ServiceUnit;
use crate::units::table::UnitTable;
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
    /// Linear memory is a pool of blocks, and the place of the row that is chosen is not known yet: it is looked for
    /// while `host_read` is high, which has to be low for a cycle when another row is chosen. As long, `host_rdata` is
    /// not on its way, and nothing may be written.
    pub host_waits: Signal<Out, Bit>,

    pub running: Signal<Out, Bit>,
    /// A call of an imported function waits for the host.
    pub paused: Signal<Out, Bit>,
    /// Of that: the number of the device that answers it, see `isa::device`, and the slot of its first argument.
    pub device: Signal<Out, Bits<3>>,
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

    pub(crate) fetch: FetchUnit<C, B, S>,
    pub(crate) decode: Decode,
    unit_table: UnitTable,
    issue: Issue,
    operands: Operands<S>,
    stage_x: StageX<C, B, S>,
    branches: Branches<C, B>,
    redirect: Redirect<C, B>,
    pub(crate) execute: Execute,
    pub(crate) memory: LinearMemory<D, W>,
    write_back: WriteBack<C, S>,
    sequencer: Sequencer<C, B, S, F, K>,
    pub(crate) service: ServiceUnit<S, F, D, W>,
    host: HostPort<C, F, S>,
    spaces: Spaces,
    pub loading: Loading<C, B, F, S>,
    /// Whether there is a service unit.
    pub services: Switch,
    /// Whether there is a resolver.
    pub resolves: Switch,
    /// Whether what comes late in a cycle decides last: see [`prim::late`](crate::prim::late).
    pub(crate) prepares: Switch,
    /// Whether it is the full core, or else the compact one.
    pub full: Switch,
    /// Whether linear memory is a pool of blocks.
    pub pooled: Switch,
    compact: Signal<Local, Bit>,
}

impl<const C: usize, const B: usize, const F: usize, const S: usize, const K: usize, const D: usize, const W: usize>
    Logic for Core<C, B, F, S, K, D, W>
{
    #[circuit]
    fn update(&mut self) {
        clock!(
            self, clock, fetch, decode, issue, operands, stage_x, branches, execute, memory, write_back, sequencer,
            service, host, loading
        );

        self.compact.next = !self.full.on.val();

        // Stage D.
        self.decode.compact.next = self.compact.val();
        self.decode.valid.next = self.fetch.d_valid.val();
        self.decode.flush.next = self.redirect.drop.val();
        self.decode.window.next = self.fetch.d_window.val();
        self.decode.seconds.next = self.fetch.d_seconds.val();
        self.decode.operations.next = self.fetch.d_operations.val();
        self.decode.destinations.next = self.fetch.d_destinations.val();
        self.decode.lead.next = self.fetch.d_lead.val();
        self.decode.first_opcode.next = self.fetch.d_opcode.val();
        self.decode.source.next = self.fetch.d_source.val();
        self.decode.known_control.next = self.fetch.d_control.val();
        self.decode.known_number.next = self.fetch.d_number.val();
        self.decode.entry_code.next = bit_cast::<5, B>(self.fetch.d_other_branch.val());
        self.decode.issue.next = self.issue.passes.val();
        self.unit_table.operation.next = self.decode.operation.val();
        self.issue.compact.next = self.compact.val();
        self.issue.prepares.next = self.prepares.on.val();
        self.issue.flush.next = self.redirect.drop.val();
        connect!(self.fetch => self.issue; d_valid, d_lead, d_arity, d_returns, d_unwind);
        connect!(self.decode => self.issue; control, slots, ready, swallow);
        connect!(self.operands => self.issue; insert);
        self.issue.sequencing.next = self.sequencer.busy.val();
        connect!(self.sequencer => self.issue; privileged);
        connect!(self.memory => self.issue; busy);
        connect!(self.stage_x => self.issue; live);
        connect!(self.execute => self.issue; ends);
        self.issue.x_blocks.next = self.stage_x.blocks.val();
        self.issue.x_resolves.next = self.stage_x.resolves.val();

        // Stage X.
        self.stage_x.run.next = self.host.run.val();
        self.stage_x.issue.next = self.issue.issues.val();
        connect!(self.issue => self.stage_x;
            d_foreign, d_slots, d_silent, d_jump, d_resolves, d_halves, d_computed, d_extended, d_bypass, d_blocks);
        connect!(self.operands => self.stage_x; insert);
        self.stage_x.d_control.next = self.decode.control.val();
        self.stage_x.d_unit_control.next = self.unit_table.control.val();
        self.stage_x.d_opcode.next = self.decode.opcode.val();
        self.stage_x.d_place.next = self.decode.place.val();
        self.stage_x.d_count.next = self.decode.count.val();
        self.stage_x.d_offset.next = self.decode.offset.val();
        connect!(self.fetch => self.stage_x;
            d_predicted, d_pc, d_next_branch, d_other_pc, d_other_lead, d_other_branch, d_returns, d_height, d_keep);
        connect!(self.execute => self.stage_x; leave);
        self.stage_x.unit_trap.next = self.execute.trap.val();
        self.stage_x.raised.next = self.operands.b.val().get_bits::<8>(0);
        connect!(self.branches => self.stage_x; wrong);
        self.stage_x.operands_ready.next = self.operands.ready.val();
        connect!(self.memory => self.stage_x; busy, storing);
        self.execute.compact.next = self.compact.val();
        self.execute.prepares.next = self.prepares.on.val();
        self.execute.reset.next = !self.host.run.val();
        connect!(self.stage_x => self.execute;
            live, go, control, unit_control, halves, computed, extended, bypass);
        self.execute.chooses.next = self.stage_x.silent.val();
        connect!(self.operands => self.execute; a, b);
        self.branches.compact.next = self.compact.val();
        connect!(self.execute => self.branches; leave, outcome);
        connect!(self.stage_x => self.branches;
            control, slots, jump, resolves, blocks, predicted, other_pc, other_lead, other_branch);

        // Where fetch goes on.
        self.redirect.run.next = self.host.run.val();
        connect!(self.branches => self.redirect; wrong, goes_on, pc, lead, branch);
        connect!(self.sequencer => self.redirect; jump, jump_pc, jump_lead, jump_branch, drops);
        connect!(self.loading => self.redirect; resolving);
        self.redirect.resolver_turns.next = self.loading.redirect.val();
        self.redirect.resolver_pc.next = self.loading.redirect_pc.val();
        connect!(self => self.redirect; host_read, host_space, host_addr);
        self.fetch.redirect.next = self.redirect.turns.val();
        connect!(self.redirect => self.fetch; redirect_pc, redirect_lead, redirect_branch, flush);
        self.fetch.compact.next = self.compact.val();
        self.fetch.plain.next = self.loading.resolving.val();
        self.fetch.hold.next.comes = self.issue.hold.val().comes;
        self.fetch.hold.next.then = self.issue.hold.val().then | self.loading.hold.val();
        self.fetch.hold.next.otherwise = self.issue.hold.val().otherwise | self.loading.hold.val();
        self.fetch.continues.next = self.decode.swallow.val();
        connect!(self.decode => self.fetch; continuing);

        // The sequencer.
        // It may have begun behind a group that stopped. In the first cycle it does nothing that lasts.
        self.sequencer.reset.next = self.reset.val() | self.write_back.stopped.val() | self.host.halt.val();
        self.sequencer.go.next = self.branches.to_sequencer.val() | (self.branches.goes_on.val() & self.host.run.val());
        self.sequencer.go_jump.next = self.stage_x.jump.val();
        // A call that has stopped stays in X, while the host looks at frames.
        self.sequencer.go_call.next = self.stage_x.control.val().call & self.host.run.val();
        self.sequencer.go_table.next = self.stage_x.control.val().table;
        self.sequencer.argument.next = self.operands.b.val().get_bits::<32>(0);
        if self.stage_x.control.val().millicode {
            // Of the index decode knows the lowest seven bits.
            self.sequencer.argument.next = self.operands.b.val().get_bits::<32>(0) | 0xffff_ff80_u64;
        }
        self.sequencer.go_millicode.next = self.stage_x.control.val().millicode;
        self.sequencer.go_pass.next = self.stage_x.control.val().passes;
        self.sequencer.go_privileged.next = self.stage_x.control.val().privileged;
        self.sequencer.go_get.next = self.stage_x.control.val().slot_get;
        self.sequencer.go_resize.next = self.stage_x.control.val().resize;
        self.sequencer.go_enter.next = self.stage_x.control.val().enter;
        self.sequencer.index.next = bit_cast::<B, 64>(self.operands.a.val());
        self.sequencer.listed.next = self.execute.condition.val();
        self.sequencer.looks_up.next = self.stage_x.live.val() & self.stage_x.control.val().table;
        self.sequencer.go_service.next = self.stage_x.control.val().service;
        self.sequencer.go_tail.next = self.stage_x.control.val().tail;
        self.sequencer.go_lookup.next = self.stage_x.control.val().lookup;
        connect!(self.stage_x => self.sequencer;
            next_branch, other_pc, other_lead, other_branch, returns, height, keep);
        self.sequencer.stack_base.next = self.host.stack_base.val();
        connect!(self.fetch => self.sequencer;
            entry_ready, entry_target, entry_lead, entry_branch, entry_returns, entry_unwind, entry_height, entry_keep);
        self.sequencer.base.next = self.operands.base.val();
        self.sequencer.pointer.next = self.operands.pointer.val();
        self.fetch.entry_read.next = self.sequencer.entry_read.val() | self.loading.entry_read.val();
        self.fetch.entry_index.next = if self.loading.resolving.val() {
            self.loading.entry_index.val()
        } else {
            self.sequencer.entry_index.val()
        };
        self.operands.issue.next = self.issue.issues.val();
        self.operands.control.next = self.decode.control.val();
        connect!(self.issue => self.operands; arity);
        self.operands.slots.next = self.issue.d_slots.val();
        connect!(self.decode => self.operands; first_index, second_index, set_index);
        self.operands.a_immediate.next = self.decode.constant.val();
        self.operands.b_immediate.next = self.decode.last_constant.val();
        self.operands.blocks.next = self.issue.d_blocks.val();
        self.operands.live.next = self.stage_x.live.val();
        self.operands.first_pass.next = self.execute.first_pass.val();
        self.operands.kill.next = self.branches.wrong.val() & !self.compact.val();
        self.memory.compact.next = self.compact.val();
        self.memory.pooled.next = self.pooled.on.val();
        self.memory.run.next = self.host.run.val();
        self.memory.hosting.next = !self.host.run.val() & (self.host_space.val() == self.spaces.memory.val());
        self.memory.host_reads.next = self.host_read.val();
        self.memory.host_row.next = self.host_addr.val().get_bits::<24>(0);
        self.host_waits.next = self.memory.waits.val();
        self.operands.load_done.next = self.memory.ending.val();
        self.operands.m_result.next = self.memory.value.val();
        self.operands.m_data.next = self.memory.held.val();

        // X to memory and M.
        self.memory.size.next = self.host.size.val();
        self.memory.valid.next = self.execute.leave.val()
            & !self.write_back.stops.val()
            & (self.stage_x.control.val().load | self.stage_x.control.val().store);
        self.memory.control.next = self.stage_x.control.val();
        self.memory.base.next = self.operands.a.val().get_bits::<32>(0);
        self.memory.offset.next = self.stage_x.offset.val();
        self.memory.take_low.next = self.execute.low_done.val();
        self.memory.take.next = self.execute.leave.val();
        self.memory.data.next = self.execute.result.val();
        self.write_back.run.next = self.host.run.val();
        self.write_back.leave.next = self.execute.leave.val();
        connect!(self.stage_x => self.write_back;
            control, slots, pc, place, opcode, count, silent, trap, height, keep);
        connect!(self.branches => self.write_back; to_sequencer, goes_on);
        self.write_back.x_write.next = self.operands.writes.val();
        self.write_back.x_load.next = self.operands.loads.val();
        self.write_back.x_slot.next = self.operands.set_slot.val();
        connect!(self.operands => self.write_back; pointer);
        connect!(self.memory => self.write_back;
            busy, done, ending, refused, value, access_address, access_bytes, access_data);
        self.write_back.refusal.next = self.memory.stop.val();
        self.write_back.sequencing.next = self.sequencer.busy.val();
        connect!(self.sequencer => self.write_back;
            retire, results, write_result, write_read, write_served, write_passed);
        self.write_back.sequencer_write.next = self.sequencer.write.val();
        self.write_back.sequencer_slot.next = self.sequencer.write_slot.val();
        self.write_back.services.next = self.services.on.val();
        connect!(self.service => self.write_back; pushes, result);
        self.write_back.served.next = self.service.write_data.val();
        self.write_back.host_write.next = self.loading.write_slot.val();
        self.write_back.host_slot.next = self.loading.slot.val();
        self.write_back.host_data.next = self.loading.slot_data.val();
        connect!(self.write_back => self.operands; m_write, m_slot, take_over, write, write_slot);
        connect!(self.write_back => self.memory; replace, replace_read, replace_given, replace_passed, given);
        connect!(self.write_back => self;
            ret_vld, ret_pc, ret_count, ret_op, ret_push, ret_write, ret_slot, ret_value, ret_mem, ret_store, ret_addr,
            ret_bytes, ret_data, ret_height);

        // The service unit.
        self.service.reset.next = !self.host.run.val();
        self.service.start.next = self.sequencer.serve.val();
        self.service.code.next = bit_cast::<8, B>(self.stage_x.other_branch.val());
        self.service.prefixed.next = self.stage_x.control.val().prefixed;
        self.service.lookup.next = self.stage_x.control.val().lookup;
        self.service.first.next = self.stage_x.height.val();
        self.service.second.next = self.stage_x.keep.val();
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
        self.host.stops.next =
            self.write_back.stops.val() | self.sequencer.stop.val().any() | self.loading.stop.val().any();
        self.host.stopped.next = self.sequencer.stop.val();
        self.host.stopped_pc.next = self.stage_x.pc.val();
        if self.write_back.stops.val() {
            self.host.stopped.next = self.write_back.stop.val();
            self.host.stopped_pc.next = self.write_back.stop_pc.val();
        }
        if self.loading.stop.val().any() {
            self.host.stopped.next = self.loading.stop.val();
            self.host.stopped_pc.next = self.loading.stop_pc.val();
        }
        self.host.returned.next = self.sequencer.finish.val();
        self.host.pause.next = self.sequencer.pause.val();
        self.host.resize.next = self.service.resize.val() | self.sequencer.resize.val();
        self.host.new_size.next = if self.service.resize.val() {
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
        self.host.row_absent.next = self.memory.port_absent.val();
        self.host_rdata.next = self.host.rdata.val();
        self.host_octet.next = self.host.octet.val();
        self.running.next = self.host.run.val()
            | self.write_back.stopped.val()
            | self.host.resolve.val()
            | self.loading.resolving.val();
        self.paused.next = self.host.waiting.val();
        self.device.next = self.sequencer.device.val();
        self.first_argument.next = self.operands.base.val();
        self.stop.next = self.host.stop.val();
        self.stop_pc.next = self.host.stop_pc.val();
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
        connect!(self.sequencer => self.operands; read_slot);
        if !self.host.run.val() {
            self.operands.read_slot.next = self.loading.read_slot.val();
        }
        self.memory.read.next = self.operands.read_data.val();
        connect!(self.sequencer => self.operands; set_pointers, new_base, new_pointer);
    }
}
