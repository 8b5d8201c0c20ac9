//! A simulation's signals: where each lies, and its value.
use crate::{
    Design, Sim,
    error::Result,
    ir::mask,
    jit::{Layout, word_bytes},
};

/// A signal of one [`Sim`], found by [`Sim::sig`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sig(pub(crate) u32);

/// Where a signal lies, or a part of one.
#[derive(Clone, Copy)]
pub(crate) struct Slot {
    offset: u32,
    bytes: u8,
    width: u8,
    /// The lowest bit of the signal that it holds.
    low: u8,
    /// If the signal is split, how many slots hold it, and the first of them.
    parts: u8,
    first: u32,
}

/// The slots of all signals, then of all parts.
pub(crate) fn slots(design: &Design, layout: &Layout) -> Vec<Slot> {
    let slot = |offset: u32, width: u32, low: u32| Slot {
        offset,
        bytes: word_bytes(width) as u8,
        width: width as u8,
        low: low as u8,
        parts: 0,
        first: 0,
    };
    let (of_signals, of_parts) = layout.signals.split_at(design.signals.len());
    let signals = design.signals.iter().zip(of_signals);
    let mut slots: Vec<Slot> = signals.map(|(s, at)| slot(*at, s.width, 0)).collect();
    for (part, at) in design.parts.iter().zip(of_parts) {
        let next = slots.len() as u32;
        let whole = &mut slots[part.signal as usize];
        if whole.parts == 0 {
            whole.first = next;
        }
        whole.parts += 1;
        slots.push(slot(*at, part.width, part.low));
    }
    slots
}

impl Sim {
    /// The signal with this hierarchical name.
    pub fn sig(&self, name: &str) -> Result<Sig> {
        self.design.signal_id(name).map(Sig)
    }

    /// A signal's value. Of combinational signals only outputs and watched
    /// ones are kept; the others are as [`Sim::settle_all`] or
    /// [`Sim::settle_some`] last left them.
    ///
    /// # Panics
    /// If the signal belongs to a larger design than this.
    #[inline]
    pub fn get(&self, s: Sig) -> u128 {
        let slot = self.slots[s.0 as usize];
        let load = |slot: &Slot| self.state.load(slot.offset as usize, slot.bytes as usize);
        match slot.parts {
            0 => load(&slot),
            n => {
                let parts = &self.slots[slot.first as usize..][..n as usize];
                parts.iter().fold(0, |value, part| value | load(part) << part.low)
            }
        }
    }

    /// The low 64 bits of a signal's value.
    #[inline]
    pub fn get_u64(&self, s: Sig) -> u64 {
        self.get(s) as u64
    }

    /// Sets an input or a register; bits above its width are dropped. Anything
    /// else is computed anew when it is next settled.
    ///
    /// # Panics
    /// If the signal belongs to a larger design than this.
    #[inline]
    pub fn set(&mut self, s: Sig, value: u128) {
        let slot = self.slots[s.0 as usize];
        match slot.parts {
            0 => self.set_slot(slot, value),
            n => {
                for i in slot.first..slot.first + n as u32 {
                    let part = self.slots[i as usize];
                    self.set_slot(part, value >> part.low);
                }
            }
        }
    }

    fn set_slot(&mut self, slot: Slot, value: u128) {
        let (value, bytes) = (value & mask(slot.width as u32), slot.bytes as usize);
        self.state.store(slot.offset as usize, bytes, value);
        if slot.offset < self.layout.shadow {
            let next = slot.offset + self.layout.shadow;
            self.state.store(next as usize, bytes, value);
        }
    }
}
