//! Floating-point arithmetic: every operation of WebAssembly on `f32` and `f64`.

pub mod accumulator;
pub mod barrel;
pub mod control;
pub mod cycles;
pub mod exponents;
pub mod machine;
pub mod opening;
pub mod phase;
pub mod product;
pub mod result;
pub mod rounding;
pub mod shifters;
pub mod special;
pub mod steps;
pub mod unpack;
pub mod verdict;

use crate::emit;
use crate::prim::stop_code::StopCode;
use crate::prim::switch::Switch;
use accumulator::Accumulator;
use control::FloatControl;
use exponents::Exponents;
use isa::outcome::{Stop, Trap};
use layer::circuit;
use machine::PhaseMachine;
use product::Product;
use result::Pack;
use rounding::Rounding;
use rust_hdl::prelude::*;
use shifters::Shifters;
use steps::Steps;
use unpack::{Classes, Unpack};
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
/// places. Both round to nearest, ties to even; a NaN that arithmetic gives is the positive canonical one.
///
/// [`PhaseMachine`] says what the other parts do in each cycle; here they are only connected.
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
    /// Off in a core without the unit.
    present: Switch,

    unpack: Unpack,
    /// Of the operands in `unpack` at `start`.
    classes: DFF<Classes>,
    signs_differ: Signal<Local, Bit>,
    machine: PhaseMachine,
    steps: Steps,
    shifters: Shifters,
    accumulator: Accumulator,
    exponents: Exponents,
    product: Product,
    rounding: Rounding,
    verdict: Verdict,
    pack: Pack,
}

impl FloatUnit {
    /// The fast variant, or the small one.
    pub fn new(fast: bool) -> FloatUnit {
        FloatUnit { fast: Switch::new(fast), ..Default::default() }
    }

    /// None: what stands for it in a core without one.
    pub fn absent() -> FloatUnit {
        FloatUnit { present: Switch::new(false), ..Default::default() }
    }

    /// The small variant.
    pub fn small() -> FloatUnit {
        FloatUnit::new(false)
    }

    /// The Verilog of a variant by itself; its top module is [`TOP`].
    ///
    /// # Errors
    /// rust-hdl's checks reject it, or it has something that is not printed.
    pub fn verilog(fast: bool) -> Result<String, emit::Error> {
        let mut unit = FloatUnit::new(fast);
        unit.connect_all();
        emit::text(&unit, TOP)
    }
}

impl Logic for FloatUnit {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, classes);
        clock!(self, clock, machine, steps, shifters, accumulator, exponents, product);

        // The operands.
        connect!(self => self.unpack; control, a, b);
        if self.start.val() {
            self.classes.d.next = self.unpack.classes.val();
        }
        self.signs_differ.next = self.classes.q.val().x_negative ^ self.classes.q.val().y_negative;

        // The phases, and what the adder does in the coming one.
        connect!(self => self.machine; control, reset, start, signs_differ);
        self.machine.classes.next = self.classes.q.val();
        connect!(self.shifters => self.machine; leads, y_leads, short, quotient_ends, root_ends, at_once);
        connect!(self.accumulator => self.machine; any, borrows, carries);
        self.machine.z_leads.next = self.accumulator.leads.val();
        self.machine.z_negative.next = self.accumulator.z.val().get_bit(69);
        connect!(self.exponents => self.machine; beyond_units, count);
        connect!(self.verdict => self.machine; holds, picks_x, outside);
        connect!(self.rounding => self.machine; smallest, under, over);
        connect!(self => self.steps; control, start, signs_differ);
        self.steps.fast.next = self.fast.on.val();
        self.steps.coming.next = self.machine.coming.val();
        self.steps.smaller.next = self.classes.d.val().smaller;
        self.steps.odd.next = self.exponents.odd_next.val();
        self.steps.negative.next = self.machine.flags.val().negative;
        self.steps.picks_x.next = self.verdict.picks_x.val();
        self.steps.count.next = self.exponents.count.val();
        self.steps.pair.next = self.shifters.pair_next.val();

        // Significands.
        connect!(self.machine => self.shifters;
            normalize, to_top, divide, set_bit, clear_x, x_from_z, align, by1, by_digit, y_from_x, lead);
        self.shifters.fast.next = self.fast.on.val();
        self.shifters.control.next = self.control.val();
        self.shifters.load.next = self.start.val();
        self.shifters.new_x.next = self.unpack.x.val();
        self.shifters.new_y.next = self.unpack.y.val();
        self.shifters.exponent.next = self.exponents.x.val();
        self.shifters.count.next = self.exponents.count.val();
        self.shifters.z.next = self.accumulator.z.val();
        self.shifters.quotient_bit.next = !self.accumulator.borrows.val();
        self.shifters.limited.next = self.control.val().add;
        self.shifters.truncate.next = self.control.val().to_integer;
        // Rounded to nearest, it is the same with or without what is so far below.
        self.shifters.rest.next = self.control.val().whole;
        connect!(self.machine => self.accumulator; write, clear, sticky);
        connect!(self.shifters => self.accumulator; x, y);
        self.accumulator.step.next = self.steps.step.val();
        self.accumulator.product.next = self.product.significand.val();
        self.accumulator.double.next = self.control.val().to_double;
        self.accumulator.tie.next = self.rounding.tie.val();
        self.product.start.next = self.machine.starts_product.val();
        self.product.x.next = self.shifters.x.val().get_bits::<53>(3);
        self.product.y.next = if !self.control.val().to_double {
            self.shifters.y.val().get_bits::<53>(3) << 29
        } else {
            self.shifters.y.val().get_bits::<53>(3)
        };

        // Exponents.
        connect!(self.machine => self.exponents; normalize, keep, exchange, count_sum, count_clear, count_down);
        connect!(self.shifters => self.exponents; places, by8);
        self.exponents.term.next = self.steps.term.val();
        self.exponents.load.next = self.start.val();
        self.exponents.new_x.next = self.unpack.x_exponent.val();
        self.exponents.new_y.next = self.unpack.y_exponent.val();
        self.exponents.from_double.next = self.control.val().from_double;
        self.exponents.to_double.next = self.control.val().to_double;
        self.exponents.from_integer.next = self.control.val().from_integer;
        self.exponents.grown.next = self.accumulator.grown.val() | self.machine.carried.val();
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

        // What is decided of the sum.
        self.rounding.control.next = self.control.val();
        self.rounding.z.next = self.accumulator.z.val();
        self.rounding.exponent.next = self.exponents.x.val();
        self.verdict.control.next = self.control.val();
        self.verdict.classes.next = self.classes.q.val();
        connect!(self.accumulator => self.verdict; z, any);
        self.verdict.count.next = self.exponents.count.val();

        // The result.
        self.pack.control.next = self.control.val();
        self.pack.z.next = self.accumulator.z.val();
        self.pack.exponent.next = self.exponents.x.val();
        self.pack.flags.next = self.machine.flags.val();
        self.done.next = self.machine.done.val();
        self.result.next = self.pack.result.val();
        self.trap.next = 0.into();
        if self.machine.flags.val().beyond & !self.control.val().saturate {
            self.trap.next = if self.machine.flags.val().nan {
                self.bad_conversion.code.val()
            } else {
                self.integer_overflow.code.val()
            };
        }
    }
}
