//! Where fetch goes on, if not by itself, and whether what is in A and D is dropped.

use crate::prim::names::Spaces;
use layer::circuit;
use rust_hdl::prelude::*;

/// Combinational. Widths: `C` code address, `B` branch-entry index.
#[derive(LogicBlock, Default)]
pub struct Redirect<const C: usize, const B: usize> {
    /// The core runs.
    pub run: Signal<In, Bit>,
    // A branch was predicted wrong; the sequencer goes on with the group that left X; see `Branches`.
    pub wrong: Signal<In, Bit>,
    pub goes_on: Signal<In, Bit>,
    pub pc: Signal<In, Bits<C>>,
    pub lead: Signal<In, Bits<4>>,
    pub branch: Signal<In, Bits<B>>,
    // The sequencer jumps; drops what is in front of it.
    pub jump: Signal<In, Bit>,
    pub jump_pc: Signal<In, Bits<C>>,
    pub jump_lead: Signal<In, Bits<4>>,
    pub jump_branch: Signal<In, Bits<B>>,
    pub drops: Signal<In, Bit>,
    // The resolver has fetch; turns it.
    pub resolving: Signal<In, Bit>,
    pub resolver_turns: Signal<In, Bit>,
    pub resolver_pc: Signal<In, Bits<C>>,
    // The host reads code by way of fetch: the byte of a row that bits 26 to 24 say.
    pub host_read: Signal<In, Bit>,
    pub host_space: Signal<In, Bits<3>>,
    pub host_addr: Signal<In, Bits<32>>,

    /// Fetch is turned, to the address that follows.
    pub turns: Signal<Out, Bit>,
    pub redirect_pc: Signal<Out, Bits<C>>,
    pub redirect_lead: Signal<Out, Bits<4>>,
    pub redirect_branch: Signal<Out, Bits<B>>,
    /// The groups in A and D are dropped; of fetch: not while the resolver has it.
    pub drop: Signal<Out, Bit>,
    pub flush: Signal<Out, Bit>,

    spaces: Spaces,
    reads_code: Signal<Local, Bit>,
    drops_all: Signal<Local, Bit>,
}

impl<const C: usize, const B: usize> Logic for Redirect<C, B> {
    #[circuit]
    fn update(&mut self) {
        self.reads_code.next = self.host_read.val()
            & (self.host_space.val() == self.spaces.code.val())
            & !self.run.val()
            & !self.resolving.val();
        self.turns.next =
            ((self.wrong.val() | self.jump.val()) & self.run.val()) | self.resolver_turns.val() | self.reads_code.val();
        self.redirect_pc.next = self.pc.val();
        self.redirect_lead.next = self.lead.val();
        self.redirect_branch.next = self.branch.val();
        if self.jump.val() {
            self.redirect_pc.next = self.jump_pc.val();
            self.redirect_lead.next = self.jump_lead.val();
            self.redirect_branch.next = self.jump_branch.val();
        }
        if self.resolving.val() {
            self.redirect_pc.next = self.resolver_pc.val();
            self.redirect_lead.next = 0.into();
        }
        if self.reads_code.val() {
            self.redirect_pc.next = (bit_cast::<C, 32>(self.host_addr.val()) << 3)
                | bit_cast::<C, 3>(self.host_addr.val().get_bits::<3>(24));
        }
        self.drops_all.next = self.wrong.val() | self.goes_on.val() | self.drops.val() | !self.run.val();
        self.drop.next = self.drops_all.val();
        self.flush.next = self.drops_all.val() & (!self.resolving.val() | self.resolver_turns.val());
    }
}
