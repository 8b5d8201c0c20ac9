//! An image as writes through the host port.

use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::host::{Space, Write, control};
use firmware_loader::Target;
use isa::image::Image;
use isa::outcome::Stop;
use isa::plan::CorePlan;
use isa::rows::Row;

/// What to load for: the core of this version with the memories of a plan.
pub fn target(plan: &CorePlan) -> Target<'_> {
    Target::of_plan(plan, boards::PLANS)
}

/// Loads a core of this plan, whose memories must be 0 before. What the image carries has been checked: an error here
/// means that the core does not do what it should.
pub fn load(engine: &mut dyn Engine, image: &Image, plan: &CorePlan) -> Result<()> {
    engine.write(&writes(image, plan));
    if !plan.has_resolver() {
        return Ok(());
    }
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

/// Everything that a core of this plan needs before a call, or before its code is resolved, which the last one starts.
pub(crate) fn writes(image: &Image, plan: &CorePlan) -> Vec<Write> {
    let memory = image.memory_rows().into_iter();
    let given = |&(register, _): &(u32, u128)| plan.has_resolver() || register != control::RESOLVE;
    let registers = control::IMAGE.into_iter().zip(image.registers()).filter(given);
    let rows = image.rows(plan).map(|Row { space, number, bits }| Write::new(space, number, bits));
    rows.chain(memory.map(|(row, word)| Write::new(Space::Memory, row, word.into())))
        .chain(registers.map(|(register, bits)| Write::new(Space::Control, register, bits)))
        .flat_map(|write| std::iter::repeat_n(write, write_cycles(plan, write.space)))
        .collect()
}

/// How many cycles a write to this space takes, in which it has to stand at the port.
fn write_cycles(plan: &CorePlan, space: u32) -> usize {
    if plan.is_compact() && space == Space::Code as u32 { 2 } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_resolver_is_started_last_where_there_is_one() {
        let last = |plan| writes(&Image::default(), plan).last().map(|write| (write.space, write.address));
        assert_eq!(last(&boards::SIM_LARGE), Some((Space::Control as u32, control::RESOLVE)));
        assert_eq!(last(&boards::ICEBREAKER), Some((Space::Control as u32, control::MEMORY_MOST)));
    }
}
