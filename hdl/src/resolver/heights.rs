//! The height of the operand stack, as validation follows it (spec appendix 7.3).

use rust_hdl::prelude::*;

/// Heights count slots from the frame base: parameters, locals, operands. At most one of `clear`, `pop` and `push` is
/// high in a cycle; `enter`, `leave`, `revive` and `diverge` may come with them.
#[derive(LogicBlock, Default)]
pub struct Heights<const S: usize> {
    pub clock: Signal<In, Clock>,
    /// A new function: no slots yet.
    pub clear: Signal<In, Bit>,
    pub pop: Signal<In, Bit>,
    pub push: Signal<In, Bit>,
    pub amount: Signal<In, Bits<S>>,
    /// A block begins at the present height, and is reachable.
    pub enter: Signal<In, Bit>,
    /// The enclosing block goes on: its base, and whether it can be reached.
    pub leave: Signal<In, Bit>,
    pub outer: Signal<In, Bits<S>>,
    pub outer_dead: Signal<In, Bit>,
    /// The block can be reached again, after `else`.
    pub revive: Signal<In, Bit>,
    /// What follows cannot be reached: no operands. Wins over `pop` and `push`.
    pub diverge: Signal<In, Bit>,

    pub height: Signal<Out, Bits<S>>,
    /// The innermost block has no operands.
    pub level: Signal<Out, Bit>,
    /// Cannot be reached.
    pub dead: Signal<Out, Bit>,
    /// The greatest height so far, one cycle later.
    pub most: Signal<Out, Bits<S>>,
    /// `pop` takes more than the block has.
    pub below: Signal<Out, Bit>,
    /// `push` gives more than there are slots.
    pub above: Signal<Out, Bit>,

    now: DFF<Bits<S>>,
    bottom: DFF<Bits<S>>,
    greatest: DFF<Bits<S>>,
    unreachable: DFF<Bit>,
    operand: Signal<Local, Bits<S>>,
    carry: Signal<Local, Bits<S>>,
    sum: Signal<Local, Bits<S>>,
    wraps: Signal<Local, Bit>,
    short: Signal<Local, Bit>,
}

impl<const S: usize> Logic for Heights<S> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, now, bottom, greatest, unreachable);
        // One adder for both; a difference that wraps is greater than what it was taken from.
        self.operand.next = self.amount.val();
        self.carry.next = 0.into();
        if self.pop.val() {
            self.operand.next = !self.amount.val();
            self.carry.next = 1.into();
        }
        self.sum.next = self.now.q.val() + self.operand.val() + self.carry.val();
        self.wraps.next = self.sum.val() < self.now.q.val();
        self.short.next = (self.sum.val() > self.now.q.val()) | (self.sum.val() < self.bottom.q.val());
        self.below.next = self.pop.val() & self.short.val() & !self.unreachable.q.val();
        self.above.next = self.push.val() & self.wraps.val();

        if self.push.val() | self.pop.val() {
            self.now.d.next = self.sum.val();
        }
        if self.pop.val() & self.short.val() {
            self.now.d.next = self.bottom.q.val();
        }
        if self.greatest.q.val() < self.now.q.val() {
            self.greatest.d.next = self.now.q.val();
        }
        if self.enter.val() {
            self.bottom.d.next = self.now.q.val();
            self.unreachable.d.next = false;
        }
        if self.leave.val() {
            self.bottom.d.next = self.outer.val();
            self.unreachable.d.next = self.outer_dead.val();
        }
        if self.revive.val() {
            self.unreachable.d.next = false;
        }
        if self.diverge.val() {
            self.now.d.next = self.bottom.q.val();
            self.unreachable.d.next = true;
        }
        if self.clear.val() {
            self.now.d.next = 0.into();
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
