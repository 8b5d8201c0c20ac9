//! The system on chip: a core, the link engine that a host talks to over the serial line, and power-on reset.
//!
//! ```text
//! line in → boot → receiver → link ⇄ core
//! flash   ⇄ ↑
//! line out ← transmitter ← ⇅
//!                        devices
//! ```

pub mod boot;
mod commands;
pub mod crc;
pub mod devices;
pub mod layout;
pub mod link;
pub mod meter;
pub mod microcode;
pub mod program;
pub mod row;
pub mod store;
pub mod sum;
pub mod uart;

use crate::core::Core;
use boot::Boot;
use devices::Devices;
use layer::circuit;
use link::{Facts, Link};
use rust_hdl::prelude::*;
use uart::{Receiver, Transmitter};

/// Widths as those of [`Core`].
#[derive(LogicBlock)]
pub struct Soc<
    const C: usize,
    const B: usize,
    const F: usize,
    const S: usize,
    const K: usize,
    const D: usize,
    const W: usize,
> {
    pub clock: Signal<In, Clock>,
    /// Starts over, but for the memories. Not synchronous to the clock; 1 until the clock is steady.
    pub reset: Signal<In, Bit>,
    /// The serial line from and to the host.
    pub rx: Signal<In, Bit>,
    pub tx: Signal<Out, Bit>,
    // The configuration flash.
    pub flash_select_n: Signal<Out, Bit>,
    pub flash_clock: Signal<Out, Bit>,
    pub flash_command: Signal<Out, Bit>,
    pub flash_data: Signal<In, Bit>,
    /// Each 1 while it is pressed.
    pub buttons: Signal<In, Bits<4>>,
    /// 0: a call runs; 1: it waits for the host; 2: an image is committed; 3: the last call trapped, exhausted a limit
    /// or failed. Once a program has lit some itself, only those, until the next call.
    pub leds: Signal<Out, Bits<4>>,

    core: Core<C, B, F, S, K, D, W>,
    link: Link,
    devices: Devices,
    boot: Boot,
    receiver: Receiver,
    transmitter: Transmitter,
    /// `reset` at the last two edges of the clock, the older one highest.
    resets: DFF<Bits<2>>,
    /// What the core waits for, if that is a device.
    waiting: Signal<Local, Bits<3>>,
    divisor: Constant<Bits<16>>,
}

impl<const C: usize, const B: usize, const F: usize, const S: usize, const K: usize, const D: usize, const W: usize>
    Soc<C, B, F, S, K, D, W>
{
    /// Around `core`, which is the one of `facts.plan`; a bit on the line is `facts.bit_cycles` cycles.
    pub fn new(core: Core<C, B, F, S, K, D, W>, facts: &Facts) -> Self {
        Soc {
            clock: Default::default(),
            reset: Default::default(),
            rx: Default::default(),
            tx: Default::default(),
            flash_select_n: Default::default(),
            flash_clock: Default::default(),
            flash_command: Default::default(),
            flash_data: Default::default(),
            buttons: Default::default(),
            leds: Default::default(),
            core,
            link: Link::new(facts),
            devices: Default::default(),
            boot: Boot::new(facts.flash_address),
            receiver: Default::default(),
            transmitter: Default::default(),
            resets: Default::default(),
            waiting: Default::default(),
            divisor: Constant::new(u64::from(facts.bit_cycles - 1).to_bits()),
        }
    }
}

impl<const C: usize, const B: usize, const F: usize, const S: usize, const K: usize, const D: usize, const W: usize>
    Default for Soc<C, B, F, S, K, D, W>
{
    fn default() -> Self {
        Soc::new(Core::default(), &Facts::default())
    }
}

impl<const C: usize, const B: usize, const F: usize, const S: usize, const K: usize, const D: usize, const W: usize>
    Logic for Soc<C, B, F, S, K, D, W>
{
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, resets);
        clock!(self, clock, core, link, devices, boot, receiver, transmitter);
        self.resets.d.next = (self.resets.q.val() << 1) | bit_cast::<2, 1>(self.reset.val().into());
        self.boot.reset.next = self.resets.q.val().get_bit(1);
        self.boot.line.next = self.rx.val();
        // The resolver and a reset begin, too, but without an image.
        self.boot.begins.next = self.link.begins.val() & self.link.valid.val();
        self.boot.data.next = self.flash_data.val();
        self.flash_select_n.next = self.boot.select_n.val();
        self.flash_clock.next = self.boot.serial_clock.val();
        self.flash_command.next = self.boot.command.val();
        self.link.reset.next = !self.boot.ready.val();

        self.receiver.line.next = self.boot.heard.val();
        self.receiver.divisor.next = self.divisor.val();
        self.transmitter.divisor.next = self.divisor.val();
        self.link.received.next = self.receiver.valid.val();
        self.link.received_byte.next = self.receiver.octet.val();
        self.transmitter.send.next = self.link.send.val() | self.devices.sends.val();
        self.transmitter.octet.next =
            if self.devices.sends.val() { self.core.host_octet.val() } else { self.link.send_byte.val() };
        self.link.send_ready.next = self.transmitter.ready.val();
        self.devices.send_ready.next = self.transmitter.ready.val();
        self.tx.next = self.transmitter.line.val();

        self.core.reset.next = self.link.core_reset.val();
        self.core.host_space.next = self.link.space.val();
        self.core.host_addr.next = self.link.address.val();
        self.core.host_wdata.next = self.link.wdata.val();
        self.core.host_write.next = self.link.write.val();
        self.core.host_read.next = self.link.reads.val();
        self.link.octet.next = self.core.host_octet.val();
        self.link.waits.next = self.core.host_waits.val();
        // To the host, a call of a device runs on.
        self.waiting.next = if self.core.paused.val() { self.core.device.val() } else { 0.into() };
        // Alone, a program has no other clock.
        self.link.counts.next = self.core.running.val() | (self.waiting.val().any() & self.boot.alone.val());
        self.link.running.next = self.core.running.val() | self.waiting.val().any();
        self.link.paused.next = self.core.paused.val() & !self.waiting.val().any();

        self.devices.reset.next = self.link.core_reset.val();
        self.devices.device.next = self.waiting.val();
        self.devices.slot.next = bit_cast::<16, S>(self.core.first_argument.val());
        self.devices.octet.next = self.core.host_octet.val();
        self.devices.cycles.next = self.link.cycles_now.val();
        self.devices.buttons.next = self.buttons.val();
        self.devices.idle.next = self.link.idle.val();
        self.devices.fresh.next = self.link.begins.val();
        self.link.lent.next = self.devices.busy.val();
        self.link.claim.next = self.devices.claim.val();
        self.link.claim_space.next = self.devices.space.val();
        self.link.claim_row.next = self.devices.row.val();
        self.link.fill.next = self.devices.fill.val();
        self.link.fill_value.next = self.devices.value.val();
        self.link.device_write.next = self.devices.write.val();

        self.leds.next = if self.devices.lit.val() {
            self.devices.lights.val()
        } else {
            bit_cast::<4, 1>(self.link.running.val().into())
                | (bit_cast::<4, 1>(self.link.paused.val().into()) << 1)
                | (bit_cast::<4, 1>(self.link.valid.val().into()) << 2)
                | (bit_cast::<4, 1>(self.core.stop.val().any().into()) << 3)
        };
    }
}
