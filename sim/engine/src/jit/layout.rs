//! Where everything lies in a simulation's state.
//!
//! ```text
//! registers | their next values | inputs | other signals | control words | memories
//! ```
//! Generated code gets the address of the state as its first argument, so one
//! compilation serves states at any address.
use crate::{Design, Kind};
use cranelift_codegen::ir::{Type, types};
use std::collections::HashSet;

/// Alignment of memories and of the state itself: a cache line.
pub const ALIGN: u64 = 64;

/// The machine type that carries values of `width` bits.
pub fn machine_type(width: u32) -> Type {
    match width {
        1 => types::I8,
        2..=32 => types::I32,
        33..=64 => types::I64,
        _ => types::I128,
    }
}

/// Bytes of a word of `width` bits in a memory: a power of two up to 16.
pub fn word_bytes(width: u32) -> u32 {
    width.div_ceil(8).next_power_of_two()
}

/// Words through which generated code and [`crate::Sim`] talk.
#[derive(Clone, Copy, Debug)]
pub struct Control {
    /// Clock edges before this run.
    pub cycle: u32,
    /// Address where the next record goes.
    pub record: u32,
    /// Address where no more records fit.
    pub record_end: u32,
    /// Not zero if the last cycle had the stop signal.
    pub stopped: u32,
    /// Per index check, one more than the cycle in which it first failed.
    pub checks: u32,
}

/// Offsets from the beginning of the state.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Of all signals, then of all parts.
    pub signals: Vec<u32>,
    /// From a register to its next value. Between two cycles both are equal, so
    /// that a register which holds its value need not be stored.
    pub shadow: u32,
    pub memories: Vec<u64>,
    pub control: Control,
    pub size: u64,
}

fn align(offset: u64, to: u64) -> u64 {
    offset.next_multiple_of(to)
}

impl Layout {
    /// The layout for a design with `checks` index checks.
    pub fn new(design: &Design) -> Layout {
        let mut signals = vec![0; design.signals.len() + design.parts.len()];
        let shadow = align(place(design, &mut signals, 0, Kind::Reg), 16);
        let mut end = 2 * shadow;
        end = place(design, &mut signals, end, Kind::Input);
        end = align(place(design, &mut signals, end, Kind::Comb), 16);
        let word = |i: u64| (end + 8 * i) as u32;
        let control =
            Control { cycle: word(0), record: word(1), record_end: word(2), stopped: word(3), checks: word(4) };
        end += 8 * (4 + design.checks.len() as u64);
        let mut memories = Vec::with_capacity(design.memories.len());
        for m in &design.memories {
            end = align(end, ALIGN);
            memories.push(end);
            end += word_bytes(m.width) as u64 * m.depth;
        }
        Layout { signals, shadow: shadow as u32, memories, control, size: align(end, ALIGN) }
    }
}

/// Places all signals of one kind from `at` on, the widest first so that
/// nothing is lost to alignment, and returns the end. Of a split register, its
/// parts are placed.
fn place(design: &Design, offsets: &mut [u32], at: u64, kind: Kind) -> u64 {
    let bytes = |id: usize| word_bytes(design.width(id as u32));
    let split: HashSet<usize> = design.parts.iter().map(|p| p.signal as usize).collect();
    let of_kind = |id: usize| match design.signals.get(id) {
        Some(signal) => signal.kind == kind && !split.contains(&id),
        None => kind == Kind::Reg,
    };
    let mut ids: Vec<usize> = (0..offsets.len()).filter(|id| of_kind(*id)).collect();
    ids.sort_by_key(|id| std::cmp::Reverse(bytes(*id)));
    let mut end = align(at, 16);
    for id in ids {
        offsets[id] = end as u32;
        end += bytes(id) as u64;
    }
    end
}
