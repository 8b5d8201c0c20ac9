//! The controllers, the full and the compact one, against an array of bytes.

use super::*;
use isa::outcome::{Exhausted, Stop, Trap};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rust_hdl::core::simulate::simulate;

/// 256 bytes: small enough that every boundary is met often.
type Memory = LinearMemory<8, 6>;
const PHYSICAL: u64 = 256;

#[derive(Clone, Copy, Debug)]
struct Access {
    store: bool,
    bytes: u64,
    signed: bool,
    base: u32,
    offset: u32,
    data: u64,
}

/// What M must say of an access.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Expected {
    stop: u8,
    passes: u64,
    loaded: Option<u64>,
    raw: u64,
}

struct Reference {
    compact: bool,
    bytes: Vec<u8>,
    declared: u64,
}

impl Reference {
    fn execute(&mut self, a: &Access) -> Expected {
        let address = a.base as u64 + a.offset as u64;
        let end = address + a.bytes;
        let stop = if end > self.declared {
            Stop::Trap(Trap::OutOfBoundsMemory).code()
        } else if end > PHYSICAL {
            Stop::Exhausted(Exhausted::PhysicalMemory).code()
        } else {
            0
        };
        if stop != 0 {
            return Expected { stop, passes: 1, loaded: None, raw: 0 };
        }
        let word = a.bytes.min(4);
        let rows = 1 + (address % 4 + word > 4) as u64 + (a.bytes == 8) as u64;
        let passes = rows + (self.compact && !a.store) as u64;
        let place = &mut self.bytes[address as usize..end as usize];
        let mut raw = [0; 8];
        if a.store {
            place.copy_from_slice(&a.data.to_le_bytes()[..place.len()]);
        }
        raw[..place.len()].copy_from_slice(place);
        let raw = u64::from_le_bytes(raw);
        let unused = 64 - 8 * a.bytes;
        let extended = if a.signed { ((raw << unused) as i64 >> unused) as u64 } else { raw };
        Expected { stop, passes, loaded: (!a.store).then_some(extended), raw }
    }
}

struct Driver {
    memory: Memory,
    reference: Reference,
    /// The access in M, what it must give, and its pass from 1.
    m: Option<(Access, Expected, u64)>,
}

impl Driver {
    fn new(compact: bool) -> Self {
        let mut memory = if compact { Memory::with_one_port() } else { Memory::default() };
        memory.connect_all();
        memory.compact.next = compact;
        let reference = Reference { compact, bytes: vec![0; PHYSICAL as usize], declared: 0 };
        Driver { memory, reference, m: None }
    }

    fn both() -> impl Iterator<Item = Self> {
        [false, true].into_iter().map(Driver::new)
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
        self.memory.windowed.next = bytes % 2 == 1;
        self.memory.window.next = PHYSICAL.into();
        self.idle(2);
    }

    fn idle(&mut self, cycles: usize) {
        for _ in 0..cycles {
            self.cycle(None);
        }
    }

    fn present(&mut self, access: &Access) {
        let m = &mut self.memory;
        m.base.next = (access.base as u64).into();
        m.offset.next = (access.offset as u64).into();
        m.data.next = LateData::early(access.data);
        m.control.next = Control {
            load: !access.store,
            store: access.store,
            bytes1: access.bytes == 1,
            bytes2: access.bytes == 2,
            double: access.bytes == 8,
            signed: access.signed,
            ..Control::default()
        };
    }

    /// One cycle with this access in X; false if it stays there.
    fn cycle(&mut self, access: Option<&Access>) -> bool {
        self.memory.take.next = false;
        self.memory.take_low.next = false;
        self.memory.valid.next = false;
        self.settle();
        let (busy, storing) = (self.memory.busy.val(), self.memory.storing.val());
        let leaves = access.filter(|a| !busy && (a.store || !storing));
        if let Some(a) = leaves {
            self.present(a);
        }
        self.memory.take.next = leaves.is_some();
        self.memory.take_low.next = leaves.is_some();
        self.memory.valid.next = leaves.is_some();
        self.settle();
        let stopped = self.check();
        if !busy || stopped {
            self.m = leaves.filter(|_| !stopped).map(|a| (*a, self.reference.execute(a), 1));
        }
        self.clock();
        leaves.is_some()
    }

    /// Checks the outputs of stage M; whether its access stops.
    fn check(&mut self) -> bool {
        let memory = &self.memory;
        let stop = memory.stop.val().to_u8();
        let Some((access, expected, pass)) = &mut self.m else {
            assert!(stop == 0 && !memory.busy.val() && !memory.done.val() && !memory.storing.val());
            return false;
        };
        let (ends, stops) = (*pass == expected.passes, expected.stop != 0);
        assert_eq!(stop, if *pass == 1 { expected.stop } else { 0 }, "{access:x?}");
        // An access that stops may be busy for the passes that it does not make.
        assert!(stops || memory.busy.val() != ends, "{access:x?} pass {pass}");
        assert_eq!(memory.refused.val(), stop != 0, "{access:x?} pass {pass}");
        assert_eq!(memory.done.val(), ends && !stops, "{access:x?} pass {pass}");
        assert_eq!(memory.storing.val(), access.store, "{access:x?}");
        if memory.done.val() {
            if let Some(value) = expected.loaded {
                assert_eq!(memory.value.val().to_u64(), value, "{access:x?}");
            }
            assert_eq!(memory.access_data.val().to_u64(), expected.raw, "{access:x?}");
            assert_eq!(memory.access_bytes.val().to_u64(), access.bytes);
            assert_eq!(memory.access_address.val().to_u32(), access.base.wrapping_add(access.offset));
        }
        *pass += 1;
        stops
    }

    fn run(&mut self, accesses: &[Access]) -> usize {
        let mut cycles = 0;
        for access in accesses {
            while !self.cycle(Some(access)) {
                cycles += 1;
            }
            cycles += 1;
        }
        cycles
    }

    /// Reads the whole memory through the host port.
    fn compare(&mut self) {
        self.idle(9);
        for row in 0..PHYSICAL / 4 {
            self.memory.port_read_row.next = row.into();
            self.memory.port_read.next = true;
            self.clock();
            self.memory.port_read.next = false;
            self.settle();
            let bytes = self.memory.port_rdata.val().to_u32().to_le_bytes();
            assert_eq!(bytes, self.reference.bytes[4 * row as usize..][..4], "row {row}");
        }
    }
}

struct Random(StdRng);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0.random_range(0..limit)
    }

    /// An access near a place where something changes, or anywhere.
    fn access(&mut self, declared: u64) -> Access {
        let place = match self.below(16) {
            0 => declared,
            1 => PHYSICAL,
            2 => 1 << 32,
            3 => 1 << 31,
            4 => self.below(1 << 32),
            _ => self.below(declared.clamp(1, PHYSICAL)),
        };
        let address = place.wrapping_add(self.below(12)).saturating_sub(8);
        let base = match self.below(3) {
            0 => address.min(u32::MAX as u64),
            1 => address.saturating_sub(u32::MAX as u64),
            _ => address.saturating_sub(self.below(64)).min(u32::MAX as u64),
        };
        Access {
            store: self.below(2) == 0,
            bytes: 1 << self.below(4),
            signed: self.below(2) == 0,
            base: base as u32,
            offset: (address - base).min(u32::MAX as u64) as u32,
            data: self.0.random(),
        }
    }
}

#[test]
fn random_accesses_agree_with_an_array_of_bytes() {
    let mut random = Random(StdRng::seed_from_u64(7));
    let sizes = [0, 1, 3, 7, 8, 9, 100, 253, 255, 256, 257, 260, 264, 1000, 1 << 16, (1 << 32) - 1, 1 << 32];
    for mut driver in Driver::both() {
        for &declared in sizes.iter().chain(&[256, 256, 100]) {
            driver.declare(declared);
            for _ in 0..400 {
                let access = random.access(declared);
                driver.run(&[access]);
                if random.below(4) == 0 {
                    driver.idle(1);
                }
            }
            driver.compare();
        }
    }
}

#[test]
fn every_size_at_every_boundary() {
    for mut driver in Driver::both() {
        for declared in [0, 1, 5, 8, 10, 250, 256, 258, 300] {
            driver.declare(declared);
            let places = (0..10).chain(declared.saturating_sub(9)..declared + 3).chain(244..260);
            for address in places {
                for (bytes, store) in [1, 2, 4, 8].into_iter().flat_map(|n| [(n, true), (n, false)]) {
                    let data = address.wrapping_mul(0x0123_4567_89ab_cdef) ^ declared;
                    driver.run(&[Access { store, bytes, signed: true, base: address as u32, offset: 0, data }]);
                }
            }
            driver.compare();
        }
    }
}

#[test]
fn one_access_a_cycle() {
    let mut driver = Driver::new(false);
    driver.declare(256);
    let access = |store, address| Access {
        store,
        bytes: 4,
        signed: false,
        base: address,
        offset: 0,
        data: 0x0101_0101_u64.wrapping_mul(address as u64),
    };
    let stores: Vec<_> = (0..8).map(|i| access(true, 4 * i)).collect();
    let loads: Vec<_> = (0..8).map(|i| access(false, 4 * i)).collect();
    assert_eq!(driver.run(&stores), 8, "stores");
    assert_eq!(driver.run(&loads), 9, "loads, the first after a store");
    let both: Vec<_> = (0..4).flat_map(|i| [access(true, 4 * i + 64), access(false, 4 * i + 64)]).collect();
    assert_eq!(driver.run(&both), 4 + 2 * 4, "a load after a store waits one cycle");
    driver.compare();
}

#[test]
fn nothing_happens_after_a_stop() {
    for mut driver in Driver::both() {
        driver.declare(100);
        // One pass: while a longer one is busy nothing leaves X.
        let bad = Access { store: true, bytes: 1, signed: false, base: 100, offset: 0, data: !0 };
        let good = Access { store: true, bytes: 8, signed: false, base: 8, offset: 0, data: !0 };
        driver.run(&[bad, good]);
        assert_eq!(driver.reference.bytes[8], 0, "the store after it was dropped");
        driver.compare();
    }
}

#[test]
fn host_writes_whole_rows() {
    for mut driver in Driver::both() {
        for row in 0..PHYSICAL / 4 {
            let data = (row as u32).wrapping_mul(0x9e37_79b9);
            driver.memory.port_write_row.next = row.into();
            driver.memory.port_wdata.next = (data as u64).into();
            driver.memory.port_enables.next = 15.into();
            driver.clock();
            driver.reference.bytes[4 * row as usize..][..4].copy_from_slice(&data.to_le_bytes());
        }
        driver.memory.port_enables.next = 0.into();
        driver.compare();
    }
}

/// What is no load passes through, its low half perhaps a cycle before the rest; or something else takes its place.
#[test]
fn results_and_replacements_come_out_as_they_are() {
    let (mut driver, mut random) = (Driver::new(false), Random(StdRng::seed_from_u64(8)));
    driver.declare(PHYSICAL);
    for _ in 0..200 {
        let [early, late, read, given]: [u64; 4] = random.0.random();
        let split = random.below(2) == 0;
        let m = &mut driver.memory;
        m.control.next = Control::default();
        (m.data.next, m.take.next, m.take_low.next) = (LateData::early(early), false, split);
        driver.clock();
        let m = &mut driver.memory;
        (m.data.next, m.take.next, m.take_low.next) = (LateData::early(late), true, !split);
        driver.clock();
        let m = &mut driver.memory;
        (m.data.next, m.take.next, m.take_low.next) = (LateData::early(!late), false, false);
        (m.read.next, m.given.next) = (read.into(), given.into());
        let low = if split { early } else { late };
        let result = late >> 32 << 32 | low & 0xffff_ffff;
        for (replace, replace_read, replace_given, value) in [
            (false, true, false, result),
            (true, true, false, read),
            (true, false, true, given),
            (true, false, false, 0),
        ] {
            let m = &mut driver.memory;
            (m.replace.next, m.replace_read.next, m.replace_given.next) = (replace, replace_read, replace_given);
            driver.settle();
            assert_eq!(driver.memory.value.val().to_u64(), value, "{replace} {replace_read} {replace_given}");
            assert_eq!(driver.memory.held.val().to_u64(), result);
        }
        driver.memory.replace.next = false;
    }
}
