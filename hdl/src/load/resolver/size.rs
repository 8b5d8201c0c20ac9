//! A number in the code as what it counts: slots, bytes, labels; and whether it is within its limit.

use layer::circuit;
use rust_hdl::prelude::*;

/// Combinational. Each is the number, and whether it has that many bits.
#[derive(LogicBlock, Default)]
pub struct Size<const C: usize, const S: usize> {
    pub value: Signal<In, Bits<C>>,
    /// There are more bits than in `value`.
    pub over: Signal<In, Bit>,
    pub limit: Signal<In, Bits<S>>,

    pub slots_fit: Signal<Out, Bit>,
    /// The number is not less than the limit.
    pub outside: Signal<Out, Bit>,
    /// Of twice the number: a label has two slots.
    pub depth_fits: Signal<Out, Bit>,

    slots: Signal<Local, Bits<S>>,
    depth: Signal<Local, Bits<S>>,
}

impl<const C: usize, const S: usize> Logic for Size<C, S> {
    #[circuit]
    fn update(&mut self) {
        self.slots.next = bit_cast::<S, C>(self.value.val());
        self.slots_fit.next = (bit_cast::<C, S>(self.slots.val()) == self.value.val()) & !self.over.val();
        self.outside.next = !self.slots_fit.val() | (self.slots.val() >= self.limit.val());
        self.depth.next = self.slots.val() << 1;
        self.depth_fits.next = self.slots_fit.val() & ((self.depth.val() >> 1) == self.slots.val());
    }
}
