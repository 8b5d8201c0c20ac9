//! The fields of packed entries, from bit 0 up. Each table is a macro that hands its rows to another one, so that the
//! types that software packs and the ports of the memories that hardware reads are made of the same rows.
//!
//! A row is a field's name and its bits: a number, or one of the widths of a plan, `C` code, `B` branches, `S` stack.

/// A branch entry. Behind `@` is the part that is written at once: 0 when the target is known, 1 for the entry that
/// follows it, 2 for the rest.
#[macro_export]
macro_rules! branch_entry {
    ($then:ident!($($with:tt)*)) => {
        $then! { $($with)* {
            target: C @ 0,
            following: B @ 1,
            lead: 4 @ 0,
            predict: 1 @ 2,
            returns: 1 @ 2,
            unwind: 1 @ 2,
            height: S @ 2,
            keep: S @ 2,
        } }
    };
}

/// The entry of a function. The core finds the number of its results in returning branch entries.
#[macro_export]
macro_rules! function_entry {
    ($then:ident!($($with:tt)*)) => {
        $then! { $($with)* {
            entry: C @ 0,
            first_branch: B @ 0,
            lead: 4 @ 0,
            params: S @ 0,
            locals: S @ 0,
            frame: S @ 0,
        } }
    };
}

/// The record of a frame: as many fields as a function's entry begins with, each as wide as the one there.
#[macro_export]
macro_rules! frame_record {
    ($then:ident!($($with:tt)*)) => {
        $then! { $($with)* {
            return_pc: C @ 0,
            following: B @ 0,
            lead: 4 @ 0,
            base: S @ 0,
            privileged: 1 @ 0,
        } }
    };
}

/// How wide a field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    C,
    B,
    S,
    Bits(u32),
}

/// A row of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    pub name: &'static str,
    pub width: Width,
}

impl Width {
    /// Bits, for these widths of code address, branch-entry index and stack slot.
    pub const fn bits(self, c: u32, b: u32, s: u32) -> u32 {
        match self {
            Width::C => c,
            Width::B => b,
            Width::S => s,
            Width::Bits(bits) => bits,
        }
    }
}

impl core::fmt::Display for Width {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Width::Bits(bits) => bits.fmt(f),
            letter => core::fmt::Debug::fmt(letter, f),
        }
    }
}
