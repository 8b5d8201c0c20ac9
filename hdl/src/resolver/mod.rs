//! The resolver: walks the code section once, before anything runs, and writes what execution needs: marks, branch
//! entries, function entries (`isa::group`, `isa::branch`, `isa::image` say what they hold). Whatever the bytes are,
//! it comes to an end: with complete tables, or with a stop.
//!
//! It takes the code from stage D of fetch, a byte at a time, with all leads forced to 0 and no branch predicted, so
//! that each group there is one byte.
//!
//! ```text
//! clock       _/~\_/~\_/~\_/~\_/~\_/~\_
//! start       /~~~\____________________
//! redirect    ____/~~~\________________   fetch goes on at `redirect_pc`; what is in A and D is dropped
//! code_valid  ____________/~~~~~~~~~~~~   `code_byte` stands at `code_pc`
//! hold        /~~~\_______________/~~~~   stage D keeps its byte; a valid byte without `hold` has been taken
//! ```
//!
//! **Labels.** An open block is two slots of the value stack, the outermost one (the function) at `labels`; nothing
//! runs, so they are free. Height and base of the innermost block are in registers.
//!
//! | slot | from bit 0 up |
//! |------|---------------|
//! | even | base (16): operands below the parameters; parameters (16), results (16), the block around it is unreachable (1), `loop` (1) |
//! | odd  | target (20), next entry there or own entry of an `if` (16), newest pending entry (16), there is one (1), `if` without `else` yet (1), lead (4) |
//!
//! Of a function, target, next entry and lead are those of its first instruction.
//!
//! **Forward branches.** Until its block ends, an entry has no target; its `next` links it to the entry pending before
//! it, or to itself if it is the first. An `if` is the first of its block: its `else` resolves it alone, and its
//! target tells the walk at `end` to stop there.
//!
//! **Leads.** The lead at an address is known when the group there is closed: when an instruction has been measured
//! that does not join it or ends it, and before that instruction does anything else ([`groups`]). So at the end of a
//! block its list is kept in a register and walked just before the next group is closed (`PatchRead` to
//! `PatchWrite`); entries of loops, functions and service instructions wait in the same way. One list is enough:
//! branches go only to the first group that is open. The labels of a `br_table` are read twice: first to measure it,
//! then, after a redirect, to write its entries.

pub mod groups;
pub mod heights;
pub mod number;
pub mod rule;
pub mod size;
pub mod slots;
pub mod state;
pub mod stops;
pub mod value_type;

use crate::prim::packed::{PackedBranch, PackedFunction};
use crate::prim::rule_table::RuleTable;
use groups::Groups;
use heights::Heights;
use number::Number;
use rust_hdl::prelude::*;
use size::Size;
use slots::{LabelWrite, SlotRead};
use state::State;
use stops::Stops;
use value_type::ValueType;

/// Reads from the value stack the limits, types and functions of the module, as `isa::resolution` lays them out.
///
/// Widths: `C` code address, `B` branch-entry index, `F` function index, `S` stack slot; F < S.
#[derive(LogicBlock, Default)]
pub struct Resolver<const C: usize, const B: usize, const F: usize, const S: usize> {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    /// Begins, with the function `first_function`. The inputs up to `labels` stay until the end.
    pub start: Signal<In, Bit>,
    /// The first function that is defined in the module.
    pub first_function: Signal<In, Bits<F>>,
    /// Address of the last byte of code.
    pub code_last: Signal<In, Bits<C>>,
    /// Slot of the first type; those before it hold the limits.
    pub types: Signal<In, Bits<S>>,
    /// Slot of the first function's type index.
    pub functions: Signal<In, Bits<S>>,
    /// First slot for labels, an even number; those up to the end are free.
    pub labels: Signal<In, Bits<S>>,

    // Code.
    pub code_valid: Signal<In, Bit>,
    pub code_byte: Signal<In, Bits<8>>,
    pub code_pc: Signal<In, Bits<C>>,
    pub hold: Signal<Out, Bit>,
    pub redirect: Signal<Out, Bit>,
    pub redirect_pc: Signal<Out, Bits<C>>,

    // The value stack. Data are valid in the cycle after the slot.
    pub read_slot: Signal<Out, Bits<S>>,
    pub read_data: Signal<In, Bits<64>>,
    pub write: Signal<Out, Bit>,
    pub write_slot: Signal<Out, Bits<S>>,
    pub write_data: Signal<Out, Bits<64>>,

    // Branch entries. One that is read is there in the next cycle, until fetch moves.
    pub entry_read: Signal<Out, Bit>,
    pub entry_index: Signal<Out, Bits<B>>,
    pub entry_target: Signal<In, Bits<C>>,
    pub entry_branch: Signal<In, Bits<B>>,
    pub entry_predict: Signal<In, Bit>,
    pub entry_unwind: Signal<In, Bit>,
    pub entry_height: Signal<In, Bits<S>>,
    pub entry_keep: Signal<In, Bits<S>>,
    /// Writes a packed entry at `entry_index`. Not together with `entry_read`.
    pub entry_write: Signal<Out, Bit>,
    pub entry_word: Signal<Out, Bits<96>>,

    // One mark.
    pub mark_write: Signal<Out, Bit>,
    pub mark_address: Signal<Out, Bits<C>>,
    pub mark: Signal<Out, Bits<4>>,

    /// Writes the packed entry of a function.
    pub function_write: Signal<Out, Bit>,
    pub function_index: Signal<Out, Bits<F>>,
    pub function_word: Signal<Out, Bits<96>>,

    /// From the cycle after `start` to the last one, in which there may be a `stop`.
    pub busy: Signal<Out, Bit>,
    /// `isa::outcome::Stop` code for one cycle, if they cannot be. Then nothing written is of use.
    pub stop: Signal<Out, Bits<8>>,
    /// The instruction that is not valid, or the beginning of its function if that is not.
    pub stop_pc: Signal<Out, Bits<C>>,

    rules: RuleTable,
    number: Number,
    heights: Heights<S>,
    groups: Groups<C>,
    packed_entry: PackedBranch<C, B, S>,
    packed_function: PackedFunction<C, B, S>,
    read: SlotRead<C, B, S>,
    label: LabelWrite<C, B, S>,
    size: Size<C, S>,
    kinds: ValueType,
    stops: Stops,
    state: DFF<State>,
    /// The function whose body this is.
    own: DFF<Bits<S>>,
    /// Last byte of the body, or of the code while the body is not known; and whether it has been taken.
    body_last: DFF<Bits<C>>,
    ended: DFF<Bit>,
    /// Of the function.
    results: DFF<Bits<S>>,
    opcode: DFF<Bits<8>>,
    prefixed: DFF<Bit>,
    /// The first of two numbers has been read: it is `first`. Or the number of labels has.
    seen: DFF<Bit>,
    first: DFF<Bits<S>>,
    /// Labels or runs of locals to come.
    left: DFF<Bits<C>>,
    /// The block type is not a type index; it has a result.
    brief: DFF<Bit>,
    gives: DFF<Bit>,
    /// A `br_table` has been measured.
    again: DFF<Bit>,
    /// Twice the number of open blocks less one.
    level: DFF<Bits<S>>,
    /// The innermost label has no target yet.
    opened: DFF<Bit>,
    /// Branch entries so far, modulo 2^B; all are used.
    count: DFF<Bits<B>>,
    full: DFF<Bit>,
    /// Entries that continue at the next instruction: the newest of a list, or one whose `next` stays.
    waiting: DFF<Bit>,
    waiting_service: DFF<Bit>,
    newest: DFF<Bits<B>>,
    // The entry at hand.
    entry_level: DFF<Bits<S>>,
    keep: DFF<Bits<S>>,
    predict: DFF<Bit>,
    unwind: DFF<Bit>,
    loops: DFF<Bit>,
    // The label at hand: the block around it is unreachable; it has not as many parameters as results.
    outer_dead: DFF<Bit>,
    uneven: DFF<Bit>,

    taking: Signal<Local, Bit>,
    taken: Signal<Local, Bit>,
    limited: Signal<Local, Bits<4>>,
    offset: Signal<Local, Bits<S>>,
    fact_slot: Signal<Local, Bits<S>>,
    typed: Signal<Local, Bit>,
    /// Reads the type index of a function.
    owned: Signal<Local, Bit>,
    origin: Signal<Local, Bits<S>>,
    outside: Signal<Local, Bit>,
    following: Signal<Local, Bits<C>>,
    extent: Signal<Local, Bits<C>>,
    at_end: Signal<Local, Bit>,
    link: Signal<Local, Bits<B>>,
    params: Signal<Local, Bits<S>>,
    given: Signal<Local, Bits<S>>,
    arity: Signal<Local, Bits<S>>,
    type_index: Signal<Local, Bits<S>>,
    label_index: Signal<Local, Bits<S>>,
    label_slot: Signal<Local, Bits<S>>,
    chosen: Signal<Local, Bits<S>>,
    outermost: Signal<Local, Bit>,
    crooked: Signal<Local, Bit>,
    // What an instruction does after it has been measured.
    measure: Signal<Local, Bit>,
    action: Signal<Local, State>,
    adds: Signal<Local, Bit>,
    invalid: Signal<Local, Bit>,
    unknown: Signal<Local, Bit>,
    slots_exhausted: Signal<Local, Bit>,
    labels_exhausted: Signal<Local, Bit>,
}

impl<const C: usize, const B: usize, const F: usize, const S: usize> Logic for Resolver<C, B, F, S> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, state, own, body_last, ended, results, opcode, prefixed, seen, first, left);
        dff_setup!(self, clock, brief, gives, again, level, opened, count, full, waiting, waiting_service, newest);
        dff_setup!(self, clock, entry_level, keep, predict, unwind, loops, outer_dead, uneven);
        clock!(self, clock, number, heights, groups);
        self.rules.code.next = self.opcode.q.val();
        self.rules.prefixed.next = self.prefixed.q.val();

        // The number that has been read, and its limit, which is read at the same time.
        self.read.data.next = self.read_data.val();
        self.size.value.next = self.number.value.val();
        self.size.over.next = self.number.over.val();
        self.size.limit.next = self.read.base.val();
        self.limited.next = self.rules.rule.val().limit;
        if self.seen.q.val() {
            self.limited.next = 0.into();
            if self.rules.rule.val().second_table {
                self.limited.next = 5.into();
            }
            if self.rules.rule.val().second_memory {
                self.limited.next = 8.into();
            }
        }
        self.outside.next = self.limited.val().any()
            & self.size.outside.val()
            & self.rules.rule.val().number
            & !(self.rules.rule.val().block & self.brief.q.val());

        // The body.
        self.following.next = self.code_pc.val() + self.size.bytes.val();
        self.extent.next = self.following.val() - 1;
        self.at_end.next = self.body_last.q.val() == self.code_last.val();

        // Types and labels.
        self.link.next = self.count.q.val();
        if self.read.pending.val() {
            self.link.next = self.read.newest.val();
        }
        self.params.next = self.read.params.val();
        self.given.next = self.read.results.val();
        if self.brief.q.val() {
            self.params.next = 0.into();
            self.given.next = bit_cast::<S, 1>(self.gives.q.val().into());
        }
        self.arity.next = self.read.results.val();
        if self.rules.rule.val().branches & self.read.loops.val() {
            self.arity.next = self.read.params.val();
        }

        // What comes after measuring.
        self.action.next = State::Opcode;
        if self.rules.rule.val().opens {
            self.action.next = State::TypeRead;
            if self.brief.q.val() {
                self.action.next = State::OpenPop;
            }
        } else if self.rules.rule.val().labels {
            self.action.next = State::Rewind;
        } else if self.rules.rule.val().branches | self.rules.rule.val().otherwise | self.rules.rule.val().closes {
            self.action.next = State::LabelRead;
        } else if self.rules.rule.val().function {
            self.action.next = State::FunctionType;
        } else if self.rules.rule.val().indirect {
            self.action.next = State::TypeRead;
        } else if self.rules.rule.val().service {
            self.action.next = State::ServiceLoad;
        } else if self.rules.rule.val().pushes {
            self.action.next = State::Push;
        }

        // Defaults.
        self.number.clear.next = false;
        self.number.take.next = false;
        self.number.digit.next = self.code_byte.val();
        self.number.is_signed.next = self.rules.rule.val().signed;
        self.number.is_long.next = self.rules.rule.val().long;
        self.heights.clear.next = false;
        self.heights.pop.next = false;
        self.heights.push.next = false;
        self.heights.amount.next = bit_cast::<S, 2>(self.rules.rule.val().pops);
        self.heights.enter.next = false;
        self.heights.leave.next = false;
        self.heights.outer.next = self.read.base.val();
        self.heights.outer_dead.next = self.outer_dead.q.val();
        self.heights.revive.next = false;
        self.heights.diverge.next = false;
        self.groups.clear.next = self.start.val();
        self.groups.first.next = false;
        self.hold.next = true;
        self.redirect.next = false;
        self.function_index.next = bit_cast::<F, S>(self.own.q.val());
        self.type_index.next = self.size.slots.val();
        if self.rules.rule.val().function | self.rules.rule.val().indirect {
            self.type_index.next = self.first.q.val();
        }
        self.chosen.next = self.level.q.val() - self.size.depth.val();
        if self.rules.rule.val().returns {
            self.chosen.next = 0.into();
        }
        self.label_index.next = self.level.q.val();
        self.entry_read.next = false;
        self.entry_write.next = false;
        self.entry_index.next = self.count.q.val();
        self.packed_entry.target.next = 0.into();
        self.packed_entry.following.next = self.count.q.val();
        self.packed_entry.lead.next = 0.into();
        self.packed_entry.predict.next = 0.into();
        self.packed_entry.returns.next = 0.into();
        self.packed_entry.unwind.next = 0.into();
        self.packed_entry.height.next = self.entry_level.q.val();
        self.packed_entry.keep.next = self.keep.q.val();
        self.function_write.next = false;
        self.write.next = false;
        self.label.target.next = self.read.target.val();
        self.label.following.next = self.read.following.val();
        self.label.lead.next = self.read.lead.val();
        self.label.pending.next = true;
        self.label.condition.next = false;
        self.measure.next = false;
        self.adds.next = false;
        self.invalid.next = false;
        self.unknown.next = false;
        self.slots_exhausted.next = false;
        self.busy.next = self.state.q.val() != State::Idle;
        self.outermost.next = !self.level.q.val().any();
        self.crooked.next = false;

        // Where bytes are taken.
        self.kinds.code.next = self.code_byte.val();
        self.typed.next = false;
        self.owned.next = false;
        self.taking.next = false;
        match self.state.q.val() {
            State::Size => {
                self.taking.next = true;
            }
            State::Runs => {
                self.taking.next = true;
            }
            State::Locals => {
                self.taking.next = true;
            }
            State::LocalType => {
                self.taking.next = true;
            }
            State::Opcode => {
                self.taking.next = !self.groups.busy.val();
            }
            State::Prefix => {
                self.taking.next = true;
            }
            State::Immediate => {
                self.taking.next = true;
            }
            State::Type => {
                self.taking.next = true;
            }
            _ => {}
        }
        self.taken.next = self.taking.val() & self.code_valid.val();
        if self.taken.val() {
            self.ended.d.next = self.code_pc.val() == self.body_last.q.val();
        }

        match self.state.q.val() {
            State::Idle => {
                self.own.d.next = bit_cast::<S, F>(self.first_function.val());
                self.ended.d.next = false;
                self.opcode.d.next = 0.into();
                self.again.d.next = false;
                self.opened.d.next = false;
                self.count.d.next = 0.into();
                self.full.d.next = false;
                self.waiting.d.next = false;
                if self.start.val() {
                    self.state.d.next = State::Rewind;
                }
            }
            State::Function => {
                self.heights.clear.next = true;
                self.number.clear.next = true;
                self.brief.d.next = false;
                self.body_last.d.next = self.code_last.val();
                self.ended.d.next = false;
                self.state.d.next = State::Size;
                if self.own.q.val() == self.read.base.val() {
                    self.state.d.next = State::Idle;
                } else {
                    self.invalid.next = self.ended.q.val() & self.at_end.val();
                }
            }
            State::Size => {
                self.number.take.next = self.taken.val();
                self.groups.first.next = !self.number.place.val().any();
                self.invalid.next = self.number.bad.val() & self.taken.val();
                if self.taken.val() & self.number.last.val() {
                    self.state.d.next = State::Extent;
                }
            }
            State::Extent => {
                if self.code_valid.val() {
                    self.body_last.d.next = self.extent.val();
                    self.number.clear.next = true;
                    self.invalid.next = self.ended.q.val()
                        | !self.size.bytes_fit.val()
                        | (self.extent.val() < self.code_pc.val())
                        | (self.extent.val() > self.code_last.val());
                    self.state.d.next = State::Runs;
                }
            }
            State::Runs => {
                self.number.take.next = self.taken.val();
                self.invalid.next = self.number.bad.val() & self.taken.val();
                if self.taken.val() & self.number.last.val() {
                    self.state.d.next = State::RunCount;
                }
            }
            State::RunCount => {
                self.left.d.next = self.size.bytes.val();
                self.invalid.next = !self.size.bytes_fit.val();
                self.number.clear.next = true;
                self.state.d.next = State::Run;
            }
            State::Run => {
                self.state.d.next = State::Locals;
                if !self.left.q.val().any() {
                    self.state.d.next = State::Own;
                }
            }
            State::Locals => {
                self.number.take.next = self.taken.val();
                self.invalid.next = self.number.bad.val() & self.taken.val();
                if self.taken.val() & self.number.last.val() {
                    self.state.d.next = State::LocalType;
                }
            }
            State::LocalType => {
                self.heights.amount.next = self.size.slots.val();
                if self.taken.val() {
                    self.heights.push.next = true;
                    self.slots_exhausted.next = !self.size.slots_fit.val();
                    self.invalid.next = !self.kinds.value.val();
                    self.number.clear.next = true;
                    self.left.d.next = self.left.q.val() - 1;
                    self.state.d.next = State::Run;
                }
            }
            State::Own => {
                self.owned.next = true;
                self.type_index.next = self.own.q.val();
                self.state.d.next = State::OwnType;
            }
            State::OwnType => {
                self.typed.next = true;
                self.type_index.next = self.read.base.val();
                self.first.d.next = self.read.base.val();
                self.state.d.next = State::OwnParams;
            }
            State::OwnParams => {
                self.typed.next = true;
                self.type_index.next = self.first.q.val();
                self.heights.push.next = true;
                self.heights.amount.next = self.read.params.val();
                self.slots_exhausted.next = self.read.wide.val();
                self.state.d.next = State::OwnLabel;
            }
            State::OwnLabel => {
                self.level.d.next = 0.into();
                self.label_index.next = 0.into();
                self.write.next = true;
                self.heights.enter.next = true;
                self.results.d.next = self.read.results.val();
                self.opened.d.next = true;
                self.state.d.next = State::OwnLimit;
            }
            State::OwnLimit => {
                self.limited.next = 1.into();
                self.write.next = true;
                self.state.d.next = State::Opcode;
            }
            State::Opcode => {
                self.number.clear.next = true;
                self.groups.first.next = true;
                self.seen.d.next = false;
                if self.taken.val() {
                    self.prefixed.d.next = false;
                    self.opcode.d.next = self.code_byte.val();
                    self.state.d.next = State::Decode;
                    if self.code_byte.val() == 252 {
                        self.state.d.next = State::Prefix;
                    }
                }
            }
            State::Prefix => {
                self.number.take.next = self.taken.val();
                self.invalid.next = self.number.bad.val() & self.taken.val();
                if self.taken.val() & self.number.last.val() {
                    self.state.d.next = State::Prefixed;
                }
            }
            State::Prefixed => {
                self.prefixed.d.next = true;
                self.opcode.d.next = bit_cast::<8, 21>(self.number.value.val());
                self.unknown.next = self.number.over.val() | self.number.value.val().get_bits::<13>(8).any();
                self.number.clear.next = true;
                self.state.d.next = State::Decode;
            }
            State::Decode => {
                self.unknown.next = !self.rules.rule.val().known;
                self.state.d.next = State::Immediate;
                if !self.rules.rule.val().number
                    & !self.rules.rule.val().reference
                    & !self.rules.rule.val().single
                    & !self.rules.rule.val().double
                {
                    self.measure.next = true;
                }
            }
            State::Immediate => {
                self.number.take.next = self.taken.val() & !self.rules.rule.val().reference;
                if self.taken.val() {
                    if self.rules.rule.val().number {
                        self.invalid.next = self.number.bad.val();
                        if self.number.last.val() {
                            self.state.d.next = State::Measure;
                            if (self.rules.rule.val().second & !self.seen.q.val())
                                | self.rules.rule.val().labels
                                | self.rules.rule.val().types
                            {
                                self.state.d.next = State::Index;
                            }
                        }
                        if self.rules.rule.val().block {
                            // A negative number has one byte: a value type, or 0x40 for none.
                            self.brief.d.next = false;
                            if self.number.last.val() & self.code_byte.val().get_bit(6) {
                                self.brief.d.next = true;
                                self.gives.d.next = self.code_byte.val() != 64;
                                self.invalid.next = self.number.place.val().any()
                                    | (!self.kinds.value.val() & (self.code_byte.val() != 64));
                            }
                        }
                    } else if self.rules.rule.val().reference {
                        self.invalid.next = !self.kinds.reference.val();
                        self.state.d.next = State::Measure;
                    } else if (self.number.place.val() == 7)
                        | ((self.number.place.val() == 3) & self.rules.rule.val().single)
                    {
                        self.state.d.next = State::Measure;
                    }
                }
            }
            State::Index => {
                self.number.clear.next = true;
                self.seen.d.next = true;
                self.state.d.next = State::Immediate;
                if self.rules.rule.val().types {
                    self.invalid.next = self.number.over.val() | (self.number.value.val() != 1);
                    self.state.d.next = State::Type;
                } else if !self.rules.rule.val().labels {
                    self.invalid.next = self.outside.val();
                    self.first.d.next = self.size.slots.val();
                } else if !self.seen.q.val() {
                    self.invalid.next = !self.size.bytes_fit.val();
                    self.left.d.next = self.size.bytes.val();
                } else if self.again.q.val() {
                    // It is needed until its entry is written.
                    self.number.clear.next = false;
                    self.state.d.next = State::LabelRead;
                } else {
                    self.left.d.next = self.left.q.val() - 1;
                    if !self.left.q.val().any() {
                        self.state.d.next = State::Measure;
                    }
                }
            }
            State::Type => {
                if self.taken.val() {
                    self.invalid.next = !self.kinds.value.val();
                    self.state.d.next = State::Measure;
                }
            }
            State::Measure => {
                self.measure.next = true;
            }
            State::PatchRead => {
                self.entry_read.next = true;
                self.entry_index.next = self.newest.q.val();
                self.state.d.next = State::PatchLoad;
            }
            State::PatchLoad => {
                self.entry_level.d.next = self.entry_height.val();
                self.keep.d.next = self.entry_keep.val();
                self.predict.d.next = self.entry_predict.val();
                self.unwind.d.next = self.entry_unwind.val();
                self.state.d.next = State::PatchWrite;
                if self.entry_target.val().any() & !self.waiting_service.q.val() {
                    self.waiting.d.next = false;
                    self.state.d.next = State::Measure;
                }
            }
            State::PatchWrite => {
                self.entry_write.next = true;
                self.entry_index.next = self.newest.q.val();
                self.packed_entry.target.next = self.groups.start.val();
                self.packed_entry.lead.next = self.groups.lead.val();
                self.packed_entry.predict.next = self.predict.q.val().into();
                self.packed_entry.unwind.next = self.unwind.q.val().into();
                self.newest.d.next = self.entry_branch.val();
                self.state.d.next = State::PatchRead;
                if self.waiting_service.q.val() {
                    self.packed_entry.following.next = self.entry_branch.val();
                }
                if self.waiting_service.q.val() | (self.entry_branch.val() == self.newest.q.val()) {
                    self.waiting.d.next = false;
                    self.state.d.next = State::Measure;
                }
            }
            State::Rewind => {
                self.redirect.next = true;
                self.limited.next = 3.into();
                self.state.d.next = State::Function;
                if self.rules.rule.val().labels {
                    self.again.d.next = true;
                    self.state.d.next = State::Opcode;
                }
            }
            State::Push => {
                self.heights.push.next = true;
                self.heights.amount.next = 1.into();
                self.state.d.next = State::Opcode;
            }
            State::FunctionType => {
                self.owned.next = true;
                self.type_index.next = self.size.slots.val();
                self.state.d.next = State::TypeRead;
            }
            State::TypeRead => {
                self.typed.next = true;
                if self.rules.rule.val().function {
                    self.type_index.next = self.read.base.val();
                    self.first.d.next = self.read.base.val();
                }
                self.state.d.next = State::ServiceLoad;
                if self.rules.rule.val().opens {
                    self.state.d.next = State::OpenPop;
                }
                if self.rules.rule.val().calls {
                    self.state.d.next = State::CallPop;
                }
            }
            State::CallPop => {
                self.typed.next = true;
                self.heights.pop.next = true;
                self.heights.amount.next = self.read.params.val();
                self.slots_exhausted.next = self.read.wide.val();
                self.invalid.next =
                    self.rules.rule.val().tail & (self.read.results.val() != self.results.q.val());
                self.state.d.next = State::CallPush;
            }
            State::CallPush => {
                self.typed.next = true;
                self.heights.push.next = !self.rules.rule.val().tail;
                self.heights.amount.next = self.read.results.val();
                self.state.d.next = State::Opcode;
                if self.rules.rule.val().service {
                    self.state.d.next = State::ServiceLoad;
                }
            }
            State::ServiceLoad => {
                self.entry_level.d.next = self.size.slots.val();
                self.keep.d.next = 0.into();
                if self.rules.rule.val().second {
                    self.entry_level.d.next = self.first.q.val();
                    self.keep.d.next = self.size.slots.val();
                }
                if self.rules.rule.val().indirect {
                    self.entry_level.d.next = self.read.base.val();
                }
                if self.rules.rule.val().function & !self.rules.rule.val().calls {
                    self.keep.d.next = self.read.base.val();
                }
                self.state.d.next = State::ServiceWrite;
            }
            State::ServiceWrite => {
                self.adds.next = true;
                self.packed_entry.following.next = bit_cast::<B, 8>(self.opcode.q.val());
                self.newest.d.next = self.count.q.val();
                self.waiting.d.next = true;
                self.waiting_service.d.next = true;
                self.heights.diverge.next = self.rules.rule.val().tail;
                self.state.d.next = State::Opcode;
                if self.rules.rule.val().pushes {
                    self.state.d.next = State::Push;
                }
            }
            State::OpenPop => {
                self.typed.next = true;
                self.heights.pop.next = true;
                self.heights.amount.next = self.params.val();
                self.slots_exhausted.next = self.read.wide.val() & !self.brief.q.val();
                self.state.d.next = State::OpenLabel;
            }
            State::OpenLabel => {
                self.label_index.next = self.level.q.val() + 2;
                self.level.d.next = self.level.q.val() + 2;
                self.write.next = true;
                self.heights.enter.next = true;
                self.entry_level.d.next = self.heights.height.val();
                self.keep.d.next = self.params.val();
                self.state.d.next = State::OpenEntry;
            }
            State::OpenEntry => {
                self.opened.d.next = self.rules.rule.val().loops;
                self.write.next = true;
                self.label.following.next = self.count.q.val();
                self.label.pending.next = self.rules.rule.val().condition;
                self.label.condition.next = self.rules.rule.val().condition;
                self.adds.next = self.rules.rule.val().condition;
                self.heights.push.next = true;
                self.heights.amount.next = self.keep.q.val();
                self.state.d.next = State::Opcode;
            }
            State::LabelRead => {
                if self.rules.rule.val().branches {
                    self.label_index.next = self.chosen.val();
                    self.invalid.next = !self.rules.rule.val().returns
                        & (!self.size.depth_fits.val() | (self.level.q.val() < self.size.depth.val()));
                }
                self.state.d.next = State::LabelPop;
            }
            State::LabelPop => {
                if self.rules.rule.val().branches {
                    self.label_index.next = self.chosen.val();
                }
                self.heights.pop.next = true;
                self.heights.amount.next = self.arity.val();
                self.keep.d.next = self.arity.val();
                self.entry_level.d.next = self.read.base.val();
                if !self.label_index.val().any() {
                    self.entry_level.d.next = 0.into();
                }
                self.outer_dead.d.next = self.read.dead.val();
                self.loops.d.next = self.read.loops.val();
                self.uneven.d.next = self.read.params.val() != self.read.results.val();
                self.state.d.next = State::BranchWrite;
                if self.rules.rule.val().closes & !self.outermost.val() {
                    self.state.d.next = State::Close;
                }
                if self.rules.rule.val().otherwise {
                    self.state.d.next = State::ElseWrite;
                }
            }
            State::BranchWrite => {
                self.adds.next = true;
                if self.rules.rule.val().branches {
                    self.label_index.next = self.chosen.val();
                }
                self.crooked.next =
                    !self.heights.dead.val() & (self.heights.height.val() != self.entry_level.q.val());
                self.packed_entry.unwind.next = self.crooked.val().into();
                self.packed_entry.following.next = self.link.val();
                self.packed_entry.predict.next = (!self.crooked.val()
                    & !self.rules.rule.val().labels
                    & (!self.rules.rule.val().stays | self.loops.q.val()))
                .into();
                if !self.label_index.val().any() {
                    self.packed_entry.following.next = 0.into();
                    self.packed_entry.predict.next = 0.into();
                    self.packed_entry.returns.next = 1.into();
                } else if self.loops.q.val() {
                    self.packed_entry.following.next = self.read.following.val();
                    self.packed_entry.target.next = self.read.target.val();
                    self.packed_entry.lead.next = self.read.lead.val();
                } else {
                    self.write.next = true;
                    self.label.condition.next = self.read.condition.val();
                }
                self.heights.amount.next = self.keep.q.val();
                self.heights.push.next =
                    self.rules.rule.val().stays | (self.rules.rule.val().labels & !self.heights.dead.val());
                self.number.clear.next = true;
                self.left.d.next = self.left.q.val() - 1;
                self.state.d.next = State::Opcode;
                if self.rules.rule.val().closes {
                    self.invalid.next = !self.heights.level.val();
                    self.state.d.next = State::FunctionRead;
                } else if self.rules.rule.val().labels & self.left.q.val().any() {
                    self.state.d.next = State::Immediate;
                } else {
                    self.again.d.next = false;
                    self.heights.diverge.next = !self.rules.rule.val().stays;
                }
            }
            State::Close => {
                self.invalid.next = !self.heights.level.val() | (self.read.condition.val() & self.uneven.q.val());
                self.newest.d.next = self.read.newest.val();
                self.waiting.d.next = self.read.pending.val();
                self.waiting_service.d.next = false;
                self.level.d.next = self.level.q.val() - 2;
                self.state.d.next = State::CloseOuter;
            }
            State::CloseOuter => {
                self.state.d.next = State::ClosePush;
            }
            State::ClosePush => {
                self.heights.leave.next = true;
                self.heights.push.next = true;
                self.heights.amount.next = self.keep.q.val();
                self.state.d.next = State::Opcode;
            }
            State::ElseWrite => {
                self.adds.next = true;
                self.invalid.next = !self.heights.level.val() | !self.read.condition.val();
                self.packed_entry.following.next = self.link.val();
                self.packed_entry.predict.next = 1.into();
                self.write.next = true;
                self.newest.d.next = self.read.following.val();
                self.waiting.d.next = true;
                self.waiting_service.d.next = false;
                self.heights.revive.next = true;
                self.state.d.next = State::ElseRead;
            }
            State::ElseRead => {
                self.state.d.next = State::ElsePush;
            }
            State::ElsePush => {
                self.heights.push.next = true;
                self.heights.amount.next = self.read.params.val();
                self.state.d.next = State::Opcode;
            }
            State::FunctionRead => {
                // The frame has room for the results, reached or not.
                self.heights.push.next = true;
                self.heights.amount.next = self.keep.q.val();
                self.state.d.next = State::FunctionHead;
            }
            State::FunctionHead => {
                self.keep.d.next = self.read.params.val();
                self.entry_level.d.next = self.read.base.val() - self.read.params.val();
                self.state.d.next = State::FunctionWrite;
            }
            State::FunctionWrite => {
                self.function_write.next = true;
                self.invalid.next = !self.ended.q.val();
                self.own.d.next = self.own.q.val() + 1;
                self.limited.next = 3.into();
                self.state.d.next = State::Function;
            }
        }

        // An instruction is complete: it is placed in a group, which may close the groups before.
        self.groups.measure.next = self.measure.val();
        if self.measure.val() {
            self.invalid.next = self.outside.val();
            self.state.d.next = State::Measure;
            if self.groups.closes.val() & self.waiting.q.val() {
                self.groups.measure.next = false;
                self.state.d.next = State::PatchRead;
            } else {
                if self.groups.closes.val() & self.opened.q.val() {
                    self.opened.d.next = false;
                    self.write.next = true;
                    self.label.target.next = self.groups.start.val();
                    self.label.following.next = self.count.q.val();
                    self.label.lead.next = self.groups.lead.val();
                    self.label.pending.next = false;
                }
                if self.groups.placed.val() {
                    self.heights.pop.next = true;
                    self.heights.diverge.next = self.rules.rule.val().unreachable;
                    self.state.d.next = self.action.val();
                }
            }
        }
        self.groups.take.next = self.taken.val();
        self.groups.pc.next = self.code_pc.val();
        self.groups.branch.next = self.rules.rule.val().service
            | self.rules.rule.val().condition
            | self.rules.rule.val().otherwise
            | (self.rules.rule.val().branches & !self.rules.rule.val().labels)
            | (self.rules.rule.val().closes & self.outermost.val());
        self.groups.index.next = (self.rules.rule.val().limit == 1) | (self.rules.rule.val().limit == 2);
        self.groups.access.next = self.rules.rule.val().limit == 9;
        self.groups.constant.next = self.rules.rule.val().long;
        self.groups.double.next = self.rules.rule.val().double;
        self.groups.wide.next = self.number.value.val().get_bits::<14>(7).any();
        self.groups.source.next = self.rules.rule.val().source;
        self.groups.sources.next = self.rules.rule.val().sources;
        self.groups.gives.next = self.rules.rule.val().gives;
        self.groups.compares.next = self.rules.rule.val().compares;
        self.groups.sets.next = (self.rules.rule.val().limit == 1) & !self.rules.rule.val().source;
        self.groups.fuses.next = self.rules.rule.val().stays;
        self.mark_write.next = self.groups.mark_write.val();
        self.mark_address.next = self.groups.mark_address.val();
        self.mark.next = self.groups.mark.val();
        self.hold.next = !self.taking.val() & !self.redirect.val();
        self.redirect_pc.next = self.groups.origin.val();
        self.stop_pc.next = self.groups.origin.val();

        // The stack: types, and labels.
        self.label_slot.next = self.labels.val() + self.label_index.val();
        self.offset.next = bit_cast::<S, 4>(self.limited.val()) - 16;
        if self.typed.val() | self.owned.val() {
            self.offset.next = self.type_index.val();
        }
        self.origin.next = self.types.val();
        if self.owned.val() {
            self.origin.next = self.functions.val();
        }
        self.fact_slot.next = self.origin.val() + self.offset.val();
        self.read_slot.next = self.fact_slot.val();
        self.write_slot.next = self.label_slot.val() | 1;
        self.label.base.next = self.heights.height.val();
        self.label.params.next = self.params.val();
        self.label.results.next = self.given.val();
        self.label.dead.next = self.heights.dead.val();
        self.label.loops.next = self.rules.rule.val().loops;
        self.label.newest.next = self.count.q.val();
        self.write_data.next = self.label.odd.val();
        self.labels_exhausted.next = false;
        match self.state.q.val() {
            State::OwnLabel => {
                self.write_slot.next = self.label_slot.val();
                self.write_data.next = self.label.even.val();
            }
            State::OwnLimit => {
                self.write_slot.next = self.fact_slot.val();
                self.write_data.next = bit_cast::<64, S>(self.heights.height.val());
            }
            State::OpenLabel => {
                self.labels_exhausted.next = self.label_slot.val() < self.labels.val();
                self.write_slot.next = self.label_slot.val();
                self.write_data.next = self.label.even.val();
            }
            State::LabelRead => {
                self.read_slot.next = self.label_slot.val();
            }
            State::LabelPop => {
                self.read_slot.next = self.label_slot.val() | 1;
            }
            State::CloseOuter => {
                self.read_slot.next = self.label_slot.val();
            }
            State::ElseRead => {
                self.read_slot.next = self.label_slot.val();
            }
            State::FunctionRead => {
                self.read_slot.next = self.label_slot.val();
            }
            State::FunctionHead => {
                self.read_slot.next = self.label_slot.val() | 1;
            }
            _ => {}
        }

        // Entries.
        self.packed_function.entry.next = self.read.target.val();
        self.packed_function.first_branch.next = self.read.following.val();
        self.packed_function.lead.next = self.read.lead.val();
        self.packed_function.params.next = self.keep.q.val();
        self.packed_function.locals.next = self.entry_level.q.val();
        self.packed_function.frame.next = self.heights.most.val();
        self.function_word.next = self.packed_function.word.val();
        if self.adds.val() {
            self.entry_write.next = true;
            self.count.d.next = self.count.q.val() + 1;
            if self.count.q.val().all() {
                self.full.d.next = true;
            }
        }
        self.entry_word.next = self.packed_entry.word.val();

        // Stops.
        self.stops.entries.next = self.adds.val() & self.full.q.val();
        self.stops.labels.next = self.labels_exhausted.val();
        self.stops.slots.next = self.slots_exhausted.val() | self.heights.above.val();
        self.stops.invalid.next =
            self.invalid.val() | self.heights.below.val() | (self.taken.val() & self.ended.q.val());
        self.stops.unknown.next = self.unknown.val();
        self.stop.next = self.stops.code.val();
        if self.reset.val() | self.stop.val().any() {
            self.state.d.next = State::Idle;
        }
    }
}
