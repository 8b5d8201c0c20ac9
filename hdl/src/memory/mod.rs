//! The linear-memory controller: one writer, one comparator in front of it. Its data register is that of stage M for
//! every group.

pub mod align;
pub mod blocks;
pub mod bounds;
pub mod declared;
pub mod direct_map;
#[cfg(test)]
mod pool_tests;
pub mod rows;
#[cfg(test)]
mod tests;

use crate::front::control::Control;
use crate::prim::lane_ram::LaneRam;
use crate::prim::late::{LateChoice, LateData, LateSum};
use crate::prim::stop_code::StopCode;
use align::{LoadAlign, StoreAlign};
use blocks::Blocks;
use bounds::Bounds;
use declared::Declared;
use direct_map::DirectMap;
use isa::outcome::{Exhausted, Stop};
use layer::circuit;
use rows::RowAccess;
use rust_hdl::prelude::*;

/// Linear memory of 2^D bytes in rows of four; `W` = D - 2 is the width of a row number. Loads and stores of 1, 2, 4
/// and 8 bytes at any address: one pass if the bytes lie in one row, one more if they cross a row, one more if there
/// are eight. In the compact core a load takes one more: see [`RowAccess`].
///
/// An access leaves X in a cycle with `valid`; its row is read in that cycle, or written in the next one. The checks
/// are made in its first cycle in M, before anything is written. An access that stops does nothing more, and the
/// access that leaves X in that cycle is dropped. `busy` and `ending` do not wait for the checks.
///
/// The result of a group that is no load passes through the same register as what a store writes, and comes out where
/// loads do. So does what sequencer, service unit and host write to the stack.
///
/// The RAM may be a pool of blocks. In a compact core they are looked for: see [`Blocks`]; then X waits in the first pass,
/// too. In a full core each has its place: see [`DirectMap`]; that is checked in every pass, so what a store has written
/// before it comes to a block without place stays.
///
/// ```text
/// clock      _/~\_/~\_/~\_/~\_/~\_/~\_/~\_
///             load, one   load, two   store
///             pass        passes
/// valid      /~~~\___/~~~\_______/~~~\____
/// busy       ____________/~~~\____________   X and M wait
/// done       ____/~~~\_______/~~~\___/~~~\   value and access_* are valid
/// storing    ________________________/~~~\   no load may leave X
/// ```
#[derive(LogicBlock, Default)]
pub struct LinearMemory<const D: usize, const W: usize> {
    pub clock: Signal<In, Clock>,
    /// It is that of the compact core; the RAM is a pool of blocks; constant.
    pub compact: Signal<In, Bit>,
    pub pooled: Signal<In, Bit>,
    /// Declared bytes. Changes two cycles or more before the first access that must see it leaves X.
    pub size: Signal<In, Bits<33>>,

    // Stage X.
    /// A group leaves X. Low while `busy`.
    pub take: Signal<In, Bit>,
    /// The low half of its data is there: in this cycle or in one before.
    pub take_low: Signal<In, Bit>,
    /// A load or store leaves X. Low while `busy`, and for a load while `storing`.
    pub valid: Signal<In, Bit>,
    pub control: Signal<In, Control>,
    pub base: Signal<In, Bits<32>>,
    pub offset: Signal<In, Bits<32>>,
    /// What the group has computed; of a store what it writes: the low bytes.
    pub data: Signal<In, LateData>,

    // Stage M.
    /// The access needs a further pass, unless it stops: X and M wait. From a register only.
    pub busy: Signal<Out, Bit>,
    /// A store has the RAM: a load waits in X. From registers only, so high for a store that stops, too.
    pub storing: Signal<Out, Bit>,
    /// Last pass of an access.
    pub done: Signal<Out, Bit>,
    /// The same, but high for an access that stops, too: earlier in the cycle.
    pub ending: Signal<Out, Bit>,
    /// `data` of the group that left X last, unless it is a load.
    pub held: Signal<Out, Bits<64>>,
    /// The result of the group in M. Of a load valid with `done`: sign-extended to 64 bits if the control bits say
    /// signed, otherwise zero-extended.
    pub value: Signal<Out, Bits<64>>,
    /// Instead of a result `value` is this: what the stack RAM has read, what is given, or 0.
    pub replace: Signal<In, Bit>,
    pub replace_read: Signal<In, Bit>,
    pub replace_given: Signal<In, Bit>,
    /// Bits for which `given` is taken all the same.
    pub replace_passed: Signal<In, Bits<64>>,
    pub read: Signal<In, Bits<64>>,
    pub given: Signal<In, Bits<64>>,
    /// In the first pass: the access does nothing.
    pub refused: Signal<Out, Bit>,
    /// Why (`isa::outcome::Stop` code), or 0.
    pub stop: Signal<Out, Bits<8>>,

    // For the retire record, valid with `done`.
    pub access_address: Signal<Out, Bits<32>>,
    pub access_bytes: Signal<Out, Bits<4>>,
    /// The bytes read or written, zero-extended.
    pub access_data: Signal<Out, Bits<64>>,

    /// Not all bytes of the RAM may be accessed, but a window of so many from the lowest.
    pub windowed: Signal<In, Bit>,
    pub window: Signal<In, Bits<33>>,

    // Rows, for the host and the service unit while no access is on its way. `port_rdata` is valid in the cycle after
    // `port_read`.
    pub port_read: Signal<In, Bit>,
    pub port_read_row: Signal<In, Bits<W>>,
    /// Of the four bytes.
    pub port_enables: Signal<In, Bits<4>>,
    pub port_write_row: Signal<In, Bits<W>>,
    pub port_wdata: Signal<In, Bits<32>>,
    pub port_rdata: Signal<Out, Bits<32>>,

    // Of a pool: whether the core runs; or if not, whether the host has chosen a row of memory, which one, whether it
    // reads some row, of whatever space, and whether it waits for that.
    pub run: Signal<In, Bit>,
    pub hosting: Signal<In, Bit>,
    pub host_reads: Signal<In, Bit>,
    pub host_row: Signal<In, Bits<24>>,
    pub waits: Signal<Out, Bit>,
    /// With `port_rdata`: the row is 0 instead.
    pub port_absent: Signal<Out, Bit>,

    ram: LaneRam<W>,
    /// The checks; of a pool in which each block has its place they are the second one's.
    pub(crate) bounds: Bounds<D>,
    pub(crate) declared: Declared,
    no_block: StopCode<{ Stop::Exhausted(Exhausted::PhysicalMemory).code() }>,
    loads: LoadAlign,
    stores: StoreAlign,
    pub(crate) row_access: RowAccess,
    pub(crate) blocks: Blocks,
    pub(crate) direct_map: DirectMap,

    // X.
    base_wide: Signal<Local, Bits<33>>,
    offset_wide: Signal<Local, Bits<33>>,
    x_address: Signal<Local, Bits<33>>,
    x_low: Signal<Local, Bits<2>>,
    x_bytes: Signal<Local, Bits<4>>,
    x_word: Signal<Local, Bits<8>>,
    x_lanes: Signal<Local, Bits<8>>,
    x_crosses: Signal<Local, Bit>,
    taken: Signal<Local, Bit>,
    /// The pool's blocks are looked for; each has its place.
    searched: Signal<Local, Bit>,
    placed: Signal<Local, Bit>,
    /// The row, and the same where it lies in a pool.
    mapped: Signal<Local, Bits<30>>,
    row: Signal<Local, Bits<W>>,
    /// Of a pool: rows within a block; the last two of them; the bytes reach beyond eight from a multiple of eight.
    row_within: Signal<Local, Bits<10>>,
    m_within: Signal<Local, Bits<10>>,
    write_within: Signal<Local, Bits<10>>,
    last_rows: Signal<Local, Bit>,
    reaches: Signal<Local, Bit>,
    hold: Signal<Local, Bit>,
    /// What is in X does not leave it, and the row that is read is one for M.
    stays: Signal<Local, Bit>,
    /// The access lies outside; or has no block, or waits for it.
    outside: Signal<Local, Bit>,
    bad: Signal<Local, Bit>,
    port_enabled: Signal<Local, Bits<4>>,
    m_inside: Signal<Local, Bits<D>>,
    absent: Signal<Local, Bit>,
    lost: Signal<Local, Bit>,

    // M: which pass. `first`, or `again` and perhaps `third`; `more` passes follow, `most` if two, `utmost` if three.
    first: DFF<Bit>,
    again: DFF<Bit>,
    third: DFF<Bit>,
    more: DFF<Bit>,
    most: DFF<Bit>,
    utmost: DFF<Bit>,
    /// Of the compact core, where a pass may be repeated: it is at the access's first row; at its third one.
    on_first: DFF<Bit>,
    on_third: DFF<Bit>,
    on_later: Signal<Local, Bit>,
    on_last: Signal<Local, Bit>,
    /// A load of the compact core: it takes one pass more.
    x_rests: Signal<Local, Bit>,
    x_rows: Signal<Local, Bit>,
    /// Passes follow.
    further: Signal<Local, Bit>,
    going: Signal<Local, Bit>,
    active: Signal<Local, Bit>,

    // M: the access.
    address: DFF<Bits<33>>,
    m_row: DFF<Bits<30>>,
    next_row: Signal<Local, Bits<30>>,
    bytes: DFF<Bits<4>>,
    sign_extend: DFF<Bit>,
    store: DFF<Bit>,
    load: DFF<Bit>,
    /// The bytes of the word at the address, as lanes of its two rows. Eight bytes count as four here.
    lanes: DFF<Bits<8>>,
    enables: Signal<Local, Bits<4>>,
    stores_here: Signal<Local, Bit>,
    /// A load: the rotated row before, and the word finished before. Otherwise `data`.
    high: DFF<Bits<32>>,
    low: DFF<Bits<32>>,
    low_sum: LateSum,
    high_sum: LateSum,
    lowest: LateChoice,
    /// Without bit 0.
    low_next: Signal<Local, Bits<32>>,
    reloads: Signal<Local, Bit>,
    both: Signal<Local, Bits<64>>,
    stored: Signal<Local, Bits<32>>,
    written: Signal<Local, Bits<64>>,
}

impl<const D: usize, const W: usize> LinearMemory<D, W> {
    /// Of single-port RAM: nothing may write rows while it reads others through the port.
    pub fn with_one_port() -> Self {
        Self { ram: LaneRam::with_one_port(), ..Self::default() }
    }
}

impl<const D: usize, const W: usize> Logic for LinearMemory<D, W> {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, first, again, third, more, most, utmost, on_first, on_third);
        dff_setup!(self, clock, address, m_row, bytes, sign_extend, store, load, lanes, high, low);
        self.ram.clock.next = self.clock.val();
        self.bounds.clock.next = self.clock.val();
        self.declared.clock.next = self.clock.val();
        self.blocks.clock.next = self.clock.val();
        self.direct_map.clock.next = self.clock.val();
        self.searched.next = self.pooled.val() & self.compact.val();
        self.placed.next = self.pooled.val() & !self.compact.val();
        self.hold.next = self.searched.val() & self.blocks.hold.val();
        self.further.next = self.more.q.val();
        if self.hold.val() {
            self.further.next = true;
        }
        self.active.next = self.first.q.val() | self.again.q.val();
        self.stores_here.next = self.active.val() & self.store.q.val();
        self.outside.next = if self.placed.val() { self.declared.bad.val() } else { self.bounds.bad.val() };
        self.bad.next = self.outside.val();
        if self.searched.val() {
            self.bad.next = self.outside.val() | self.blocks.exhausted.val() | (self.hold.val() & !self.run.val());
        }
        if self.placed.val() {
            self.bad.next = self.outside.val() | (self.active.val() & self.direct_map.occupied.val());
        }

        // X: address, and the row to the RAM.
        self.base_wide.next = bit_cast::<33, 32>(self.base.val());
        self.offset_wide.next = bit_cast::<33, 32>(self.offset.val());
        self.x_address.next = self.base_wide.val() + self.offset_wide.val();
        self.x_low.next = self.x_address.val().get_bits::<2>(0);
        self.next_row.next = self.m_row.q.val() + 1;
        self.mapped.next = self.x_address.val().get_bits::<30>(2);
        self.stays.next = self.more.q.val();
        if self.searched.val() {
            self.stays.next = self.more.q.val() | self.first.q.val() | self.blocks.searching.val();
        }
        if self.stays.val() {
            self.mapped.next = self.next_row.val();
            if self.searched.val() & self.blocks.reads.val() {
                self.mapped.next = self.m_row.q.val();
            }
        }
        if self.port_read.val() {
            self.mapped.next = bit_cast::<30, W>(self.port_read_row.val());
            if self.placed.val() {
                self.mapped.next = bit_cast::<30, 24>(self.host_row.val());
            }
        }
        self.row_within.next = self.mapped.val().get_bits::<10>(0);
        self.row.next = bit_cast::<W, 30>(self.mapped.val());
        self.direct_map.row.next = self.mapped.val();
        if self.placed.val() {
            self.row.next = bit_cast::<W, 30>(self.direct_map.read_row.val());
        }
        if self.searched.val() {
            self.row.next =
                bit_cast::<W, 10>(self.row_within.val()) | (bit_cast::<W, 4>(self.blocks.place.val()) << 10);
        }
        self.ram.read_address.next = self.row.val();
        self.m_row.d.next = self.mapped.val();
        // While a pass is held, the row stays, but comes to another place.
        if self.searched.val() {
            self.m_row.d.next = bit_cast::<30, W>(self.row.val());
        }
        if self.hold.val() & !self.blocks.reads.val() {
            self.m_row.d.next = self.m_row.q.val();
        }

        // X: how many bytes, in which lanes.
        self.x_bytes.next = 4.into();
        self.x_word.next = 15.into();
        if self.control.val().double {
            self.x_bytes.next = 8.into();
        }
        if self.control.val().bytes1 {
            self.x_bytes.next = 1.into();
            self.x_word.next = 1.into();
        }
        if self.control.val().bytes2 {
            self.x_bytes.next = 2.into();
            self.x_word.next = 3.into();
        }
        self.x_lanes.next = self.x_word.val() << self.x_low.val();
        self.x_crosses.next = self.x_lanes.val().get_bits::<4>(4).any();

        // Passes.
        self.taken.next = self.valid.val() & !self.further.val() & !self.bad.val();
        self.going.next = self.further.val() & !self.bad.val();
        self.first.d.next = self.taken.val();
        self.again.d.next = self.going.val();
        self.third.d.next = self.going.val() & self.again.q.val();
        self.x_rests.next = self.compact.val() & self.control.val().load;
        self.x_rows.next = self.x_crosses.val() | self.control.val().double;
        self.more.d.next = self.taken.val() & (self.x_rows.val() | self.x_rests.val());
        self.most.d.next =
            (self.x_crosses.val() & self.control.val().double) | (self.x_rests.val() & self.x_rows.val());
        self.utmost.d.next = self.x_crosses.val() & self.control.val().double & self.x_rests.val();
        if self.further.val() {
            self.more.d.next = self.going.val() & self.most.q.val();
            self.most.d.next = self.utmost.q.val();
            self.utmost.d.next = false;
        }
        if self.hold.val() {
            self.more.d.next = self.going.val() & self.more.q.val();
            self.most.d.next = self.most.q.val();
            self.utmost.d.next = self.utmost.q.val();
        }
        if self.taken.val() {
            self.on_first.d.next = true;
            self.on_third.d.next = false;
        } else if !self.hold.val() {
            self.on_first.d.next = false;
            self.on_third.d.next = !self.on_first.q.val();
        }

        // X to M. A load with passes to come keeps what it has read.
        if !self.further.val() {
            self.address.d.next = self.x_address.val();
            self.bytes.d.next = self.x_bytes.val();
            self.sign_extend.d.next = self.control.val().signed;
            self.store.d.next = self.control.val().store;
            self.lanes.d.next = self.x_lanes.val();
        }
        if self.take.val() {
            self.load.d.next = self.control.val().load;
        }
        self.reloads.next = self.more.q.val() & !self.store.q.val() & !self.compact.val();
        self.low_sum.sum.next = self.data.val().sum;
        self.low_sum.adds.next = self.data.val().sum_low & !self.reloads.val();
        self.low_sum.rest.next = self.data.val().low;
        self.high_sum.sum.next = self.data.val().sum;
        self.high_sum.adds.next = self.data.val().sum_high & !self.reloads.val();
        self.high_sum.rest.next = self.data.val().high;
        self.lowest.of.next = self.data.val().lowest;
        if self.reloads.val() {
            self.low_sum.rest.next = self.loads.word.val();
            self.high_sum.rest.next = self.loads.rotated.val();
            self.lowest.of.next.then = self.loads.word.val().get_bit(0);
            self.lowest.of.next.otherwise = self.loads.word.val().get_bit(0);
        }
        self.low_next.next = self.low_sum.value.val() & 0xffff_fffe_u32.to_bits();
        if self.take_low.val() | self.reloads.val() {
            self.low.d.next = self.low_next.val() | bit_cast::<32, 1>(self.lowest.value.val().into());
        }
        if self.take.val() | self.reloads.val() {
            self.high.d.next = self.high_sum.value.val();
        }
        self.both.next = bit_cast::<64, 32>(self.low.q.val()) | (bit_cast::<64, 32>(self.high.q.val()) << 32);
        self.held.next = if self.compact.val() { self.row_access.value.val() } else { self.both.val() };

        // M: checks.
        connect!(self => self.declared; size);
        self.declared.x_take.next = !self.further.val();
        self.declared.x_bytes.next = self.x_bytes.val();
        self.declared.m_first.next = self.first.q.val();
        self.declared.m_address.next = self.address.q.val();
        connect!(self => self.bounds; pooled, size, windowed, window);
        self.bounds.x_take.next = !self.further.val();
        self.bounds.x_bytes.next = self.x_bytes.val();
        self.bounds.m_first.next = self.first.q.val();
        self.bounds.m_address.next = self.address.q.val();
        // The row's number is there once more, for the RAM.
        self.m_inside.next =
            (bit_cast::<D, 30>(self.m_row.q.val()) << 2) | bit_cast::<D, 2>(self.address.q.val().get_bits::<2>(0));
        if self.pooled.val() {
            self.m_inside.next = self.address.q.val().get_bits::<D>(0);
        }
        self.bounds.m_inside.next = self.m_inside.val();
        self.bounds.m_bytes.next = self.bytes.q.val();
        self.refused.next = self.bad.val();
        if self.searched.val() {
            self.refused.next = self.outside.val() | self.blocks.exhausted.val();
        }
        self.stop.next = if self.placed.val() { self.declared.stop.val() } else { self.bounds.stop.val() };
        if self.pooled.val() & self.refused.val() & !self.outside.val() {
            self.stop.next = self.no_block.code.val();
        }

        // M: the blocks.
        connect!(self => self.blocks; run, hosting, host_row, stays);
        self.blocks.x_block.next = self.x_address.val().get_bits::<20>(12);
        self.blocks.m_block.next = self.address.q.val().get_bits::<20>(12);
        self.blocks.first.next = self.first.q.val();
        self.blocks.store.next = self.store.q.val();
        self.blocks.refused.next = self.outside.val();
        self.m_within.next = self.m_row.q.val().get_bits::<10>(0);
        self.last_rows.next = self.m_within.val().get_bits::<9>(1).all();
        self.reaches.next = self.bytes.q.val().get_bit(3) & self.address.q.val().get_bits::<3>(0).any();
        if self.bytes.q.val().get_bit(2) {
            self.reaches.next = self.address.q.val().get_bit(2) & self.address.q.val().get_bits::<2>(0).any();
        }
        if self.bytes.q.val().get_bit(1) {
            self.reaches.next = self.address.q.val().get_bits::<3>(0).all();
        }
        self.blocks.crosses.next = self.last_rows.val() & self.reaches.val();
        self.blocks.enters.next = self.more.q.val() & self.m_within.val().all();
        self.blocks.host_read.next = self.hosting.val() & self.port_read.val();
        self.blocks.host_write.next = self.hosting.val() & self.port_enables.val().any();
        self.direct_map.held.next = self.m_row.q.val();
        self.direct_map.stores.next = self.stores_here.val() & !self.outside.val();
        self.direct_map.host_reads.next = self.host_reads.val();
        self.direct_map.host_write.next = self.hosting.val() & self.port_enables.val().any();
        self.waits.next =
            (self.searched.val() & self.blocks.waits.val()) | (self.placed.val() & self.direct_map.waits.val());
        self.busy.next = self.further.val();
        self.ending.next = self.active.val() & !self.further.val();
        if self.searched.val() {
            // From registers only: nothing leaves X while it is not known whether the block is at home, and no load ends.
            self.busy.next = self.stays.val();
            self.ending.next =
                self.again.q.val() & self.load.q.val() & !self.more.q.val() & !self.blocks.searching.val();
        }
        self.done.next = self.active.val() & !self.further.val() & !self.bad.val();

        // By way of one register.
        connect!(self => self.row_access; clock, take, take_low);
        self.row_access.data.next = bit_cast::<64, 32>(self.low_next.val())
            | bit_cast::<64, 1>(self.lowest.value.val().into())
            | (bit_cast::<64, 32>(self.high_sum.value.val()) << 32);
        self.row_access.low.next = self.address.q.val().get_bits::<2>(0);
        self.row_access.bytes.next = self.bytes.q.val();
        self.row_access.sign_extend.next = self.sign_extend.q.val();
        self.row_access.store.next = self.store.q.val();
        self.row_access.first.next = self.on_first.q.val();
        self.row_access.third.next = self.on_third.q.val();
        self.row_access.loading.next = self.active.val() & self.load.q.val() & self.more.q.val() & !self.hold.val();
        self.absent.next =
            (self.searched.val() & self.blocks.absent.val()) | (self.placed.val() & self.direct_map.lost.val());
        self.row_access.absent.next = self.absent.val();
        self.row_access.row.next = self.ram.read_data.val();

        // M: load.
        self.loads.load.next = self.load.q.val();
        self.loads.low.next = self.address.q.val().get_bits::<2>(0);
        self.loads.row.next = self.ram.read_data.val();
        self.loads.again.next = self.again.q.val();
        connect!(self => self.loads; replace, replace_read, replace_given, replace_passed, read, given);
        self.loads.held.next = self.both.val();
        self.loads.bytes.next = self.bytes.q.val();
        self.loads.sign_extend.next = self.sign_extend.q.val();
        self.value.next = self.loads.value.val();
        if self.compact.val() {
            self.value.next = self.row_access.value.val();
            if self.replace.val() {
                self.value.next = 0.into();
                if self.replace_read.val() {
                    self.value.next = self.read.val();
                }
                if self.replace_given.val() {
                    self.value.next = self.given.val();
                }
                self.value.next = self.value.val() | (self.given.val() & self.replace_passed.val());
            }
        }
        self.port_rdata.next = self.ram.read_data.val();
        self.port_absent.next = self.absent.val();

        // M: store.
        self.stores.low.next = self.address.q.val().get_bits::<2>(0);
        self.stores.again.next = self.again.q.val();
        self.stores.third.next = self.third.q.val();
        self.stores.low_word.next = self.low.q.val();
        self.stores.high_word.next = self.high.q.val();
        self.enables.next = self.lanes.q.val().get_bits::<4>(0);
        self.on_later.next = if self.compact.val() { !self.on_first.q.val() } else { self.again.q.val() };
        self.on_last.next = if self.compact.val() { self.on_third.q.val() } else { self.third.q.val() };
        if self.on_later.val() {
            self.enables.next = if self.bytes.q.val().get_bit(3) & !self.on_last.val() {
                15.into()
            } else {
                self.lanes.q.val().get_bits::<4>(4)
            };
        }
        self.storing.next = self.stores_here.val();
        // The address does not wait for the checks.
        self.ram.writing.next = self.stores_here.val() | self.port_enables.val().any();
        self.ram.write_enables.next =
            if self.stores_here.val() & !self.bad.val() & !self.hold.val() { self.enables.val() } else { 0.into() };
        self.ram.write_address.next = bit_cast::<W, 30>(self.m_row.q.val());
        if self.placed.val() {
            self.ram.write_address.next = bit_cast::<W, 30>(self.direct_map.write_row.val());
        }
        self.ram.write_data.next =
            if self.compact.val() { self.row_access.stored.val() } else { self.stores.row.val() };
        self.write_within.next = bit_cast::<10, W>(self.port_write_row.val());
        self.port_enabled.next = self.port_enables.val();
        self.lost.next =
            (self.searched.val() & self.blocks.lost.val()) | (self.placed.val() & self.direct_map.lost.val());
        if self.lost.val() {
            self.port_enabled.next = 0.into();
        }
        if self.port_enables.val().any() {
            self.ram.write_enables.next = self.port_enabled.val();
            if !self.placed.val() {
                self.ram.write_address.next = self.port_write_row.val();
            }
            if self.searched.val() {
                self.ram.write_address.next = bit_cast::<W, 10>(self.write_within.val())
                    | (bit_cast::<W, 4>(self.blocks.write_place.val()) << 10);
            }
            self.ram.write_data.next = self.port_wdata.val();
        }

        // Retire record.
        self.access_address.next = self.address.q.val().get_bits::<32>(0);
        self.access_bytes.next = self.bytes.q.val();
        self.stored.next = self.low.q.val();
        if self.bytes.q.val().get_bit(0) {
            self.stored.next = self.low.q.val() & 0x0000_00ff_u32.to_bits();
        }
        if self.bytes.q.val().get_bit(1) {
            self.stored.next = self.low.q.val() & 0x0000_ffff_u32.to_bits();
        }
        self.written.next =
            if self.bytes.q.val().get_bit(3) { self.both.val() } else { bit_cast::<64, 32>(self.stored.val()) };
        self.access_data.next = self.loads.raw.val();
        if self.compact.val() {
            self.access_data.next = self.row_access.raw.val();
        }
        if self.store.q.val() {
            self.access_data.next = self.written.val();
        }
    }
}
