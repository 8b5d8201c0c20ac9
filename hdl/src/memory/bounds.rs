//! The comparator in front of the memory: declared size and physical size in one comparison.

use isa::outcome::{Exhausted, Stop, Trap};
use rust_hdl::prelude::*;

/// Decides whether an access of n bytes at a 33-bit address is inside both the declared `size` and the `window` that
/// this board has, at most the 2^D bytes of the RAM.
///
/// The limit, the smaller of the two sizes, is a register that follows `size`; in stage X the limit minus n goes into
/// a register (`room`), so that in stage M one comparison of D bits is left: address > room. Why an access is refused
/// (a trap, or a limit of this board) is found beside that path.
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
    /// Declared bytes. Changes two cycles or more before the first access that must see it leaves X.
    pub size: Signal<In, Bits<33>>,
    pub window: Signal<In, Bits<33>>,
    /// The access in X moves on to M.
    pub x_take: Signal<In, Bit>,
    /// 1, 2, 4 or 8, so exactly one bit is set.
    pub x_bytes: Signal<In, Bits<4>>,
    /// The access in M has not been checked yet.
    pub m_first: Signal<In, Bit>,
    pub m_address: Signal<In, Bits<33>>,
    pub m_bytes: Signal<In, Bits<4>>,
    /// The access must not happen.
    pub bad: Signal<Out, Bit>,
    /// Why: `isa::outcome::Stop` code, or 0.
    pub stop: Signal<Out, Bits<8>>,

    /// The low D bits of the limit. A limit of 2^D is all zeros with `whole` set.
    limit: DFF<Bits<D>>,
    /// The limit is 2^D.
    whole: DFF<Bit>,
    lesser: Signal<Local, Bits<33>>,
    lesser_beyond: Signal<Local, Bits<33>>,
    n: Signal<Local, Bits<D>>,
    /// Last address at which the access fits.
    room: DFF<Bits<D>>,
    /// The limit is less than n: it fits nowhere.
    never: DFF<Bit>,
    limit_eights: Signal<Local, Bits<D>>,
    limit_rest: Signal<Local, Bits<4>>,
    rest_short: Signal<Local, Bit>,

    address_beyond: Signal<Local, Bits<33>>,
    address_low: Signal<Local, Bits<D>>,
    over: Signal<Local, Bit>,
    refused: Signal<Local, Bit>,

    /// Declared bytes from the address on, signed.
    left: Signal<Local, Bits<34>>,
    size_wide: Signal<Local, Bits<34>>,
    address_wide: Signal<Local, Bits<34>>,
    left_rest: Signal<Local, Bits<4>>,
    left_short: Signal<Local, Bit>,
    undeclared: Signal<Local, Bit>,

    /// The address bits that the RAM does not have.
    beyond: Constant<Bits<33>>,
    trap: Constant<Bits<8>>,
    exhausted: Constant<Bits<8>>,
}

impl<const D: usize> Default for Bounds<D> {
    fn default() -> Self {
        assert!((4..=32).contains(&D), "a RAM of 16 bytes to 4 GiB");
        let beyond = (1u64 << 33) - (1u64 << D);
        Self {
            clock: Default::default(),
            size: Default::default(),
            window: Default::default(),
            x_take: Default::default(),
            x_bytes: Default::default(),
            m_first: Default::default(),
            m_address: Default::default(),
            m_bytes: Default::default(),
            bad: Default::default(),
            stop: Default::default(),
            limit: Default::default(),
            whole: Default::default(),
            lesser: Default::default(),
            lesser_beyond: Default::default(),
            n: Default::default(),
            room: Default::default(),
            never: Default::default(),
            limit_eights: Default::default(),
            limit_rest: Default::default(),
            rest_short: Default::default(),
            address_beyond: Default::default(),
            address_low: Default::default(),
            over: Default::default(),
            refused: Default::default(),
            left: Default::default(),
            size_wide: Default::default(),
            address_wide: Default::default(),
            left_rest: Default::default(),
            left_short: Default::default(),
            undeclared: Default::default(),
            beyond: Constant::new(beyond.into()),
            trap: Constant::new((Stop::Trap(Trap::OutOfBoundsMemory).code() as u64).into()),
            exhausted: Constant::new((Stop::Exhausted(Exhausted::PhysicalMemory).code() as u64).into()),
        }
    }
}

impl<const D: usize> Logic for Bounds<D> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, limit, whole, room, never);

        // The limit, whenever the size or the window changes.
        self.lesser.next = self.size.val();
        if self.window.val() < self.size.val() {
            self.lesser.next = self.window.val();
        }
        self.lesser_beyond.next = self.lesser.val() & self.beyond.val();
        self.whole.d.next = self.lesser_beyond.val().any();
        self.limit.d.next = self.lesser.val().get_bits::<D>(0);

        // Stage X: the limit minus n.
        self.n.next = bit_cast::<D, 4>(self.x_bytes.val());
        self.limit_eights.next = self.limit.q.val() >> 3;
        self.limit_rest.next = bit_cast::<4, 3>(self.limit.q.val().get_bits::<3>(0));
        self.rest_short.next = self.limit_rest.val() < self.x_bytes.val();
        if self.x_take.val() {
            self.room.d.next = self.limit.q.val() - self.n.val();
            self.never.d.next = !self.whole.q.val() & !self.limit_eights.val().any() & self.rest_short.val();
        }

        // Stage M: the comparison.
        self.address_beyond.next = self.m_address.val() & self.beyond.val();
        self.address_low.next = self.m_address.val().get_bits::<D>(0);
        self.over.next = self.address_low.val() > self.room.q.val();
        self.refused.next =
            self.m_first.val() & (self.over.val() | self.address_beyond.val().any() | self.never.q.val());
        self.bad.next = self.refused.val();

        // Stage M: the reason. With d = size - address, the access is not declared if d < n.
        self.size_wide.next = bit_cast::<34, 33>(self.size.val());
        self.address_wide.next = bit_cast::<34, 33>(self.m_address.val());
        self.left.next = self.size_wide.val() - self.address_wide.val();
        self.left_rest.next = bit_cast::<4, 3>(self.left.val().get_bits::<3>(0));
        self.left_short.next = self.left_rest.val() < self.m_bytes.val();
        self.undeclared.next = self.left.val().get_bit(33);
        if !self.left.val().get_bits::<31>(3).any() {
            self.undeclared.next = self.left_short.val();
        }
        self.stop.next = 0.into();
        if self.refused.val() {
            self.stop.next = self.exhausted.val();
            if self.undeclared.val() {
                self.stop.next = self.trap.val();
            }
        }
    }
}
