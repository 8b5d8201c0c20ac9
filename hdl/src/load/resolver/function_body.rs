//! The function whose body the resolver walks: which one it is, where it ends, and its entry.

use super::program::{Action, Load};
use super::rule::Rule;
use crate::prim::packed::PackedFunction;
use layer::circuit;
use rust_hdl::prelude::*;

/// Widths: `C` code address, `B` branch-entry index, `F` function index, `S` stack slot.
#[derive(LogicBlock, Default)]
pub struct FunctionBody<const C: usize, const B: usize, const F: usize, const S: usize> {
    pub clock: Signal<In, Clock>,
    pub idle: Signal<In, Bit>,
    pub first_function: Signal<In, Bits<F>>,
    /// Address of the last byte of code.
    pub code_last: Signal<In, Bits<C>>,
    // The row: see `Walk`.
    pub action: Signal<In, Action>,
    pub load: Signal<In, Load>,
    pub loading: Signal<In, Bit>,
    pub taken: Signal<In, Bit>,
    pub code_pc: Signal<In, Bits<C>>,
    pub sum: Signal<In, Bits<C>>,
    pub rule: Signal<In, Rule>,
    // What is read of a limit, type or label: see `SlotRead`.
    pub base: Signal<In, Bits<S>>,
    pub results: Signal<In, Bits<S>>,
    pub target: Signal<In, Bits<C>>,
    pub newest: Signal<In, Bits<B>>,
    pub lead: Signal<In, Bits<4>>,
    /// The function's parameters, locals, and slots.
    pub keep: Signal<In, Bits<S>>,
    pub low: Signal<In, Bits<S>>,
    pub most: Signal<In, Bits<S>>,

    pub own: Signal<Out, Bits<S>>,
    /// There are no more functions.
    pub all_functions: Signal<Out, Bit>,
    /// The code goes on behind its end, or ends before; a call in place of the function has other results.
    pub invalid: Signal<Out, Bit>,
    pub function_write: Signal<Out, Bit>,
    pub function_index: Signal<Out, Bits<F>>,
    pub function_word: Signal<Out, Bits<96>>,

    packed_function: PackedFunction<C, B, S>,
    index: DFF<Bits<S>>,
    own_results: DFF<Bits<S>>,
    /// Last byte of the body. The byte that was taken last is this one; is the last one of the code.
    body_last: DFF<Bits<C>>,
    ended: DFF<Bit>,
    over: DFF<Bit>,
    wrong: Signal<Local, Bit>,
}

impl<const C: usize, const B: usize, const F: usize, const S: usize> Logic for FunctionBody<C, B, F, S> {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, index, own_results, body_last, ended, over);
        if self.loading.val() {
            match self.load.val() {
                Load::Own => {
                    self.index.d.next = bit_cast::<S, C>(self.sum.val());
                }
                Load::Body => {
                    self.body_last.d.next = self.sum.val();
                }
                _ => {}
            }
        }
        if self.taken.val() {
            self.ended.d.next = self.code_pc.val() == self.body_last.q.val();
            self.over.d.next = self.code_pc.val() == self.code_last.val();
        }

        self.wrong.next = false;
        self.function_write.next = false;
        match self.action.val() {
            Action::Clear => {
                self.ended.d.next = false;
            }
            Action::Size => {
                self.ended.d.next = false;
            }
            Action::OwnLabel => {
                self.own_results.d.next = self.results.val();
            }
            Action::Results => {
                self.wrong.next = self.rule.val().tail & (self.results.val() != self.own_results.q.val());
            }
            Action::FunctionWrite => {
                self.function_write.next = true;
                self.wrong.next = !self.ended.q.val();
            }
            _ => {}
        }
        self.invalid.next = self.wrong.val() | (self.taken.val() & (self.ended.q.val() | self.over.q.val()));
        if self.idle.val() {
            self.index.d.next = bit_cast::<S, F>(self.first_function.val());
            self.ended.d.next = false;
            self.over.d.next = false;
        }

        self.own.next = self.index.q.val();
        self.all_functions.next = self.index.q.val() == self.base.val();
        self.function_index.next = bit_cast::<F, S>(self.index.q.val());
        self.packed_function.entry.next = self.target.val();
        self.packed_function.first_branch.next = self.newest.val();
        self.packed_function.lead.next = self.lead.val();
        self.packed_function.params.next = self.keep.val();
        self.packed_function.locals.next = self.low.val();
        self.packed_function.frame.next = self.most.val();
        self.function_word.next = self.packed_function.word.val();
    }
}
