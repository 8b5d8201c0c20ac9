//! How long a call runs.

use layer::circuit;
use rust_hdl::prelude::*;

/// ```text
/// clock     _/~\_/~\_/~\_/~\_
/// counts    /~~~~~~~\________
/// cycles    X n X n+1 X n+2
/// ```
#[derive(LogicBlock, Default)]
pub struct Meter {
    pub clock: Signal<In, Clock>,
    pub counts: Signal<In, Bit>,
    pub clear: Signal<In, Bit>,
    pub cycles: Signal<Out, Bits<32>>,
    /// The low half has overflowed, until that is counted.
    pub overflow: Signal<Out, Bit>,
    pub counted: Signal<In, Bit>,

    count: DFF<Bits<32>>,
    overflowed: DFF<Bit>,
    more: Signal<Local, Bits<32>>,
}

impl Logic for Meter {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, count, overflowed);
        self.more.next = self.count.q.val() + 1;
        if self.counted.val() {
            self.overflowed.d.next = false;
        }
        if self.counts.val() {
            self.count.d.next = self.more.val();
            if self.more.val().get_bit(16) != self.count.q.val().get_bit(16) {
                self.overflowed.d.next = true;
            }
        }
        if self.clear.val() {
            self.count.d.next = 0.into();
            self.overflowed.d.next = false;
        }
        self.cycles.next = self.count.q.val();
        self.overflow.next = self.overflowed.q.val();
    }
}
