//! The devices of the chip: they answer calls of the imported functions that have a number in `isa::device`, at the
//! host port, while the link engine looks at the line and finds nothing.
//!
//! The port's registers are those of the link engine, which needs them again when a frame has come: that is a byte and
//! twenty instructions away, and an answer takes six cycles.
//!
//! ```text
//! device  X 0 X number                       X 0
//! turn    X 0     X 1 X 2 X 3 X 4 X 5 X 6 X 0
//! claim       /~~~\___________________/~~~\______   the slot of the argument; the register that resumes
//! octet                       X   X                 the argument
//! fill    ____________________/~~~\___/~~~\______   the result; slot and number of results
//! write   ________________________/~~~\___/~~~\__
//! ```

use crate::prim::names::{DeviceNumbers, Registers, Spaces};
use layer::circuit;
use rust_hdl::prelude::*;

/// See `isa::device`.
#[derive(LogicBlock, Default)]
pub struct Devices {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    /// The core waits for the device with this number; 0: for none.
    pub device: Signal<In, Bits<3>>,
    /// Where its argument is, and its result goes.
    pub slot: Signal<In, Bits<16>>,
    /// A byte of the core.
    pub octet: Signal<In, Bits<8>>,
    /// That the call has run.
    pub cycles: Signal<In, Bits<32>>,
    /// Not synchronous to the clock.
    pub buttons: Signal<In, Bits<4>>,
    /// The link engine looks at the line, and no byte has come.
    pub idle: Signal<In, Bit>,
    /// A call begins.
    pub fresh: Signal<In, Bit>,
    /// The line to the host takes a byte.
    pub send_ready: Signal<In, Bit>,

    // The host port.
    pub busy: Signal<Out, Bit>,
    /// Sets space and row.
    pub claim: Signal<Out, Bit>,
    pub space: Signal<Out, Bits<3>>,
    pub row: Signal<Out, Bits<16>>,
    /// Sets what is written, zero-extended.
    pub fill: Signal<Out, Bit>,
    pub value: Signal<Out, Bits<32>>,
    pub write: Signal<Out, Bit>,

    /// The argument goes out on the line, a byte of it.
    pub sends: Signal<Out, Bit>,
    /// What the LEDs show instead of the chip's state, and whether they do.
    pub lights: Signal<Out, Bits<4>>,
    pub lit: Signal<Out, Bit>,

    turn: DFF<Bits<3>>,
    pressed: DFF<Bits<4>>,
    lights_held: DFF<Bits<4>>,
    lit_held: DFF<Bit>,
    results: Signal<Local, Bits<1>>,
    serial: Signal<Local, Bit>,
    silent: Signal<Local, Bit>,
    spaces: Spaces,
    registers: Registers,
    numbers: DeviceNumbers,
}

impl Logic for Devices {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, turn, pressed, lights_held, lit_held);
        self.pressed.d.next = self.buttons.val();
        self.busy.next = self.turn.q.val().any();
        self.claim.next = false;
        self.space.next = self.spaces.stack.val();
        self.row.next = self.slot.val();
        self.fill.next = false;
        self.value.next = self.cycles.val();
        self.write.next = false;
        self.sends.next = false;
        self.serial.next = self.device.val() == self.numbers.serial_write.val();
        self.silent.next = self.serial.val() | (self.device.val() == self.numbers.leds.val());
        self.results.next = if self.silent.val() { 0.into() } else { 1.into() };
        if self.device.val() == self.numbers.buttons.val() {
            self.value.next = bit_cast::<32, 4>(self.pressed.q.val());
        }

        self.turn.d.next = self.turn.q.val() + 1;
        match self.turn.q.val().index() {
            0 => {
                self.claim.next =
                    self.device.val().any() & self.idle.val() & (self.send_ready.val() | !self.serial.val());
                if !self.claim.val() {
                    self.turn.d.next = 0.into();
                }
            }
            3 => {
                self.fill.next = true;
                self.sends.next = self.serial.val();
                if self.device.val() == self.numbers.leds.val() {
                    self.lights_held.d.next = self.octet.val().get_bits::<4>(0);
                    self.lit_held.d.next = true;
                }
            }
            4 => {
                self.write.next = true;
            }
            5 => {
                self.claim.next = true;
                self.space.next = self.spaces.control.val();
                self.row.next = bit_cast::<16, 4>(self.registers.resume.val());
                self.fill.next = true;
                self.value.next = bit_cast::<32, 16>(self.slot.val()) | (bit_cast::<32, 1>(self.results.val()) << 24);
            }
            6 => {
                self.write.next = true;
                self.turn.d.next = 0.into();
            }
            _ => {}
        }
        if self.fresh.val() {
            self.lit_held.d.next = false;
        }
        if self.reset.val() {
            self.turn.d.next = 0.into();
            self.lit_held.d.next = false;
        }
        self.lights.next = self.lights_held.q.val();
        self.lit.next = self.lit_held.q.val();
    }
}

#[cfg(test)]
mod tests {
    use isa::device::{Around, Device};

    /// The numbers above.
    #[test]
    fn numbers_are_those_of_the_contract() {
        let number = |device: Device| device.number(Around::Chip);
        let numbers: Vec<_> = Device::ALL.iter().map(|&device| (number(device), device.results().len())).collect();
        let on_chip: Vec<_> = numbers.iter().filter(|(number, _)| *number > 0).collect();
        assert_eq!(on_chip, [&(1, 0), &(2, 1), &(3, 1), &(4, 0)]);
        assert_eq!([Device::Leds, Device::Buttons, Device::Cycles, Device::SerialWrite].map(number), [1, 2, 3, 4]);
    }
}
