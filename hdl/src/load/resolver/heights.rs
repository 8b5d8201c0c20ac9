//! The height of the operand stack, as validation follows it (spec appendix 7.3).

use super::program::{Action, Check, Load};
use super::rule::Rule;
use layer::circuit;
use rust_hdl::prelude::*;

/// Heights count slots from the frame base: parameters, locals, operands. The sums come from outside.
#[derive(LogicBlock, Default)]
pub struct Heights<const C: usize, const S: usize> {
    pub clock: Signal<In, Clock>,
    // The row: see `Walk`.
    pub action: Signal<In, Action>,
    pub load: Signal<In, Load>,
    pub check: Signal<In, Check>,
    pub loading: Signal<In, Bit>,
    /// The sum; it is not a slot.
    pub sum: Signal<In, Bits<C>>,
    pub over: Signal<In, Bit>,
    pub rule: Signal<In, Rule>,
    /// The instruction has been placed in a group.
    pub placed: Signal<In, Bit>,
    /// The block around the one that ends is unreachable.
    pub outer_dead: Signal<In, Bit>,
    // More slots than there are: the number of locals; the parameters or results of a type.
    pub too_many: Signal<In, Bit>,
    pub wide: Signal<In, Bit>,

    pub height: Signal<Out, Bits<S>>,
    /// Cannot be reached.
    pub dead: Signal<Out, Bit>,
    /// The greatest height so far, one cycle later.
    pub most: Signal<Out, Bits<S>>,
    /// A block has fewer operands than are taken, or more than its results at its end; the stack is too small.
    pub invalid: Signal<Out, Bit>,
    pub exhausted: Signal<Out, Bit>,

    now: DFF<Bits<S>>,
    bottom: DFF<Bits<S>>,
    greatest: DFF<Bits<S>>,
    unreachable: DFF<Bit>,
    slot: Signal<Local, Bits<S>>,
    short: Signal<Local, Bit>,
    /// The innermost block has operands.
    uneven: Signal<Local, Bit>,
    /// What follows cannot be reached: no operands.
    diverge: Signal<Local, Bit>,
}

impl<const C: usize, const S: usize> Logic for Heights<C, S> {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, now, bottom, greatest, unreachable);
        self.slot.next = bit_cast::<S, C>(self.sum.val());
        self.short.next = self.over.val() | (self.slot.val() < self.bottom.q.val());
        self.uneven.next = self.now.q.val() != self.bottom.q.val();
        if self.greatest.q.val() < self.now.q.val() {
            self.greatest.d.next = self.now.q.val();
        }

        // Sums. Where code cannot be reached, a block has all the operands that are taken.
        if self.loading.val() {
            match self.load.val() {
                Load::Height => {
                    self.now.d.next = if self.short.val() & (self.check.val() == Check::Pop) {
                        self.bottom.q.val()
                    } else {
                        self.slot.val()
                    };
                }
                Load::LowBottom => {
                    self.bottom.d.next = self.slot.val();
                }
                Load::Bottom => {
                    self.bottom.d.next = self.slot.val();
                }
                _ => {}
            }
        }
        self.invalid.next = false;
        self.exhausted.next = false;
        if self.loading.val() {
            match self.check.val() {
                Check::Pop => {
                    self.invalid.next = self.short.val() & !self.unreachable.q.val();
                }
                Check::Push => {
                    self.exhausted.next = self.over.val() & (self.load.val() != Load::Level);
                }
                _ => {}
            }
        }

        self.diverge.next = false;
        match self.action.val() {
            Action::Clear => {
                self.bottom.d.next = 0.into();
                self.greatest.d.next = 0.into();
                self.unreachable.d.next = false;
            }
            Action::LocalType => {
                self.exhausted.next = self.loading.val() & (self.too_many.val() | self.over.val());
            }
            Action::Wide => {
                self.exhausted.next = self.wide.val();
            }
            Action::Measure => {
                self.diverge.next = self.placed.val() & self.rule.val().unreachable;
            }
            Action::OpenLabel => {
                self.unreachable.d.next = false;
            }
            Action::BranchWrite => {
                self.invalid.next = self.rule.val().closes & self.uneven.val();
                self.diverge.next = !self.rule.val().stays & !self.rule.val().labels & !self.rule.val().closes;
            }
            Action::Diverge => {
                self.diverge.next = true;
            }
            Action::Close => {
                self.invalid.next = self.uneven.val();
            }
            Action::Leave => {
                self.unreachable.d.next = self.outer_dead.val();
            }
            Action::Else => {
                self.invalid.next = self.uneven.val();
                self.unreachable.d.next = false;
            }
            Action::Service => {
                self.diverge.next = self.rule.val().service & self.rule.val().tail;
            }
            _ => {}
        }
        if self.diverge.val() {
            self.now.d.next = self.bottom.q.val();
            self.unreachable.d.next = true;
        }

        self.height.next = self.now.q.val();
        self.dead.next = self.unreachable.q.val();
        self.most.next = self.greatest.q.val();
    }
}
