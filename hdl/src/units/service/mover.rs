//! Where the service unit's ranges are, and what moves between them.

use layer::circuit;
use rust_hdl::prelude::*;

/// Two places: of the next element that is written, and of the one that is read; if a copy goes backward, behind them.
/// An element is read in one cycle and written in the next.
///
/// ```text
/// clock     _/~\_/~\_/~\_
/// go        /~~~\________
/// from_now  X f  X
/// pending   ____/~~~\____   write_to is its target; row_enables and row_write those of memory
/// ```
///
/// Widths: `D` place, a byte address or a slot; `W` = D - 2.
#[derive(LogicBlock, Default)]
pub struct Mover<const D: usize, const W: usize> {
    pub clock: Signal<In, Clock>,
    /// Target 0, forward.
    pub clear: Signal<In, Bit>,
    /// Takes a place from `value`.
    pub set_to: Signal<In, Bit>,
    pub set_from: Signal<In, Bit>,
    /// Adds `value` to a place.
    pub add_to: Signal<In, Bit>,
    pub add_from: Signal<In, Bit>,
    /// Moves both places: to the ends of their ranges, if the copy has to go backward; by an element.
    pub turn: Signal<In, Bit>,
    pub by_step: Signal<In, Bit>,
    /// With `by_step`: there is an element to move.
    pub go: Signal<In, Bit>,
    pub value: Signal<In, Bits<32>>,
    /// Elements that are left.
    pub count: Signal<In, Bits<33>>,
    /// Elements are slots, not bytes.
    pub slots: Signal<In, Bit>,
    /// They are all `filler`, not what is read.
    pub fill: Signal<In, Bit>,
    pub filler: Signal<In, Bits<8>>,

    /// Four bytes move in this cycle.
    pub four: Signal<Out, Bit>,
    pub from_now: Signal<Out, Bits<D>>,
    pub pending: Signal<Out, Bit>,
    pub write_to: Signal<Out, Bits<D>>,
    pub row_data: Signal<In, Bits<32>>,
    pub row_enables: Signal<Out, Bits<4>>,
    pub row_write: Signal<Out, Bits<32>>,

    to: DFF<Bits<D>>,
    from: DFF<Bits<D>>,
    back: DFF<Bit>,
    backward: Signal<Local, Bit>,
    misaligned: Signal<Local, Bits<2>>,
    by_four: Signal<Local, Bit>,
    none: Signal<Local, Bits<D>>,
    ones: Signal<Local, Bits<D>>,
    /// One element, or four bytes, on or back.
    step: Signal<Local, Bits<D>>,
    delta: Signal<Local, Bits<D>>,
    both: Signal<Local, Bit>,
    to_sum: Signal<Local, Bits<D>>,
    from_sum: Signal<Local, Bits<D>>,
    to_now: Signal<Local, Bits<D>>,
    place: Signal<Local, Bits<D>>,
    waits: DFF<Bit>,
    waits_for: DFF<Bits<D>>,
    waits_four: DFF<Bit>,
    lane: DFF<Bits<2>>,
    chosen_byte: Signal<Local, Bits<8>>,
    row: Signal<Local, Bits<32>>,
    enables: Signal<Local, Bits<4>>,
}

impl<const D: usize, const W: usize> Logic for Mover<D, W> {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, to, from, back, waits, waits_for, waits_four, lane);

        // Where to. A copy goes backward if its target is above its source.
        self.backward.next = !self.fill.val() & (self.from.q.val() < self.to.q.val());
        self.misaligned.next = if !self.fill.val() {
            self.to.q.val().get_bits::<2>(0) | self.from.q.val().get_bits::<2>(0)
        } else {
            self.to.q.val().get_bits::<2>(0)
        };
        self.by_four.next = !self.slots.val() & !self.misaligned.val().any() & self.count.val().get_bits::<31>(2).any();
        self.none.next = 0.into();
        self.ones.next = !self.none.val();
        self.step.next = if self.back.q.val() { self.ones.val() } else { 1.into() };
        if self.by_four.val() {
            self.step.next = if self.back.q.val() { self.ones.val() << 2 } else { 4.into() };
        }
        self.delta.next = bit_cast::<D, 32>(self.value.val());
        if self.turn.val() & self.backward.val() {
            self.delta.next = bit_cast::<D, 33>(self.count.val());
        }
        if self.by_step.val() {
            self.delta.next = self.step.val();
        }
        self.to_sum.next = self.to.q.val() + self.delta.val();
        self.from_sum.next = self.from.q.val() + self.delta.val();
        self.both.next = self.by_step.val() | (self.turn.val() & self.backward.val());
        if self.add_to.val() | self.both.val() {
            self.to.d.next = self.to_sum.val();
        }
        if self.add_from.val() | self.both.val() {
            self.from.d.next = self.from_sum.val();
        }
        if self.turn.val() {
            self.back.d.next = self.backward.val();
        }
        if self.set_to.val() {
            self.to.d.next = bit_cast::<D, 32>(self.value.val());
        }
        if self.set_from.val() {
            self.from.d.next = bit_cast::<D, 32>(self.value.val());
        }
        if self.clear.val() {
            self.to.d.next = 0.into();
            self.back.d.next = false;
        }

        // The element that is read in this cycle. What `value` adds would come late to the address of a RAM.
        self.four.next = self.by_step.val() & self.by_four.val();
        self.to_now.next = self.to.q.val();
        self.place.next = self.from.q.val();
        if self.back.q.val() {
            self.to_now.next = self.to.q.val() + self.step.val();
            self.place.next = self.from.q.val() + self.step.val();
        }
        self.from_now.next = self.place.val();
        self.waits.d.next = self.by_step.val() & self.go.val();
        self.waits_for.d.next = self.to_now.val();
        self.waits_four.d.next = self.by_four.val();
        self.lane.d.next = self.place.val().get_bits::<2>(0);

        // The element read in the cycle before.
        self.chosen_byte.next = self.row_data.val().get_bits::<8>(0);
        match self.lane.q.val().index() {
            1 => {
                self.chosen_byte.next = self.row_data.val().get_bits::<8>(8);
            }
            2 => {
                self.chosen_byte.next = self.row_data.val().get_bits::<8>(16);
            }
            3 => {
                self.chosen_byte.next = self.row_data.val().get_bits::<8>(24);
            }
            _ => {}
        }
        if self.fill.val() {
            self.chosen_byte.next = self.filler.val();
        }
        self.row.next = bit_cast::<32, 8>(self.chosen_byte.val())
            | (bit_cast::<32, 8>(self.chosen_byte.val()) << 8)
            | (bit_cast::<32, 8>(self.chosen_byte.val()) << 16)
            | (bit_cast::<32, 8>(self.chosen_byte.val()) << 24);
        self.enables.next = 1.into();
        match self.waits_for.q.val().get_bits::<2>(0).index() {
            1 => {
                self.enables.next = 2.into();
            }
            2 => {
                self.enables.next = 4.into();
            }
            3 => {
                self.enables.next = 8.into();
            }
            _ => {}
        }
        if self.waits_four.q.val() {
            self.enables.next = 15.into();
            if !self.fill.val() {
                self.row.next = self.row_data.val();
            }
        }
        self.row_write.next = self.row.val();
        self.row_enables.next = if self.waits.q.val() & !self.slots.val() { self.enables.val() } else { 0.into() };
        self.pending.next = self.waits.q.val();
        self.write_to.next = self.waits_for.q.val();
    }
}
