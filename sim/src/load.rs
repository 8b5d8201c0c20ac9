//! An image as writes through the host port.

use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::host::{Space, Write, control};
use firmware_loader::Target;
use isa::image::Image;
use isa::outcome::Stop;
use isa::plan::MemoryPlan;
use isa::resolution::Resolution;
use std::collections::BTreeMap;

/// Bytes or marks written at once.
const ROW: usize = 8;

/// What to load for: the core of this version with the memories of a plan.
pub fn target(plan: &MemoryPlan) -> Target<'_> {
    Target::of_plan(plan, boards::PLANS)
}

/// Loads a core of this plan, whose memories must be 0 before. What the image carries has been checked: an error here
/// means that the core does not do what it should.
pub fn load(engine: &mut dyn Engine, image: &Image, plan: &MemoryPlan) -> Result<()> {
    engine.write(&writes(image, plan));
    if !plan.resolver {
        return Ok(());
    }
    engine.write(&resolution(image));
    // It takes each byte at most twice, and writes each entry at most twice.
    let most = 32 * (image.code.len() + image.functions.len() + 2) as u64;
    engine.run(most, &mut Vec::with_capacity(1 << 12));
    let status = engine.status();
    match Stop::from_code(status.stop) {
        _ if status.running => Err(Error::new(format!("the resolver has not come to an end after {most} cycles"))),
        None if status.stop == 0 => Ok(()),
        None => Err(Error::new(format!("the resolver ends with the unknown stop code {}", status.stop))),
        Some(stop) => Err(Error::new(format!("the resolver stops at code address {}: {stop}", status.stop_pc))),
    }
}

/// What starts the resolver, and what it reads.
fn resolution(image: &Image) -> Vec<Write> {
    let Resolution { first, slots, .. } = &image.resolution;
    let slots = (*first..).zip(slots).map(|(slot, &bits)| Write::new(Space::Stack, slot, bits.into()));
    let start = Write::new(Space::Control, control::RESOLVE, image.resolution.registers());
    slots.chain([start]).collect()
}

/// Everything that a core of this plan needs before its code is resolved, or if it has no resolver, before a call.
fn writes(image: &Image, plan: &MemoryPlan) -> Vec<Write> {
    let mut writes = registers(image);
    let mut table = |space, values: &mut dyn Iterator<Item = u128>| {
        writes.extend((0..).zip(values).map(|(address, bits)| Write::new(space, address, bits)));
    };
    table(Space::Code, &mut image.code.chunks(ROW).map(|row| pack(row, 8)));
    table(Space::Stack, &mut image.slots.iter().map(|&bits| bits.into()));
    let imported = image.resolution.first_function as usize;
    let given = if plan.resolver { &image.functions[..imported] } else { &image.functions };
    table(Space::Functions, &mut given.iter().map(|entry| entry.pack(plan)));
    if !plan.resolver {
        table(Space::Marks, &mut image.marks.chunks(ROW).map(|row| pack(row, 4)));
        table(Space::Branches, &mut image.branches.iter().map(|entry| entry.pack(plan)));
    }
    writes.extend(words(image).into_iter().map(|(address, word)| Write::new(Space::Memory, address, word.into())));
    writes
}

fn registers(image: &Image) -> Vec<Write> {
    let (layout, memory) = (&image.layout, &image.memory);
    let slots = u128::from(layout.tables) | u128::from(layout.elements) << 16 | u128::from(layout.data) << 32;
    // What is declared beyond may be there from the start, but nothing grows into it.
    let most = memory.max_bytes.min(layout.window) | u64::from(memory.page_log2 == 16) << 63;
    vec![
        Write::new(Space::Control, control::STACK_BASE, layout.base.into()),
        Write::new(Space::Control, control::MEMORY_BYTES, memory.bytes.into()),
        Write::new(Space::Control, control::LAYOUT, slots),
        Write::new(Space::Control, control::MEMORY_WINDOW, layout.window.into()),
        Write::new(Space::Control, control::MEMORY_MOST, most.into()),
    ]
}

/// Values of `bits` bits each, the first one lowest.
fn pack(values: &[u8], bits: u32) -> u128 {
    values.iter().rev().fold(0, |row, &value| row << bits | u128::from(value))
}

/// The words of linear memory that segments touch; later segments overwrite earlier ones.
fn words(image: &Image) -> BTreeMap<u32, u32> {
    let mut words = BTreeMap::new();
    for segment in image.memory.segments.iter().chain(&image.passive) {
        for (address, &byte) in (segment.address..).zip(&segment.bytes) {
            let shift = address % 4 * 8;
            let word: &mut u32 = words.entry(address / 4).or_default();
            *word = *word & !(0xff << shift) | u32::from(byte) << shift;
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use isa::image::Segment;

    #[test]
    fn rows_are_little_endian_and_segments_overlap_in_order() {
        let mut image = Image { code: (1..=9).collect(), marks: vec![0xf, 0, 1], ..Image::default() };
        image.slots = vec![7, u64::MAX];
        image.layout.base = 2;
        let segment = |address, bytes: &[u8]| Segment { address, bytes: bytes.to_vec() };
        image.memory.segments = vec![segment(3, &[1, 2, 3]), segment(4, &[9])];
        let writes = writes(&image, &boards::ICEBREAKER);
        let of = |space: Space| -> Vec<_> {
            let writes = writes.iter().filter(|w| w.space == space as u32);
            writes.map(|w| (w.address, u64::from(w.data[0]) | u64::from(w.data[1]) << 32)).collect()
        };
        assert_eq!(of(Space::Code), [(0, 0x0807_0605_0403_0201), (1, 9)]);
        assert_eq!(of(Space::Marks), [(0, 0x10f)]);
        assert_eq!(of(Space::Stack), [(0, 7), (1, u64::MAX)]);
        assert_eq!(of(Space::Memory), [(0, 0x0100_0000), (1, 0x0309)]);
        assert_eq!(of(Space::Control)[..2], [(control::STACK_BASE, 2), (control::MEMORY_BYTES, 0)]);
    }
}
