//! Moving tables, memories and globals between cores.

use super::{Instance, Outcome, World};
use crate::engine::Engine;
use crate::host::{Space, Write, control};
use crate::world::Failure;
use isa::image::{Descriptor, FunctionEntry};
use isa::initial::typed_reference;
use isa::types::{ValType, reference, referent};

impl World<'_> {
    /// Brings to the core of an instance whatever it uses and another one has.
    pub(super) fn gather(&mut self, instance: usize) -> Outcome<()> {
        for position in 0..self.instances[instance].tables.len() {
            let table = self.instances[instance].tables[position];
            if self.instances[instance].has_tables && self.tables[table].holder != Some(instance) {
                self.release_table(table);
                self.hold_table(instance, position, table)?;
            }
        }
        for position in 0..self.instances[instance].globals.len() {
            let global = self.instances[instance].globals[position];
            if self.globals[global].holder != Some(instance) {
                self.release_global(global);
                self.hold_global(instance, position, global)?;
            }
        }
        if let Some(memory) = self.instances[instance].memory
            && self.memories[memory].holder != Some(instance)
        {
            self.release_memory(memory);
            self.hold_memory(instance, memory);
        }
        Ok(())
    }

    /// Takes a table out of the core that has it.
    pub(super) fn release_table(&mut self, address: usize) {
        let Some(holder) = self.tables[address].holder.take() else { return };
        let instance = &mut self.instances[holder];
        let position = instance.tables.iter().position(|&t| t == address).expect("a holder has the table");
        let bits = read_slots(&mut *instance.engine, instance.layout.tables + position as u32, 1)[0];
        let Descriptor { base, size, .. } = Descriptor::from_slots(bits);
        let slots = read_slots(&mut *instance.engine, base, size as usize);
        let element = self.tables[address].ty.element;
        self.tables[address].elements =
            slots.iter().map(|&bits| self.instances[holder].neutral(element, bits)).collect();
    }

    fn hold_table(&mut self, instance: usize, position: usize, address: usize) -> Outcome<()> {
        let element = self.tables[address].ty.element;
        let elements = self.tables[address].elements.clone();
        let local: Vec<u64> =
            elements.iter().map(|&bits| self.local(instance, element, bits)).collect::<Outcome<_>>()?;
        let Instance { engine, layout, .. } = &mut self.instances[instance];
        let slot = layout.tables + position as u32;
        let before = Descriptor::from_slots(read_slots(&mut **engine, slot, 1)[0]);
        let descriptor = Descriptor { size: local.len() as u32, ..before };
        write_slots(&mut **engine, slot, &[descriptor.of_slots()]);
        write_slots(&mut **engine, descriptor.base, &local);
        self.tables[address].holder = Some(instance);
        Ok(())
    }

    /// Takes a global out of the core that has it.
    pub(super) fn release_global(&mut self, address: usize) {
        let Some(holder) = self.globals[address].holder.take() else { return };
        let instance = &mut self.instances[holder];
        let slot = instance.globals.iter().position(|&g| g == address).expect("a holder has the global");
        let bits = read_slots(&mut *instance.engine, slot as u32, 1)[0];
        let ty = self.globals[address].ty.ty;
        self.globals[address].bits = self.instances[holder].neutral(ty, bits);
    }

    fn hold_global(&mut self, instance: usize, slot: usize, address: usize) -> Outcome<()> {
        let bits = self.local(instance, self.globals[address].ty.ty, self.globals[address].bits)?;
        write_slots(&mut *self.instances[instance].engine, slot as u32, &[bits]);
        self.globals[address].holder = Some(instance);
        Ok(())
    }

    /// Takes a memory out of the core that has it.
    pub(super) fn release_memory(&mut self, address: usize) {
        let Some(holder) = self.memories[address].holder.take() else { return };
        let Instance { engine, layout, .. } = &mut self.instances[holder];
        let mut size = [0];
        engine.read(Space::Control, control::MEMORY_BYTES, &mut size);
        let memory = &mut self.memories[address];
        memory.size = size[0];
        let there = memory.sizes(layout).reachable() as usize;
        let mut words = vec![0; there.div_ceil(4)];
        engine.read(Space::Memory, 0, &mut words);
        let mut bytes: Vec<u8> = words.iter().flat_map(|&word| (word as u32).to_le_bytes()).collect();
        bytes.truncate(there);
        memory.bytes = bytes;
    }

    fn hold_memory(&mut self, instance: usize, address: usize) {
        let memory = &mut self.memories[address];
        memory.holder = Some(instance);
        let word = |chunk: &[u8]| chunk.iter().rev().fold(0, |word, &byte| word << 8 | u128::from(byte));
        let Instance { engine, layout, .. } = &mut self.instances[instance];
        let mut before = vec![0; memory.bytes.len().div_ceil(4)];
        engine.read(Space::Memory, 0, &mut before);
        // What is as it was is not written: every block that is written to takes a place of a pool.
        let words = (0..).zip(memory.bytes.chunks(4).map(word)).zip(before);
        let changed = words.filter(|((_, word), before)| *word != u128::from(*before));
        let mut writes: Vec<Write> = changed.map(|((row, word), _)| Write::new(Space::Memory, row, word)).collect();
        let sizes = memory.sizes(layout).registers().into_iter();
        writes.extend(sizes.map(|(register, bits)| Write::new(Space::Control, register, bits)));
        writes.extend(layout.memory_bytes.map(|slot| Write::new(Space::Stack, slot, memory.size.into())));
        engine.write(&writes);
    }

    /// A neutral value as the core of an instance has it.
    pub(super) fn local(&mut self, instance: usize, ty: ValType, bits: u64) -> Outcome<u64> {
        match (ty, referent(bits)) {
            (ValType::FuncRef, Some(address)) => {
                let address = address as usize;
                let number = self.functions[address].ty;
                Ok(typed_reference(reference(self.index(instance, address)?), number))
            }
            _ => Ok(bits),
        }
    }

    /// The index of a function in an instance; a function of another one gets one behind the module's own.
    fn index(&mut self, instance: usize, address: usize) -> Outcome<u32> {
        if let Some(&index) = self.instances[instance].indices.get(&address) {
            return Ok(index);
        }
        let Instance { foreign, foreign_last, foreign_first, .. } = &self.instances[instance];
        let index = foreign_last.checked_sub(foreign.len() as u32).filter(|index| index >= foreign_first);
        let too_many = || Failure::Machine(format!("more than {} functions in one core", foreign_last + 1));
        let index = index.ok_or_else(too_many)?;
        let ty = &self.types[self.functions[address].ty as usize];
        let (params, results) = (ty.params.len() as u32, ty.results.len() as u32);
        let entry = FunctionEntry { params, results, frame: params.max(results), ..FunctionEntry::default() };
        let Instance { engine, foreign, indices, .. } = &mut self.instances[instance];
        engine.write(&[Write::new(Space::Functions, index, entry.pack(self.plan))]);
        foreign.push(address);
        indices.insert(address, index);
        Ok(index)
    }
}

impl Instance {
    /// The address of the function that has this index in its core.
    pub(super) fn address(&self, index: u32) -> usize {
        let own = self.functions.get(index as usize);
        own.copied().unwrap_or_else(|| self.foreign[(self.foreign_last - index) as usize])
    }

    /// The neutral form of a value in this core.
    pub(super) fn neutral(&self, ty: ValType, bits: u64) -> u64 {
        match (ty, referent(bits & 0xffff_ffff)) {
            (ValType::FuncRef, Some(index)) => reference(self.address(index) as u32),
            _ if ty.is_wide() => bits,
            _ => bits & 0xffff_ffff,
        }
    }
}

pub(super) fn read_slots(engine: &mut dyn Engine, first: u32, count: usize) -> Vec<u64> {
    let mut slots = vec![0; count];
    engine.read(Space::Stack, first, &mut slots);
    slots
}

pub(super) fn write_slots(engine: &mut dyn Engine, first: u32, values: &[u64]) {
    let writes: Vec<Write> =
        (first..).zip(values).map(|(slot, &bits)| Write::new(Space::Stack, slot, bits.into())).collect();
    engine.write(&writes);
}
