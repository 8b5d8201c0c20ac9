//! What is compared when a call has ended: its results, and all that is left behind.

use super::{Checked, Difference, Lockstep};
use crate::disassembly::place;
use crate::engine::{Engine, Status};
use crate::host::Space;
use isa::host::REACH;
use isa::image::Descriptor;
use isa::instr::decode;
use isa::op::Unit;
use isa::outcome::{Exhausted, Stop};
use isa::types::Value;
use model::{Outcome, Thread};

/// A group has at most as many instructions as bytes.
const LONGEST_GROUP: usize = 8;
/// Bytes of memory read at once for the comparison at the end: of all of it, and of what has changed.
const CHUNK: usize = 1 << 18;
const LINE: usize = 16;

impl Lockstep<'_> {
    /// Compares how the call ended, its results, and what [`Lockstep::state_agrees`] does. `cycle` is the last one.
    pub fn finish(&mut self, engine: &mut dyn Engine, status: Status, cycle: u64) -> Checked {
        if self.exhausts_within(status) {
            return self.state_agrees(engine, cycle);
        }
        let stopped = self.last_steps(status);
        let model = match &self.thread {
            Ok(thread) => thread.outcome().cloned(),
            Err(stop) => Some(Outcome::Stopped(*stop)),
        };
        let expected = match &model {
            Some(Outcome::Stopped(stop)) => stop.code(),
            _ => 0,
        };
        let end = |what: &str, pc, hardware, model| self.end_differs(what, cycle, pc, hardware, model);
        let at = (status.stop != 0).then_some(status.stop_pc);
        if model.is_none() || expected != status.stop {
            let model = model.map_or("has not ended".to_string(), |o| ending(&o));
            return Err(end("how the call ends", at, hardware_ending(status.stop), model));
        }
        if let Some(pc) = stopped.filter(|&pc| pc != status.stop_pc) {
            let model = place(self.module, pc);
            return Err(end("where the call stops", at, place(self.module, status.stop_pc), model));
        }
        if let Some(Outcome::Returned(results)) = &model {
            self.slots_agree(engine, "result", self.layout.base, results, cycle)?;
        }
        self.state_agrees(engine, cycle)
    }

    /// Compares globals, tables and linear memory: of a call that has ended, or of one that waits for the host and will
    /// not go on.
    pub fn state_agrees(&self, engine: &mut dyn Engine, cycle: u64) -> Checked {
        let globals: Vec<Value> = self.store.globals(self.instance).map(|g| self.store.global(g)).collect();
        self.slots_agree(engine, "global", 0, &globals, cycle)?;
        if self.layout.has_tables() {
            self.tables_agree(engine, cycle)?;
        }
        self.memory_agrees(engine, cycle)
    }

    /// Whether the hardware had a frame for the instruction at which it stopped, which is executed by millicode, but none
    /// for a function that this calls: whether it calls one depends on the operands, and is no matter of the model's.
    fn exhausts_within(&self, status: Status) -> bool {
        let exhausted = status.stop == Stop::Exhausted(Exhausted::CallStack).code();
        let deepest = |thread: &Thread| {
            thread.is_running()
                && thread.pc() == status.stop_pc
                && thread.depth() + 1 == self.store.limits().frames as usize
                && decode(&self.module.code, thread.pc()).is_ok_and(|instr| self.millicode.contains(&instr.op))
        };
        exhausted && self.thread.as_ref().is_ok_and(deepest)
    }

    /// Steps the model over the group in which the hardware stopped; gives the code address where the model stops.
    /// Before the instruction that stops, such a group can only have operand moves.
    fn last_steps(&mut self, status: Status) -> Option<u32> {
        if status.stop == 0 {
            return None;
        }
        for _ in 0..LONGEST_GROUP {
            let record = self.step()?;
            if record.stop.is_some() {
                return Some(record.pc);
            }
            if record.write.is_some() || !matches!(record.op.row().unit, Unit::Move | Unit::Marker) {
                return None;
            }
        }
        None
    }

    /// `pc` is where the call stopped, if that matters.
    fn end_differs(&self, what: &str, cycle: u64, pc: Option<u32>, hardware: String, model: String) -> Box<Difference> {
        let place = pc.map_or("the end of the call".to_string(), |pc| place(self.module, pc));
        Box::new(Difference { what: what.to_string(), cycle, agreed: self.checked, place, hardware, model })
    }

    fn slots_agree(&self, engine: &mut dyn Engine, what: &str, first: u32, model: &[Value], cycle: u64) -> Checked {
        let mut slots = vec![0; model.len()];
        engine.read(Space::Stack, first, &mut slots);
        for (i, (&slot, &value)) in slots.iter().zip(model).enumerate() {
            let same = if value.ty.is_wide() { slot == value.bits } else { slot as u32 == value.bits as u32 };
            if !same {
                let (hardware, model) = (format!("{slot:#x}"), format!("{:#x}", value.bits));
                return Err(self.end_differs(&format!("{what} {i} after the call"), cycle, None, hardware, model));
            }
        }
        Ok(())
    }

    /// References are compared without the type that the hardware's carry.
    fn tables_agree(&self, engine: &mut dyn Engine, cycle: u64) -> Checked {
        for (i, table) in (0..).zip(self.store.tables(self.instance)) {
            let model = self.store.table(table);
            let mut bits = [0];
            engine.read(Space::Stack, self.layout.tables + i, &mut bits);
            let Descriptor { base, size, .. } = Descriptor::from_slots(bits[0]);
            let mut slots = vec![0; (size as usize).min(model.len())];
            engine.read(Space::Stack, base, &mut slots);
            let differs = slots.iter().zip(model).position(|(&slot, &model)| slot as u32 != model as u32);
            if size as usize != model.len() || differs.is_some() {
                let shown = |elements: &[u64]| match differs {
                    Some(at) => format!("{:#x} at index {at}", elements[at] as u32),
                    None => String::new(),
                };
                let hardware = format!("{size} elements {}", shown(&slots));
                let model = format!("{} elements {}", model.len(), shown(model));
                return Err(self.end_differs(&format!("table {i} after the call"), cycle, None, hardware, model));
            }
        }
        Ok(())
    }

    /// Of a pool of blocks only what the host reaches.
    fn memory_agrees(&self, engine: &mut dyn Engine, cycle: u64) -> Checked {
        let size = if self.before.is_some() { LINE } else { CHUNK };
        let unchanged = |at: u64, start: usize, chunk: &[u8]| {
            let before = self.before.as_ref().and_then(|before| before.get(&at));
            before.and_then(|before| before.get(start..start + chunk.len())) == Some(chunk)
        };
        let mut words = vec![0; size / 4];
        for (at, bytes) in self.memory().take_while(|&(at, _)| !self.pooled || at < REACH) {
            for (start, chunk) in (0..).step_by(size).zip(bytes.chunks(size)) {
                if unchanged(at, start, chunk) {
                    continue;
                }
                let read = &mut words[..chunk.len().div_ceil(4)];
                engine.read(Space::Memory, ((at + start as u64) / 4) as u32, read);
                self.words_agree(at + start as u64, chunk, read, cycle)?;
            }
        }
        Ok(())
    }

    /// Bytes of the model's at an address, and the rows of the hardware's.
    fn words_agree(&self, address: u64, model: &[u8], words: &[u64], cycle: u64) -> Checked {
        for (at, (model, &word)) in (address..).step_by(4).zip(model.chunks(4).zip(words)) {
            let hardware = &(word as u32).to_le_bytes()[..model.len()];
            if hardware != model {
                let what = format!("linear memory at address {at:#x} after the call");
                let (hardware, model) = (format!("{hardware:02x?}"), format!("{model:02x?}"));
                return Err(self.end_differs(&what, cycle, None, hardware, model));
            }
        }
        Ok(())
    }
}

fn ending(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Returned(_) => "returns".to_string(),
        Outcome::Stopped(stop) => format!("stops: {}", stop.message()),
    }
}

fn hardware_ending(code: u8) -> String {
    match (code, Stop::from_code(code)) {
        (0, _) => "returns".to_string(),
        (_, Some(stop)) => format!("stops: {}", stop.message()),
        (_, None) => format!("stops with the unknown code {code:#x}"),
    }
}
