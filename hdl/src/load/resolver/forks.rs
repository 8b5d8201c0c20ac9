//! Where the resolver's program goes on, if that depends on something.

use super::program::Fork;
use super::rule::Rule;
use crate::prim::names::Limits;
use layer::circuit;
use rust_hdl::prelude::*;

/// Combinational.
#[derive(LogicBlock, Default)]
pub struct Forks {
    pub split: Signal<In, Fork>,
    /// Of the instruction.
    pub rule: Signal<In, Rule>,
    /// There are no more functions.
    pub all_functions: Signal<In, Bit>,
    /// The byte is the last one of a number; it is the prefix.
    pub last: Signal<In, Bit>,
    pub prefix: Signal<In, Bit>,
    /// Bytes taken before it.
    pub place: Signal<In, Bits<4>>,
    /// Labels or runs of locals are to come.
    pub to_come: Signal<In, Bit>,
    /// The first of two numbers has been read, or the number of labels; a `br_table` has been measured.
    pub seen: Signal<In, Bit>,
    pub again: Signal<In, Bit>,
    /// There are more entries in the list.
    pub more: Signal<In, Bit>,
    /// The label is the function.
    pub whole: Signal<In, Bit>,

    /// What is added to the next place, as [`Fork`] says.
    pub way: Signal<Out, Bits<4>>,
    /// The fork is [`Fork::Form`].
    pub forms: Signal<Out, Bit>,

    choice: Signal<Local, Fork>,
    limits: Limits,
}

impl Logic for Forks {
    #[circuit]
    fn update(&mut self) {
        self.choice.next = self.split.val();
        self.forms.next = self.choice.val() == Fork::Form;
        self.way.next = 0.into();
        match self.choice.val() {
            Fork::None => {}
            Fork::Functions => {
                if self.all_functions.val() {
                    self.way.next = 2.into();
                }
            }
            Fork::Last => {
                if self.last.val() {
                    self.way.next = 1.into();
                }
            }
            Fork::Runs => {
                if self.to_come.val() {
                    self.way.next = 2.into();
                }
            }
            Fork::Prefix => {
                if self.prefix.val() {
                    self.way.next = 2.into();
                }
            }
            Fork::Form => {
                self.way.next = 1.into();
                if self.rule.val().number {
                    self.way.next = 0.into();
                }
                if self.rule.val().single | self.rule.val().double {
                    self.way.next = 8.into();
                }
                if self.rule.val().reference {
                    self.way.next = 9.into();
                }
            }
            Fork::After => {
                if self.last.val() {
                    self.way.next = 1.into();
                    if self.rule.val().second & !self.seen.val() {
                        self.way.next =
                            if self.rule.val().limit == self.limits.alignment.val() { 2.into() } else { 3.into() };
                    }
                    if self.rule.val().types {
                        self.way.next = 7.into();
                    }
                    if self.rule.val().labels {
                        self.way.next = 4.into();
                        if self.seen.val() {
                            self.way.next = if self.again.val() { 6.into() } else { 5.into() };
                        }
                    }
                }
            }
            Fork::Raw => {
                self.way.next = if (self.place.val() == 7) | ((self.place.val() == 3) & self.rule.val().single) {
                    1.into()
                } else {
                    8.into()
                };
            }
            Fork::Depth => {
                if !self.to_come.val() {
                    self.way.next = 1.into();
                }
            }
            Fork::Patch => {
                self.way.next = if !self.more.val() { 1.into() } else { 10.into() };
            }
            Fork::Kind => {
                if self.rule.val().closes {
                    self.way.next = if self.whole.val() { 3.into() } else { 1.into() };
                }
                if self.rule.val().otherwise {
                    self.way.next = 2.into();
                }
            }
            Fork::Branch => {
                if self.rule.val().stays {
                    self.way.next = 2.into();
                }
                if self.rule.val().labels {
                    self.way.next = 4.into();
                }
                if self.rule.val().closes {
                    self.way.next = 8.into();
                }
            }
            Fork::Table => {
                if !self.to_come.val() {
                    self.way.next = 12.into();
                }
            }
            Fork::Call => {
                self.way.next = 2.into();
                if self.rule.val().service {
                    self.way.next = 6.into();
                }
                if self.rule.val().tail {
                    self.way.next = 7.into();
                }
            }
            Fork::Indirect => {
                if self.rule.val().indirect {
                    self.way.next = 1.into();
                }
            }
            Fork::Pushes => {
                if self.rule.val().pushes {
                    self.way.next = 1.into();
                }
            }
        }
    }
}
