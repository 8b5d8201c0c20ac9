//! Table entries as the bits that the hardware memories hold, first field lowest.

use crate::branch::BranchEntry;
use crate::image::FunctionEntry;
use crate::plan::MemoryPlan;

/// Collects fields from bit 0 upward.
#[derive(Default)]
struct Writer {
    bits: u128,
    at: u32,
}

impl Writer {
    fn put(mut self, value: u32, width: u32) -> Writer {
        debug_assert!(u64::from(value) >> width == 0, "{value} does not fit into {width} bits");
        self.bits |= u128::from(value) << self.at;
        self.at += width;
        self
    }

    fn flag(self, value: bool) -> Writer {
        self.put(u32::from(value), 1)
    }
}

/// Takes fields from bit 0 upward.
struct Reader(u128);

impl Reader {
    fn take(&mut self, width: u32) -> u32 {
        let value = self.0 & ((1 << width) - 1);
        self.0 >>= width;
        value as u32
    }

    fn flag(&mut self) -> bool {
        self.take(1) == 1
    }
}

impl BranchEntry {
    /// Bits of an entry.
    pub const fn width(plan: &MemoryPlan) -> u32 {
        plan.code_log2 + plan.branch_log2 + 4 + 3 + 2 * plan.stack_log2
    }

    /// From bit 0: target, next, lead (4), predict, returns, unwind, height, keep. The entry must be of an image that
    /// was built for this plan.
    pub fn pack(&self, plan: &MemoryPlan) -> u128 {
        Writer::default()
            .put(self.target, plan.code_log2)
            .put(self.next, plan.branch_log2)
            .put(u32::from(self.lead), 4)
            .flag(self.predict)
            .flag(self.returns)
            .flag(self.unwind)
            .put(self.height, plan.stack_log2)
            .put(self.keep, plan.stack_log2)
            .bits
    }

    /// The inverse of [`BranchEntry::pack`].
    pub fn unpack(bits: u128, plan: &MemoryPlan) -> BranchEntry {
        let mut r = Reader(bits);
        // Fields are evaluated in the order written, which is that of the layout.
        BranchEntry {
            target: r.take(plan.code_log2),
            next: r.take(plan.branch_log2),
            lead: r.take(4) as u8,
            predict: r.flag(),
            returns: r.flag(),
            unwind: r.flag(),
            height: r.take(plan.stack_log2),
            keep: r.take(plan.stack_log2),
        }
    }
}

impl FunctionEntry {
    /// Bits of an entry.
    pub const fn width(plan: &MemoryPlan) -> u32 {
        plan.code_log2 + plan.branch_log2 + 4 + 3 * plan.stack_log2
    }

    /// From bit 0: entry, first_branch, lead (4), params, locals, frame. Results are not packed: the core finds them in
    /// returning branch entries. The entry must be of an image that was built for this plan.
    pub fn pack(&self, plan: &MemoryPlan) -> u128 {
        Writer::default()
            .put(self.entry, plan.code_log2)
            .put(self.first_branch, plan.branch_log2)
            .put(u32::from(self.lead), 4)
            .put(self.params, plan.stack_log2)
            .put(self.locals, plan.stack_log2)
            .put(self.frame, plan.stack_log2)
            .bits
    }

    /// The inverse of [`FunctionEntry::pack`], with 0 results.
    pub fn unpack(bits: u128, plan: &MemoryPlan) -> FunctionEntry {
        let mut r = Reader(bits);
        FunctionEntry {
            entry: r.take(plan.code_log2),
            first_branch: r.take(plan.branch_log2),
            lead: r.take(4) as u8,
            params: r.take(plan.stack_log2),
            locals: r.take(plan.stack_log2),
            frame: r.take(plan.stack_log2),
            results: 0,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub const PLAN: MemoryPlan = MemoryPlan {
        name: "test",
        code_log2: 12,
        branch_log2: 8,
        function_log2: 7,
        stack_log2: 9,
        frame_log2: 6,
        memory_log2: 11,
        table_log2: 0,
        services: true,
        resolver: true,
        compact: false,
        single_port: false,
    };

    #[test]
    fn branch_entries_have_the_documented_layout_and_come_back() {
        let one = |entry: BranchEntry, bit: u32| {
            assert_eq!(entry.pack(&PLAN), 1 << bit, "{entry:?}");
            assert_eq!(BranchEntry::unpack(1 << bit, &PLAN), entry);
        };
        let zero = BranchEntry::default();
        one(BranchEntry { target: 1, ..zero }, 0);
        one(BranchEntry { next: 1, ..zero }, 12);
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
}
