//! What fills the tables while nothing runs: the host's writes, or the resolver, which makes them from the code.
//!
//! ```text
//! clock      _/~\_/~\_/~\_/~\_/~\_
//! start      /~~~\________________   the host starts the resolver
//! resolving  ____/~~~~~~~~~~~\____   the resolver has fetch, tables and value stack; host writes are not heard
//! stop       ____________/~~~\____   if the code cannot be resolved
//! ```

use crate::load::resolver::Resolver;
use layer::circuit;
use rust_hdl::prelude::*;

/// Widths: `C` code address, `B` branch-entry index, `F` function index, `S` stack slot.
#[derive(LogicBlock, Default)]
pub struct Loading<const C: usize, const B: usize, const F: usize, const S: usize> {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    /// Whether there is a resolver.
    pub enabled: Signal<In, Bit>,

    // The host's writes.
    pub host_address: Signal<In, Bits<32>>,
    pub host_data: Signal<In, Bits<96>>,
    pub host_marks: Signal<In, Bit>,
    pub host_branch: Signal<In, Bit>,
    pub host_function: Signal<In, Bit>,
    pub host_slot: Signal<In, Bit>,

    // The resolver: see there.
    pub start: Signal<In, Bit>,
    pub first_function: Signal<In, Bits<F>>,
    pub code_last: Signal<In, Bits<C>>,
    pub types: Signal<In, Bits<S>>,
    pub functions: Signal<In, Bits<S>>,
    pub labels: Signal<In, Bits<S>>,
    pub resolving: Signal<Out, Bit>,
    pub stop: Signal<Out, Bits<8>>,
    pub stop_pc: Signal<Out, Bits<C>>,

    // Fetch.
    pub code_valid: Signal<In, Bit>,
    pub code_byte: Signal<In, Bits<8>>,
    pub code_pc: Signal<In, Bits<C>>,
    pub hold: Signal<Out, Bit>,
    pub redirect: Signal<Out, Bit>,
    pub redirect_pc: Signal<Out, Bits<C>>,
    pub entry_read: Signal<Out, Bit>,
    pub entry_index: Signal<Out, Bits<B>>,
    pub entry_target: Signal<In, Bits<C>>,
    pub entry_branch: Signal<In, Bits<B>>,

    // The tables, and the value stack.
    pub write_marks: Signal<Out, Bits<8>>,
    pub mark_row: Signal<Out, Bits<C>>,
    pub marks_data: Signal<Out, Bits<32>>,
    pub write_branch: Signal<Out, Bits<3>>,
    pub branch_index: Signal<Out, Bits<B>>,
    pub branch_data: Signal<Out, Bits<96>>,
    pub write_function: Signal<Out, Bit>,
    pub function_index: Signal<Out, Bits<F>>,
    pub function_data: Signal<Out, Bits<96>>,
    pub read_slot: Signal<Out, Bits<S>>,
    pub read_data: Signal<In, Bits<64>>,
    pub write_slot: Signal<Out, Bit>,
    pub slot: Signal<Out, Bits<S>>,
    pub slot_data: Signal<Out, Bits<64>>,

    pub resolver: Resolver<C, B, F, S>,
    takes: Signal<Local, Bit>,
    one: Signal<Local, Bits<8>>,
    mark: Signal<Local, Bits<32>>,
    pair: Signal<Local, Bits<32>>,
    four: Signal<Local, Bits<32>>,
}

impl<const C: usize, const B: usize, const F: usize, const S: usize> Logic for Loading<C, B, F, S> {
    #[circuit]
    fn update(&mut self) {
        connect!(self => self.resolver;
            clock, reset, start, first_function, code_last, types, functions, labels, code_valid, code_byte, code_pc,
            read_data, entry_target, entry_branch);

        self.takes.next = self.resolver.busy.val() & self.enabled.val();
        self.resolving.next = self.takes.val();
        self.stop.next = if self.takes.val() { self.resolver.stop.val() } else { 0.into() };
        self.stop_pc.next = self.resolver.stop_pc.val();
        self.hold.next = self.takes.val() & self.resolver.hold.val();
        self.redirect.next = self.takes.val() & self.resolver.redirect.val();
        self.redirect_pc.next = self.resolver.redirect_pc.val();
        self.entry_read.next = self.takes.val() & self.resolver.entry_read.val();
        self.entry_index.next = self.resolver.entry_index.val();

        // One of the eight marks of a row.
        self.one.next = 1.into();
        if self.resolver.mark_address.val().get_bit(0) {
            self.one.next = 2.into();
        }
        if self.resolver.mark_address.val().get_bit(1) {
            self.one.next = if self.resolver.mark_address.val().get_bit(0) { 8.into() } else { 4.into() };
        }
        self.mark.next = bit_cast::<32, 4>(self.resolver.mark.val());
        self.pair.next = self.mark.val() | (self.mark.val() << 4);
        self.four.next = self.pair.val() | (self.pair.val() << 8);

        // With a resolver, marks and branch entries are its alone, and so is the read port while it works.
        self.write_marks.next = 0.into();
        if self.takes.val() & self.resolver.mark_write.val() {
            self.write_marks.next =
                if self.resolver.mark_address.val().get_bit(2) { self.one.val() << 4 } else { self.one.val() };
        }
        self.mark_row.next = self.resolver.mark_address.val() >> 3;
        self.marks_data.next = self.four.val() | (self.four.val() << 16);
        self.write_branch.next = if self.takes.val() { self.resolver.entry_write.val() } else { 0.into() };
        self.branch_index.next = self.resolver.entry_index.val();
        self.branch_data.next = self.resolver.entry_word.val();
        if !self.enabled.val() {
            if self.host_marks.val() {
                self.write_marks.next = 255.into();
            }
            self.mark_row.next = bit_cast::<C, 32>(self.host_address.val());
            self.marks_data.next = bit_cast::<32, 96>(self.host_data.val());
            if self.host_branch.val() {
                self.write_branch.next = 7.into();
            }
            self.branch_index.next = bit_cast::<B, 32>(self.host_address.val());
            self.branch_data.next = self.host_data.val();
        }

        // The host writes the entries of imported functions, and slots.
        self.write_function.next = self.host_function.val();
        self.function_index.next = bit_cast::<F, 32>(self.host_address.val());
        self.function_data.next = self.host_data.val();
        self.read_slot.next = bit_cast::<S, 32>(self.host_address.val());
        self.write_slot.next = self.host_slot.val();
        self.slot.next = bit_cast::<S, 32>(self.host_address.val());
        self.slot_data.next = bit_cast::<64, 96>(self.host_data.val());
        if self.takes.val() {
            self.write_function.next = self.resolver.function_write.val();
            self.function_index.next = self.resolver.function_index.val();
            self.function_data.next = self.resolver.function_word.val();
            self.read_slot.next = self.resolver.read_slot.val();
            self.write_slot.next = self.resolver.write.val();
            self.slot.next = self.resolver.write_slot.val();
            self.slot_data.next = self.resolver.write_data.val();
        }
    }
}
