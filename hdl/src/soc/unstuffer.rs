//! Takes the byte stuffing (COBS, `isa::wire::frame`) off what the line brings.

use rust_hdl::prelude::*;

/// ```text
/// clock    _/~\_/~\_/~\_/~\_/~\_
/// valid    /~~~\___/~~~\___/~~~\   a block's length, a byte, the delimiter
/// push     ________/~~~\________   `data` belongs to the frame
/// complete ________________/~~~\   the frame is complete
/// ```
#[derive(LogicBlock, Default)]
pub struct Unstuffer {
    pub clock: Signal<In, Clock>,
    pub valid: Signal<In, Bit>,
    pub octet: Signal<In, Bits<8>>,
    /// Drops the frame in progress and what comes.
    pub deaf: Signal<In, Bit>,
    pub push: Signal<Out, Bit>,
    pub data: Signal<Out, Bits<8>>,
    pub complete: Signal<Out, Bit>,

    /// Bytes of the block to come.
    left: DFF<Bits<8>>,
    /// A byte 0 stands between the block and the next one.
    gap: DFF<Bit>,
    spoilt: DFF<Bit>,
    delimiter: Signal<Local, Bit>,
    between: Signal<Local, Bit>,
}

impl Logic for Unstuffer {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, left, gap, spoilt);
        self.delimiter.next = !self.octet.val().any();
        self.between.next = !self.left.q.val().any();
        self.push.next = false;
        self.complete.next = false;
        self.data.next = self.octet.val();
        if self.between.val() {
            self.data.next = 0.into();
        }
        if self.valid.val() {
            self.left.d.next = self.left.q.val() - 1;
            if self.between.val() {
                self.left.d.next = self.octet.val() - 1;
                self.gap.d.next = !self.octet.val().all();
            }
            self.push.next = !self.between.val() | self.gap.q.val();
            if self.delimiter.val() {
                self.push.next = false;
                self.complete.next = self.between.val() & !self.spoilt.q.val();
                self.left.d.next = 0.into();
                self.gap.d.next = false;
                self.spoilt.d.next = false;
            }
        }
        if self.deaf.val() {
            self.push.next = false;
            self.complete.next = false;
            if self.valid.val() {
                self.spoilt.d.next = !self.delimiter.val();
            }
        }
    }
}
