//! The service unit: instructions on tables, references and whole ranges of memory (`Op::is_service`).
//!
//! It works on the drained pipeline with all operands in the stack RAM, so that rare instructions cost the pipeline
//! nothing. It reads up to three operands and two descriptors (`isa::slots`), checks, and moves one element a cycle:
//! a slot, a byte, or a row of four bytes where both sides are aligned.
//!
//! ```text
//! Below1 Below2 Below3 Descriptors Source Decide     every instruction, then
//!   Ends Compare Place Move ... Finish               ranges
//!   Move ... Finish                                  table.grow
//!   Element [Chosen] Finish                          table.get, indirect calls
//!   Finish                                           everything else
//! ```

use crate::prim::service_table::ServiceTable;
use crate::stop_code::StopCode;
use isa::outcome::{Exhausted, Fault, Stop, Trap};
use rust_hdl::prelude::*;

/// What kind of instruction it is; the table in `prim::service_table` derives it from the code of its row.
#[derive(Clone, Copy, Debug, PartialEq, Default, LogicStruct)]
pub struct Service {
    /// Not an instruction of this unit.
    pub illegal: Bit,
    /// Works on a range of n elements; without `table` of memory.
    pub range: Bit,
    pub table: Bit,
    /// The range is filled with a value; otherwise copied.
    pub fill: Bit,
    /// The source is a segment.
    pub segment: Bit,
    /// The segment is forgotten.
    pub discard: Bit,
    /// Reads the element at the index on top.
    pub element: Bit,
    /// Writes the element at the index below the top.
    pub set: Bit,
    pub size: Bit,
    pub grow: Bit,
    pub ref_null: Bit,
    pub ref_is_null: Bit,
    pub ref_func: Bit,
    /// Operands taken.
    pub pops: Bits<2>,
    pub pushes: Bit,
}

#[derive(Copy, Clone, PartialEq, Debug, LogicState)]
enum State {
    Idle,
    Below1,
    Below2,
    Below3,
    Descriptors,
    Source,
    Decide,
    Element,
    Chosen,
    Ends,
    Compare,
    Place,
    Move,
    Finish,
}

/// Widths: `S` stack slot, `F` function index, `W` row of memory.
#[derive(LogicBlock, Default)]
pub struct ServiceUnit<const S: usize, const F: usize, const W: usize> {
    pub clock: Signal<In, Clock>,
    /// Without it the unit never starts.
    pub enabled: Signal<In, Bit>,
    /// Abandons what is going on.
    pub reset: Signal<In, Bit>,
    pub start: Signal<In, Bit>,
    /// Code of the instruction's row, and whether it is a prefixed one. These and the indices stay until `done`.
    pub code: Signal<In, Bits<8>>,
    pub prefixed: Signal<In, Bit>,
    /// Finds the function of an indirect call; `first` is the number of its type.
    pub lookup: Signal<In, Bit>,
    pub first: Signal<In, Bits<S>>,
    pub second: Signal<In, Bits<S>>,
    /// First free slot: the operands are below.
    pub pointer: Signal<In, Bits<S>>,

    // Slots of the first descriptors.
    pub tables: Signal<In, Bits<S>>,
    pub elements: Signal<In, Bits<S>>,
    pub data: Signal<In, Bits<S>>,

    // Linear memory in bytes: its size, the most it may have, what the board has of it.
    pub size: Signal<In, Bits<33>>,
    pub most: Signal<In, Bits<33>>,
    pub window: Signal<In, Bits<33>>,
    /// Pages have 2^16 bytes, not 1.
    pub pages: Signal<In, Bit>,
    pub resize: Signal<Out, Bit>,
    pub new_size: Signal<Out, Bits<33>>,

    /// For one cycle, with everything below; or `stop` is not 0.
    pub done: Signal<Out, Bit>,
    pub new_pointer: Signal<Out, Bits<S>>,
    pub callee: Signal<Out, Bits<F>>,
    /// `isa::outcome::Stop` code, for one cycle.
    pub stop: Signal<Out, Bits<8>>,
    /// What it pushed; stays until the next start.
    pub pushes: Signal<Out, Bit>,
    pub result: Signal<Out, Bits<64>>,

    // Slots; `read_data` is valid in the cycle after its `read_slot`.
    pub read_slot: Signal<Out, Bits<S>>,
    pub read_data: Signal<In, Bits<64>>,
    pub write: Signal<Out, Bit>,
    pub write_slot: Signal<Out, Bits<S>>,
    pub write_data: Signal<Out, Bits<64>>,

    // Rows of memory, in the same way.
    pub read_row: Signal<Out, Bits<W>>,
    pub row_data: Signal<In, Bits<32>>,
    pub row_enables: Signal<Out, Bits<4>>,
    pub write_row: Signal<Out, Bits<W>>,
    pub row_write: Signal<Out, Bits<32>>,

    lookup_table: ServiceTable,
    state: DFF<State>,
    /// Operands from the top: count or index, source or value, destination.
    top: DFF<Bits<64>>,
    below: DFF<Bits<64>>,
    third: DFF<Bits<32>>,
    /// Descriptors.
    target: DFF<Bits<64>>,
    source: DFF<Bits<64>>,
    target_slot: Signal<Local, Bits<S>>,
    source_slot: Signal<Local, Bits<S>>,
    kind: Signal<Local, Service>,

    // Checks.
    index: Signal<Local, Bits<32>>,
    valid_index: Signal<Local, Bit>,
    at: Signal<Local, Bits<S>>,
    target_end: DFF<Bits<33>>,
    source_end: DFF<Bits<33>>,
    target_limit: Signal<Local, Bits<33>>,
    source_limit: Signal<Local, Bits<33>>,
    target_sum: Signal<Local, Bits<33>>,
    source_sum: Signal<Local, Bits<33>>,
    outside: Signal<Local, Bit>,
    missing: Signal<Local, Bit>,

    // Growth.
    table_sum: Signal<Local, Bits<33>>,
    table_room: Signal<Local, Bits<33>>,
    table_fails: Signal<Local, Bit>,
    page_bytes: Signal<Local, Bits<34>>,
    memory_sum: Signal<Local, Bits<34>>,
    memory_room: Signal<Local, Bits<34>>,
    memory_fails: Signal<Local, Bit>,
    page_count: Signal<Local, Bits<33>>,

    // Moving: the next element is `to` and `from`, or before them if backward.
    to: DFF<Bits<32>>,
    from: DFF<Bits<32>>,
    left: DFF<Bits<32>>,
    back: DFF<Bit>,
    backward: Signal<Local, Bit>,
    to_base: Signal<Local, Bits<32>>,
    from_base: Signal<Local, Bits<32>>,
    to_start: Signal<Local, Bits<32>>,
    from_start: Signal<Local, Bits<32>>,
    to_last: Signal<Local, Bits<32>>,
    from_last: Signal<Local, Bits<32>>,
    misaligned: Signal<Local, Bits<2>>,
    four: Signal<Local, Bit>,
    step: Signal<Local, Bits<32>>,
    to_now: Signal<Local, Bits<32>>,
    from_now: Signal<Local, Bits<32>>,
    /// The element read in the cycle before is written.
    pending: DFF<Bit>,
    pending_to: DFF<Bits<32>>,
    pending_four: DFF<Bit>,
    pending_lane: DFF<Bits<2>>,
    moved_byte: Signal<Local, Bits<8>>,
    moved_row: Signal<Local, Bits<32>>,
    byte_enables: Signal<Local, Bits<4>>,
    value: Signal<Local, Bits<64>>,
    referent: Signal<Local, Bits<64>>,
    /// First free slot without the operands.
    rest: Signal<Local, Bits<S>>,

    outcome: DFF<Bits<64>>,
    found: DFF<Bits<F>>,
    bad_memory: StopCode<{ Stop::Trap(Trap::OutOfBoundsMemory).code() }>,
    bad_table: StopCode<{ Stop::Trap(Trap::OutOfBoundsTable).code() }>,
    no_memory: StopCode<{ Stop::Exhausted(Exhausted::PhysicalMemory).code() }>,
    undefined: StopCode<{ Stop::Trap(Trap::UndefinedElement).code() }>,
    uninitialized: StopCode<{ Stop::Trap(Trap::UninitializedElement).code() }>,
    mismatch: StopCode<{ Stop::Trap(Trap::IndirectCallTypeMismatch).code() }>,
    unknown: StopCode<{ Stop::Fault(Fault::UnknownOpcode).code() }>,
}

impl<const S: usize, const F: usize, const W: usize> Logic for ServiceUnit<S, F, W> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, state, top, below, third, target, source, target_end, source_end);
        dff_setup!(self, clock, to, from, left, back, pending, pending_to, pending_four, pending_lane, outcome, found);

        self.lookup_table.code.next = self.code.val();
        self.lookup_table.prefixed.next = self.prefixed.val();
        self.kind.next = self.lookup_table.service.val();

        // Which descriptors: of a table, or of the segment that is the source.
        self.target_slot.next = self.tables.val() + self.first.val();
        self.source_slot.next = self.tables.val() + self.second.val();
        if self.kind.val().segment & self.kind.val().table {
            self.target_slot.next = self.tables.val() + self.second.val();
            self.source_slot.next = self.elements.val() + self.first.val();
        }
        if self.kind.val().segment & !self.kind.val().table {
            self.source_slot.next = self.data.val() + self.first.val();
        }
        if self.lookup.val() {
            self.target_slot.next = self.tables.val() + self.second.val();
        }

        // One element: an index is on top, or below a value.
        self.index.next = self.top.q.val().get_bits::<32>(0);
        if self.kind.val().set {
            self.index.next = self.below.q.val().get_bits::<32>(0);
        }
        self.valid_index.next = self.index.val() < self.target.q.val().get_bits::<32>(32);
        self.at.next = bit_cast::<S, 16>(self.target.q.val().get_bits::<16>(0)) + bit_cast::<S, 32>(self.index.val());

        // Growth, in elements and in bytes.
        self.table_sum.next = bit_cast::<33, 32>(self.target.q.val().get_bits::<32>(32))
            + bit_cast::<33, 32>(self.top.q.val().get_bits::<32>(0));
        self.table_room.next = bit_cast::<33, 16>(self.target.q.val().get_bits::<16>(16));
        self.table_fails.next = self.table_sum.val() > self.table_room.val();
        self.page_bytes.next = bit_cast::<34, 32>(self.top.q.val().get_bits::<32>(0));
        self.page_count.next = self.size.val();
        self.memory_fails.next = false;
        if self.pages.val() {
            self.page_bytes.next = bit_cast::<34, 32>(self.top.q.val().get_bits::<32>(0)) << 16;
            self.page_count.next = self.size.val() >> 16;
            self.memory_fails.next = self.top.q.val().get_bits::<15>(17).any();
        }
        self.memory_sum.next = bit_cast::<34, 33>(self.size.val()) + self.page_bytes.val();
        self.memory_room.next = bit_cast::<34, 33>(self.most.val());
        if self.memory_sum.val() > self.memory_room.val() {
            self.memory_fails.next = true;
        }

        // Ranges: where they end, and where they may.
        self.target_sum.next =
            bit_cast::<33, 32>(self.third.q.val()) + bit_cast::<33, 32>(self.top.q.val().get_bits::<32>(0));
        self.source_sum.next = bit_cast::<33, 32>(self.below.q.val().get_bits::<32>(0))
            + bit_cast::<33, 32>(self.top.q.val().get_bits::<32>(0));
        self.target_limit.next = self.size.val();
        self.source_limit.next = self.size.val();
        if self.kind.val().table {
            self.target_limit.next = bit_cast::<33, 32>(self.target.q.val().get_bits::<32>(32));
        }
        if self.kind.val().table | self.kind.val().segment {
            self.source_limit.next = bit_cast::<33, 32>(self.source.q.val().get_bits::<32>(32));
        }
        self.outside.next = self.target_end.q.val() > self.target_limit.val();
        if !self.kind.val().fill & (self.source_end.q.val() > self.source_limit.val()) {
            self.outside.next = true;
        }
        self.missing.next = self.target_end.q.val() > self.window.val();
        if !self.kind.val().fill & !self.kind.val().segment & (self.source_end.q.val() > self.window.val()) {
            self.missing.next = true;
        }

        // Where the ranges begin. A copy goes backward if its target is above its source.
        self.to_base.next = 0.into();
        self.from_base.next = 0.into();
        if self.kind.val().table {
            self.to_base.next = bit_cast::<32, 16>(self.target.q.val().get_bits::<16>(0));
            self.from_base.next = bit_cast::<32, 16>(self.source.q.val().get_bits::<16>(0));
        } else if self.kind.val().segment {
            self.from_base.next = self.source.q.val().get_bits::<32>(0);
        }
        self.to_start.next = self.third.q.val() + self.to_base.val();
        self.from_start.next = self.below.q.val().get_bits::<32>(0) + self.from_base.val();
        self.to_last.next = self.to_start.val() + self.top.q.val().get_bits::<32>(0);
        self.from_last.next = self.from_start.val() + self.top.q.val().get_bits::<32>(0);
        self.backward.next = !self.kind.val().fill
            & !self.kind.val().segment
            & (self.below.q.val().get_bits::<32>(0) < self.third.q.val());

        // The element that is read in this cycle.
        self.misaligned.next = self.to.q.val().get_bits::<2>(0);
        if !self.kind.val().fill {
            self.misaligned.next = self.to.q.val().get_bits::<2>(0) | self.from.q.val().get_bits::<2>(0);
        }
        self.four.next =
            !self.kind.val().table & !self.misaligned.val().any() & self.left.q.val().get_bits::<30>(2).any();
        self.step.next = 1.into();
        if self.four.val() {
            self.step.next = 4.into();
        }
        self.to_now.next = self.to.q.val();
        self.from_now.next = self.from.q.val();
        if self.back.q.val() {
            self.to_now.next = self.to.q.val() - self.step.val();
            self.from_now.next = self.from.q.val() - self.step.val();
        }
        self.read_row.next = self.from_now.val().get_bits::<W>(2);

        // The element read in the cycle before.
        self.moved_byte.next = self.row_data.val().get_bits::<8>(0);
        self.byte_enables.next = 1.into();
        match self.pending_lane.q.val().index() {
            1 => {
                self.moved_byte.next = self.row_data.val().get_bits::<8>(8);
            }
            2 => {
                self.moved_byte.next = self.row_data.val().get_bits::<8>(16);
            }
            3 => {
                self.moved_byte.next = self.row_data.val().get_bits::<8>(24);
            }
            _ => {}
        }
        if self.kind.val().fill {
            self.moved_byte.next = self.below.q.val().get_bits::<8>(0);
        }
        match self.pending_to.q.val().get_bits::<2>(0).index() {
            1 => {
                self.byte_enables.next = 2.into();
            }
            2 => {
                self.byte_enables.next = 4.into();
            }
            3 => {
                self.byte_enables.next = 8.into();
            }
            _ => {}
        }
        self.moved_row.next = bit_cast::<32, 8>(self.moved_byte.val())
            | (bit_cast::<32, 8>(self.moved_byte.val()) << 8)
            | (bit_cast::<32, 8>(self.moved_byte.val()) << 16)
            | (bit_cast::<32, 8>(self.moved_byte.val()) << 24);
        if self.pending_four.q.val() {
            self.byte_enables.next = 15.into();
            if !self.kind.val().fill {
                self.moved_row.next = self.row_data.val();
            }
        }
        self.write_row.next = self.pending_to.q.val().get_bits::<W>(2);
        self.row_write.next = self.moved_row.val();
        self.row_enables.next = 0.into();
        if self.pending.q.val() & !self.kind.val().table {
            self.row_enables.next = self.byte_enables.val();
        }
        self.value.next = self.read_data.val();
        if self.kind.val().fill | self.kind.val().grow {
            self.value.next = self.below.q.val();
        }

        self.referent.next = self.read_data.val() - 1;

        // Defaults.
        self.resize.next = false;
        self.new_size.next = self.memory_sum.val().get_bits::<33>(0);
        self.done.next = false;
        self.stop.next = 0.into();
        self.read_slot.next = bit_cast::<S, 32>(self.from_now.val());
        self.write.next = self.pending.q.val() & self.kind.val().table;
        self.write_slot.next = bit_cast::<S, 32>(self.pending_to.q.val());
        self.write_data.next = self.value.val();
        self.pushes.next = self.kind.val().pushes & !self.lookup.val();
        self.result.next = self.outcome.q.val();
        self.callee.next = self.found.q.val();
        self.rest.next = self.pointer.val() - bit_cast::<S, 2>(self.kind.val().pops);
        self.new_pointer.next = self.rest.val();
        if self.pushes.val() {
            self.new_pointer.next = self.rest.val() + 1;
        }
        if self.lookup.val() {
            self.new_pointer.next = self.pointer.val() - 1;
        }
        self.pending.d.next = false;
        self.pending_to.d.next = self.to_now.val();
        self.pending_four.d.next = self.four.val();
        self.pending_lane.d.next = self.from_now.val().get_bits::<2>(0);

        match self.state.q.val() {
            State::Idle => {
                self.back.d.next = false;
                if self.start.val() {
                    self.state.d.next = State::Below1;
                }
            }
            State::Below1 => {
                self.read_slot.next = self.pointer.val() - 1;
                self.state.d.next = State::Below2;
            }
            State::Below2 => {
                self.top.d.next = self.read_data.val();
                self.read_slot.next = self.pointer.val() - 2;
                self.state.d.next = State::Below3;
            }
            State::Below3 => {
                self.below.d.next = self.read_data.val();
                self.read_slot.next = self.pointer.val() - 3;
                self.state.d.next = State::Descriptors;
            }
            State::Descriptors => {
                self.third.d.next = self.read_data.val().get_bits::<32>(0);
                self.read_slot.next = self.target_slot.val();
                self.state.d.next = State::Source;
            }
            State::Source => {
                self.target.d.next = self.read_data.val();
                self.read_slot.next = self.source_slot.val();
                self.state.d.next = State::Decide;
            }
            State::Decide => {
                // The source descriptor arrives in this cycle; nothing decided here needs it.
                self.source.d.next = self.read_data.val();
                self.outcome.d.next = 0.into();
                self.state.d.next = State::Finish;
                if self.kind.val().size {
                    self.outcome.d.next = bit_cast::<64, 33>(self.page_count.val());
                    if self.kind.val().table {
                        self.outcome.d.next = bit_cast::<64, 32>(self.target.q.val().get_bits::<32>(32));
                    }
                }
                if self.kind.val().ref_is_null {
                    self.outcome.d.next = 1.into();
                    if self.top.q.val().any() {
                        self.outcome.d.next = 0.into();
                    }
                }
                if self.kind.val().ref_func {
                    self.outcome.d.next = (bit_cast::<64, S>(self.first.val()) + 1)
                        | (bit_cast::<64, S>(self.second.val()) << 32);
                }
                if self.kind.val().discard {
                    self.write.next = true;
                    self.write_slot.next = self.source_slot.val();
                    self.write_data.next = 0.into();
                }
                if self.kind.val().range {
                    self.state.d.next = State::Ends;
                }
                if self.kind.val().grow {
                    self.outcome.d.next = 0xffff_ffff_u64.into();
                    if self.kind.val().table & !self.table_fails.val() {
                        self.outcome.d.next = bit_cast::<64, 32>(self.target.q.val().get_bits::<32>(32));
                        self.write.next = true;
                        self.write_slot.next = self.target_slot.val();
                        self.write_data.next = (bit_cast::<64, 33>(self.table_sum.val()) << 32)
                            | bit_cast::<64, 32>(self.target.q.val().get_bits::<32>(0));
                        self.to.d.next = bit_cast::<32, 16>(self.target.q.val().get_bits::<16>(0))
                            + self.target.q.val().get_bits::<32>(32);
                        self.left.d.next = self.top.q.val().get_bits::<32>(0);
                        self.state.d.next = State::Move;
                    }
                    if !self.kind.val().table & !self.memory_fails.val() {
                        self.outcome.d.next = bit_cast::<64, 33>(self.page_count.val());
                        self.resize.next = true;
                    }
                }
                if self.kind.val().set | self.kind.val().element | self.lookup.val() {
                    self.read_slot.next = self.at.val();
                    self.state.d.next = State::Element;
                    if self.kind.val().set {
                        self.write.next = self.valid_index.val();
                        self.write_slot.next = self.at.val();
                        self.write_data.next = self.top.q.val();
                        self.state.d.next = State::Finish;
                    }
                    if !self.valid_index.val() {
                        self.stop.next = self.bad_table.code.val();
                        if self.lookup.val() {
                            self.stop.next = self.undefined.code.val();
                        }
                    }
                }
                if self.kind.val().illegal & !self.lookup.val() {
                    self.stop.next = self.unknown.code.val();
                }
            }
            State::Element => {
                self.outcome.d.next = self.read_data.val();
                self.found.d.next = bit_cast::<F, 64>(self.referent.val());
                self.state.d.next = State::Finish;
                if self.lookup.val() {
                    self.state.d.next = State::Chosen;
                }
            }
            State::Chosen => {
                self.state.d.next = State::Finish;
                if !self.outcome.q.val().get_bits::<32>(0).any() {
                    self.stop.next = self.uninitialized.code.val();
                } else if self.outcome.q.val().get_bits::<32>(32) != bit_cast::<32, S>(self.first.val()) {
                    self.stop.next = self.mismatch.code.val();
                }
            }
            State::Ends => {
                self.target_end.d.next = self.target_sum.val();
                self.source_end.d.next = self.source_sum.val();
                self.state.d.next = State::Compare;
            }
            State::Compare => {
                self.state.d.next = State::Place;
                if self.outside.val() {
                    self.stop.next = self.bad_memory.code.val();
                    if self.kind.val().table {
                        self.stop.next = self.bad_table.code.val();
                    }
                } else if !self.kind.val().table & self.missing.val() & self.top.q.val().get_bits::<32>(0).any() {
                    self.stop.next = self.no_memory.code.val();
                }
            }
            State::Place => {
                self.back.d.next = self.backward.val();
                self.to.d.next = self.to_start.val();
                self.from.d.next = self.from_start.val();
                if self.backward.val() {
                    self.to.d.next = self.to_last.val();
                    self.from.d.next = self.from_last.val();
                }
                self.left.d.next = self.top.q.val().get_bits::<32>(0);
                self.state.d.next = State::Move;
            }
            State::Move => {
                if self.left.q.val().any() {
                    self.pending.d.next = true;
                    self.left.d.next = self.left.q.val() - self.step.val();
                    self.to.d.next = self.to.q.val() + self.step.val();
                    self.from.d.next = self.from.q.val() + self.step.val();
                    if self.back.q.val() {
                        self.to.d.next = self.to_now.val();
                        self.from.d.next = self.from_now.val();
                    }
                } else {
                    self.state.d.next = State::Finish;
                }
            }
            State::Finish => {
                self.done.next = true;
                self.write.next = self.pushes.val();
                self.write_slot.next = self.rest.val();
                self.write_data.next = self.outcome.q.val();
                self.state.d.next = State::Idle;
            }
        }
        if self.reset.val() | self.stop.val().any() | !self.enabled.val() {
            self.state.d.next = State::Idle;
        }
    }
}
