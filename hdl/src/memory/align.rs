//! Bytes of an access to and from 4-byte rows.
//!
//! Rotated right by the low two address bits, every row has byte k of a word at position k, whichever of the two rows
//! that hold the word it comes from. So a word is put together from rotated rows by a byte mask, and a row to write
//! is a word rotated the other way.
//!
//! ```text
//! address 4r + 1       row r: .012      rotated: 012.
//!                    row r+1: 3456      rotated: 4563     word: 012 of the first, 3 of the second
//! ```

use layer::circuit;
use rust_hdl::prelude::*;

/// The bytes of a word that lie in the row at its address, as a mask: 4 - `address[1:0]` of them from the lowest up.
#[derive(LogicBlock, Default)]
pub struct FirstRow {
    pub low: Signal<In, Bits<2>>,
    pub mask: Signal<Out, Bits<32>>,
}

impl Logic for FirstRow {
    #[circuit]
    fn update(&mut self) {
        self.mask.next = 0xffff_ffff_u32.to_bits();
        match self.low.val().index() {
            1 => self.mask.next = 0x00ff_ffff_u32.to_bits(),
            2 => self.mask.next = 0x0000_ffff_u32.to_bits(),
            3 => self.mask.next = 0x0000_00ff_u32.to_bits(),
            _ => {}
        }
    }
}

/// Load side, without state: the row just read and what is held become the group's result.
#[derive(LogicBlock, Default)]
pub struct LoadAlign {
    /// A load is in M; otherwise the result is what is held.
    pub load: Signal<In, Bit>,
    /// Address modulo 4.
    pub low: Signal<In, Bits<2>>,
    pub row: Signal<In, Bits<32>>,
    /// This is not the access's first row.
    pub again: Signal<In, Bit>,
    /// Of a load: in the upper half the rotated row before, in the lower one the low word of eight bytes.
    pub held: Signal<In, Bits<64>>,
    /// 1, 2, 4 or 8.
    pub bytes: Signal<In, Bits<4>>,
    pub sign_extend: Signal<In, Bit>,
    /// Neither a load nor what is held: `read`, `given` or 0.
    pub replace: Signal<In, Bit>,
    pub replace_read: Signal<In, Bit>,
    pub replace_given: Signal<In, Bit>,
    /// Bits for which `given` is taken all the same.
    pub replace_passed: Signal<In, Bits<64>>,
    pub read: Signal<In, Bits<64>>,
    pub given: Signal<In, Bits<64>>,

    pub rotated: Signal<Out, Bits<32>>,
    /// The word that this row finishes.
    pub word: Signal<Out, Bits<32>>,
    /// Extended to 64 bits.
    pub value: Signal<Out, Bits<64>>,
    /// The bytes as they lie in memory, zero-extended.
    pub raw: Signal<Out, Bits<64>>,

    by1: Signal<Local, Bits<32>>,
    by2: Signal<Local, Bits<32>>,
    first: FirstRow,
    keep: Signal<Local, Bits<32>>,
    saved: Signal<Local, Bits<32>>,
    merged: Signal<Local, Bits<32>>,
    eight: Signal<Local, Bit>,
    sign: Signal<Local, Bit>,
    valid: Signal<Local, Bits<32>>,
    /// The bits of the value that are data, and which data: `merged`, or else what is held.
    data: Signal<Local, Bits<64>>,
    choice: Signal<Local, Bits<64>>,
    replaces: Signal<Local, Bits<64>>,
    /// `choice` or, if it is replaced, the value.
    replacement: Signal<Local, Bits<64>>,
    other: Signal<Local, Bits<64>>,
    both: Signal<Local, Bits<64>>,
    chosen: Signal<Local, Bits<64>>,
    valid_bytes: Signal<Local, Bits<32>>,
}

impl Logic for LoadAlign {
    #[circuit]
    fn update(&mut self) {
        self.by1.next =
            if self.low.val().get_bit(0) { (self.row.val() >> 8) | (self.row.val() << 24) } else { self.row.val() };
        self.by2.next =
            if self.low.val().get_bit(1) { (self.by1.val() >> 16) | (self.by1.val() << 16) } else { self.by1.val() };
        self.rotated.next = self.by2.val();

        // Bytes of the row before. An aligned word has none.
        self.first.low.next = self.low.val();
        self.keep.next = if self.again.val() & self.low.val().any() { self.first.mask.val() } else { 0.into() };
        self.saved.next = self.held.val().get_bits::<32>(32);
        self.merged.next = (self.saved.val() & self.keep.val()) | (self.by2.val() & !self.keep.val());
        self.word.next = self.merged.val();

        // Extension. Two signals for each byte say what it is, so that a bit takes one LUT; one more if the value may
        // be something else.
        self.eight.next = self.bytes.val().get_bit(3);
        self.valid.next = 0xffff_ffff_u32.to_bits();
        self.sign.next = self.sign_extend.val() & self.merged.val().get_bit(31);
        if self.bytes.val().get_bit(0) {
            self.valid.next = 0x0000_00ff_u32.to_bits();
            self.sign.next = self.sign_extend.val() & self.merged.val().get_bit(7);
        }
        if self.bytes.val().get_bit(1) {
            self.valid.next = 0x0000_ffff_u32.to_bits();
            self.sign.next = self.sign_extend.val() & self.merged.val().get_bit(15);
        }
        self.data.next = 0xffff_ffff_ffff_ffff_u64.into();
        self.choice.next = 0.into();
        if self.load.val() & self.eight.val() {
            self.choice.next = 0xffff_ffff_0000_0000_u64.into();
        } else if self.load.val() {
            self.data.next = bit_cast::<64, 32>(self.valid.val());
            self.choice.next =
                if self.sign.val() { 0xffff_ffff_ffff_ffff_u64.into() } else { bit_cast::<64, 32>(self.valid.val()) };
        }
        self.replaces.next = 0.into();
        if self.replace.val() {
            self.replaces.next = self.replace_passed.val();
            if self.replace_read.val() | self.replace_given.val() {
                self.replaces.next = 0xffff_ffff_ffff_ffff_u64.into();
            }
        }
        if self.replace.val() {
            self.data.next = 0.into();
            self.choice.next = if self.replace_read.val() { 0xffff_ffff_ffff_ffff_u64.into() } else { 0.into() };
        }
        self.replacement.next = (self.read.val() & self.choice.val()) | (self.given.val() & !self.choice.val());
        self.other.next = (self.replacement.val() & self.replaces.val()) | (self.choice.val() & !self.replaces.val());
        self.both.next = bit_cast::<64, 32>(self.merged.val()) | (bit_cast::<64, 32>(self.merged.val()) << 32);
        self.chosen.next = (self.both.val() & self.other.val()) | (self.held.val() & !self.other.val());
        self.value.next = (self.chosen.val() & self.data.val()) | (self.other.val() & !self.data.val());

        self.valid_bytes.next = self.merged.val() & self.valid.val();
        self.raw.next = if self.eight.val() {
            bit_cast::<64, 32>(self.held.val().get_bits::<32>(0)) | (bit_cast::<64, 32>(self.merged.val()) << 32)
        } else {
            bit_cast::<64, 32>(self.valid_bytes.val())
        };
    }
}

/// Store side, without state: what the lanes of a row get in each pass. In the pass after the first, the lanes from
/// the address up belong to the high word already; in the third pass all do.
#[derive(LogicBlock, Default)]
pub struct StoreAlign {
    /// Address modulo 4.
    pub low: Signal<In, Bits<2>>,
    pub again: Signal<In, Bit>,
    pub third: Signal<In, Bit>,
    pub low_word: Signal<In, Bits<32>>,
    pub high_word: Signal<In, Bits<32>>,
    pub row: Signal<Out, Bits<32>>,

    first: FirstRow,
    high: Signal<Local, Bits<32>>,
    word: Signal<Local, Bits<32>>,
    by1: Signal<Local, Bits<32>>,
}

impl Logic for StoreAlign {
    #[circuit]
    fn update(&mut self) {
        self.first.low.next = self.low.val();
        self.high.next = 0.into();
        if self.again.val() {
            self.high.next = self.first.mask.val();
        }
        if self.third.val() {
            self.high.next = 0xffff_ffff_u32.to_bits();
        }
        self.word.next = (self.low_word.val() & !self.high.val()) | (self.high_word.val() & self.high.val());
        self.by1.next =
            if self.low.val().get_bit(0) { (self.word.val() << 8) | (self.word.val() >> 24) } else { self.word.val() };
        self.row.next =
            if self.low.val().get_bit(1) { (self.by1.val() << 16) | (self.by1.val() >> 16) } else { self.by1.val() };
    }
}
