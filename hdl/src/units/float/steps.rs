//! What the float unit's adders do in each phase.

use super::accumulator::Step;
use super::control::FloatControl;
use super::exponents::Term;
use super::phase::Phase;
use layer::circuit;
use rust_hdl::prelude::*;

/// The step of a phase, in the cycle after the one in which the phase is known to come. All inputs are as they will be
/// in that phase.
#[derive(LogicBlock, Default)]
pub struct Steps {
    pub clock: Signal<In, Clock>,
    pub control: Signal<In, FloatControl>,
    /// Multiplies by DSP blocks; constant.
    pub fast: Signal<In, Bit>,
    pub start: Signal<In, Bit>,
    pub coming: Signal<In, Phase>,
    /// The exponent of x is less than that of y; is odd.
    pub smaller: Signal<In, Bit>,
    pub odd: Signal<In, Bit>,
    pub signs_differ: Signal<In, Bit>,
    /// The number is negative.
    pub negative: Signal<In, Bit>,
    /// The operand chosen is x.
    pub picks_x: Signal<In, Bit>,
    /// Steps of a multiplication to come, this one included.
    pub count: Signal<In, Bits<13>>,
    /// Two bits of the multiplier.
    pub pair: Signal<In, Bits<2>>,
    pub step: Signal<Out, Step>,
    pub term: Signal<Out, Term>,

    register: DFF<Step>,
    term_held: DFF<Term>,
    choice: Signal<Local, Step>,
    multiplies: Signal<Local, Bit>,
    last: Signal<Local, Bit>,
    /// x and y change places.
    swaps: Signal<Local, Bit>,
    /// Of the digit of the multiplier, to the next one.
    carry: DFF<Bit>,
    digit: Signal<Local, Bits<3>>,
    phase: Signal<Local, Phase>,
}

impl Logic for Steps {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, register, term_held, carry);
        self.step.next = self.register.q.val();
        self.term.next = self.term_held.q.val();
        self.phase.next = self.coming.val();
        self.digit.next = if self.carry.q.val() & !self.start.val() {
            bit_cast::<3, 2>(self.pair.val()) + 1
        } else {
            bit_cast::<3, 2>(self.pair.val())
        };
        self.last.next = self.count.val() == 1;
        self.swaps.next = self.control.val().add & self.smaller.val();
        self.carry.d.next = false;
        self.multiplies.next = false;
        self.term_held.d.next = Term::Growth;
        self.choice.next.x = false;
        self.choice.next.double_x = false;
        self.choice.next.y = false;
        self.choice.next.product = false;
        self.choice.next.half = false;
        self.choice.next.rest = false;
        self.choice.next.minus = false;
        self.choice.next.doubles = false;
        self.choice.next.grows = false;
        self.choice.next.quarters = false;
        self.choice.next.divides = false;
        self.choice.next.rounds = false;
        match self.phase.val() {
            Phase::Begin => {
                self.choice.next.x = !self.swaps.val() & !self.control.val().multiply;
                self.choice.next.y = self.swaps.val();
                self.choice.next.doubles = self.control.val().sign | self.control.val().whole;
                self.choice.next.quarters = self.control.val().multiply;
                self.multiplies.next = self.control.val().multiply & !self.fast.val();
                self.term_held.d.next = if self.control.val().multiply {
                    Term::Sum
                } else if self.control.val().root {
                    Term::PlusBias
                } else if self.smaller.val() & !self.control.val().divide {
                    Term::Reverse
                } else {
                    Term::Difference
                };
                if self.control.val().root & !self.odd.val() {
                    self.choice.next.x = false;
                    self.choice.next.double_x = true;
                }
            }
            Phase::Exchange => {
                self.choice.next.y = true;
                self.choice.next.doubles = true;
            }
            Phase::Negate => {
                self.choice.next.x = true;
                self.choice.next.minus = true;
                self.choice.next.doubles = true;
            }
            Phase::Normalize => {
                self.term_held.d.next =
                    if self.control.val().to_integer | self.control.val().whole { Term::ToUnits } else { Term::Recast };
                self.choice.next.x = true;
                self.choice.next.doubles = true;
            }
            Phase::Align => {
                self.choice.next.y = true;
                self.choice.next.doubles = true;
                self.choice.next.minus = self.control.val().to_integer & self.negative.val();
                if self.control.val().add {
                    self.choice.next.doubles = false;
                    self.choice.next.grows = true;
                    self.choice.next.minus = self.signs_differ.val();
                }
            }
            Phase::Multiply => {
                self.term_held.d.next = Term::MinusBias;
                self.multiplies.next = !self.fast.val();
                self.choice.next.product = self.fast.val() & self.last.val();
                self.choice.next.grows = self.last.val();
                self.choice.next.quarters = !self.last.val();
            }
            Phase::Divide => {
                self.term_held.d.next = Term::MinusPlaces;
                self.choice.next.y = true;
                self.choice.next.minus = true;
                self.choice.next.divides = true;
            }
            Phase::Root => {
                self.choice.next.double_x = true;
                self.choice.next.y = true;
                self.choice.next.minus = true;
                self.choice.next.divides = true;
            }
            Phase::Remain => self.term_held.d.next = Term::PlusBias,
            Phase::Collect => {
                self.choice.next.x = true;
                self.choice.next.doubles = true;
            }
            Phase::Round => {
                self.term_held.d.next = Term::ToSmallest;
                self.choice.next.rounds = true;
                self.choice.next.half = self.control.val().nearest;
                self.choice.next.rest = (self.control.val().upward & !self.negative.val())
                    | (self.control.val().downward & self.negative.val());
            }
            Phase::Compare => {
                self.choice.next.y = true;
                self.choice.next.minus = true;
            }
            Phase::Choose => {
                self.choice.next.x = self.picks_x.val();
                self.choice.next.y = !self.picks_x.val();
                self.choice.next.doubles = true;
            }
            _ => {}
        }
        // A digit of the multiplier: 0, 1, 2, -1 and a carry, or 0 and a carry.
        if self.multiplies.val() {
            self.choice.next.x = self.digit.val().get_bit(0);
            self.choice.next.double_x = self.digit.val().get_bit(1) & !self.digit.val().get_bit(0);
            self.choice.next.minus = self.digit.val().get_bit(1) & self.digit.val().get_bit(0);
            self.carry.d.next =
                self.digit.val().get_bit(2) | (self.digit.val().get_bit(1) & self.digit.val().get_bit(0));
        }
        self.register.d.next = self.choice.val();
    }
}
