//! The branch entries that the resolver writes, and the list of those whose target is the next group that is closed.

use super::program::Action;
use super::rule::Rule;
use crate::prim::packed::PackedBranch;
use layer::circuit;
use rust_hdl::prelude::*;

/// An entry is written when its instruction is. One without a target yet is patched later: read in a cycle, written in
/// the next one.
#[derive(LogicBlock, Default)]
pub struct Entries<const C: usize, const B: usize, const S: usize> {
    pub clock: Signal<In, Clock>,
    pub idle: Signal<In, Bit>,
    pub action: Signal<In, Action>,
    pub rule: Signal<In, Rule>,
    pub opcode: Signal<In, Bits<8>>,
    /// Operands on the stack, and what is below them in the frame; the instruction cannot be reached.
    pub height: Signal<In, Bits<S>>,
    pub dead: Signal<In, Bit>,
    /// The two fields of an entry beside its target.
    pub low: Signal<In, Bits<S>>,
    pub keep: Signal<In, Bits<S>>,
    // The label at hand: it is the function; a loop.
    pub whole: Signal<In, Bit>,
    pub loops: Signal<In, Bit>,
    // What its odd slot says: see `SlotRead`.
    pub target: Signal<In, Bits<C>>,
    pub lead: Signal<In, Bits<4>>,
    pub opening: Signal<In, Bits<B>>,
    pub newest: Signal<In, Bits<B>>,
    pub pending: Signal<In, Bit>,
    /// The group that has been closed.
    pub group_pc: Signal<In, Bits<C>>,
    pub group_lead: Signal<In, Bits<4>>,

    /// Entries so far, modulo 2^B: the next one.
    pub count: Signal<Out, Bits<B>>,
    /// Entries wait for the next group that is closed; there are more in the list.
    pub waiting: Signal<Out, Bit>,
    pub more: Signal<Out, Bit>,
    /// One is added, and there is none left.
    pub exhausted: Signal<Out, Bit>,

    // See `Resolver`.
    pub entry_read: Signal<Out, Bit>,
    pub entry_index: Signal<Out, Bits<B>>,
    pub entry_target: Signal<In, Bits<C>>,
    pub entry_branch: Signal<In, Bits<B>>,
    pub entry_write: Signal<Out, Bits<3>>,
    pub entry_word: Signal<Out, Bits<96>>,

    packed_entry: PackedBranch<C, B, S>,
    used: DFF<Bits<B>>,
    /// All are used.
    full: DFF<Bit>,
    /// Entries that continue at the next instruction: the newest of a list, or one whose `next` stays.
    listed: DFF<Bit>,
    of_service: DFF<Bit>,
    list: DFF<Bits<B>>,
    patched: Signal<Local, Bit>,
    follows: Signal<Local, Bit>,
    link: Signal<Local, Bits<B>>,
    crooked: Signal<Local, Bit>,
    adds: Signal<Local, Bit>,
}

impl<const C: usize, const B: usize, const S: usize> Logic for Entries<C, B, S> {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, used, full, listed, of_service, list);
        self.patched.next = self.entry_target.val().any() & !self.of_service.q.val();
        self.follows.next =
            !self.patched.val() & !self.of_service.q.val() & (self.entry_branch.val() != self.list.q.val());
        self.link.next = if self.pending.val() { self.newest.val() } else { self.used.q.val() };
        self.crooked.next = !self.dead.val() & (self.height.val() != self.low.val());

        self.packed_entry.target.next = 0.into();
        self.packed_entry.following.next = self.used.q.val();
        self.packed_entry.lead.next = 0.into();
        self.packed_entry.predict.next = 0.into();
        self.packed_entry.returns.next = 0.into();
        self.packed_entry.unwind.next = 0.into();
        self.packed_entry.height.next = self.low.val();
        self.packed_entry.keep.next = self.keep.val();
        self.entry_read.next = false;
        self.entry_write.next = 0.into();
        self.entry_index.next = self.used.q.val();
        self.adds.next = false;
        match self.action.val() {
            Action::PatchRead => {
                self.entry_read.next = true;
                self.entry_index.next = self.list.q.val();
            }
            Action::PatchWrite => {
                // An entry of a service keeps its immediate in place of the next entry.
                if !self.patched.val() {
                    self.entry_write.next = if self.of_service.q.val() { 1.into() } else { 3.into() };
                }
                self.entry_index.next = self.list.q.val();
                self.list.d.next = self.entry_branch.val();
                self.packed_entry.target.next = self.group_pc.val();
                self.packed_entry.lead.next = self.group_lead.val();
                self.listed.d.next = self.follows.val();
            }
            Action::OpenEntry => {
                self.adds.next = self.rule.val().condition;
            }
            Action::BranchWrite => {
                self.adds.next = true;
                self.packed_entry.unwind.next = self.crooked.val().into();
                self.packed_entry.following.next = self.link.val();
                self.packed_entry.predict.next = (!self.crooked.val()
                    & !self.whole.val()
                    & !self.rule.val().labels
                    & (!self.rule.val().stays | self.loops.val()))
                .into();
                self.packed_entry.returns.next = self.whole.val().into();
                if self.whole.val() {
                    self.packed_entry.following.next = 0.into();
                } else if self.loops.val() {
                    self.packed_entry.target.next = self.target.val();
                    self.packed_entry.lead.next = self.lead.val();
                }
            }
            Action::Close => {
                self.list.d.next = self.newest.val();
                self.listed.d.next = self.pending.val() & !self.loops.val();
                self.of_service.d.next = false;
            }
            Action::Else => {
                self.adds.next = true;
                self.packed_entry.following.next = self.link.val();
                self.packed_entry.predict.next = 1.into();
                self.list.d.next = self.opening.val();
                self.listed.d.next = true;
                self.of_service.d.next = false;
            }
            Action::Service => {
                // Always; but a resolver that knows no services can do without what follows.
                if self.rule.val().service {
                    self.adds.next = true;
                    self.packed_entry.following.next = bit_cast::<B, 8>(self.opcode.val());
                    self.list.d.next = self.used.q.val();
                    self.listed.d.next = true;
                    self.of_service.d.next = true;
                }
            }
            _ => {}
        }
        if self.adds.val() {
            self.entry_write.next = 7.into();
            self.used.d.next = self.used.q.val() + 1;
            if self.used.q.val().all() {
                self.full.d.next = true;
            }
        }
        if self.idle.val() {
            self.used.d.next = 0.into();
            self.full.d.next = false;
            self.listed.d.next = false;
        }

        self.entry_word.next = self.packed_entry.word.val();
        self.count.next = self.used.q.val();
        self.waiting.next = self.listed.q.val();
        self.more.next = self.follows.val();
        self.exhausted.next = self.adds.val() & self.full.q.val();
    }
}
