//! The controller over a pool of blocks, against a map of them.

use super::*;
use isa::outcome::{Exhausted, Stop, Trap};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rust_hdl::core::simulate::simulate;
use std::collections::BTreeMap;

type Memory = LinearMemory<16, 14>;
const PLACES: usize = 16;
const BLOCK: u64 = 1 << 12;
/// The bit that makes a row one of the pool.
const DIRECT: u64 = 1 << 23;

#[derive(Clone, Copy, Debug)]
struct Access {
    store: bool,
    bytes: u64,
    address: u64,
    data: u64,
}

/// What addresses hold, by blocks.
#[derive(Default)]
struct Reference {
    blocks: BTreeMap<u64, Vec<u8>>,
    declared: u64,
}

impl Reference {
    /// Whether there is such a block now.
    fn take(&mut self, block: u64) -> bool {
        let there = self.blocks.contains_key(&block) || self.blocks.len() < PLACES;
        if there {
            self.blocks.entry(block).or_insert_with(|| vec![0; BLOCK as usize]);
        }
        there
    }

    fn byte(&self, address: u64) -> u8 {
        self.blocks.get(&(address / BLOCK)).map_or(0, |block| block[(address % BLOCK) as usize])
    }

    /// The stop code, and the bytes that are read or written.
    fn execute(&mut self, a: &Access) -> (u8, u64) {
        let last = a.address + a.bytes - 1;
        if last >= self.declared {
            return (Stop::Trap(Trap::OutOfBoundsMemory).code(), 0);
        }
        if a.store {
            if !(self.take(last / BLOCK) && self.take(a.address / BLOCK)) {
                return (Stop::Exhausted(Exhausted::PhysicalMemory).code(), 0);
            }
            for (address, byte) in (a.address..=last).zip(a.data.to_le_bytes()) {
                self.blocks.get_mut(&(address / BLOCK)).unwrap()[(address % BLOCK) as usize] = byte;
            }
        }
        let mut raw = [0; 8];
        for (address, byte) in (a.address..=last).zip(&mut raw) {
            *byte = self.byte(address);
        }
        (0, u64::from_le_bytes(raw))
    }
}

struct Driver {
    memory: Memory,
    reference: Reference,
    random: StdRng,
}

impl Driver {
    fn new(seed: u64) -> Self {
        let mut memory = Memory::with_one_port();
        memory.connect_all();
        (memory.compact.next, memory.pooled.next, memory.run.next) = (true, true, true);
        let mut driver = Driver { memory, reference: Reference::default(), random: StdRng::seed_from_u64(seed) };
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
        (m.base.next, m.offset.next, m.data.next) = (base.into(), (a.address - base).into(), a.data.into());
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
        (m.run.next, m.hosting.next, m.port_read.next) = (false, true, false);
        self.clock();
        (self.memory.host_row.next, self.memory.port_read_row.next) = (row.into(), (row % (1 << 14)).into());
        self.memory.port_read.next = true;
        self.clock();
        let mut waits = 0;
        while self.memory.waits.val() {
            self.clock();
            waits += 1;
            assert!(waits < 36, "the host waits for ever");
        }
        if self.memory.port_absent.val() { 0 } else { self.memory.port_rdata.val().to_u32() }
    }

    fn host_ends(&mut self) {
        let m = &mut self.memory;
        (m.port_read.next, m.hosting.next, m.run.next) = (false, false, true);
        self.clock();
    }

    fn host_writes(&mut self, row: u64, word: u32) {
        self.host(row);
        let m = &mut self.memory;
        (m.port_read.next, m.port_enables.next, m.port_wdata.next) = (false, 15.into(), u64::from(word).into());
        m.port_write_row.next = (row % (1 << 14)).into();
        self.clock();
        self.memory.port_enables.next = 0.into();
        self.host_ends();
        if row & DIRECT == 0 && self.reference.take(4 * row / BLOCK) {
            let block = self.reference.blocks.get_mut(&(4 * row / BLOCK)).unwrap();
            block[(4 * row % BLOCK) as usize..][..4].copy_from_slice(&word.to_le_bytes());
        }
    }

    /// As the loader does before anything else.
    fn clear(&mut self) {
        let m = &mut self.memory;
        (m.run.next, m.hosting.next, m.port_read.next, m.port_enables.next) = (false, true, false, 15.into());
        m.port_wdata.next = 0.into();
        for row in 0..1 << 14 {
            (self.memory.host_row.next, self.memory.port_write_row.next) = ((row | DIRECT).into(), row.into());
            self.clock();
        }
        self.memory.port_enables.next = 0.into();
        self.host_ends();
        self.reference.blocks.clear();
    }

    /// Reads what has been written, and what has not, as the host.
    fn compare(&mut self, blocks: &[u64]) {
        for &block in blocks.iter().filter(|&&block| block < 1 << 13) {
            for row in [0, 1, 2, 511, 1022, 1023] {
                let row = block * (BLOCK / 4) + row;
                let expected: Vec<u8> = (4 * row..4 * row + 4).map(|address| self.reference.byte(address)).collect();
                assert_eq!(self.host(row).to_le_bytes(), expected[..], "row {row:x}");
            }
        }
        self.host_ends();
    }

    fn access(&mut self, blocks: &[u64]) -> Access {
        let random = &mut self.random;
        let block = blocks[random.random_range(0..blocks.len())];
        let place = match random.random_range(0..4) {
            0 => random.random_range(0..12),
            1 => BLOCK - random.random_range(1..12),
            2 => random.random_range(2044..2052),
            _ => random.random_range(0..BLOCK),
        };
        let address = (block * BLOCK + place).min((1 << 32) - 1);
        Access { store: random.random(), bytes: 1 << random.random_range(0..4), address, data: random.random() }
    }
}

fn store(bytes: u64, address: u64) -> Access {
    Access { store: true, bytes, address, data: address ^ 0x0123_4567_89ab_cdef }
}

fn load(bytes: u64, address: u64) -> Access {
    Access { store: false, ..store(bytes, address) }
}

#[test]
fn random_accesses_agree_with_a_map_of_blocks() {
    let mut driver;
    let (mut stops, mut full) = ([0, 0], 0);
    for seed in 0..4 {
        driver = Driver::new(seed);
        // Neighbours; those with one home; any.
        let mut blocks: Vec<u64> = (0..4).chain((0..9).map(|i| 17 * i)).chain([0xf_ffff, 0xf_fffe, 0x1fff]).collect();
        blocks.extend((0..8).map(|_| driver.random.random_range(0..1 << 20)));
        for _ in 0..4 {
            let declared = [1 << 32, 1 << 32, 0xffff_fffe, 17 << 12][driver.random.random_range(0..4)];
            driver.declare(declared);
            for _ in 0..25 {
                let count = driver.random.random_range(1..4);
                let some: Vec<Access> = (0..count).map(|_| driver.access(&blocks)).collect();
                let before = driver.reference.blocks.len();
                // One that stops takes with it what is behind it.
                for access in &some {
                    let mut probe = Reference { blocks: driver.reference.blocks.clone(), declared };
                    let code = probe.execute(access).0;
                    stops[0] += usize::from(code == Stop::Trap(Trap::OutOfBoundsMemory).code());
                    stops[1] += usize::from(code == Stop::Exhausted(Exhausted::PhysicalMemory).code());
                    driver.run(&[*access]);
                }
                full += usize::from(before < PLACES && driver.reference.blocks.len() == PLACES);
                let row = driver.random.random_range(0..1 << 23);
                let block = blocks[driver.random.random_range(0..blocks.len())] % (1 << 13);
                let word = driver.random.random();
                driver.host_writes(block * 1024 + row % 1024, word);
            }
            driver.compare(&blocks);
        }
    }
    assert!(stops[0] > 15 && stops[1] > 15 && full > 1, "{stops:?} {full}");
}

#[test]
fn accesses_follow_each_other_as_fast_as_without_a_pool() {
    let mut driver = Driver::new(4);
    let blocks = [0, 2, 4, 0x400, 0xf_ff0f];
    let stores: Vec<Access> = blocks.iter().map(|block| store(4, block * BLOCK + 8)).collect();
    assert_eq!(driver.run(&stores), [2, 2, 2, 4, 2], "a cycle more to take a block, two to go on to the next place");
    assert_eq!(driver.run(&stores), [1, 1, 1, 3, 1], "blocks 0 and 0x400 have one home");
    let bytes: Vec<Access> = blocks.iter().map(|block| store(1, block * BLOCK + 4000)).collect();
    assert_eq!(driver.run(&bytes), [1, 1, 1, 3, 1]);
    let loads: Vec<Access> = stores.iter().map(|&a| Access { store: false, ..a }).collect();
    assert_eq!(driver.run(&loads), [2, 2, 2, 4, 2]);
    assert_eq!(driver.run(&[load(4, 7 * BLOCK), load(8, 0x1_0007 * BLOCK)]), [2, 3], "nothing is there");
}

#[test]
fn a_pool_that_is_cleared_is_free_and_zero() {
    let mut driver = Driver::new(7);
    let stores: Vec<Access> = (0..16).map(|block| store(8, block * BLOCK + 250 * block)).collect();
    driver.run(&stores);
    driver.clear();
    let others: Vec<Access> = (0..16).map(|block| store(1, (block + 100) * BLOCK)).collect();
    driver.run(&others);
    driver.run(&(0..16).map(|block| load(8, (block + 100) * BLOCK + 250 * block + 4)).collect::<Vec<_>>());
    driver.run(&[load(8, 0), store(1, 0)]);
    driver.compare(&(0..120).collect::<Vec<_>>());
}

/// The next block is taken first: with one place left, that one is gone, and nothing is written.
#[test]
fn a_store_over_two_blocks_writes_nothing_if_there_is_a_place_for_one() {
    for (bytes, back) in [(2, 1), (4, 1), (4, 3), (8, 1), (8, 4), (8, 7)] {
        let mut driver = Driver::new(5);
        let taken: Vec<Access> = (0..15).map(|block| store(1, 16 * block * BLOCK)).collect();
        driver.run(&taken);
        let crossing = store(bytes, 0x555 * BLOCK - back);
        assert_eq!(driver.reference.execute(&crossing).0, Stop::Exhausted(Exhausted::PhysicalMemory).code());
        driver.reference.blocks.remove(&0x555);
        driver.run(&[crossing]);
        assert!(driver.reference.blocks.contains_key(&0x555));
        driver.run(&[
            load(8, 0x554 * BLOCK + 4088),
            load(8, 0x555 * BLOCK),
            store(8, 0x555 * BLOCK),
            store(1, 0x554 * BLOCK),
        ]);
        driver.compare(&[0x554, 0x555]);
        assert_eq!(driver.reference.blocks.len(), PLACES);
    }
}

/// A search that the end of a run cuts off neither writes nor takes anything.
#[test]
fn a_held_access_ends_with_the_run() {
    for cycles in 1..60 {
        let mut driver = Driver::new(6);
        let taken: Vec<Access> = (0..12).map(|block| store(1, 17 * block * BLOCK)).collect();
        driver.run(&taken);
        let late = store(8, 17 * 20 * BLOCK - 4);
        driver.present(&late);
        driver.clock();
        let m = &mut driver.memory;
        (m.take.next, m.take_low.next, m.valid.next) = (false, false, false);
        driver.settle();
        let mut ended = false;
        for _ in 0..cycles {
            ended |= driver.memory.done.val();
            driver.clock();
        }
        driver.memory.run.next = false;
        driver.settle();
        (0..40).for_each(|_| driver.clock());
        assert!(!driver.memory.busy.val(), "after {cycles} cycles");
        driver.host_ends();
        if ended {
            driver.reference.execute(&late);
        }
        let before: Vec<u64> = (0..12).map(|block| 17 * block).collect();
        driver.compare(&before);
        let words = [driver.host(late.address / 4), driver.host(late.address / 4 + 1)];
        let data = [late.data as u32, (late.data >> 32) as u32];
        assert!(!ended || words == data, "{cycles}");
        assert!(words == [0; 2] || cycles > 24, "{cycles}: {words:x?}");
    }
}
