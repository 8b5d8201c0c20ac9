//! The comparator in front of the memory: declared size and physical size in one comparison.

use crate::prim::switch::Switch;
use isa::outcome::{Exhausted, Stop, Trap};
use layer::circuit;
use rust_hdl::prelude::*;

/// Decides whether an access of n bytes at a 33-bit address is inside both the declared `size` and what this board has:
/// the 2^D bytes of the RAM, or the `window` of them if it is `windowed`.
///
/// The limit, the smaller of the two sizes, is a register that follows `size`; in stage X the limit minus n, the last
/// address at which the access fits, goes into a register (the room), so that in stage M one comparison of D bits is
/// left: address > room. Why an access is refused (a trap, or a limit of this board) is found beside that path.
///
/// If the RAM is a pool of blocks, the declared size alone counts, and how many bytes are left of it at the address.
///
/// Limit and room are kept as complements, because what a carry chain subtracts has to be complemented before it, which
/// would take one more cell for each bit. x > y if x + !y has a carry.
///
/// ```text
/// clock      _/~\_/~\_/~\_
/// size       X s
/// x_bytes         X n  X       stage X
/// m_address            X a  X  stage M; m_first is high
/// bad, stop            X    X
/// ```
#[derive(LogicBlock)]
pub struct Bounds<const D: usize> {
    pub clock: Signal<In, Clock>,
    /// The RAM is a pool of blocks; constant.
    pub pooled: Signal<In, Bit>,
    /// Declared bytes. Changes two cycles or more before the first access that must see it leaves X.
    pub size: Signal<In, Bits<33>>,
    pub windowed: Signal<In, Bit>,
    pub window: Signal<In, Bits<33>>,
    /// The access in X moves on to M.
    pub x_take: Signal<In, Bit>,
    /// 1, 2, 4 or 8, so exactly one bit is set.
    pub x_bytes: Signal<In, Bits<4>>,
    /// The access in M has not been checked yet.
    pub m_first: Signal<In, Bit>,
    /// Its address; the low D bits of it.
    pub m_address: Signal<In, Bits<33>>,
    pub m_inside: Signal<In, Bits<D>>,
    pub m_bytes: Signal<In, Bits<4>>,
    /// The access must not happen.
    pub bad: Signal<Out, Bit>,
    /// Why: `isa::outcome::Stop` code, or 0.
    pub stop: Signal<Out, Bits<8>>,

    // The limit. A bit of 1 below makes the carry in.
    not_size: Signal<Local, Bits<33>>,
    minuend: Signal<Local, Bits<35>>,
    subtrahend: Signal<Local, Bits<35>>,
    difference: Signal<Local, Bits<35>>,
    size_beyond: Signal<Local, Bits<33>>,
    size_above: Signal<Local, Bits<33>>,
    /// The board has all that is declared.
    fits: Signal<Local, Bit>,
    there: Signal<Local, Bits<33>>,
    not_lesser: Signal<Local, Bits<33>>,
    lesser: Signal<Local, Bits<33>>,
    lesser_top: Signal<Local, Bits<33>>,
    /// The low D bits of the limit's complement. A limit of 2^D is a limit of 0 with `whole` set.
    not_limit: DFF<Bits<D>>,
    whole: DFF<Bit>,

    // Stage X.
    n: Signal<Local, Bits<D>>,
    not_room: DFF<Bits<D>>,
    /// The limit is less than n: it fits nowhere.
    never: DFF<Bit>,
    limit: Signal<Local, Bits<D>>,
    limit_eights: Signal<Local, Bits<D>>,
    limit_rest: Signal<Local, Bits<4>>,
    rest_short: Signal<Local, Bit>,

    // Stage M.
    address_beyond: Signal<Local, Bits<33>>,
    address_within: Signal<Local, Bits<33>>,
    address: Signal<Local, Bits<33>>,
    room_within: Signal<Local, Bits<33>>,
    beside_room: Signal<Local, Bits<33>>,
    over: Signal<Local, Bits<33>>,
    refused: Signal<Local, Bit>,
    address_wide: Signal<Local, Bits<34>>,
    size_wide: Signal<Local, Bits<34>>,
    /// Address - size - 1, with its carry.
    beside_size: Signal<Local, Bits<34>>,
    not_left: Signal<Local, Bits<3>>,
    left: Signal<Local, Bits<3>>,
    left_rest: Signal<Local, Bits<4>>,
    left_short: Signal<Local, Bit>,
    undeclared: Signal<Local, Bit>,

    present: Switch,
    /// The address bits that the RAM does not have; the lowest of them.
    beyond: Constant<Bits<33>>,
    top: Constant<Bits<33>>,
    /// The bits above those of a number up to 2^D.
    above: Constant<Bits<33>>,
    /// The bits of such a number, and the one below; the carry of a sum of two.
    lower: Constant<Bits<35>>,
    carry: Constant<Bits<35>>,
    carried: Signal<Local, Bits<35>>,
    trap: Constant<Bits<8>>,
    exhausted: Constant<Bits<8>>,
}

impl<const D: usize> Default for Bounds<D> {
    fn default() -> Self {
        assert!((4..=32).contains(&D), "a RAM of 16 bytes to 4 GiB");
        let beyond = (1u64 << 33) - (1u64 << D);
        Self {
            clock: Default::default(),
            pooled: Default::default(),
            size: Default::default(),
            windowed: Default::default(),
            window: Default::default(),
            x_take: Default::default(),
            x_bytes: Default::default(),
            m_first: Default::default(),
            m_address: Default::default(),
            m_inside: Default::default(),
            m_bytes: Default::default(),
            bad: Default::default(),
            stop: Default::default(),
            not_size: Default::default(),
            minuend: Default::default(),
            subtrahend: Default::default(),
            difference: Default::default(),
            size_beyond: Default::default(),
            size_above: Default::default(),
            fits: Default::default(),
            there: Default::default(),
            not_lesser: Default::default(),
            lesser: Default::default(),
            lesser_top: Default::default(),
            not_limit: Default::default(),
            whole: Default::default(),
            n: Default::default(),
            not_room: Default::default(),
            never: Default::default(),
            limit: Default::default(),
            limit_eights: Default::default(),
            limit_rest: Default::default(),
            rest_short: Default::default(),
            address_beyond: Default::default(),
            address_within: Default::default(),
            address: Default::default(),
            room_within: Default::default(),
            beside_room: Default::default(),
            over: Default::default(),
            refused: Default::default(),
            address_wide: Default::default(),
            size_wide: Default::default(),
            beside_size: Default::default(),
            not_left: Default::default(),
            left: Default::default(),
            left_rest: Default::default(),
            left_short: Default::default(),
            undeclared: Default::default(),
            present: Switch::default(),
            beyond: Constant::new(beyond.into()),
            top: Constant::new((1u64 << D).into()),
            above: Constant::new((beyond & !(1u64 << D)).into()),
            lower: Constant::new(((1u64 << (D + 2)) - 1).into()),
            carry: Constant::new((1u64 << (D + 2)).into()),
            carried: Default::default(),
            trap: Constant::new((Stop::Trap(Trap::OutOfBoundsMemory).code() as u64).into()),
            exhausted: Constant::new((Stop::Exhausted(Exhausted::PhysicalMemory).code() as u64).into()),
        }
    }
}

impl<const D: usize> Bounds<D> {
    /// Of a core whose memory has other checks.
    pub fn absent() -> Self {
        Self { present: Switch::new(false), ..Self::default() }
    }
}

impl<const D: usize> Logic for Bounds<D> {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, not_limit, whole, not_room, never);

        // The limit, whenever the size or the window changes.
        self.not_size.next = !self.size.val();
        self.minuend.next = ((bit_cast::<35, 33>(self.window.val()) << 1) | 1) & self.lower.val();
        self.subtrahend.next = ((bit_cast::<35, 33>(self.not_size.val()) << 1) | 1) & self.lower.val();
        self.difference.next = self.minuend.val() + self.subtrahend.val();
        self.carried.next = self.difference.val() & self.carry.val();
        self.size_above.next = self.size.val() & self.above.val();
        self.there.next = self.top.val();
        self.size_beyond.next = self.size.val() & self.beyond.val();
        self.fits.next = !self.size_beyond.val().any();
        if self.windowed.val() {
            self.there.next = self.window.val();
            self.fits.next = self.carried.val().any() & !self.size_above.val().any();
        }
        self.not_lesser.next = if self.fits.val() { self.not_size.val() } else { !self.there.val() };
        self.lesser.next = !self.not_lesser.val();
        self.lesser_top.next = self.lesser.val() & self.top.val();
        self.whole.d.next = self.lesser_top.val().any();
        self.not_limit.d.next = self.not_lesser.val().get_bits::<D>(0);

        // Stage X: the limit minus n.
        self.n.next = bit_cast::<D, 4>(self.x_bytes.val());
        self.limit.next = !self.not_limit.q.val();
        self.limit_eights.next = self.limit.val() >> 3;
        self.limit_rest.next = bit_cast::<4, 3>(self.limit.val().get_bits::<3>(0));
        self.rest_short.next = self.limit_rest.val() < self.x_bytes.val();
        if self.x_take.val() {
            self.not_room.d.next = self.not_limit.q.val() + self.n.val();
            self.never.d.next = !self.whole.q.val() & !self.limit_eights.val().any() & self.rest_short.val();
        }

        // Stage M: the comparison.
        self.address_beyond.next = self.m_address.val() & self.beyond.val();
        self.address_within.next = bit_cast::<33, D>(self.m_inside.val());
        self.address.next = self.address_beyond.val() | self.address_within.val();
        self.room_within.next = bit_cast::<33, D>(self.not_room.q.val());
        self.beside_room.next = self.address_within.val() + self.room_within.val();
        self.over.next = self.beside_room.val() & self.beyond.val();

        // Stage M: the reason. The access is declared if n bytes or more are left of the size at the address.
        self.address_wide.next = bit_cast::<34, 33>(self.address.val());
        self.size_wide.next = bit_cast::<34, 33>(self.not_size.val());
        self.beside_size.next = self.address_wide.val() + self.size_wide.val();
        self.not_left.next = self.beside_size.val().get_bits::<3>(0);
        self.left.next = !self.not_left.val();
        self.left_rest.next = bit_cast::<4, 3>(self.left.val());
        self.left_short.next = self.left_rest.val() < self.m_bytes.val();
        self.undeclared.next = self.beside_size.val().get_bit(33)
            | (self.beside_size.val().get_bits::<30>(3).all() & self.left_short.val());

        // Stage M: the verdict.
        self.refused.next =
            self.m_first.val() & (self.over.val().any() | self.address_beyond.val().any() | self.never.q.val());
        if self.pooled.val() {
            self.refused.next = self.m_first.val() & self.undeclared.val();
        }
        self.bad.next = self.refused.val();
        self.stop.next = 0.into();
        if self.refused.val() {
            self.stop.next = if self.undeclared.val() { self.trap.val() } else { self.exhausted.val() };
        }
    }
}
