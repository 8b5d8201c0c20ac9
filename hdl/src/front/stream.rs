//! Fetch of the compact core: one instruction a group, out of a memory that has neither marks nor a second port.
//!
//! Two rows of code are at hand, that of the group in A and the next one, which stands at the memory's output. When a group
//! leaves the older row behind, the next one takes its place and one more is read, so that straight code flows without a
//! bubble. A redirect takes a cycle more than reading a row. A branch entry has two rows: the group that owns it goes to D
//! and is valid there when both have come, two cycles later. Predicted-taken branches turn fetch meanwhile.
//!
//! ```text
//! clock      _/~\_/~\_/~\_/~\_/~\_
//! redirect   /~~~\________________
//! first      ____/~~~\____________   the target's row is at the memory's output
//! full       ________/~~~~~~~~~~~~   and the next one, that of the target is held: the group goes to D
//! d_valid    ____________/~~~~~~~~
//!
//! full       ~~~~\_______/~~~~~~~~   a group with an entry goes to D; its rows are read
//! one        ____/~~~\____________
//! two        ________/~~~\________
//! d_valid    ____________/~~~~~~~~
//! ```

use crate::front::control::{Arity, Control};
use crate::front::extent::Extent;
use crate::front::op_table::SourceTable;
use crate::front::opcode_rom::OpcodeRom;
use crate::prim::stream_ram::StreamRam;
use crate::prim::switch::Switch;
use layer::circuit;
use rust_hdl::prelude::*;

/// The ports are those of `FetchUnit`, which says what they mean; and with the widths there.
#[derive(LogicBlock, Default)]
pub struct StreamFetch<const C: usize, const B: usize, const S: usize> {
    pub clock: Signal<In, Clock>,
    pub hold: Signal<In, Bit>,
    pub continues: Signal<In, Bit>,
    pub continuing: Signal<In, Bit>,
    pub flush: Signal<In, Bit>,
    pub redirect: Signal<In, Bit>,
    pub redirect_pc: Signal<In, Bits<C>>,
    pub redirect_branch: Signal<In, Bits<B>>,
    pub entry_read: Signal<In, Bit>,
    pub entry_index: Signal<In, Bits<B>>,
    pub write_code: Signal<In, Bit>,
    pub write_address: Signal<In, Bits<32>>,
    pub write_data: Signal<In, Bits<96>>,

    pub d_valid: Signal<Out, Bit>,
    pub d_window: Signal<Out, Bits<64>>,
    pub d_seconds: Signal<Out, Bits<32>>,
    pub d_opcode: Signal<Out, Bits<8>>,
    pub d_source: Signal<Out, Bit>,
    pub d_arity: Signal<Out, Arity>,
    /// What decode would look up by the opcode.
    pub d_control: Signal<Out, Control>,
    pub d_number: Signal<Out, Bits<7>>,
    pub d_lead: Signal<Out, Bits<4>>,
    pub d_predicted: Signal<Out, Bit>,
    pub d_pc: Signal<Out, Bits<C>>,
    pub d_next_branch: Signal<Out, Bits<B>>,
    pub d_other_pc: Signal<Out, Bits<C>>,
    pub d_other_branch: Signal<Out, Bits<B>>,
    pub d_returns: Signal<Out, Bit>,
    pub d_unwind: Signal<Out, Bit>,
    pub d_height: Signal<Out, Bits<S>>,
    pub d_keep: Signal<Out, Bits<S>>,
    /// An entry that was asked for is there, in the place of that of the group in D.
    pub entry_ready: Signal<Out, Bit>,
    pub reads_entry: Signal<Out, Bit>,

    /// Whether it is there at all.
    present: Switch,
    ram: StreamRam<C, B, S>,
    extent: Extent,
    pub(crate) opcodes: OpcodeRom,
    sources: SourceTable,

    /// The row of code in which the group in A begins.
    older: DFF<Bits<32>>,
    /// That row is at the memory's output; it is in `older` and the next one at the output; was. None of them: it has to
    /// be read.
    first: DFF<Bit>,
    full: DFF<Bit>,
    stale: DFF<Bit>,
    // An entry: its first row is at the memory's output; the second one; it was asked for; and is there.
    one: DFF<Bit>,
    two: DFF<Bit>,
    asked: DFF<Bit>,
    held: DFF<Bit>,

    // Stage A.
    a_valid: DFF<Bit>,
    a_pc: DFF<Bits<C>>,
    a_branch: DFF<Bits<B>>,
    a_both: Signal<Local, Bits<64>>,
    a_half: Signal<Local, Bits<64>>,
    a_window: Signal<Local, Bits<64>>,
    a_offset: Signal<Local, Bits<2>>,
    a_continues: Signal<Local, Bit>,
    /// Where the next group begins, from the first byte of the row on.
    a_end: Signal<Local, Bits<4>>,
    a_next_pc: Signal<Local, Bits<C>>,
    a_next_branch: Signal<Local, Bits<B>>,
    /// The group goes to D; beyond the row; beyond the next one, too.
    moves: Signal<Local, Bit>,
    crosses: Signal<Local, Bit>,
    skips: Signal<Local, Bit>,
    /// No entry is being read.
    idle: Signal<Local, Bit>,
    /// The memory reads the first row of an entry.
    begins: Signal<Local, Bit>,
    /// It would if the group moved.
    owner: Signal<Local, Bit>,
    index: Signal<Local, Bits<B>>,
    entry_row: Signal<Local, Bits<C>>,
    /// The row of code that is read next, from that of the group in A on.
    ahead: Signal<Local, Bits<2>>,
    next_row: Signal<Local, Bits<C>>,
    turns: Signal<Local, Bit>,

    dv: DFF<Bit>,
    window: DFF<Bits<64>>,
    serial: DFF<Bit>,
    opcode: DFF<Bits<8>>,
    source: DFF<Bit>,
    last: DFF<Bits<3>>,
    /// It owns an entry.
    owns: DFF<Bit>,
    /// Of a group that owns an entry.
    predicted: DFF<Bit>,
    pc: DFF<Bits<C>>,
    next_branch: DFF<Bits<B>>,
    other_pc: DFF<Bits<C>>,
    other_branch: DFF<Bits<B>>,
    returns: DFF<Bit>,
    unwind: DFF<Bit>,
    height: DFF<Bits<S>>,
    keep: DFF<Bits<S>>,
}

impl<const C: usize, const B: usize, const S: usize> StreamFetch<C, B, S> {
    /// None: what stands for it in a full core.
    pub fn absent() -> Self {
        Self { present: Switch::new(false), ..Default::default() }
    }
}

impl<const C: usize, const B: usize, const S: usize> Logic for StreamFetch<C, B, S> {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, older, first, full, stale, one, two, asked, held, a_valid, a_pc, a_branch);
        dff_setup!(self, clock, dv, window, serial, opcode, source, last, owns, predicted, pc, next_branch);
        dff_setup!(self, clock, other_pc, other_branch, returns, unwind, height, keep);
        clock!(self, clock, ram, opcodes);
        self.ram.write.next = self.write_code.val();
        self.ram.write_number.next = self.write_address.val();
        self.ram.write_data.next = bit_cast::<64, 96>(self.write_data.val());

        // Stage A: the bytes from the group on, and how many of them it is.
        self.a_offset.next = self.a_pc.q.val().get_bits::<2>(0);
        self.a_both.next = bit_cast::<64, 32>(self.older.q.val()) | (bit_cast::<64, 32>(self.ram.word.val()) << 32);
        self.a_half.next = if self.a_offset.val().get_bit(1) { self.a_both.val() >> 16 } else { self.a_both.val() };
        self.a_window.next = if self.a_offset.val().get_bit(0) { self.a_half.val() >> 8 } else { self.a_half.val() };
        self.a_continues.next = self.continues.val() | (self.continuing.val() & !self.dv.q.val());
        self.extent.window.next = self.a_window.val();
        self.extent.five.next = self.a_offset.val().all();
        self.extent.continues.next = self.a_continues.val();
        self.a_end.next = bit_cast::<4, 2>(self.a_offset.val()) + bit_cast::<4, 3>(self.extent.last.val()) + 1;
        self.a_next_pc.next = ((self.a_pc.q.val() >> 2) << 2) + bit_cast::<C, 4>(self.a_end.val());
        self.a_next_branch.next = self.a_branch.q.val() + 1;
        self.idle.next = !self.one.q.val() & !self.two.q.val() & !self.held.q.val();
        self.moves.next = self.a_valid.q.val() & self.full.q.val() & !self.hold.val() & self.idle.val();
        self.crosses.next = self.moves.val() & self.a_end.val().get_bit(2);
        self.skips.next = self.moves.val() & self.a_end.val().get_bit(3);

        // What the memory reads: the next row, of code or of an entry.
        self.owner.next = self.full.q.val() & self.idle.val() & self.extent.entry.val();
        self.begins.next = self.entry_read.val() | (self.moves.val() & self.extent.entry.val());
        self.index.next = if self.entry_read.val() { self.entry_index.val() } else { self.a_branch.q.val() };
        self.entry_row.next = (!bit_cast::<C, B>(self.index.val())) << 1;
        if self.one.q.val() & !self.entry_read.val() {
            self.entry_row.next = ((!bit_cast::<C, B>(self.index.val())) << 1) | 1;
        }
        self.ahead.next = 0.into();
        if self.first.q.val() | self.stale.q.val() {
            self.ahead.next = 1.into();
        }
        if self.full.q.val() {
            self.ahead.next = 2.into();
        }
        self.next_row.next = (self.a_pc.q.val() >> 2) + bit_cast::<C, 2>(self.ahead.val());
        self.ram.row.next = if self.entry_read.val() | self.owner.val() | self.one.q.val() {
            self.entry_row.val()
        } else {
            self.next_row.val()
        };
        // Whether the group moves comes last: then there is a row to read, or else what has been read stays.
        self.ram.read.next = !self.full.q.val()
            | self.crosses.val()
            | self.skips.val()
            | self.begins.val()
            | self.one.q.val()
            | self.redirect.val();
        self.turns.next = self.one.q.val() & !self.asked.q.val() & self.ram.predict.val() & !self.serial.q.val();

        // What it has read, and where A goes on.
        if self.first.q.val() | self.crosses.val() {
            self.older.d.next = self.ram.word.val();
        }
        if !self.one.q.val() {
            self.first.d.next = !self.first.q.val() & !self.full.q.val() & !self.stale.q.val();
            self.full.d.next = self.first.q.val() | self.full.q.val() | self.stale.q.val();
            self.stale.d.next = false;
        }
        if self.skips.val() {
            self.first.d.next = true;
            self.full.d.next = false;
        }
        if self.moves.val() {
            self.a_pc.d.next = self.a_next_pc.val();
        }
        if self.begins.val() {
            self.first.d.next = false;
            self.full.d.next = false;
            self.stale.d.next = !self.skips.val();
        }
        self.one.d.next = self.begins.val() & (self.entry_read.val() | !self.flush.val());
        self.two.d.next = self.one.q.val() & !self.entry_read.val() & (self.asked.q.val() | !self.flush.val());
        self.held.d.next = (self.two.q.val() & self.asked.q.val() & !self.entry_read.val())
            | (self.held.q.val() & !self.entry_read.val());
        if self.begins.val() {
            self.asked.d.next = self.entry_read.val();
        }
        if self.entry_read.val() {
            self.a_branch.d.next = self.entry_index.val();
        } else if self.two.q.val() & !self.asked.q.val() {
            self.a_branch.d.next =
                if self.predicted.q.val() { self.ram.following.val() } else { self.a_next_branch.val() };
        }
        if self.turns.val() {
            self.a_pc.d.next = self.ram.target.val();
            self.stale.d.next = false;
        }
        if self.flush.val() {
            self.a_valid.d.next = false;
        }
        if self.redirect.val() {
            self.a_valid.d.next = true;
            self.a_pc.d.next = self.redirect_pc.val();
            self.a_branch.d.next = self.redirect_branch.val();
            self.ram.row.next = self.redirect_pc.val() >> 2;
            self.first.d.next = true;
            self.full.d.next = false;
            self.stale.d.next = false;
            self.one.d.next = false;
            self.two.d.next = false;
            self.held.d.next = false;
        }

        // A to D.
        self.sources.opcode.next = self.a_window.val().get_bits::<8>(0);
        self.opcodes.opcode.next = self.a_window.val().get_bits::<8>(0);
        self.opcodes.entry.next = self.extent.entry.val();
        self.opcodes.read.next = !self.hold.val() & self.idle.val() & !self.a_continues.val();
        if !self.hold.val() {
            self.dv.d.next = ((self.moves.val() & !self.extent.entry.val()) | (self.two.q.val() & !self.asked.q.val()))
                & !self.flush.val();
        }
        if !self.hold.val() & self.idle.val() {
            self.window.d.next = self.a_window.val();
            self.serial.d.next = self.extent.serial.val();
            self.last.d.next = self.extent.last.val();
            if !self.a_continues.val() {
                self.opcode.d.next = self.a_window.val().get_bits::<8>(0);
                self.source.d.next = self.sources.is_source.val();
                self.owns.d.next = self.extent.entry.val();
                self.pc.d.next = self.a_pc.q.val();
                self.next_branch.d.next = self.a_branch.q.val();
                self.other_branch.d.next = self.a_branch.q.val();
            }
            // Where a call returns to is behind its last byte.
            if !self.a_continues.val() | !self.owns.q.val() {
                self.other_pc.d.next = self.a_next_pc.val();
            }
        }
        if self.one.q.val() {
            self.predicted.d.next = self.turns.val();
            self.keep.d.next = self.ram.keep.val();
            if !self.turns.val() {
                self.other_pc.d.next = self.ram.target.val();
            }
        }
        if self.two.q.val() {
            self.returns.d.next = self.ram.returns.val();
            self.unwind.d.next = self.ram.unwind.val();
            self.next_branch.d.next = self.a_next_branch.val();
            self.other_branch.d.next =
                if self.predicted.q.val() { self.a_next_branch.val() } else { self.ram.following.val() };
            self.height.d.next = self.ram.height.val();
        }

        self.d_valid.next = self.dv.q.val();
        self.d_window.next = self.window.q.val();
        self.d_seconds.next = 0.into();
        if self.serial.q.val() {
            self.d_seconds.next = 0x10_u32.to_bits();
        }
        self.d_opcode.next = self.opcode.q.val();
        self.d_source.next = self.source.q.val();
        self.d_arity.next = self.opcodes.arity.val();
        self.d_control.next = self.opcodes.control.val();
        self.d_number.next = self.opcodes.number.val();
        self.d_lead.next = bit_cast::<4, 3>(self.last.q.val());
        if self.owns.q.val() {
            self.d_lead.next = bit_cast::<4, 3>(self.last.q.val()) | 8;
        }
        self.d_predicted.next = self.predicted.q.val();
        self.d_pc.next = self.pc.q.val();
        self.d_next_branch.next = self.next_branch.q.val();
        self.d_other_pc.next = self.other_pc.q.val();
        self.d_other_branch.next = self.other_branch.q.val();
        self.d_returns.next = self.returns.q.val();
        self.d_unwind.next = self.unwind.q.val();
        self.d_height.next = self.height.q.val();
        self.d_keep.next = self.keep.q.val();
        self.entry_ready.next = self.held.q.val();
        self.reads_entry.next = (self.one.q.val() | self.two.q.val()) & !self.asked.q.val();
    }
}
