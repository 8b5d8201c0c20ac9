//! Stages F and A of either kind of core: joins the core with [`Fetch`] or with [`StreamFetch`], of which it has one.

use crate::front::control::{Arity, Control};
use crate::front::fetch::Fetch;
use crate::front::stream::StreamFetch;
use crate::prim::late::Late;
use layer::circuit;
use rust_hdl::prelude::*;

/// The ports are those of [`Fetch`], which says what they mean; widths are as there.
#[derive(LogicBlock, Default)]
pub struct FetchUnit<const C: usize, const B: usize, const S: usize> {
    pub clock: Signal<In, Clock>,
    /// It is the compact core's; constant.
    pub compact: Signal<In, Bit>,
    pub hold: Signal<In, Late>,
    pub continues: Signal<In, Bit>,
    /// Decode has read a part of a long instruction, and not all of it.
    pub continuing: Signal<In, Bit>,
    pub flush: Signal<In, Bit>,
    pub redirect: Signal<In, Bit>,
    pub redirect_pc: Signal<In, Bits<C>>,
    pub redirect_lead: Signal<In, Bits<4>>,
    pub redirect_branch: Signal<In, Bits<B>>,
    pub plain: Signal<In, Bit>,
    pub entry_read: Signal<In, Bit>,
    pub entry_index: Signal<In, Bits<B>>,

    pub d_valid: Signal<Out, Bit>,
    pub d_window: Signal<Out, Bits<64>>,
    pub d_seconds: Signal<Out, Bits<32>>,
    pub d_operations: Signal<Out, Bits<32>>,
    pub d_destinations: Signal<Out, Bits<32>>,
    pub d_opcode: Signal<Out, Bits<8>>,
    pub d_source: Signal<Out, Bit>,
    pub d_arity: Signal<Out, Arity>,
    /// Of the compact core: what decode would look up by the opcode.
    pub d_control: Signal<Out, Control>,
    pub d_number: Signal<Out, Bits<7>>,
    pub d_lead: Signal<Out, Bits<4>>,
    pub d_predicted: Signal<Out, Bit>,
    pub d_pc: Signal<Out, Bits<C>>,
    pub d_next_branch: Signal<Out, Bits<B>>,
    pub d_other_pc: Signal<Out, Bits<C>>,
    pub d_other_lead: Signal<Out, Bits<4>>,
    pub d_other_branch: Signal<Out, Bits<B>>,
    pub d_returns: Signal<Out, Bit>,
    pub d_unwind: Signal<Out, Bit>,
    pub d_height: Signal<Out, Bits<S>>,
    pub d_keep: Signal<Out, Bits<S>>,

    /// The entry that was read is at `entry_*`: in a full core in the next cycle and without a sign.
    pub entry_ready: Signal<Out, Bit>,
    /// The group that comes to D waits for its branch entry.
    pub reads_entry: Signal<Out, Bit>,
    pub entry_target: Signal<Out, Bits<C>>,
    pub entry_branch: Signal<Out, Bits<B>>,
    pub entry_lead: Signal<Out, Bits<4>>,
    pub entry_returns: Signal<Out, Bit>,
    pub entry_unwind: Signal<Out, Bit>,
    pub entry_height: Signal<Out, Bits<S>>,
    pub entry_keep: Signal<Out, Bits<S>>,

    pub write_code: Signal<In, Bit>,
    pub write_address: Signal<In, Bits<32>>,
    pub write_data: Signal<In, Bits<96>>,
    pub write_marks: Signal<In, Bits<8>>,
    pub mark_row: Signal<In, Bits<C>>,
    pub marks_data: Signal<In, Bits<32>>,
    pub write_branch: Signal<In, Bits<3>>,
    pub branch_index: Signal<In, Bits<B>>,
    pub branch_data: Signal<In, Bits<96>>,

    pub(crate) groups: Fetch<C, B, S>,
    pub(crate) stream: StreamFetch<C, B, S>,
}

impl<const C: usize, const B: usize, const S: usize> Logic for FetchUnit<C, B, S> {
    #[circuit]
    fn update(&mut self) {
        connect!(self => self.groups;
            clock, hold, continues, flush, redirect, redirect_pc, redirect_lead, redirect_branch, plain, entry_read,
            entry_index, write_code, write_address, write_data, write_marks, mark_row, marks_data, write_branch,
            branch_index, branch_data);
        connect!(self => self.stream;
            clock, continues, continuing, flush, redirect, redirect_pc, redirect_branch, entry_read, entry_index,
            write_code, write_address, write_data);

        connect!(self.groups => self;
            d_valid, d_window, d_seconds, d_operations, d_destinations, d_opcode, d_source, d_arity, d_lead, d_predicted,
            d_pc, d_next_branch, d_other_pc, d_other_lead, d_other_branch, d_returns, d_unwind, d_height, d_keep,
            entry_target, entry_branch, entry_lead, entry_returns, entry_unwind, entry_height, entry_keep);
        self.stream.hold.next = if self.hold.val().comes { self.hold.val().then } else { self.hold.val().otherwise };
        connect!(self.stream => self; d_control, d_number, reads_entry);
        self.entry_ready.next = true;
        if self.compact.val() {
            connect!(self.stream => self;
                d_valid, d_window, d_seconds, d_opcode, d_source, d_arity, d_lead, d_predicted, d_pc, d_next_branch,
                d_other_pc, d_other_branch, d_returns, d_unwind, d_height, d_keep, entry_ready);
            self.entry_target.next = self.stream.d_other_pc.val();
            self.entry_branch.next = self.stream.d_other_branch.val();
            self.entry_returns.next = self.stream.d_returns.val();
            self.entry_unwind.next = self.stream.d_unwind.val();
            self.entry_height.next = self.stream.d_height.val();
            self.entry_keep.next = self.stream.d_keep.val();
        }
    }
}
