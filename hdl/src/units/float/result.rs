//! The float unit's result in its format.

use super::control::FloatControl;
use layer::circuit;
use rust_hdl::prelude::*;

/// What a result is, beside its digits.
#[derive(Clone, Copy, Debug, PartialEq, Default, LogicStruct)]
pub struct ResultFlags {
    pub negative: Bit,
    /// Infinite, with the highest exponent, or not a number.
    pub infinite: Bit,
    pub nan: Bit,
    /// The outcome of a comparison.
    pub truth: Bit,
    /// Beyond the integers of the result's type.
    pub beyond: Bit,
}

/// No state.
#[derive(LogicBlock, Default)]
pub struct Pack {
    pub control: Signal<In, FloatControl>,
    /// The accumulator: its last place is bit 4.
    pub z: Signal<In, Bits<70>>,
    pub exponent: Signal<In, Bits<13>>,
    pub flags: Signal<In, ResultFlags>,
    pub result: Signal<Out, Bits<64>>,

    float: Signal<Local, Bit>,
    leads: Signal<Local, Bit>,
    field: Signal<Local, Bits<11>>,
    /// The bits that hold sign and exponent, and what they hold.
    frame: Signal<Local, Bits<64>>,
    framed: Signal<Local, Bits<64>>,
    sign: Signal<Local, Bits<1>>,
    quiet: Signal<Local, Bits<64>>,
    /// The integer that takes the place of one that is too large: its highest bit, the others.
    highest: Signal<Local, Bit>,
    others: Signal<Local, Bit>,
    bound: Signal<Local, Bits<64>>,
    low: Signal<Local, Bits<64>>,
    outcome: Signal<Local, Bits<1>>,
}

impl Logic for Pack {
    #[circuit]
    fn update(&mut self) {
        self.float.next = !self.control.val().compare & !self.control.val().to_integer;
        self.leads.next = if self.control.val().to_double {
            self.flags.val().infinite | self.z.val().get_bits::<2>(56).any()
        } else {
            self.flags.val().infinite | self.z.val().get_bits::<2>(27).any()
        };
        self.field.next = if self.leads.val() { self.exponent.val().get_bits::<11>(0) } else { 0.into() };
        self.sign.next = if self.flags.val().negative & !self.flags.val().nan { 1.into() } else { 0.into() };

        // Sign, exponent and the quiet bit of a NaN.
        self.frame.next = 0.into();
        self.framed.next = 0.into();
        self.quiet.next = 0.into();
        if self.float.val() {
            if self.control.val().to_double {
                self.frame.next = 0xfff0_0000_0000_0000_u64.into();
                self.framed.next =
                    (bit_cast::<64, 1>(self.sign.val()) << 63) | (bit_cast::<64, 11>(self.field.val()) << 52);
                if self.flags.val().nan {
                    self.quiet.next = 0x8_0000_0000_0000_u64.into();
                }
            } else {
                self.frame.next = 0xff80_0000_u64.into();
                self.framed.next = (bit_cast::<64, 1>(self.sign.val()) << 31)
                    | (bit_cast::<64, 8>(self.field.val().get_bits::<8>(0)) << 23);
                if self.flags.val().nan {
                    self.quiet.next = 0x40_0000_u64.into();
                }
            }
        }

        // Integers at the ends of their range.
        self.others.next = self.flags.val().beyond & !self.flags.val().nan & !self.flags.val().negative;
        self.highest.next = if self.control.val().signed {
            self.flags.val().beyond & !self.flags.val().nan & self.flags.val().negative
        } else {
            self.others.val()
        };
        self.low.next = 0.into();
        self.bound.next = 0.into();
        if self.others.val() {
            self.low.next =
                if self.control.val().to_double { 0x7fff_ffff_ffff_ffff_u64.into() } else { 0x7fff_ffff_u64.into() };
        }
        if self.highest.val() {
            self.bound.next =
                if self.control.val().to_double { 0x8000_0000_0000_0000_u64.into() } else { 0x8000_0000_u64.into() };
        }
        self.outcome.next = if self.flags.val().truth { 1.into() } else { 0.into() };
        self.result.next = (self.z.val().get_bits::<64>(4) & !self.frame.val())
            | self.framed.val()
            | self.quiet.val()
            | self.low.val()
            | self.bound.val()
            | bit_cast::<64, 1>(self.outcome.val());
    }
}
