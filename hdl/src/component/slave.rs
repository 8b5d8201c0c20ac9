//! The registers of the component, on a Wishbone bus (B4, classic cycles): which of them is read or written, and whether
//! that may be now. See `isa::component`.

use crate::prim::names::{ComponentRegisters, Registers, Spaces};
use layer::circuit;
use rust_hdl::prelude::*;

/// A write ends in the next cycle, and what it asks for happens behind that. A read of a row ends when the row is there.
///
/// ```text
/// clock    _/~\_/~\_/~\_/~\_
/// stb      /~~~~~~~\________
/// ack      ____/~~~\________
/// store    /~~~\____________   of LOW
/// ```
#[derive(LogicBlock, Default)]
pub struct Slave {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,

    pub wbs_cyc_i: Signal<In, Bit>,
    pub wbs_stb_i: Signal<In, Bit>,
    pub wbs_we_i: Signal<In, Bit>,
    /// Of the register, in bytes; the lowest two bits say nothing.
    pub wbs_adr_i: Signal<In, Bits<6>>,
    pub wbs_dat_o: Signal<Out, Bits<32>>,
    pub wbs_ack_o: Signal<Out, Bit>,
    pub wbs_err_o: Signal<Out, Bit>,

    // What is read.
    pub busy: Signal<In, Bit>,
    pub waiting: Signal<In, Bit>,
    pub ready: Signal<In, Bit>,
    pub failed: Signal<In, Bit>,
    pub stop: Signal<In, Bits<8>>,
    pub stop_pc: Signal<In, Bits<32>>,
    pub slot: Signal<In, Bits<16>>,
    pub row_data: Signal<In, Bits<96>>,

    // Whether the core's host port may be used, and if not, whether that is because a call runs; whether a halt may come in
    // between.
    pub free: Signal<In, Bit>,
    pub calls: Signal<In, Bit>,
    pub may_halt: Signal<In, Bit>,
    /// The row that is chosen.
    pub space: Signal<In, Bits<3>>,
    pub row: Signal<In, Bits<24>>,
    /// The row that was asked for is there in the next cycle.
    pub fetched: Signal<In, Bit>,

    // What is asked for, each for one cycle.
    /// Sets the space, the row, bits of what is written.
    pub set_space: Signal<Out, Bit>,
    pub set_row: Signal<Out, Bit>,
    pub set_middle: Signal<Out, Bit>,
    pub set_high: Signal<Out, Bit>,
    /// Writes the row.
    pub store: Signal<Out, Bit>,
    /// Reads it; reads the register that tells which function waits.
    pub fetch: Signal<Out, Bit>,
    pub ask: Signal<Out, Bit>,
    pub clear: Signal<Out, Bit>,
    pub start: Signal<Out, Bit>,
    pub resume: Signal<Out, Bit>,
    pub halt: Signal<Out, Bit>,
    /// The master still waits for a row.
    pub attends: Signal<Out, Bit>,

    acknowledged: DFF<Bit>,
    refused: DFF<Bit>,
    numbers: ComponentRegisters,
    registers: Registers,
    spaces: Spaces,
    asked: Signal<Local, Bit>,
    number: Signal<Local, Bits<4>>,
    /// It takes the host port.
    takes_port: Signal<Local, Bit>,
    /// The row is a register that START, RESUME and HALT write.
    guarded: Signal<Local, Bit>,
    refuses: Signal<Local, Bit>,
    goes: Signal<Local, Bit>,
    writes: Signal<Local, Bit>,
    status: Signal<Local, Bits<32>>,
}

impl Logic for Slave {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, acknowledged, refused);
        self.asked.next = self.wbs_cyc_i.val()
            & self.wbs_stb_i.val()
            & !self.acknowledged.q.val()
            & !self.refused.q.val()
            & !self.reset.val();
        self.number.next = self.wbs_adr_i.val().get_bits::<4>(2);
        self.attends.next = self.asked.val() & !self.wbs_we_i.val();

        // Which registers take the host port, and what must not be written.
        self.takes_port.next = ((self.number.val() == self.numbers.callee.val()) & !self.wbs_we_i.val())
            | (self.number.val() == self.numbers.low.val())
            | (self.number.val() == self.numbers.middle.val())
            | (self.number.val() == self.numbers.high.val())
            | (self.wbs_we_i.val()
                & ((self.number.val() == self.numbers.space.val())
                    | (self.number.val() == self.numbers.row.val())
                    | (self.number.val() == self.numbers.clear.val())
                    | (self.number.val() == self.numbers.start.val())
                    | (self.number.val() == self.numbers.resume.val())));
        self.guarded.next = (self.space.val() == self.spaces.control.val())
            & (self.row.val().get_bits::<4>(0) >= self.registers.start.val());
        self.refuses.next = self.takes_port.val()
            & (self.calls.val()
                | (self.wbs_we_i.val()
                    & (((self.number.val() == self.numbers.start.val()) & (!self.ready.val() | self.waiting.val()))
                        | ((self.number.val() == self.numbers.resume.val()) & !self.waiting.val())
                        | ((self.number.val() == self.numbers.low.val()) & self.guarded.val()))));
        self.goes.next = self.asked.val() & self.takes_port.val() & self.free.val() & !self.refuses.val();
        self.writes.next = self.goes.val() & self.wbs_we_i.val();

        // What that asks for.
        self.set_space.next = self.writes.val() & (self.number.val() == self.numbers.space.val());
        self.set_row.next = self.writes.val() & (self.number.val() == self.numbers.row.val());
        self.set_middle.next = self.writes.val() & (self.number.val() == self.numbers.middle.val());
        self.set_high.next = self.writes.val() & (self.number.val() == self.numbers.high.val());
        self.store.next = self.writes.val() & (self.number.val() == self.numbers.low.val());
        self.clear.next = self.writes.val() & (self.number.val() == self.numbers.clear.val());
        self.start.next = self.writes.val() & (self.number.val() == self.numbers.start.val());
        self.resume.next = self.writes.val() & (self.number.val() == self.numbers.resume.val());
        self.ask.next = self.goes.val() & (self.number.val() == self.numbers.callee.val());
        self.fetch.next = self.goes.val() & !self.wbs_we_i.val() & !self.ask.val();
        self.halt.next = self.asked.val()
            & self.wbs_we_i.val()
            & (self.number.val() == self.numbers.halt.val())
            & self.may_halt.val();

        // How the cycle ends. A halt that must not come yet waits, and so does what needs a port that is in use.
        self.acknowledged.d.next = self.writes.val() | self.fetched.val() | self.halt.val();
        if self.asked.val() & !self.takes_port.val() & (self.number.val() != self.numbers.halt.val()) {
            self.acknowledged.d.next = true;
        }
        if self.asked.val() & !self.wbs_we_i.val() & (self.number.val() == self.numbers.halt.val()) {
            self.acknowledged.d.next = true;
        }
        self.refused.d.next = self.asked.val() & self.refuses.val() & (self.free.val() | self.calls.val());
        self.wbs_ack_o.next = self.acknowledged.q.val() & self.wbs_cyc_i.val() & self.wbs_stb_i.val();
        self.wbs_err_o.next = self.refused.q.val() & self.wbs_cyc_i.val() & self.wbs_stb_i.val();

        // What is read.
        self.status.next = bit_cast::<32, 1>(self.busy.val().into())
            | (bit_cast::<32, 1>(self.waiting.val().into()) << 1)
            | (bit_cast::<32, 1>(self.ready.val().into()) << 2)
            | (bit_cast::<32, 1>(self.failed.val().into()) << 3)
            | (bit_cast::<32, 8>(self.stop.val()) << 8);
        self.wbs_dat_o.next = 0.into();
        if self.number.val() == self.numbers.status.val() {
            self.wbs_dat_o.next = self.status.val();
        }
        if self.number.val() == self.numbers.stop_pc.val() {
            self.wbs_dat_o.next = self.stop_pc.val();
        }
        if self.number.val() == self.numbers.slot.val() {
            self.wbs_dat_o.next = bit_cast::<32, 16>(self.slot.val());
        }
        if (self.number.val() == self.numbers.callee.val()) | (self.number.val() == self.numbers.low.val()) {
            self.wbs_dat_o.next = self.row_data.val().get_bits::<32>(0);
        }
        if self.number.val() == self.numbers.middle.val() {
            self.wbs_dat_o.next = self.row_data.val().get_bits::<32>(32);
        }
        if self.number.val() == self.numbers.high.val() {
            self.wbs_dat_o.next = self.row_data.val().get_bits::<32>(64);
        }
    }
}

#[cfg(test)]
mod tests {
    use isa::component::{ADDRESS_BITS, NUMBER_BITS, status};
    use isa::host::{Space, control};

    /// The numbers above.
    #[test]
    fn bits_are_those_of_the_contract() {
        assert_eq!([status::BUSY, status::WAITING, status::READY, status::FAILED, status::STOP], [0, 1, 2, 3, 8]);
        assert_eq!((ADDRESS_BITS, NUMBER_BITS), (6, 4));
        // What an image sets is not guarded, and everything from the start on is.
        assert!(control::IMAGE.iter().all(|&register| register < control::START));
        let started = [control::START, control::RESUME, control::CALL, control::HALT];
        assert!(started.iter().all(|register| (control::START..1 << NUMBER_BITS).contains(register)));
        assert_eq!(Space::Control as u8, 0);
    }
}
