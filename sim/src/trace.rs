//! One line for each retired group: cycle, function, byte offset, instructions, effect.

use crate::engine::Sample;
use crate::machine::texts;
use crate::width::Widths;
use isa::instr::decode;
use isa::module::Module;
use isa::op::Unit;

/// Turns retired groups into lines.
pub struct Trace<'m> {
    module: &'m Module,
    widths: Widths<'m>,
}

impl<'m> Trace<'m> {
    pub fn new(module: &'m Module) -> Trace<'m> {
        Trace { module, widths: Widths::new(module) }
    }

    /// The line for a group, without a line end.
    pub fn line(&mut self, sample: &Sample) -> String {
        let (text, function) = texts(self.module, sample);
        let offset = self.module.code_offset + sample.pc;
        let mut line = format!("{:>8}  {function}  {offset:#06x}  {text}", sample.cycle);
        let value = self.value(sample);
        if sample.push {
            line += &format!("  push {value:#x}");
        }
        if sample.write {
            line += &format!("  slot {} = {value:#x}", sample.slot);
        }
        if sample.memory {
            let place = format!("mem{}[{:#x}]", 8 * u32::from(sample.bytes), sample.address);
            line += &match sample.store {
                true => format!("  {place} = {:#x}", sample.data),
                false => format!("  {:#x} = {place}", sample.data),
            };
        }
        line
    }

    /// The value as far as it has meaning: by the last instruction of the group that is not a marker.
    fn value(&mut self, sample: &Sample) -> u64 {
        let mut at = sample.pc;
        let mut last = sample.pc;
        for _ in 0..sample.count {
            let Ok(instr) = decode(&self.module.code, at) else { break };
            if instr.op.row().unit != Unit::Marker {
                last = at;
            }
            at = instr.next_pc();
        }
        self.widths.at(last).shown(sample.value)
    }
}
