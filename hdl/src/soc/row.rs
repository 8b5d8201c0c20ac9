//! What the link engine and the devices write into the core: a row, the space and the number that it goes to.

use crate::prim::switch::Switch;
use isa::image::FunctionEntry;
use isa::plan::CorePlan;
use layer::circuit;
use rust_hdl::prelude::*;

/// ```text
/// clock  _/~\_/~\_/~\_/~\_
/// push   /~~~\____________
/// octet  X b X
/// wdata      X the row, with b highest
/// ```
#[derive(LogicBlock, Default)]
pub struct Row {
    pub clock: Signal<In, Clock>,
    /// A byte: it goes to the row, from the lowest on; to the row's number, from the highest on; is the space.
    pub octet: Signal<In, Bits<8>>,
    pub push: Signal<In, Bit>,
    pub number: Signal<In, Bit>,
    pub choose: Signal<In, Bit>,
    /// To the next row.
    pub advance: Signal<In, Bit>,

    // The same at once.
    pub claim: Signal<In, Bit>,
    pub claim_space: Signal<In, Bits<3>>,
    pub claim_row: Signal<In, Bits<16>>,
    pub fill: Signal<In, Bit>,
    pub fill_value: Signal<In, Bits<32>>,

    pub space: Signal<Out, Bits<3>>,
    pub address: Signal<Out, Bits<24>>,
    pub wdata: Signal<Out, Bits<96>>,

    /// Whether rows have more than eight bytes that matter. If not, the others are dropped as they come.
    wide: Switch,
    // Four bytes each; a row of four or eight bytes leaves the upper ones alone.
    low: DFF<Bits<32>>,
    middle: DFF<Bits<32>>,
    high: DFF<Bits<32>>,
    /// Bytes of the row so far, if the others are dropped.
    filled: DFF<Bits<4>>,
    more: Signal<Local, Bits<4>>,
    /// The byte is one of the upper ones of twelve.
    enters_high: Signal<Local, Bit>,
    short: Signal<Local, Bit>,
    takes: Signal<Local, Bit>,
    /// Number of the row.
    place: DFF<Bits<24>>,
    chosen: DFF<Bits<3>>,
    into_middle: Signal<Local, Bits<8>>,
    into_low: Signal<Local, Bits<8>>,
    step: Signal<Local, Bits<1>>,
}

impl Row {
    /// Of a core of this plan.
    pub fn of_plan(plan: &CorePlan) -> Row {
        // Others of twelve bytes are branch entries, and what starts the resolver.
        let wide = !plan.is_compact() || FunctionEntry::width(plan) > 64;
        if wide { Row::default() } else { Row::of_eight_bytes() }
    }

    /// Of rows that have no more.
    pub fn of_eight_bytes() -> Row {
        Row { wide: Switch::new(false), ..Default::default() }
    }
}

impl Logic for Row {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, low, middle, high, filled, place, chosen);
        // A row's bytes come in at the place of its highest one.
        self.into_low.next = self.middle.q.val().get_bits::<8>(0);
        self.enters_high.next = self.wide.on.val() & (self.chosen.q.val().get_bits::<2>(0) != 1);
        self.into_middle.next =
            if self.enters_high.val() { self.high.q.val().get_bits::<8>(0) } else { self.octet.val() };
        self.more.next = self.filled.q.val() + 1;
        if self.push.val() {
            self.filled.d.next = self.more.val();
        }
        if self.advance.val() | self.choose.val() {
            self.filled.d.next = 0.into();
        }
        self.short.next = !self.wide.on.val() & self.filled.q.val().get_bit(3);
        self.takes.next = self.push.val() & !self.short.val();
        if self.chosen.q.val().get_bits::<2>(0) == 2 {
            self.into_low.next = self.octet.val();
        }
        if self.takes.val() {
            self.low.d.next = (self.low.q.val() >> 8) | (bit_cast::<32, 8>(self.into_low.val()) << 24);
            self.middle.d.next = (self.middle.q.val() >> 8) | (bit_cast::<32, 8>(self.into_middle.val()) << 24);
        }
        if self.push.val() & self.wide.on.val() {
            self.high.d.next = (self.high.q.val() >> 8) | (bit_cast::<32, 8>(self.octet.val()) << 24);
        }
        if self.fill.val() {
            self.low.d.next = self.fill_value.val();
            self.middle.d.next = 0.into();
        }

        self.step.next = if self.advance.val() { 1.into() } else { 0.into() };
        self.place.d.next = self.place.q.val() + bit_cast::<24, 1>(self.step.val());
        if self.number.val() {
            self.place.d.next = (self.place.q.val() << 8) | bit_cast::<24, 8>(self.octet.val());
        }
        if self.choose.val() {
            self.chosen.d.next = self.octet.val().get_bits::<3>(0);
        }
        if self.claim.val() {
            self.place.d.next = bit_cast::<24, 16>(self.claim_row.val());
            self.chosen.d.next = self.claim_space.val();
        }

        self.space.next = self.chosen.q.val();
        self.address.next = self.place.q.val();
        self.wdata.next = bit_cast::<96, 32>(self.low.q.val())
            | (bit_cast::<96, 32>(self.middle.q.val()) << 32)
            | (bit_cast::<96, 32>(self.high.q.val()) << 64);
    }
}
