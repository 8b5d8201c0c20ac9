//! Entries as the bits that the hardware memories hold: the fields of [`crate::fields`], first one lowest.

use crate::branch::BranchEntry;
use crate::fields::{Field, Width};
use crate::frame::FrameRecord;
use crate::image::FunctionEntry;
use crate::plan::CorePlan;

/// What a field holds, as bits.
trait Bits {
    fn put(self) -> u32;
    fn take(bits: u32) -> Self;
}

macro_rules! bits {
    ($($ty:ty: $take:expr),*) => {$(
        impl Bits for $ty {
            fn put(self) -> u32 {
                self.into()
            }
            fn take(bits: u32) -> $ty {
                $take(bits)
            }
        }
    )*};
}

bits!(u32: |bits| bits, u8: |bits| bits as u8, bool: |bits| bits != 0);

macro_rules! width {
    ($bits:literal) => {
        Width::Bits($bits)
    };
    ($letter:ident) => {
        Width::$letter
    };
}

macro_rules! packed {
    ($name:ident { $($field:ident: $bits:tt @ $part:literal,)* }) => {
        impl $name {
            /// From bit 0 up.
            pub const FIELDS: &'static [Field] =
                &[$(Field { name: stringify!($field), width: width!($bits) }),*];

            /// Bits of an entry.
            pub const fn width(plan: &CorePlan) -> u32 {
                0 $(+ of_plan(width!($bits), plan))*
            }

            /// The entry must be of an image that was built for this plan.
            pub fn pack(&self, plan: &CorePlan) -> u128 {
                let (mut word, mut low) = (0, 0);
                $(
                    let (value, bits) = (self.$field.put(), of_plan(width!($bits), plan));
                    debug_assert!(u64::from(value) >> bits == 0, "{value} does not fit into {bits} bits");
                    word |= u128::from(value) << low;
                    low += bits;
                )*
                debug_assert_eq!(low, $name::width(plan));
                word
            }

            /// The inverse of [`Self::pack`]; what is not packed has its default.
            pub fn unpack(word: u128, plan: &CorePlan) -> $name {
                let (mut entry, mut rest) = ($name::default(), word);
                $(
                    let bits = of_plan(width!($bits), plan);
                    entry.$field = Bits::take((rest & ((1 << bits) - 1)) as u32);
                    rest >>= bits;
                )*
                debug_assert_eq!(rest, word >> $name::width(plan));
                entry
            }
        }
    };
}

const fn of_plan(width: Width, plan: &CorePlan) -> u32 {
    width.bits(plan.sizes.code_log2, plan.sizes.branch_log2, plan.sizes.stack_log2)
}

crate::branch_entry!(packed!(BranchEntry));
crate::function_entry!(packed!(FunctionEntry));
crate::frame_record!(packed!(FrameRecord));

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::plan::{CoreKind, LinearMemory, Multiplier, Sizes, Units};

    pub const PLAN: CorePlan = CorePlan {
        name: "test",
        sizes: Sizes {
            code_log2: 12,
            branch_log2: 8,
            function_log2: 7,
            stack_log2: 9,
            frame_log2: 6,
            memory_log2: 11,
            block_log2: None,
            table_log2: 0,
        },
        kind: CoreKind::Full { resolver: true },
        units: Units { float: None, multiplier: Multiplier::Serial, wide_immediates: true },
        memory: LinearMemory::DualPort { service: true },
    };

    #[test]
    fn branch_entries_have_the_documented_layout_and_come_back() {
        let one = |entry: BranchEntry, bit: u32| {
            assert_eq!(entry.pack(&PLAN), 1 << bit, "{entry:?}");
            assert_eq!(BranchEntry::unpack(1 << bit, &PLAN), entry);
        };
        let zero = BranchEntry::default();
        one(BranchEntry { target: 1, ..zero }, 0);
        one(BranchEntry { following: 1, ..zero }, 12);
        one(BranchEntry { lead: 1, ..zero }, 20);
        one(BranchEntry { predict: true, ..zero }, 24);
        one(BranchEntry { returns: true, ..zero }, 25);
        one(BranchEntry { unwind: true, ..zero }, 26);
        one(BranchEntry { height: 1, ..zero }, 27);
        one(BranchEntry { keep: 1, ..zero }, 36);
        one(BranchEntry { keep: 256, ..zero }, BranchEntry::width(&PLAN) - 1);
    }

    #[test]
    fn function_entries_have_the_documented_layout_and_come_back() {
        let one = |entry: FunctionEntry, bit: u32| {
            assert_eq!(entry.pack(&PLAN), 1 << bit, "{entry:?}");
            assert_eq!(FunctionEntry::unpack(1 << bit, &PLAN), entry);
        };
        let zero = FunctionEntry::default();
        one(FunctionEntry { entry: 1, ..zero }, 0);
        one(FunctionEntry { first_branch: 1, ..zero }, 12);
        one(FunctionEntry { lead: 1, ..zero }, 20);
        one(FunctionEntry { params: 1, ..zero }, 24);
        one(FunctionEntry { locals: 1, ..zero }, 33);
        one(FunctionEntry { frame: 1, ..zero }, 42);
        one(FunctionEntry { frame: 256, ..zero }, FunctionEntry::width(&PLAN) - 1);
    }

    #[test]
    fn frame_records_have_the_documented_layout_and_come_back() {
        let one = |record: FrameRecord, bit: u32| {
            assert_eq!(record.pack(&PLAN), 1 << bit, "{record:?}");
            assert_eq!(FrameRecord::unpack(1 << bit, &PLAN), record);
        };
        let zero = FrameRecord::default();
        one(FrameRecord { return_pc: 1, ..zero }, 0);
        one(FrameRecord { following: 1, ..zero }, 12);
        one(FrameRecord { lead: 1, ..zero }, 20);
        one(FrameRecord { base: 1, ..zero }, 24);
        one(FrameRecord { base: 256, ..zero }, 32);
        one(FrameRecord { privileged: true, ..zero }, FrameRecord::width(&PLAN) - 1);
    }

    /// They are read through the same ports, the last field at the lowest bit of one.
    #[test]
    fn frame_records_begin_as_function_entries_do() {
        let widths = |fields: &[Field]| fields.iter().map(|f| f.width).collect::<alloc::vec::Vec<_>>();
        let (function, frame) = (widths(FunctionEntry::FIELDS), widths(FrameRecord::FIELDS));
        assert_eq!(function[..4], frame[..4]);
        assert_eq!(frame[4..], [Width::Bits(1)]);
    }
}
