//! Serial immediates: the ones that do not fit the decoder's short forms.
//!
//! They stand in one or two chunks (groups). A core with `Units::wide_immediates` takes a chunk at once ([`Digits`]):
//! constants of 64 bits, and the indices and offsets that linkers pad to five bytes.
//!
//! In the others, and behind an alignment that is padded, which no toolchain does, the bytes are shifted into a register
//! from above, one a cycle: seven bits of a LEB128 number, eight of `f64.const`. A number that has fewer digits than it
//! may have is then filled with its sign, so that the register holds it after five digits (ten for `i64.const`). Fetch
//! keeps the opcode meanwhile.
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

/// The bytes of a chunk as parts of a number of 64 bits. No state.
#[derive(LogicBlock, Default)]
pub struct Digits {
    /// Seven bytes of the first chunk, from the number's first on; and the first three of the second one.
    pub first: Signal<In, Bits<56>>,
    pub second: Signal<In, Bits<24>>,
    pub zero_extend: Signal<In, Bit>,
    /// Bytes instead of LEB128.
    pub raw: Signal<In, Bit>,
    /// The number ends in the first chunk.
    pub ends: Signal<Out, Bit>,
    /// What the first chunk has: the whole number, if it ends there.
    pub low: Signal<Out, Bits<64>>,
    /// What the second one has: its bits from 49 on.
    pub high: Signal<Out, Bits<15>>,

    more1: Signal<Local, Bit>,
    more2: Signal<Local, Bit>,
    more3: Signal<Local, Bit>,
    more4: Signal<Local, Bit>,
    more5: Signal<Local, Bit>,
    more6: Signal<Local, Bit>,
    top: Signal<Local, Bit>,
    digits: Signal<Local, Bits<64>>,
    /// The bits that are there.
    length: Signal<Local, Bits<64>>,
    high_digits: Signal<Local, Bits<15>>,
    second_top: Signal<Local, Bit>,
}

impl Logic for Digits {
    #[circuit]
    fn update(&mut self) {
        self.more1.next = self.first.val().get_bit(7);
        self.more2.next = self.more1.val() & self.first.val().get_bit(15);
        self.more3.next = self.more2.val() & self.first.val().get_bit(23);
        self.more4.next = self.more3.val() & self.first.val().get_bit(31);
        self.more5.next = self.more4.val() & self.first.val().get_bit(39);
        self.more6.next = self.more5.val() & self.first.val().get_bit(47);
        self.ends.next = !self.raw.val() & !(self.more6.val() & self.first.val().get_bit(55));
        self.digits.next = bit_cast::<64, 7>(self.first.val().get_bits::<7>(0))
            | (bit_cast::<64, 7>(self.first.val().get_bits::<7>(8)) << 7)
            | (bit_cast::<64, 7>(self.first.val().get_bits::<7>(16)) << 14)
            | (bit_cast::<64, 7>(self.first.val().get_bits::<7>(24)) << 21)
            | (bit_cast::<64, 7>(self.first.val().get_bits::<7>(32)) << 28)
            | (bit_cast::<64, 7>(self.first.val().get_bits::<7>(40)) << 35)
            | (bit_cast::<64, 7>(self.first.val().get_bits::<7>(48)) << 42);
        self.length.next = 0x7f_u64.to_bits();
        self.top.next = self.first.val().get_bit(6);
        if self.more1.val() {
            self.length.next = 0x3fff_u64.to_bits();
            self.top.next = self.first.val().get_bit(14);
        }
        if self.more2.val() {
            self.length.next = 0x1f_ffff_u64.to_bits();
            self.top.next = self.first.val().get_bit(22);
        }
        if self.more3.val() {
            self.length.next = 0xfff_ffff_u64.to_bits();
            self.top.next = self.first.val().get_bit(30);
        }
        if self.more4.val() {
            self.length.next = 0x7_ffff_ffff_u64.to_bits();
            self.top.next = self.first.val().get_bit(38);
        }
        if self.more5.val() {
            self.length.next = 0x3ff_ffff_ffff_u64.to_bits();
            self.top.next = self.first.val().get_bit(46);
        }
        if self.more6.val() {
            self.length.next = 0x1_ffff_ffff_ffff_u64.to_bits();
            self.top.next = self.first.val().get_bit(54);
        }
        self.low.next = self.digits.val() & self.length.val();
        if self.top.val() & !self.zero_extend.val() {
            self.low.next = self.digits.val() | !self.length.val();
        }
        if self.raw.val() {
            self.low.next = bit_cast::<64, 56>(self.first.val());
        }

        self.high_digits.next = bit_cast::<15, 7>(self.second.val().get_bits::<7>(0))
            | (bit_cast::<15, 7>(self.second.val().get_bits::<7>(8)) << 7)
            | (bit_cast::<15, 1>(self.second.val().get_bits::<1>(16)) << 14);
        self.second_top.next = self.second.val().get_bit(6);
        self.high.next = self.high_digits.val() & 0x7f;
        if self.second_top.val() {
            self.high.next = self.high_digits.val() | 0x7f80;
        }
        if self.second.val().get_bit(7) {
            self.high.next = self.high_digits.val() & 0x3fff;
            if self.second.val().get_bit(14) {
                self.high.next = self.high_digits.val() | 0x4000;
            }
            if self.second.val().get_bit(15) {
                self.high.next = self.high_digits.val();
            }
        }
    }
}

#[derive(LogicBlock, Default)]
pub struct SerialImmediate {
    pub clock: Signal<In, Clock>,
    /// Bytes are taken one by one; constant.
    pub by_byte: Signal<In, Bit>,
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

    chunk: Digits,
    /// A chunk is taken at once: the first one, the second one.
    at_once: Signal<Local, Bit>,
    opens: Signal<Local, Bit>,
    closes: Signal<Local, Bit>,

    bytes: Octet,
    current: Signal<Local, Bits<8>>,
    /// The current byte belongs to the number; one to the number before it.
    here: Signal<Local, Bit>,
    skipping: Signal<Local, Bit>,
    read: Signal<Local, Bit>,
    shift: Signal<Local, Bit>,
    digit: Signal<Local, Bits<7>>,
    /// Where chunks are taken at once, only offsets are shifted in, 32 bits without a sign.
    wide_serial: Signal<Local, Bit>,
    raw_serial: Signal<Local, Bit>,
    negative: Signal<Local, Bit>,
    most: Signal<Local, Bits<4>>,
    /// What is shifted into the lower five.
    middle: Signal<Local, Bits<7>>,
}

impl Logic for SerialImmediate {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, at, skipped, chunk_read, going_on, ended, shifted, complete, low, high);

        // A chunk at once.
        self.chunk.first.next = self.window.val().get_bits::<56>(8);
        if self.skip.val() {
            self.chunk.first.next = bit_cast::<56, 48>(self.window.val().get_bits::<48>(16));
        }
        self.chunk.second.next = self.window.val().get_bits::<24>(0);
        connect!(self => self.chunk; zero_extend, raw);
        self.at_once.next = self.active.val()
            & !self.by_byte.val()
            & !self.chunk_read.q.val()
            & !self.complete.q.val()
            & !self.at.q.val().any();
        self.opens.next =
            self.at_once.val() & !self.going_on.q.val() & !(self.skip.val() & self.window.val().get_bit(15));
        self.closes.next = self.at_once.val() & self.going_on.q.val() & (self.wide.val() | self.raw.val());

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

        self.wide_serial.next = self.wide.val() & self.by_byte.val();
        self.raw_serial.next = self.raw.val() & self.by_byte.val();
        // The sign is the highest bit of the digit before.
        self.negative.next = self.high.q.val().get_bit(34) & !self.zero_extend.val() & self.by_byte.val();
        self.digit.next = self.current.val().get_bits::<7>(0);
        if self.ended.q.val() {
            self.digit.next = if self.negative.val() { 127.into() } else { 0.into() };
        }
        self.most.next = 4.into();
        if self.wide_serial.val() {
            self.most.next = 9.into();
        }
        if self.raw_serial.val() {
            self.most.next = 7.into();
        }
        self.middle.next = if self.wide_serial.val() { self.high.q.val().get_bits::<7>(0) } else { self.digit.val() };
        if self.shift.val() {
            self.shifted.d.next = self.shifted.q.val() + 1;
            self.complete.d.next = self.shifted.q.val() == self.most.val();
            self.low.d.next = (self.low.q.val() >> 7) | (bit_cast::<35, 7>(self.middle.val()) << 28);
            if self.raw_serial.val() {
                self.low.d.next =
                    (self.low.q.val() >> 8) | (bit_cast::<35, 8>(self.high.q.val().get_bits::<8>(0)) << 27);
            }
        }
        if self.shift.val() & self.by_byte.val() {
            self.high.d.next = (self.high.q.val() >> 7) | (bit_cast::<35, 7>(self.digit.val()) << 28);
            if self.raw_serial.val() {
                self.high.d.next = (self.high.q.val() >> 8) | (bit_cast::<35, 8>(self.current.val()) << 21);
            }
        }
        self.value.next = bit_cast::<64, 35>(self.low.q.val()) | (bit_cast::<64, 35>(self.high.q.val()) << 35);
        if self.opens.val() {
            self.low.d.next = self.chunk.low.val().get_bits::<35>(0);
            self.high.d.next = bit_cast::<35, 29>(self.chunk.low.val().get_bits::<29>(35));
            self.ended.d.next = false;
            self.complete.d.next = self.chunk.ends.val();
            self.chunk_read.d.next = !self.chunk.ends.val();
        }
        if self.closes.val() {
            self.low.d.next = self.low.q.val();
            // Eight raw bytes stand four and four (`isa::group`), and seven were in the first window.
            self.high.d.next = if self.raw.val() {
                bit_cast::<35, 21>(self.high.q.val().get_bits::<21>(0))
                    | (bit_cast::<35, 8>(self.window.val().get_bits::<8>(24)) << 21)
            } else {
                bit_cast::<35, 14>(self.high.q.val().get_bits::<14>(0))
                    | (bit_cast::<35, 15>(self.chunk.high.val()) << 14)
            };
            self.ended.d.next = false;
            self.complete.d.next = true;
        }
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
