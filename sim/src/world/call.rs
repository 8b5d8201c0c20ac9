//! Calls, and the calls of imported functions in them.

use super::share::{read_slots, write_slots};
use super::{Failure, Outcome, World};
use crate::host::{Space, Write, control};
use crate::machine::batch;
use isa::outcome::{Exhausted, Stop};
use isa::types::ValType;

/// Calls across instances that may be open at once. They are calls of this program, too.
const DEPTH: usize = 200;

impl World<'_> {
    /// Calls the function at this address with neutral arguments, and gives neutral results.
    pub(super) fn call(&mut self, address: usize, args: &[u64]) -> Outcome<Vec<u64>> {
        if self.depth == DEPTH {
            return Err(Failure::Stopped(Stop::Exhausted(Exhausted::CallStack)));
        }
        self.depth += 1;
        let (instance, index) = (self.functions[address].instance, self.functions[address].index);
        let ty = self.types[self.functions[address].ty as usize].clone();
        self.gather(instance)?;
        let core = &self.instances[instance];
        let base = core.waiting.last().copied().unwrap_or(core.layout.base);
        let start = if core.waiting.is_empty() { control::START } else { control::CALL };
        self.put(instance, base, &ty.params, args)?;
        let core = &mut self.instances[instance];
        core.engine.write(&[
            Write::new(Space::Control, control::STACK_BASE, base.into()),
            Write::new(Space::Control, start, index.into()),
        ]);
        let mut cycles = 0;
        loop {
            self.run(instance, &mut cycles)?;
            let Some((callee, slot)) = self.import(instance) else { break };
            self.answer(instance, callee, slot)?;
        }
        self.depth -= 1;
        Ok(self.take(instance, base, &ty.results))
    }

    /// Runs a core until it returns or waits.
    fn run(&mut self, instance: usize, cycles: &mut u64) -> Outcome<()> {
        let core = &mut self.instances[instance];
        let batch = batch(core.engine.is_slow());
        let mut samples = Vec::with_capacity(batch as usize);
        while core.engine.status().running {
            let left = self.max_cycles - *cycles;
            let limit = if left == 0 { Some(Exhausted::Cycles) } else { self.interrupt.stop() };
            if let Some(limit) = limit {
                core.engine.reset();
                return Err(Failure::Stopped(Stop::Exhausted(limit)));
            }
            samples.clear();
            *cycles += core.engine.run(batch.min(left), &mut samples);
        }
        let status = core.engine.status();
        match Stop::from_code(status.stop) {
            None if status.stop == 0 => Ok(()),
            None => Err(Failure::Machine(format!("the core gave the unknown stop code {:#x}", status.stop))),
            Some(stop) => Err(Failure::Stopped(stop)),
        }
    }

    /// The address of the imported function that a core waits for, and the slot of its first argument.
    fn import(&mut self, instance: usize) -> Option<(usize, u32)> {
        let core = &mut self.instances[instance];
        let mut bits = [0];
        core.engine.read(Space::Control, control::RESUME, &mut bits);
        let (index, slot) = (bits[0] as u32, (bits[0] >> 32) as u32 & 0x7fff_ffff);
        (bits[0] >> 63 == 1).then(|| (core.address(index), slot))
    }

    /// Makes the call that a core waits for and lets it go on.
    fn answer(&mut self, instance: usize, callee: usize, slot: u32) -> Outcome<()> {
        let ty = self.types[self.functions[callee].ty as usize].clone();
        let args = self.take(instance, slot, &ty.params);
        let slots = ty.params.len().max(ty.results.len()) as u32;
        self.instances[instance].waiting.push(slot + slots);
        let results = self.call(callee, &args);
        self.instances[instance].waiting.pop();
        self.gather(instance)?;
        self.put(instance, slot, &ty.results, &results?)?;
        let resume = control::resume(slot, ty.results.len());
        self.instances[instance].engine.write(&[Write::new(Space::Control, control::RESUME, resume)]);
        Ok(())
    }

    fn put(&mut self, instance: usize, slot: u32, types: &[ValType], values: &[u64]) -> Outcome<()> {
        let values = types.iter().zip(values).map(|(&ty, &bits)| self.local(instance, ty, bits));
        let values = values.collect::<Outcome<Vec<u64>>>()?;
        write_slots(&mut *self.instances[instance].engine, slot, &values);
        Ok(())
    }

    fn take(&mut self, instance: usize, slot: u32, types: &[ValType]) -> Vec<u64> {
        let core = &mut self.instances[instance];
        let slots = read_slots(&mut *core.engine, slot, types.len());
        types.iter().zip(slots).map(|(&ty, bits)| core.neutral(ty, bits)).collect()
    }
}
