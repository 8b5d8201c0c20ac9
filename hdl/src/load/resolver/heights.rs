//! The height of the operand stack, as validation follows it (spec appendix 7.3).

use layer::circuit;
use rust_hdl::prelude::*;

/// Heights count slots from the frame base: parameters, locals, operands. The sums come from outside.
#[derive(LogicBlock, Default)]
pub struct Heights<const C: usize, const S: usize> {
    pub clock: Signal<In, Clock>,
    /// A new function: no slots yet.
    pub clear: Signal<In, Bit>,
    pub sum: Signal<In, Bits<C>>,
    /// The sum is not a slot.
    pub over: Signal<In, Bit>,
    /// The sum is the height from now on; with `pop`, the base if it is below that.
    pub load: Signal<In, Bit>,
    pub pop: Signal<In, Bit>,
    /// It is the base of the block.
    pub rebase: Signal<In, Bit>,
    /// What follows can be reached; it can if it is not `outer_dead`.
    pub revive: Signal<In, Bit>,
    pub leave: Signal<In, Bit>,
    pub outer_dead: Signal<In, Bit>,
    /// What follows cannot be reached: no operands. Wins over `load`.
    pub diverge: Signal<In, Bit>,

    pub height: Signal<Out, Bits<S>>,
    /// The innermost block has no operands.
    pub level: Signal<Out, Bit>,
    /// Cannot be reached.
    pub dead: Signal<Out, Bit>,
    /// The greatest height so far, one cycle later.
    pub most: Signal<Out, Bits<S>>,
    /// The sum is below the base, where that matters.
    pub below: Signal<Out, Bit>,

    now: DFF<Bits<S>>,
    bottom: DFF<Bits<S>>,
    greatest: DFF<Bits<S>>,
    unreachable: DFF<Bit>,
    slot: Signal<Local, Bits<S>>,
    short: Signal<Local, Bit>,
}

impl<const C: usize, const S: usize> Logic for Heights<C, S> {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, now, bottom, greatest, unreachable);
        self.slot.next = bit_cast::<S, C>(self.sum.val());
        self.short.next = self.over.val() | (self.slot.val() < self.bottom.q.val());
        self.below.next = self.short.val() & !self.unreachable.q.val();

        if self.load.val() {
            self.now.d.next = self.slot.val();
        }
        if (self.load.val() & self.pop.val() & self.short.val()) | self.diverge.val() {
            self.now.d.next = self.bottom.q.val();
        }
        if self.greatest.q.val() < self.now.q.val() {
            self.greatest.d.next = self.now.q.val();
        }
        if self.rebase.val() {
            self.bottom.d.next = self.slot.val();
        }
        if self.revive.val() {
            self.unreachable.d.next = false;
        }
        if self.leave.val() {
            self.unreachable.d.next = self.outer_dead.val();
        }
        if self.diverge.val() {
            self.unreachable.d.next = true;
        }
        if self.clear.val() {
            self.bottom.d.next = 0.into();
            self.greatest.d.next = 0.into();
            self.unreachable.d.next = false;
        }

        self.height.next = self.now.q.val();
        self.level.next = self.now.q.val() == self.bottom.q.val();
        self.dead.next = self.unreachable.q.val();
        self.most.next = self.greatest.q.val();
    }
}
