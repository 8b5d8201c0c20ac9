//! The sequencer: calls, returns, `br_table`, branches that unwind the stack, and the frame around service
//! instructions. It takes over when such a group has left X, works on the empty pipeline with the stack RAM's ports,
//! and ends by redirecting fetch.
//!
//! ```text
//! start     Launch Enter Frame ...             as a call
//! call      Frame Commit Zero                  Zero once for each local but the first
//! return    Return                             without result, or with one, which is in M
//!           Resolve Fetch Return               with one, conditional; with more as unwind
//! unwind    Resolve Begin Place (Read Write per value, Read) Settle Jump
//! table     Entry                              Entry twice for the last one; if that is no plain branch, Resolve ...
//! service   Begin Serve ... Jump
//! indirect  Begin Serve ... Callee Frame ...   as a call
//! millicode [Pass] Frame ...                   as a call
//! slot      Peek Poke Jump                     slot.get, slot.set, memory.resize
//! enter     Adopt Callee Frame ...             as a call or a tail call
//! tail      Begin [Serve ... Callee] Arrange Place (Read Write per parameter, Read) Settle Frame ...
//! import    as a call up to Commit; then, answered by the host: Resume Return
//! ```
//!
//! Fetch is redirected in Frame, Return, Entry and Jump. What a call still has to do in Commit and Zero is done while
//! the function's first group is on its way to D, where it waits.

use crate::prim::call_ram::CallRam;
use crate::prim::packed::PackedFrame;
use crate::prim::stop_code::StopCode;
use isa::outcome::{Exhausted, Stop};
use layer::circuit;
use rust_hdl::prelude::*;

#[derive(Copy, Clone, PartialEq, Debug, LogicState)]
enum State {
    Idle,
    Launch,
    Enter,
    Resume,
    Serve,
    Pass,
    Peek,
    Poke,
    Adopt,
    Callee,
    Arrange,
    Place,
    Begin,
    Frame,
    Commit,
    Zero,
    Entry,
    Resolve,
    Fetch,
    Return,
    Read,
    Write,
    Settle,
    Jump,
}

/// Widths: `C` code address, `B` branch-entry index, `S` stack slot, `F` function index, `K` frame number.
#[derive(LogicBlock, Default)]
pub struct Sequencer<const C: usize, const B: usize, const S: usize, const F: usize, const K: usize> {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,

    /// A group that needs the sequencer leaves X: a call, a table branch, or else a branch that is taken, with
    /// `go_jump` one that always is, whose result is the top of the stack.
    pub go: Signal<In, Bit>,
    pub go_jump: Signal<In, Bit>,
    pub go_call: Signal<In, Bit>,
    pub go_table: Signal<In, Bit>,
    /// A service instruction; of these, a tail call, and a call of a function in a table.
    pub go_service: Signal<In, Bit>,
    pub go_tail: Signal<In, Bit>,
    pub go_lookup: Signal<In, Bit>,
    /// A call of millicode.
    pub go_millicode: Signal<In, Bit>,
    /// A call that passes the immediates in its branch entry, `height` and `keep`, as the last argument.
    pub go_pass: Signal<In, Bit>,
    /// Privileged instructions; each of them, with `go_tail` `return_enter`. The slot or function is `index`.
    pub go_privileged: Signal<In, Bit>,
    pub go_get: Signal<In, Bit>,
    pub go_resize: Signal<In, Bit>,
    pub go_enter: Signal<In, Bit>,
    /// Function to call, or number of table targets less one.
    pub argument: Signal<In, Bits<32>>,
    /// Table index, and whether it is less than that number. An instruction that may need its entry is in X.
    pub index: Signal<In, Bits<B>>,
    pub listed: Signal<In, Bit>,
    pub looks_up: Signal<In, Bit>,
    /// What X knows of the group; stable until the sequencer is idle again. The first entry of a table, or the first
    /// one after another group; its target, or where a call returns to. A service's entry holds where the group after
    /// it begins, because it may be longer than its group.
    pub next_branch: Signal<In, Bits<B>>,
    pub other_pc: Signal<In, Bits<C>>,
    pub other_lead: Signal<In, Bits<4>>,
    pub other_branch: Signal<In, Bits<B>>,
    pub returns: Signal<In, Bit>,
    pub height: Signal<In, Bits<S>>,
    pub keep: Signal<In, Bits<S>>,

    /// The host starts a call; its arguments are in the slots from `stack_base`. If it is a nested one, the frames in
    /// use stay.
    pub launch: Signal<In, Bit>,
    pub nested: Signal<In, Bit>,
    pub launch_function: Signal<In, Bits<F>>,
    pub stack_base: Signal<In, Bits<S>>,
    /// The host answers a call of an imported function; its results are in the slots from `resume_base`.
    pub resume: Signal<In, Bit>,
    pub resume_base: Signal<In, Bits<S>>,
    pub resume_count: Signal<In, Bits<S>>,
    /// A call of an imported function: execution pauses. The function, and the slot of its first argument.
    pub pause: Signal<Out, Bit>,
    pub callee_index: Signal<Out, Bits<F>>,
    /// Number of the device that answers the last such call, 0 if the host does (`isa::device`).
    pub device: Signal<Out, Bits<3>>,

    /// The function that runs is one of the library.
    pub privileged: Signal<Out, Bit>,
    /// The memory gets the size that the stack's port has read.
    pub resize: Signal<Out, Bit>,

    // The service unit.
    pub serve: Signal<Out, Bit>,
    pub served: Signal<In, Bit>,
    pub served_pointer: Signal<In, Bits<S>>,
    pub served_callee: Signal<In, Bits<F>>,
    pub served_stop: Signal<In, Bits<8>>,
    pub service_read_slot: Signal<In, Bits<S>>,
    pub service_write: Signal<In, Bit>,
    pub service_write_slot: Signal<In, Bits<S>>,

    // Branch entries.
    pub entry_read: Signal<Out, Bit>,
    pub entry_index: Signal<Out, Bits<B>>,
    /// That which was read is there.
    pub entry_ready: Signal<In, Bit>,
    pub entry_target: Signal<In, Bits<C>>,
    pub entry_lead: Signal<In, Bits<4>>,
    pub entry_branch: Signal<In, Bits<B>>,
    pub entry_returns: Signal<In, Bit>,
    pub entry_unwind: Signal<In, Bit>,
    pub entry_height: Signal<In, Bits<S>>,
    pub entry_keep: Signal<In, Bits<S>>,

    // The value stack.
    pub base: Signal<In, Bits<S>>,
    pub pointer: Signal<In, Bits<S>>,
    pub read_slot: Signal<Out, Bits<S>>,
    pub write: Signal<Out, Bit>,
    pub write_slot: Signal<Out, Bits<S>>,
    /// What is written, one of: what the port has read, what the service unit says, the immediates of the branch entry,
    /// the result of the group that has just left X; else 0.
    pub write_read: Signal<Out, Bit>,
    pub write_served: Signal<Out, Bit>,
    pub write_passed: Signal<Out, Bit>,
    pub write_result: Signal<Out, Bit>,
    pub set_pointers: Signal<Out, Bit>,
    pub new_base: Signal<Out, Bits<S>>,
    pub new_pointer: Signal<Out, Bits<S>>,

    /// Not idle: no group may leave D.
    pub busy: Signal<Out, Bit>,
    /// Not idle, and fetch has not been redirected before this cycle.
    pub drops: Signal<Out, Bit>,
    /// The group that started the sequencer retires; and it leaves one result, which is being written.
    pub retire: Signal<Out, Bit>,
    pub results: Signal<Out, Bit>,
    /// Fetch goes on at `jump_*`.
    pub jump: Signal<Out, Bit>,
    pub jump_pc: Signal<Out, Bits<C>>,
    pub jump_lead: Signal<Out, Bits<4>>,
    pub jump_branch: Signal<Out, Bits<B>>,
    /// The outermost function returns.
    pub finish: Signal<Out, Bit>,
    /// `isa::outcome::Stop` code of a call that exhausts a stack, else 0.
    pub stop: Signal<Out, Bits<8>>,

    /// While nothing runs, the frame that the host asks for, 0 the innermost; else 0. Its record is there a cycle later.
    pub frame_index: Signal<In, Bits<K>>,
    pub frame_record: Signal<Out, Bits<64>>,

    /// Writes to the function table.
    pub write_function: Signal<In, Bit>,
    pub write_address: Signal<In, Bits<F>>,
    pub write_record: Signal<In, Bits<96>>,

    no_slot: StopCode<{ Stop::Exhausted(Exhausted::ValueStack).code() }>,
    no_frame: StopCode<{ Stop::Exhausted(Exhausted::CallStack).code() }>,
    /// The called function, or the innermost frame.
    calls: CallRam<F, K, C, B, S>,
    record: PackedFrame<C, B, S>,
    state: DFF<State>,
    callee: DFF<Bits<F>>,
    device_held: DFF<Bits<3>>,
    in_table: DFF<Bit>,
    launching: DFF<Bit>,
    /// No group waits to retire.
    quiet: DFF<Bit>,
    serving: DFF<Bit>,
    tailing: DFF<Bit>,
    looking: DFF<Bit>,
    leaving: DFF<Bit>,
    moved: DFF<Bit>,
    fetched: DFF<Bit>,
    /// The called function takes the place of millicode, whose frame stays for it.
    adopting: DFF<Bit>,
    /// Whether the function that runs is one of the library, and whether the called one is.
    trusted: DFF<Bit>,
    trusts: DFF<Bit>,
    pc: DFF<Bits<C>>,
    lead: DFF<Bits<4>>,
    entry: DFF<Bits<B>>,
    level: DFF<Bits<S>>,
    kept: DFF<Bits<S>>,
    count: DFF<Bits<S>>,
    from: DFF<Bits<S>>,
    to: DFF<Bits<S>>,
    frame_base: DFF<Bits<S>>,
    /// First slot above the new frame, modulo 2^S.
    ceiling: DFF<Bits<S>>,
    /// The new frame begins at slot 2^S: no slot is left.
    at_end: DFF<Bit>,
    /// Frames in use, modulo 2^K, and whether all are.
    depth: DFF<Bits<K>>,
    full: DFF<Bit>,

    /// Slot of the first argument.
    arguments: Signal<Local, Bits<S>>,
    /// Results of a return are where they have to be, or the only one in M.
    at_hand: Signal<Local, Bit>,
    none_kept: Signal<Local, Bit>,
    one_kept: Signal<Local, Bit>,
    outermost: Signal<Local, Bit>,
    /// The innermost frame's record, or the one that the host asks for: depth - 1 - index.
    caller: Signal<Local, Bits<K>>,
    inverse: Signal<Local, Bits<K>>,
    overflow: Signal<Local, Bit>,
    chosen: Signal<Local, Bits<B>>,
}

impl<const C: usize, const B: usize, const S: usize, const F: usize, const K: usize> Logic
    for Sequencer<C, B, S, F, K>
{
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, state, callee, launching, quiet, serving, tailing, looking);
        dff_setup!(self, clock, in_table, leaving, moved, fetched, adopting, trusted, trusts, device_held);
        dff_setup!(self, clock, pc, lead, entry, level, kept, count, from, to);
        dff_setup!(self, clock, frame_base, ceiling, at_end, depth, full);

        // The innermost frame is at the RAM's output, but for the state after one that reads the function.
        self.inverse.next = !self.frame_index.val();
        self.caller.next = self.depth.q.val() + self.inverse.val();
        self.frame_record.next = self.calls.record.val();
        self.calls.clock.next = self.clock.val();
        self.calls.read_function.next = false;
        self.calls.callee.next = self.callee.q.val();
        self.calls.frame.next = self.caller.val();
        self.calls.write_function.next = self.write_function.val();
        self.calls.write_address.next = self.write_address.val();
        self.calls.write_data.next = self.write_record.val();
        // No body begins at 0: that is the host as the caller.
        self.record.return_pc.next = if self.launching.q.val() { 0.into() } else { self.other_pc.val() };
        self.record.following.next = self.next_branch.val();
        self.record.lead.next = self.other_lead.val();
        self.record.base.next = self.base.val();
        self.record.privileged.next = if self.trusted.q.val() { 1.into() } else { 0.into() };
        self.privileged.next = self.trusted.q.val();
        self.calls.write_frame.next = false;
        self.calls.new_frame.next = self.depth.q.val();
        self.calls.frame_data.next = self.record.word.val();

        self.arguments.next = self.pointer.val() - self.calls.slots.val();
        self.at_hand.next = !self.keep.val().any() | ((self.keep.val() == 1) & self.go_jump.val());
        self.none_kept.next = self.kept.q.val() == 0;
        self.one_kept.next = self.kept.q.val() == 1;
        self.outermost.next = !self.calls.pc.val().any();
        self.overflow.next = ((self.ceiling.q.val() < self.frame_base.q.val()) & self.ceiling.q.val().any())
            | (self.at_end.q.val() & self.calls.most.val().any());
        self.chosen.next = bit_cast::<B, 32>(self.argument.val());

        self.entry_read.next = false;
        self.read_slot.next = self.from.q.val();
        self.write.next = false;
        self.write_slot.next = self.pointer.val();
        self.write_read.next = true;
        self.write_served.next = false;
        self.write_passed.next = false;
        self.resize.next = false;
        self.write_result.next = false;
        self.set_pointers.next = false;
        self.new_base.next = self.base.val();
        self.new_pointer.next = self.pointer.val();
        self.retire.next = false;
        self.results.next = false;
        self.jump.next = false;
        self.jump_pc.next = self.pc.q.val();
        self.jump_lead.next = self.lead.q.val();
        self.jump_branch.next = self.entry.q.val();
        self.finish.next = false;
        self.stop.next = 0.into();
        self.busy.next = self.state.q.val() != State::Idle;
        self.drops.next = self.busy.val() & (self.state.q.val() != State::Commit) & (self.state.q.val() != State::Zero);
        self.pause.next = false;
        self.callee_index.next = self.callee.q.val();
        self.device.next = self.device_held.q.val();
        self.serve.next = false;

        match self.state.q.val() {
            State::Idle => {
                self.calls.read_function.next = self.go_call.val();
                self.calls.callee.next = bit_cast::<F, 32>(self.argument.val());
                self.chosen.next = self.index.val();
                self.entry_read.next = self.looks_up.val();
                self.in_table.d.next = self.listed.val();
                self.launching.d.next = self.launch.val();
                self.quiet.d.next = self.launch.val() | self.resume.val();
                self.serving.d.next = self.go_service.val();
                self.tailing.d.next = self.go_tail.val() & self.go.val();
                self.adopting.d.next = false;
                self.trusts.d.next = !self.launch.val()
                    & !self.go_privileged.val()
                    & (self.trusted.q.val() | (self.go_call.val() & self.go_millicode.val()));
                self.looking.d.next = self.go_lookup.val();
                self.leaving.d.next = self.returns.val();
                self.moved.d.next = false;
                self.fetched.d.next = false;
                self.pc.d.next = self.other_pc.val();
                self.lead.d.next = self.other_lead.val();
                self.entry.d.next = self.other_branch.val();
                self.level.d.next = self.height.val();
                self.kept.d.next = self.keep.val();
                if self.go_privileged.val() {
                    self.level.d.next = bit_cast::<S, B>(self.index.val());
                }
                if self.launch.val() {
                    self.callee.d.next = self.launch_function.val();
                    if !self.nested.val() {
                        self.depth.d.next = 0.into();
                        self.full.d.next = false;
                    }
                    self.state.d.next = State::Launch;
                } else if self.resume.val() {
                    self.moved.d.next = true;
                    self.state.d.next = State::Resume;
                } else if self.go.val() {
                    // It stays while the host answers a call.
                    self.callee.d.next = bit_cast::<F, 32>(self.argument.val());
                    self.state.d.next = State::Resolve;
                    if self.returns.val() & self.at_hand.val() {
                        self.state.d.next = State::Return;
                    }
                    if self.go_call.val() {
                        self.state.d.next = if self.go_pass.val() { State::Pass } else { State::Frame };
                    }
                    if self.go_privileged.val() {
                        self.state.d.next = if self.go_enter.val() { State::Adopt } else { State::Peek };
                    }
                    if self.go_service.val() {
                        self.state.d.next = State::Begin;
                        // Its entry holds immediates in place of a target.
                        self.callee.d.next = bit_cast::<F, S>(self.height.val());
                        self.entry.d.next = self.next_branch.val();
                    }
                    if self.go_table.val() {
                        self.state.d.next = State::Entry;
                    }
                }
            }
            State::Launch => {
                self.calls.read_function.next = true;
                self.state.d.next = State::Enter;
            }
            State::Enter => {
                self.calls.read_function.next = true;
                self.set_pointers.next = true;
                self.new_base.next = self.stack_base.val();
                self.new_pointer.next = self.stack_base.val() + self.calls.slots.val();
                self.state.d.next = State::Frame;
            }
            State::Begin => {
                self.calls.read_function.next = true;
                self.state.d.next = State::Place;
                if self.serving.q.val() {
                    self.state.d.next = State::Arrange;
                    if !self.tailing.q.val() | self.looking.q.val() {
                        self.serve.next = true;
                        self.state.d.next = State::Serve;
                    }
                }
            }
            State::Resume => {
                self.set_pointers.next = true;
                self.new_pointer.next = self.resume_base.val() + self.resume_count.val();
                self.state.d.next = State::Return;
            }
            State::Serve => {
                self.read_slot.next = self.service_read_slot.val();
                self.write.next = self.service_write.val();
                self.write_slot.next = self.service_write_slot.val();
                self.write_read.next = false;
                self.write_served.next = true;
                if self.served.val() {
                    self.set_pointers.next = true;
                    self.new_pointer.next = self.served_pointer.val();
                    self.state.d.next = State::Jump;
                    if self.looking.q.val() {
                        self.callee.d.next = self.served_callee.val();
                        self.state.d.next = State::Callee;
                    }
                }
                if self.served_stop.val().any() {
                    self.stop.next = self.served_stop.val();
                    self.state.d.next = State::Idle;
                }
            }
            State::Pass => {
                self.calls.read_function.next = true;
                self.write.next = true;
                self.write_read.next = false;
                self.write_passed.next = true;
                self.set_pointers.next = true;
                self.new_pointer.next = self.pointer.val() + 1;
                self.state.d.next = State::Frame;
            }
            State::Peek => {
                self.read_slot.next = if self.go_get.val() { self.level.q.val() } else { self.pointer.val() - 1 };
                self.state.d.next = State::Poke;
            }
            State::Poke => {
                // All take the operand below the index, which is a slot's value, or the size of memory; but one reads.
                self.write.next = !self.go_resize.val();
                self.resize.next = self.go_resize.val();
                self.set_pointers.next = true;
                self.new_pointer.next = self.pointer.val() - 1;
                if self.go_get.val() {
                    self.new_pointer.next = self.pointer.val() + 1;
                } else {
                    self.write_slot.next = self.level.q.val();
                }
                self.state.d.next = State::Jump;
            }
            State::Adopt => {
                // The operands of this function are gone; what is below are the called one's.
                self.callee.d.next = bit_cast::<F, S>(self.level.q.val());
                self.adopting.d.next = !self.tailing.q.val();
                self.set_pointers.next = true;
                self.new_pointer.next = self.base.val();
                if self.tailing.q.val() {
                    self.new_base.next = self.calls.slots.val();
                    self.depth.d.next = self.caller.val();
                    self.full.d.next = false;
                }
                self.state.d.next = State::Callee;
            }
            State::Callee => {
                self.calls.read_function.next = true;
                self.state.d.next = State::Frame;
                if self.tailing.q.val() {
                    self.state.d.next = State::Arrange;
                }
            }
            State::Arrange => {
                self.kept.d.next = self.calls.slots.val();
                self.leaving.d.next = true;
                self.state.d.next = State::Place;
            }
            State::Frame => {
                self.calls.read_function.next = true;
                self.jump.next = true;
                self.jump_pc.next = self.calls.pc.val();
                self.jump_lead.next = self.calls.lead.val();
                self.jump_branch.next = self.calls.branch.val();
                self.frame_base.d.next = self.arguments.val();
                self.ceiling.d.next = self.arguments.val() + self.calls.most.val();
                self.at_end.d.next = (self.pointer.val() < self.base.val()) & !self.calls.slots.val().any();
                self.state.d.next = State::Commit;
            }
            State::Commit => {
                self.count.d.next = self.calls.locals.val();
                self.write_read.next = false;
                self.device_held.d.next = self.calls.lead.val().get_bits::<3>(0);
                self.state.d.next = State::Idle;
                if self.full.q.val() & !self.tailing.q.val() & !self.adopting.q.val() {
                    self.stop.next = self.no_frame.code.val();
                } else if self.overflow.val() {
                    self.stop.next = self.no_slot.code.val();
                } else {
                    if !self.tailing.q.val() & !self.adopting.q.val() {
                        self.calls.write_frame.next = true;
                        self.depth.d.next = self.depth.q.val() + 1;
                        self.full.d.next = self.depth.q.val().all();
                    }
                    self.trusted.d.next = self.trusts.q.val();
                    self.retire.next = !self.quiet.q.val();
                    self.pause.next = !self.calls.pc.val().any();
                    self.set_pointers.next = true;
                    self.new_base.next = self.frame_base.q.val();
                    self.write.next = self.calls.locals.val().any();
                    if self.calls.locals.val().any() {
                        self.new_pointer.next = self.pointer.val() + 1;
                    }
                    if (self.calls.locals.val() >> 1).any() {
                        self.state.d.next = State::Zero;
                    }
                }
            }
            State::Zero => {
                self.write.next = true;
                self.write_read.next = false;
                self.set_pointers.next = true;
                self.new_pointer.next = self.pointer.val() + 1;
                self.count.d.next = self.count.q.val() - 1;
                if self.count.q.val() == 2 {
                    self.state.d.next = State::Idle;
                }
            }
            State::Entry => {
                self.in_table.d.next = self.in_table.q.val() | self.entry_ready.val();
                self.entry_read.next = !self.in_table.q.val() & self.entry_ready.val();
                self.jump_pc.next = self.entry_target.val();
                self.jump_lead.next = self.entry_lead.val();
                self.jump_branch.next = self.entry_branch.val();
                self.leaving.d.next = self.entry_returns.val();
                self.pc.d.next = self.entry_target.val();
                self.lead.d.next = self.entry_lead.val();
                self.entry.d.next = self.entry_branch.val();
                self.level.d.next = self.entry_height.val();
                self.kept.d.next = self.entry_keep.val();
                if self.in_table.q.val() & self.entry_ready.val() {
                    self.state.d.next = State::Resolve;
                    if !self.entry_returns.val() & !self.entry_unwind.val() {
                        self.jump.next = true;
                        self.retire.next = true;
                        self.state.d.next = State::Idle;
                    }
                }
            }
            State::Resolve => {
                self.state.d.next = State::Begin;
                if self.leaving.q.val() {
                    if self.none_kept.val() {
                        self.state.d.next = State::Return;
                    } else if self.one_kept.val() {
                        self.state.d.next = State::Fetch;
                    }
                }
            }
            State::Fetch => {
                self.fetched.d.next = true;
                self.read_slot.next = self.pointer.val() - 1;
                self.state.d.next = State::Return;
            }
            State::Place => {
                self.from.d.next = self.pointer.val() - self.kept.q.val();
                self.to.d.next = self.base.val();
                if !self.leaving.q.val() {
                    self.to.d.next = self.base.val() + self.level.q.val();
                }
                self.count.d.next = self.kept.q.val();
                self.state.d.next = State::Read;
            }
            State::Read => {
                self.state.d.next = State::Write;
                if !self.count.q.val().any() {
                    self.state.d.next = State::Settle;
                }
            }
            State::Write => {
                self.write.next = true;
                self.write_slot.next = self.to.q.val();
                self.from.d.next = self.from.q.val() + 1;
                self.to.d.next = self.to.q.val() + 1;
                self.count.d.next = self.count.q.val() - 1;
                self.state.d.next = State::Read;
            }
            State::Settle => {
                self.calls.read_function.next = self.tailing.q.val();
                self.set_pointers.next = true;
                self.new_pointer.next = self.to.q.val();
                self.moved.d.next = true;
                self.state.d.next = State::Jump;
                if self.tailing.q.val() {
                    self.state.d.next = State::Frame;
                } else if self.leaving.q.val() {
                    self.state.d.next = State::Return;
                }
            }
            State::Return => {
                // The results are in place, or the only one is in M or at the RAM's output.
                self.write.next = !self.moved.q.val() & self.one_kept.val();
                self.results.next = self.one_kept.val();
                self.write_slot.next = self.base.val();
                self.write_result.next = !self.fetched.q.val();
                self.write_read.next = self.fetched.q.val();
                self.retire.next = !self.quiet.q.val();
                self.finish.next = self.outermost.val();
                self.trusted.d.next = self.calls.locals.val().get_bit(0);
                self.depth.d.next = self.caller.val();
                self.full.d.next = false;
                self.state.d.next = State::Idle;
                self.jump.next = true;
                self.jump_pc.next = self.calls.pc.val();
                self.jump_lead.next = self.calls.lead.val();
                self.jump_branch.next = self.calls.branch.val();
                if !self.outermost.val() {
                    self.set_pointers.next = true;
                    self.new_base.next = self.calls.slots.val();
                    self.new_pointer.next = self.base.val();
                    if self.one_kept.val() {
                        self.new_pointer.next = self.base.val() + 1;
                    }
                    if self.moved.q.val() {
                        self.new_pointer.next = self.pointer.val();
                    }
                }
            }
            State::Jump => {
                self.jump.next = true;
                self.retire.next = !self.quiet.q.val();
                self.state.d.next = State::Idle;
            }
        }
        self.entry_index.next = self.next_branch.val() + self.chosen.val();
        // A group before it has stopped. The host may look at its frames.
        if self.reset.val() {
            self.retire.next = false;
            self.depth.d.next = self.depth.q.val();
            self.state.d.next = State::Idle;
        }
    }
}
