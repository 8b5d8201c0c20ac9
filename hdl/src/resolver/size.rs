//! A number in the code as what it counts: slots, bytes, labels; and whether it is within its limit.

use rust_hdl::prelude::*;

/// Combinational. Each is the number, and whether it has that many bits.
#[derive(LogicBlock, Default)]
pub struct Size<const C: usize, const S: usize> {
    pub value: Signal<In, Bits<21>>,
    /// There are more bits than in `value`.
    pub over: Signal<In, Bit>,
    pub limit: Signal<In, Bits<S>>,

    pub slots_fit: Signal<Out, Bit>,
    /// The number is not less than the limit.
    pub outside: Signal<Out, Bit>,
    pub bytes: Signal<Out, Bits<C>>,
    pub bytes_fit: Signal<Out, Bit>,
    /// Of twice the number: a label has two slots.
    pub depth_fits: Signal<Out, Bit>,

    slots: Signal<Local, Bits<S>>,
    depth: Signal<Local, Bits<S>>,
    twice: Signal<Local, Bits<22>>,
}

impl<const C: usize, const S: usize> Logic for Size<C, S> {
    #[hdl_gen]
    fn update(&mut self) {
        self.slots.next = bit_cast::<S, 21>(self.value.val());
        self.slots_fit.next = (bit_cast::<21, S>(self.slots.val()) == self.value.val()) & !self.over.val();
        self.outside.next = !self.slots_fit.val() | (self.slots.val() >= self.limit.val());
        self.bytes.next = bit_cast::<C, 21>(self.value.val());
        self.bytes_fit.next = (bit_cast::<21, C>(self.bytes.val()) == self.value.val()) & !self.over.val();
        self.twice.next = bit_cast::<22, 21>(self.value.val()) << 1;
        self.depth.next = bit_cast::<S, 22>(self.twice.val());
        self.depth_fits.next = (bit_cast::<22, S>(self.depth.val()) == self.twice.val()) & !self.over.val();
    }
}
