//! Where an instruction is placed in a group: what its rule says of that, and what has to come before.

use super::groups::Groups;
use super::program::Action;
use super::rule::Rule;
use crate::prim::names::Limits;
use layer::circuit;
use rust_hdl::prelude::*;

/// When a group is closed, its address and lead are known: then entries that wait for them are patched, and a label
/// that begins there gets its target, before the instruction is placed.
#[derive(LogicBlock, Default)]
pub struct Placement<const C: usize> {
    pub clock: Signal<In, Clock>,
    /// Begins.
    pub start: Signal<In, Bit>,
    pub action: Signal<In, Action>,
    pub taken: Signal<In, Bit>,
    pub code_pc: Signal<In, Bits<C>>,

    // The instruction: its rule, its number, and whether that has more bits; all of it has been read.
    pub rule: Signal<In, Rule>,
    pub value: Signal<In, Bits<C>>,
    pub over: Signal<In, Bit>,
    pub ready: Signal<In, Bit>,
    /// The innermost label is the function.
    pub outermost: Signal<In, Bit>,
    // There are entries, a label that wait for the address of a group.
    pub waiting: Signal<In, Bit>,
    pub opened: Signal<In, Bit>,

    // This step closes a group, for which they wait; is the last one.
    pub patching: Signal<Out, Bit>,
    pub opening: Signal<Out, Bit>,
    pub placed: Signal<Out, Bit>,
    /// Address of the instruction.
    pub origin: Signal<Out, Bits<C>>,
    // See `Groups`.
    pub group_pc: Signal<Out, Bits<C>>,
    pub group_lead: Signal<Out, Bits<4>>,
    pub marking: Signal<Out, Bit>,
    pub mark_write: Signal<Out, Bit>,
    pub mark_address: Signal<Out, Bits<C>>,
    pub mark: Signal<Out, Bits<4>>,

    groups: Groups<C>,
    limits: Limits,
    patches: Signal<Local, Bit>,
    opens: Signal<Local, Bit>,
}

impl<const C: usize> Logic for Placement<C> {
    #[circuit]
    fn update(&mut self) {
        clock!(self, clock, groups);
        self.patches.next = self.groups.closes.val() & self.waiting.val();
        self.opens.next = self.groups.closes.val() & self.opened.val();
        self.patching.next = self.patches.val();
        self.opening.next = self.opens.val();
        self.placed.next = self.groups.placed.val() & self.ready.val() & !self.patches.val() & !self.opens.val();

        self.groups.clear.next = self.start.val();
        self.groups.take.next = self.taken.val();
        self.groups.first.next = (self.action.val() == Action::Size) | (self.action.val() == Action::Opcode);
        self.groups.pc.next = self.code_pc.val();
        self.groups.measure.next =
            (self.action.val() == Action::Measure) & self.ready.val() & !self.patches.val() & !self.opens.val();
        self.groups.branch.next = self.rule.val().service
            | self.rule.val().condition
            | self.rule.val().otherwise
            | (self.rule.val().branches & !self.rule.val().labels)
            | (self.rule.val().closes & self.outermost.val());
        self.groups.brief.next = self.rule.val().brief;
        self.groups.access.next = self.rule.val().limit == self.limits.alignment.val();
        self.groups.constant.next = self.rule.val().long;
        self.groups.double.next = self.rule.val().double;
        self.groups.wide.next = self.over.val() | (self.value.val() >> 7).any();
        self.groups.source.next = self.rule.val().source;
        self.groups.sources.next = self.rule.val().sources;
        self.groups.gives.next = self.rule.val().gives;
        self.groups.compares.next = self.rule.val().compares;
        self.groups.sets.next = (self.rule.val().limit == self.limits.locals.val()) & !self.rule.val().source;
        self.groups.fuses.next = self.rule.val().stays;

        connect!(self.groups => self; origin, mark_write, mark_address, mark);
        self.group_pc.next = self.groups.start.val();
        self.group_lead.next = self.groups.lead.val();
        self.marking.next = self.groups.busy.val();
    }
}
