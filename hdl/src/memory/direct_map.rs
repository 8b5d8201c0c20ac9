//! Where the blocks of linear memory lie in a RAM that is smaller than what they are blocks of, if nobody waits for that.

use crate::prim::fold::{Fold, ROW_LOG2};
use crate::prim::switch::Switch;
use crate::prim::tag_ram::TagRam;
use isa::host::POOL;
use isa::pool::DirectMap as Map;
use layer::circuit;
use rust_hdl::prelude::*;

/// A pool in which a block has one place: see [`isa::pool::DirectMap`]. A tag for each place says which block has it: the
/// upper bits of its addresses. A store takes a place that is free, and it is no more until the host writes a row of it
/// by the number of the place. A place that is free holds zeros, so a load from it needs no look at the tag. An access to
/// a block whose place another one has must not happen.
///
/// A row is folded in front of the RAM in the cycle in which it is read, and once more in M, where the tag is compared.
///
/// ```text
/// clock     _/~\_/~\_
/// row       X a  X      stage X: where it is read
/// held           X a X  stage M: where it is written
/// occupied       X   X
/// ```
#[derive(LogicBlock)]
pub struct DirectMap {
    pub clock: Signal<In, Clock>,
    /// The row that is read, and the one that was read in the cycle before. Of the host it may be one of the pool itself:
    /// then bit 23 is set.
    pub row: Signal<In, Bits<30>>,
    pub held: Signal<In, Bits<30>>,
    /// The same as rows of the RAM.
    pub read_row: Signal<Out, Bits<30>>,
    pub write_row: Signal<Out, Bits<30>>,
    /// Another block has the place of `held`.
    pub occupied: Signal<Out, Bit>,
    /// A store writes `held`, unless the place is occupied.
    pub stores: Signal<In, Bit>,

    // The host, while the core does not run.
    /// It reads the row that it has chosen, in whatever space.
    pub host_reads: Signal<In, Bit>,
    pub host_write: Signal<In, Bit>,
    /// `held` may not be the row that the host has chosen. From a register only.
    pub waits: Signal<Out, Bit>,
    /// What it reads is 0; what it writes is lost.
    pub lost: Signal<Out, Bit>,

    present: Switch,
    fold: Fold,
    held_fold: Fold,
    tags: TagRam,
    /// The host has read in the cycle before.
    was_read: DFF<Bit>,
    /// `held` is a row of the pool itself, or beyond what the host reaches.
    direct: Signal<Local, Bit>,
    numbered: Signal<Local, Bits<30>>,
    tag: Signal<Local, Bits<32>>,
    beyond: Signal<Local, Bit>,
    other: Signal<Local, Bit>,
    /// Which bits of a row are the place's; how many are below, and below the tag.
    places: Constant<Bits<30>>,
    below_place: Constant<Bits<5>>,
    below_tag: Constant<Bits<5>>,
    /// The bit of a tag that says that a block has the place.
    valid: Constant<Bits<32>>,
}

impl DirectMap {
    pub fn new(map: Map) -> DirectMap {
        let places = (1u64 << (map.memory_log2 - ROW_LOG2)) - (1 << (map.block_log2 - ROW_LOG2));
        let number = |n: u32| Constant::new(u64::from(n).into());
        DirectMap {
            clock: Default::default(),
            row: Default::default(),
            held: Default::default(),
            read_row: Default::default(),
            write_row: Default::default(),
            occupied: Default::default(),
            stores: Default::default(),
            host_reads: Default::default(),
            host_write: Default::default(),
            waits: Default::default(),
            lost: Default::default(),
            present: Switch::default(),
            fold: Fold::new(map),
            held_fold: Fold::new(map),
            tags: TagRam::new(map.places_log2(), map.tag_bits() as usize + 1),
            was_read: Default::default(),
            direct: Default::default(),
            numbered: Default::default(),
            tag: Default::default(),
            beyond: Default::default(),
            other: Default::default(),
            places: Constant::new(places.into()),
            below_place: number(map.block_log2 - ROW_LOG2),
            below_tag: number(map.memory_log2 - ROW_LOG2),
            valid: Constant::new((1u64 << map.tag_bits()).into()),
        }
    }

    /// Of a core whose memory is all there, or whose blocks are looked for.
    pub fn absent() -> Self {
        Self { present: Switch::new(false), ..Self::default() }
    }
}

impl Default for DirectMap {
    /// Four places of four bytes.
    fn default() -> Self {
        DirectMap::new(Map { block_log2: 2, memory_log2: 4 })
    }
}

/// The row of the RAM that has a row of [`isa::host::Space::Memory`], by the tags, for a RAM of so many rows: for who
/// reads past the hardware. `None` if another block has its place, or none.
pub fn place(tags: &[u32], rows: u32, row: u32) -> Option<u32> {
    if row & POOL != 0 {
        return Some(row % rows);
    }
    let block_rows = rows / tags.len() as u32;
    let map = Map { block_log2: block_rows.ilog2() + ROW_LOG2, memory_log2: rows.ilog2() + ROW_LOG2 };
    let place = map.place(u64::from(row) << ROW_LOG2) as u32;
    let tag = (1 << map.tag_bits()) | (row / rows);
    (tags[place as usize] == tag).then_some(place * block_rows + row % block_rows)
}

impl Logic for DirectMap {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, was_read);
        self.tags.clock.next = self.clock.val();

        // Where a row lies.
        self.fold.row.next = self.row.val();
        self.held_fold.row.next = self.held.val();
        self.read_row.next = self.fold.folded.val();
        self.write_row.next = self.held_fold.folded.val();

        // Which block is there.
        self.numbered.next = (self.write_row.val() & self.places.val()) >> self.below_place.val();
        self.tags.address.next = self.numbered.val().get_bits::<8>(0);
        self.tag.next = bit_cast::<32, 30>(self.held.val() >> self.below_tag.val()) | self.valid.val();
        self.direct.next = self.held.val().get_bit(23);
        self.beyond.next = self.held.val().get_bits::<7>(23).any();
        self.other.next = self.tags.tag.val() != self.tag.val();
        self.occupied.next = (self.other.val() & (self.tags.tag.val() & self.valid.val()).any()) | self.beyond.val();
        self.tags.write.next = ((self.stores.val() | self.host_write.val()) & !self.occupied.val())
            | (self.host_write.val() & self.direct.val());
        self.tags.data.next = self.tag.val();
        if self.direct.val() {
            self.tags.data.next = 0.into();
        }

        // The host.
        self.was_read.d.next = self.host_reads.val();
        self.waits.next = !self.was_read.q.val();
        self.lost.next = self.occupied.val() & !self.direct.val();
    }
}
