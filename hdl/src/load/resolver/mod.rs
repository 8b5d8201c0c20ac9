//! The resolver: walks the code section once, before anything runs, and writes what execution needs: marks, branch
//! entries, function entries (`isa::group`, `isa::branch`, `isa::image` say what they hold). Whatever the bytes are,
//! it comes to an end: with complete tables, or with a stop.
//!
//! It takes the code from stage D of fetch, a byte at a time, with all leads forced to 0 and no branch predicted, so
//! that each group there is one byte.
//!
//! ```text
//! clock       _/~\_/~\_/~\_/~\_/~\_/~\_
//! start       /~~~\____________________
//! redirect    ____/~~~\________________   fetch goes on at `redirect_pc`; what is in A and D is dropped
//! code_valid  ____________/~~~~~~~~~~~~   `code_byte` stands at `code_pc`
//! hold        /~~~\_______________/~~~~   stage D keeps its byte; a valid byte without `hold` has been taken
//! ```
//!
//! What it does says a row of its control store ([`program`]) every two cycles, or more while a byte is waited for: in
//! the first one two numbers are brought to the [`adder`], from then on their sum goes to a register, bytes are taken,
//! slots and entries read and written, numbers compared.
//!
//! **Labels.** An open block is two slots of the value stack, the outermost one (the function) at `labels`; nothing
//! runs, so they are free.
//!
//! | slot | from bit 0 up |
//! |------|---------------|
//! | even | base (16): slots of the frame below the parameters; parameters (16), results (16), the block around it is unreachable (1), `loop` (1) |
//! | odd  | target (20), own entry of an `if` (16), newest pending entry (16), there is one (1), `if` without `else` yet (1), lead (4) |
//!
//! Of a loop and of a function, target and lead are those of its first instruction, and the newest entry is the next
//! one there.
//!
//! **Forward branches.** Until its block ends, an entry has no target; its `next` links it to the entry pending before
//! it, or to itself if it is the first. An `if` is the first of its block: its `else` resolves it alone, and its
//! target tells the walk at `end` to stop there.
//!
//! **Leads.** The lead at an address is known when the group there is closed: when an instruction has been measured
//! that does not join it or ends it, and before that instruction does anything else ([`groups`]). So at the end of a
//! block its list is kept in a register and walked just before the next group is closed (`PatchRead`, `PatchWrite`);
//! entries of loops, functions and service instructions wait in the same way. One list is enough: branches go only to
//! the first group that is open. The labels of a `br_table` are read twice: first to measure it, then, after a
//! redirect, to write its entries.
//!
//! **Blocks.** [`walk`] has the row in force. By its action, each of the others does what is its concern: [`reading`]
//! bytes, numbers and rules, [`placement`] groups and marks, [`heights`] operands, [`labels`] open blocks, [`entries`]
//! branch entries, [`function_body`] the function. Each says what cannot be, and [`stops`] makes the stop of it.

pub mod adder;
pub mod control_store;
pub mod entries;
pub mod forks;
pub mod function_body;
pub mod groups;
pub mod heights;
pub mod labels;
pub mod number;
pub mod placement;
pub mod program;
pub mod reading;
pub mod rule;
pub mod rule_table;
pub mod size;
pub mod slots;
pub mod stops;
pub mod value_type;
pub mod walk;

use adder::Adder;
use entries::Entries;
use function_body::FunctionBody;
use heights::Heights;
use labels::Labels;
use layer::circuit;
use placement::Placement;
use reading::Reading;
use rust_hdl::prelude::*;
use slots::SlotRead;
use stops::Stops;
use walk::Walk;

/// Reads from the value stack the limits, types and functions of the module, as `isa::resolution` lays them out.
///
/// Widths: `C` code address, `B` branch-entry index, `F` function index, `S` stack slot; F < S.
#[derive(LogicBlock, Default)]
pub struct Resolver<const C: usize, const B: usize, const F: usize, const S: usize> {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    /// Begins, with the function `first_function`. The inputs up to `labels` stay until the end.
    pub start: Signal<In, Bit>,
    /// The first function that is defined in the module.
    pub first_function: Signal<In, Bits<F>>,
    /// Address of the last byte of code.
    pub code_last: Signal<In, Bits<C>>,
    /// Slot of the first type; those before it hold the limits.
    pub types: Signal<In, Bits<S>>,
    /// Slot of the first function's type index.
    pub functions: Signal<In, Bits<S>>,
    /// First slot for labels, an even number; those up to the end are free.
    pub labels: Signal<In, Bits<S>>,

    // Code.
    pub code_valid: Signal<In, Bit>,
    pub code_byte: Signal<In, Bits<8>>,
    pub code_pc: Signal<In, Bits<C>>,
    pub hold: Signal<Out, Bit>,
    pub redirect: Signal<Out, Bit>,
    pub redirect_pc: Signal<Out, Bits<C>>,

    // The value stack. Data are valid in the cycle after the slot.
    pub read_slot: Signal<Out, Bits<S>>,
    pub read_data: Signal<In, Bits<64>>,
    pub write: Signal<Out, Bit>,
    pub write_slot: Signal<Out, Bits<S>>,
    pub write_data: Signal<Out, Bits<64>>,

    // Branch entries. One that is read is there in the next cycle, until fetch moves.
    pub entry_read: Signal<Out, Bit>,
    pub entry_index: Signal<Out, Bits<B>>,
    pub entry_target: Signal<In, Bits<C>>,
    pub entry_branch: Signal<In, Bits<B>>,
    /// Writes these parts (see `BranchRam`) of a packed entry at `entry_index`. Not together with `entry_read`.
    pub entry_write: Signal<Out, Bits<3>>,
    pub entry_word: Signal<Out, Bits<96>>,

    // One mark.
    pub mark_write: Signal<Out, Bit>,
    pub mark_address: Signal<Out, Bits<C>>,
    pub mark: Signal<Out, Bits<4>>,

    /// Writes the packed entry of a function.
    pub function_write: Signal<Out, Bit>,
    pub function_index: Signal<Out, Bits<F>>,
    pub function_word: Signal<Out, Bits<96>>,

    /// From the cycle after `start` to the last one, in which there may be a `stop`.
    pub busy: Signal<Out, Bit>,
    /// `isa::outcome::Stop` code for one cycle, if they cannot be. Then nothing written is of use.
    pub stop: Signal<Out, Bits<8>>,
    /// The instruction that is not valid, or the beginning of its function if that is not.
    pub stop_pc: Signal<Out, Bits<C>>,

    walk: Walk,
    pub reading: Reading<C, S>,
    placement: Placement<C>,
    adder: Adder<C, S>,
    heights: Heights<C, S>,
    label_stack: Labels<C, B, S>,
    entries: Entries<C, B, S>,
    body: FunctionBody<C, B, F, S>,
    read: SlotRead<C, B, S>,
    stops: Stops,
}

impl<const C: usize, const B: usize, const F: usize, const S: usize> Logic for Resolver<C, B, F, S> {
    #[circuit]
    fn update(&mut self) {
        clock!(self, clock, walk, reading, placement, adder, heights, label_stack, entries, body, stops);
        self.read.data.next = self.read_data.val();

        // The row in force.
        connect!(self => self.walk; reset, start, code_valid);
        connect!(self.stops => self.walk; stopped);
        connect!(self.reading => self.walk; rule, ready, brief, last, prefix, place, to_come, seen);
        connect!(self.placement => self.walk; marking, patching, opening, placed);
        connect!(self.heights => self.walk; dead);
        connect!(self.body => self.walk; all_functions);
        connect!(self.entries => self.walk; more);
        connect!(self.label_stack => self.walk; whole);
        connect!(self.walk => self; hold, redirect);
        self.busy.next = !self.walk.idle.val();

        // What is read.
        connect!(self.walk => self.reading; action, load, loading, taken, forms);
        connect!(self.adder => self.reading; sum);
        connect!(self => self.reading; code_byte);
        connect!(self.read => self.reading; base);

        // Groups and marks.
        connect!(self => self.placement; start, code_pc);
        connect!(self.walk => self.placement; action, taken);
        connect!(self.reading => self.placement; rule, value, over, ready);
        connect!(self.label_stack => self.placement; outermost, opened);
        connect!(self.entries => self.placement; waiting);
        connect!(self.placement => self; mark_write, mark_address, mark);
        self.redirect_pc.next = self.placement.origin.val();

        // The sum.
        connect!(self.walk => self.adder; left, right, minus);
        connect!(self => self.adder; types, functions, labels);
        connect!(self.heights => self.adder; height);
        connect!(self.label_stack => self.adder; level, index, keep, whole);
        connect!(self.placement => self.adder; origin);
        connect!(self.body => self.adder; own);
        connect!(self.read => self.adder; params, results, base);
        connect!(self.reading => self.adder; limit, gives);
        self.adder.number.next = self.reading.value.val();
        self.adder.pops.next = self.reading.rule.val().pops;
        self.adder.again.next = self.reading.rule.val().branches & self.read.loops.val();

        // Operands.
        connect!(self.walk => self.heights; action, load, check, loading);
        connect!(self.adder => self.heights; sum, over);
        connect!(self.reading => self.heights; rule, too_many);
        connect!(self.read => self.heights; wide);
        connect!(self.placement => self.heights; placed);
        connect!(self.label_stack => self.heights; outer_dead);

        // Labels.
        connect!(self => self.label_stack; labels);
        connect!(self.read => self.label_stack; params, results, opening, condition);
        self.label_stack.slot_loops.next = self.read.loops.val();
        self.label_stack.slot_dead.next = self.read.dead.val();
        connect!(self.walk => self.label_stack; idle, action, load, check, loading, acts, odd);
        connect!(self.adder => self.label_stack; sum, over);
        connect!(self.reading => self.label_stack; rule, depth_fits);
        connect!(self.heights => self.label_stack; dead);
        connect!(self.placement => self.label_stack; group_pc, group_lead);
        connect!(self.entries => self.label_stack; count);
        connect!(self.label_stack => self; read_slot, write, write_slot, write_data);

        // Branch entries.
        connect!(self => self.entries; entry_target, entry_branch);
        connect!(self.read => self.entries; target, lead, opening, newest, pending);
        connect!(self.walk => self.entries; idle, action);
        connect!(self.reading => self.entries; rule, opcode);
        connect!(self.heights => self.entries; height, dead);
        connect!(self.label_stack => self.entries; low, keep, whole, loops);
        connect!(self.placement => self.entries; group_pc, group_lead);
        connect!(self.entries => self; entry_read, entry_index, entry_write, entry_word);

        // The function.
        connect!(self => self.body; first_function, code_last, code_pc);
        connect!(self.read => self.body; base, results, target, newest, lead);
        connect!(self.walk => self.body; idle, action, load, loading, taken);
        connect!(self.adder => self.body; sum);
        connect!(self.reading => self.body; rule);
        connect!(self.label_stack => self.body; keep, low);
        connect!(self.heights => self.body; most);
        connect!(self.body => self; function_write, function_index, function_word);

        // Stops.
        connect!(self.walk => self.stops; live);
        self.stops.entries.next = self.entries.exhausted.val();
        self.stops.labels.next = self.label_stack.exhausted.val();
        self.stops.slots.next = self.heights.exhausted.val();
        self.stops.invalid.next = self.reading.invalid.val()
            | self.heights.invalid.val()
            | self.label_stack.invalid.val()
            | self.body.invalid.val();
        self.stops.unknown.next = self.reading.unknown.val();
        self.stop.next = self.stops.code.val();
        self.stop_pc.next = self.placement.origin.val();
    }
}
