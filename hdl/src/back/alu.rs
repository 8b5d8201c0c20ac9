//! The arithmetic-logic unit of stage X.

#[cfg(test)]
mod tests;

use crate::front::control::Control;
use crate::prim::late::Late;
use layer::circuit;
use rust_hdl::prelude::*;

/// One 32-bit pass of an operation: adder, comparison, logic, sign extension, shifter. No path from the operands is
/// long:
///
/// ```text
/// result = adds & sum | rest,  rest = mask & rotated | combined
///
/// operation            adds  mask            combined
/// add, subtract, move  1     0               0
/// and, or, xor         0     0               A & B, A | B, A ^ B
/// compare              0     0               0 (bit 0 is `condition`, which who takes it puts there)
/// shift, extend        0     bits that stay  the sign, where the mask is 0
/// rotate               0     1               0
/// ```
///
/// The operand of a unary operation is `a`, and `b` is 0. An operation with the control bit `wide` takes two passes,
/// low halves first; the second pass follows in the very next cycle:
///
/// ```text
/// clock      _/~\_/~\_/~\_
/// a, b           X low X high X
/// second     __________/~~~~\_
/// result         X low X high X
/// condition            X valid X
/// ```
///
/// That of the compact core has no shifter: the long unit shifts.
#[derive(LogicBlock, Default)]
pub struct Alu {
    pub clock: Signal<In, Clock>,
    /// It is that of the compact core; constant.
    pub compact: Signal<In, Bit>,
    /// The carry decides last, and the sum is joined last; constant. Otherwise the sum is part of the rest.
    pub prepares: Signal<In, Bit>,
    pub control: Signal<In, Control>,
    pub a: Signal<In, Bits<32>>,
    pub b: Signal<In, Bits<32>>,
    /// Second pass of a wide operation: carry and equality of the cycle before count.
    pub second: Signal<In, Bit>,
    /// The result is what these two have together: the sum, which comes late and counts if `adds`, and the rest.
    pub sum: Signal<Out, Bits<32>>,
    pub adds: Signal<Out, Bit>,
    pub rest: Signal<Out, Bits<32>>,
    /// Outcome of a comparison; low for other operations.
    pub condition: Signal<Out, Late>,

    carry: DFF<Bit>,
    same: DFF<Bit>,

    // Adder.
    summing: Signal<Local, Bit>,
    addend: Signal<Local, Bits<32>>,
    carry_in: Signal<Local, Bit>,
    adder_a: Signal<Local, Bits<34>>,
    adder_b: Signal<Local, Bits<34>>,
    /// Carry, sum, and a bit below that makes the carry in.
    total: Signal<Local, Bits<34>>,

    // Comparison.
    logical: Signal<Local, Bits<32>>,
    a_equals_b: Signal<Local, Bit>,
    equal: Signal<Local, Bit>,
    /// The signs say the contrary of the carry.
    flip: Signal<Local, Bit>,
    if_carry: Signal<Local, Bit>,
    if_none: Signal<Local, Bit>,
    chosen: Signal<Local, Bit>,

    // Rotator, to the right.
    shift: Signal<Local, Bit>,
    turn1: Signal<Local, Bit>,
    turn2: Signal<Local, Bit>,
    turn4: Signal<Local, Bit>,
    turn8: Signal<Local, Bit>,
    turn16: Signal<Local, Bit>,
    by1: Signal<Local, Bits<32>>,
    by2: Signal<Local, Bits<32>>,
    by4: Signal<Local, Bits<32>>,
    by8: Signal<Local, Bits<32>>,
    rotated: Signal<Local, Bits<32>>,

    // Mask.
    low_row: Signal<Local, Bits<4>>,
    high_row: Signal<Local, Bits<3>>,
    rim_bits: Signal<Local, Bits<32>>,
    /// `rim_bits` in every byte.
    rims: Signal<Local, Bits<32>>,
    /// The byte at the edge.
    rim: Signal<Local, Bits<32>>,
    /// The bytes that are kept.
    whole: Signal<Local, Bits<32>>,
    mask: Signal<Local, Bits<32>>,

    sign: Signal<Local, Bit>,
    filling: Signal<Local, Bits<32>>,
    combined: Signal<Local, Bits<32>>,
}

impl Logic for Alu {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, carry, same);

        // Adder.
        self.summing.next = !(self.control.val().logic
            | self.control.val().compare
            | self.control.val().shift
            | self.control.val().extend8
            | self.control.val().extend16);
        self.addend.next = if self.control.val().subtract { !self.b.val() } else { self.b.val() };
        self.carry_in.next = if self.second.val() { self.carry.q.val() } else { self.control.val().subtract };
        self.adder_a.next = (bit_cast::<34, 32>(self.a.val()) << 1) | 1;
        self.adder_b.next = if self.carry_in.val() {
            (bit_cast::<34, 32>(self.addend.val()) << 1) | 1
        } else {
            bit_cast::<34, 32>(self.addend.val()) << 1
        };
        self.total.next = self.adder_a.val() + self.adder_b.val();
        self.sum.next = self.total.val().get_bits::<32>(1);
        self.carry.d.next = self.total.val().get_bit(33);

        // Comparison. What differs is the exclusive or.
        self.logical.next = self.a.val() ^ self.b.val();
        if self.control.val().and {
            self.logical.next = self.a.val() & self.b.val();
        }
        if self.control.val().or {
            self.logical.next = self.a.val() | self.b.val();
        }
        self.a_equals_b.next = !self.logical.val().any();
        self.same.d.next = self.a_equals_b.val();
        self.equal.next = self.a_equals_b.val() & (self.same.q.val() | !self.second.val());
        self.flip.next = self.control.val().signed & (self.a.val().get_bit(31) ^ self.b.val().get_bit(31));
        self.if_carry.next = self.control.val().compare
            & (self.control.val().invert
                ^ ((self.control.val().less & self.flip.val()) | (self.control.val().equal & self.equal.val())));
        self.if_none.next = self.control.val().compare
            & (self.control.val().invert
                ^ ((self.control.val().less & !self.flip.val()) | (self.control.val().equal & self.equal.val())));
        self.chosen.next = if self.total.val().get_bit(33) { self.if_carry.val() } else { self.if_none.val() };
        self.condition.next.comes = self.total.val().get_bit(33) & self.prepares.val();
        self.condition.next.then = self.if_carry.val();
        self.condition.next.otherwise = self.if_none.val();
        if !self.prepares.val() {
            self.condition.next.then = self.chosen.val();
            self.condition.next.otherwise = self.chosen.val();
        }

        // Rotator. To the left by n is to the right by -n; each bit of -n is ready before its stage needs it.
        self.turn1.next = self.b.val().get_bit(0);
        self.turn2.next = self.b.val().get_bit(1) ^ (self.control.val().left & self.b.val().get_bit(0));
        self.turn4.next =
            self.b.val().get_bit(2) ^ (self.control.val().left & (self.b.val().get_bit(0) | self.b.val().get_bit(1)));
        self.turn8.next = self.b.val().get_bit(3) ^ (self.control.val().left & self.b.val().get_bits::<3>(0).any());
        self.turn16.next = self.b.val().get_bit(4) ^ (self.control.val().left & self.b.val().get_bits::<4>(0).any());
        if self.compact.val() {
            self.turn1.next = false;
            self.turn2.next = false;
            self.turn4.next = false;
            self.turn8.next = false;
            self.turn16.next = false;
        }
        self.by1.next = if self.turn1.val() { (self.a.val() >> 1) | (self.a.val() << 31) } else { self.a.val() };
        self.by2.next = if self.turn2.val() { (self.by1.val() >> 2) | (self.by1.val() << 30) } else { self.by1.val() };
        self.by4.next = if self.turn4.val() { (self.by2.val() >> 4) | (self.by2.val() << 28) } else { self.by2.val() };
        self.by8.next = if self.turn8.val() { (self.by4.val() >> 8) | (self.by4.val() << 24) } else { self.by4.val() };

        // Mask. A shift to the right by n keeps the bits up to 31 - n, to the left those from n: whole bytes, and
        // bits of the byte at the edge.
        self.low_row.next = bit_cast::<4, 3>(self.b.val().get_bits::<3>(0));
        self.high_row.next = bit_cast::<3, 2>(self.b.val().get_bits::<2>(3));
        if self.control.val().left {
            self.low_row.next = bit_cast::<4, 3>(self.b.val().get_bits::<3>(0)) | 8;
            self.high_row.next = bit_cast::<3, 2>(self.b.val().get_bits::<2>(3)) | 4;
        }
        match self.low_row.val().index() {
            0 => self.rim_bits.next = 0xff_u32.to_bits(),
            1 => self.rim_bits.next = 0x7f_u32.to_bits(),
            2 => self.rim_bits.next = 0x3f_u32.to_bits(),
            3 => self.rim_bits.next = 0x1f_u32.to_bits(),
            4 => self.rim_bits.next = 0x0f_u32.to_bits(),
            5 => self.rim_bits.next = 0x07_u32.to_bits(),
            6 => self.rim_bits.next = 0x03_u32.to_bits(),
            7 => self.rim_bits.next = 0x01_u32.to_bits(),
            8 => self.rim_bits.next = 0xff_u32.to_bits(),
            9 => self.rim_bits.next = 0xfe_u32.to_bits(),
            10 => self.rim_bits.next = 0xfc_u32.to_bits(),
            11 => self.rim_bits.next = 0xf8_u32.to_bits(),
            12 => self.rim_bits.next = 0xf0_u32.to_bits(),
            13 => self.rim_bits.next = 0xe0_u32.to_bits(),
            14 => self.rim_bits.next = 0xc0_u32.to_bits(),
            _ => self.rim_bits.next = 0x80_u32.to_bits(),
        }
        self.whole.next = 0.into();
        self.rim.next = 0.into();
        match self.high_row.val().index() {
            0 => {
                self.whole.next = 0x00ff_ffff_u32.to_bits();
                self.rim.next = 0xff00_0000_u32.to_bits();
            }
            1 => {
                self.whole.next = 0x0000_ffff_u32.to_bits();
                self.rim.next = 0x00ff_0000_u32.to_bits();
            }
            2 => {
                self.whole.next = 0x0000_00ff_u32.to_bits();
                self.rim.next = 0x0000_ff00_u32.to_bits();
            }
            3 => self.rim.next = 0x0000_00ff_u32.to_bits(),
            4 => {
                self.whole.next = 0xffff_ff00_u32.to_bits();
                self.rim.next = 0x0000_00ff_u32.to_bits();
            }
            5 => {
                self.whole.next = 0xffff_0000_u32.to_bits();
                self.rim.next = 0x0000_ff00_u32.to_bits();
            }
            6 => {
                self.whole.next = 0xff00_0000_u32.to_bits();
                self.rim.next = 0x00ff_0000_u32.to_bits();
            }
            _ => self.rim.next = 0xff00_0000_u32.to_bits(),
        }
        self.shift.next = self.control.val().shift & !self.compact.val();
        if self.control.val().rotate & !self.compact.val() {
            self.whole.next = 0xffff_ffff_u32.to_bits();
        } else if self.control.val().extend8 {
            self.whole.next = 0x0000_00ff_u32.to_bits();
            self.rim.next = 0.into();
        } else if self.control.val().extend16 {
            self.whole.next = 0x0000_ffff_u32.to_bits();
            self.rim.next = 0.into();
        } else if !self.shift.val() {
            self.whole.next = 0.into();
            self.rim.next = 0.into();
        }
        self.rims.next = self.rim_bits.val()
            | (self.rim_bits.val() << 8)
            | (self.rim_bits.val() << 16)
            | (self.rim_bits.val() << 24);
        self.mask.next = self.whole.val() | (self.rim.val() & self.rims.val());

        self.rotated.next = if self.turn16.val() {
            ((self.by8.val() >> 16) | (self.by8.val() << 16)) & self.mask.val()
        } else {
            self.by8.val() & self.mask.val()
        };

        // Logic, and what stands where the mask is 0.
        self.sign.next = (self.control.val().arithmetic & self.a.val().get_bit(31))
            | (self.control.val().extend8 & self.a.val().get_bit(7))
            | (self.control.val().extend16 & self.a.val().get_bit(15));
        self.filling.next = if self.sign.val() { !self.mask.val() } else { 0.into() };
        self.combined.next = if self.control.val().logic { self.logical.val() } else { self.filling.val() };

        self.adds.next = self.summing.val() & self.prepares.val();
        self.rest.next = self.rotated.val() | self.combined.val();
        if self.summing.val() & !self.prepares.val() {
            self.rest.next = self.rotated.val() | self.combined.val() | self.sum.val();
        }
    }
}
