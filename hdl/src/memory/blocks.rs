//! Where the blocks of linear memory lie in a RAM that is smaller than what they are blocks of.

use crate::prim::ram::SyncRam;
use crate::prim::switch::Switch;
use isa::host::POOL;
use layer::circuit;
use rust_hdl::prelude::*;

/// log2 of the bytes of a block.
pub const BLOCK_LOG2: u32 = 12;
/// log2 of the places of the pool.
pub const PLACES_LOG2: u32 = 4;

/// A pool of 16 places, each for a block of 4 KiB, which addresses are mapped to. A tag for each place says which block
/// has it. A block looks for its place from its home on, a hash of its number, one place a cycle, until its tag comes,
/// or that of a place that is free, or all places have been looked at. A place is free until a store takes it, and then
/// no more until the host writes a row of it by the number of the place.
///
/// The tag of a place and a row of it are read in the same cycle. So an access whose block is at home goes on as if there
/// were no tags. Otherwise M holds it, and repeats its first pass at the next place; what is read in a cycle depends on
/// registers only, so that takes two cycles. What is read of a block that has no place is 0. A store into such a block
/// takes a place in one more cycle. An access that goes on into the next block first finds the place of that one, then
/// that of its own: before anything is written, a place is there for both.
///
/// ```text
/// clock    _/~\_/~\_/~\_/~\_/~\_/~\_
///           at home the place behind
/// first    /~~~\___/~~~\____________
/// hold     ________/~~~~~~~\________   the pass is none
/// place    X home      X next  X       the tag and the row that are read in this cycle
/// ```
///
/// The host's rows are mapped in the same way while the core does not run: `waits` is low when `absent` is valid and
/// a write goes to the right place.
#[derive(LogicBlock, Default)]
pub struct Blocks {
    pub clock: Signal<In, Clock>,

    /// Stage X: the number of the block in which an access begins.
    pub x_block: Signal<In, Bits<20>>,

    // Stage M: the block in which an access begins.
    pub m_block: Signal<In, Bits<20>>,
    pub first: Signal<In, Bit>,
    pub store: Signal<In, Bit>,
    /// In the first cycle: it goes on into the next block; it must not happen.
    pub crosses: Signal<In, Bit>,
    pub refused: Signal<In, Bit>,
    /// Nothing leaves X; if a further pass follows, it is the first one in the next block. From registers only.
    pub stays: Signal<In, Bit>,
    pub enters: Signal<In, Bit>,
    /// The core runs. If not, no access goes on that is held.
    pub run: Signal<In, Bit>,

    // The host, while the core does not run.
    /// It has chosen a row of memory; reads it.
    pub hosting: Signal<In, Bit>,
    pub host_read: Signal<In, Bit>,
    /// Bit 23: of the pool itself. Below, from bit 10 on: the number of a block, or of a place.
    pub host_row: Signal<In, Bits<24>>,
    pub host_write: Signal<In, Bit>,
    pub waits: Signal<Out, Bit>,

    /// The place to read from in this cycle, and to write to.
    pub place: Signal<Out, Bits<4>>,
    pub write_place: Signal<Out, Bits<4>>,
    /// A search goes on; the row in which the access begins is to be read. From registers only.
    pub searching: Signal<Out, Bit>,
    pub reads: Signal<Out, Bit>,
    /// The access waits.
    pub hold: Signal<Out, Bit>,
    /// The row that has been read is 0.
    pub absent: Signal<Out, Bit>,
    /// A store, or what the host writes, has no place, and gets none.
    pub exhausted: Signal<Out, Bit>,
    pub lost: Signal<Out, Bit>,

    present: Switch,
    /// The number of the block, and above it whether there is one.
    tags: SyncRam<4, 21>,

    /// The place that has been read from.
    here: DFF<Bits<4>>,
    /// The tag that comes is to be compared; the search begins in this cycle; it goes on to the next place; it is for the
    /// block behind.
    retry: DFF<Bit>,
    start: DFF<Bit>,
    advance: DFF<Bit>,
    behind: DFF<Bit>,
    /// Whether the access's block has no place; the same of the block behind; its place.
    gone: DFF<Bit>,
    behind_gone: DFF<Bit>,
    behind_place: DFF<Bits<4>>,
    behind_number: DFF<Bits<20>>,
    /// The host has read in the cycle before; and the tag that came is the one that counts.
    was_read: DFF<Bit>,
    settled: DFF<Bit>,

    direct: Signal<Local, Bit>,
    number: Signal<Local, Bits<20>>,
    sought: Signal<Local, Bits<20>>,
    wanted: Signal<Local, Bits<21>>,
    home: Signal<Local, Bits<4>>,
    x_home: Signal<Local, Bits<4>>,
    next: Signal<Local, Bits<4>>,
    accesses: Signal<Local, Bit>,
    looks: Signal<Local, Bit>,
    found: Signal<Local, Bit>,
    full: Signal<Local, Bit>,
    ended: Signal<Local, Bit>,
    on: Signal<Local, Bit>,
    /// A store would take this place, and does.
    vacant: Signal<Local, Bit>,
    takes: Signal<Local, Bit>,
    settles: Signal<Local, Bit>,
    splits: Signal<Local, Bit>,
    holds: Signal<Local, Bit>,
    fails: Signal<Local, Bit>,
    alive: Signal<Local, Bit>,
}

/// The row of the RAM that has a row of [`isa::host::Space::Memory`], by the tags in their order: for who reads past the
/// hardware. `None` if the block has no place.
pub fn place(tags: &[u32], row: u32) -> Option<u32> {
    let (rows, block) = (1 << (BLOCK_LOG2 - 2), row >> (BLOCK_LOG2 - 2));
    if row & POOL != 0 {
        return Some(row % (rows << PLACES_LOG2));
    }
    let place = tags.iter().position(|&tag| tag == VALID | block)?;
    Some(place as u32 * rows + row % rows)
}

/// The bit of a tag that says that there is a block.
const VALID: u32 = 1 << 20;

impl Blocks {
    /// Of a core whose memory is all there.
    pub fn absent() -> Self {
        Self { present: Switch::new(false), ..Self::default() }
    }
}

impl Logic for Blocks {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, here, retry, start, advance, behind, gone, behind_gone, behind_place, behind_number);
        dff_setup!(self, clock, was_read, settled);
        self.tags.clock.next = self.clock.val();

        // Which block is looked for.
        self.direct.next = self.host_row.val().get_bit(23);
        self.splits.next = self.first.val() & self.crosses.val();
        self.number.next = if self.run.val() {
            self.m_block.val()
        } else {
            bit_cast::<20, 13>(self.host_row.val().get_bits::<13>(10))
        };
        if self.splits.val() {
            self.behind_number.d.next = self.m_block.val() + 1;
        }
        self.sought.next = if self.behind.q.val() { self.behind_number.q.val() } else { self.number.val() };
        self.home.next = self.sought.val().get_bits::<4>(0) ^ self.sought.val().get_bits::<4>(4);
        self.x_home.next = self.x_block.val().get_bits::<4>(0) ^ self.x_block.val().get_bits::<4>(4);

        // What the tag says.
        self.wanted.next = bit_cast::<21, 20>(self.sought.val()) | 0x10_0000;
        self.found.next = self.tags.read_data.val() == self.wanted.val();
        self.full.next = self.tags.read_data.val().get_bit(20) & !self.found.val();
        self.next.next = self.here.q.val() + 1;
        self.ended.next = self.next.val() == self.home.val();
        self.accesses.next = (self.first.val() & !self.crosses.val()) | self.retry.q.val();
        self.looks.next =
            if self.run.val() { self.accesses.val() } else { self.was_read.q.val() & !self.advance.q.val() };
        self.on.next = self.looks.val() & self.full.val() & !self.ended.val();
        self.settles.next = self.accesses.val() & !self.on.val();
        self.vacant.next = self.settles.val() & self.store.val() & !self.tags.read_data.val().get_bit(20);
        self.takes.next = self.vacant.val() & self.run.val() & !self.refused.val();
        self.fails.next = self.settles.val() & self.store.val() & self.full.val() & self.run.val();

        // The search.
        self.reads.next = self.start.q.val() | self.advance.q.val();
        self.holds.next = self.reads.val()
            | self.splits.val()
            | (self.accesses.val() & (self.on.val() | self.vacant.val() | self.behind.q.val() | !self.run.val()));
        self.alive.next = self.run.val() & !self.refused.val() & !self.fails.val();
        self.start.d.next = self.alive.val() & (self.splits.val() | (self.settles.val() & self.behind.q.val()));
        self.retry.d.next = self.alive.val() & self.reads.val();
        self.advance.d.next = self.on.val() & (self.alive.val() | (!self.run.val() & self.host_read.val()));
        self.behind.d.next = self.alive.val() & (self.splits.val() | (self.behind.q.val() & !self.settles.val()));
        if self.behind.q.val() {
            self.behind_place.d.next = self.here.q.val();
            self.behind_gone.d.next = !self.found.val();
        }
        if self.looks.val() {
            self.gone.d.next = !self.found.val();
        }
        if self.enters.val() & !self.holds.val() {
            self.gone.d.next = self.behind_gone.q.val();
        }
        self.searching.next = self.reads.val() | self.retry.q.val();
        self.hold.next = self.holds.val();
        self.exhausted.next = self.fails.val();
        self.absent.next = if self.looks.val() { !self.found.val() } else { self.gone.q.val() };
        if self.hosting.val() & self.direct.val() {
            self.absent.next = false;
        }

        // The host.
        self.was_read.d.next = self.host_read.val();
        self.settled.d.next = self.host_read.val() & self.looks.val() & !self.on.val();
        self.waits.next = self.hosting.val() & !self.direct.val() & !self.settled.q.val();
        self.lost.next = self.full.val() & !self.direct.val();

        // Where to read and to write.
        self.place.next = self.x_home.val();
        if self.stays.val() | self.hosting.val() {
            self.place.next = self.here.q.val();
        }
        if self.enters.val() {
            self.place.next = self.behind_place.q.val();
        }
        if self.start.q.val() | (self.hosting.val() & !self.was_read.q.val()) {
            self.place.next = self.home.val();
        }
        if self.advance.q.val() {
            self.place.next = self.next.val();
        }
        self.write_place.next = self.here.q.val();
        if self.hosting.val() & self.direct.val() {
            self.place.next = self.host_row.val().get_bits::<4>(10);
            self.write_place.next = self.host_row.val().get_bits::<4>(10);
        }
        self.here.d.next = self.place.val();
        if self.holds.val() & !self.reads.val() & self.run.val() {
            self.here.d.next = self.here.q.val();
        }
        self.tags.read_address.next = self.place.val();
        self.tags.read_enable.next = true;
        self.tags.write_address.next = self.write_place.val();
        self.tags.write_data.next = self.wanted.val();
        if self.hosting.val() & self.direct.val() {
            self.tags.write_data.next = 0.into();
        }
        self.tags.write_enable.next = self.takes.val() | (self.host_write.val() & !self.lost.val());
    }
}
