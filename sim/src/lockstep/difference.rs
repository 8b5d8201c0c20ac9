//! What the checker found, for people.

use super::Expected;
use crate::engine::Sample;
use std::fmt;

/// The first difference between hardware and model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What differs, in a few words.
    pub what: String,
    /// In which cycle of the call.
    pub cycle: u64,
    /// How many instructions agreed before.
    pub agreed: u64,
    /// Function, byte offset and instruction, or that it was found after the call.
    pub place: String,
    pub hardware: String,
    pub model: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "hardware and golden model differ: {}", self.what)?;
        writeln!(f, "  in cycle {}, after {} instructions that agree", self.cycle, self.agreed)?;
        writeln!(f, "  at        {}", self.place)?;
        writeln!(f, "  hardware  {}", self.hardware)?;
        write!(f, "  model     {}", self.model)
    }
}

/// The hardware's record of a group.
pub(super) fn hardware(sample: &Sample) -> String {
    let mut text = format!("pc {:#x}, {} instruction(s), opcode {:#04x}", sample.pc, sample.count, sample.op);
    if sample.push {
        text += &format!(", pushes {:#x}", sample.value);
    }
    if sample.write {
        text += &format!(", writes {:#x} to slot {}", sample.value, sample.slot);
    }
    if sample.memory {
        text += &access(sample.store, sample.bytes, sample.address, sample.data);
    }
    text + &format!(", height {}", sample.height)
}

/// The sum of the model's records for a group.
pub(super) fn model(expected: &Expected) -> String {
    let mut text = format!("pc {:#x}", expected.pc);
    if let Some((value, width)) = expected.push {
        text += &format!(", pushes {:#x}", width.shown(value));
    }
    if let Some((slot, value, width)) = expected.write {
        text += &format!(", writes {:#x} to slot {slot}", width.shown(value));
    }
    if let Some(m) = expected.memory {
        text += &access(m.store, m.bytes, m.address, m.data);
    }
    text + &format!(", height {}", expected.height)
}

fn access(store: bool, bytes: u8, address: u32, data: u64) -> String {
    let (verb, preposition) = if store { ("stores", "to") } else { ("loads", "from") };
    format!(", {verb} {data:#x} ({bytes} bytes) {preposition} address {address:#x}")
}
