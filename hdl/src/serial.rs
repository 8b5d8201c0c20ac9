//! Serial immediates: the ones that do not fit the decoder's short forms.
//!
//! Long or padded LEB128 numbers are taken one byte a cycle, over as many chunks (groups) as they stand in; eight raw
//! bytes (`f64.const`) stand as four in one chunk and four in the next. The opcode is kept meanwhile.
//!
//! ```text
//! clock      _/~\_/~\_/~\_/~\_/~\_
//! active     ____/~~~~~~~~~~~\____   a serial group or its continuation is in D
//! at           0 | 1   2   3         byte taken in this cycle
//! done       ____________/~~~\____   `value` is complete
//! ```

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
    pub opcode: Signal<In, Bits<8>>,
    /// It is that of a source.
    pub source: Signal<In, Bit>,
    /// One LEB128 number stands before the one that is wanted.
    pub skip: Signal<In, Bit>,
    pub zero_extend: Signal<In, Bit>,
    /// Eight raw bytes instead of LEB128.
    pub raw: Signal<In, Bit>,

    /// The group in D continues a long instruction, whose opcode is `kept_opcode`.
    pub continuing: Signal<Out, Bit>,
    pub kept_opcode: Signal<Out, Bits<8>>,
    pub kept_source: Signal<Out, Bit>,
    /// The chunk in D has been read and the immediate goes on in the next one.
    pub swallow: Signal<Out, Bit>,
    pub done: Signal<Out, Bit>,
    pub value: Signal<Out, Bits<64>>,

    at: DFF<Bits<3>>,
    /// How many bytes of the number were taken, in unary: that many ones from bit 0 up.
    taken: DFF<Bits<10>>,
    skipped: DFF<Bit>,
    complete: DFF<Bit>,
    chunk_read: DFF<Bit>,
    going_on: DFF<Bit>,
    op: DFF<Bits<8>>,
    of_source: DFF<Bit>,
    digits: [DFF<Bits<7>>; 10],

    current: Signal<Local, Bits<8>>,
    finished: Signal<Local, Bit>,
    take: Signal<Local, Bit>,
    ends: Signal<Local, Bit>,
    fill: Signal<Local, Bits<7>>,
    low: Signal<Local, Bits<64>>,
    here: Signal<Local, Bit>,
}

impl Logic for SerialImmediate {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, at, taken, skipped, complete, chunk_read, going_on, op, of_source);
        for i in 0..10 {
            self.digits[i].clock.next = self.clock.val();
            self.digits[i].d.next = self.digits[i].q.val();
        }

        self.current.next = 0.into();
        match self.at.q.val().index() {
            0 => {
                self.current.next = self.window.val().get_bits::<8>(0);
            }
            1 => {
                self.current.next = self.window.val().get_bits::<8>(8);
            }
            2 => {
                self.current.next = self.window.val().get_bits::<8>(16);
            }
            3 => {
                self.current.next = self.window.val().get_bits::<8>(24);
            }
            4 => {
                self.current.next = self.window.val().get_bits::<8>(32);
            }
            5 => {
                self.current.next = self.window.val().get_bits::<8>(40);
            }
            6 => {
                self.current.next = self.window.val().get_bits::<8>(48);
            }
            _ => {
                self.current.next = self.window.val().get_bits::<8>(56);
            }
        }

        // The first chunk begins with the opcode, which is not part of the number.
        self.here.next = self.going_on.q.val() | self.at.q.val().any();
        self.finished.next = self.complete.q.val() | (self.raw.val() & self.going_on.q.val());
        self.take.next = self.active.val() & !self.finished.val() & !self.chunk_read.q.val();
        self.ends.next = !self.current.val().get_bit(7);
        self.fill.next = 0.into();
        if self.current.val().get_bit(6) & !self.zero_extend.val() {
            self.fill.next = 127.into();
        }

        if self.take.val() & self.raw.val() {
            // The first chunk's four bytes; the second's are taken from the window as they stand.
            self.digits[0].d.next = self.window.val().get_bits::<7>(8);
            self.digits[1].d.next = self.window.val().get_bits::<7>(15);
            self.digits[2].d.next = self.window.val().get_bits::<7>(22);
            self.digits[3].d.next = self.window.val().get_bits::<7>(29);
            self.digits[4].d.next = self.window.val().get_bits::<7>(36);
            self.chunk_read.d.next = true;
        } else if self.take.val() {
            self.at.d.next = self.at.q.val() + 1;
            if self.at.q.val() == self.last.val() {
                self.chunk_read.d.next = true;
            }
            if self.here.val() {
                if self.skip.val() & !self.skipped.q.val() {
                    self.skipped.d.next = self.ends.val();
                } else {
                    self.taken.d.next = (self.taken.q.val() << 1) | 1;
                    self.complete.d.next = self.ends.val();
                    // The next digit is this byte; those above it are sign until a later byte says otherwise.
                    if !self.taken.q.val().get_bit(0) {
                        self.digits[0].d.next = self.current.val().get_bits::<7>(0);
                    }
                    for i in 1..10 {
                        if !self.taken.q.val().get_bit(i) {
                            self.digits[i].d.next = self.fill.val();
                            if self.taken.q.val().get_bit(i - 1) {
                                self.digits[i].d.next = self.current.val().get_bits::<7>(0);
                            }
                        }
                    }
                }
            }
        }

        self.low.next = bit_cast::<64, 7>(self.digits[0].q.val())
            | (bit_cast::<64, 7>(self.digits[1].q.val()) << 7)
            | (bit_cast::<64, 7>(self.digits[2].q.val()) << 14)
            | (bit_cast::<64, 7>(self.digits[3].q.val()) << 21)
            | (bit_cast::<64, 7>(self.digits[4].q.val()) << 28)
            | (bit_cast::<64, 7>(self.digits[5].q.val()) << 35)
            | (bit_cast::<64, 7>(self.digits[6].q.val()) << 42)
            | (bit_cast::<64, 7>(self.digits[7].q.val()) << 49)
            | (bit_cast::<64, 7>(self.digits[8].q.val()) << 56)
            | (bit_cast::<64, 7>(self.digits[9].q.val()) << 63);
        self.value.next = self.low.val();
        if self.raw.val() {
            self.value.next = (self.window.val() << 32) | bit_cast::<64, 32>(self.low.val().get_bits::<32>(0));
        }
        self.swallow.next = self.chunk_read.q.val() & !self.finished.val() & self.active.val();
        if self.swallow.val() {
            self.going_on.d.next = true;
            self.chunk_read.d.next = false;
            self.at.d.next = 0.into();
            self.op.d.next = self.opcode.val();
            self.of_source.d.next = self.source.val();
        }
        if self.issue.val() | self.flush.val() {
            self.going_on.d.next = false;
            self.chunk_read.d.next = false;
            self.complete.d.next = false;
            self.skipped.d.next = false;
            self.at.d.next = 0.into();
            self.taken.d.next = 0.into();
        }
        self.done.next = self.finished.val();
        self.continuing.next = self.going_on.q.val();
        self.kept_opcode.next = self.op.q.val();
        self.kept_source.next = self.of_source.q.val();
    }
}
