//! The float unit's phases: which one comes next, and what the other parts do in each.

use super::control::FloatControl;
use super::exponents::Keep;
use super::opening::Opening;
use super::phase::Phase;
use super::result::ResultFlags;
use super::unpack::Classes;
use layer::circuit;
use rust_hdl::prelude::*;

/// A state machine of [`Phase`]s. Ports without a description are those of the parts, where they have one.
///
/// What the adders do is decided a cycle ahead, from `coming`: [`super::steps::Steps`].
#[derive(LogicBlock, Default)]
pub struct PhaseMachine {
    pub clock: Signal<In, Clock>,
    /// Abandons what runs.
    pub reset: Signal<In, Bit>,
    pub start: Signal<In, Bit>,
    /// From `start` on.
    pub control: Signal<In, FloatControl>,
    /// From the cycle after `start` on.
    pub classes: Signal<In, Classes>,
    pub signs_differ: Signal<In, Bit>,

    // From the shifters, and what they do.
    pub leads: Signal<In, Bit>,
    pub y_leads: Signal<In, Bit>,
    pub short: Signal<In, Bit>,
    pub quotient_ends: Signal<In, Bit>,
    pub root_ends: Signal<In, Bit>,
    pub at_once: Signal<In, Bit>,
    pub normalize: Signal<Out, Bit>,
    pub to_top: Signal<Out, Bit>,
    pub divide: Signal<Out, Bit>,
    pub set_bit: Signal<Out, Bit>,
    pub clear_x: Signal<Out, Bit>,
    pub x_from_z: Signal<Out, Bit>,
    pub align: Signal<Out, Bit>,
    pub by1: Signal<Out, Bit>,
    pub by_digit: Signal<Out, Bit>,
    pub y_from_x: Signal<Out, Bit>,
    pub lead: Signal<Out, Bit>,

    // From the accumulator, and what it does.
    pub any: Signal<In, Bit>,
    pub z_leads: Signal<In, Bit>,
    pub z_negative: Signal<In, Bit>,
    pub borrows: Signal<In, Bit>,
    pub carries: Signal<In, Bit>,
    pub write: Signal<Out, Bit>,
    pub clear: Signal<Out, Bit>,
    pub sticky: Signal<Out, Bit>,

    // From the exponents, and what they do.
    pub beyond_units: Signal<In, Bit>,
    pub count: Signal<In, Bits<13>>,
    pub keep: Signal<Out, Keep>,
    pub exchange: Signal<Out, Bit>,
    pub count_sum: Signal<Out, Bit>,
    pub count_clear: Signal<Out, Bit>,
    pub count_down: Signal<Out, Bit>,
    /// The significand has grown by rounding.
    pub carried: Signal<Out, Bit>,

    // From the verdict and the rounding.
    pub holds: Signal<In, Bit>,
    pub picks_x: Signal<In, Bit>,
    pub outside: Signal<In, Bit>,
    pub smallest: Signal<In, Bit>,
    pub under: Signal<In, Bit>,
    pub over: Signal<In, Bit>,

    /// The multiplier of the fast unit starts, whether or not its product is needed.
    pub starts_product: Signal<Out, Bit>,
    /// The phase of the next cycle, unless the operation ends.
    pub coming: Signal<Out, Phase>,
    /// The operation has ended: `flags`, z and the exponent of x are its result, until the next `start` or `reset`.
    pub done: Signal<Out, Bit>,
    pub flags: Signal<Out, ResultFlags>,

    opening: Opening,
    /// x is normalised, or as far as it can be.
    stops: Signal<Local, Bit>,
    aligned: Signal<Local, Bit>,
    finish: Signal<Local, Bit>,

    phase: DFF<Phase>,
    finished: DFF<Bit>,
    /// The first cycle of a phase that multiplies, divides or extracts a root.
    first: DFF<Bit>,
    exchanged: DFF<Bit>,
    /// A whole number is rounded.
    rounded: DFF<Bit>,
    /// The first bit of the quotient was 0.
    late: DFF<Bit>,
    remainder: DFF<Bit>,
    picked_x: DFF<Bit>,
    flags_held: DFF<ResultFlags>,
}

impl Logic for PhaseMachine {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, phase, finished, first, exchanged, rounded, late, remainder, picked_x, flags_held);
        self.done.next = self.finished.q.val();
        self.flags.next = self.flags_held.q.val();

        // What phases decide by.
        connect!(self => self.opening; control, classes, signs_differ, leads, y_leads, beyond_units);
        self.opening.exchanged.next = self.exchanged.q.val();
        self.stops.next = self.leads.val() | (self.control.val().add & self.smallest.val());
        self.aligned.next = !self.count.val().any();
        self.to_top.next = self.control.val().from_integer
            | self.control.val().to_integer
            | self.control.val().resize
            | (self.control.val().whole & !self.rounded.q.val());

        // Nothing happens,
        self.normalize.next = false;
        self.divide.next = false;
        self.set_bit.next = false;
        self.clear_x.next = false;
        self.x_from_z.next = false;
        self.align.next = false;
        self.by1.next = false;
        self.by_digit.next = false;
        self.y_from_x.next = false;
        self.lead.next = false;
        self.write.next = false;
        self.clear.next = self.start.val();
        self.sticky.next = false;
        self.keep.next = Keep::Same;
        self.exchange.next = false;
        self.count_sum.next = false;
        self.count_clear.next = false;
        self.count_down.next = false;
        self.starts_product.next = false;
        self.carried.next = false;
        self.first.d.next = false;
        self.late.d.next = false;
        self.finish.next = false;
        self.coming.next = self.phase.q.val();
        // but for this.
        match self.phase.q.val() {
            Phase::Idle => {}
            Phase::Begin => {
                self.first.d.next = true;
                self.starts_product.next = true;
                connect!(self.opening => self;
                    write, clear, keep, count_sum, y_from_x, clear_x, by_digit, lead, coming, finish);
                self.flags_held.d.next = self.opening.flags.val();
            }
            Phase::Exchange => {
                self.write.next = true;
                self.y_from_x.next = true;
                self.exchanged.d.next = !self.exchanged.q.val();
                self.coming.next = Phase::Adopt;
            }
            Phase::Adopt => {
                self.x_from_z.next = true;
                self.clear.next = true;
                self.coming.next = Phase::Normalize;
                if !self.control.val().from_integer {
                    self.keep.next = Keep::Other;
                    self.exchange.next = true;
                    self.coming.next = Phase::Begin;
                }
            }
            Phase::Negate => {
                self.write.next = true;
                self.coming.next = Phase::Check;
                if self.control.val().from_integer {
                    self.coming.next = Phase::Adopt;
                } else {
                    self.flags_held.d.next.negative = !self.flags_held.q.val().negative;
                }
            }
            Phase::Normalize => {
                if !self.stops.val() {
                    self.normalize.next = true;
                    self.keep.next = if self.short.val() { Keep::Smallest } else { Keep::Sum };
                } else if self.control.val().multiply | self.control.val().divide | self.control.val().root {
                    self.coming.next = Phase::Begin;
                } else if self.control.val().add {
                    self.write.next = true;
                    self.coming.next = Phase::Round;
                } else if self.rounded.q.val() {
                    self.write.next = true;
                    self.finish.next = true;
                } else {
                    self.y_from_x.next = true;
                    // `Begin` left a number there, for the case that it has no fraction.
                    self.clear.next = true;
                    self.coming.next = Phase::Align;
                    self.keep.next = Keep::Sum;
                    if self.control.val().to_integer | self.control.val().whole {
                        self.keep.next = Keep::Same;
                        self.count_sum.next = true;
                        self.flags_held.d.next.beyond = self.beyond_units.val();
                        self.finish.next = self.beyond_units.val();
                    }
                }
            }
            Phase::Shrink => {
                self.y_from_x.next = true;
                self.coming.next = Phase::Align;
            }
            Phase::Align => {
                if !self.aligned.val() {
                    self.align.next = true;
                    self.count_down.next = true;
                    self.count_clear.next = self.at_once.val();
                } else {
                    self.write.next = true;
                    self.coming.next = Phase::Round;
                    if self.control.val().add {
                        self.coming.next = Phase::Check;
                    }
                    if self.control.val().to_integer {
                        self.coming.next = Phase::Integer;
                    }
                }
            }
            Phase::Multiply => {
                self.write.next = true;
                self.by_digit.next = true;
                self.count_down.next = true;
                if self.first.q.val() {
                    self.keep.next = Keep::Sum;
                }
                if self.aligned.val() {
                    self.coming.next = Phase::Check;
                }
            }
            Phase::Divide => {
                self.write.next = true;
                self.divide.next = true;
                if self.first.q.val() {
                    self.late.d.next = self.borrows.val();
                }
                if self.late.q.val() {
                    self.keep.next = Keep::Sum;
                }
                if self.quotient_ends.val() {
                    self.coming.next = Phase::Remain;
                }
            }
            Phase::Root => {
                self.write.next = true;
                self.set_bit.next = !self.borrows.val();
                self.by1.next = true;
                if self.first.q.val() {
                    self.keep.next = Keep::Half;
                }
                if self.root_ends.val() {
                    self.coming.next = Phase::Remain;
                }
            }
            Phase::Remain => {
                self.remainder.d.next = self.any.val();
                self.clear.next = true;
                if self.control.val().divide {
                    self.keep.next = Keep::Sum;
                }
                self.coming.next = Phase::Collect;
            }
            Phase::Collect => {
                self.write.next = true;
                self.sticky.next = self.remainder.q.val();
                self.coming.next = Phase::Round;
            }
            Phase::Check => {
                self.x_from_z.next = true;
                self.keep.next = Keep::Sum;
                self.coming.next = Phase::Round;
                if self.z_negative.val() {
                    self.clear.next = true;
                    self.coming.next = Phase::Negate;
                } else if !self.z_leads.val() & !self.smallest.val() {
                    self.clear.next = true;
                    self.coming.next = Phase::Normalize;
                }
                // Ends, whatever comes: so that the next phase and `clear` do not wait for all bits of z.
                if !self.any.val() {
                    self.flags_held.d.next.negative = self.flags_held.q.val().negative & !self.signs_differ.val();
                    self.finish.next = true;
                }
            }
            Phase::Round => {
                self.x_from_z.next = true;
                self.write.next = true;
                self.count_sum.next = true;
                self.rounded.d.next = true;
                if self.control.val().whole {
                    self.coming.next = Phase::Whole;
                } else if self.under.val() {
                    self.clear.next = true;
                    self.keep.next = Keep::Smallest;
                    self.coming.next = Phase::Shrink;
                } else if self.over.val() {
                    self.clear.next = true;
                    self.keep.next = Keep::Highest;
                    self.flags_held.d.next.infinite = true;
                    self.finish.next = true;
                } else {
                    self.coming.next = Phase::Carry;
                    self.finish.next = !self.carries.val();
                }
            }
            Phase::Carry => {
                self.carried.next = true;
                self.keep.next = Keep::Sum;
                self.finish.next = true;
            }
            Phase::Whole => {
                self.x_from_z.next = true;
                self.clear.next = true;
                self.keep.next = Keep::Units;
                self.coming.next = Phase::Normalize;
                self.finish.next = !self.any.val();
            }
            Phase::Compare => {
                self.write.next = true;
                self.coming.next = Phase::Decide;
            }
            Phase::Decide => {
                self.clear.next = true;
                self.flags_held.d.next.truth = self.control.val().compare & self.holds.val();
                self.picked_x.d.next = self.picks_x.val();
                self.coming.next = Phase::Choose;
                self.finish.next = self.control.val().compare;
            }
            Phase::Choose => {
                self.write.next = true;
                self.flags_held.d.next.negative = self.classes.val().x_negative;
                if !self.picked_x.q.val() {
                    self.flags_held.d.next.negative = self.classes.val().y_negative;
                    self.keep.next = Keep::Other;
                }
                self.finish.next = true;
            }
            Phase::Integer => {
                self.clear.next = self.outside.val();
                self.flags_held.d.next.beyond = self.outside.val();
                self.finish.next = true;
            }
        }
        if self.start.val() {
            self.coming.next = Phase::Begin;
            self.exchanged.d.next = false;
            self.rounded.d.next = false;
            self.finished.d.next = false;
        }
        self.phase.d.next = self.coming.val();
        if self.finish.val() {
            self.phase.d.next = Phase::Idle;
            self.finished.d.next = true;
        }
        if self.reset.val() {
            self.phase.d.next = Phase::Idle;
            self.finished.d.next = false;
        }
    }
}
