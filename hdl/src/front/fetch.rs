//! Fetch and align: stages F and A of the full core's pipeline.
//!
//! Reads the eight code bytes and marks at the address of the next group, rotates them, and hands the group to decode.
//! The lead mark of the group before says how long this one is and whether it ends in a branch, so the address of the
//! next group needs no look at the bytes. The entry of the next branch is always at the branch RAM's output; a group
//! whose branch is predicted taken is followed by the target's group without a bubble.
//!
//! ```text
//! clock      _/~\_/~\_/~\_/~\_
//! redirect   /~~~\____________   address of the target to the RAMs (F)
//! a_valid    ____/~~~\________   bytes and marks arrive and are rotated (A)
//! d_valid    ________/~~~\____   the group is in decode (D)
//! ```

use crate::front::control::Arity;
use crate::front::op_table::{ArityTable, SourceTable};
use crate::prim::code_ram::CodeRam;
use crate::prim::late::{Late, LateChoice};
use crate::prim::names::Opcodes;
use crate::prim::record_ram::BranchRam;
use crate::prim::switch::Switch;
use layer::circuit;
use rust_hdl::prelude::*;

/// `C`: width of a code address; `B`: of a branch-entry index; `S`: of a stack slot number.
#[derive(LogicBlock, Default)]
pub struct Fetch<const C: usize, const B: usize, const S: usize> {
    pub clock: Signal<In, Clock>,
    /// Nothing moves: decode keeps its group.
    pub hold: Signal<In, Late>,
    /// The group that comes to D continues the instruction there, whose opcode, operands and address stay.
    pub continues: Signal<In, Bit>,
    /// Drops the groups in A and D. Not together with `hold`.
    pub flush: Signal<In, Bit>,
    /// Fetches from here; wins over everything else.
    pub redirect: Signal<In, Bit>,
    pub redirect_pc: Signal<In, Bits<C>>,
    pub redirect_lead: Signal<In, Bits<4>>,
    pub redirect_branch: Signal<In, Bits<B>>,
    /// Each byte is a group, whatever its mark, and none is a branch. A redirect with lead 0 comes first.
    pub plain: Signal<In, Bit>,
    /// Reads a branch entry for the sequencer, while no group is in A. The entry is at `entry_*` in the next cycle.
    pub entry_read: Signal<In, Bit>,
    pub entry_index: Signal<In, Bits<B>>,

    pub d_valid: Signal<Out, Bit>,
    /// The group's bytes, the first one lowest.
    pub d_window: Signal<Out, Bits<64>>,
    /// Where opcodes of a second source (at byte 1: of a serial group), of the operation and of the destination are:
    /// bit 4k stands for byte k of the group.
    pub d_seconds: Signal<Out, Bits<32>>,
    pub d_operations: Signal<Out, Bits<32>>,
    pub d_destinations: Signal<Out, Bits<32>>,
    /// The first opcode; whether it is that of a source: `local.get`, `global.get` or a constant.
    pub d_opcode: Signal<Out, Bits<8>>,
    pub d_source: Signal<Out, Bit>,
    /// The operands of the operation, also if it is behind a source. Known early, because their addresses depend on it.
    pub d_arity: Signal<Out, Arity>,
    pub d_lead: Signal<Out, Bits<4>>,
    pub d_predicted: Signal<Out, Bit>,
    /// Of a long instruction's first group.
    pub d_pc: Signal<Out, Bits<C>>,
    /// Index of the first branch entry after this group.
    pub d_next_branch: Signal<Out, Bits<B>>,
    /// The way that fetch does not go after this group: the target in its branch entry, if it owns one and is not
    /// predicted taken, or else where the next group in code order begins; its lead, and the entry index there.
    pub d_other_pc: Signal<Out, Bits<C>>,
    pub d_other_lead: Signal<Out, Bits<4>>,
    pub d_other_branch: Signal<Out, Bits<B>>,
    /// The rest of its branch entry.
    pub d_returns: Signal<Out, Bit>,
    pub d_unwind: Signal<Out, Bit>,
    pub d_height: Signal<Out, Bits<S>>,
    pub d_keep: Signal<Out, Bits<S>>,

    /// The branch RAM's output.
    pub entry_target: Signal<Out, Bits<C>>,
    pub entry_branch: Signal<Out, Bits<B>>,
    pub entry_lead: Signal<Out, Bits<4>>,
    pub entry_returns: Signal<Out, Bit>,
    pub entry_unwind: Signal<Out, Bit>,
    pub entry_height: Signal<Out, Bits<S>>,
    pub entry_keep: Signal<Out, Bits<S>>,

    // Writes, while nothing runs: a row of code; marks of the row `mark_row`, those with an enable bit; parts of
    // a packed entry, as `BranchRam` has them.
    pub write_code: Signal<In, Bit>,
    pub write_address: Signal<In, Bits<32>>,
    pub write_data: Signal<In, Bits<96>>,
    pub write_marks: Signal<In, Bits<8>>,
    pub mark_row: Signal<In, Bits<C>>,
    pub marks_data: Signal<In, Bits<32>>,
    pub write_branch: Signal<In, Bits<3>>,
    pub branch_index: Signal<In, Bits<B>>,
    pub branch_data: Signal<In, Bits<96>>,

    /// Whether it is there at all.
    present: Switch,
    code: CodeRam<C>,
    entries: BranchRam<B, C, S>,

    // Stage A: the group whose bytes are at the RAMs' outputs.
    a_valid: DFF<Bit>,
    a_pc: DFF<Bits<C>>,
    a_lead: DFF<Bits<4>>,
    a_branch: DFF<Bits<B>>,
    a_length: Signal<Local, Bits<C>>,
    /// Where the roles of its bytes stand; these; the low and the high bit of each, and whether it is binary.
    a_inside: Signal<Local, Bits<32>>,
    a_roles: Signal<Local, Bits<32>>,
    a_low: Signal<Local, Bits<32>>,
    a_high: Signal<Local, Bits<32>>,
    a_opcode: Signal<Local, Bits<8>>,
    a_source: Signal<Local, Bit>,
    pub(crate) arities: ArityTable,
    sources: SourceTable,
    opcodes: Opcodes,
    a_binary: Signal<Local, Bit>,
    /// Where operations are; whether one of them is a `select`.
    a_operations: Signal<Local, Bits<32>>,
    a_select: Signal<Local, Bit>,
    a_arity: Signal<Local, Arity>,
    a_ends: Signal<Local, Bit>,
    a_taken: Signal<Local, Bit>,
    a_next_pc: Signal<Local, Bits<C>>,
    a_next_branch: Signal<Local, Bits<B>>,
    a_next_lead: Signal<Local, Bits<4>>,
    rotate4: Signal<Local, Bits<64>>,
    rotate2: Signal<Local, Bits<64>>,
    rotate1: Signal<Local, Bits<64>>,
    marks4: Signal<Local, Bits<32>>,
    marks2: Signal<Local, Bits<32>>,
    marks1: Signal<Local, Bits<32>>,

    // F: the address that goes to the RAMs.
    reads: LateChoice,
    entry_reads: LateChoice,
    moves: LateChoice,
    f_read: Signal<Local, Bit>,
    f_pc: Signal<Local, Bits<C>>,
    f_lead: Signal<Local, Bits<4>>,
    f_branch: Signal<Local, Bits<B>>,

    dv: DFF<Bit>,
    window: DFF<Bits<64>>,
    seconds: DFF<Bits<32>>,
    operations: DFF<Bits<32>>,
    destinations: DFF<Bits<32>>,
    opcode: DFF<Bits<8>>,
    source: DFF<Bit>,
    arity: DFF<Arity>,
    lead: DFF<Bits<4>>,
    predicted: DFF<Bit>,
    pc: DFF<Bits<C>>,
    next_branch: DFF<Bits<B>>,
    other_pc: DFF<Bits<C>>,
    other_lead: DFF<Bits<4>>,
    other_branch: DFF<Bits<B>>,
    returns: DFF<Bit>,
    unwind: DFF<Bit>,
    height: DFF<Bits<S>>,
    keep: DFF<Bits<S>>,
}

impl<const C: usize, const B: usize, const S: usize> Fetch<C, B, S> {
    /// None: what stands for it in a compact core.
    pub fn absent() -> Self {
        Self { present: Switch::new(false), ..Default::default() }
    }
}

impl<const C: usize, const B: usize, const S: usize> Logic for Fetch<C, B, S> {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, a_valid, a_pc, a_lead, a_branch);
        dff_setup!(self, clock, dv, window, seconds, operations, destinations, opcode, source, arity, lead, predicted);
        dff_setup!(self, clock, pc, next_branch, other_pc, other_lead, other_branch, returns, unwind, height, keep);

        // Writes.
        self.code.clock.next = self.clock.val();
        self.code.write_enable.next = self.write_code.val();
        self.code.write_row.next = bit_cast::<C, 32>(self.write_address.val());
        self.code.write_data.next = bit_cast::<64, 96>(self.write_data.val());
        self.code.mark_enables.next = self.write_marks.val();
        self.code.mark_row.next = self.mark_row.val();
        self.code.mark_data.next = self.marks_data.val();
        self.entries.clock.next = self.clock.val();
        self.entries.write_parts.next = self.write_branch.val();
        self.entries.write_address.next = self.branch_index.val();
        self.entries.write_data.next = self.branch_data.val();

        // Stage A: what follows this group in code order.
        self.a_length.next = bit_cast::<C, 3>(self.a_lead.q.val().get_bits::<3>(0));
        self.a_next_pc.next = self.a_pc.q.val() + self.a_length.val() + 1;
        self.a_ends.next = self.a_valid.q.val() & self.a_lead.q.val().get_bit(3);
        self.a_next_branch.next = if self.a_ends.val() { self.a_branch.q.val() + 1 } else { self.a_branch.q.val() };
        self.a_taken.next = self.a_ends.val() & self.entries.predict.val().any();

        // Stage A: rotation of bytes and marks.
        self.rotate4.next = self.code.read_data.val();
        self.marks4.next = self.code.read_marks.val();
        if self.a_pc.q.val().get_bit(2) {
            self.rotate4.next = (self.code.read_data.val() >> 32) | (self.code.read_data.val() << 32);
            self.marks4.next = (self.code.read_marks.val() >> 16) | (self.code.read_marks.val() << 16);
        }
        self.rotate2.next = self.rotate4.val();
        self.marks2.next = self.marks4.val();
        if self.a_pc.q.val().get_bit(1) {
            self.rotate2.next = (self.rotate4.val() >> 16) | (self.rotate4.val() << 48);
            self.marks2.next = (self.marks4.val() >> 8) | (self.marks4.val() << 24);
        }
        self.rotate1.next = self.rotate2.val();
        self.marks1.next = self.marks2.val();
        if self.a_pc.q.val().get_bit(0) {
            self.rotate1.next = (self.rotate2.val() >> 8) | (self.rotate2.val() << 56);
            self.marks1.next = (self.marks2.val() >> 4) | (self.marks2.val() << 28);
        }
        self.a_next_lead.next = if self.plain.val() { 0.into() } else { self.marks1.val().get_bits::<4>(0) };

        // Stage A: what needs a look at the group, but not at its operation.
        match self.a_lead.q.val().get_bits::<3>(0).index() {
            0 => self.a_inside.next = 0.into(),
            1 => self.a_inside.next = 0x70_u32.to_bits(),
            2 => self.a_inside.next = 0x770_u32.to_bits(),
            3 => self.a_inside.next = 0x7770_u32.to_bits(),
            4 => self.a_inside.next = 0x0007_7770_u32.to_bits(),
            5 => self.a_inside.next = 0x0077_7770_u32.to_bits(),
            6 => self.a_inside.next = 0x0777_7770_u32.to_bits(),
            _ => self.a_inside.next = 0x7777_7770_u32.to_bits(),
        }
        self.a_roles.next = self.marks1.val() & self.a_inside.val();
        self.a_low.next = self.a_roles.val() & 0x1111_1111_u32.to_bits();
        self.a_high.next = (self.a_roles.val() >> 1) & 0x1111_1111_u32.to_bits();
        self.a_opcode.next = self.rotate1.val().get_bits::<8>(0);
        self.sources.opcode.next = self.a_opcode.val();
        self.a_source.next = self.sources.is_source.val();

        // Behind a source, the operation's mark tells where the opcode of a `select` would be.
        self.a_operations.next = self.a_high.val() & !self.a_low.val();
        self.a_select.next = (self.a_operations.val().get_bit(8)
            & ((self.rotate1.val().get_bits::<8>(16) == self.opcodes.select.val())
                | (self.rotate1.val().get_bits::<8>(16) == self.opcodes.select_typed.val())))
            | (self.a_operations.val().get_bit(12)
                & ((self.rotate1.val().get_bits::<8>(24) == self.opcodes.select.val())
                    | (self.rotate1.val().get_bits::<8>(24) == self.opcodes.select_typed.val())))
            | (self.a_operations.val().get_bit(16)
                & ((self.rotate1.val().get_bits::<8>(32) == self.opcodes.select.val())
                    | (self.rotate1.val().get_bits::<8>(32) == self.opcodes.select_typed.val())))
            | (self.a_operations.val().get_bit(20)
                & ((self.rotate1.val().get_bits::<8>(40) == self.opcodes.select.val())
                    | (self.rotate1.val().get_bits::<8>(40) == self.opcodes.select_typed.val())))
            | (self.a_operations.val().get_bit(24)
                & ((self.rotate1.val().get_bits::<8>(48) == self.opcodes.select.val())
                    | (self.rotate1.val().get_bits::<8>(48) == self.opcodes.select_typed.val())));
        self.a_binary.next = (self.a_roles.val() & 0x4444_4444_u32.to_bits()).any();
        self.arities.opcode.next = self.a_opcode.val();
        self.arities.entry.next = self.a_lead.q.val().get_bit(3);
        self.a_arity.next = self.arities.arity.val();
        if self.a_source.val() {
            self.a_arity.next.unary = !self.a_binary.val();
            self.a_arity.next.binary = self.a_binary.val();
            self.a_arity.next.select = self.a_select.val();
        }

        // F: the next address.
        self.f_pc.next = self.a_next_pc.val();
        self.f_lead.next = self.a_next_lead.val();
        self.f_branch.next = self.a_next_branch.val();
        if self.a_taken.val() {
            self.f_pc.next = self.entries.target.val();
            self.f_lead.next = self.entries.lead.val();
            self.f_branch.next = self.entries.following.val();
        }
        if self.redirect.val() {
            self.f_pc.next = self.redirect_pc.val();
            self.f_lead.next = self.redirect_lead.val();
            self.f_branch.next = self.redirect_branch.val();
        }
        self.moves.of.next.comes = self.hold.val().comes;
        self.moves.of.next.then = !self.hold.val().then;
        self.moves.of.next.otherwise = !self.hold.val().otherwise;
        self.reads.of.next.comes = self.hold.val().comes;
        self.reads.of.next.then = !self.hold.val().then | self.redirect.val();
        self.reads.of.next.otherwise = !self.hold.val().otherwise | self.redirect.val();
        self.f_read.next = self.reads.value.val();
        self.code.read_enable.next = self.f_read.val();
        self.code.read_address.next = self.f_pc.val();
        self.entry_reads.of.next.comes = self.hold.val().comes;
        self.entry_reads.of.next.then = !self.hold.val().then | self.redirect.val() | self.entry_read.val();
        self.entry_reads.of.next.otherwise = !self.hold.val().otherwise | self.redirect.val() | self.entry_read.val();
        self.entries.read_enable.next = self.entry_reads.value.val();
        self.entries.read_address.next =
            if self.entry_read.val() { self.entry_index.val() } else { self.f_branch.val() };
        if self.f_read.val() {
            self.a_valid.d.next = (self.a_valid.q.val() & !self.flush.val()) | self.redirect.val();
            self.a_pc.d.next = self.f_pc.val();
            self.a_lead.d.next = self.f_lead.val();
            self.a_branch.d.next = self.f_branch.val();
        }

        // A to D.
        if self.moves.value.val() {
            self.dv.d.next = self.a_valid.q.val() & !self.flush.val();
            self.window.d.next = self.rotate1.val();
            self.seconds.d.next = self.a_low.val() & !self.a_high.val();
            self.operations.d.next = self.a_operations.val();
            self.destinations.d.next = self.a_high.val() & self.a_low.val();
            self.lead.d.next = self.a_lead.q.val();
            self.predicted.d.next = self.a_taken.val();
            self.next_branch.d.next = self.a_next_branch.val();
            self.other_pc.d.next = self.a_next_pc.val();
            self.other_lead.d.next = self.a_next_lead.val();
            self.other_branch.d.next = self.a_next_branch.val();
            if self.a_lead.q.val().get_bit(3) & !self.entries.predict.val().any() {
                self.other_pc.d.next = self.entries.target.val();
                self.other_lead.d.next = self.entries.lead.val();
                self.other_branch.d.next = self.entries.following.val();
            }
            self.returns.d.next = self.entries.returns.val().any();
            self.unwind.d.next = self.entries.unwind.val().any();
            self.height.d.next = self.entries.height.val();
            self.keep.d.next = self.entries.keep.val();
        }
        if self.moves.value.val() & !self.continues.val() {
            self.opcode.d.next = self.a_opcode.val();
            self.source.d.next = self.a_source.val();
            self.arity.d.next = self.a_arity.val();
            self.pc.d.next = self.a_pc.q.val();
        }

        // Outputs.
        self.d_valid.next = self.dv.q.val();
        self.d_window.next = self.window.q.val();
        self.d_seconds.next = self.seconds.q.val();
        self.d_operations.next = self.operations.q.val();
        self.d_destinations.next = self.destinations.q.val();
        self.d_opcode.next = self.opcode.q.val();
        self.d_source.next = self.source.q.val();
        self.d_arity.next = self.arity.q.val();
        self.d_lead.next = self.lead.q.val();
        self.d_predicted.next = self.predicted.q.val();
        self.d_pc.next = self.pc.q.val();
        self.d_next_branch.next = self.next_branch.q.val();
        self.d_other_pc.next = self.other_pc.q.val();
        self.d_other_lead.next = self.other_lead.q.val();
        self.d_other_branch.next = self.other_branch.q.val();
        self.d_returns.next = self.returns.q.val();
        self.d_unwind.next = self.unwind.q.val();
        self.d_height.next = self.height.q.val();
        self.d_keep.next = self.keep.q.val();
        self.entry_target.next = self.entries.target.val();
        self.entry_branch.next = self.entries.following.val();
        self.entry_lead.next = self.entries.lead.val();
        self.entry_returns.next = self.entries.returns.val().any();
        self.entry_unwind.next = self.entries.unwind.val().any();
        self.entry_height.next = self.entries.height.val();
        self.entry_keep.next = self.entries.keep.val();
    }
}
