//! The label stack: open blocks in slots of the value stack, as [`super`] lays them out.

use super::program::{Action, Check, Load};
use super::rule::Rule;
use super::slots::LabelWrite;
use layer::circuit;
use rust_hdl::prelude::*;

/// Its registers say which label is at hand, and what of it is needed after its slots have been read.
#[derive(LogicBlock, Default)]
pub struct Labels<const C: usize, const B: usize, const S: usize> {
    pub clock: Signal<In, Clock>,
    pub idle: Signal<In, Bit>,
    /// First slot for labels.
    pub labels: Signal<In, Bits<S>>,
    // The row: see `Walk`.
    pub action: Signal<In, Action>,
    pub load: Signal<In, Load>,
    pub check: Signal<In, Check>,
    pub loading: Signal<In, Bit>,
    pub acts: Signal<In, Bit>,
    pub odd: Signal<In, Bit>,
    /// The sum; it is not a slot.
    pub sum: Signal<In, Bits<C>>,
    pub over: Signal<In, Bit>,
    pub rule: Signal<In, Rule>,
    /// There is a label so many blocks out, if that is in the slots.
    pub depth_fits: Signal<In, Bit>,
    /// The instruction cannot be reached.
    pub dead: Signal<In, Bit>,
    /// The group that has been closed.
    pub group_pc: Signal<In, Bits<C>>,
    pub group_lead: Signal<In, Bits<4>>,
    /// The next branch entry.
    pub count: Signal<In, Bits<B>>,

    // The value stack: slots that are read and written.
    // What is read of a type or label: see `SlotRead`.
    pub params: Signal<In, Bits<S>>,
    pub results: Signal<In, Bits<S>>,
    pub slot_loops: Signal<In, Bit>,
    pub slot_dead: Signal<In, Bit>,
    pub opening: Signal<In, Bits<B>>,
    pub condition: Signal<In, Bit>,
    pub read_slot: Signal<Out, Bits<S>>,
    pub write: Signal<Out, Bit>,
    pub write_slot: Signal<Out, Bits<S>>,
    pub write_data: Signal<Out, Bits<64>>,

    // Registers that a row loads: see `Load`.
    pub index: Signal<Out, Bits<S>>,
    pub level: Signal<Out, Bits<S>>,
    pub keep: Signal<Out, Bits<S>>,
    pub low: Signal<Out, Bits<S>>,
    /// The innermost label is the function; has no target yet.
    pub outermost: Signal<Out, Bit>,
    pub opened: Signal<Out, Bit>,
    // The label at hand: it is the function; a loop; the block around it is unreachable.
    pub whole: Signal<Out, Bit>,
    pub loops: Signal<Out, Bit>,
    pub outer_dead: Signal<Out, Bit>,
    /// There is no such label; no slot for one more.
    pub invalid: Signal<Out, Bit>,
    pub exhausted: Signal<Out, Bit>,

    label: LabelWrite<C, B, S>,
    at: DFF<Bits<S>>,
    innermost: DFF<Bits<S>>,
    kept: DFF<Bits<S>>,
    lowest: DFF<Bits<S>>,
    open: DFF<Bit>,
    is_whole: DFF<Bit>,
    is_loop: DFF<Bit>,
    around_dead: DFF<Bit>,
    /// It has not as many parameters as results.
    uneven: DFF<Bit>,
    slot: Signal<Local, Bits<S>>,
}

impl<const C: usize, const B: usize, const S: usize> Logic for Labels<C, B, S> {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, at, innermost, kept, lowest, open, is_whole, is_loop, around_dead, uneven);
        self.slot.next = bit_cast::<S, C>(self.sum.val());

        if self.loading.val() {
            match self.load.val() {
                Load::Index => {
                    self.at.d.next = self.slot.val();
                }
                Load::Level => {
                    self.innermost.d.next = self.slot.val();
                }
                Load::LevelIndex => {
                    self.innermost.d.next = self.slot.val();
                    self.at.d.next = self.slot.val();
                }
                Load::Keep => {
                    self.kept.d.next = self.slot.val();
                }
                Load::Low => {
                    self.lowest.d.next = self.slot.val();
                }
                Load::LowBottom => {
                    self.lowest.d.next = self.slot.val();
                }
                _ => {}
            }
        }
        self.invalid.next = false;
        self.exhausted.next = false;
        if self.loading.val() {
            match self.check.val() {
                Check::Push => {
                    self.exhausted.next = self.over.val() & (self.load.val() == Load::Level);
                }
                Check::Depth => {
                    self.invalid.next =
                        self.over.val() | (self.slot.val() < self.labels.val()) | !self.depth_fits.val();
                }
                _ => {}
            }
        }

        // What is written.
        self.label.base.next = self.lowest.q.val();
        connect!(self => self.label; params, results);
        self.label.dead.next = self.dead.val();
        self.label.loops.next = self.rule.val().loops;
        self.label.target.next = self.group_pc.val();
        self.label.lead.next = self.group_lead.val();
        self.label.opening.next = self.count.val();
        self.label.newest.next = self.count.val();
        self.label.pending.next = true;
        self.label.condition.next = false;
        self.write.next = false;
        self.write_slot.next = self.slot.val() | 1;
        self.write_data.next = self.label.odd.val();
        match self.action.val() {
            Action::OwnLabel => {
                self.write.next = true;
                self.write_slot.next = self.slot.val();
                self.write_data.next = self.label.even.val();
                self.open.d.next = true;
            }
            Action::OwnLimit => {
                self.write.next = true;
                self.write_slot.next = self.slot.val();
                self.write_data.next = self.label.even.val();
            }
            Action::Opened => {
                self.write.next = true;
                self.open.d.next = false;
            }
            Action::OpenLabel => {
                self.write.next = true;
                self.write_slot.next = self.slot.val();
                self.write_data.next = self.label.even.val();
            }
            Action::OpenEntry => {
                self.write.next = true;
                self.label.pending.next = self.rule.val().condition;
                self.label.condition.next = self.rule.val().condition;
                self.open.d.next = self.rule.val().loops;
            }
            Action::Target => {
                self.is_whole.d.next = self.slot.val() == self.labels.val();
            }
            Action::Latch => {
                self.is_loop.d.next = self.slot_loops.val();
                self.around_dead.d.next = self.slot_dead.val();
                self.uneven.d.next = self.params.val() != self.results.val();
            }
            Action::BranchWrite => {
                self.write.next = !self.is_whole.q.val() & !self.is_loop.q.val();
                self.label.opening.next = self.opening.val();
                self.label.condition.next = self.condition.val();
            }
            Action::Close => {
                self.invalid.next = self.condition.val() & self.uneven.q.val();
            }
            Action::Else => {
                self.write.next = true;
                self.invalid.next = !self.condition.val();
            }
            _ => {}
        }
        if self.idle.val() {
            self.open.d.next = false;
        }

        // What is read: in the first cycle of a row, for its second one.
        self.read_slot.next = self.at.q.val();
        if self.acts.val() {
            if (self.load.val() == Load::Index) | (self.load.val() == Load::LevelIndex) {
                self.read_slot.next = self.slot.val();
            }
        } else if self.odd.val() {
            self.read_slot.next = self.at.q.val() | 1;
        }

        self.index.next = self.at.q.val();
        self.level.next = self.innermost.q.val();
        self.keep.next = self.kept.q.val();
        self.low.next = self.lowest.q.val();
        self.outermost.next = self.innermost.q.val() == self.labels.val();
        self.opened.next = self.open.q.val();
        self.whole.next = self.is_whole.q.val();
        self.loops.next = self.is_loop.q.val();
        self.outer_dead.next = self.around_dead.q.val();
    }
}
