//! The controller over a pool of blocks, against a map of them.

mod placed;
mod searched;

use super::*;
use isa::host::{POOL, REACH};
use isa::outcome::{Exhausted, Stop, Trap};
use isa::pool::DirectMap as Map;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rust_hdl::core::simulate::simulate;
use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug)]
struct Access {
    store: bool,
    bytes: u64,
    address: u64,
    data: u64,
}

/// What addresses hold, by blocks.
#[derive(Clone, Default)]
struct Reference {
    /// Bytes of a block.
    block: u64,
    places: usize,
    /// If each block has one place.
    map: Option<Map>,
    blocks: BTreeMap<u64, Vec<u8>>,
    declared: u64,
}

impl Reference {
    /// Whether such a block is there or has room.
    fn has_room(&self, block: u64) -> bool {
        let Some(map) = self.map else {
            return self.blocks.contains_key(&block) || self.blocks.len() < self.places;
        };
        let place = |block: u64| map.place(block * self.block);
        let mut others = self.blocks.keys().filter(|&&other| place(other) == place(block));
        block * self.block < REACH && others.all(|&other| other == block)
    }

    /// Whether there is such a block now.
    fn take(&mut self, block: u64) -> bool {
        let there = self.has_room(block);
        if there {
            self.blocks.entry(block).or_insert_with(|| vec![0; self.block as usize]);
        }
        there
    }

    fn byte(&self, address: u64) -> u8 {
        self.blocks.get(&(address / self.block)).map_or(0, |block| block[(address % self.block) as usize])
    }

    fn write(&mut self, address: u64, byte: u8) {
        if let Some(block) = self.blocks.get_mut(&(address / self.block)) {
            block[(address % self.block) as usize] = byte;
        }
    }

    /// The stop code, and the bytes that are read or written.
    fn execute(&mut self, a: &Access) -> (u8, u64) {
        let last = a.address + a.bytes - 1;
        if last >= self.declared {
            return (Stop::Trap(Trap::OutOfBoundsMemory).code(), 0);
        }
        let exhausted = (Stop::Exhausted(Exhausted::PhysicalMemory).code(), 0);
        if self.map.is_none() && a.store && !(self.take(last / self.block) && self.take(a.address / self.block)) {
            return exhausted;
        }
        for (address, byte) in (a.address..=last).zip(a.data.to_le_bytes()) {
            let block = address / self.block;
            if self.map.is_some() && !(if a.store { self.take(block) } else { self.has_room(block) }) {
                return exhausted;
            }
            if a.store {
                self.write(address, byte);
            }
        }
        let mut raw = [0; 8];
        for (address, byte) in (a.address..=last).zip(&mut raw) {
            *byte = self.byte(address);
        }
        (0, u64::from_le_bytes(raw))
    }
}

struct Driver<const D: usize, const W: usize> {
    memory: LinearMemory<D, W>,
    reference: Reference,
    random: StdRng,
}

impl<const D: usize, const W: usize> Driver<D, W> {
    fn new(mut memory: LinearMemory<D, W>, reference: Reference, seed: u64) -> Self {
        memory.connect_all();
        (memory.compact.next, memory.pooled.next, memory.run.next) = (reference.map.is_none(), true, true);
        let mut driver = Driver { memory, reference, random: StdRng::seed_from_u64(seed) };
        driver.declare(1 << 32);
        driver
    }

    fn settle(&mut self) {
        assert!(simulate(&mut self.memory, 100), "settles");
    }

    fn clock(&mut self) {
        self.settle();
        for level in [true, false] {
            self.memory.clock.next = level.into();
            self.settle();
        }
    }

    fn declare(&mut self, bytes: u64) {
        self.reference.declared = bytes;
        self.memory.size.next = bytes.into();
        (0..2).for_each(|_| self.clock());
    }

    /// Makes accesses, each as soon as the one before lets it; gives how many cycles each one had in M.
    fn run(&mut self, accesses: &[Access]) -> Vec<u64> {
        let (mut cycles, mut waiting) = (Vec::new(), accesses.iter());
        let mut x = waiting.next();
        let mut m: Option<(Access, (u8, u64), u64)> = None;
        while x.is_some() || m.is_some() {
            let memory = &mut self.memory;
            (memory.take.next, memory.take_low.next, memory.valid.next) = (false, false, false);
            self.settle();
            let memory = &self.memory;
            let (busy, storing) = (memory.busy.val(), memory.storing.val());
            let leaves = x.filter(|a| !busy && (a.store || !storing));
            if let Some((access, (stop, data), time)) = &mut m {
                *time += 1;
                assert!(*time < 90, "{access:x?} comes to no end");
                assert_eq!(memory.refused.val(), memory.stop.val().any(), "{access:x?}");
                if memory.refused.val() || memory.done.val() {
                    assert_eq!(memory.stop.val().to_u8(), *stop, "{access:x?}");
                    let value = memory.access_data.val().to_u64();
                    assert!(*stop != 0 || value == *data, "{access:x?}: {value:x}, not {data:x}");
                    cycles.push(*time);
                }
            }
            if memory.refused.val() {
                // It takes with it what leaves X in the same cycle; here that begins anew.
                m = None;
                self.clock();
                continue;
            }
            if let Some(a) = leaves {
                self.present(a);
            }
            if !busy {
                m = leaves.map(|a| (*a, self.reference.execute(a), 0));
            }
            if leaves.is_some() {
                x = waiting.next();
            }
            self.clock();
        }
        cycles
    }

    fn present(&mut self, a: &Access) {
        // Any sum that gives the address.
        let base = self.random.random_range(0..=a.address);
        let m = &mut self.memory;
        (m.take.next, m.take_low.next, m.valid.next) = (true, true, true);
        (m.base.next, m.offset.next, m.data.next) = (base.into(), (a.address - base).into(), LateData::early(a.data));
        m.control.next = Control {
            load: !a.store,
            store: a.store,
            bytes1: a.bytes == 1,
            bytes2: a.bytes == 2,
            double: a.bytes == 8,
            ..Control::default()
        };
        self.settle();
    }

    /// Chooses a row for the host and waits for it; gives what is there.
    fn host(&mut self, row: u64) -> u32 {
        let m = &mut self.memory;
        (m.run.next, m.hosting.next) = (false, true);
        self.host_reads(false);
        self.clock();
        (self.memory.host_row.next, self.memory.port_read_row.next) = (row.into(), (row % (1 << W)).into());
        self.host_reads(true);
        self.clock();
        let mut waits = 0;
        while self.memory.waits.val() {
            self.clock();
            waits += 1;
            assert!(waits < 36, "the host waits for ever");
        }
        if self.memory.port_absent.val() { 0 } else { self.memory.port_rdata.val().to_u32() }
    }

    /// Whether the row that is chosen is read.
    fn host_reads(&mut self, reads: bool) {
        (self.memory.host_reads.next, self.memory.port_read.next) = (reads, reads);
    }

    fn host_ends(&mut self) {
        self.host_reads(false);
        (self.memory.hosting.next, self.memory.run.next) = (false, true);
        self.clock();
    }

    fn host_writes(&mut self, row: u64, word: u32) {
        self.host(row);
        self.host_reads(false);
        let m = &mut self.memory;
        (m.port_enables.next, m.port_wdata.next) = (15.into(), u64::from(word).into());
        m.port_write_row.next = (row % (1 << W)).into();
        self.clock();
        self.memory.port_enables.next = 0.into();
        self.host_ends();
        if row & u64::from(POOL) == 0 && self.reference.take(4 * row / self.reference.block) {
            (4 * row..).zip(word.to_le_bytes()).for_each(|(address, byte)| self.reference.write(address, byte));
        }
    }

    /// As the loader does before anything else.
    fn clear(&mut self) {
        self.host_reads(false);
        let m = &mut self.memory;
        (m.run.next, m.hosting.next, m.port_enables.next) = (false, true, 15.into());
        m.port_wdata.next = 0.into();
        for row in 0..1 << W {
            (self.memory.host_row.next, self.memory.port_write_row.next) = ((row | u64::from(POOL)).into(), row.into());
            if self.reference.map.is_some() {
                self.host_reads(true);
                self.memory.port_enables.next = 0.into();
                self.clock();
                self.host_reads(false);
                self.memory.port_enables.next = 15.into();
            }
            self.clock();
        }
        self.memory.port_enables.next = 0.into();
        self.host_ends();
        self.reference.blocks.clear();
    }

    /// Reads what has been written, and what has not, as the host.
    fn compare(&mut self, blocks: &[u64]) {
        let bytes = self.reference.block;
        let rows = bytes / 4;
        for &block in blocks.iter().filter(|&&block| block * bytes < REACH) {
            for row in [0, 1, 2, rows / 2, rows - 2, rows - 1] {
                let row = block * rows + row;
                let expected: Vec<u8> = (4 * row..4 * row + 4).map(|address| self.reference.byte(address)).collect();
                assert_eq!(self.host(row).to_le_bytes(), expected[..], "row {row:x}");
            }
        }
        self.host_ends();
    }

    fn access(&mut self, blocks: &[u64]) -> Access {
        let (random, bytes) = (&mut self.random, self.reference.block);
        let block = blocks[random.random_range(0..blocks.len())];
        let place = match random.random_range(0..4) {
            0 => random.random_range(0..12),
            1 => bytes - random.random_range(1..12),
            2 => bytes / 2 + random.random_range(0..8) - 4,
            _ => random.random_range(0..bytes),
        };
        let address = (block * bytes + place).min((1 << 32) - 1);
        Access { store: random.random(), bytes: 1 << random.random_range(0..4), address, data: random.random() }
    }
}

fn store(bytes: u64, address: u64) -> Access {
    Access { store: true, bytes, address, data: address ^ 0x0123_4567_89ab_cdef }
}

fn load(bytes: u64, address: u64) -> Access {
    Access { store: false, ..store(bytes, address) }
}
