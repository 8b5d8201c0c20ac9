//! Stage D's last step: what its group is for stage X, and whether it goes there.
//!
//! Whether X keeps the group out comes last, because fetch waits for it.

use crate::front::control::{Arity, Control};
use crate::front::decode::Slots;
use crate::prim::late::Late;
use layer::circuit;
use rust_hdl::prelude::*;

/// `select` goes to X twice: first its condition, then the choice. Before any group, an operand may be moved to its slot
/// (`insert`).
#[derive(LogicBlock, Default)]
pub struct Issue {
    pub clock: Signal<In, Clock>,
    /// It is the compact core; constant.
    pub compact: Signal<In, Bit>,
    /// Whether the group in X ends decides last; constant.
    pub prepares: Signal<In, Bit>,
    /// The group in D is dropped.
    pub flush: Signal<In, Bit>,

    // The group: see `Fetch` and `Decode`.
    pub d_valid: Signal<In, Bit>,
    pub d_lead: Signal<In, Bits<4>>,
    pub d_arity: Signal<In, Arity>,
    pub d_returns: Signal<In, Bit>,
    pub d_unwind: Signal<In, Bit>,
    pub control: Signal<In, Control>,
    pub slots: Signal<In, Slots>,
    /// It is complete; another chunk of it follows.
    pub ready: Signal<In, Bit>,
    pub swallow: Signal<In, Bit>,
    pub insert: Signal<In, Bit>,

    /// The function that runs is one of the library, which alone has privileged instructions.
    pub privileged: Signal<In, Bit>,
    // What keeps it out of X: the sequencer, linear memory, the group in X unless it ends.
    pub sequencing: Signal<In, Bit>,
    pub busy: Signal<In, Bit>,
    pub live: Signal<In, Bit>,
    pub ends: Signal<In, Bit>,
    pub x_blocks: Signal<In, Bit>,
    pub x_resolves: Signal<In, Bit>,

    /// Something goes to X; the whole group does, so D takes the next one.
    pub issues: Signal<Out, Bit>,
    pub passes: Signal<Out, Bit>,
    /// D keeps its group.
    pub hold: Signal<Out, Late>,
    // What goes to X: operands, slots; it does not retire there; jumps; is a branch; the sequencer may have to finish it;
    // the result's high half is the second pass's, that of the ALU or a unit, is not that of an operand; its low half is
    // that of an operand.
    pub arity: Signal<Out, Arity>,
    /// Its operation does not execute here.
    pub d_foreign: Signal<Out, Bit>,
    pub d_slots: Signal<Out, Slots>,
    pub d_silent: Signal<Out, Bit>,
    pub d_jump: Signal<Out, Bit>,
    pub d_resolves: Signal<Out, Bit>,
    pub d_blocks: Signal<Out, Bit>,
    pub d_halves: Signal<Out, Bit>,
    pub d_computed: Signal<Out, Bit>,
    pub d_extended: Signal<Out, Bit>,
    pub d_bypass: Signal<Out, Bit>,

    /// The condition of a `select` has gone.
    chosen: DFF<Bit>,
    split: Signal<Local, Bit>,
    complete: Signal<Local, Bit>,
    whole: Signal<Local, Bit>,
    /// X takes a group: one ends, which lets another in; there is none.
    follows: Signal<Local, Bit>,
    empty: Signal<Local, Bit>,
    frees: Signal<Local, Bit>,
    keeps: Signal<Local, Bit>,
    goes: Signal<Local, Bit>,
    now_slots: Signal<Local, Slots>,
    jumps: Signal<Local, Bit>,
    branches: Signal<Local, Bit>,
    two_passes: Signal<Local, Bit>,
    calculates: Signal<Local, Bit>,
    foreign: Signal<Local, Bit>,
}

impl Logic for Issue {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, chosen);
        self.now_slots.next = self.slots.val();
        self.split.next = self.d_arity.val().select & !self.chosen.q.val();
        if self.split.val() {
            self.now_slots.next.set = false;
            self.now_slots.next.push = false;
        }
        self.arity.next = self.d_arity.val();
        if self.chosen.q.val() {
            self.arity.next.unary = false;
            self.arity.next.binary = true;
            self.now_slots.next.first = false;
        }
        self.d_slots.next = self.now_slots.val();

        // Whether it goes to X.
        self.complete.next = self.d_valid.val() & self.ready.val() & !self.flush.val() & !self.sequencing.val();
        self.follows.next = !self.x_blocks.val() & !(self.compact.val() & self.x_resolves.val());
        self.empty.next = !self.live.val();
        self.frees.next = self.empty.val() | (self.ends.val() & self.follows.val());
        self.goes.next = self.complete.val() & !self.busy.val() & self.frees.val();
        self.issues.next = self.goes.val();
        self.whole.next = self.complete.val() & !self.busy.val() & !self.split.val() & !self.insert.val();
        self.passes.next = self.whole.val() & self.frees.val();
        // A move that goes first is not the condition.
        self.chosen.d.next = (self.goes.val() & self.split.val() & !self.insert.val())
            | (self.chosen.q.val() & !self.goes.val() & !self.flush.val());
        self.keeps.next = self.d_valid.val() & !self.flush.val() & !self.swallow.val();
        self.hold.next.comes = self.ends.val() & self.prepares.val();
        self.hold.next.then = self.keeps.val() & !(self.whole.val() & (self.empty.val() | self.follows.val()));
        self.hold.next.otherwise = self.keeps.val() & !(self.whole.val() & self.empty.val());
        if !self.prepares.val() {
            self.hold.next.otherwise = self.keeps.val() & !(self.whole.val() & self.frees.val());
        }

        // What it is there.
        self.d_silent.next = self.split.val() | self.insert.val();
        self.jumps.next = self.control.val().jump | (self.control.val().end & self.d_lead.val().get_bit(3));
        self.d_jump.next = self.jumps.val();
        self.branches.next =
            self.jumps.val() | self.control.val().branch | self.control.val().otherwise | self.now_slots.val().fused;
        self.d_resolves.next = self.branches.val();
        // A service instruction without an entry does not execute, nor does a privileged one in a function of the module.
        self.foreign.next = (self.control.val().privileged | self.control.val().raise) & !self.privileged.val();
        self.d_foreign.next = self.foreign.val();
        self.d_blocks.next = self.control.val().call
            | self.control.val().table
            | (self.control.val().privileged & !self.foreign.val())
            | (self.control.val().service & self.d_lead.val().get_bit(3))
            | (self.branches.val() & (self.d_returns.val() | self.d_unwind.val()));
        self.two_passes.next = self.control.val().wide & !self.control.val().compare;
        self.d_halves.next = self.two_passes.val();
        self.calculates.next = self.two_passes.val() | self.control.val().long;
        self.d_computed.next = self.calculates.val();
        self.d_extended.next = self.calculates.val() | self.control.val().fill;
        self.d_bypass.next = self.control.val().select | self.control.val().store;
    }
}
