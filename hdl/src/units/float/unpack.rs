//! What the float unit makes of its operands when it starts.

use super::control::FloatControl;
use layer::circuit;
use rust_hdl::prelude::*;

/// What the operands are, beside their digits. In an operation with one operand, y means nothing.
#[derive(Clone, Copy, Debug, PartialEq, Default, LogicStruct)]
pub struct Classes {
    pub x_negative: Bit,
    pub y_negative: Bit,
    /// The exponent of x is less than that of y.
    pub smaller: Bit,
    pub x_zero: Bit,
    pub x_infinite: Bit,
    pub x_nan: Bit,
    pub y_zero: Bit,
    pub y_infinite: Bit,
    /// Low in an operation with one operand.
    pub y_nan: Bit,
}

/// Significands, exponents and classes: x is a, y is b. No state.
///
/// A significand stands in 67 bits, of which the lowest three are below the last place. Exponents are those of the
/// format, that of a subnormal number is 1: the exponent of the number with the format's leading bit. An integer is a
/// significand with the exponent that fits.
#[derive(LogicBlock, Default)]
pub struct Unpack {
    pub control: Signal<In, FloatControl>,
    /// Of 32-bit operands the low halves.
    pub a: Signal<In, Bits<64>>,
    pub b: Signal<In, Bits<64>>,

    pub x: Signal<Out, Bits<67>>,
    pub y: Signal<Out, Bits<67>>,
    pub x_exponent: Signal<Out, Bits<13>>,
    pub y_exponent: Signal<Out, Bits<13>>,
    pub classes: Signal<Out, Classes>,

    a_field: Signal<Local, Bits<11>>,
    b_field: Signal<Local, Bits<11>>,
    a_sign: Signal<Local, Bit>,
    a_highest: Signal<Local, Bit>,
    b_highest: Signal<Local, Bit>,
    /// The bits that hold the fraction, or the integer.
    mask: Signal<Local, Bits<64>>,
    b_mask: Signal<Local, Bits<64>>,
    extension: Signal<Local, Bits<64>>,
    a_hidden: Signal<Local, Bits<64>>,
    b_hidden: Signal<Local, Bits<64>>,
    a_fraction: Signal<Local, Bits<64>>,
    b_fraction: Signal<Local, Bits<64>>,
    a_place: Signal<Local, Bits<64>>,
    b_place: Signal<Local, Bits<64>>,
    a_any: Signal<Local, Bit>,
    b_any: Signal<Local, Bit>,
    two_operands: Signal<Local, Bit>,
}

impl Logic for Unpack {
    #[circuit]
    fn update(&mut self) {
        // The fields.
        self.a_field.next = bit_cast::<11, 8>(self.a.val().get_bits::<8>(23));
        self.b_field.next = bit_cast::<11, 8>(self.b.val().get_bits::<8>(23));
        self.a_highest.next = self.a.val().get_bits::<8>(23).all();
        self.b_highest.next = self.b.val().get_bits::<8>(23).all();
        self.a_sign.next = self.a.val().get_bit(31);
        self.classes.next.y_negative = self.b.val().get_bit(31) ^ self.control.val().subtract;
        self.b_mask.next = 0x7f_ffff_u64.into();
        self.a_hidden.next = 0x80_0000_u64.into();
        if self.control.val().from_double {
            self.a_field.next = self.a.val().get_bits::<11>(52);
            self.b_field.next = self.b.val().get_bits::<11>(52);
            self.a_highest.next = self.a.val().get_bits::<11>(52).all();
            self.b_highest.next = self.b.val().get_bits::<11>(52).all();
            self.a_sign.next = self.a.val().get_bit(63);
            self.classes.next.y_negative = self.b.val().get_bit(63) ^ self.control.val().subtract;
            self.b_mask.next = 0xf_ffff_ffff_ffff_u64.into();
            self.a_hidden.next = 0x10_0000_0000_0000_u64.into();
        }
        self.b_hidden.next = self.a_hidden.val();
        self.x_exponent.next = bit_cast::<13, 11>(self.a_field.val());
        if !self.a_field.val().any() {
            self.a_hidden.next = 0.into();
            self.x_exponent.next = 1.into();
        }
        self.y_exponent.next = bit_cast::<13, 11>(self.b_field.val());
        if !self.b_field.val().any() {
            self.b_hidden.next = 0.into();
            self.y_exponent.next = 1.into();
        }
        self.classes.next.smaller = self.a_field.val() < self.b_field.val();
        self.classes.next.x_negative = self.a_sign.val();

        // An integer is there as it is; its last place is that of the result.
        self.mask.next = self.b_mask.val();
        self.extension.next = 0.into();
        if self.control.val().from_integer {
            self.a_hidden.next = 0.into();
            self.mask.next = 0xffff_ffff_u64.into();
            if self.control.val().from_double {
                self.mask.next = 0xffff_ffff_ffff_ffff_u64.into();
            } else if self.control.val().signed & self.a_sign.val() {
                self.extension.next = 0xffff_ffff_0000_0000_u64.into();
            }
            self.classes.next.x_negative = self.a_sign.val() & self.control.val().signed;
            self.x_exponent.next = if self.control.val().to_double { 1075.into() } else { 150.into() };
        }

        // Significands.
        self.a_fraction.next = self.a.val() & self.mask.val();
        self.b_fraction.next = self.b.val() & self.b_mask.val();
        self.a_place.next = self.a_fraction.val() | self.a_hidden.val() | self.extension.val();
        self.b_place.next = self.b_fraction.val() | self.b_hidden.val();
        self.x.next = bit_cast::<67, 64>(self.a_place.val()) << 3;
        self.y.next = bit_cast::<67, 64>(self.b_place.val()) << 3;

        // Classes.
        self.a_any.next = self.a_fraction.val().any();
        self.b_any.next = self.b_fraction.val().any();
        self.classes.next.x_zero = !self.a_any.val() & (self.control.val().from_integer | !self.a_field.val().any());
        self.classes.next.x_infinite = self.a_highest.val() & !self.a_any.val() & !self.control.val().from_integer;
        self.classes.next.x_nan = self.a_highest.val() & self.a_any.val() & !self.control.val().from_integer;
        self.classes.next.y_zero = !self.b_any.val() & !self.b_field.val().any();
        self.classes.next.y_infinite = self.b_highest.val() & !self.b_any.val();
        self.two_operands.next = self.control.val().add
            | self.control.val().multiply
            | self.control.val().divide
            | self.control.val().choose
            | self.control.val().compare;
        self.classes.next.y_nan = self.b_highest.val() & self.b_any.val() & self.two_operands.val();
    }
}
