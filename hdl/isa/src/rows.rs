//! An image as what is written through the host port: rows of the spaces, and registers.

use crate::host::{Space, control};
use crate::image::Image;
use crate::millicode::Routine;
use crate::plan::CorePlan;
use crate::stream;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

/// Code bytes in a row, and marks.
const CODE_ROW: usize = 8;

/// A row and the bits that it gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    pub space: Space,
    pub number: u32,
    pub bits: u128,
}

/// Rows of a space from the first one on.
fn rows(space: Space, bits: impl Iterator<Item = u128>) -> impl Iterator<Item = Row> {
    (0..).zip(bits).map(move |(number, bits)| Row { space, number, bits })
}

/// Values of `bits` bits each, the first one lowest.
fn pack(values: &[u8], bits: u32) -> u128 {
    values.iter().rev().fold(0, |row, &value| row << bits | u128::from(value))
}

impl Image {
    /// The rows that a core of this plan is given, but for linear memory: space by space in ascending order, without a
    /// gap but for what is counted from the end: the functions of the library, and a compact core's branch entries in its
    /// code. A core with a resolver makes marks, branch
    /// entries and the entries of the module's own functions itself, of the code and of what it is given behind the
    /// slots.
    pub fn rows<'a>(&'a self, plan: &'a CorePlan) -> impl Iterator<Item = Row> + 'a {
        let imported = &self.functions[..self.resolution.first_function as usize];
        let (functions, marks, branches, resolution) = match plan.has_resolver() {
            true => (imported, &[][..], &[][..], &self.resolution.slots[..]),
            false => (&self.functions[..], &self.marks[..], &self.branches[..], &[][..]),
        };
        let (streamed, branches) = if plan.is_compact() { (branches, &[][..]) } else { (&[][..], branches) };
        let streamed = (0..streamed.len() as u32).zip(streamed).rev().map(|(index, entry)| {
            let (number, bits) = (stream::row(index, plan), stream::bits(entry, plan));
            Row { space: Space::Code, number, bits }
        });
        let routine = |routine: &Routine| {
            let (number, bits) = (routine.index(plan), routine.entry.pack(plan));
            Row { space: Space::Functions, number, bits }
        };
        let mut routines: Vec<Row> = self.routines.iter().map(routine).collect();
        routines.sort_by_key(|row| row.number);
        rows(Space::Code, self.code.chunks(CODE_ROW).map(|row| pack(row, 8)))
            .chain(streamed)
            .chain(rows(Space::Stack, self.slots.iter().chain(resolution).map(|&bits| bits.into())))
            .chain(rows(Space::Functions, functions.iter().map(|entry| entry.pack(plan))))
            .chain(routines)
            .chain(rows(Space::Marks, marks.chunks(CODE_ROW).map(|row| pack(row, 4))))
            .chain(rows(Space::Branches, branches.iter().map(|entry| entry.pack(plan))))
    }

    /// The rows of linear memory that segments touch, as numbers and words; later segments overwrite earlier ones. All
    /// others are 0.
    pub fn memory_rows(&self) -> BTreeMap<u32, u32> {
        let mut words = BTreeMap::new();
        for segment in self.memory.segments.iter().chain(&self.passive) {
            for (address, &byte) in (segment.address..).zip(&segment.bytes) {
                let shift = address % 4 * 8;
                let word: &mut u32 = words.entry(address / 4).or_default();
                *word = *word & !(0xff << shift) | u32::from(byte) << shift;
            }
        }
        words
    }

    /// Whether the module has a linear memory or passive data.
    pub fn uses_memory(&self) -> bool {
        self.memory.max_bytes > 0 || !self.memory.segments.is_empty() || !self.passive.is_empty()
    }

    /// Values of the registers [`control::IMAGE`], in their order.
    pub fn registers(&self) -> [u128; control::IMAGE.len()] {
        let layout = &self.layout;
        let slots = u128::from(layout.tables) | u128::from(layout.elements) << 16 | u128::from(layout.data) << 32;
        let own = [
            (control::STACK_BASE, layout.base.into()),
            (control::LAYOUT, slots),
            (control::RESOLVE, self.resolution.registers()),
        ];
        let values: BTreeMap<u32, u128> = own.into_iter().chain(self.memory_sizes().registers()).collect();
        control::IMAGE.map(|register| values.get(&register).copied().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::branch::BranchEntry;
    use crate::image::{FunctionEntry, Segment};
    use crate::pack::tests::PLAN;
    use crate::plan::CoreKind;
    use alloc::vec;

    fn image() -> Image {
        let mut image = Image { code: (1..=9).collect(), marks: vec![0xf, 0, 1], ..Image::default() };
        image.slots = vec![7, u64::MAX];
        image.functions = vec![FunctionEntry::default(); 3];
        image.branches = vec![BranchEntry::default()];
        image.resolution.slots = vec![0x55];
        image.resolution.first_function = 1;
        image.layout.base = 2;
        let segment = |address, bytes: &[u8]| Segment { address, bytes: bytes.to_vec() };
        image.memory.segments = vec![segment(3, &[1, 2, 3]), segment(4, &[9])];
        image
    }

    fn of(space: Space, plan: &CorePlan) -> Vec<(u32, u128)> {
        image().rows(plan).filter(|row| row.space == space).map(|row| (row.number, row.bits)).collect()
    }

    #[test]
    fn rows_are_little_endian_and_segments_overlap_in_order() {
        let plan = CorePlan { kind: CoreKind::Full { resolver: false }, ..PLAN };
        assert_eq!(of(Space::Code, &plan), [(0, 0x0807_0605_0403_0201), (1, 9)]);
        assert_eq!(of(Space::Marks, &plan), [(0, 0x10f)]);
        assert_eq!(of(Space::Stack, &plan), [(0, 7), (1, u64::MAX.into())]);
        assert_eq!([of(Space::Functions, &plan).len(), of(Space::Branches, &plan).len()], [3, 1]);
        assert_eq!(image().memory_rows().into_iter().collect::<Vec<_>>(), [(0, 0x0100_0000), (1, 0x0309)]);
    }

    #[test]
    fn a_resolver_is_given_what_it_reads() {
        assert_eq!(of(Space::Stack, &PLAN)[2..], [(2, 0x55)]);
        assert_eq!(of(Space::Functions, &PLAN).len(), 1);
        assert!(of(Space::Marks, &PLAN).is_empty() && of(Space::Branches, &PLAN).is_empty());
    }
}
