//! The significands of the float unit that shift.

use crate::units::float::barrel::{Aligner, Normalizer};
use crate::units::float::control::FloatControl;
use layer::circuit;
use rust_hdl::prelude::*;

/// x shifts to the left, y to the right: by 8 and by 1, or in the fast unit by any number of places in a cycle. At
/// most one of the actions of x and one of those of y happens in a cycle.
///
/// Significands are as [`super::unpack::Unpack`] makes them. The leading bit of a double is bit 55, of a single 26.
#[derive(LogicBlock, Default)]
pub struct Shifters {
    pub clock: Signal<In, Clock>,
    /// Shifts by any number of places; constant.
    pub fast: Signal<In, Bit>,
    pub control: Signal<In, FloatControl>,

    pub load: Signal<In, Bit>,
    pub new_x: Signal<In, Bits<67>>,
    pub new_y: Signal<In, Bits<67>>,

    // x.
    /// To the left, `places`.
    pub normalize: Signal<In, Bit>,
    /// Leads at the highest bit, not at that of the format.
    pub to_top: Signal<In, Bit>,
    /// Not by more than the exponent allows.
    pub limited: Signal<In, Bit>,
    pub exponent: Signal<In, Bits<13>>,
    /// A bit of the quotient comes in, where the format has the first place below the last one.
    pub divide: Signal<In, Bit>,
    pub quotient_bit: Signal<In, Bit>,
    /// y's bit is set.
    pub set_bit: Signal<In, Bit>,
    pub clear_x: Signal<In, Bit>,
    /// Half of z.
    pub x_from_z: Signal<In, Bit>,
    pub z: Signal<In, Bits<70>>,

    // y.
    /// To the right, as far as `count` says; what goes out is gathered in the lowest bit.
    pub align: Signal<In, Bit>,
    pub count: Signal<In, Bits<13>>,
    /// Something is left of what goes out altogether.
    pub rest: Signal<In, Bit>,
    /// Nothing is left below the last place.
    pub truncate: Signal<In, Bit>,
    pub by1: Signal<In, Bit>,
    /// A digit of the multiplier is used up. They are taken where they stand, until four of them go out.
    pub by_digit: Signal<In, Bit>,
    pub y_from_x: Signal<In, Bit>,
    /// The format's leading bit alone.
    pub lead: Signal<In, Bit>,

    pub x: Signal<Out, Bits<67>>,
    pub y: Signal<Out, Bits<67>>,
    /// x leads where it should; will with the next bit of the quotient.
    pub leads: Signal<Out, Bit>,
    pub quotient_ends: Signal<Out, Bit>,
    pub y_leads: Signal<Out, Bit>,
    /// y's bit is that of the root's last place.
    pub root_ends: Signal<Out, Bit>,
    /// How far x is shifted, or should be if it is less, as far as the exponent allows.
    pub places: Signal<Out, Bits<7>>,
    pub short: Signal<Out, Bit>,
    /// y is shifted by 8.
    pub by8: Signal<Out, Bit>,
    /// The count is at its end with this shift.
    pub at_once: Signal<Out, Bit>,
    /// The next two bits of y as multiplier.
    pub pair_next: Signal<Out, Bits<2>>,

    x_held: DFF<Bits<67>>,
    y_held: DFF<Bits<67>>,
    normalizer: Normalizer,
    aligner: Aligner,
    /// Eight bits of x, from where its leading bit should be.
    window: Signal<Local, Bits<8>>,
    left8: Signal<Local, Bit>,
    z_half: Signal<Local, Bits<67>>,
    x_shifted: Signal<Local, Bits<67>>,
    far: Signal<Local, Bit>,
    right8: Signal<Local, Bit>,
    lost: Signal<Local, Bit>,
    y_shifted: Signal<Local, Bits<67>>,
    y_kept: Signal<Local, Bits<67>>,
    /// A single bit.
    bare: Signal<Local, Bits<67>>,
    /// Digits used up since y shifted.
    turn: DFF<Bits<2>>,
    digits: Signal<Local, Bits<3>>,
}

impl Logic for Shifters {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, x_held, y_held, turn);
        clock!(self, clock, normalizer);
        self.x.next = self.x_held.q.val();
        self.y.next = self.y_held.q.val();

        // x.
        self.window.next = self.x_held.q.val().get_bits::<8>(19);
        self.quotient_ends.next = self.x_held.q.val().get_bit(25);
        if self.control.val().to_double {
            self.window.next = self.x_held.q.val().get_bits::<8>(48);
            self.quotient_ends.next = self.x_held.q.val().get_bit(54);
        }
        if self.to_top.val() {
            self.window.next = self.x_held.q.val().get_bits::<8>(59);
        }
        self.leads.next = self.window.val().get_bit(7);
        self.left8.next = !self.window.val().any() & (!self.limited.val() | self.exponent.val().get_bits::<7>(4).any());
        self.z_half.next =
            if self.z.val().get_bit(0) { self.z.val().get_bits::<67>(1) | 1 } else { self.z.val().get_bits::<67>(1) };
        self.normalizer.word.next = if self.x_from_z.val() { self.z_half.val() } else { self.x_held.q.val() };
        self.normalizer.double.next = self.control.val().to_double;
        self.normalizer.to_top.next = self.to_top.val();
        self.normalizer.limited.next = self.limited.val();
        self.normalizer.exponent.next = self.exponent.val();
        self.short.next = self.fast.val() & self.normalizer.short.val();
        self.places.next = 1.into();
        self.x_shifted.next = if self.divide.val() & self.quotient_bit.val() {
            (self.x_held.q.val() << 1) | 4
        } else {
            self.x_held.q.val() << 1
        };
        if self.normalize.val() {
            if self.fast.val() {
                self.places.next = self.normalizer.zeros.val();
                self.x_shifted.next = self.x_held.q.val() << self.normalizer.places.val();
            } else if self.left8.val() {
                self.places.next = 8.into();
                self.x_shifted.next = self.x_held.q.val() << 8;
            }
        }
        if self.normalize.val() | self.divide.val() {
            self.x_held.d.next = self.x_shifted.val();
        }
        if self.x_from_z.val() {
            self.x_held.d.next = self.z_half.val();
        }
        if self.set_bit.val() {
            self.x_held.d.next = self.x_held.q.val() | self.y_held.q.val();
        }
        if self.load.val() {
            self.x_held.d.next = self.new_x.val();
        }
        if self.clear_x.val() {
            self.x_held.d.next = 0.into();
        }

        // y.
        self.y_leads.next = if self.control.val().from_double {
            self.y_held.q.val().get_bit(55)
        } else {
            self.y_held.q.val().get_bit(26)
        };
        self.root_ends.next = self.y_held.q.val().get_bit(2);
        // From 65 places on nothing gets to the place of a half.
        self.far.next = self.count.val().get_bits::<6>(7).any()
            | (self.count.val().get_bit(6) & self.count.val().get_bits::<6>(0).any());
        self.right8.next = self.align.val() & self.count.val().get_bits::<4>(3).any();
        self.by8.next = self.right8.val();
        self.at_once.next = self.far.val() | self.fast.val();
        self.aligner.word.next = self.y_held.q.val();
        self.aligner.places.next = self.count.val().get_bits::<7>(0);
        self.lost.next = self.y_held.q.val().get_bit(0);
        self.y_shifted.next = self.y_held.q.val() >> 1;
        if self.right8.val() | self.by_digit.val() {
            self.lost.next = self.y_held.q.val().get_bits::<8>(0).any();
            self.y_shifted.next = self.y_held.q.val() >> 8;
        }
        if self.fast.val() & self.align.val() {
            self.lost.next = self.aligner.lost.val();
            self.y_shifted.next = self.aligner.shifted.val();
        }
        self.y_kept.next = self.y_shifted.val();
        if self.align.val() & self.lost.val() {
            self.y_kept.next = self.y_shifted.val() | 1;
        }
        if self.truncate.val() {
            self.y_kept.next = (self.y_shifted.val() >> 3) << 3;
        }
        if self.align.val() | self.by1.val() | (self.by_digit.val() & self.turn.q.val().all()) {
            self.y_held.d.next = self.y_kept.val();
        }
        if self.y_from_x.val() {
            self.y_held.d.next = self.x_held.q.val();
        }
        if self.load.val() {
            self.y_held.d.next = self.new_y.val();
        }
        self.bare.next = 0.into();
        if self.lead.val() {
            self.bare.next =
                if self.control.val().to_double { 0x80_0000_0000_0000_u64.to_bits() } else { 0x400_0000_u64.to_bits() };
        } else if self.rest.val() {
            self.bare.next = 1.into();
        }
        if self.lead.val() | (self.align.val() & self.far.val()) {
            self.y_held.d.next = self.bare.val();
        }

        // The next digit. That of a single begins below the last place.
        if self.by_digit.val() {
            self.turn.d.next = self.turn.q.val() + 1;
        }
        self.digits.next = self.y_held.q.val().get_bits::<3>(2);
        if self.by_digit.val() {
            match self.turn.q.val().index() {
                0 => self.digits.next = self.y_held.q.val().get_bits::<3>(4),
                1 => self.digits.next = self.y_held.q.val().get_bits::<3>(6),
                2 => self.digits.next = self.y_held.q.val().get_bits::<3>(8),
                _ => self.digits.next = self.y_held.q.val().get_bits::<3>(10),
            }
        }
        if self.load.val() {
            self.digits.next = self.new_y.val().get_bits::<3>(2);
            self.turn.d.next = 0.into();
        }
        self.pair_next.next = if self.control.val().from_double {
            self.digits.val().get_bits::<2>(1)
        } else {
            self.digits.val().get_bits::<2>(0)
        };
    }
}
