//! Floating-point arithmetic: every operation of WebAssembly on `f32` and `f64`.

pub mod accumulator;
pub mod barrel;
pub mod control;
pub mod exponents;
pub mod phase;
pub mod product;
pub mod result;
pub mod shifters;
pub mod special;
pub mod steps;
pub mod unpack;
pub mod verdict;

use crate::stop_code::StopCode;
use crate::switch::Switch;
use accumulator::Accumulator;
use control::FloatControl;
use exponents::{Exponents, Keep, Term};
use isa::outcome::{Stop, Trap};
use layer::circuit;
use phase::Phase;
use product::Product;
use result::Pack;
use rust_hdl::core::check_error::{CheckError, check_all};
use rust_hdl::prelude::*;
use shifters::Shifters;
use special::Special;
use steps::Steps;
use unpack::Unpack;
use verdict::Verdict;

/// Name of the top module of a float unit by itself.
pub const TOP: &str = "float_unit";

/// Float unit: two registers that shift and one adder, which is the only way into z, the result.
///
/// ```text
/// x  shifts left   what is normalised, multiplicand, quotient, root
/// y  shifts right  what is aligned, multiplier, divisor, place of the root's next bit
/// z                z + (0, x, 2x, y or -x, -y, or for a root -2x - y)
/// ```
///
/// | operation | steps |
/// |-----------|-------|
/// | add       | z = the operand with the higher exponent; y, the other one, is aligned and added |
/// | multiply  | two bits of y in a cycle, from the lowest, with the digits 0, 1, 2 and -1; fast: [`Product`] |
/// | divide    | a bit in a cycle: z = 2(z - y) if that is positive, else 2z |
/// | root      | the same with 2x and the place of the next bit for y |
/// | compare   | z = x - y, if the exponents are equal |
/// | to and from integers, to the other format, to a whole number | x is normalised to the highest bit of all, then aligned to the place that counts |
///
/// Operands of multiply, divide and root are normalised first; if it is y, it changes places with x.
///
/// Two variants: the small one shifts by 8 and by 1 and needs the fewest cells, the fast one shifts by any number of
/// places. Both round to nearest, ties to even; a NaN that arithmetic gives is the positive canonical
/// one.
///
/// What the adder does comes from registers, set in the cycle before: nothing is decided in front of the carry chain.
///
/// ```text
/// clock    _/~\_/~\_/~\_ ... _/~\_/~\_
/// start    /~~~\________ ... _________
/// a, b     X v X
/// done     ~~~~\________ ... _/~~~~~~~
/// result                 ...  X valid
/// ```
///
/// The upper half of a 32-bit result is undefined.
#[derive(LogicBlock, Default)]
pub struct FloatUnit {
    pub clock: Signal<In, Clock>,
    /// Abandons what runs.
    pub reset: Signal<In, Bit>,
    /// High for one cycle, in which `a` and `b` are valid; only while nothing runs.
    pub start: Signal<In, Bit>,
    /// Valid from `start` on, as long as the result is needed.
    pub control: Signal<In, FloatControl>,
    /// 32-bit operands are the low halves.
    pub a: Signal<In, Bits<64>>,
    pub b: Signal<In, Bits<64>>,
    /// `result` and `trap` are valid, until the next `start` or `reset`.
    pub done: Signal<Out, Bit>,
    pub result: Signal<Out, Bits<64>>,
    /// `isa::outcome::Stop` code: invalid conversion, integer overflow, or 0.
    pub trap: Signal<Out, Bits<8>>,

    bad_conversion: StopCode<{ Stop::Trap(Trap::BadConversion).code() }>,
    integer_overflow: StopCode<{ Stop::Trap(Trap::IntegerOverflow).code() }>,
    fast: Switch,

    unpack: Unpack,
    special: Special,
    shifters: Shifters,
    accumulator: Accumulator,
    exponents: Exponents,
    product: Product,
    pack: Pack,
    verdict: Verdict,
    steps: Steps,

    phase: DFF<Phase>,
    coming: Signal<Local, Phase>,
    finish: Signal<Local, Bit>,
    finished: DFF<Bit>,
    /// The first cycle of a phase that multiplies, divides or extracts a root.
    first: DFF<Bit>,

    // What the operands are.
    two_operands: Signal<Local, Bit>,
    x_zero: DFF<Bit>,
    x_infinite: DFF<Bit>,
    x_nan: DFF<Bit>,
    y_zero: DFF<Bit>,
    y_infinite: DFF<Bit>,
    y_nan: DFF<Bit>,
    x_negative: DFF<Bit>,
    y_negative: DFF<Bit>,
    signs_differ: Signal<Local, Bit>,
    /// The exponent of x is less than that of y.
    smaller: DFF<Bit>,

    // What the operation has come to.
    is_special: Signal<Local, Bit>,
    scales: Signal<Local, Bit>,
    ready: Signal<Local, Bit>,
    exchanged: DFF<Bit>,
    stops: Signal<Local, Bit>,
    aligned: Signal<Local, Bit>,
    /// A whole number is rounded.
    rounded: DFF<Bit>,
    /// The exponent is 1, or below, or beyond the format.
    smallest: Signal<Local, Bit>,
    under: Signal<Local, Bit>,
    over: Signal<Local, Bit>,
    /// The first bit of the quotient was 0.
    late: DFF<Bit>,
    /// There is a remainder.
    sticky: DFF<Bit>,

    // Rounding.
    lowest: Signal<Local, Bit>,
    half: Signal<Local, Bit>,
    below: Signal<Local, Bit>,
    toward: Signal<Local, Bit>,

    picked_x: DFF<Bit>,
    truth: DFF<Bit>,

    // The result.
    negative: DFF<Bit>,
    nan: DFF<Bit>,
    infinite: DFF<Bit>,
    beyond: DFF<Bit>,
}

impl FloatUnit {
    /// The fast variant, or the small one.
    pub fn new(fast: bool) -> FloatUnit {
        FloatUnit { fast: Switch::new(fast), ..Default::default() }
    }

    /// The small variant.
    pub fn small() -> FloatUnit {
        FloatUnit::new(false)
    }

    /// The Verilog of a variant by itself; its top module is [`TOP`].
    ///
    /// # Errors
    /// rust-hdl's checks reject it.
    pub fn verilog(fast: bool) -> Result<String, CheckError> {
        let mut unit = FloatUnit::new(fast);
        unit.connect_all();
        check_all(&unit)?;
        Ok(generate_verilog_unchecked(&unit).replace("module top(", &format!("module {TOP}(")))
    }
}

impl Logic for FloatUnit {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, phase, finished, first, x_zero, x_infinite, x_nan, y_zero, y_infinite, y_nan);
        dff_setup!(self, clock, x_negative, y_negative, smaller, exchanged, rounded, late, sticky);
        dff_setup!(self, clock, picked_x, truth, negative, nan, infinite, beyond);
        clock!(self, clock, shifters, accumulator, exponents, product, steps);

        // The operands.
        self.unpack.control.next = self.control.val();
        self.unpack.a.next = self.a.val();
        self.unpack.b.next = self.b.val();
        self.scales.next = self.control.val().multiply | self.control.val().divide;
        self.two_operands.next =
            self.control.val().add | self.scales.val() | self.control.val().choose | self.control.val().compare;
        self.signs_differ.next = self.x_negative.q.val() ^ self.y_negative.q.val();
        self.special.control.next = self.control.val();
        self.special.x_zero.next = self.x_zero.q.val();
        self.special.x_infinite.next = self.x_infinite.q.val();
        self.special.x_nan.next = self.x_nan.q.val();
        self.special.y_zero.next = self.y_zero.q.val();
        self.special.y_infinite.next = self.y_infinite.q.val();
        self.special.y_nan.next = self.y_nan.q.val();
        self.special.x_negative.next = self.x_negative.q.val();
        self.special.signs_differ.next = self.signs_differ.val();
        self.is_special.next = self.special.nan.val() | self.special.infinite.val() | self.special.zero.val();

        // The parts.
        self.shifters.fast.next = self.fast.on.val();
        self.shifters.control.next = self.control.val();
        self.shifters.load.next = self.start.val();
        self.shifters.new_x.next = self.unpack.x.val();
        self.shifters.new_y.next = self.unpack.y.val();
        self.shifters.exponent.next = self.exponents.x.val();
        self.shifters.count.next = self.exponents.count.val();
        self.shifters.z.next = self.accumulator.z.val();
        self.shifters.quotient_bit.next = !self.accumulator.borrows.val();
        self.shifters.to_top.next = self.control.val().from_integer
            | self.control.val().to_integer
            | self.control.val().resize
            | (self.control.val().whole & !self.rounded.q.val());
        self.shifters.limited.next = self.control.val().add;
        self.shifters.truncate.next = self.control.val().to_integer;
        // Rounded to nearest, it is the same with or without what is so far below.
        self.shifters.rest.next = self.control.val().whole;
        self.exponents.load.next = self.start.val();
        self.exponents.new_x.next = self.unpack.x_exponent.val();
        self.exponents.new_y.next = self.unpack.y_exponent.val();
        self.exponents.from_double.next = self.control.val().from_double;
        self.exponents.to_double.next = self.control.val().to_double;
        self.exponents.from_integer.next = self.control.val().from_integer;
        self.exponents.grown.next = self.accumulator.grown.val();
        self.exponents.places.next = self.shifters.places.val();
        self.exponents.by8.next = self.shifters.by8.val();
        // What multiply counts, or where the format leads below the highest bit.
        self.exponents.new_count.next = 40.into();
        if self.control.val().to_double {
            self.exponents.new_count.next = 11.into();
        }
        if self.control.val().multiply {
            self.exponents.new_count.next = 11.into();
            if self.control.val().to_double {
                self.exponents.new_count.next = 25.into();
            }
            if self.fast.on.val() {
                self.exponents.new_count.next = 3.into();
            }
        }
        self.accumulator.x.next = self.shifters.x.val();
        self.accumulator.y.next = self.shifters.y.val();
        self.accumulator.product.next = self.product.significand.val();
        self.accumulator.double.next = self.control.val().to_double;
        self.product.x.next = self.shifters.x.val().get_bits::<53>(3);
        self.product.y.next = if !self.control.val().to_double {
            self.shifters.y.val().get_bits::<53>(3) << 29
        } else {
            self.shifters.y.val().get_bits::<53>(3)
        };
        self.verdict.control.next = self.control.val();
        self.verdict.z.next = self.accumulator.z.val();
        self.verdict.any.next = self.accumulator.any.val();
        self.verdict.count.next = self.exponents.count.val();
        self.verdict.smaller.next = self.smaller.q.val();
        self.verdict.x_negative.next = self.x_negative.q.val();
        self.verdict.y_negative.next = self.y_negative.q.val();
        self.verdict.both_zero.next = self.x_zero.q.val() & self.y_zero.q.val();
        self.verdict.unordered.next = self.x_nan.q.val() | self.y_nan.q.val();

        // Rounding.
        self.lowest.next = self.accumulator.z.val().get_bit(4);
        self.half.next = self.accumulator.z.val().get_bit(3);
        self.below.next = self.accumulator.z.val().get_bits::<3>(0).any();
        self.toward.next = (self.control.val().upward & !self.negative.q.val())
            | (self.control.val().downward & self.negative.q.val());
        self.accumulator.round_up.next = (self.toward.val() & (self.half.val() | self.below.val()))
            | (self.control.val().nearest & self.half.val() & (self.below.val() | self.lowest.val()));

        // What phases decide by.
        self.ready.next = self.shifters.leads.val()
            & (self.control.val().root | self.shifters.y_leads.val())
            & !(self.control.val().divide & self.exchanged.q.val());
        self.smallest.next = !self.exponents.x.val().get_bits::<12>(1).any();
        self.under.next =
            self.exponents.x.val().get_bit(12) | (self.smallest.val() & !self.exponents.x.val().get_bit(0));
        self.over.next = if self.control.val().to_double {
            self.exponents.x.val().get_bit(11) | self.exponents.x.val().get_bits::<11>(0).all()
        } else {
            self.exponents.x.val().get_bits::<4>(8).any() | self.exponents.x.val().get_bits::<8>(0).all()
        };
        self.stops.next = self.shifters.leads.val() | (self.control.val().add & self.smallest.val());
        self.aligned.next = !self.exponents.count.val().any();

        // Nothing happens,
        self.shifters.normalize.next = false;
        self.shifters.divide.next = false;
        self.shifters.set_bit.next = false;
        self.shifters.clear_x.next = false;
        self.shifters.x_from_z.next = false;
        self.shifters.align.next = false;
        self.shifters.by1.next = false;
        self.shifters.by_digit.next = false;
        self.shifters.y_from_x.next = false;
        self.shifters.lead.next = false;
        self.accumulator.write.next = false;
        self.accumulator.clear.next = self.start.val();
        self.accumulator.rounds.next = false;
        self.accumulator.sticky.next = false;
        self.exponents.term.next = Term::Growth;
        self.exponents.keep.next = Keep::Same;
        self.exponents.exchange.next = false;
        self.exponents.count_sum.next = false;
        self.exponents.count_clear.next = false;
        self.exponents.count_down.next = false;
        self.product.start.next = false;
        self.first.d.next = false;
        self.late.d.next = false;
        self.finish.next = false;
        self.coming.next = self.phase.q.val();
        // but for this.
        match self.phase.q.val() {
            Phase::Idle => {}
            Phase::Begin => {
                self.first.d.next = true;
                self.product.start.next = true;
                self.coming.next = Phase::Normalize;
                self.negative.d.next = self.x_negative.q.val();
                if self.scales.val() {
                    self.negative.d.next = self.signs_differ.val();
                    self.exponents.term.next = if self.control.val().divide { Term::Difference } else { Term::Sum };
                } else if self.control.val().root {
                    self.exponents.term.next = Term::PlusBias;
                } else if self.control.val().whole {
                    self.exponents.term.next = Term::ToUnits;
                } else {
                    self.exponents.term.next = if self.smaller.q.val() { Term::Reverse } else { Term::Difference };
                }
                self.exponents.count_sum.next =
                    self.control.val().add | self.control.val().compare | self.control.val().choose;
                if self.control.val().add {
                    self.accumulator.write.next = true;
                    self.coming.next = Phase::Align;
                    if self.smaller.q.val() {
                        self.negative.d.next = self.y_negative.q.val();
                        self.exponents.keep.next = Keep::Other;
                        self.shifters.y_from_x.next = true;
                    }
                }
                if self.control.val().compare | self.control.val().choose {
                    self.accumulator.write.next = true;
                    self.coming.next = Phase::Compare;
                }
                if self.control.val().sign {
                    self.negative.d.next = (self.x_negative.q.val() & self.control.val().negate)
                        ^ (self.control.val().negate | (self.control.val().copy & self.y_negative.q.val()));
                    self.accumulator.write.next = true;
                    self.finish.next = true;
                }
                if self.control.val().whole & self.exponents.negative.val() {
                    self.accumulator.write.next = true;
                    self.finish.next = true;
                }
                if self.scales.val() | self.control.val().root {
                    if self.ready.val() {
                        self.accumulator.write.next = true;
                        self.exponents.keep.next = Keep::Sum;
                        self.shifters.by_digit.next = self.control.val().multiply;
                        self.shifters.clear_x.next = !self.control.val().multiply;
                        self.shifters.lead.next = self.control.val().root;
                        self.coming.next = Phase::Root;
                        if self.control.val().multiply {
                            self.coming.next = Phase::Multiply;
                        }
                        if self.control.val().divide {
                            self.coming.next = Phase::Divide;
                        }
                    } else if self.shifters.leads.val() {
                        self.coming.next = Phase::Exchange;
                    }
                }
                if self.control.val().from_integer & self.x_negative.q.val() {
                    self.coming.next = Phase::Negate;
                }
                if self.is_special.val() {
                    self.accumulator.clear.next = true;
                    self.nan.d.next = self.special.nan.val();
                    self.infinite.d.next = self.special.infinite.val() | self.special.nan.val();
                    self.beyond.d.next = self.special.nan.val() & self.control.val().to_integer;
                    self.exponents.keep.next = Keep::Highest;
                    self.finish.next = true;
                }
            }
            Phase::Exchange => {
                self.accumulator.write.next = true;
                self.shifters.y_from_x.next = true;
                self.exchanged.d.next = !self.exchanged.q.val();
                self.coming.next = Phase::Adopt;
            }
            Phase::Adopt => {
                self.shifters.x_from_z.next = true;
                self.accumulator.clear.next = true;
                self.coming.next = Phase::Normalize;
                if !self.control.val().from_integer {
                    self.exponents.keep.next = Keep::Other;
                    self.exponents.exchange.next = true;
                    self.coming.next = Phase::Begin;
                }
            }
            Phase::Negate => {
                self.accumulator.write.next = true;
                self.coming.next = Phase::Check;
                if self.control.val().from_integer {
                    self.coming.next = Phase::Adopt;
                } else {
                    self.negative.d.next = !self.negative.q.val();
                }
            }
            Phase::Normalize => {
                if !self.stops.val() {
                    self.shifters.normalize.next = true;
                    self.exponents.term.next = Term::MinusPlaces;
                    self.exponents.keep.next = Keep::Sum;
                } else if self.scales.val() | self.control.val().root {
                    self.coming.next = Phase::Begin;
                } else if self.control.val().add {
                    self.accumulator.write.next = true;
                    self.coming.next = Phase::Round;
                } else if self.rounded.q.val() {
                    self.accumulator.write.next = true;
                    self.finish.next = true;
                } else {
                    self.shifters.y_from_x.next = true;
                    self.coming.next = Phase::Align;
                    self.exponents.term.next = Term::Recast;
                    self.exponents.keep.next = Keep::Sum;
                    if self.control.val().to_integer | self.control.val().whole {
                        self.exponents.term.next = Term::ToUnits;
                        self.exponents.keep.next = Keep::Same;
                        self.exponents.count_sum.next = true;
                        self.beyond.d.next = self.exponents.negative.val();
                        self.finish.next = self.exponents.negative.val();
                    }
                }
            }
            Phase::Shrink => {
                self.shifters.y_from_x.next = true;
                self.coming.next = Phase::Align;
            }
            Phase::Align => {
                if !self.aligned.val() {
                    self.shifters.align.next = true;
                    self.exponents.count_down.next = true;
                    self.exponents.count_clear.next = self.shifters.at_once.val();
                } else {
                    self.accumulator.write.next = true;
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
                self.accumulator.write.next = true;
                self.shifters.by_digit.next = true;
                self.exponents.count_down.next = true;
                if self.first.q.val() {
                    self.exponents.term.next = Term::MinusBias;
                    self.exponents.keep.next = Keep::Sum;
                }
                if self.aligned.val() {
                    self.coming.next = Phase::Check;
                }
            }
            Phase::Divide => {
                self.accumulator.write.next = true;
                self.shifters.divide.next = true;
                if self.first.q.val() {
                    self.exponents.term.next = Term::PlusBias;
                    self.exponents.keep.next = Keep::Sum;
                    self.late.d.next = self.accumulator.borrows.val();
                }
                if self.late.q.val() {
                    self.exponents.term.next = Term::MinusPlaces;
                    self.exponents.keep.next = Keep::Sum;
                }
                if self.shifters.quotient_ends.val() {
                    self.coming.next = Phase::Remain;
                }
            }
            Phase::Root => {
                self.accumulator.write.next = true;
                self.shifters.set_bit.next = !self.accumulator.borrows.val();
                self.shifters.by1.next = true;
                if self.first.q.val() {
                    self.exponents.keep.next = Keep::Half;
                }
                if self.shifters.y.val().get_bit(2) {
                    self.coming.next = Phase::Remain;
                }
            }
            Phase::Remain => {
                self.sticky.d.next = self.accumulator.any.val();
                self.accumulator.clear.next = true;
                self.coming.next = Phase::Collect;
            }
            Phase::Collect => {
                self.accumulator.write.next = true;
                self.accumulator.sticky.next = self.sticky.q.val();
                self.coming.next = Phase::Round;
            }
            Phase::Check => {
                self.shifters.x_from_z.next = true;
                self.exponents.keep.next = Keep::Sum;
                self.coming.next = Phase::Round;
                if !self.accumulator.any.val() {
                    self.negative.d.next = self.negative.q.val() & !self.signs_differ.val();
                    self.finish.next = true;
                } else if self.accumulator.z.val().get_bit(69) {
                    self.accumulator.clear.next = true;
                    self.coming.next = Phase::Negate;
                } else if !self.accumulator.leads.val() & !self.smallest.val() {
                    self.accumulator.clear.next = true;
                    self.coming.next = Phase::Normalize;
                }
            }
            Phase::Round => {
                self.shifters.x_from_z.next = true;
                self.accumulator.write.next = true;
                self.accumulator.rounds.next = true;
                self.exponents.term.next = Term::ToSmallest;
                self.exponents.count_sum.next = true;
                self.rounded.d.next = true;
                if self.control.val().whole {
                    self.coming.next = Phase::Whole;
                } else if self.under.val() {
                    self.accumulator.clear.next = true;
                    self.exponents.keep.next = Keep::Smallest;
                    self.coming.next = Phase::Shrink;
                } else if self.over.val() {
                    self.accumulator.clear.next = true;
                    self.exponents.keep.next = Keep::Highest;
                    self.infinite.d.next = true;
                    self.finish.next = true;
                } else if self.accumulator.carries.val() {
                    self.coming.next = Phase::Carry;
                } else {
                    self.finish.next = true;
                }
            }
            Phase::Carry => {
                self.exponents.grown.next = true;
                self.exponents.keep.next = Keep::Sum;
                self.finish.next = true;
            }
            Phase::Whole => {
                self.shifters.x_from_z.next = true;
                self.accumulator.clear.next = true;
                self.exponents.keep.next = Keep::Units;
                self.coming.next = Phase::Normalize;
                self.finish.next = !self.accumulator.any.val();
            }
            Phase::Compare => {
                self.accumulator.write.next = true;
                self.coming.next = Phase::Decide;
            }
            Phase::Decide => {
                self.accumulator.clear.next = true;
                self.truth.d.next = self.control.val().compare & self.verdict.holds.val();
                self.picked_x.d.next = self.verdict.picks_x.val();
                self.coming.next = Phase::Choose;
                self.finish.next = self.control.val().compare;
            }
            Phase::Choose => {
                self.accumulator.write.next = true;
                self.negative.d.next = self.x_negative.q.val();
                if !self.picked_x.q.val() {
                    self.negative.d.next = self.y_negative.q.val();
                    self.exponents.keep.next = Keep::Other;
                }
                self.finish.next = true;
            }
            Phase::Integer => {
                self.accumulator.clear.next = self.verdict.outside.val();
                self.beyond.d.next = self.verdict.outside.val();
                self.finish.next = true;
            }
        }
        if self.start.val() {
            self.coming.next = Phase::Begin;
            self.x_zero.d.next = self.unpack.x_zero.val();
            self.x_infinite.d.next = self.unpack.x_infinite.val();
            self.x_nan.d.next = self.unpack.x_nan.val();
            self.y_zero.d.next = self.unpack.y_zero.val();
            self.y_infinite.d.next = self.unpack.y_infinite.val();
            self.y_nan.d.next = self.unpack.y_nan.val() & self.two_operands.val();
            self.x_negative.d.next = self.unpack.x_negative.val();
            self.y_negative.d.next = self.unpack.y_negative.val();
            self.smaller.d.next = self.unpack.smaller.val();
            self.exchanged.d.next = false;
            self.rounded.d.next = false;
            self.finished.d.next = false;
            self.truth.d.next = false;
            self.nan.d.next = false;
            self.infinite.d.next = false;
            self.beyond.d.next = false;
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

        // What the adder does then.
        self.steps.control.next = self.control.val();
        self.steps.fast.next = self.fast.on.val();
        self.steps.start.next = self.start.val();
        self.steps.coming.next = self.coming.val();
        self.steps.smaller.next = self.smaller.d.val();
        self.steps.odd.next = self.exponents.odd_next.val();
        self.steps.signs_differ.next = self.signs_differ.val();
        self.steps.negative.next = self.negative.q.val();
        self.steps.picks_x.next = self.verdict.picks_x.val();
        self.steps.count.next = self.exponents.count.val();
        self.steps.pair.next = self.shifters.pair_next.val();
        self.accumulator.step.next = self.steps.step.val();

        // The result.
        self.pack.control.next = self.control.val();
        self.pack.z.next = self.accumulator.z.val();
        self.pack.exponent.next = self.exponents.x.val();
        self.pack.negative.next = self.negative.q.val();
        self.pack.infinite.next = self.infinite.q.val();
        self.pack.nan.next = self.nan.q.val();
        self.pack.truth.next = self.truth.q.val();
        self.pack.beyond.next = self.beyond.q.val();
        self.done.next = self.finished.q.val();
        self.result.next = self.pack.result.val();
        self.trap.next = 0.into();
        if self.beyond.q.val() & !self.control.val().saturate {
            self.trap.next =
                if self.nan.q.val() { self.bad_conversion.code.val() } else { self.integer_overflow.code.val() };
        }
    }
}
