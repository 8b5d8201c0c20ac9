//! Forms groups and writes marks: each instruction is a group of its own, or several if its immediate is long.
//!
//! Every byte that is taken gets mark 0. When an instruction has been measured, its lead goes to the first byte of the
//! group before it; the marks of a serial group follow in the next cycles.
//!
//! ```text
//! clock    _/~\_/~\_/~\_/~\_/~\_
//! take     /~~~~~~~\____________   two bytes, the first one with `first`
//! measure  ________/~~~\________   `lead` is valid from here until the next instruction
//! busy     ____________/~~~\____   only after a serial group: no byte may be taken
//! ```

use rust_hdl::prelude::*;

/// `C`: width of a code address.
#[derive(LogicBlock, Default)]
pub struct Groups<const C: usize> {
    pub clock: Signal<In, Clock>,
    /// Forgets all groups; `start` is 0 then.
    pub clear: Signal<In, Bit>,
    pub take: Signal<In, Bit>,
    /// This byte begins an instruction.
    pub first: Signal<In, Bit>,
    pub pc: Signal<In, Bits<C>>,
    /// The instruction is complete.
    pub measure: Signal<In, Bit>,
    /// It owns exactly one branch entry.
    pub branch: Signal<In, Bit>,
    // Its short form, if not all of its kind are short: an index of one byte; one byte of alignment and up to two of
    // offset; a constant of up to four bytes; none.
    pub index: Signal<In, Bit>,
    pub access: Signal<In, Bit>,
    pub constant: Signal<In, Bit>,
    pub double: Signal<In, Bit>,
    /// The offset needs two bytes.
    pub wide: Signal<In, Bit>,

    /// Address of the instruction, and the lead of its (first) group.
    pub start: Signal<Out, Bits<C>>,
    pub lead: Signal<Out, Bits<4>>,
    pub busy: Signal<Out, Bit>,
    pub mark_write: Signal<Out, Bit>,
    pub mark_address: Signal<Out, Bits<C>>,
    pub mark: Signal<Out, Bits<4>>,

    origin: DFF<Bits<C>>,
    /// First byte of the group before, if there is one.
    previous: DFF<Bits<C>>,
    follows: DFF<Bit>,
    /// Length of the instruction less one, at most 15.
    extent: DFF<Bits<4>>,
    step: DFF<Bits<2>>,
    offset: Signal<Local, Bits<4>>,
    sum: Signal<Local, Bits<C>>,
    serial: Signal<Local, Bit>,
    /// The instruction has a second chunk, which has more than one byte.
    split: Signal<Local, Bit>,
    second_role: Signal<Local, Bit>,
    second_lead: Signal<Local, Bits<4>>,
    head: Signal<Local, Bits<4>>,
}

impl<const C: usize> Logic for Groups<C> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, origin, previous, follows, extent, step);

        self.serial.next = self.double.val()
            | (self.index.val() & (self.extent.q.val() > 1))
            | (self.constant.val() & (self.extent.q.val() > 4))
            | (self.access.val() & (self.extent.q.val() != 2) & !((self.extent.q.val() == 3) & self.wide.val()));
        self.split.next = self.double.val() | self.extent.q.val().get_bit(3);
        self.second_role.next = self.double.val() | (self.extent.q.val().get_bits::<3>(0) != 0);
        self.second_lead.next = bit_cast::<4, 3>(self.extent.q.val().get_bits::<3>(0));
        self.head.next = self.extent.q.val();
        if self.extent.q.val().get_bit(3) {
            self.head.next = 7.into();
        }
        if self.double.val() {
            // Eight raw bytes are taken four and four.
            self.head.next = 4.into();
            self.second_lead.next = 3.into();
        }
        if self.branch.val() {
            self.head.next = self.extent.q.val() | 8;
            if self.extent.q.val().get_bit(3) {
                self.head.next = 15.into();
            }
        }

        // The second chunk begins at 5 or 8; the role of its second byte comes last.
        self.offset.next = 1.into();
        if self.step.q.val().get_bit(1) {
            self.offset.next = 8.into();
            if self.double.val() {
                self.offset.next = 5.into();
            }
            if self.step.q.val().get_bit(0) {
                self.offset.next = 9.into();
                if self.double.val() {
                    self.offset.next = 6.into();
                }
            }
        }
        self.sum.next = self.origin.q.val() + bit_cast::<C, 4>(self.offset.val());

        self.mark_write.next = self.take.val();
        self.mark_address.next = self.pc.val();
        self.mark.next = 0.into();
        if self.take.val() {
            if self.first.val() {
                self.origin.d.next = self.pc.val();
                self.extent.d.next = 0.into();
            } else if self.extent.q.val() != 15 {
                self.extent.d.next = self.extent.q.val() + 1;
            }
        }
        if self.measure.val() {
            self.mark_write.next = self.follows.q.val();
            self.mark_address.next = self.previous.q.val();
            self.mark.next = self.head.val();
            self.previous.d.next = self.origin.q.val();
            self.follows.d.next = true;
            if self.serial.val() {
                self.step.d.next = 1.into();
            }
        }
        if self.step.q.val().any() {
            self.mark_write.next = true;
            self.mark_address.next = self.sum.val();
            self.mark.next = 1.into();
            self.step.d.next = 0.into();
            if (self.step.q.val() == 1) & self.split.val() {
                self.step.d.next = 2.into();
            }
            if self.step.q.val() == 2 {
                self.mark_address.next = self.origin.q.val();
                self.mark.next = self.second_lead.val();
                self.previous.d.next = self.sum.val();
                if self.second_role.val() {
                    self.step.d.next = 3.into();
                }
            }
        }
        if self.clear.val() {
            self.origin.d.next = 0.into();
            self.follows.d.next = false;
            self.step.d.next = 0.into();
        }

        self.start.next = self.origin.q.val();
        self.lead.next = self.head.val();
        self.busy.next = self.step.q.val().any();
    }
}
