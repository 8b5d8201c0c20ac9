//! A pool in which each block has one place.

use super::*;

/// The pool of `alchitry-cu`.
const MAP: Map = Map { block_log2: 9, memory_log2: 11 };
const BLOCK: u64 = 1 << MAP.block_log2;

fn pool(seed: u64) -> Driver<11, 9> {
    let memory = LinearMemory { direct_map: DirectMap::new(MAP), ..LinearMemory::default() };
    let reference = Reference { block: BLOCK, places: 4, map: Some(MAP), ..Reference::default() };
    Driver::new(memory, reference, seed)
}

#[test]
fn random_accesses_agree_with_a_map_of_blocks() {
    let (mut traps, mut exhausted, mut later) = (0, 0, 0);
    for seed in 0..36 {
        let mut driver = pool(seed);
        // Neighbours; those with the place of the first one; the last ones that there are; any.
        let last = REACH / BLOCK - 1;
        let mut blocks: Vec<u64> = (0..6).chain([16 + 1, 64 + 1, 16 + 64, last, last + 1, 0x7f_ffff]).collect();
        blocks.extend((0..8).map(|_| driver.random.random_range(0..1 << 23)));
        driver.declare([1 << 32, 1 << 32, 0xffff_fffe, 5 << 9][seed as usize % 4]);
        for _ in 0..40 {
            let access = driver.access(&blocks);
            let mut probe = driver.reference.clone();
            let code = probe.execute(&access).0;
            traps += usize::from(code == Stop::Trap(Trap::OutOfBoundsMemory).code());
            let refused = code == Stop::Exhausted(Exhausted::PhysicalMemory).code();
            exhausted += usize::from(refused);
            later += usize::from(refused && probe.has_room(access.address / BLOCK));
            driver.run(&[access]);
            let (row, word) = (driver.random.random_range(0..BLOCK / 4), driver.random.random());
            let block = blocks[driver.random.random_range(0..blocks.len())];
            if block <= last && driver.random.random_ratio(1, 8) {
                driver.host_writes(block * (BLOCK / 4) + row, word);
            }
        }
        driver.compare(&blocks);
    }
    assert!(traps > 20 && exhausted > 100 && later > 5, "{traps} {exhausted} {later}");
}

#[test]
fn accesses_follow_each_other_as_fast_as_without_a_pool() {
    let mut driver = pool(4);
    // Far from each other.
    let block = |place: u64| (1000 * place..).find(|&block| MAP.place(block * BLOCK) == place).unwrap();
    let stores: Vec<Access> = (0..4).map(|place| store(4, block(place) * BLOCK + 8)).collect();
    assert_eq!(driver.run(&stores), [1; 4]);
    let loads: Vec<Access> = stores.iter().map(|&a| Access { store: false, ..a }).collect();
    assert_eq!(driver.run(&loads), [1; 4]);
    let mut driver = pool(4);
    assert_eq!(driver.run(&[load(4, 2 * BLOCK - 2), load(8, BLOCK + 6), store(8, BLOCK + 1)]), [2, 3, 3]);
}

#[test]
fn a_pool_that_is_cleared_is_free_and_zero() {
    let mut driver = pool(7);
    driver.run(&(0..4).map(|block| store(8, block * BLOCK + 100 * block)).collect::<Vec<_>>());
    driver.clear();
    driver.run(&(0..4).map(|block| load(8, (block + 100) * BLOCK + 100 * block)).collect::<Vec<_>>());
    driver.run(&(0..4).map(|block| store(1, (block + 100) * BLOCK)).collect::<Vec<_>>());
    driver.run(&[load(8, 0), load(1, 100 * BLOCK)]);
    driver.compare(&(0..120).collect::<Vec<_>>());
}

/// What comes before the block without place is written, and nothing behind it.
#[test]
fn a_store_that_goes_on_into_a_block_without_place_ends_there() {
    for (bytes, back) in [(2, 1), (4, 1), (4, 3), (8, 1), (8, 4), (8, 7)] {
        let mut driver = pool(5);
        // Its place is that of block 1.
        let other = (2..).find(|&block| MAP.place(block * BLOCK) == MAP.place(BLOCK)).unwrap();
        driver.run(&[store(8, other * BLOCK), store(bytes, BLOCK - back), load(8, other * BLOCK), load(8, BLOCK - 8)]);
        assert!(!driver.reference.blocks.contains_key(&1) && driver.reference.byte(BLOCK - back) != 0);
        driver.compare(&[0, 1, other]);
    }
}
