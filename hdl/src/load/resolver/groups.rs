//! Forms groups and writes marks, as `isa::group::form` does with `Policy::Fold`.
//!
//! Every byte that is taken gets mark 0. An instruction that has been measured is placed in one or more steps: each
//! closes the oldest group that it does not join, or puts it into the group that is open, or begins a group with it. A
//! group stays open while an instruction may join it: sources, or an operation with a result. Branches go only to
//! what follows a control instruction or a service, which always closes its group; so no group has to begin where
//! none would.
//!
//! The lead of a group that is closed goes to the first byte of the group before it. A joining instruction's role is
//! written at once: if it begins a group after all (a second source), the lead of the next group takes its place. The
//! marks of a serial group follow in the next cycles.
//!
//! ```text
//! clock    _/~\_/~\_/~\_/~\_/~\_
//! take     /~~~~~~~\____________   two bytes, the first one with `first`
//! measure  ________/~~~~~~~\____   two steps
//! closes   ________/~~~\________   `start` and `lead` are valid; with `measure` low they stay
//! placed   ____________/~~~\____   the last step
//! busy     ________________/~~~\   only after a serial group: no byte may be taken
//! ```

use crate::prim::names::Roles;
use layer::circuit;
use rust_hdl::prelude::*;

/// What is in the open group: all of it can take another instruction along, but `Whole`.
#[derive(Copy, Clone, PartialEq, Debug, LogicState)]
enum State {
    Nothing,
    Source,
    Sources,
    Operation,
    Whole,
}

/// `C`: width of a code address.
#[derive(LogicBlock, Default)]
pub struct Groups<const C: usize> {
    pub clock: Signal<In, Clock>,
    /// Forgets all groups; `origin` is 0 then.
    pub clear: Signal<In, Bit>,
    pub take: Signal<In, Bit>,
    /// This byte begins an instruction.
    pub first: Signal<In, Bit>,
    pub pc: Signal<In, Bits<C>>,
    /// The instruction is complete: one step of placing it.
    pub measure: Signal<In, Bit>,
    /// It owns exactly one branch entry.
    pub branch: Signal<In, Bit>,
    // Its short form, if not all of its kind are short: two bytes in all; one byte of alignment and up to two of
    // offset; a constant of up to four bytes; none.
    pub brief: Signal<In, Bit>,
    pub access: Signal<In, Bit>,
    pub constant: Signal<In, Bit>,
    pub double: Signal<In, Bit>,
    /// The offset needs two bytes.
    pub wide: Signal<In, Bit>,
    // Its place in a group, if it is short: a source; an operation with up to so many sources, one that a destination
    // can follow, one that a `br_if` can follow; a destination; a `br_if`.
    pub source: Signal<In, Bit>,
    pub sources: Signal<In, Bits<2>>,
    pub gives: Signal<In, Bit>,
    pub compares: Signal<In, Bit>,
    pub sets: Signal<In, Bit>,
    pub fuses: Signal<In, Bit>,

    /// Address of the instruction.
    pub origin: Signal<Out, Bits<C>>,
    /// This step closes a group: its address, and the lead of its (first) chunk.
    pub closes: Signal<Out, Bit>,
    pub start: Signal<Out, Bits<C>>,
    pub lead: Signal<Out, Bits<4>>,
    /// After this step the instruction is placed.
    pub placed: Signal<Out, Bit>,
    pub busy: Signal<Out, Bit>,
    pub mark_write: Signal<Out, Bit>,
    pub mark_address: Signal<Out, Bits<C>>,
    pub mark: Signal<Out, Bits<4>>,

    roles: Roles,
    address: DFF<Bits<C>>,
    /// Length of the instruction less one, at most 15.
    extent: DFF<Bits<4>>,
    held: DFF<State>,
    /// First byte of the open group, and its length less one.
    head: DFF<Bits<C>>,
    length: DFF<Bits<3>>,
    /// Of two sources, the first has three bytes instead of two.
    longer: DFF<Bit>,
    /// The operation compares.
    compared: DFF<Bit>,
    /// First byte of the group before, if there is one.
    previous: DFF<Bits<C>>,
    follows: DFF<Bit>,
    step: DFF<Bits<2>>,

    serial: Signal<Local, Bit>,
    /// The instruction has a second chunk, which has more than one byte.
    split: Signal<Local, Bit>,
    second_role: Signal<Local, Bit>,
    second_lead: Signal<Local, Bits<4>>,
    /// Length less one of the instruction's first chunk; of the first of two sources, and of the rest.
    chunk: Signal<Local, Bits<3>>,
    first_length: Signal<Local, Bits<3>>,
    first_bytes: Signal<Local, Bits<3>>,
    rest: Signal<Local, Bits<3>>,
    joint: Signal<Local, Bits<5>>,
    fits: Signal<Local, Bit>,
    moves: Signal<Local, Bit>,
    operates: Signal<Local, Bit>,
    ends: Signal<Local, Bit>,
    /// What the group is with this instruction.
    kind: Signal<Local, State>,
    joins: Signal<Local, Bit>,
    begins: Signal<Local, Bit>,
    closing: Signal<Local, Bit>,
    role: Signal<Local, Bits<4>>,
    offset: Signal<Local, Bits<4>>,
    sum: Signal<Local, Bits<C>>,
}

impl<const C: usize> Logic for Groups<C> {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, address, extent, held, head, length, longer, compared, previous, follows, step);

        // Chunks.
        self.serial.next = self.double.val()
            | (self.brief.val() & (self.extent.q.val() > 1))
            | (self.constant.val() & (self.extent.q.val() > 4))
            | (self.access.val() & (self.extent.q.val() != 2) & !((self.extent.q.val() == 3) & self.wide.val()));
        self.split.next = self.double.val() | self.extent.q.val().get_bit(3);
        self.second_role.next = self.double.val() | (self.extent.q.val().get_bits::<3>(0) != 0);
        self.second_lead.next = bit_cast::<4, 3>(self.extent.q.val().get_bits::<3>(0));
        self.chunk.next = if self.extent.q.val().get_bit(3) { 7.into() } else { self.extent.q.val().get_bits::<3>(0) };
        if self.double.val() {
            // Eight raw bytes are taken four and four.
            self.chunk.next = 4.into();
            self.second_lead.next = 3.into();
        }

        // What the instruction is. A source has two bytes or more.
        self.moves.next = self.source.val() & !self.serial.val();
        self.operates.next = self.sources.val().any() & !self.serial.val();
        self.ends.next = (self.sets.val() & (self.extent.q.val() == 1)) | (self.fuses.val() & self.compared.q.val());
        self.kind.next = State::Whole;
        if self.moves.val() {
            self.kind.next = State::Source;
        } else if self.operates.val() & self.gives.val() {
            self.kind.next = State::Operation;
        }

        // The open group.
        self.joint.next = bit_cast::<5, 3>(self.length.q.val()) + bit_cast::<5, 4>(self.extent.q.val()) + 1;
        self.fits.next = !self.joint.val().get_bits::<2>(3).any();
        self.first_length.next = 1.into();
        self.first_bytes.next = 2.into();
        if self.longer.q.val() {
            self.first_length.next = 2.into();
            self.first_bytes.next = 3.into();
        }
        self.rest.next = self.length.q.val() - self.first_bytes.val();

        // The second chunk begins at 5 or 8; the role of its second byte comes last. Or else a second source.
        self.offset.next = bit_cast::<4, 3>(self.first_bytes.val());
        if self.step.q.val().get_bit(0) {
            self.offset.next = 1.into();
        }
        if self.step.q.val().get_bit(1) {
            self.offset.next = 8.into();
            if self.double.val() {
                self.offset.next = 5.into();
            }
            if self.step.q.val().get_bit(0) {
                self.offset.next = if self.double.val() { 6.into() } else { 9.into() };
            }
        }
        self.sum.next = self.head.q.val() + bit_cast::<C, 4>(self.offset.val());

        // What becomes of the instruction.
        self.joins.next = false;
        self.begins.next = false;
        self.closing.next = false;
        self.role.next =
            if self.sources.val().get_bit(1) { self.roles.binary.val() } else { self.roles.operation.val() };
        self.lead.next = bit_cast::<4, 3>(self.length.q.val());
        match self.held.q.val() {
            State::Nothing => {
                self.begins.next = true;
            }
            State::Source => {
                if self.moves.val() {
                    self.role.next = self.roles.source.val();
                    self.joins.next = (self.length.q.val() < 3) & (self.extent.q.val() < 3);
                } else {
                    self.joins.next = self.operates.val() & self.fits.val();
                }
                self.closing.next = !self.joins.val();
                self.begins.next = !self.joins.val();
            }
            State::Sources => {
                self.joins.next = self.operates.val() & self.sources.val().get_bit(1) & self.fits.val();
                self.closing.next = !self.joins.val();
                self.lead.next = bit_cast::<4, 3>(self.first_length.val());
            }
            State::Operation => {
                self.role.next = self.roles.destination.val();
                self.joins.next = self.ends.val() & self.fits.val();
                self.closing.next = !self.joins.val();
                self.begins.next = !self.joins.val();
            }
            State::Whole => {
                self.closing.next = true;
                if self.branch.val() {
                    self.lead.next = bit_cast::<4, 3>(self.length.q.val()) | 8;
                }
            }
        }
        self.closes.next = self.closing.val();
        self.placed.next = if (self.joins.val() | self.begins.val()) & (self.kind.val() != State::Whole) {
            true
        } else {
            self.held.q.val() == State::Whole
        };

        // Marks, and what is kept of it all.
        self.mark_write.next = self.take.val();
        self.mark_address.next = self.pc.val();
        self.mark.next = 0.into();
        if self.take.val() {
            if self.first.val() {
                self.address.d.next = self.pc.val();
                self.extent.d.next = 0.into();
            } else if self.extent.q.val() != 15 {
                self.extent.d.next = self.extent.q.val() + 1;
            }
        }
        if self.measure.val() {
            self.mark_address.next = self.address.q.val();
            self.mark.next = self.role.val();
            self.mark_write.next = self.joins.val();
            if self.closing.val() {
                self.mark_write.next = self.follows.q.val();
                self.mark_address.next = self.previous.q.val();
                self.mark.next = self.lead.val();
                self.previous.d.next = self.head.q.val();
                self.follows.d.next = true;
                self.held.d.next = State::Nothing;
                if self.held.q.val() == State::Sources {
                    self.held.d.next = State::Source;
                    self.head.d.next = self.sum.val();
                    self.length.d.next = self.rest.val();
                }
                if (self.held.q.val() == State::Whole) & self.serial.val() {
                    self.step.d.next = 1.into();
                }
            }
            if self.begins.val() {
                self.held.d.next = self.kind.val();
                self.head.d.next = self.address.q.val();
                self.length.d.next = self.chunk.val();
                self.compared.d.next = self.compares.val();
            }
            if self.joins.val() {
                self.held.d.next = self.kind.val();
                if self.moves.val() {
                    self.held.d.next = State::Sources;
                }
                self.length.d.next = self.joint.val().get_bits::<3>(0);
                self.longer.d.next = self.length.q.val().get_bit(1);
                self.compared.d.next = self.compares.val();
            }
        }
        if self.step.q.val().any() {
            self.mark_write.next = true;
            self.mark_address.next = self.sum.val();
            self.mark.next = self.roles.source.val();
            self.step.d.next = 0.into();
            if (self.step.q.val() == 1) & self.split.val() {
                self.step.d.next = 2.into();
            }
            if self.step.q.val() == 2 {
                self.mark_address.next = self.head.q.val();
                self.mark.next = self.second_lead.val();
                self.previous.d.next = self.sum.val();
                if self.second_role.val() {
                    self.step.d.next = 3.into();
                }
            }
        }
        if self.clear.val() {
            self.address.d.next = 0.into();
            self.held.d.next = State::Nothing;
            self.follows.d.next = false;
            self.step.d.next = 0.into();
        }

        self.origin.next = self.address.q.val();
        self.start.next = self.head.q.val();
        self.busy.next = self.step.q.val().any();
    }
}
