//! The resolver's one adder, and what it adds.

use super::program::{Left, Right};
use crate::prim::carry_adder::CarryAdder;
use layer::circuit;
use rust_hdl::prelude::*;

/// Widths: `C` code address, `S` stack slot; S < C, so no sum of slots wraps.
///
/// ```text
/// clock  _/~\_/~\_/~\_
/// left   X a       X   and the other inputs
/// sum          X s X
/// ```
#[derive(LogicBlock, Default)]
pub struct Adder<const C: usize, const S: usize> {
    pub clock: Signal<In, Clock>,
    pub left: Signal<In, Left>,
    pub right: Signal<In, Right>,
    pub minus: Signal<In, Bit>,

    pub height: Signal<In, Bits<S>>,
    pub level: Signal<In, Bits<S>>,
    pub types: Signal<In, Bits<S>>,
    pub functions: Signal<In, Bits<S>>,
    pub labels: Signal<In, Bits<S>>,
    pub origin: Signal<In, Bits<C>>,
    pub own: Signal<In, Bits<S>>,

    pub number: Signal<In, Bits<C>>,
    pub params: Signal<In, Bits<S>>,
    pub results: Signal<In, Bits<S>>,
    /// A branch to a loop takes parameters.
    pub again: Signal<In, Bit>,
    pub base: Signal<In, Bits<S>>,
    /// The label is the function.
    pub whole: Signal<In, Bit>,
    pub index: Signal<In, Bits<S>>,
    pub keep: Signal<In, Bits<S>>,
    pub pops: Signal<In, Bits<2>>,
    /// `isa::resolution::Limit` of the number.
    pub limit: Signal<In, Bits<4>>,
    /// The block type without an index has a result.
    pub gives: Signal<In, Bit>,

    pub sum: Signal<Out, Bits<C>>,
    /// It is not a slot.
    pub over: Signal<Out, Bit>,

    total: CarryAdder<C>,
    /// What is added; the second one inverted if it is subtracted.
    x: DFF<Bits<C>>,
    y: DFF<Bits<C>>,
    second: Signal<Local, Bits<C>>,
    constant: Signal<Local, Bits<5>>,
    negative: Signal<Local, Bits<C>>,
    /// Which of them, if it is not a constant.
    fixed: Signal<Local, Bit>,
    pick: Signal<Local, Bits<3>>,
    chosen: Signal<Local, Bits<C>>,
    zero: Signal<Local, Bits<C>>,
    slot: Signal<Local, Bits<S>>,
    choice: Signal<Local, Left>,
    other: Signal<Local, Right>,
}

impl<const C: usize, const S: usize> Logic for Adder<C, S> {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, x, y);
        self.choice.next = self.left.val();
        self.x.d.next = 0.into();
        match self.choice.val() {
            Left::Zero => {}
            Left::Height => {
                self.x.d.next = bit_cast::<C, S>(self.height.val());
            }
            Left::Level => {
                self.x.d.next = bit_cast::<C, S>(self.level.val());
            }
            Left::Types => {
                self.x.d.next = bit_cast::<C, S>(self.types.val());
            }
            Left::Functions => {
                self.x.d.next = bit_cast::<C, S>(self.functions.val());
            }
            Left::Labels => {
                self.x.d.next = bit_cast::<C, S>(self.labels.val());
            }
            Left::Origin => {
                self.x.d.next = self.origin.val();
            }
            Left::Own => {
                self.x.d.next = bit_cast::<C, S>(self.own.val());
            }
        }

        // Constants, in five bits; those from 16 up are less by 32.
        self.other.next = self.right.val();
        self.constant.next = 0.into();
        self.fixed.next = true;
        self.pick.next = 0.into();
        match self.other.val() {
            Right::Params => {
                self.fixed.next = false;
            }
            Right::Arity => {
                self.fixed.next = false;
                self.pick.next = if self.again.val() { 0.into() } else { 1.into() };
            }
            Right::Base => {
                self.fixed.next = false;
                self.pick.next = 2.into();
            }
            Right::Bottom => {
                self.fixed.next = self.whole.val();
                self.pick.next = 2.into();
            }
            Right::Number => {
                self.fixed.next = false;
                self.pick.next = 4.into();
            }
            Right::Double => {
                self.fixed.next = false;
                self.pick.next = 5.into();
            }
            Right::Index => {
                self.fixed.next = false;
                self.pick.next = 6.into();
            }
            Right::Keep => {
                self.fixed.next = false;
                self.pick.next = 7.into();
            }
            Right::Zero => {}
            Right::One => {
                self.constant.next = 1.into();
            }
            Right::Two => {
                self.constant.next = 2.into();
            }
            Right::Pops => {
                self.constant.next = bit_cast::<5, 2>(self.pops.val());
            }
            Right::Limit => {
                self.constant.next = bit_cast::<5, 4>(self.limit.val()) | 16;
            }
            Right::AllFunctions => {
                self.constant.next = 19.into();
            }
            Right::AllLocals => {
                self.constant.next = 17.into();
            }
            Right::Brief => {
                self.constant.next = bit_cast::<5, 1>(self.gives.val().into()) | 30;
            }
        }
        self.zero.next = 0.into();
        self.negative.next = if self.constant.val().get_bit(4) { self.zero.val() - 16 } else { 0.into() };
        self.chosen.next = 0.into();
        match self.pick.val().index() {
            0 => {
                self.chosen.next = bit_cast::<C, S>(self.params.val());
            }
            1 => {
                self.chosen.next = bit_cast::<C, S>(self.results.val());
            }
            4 => {
                self.chosen.next = self.number.val();
            }
            5 => {
                self.chosen.next = self.number.val() << 1;
            }
            6 => {
                self.chosen.next = bit_cast::<C, S>(self.index.val());
            }
            7 => {
                self.chosen.next = bit_cast::<C, S>(self.keep.val());
            }
            _ => {
                self.chosen.next = bit_cast::<C, S>(self.base.val());
            }
        }
        self.second.next = if self.fixed.val() {
            bit_cast::<C, 4>(self.constant.val().get_bits::<4>(0)) | self.negative.val()
        } else {
            self.chosen.val()
        };
        self.y.d.next = self.second.val();
        if self.minus.val() {
            self.y.d.next = !self.second.val();
        }
        self.total.left.next = self.x.q.val();
        self.total.right.next = self.y.q.val();
        self.total.carry.next = self.minus.val();
        self.sum.next = self.total.sum.val();
        self.slot.next = bit_cast::<S, C>(self.sum.val());
        self.over.next = bit_cast::<C, S>(self.slot.val()) != self.sum.val();
    }
}
