//! The long unit of the compact core: one bit a cycle.

use crate::front::control::Control;
use crate::prim::stop_code::StopCode;
use crate::prim::switch::Switch;
use isa::outcome::{Stop, Trap};
use layer::circuit;
use rust_hdl::prelude::*;

/// Multi-cycle unit of two registers that shift to the left, and one adder. It does what [`super::LongUnit`] does, and
/// shifts of 32 bits, in more cycles.
///
/// ```text
/// u  multiplier, dividend and quotient, what is shifted left, rotated or counted: its top bit goes out
/// v  product, remainder, what is shifted right, result:  v = (2v + top of u, or 0) + (0, b, -b, u or -u)
/// ```
///
/// | operation      | steps |
/// |----------------|-------|
/// | multiply       | v = 2v + b where the top of u is 1 |
/// | divide         | v = 2v + top of u, less b's magnitude if that leaves it positive; u takes the quotient's bit |
/// | shift right    | by n: width - n steps of v = 2v + top of u, from 0 or the sign on |
/// | shift, rotate left | by n: n steps of u; v = u; a rotation to the right is by width - n |
/// | count          | what leaves u is counted |
///
/// Before the steps of a division v = 0 - b is tried, which is positive if b is 0. A negative dividend is negated by
/// way of v, which changes places with u bit by bit. A quotient, and a remainder after changing places again, goes to v
/// with its sign.
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
pub struct CompactUnit {
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

    // What happens in this cycle; at most one.
    /// 0 - b.
    testing: DFF<Bit>,
    /// v = -u, then v and u change places, then v = 0.
    negating: DFF<Bit>,
    swapping: DFF<Bit>,
    clearing: DFF<Bit>,
    /// The operation's steps.
    running: DFF<Bit>,
    /// v = u or -u.
    passing: DFF<Bit>,
    /// The operation's steps are done.
    ran: DFF<Bit>,
    finished: DFF<Bit>,
    /// 0 - b was positive, in the cycle before: whatever has begun since ends.
    is_zero: DFF<Bit>,
    by_zero: DFF<Bit>,
    overflow: DFF<Bit>,

    v: DFF<Bits<64>>,
    u: DFF<Bits<64>>,
    /// b: the multiplicand or the divisor.
    divisor: DFF<Bits<64>>,
    /// Steps to go.
    steps: DFF<Bits<7>>,
    count: DFF<Bits<7>>,
    /// A bit that is 1 was counted.
    seen: DFF<Bit>,

    // The operation.
    shift_left: Signal<Local, Bit>,
    shift_right: Signal<Local, Bit>,
    a_sign: Signal<Local, Bit>,
    a_negative: DFF<Bit>,
    b_sign: Signal<Local, Bit>,
    b_negative: DFF<Bit>,
    /// Of the result.
    negative: Signal<Local, Bit>,
    width: Signal<Local, Bits<7>>,
    places: Signal<Local, Bits<7>>,

    // The registers.
    ends: Signal<Local, Bit>,
    stepping: Signal<Local, Bit>,
    u_top: Signal<Local, Bit>,
    v_top: Signal<Local, Bit>,
    v_steps: Signal<Local, Bit>,
    u_in: Signal<Local, Bit>,
    v_in: Signal<Local, Bit>,
    shifted: Signal<Local, Bits<64>>,
    counts: Signal<Local, Bit>,

    // The adder.
    from_u: Signal<Local, Bit>,
    /// From a register, because all bits of the operand follow from it.
    inverts: DFF<Bit>,
    right: Signal<Local, Bits<64>>,
    operand: Signal<Local, Bits<64>>,
    first_carry: Signal<Local, Bits<1>>,
    /// Only a sum that is positive is taken.
    decides: Signal<Local, Bit>,
    must_add: Signal<Local, Bits<1>>,
    may_add: Signal<Local, Bits<1>>,
    adder_left: Signal<Local, Bits<67>>,
    adder_right: Signal<Local, Bits<67>>,
    /// The decision, two bits; the sum; a bit that makes the carry in.
    total: Signal<Local, Bits<67>>,
    /// The sum is taken.
    adds: Signal<Local, Bit>,
    finish: Signal<Local, Bit>,
}

impl CompactUnit {
    /// None: what stands for it in a core of the other kind.
    pub fn absent() -> CompactUnit {
        CompactUnit { present: Switch::new(false), ..Default::default() }
    }
}

impl Logic for CompactUnit {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, testing, negating, swapping, clearing, running, passing, ran, finished);
        dff_setup!(self, clock, is_zero, by_zero, overflow, inverts, a_negative, b_negative);
        dff_setup!(self, clock, v, u, divisor, steps, count, seen);
        self.done.next = self.finished.q.val();
        self.result.next = self.v.q.val() | bit_cast::<64, 7>(self.count.q.val());
        self.trap.next = 0.into();
        if self.by_zero.q.val() {
            self.trap.next = self.divide_by_zero.code.val();
        } else if self.overflow.q.val() {
            self.trap.next = self.integer_overflow.code.val();
        }

        // The operation.
        self.shift_left.next = self.control.val().shift & (self.control.val().left | self.control.val().rotate);
        self.shift_right.next = self.control.val().shift & !self.control.val().left & !self.control.val().rotate;
        self.a_sign.next = self.a.val().get_bit(31);
        self.b_sign.next = self.b.val().get_bit(31);
        self.width.next = 32.into();
        if self.control.val().double {
            self.a_sign.next = self.a.val().get_bit(63);
            self.b_sign.next = self.b.val().get_bit(63);
            self.width.next = 64.into();
        }
        self.negative.next = self.control.val().divide
            & (self.a_negative.q.val() ^ (self.b_negative.q.val() & !self.control.val().remainder));
        self.places.next = if !self.control.val().double {
            bit_cast::<7, 5>(self.b.val().get_bits::<5>(0))
        } else {
            bit_cast::<7, 6>(self.b.val().get_bits::<6>(0))
        };

        // What leaves the registers.
        self.u_top.next = self.u.q.val().get_bit(31);
        self.v_top.next = self.v.q.val().get_bit(31);
        if self.control.val().double {
            self.u_top.next = self.u.q.val().get_bit(63);
            self.v_top.next = self.v.q.val().get_bit(63);
        }
        self.ends.next = !self.steps.q.val().any();
        self.stepping.next = (self.running.q.val() | self.swapping.q.val()) & !self.ends.val();
        self.v_steps.next =
            self.swapping.q.val() | self.control.val().multiply | self.control.val().divide | self.shift_right.val();
        self.v_in.next =
            (self.running.q.val() | self.swapping.q.val()) & self.u_top.val() & !self.control.val().multiply;
        self.shifted.next = if self.v_in.val() { (self.v.q.val() << 1) | 1 } else { self.v.q.val() << 1 };

        // The adder.
        self.from_u.next = self.negating.q.val() | self.passing.q.val();
        self.right.next = if self.from_u.val() { self.u.q.val() } else { self.divisor.q.val() };
        self.operand.next = self.right.val();
        self.first_carry.next = 0.into();
        if self.inverts.q.val() {
            self.operand.next = !self.right.val();
            self.first_carry.next = 1.into();
        }
        // Whether the sum is taken may depend on its carry, which comes last. So the decision is a stage of the chain:
        // 1 + 1, 0 + 0, or 1 + 0 and the carry.
        self.decides.next = self.testing.q.val() | (self.running.q.val() & self.control.val().divide);
        self.must_add.next = if self.from_u.val()
            | (self.running.q.val() & self.control.val().multiply & self.u_top.val())
            | (self.running.q.val() & self.control.val().divide & self.v.q.val().get_bit(63))
        {
            1.into()
        } else {
            0.into()
        };
        self.may_add.next = if self.decides.val() { 1.into() } else { self.must_add.val() };
        self.adder_left.next =
            (bit_cast::<67, 1>(self.may_add.val()) << 65) | (bit_cast::<67, 64>(self.shifted.val()) << 1) | 1;
        self.adder_right.next = (bit_cast::<67, 1>(self.must_add.val()) << 65)
            | (bit_cast::<67, 64>(self.operand.val()) << 1)
            | bit_cast::<67, 1>(self.first_carry.val());
        self.total.next = self.adder_left.val() + self.adder_right.val();
        self.adds.next = self.total.val().get_bit(66);

        // The registers.
        if self.from_u.val() | (self.stepping.val() & self.v_steps.val()) {
            self.v.d.next = self.shifted.val();
            if self.adds.val() {
                self.v.d.next = self.total.val().get_bits::<64>(1);
            }
        }
        self.u_in.next = if self.swapping.q.val() {
            self.v_top.val()
        } else {
            (self.control.val().rotate & self.u_top.val()) | (self.control.val().divide & self.adds.val())
        };
        if self.stepping.val() {
            self.u.d.next = self.u.q.val() << 1;
            if self.u_in.val() {
                self.u.d.next = (self.u.q.val() << 1) | 1;
            }
            self.seen.d.next = self.seen.q.val() | self.u_top.val();
            self.steps.d.next = self.steps.q.val() - 1;
        } else {
            self.steps.d.next = self.width.val();
        }
        self.counts.next = if self.control.val().ones {
            self.u_top.val()
        } else {
            !self.u_top.val() & (self.control.val().trailing | !self.seen.q.val())
        };
        if self.stepping.val() & self.control.val().count {
            if self.counts.val() {
                self.count.d.next = self.count.q.val() + 1;
            } else if self.control.val().trailing {
                self.count.d.next = 0.into();
            }
        }

        // What happens next.
        self.finish.next = self.is_zero.q.val()
            | self.passing.q.val()
            | (self.running.q.val()
                & self.ends.val()
                & !self.shift_left.val()
                & (!self.control.val().divide | (self.control.val().remainder & !self.a_negative.q.val())));
        self.is_zero.d.next = self.testing.q.val() & self.adds.val() & !self.reset.val();
        self.testing.d.next = false;
        self.negating.d.next = self.testing.q.val() & self.a_negative.q.val();
        self.swapping.d.next = self.negating.q.val()
            | (self.swapping.q.val() & !self.ends.val())
            | (self.running.q.val() & self.ends.val() & self.control.val().divide & self.control.val().remainder);
        self.clearing.d.next = (self.swapping.q.val() & self.ends.val())
            | (self.running.q.val() & self.ends.val() & self.control.val().divide & !self.control.val().remainder);
        self.passing.d.next = (self.clearing.q.val() & self.ran.q.val())
            | (self.running.q.val() & self.ends.val() & self.shift_left.val());
        self.running.d.next = (self.testing.q.val() & !self.a_negative.q.val())
            | (self.clearing.q.val() & !self.ran.q.val())
            | (self.running.q.val() & !self.ends.val());
        self.ran.d.next = self.ran.q.val() | (self.running.q.val() & self.ends.val());
        // It subtracts b, or adds it if it is negative; then passes -a on, then the result with its sign.
        self.inverts.d.next = self.control.val().divide & !self.b_negative.q.val();
        if self.testing.q.val() & self.a_negative.q.val() {
            self.inverts.d.next = true;
        }
        if self.clearing.q.val() & self.ran.q.val() {
            self.inverts.d.next = self.negative.val();
        }
        if self.passing.q.val() {
            self.overflow.d.next = self.control.val().divide
                & self.control.val().signed
                & !self.control.val().remainder
                & !self.negative.val()
                & self.u_top.val();
        }

        if self.start.val() {
            self.testing.d.next = self.control.val().divide;
            self.running.d.next = !self.control.val().divide;
            self.steps.d.next = self.width.val();
            if self.control.val().shift {
                self.steps.d.next = self.width.val() - self.places.val();
                if self.control.val().left {
                    self.steps.d.next = self.places.val();
                }
            }
            self.u.d.next = self.a.val();
            // Extended from 32 bits by its sign, so that there is one carry.
            self.divisor.d.next = self.b.val();
            if !self.control.val().double {
                self.divisor.d.next = self.b.val() & 0xffff_ffff_u64;
                if self.control.val().signed & self.b_sign.val() {
                    self.divisor.d.next = self.b.val() | 0xffff_ffff_0000_0000_u64;
                }
            }
            self.a_negative.d.next = self.control.val().signed & self.a_sign.val();
            self.b_negative.d.next = self.control.val().signed & self.b_sign.val();
            self.inverts.d.next = self.control.val().divide & !(self.control.val().signed & self.b_sign.val());
            self.count.d.next = 0.into();
            self.seen.d.next = false;
            self.ran.d.next = false;
            self.finished.d.next = false;
            self.by_zero.d.next = false;
            self.overflow.d.next = false;
        }
        if self.start.val() | self.clearing.q.val() {
            self.v.d.next = 0.into();
            if self.start.val() & self.control.val().arithmetic & self.a_sign.val() {
                self.v.d.next = 0xffff_ffff_ffff_ffff_u64.to_bits();
            }
        }
        if self.finish.val() | self.reset.val() {
            self.testing.d.next = false;
            self.negating.d.next = false;
            self.swapping.d.next = false;
            self.clearing.d.next = false;
            self.running.d.next = false;
            self.passing.d.next = false;
            self.finished.d.next = !self.reset.val();
            self.by_zero.d.next = self.is_zero.q.val();
        }
    }
}
