//! A pool whose blocks are looked for.

use super::*;

const PLACES: usize = 16;
const BLOCK: u64 = 1 << 12;

fn pool(seed: u64) -> Driver<16, 14> {
    Driver::new(LinearMemory::with_one_port(), Reference { block: BLOCK, places: PLACES, ..Reference::default() }, seed)
}

#[test]
fn random_accesses_agree_with_a_map_of_blocks() {
    let mut driver;
    let (mut stops, mut full) = ([0, 0], 0);
    for seed in 0..4 {
        driver = pool(seed);
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
                    let mut probe = driver.reference.clone();
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
    let mut driver = pool(4);
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
    let mut driver = pool(7);
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
        let mut driver = pool(5);
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
        let mut driver = pool(6);
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
