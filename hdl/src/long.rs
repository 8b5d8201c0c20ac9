//! The operations that take several cycles: multiply, divide, count, 64-bit shift.

pub mod byte_count;
pub mod cycles;
#[cfg(test)]
mod tests;
use crate::control::Control;
use byte_count::ByteCount;
use rust_hdl::prelude::*;

#[derive(Copy, Clone, PartialEq, Debug, LogicState)]
enum State {
    Idle,
    /// A negative dividend: z = -x.
    Negate,
    /// x = z, the dividend's magnitude.
    Reload,
    Run,
    /// The last place of an odd shift to the right: z = 2z + lost bit.
    Half,
    /// The last step of a division: z = remainder, or z = quotient.
    Correct,
    /// A negative remainder: x = z.
    Return,
    /// z = -x.
    Finish,
}

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
/// ```text
/// clock    _/~\_/~\_/~\_ ... _/~\_/~\_
/// start    /~~~\________ ... _________
/// a, b     X v X
/// done     ~~~~\________ ... _/~~~~~~~
/// result                 ...  X valid
/// ```
///
/// Cycles from `start` to `done`, both counted from their first cycle (1: `done` follows at once), with n = 32 or 64:
///
/// | operation             | cycles |
/// |-----------------------|--------|
/// | mul                   | 1 + m, m = number of significant base-4 digits of b (at least 1; 1 more for a carry) |
/// | div_u, rem_u          | 2 + 8 * significant bytes of a (at least 1) |
/// | div_s, rem_s          | the same for the magnitudes, 2 more if a is negative, for rem_s 4 more |
/// | any division by zero  | 2, if a is negative and the division signed 4 |
/// | clz, ctz              | 2 + bytes up to and with the one that has the first one |
/// | popcnt                | 2 + n / 8 |
/// | shl, rotl             | 2 + k / 8 + k % 8 / 2, k = number of places |
/// | rotr                  | the same, k = 64 - places |
/// | shr_s, shr_u          | the same, k = places; if odd k = places + 1 and 1 more |
///
/// The upper half of a 32-bit result is undefined.
#[derive(LogicBlock, Default)]
pub struct LongUnit {
    pub clock: Signal<In, Clock>,
    /// Abandons what runs.
    pub reset: Signal<In, Bit>,
    /// High for one cycle, in which `a` and `b` are valid.
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

    state: DFF<State>,
    finished: DFF<Bit>,
    by_zero: DFF<Bit>,
    overflow: DFF<Bit>,

    x: DFF<Bits<64>>,
    y: DFF<Bits<64>>,
    /// With a sign for division.
    z: DFF<Bits<65>>,
    /// Pairs of places or of bits to go.
    pairs: DFF<Bits<6>>,

    // Start.
    shift: Signal<Local, Bit>,
    shift_right: Signal<Local, Bit>,
    a_sign: Signal<Local, Bit>,
    b_sign: Signal<Local, Bit>,
    a_minus: Signal<Local, Bit>,
    b_minus: Signal<Local, Bit>,
    b_operand: Signal<Local, Bits<64>>,
    places: Signal<Local, Bits<7>>,
    rounding: Signal<Local, Bits<7>>,
    rounded: Signal<Local, Bits<7>>,
    /// An odd number of places.
    odd: DFF<Bit>,
    /// The dividend, divisor, quotient is negative.
    a_negative: DFF<Bit>,
    b_negative: DFF<Bit>,
    q_negative: DFF<Bit>,

    // x and y.
    x_by2: Signal<Local, Bit>,
    x_by8: Signal<Local, Bit>,
    x_from_z: Signal<Local, Bit>,
    x_in2: Signal<Local, Bits<64>>,
    x_in8: Signal<Local, Bits<64>>,
    y_by2: Signal<Local, Bit>,
    y_by8: Signal<Local, Bit>,
    y_in2: Signal<Local, Bits<64>>,
    y_in8: Signal<Local, Bits<64>>,
    y_low: Signal<Local, Bits<2>>,
    y_rest: Signal<Local, Bit>,
    /// The highest bit of those shifted out of y last.
    lost: DFF<Bit>,

    // Adder.
    left: Signal<Local, Bits<65>>,
    left_zero: Signal<Local, Bit>,
    left_double: Signal<Local, Bit>,
    /// Comes in at the right of 2z.
    left_bit: Signal<Local, Bit>,
    /// 0, 1, 2, or 3 for -1.
    digit: Signal<Local, Bits<2>>,
    /// Comes in at the right of 2x.
    digit_bit: Signal<Local, Bit>,
    /// One more.
    increment: Signal<Local, Bit>,
    multiple: Signal<Local, Bits<64>>,
    highest: Signal<Local, Bits<64>>,
    y_wide: Signal<Local, Bits<65>>,
    right: Signal<Local, Bits<65>>,
    right_y: Signal<Local, Bit>,
    right_minus: Signal<Local, Bit>,
    carry_in: Signal<Local, Bit>,
    adder_left: Signal<Local, Bits<66>>,
    adder_right: Signal<Local, Bits<66>>,
    total: Signal<Local, Bits<66>>,
    z_move: Signal<Local, Bit>,

    // Multiply.
    multiply_digit: Signal<Local, Bits<2>>,
    carry: DFF<Bit>,
    carry_next: Signal<Local, Bit>,

    // Divide.
    top_pair: Signal<Local, Bits<2>>,
    /// No step done yet.
    fresh: DFF<Bit>,
    skip: Signal<Local, Bit>,
    /// The next step takes the lower bit of the pair at the top of x.
    second: DFF<Bit>,
    quotient_bit: Signal<Local, Bit>,
    first_bit: DFF<Bit>,
    quotient_high: Signal<Local, Bits<2>>,
    z_negative: Signal<Local, Bit>,

    // Count.
    counter: ByteCount,
    top_byte: Signal<Local, Bits<8>>,
    swapped1: Signal<Local, Bits<8>>,
    swapped2: Signal<Local, Bits<8>>,
    /// Goes into z in the next cycle.
    addend: DFF<Bits<4>>,

    sixteens: Signal<Local, Bit>,
    eights: Signal<Local, Bit>,
    twos: Signal<Local, Bit>,
    last_pair: Signal<Local, Bit>,
    finish: Signal<Local, Bit>,
}

impl Logic for LongUnit {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, state, finished, by_zero, overflow, x, y, z, pairs, odd, a_negative, b_negative);
        dff_setup!(self, clock, q_negative, lost, carry, fresh, second, first_bit, addend);
        self.done.next = self.finished.q.val();
        self.result.next = self.z.q.val().get_bits::<64>(0);
        self.trap.next = 0.into();
        if self.by_zero.q.val() {
            self.trap.next = 19.into();
        } else if self.overflow.q.val() {
            self.trap.next = 20.into();
        }

        // Operands.
        self.shift.next = !self.control.val().multiply & !self.control.val().divide & !self.control.val().count;
        self.shift_right.next = self.shift.val() & !self.control.val().left & !self.control.val().rotate;
        self.a_sign.next = self.a.val().get_bit(31);
        self.b_sign.next = self.b.val().get_bit(31);
        if self.control.val().double {
            self.a_sign.next = self.a.val().get_bit(63);
            self.b_sign.next = self.b.val().get_bit(63);
        }
        self.a_minus.next = self.control.val().divide & self.control.val().signed & self.a_sign.val();
        self.b_minus.next = self.control.val().divide & self.control.val().signed & self.b_sign.val();
        self.b_operand.next = self.b.val();
        if !self.control.val().double {
            self.b_operand.next = self.b.val() & 0xffff_ffff_u64;
            if self.b_minus.val() {
                self.b_operand.next = self.b.val() | 0xffff_ffff_0000_0000_u64;
            }
        }

        // Places: to the left as they are, rotated to the right 64 - n, shifted to the right the next even number.
        self.places.next = bit_cast::<7, 6>(self.b.val().get_bits::<6>(0));
        if self.control.val().rotate & !self.control.val().left {
            self.places.next = bit_cast::<7, 6>(self.b.val().get_bits::<6>(0)) ^ 63;
        }
        self.rounding.next = 1.into();
        if self.control.val().left {
            self.rounding.next = 0.into();
        }
        self.rounded.next = self.places.val() + self.rounding.val();

        // What is shifted into x and y.
        self.z_negative.next = self.z.q.val().get_bit(64);
        self.quotient_bit.next = !self.z_negative.val() ^ self.fresh.q.val() ^ self.q_negative.q.val();
        self.quotient_high.next = 0.into();
        if self.first_bit.q.val() {
            self.quotient_high.next = 2.into();
        }
        self.x_in2.next = 0.into();
        self.x_in8.next = 0.into();
        if self.control.val().rotate {
            self.x_in2.next = bit_cast::<64, 2>(self.x.q.val().get_bits::<2>(62));
            self.x_in8.next = bit_cast::<64, 8>(self.x.q.val().get_bits::<8>(56));
        } else if self.control.val().divide {
            self.x_in2.next = bit_cast::<64, 2>(self.quotient_high.val());
            if self.quotient_bit.val() {
                self.x_in2.next = bit_cast::<64, 2>(self.quotient_high.val()) | 1;
            }
            if self.q_negative.q.val() {
                self.x_in8.next = 255.into();
            }
        }
        self.y_in2.next = 0.into();
        self.y_in8.next = 0.into();
        if self.control.val().arithmetic & self.y.q.val().get_bit(63) {
            self.y_in2.next = 0xc000_0000_0000_0000_u64.into();
            self.y_in8.next = 0xff00_0000_0000_0000_u64.into();
        }

        // The byte that is counted; its leading zeros are also those that a division skips.
        self.top_pair.next = self.x.q.val().get_bits::<2>(30);
        self.top_byte.next = self.x.q.val().get_bits::<8>(24);
        if self.control.val().double {
            self.top_pair.next = self.x.q.val().get_bits::<2>(62);
            self.top_byte.next = self.x.q.val().get_bits::<8>(56);
        }
        self.swapped1.next = ((self.y.q.val().get_bits::<8>(0) >> 1) & 0x55) | ((self.y.q.val().get_bits::<8>(0) & 0x55) << 1);
        self.swapped2.next = ((self.swapped1.val() >> 2) & 0x33) | ((self.swapped1.val() & 0x33) << 2);
        self.counter.top.next = self.top_byte.val();
        if self.control.val().trailing {
            self.counter.top.next = (self.swapped2.val() >> 4) | (self.swapped2.val() << 4);
        }
        self.counter.low.next = self.y.q.val().get_bits::<8>(0);
        self.counter.ones.next = self.control.val().ones;
        self.eights.next = self.pairs.q.val().get_bits::<4>(2).any();
        self.twos.next = self.pairs.q.val().get_bits::<2>(0).any();
        self.last_pair.next = !self.eights.val() & self.pairs.q.val().get_bit(0) & !self.pairs.q.val().get_bit(1);
        self.sixteens.next = self.pairs.q.val().get_bits::<3>(3).any();

        // The steps.
        self.y_rest.next = self.y.q.val().get_bits::<62>(2).any();
        self.y_low.next = self.y.q.val().get_bits::<2>(0);
        self.carry_next.next = (self.y_low.val().get_bit(1) & self.y_low.val().get_bit(0))
            | (self.y_low.val().get_bit(1) & self.carry.q.val());
        self.multiply_digit.next = self.y_low.val();
        if self.carry.q.val() {
            self.multiply_digit.next = self.y_low.val() + 1;
        }
        self.skip.next = self.fresh.q.val() & !self.counter.found.val() & self.sixteens.val();

        self.finish.next = false;
        self.x_by2.next = false;
        self.x_by8.next = false;
        self.x_from_z.next = false;
        self.y_by2.next = false;
        self.y_by8.next = false;
        self.left_zero.next = false;
        self.left_double.next = false;
        self.left_bit.next = false;
        self.digit.next = 0.into();
        self.digit_bit.next = self.control.val().rotate & self.x.q.val().get_bit(63);
        self.increment.next = false;
        self.right_y.next = false;
        self.right_minus.next = false;
        self.z_move.next = true;
        self.addend.d.next = 0.into();

        match self.state.q.val() {
            State::Idle => self.z_move.next = false,
            State::Negate => {
                self.left_zero.next = true;
                self.digit.next = 3.into();
                self.state.d.next = State::Reload;
            }
            State::Reload => {
                self.left_zero.next = true;
                self.x_from_z.next = true;
                self.state.d.next = State::Run;
            }
            State::Run => {
                if self.control.val().multiply {
                    self.digit.next = self.multiply_digit.val();
                    self.x_by2.next = true;
                    self.y_by2.next = true;
                    self.carry.d.next = self.carry_next.val();
                    self.finish.next = !self.y_rest.val() & !self.carry_next.val();
                } else if self.control.val().divide {
                    self.left_double.next = true;
                    if self.skip.val() {
                        self.x_by8.next = true;
                    } else {
                        self.right_y.next = true;
                        self.right_minus.next = !self.z_negative.val() ^ self.b_negative.q.val();
                        self.fresh.d.next = false;
                        self.second.d.next = !self.second.q.val();
                        self.first_bit.d.next = self.quotient_bit.val();
                        self.left_bit.next = self.top_pair.val().get_bit(1);
                        if self.second.q.val() {
                            self.left_bit.next = self.top_pair.val().get_bit(0);
                            self.x_by2.next = true;
                            if self.last_pair.val() {
                                self.state.d.next = State::Correct;
                            }
                        }
                    }
                    if !self.y_rest.val() & !self.y_low.val().any() {
                        self.by_zero.d.next = true;
                        self.finish.next = true;
                    }
                } else if self.control.val().count {
                    self.finish.next = !self.eights.val();
                    self.x_by8.next = true;
                    self.y_by8.next = true;
                    if self.eights.val() {
                        self.addend.d.next = self.counter.count.val();
                    }
                } else {
                    self.left_zero.next = true;
                    self.x_by8.next = self.eights.val();
                    self.y_by8.next = self.eights.val();
                    self.x_by2.next = !self.eights.val() & self.twos.val();
                    self.y_by2.next = !self.eights.val() & self.twos.val();
                    self.right_y.next = self.shift_right.val();
                    self.digit.next = 1.into();
                    if self.odd.q.val() {
                        self.digit.next = 2.into();
                    }
                    if !self.eights.val() & !self.twos.val() {
                        if self.shift_right.val() & self.odd.q.val() {
                            self.state.d.next = State::Half;
                        } else {
                            self.finish.next = true;
                        }
                    }
                }
            }
            State::Half => {
                self.left_double.next = true;
                self.left_bit.next = self.lost.q.val();
                self.finish.next = true;
            }
            State::Correct => {
                if self.control.val().remainder {
                    self.right_y.next = self.z_negative.val();
                    self.right_minus.next = self.z_negative.val() & self.b_negative.q.val();
                    if self.a_negative.q.val() {
                        self.state.d.next = State::Return;
                    } else {
                        self.finish.next = true;
                    }
                } else {
                    // The digits of the quotient are 1 and -1, as bits 1 and 0: it is 2x + 1, less the correction.
                    self.left_zero.next = true;
                    self.digit.next = 2.into();
                    self.digit_bit.next = self.q_negative.q.val() | !self.z_negative.val();
                    self.increment.next = self.q_negative.q.val() & self.z_negative.val();
                    self.overflow.d.next = self.control.val().signed
                        & !self.q_negative.q.val()
                        & self.top_pair.val().get_bit(0);
                    self.finish.next = true;
                }
            }
            State::Return => {
                self.x_from_z.next = true;
                self.state.d.next = State::Finish;
            }
            State::Finish => {
                self.left_zero.next = true;
                self.digit.next = 3.into();
                self.finish.next = true;
            }
        }

        // Registers.
        if self.x_by8.val() {
            self.x.d.next = (self.x.q.val() << 8) | self.x_in8.val();
        } else if self.x_by2.val() {
            self.x.d.next = (self.x.q.val() << 2) | self.x_in2.val();
        } else if self.x_from_z.val() {
            self.x.d.next = self.z.q.val().get_bits::<64>(0);
        }
        if self.y_by8.val() {
            self.y.d.next = (self.y.q.val() >> 8) | self.y_in8.val();
            self.lost.d.next = self.y.q.val().get_bit(7);
        } else if self.y_by2.val() {
            self.y.d.next = (self.y.q.val() >> 2) | self.y_in2.val();
            self.lost.d.next = self.y.q.val().get_bit(1);
        }
        if self.x_by8.val() {
            self.pairs.d.next = self.pairs.q.val() - 4;
            if self.control.val().count & self.counter.found.val() & !self.control.val().ones {
                self.pairs.d.next = 0.into();
            }
        } else if self.x_by2.val() {
            self.pairs.d.next = self.pairs.q.val() - 1;
        }

        // Adder.
        self.left.next = self.z.q.val();
        if self.left_zero.val() {
            self.left.next = 0.into();
        } else if self.left_double.val() {
            self.left.next = self.z.q.val() << 1;
            if self.left_bit.val() {
                self.left.next = (self.z.q.val() << 1) | 1;
            }
        }
        self.multiple.next = 0.into();
        match self.digit.val().index() {
            0 => {}
            1 => self.multiple.next = self.x.q.val(),
            2 => {
                self.multiple.next = self.x.q.val() << 1;
                if self.digit_bit.val() {
                    self.multiple.next = (self.x.q.val() << 1) | 1;
                }
            }
            _ => self.multiple.next = !self.x.q.val(),
        }
        self.right.next = bit_cast::<65, 64>(self.multiple.val()) | bit_cast::<65, 4>(self.addend.q.val());
        self.highest.next = 0x8000_0000_0000_0000_u64.into();
        self.y_wide.next = bit_cast::<65, 64>(self.y.q.val());
        if self.b_negative.q.val() {
            self.y_wide.next = bit_cast::<65, 64>(self.y.q.val()) | (bit_cast::<65, 64>(self.highest.val()) << 1);
        }
        self.carry_in.next = self.increment.val() | self.digit.val().all();
        if self.right_y.val() {
            self.right.next = self.y_wide.val();
            if self.right_minus.val() {
                self.right.next = !self.y_wide.val();
                self.carry_in.next = true;
            }
        }
        self.adder_left.next = (bit_cast::<66, 65>(self.left.val()) << 1) | 1;
        self.adder_right.next = bit_cast::<66, 65>(self.right.val()) << 1;
        if self.carry_in.val() {
            self.adder_right.next = (bit_cast::<66, 65>(self.right.val()) << 1) | 1;
        }
        self.total.next = self.adder_left.val() + self.adder_right.val();
        if self.z_move.val() {
            self.z.d.next = self.total.val().get_bits::<65>(1);
        }

        if self.finish.val() {
            self.state.d.next = State::Idle;
            self.finished.d.next = true;
        }
        if self.start.val() {
            self.state.d.next = State::Run;
            if self.a_minus.val() {
                self.state.d.next = State::Negate;
            }
            self.finished.d.next = false;
            self.by_zero.d.next = false;
            self.overflow.d.next = false;
            self.x.d.next = self.a.val();
            self.y.d.next = self.b_operand.val();
            if self.control.val().count | self.shift.val() {
                self.y.d.next = self.a.val();
            }
            self.z.d.next = 0.into();
            self.pairs.d.next = 16.into();
            if self.control.val().double {
                self.pairs.d.next = 32.into();
            }
            if self.shift.val() {
                self.pairs.d.next = self.rounded.val().get_bits::<6>(1);
            }
            self.odd.d.next = self.b.val().get_bit(0);
            self.a_negative.d.next = self.a_minus.val();
            self.b_negative.d.next = self.b_minus.val();
            self.q_negative.d.next = (self.a_minus.val() ^ self.b_minus.val()) & !self.control.val().remainder;
            self.carry.d.next = false;
            self.fresh.d.next = true;
            self.second.d.next = false;
        }
        if self.reset.val() {
            self.state.d.next = State::Idle;
            self.finished.d.next = false;
        }
    }
}
