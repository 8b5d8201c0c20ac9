//! What happens at power-on: the memories get their contents, and then the configuration flash is heard as if it were the
//! host, as `isa::boot` says.
//!
//! ```text
//! count     X 0 ... 31 X 32 ... 63            steps of eight cycles since power-on or a reset
//! ready     ______________________/~~~~~~~~
//! select_n  ~~~~~~~~~~~\______________/~~~~   until a call begins or the host's line goes low
//! ```

use isa::boot;
use layer::circuit;
use rust_hdl::prelude::*;

#[derive(LogicBlock)]
pub struct Boot {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    /// The serial line from the host. Not synchronous to the clock.
    pub line: Signal<In, Bit>,
    /// A call begins.
    pub begins: Signal<In, Bit>,
    /// The system may work: block RAMs take some cycles to get their contents.
    pub ready: Signal<Out, Bit>,
    /// The serial line as the system hears it.
    pub heard: Signal<Out, Bit>,
    /// No host has said anything: calls come from the flash.
    pub alone: Signal<Out, Bit>,

    // The flash.
    pub select_n: Signal<Out, Bit>,
    pub serial_clock: Signal<Out, Bit>,
    pub command: Signal<Out, Bit>,
    /// Not synchronous to the clock.
    pub data: Signal<In, Bit>,

    /// Cycles of a step.
    phase: DFF<Bits<3>>,
    count: DFF<Bits<6>>,
    /// Since the reset a call has begun; the host's line was low.
    called: DFF<Bit>,
    hosted: DFF<Bit>,
    /// The flash is selected.
    selected: Signal<Local, Bit>,
    index: Signal<Local, Bits<5>>,
    shifted: Signal<Local, Bits<32>>,
    request: Constant<Bits<32>>,
}

impl Boot {
    /// That reads from this address of the flash on.
    pub fn new(address: u32) -> Boot {
        Boot {
            clock: Default::default(),
            reset: Default::default(),
            line: Default::default(),
            begins: Default::default(),
            ready: Default::default(),
            heard: Default::default(),
            alone: Default::default(),
            select_n: Default::default(),
            serial_clock: Default::default(),
            command: Default::default(),
            data: Default::default(),
            phase: Default::default(),
            count: Default::default(),
            called: Default::default(),
            hosted: Default::default(),
            selected: Default::default(),
            index: Default::default(),
            shifted: Default::default(),
            request: Constant::new(u64::from(boot::command(address)).to_bits()),
        }
    }
}

impl Default for Boot {
    fn default() -> Boot {
        Boot::new(0)
    }
}

impl Logic for Boot {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, phase, count, called, hosted);
        self.phase.d.next = self.phase.q.val() + 1;
        if self.phase.q.val().all() & !self.count.q.val().all() {
            self.count.d.next = self.count.q.val() + 1;
        }
        self.ready.next = self.count.q.val().all();
        if self.begins.val() {
            self.called.d.next = true;
        }
        if !self.line.val() {
            self.hosted.d.next = true;
        }
        // Before anything is selected, so that the flash is heard anew after each reset.
        if !self.count.q.val().get_bit(5) {
            self.called.d.next = false;
            self.hosted.d.next = false;
        }
        if self.reset.val() {
            self.phase.d.next = 0.into();
            self.count.d.next = 0.into();
        }
        self.selected.next = self.count.q.val().get_bit(5) & !self.called.q.val() & !self.hosted.q.val();
        self.select_n.next = !self.selected.val();
        self.alone.next = !self.hosted.q.val();
        self.serial_clock.next = self.selected.val() & self.phase.q.val().get_bit(2);
        self.index.next = self.count.q.val().get_bits::<5>(0);
        self.shifted.next = self.request.val() << self.index.val();
        self.command.next = self.shifted.val().get_bit(31);
        self.heard.next = if self.selected.val() { self.data.val() } else { self.line.val() };
    }
}
