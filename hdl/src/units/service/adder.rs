//! The service unit's adder, with what selects its operands.

use layer::circuit;
use rust_hdl::prelude::*;

/// What is added: any of the x, any of the y, or 0.
#[derive(Clone, Copy, Debug, PartialEq, Default, LogicStruct)]
pub struct Terms {
    /// The halves of the slot just read.
    pub low: Bit,
    pub high: Bit,
    /// Bits 31 to 16 of it: how many elements a table may have.
    pub room: Bit,
    pub size: Bit,
    pub window: Bit,
    pub most: Bit,
    /// The size in pages.
    pub pages: Bit,
    pub index: Bit,
    /// -1, or with `four` -4.
    pub minus: Bit,
    /// y: the number of elements; or the accumulator's complement, which makes a difference with `one`.
    pub count: Bit,
    pub less: Bit,
    pub one: Bit,
}

/// sum = x + y + 1 if `one`, 33 bits. `carry` of x - y says that x is not less than y. No state.
#[derive(LogicBlock, Default)]
pub struct ServiceAdder<const S: usize> {
    pub terms: Signal<In, Terms>,
    pub slot: Signal<In, Bits<64>>,
    pub size: Signal<In, Bits<33>>,
    pub window: Signal<In, Bits<33>>,
    pub most: Signal<In, Bits<33>>,
    /// Pages have 2^16 bytes, not 1.
    pub pages: Signal<In, Bit>,
    pub index: Signal<In, Bits<S>>,
    pub four: Signal<In, Bit>,
    pub count: Signal<In, Bits<33>>,
    pub accumulator: Signal<In, Bits<33>>,
    /// The half of the slot that is chosen.
    pub half: Signal<Out, Bits<32>>,
    pub sum: Signal<Out, Bits<33>>,
    pub carry: Signal<Out, Bit>,

    chosen: Signal<Local, Bits<32>>,
    limit: Signal<Local, Bits<33>>,
    page_count: Signal<Local, Bits<33>>,
    minor: Signal<Local, Bits<33>>,
    x: Signal<Local, Bits<33>>,
    y: Signal<Local, Bits<33>>,
    left: Signal<Local, Bits<35>>,
    right: Signal<Local, Bits<35>>,
    /// Carry, sum, and a bit below that makes the carry in.
    total: Signal<Local, Bits<35>>,
}

impl<const S: usize> Logic for ServiceAdder<S> {
    #[circuit]
    fn update(&mut self) {
        self.chosen.next = 0.into();
        if self.terms.val().low {
            self.chosen.next = self.slot.val().get_bits::<32>(0);
        }
        if self.terms.val().high {
            self.chosen.next = self.slot.val().get_bits::<32>(32);
        }
        self.limit.next = 0.into();
        if self.terms.val().size {
            self.limit.next = self.size.val();
        }
        if self.terms.val().window {
            self.limit.next = self.window.val();
        }
        if self.terms.val().most {
            self.limit.next = self.most.val();
        }
        self.page_count.next = if self.pages.val() { self.size.val() >> 16 } else { self.size.val() };
        self.minor.next = 0.into();
        if self.terms.val().room {
            self.minor.next = bit_cast::<33, 16>(self.slot.val().get_bits::<16>(16));
        }
        if self.terms.val().pages {
            self.minor.next = self.page_count.val();
        }
        if self.terms.val().index {
            self.minor.next = bit_cast::<33, S>(self.index.val());
        }
        if self.terms.val().minus {
            self.minor.next = if self.four.val() { 0x1_ffff_fffc_u64.into() } else { 0x1_ffff_ffff_u64.into() };
        }
        self.x.next = bit_cast::<33, 32>(self.chosen.val()) | self.limit.val() | self.minor.val();
        self.y.next = 0.into();
        if self.terms.val().count {
            self.y.next = self.count.val();
        }
        if self.terms.val().less {
            self.y.next = !self.accumulator.val();
        }
        self.left.next = (bit_cast::<35, 33>(self.x.val()) << 1) | 1;
        self.right.next = if self.terms.val().one {
            (bit_cast::<35, 33>(self.y.val()) << 1) | 1
        } else {
            bit_cast::<35, 33>(self.y.val()) << 1
        };
        self.total.next = self.left.val() + self.right.val();
        self.half.next = self.chosen.val();
        self.sum.next = self.total.val().get_bits::<33>(1);
        self.carry.next = self.total.val().get_bit(34);
    }
}
