//! The service unit: instructions on tables, references and whole ranges of memory (`Op::is_service`).
//!
//! It works on the drained pipeline with all operands in the stack RAM, so that rare instructions cost the pipeline
//! nothing, and is made for few cells: operands and descriptors (`isa::slots`) are read from the RAM when they are
//! needed, and one adder makes all sums and comparisons. A range moves one element a cycle: a slot, a byte, or a row of
//! four bytes where both sides are aligned.
//!
//! ```text
//! Top Operand Target, then
//!   At Element Finish                                                    table.get, table.set, indirect calls
//!   Extend Room Grown [Move ...] Finish                                  growth
//!   Truth Finish                                                         ref.is_null
//!   Finish                                                               everything else
//! Top Operand Source SourceEnd SourceBase To ToEnd ToBase Turn, then               ranges
//!   Move ... Finish
//!   Absent [Finish]                                                      some memory of it is not there
//! ```

pub mod adder;
pub mod mover;
pub mod table;

use crate::prim::stop_code::StopCode;
use crate::prim::switch::Switch;
use crate::units::service::table::ServiceTable;
use adder::{ServiceAdder, Terms};
use isa::outcome::{Exhausted, Fault, Stop, Trap};
use layer::circuit;
use mover::Mover;
use rust_hdl::prelude::*;

/// What kind of instruction it is; the table in [`table`] derives it from the code of its row.
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
    Top,
    Operand,
    Target,
    At,
    Element,
    Extend,
    Room,
    Grown,
    Truth,
    Source,
    SourceEnd,
    SourceBase,
    To,
    ToEnd,
    ToBase,
    Turn,
    Absent,
    Move,
    Finish,
}

/// Widths: `S` stack slot, `F` function index, `D` byte address in linear memory, not less than `S`, `W` row of memory.
#[derive(LogicBlock, Default)]
pub struct ServiceUnit<const S: usize, const F: usize, const D: usize, const W: usize> {
    pub clock: Signal<In, Clock>,
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
    /// Whether it pushes, and for observers what, from the cycle after `done` on; until the next start.
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

    /// Off in a core without the unit.
    present: Switch,
    lookup_table: ServiceTable,
    kind: Signal<Local, Service>,
    state: DFF<State>,

    // One slot: a descriptor, of the source or else of the target; or so many below `pointer`.
    describe: Signal<Local, Bit>,
    of_source: Signal<Local, Bit>,
    behind: Signal<Local, Bits<2>>,
    descriptor_base: Signal<Local, Bits<S>>,
    descriptor_index: Signal<Local, Bits<S>>,
    descriptor_slot: Signal<Local, Bits<S>>,
    operand_slot: Signal<Local, Bits<S>>,
    slot: Signal<Local, Bits<S>>,

    adder: ServiceAdder<S>,
    terms: Signal<Local, Terms>,
    carry: Signal<Local, Bit>,
    /// Number of elements or bytes, or an index.
    count: DFF<Bits<33>>,
    /// Pages that no memory can have.
    too_many: DFF<Bit>,
    accumulator: DFF<Bits<33>>,
    /// The carry of the cycle before.
    carried: DFF<Bit>,
    outside: DFF<Bit>,
    missing: DFF<Bit>,
    /// The memory or table grows.
    grows: Signal<Local, Bit>,
    mover: Mover<D, W>,
    /// The source or target of the range begins at 0 of memory.
    from_memory: Signal<Local, Bit>,

    // What a write to a slot takes from the accumulator instead of the slot read.
    low_sum: Signal<Local, Bit>,
    high_sum: Signal<Local, Bit>,
    high_zero: Signal<Local, Bit>,
    low_word: Signal<Local, Bits<32>>,
    high_word: Signal<Local, Bits<32>>,
    written: Signal<Local, Bits<64>>,
    outcome: DFF<Bits<64>>,
    referent: Signal<Local, Bits<F>>,

    bad_memory: StopCode<{ Stop::Trap(Trap::OutOfBoundsMemory).code() }>,
    bad_table: StopCode<{ Stop::Trap(Trap::OutOfBoundsTable).code() }>,
    no_memory: StopCode<{ Stop::Exhausted(Exhausted::PhysicalMemory).code() }>,
    undefined: StopCode<{ Stop::Trap(Trap::UndefinedElement).code() }>,
    uninitialized: StopCode<{ Stop::Trap(Trap::UninitializedElement).code() }>,
    mismatch: StopCode<{ Stop::Trap(Trap::IndirectCallTypeMismatch).code() }>,
    unknown: StopCode<{ Stop::Fault(Fault::UnknownOpcode).code() }>,
}

impl<const S: usize, const F: usize, const D: usize, const W: usize> ServiceUnit<S, F, D, W> {
    /// None: what stands for it in a core without one.
    pub fn absent() -> Self {
        Self { present: Switch::new(false), ..Default::default() }
    }
}

impl<const S: usize, const F: usize, const D: usize, const W: usize> Logic for ServiceUnit<S, F, D, W> {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, state, count, too_many, accumulator, carried, outside, missing, outcome);
        self.lookup_table.code.next = self.code.val();
        self.lookup_table.prefixed.next = self.prefixed.val();
        self.kind.next = self.lookup_table.service.val();
        self.from_memory.next = !self.kind.val().table & !self.kind.val().segment;
        self.grows.next = self.carried.q.val() & !self.too_many.q.val();
        self.pushes.next = self.kind.val().pushes & !self.lookup.val();

        // What a state chooses: a slot, what is added, how the places move.
        self.describe.next = false;
        self.of_source.next = false;
        self.behind.next = if self.lookup.val() { 1.into() } else { self.kind.val().pops };
        self.terms.next.low = false;
        self.terms.next.high = false;
        self.terms.next.room = false;
        self.terms.next.size = false;
        self.terms.next.window = false;
        self.terms.next.most = false;
        self.terms.next.pages = false;
        self.terms.next.index = false;
        self.terms.next.minus = false;
        self.terms.next.count = false;
        self.terms.next.less = false;
        self.terms.next.one = false;
        self.mover.clock.next = self.clock.val();
        self.mover.clear.next = false;
        self.mover.set_to.next = false;
        self.mover.set_from.next = false;
        self.mover.add_to.next = false;
        self.mover.add_from.next = false;
        self.mover.turn.next = false;
        self.mover.by_step.next = false;
        match self.state.q.val() {
            State::Top => {
                self.behind.next = if self.kind.val().set { 2.into() } else { 1.into() };
            }
            State::Operand => {
                self.terms.next.low = true;
                self.behind.next = 2.into();
                self.describe.next = !self.kind.val().range;
                self.mover.clear.next = true;
            }
            State::Target => {
                // The descriptor arrives. An index is less than the size if size - index - 1 is not negative.
                self.describe.next = true;
                self.terms.next.high = (self.kind.val().table & !self.kind.val().discard) | self.lookup.val();
                self.terms.next.size = self.kind.val().grow & !self.kind.val().table;
                self.terms.next.pages = self.kind.val().size & !self.kind.val().table;
                self.terms.next.index = self.kind.val().ref_func;
                self.terms.next.one = self.kind.val().ref_func;
                self.terms.next.minus = self.kind.val().ref_is_null;
                self.terms.next.count = self.kind.val().ref_is_null | self.kind.val().grow;
                self.terms.next.less = self.kind.val().set | self.kind.val().element | self.lookup.val();
                self.mover.set_to.next = self.kind.val().grow;
            }
            State::At => {
                self.terms.next.low = true;
                self.terms.next.count = true;
                self.behind.next = 1.into();
            }
            State::Extend => {
                // New elements begin behind the old ones; the accumulator stays.
                self.describe.next = true;
                self.terms.next.low = true;
                self.terms.next.less = true;
                self.mover.add_to.next = true;
            }
            State::Room => {
                self.describe.next = true;
                self.terms.next.room = self.kind.val().table;
                self.terms.next.most = !self.kind.val().table;
                self.terms.next.less = true;
                self.terms.next.one = true;
            }
            State::Grown => {
                // The accumulator has the new size, and gets the old one, or -1.
                self.describe.next = true;
                self.terms.next.high = self.grows.val() & self.kind.val().table;
                self.terms.next.pages = self.grows.val() & !self.kind.val().table;
                self.terms.next.minus = !self.grows.val();
            }
            State::Truth => {
                self.terms.next.one = !self.carried.q.val();
            }
            State::Source => {
                self.terms.next.low = true;
                self.terms.next.count = true;
                self.mover.set_from.next = true;
                self.describe.next = true;
                self.of_source.next = true;
            }
            State::SourceEnd => {
                self.terms.next.high = !self.from_memory.val();
                self.terms.next.size = self.from_memory.val();
                self.terms.next.less = true;
                self.terms.next.one = true;
                self.describe.next = true;
                self.of_source.next = true;
            }
            State::SourceBase => {
                self.terms.next.low = !self.from_memory.val();
                self.terms.next.window = self.from_memory.val();
                self.terms.next.less = true;
                self.terms.next.one = true;
                self.mover.add_from.next = true;
                self.behind.next = 3.into();
            }
            State::To => {
                self.terms.next.low = true;
                self.terms.next.count = true;
                self.mover.set_to.next = true;
                self.describe.next = true;
            }
            State::ToEnd => {
                self.terms.next.high = self.kind.val().table;
                self.terms.next.size = !self.kind.val().table;
                self.terms.next.less = true;
                self.terms.next.one = true;
                self.describe.next = true;
            }
            State::ToBase => {
                self.terms.next.low = self.kind.val().table;
                self.terms.next.window = !self.kind.val().table;
                self.terms.next.less = true;
                self.terms.next.one = true;
                self.mover.add_to.next = true;
            }
            State::Turn => {
                self.terms.next.minus = true;
                self.terms.next.count = true;
                self.mover.turn.next = true;
            }
            State::Move => {
                self.terms.next.minus = true;
                self.terms.next.count = true;
                self.mover.by_step.next = true;
                self.behind.next = 2.into();
            }
            State::Finish => {
                self.describe.next = self.kind.val().discard;
                self.of_source.next = true;
            }
            _ => {}
        }

        // Descriptors are those of a table, or of the segment that is the source.
        self.descriptor_base.next = self.tables.val();
        self.descriptor_index.next = self.first.val();
        if self.kind.val().segment | self.lookup.val() | self.of_source.val() {
            self.descriptor_index.next = self.second.val();
        }
        if self.of_source.val() & self.kind.val().segment {
            self.descriptor_index.next = self.first.val();
            self.descriptor_base.next = if self.kind.val().table { self.elements.val() } else { self.data.val() };
        }
        self.descriptor_slot.next = self.descriptor_base.val() + self.descriptor_index.val();
        self.operand_slot.next = self.pointer.val() - bit_cast::<S, 2>(self.behind.val());
        self.slot.next = if self.describe.val() { self.descriptor_slot.val() } else { self.operand_slot.val() };
        self.new_pointer.next = if self.pushes.val() { self.operand_slot.val() + 1 } else { self.operand_slot.val() };

        // The adder. What is only compared stays.
        self.adder.terms.next = self.terms.val();
        self.adder.slot.next = self.read_data.val();
        connect!(self => self.adder; size, window, most, pages);
        self.adder.index.next = self.first.val();
        self.adder.four.next = self.mover.four.val();
        self.adder.count.next = self.count.q.val();
        self.adder.accumulator.next = self.accumulator.q.val();
        self.carry.next = self.adder.carry.val();
        self.carried.d.next = self.carry.val();
        if !self.terms.val().less & (self.state.q.val() != State::Move) {
            self.accumulator.d.next = self.adder.sum.val();
        }

        // What moves.
        self.mover.go.next = self.carry.val();
        self.mover.value.next = self.adder.half.val();
        self.mover.count.next = self.count.q.val();
        self.mover.slots.next = self.kind.val().table;
        self.mover.fill.next = self.kind.val().fill;
        self.mover.filler.next = self.read_data.val().get_bits::<8>(0);
        self.mover.row_data.next = self.row_data.val();
        self.read_row.next = self.mover.from_now.val().get_bits::<W>(2);
        self.write_row.next = self.mover.write_to.val().get_bits::<W>(2);
        self.row_enables.next = self.mover.row_enables.val();
        self.row_write.next = self.mover.row_write.val();

        // What a state does with it.
        self.read_slot.next = self.slot.val();
        self.write_slot.next = self.slot.val();
        self.write.next = self.mover.pending.val() & self.kind.val().table;
        self.low_sum.next = false;
        self.high_sum.next = false;
        self.high_zero.next = false;
        self.resize.next = false;
        self.done.next = false;
        self.stop.next = 0.into();
        match self.state.q.val() {
            State::Idle => {
                if self.start.val() {
                    self.state.d.next = State::Top;
                }
            }
            State::Top => {
                self.state.d.next = State::Operand;
            }
            State::Operand => {
                self.outside.d.next = false;
                self.missing.d.next = false;
                self.too_many.d.next = false;
                self.count.d.next = bit_cast::<33, 32>(self.read_data.val().get_bits::<32>(0));
                if self.kind.val().ref_is_null & self.read_data.val().get_bits::<32>(32).any() {
                    // A reference to the host's last thing has nothing but zeros in its low half.
                    self.count.d.next = 0x1_0000_0000_u64.into();
                }
                if self.kind.val().grow & !self.kind.val().table & self.pages.val() {
                    self.count.d.next = bit_cast::<33, 32>(self.read_data.val().get_bits::<32>(0)) << 16;
                    self.too_many.d.next = self.read_data.val().get_bits::<15>(17).any();
                }
                self.state.d.next = State::Target;
                if self.kind.val().range {
                    self.state.d.next = State::Source;
                }
            }
            State::Target => {
                self.state.d.next = State::Finish;
                if self.kind.val().ref_is_null {
                    self.state.d.next = State::Truth;
                }
                if self.kind.val().grow {
                    self.state.d.next = State::Extend;
                }
                if self.kind.val().set | self.kind.val().element | self.lookup.val() {
                    self.state.d.next = State::At;
                }
                if self.kind.val().illegal & !self.lookup.val() {
                    self.stop.next = self.unknown.code.val();
                }
            }
            State::At => {
                self.state.d.next = State::Element;
                // Not a cycle before, where the carry comes late.
                if !self.carried.q.val() {
                    self.stop.next =
                        if self.lookup.val() { self.undefined.code.val() } else { self.bad_table.code.val() };
                }
            }
            State::Element => {
                self.read_slot.next = bit_cast::<S, 33>(self.accumulator.q.val());
                self.write.next = self.kind.val().set;
                self.write_slot.next = bit_cast::<S, 33>(self.accumulator.q.val());
                self.state.d.next = State::Finish;
            }
            State::Extend => {
                // A sum of more than 33 bits.
                self.too_many.d.next = self.too_many.q.val() | self.carried.q.val();
                self.state.d.next = State::Room;
            }
            State::Room => {
                self.state.d.next = State::Grown;
            }
            State::Grown => {
                self.high_sum.next = true;
                self.resize.next = self.grows.val() & !self.kind.val().table;
                self.write.next = self.grows.val() & self.kind.val().table;
                self.state.d.next = State::Finish;
                if self.grows.val() & self.kind.val().table {
                    self.state.d.next = State::Move;
                }
            }
            State::Truth => {
                self.state.d.next = State::Finish;
            }
            State::Source => {
                self.state.d.next = State::SourceEnd;
            }
            State::SourceEnd => {
                self.outside.d.next = !self.carry.val() & !self.kind.val().fill;
                self.state.d.next = State::SourceBase;
            }
            State::SourceBase => {
                self.missing.d.next = !self.carry.val() & !self.kind.val().fill & self.from_memory.val();
                self.state.d.next = State::To;
            }
            State::To => {
                self.state.d.next = State::ToEnd;
            }
            State::ToEnd => {
                self.outside.d.next = self.outside.q.val() | !self.carry.val();
                self.state.d.next = State::ToBase;
            }
            State::ToBase => {
                self.missing.d.next = self.missing.q.val() | (!self.carry.val() & !self.kind.val().table);
                self.state.d.next = State::Turn;
            }
            State::Turn => {
                self.state.d.next = State::Move;
                if self.outside.q.val() {
                    self.stop.next =
                        if self.kind.val().table { self.bad_table.code.val() } else { self.bad_memory.code.val() };
                } else if self.missing.q.val() {
                    self.state.d.next = State::Absent;
                }
            }
            State::Absent => {
                // Only a range that is not empty needs memory that is there. The carry of the cycle before, which came late.
                self.state.d.next = State::Finish;
                if self.carried.q.val() {
                    self.stop.next = self.no_memory.code.val();
                }
            }
            State::Move => {
                self.write_slot.next = bit_cast::<S, D>(self.mover.write_to.val());
                if !self.kind.val().fill & !self.kind.val().grow {
                    self.read_slot.next = bit_cast::<S, D>(self.mover.from_now.val());
                }
                self.count.d.next = self.adder.sum.val();
                if !self.carry.val() {
                    self.state.d.next = State::Finish;
                }
            }
            State::Finish => {
                self.done.next = true;
                self.write.next = self.pushes.val() | self.kind.val().discard;
                self.low_sum.next = !self.kind.val().element;
                self.high_zero.next = !self.kind.val().element;
                if self.lookup.val() {
                    if !self.read_data.val().get_bits::<32>(0).any() {
                        self.stop.next = self.uninitialized.code.val();
                    } else if self.read_data.val().get_bits::<32>(32) != bit_cast::<32, S>(self.first.val()) {
                        self.stop.next = self.mismatch.code.val();
                    }
                }
                self.state.d.next = State::Idle;
            }
        }
        if self.reset.val() | self.stop.val().any() {
            self.state.d.next = State::Idle;
        }
        self.new_size.next = self.accumulator.q.val();
        self.referent.next = self.read_data.val().get_bits::<F>(0) - 1;
        self.callee.next = self.referent.val();

        // What is written to a slot.
        self.low_word.next = if self.low_sum.val() {
            self.accumulator.q.val().get_bits::<32>(0)
        } else {
            self.read_data.val().get_bits::<32>(0)
        };
        self.high_word.next = self.read_data.val().get_bits::<32>(32);
        if self.high_sum.val() {
            self.high_word.next = self.accumulator.q.val().get_bits::<32>(0);
        }
        if self.high_zero.val() {
            self.high_word.next =
                if self.kind.val().ref_func { bit_cast::<32, S>(self.second.val()) } else { 0.into() };
        }
        self.written.next = bit_cast::<64, 32>(self.low_word.val()) | (bit_cast::<64, 32>(self.high_word.val()) << 32);
        self.write_data.next = self.written.val();
        if self.done.val() {
            self.outcome.d.next = self.written.val();
        }
        self.result.next = self.outcome.q.val();
    }
}
