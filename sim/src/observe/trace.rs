//! One line for each retired group: cycle, function, byte offset, instructions, effect.

use super::registry::{Entry, Takes, Windowed};
use super::{Observed, Observer, Window};
use crate::Error;
use crate::engine::Sample;
use crate::machine::texts;
use crate::width::Widths;
use firmware_loader::output::quietly;
use isa::instr::decode;
use isa::module::Module;
use isa::op::Unit;
use std::io::Write;

/// `--trace`
pub const ENTRY: Entry = Entry {
    option: "trace",
    alias: None,
    help: "Print a line for each group of instructions retired",
    takes: Takes::Nothing,
    window: Windowed::Always,
    whole: false,
    make: |watched, _| Ok(Box::new(Trace::new(watched.module, watched.window, watched.output()))),
};

/// Writes the lines.
pub struct Trace<'m, W> {
    module: &'m Module,
    widths: Widths<'m>,
    window: Window,
    /// `None` once nobody reads on.
    output: Option<W>,
}

impl<W: Write> Observer for Trace<'_, W> {
    fn retired(&mut self, sample: &Sample) -> Observed {
        let shown = self.window.contains(sample.cycle);
        let Some(mut output) = self.output.take_if(|_| shown) else { return Ok(()) };
        match writeln!(output, "{}", self.line(sample)) {
            Ok(()) => self.output = Some(output),
            // That nobody reads is no reason to run on differently.
            Err(e) => quietly(Err(e)).map_err(|e| Error::new(format!("cannot write the trace: {e}")))?,
        }
        Ok(())
    }
}

impl<'m, W> Trace<'m, W> {
    /// Of runs of this module, in these cycles of each call.
    pub fn new(module: &'m Module, window: Window, output: W) -> Trace<'m, W> {
        Trace { module, widths: Widths::new(module), window, output: Some(output) }
    }

    /// The line for a group, without a line end.
    fn line(&mut self, sample: &Sample) -> String {
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
