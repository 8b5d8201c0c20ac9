//! Serial immediates: the ones that do not fit the decoder's short forms.
//!
//! Their bytes, over as many chunks (groups) as they stand in, are shifted into a register from above, one a cycle: seven
//! bits of a LEB128 number, eight of `f64.const`. A number that has fewer digits than it may have is then filled with
//! its sign, so that the register holds it after five digits (ten for `i64.const`). Fetch keeps the opcode meanwhile.
//!
//! ```text
//! clock      _/~\_/~\_/~\_/~\_/~\_/~\_/~\_
//! active     ____/~~~~~~~~~~~~~~~~~~~\____   a serial group or its continuation is in D
//! at           0 | 1   2   3               byte taken in this cycle
//! ended      ____________/~~~~~~~~~~~~\____  it was the last: what is shifted in is sign
//! done       ____________________/~~~\____   `value` is complete
//! ```

use crate::prim::octet::Octet;
use layer::circuit;
use rust_hdl::prelude::*;

#[derive(LogicBlock, Default)]
pub struct SerialImmediate {
    pub clock: Signal<In, Clock>,
    /// A serial group, or the continuation of one, is in D.
    pub active: Signal<In, Bit>,
    /// Forgets everything: no group is in D any more.
    pub flush: Signal<In, Bit>,
    /// The group in D is issued.
    pub issue: Signal<In, Bit>,
    pub window: Signal<In, Bits<64>>,
    /// Length of this chunk less one.
    pub last: Signal<In, Bits<3>>,
    /// One LEB128 number stands before the one that is wanted.
    pub skip: Signal<In, Bit>,
    pub zero_extend: Signal<In, Bit>,
    /// A number of up to 64 bits, not 32.
    pub wide: Signal<In, Bit>,
    /// Eight raw bytes instead of LEB128.
    pub raw: Signal<In, Bit>,

    /// The group in D continues a long instruction, whose opcode is in an earlier one.
    pub continuing: Signal<Out, Bit>,
    /// The chunk in D has been read and the immediate goes on in the next one.
    pub swallow: Signal<Out, Bit>,
    pub done: Signal<Out, Bit>,
    /// 0 while no serial immediate is in D.
    pub value: Signal<Out, Bits<64>>,

    at: DFF<Bits<3>>,
    skipped: DFF<Bit>,
    chunk_read: DFF<Bit>,
    going_on: DFF<Bit>,
    /// The number's last byte was taken.
    ended: DFF<Bit>,
    /// How many digits were shifted in.
    shifted: DFF<Bits<4>>,
    complete: DFF<Bit>,
    // Five digits each.
    low: DFF<Bits<35>>,
    high: DFF<Bits<35>>,

    bytes: Octet,
    current: Signal<Local, Bits<8>>,
    /// The current byte belongs to the number; one to the number before it.
    here: Signal<Local, Bit>,
    skipping: Signal<Local, Bit>,
    read: Signal<Local, Bit>,
    shift: Signal<Local, Bit>,
    digit: Signal<Local, Bits<7>>,
    most: Signal<Local, Bits<4>>,
    /// What is shifted into the lower five.
    middle: Signal<Local, Bits<7>>,
}

impl Logic for SerialImmediate {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, at, skipped, chunk_read, going_on, ended, shifted, complete, low, high);

        self.bytes.row.next = self.window.val();
        self.bytes.lane.next = self.at.q.val();
        self.current.next = self.bytes.octet.val();

        // The first chunk begins with the opcode, which is not part of the number.
        self.here.next = self.going_on.q.val() | self.at.q.val().any();
        self.skipping.next = self.skip.val() & !self.skipped.q.val();
        self.read.next = self.active.val() & !self.chunk_read.q.val() & !self.ended.q.val() & !self.complete.q.val();
        self.shift.next = (self.read.val() & self.here.val() & !self.skipping.val())
            | (self.active.val() & self.ended.q.val() & !self.complete.q.val());
        if self.read.val() {
            self.at.d.next = self.at.q.val() + 1;
            self.chunk_read.d.next = self.at.q.val() == self.last.val();
            if self.here.val() & !self.raw.val() & !self.current.val().get_bit(7) {
                self.skipped.d.next = true;
                self.ended.d.next = !self.skipping.val();
            }
        }

        self.digit.next = self.current.val().get_bits::<7>(0);
        if self.ended.q.val() {
            // The sign is the highest bit of the digit before.
            self.digit.next =
                if self.high.q.val().get_bit(34) & !self.zero_extend.val() { 127.into() } else { 0.into() };
        }
        self.most.next = 4.into();
        if self.wide.val() {
            self.most.next = 9.into();
        }
        if self.raw.val() {
            self.most.next = 7.into();
        }
        self.middle.next = if self.wide.val() { self.high.q.val().get_bits::<7>(0) } else { self.digit.val() };
        if self.shift.val() {
            self.shifted.d.next = self.shifted.q.val() + 1;
            self.complete.d.next = self.shifted.q.val() == self.most.val();
            self.low.d.next = (self.low.q.val() >> 7) | (bit_cast::<35, 7>(self.middle.val()) << 28);
            self.high.d.next = (self.high.q.val() >> 7) | (bit_cast::<35, 7>(self.digit.val()) << 28);
            if self.raw.val() {
                self.low.d.next =
                    (self.low.q.val() >> 8) | (bit_cast::<35, 8>(self.high.q.val().get_bits::<8>(0)) << 27);
                self.high.d.next = (self.high.q.val() >> 8) | (bit_cast::<35, 8>(self.current.val()) << 21);
            }
        }
        self.value.next = bit_cast::<64, 35>(self.low.q.val()) | (bit_cast::<64, 35>(self.high.q.val()) << 35);
        self.swallow.next = self.active.val() & self.chunk_read.q.val() & !self.ended.q.val() & !self.complete.q.val();
        if self.swallow.val() {
            self.going_on.d.next = true;
            self.chunk_read.d.next = false;
            self.at.d.next = 0.into();
        }
        if self.issue.val() | self.flush.val() {
            self.going_on.d.next = false;
            self.chunk_read.d.next = false;
            self.skipped.d.next = false;
            self.ended.d.next = false;
            self.complete.d.next = false;
            self.at.d.next = 0.into();
            self.shifted.d.next = 0.into();
            self.low.d.next = 0.into();
            self.high.d.next = 0.into();
        }
        self.done.next = self.complete.q.val();
        self.continuing.next = self.going_on.q.val();
    }
}
