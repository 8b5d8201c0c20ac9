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
//! What it does says a row of its control store ([`program`]) every two cycles, or more while a byte is waited for: in
//! the first one two numbers are brought to the [`adder`], from then on their sum goes to a register, bytes are taken,
//! slots and entries read and written, numbers compared.
//!
//! **Labels.** An open block is two slots of the value stack, the outermost one (the function) at `labels`; nothing
//! runs, so they are free.
//!
//! | slot | from bit 0 up |
//! |------|---------------|
//! | even | base (16): slots of the frame below the parameters; parameters (16), results (16), the block around it is unreachable (1), `loop` (1) |
//! | odd  | target (20), own entry of an `if` (16), newest pending entry (16), there is one (1), `if` without `else` yet (1), lead (4) |
//!
//! Of a loop and of a function, target and lead are those of its first instruction, and the newest entry is the next
//! one there.
//!
//! **Forward branches.** Until its block ends, an entry has no target; its `next` links it to the entry pending before
//! it, or to itself if it is the first. An `if` is the first of its block: its `else` resolves it alone, and its
//! target tells the walk at `end` to stop there.
//!
//! **Leads.** The lead at an address is known when the group there is closed: when an instruction has been measured
//! that does not join it or ends it, and before that instruction does anything else ([`groups`]). So at the end of a
//! block its list is kept in a register and walked just before the next group is closed (`PatchRead`, `PatchWrite`);
//! entries of loops, functions and service instructions wait in the same way. One list is enough: branches go only to
//! the first group that is open. The labels of a `br_table` are read twice: first to measure it, then, after a
//! redirect, to write its entries.

pub mod adder;
pub mod control_store;
pub mod forks;
pub mod groups;
pub mod heights;
pub mod number;
pub mod program;
pub mod rule;
pub mod rule_table;
pub mod size;
pub mod slots;
pub mod stops;
pub mod value_type;

use crate::load::resolver::control_store::ControlStore;
use crate::load::resolver::rule_table::RuleTable;
use crate::prim::names::{Limits, Opcodes, TypeCodes};
use crate::prim::packed::{PackedBranch, PackedFunction};
use adder::Adder;
use forks::Forks;
use groups::Groups;
use heights::Heights;
use layer::circuit;
use number::Number;
use program::{Action, Check, Load, ProgramPlaces};
use rust_hdl::prelude::*;
use size::Size;
use slots::{LabelWrite, SlotRead};
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
    /// Writes these parts (see `BranchRam`) of a packed entry at `entry_index`. Not together with `entry_read`.
    pub entry_write: Signal<Out, Bits<3>>,
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

    store: ControlStore,
    pub rules: RuleTable,
    number: Number<C>,
    adder: Adder<C, S>,
    heights: Heights<C, S>,
    groups: Groups<C>,
    forks: Forks,
    packed_entry: PackedBranch<C, B, S>,
    packed_function: PackedFunction<C, B, S>,
    read: SlotRead<C, B, S>,
    label: LabelWrite<C, B, S>,
    size: Size<C, S>,
    kinds: ValueType,
    opcodes: Opcodes,
    limits: Limits,
    type_codes: TypeCodes,
    places: ProgramPlaces,
    stops: Stops,
    /// The row of the control store is in force.
    on: DFF<Bit>,
    /// In the second cycle of a row, or a later one: it acts.
    acts: DFF<Bit>,
    // Why it stops, found in the cycle before; whether it does; whether it goes on.
    no_entry: DFF<Bit>,
    no_label: DFF<Bit>,
    no_slot: DFF<Bit>,
    not_valid: DFF<Bit>,
    not_known: DFF<Bit>,
    stopped: Signal<Local, Bit>,
    live: Signal<Local, Bit>,
    /// The function whose body this is, and its results.
    own: DFF<Bits<S>>,
    results: DFF<Bits<S>>,
    /// Last byte of the body. The byte that was taken last is this one; is the last one of the code.
    body_last: DFF<Bits<C>>,
    ended: DFF<Bit>,
    over: DFF<Bit>,
    /// An instruction's code: of one byte, or behind the prefix.
    opcode: DFF<Bits<8>>,
    /// The first of two numbers has been read, or the number of labels.
    seen: DFF<Bit>,
    /// The block type is not a type index; it has a result.
    brief: DFF<Bit>,
    gives: DFF<Bit>,
    /// A `br_table` has been measured.
    again: DFF<Bit>,
    // See `program::Load`.
    index: DFF<Bits<S>>,
    level: DFF<Bits<S>>,
    keep: DFF<Bits<S>>,
    low: DFF<Bits<S>>,
    left: DFF<Bits<C>>,
    /// The innermost label has no target yet.
    opened: DFF<Bit>,
    /// Branch entries so far, modulo 2^B; all are used.
    count: DFF<Bits<B>>,
    full: DFF<Bit>,
    /// Entries that continue at the next instruction: the newest of a list, or one whose `next` stays.
    waiting: DFF<Bit>,
    waiting_service: DFF<Bit>,
    newest: DFF<Bits<B>>,
    // The label at hand: it is the function; a loop; the block around it is unreachable; it has not as many
    // parameters as results.
    whole: DFF<Bit>,
    loops: DFF<Bit>,
    outer_dead: DFF<Bit>,
    uneven: DFF<Bit>,

    load: Signal<Local, Load>,
    check: Signal<Local, Check>,
    action: Signal<Local, Action>,
    /// The row ends with this cycle: it has its byte, if it takes one.
    go: Signal<Local, Bit>,
    /// The row takes a byte; it is there.
    takes: Signal<Local, Bit>,
    taken: Signal<Local, Bit>,
    /// The register that the row names is loaded.
    loading: Signal<Local, Bit>,
    slot: Signal<Local, Bits<S>>,
    /// The number as a code behind the prefix; it is none.
    short: Signal<Local, Bits<8>>,
    past_codes: Signal<Local, Bit>,
    outside: Signal<Local, Bit>,
    patched: Signal<Local, Bit>,
    more: Signal<Local, Bit>,
    patching: Signal<Local, Bit>,
    opening: Signal<Local, Bit>,
    ready: Signal<Local, Bit>,
    placed: Signal<Local, Bit>,
    beyond: Signal<Local, Bit>,
    link: Signal<Local, Bits<B>>,
    crooked: Signal<Local, Bit>,
    adds: Signal<Local, Bit>,
    invalid: Signal<Local, Bit>,
    unknown: Signal<Local, Bit>,
    slots_exhausted: Signal<Local, Bit>,
    labels_exhausted: Signal<Local, Bit>,
}

impl<const C: usize, const B: usize, const F: usize, const S: usize> Logic for Resolver<C, B, F, S> {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, on, acts, own, results, body_last, ended, over, opcode, seen, brief, gives, again);
        dff_setup!(self, clock, index, level, keep, low, left, opened, count, full, waiting, waiting_service, newest);
        dff_setup!(self, clock, whole, loops, outer_dead, uneven);
        dff_setup!(self, clock, no_entry, no_label, no_slot, not_valid, not_known);
        clock!(self, clock, store, rules, number, adder, heights, groups);
        self.load.next = self.store.load.val();
        self.check.next = self.store.check.val();
        self.action.next = if self.acts.q.val() { self.store.action.val() } else { Action::None };
        // The rule is looked up while its opcode is taken.
        self.rules.code.next = self.code_byte.val();
        self.rules.prefixed.next = false;
        self.short.next = bit_cast::<8, C>(self.number.value.val());
        self.past_codes.next = (self.number.value.val() >> 8).any();
        if self.action.val() == Action::Prefixed {
            self.rules.code.next = self.short.val();
            self.rules.prefixed.next = true;
        }
        self.read.data.next = self.read_data.val();
        self.slot.next = bit_cast::<S, C>(self.adder.sum.val());

        // Bytes.
        self.takes.next = false;
        match self.action.val() {
            Action::Size => {
                self.takes.next = true;
            }
            Action::Digit => {
                self.takes.next = true;
            }
            Action::LocalType => {
                self.takes.next = true;
            }
            Action::Opcode => {
                self.takes.next = true;
            }
            Action::Immediate => {
                self.takes.next = true;
            }
            Action::Reference => {
                self.takes.next = true;
            }
            Action::ValueType => {
                self.takes.next = true;
            }
            _ => {}
        }
        self.stopped.next = self.no_entry.q.val()
            | self.no_label.q.val()
            | self.no_slot.q.val()
            | self.not_valid.q.val()
            | self.not_known.q.val();
        self.live.next = self.acts.q.val() & !self.stopped.val();
        self.taken.next = self.live.val() & self.takes.val() & self.code_valid.val() & !self.groups.busy.val();
        self.go.next = self.live.val() & (!self.takes.val() | self.taken.val());
        if self.taken.val() {
            self.ended.d.next = self.code_pc.val() == self.body_last.q.val();
            self.over.d.next = self.code_pc.val() == self.code_last.val();
        }
        self.kinds.code.next = self.code_byte.val();

        // Numbers.
        self.number.clear.next = false;
        self.number.take.next = false;
        self.number.digit.next = self.code_byte.val();
        self.number.is_signed.next = self.rules.rule.val().signed;
        self.number.is_long.next = self.rules.rule.val().long;
        self.size.value.next = self.number.value.val();
        self.size.over.next = self.number.over.val();
        self.size.limit.next = self.read.base.val();
        // The limit of the number has been read at the same time; of a second number there may be none.
        self.adder.limit.next = self.rules.rule.val().limit;
        if self.seen.q.val() {
            self.adder.limit.next = 0.into();
            if self.rules.rule.val().second_table {
                self.adder.limit.next = self.limits.tables.val();
            }
            if self.rules.rule.val().second_memory {
                self.adder.limit.next = self.limits.memories.val();
            }
        }
        self.outside.next = self.size.outside.val()
            & self.rules.rule.val().number
            & self.adder.limit.val().any()
            & !(self.rules.rule.val().block & self.brief.q.val());

        // The sum.
        connect!(self.store => self.adder; left, right, minus);
        self.adder.height.next = self.heights.height.val();
        self.adder.level.next = self.level.q.val();
        connect!(self => self.adder; types, functions, labels);
        self.adder.origin.next = self.groups.origin.val();
        self.adder.own.next = self.own.q.val();
        self.adder.number.next = self.number.value.val();
        self.adder.params.next = self.read.params.val();
        self.adder.results.next = self.read.results.val();
        self.adder.again.next = self.rules.rule.val().branches & self.read.loops.val();
        self.adder.base.next = self.read.base.val();
        self.adder.whole.next = self.whole.q.val();
        self.adder.index.next = self.index.q.val();
        self.adder.keep.next = self.keep.q.val();
        self.adder.pops.next = self.rules.rule.val().pops;
        self.adder.gives.next = self.gives.q.val();

        // Where it goes. What waits for the group to be closed comes before the instruction is placed in one.
        self.patching.next = self.groups.closes.val() & self.waiting.q.val();
        self.opening.next = self.groups.closes.val() & self.opened.q.val();
        self.ready.next = !self.forks.forms.val()
            | !(self.rules.rule.val().number
                | self.rules.rule.val().reference
                | self.rules.rule.val().single
                | self.rules.rule.val().double);
        self.placed.next = self.groups.placed.val() & self.ready.val() & !self.patching.val() & !self.opening.val();
        self.loading.next = self.go.val();
        if self.action.val() == Action::Measure {
            self.loading.next = self.go.val() & self.placed.val();
        }
        if (self.action.val() == Action::Table) & self.heights.dead.val() {
            self.loading.next = false;
        }
        self.heights.sum.next = self.adder.sum.val();
        self.heights.over.next = self.adder.over.val();
        self.heights.load.next = false;
        self.heights.pop.next = self.check.val() == Check::Pop;
        self.heights.rebase.next = false;
        if self.loading.val() {
            match self.load.val() {
                Load::None => {}
                Load::Height => {
                    self.heights.load.next = true;
                }
                Load::Index => {
                    self.index.d.next = self.slot.val();
                }
                Load::Level => {
                    self.level.d.next = self.slot.val();
                }
                Load::LevelIndex => {
                    self.level.d.next = self.slot.val();
                    self.index.d.next = self.slot.val();
                }
                Load::Keep => {
                    self.keep.d.next = self.slot.val();
                }
                Load::Low => {
                    self.low.d.next = self.slot.val();
                }
                Load::LowBottom => {
                    self.low.d.next = self.slot.val();
                    self.heights.rebase.next = true;
                }
                Load::Bottom => {
                    self.heights.rebase.next = true;
                }
                Load::Own => {
                    self.own.d.next = self.slot.val();
                }
                Load::Left => {
                    self.left.d.next = self.adder.sum.val();
                }
                Load::Body => {
                    self.body_last.d.next = self.adder.sum.val();
                }
            }
        }

        // What it must not be.
        self.beyond.next = self.taken.val() & (self.ended.q.val() | self.over.q.val());
        self.invalid.next = false;
        self.unknown.next = false;
        self.slots_exhausted.next = false;
        self.labels_exhausted.next = false;
        if self.loading.val() {
            match self.check.val() {
                Check::None => {}
                Check::Pop => {
                    self.invalid.next = self.heights.below.val();
                }
                Check::Push => {
                    self.labels_exhausted.next = self.adder.over.val() & (self.load.val() == Load::Level);
                    self.slots_exhausted.next = self.adder.over.val() & (self.load.val() != Load::Level);
                }
                Check::Depth => {
                    self.invalid.next =
                        self.adder.over.val() | (self.slot.val() < self.labels.val()) | !self.size.depth_fits.val();
                }
            }
        }

        // Where the program goes on.
        self.patched.next = self.entry_target.val().any() & !self.waiting_service.q.val();
        self.more.next =
            !self.patched.val() & !self.waiting_service.q.val() & (self.entry_branch.val() != self.newest.q.val());
        self.forks.split.next = self.store.split.val();
        self.forks.rule.next = self.rules.rule.val();
        self.forks.all_functions.next = self.own.q.val() == self.read.base.val();
        self.forks.last.next = self.number.last.val();
        self.forks.place.next = self.number.place.val();
        self.forks.to_come.next = self.left.q.val().any();
        self.forks.prefix.next = self.code_byte.val() == self.opcodes.prefix.val();
        self.forks.seen.next = self.seen.q.val();
        self.forks.again.next = self.again.q.val();
        self.forks.more.next = self.more.val();
        self.forks.whole.next = self.whole.q.val();
        if self.forks.forms.val() {
            self.unknown.next = !self.rules.rule.val().known;
        }

        // Defaults of what else happens.
        self.heights.clear.next = false;
        self.heights.revive.next = false;
        self.heights.leave.next = false;
        self.heights.outer_dead.next = self.outer_dead.q.val();
        self.heights.diverge.next = false;
        self.groups.clear.next = self.start.val();
        self.groups.first.next = false;
        self.groups.measure.next = false;
        self.rules.enable.next = false;
        self.redirect.next = false;
        self.write.next = false;
        self.write_slot.next = self.slot.val() | 1;
        self.write_data.next = self.label.odd.val();
        self.entry_read.next = false;
        self.entry_write.next = 0.into();
        self.entry_index.next = self.count.q.val();
        self.function_write.next = false;
        self.adds.next = false;
        self.store.address.next = self.store.following.val() | bit_cast::<7, 4>(self.forks.way.val());

        // Slots and entries that are written.
        self.label.base.next = self.low.q.val();
        self.label.params.next = self.read.params.val();
        self.label.results.next = self.read.results.val();
        self.label.dead.next = self.heights.dead.val();
        self.label.loops.next = self.rules.rule.val().loops;
        self.label.target.next = self.groups.start.val();
        self.label.lead.next = self.groups.lead.val();
        self.label.opening.next = self.count.q.val();
        self.label.newest.next = self.count.q.val();
        self.label.pending.next = true;
        self.label.condition.next = false;
        self.link.next = if self.read.pending.val() { self.read.newest.val() } else { self.count.q.val() };
        self.crooked.next = !self.heights.dead.val() & (self.heights.height.val() != self.low.q.val());
        self.packed_entry.target.next = 0.into();
        self.packed_entry.following.next = self.count.q.val();
        self.packed_entry.lead.next = 0.into();
        self.packed_entry.predict.next = 0.into();
        self.packed_entry.returns.next = 0.into();
        self.packed_entry.unwind.next = 0.into();
        self.packed_entry.height.next = self.low.q.val();
        self.packed_entry.keep.next = self.keep.q.val();

        match self.action.val() {
            Action::None => {}
            Action::Redirect => {
                self.redirect.next = true;
                self.again.d.next = self.rules.rule.val().labels;
            }
            Action::Clear => {
                self.heights.clear.next = true;
                self.number.clear.next = true;
                self.again.d.next = false;
                self.ended.d.next = false;
            }
            Action::Finish => {
                self.on.d.next = false;
            }
            Action::Size => {
                self.groups.first.next = true;
                self.number.take.next = self.taken.val();
                self.ended.d.next = false;
                self.invalid.next = self.taken.val() & self.number.bad.val();
            }
            Action::Digit => {
                self.number.take.next = self.taken.val();
                self.invalid.next = self.taken.val() & self.number.bad.val();
            }
            Action::Extent => {
                self.number.clear.next = true;
                self.invalid.next = self.number.over.val();
            }
            Action::Count => {
                self.number.clear.next = true;
                self.seen.d.next = true;
                self.invalid.next = self.number.over.val();
            }
            Action::LocalType => {
                if self.taken.val() {
                    self.number.clear.next = true;
                    self.left.d.next = self.left.q.val() - 1;
                    self.slots_exhausted.next = !self.size.slots_fit.val() | self.adder.over.val();
                    self.invalid.next = !self.kinds.value.val();
                }
            }
            Action::Wide => {
                self.slots_exhausted.next = self.read.wide.val();
            }
            Action::OwnLabel => {
                self.write.next = true;
                self.write_slot.next = self.slot.val();
                self.write_data.next = self.label.even.val();
                self.results.d.next = self.read.results.val();
                self.opened.d.next = true;
            }
            Action::OwnLimit => {
                self.write.next = true;
                self.write_slot.next = self.slot.val();
                self.write_data.next = self.label.even.val();
            }
            Action::Opcode => {
                if self.taken.val() {
                    self.groups.first.next = true;
                    self.number.clear.next = true;
                    self.seen.d.next = false;
                    self.brief.d.next = false;
                    self.opcode.d.next = self.code_byte.val();
                    self.rules.enable.next = true;
                }
            }
            Action::Prefixed => {
                self.number.clear.next = true;
                self.opcode.d.next = self.short.val();
                self.rules.enable.next = true;
                self.unknown.next = self.number.over.val() | self.past_codes.val();
            }
            Action::Immediate => {
                if self.taken.val() {
                    self.number.take.next = self.taken.val();
                    self.invalid.next = self.number.bad.val() & self.rules.rule.val().number;
                    if self.rules.rule.val().block & self.number.last.val() & self.code_byte.val().get_bit(6) {
                        // A negative number has one byte: a value type, or the one for none.
                        self.brief.d.next = true;
                        self.gives.d.next = self.code_byte.val() != self.type_codes.empty.val();
                        self.invalid.next = self.number.place.val().any()
                            | (!self.kinds.value.val() & (self.code_byte.val() != self.type_codes.empty.val()))
                    }
                }
            }
            Action::Reference => {
                if self.taken.val() {
                    self.invalid.next = !self.kinds.reference.val();
                }
            }
            Action::ValueType => {
                if self.taken.val() {
                    self.invalid.next = !self.kinds.value.val();
                }
            }
            Action::Within => {
                self.number.clear.next = self.load.val() == Load::None;
                self.seen.d.next = self.load.val() == Load::None;
                self.invalid.next = self.outside.val();
            }
            Action::OneLabel => {
                self.number.clear.next = true;
                self.left.d.next = self.left.q.val() - 1;
            }
            Action::OneType => {
                self.invalid.next = self.number.over.val() | (self.number.value.val() != 1);
            }
            Action::Measure => {
                if self.ready.val() {
                    self.invalid.next = self.outside.val() | (self.placed.val() & self.heights.below.val());
                    self.store.address.next = self.places.measure.val();
                    if self.patching.val() {
                        self.store.address.next = self.places.patch.val();
                    } else if self.opening.val() {
                        self.store.address.next = self.places.opened.val();
                    } else {
                        self.groups.measure.next = true;
                    }
                }
                if self.placed.val() {
                    self.heights.diverge.next = self.rules.rule.val().unreachable;
                    self.store.address.next = self.rules.rule.val().target
                        | bit_cast::<7, 1>((self.rules.rule.val().opens & self.brief.q.val()).into());
                }
            }
            Action::Opened => {
                self.write.next = true;
                self.opened.d.next = false;
            }
            Action::PatchRead => {
                self.entry_read.next = true;
                self.entry_index.next = self.newest.q.val();
            }
            Action::PatchWrite => {
                // An entry of a service keeps its immediate in place of the next entry.
                if !self.patched.val() {
                    self.entry_write.next = if self.waiting_service.q.val() { 1.into() } else { 3.into() };
                }
                self.entry_index.next = self.newest.q.val();
                self.newest.d.next = self.entry_branch.val();
                self.packed_entry.target.next = self.groups.start.val();
                self.packed_entry.lead.next = self.groups.lead.val();
                self.waiting.d.next = self.more.val();
            }
            Action::OpenLabel => {
                self.write.next = true;
                self.write_slot.next = self.slot.val();
                self.write_data.next = self.label.even.val();
                self.heights.revive.next = true;
            }
            Action::OpenEntry => {
                self.write.next = true;
                self.label.pending.next = self.rules.rule.val().condition;
                self.label.condition.next = self.rules.rule.val().condition;
                self.adds.next = self.rules.rule.val().condition;
                self.opened.d.next = self.rules.rule.val().loops;
            }
            Action::Target => {
                self.whole.d.next = self.slot.val() == self.labels.val();
            }
            Action::Latch => {
                self.loops.d.next = self.read.loops.val();
                self.outer_dead.d.next = self.read.dead.val();
                self.uneven.d.next = self.read.params.val() != self.read.results.val();
            }
            Action::BranchWrite => {
                self.adds.next = true;
                self.packed_entry.unwind.next = self.crooked.val().into();
                self.packed_entry.following.next = self.link.val();
                self.packed_entry.predict.next = (!self.crooked.val()
                    & !self.whole.q.val()
                    & !self.rules.rule.val().labels
                    & (!self.rules.rule.val().stays | self.loops.q.val()))
                .into();
                self.packed_entry.returns.next = self.whole.q.val().into();
                if self.whole.q.val() {
                    self.packed_entry.following.next = 0.into();
                } else if self.loops.q.val() {
                    self.packed_entry.target.next = self.read.target.val();
                    self.packed_entry.lead.next = self.read.lead.val();
                } else {
                    self.write.next = true;
                }
                self.label.opening.next = self.read.opening.val();
                self.label.condition.next = self.read.condition.val();
                self.invalid.next = self.rules.rule.val().closes & !self.heights.level.val();
                self.heights.diverge.next =
                    !self.rules.rule.val().stays & !self.rules.rule.val().labels & !self.rules.rule.val().closes;
            }
            Action::Table => {
                self.number.clear.next = true;
                self.left.d.next = self.left.q.val() - 1;
            }
            Action::Diverge => {
                self.again.d.next = false;
                self.heights.diverge.next = true;
            }
            Action::Close => {
                self.invalid.next = !self.heights.level.val() | (self.read.condition.val() & self.uneven.q.val());
                self.newest.d.next = self.read.newest.val();
                self.waiting.d.next = self.read.pending.val() & !self.loops.q.val();
                self.waiting_service.d.next = false;
            }
            Action::Leave => {
                self.heights.leave.next = true;
            }
            Action::Else => {
                self.adds.next = true;
                self.packed_entry.following.next = self.link.val();
                self.packed_entry.predict.next = 1.into();
                self.invalid.next = !self.heights.level.val() | !self.read.condition.val();
                self.write.next = true;
                self.newest.d.next = self.read.opening.val();
                self.waiting.d.next = true;
                self.waiting_service.d.next = false;
                self.heights.revive.next = true;
            }
            Action::Results => {
                self.invalid.next = self.rules.rule.val().tail & (self.read.results.val() != self.results.q.val());
            }
            Action::Service => {
                // Always; but a resolver that knows no services can do without what follows.
                if self.rules.rule.val().service {
                    self.adds.next = true;
                    self.packed_entry.following.next = bit_cast::<B, 8>(self.opcode.q.val());
                    self.newest.d.next = self.count.q.val();
                    self.waiting.d.next = true;
                    self.waiting_service.d.next = true;
                    self.heights.diverge.next = self.rules.rule.val().tail;
                }
            }
            Action::FunctionWrite => {
                self.function_write.next = true;
                self.invalid.next = !self.ended.q.val();
            }
        }
        if self.adds.val() {
            self.entry_write.next = 7.into();
            self.count.d.next = self.count.q.val() + 1;
            if self.count.q.val().all() {
                self.full.d.next = true;
            }
        }

        self.acts.d.next = self.on.q.val() & !self.go.val();
        self.store.enable.next = self.go.val();
        if !self.on.q.val() {
            self.store.enable.next = true;
            self.store.address.next = 0.into();
            self.own.d.next = bit_cast::<S, F>(self.first_function.val());
            self.ended.d.next = false;
            self.over.d.next = false;
            self.opened.d.next = false;
            self.count.d.next = 0.into();
            self.full.d.next = false;
            self.waiting.d.next = false;
            self.on.d.next = self.start.val();
        }

        // Groups.
        self.groups.take.next = self.taken.val();
        self.groups.pc.next = self.code_pc.val();
        self.groups.branch.next = self.rules.rule.val().service
            | self.rules.rule.val().condition
            | self.rules.rule.val().otherwise
            | (self.rules.rule.val().branches & !self.rules.rule.val().labels)
            | (self.rules.rule.val().closes & (self.level.q.val() == self.labels.val()));
        self.groups.brief.next = self.rules.rule.val().brief;
        self.groups.access.next = self.rules.rule.val().limit == self.limits.alignment.val();
        self.groups.constant.next = self.rules.rule.val().long;
        self.groups.double.next = self.rules.rule.val().double;
        self.groups.wide.next = self.number.over.val() | (self.number.value.val() >> 7).any();
        self.groups.source.next = self.rules.rule.val().source;
        self.groups.sources.next = self.rules.rule.val().sources;
        self.groups.gives.next = self.rules.rule.val().gives;
        self.groups.compares.next = self.rules.rule.val().compares;
        self.groups.sets.next =
            (self.rules.rule.val().limit == self.limits.locals.val()) & !self.rules.rule.val().source;
        self.groups.fuses.next = self.rules.rule.val().stays;

        // Outputs.
        self.hold.next = !self.redirect.val() & !(self.on.q.val() & self.takes.val() & !self.groups.busy.val());
        self.redirect_pc.next = self.groups.origin.val();
        connect!(self.groups => self; mark_write, mark_address, mark);
        self.read_slot.next = self.index.q.val();
        if self.acts.q.val() {
            if (self.load.val() == Load::Index) | (self.load.val() == Load::LevelIndex) {
                self.read_slot.next = self.slot.val();
            }
        } else if self.store.odd.val() {
            self.read_slot.next = self.index.q.val() | 1;
        }
        self.entry_word.next = self.packed_entry.word.val();
        self.function_index.next = bit_cast::<F, S>(self.own.q.val());
        self.packed_function.entry.next = self.read.target.val();
        self.packed_function.first_branch.next = self.read.newest.val();
        self.packed_function.lead.next = self.read.lead.val();
        self.packed_function.params.next = self.keep.q.val();
        self.packed_function.locals.next = self.low.q.val();
        self.packed_function.frame.next = self.heights.most.val();
        self.function_word.next = self.packed_function.word.val();
        self.busy.next = self.on.q.val();

        // Stops.
        self.no_entry.d.next = self.live.val() & self.adds.val() & self.full.q.val();
        self.no_label.d.next = self.live.val() & self.labels_exhausted.val();
        self.no_slot.d.next = self.live.val() & self.slots_exhausted.val();
        self.not_valid.d.next = self.live.val() & (self.invalid.val() | self.beyond.val());
        self.not_known.d.next = self.live.val() & self.unknown.val();
        self.stops.entries.next = self.no_entry.q.val();
        self.stops.labels.next = self.no_label.q.val();
        self.stops.slots.next = self.no_slot.q.val();
        self.stops.invalid.next = self.not_valid.q.val();
        self.stops.unknown.next = self.not_known.q.val();
        self.stop.next = self.stops.code.val();
        self.stop_pc.next = self.groups.origin.val();
        if self.reset.val() | self.stopped.val() {
            self.on.d.next = false;
            self.acts.d.next = false;
        }
    }
}
