//! LEB128 immediates, taken byte by byte, and their limits.

use layer::circuit;
use rust_hdl::prelude::*;

/// One number. Nothing the resolver looks at has more bits than a code address, `C`, which has at most 21; whether a
/// number has more is in `over`.
///
/// ```text
/// clock   _/~\_/~\_/~\_/~\_
/// clear   /~~~\____________
/// take    ____/~~~~~~~\____   two bytes
/// place         0   1   2     bytes taken so far
/// last    ________/~~~\____   the byte that is taken is the last one
/// value               X v     complete in the cycle after
/// ```
#[derive(LogicBlock, Default)]
pub struct Number<const C: usize> {
    pub clock: Signal<In, Clock>,
    /// Forgets the number. Not together with `take`.
    pub clear: Signal<In, Bit>,
    /// Takes this byte.
    pub take: Signal<In, Bit>,
    pub digit: Signal<In, Bits<8>>,
    /// The type is signed; it has 64 bits instead of 32.
    pub is_signed: Signal<In, Bit>,
    pub is_long: Signal<In, Bit>,

    pub place: Signal<Out, Bits<4>>,
    pub last: Signal<Out, Bit>,
    /// This byte has bits beyond the type.
    pub bad: Signal<Out, Bit>,
    pub value: Signal<Out, Bits<C>>,
    /// An unsigned number that does not fit into `value`.
    pub over: Signal<Out, Bit>,

    taken: DFF<Bits<4>>,
    held: DFF<Bits<C>>,
    more: DFF<Bit>,
    /// What the byte adds to the number, as far as it can.
    placed: Signal<Local, Bits<21>>,
    part: Signal<Local, Bits<C>>,
    payload: Signal<Local, Bits<7>>,
    upper: Signal<Local, Bits<4>>,
    /// It is the fourth byte or a later one.
    late: Signal<Local, Bit>,
}

impl<const C: usize> Logic for Number<C> {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, taken, held, more);
        self.payload.next = self.digit.val().get_bits::<7>(0);
        self.upper.next = self.digit.val().get_bits::<4>(3);

        self.placed.next = bit_cast::<21, 7>(self.payload.val());
        if self.taken.q.val() == 1 {
            self.placed.next = bit_cast::<21, 7>(self.payload.val()) << 7;
        }
        if self.taken.q.val() == 2 {
            self.placed.next = bit_cast::<21, 7>(self.payload.val()) << 14;
        }
        self.late.next = self.taken.q.val().get_bits::<2>(2).any() | (self.taken.q.val() == 3);
        if self.late.val() {
            self.placed.next = 0.into();
        }
        self.part.next = bit_cast::<C, 21>(self.placed.val());

        if self.take.val() {
            self.taken.d.next = self.taken.q.val() + 1;
            self.held.d.next = self.held.q.val() | self.part.val();
            if bit_cast::<21, C>(self.part.val()) != self.placed.val() {
                self.more.d.next = true;
            }
            if self.late.val() & self.payload.val().any() {
                self.more.d.next = true;
            }
        }
        if self.clear.val() {
            self.taken.d.next = 0.into();
            self.held.d.next = 0.into();
            self.more.d.next = false;
        }

        // In the longest encoding, bits beyond the type are copies of its highest one, or 0.
        self.bad.next = false;
        if self.is_long.val() {
            if self.taken.q.val() == 9 {
                self.bad.next = self.digit.val().get_bit(7) | ((self.payload.val() != 0) & (self.payload.val() != 127));
            }
        } else if self.taken.q.val() == 4 {
            self.bad.next = self.digit.val().get_bit(7)
                | ((self.digit.val().get_bits::<3>(4) != 0) & !self.is_signed.val())
                | ((self.upper.val() != 0) & (self.upper.val() != 15) & self.is_signed.val());
        }

        self.place.next = self.taken.q.val();
        self.last.next = !self.digit.val().get_bit(7);
        self.value.next = self.held.q.val();
        self.over.next = self.more.q.val();
    }
}
