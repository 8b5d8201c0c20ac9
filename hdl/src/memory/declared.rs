//! The comparator in front of a pool of blocks in which each has its place: the declared size alone decides.

use crate::prim::stop_code::StopCode;
use crate::prim::switch::Switch;
use isa::outcome::{Stop, Trap};
use layer::circuit;
use rust_hdl::prelude::*;

/// Decides whether an access of n bytes at a 33-bit address lies in the declared `size`. [`Bounds`](super::bounds::Bounds)
/// could, too, with half of the cells, and later: the write enable of the blocks' tags waits for it.
///
/// In stage X the size minus n, the last address at which the access fits, goes into a register (the room), so that in
/// stage M one comparison is left: address > room. It is made in two halves at once, because a carry through all of them
/// would be the longest path of a core; the lower half chooses what the upper one says.
///
/// The room is kept as its complement: x > y if x + !y has a carry, x >= y if x + !y + 1 has.
///
/// ```text
/// clock      _/~\_/~\_/~\_
/// x_bytes         X n  X       stage X
/// m_address            X a  X  stage M; m_first is high
/// bad, stop            X    X
/// ```
#[derive(LogicBlock, Default)]
pub struct Declared {
    pub clock: Signal<In, Clock>,
    /// Bytes. Changes two cycles or more before the first access that must see it leaves X.
    pub size: Signal<In, Bits<33>>,
    /// The access in X moves on to M.
    pub x_take: Signal<In, Bit>,
    /// 1, 2, 4 or 8.
    pub x_bytes: Signal<In, Bits<4>>,
    /// The access in M has not been checked yet.
    pub m_first: Signal<In, Bit>,
    pub m_address: Signal<In, Bits<33>>,
    /// The access must not happen.
    pub bad: Signal<Out, Bit>,
    /// Why: `isa::outcome::Stop` code, or 0.
    pub stop: Signal<Out, Bits<8>>,

    present: Switch,

    // Stage X.
    not_size: Signal<Local, Bits<33>>,
    not_size_wide: Signal<Local, Bits<34>>,
    not_room_now: Signal<Local, Bits<34>>,
    not_room: DFF<Bits<33>>,
    /// The size is less than n: it fits nowhere.
    never: DFF<Bit>,

    // Stage M: 16 bits below, 17 above, each sum with its carry.
    below: Signal<Local, Bits<17>>,
    above: Signal<Local, Bits<18>>,
    /// With a bit of 1 below, which makes the carry in.
    above_or_equal: Signal<Local, Bits<19>>,
    address_low: Signal<Local, Bits<17>>,
    room_low: Signal<Local, Bits<17>>,
    address_high: Signal<Local, Bits<18>>,
    room_high: Signal<Local, Bits<18>>,
    address_high_one: Signal<Local, Bits<19>>,
    room_high_one: Signal<Local, Bits<19>>,
    over: Signal<Local, Bit>,
    refused: Signal<Local, Bit>,
    trap: StopCode<{ Stop::Trap(Trap::OutOfBoundsMemory).code() }>,
}

impl Declared {
    /// Of a core whose memory has other checks.
    pub fn absent() -> Declared {
        Declared { present: Switch::new(false), ..Default::default() }
    }
}

impl Logic for Declared {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, not_room, never);

        // Stage X.
        self.not_size.next = !self.size.val();
        self.not_size_wide.next = bit_cast::<34, 33>(self.not_size.val());
        self.not_room_now.next = self.not_size_wide.val() + bit_cast::<34, 4>(self.x_bytes.val());
        if self.x_take.val() {
            self.not_room.d.next = self.not_room_now.val().get_bits::<33>(0);
            self.never.d.next = self.not_room_now.val().get_bit(33);
        }

        // Stage M.
        self.address_low.next = bit_cast::<17, 16>(self.m_address.val().get_bits::<16>(0));
        self.room_low.next = bit_cast::<17, 16>(self.not_room.q.val().get_bits::<16>(0));
        self.below.next = self.address_low.val() + self.room_low.val();
        self.address_high.next = bit_cast::<18, 17>(self.m_address.val().get_bits::<17>(16));
        self.room_high.next = bit_cast::<18, 17>(self.not_room.q.val().get_bits::<17>(16));
        self.above.next = self.address_high.val() + self.room_high.val();
        self.address_high_one.next = (bit_cast::<19, 18>(self.address_high.val()) << 1) | 1;
        self.room_high_one.next = (bit_cast::<19, 18>(self.room_high.val()) << 1) | 1;
        self.above_or_equal.next = self.address_high_one.val() + self.room_high_one.val();
        self.over.next = if self.below.val().get_bit(16) {
            self.above_or_equal.val().get_bit(18)
        } else {
            self.above.val().get_bit(17)
        };
        self.refused.next = self.m_first.val() & (self.over.val() | self.never.q.val());
        self.bad.next = self.refused.val();
        self.stop.next = 0.into();
        if self.refused.val() {
            self.stop.next = self.trap.code.val();
        }
    }
}
