//! The slots of the value stack that the resolver uses, as [`super`] lays them out: wiring only.

use layer::circuit;
use rust_hdl::prelude::*;

/// A slot that is read: a limit, a type or the even slot of a label, or its odd slot.
#[derive(LogicBlock, Default)]
pub struct SlotRead<const C: usize, const B: usize, const S: usize> {
    pub data: Signal<In, Bits<64>>,

    /// Number of a type, base of a label, or a limit.
    pub base: Signal<Out, Bits<S>>,
    pub params: Signal<Out, Bits<S>>,
    pub results: Signal<Out, Bits<S>>,
    /// Parameters or results are more than there are slots.
    pub wide: Signal<Out, Bit>,
    pub dead: Signal<Out, Bit>,
    pub loops: Signal<Out, Bit>,

    pub target: Signal<Out, Bits<C>>,
    pub opening: Signal<Out, Bits<B>>,
    pub newest: Signal<Out, Bits<B>>,
    pub pending: Signal<Out, Bit>,
    pub condition: Signal<Out, Bit>,
    pub lead: Signal<Out, Bits<4>>,
}

impl<const C: usize, const B: usize, const S: usize> Logic for SlotRead<C, B, S> {
    #[circuit]
    fn update(&mut self) {
        self.base.next = bit_cast::<S, 16>(self.data.val().get_bits::<16>(0));
        self.params.next = bit_cast::<S, 16>(self.data.val().get_bits::<16>(16));
        self.results.next = bit_cast::<S, 16>(self.data.val().get_bits::<16>(32));
        self.wide.next = (bit_cast::<16, S>(self.params.val()) != self.data.val().get_bits::<16>(16))
            | (bit_cast::<16, S>(self.results.val()) != self.data.val().get_bits::<16>(32));
        self.dead.next = self.data.val().get_bit(48);
        self.loops.next = self.data.val().get_bit(49);

        self.target.next = bit_cast::<C, 20>(self.data.val().get_bits::<20>(0));
        self.opening.next = bit_cast::<B, 16>(self.data.val().get_bits::<16>(20));
        self.newest.next = bit_cast::<B, 16>(self.data.val().get_bits::<16>(36));
        self.pending.next = self.data.val().get_bit(52);
        self.condition.next = self.data.val().get_bit(53);
        self.lead.next = self.data.val().get_bits::<4>(54);
    }
}

/// The two slots of a label that is written.
#[derive(LogicBlock, Default)]
pub struct LabelWrite<const C: usize, const B: usize, const S: usize> {
    pub base: Signal<In, Bits<S>>,
    pub params: Signal<In, Bits<S>>,
    pub results: Signal<In, Bits<S>>,
    pub dead: Signal<In, Bit>,
    pub loops: Signal<In, Bit>,

    pub target: Signal<In, Bits<C>>,
    pub opening: Signal<In, Bits<B>>,
    pub newest: Signal<In, Bits<B>>,
    pub pending: Signal<In, Bit>,
    pub condition: Signal<In, Bit>,
    pub lead: Signal<In, Bits<4>>,

    pub even: Signal<Out, Bits<64>>,
    pub odd: Signal<Out, Bits<64>>,
}

impl<const C: usize, const B: usize, const S: usize> Logic for LabelWrite<C, B, S> {
    #[circuit]
    fn update(&mut self) {
        self.even.next = bit_cast::<64, S>(self.base.val())
            | (bit_cast::<64, S>(self.params.val()) << 16)
            | (bit_cast::<64, S>(self.results.val()) << 32)
            | (bit_cast::<64, 1>(self.dead.val().into()) << 48)
            | (bit_cast::<64, 1>(self.loops.val().into()) << 49);
        self.odd.next = bit_cast::<64, C>(self.target.val())
            | (bit_cast::<64, B>(self.opening.val()) << 20)
            | (bit_cast::<64, B>(self.newest.val()) << 36)
            | (bit_cast::<64, 1>(self.pending.val().into()) << 52)
            | (bit_cast::<64, 1>(self.condition.val().into()) << 53)
            | (bit_cast::<64, 4>(self.lead.val()) << 54);
    }
}
