//! The operations that take several cycles: multiply, divide, count, 64-bit shift.

pub mod adder;
pub mod byte_count;
pub mod compact;
pub mod cycles;
pub mod places;
pub mod start;
#[cfg(test)]
mod tests;

use crate::front::control::Control;
use crate::prim::stop_code::StopCode;
use crate::prim::switch::Switch;
use adder::LongAdder;
use byte_count::ByteCount;
use isa::outcome::{Stop, Trap};
use layer::circuit;
use places::Places;
use rust_hdl::prelude::*;
use start::Start;

/// Multi-cycle unit: three registers and one adder, which is the only way into z, the result.
///
/// ```text
/// x  shifts left   multiplicand, dividend and quotient, what is shifted left or rotated, clz
/// y  shifts right  multiplier, divisor, what is shifted right, ctz, popcnt
/// z                product, remainder, count, result:  z = (0, z or 2z) + (0, x, 2x, -x, y or -y)
/// ```
///
/// Multiply: two bits of y in a cycle, from the lowest, with the digits 0, 1, 2 and -1 (3 is -1 and a carry), until no
/// bit of y is left. Divide: non-restoring, a bit in a cycle; leading zero bytes of the dividend are skipped. Shift:
/// places in eights, then in twos; an odd place is shifted on the way to z. A rotation to the right is one to the
/// left. Count: a byte in a cycle.
///
/// What selects the operands of x, y and the adder comes from registers, set in the cycle before: nothing is decided in
/// front of the 65-bit carry chain.
///
/// ```text
/// clock    _/~\_/~\_/~\_ ... _/~\_/~\_
/// start    /~~~\________ ... _________
/// a, b     X v X
/// done     ~~~~\________ ... _/~~~~~~~
/// result                 ...  X valid
/// ```
///
/// [`cycles::cycles`] says how long each operation takes. The upper half of a 32-bit result is undefined.
#[derive(LogicBlock, Default)]
pub struct LongUnit {
    pub clock: Signal<In, Clock>,
    /// Abandons what runs.
    pub reset: Signal<In, Bit>,
    /// High for one cycle, in which `a` and `b` are valid; only while nothing runs.
    pub start: Signal<In, Bit>,
    /// Valid from `start` to `done`.
    pub control: Signal<In, Control>,
    /// 32-bit operands are the low halves.
    pub a: Signal<In, Bits<64>>,
    pub b: Signal<In, Bits<64>>,
    /// `result` and `trap` are valid, until the next `start` or `reset`.
    pub done: Signal<Out, Bit>,
    pub result: Signal<Out, Bits<64>>,
    /// `isa::outcome::Stop` code: division by zero, integer overflow, or 0.
    pub trap: Signal<Out, Bits<8>>,
    /// Off in a core of the other kind.
    present: Switch,

    divide_by_zero: StopCode<{ Stop::Trap(Trap::DivideByZero).code() }>,
    integer_overflow: StopCode<{ Stop::Trap(Trap::IntegerOverflow).code() }>,

    // What happens in this cycle: with `busy` exactly one of those up to `halving`, without it none.
    busy: DFF<Bit>,
    multiplying: DFF<Bit>,
    /// The dividend's top byte is examined; it is zero and skipped; a step of the division.
    looking: DFF<Bit>,
    skipping: DFF<Bit>,
    dividing: DFF<Bit>,
    /// After the last step: z = remainder, z = quotient.
    correcting: DFF<Bit>,
    quoting: DFF<Bit>,
    /// z = -x. Before a division with a negative dividend, followed by `moving`; after it preceded by `moving`.
    negating: DFF<Bit>,
    /// x = z, z = 0.
    moving: DFF<Bit>,
    counting: DFF<Bit>,
    shifting_left: DFF<Bit>,
    shifting_right: DFF<Bit>,
    /// The last place of an odd shift to the right: z = 2z + lost bit.
    halving: DFF<Bit>,
    /// The division's steps are done; the bytes that are left do not count.
    ending: DFF<Bit>,
    finish: Signal<Local, Bit>,
    finished: DFF<Bit>,
    by_zero: DFF<Bit>,
    overflow: DFF<Bit>,

    // What selects operands in this cycle; see `Places` and `LongAdder`.
    by2: DFF<Bit>,
    by8: DFF<Bit>,
    left_zero: DFF<Bit>,
    left_double: DFF<Bit>,
    left_bit: DFF<Bit>,
    right_y: DFF<Bit>,
    digit: DFF<Bits<2>>,
    digit_bit: DFF<Bit>,
    /// `plus_one` of the adder, by the sign of z.
    one_if_positive: DFF<Bit>,
    one_if_negative: DFF<Bit>,
    select_place: DFF<Bit>,
    select_low: DFF<Bit>,

    operands: Start,
    /// An odd number of places.
    odd: DFF<Bit>,
    /// The dividend, divisor, quotient is negative.
    a_negative: DFF<Bit>,
    b_negative: DFF<Bit>,
    q_negative: DFF<Bit>,

    places: Places,
    /// With a sign for division.
    z: DFF<Bits<65>>,
    z_negative: Signal<Local, Bit>,
    adder: LongAdder,

    /// Pairs of places or of bits to go.
    pairs: DFF<Bits<6>>,
    pairs_done: Signal<Local, Bits<6>>,
    shifting: Signal<Local, Bit>,
    shifted: Signal<Local, Bit>,

    // Multiply.
    y_pair: Signal<Local, Bits<2>>,
    y_rest: Signal<Local, Bit>,
    carry: DFF<Bit>,
    carry_next: Signal<Local, Bit>,
    multiplied: Signal<Local, Bit>,

    // Divide.
    /// The top bits of x.
    x_bits: Signal<Local, Bits<3>>,
    second_byte: Signal<Local, Bits<8>>,
    no_divisor: Signal<Local, Bit>,
    /// The next byte is skipped, too.
    skip: Signal<Local, Bit>,
    /// No step done yet.
    fresh: DFF<Bit>,
    last: Signal<Local, Bit>,
    divided: Signal<Local, Bit>,
    quotient_bit: Signal<Local, Bit>,
    first_bit: DFF<Bit>,
    quotient_high: Signal<Local, Bits<2>>,

    // Count.
    counter: ByteCount,
    top_byte: Signal<Local, Bits<8>>,
    counted: Signal<Local, Bit>,
    /// Goes into z in the next cycle.
    addend: DFF<Bits<4>>,
}

impl LongUnit {
    /// None: what stands for it in a core of the other kind.
    pub fn absent() -> LongUnit {
        LongUnit { present: Switch::new(false), ..Default::default() }
    }
}

impl Logic for LongUnit {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, busy, multiplying, looking, skipping, dividing, correcting, quoting, negating, moving);
        dff_setup!(self, clock, counting, shifting_left, shifting_right, halving, ending, finished, by_zero, overflow);
        dff_setup!(self, clock, by2, by8, left_zero, left_double, right_y, digit, odd, a_negative, b_negative);
        dff_setup!(self, clock, q_negative, z, pairs, carry, fresh, first_bit, addend);
        dff_setup!(self, clock, select_place, select_low, left_bit, digit_bit);
        dff_setup!(self, clock, one_if_positive, one_if_negative);
        clock!(self, clock, places);
        self.done.next = self.finished.q.val();
        self.result.next = self.z.q.val().get_bits::<64>(0);
        self.trap.next = 0.into();
        if self.by_zero.q.val() {
            self.trap.next = self.divide_by_zero.code.val();
        } else if self.overflow.q.val() {
            self.trap.next = self.integer_overflow.code.val();
        }
        connect!(self => self.operands; control, a, b);

        // Count. A byte's count goes into z one cycle later.
        self.top_byte.next = if self.control.val().double {
            self.places.x.val().get_bits::<8>(56)
        } else {
            self.places.x.val().get_bits::<8>(24)
        };
        self.counter.top.next = self.top_byte.val();
        self.counter.low.next = self.places.y.val().get_bits::<8>(0);
        self.counter.trailing.next = self.control.val().trailing;
        self.counter.ones.next = self.control.val().ones;
        self.counted.next = self.counting.q.val() & (self.ending.q.val() | !self.pairs.q.val().any());
        self.addend.d.next = 0.into();
        if self.counting.q.val() & !self.counted.val() {
            self.addend.d.next = self.counter.count.val();
        }

        // Multiply.
        self.y_rest.next = self.places.y.val().get_bits::<62>(2).any();
        self.y_pair.next = self.places.y.val().get_bits::<2>(0);
        self.carry_next.next = self.y_pair.val().get_bit(1) & (self.y_pair.val().get_bit(0) | self.carry.q.val());
        self.multiplied.next = self.multiplying.q.val() & !self.y_rest.val() & !self.carry_next.val();

        // Divide. The quotient's digits are 1 and -1, as bits 1 and 0. The first digit has nothing above that makes it
        // 1, so it is 1 as bit 0.
        self.x_bits.next = self.places.x.val().get_bits::<3>(29);
        self.second_byte.next = self.places.x.val().get_bits::<8>(16);
        if self.control.val().double {
            self.x_bits.next = self.places.x.val().get_bits::<3>(61);
            self.second_byte.next = self.places.x.val().get_bits::<8>(48);
        }
        self.z_negative.next = self.z.q.val().get_bit(64);
        self.no_divisor.next = self.looking.q.val() & !self.y_rest.val() & !self.y_pair.val().any();
        self.skip.next = if self.skipping.q.val() {
            !self.second_byte.val().any()
                & (self.pairs.q.val().get_bits::<2>(4).any() | self.pairs.q.val().get_bits::<2>(2).all())
        } else {
            self.looking.q.val() & !self.counter.found.val()
        };
        self.last.next = !self.pairs.q.val().get_bits::<5>(1).any();
        self.divided.next = self.dividing.q.val() & self.by2.q.val() & self.last.val();
        self.quotient_bit.next = !self.z_negative.val() ^ self.fresh.q.val() ^ self.q_negative.q.val();
        self.quotient_high.next = if self.first_bit.q.val() { 2.into() } else { 0.into() };
        self.places.pair.next = 0.into();
        if self.dividing.q.val() {
            self.places.pair.next =
                if self.quotient_bit.val() { self.quotient_high.val() | 1 } else { self.quotient_high.val() };
            self.fresh.d.next = false;
        }
        self.first_bit.d.next = self.quotient_bit.val();

        // Shift.
        self.shifting.next = self.shifting_left.q.val() | self.shifting_right.q.val();
        self.shifted.next = self.shifting.val() & !self.by8.q.val() & !self.by2.q.val();

        // The registers that shift.
        self.places.idle.next = !self.busy.q.val();
        self.places.a.next = self.a.val();
        self.places.b.next = self.b.val();
        self.places.b_extends.next = !self.control.val().double;
        self.places.b_negative.next = self.operands.b_negative.val();
        self.places.y_from_b.next = self.control.val().multiply | self.control.val().divide;
        self.places.x_from_z.next = self.moving.q.val();
        self.places.select_place.next = self.select_place.q.val();
        self.places.select_low.next = self.select_low.q.val();
        self.places.z.next = self.z.q.val().get_bits::<64>(0);
        self.places.by2.next = self.by2.q.val();
        self.places.by8.next = self.by8.q.val();
        self.places.y_hold.next = self.control.val().divide;
        self.places.rotate.next = self.control.val().rotate;
        self.places.fill.next = self.q_negative.q.val();
        self.places.arithmetic.next = self.control.val().arithmetic;
        self.pairs_done.next = 0.into();
        if self.by8.q.val() {
            self.pairs_done.next = 4.into();
        } else if self.by2.q.val() {
            self.pairs_done.next = 1.into();
        }
        self.pairs.d.next = self.pairs.q.val() - self.pairs_done.val();

        // The adder and z.
        self.adder.x.next = self.places.x.val();
        self.adder.y.next = self.places.y.val();
        self.adder.y_negative.next = self.b_negative.q.val();
        self.adder.z.next = self.z.q.val();
        self.adder.addend.next = self.addend.q.val() & 14;
        self.adder.left_zero.next = self.left_zero.q.val();
        self.adder.left_double.next = self.left_double.q.val();
        self.adder.left_bit.next = self.left_bit.q.val();
        self.adder.right_y.next = self.right_y.q.val();
        self.adder.plus_one.next =
            if self.z_negative.val() { self.one_if_negative.q.val() } else { self.one_if_positive.q.val() };
        self.adder.digit.next = self.digit.q.val();
        self.adder.digit_bit.next =
            self.digit_bit.q.val() | (self.control.val().rotate & self.places.x.val().get_bit(63));
        if self.quoting.q.val() {
            self.overflow.d.next = self.control.val().signed & !self.q_negative.q.val() & self.x_bits.val().get_bit(1);
        }
        if self.busy.q.val() & (self.z_negative.val() | !self.correcting.q.val()) {
            self.z.d.next = self.adder.sum.val();
        }

        // What happens next.
        self.finish.next = self.multiplied.val()
            | self.no_divisor.val()
            | self.counted.val()
            | (self.shifted.val() & !(self.shifting_right.q.val() & self.odd.q.val()))
            | self.halving.q.val()
            | self.quoting.q.val()
            | (self.correcting.q.val() & !self.a_negative.q.val())
            | (self.negating.q.val() & self.ending.q.val());
        self.ending.d.next = self.ending.q.val()
            | self.divided.val()
            | (self.counting.q.val() & self.counter.found.val() & !self.control.val().ones);
        self.halving.d.next = self.shifted.val() & self.shifting_right.q.val();
        self.shifting_right.d.next = self.shifting_right.q.val() & !self.shifted.val();
        self.looking.d.next = self.moving.q.val() & !self.ending.q.val();
        self.skipping.d.next = self.skip.val();
        self.dividing.d.next = ((self.looking.q.val() | self.skipping.q.val()) & !self.skip.val())
            | (self.dividing.q.val() & !self.divided.val());
        self.correcting.d.next = self.divided.val() & self.control.val().remainder;
        self.quoting.d.next = self.divided.val() & !self.control.val().remainder;
        self.negating.d.next = self.moving.q.val() & self.ending.q.val();
        self.moving.d.next =
            (self.negating.q.val() & !self.ending.q.val()) | (self.correcting.q.val() & self.a_negative.q.val());

        // And what that selects.
        self.by8.d.next = self.counting.q.val()
            | self.skip.val()
            | (self.shifting.val() & self.by8.q.val() & self.pairs.q.val().get_bits::<3>(3).any());
        self.by2.d.next = self.multiplying.q.val()
            | (self.dividing.q.val() & !self.by2.q.val())
            | (self.shifting.val() & self.by2.q.val() & self.pairs.q.val().get_bit(1))
            | (self.shifting.val()
                & self.by8.q.val()
                & !self.pairs.q.val().get_bits::<3>(3).any()
                & self.pairs.q.val().get_bits::<2>(0).any());
        self.left_zero.d.next = self.shifting_left.q.val()
            | self.shifting_right.d.val()
            | self.looking.d.val()
            | self.skip.val()
            | self.quoting.d.val()
            | self.negating.d.val()
            | self.moving.d.val();
        self.left_double.d.next = self.dividing.d.val() | self.halving.d.val();
        self.left_bit.d.next = self.x_bits.val().get_bit(2);
        if self.skipping.q.val() {
            self.left_bit.d.next = self.second_byte.val().get_bit(7);
        }
        if self.dividing.q.val() {
            self.left_bit.d.next = self.x_bits.val().get_bit(1);
            if self.by2.q.val() {
                self.left_bit.d.next = self.x_bits.val().get_bit(0);
            }
        }
        if self.shifted.val() {
            self.left_bit.d.next = self.places.lost.val();
        }
        self.right_y.d.next = self.dividing.d.val() | self.shifting_right.d.val() | self.correcting.d.val();
        self.carry.d.next = self.multiplying.q.val() & self.carry_next.val();
        self.digit.d.next = 0.into();
        if self.shifting_left.q.val() {
            self.digit.d.next = self.digit.q.val();
        }
        if self.multiplying.q.val() {
            self.digit.d.next = self.places.y.val().get_bits::<2>(2);
            if self.carry_next.val() {
                self.digit.d.next = self.places.y.val().get_bits::<2>(2) + 1;
            }
        }
        if self.divided.val() {
            self.digit.d.next = 2.into();
        }
        if self.moving.q.val() & self.ending.q.val() {
            self.digit.d.next = 3.into();
        }
        self.digit_bit.d.next = self.addend.d.val().get_bit(0) | (self.quoting.d.val() & self.q_negative.q.val());
        self.one_if_positive.d.next = self.digit.d.val().all();
        self.one_if_negative.d.next = self.digit.d.val().all();
        if self.dividing.d.val() {
            self.one_if_positive.d.next = !self.b_negative.q.val();
            self.one_if_negative.d.next = self.b_negative.q.val();
        }
        if self.quoting.d.val() {
            // With bits for digits the quotient is 2x + 1, less 1 (if it is negative: and 1) for a corrected remainder.
            self.one_if_positive.d.next = !self.q_negative.q.val();
            self.one_if_negative.d.next = self.q_negative.q.val();
        }
        if self.correcting.d.val() {
            self.one_if_negative.d.next = self.b_negative.q.val();
        }
        self.select_place.d.next = self.busy.q.val() & !self.moving.d.val();
        self.select_low.d.next = self.by8.d.val() | self.moving.d.val();

        if self.start.val() {
            self.busy.d.next = true;
            self.multiplying.d.next = self.control.val().multiply;
            self.looking.d.next = self.control.val().divide & !self.operands.a_negative.val();
            self.negating.d.next = self.control.val().divide & self.operands.a_negative.val();
            self.counting.d.next = self.control.val().count;
            self.shifting_left.d.next = self.operands.shift_left.val();
            self.shifting_right.d.next = self.operands.shift_right.val();
            self.by2.d.next = self.operands.by2.val();
            self.by8.d.next = self.operands.by8.val();
            self.left_zero.d.next = !self.control.val().multiply & !self.control.val().count;
            self.right_y.d.next = self.operands.shift_right.val();
            self.digit.d.next = self.operands.digit.val();
            self.one_if_positive.d.next = self.operands.digit.val().all();
            self.one_if_negative.d.next = self.operands.digit.val().all();
            self.select_place.d.next = true;
            self.select_low.d.next = self.operands.by8.val();
            self.finished.d.next = false;
            self.by_zero.d.next = false;
            self.overflow.d.next = false;
            self.odd.d.next = self.b.val().get_bit(0);
            self.a_negative.d.next = self.operands.a_negative.val();
            self.b_negative.d.next = self.operands.b_negative.val();
            self.q_negative.d.next = self.operands.a_negative.val() ^ self.operands.b_negative.val();
            self.z.d.next = 0.into();
            self.pairs.d.next = self.operands.pairs.val();
            self.fresh.d.next = true;
        }
        if self.finish.val() | self.reset.val() {
            self.busy.d.next = false;
            self.multiplying.d.next = false;
            self.looking.d.next = false;
            self.skipping.d.next = false;
            self.dividing.d.next = false;
            self.correcting.d.next = false;
            self.quoting.d.next = false;
            self.negating.d.next = false;
            self.moving.d.next = false;
            self.counting.d.next = false;
            self.shifting_left.d.next = false;
            self.shifting_right.d.next = false;
            self.halving.d.next = false;
            self.ending.d.next = false;
            self.by8.d.next = false;
            self.select_place.d.next = false;
            self.select_low.d.next = false;
            self.finished.d.next = !self.reset.val();
            self.by_zero.d.next = self.no_divisor.val();
        }
    }
}
