//! The registers of the long unit that shift.

use layer::circuit;
use rust_hdl::prelude::*;

/// x shifts to the left, y to the right, by 2 or 8 places. A selection among four is two LUTs for a bit.
#[derive(LogicBlock, Default)]
pub struct Places {
    pub clock: Signal<In, Clock>,
    /// x = a, y = a or b. At most one of `load`, `x_from_z`, `by2`, `by8` is high.
    pub idle: Signal<In, Bit>,
    pub a: Signal<In, Bits<64>>,
    pub b: Signal<In, Bits<64>>,
    /// The upper half of b is not what it says, but sign.
    pub b_extends: Signal<In, Bit>,
    pub b_negative: Signal<In, Bit>,
    pub y_from_b: Signal<In, Bit>,
    /// x = z.
    pub x_from_z: Signal<In, Bit>,
    pub z: Signal<In, Bits<64>>,

    pub by2: Signal<In, Bit>,
    pub by8: Signal<In, Bit>,
    /// Neither `idle` nor `x_from_z`; `by8` or `x_from_z`.
    pub select_place: Signal<In, Bit>,
    pub select_low: Signal<In, Bit>,
    /// y stays as it is.
    pub y_hold: Signal<In, Bit>,
    /// What comes in at the right of x: what goes out at its left, or else these.
    pub rotate: Signal<In, Bit>,
    pub pair: Signal<In, Bits<2>>,
    pub fill: Signal<In, Bit>,
    /// Copies of y's sign come in at its left.
    pub arithmetic: Signal<In, Bit>,

    pub x: Signal<Out, Bits<64>>,
    pub y: Signal<Out, Bits<64>>,
    /// The highest bit of those shifted out of y last.
    pub lost: Signal<Out, Bit>,

    x_register: DFF<Bits<64>>,
    y_register: DFF<Bits<64>>,
    lost_register: DFF<Bit>,
    y_low: Signal<Local, Bit>,
    x_move: Signal<Local, Bit>,
    y_move: Signal<Local, Bit>,
    x_in2: Signal<Local, Bits<64>>,
    x_in8: Signal<Local, Bits<64>>,
    y_in2: Signal<Local, Bits<64>>,
    y_in8: Signal<Local, Bits<64>>,
    x_next: Signal<Local, Bits<64>>,
    /// The upper half of what y is loaded with is sign.
    y_sign: Signal<Local, Bit>,
    y_choice: Signal<Local, Bit>,
    /// What y is loaded with, or else by how far it shifts, in every bit.
    y_early: Signal<Local, Bits<64>>,
    y_early_low: Signal<Local, Bits<32>>,
    y_early_high: Signal<Local, Bits<32>>,
    y_by2: Signal<Local, Bits<64>>,
    y_by8: Signal<Local, Bits<64>>,
    y_next: Signal<Local, Bits<64>>,
}

impl Logic for Places {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, x_register, y_register, lost_register);
        self.x.next = self.x_register.q.val();
        self.y.next = self.y_register.q.val();
        self.lost.next = self.lost_register.q.val();

        self.x_in2.next = bit_cast::<64, 2>(self.pair.val());
        self.x_in8.next = 0.into();
        if self.rotate.val() {
            self.x_in2.next = bit_cast::<64, 2>(self.x_register.q.val().get_bits::<2>(62));
            self.x_in8.next = bit_cast::<64, 8>(self.x_register.q.val().get_bits::<8>(56));
        } else if self.fill.val() {
            self.x_in8.next = 255.into();
        }
        self.y_in2.next = 0.into();
        self.y_in8.next = 0.into();
        if self.arithmetic.val() & self.y_register.q.val().get_bit(63) {
            self.y_in2.next = 0xc000_0000_0000_0000_u64.into();
            self.y_in8.next = 0xff00_0000_0000_0000_u64.into();
        }

        // A selection by two bits is two LUTs for a bit, by one signal for each source three.
        self.x_next.next = self.a.val();
        if self.select_low.val() {
            self.x_next.next = self.z.val();
        }
        if self.select_place.val() {
            self.x_next.next = if self.select_low.val() {
                (self.x_register.q.val() << 8) | self.x_in8.val()
            } else {
                (self.x_register.q.val() << 2) | self.x_in2.val()
            };
        }
        self.y_low.next = self.by8.val() | (self.idle.val() & self.y_from_b.val());
        self.y_early_low.next =
            if self.y_low.val() { self.b.val().get_bits::<32>(0) } else { self.a.val().get_bits::<32>(0) };
        self.y_sign.next = self.y_from_b.val() & self.b_extends.val() & !self.select_place.val();
        self.y_choice.next = if self.y_sign.val() { self.b_negative.val() } else { self.y_low.val() };
        self.y_early_high.next =
            if self.y_choice.val() { self.b.val().get_bits::<32>(32) } else { self.a.val().get_bits::<32>(32) };
        if self.select_place.val() {
            self.y_early_low.next = if self.y_low.val() { 0xffff_ffff_u32.to_bits() } else { 0.into() };
        }
        if self.select_place.val() | self.y_sign.val() {
            self.y_early_high.next = if self.y_choice.val() { 0xffff_ffff_u32.to_bits() } else { 0.into() };
        }
        self.y_early.next =
            bit_cast::<64, 32>(self.y_early_low.val()) | (bit_cast::<64, 32>(self.y_early_high.val()) << 32);
        self.y_by2.next = (self.y_register.q.val() >> 2) | self.y_in2.val();
        self.y_by8.next = (self.y_register.q.val() >> 8) | self.y_in8.val();
        self.y_next.next = if self.select_place.val() {
            (self.y_by2.val() & !self.y_early.val()) | (self.y_by8.val() & self.y_early.val())
        } else {
            self.y_early.val()
        };
        self.x_move.next = self.idle.val() | self.x_from_z.val() | self.by2.val() | self.by8.val();
        self.y_move.next = self.idle.val() | (!self.y_hold.val() & (self.by2.val() | self.by8.val()));
        if self.x_move.val() {
            self.x_register.d.next = self.x_next.val();
        }
        if self.y_move.val() {
            self.y_register.d.next = self.y_next.val();
            self.lost_register.d.next = self.y_register.q.val().get_bit(1);
            if self.by8.val() {
                self.lost_register.d.next = self.y_register.q.val().get_bit(7);
            }
        }
    }
}
