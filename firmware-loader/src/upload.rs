//! An image as what is sent to a board: rows of bytes, only those that are needed, and what they add up to.

use isa::host::{POOL, Space};
use isa::image::Image;
use isa::plan::CorePlan;
use isa::rows::Row;
use isa::wire::frame::{Crc32, PAYLOAD_MAX};
use isa::wire::{Command, Commit, Hello, Range, Request};

/// Rows in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    pub space: Space,
    pub first: u32,
    /// Whole rows.
    pub bytes: Vec<u8>,
}

/// A request on the way to a loaded image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub command: Command,
    /// Without a number.
    pub request: Request,
    /// Bytes of the image in it.
    pub bytes: usize,
    /// Cycles that it may take the board, beside those of every answer.
    pub work: u64,
}

/// More cycles than any board needs for a byte that it compares and resolves, or for a row that it clears.
const CYCLES_FOR_BYTE: u64 = 64;

impl Block {
    fn holds(&self, row: u32) -> bool {
        (self.first..self.first + rows(self)).contains(&row)
    }
}

/// Everything that a board needs before a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// See [`cleared`].
    pub cleared_from: u32,
    pub cleared: u32,
    pub blocks: Vec<Block>,
    pub commit: Commit,
}

impl Upload {
    /// For the core that says hello and has this plan, for which the image must have been made.
    pub fn new(image: &Image, plan: &CorePlan, hello: &Hello) -> Upload {
        let tables = tables(image, plan);
        let memory = memory(image, plan);
        let (cleared_from, cleared) = cleared(image, plan);
        let mut ranges = Vec::new();
        let mut crc = Crc32::default();
        for block in tables.iter().chain(&memory).filter(|b| !b.bytes.is_empty() && hello.can_read(b.space)) {
            ranges.push(Range { space: block.space as u8, first: block.first, rows: rows(block) });
            crc.update(&block.bytes);
        }
        let commit = Commit { crc: crc.value(), image: 0, registers: image.registers(), ranges };
        let mut blocks = tables;
        blocks.extend(memory.iter().flat_map(filled));
        let mut upload = Upload { cleared_from, cleared, blocks, commit };
        upload.commit.image = upload.digest(image.start);
        upload
    }

    /// Of everything that decides what calls do: all that is written, and what has run before them.
    fn digest(&self, start: Option<u32>) -> u32 {
        let mut crc = Crc32::default();
        let mut number = |number: u32| crc.update(&number.to_le_bytes());
        [self.cleared_from, self.cleared, start.unwrap_or(u32::MAX)].into_iter().for_each(&mut number);
        for block in &self.blocks {
            [block.space as u32, block.first, rows(block)].into_iter().for_each(&mut number);
        }
        self.blocks.iter().for_each(|block| crc.update(&block.bytes));
        self.commit.registers.iter().for_each(|register| crc.update(&register.to_le_bytes()));
        crc.value()
    }

    /// The same for a board that does not say whether it has done what it was asked for: a row of linear memory that is 0
    /// in the image is written first, by the block beside the upload, and compared in the end, so that memory which was not
    /// cleared is found.
    #[must_use]
    pub fn unattended(mut self) -> (Option<Block>, Upload) {
        let written = |row: u32| self.blocks.iter().any(|block| block.space == Space::Memory && block.holds(row));
        let Some(row) = (0..self.cleared).find(|&row| !written(row)) else { return (None, self) };
        let guard = |byte: u8| Block { space: Space::Memory, first: row, bytes: vec![byte; MEMORY_ROW] };
        let mut crc = Crc32::behind(self.commit.crc);
        crc.update(&guard(0).bytes);
        self.commit.crc = crc.value();
        self.commit.ranges.push(Range { space: Space::Memory as u8, first: row, rows: 1 });
        (Some(guard(u8::MAX)), self)
    }

    /// Bytes in all blocks.
    pub fn bytes(&self) -> usize {
        self.blocks.iter().map(|block| block.bytes.len()).sum()
    }

    /// Makes linear memory 0, if the module has one. Comes first.
    pub fn clear(&self) -> Option<Step> {
        let rows = self.cleared.to_le_bytes()[..3].to_vec();
        let request = Request::new(0, Command::Clear).at(Space::Memory, self.cleared_from).with(rows);
        let work = u64::from(self.cleared) * CYCLES_FOR_BYTE;
        (self.cleared > 0).then_some(Step { command: Command::Clear, request, bytes: 0, work })
    }

    /// Writes the blocks.
    pub fn writes(&self) -> impl Iterator<Item = Step> {
        self.blocks.iter().flat_map(|block| writes(Command::Load, block))
    }

    /// Makes it an image that runs. Comes last.
    pub fn commit(&self) -> Step {
        let request = Request::new(0, Command::Commit).with(self.commit.encode());
        let work = self.compared() as u64 * CYCLES_FOR_BYTE;
        Step { command: Command::Commit, request, bytes: 0, work }
    }

    /// Bytes that the board compares.
    pub fn compared(&self) -> usize {
        let row = |range: &Range| Space::from_code(range.space).map_or(0, Space::row_bytes);
        self.commit.ranges.iter().map(|range| range.rows as usize * row(range)).sum()
    }
}

/// Writes a block, by a command that does so.
pub fn writes(command: Command, block: &Block) -> impl Iterator<Item = Step> {
    let rows = PAYLOAD_MAX / block.space.row_bytes();
    let frames = block.bytes.chunks(rows * block.space.row_bytes());
    (block.first..).step_by(rows).zip(frames).map(move |(at, bytes)| {
        let request = Request::new(0, command).at(block.space, at).with(bytes.to_vec());
        Step { command, request, bytes: bytes.len(), work: 0 }
    })
}

/// Most ranges of linear memory in a commit, which has some of other spaces beside them.
const MEMORY_RANGES: usize = 16;
const MEMORY_ROW: usize = Space::Memory.row_bytes();

/// The first row of linear memory, or of its pool, and how many from there on have to be 0 before an image is written.
pub fn cleared(image: &Image, plan: &CorePlan) -> (u32, u32) {
    let rows = if image.uses_memory() { (plan.memory_bytes() / MEMORY_ROW as u64) as u32 } else { 0 };
    (if plan.has_pool() { POOL } else { 0 }, rows)
}

fn rows(block: &Block) -> u32 {
    (block.bytes.len() / block.space.row_bytes()) as u32
}

/// The image's rows, in a block for each run of them.
fn tables(image: &Image, plan: &CorePlan) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for Row { space, number, bits } in image.rows(plan) {
        let bytes = &bits.to_le_bytes()[..space.row_bytes()];
        match blocks.last_mut().filter(|block| block.space == space && block.first + rows(block) == number) {
            Some(block) => block.bytes.extend(bytes),
            None => blocks.push(Block { space, first: number, bytes: bytes.to_vec() }),
        }
    }
    blocks
}

/// All of linear memory, if the module has one: what it finds there has to be 0 wherever it has no data. Of a pool the
/// blocks that have data.
fn memory(image: &Image, plan: &CorePlan) -> Vec<Block> {
    let all = Block { space: Space::Memory, first: 0, bytes: vec![0; plan.memory_bytes() as usize] };
    let mut blocks = match plan.sizes.block_log2 {
        _ if !image.uses_memory() => Vec::new(),
        None => vec![all],
        Some(log2) => {
            let first = |number: u64| ((number << log2) / MEMORY_ROW as u64) as u32;
            let block = |number| Block { space: Space::Memory, first: first(number), bytes: vec![0; 1 << log2] };
            joined(image.blocks(log2).into_iter().map(block).collect())
        }
    };
    for (row, word) in image.memory_rows() {
        // An image that fits its plan has nothing beyond.
        let place = blocks.iter_mut().find_map(|block| {
            let at = row.checked_sub(block.first)? as usize * MEMORY_ROW;
            block.bytes.get_mut(at..at + MEMORY_ROW)
        });
        place.into_iter().for_each(|place| place.copy_from_slice(&word.to_le_bytes()));
    }
    blocks
}

/// The same in at most [`MEMORY_RANGES`] blocks: what is absent between two of them reads as 0.
fn joined(mut blocks: Vec<Block>) -> Vec<Block> {
    blocks.sort_by_key(|block| block.first);
    let gap = |pair: &[Block]| pair[1].first - pair[0].first - rows(&pair[0]);
    let mut gaps: Vec<u32> = blocks.windows(2).map(gap).filter(|&gap| gap > 0).collect();
    gaps.sort_unstable_by(|a, b| b.cmp(a));
    // Those that are no longer than the first one beyond the most are filled.
    let filled = gaps.get(MEMORY_RANGES - 1).copied().unwrap_or(0);
    let mut joined: Vec<Block> = Vec::new();
    for block in blocks {
        match joined.last_mut() {
            Some(last) if block.first - last.first - rows(last) <= filled => {
                last.bytes.resize((block.first - last.first) as usize * MEMORY_ROW, 0);
                last.bytes.extend(block.bytes);
            }
            _ => joined.push(block),
        }
    }
    joined
}

/// What is not 0. A gap costs less than another frame if it is short.
fn filled(memory: &Block) -> Vec<Block> {
    const GAP: u32 = 4;
    let row_bytes = memory.space.row_bytes();
    let mut runs: Vec<std::ops::Range<u32>> = Vec::new();
    for (row, bytes) in (memory.first..).zip(memory.bytes.chunks(row_bytes)) {
        match runs.last_mut() {
            _ if bytes.iter().all(|&byte| byte == 0) => {}
            Some(run) if row - run.end <= GAP => run.end = row + 1,
            _ => runs.push(row..row + 1),
        }
    }
    let block = |run: std::ops::Range<u32>| {
        let [start, end] = [run.start, run.end].map(|row| (row - memory.first) as usize * row_bytes);
        let bytes = memory.bytes[start..end].to_vec();
        Block { space: memory.space, first: run.start, bytes }
    };
    runs.into_iter().map(block).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use boards::{ALCHITRY_CU, ICEBREAKER};
    use isa::image::Segment;
    use isa::wire::Features;
    use isa::wire::frame::crc32;

    fn hello(readable: u8) -> Hello {
        let (features, sizes, board) = (Features::default(), [0; 8], Hello::board("test"));
        Hello { echo: 0, version: 1, features, readable, sizes, clock: 0, board }
    }

    fn image() -> Image {
        let mut image = Image { code: (1..=9).collect(), marks: vec![0xf, 0, 1], ..Image::default() };
        image.slots = vec![7, u64::MAX];
        image.layout.base = 2;
        let segment = |address, bytes: &[u8]| Segment { address, bytes: bytes.to_vec() };
        image.memory.max_bytes = 256;
        image.memory.segments = vec![segment(3, &[1, 2, 3]), segment(4, &[9]), segment(100, &[5])];
        image
    }

    #[test]
    fn rows_are_little_endian_and_segments_overlap_in_order() {
        let upload = Upload::new(&image(), &ICEBREAKER, &hello(0xff));
        let block = |space, first, bytes: &[u8]| Block { space, first, bytes: bytes.to_vec() };
        let blocks = [
            block(Space::Code, 0, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0, 0, 0, 0, 0, 0]),
            block(Space::Stack, 0, &[&[7, 0, 0, 0, 0, 0, 0, 0][..], &[0xff; 8]].concat()),
            block(Space::Marks, 0, &[0x0f, 1, 0, 0]),
            block(Space::Memory, 0, &[0, 0, 0, 1, 9, 3, 0, 0]),
            block(Space::Memory, 25, &[5, 0, 0, 0]),
        ];
        assert_eq!(upload.blocks, blocks);
        assert_eq!((upload.cleared_from, u64::from(upload.cleared)), (POOL, ICEBREAKER.memory_bytes() / 4));
        assert_eq!(upload.commit.registers, [2, 0, 0, 0, 0, 0]);
    }

    #[test]
    fn a_resolver_is_given_what_it_reads() {
        let mut image = image();
        image.resolution.slots = vec![0x55];
        image.functions = vec![Default::default(); 3];
        image.resolution.first_function = 1;
        image.resolution.code_last = 8;
        let upload = Upload::new(&image, &ALCHITRY_CU, &hello(0xff));
        let sizes: Vec<_> = upload.blocks.iter().map(|b| (b.space, b.bytes.len())).collect();
        let tables = [(Space::Code, 16), (Space::Stack, 24), (Space::Functions, 12)];
        assert_eq!(sizes[..3], tables);
        assert!(sizes[3..].iter().all(|&(space, _)| space == Space::Memory), "{sizes:?}");
        assert_eq!(upload.commit.registers[5], 1 << 32 | 8);
    }

    /// As many ranges as a commit takes, however the data lie.
    #[test]
    fn a_commit_takes_every_image() {
        let log2 = ICEBREAKER.sizes.block_log2.expect("a pool");
        for distance in [1, 2, 7] {
            let mut image = image();
            let address = |block: u32| (block * distance) << log2;
            image.memory.max_bytes = u64::from(address(60));
            image.memory.segments = (0..40).map(|block| Segment { address: address(block), bytes: vec![1] }).collect();
            let upload = Upload::new(&image, &ICEBREAKER, &hello(0xff));
            let memory = upload.commit.ranges.iter().filter(|range| range.space == Space::Memory as u8);
            assert!((1..=MEMORY_RANGES).contains(&memory.clone().count()), "{distance}");
            assert!(upload.commit.ranges.len() < Commit::RANGES, "{distance}");
            let covered = |row| memory.clone().any(|range| (range.first..range.first + range.rows).contains(&row));
            assert!((0..40).all(|block| covered(address(block) / MEMORY_ROW as u32)), "{distance}");
            assert_eq!(Commit::decode(&upload.commit.encode()), Some(upload.commit.clone()));
        }
    }

    /// A row that nobody writes is made something else before everything is cleared, and compared with 0.
    #[test]
    fn what_was_not_cleared_is_found() {
        let upload = Upload::new(&image(), &ICEBREAKER, &hello(0xff));
        let (crc, ranges) = (upload.commit.crc, upload.commit.ranges.len());
        let (guard, upload) = upload.unattended();
        let guard = guard.expect("a guard");
        // Rows 0 and 1 have data.
        assert_eq!((guard.space, guard.first, &guard.bytes[..]), (Space::Memory, 2, &[0xff; 4][..]));
        let range = Range { space: Space::Memory as u8, first: 2, rows: 1 };
        assert_eq!((upload.commit.ranges.len(), upload.commit.ranges.last()), (ranges + 1, Some(&range)));
        let mut longer = Crc32::behind(crc);
        longer.update(&[0; 4]);
        assert_eq!(upload.commit.crc, longer.value());
    }

    #[test]
    fn the_crc_is_over_what_can_be_read() {
        let upload = Upload::new(&image(), &ICEBREAKER, &hello(1 << 1 | 1 << 5));
        let ranges: Vec<_> = upload.commit.ranges.iter().map(|r| (r.space, r.first, r.rows)).collect();
        assert_eq!(ranges, [(1, 0, 2), (5, 0, 2)]);
        assert_eq!(upload.compared(), 32);
        let bytes = [&upload.blocks[0].bytes[..], &upload.blocks[1].bytes].concat();
        assert_eq!(upload.commit.crc, crc32(&bytes));
        let whole = Upload::new(&image(), &ICEBREAKER, &hello(0xff));
        assert_eq!(whole.compared(), 16 + 16 + 4 + 4096, "the block that has data");
        let whole = Upload::new(&image(), &ALCHITRY_CU, &hello(0xff));
        assert_eq!(whole.compared(), 16 + 16 + 512, "the same without the tables that it makes by itself");
    }
}
