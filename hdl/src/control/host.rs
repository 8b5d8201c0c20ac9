//! The host port: what the host writes into registers, starts and reads, and whether the core runs.
//!
//! The addresses are those of `isa::host`. Everything but a look at the pins and a halt is legal only while `run` is
//! low.
//!
//! ```text
//! clock       _/~\_/~\_/~\_/~\_/~\_/~\_
//! host_write  /~~~\____________________   of `control::START`
//! launch      /~~~\____________________
//! run         ____/~~~~~~~~~~~\________
//! stopped     ____________/~~~\________   or returned, or paused
//! ```

use crate::prim::names::{Registers, Spaces};
use crate::prim::octet::Octet;
use crate::prim::stop_code::StopCode;
use isa::outcome::{Exhausted, Stop};
use layer::circuit;
use rust_hdl::prelude::*;

/// Widths: `C` code address, `F` function index, `S` stack slot.
#[derive(LogicBlock, Default)]
pub struct HostPort<const C: usize, const F: usize, const S: usize> {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub space: Signal<In, Bits<3>>,
    pub address: Signal<In, Bits<32>>,
    /// What has started the resolver stays as long as that works.
    pub wdata: Signal<In, Bits<96>>,
    pub write: Signal<In, Bit>,
    /// Two cycles after a read, of code four.
    pub rdata: Signal<Out, Bits<96>>,
    /// The byte of it that bits 26 to 24 of the address say; of space 0 always the stop code, its place in three bytes,
    /// the function of a call that waits in two, the slot of its first argument in two.
    pub octet: Signal<Out, Bits<8>>,

    // How execution ends: with a stop code at a code address; by a return; at a call of an imported function.
    pub stops: Signal<In, Bit>,
    pub stopped: Signal<In, Bits<8>>,
    pub stopped_pc: Signal<In, Bits<C>>,
    pub returned: Signal<In, Bit>,
    pub pause: Signal<In, Bit>,
    pub run: Signal<Out, Bit>,
    /// Not running because of a call of an imported function, until the host answers it.
    pub waiting: Signal<Out, Bit>,
    /// The host ends the call; for one cycle.
    pub halt: Signal<Out, Bit>,
    pub stop: Signal<Out, Bits<8>>,
    pub stop_pc: Signal<Out, Bits<C>>,

    // What the host starts; for one cycle.
    pub launch: Signal<Out, Bit>,
    /// The frames in use stay.
    pub nested: Signal<Out, Bit>,
    pub launch_function: Signal<Out, Bits<F>>,
    pub resume: Signal<Out, Bit>,
    pub resume_base: Signal<Out, Bits<S>>,
    pub resume_count: Signal<Out, Bits<S>>,
    /// One cycle after the write, when its registers are valid.
    pub resolve: Signal<Out, Bit>,

    // Registers.
    pub stack_base: Signal<Out, Bits<S>>,
    /// Slots of the first descriptors.
    pub tables: Signal<Out, Bits<S>>,
    pub elements: Signal<Out, Bits<S>>,
    pub data: Signal<Out, Bits<S>>,
    /// Bytes of memory: declared, there, and allowed.
    pub size: Signal<Out, Bits<33>>,
    pub window: Signal<Out, Bits<33>>,
    pub most: Signal<Out, Bits<33>>,
    /// Pages have 2^16 bytes, not 1.
    pub pages: Signal<Out, Bit>,
    // Of the resolver, if `wdata` is what has started it.
    pub code_last: Signal<Out, Bits<C>>,
    pub first_function: Signal<Out, Bits<F>>,
    pub types: Signal<Out, Bits<S>>,
    pub functions: Signal<Out, Bits<S>>,
    pub labels: Signal<Out, Bits<S>>,
    /// The memory grows.
    pub resize: Signal<In, Bit>,
    pub new_size: Signal<In, Bits<33>>,

    // Writes to the other spaces.
    pub write_code: Signal<Out, Bit>,
    pub write_marks: Signal<Out, Bit>,
    pub write_branch: Signal<Out, Bit>,
    pub write_function: Signal<Out, Bit>,
    pub write_slot: Signal<Out, Bit>,
    /// Lanes of a row of memory.
    pub write_row: Signal<Out, Bits<4>>,

    // What is read: the function and first slot of a call that waits, a row of code, a slot, a row of memory,
    // the record of a frame.
    pub callee: Signal<In, Bits<F>>,
    pub first_argument: Signal<In, Bits<S>>,
    pub code_data: Signal<In, Bits<64>>,
    pub slot_data: Signal<In, Bits<64>>,
    pub row_data: Signal<In, Bits<32>>,
    /// The row is 0 instead.
    pub row_absent: Signal<In, Bit>,
    pub frame_data: Signal<In, Bits<64>>,

    running: DFF<Bit>,
    paused: DFF<Bit>,
    stop_code: DFF<Bits<8>>,
    stopped_at: DFF<Bits<C>>,
    stack_base_held: DFF<Bits<S>>,
    tables_held: DFF<Bits<S>>,
    elements_held: DFF<Bits<S>>,
    data_held: DFF<Bits<S>>,
    /// The size's complement: what a comparison needs of it, and free in front of a register.
    not_size: DFF<Bits<33>>,
    window_held: DFF<Bits<33>>,
    most_held: DFF<Bits<33>>,
    pages_held: DFF<Bit>,
    resolve_written: DFF<Bit>,
    read_data: DFF<Bits<96>>,
    octet_held: DFF<Bits<8>>,
    no_cycles: StopCode<{ Stop::Exhausted(Exhausted::Cycles).code() }>,
    spaces: Spaces,
    registers: Registers,
    control: Signal<Local, Bit>,
    starts: Signal<Local, Bit>,
    resumes: Signal<Local, Bit>,
    paused_bit: Signal<Local, Bits<1>>,
    /// Which register, and which byte of a row.
    register: Signal<Local, Bits<4>>,
    lane: Signal<Local, Bits<3>>,
    written_size: Signal<Local, Bits<33>>,
    bytes: Signal<Local, Bits<33>>,
    place: Signal<Local, Bits<24>>,
    called: Signal<Local, Bits<16>>,
    argument: Signal<Local, Bits<16>>,
    said: Signal<Local, Bits<64>>,
    of_slot: Octet,
    row_octet: Signal<Local, Bits<8>>,
    of_said: Octet,
    of_frame: Octet,
}

impl<const C: usize, const F: usize, const S: usize> Logic for HostPort<C, F, S> {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, running, paused, stop_code, stopped_at, stack_base_held, tables_held, elements_held);
        dff_setup!(self, clock, data_held, not_size, window_held, most_held, pages_held, read_data, octet_held);
        dff_setup!(self, clock, resolve_written);

        // Registers.
        self.control.next = self.write.val() & (self.space.val() == self.spaces.control.val());
        self.written_size.next = bit_cast::<33, 96>(self.wdata.val());
        self.register.next = self.address.val().get_bits::<4>(0);
        if self.resize.val() {
            self.not_size.d.next = !self.new_size.val();
        }
        if self.control.val() {
            if self.register.val() == self.registers.stack_base.val() {
                self.stack_base_held.d.next = bit_cast::<S, 96>(self.wdata.val());
            }
            if self.register.val() == self.registers.memory_bytes.val() {
                self.not_size.d.next = !self.written_size.val();
            }
            if self.register.val() == self.registers.layout.val() {
                self.tables_held.d.next = bit_cast::<S, 16>(self.wdata.val().get_bits::<16>(0));
                self.elements_held.d.next = bit_cast::<S, 16>(self.wdata.val().get_bits::<16>(16));
                self.data_held.d.next = bit_cast::<S, 16>(self.wdata.val().get_bits::<16>(32));
            }
            if self.register.val() == self.registers.memory_window.val() {
                self.window_held.d.next = bit_cast::<33, 96>(self.wdata.val());
            }
            if self.register.val() == self.registers.memory_most.val() {
                self.most_held.d.next = bit_cast::<33, 96>(self.wdata.val());
                self.pages_held.d.next = self.wdata.val().get_bit(63);
            }
        }
        self.stack_base.next = self.stack_base_held.q.val();
        self.tables.next = self.tables_held.q.val();
        self.elements.next = self.elements_held.q.val();
        self.data.next = self.data_held.q.val();
        self.bytes.next = !self.not_size.q.val();
        self.size.next = self.bytes.val();
        self.window.next = self.window_held.q.val();
        self.most.next = self.most_held.q.val();
        self.pages.next = self.pages_held.q.val();
        self.code_last.next = bit_cast::<C, 32>(self.wdata.val().get_bits::<32>(0));
        self.first_function.next = bit_cast::<F, 16>(self.wdata.val().get_bits::<16>(32));
        self.types.next = bit_cast::<S, 16>(self.wdata.val().get_bits::<16>(48));
        self.functions.next = bit_cast::<S, 16>(self.wdata.val().get_bits::<16>(64));
        self.labels.next = bit_cast::<S, 16>(self.wdata.val().get_bits::<16>(80));

        // Starting.
        self.starts.next = self.control.val()
            & ((self.register.val() == self.registers.start.val())
                | (self.register.val() == self.registers.call.val()));
        self.resumes.next = self.control.val() & (self.register.val() == self.registers.resume.val());
        self.resolve_written.d.next = self.control.val() & (self.register.val() == self.registers.resolve.val());
        self.resolve.next = self.resolve_written.q.val();
        self.launch.next = self.starts.val();
        self.nested.next = self.register.val() == self.registers.call.val();
        self.launch_function.next = bit_cast::<F, 96>(self.wdata.val());
        self.resume.next = self.resumes.val();
        self.resume_base.next = bit_cast::<S, 24>(self.wdata.val().get_bits::<24>(0));
        self.resume_count.next = bit_cast::<S, 16>(self.wdata.val().get_bits::<16>(24));

        // Running and stopping.
        if self.starts.val() | self.resumes.val() {
            self.running.d.next = true;
            self.paused.d.next = false;
            self.stop_code.d.next = 0.into();
        }
        if self.resolve.val() {
            self.stop_code.d.next = 0.into();
        }
        if self.stops.val() {
            self.running.d.next = false;
            self.stop_code.d.next = self.stopped.val();
            self.stopped_at.d.next = self.stopped_pc.val();
        } else if self.returned.val() | self.pause.val() {
            self.running.d.next = false;
            self.paused.d.next = self.pause.val();
        }
        self.halt.next = self.control.val()
            & (self.register.val() == self.registers.halt.val())
            & (self.running.q.val() | self.paused.q.val());
        if self.halt.val() {
            self.running.d.next = false;
            self.paused.d.next = false;
            self.stop_code.d.next = self.no_cycles.code.val();
            self.stopped_at.d.next = self.stopped_pc.val();
        }
        if self.reset.val() {
            self.running.d.next = false;
            self.paused.d.next = false;
            self.stop_code.d.next = 0.into();
        }
        self.run.next = self.running.q.val();
        self.waiting.next = self.paused.q.val();
        self.stop.next = self.stop_code.q.val();
        self.stop_pc.next = self.stopped_at.q.val();

        // Writes to memories, and reading.
        self.write_code.next = self.write.val() & (self.space.val() == self.spaces.code.val());
        self.write_marks.next = self.write.val() & (self.space.val() == self.spaces.marks.val());
        self.write_branch.next = self.write.val() & (self.space.val() == self.spaces.branches.val());
        self.write_function.next = self.write.val() & (self.space.val() == self.spaces.functions.val());
        self.write_slot.next = self.write.val() & (self.space.val() == self.spaces.stack.val());
        self.write_row.next =
            if self.write.val() & (self.space.val() == self.spaces.memory.val()) { 15.into() } else { 0.into() };
        self.paused_bit.next = if self.paused.q.val() { 1.into() } else { 0.into() };
        self.read_data.d.next = bit_cast::<96, 33>(self.bytes.val());
        if self.register.val() == self.registers.resume.val() {
            self.read_data.d.next = bit_cast::<96, F>(self.callee.val())
                | (bit_cast::<96, S>(self.first_argument.val()) << 32)
                | (bit_cast::<96, 1>(self.paused_bit.val()) << 63);
        }
        if self.space.val() == self.spaces.code.val() {
            self.read_data.d.next = bit_cast::<96, 64>(self.code_data.val());
        }
        if self.space.val() == self.spaces.stack.val() {
            self.read_data.d.next = bit_cast::<96, 64>(self.slot_data.val());
        }
        if self.space.val() == self.spaces.memory.val() {
            self.read_data.d.next =
                if self.row_absent.val() { 0.into() } else { bit_cast::<96, 32>(self.row_data.val()) };
        }
        if self.space.val() == self.spaces.frames.val() {
            self.read_data.d.next = bit_cast::<96, 64>(self.frame_data.val());
        }
        self.rdata.next = self.read_data.q.val();

        // A byte. The bytes of code are rotated on their way.
        self.lane.next = self.address.val().get_bits::<3>(24);
        self.place.next = bit_cast::<24, C>(self.stopped_at.q.val());
        self.called.next = bit_cast::<16, F>(self.callee.val());
        self.argument.next = bit_cast::<16, S>(self.first_argument.val());
        self.said.next = bit_cast::<64, 8>(self.stop_code.q.val())
            | (bit_cast::<64, 24>(self.place.val()) << 8)
            | (bit_cast::<64, 16>(self.called.val()) << 32)
            | (bit_cast::<64, 16>(self.argument.val()) << 48);
        self.of_said.row.next = self.said.val();
        self.of_said.lane.next = self.lane.val();
        self.of_slot.row.next = self.slot_data.val();
        self.of_slot.lane.next = self.lane.val();
        self.of_frame.row.next = self.frame_data.val();
        self.of_frame.lane.next = self.lane.val();
        self.row_octet.next = self.row_data.val().get_bits::<8>(0);
        match self.lane.val().get_bits::<2>(0).index() {
            1 => {
                self.row_octet.next = self.row_data.val().get_bits::<8>(8);
            }
            2 => {
                self.row_octet.next = self.row_data.val().get_bits::<8>(16);
            }
            3 => {
                self.row_octet.next = self.row_data.val().get_bits::<8>(24);
            }
            _ => {}
        }
        self.octet_held.d.next = self.of_said.octet.val();
        if self.space.val() == self.spaces.code.val() {
            self.octet_held.d.next = self.code_data.val().get_bits::<8>(0);
        }
        if self.space.val() == self.spaces.stack.val() {
            self.octet_held.d.next = self.of_slot.octet.val();
        }
        if self.space.val() == self.spaces.memory.val() {
            self.octet_held.d.next = if self.row_absent.val() { 0.into() } else { self.row_octet.val() };
        }
        if self.space.val() == self.spaces.frames.val() {
            self.octet_held.d.next = self.of_frame.octet.val();
        }
        self.octet.next = self.octet_held.q.val();
    }
}
