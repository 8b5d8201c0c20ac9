//! Where the resolver's program is: the row in force, when it ends, and which one follows.

use super::control_store::ControlStore;
use super::forks::Forks;
use super::program::{Action, Check, Left, Load, ProgramPlaces, Right};
use super::rule::Rule;
use layer::circuit;
use rust_hdl::prelude::*;

/// ```text
/// clock    _/~\_/~\_/~\_/~\_/~\_/~\_
/// left     X row   X row           X   and `right`, `minus`, `load`, `check`, `odd`
/// acts     ____/~~~\___/~~~~~~~~~~~\   `action` is not `None`
/// taken    ____________________/~~~\   if the row takes a byte
/// loading  ____/~~~\___________/~~~\   the register that it names is loaded
/// ```
#[derive(LogicBlock, Default)]
pub struct Walk {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub start: Signal<In, Bit>,
    /// The code cannot be resolved.
    pub stopped: Signal<In, Bit>,
    pub code_valid: Signal<In, Bit>,
    /// No byte may be taken.
    pub marking: Signal<In, Bit>,

    // Of the instruction.
    pub rule: Signal<In, Rule>,
    /// Nothing more is to be read before it is measured.
    pub ready: Signal<In, Bit>,
    /// Its block type is not a type index.
    pub brief: Signal<In, Bit>,
    /// It cannot be reached.
    pub dead: Signal<In, Bit>,
    // This step of placing it: needs that entries or a label get their target before; is the last one.
    pub patching: Signal<In, Bit>,
    pub opening: Signal<In, Bit>,
    pub placed: Signal<In, Bit>,
    // See `Forks`.
    pub all_functions: Signal<In, Bit>,
    pub last: Signal<In, Bit>,
    pub prefix: Signal<In, Bit>,
    pub place: Signal<In, Bits<4>>,
    pub to_come: Signal<In, Bit>,
    pub seen: Signal<In, Bit>,
    pub more: Signal<In, Bit>,
    pub whole: Signal<In, Bit>,
    pub forms: Signal<Out, Bit>,

    // The row.
    pub left: Signal<Out, Left>,
    pub right: Signal<Out, Right>,
    pub minus: Signal<Out, Bit>,
    pub load: Signal<Out, Load>,
    pub check: Signal<Out, Check>,
    pub odd: Signal<Out, Bit>,
    pub action: Signal<Out, Action>,
    /// In the second cycle of a row, or a later one: it acts.
    pub acts: Signal<Out, Bit>,
    /// It acts, and nothing has been found in the cycle before for which to stop.
    pub live: Signal<Out, Bit>,
    /// A byte is taken.
    pub taken: Signal<Out, Bit>,
    /// The row ends, and the register that it names is loaded.
    pub loading: Signal<Out, Bit>,
    /// No row is in force.
    pub idle: Signal<Out, Bit>,

    // Of fetch.
    pub hold: Signal<Out, Bit>,
    pub redirect: Signal<Out, Bit>,

    store: ControlStore,
    forks: Forks,
    places: ProgramPlaces,
    on: DFF<Bit>,
    acting: DFF<Bit>,
    /// A `br_table` has been measured.
    again: DFF<Bit>,
    does: Signal<Local, Action>,
    running: Signal<Local, Bit>,
    /// The row takes a byte; it is there.
    takes: Signal<Local, Bit>,
    takes_now: Signal<Local, Bit>,
    /// The row ends with this cycle: it has its byte, if it takes one.
    go: Signal<Local, Bit>,
    turns: Signal<Local, Bit>,
}

impl Logic for Walk {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, on, acting, again);
        clock!(self, clock, store);
        connect!(self.store => self; left, right, minus, load, check, odd);
        self.does.next = if self.acting.q.val() { self.store.action.val() } else { Action::None };
        self.action.next = self.does.val();
        self.acts.next = self.acting.q.val();
        self.idle.next = !self.on.q.val();

        // Bytes.
        self.takes.next = false;
        match self.does.val() {
            Action::Size => {
                self.takes.next = true;
            }
            Action::Digit => {
                self.takes.next = true;
            }
            Action::LocalType => {
                self.takes.next = true;
            }
            Action::Opcode => {
                self.takes.next = true;
            }
            Action::Immediate => {
                self.takes.next = true;
            }
            Action::Reference => {
                self.takes.next = true;
            }
            Action::ValueType => {
                self.takes.next = true;
            }
            _ => {}
        }
        self.running.next = self.acting.q.val() & !self.stopped.val();
        self.live.next = self.running.val();
        self.takes_now.next = self.running.val() & self.takes.val() & self.code_valid.val() & !self.marking.val();
        self.taken.next = self.takes_now.val();
        self.go.next = self.running.val() & (!self.takes.val() | self.takes_now.val());
        self.loading.next = self.go.val();
        if self.does.val() == Action::Measure {
            self.loading.next = self.go.val() & self.placed.val();
        }
        if (self.does.val() == Action::Table) & self.dead.val() {
            self.loading.next = false;
        }
        self.turns.next = self.does.val() == Action::Redirect;
        self.redirect.next = self.turns.val();
        self.hold.next = !self.turns.val() & !(self.on.q.val() & self.takes.val() & !self.marking.val());

        // Where the program goes on. What waits for the group to be closed comes before the instruction is placed.
        self.forks.split.next = self.store.split.val();
        connect!(self => self.forks; rule, all_functions, last, prefix, place, to_come, seen, more, whole);
        self.forks.again.next = self.again.q.val();
        self.forms.next = self.forks.forms.val();
        self.store.address.next = self.store.following.val() | bit_cast::<7, 4>(self.forks.way.val());
        if self.does.val() == Action::Measure {
            if self.ready.val() {
                self.store.address.next = self.places.measure.val();
                if self.patching.val() {
                    self.store.address.next = self.places.patch.val();
                } else if self.opening.val() {
                    self.store.address.next = self.places.opened.val();
                }
            }
            if self.placed.val() {
                self.store.address.next =
                    self.rule.val().target | bit_cast::<7, 1>((self.rule.val().opens & self.brief.val()).into());
            }
        }
        self.store.enable.next = self.go.val();
        if !self.on.q.val() {
            self.store.enable.next = true;
            self.store.address.next = 0.into();
        }

        if self.does.val() == Action::Redirect {
            self.again.d.next = self.rule.val().labels;
        }
        if (self.does.val() == Action::Clear) | (self.does.val() == Action::Diverge) {
            self.again.d.next = false;
        }
        self.acting.d.next = self.on.q.val() & !self.go.val();
        if self.does.val() == Action::Finish {
            self.on.d.next = false;
        }
        if !self.on.q.val() {
            self.on.d.next = self.start.val();
        }
        if self.reset.val() | self.stopped.val() {
            self.on.d.next = false;
            self.acting.d.next = false;
        }
    }
}
