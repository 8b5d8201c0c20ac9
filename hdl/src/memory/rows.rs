//! Accesses to linear memory in the compact core: a row a cycle, into and out of one register.

use crate::prim::switch::Switch;
use layer::circuit;
use rust_hdl::prelude::*;

/// A byte of the register.
#[derive(LogicBlock, Default)]
pub struct ByteCell {
    pub clock: Signal<In, Clock>,
    /// It is written: with zeros or ones as an extension, or with what is loaded, or else with what comes from X.
    pub takes: Signal<In, Bit>,
    pub fills: Signal<In, Bit>,
    /// Ones; or what is loaded.
    pub ones: Signal<In, Bit>,
    pub loaded: Signal<In, Bits<8>>,
    pub data: Signal<In, Bits<8>>,
    pub value: Signal<Out, Bits<8>>,

    held: DFF<Bits<8>>,
}

impl Logic for ByteCell {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, held);
        if self.takes.val() {
            self.held.d.next = if self.ones.val() { self.loaded.val() } else { self.data.val() };
            if self.fills.val() {
                self.held.d.next = if self.ones.val() { 255.into() } else { 0.into() };
            }
        }
        self.value.next = self.held.q.val();
    }
}

/// A load takes a pass for each row and is done in the cycle behind the last one; a store writes a row in each pass. Rows
/// that are loaded and words that are stored go through the same rotation: the byte of a row in lane i is byte i less the
/// address modulo 4 of a value. A byte of the value is taken in the pass in which its row is there.
///
/// ```text
/// clock      _/~\_/~\_/~\_
///             load, one row
/// valid      /~~~\________   the row is read
/// loading    ____/~~~\____   M: it arrives
/// value              X v     extended to 64 bits; of any other group its data
/// ```
#[derive(LogicBlock, Default)]
pub struct RowAccess {
    pub clock: Signal<In, Clock>,

    // Stage X: the halves of `data` that are kept, of any group; not while passes follow.
    pub take: Signal<In, Bit>,
    pub take_low: Signal<In, Bit>,
    pub data: Signal<In, Bits<64>>,

    // Stage M: the access, and the pass: the first one; a later one; a third one. Of a load passes follow.
    pub low: Signal<In, Bits<2>>,
    /// 1, 2, 4 or 8.
    pub bytes: Signal<In, Bits<4>>,
    pub sign_extend: Signal<In, Bit>,
    pub store: Signal<In, Bit>,
    pub first: Signal<In, Bit>,
    pub third: Signal<In, Bit>,
    pub loading: Signal<In, Bit>,
    /// The row that is loaded.
    pub row: Signal<In, Bits<32>>,
    /// It is 0 instead.
    pub absent: Signal<In, Bit>,
    /// What is stored, in its lanes.
    pub stored: Signal<Out, Bits<32>>,
    pub value: Signal<Out, Bits<64>>,
    /// The value without the extension.
    pub raw: Signal<Out, Bits<64>>,

    /// Whether it is there at all.
    present: Switch,
    byte0: ByteCell,
    byte1: ByteCell,
    byte2: ByteCell,
    byte3: ByteCell,
    byte4: ByteCell,
    byte5: ByteCell,
    byte6: ByteCell,
    byte7: ByteCell,
    /// Which bytes of a word are in the row of its first byte.
    ahead: Signal<Local, Bits<4>>,
    /// Of a word that is stored: the byte is one of the value's high half.
    from_high: Signal<Local, Bits<4>>,
    word0: Signal<Local, Bits<8>>,
    word1: Signal<Local, Bits<8>>,
    word2: Signal<Local, Bits<8>>,
    word3: Signal<Local, Bits<8>>,
    word: Signal<Local, Bits<32>>,
    distance: Signal<Local, Bits<2>>,
    odd: Signal<Local, Bits<32>>,
    rotated: Signal<Local, Bits<32>>,
    /// Bytes of the low half above those in memory; the high half is.
    above: Signal<Local, Bits<4>>,
    high_above: Signal<Local, Bit>,
    sign: Signal<Local, Bit>,
    low_arrives: Signal<Local, Bits<4>>,
    high_arrives: Signal<Local, Bits<4>>,
    low_takes: Signal<Local, Bits<4>>,
    high_takes: Signal<Local, Bits<4>>,
    low_fills: Signal<Local, Bits<4>>,
    low_ones: Signal<Local, Bits<4>>,
    high_fills: Signal<Local, Bit>,
    high_ones: Signal<Local, Bit>,
}

impl RowAccess {
    /// None: what stands for it in a full core.
    pub fn absent() -> RowAccess {
        RowAccess { present: Switch::new(false), ..Default::default() }
    }
}

impl Logic for RowAccess {
    #[circuit]
    fn update(&mut self) {
        clock!(self, clock, byte0, byte1, byte2, byte3, byte4, byte5, byte6, byte7);
        match self.low.val().index() {
            0 => self.ahead.next = 15.into(),
            1 => self.ahead.next = 7.into(),
            2 => self.ahead.next = 3.into(),
            _ => self.ahead.next = 1.into(),
        }

        // The rotation: to the right what is loaded, to the left what is stored.
        self.from_high.next = if self.first.val() { 0.into() } else { self.ahead.val() };
        if self.third.val() {
            self.from_high.next = 15.into();
        }
        self.word0.next = if self.from_high.val().get_bit(0) { self.byte4.value.val() } else { self.byte0.value.val() };
        self.word1.next = if self.from_high.val().get_bit(1) { self.byte5.value.val() } else { self.byte1.value.val() };
        self.word2.next = if self.from_high.val().get_bit(2) { self.byte6.value.val() } else { self.byte2.value.val() };
        self.word3.next = if self.from_high.val().get_bit(3) { self.byte7.value.val() } else { self.byte3.value.val() };
        self.word.next = bit_cast::<32, 8>(self.word0.val())
            | (bit_cast::<32, 8>(self.word1.val()) << 8)
            | (bit_cast::<32, 8>(self.word2.val()) << 16)
            | (bit_cast::<32, 8>(self.word3.val()) << 24);
        self.distance.next = (!self.low.val()) + 1;
        if !self.store.val() {
            self.word.next = self.row.val();
            self.distance.next = self.low.val();
        }
        self.odd.next = self.word.val();
        if self.distance.val().get_bit(0) {
            self.odd.next = (self.word.val() >> 8) | (self.word.val() << 24);
        }
        self.rotated.next = self.odd.val();
        if self.distance.val().get_bit(1) {
            self.rotated.next = (self.odd.val() >> 16) | (self.odd.val() << 16);
        }
        self.stored.next = self.rotated.val();

        // Extension: the highest byte of a value comes in the last pass, with the sign.
        self.above.next = 0.into();
        self.sign.next = self.sign_extend.val() & self.rotated.val().get_bit(31);
        if self.bytes.val().get_bit(1) {
            self.above.next = 12.into();
            self.sign.next = self.sign_extend.val() & self.rotated.val().get_bit(15);
        }
        if self.bytes.val().get_bit(0) {
            self.above.next = 14.into();
            self.sign.next = self.sign_extend.val() & self.rotated.val().get_bit(7);
        }
        self.high_above.next = !self.bytes.val().get_bit(3);

        // Which bytes come, and what is written to the register.
        self.low_arrives.next = if self.first.val() { self.ahead.val() } else { !self.ahead.val() };
        self.high_arrives.next = if self.third.val() { !self.ahead.val() } else { self.ahead.val() };
        if self.third.val() {
            self.low_arrives.next = 0.into();
        }
        if self.first.val() {
            self.high_arrives.next = 0.into();
        }
        self.low_takes.next = if self.take_low.val() { 15.into() } else { 0.into() };
        self.high_takes.next = if self.take.val() { 15.into() } else { 0.into() };
        self.low_fills.next = 0.into();
        self.low_ones.next = 0.into();
        if self.loading.val() {
            self.low_takes.next = self.low_arrives.val() | self.above.val();
            self.high_takes.next = if self.high_above.val() { 15.into() } else { self.high_arrives.val() };
            self.low_fills.next = self.above.val();
            self.low_ones.next = if self.sign.val() { 15.into() } else { !self.above.val() };
            if self.absent.val() {
                self.low_fills.next = 15.into();
                self.low_ones.next = 0.into();
            }
        }
        self.high_fills.next = self.loading.val() & (self.high_above.val() | self.absent.val());
        self.high_ones.next = self.loading.val() & !self.absent.val() & (!self.high_above.val() | self.sign.val());
        self.byte0.takes.next = self.low_takes.val().get_bit(0);
        self.byte0.fills.next = self.low_fills.val().get_bit(0);
        self.byte0.ones.next = self.low_ones.val().get_bit(0);
        self.byte0.loaded.next = self.rotated.val().get_bits::<8>(0);
        self.byte0.data.next = self.data.val().get_bits::<8>(0);
        self.byte1.takes.next = self.low_takes.val().get_bit(1);
        self.byte1.fills.next = self.low_fills.val().get_bit(1);
        self.byte1.ones.next = self.low_ones.val().get_bit(1);
        self.byte1.loaded.next = self.rotated.val().get_bits::<8>(8);
        self.byte1.data.next = self.data.val().get_bits::<8>(8);
        self.byte2.takes.next = self.low_takes.val().get_bit(2);
        self.byte2.fills.next = self.low_fills.val().get_bit(2);
        self.byte2.ones.next = self.low_ones.val().get_bit(2);
        self.byte2.loaded.next = self.rotated.val().get_bits::<8>(16);
        self.byte2.data.next = self.data.val().get_bits::<8>(16);
        self.byte3.takes.next = self.low_takes.val().get_bit(3);
        self.byte3.fills.next = self.low_fills.val().get_bit(3);
        self.byte3.ones.next = self.low_ones.val().get_bit(3);
        self.byte3.loaded.next = self.rotated.val().get_bits::<8>(24);
        self.byte3.data.next = self.data.val().get_bits::<8>(24);
        self.byte4.takes.next = self.high_takes.val().get_bit(0);
        self.byte4.fills.next = self.high_fills.val();
        self.byte4.ones.next = self.high_ones.val();
        self.byte4.loaded.next = self.rotated.val().get_bits::<8>(0);
        self.byte4.data.next = self.data.val().get_bits::<8>(32);
        self.byte5.takes.next = self.high_takes.val().get_bit(1);
        self.byte5.fills.next = self.high_fills.val();
        self.byte5.ones.next = self.high_ones.val();
        self.byte5.loaded.next = self.rotated.val().get_bits::<8>(8);
        self.byte5.data.next = self.data.val().get_bits::<8>(40);
        self.byte6.takes.next = self.high_takes.val().get_bit(2);
        self.byte6.fills.next = self.high_fills.val();
        self.byte6.ones.next = self.high_ones.val();
        self.byte6.loaded.next = self.rotated.val().get_bits::<8>(16);
        self.byte6.data.next = self.data.val().get_bits::<8>(48);
        self.byte7.takes.next = self.high_takes.val().get_bit(3);
        self.byte7.fills.next = self.high_fills.val();
        self.byte7.ones.next = self.high_ones.val();
        self.byte7.loaded.next = self.rotated.val().get_bits::<8>(24);
        self.byte7.data.next = self.data.val().get_bits::<8>(56);
        self.value.next = bit_cast::<64, 8>(self.byte0.value.val())
            | (bit_cast::<64, 8>(self.byte1.value.val()) << 8)
            | (bit_cast::<64, 8>(self.byte2.value.val()) << 16)
            | (bit_cast::<64, 8>(self.byte3.value.val()) << 24)
            | (bit_cast::<64, 8>(self.byte4.value.val()) << 32)
            | (bit_cast::<64, 8>(self.byte5.value.val()) << 40)
            | (bit_cast::<64, 8>(self.byte6.value.val()) << 48)
            | (bit_cast::<64, 8>(self.byte7.value.val()) << 56);

        // Without the extension.
        self.raw.next = self.value.val();
        if self.high_above.val() {
            self.raw.next = bit_cast::<64, 32>(self.value.val().get_bits::<32>(0));
        }
        if self.bytes.val().get_bit(1) {
            self.raw.next = bit_cast::<64, 16>(self.value.val().get_bits::<16>(0));
        }
        if self.bytes.val().get_bit(0) {
            self.raw.next = bit_cast::<64, 8>(self.value.val().get_bits::<8>(0));
        }
    }
}
