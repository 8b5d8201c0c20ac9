//! Accesses to linear memory in the compact core: a byte a cycle.

use layer::circuit;
use rust_hdl::prelude::*;

/// A load of n bytes reads them in as many passes and is done in the one behind them; a store writes one in each of n
/// passes. The bytes go through a register that shifts to the right: those that are loaded enter where the highest byte
/// of the value is, with its extension above, and those that are stored leave at its low end.
///
/// ```text
/// clock      _/~\_/~\_/~\_/~\_
///             load, 2 bytes
/// taken      /~~~\____________   the first byte's row is read
/// more       ____/~~~~~~~\____   M: a byte arrives
/// value                  X v     extended to 64 bits; of any other group its data
/// ```
#[derive(LogicBlock, Default)]
pub struct ByteAccess {
    pub clock: Signal<In, Clock>,

    // Stage X.
    /// An access moves on to M.
    pub taken: Signal<In, Bit>,
    /// The halves of `data` that are kept, of any group; not while passes follow.
    pub take: Signal<In, Bit>,
    pub take_low: Signal<In, Bit>,
    /// Address modulo 4.
    pub low: Signal<In, Bits<2>>,
    /// 1, 2, 4 or 8.
    pub x_bytes: Signal<In, Bits<4>>,
    pub store: Signal<In, Bit>,
    pub data: Signal<In, Bits<64>>,

    // Stage M.
    /// This is no pass: everything stays as it is.
    pub hold: Signal<In, Bit>,
    /// The access goes on after this pass, if `more`.
    pub going: Signal<In, Bit>,
    pub bytes: Signal<In, Bits<4>>,
    pub sign_extend: Signal<In, Bit>,
    /// The row with the byte that is loaded.
    pub row: Signal<In, Bits<32>>,
    /// It is 0 instead.
    pub absent: Signal<In, Bit>,
    /// Passes follow. From a register only.
    pub more: Signal<Out, Bit>,
    /// The next byte is in the next row.
    pub crosses: Signal<Out, Bit>,
    /// The lane of the byte that is stored, and the byte in every lane.
    pub lane: Signal<Out, Bits<4>>,
    pub stored: Signal<Out, Bits<32>>,
    pub value: Signal<Out, Bits<64>>,
    /// The value without the extension.
    pub raw: Signal<Out, Bits<64>>,

    passes: DFF<Bits<4>>,
    place: DFF<Bits<2>>,
    low_half: DFF<Bits<32>>,
    high_half: DFF<Bits<32>>,
    register: Signal<Local, Bits<64>>,
    incoming: Signal<Local, Bits<64>>,
    /// A byte enters the register, or leaves it.
    enters: Signal<Local, Bit>,
    loaded: Signal<Local, Bits<8>>,
    sign: Signal<Local, Bit>,
    shifted: Signal<Local, Bits<64>>,
    entering: Signal<Local, Bits<64>>,
    /// Bytes of the value above the one that enters.
    above: Signal<Local, Bits<64>>,
}

impl Logic for ByteAccess {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, passes, place, low_half, high_half);
        self.register.next =
            bit_cast::<64, 32>(self.low_half.q.val()) | (bit_cast::<64, 32>(self.high_half.q.val()) << 32);

        // Passes.
        self.more.next = self.passes.q.val().any();
        self.crosses.next = self.place.q.val().all();
        self.place.d.next = self.place.q.val() + 1;
        self.passes.d.next = 0.into();
        if self.going.val() {
            self.passes.d.next = self.passes.q.val() - 1;
        }
        if !self.passes.q.val().any() {
            self.place.d.next = self.low.val();
            self.passes.d.next = 0.into();
            if self.taken.val() {
                self.passes.d.next = self.x_bytes.val();
                if self.store.val() {
                    self.passes.d.next = self.x_bytes.val() - 1;
                }
            }
        }
        if self.hold.val() {
            self.place.d.next = self.place.q.val();
            self.passes.d.next = if self.going.val() { self.passes.q.val() } else { 0.into() };
        }

        // The byte that is loaded, at its place in the value.
        match self.place.q.val().index() {
            0 => self.loaded.next = self.row.val().get_bits::<8>(0),
            1 => self.loaded.next = self.row.val().get_bits::<8>(8),
            2 => self.loaded.next = self.row.val().get_bits::<8>(16),
            _ => self.loaded.next = self.row.val().get_bits::<8>(24),
        }
        if self.absent.val() {
            self.loaded.next = 0.into();
        }
        self.sign.next = self.sign_extend.val() & self.loaded.val().get_bit(7);
        self.shifted.next = self.register.val() >> 8;
        self.entering.next = bit_cast::<64, 8>(self.loaded.val()) << 56;
        self.above.next = 0.into();
        if self.bytes.val().get_bit(2) {
            self.shifted.next = (self.register.val() >> 8) & 0x00ff_ffff_u64;
            self.entering.next = bit_cast::<64, 8>(self.loaded.val()) << 24;
            self.above.next = 0xffff_ffff_0000_0000_u64.to_bits();
        }
        if self.bytes.val().get_bit(1) {
            self.shifted.next = (self.register.val() >> 8) & 0xff_u64;
            self.entering.next = bit_cast::<64, 8>(self.loaded.val()) << 8;
            self.above.next = 0xffff_ffff_ffff_0000_u64.to_bits();
        }
        if self.bytes.val().get_bit(0) {
            self.shifted.next = 0.into();
            self.entering.next = bit_cast::<64, 8>(self.loaded.val());
            self.above.next = 0xffff_ffff_ffff_ff00_u64.to_bits();
        }
        self.incoming.next = self.data.val();
        if self.passes.q.val().any() {
            self.incoming.next = if self.sign.val() {
                self.shifted.val() | self.entering.val() | self.above.val()
            } else {
                self.shifted.val() | self.entering.val()
            };
        }
        self.enters.next = self.passes.q.val().any() & !self.hold.val();
        if self.take_low.val() | self.enters.val() {
            self.low_half.d.next = self.incoming.val().get_bits::<32>(0);
        }
        if self.take.val() | self.enters.val() {
            self.high_half.d.next = self.incoming.val().get_bits::<32>(32);
        }
        self.value.next = self.register.val();
        self.raw.next = self.register.val() & !self.above.val();

        // The byte that is stored.
        match self.place.q.val().index() {
            0 => self.lane.next = 1.into(),
            1 => self.lane.next = 2.into(),
            2 => self.lane.next = 4.into(),
            _ => self.lane.next = 8.into(),
        }
        self.stored.next = bit_cast::<32, 8>(self.register.val().get_bits::<8>(0))
            | (bit_cast::<32, 8>(self.register.val().get_bits::<8>(0)) << 8)
            | (bit_cast::<32, 8>(self.register.val().get_bits::<8>(0)) << 16)
            | (bit_cast::<32, 8>(self.register.val().get_bits::<8>(0)) << 24);
    }
}
