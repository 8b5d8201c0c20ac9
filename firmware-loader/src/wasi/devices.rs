//! The devices of `isa::device` by the host: those that no chip has, and in the simulator all of them.

use super::Wasi;
use super::wait::Halt;
use crate::host::{Memory, Reply};
use isa::device::Device;
use isa::outcome::{Exhausted, Stop};
use isa::types::{ValType, Value};
use std::time::Duration;

/// What a program reads at the end of its input.
const END: u32 = u32::MAX;

impl Wasi {
    /// The results of a call. LEDs are shown on the error output whenever they change, there are no buttons, and the
    /// serial line is standard input and output.
    pub(super) fn device<M: Memory + ?Sized>(
        &mut self,
        device: Device,
        args: &[Value],
        memory: &mut M,
    ) -> Result<Reply, M::Error> {
        let argument = args.first().map_or(0, |arg| arg.bits as u32);
        let result = match device {
            Device::Leds => self.show(argument & 0xf).map(|()| None),
            Device::Buttons => Ok(Some(0)),
            Device::Cycles => Ok(Some(memory.cycles()? as u32)),
            Device::UartWrite | Device::SerialWrite => self.put(1, &[argument as u8]).map(|()| None),
            Device::UartRead => self.take().map(Some),
            Device::Timer => self.clock.sleep(Duration::from_micros(argument.into()), &self.interrupt).map(|()| None),
            // There is no bus.
            Device::BusRead | Device::BusWrite | Device::BusError => Err(Exhausted::Import),
        };
        Ok(reply(result))
    }

    pub(super) fn show(&mut self, leds: u32) -> Result<(), Exhausted> {
        if self.leds.replace(leds) == Some(leds) {
            return Ok(());
        }
        self.put(2, format!("leds {leds:04b}\n").as_bytes())
    }

    /// A stream that the program has closed, or whose reader has gone away, drops what is written, as a line would.
    pub(super) fn put(&mut self, fd: u32, bytes: &[u8]) -> Result<(), Exhausted> {
        let stream = self.descriptors.get(fd).map_err(Halt::from);
        match stream.and_then(|stream| stream.write(bytes, None, &self.interrupt)) {
            Err(Halt::Stop(why)) => Err(why),
            Ok(_) | Err(Halt::Errno(_)) => Ok(()),
        }
    }

    fn take(&mut self) -> Result<u32, Exhausted> {
        let mut byte = [0];
        let stream = self.descriptors.get(0).map_err(Halt::from);
        match stream.and_then(|stream| stream.read(&mut byte, None, &self.interrupt)) {
            Err(Halt::Stop(why)) => Err(why),
            Ok(1) => Ok(byte[0].into()),
            Ok(_) | Err(Halt::Errno(_)) => Ok(END),
        }
    }
}

/// A result of 32 bits or none, or why the call ends.
pub(super) fn reply(done: Result<Option<u32>, Exhausted>) -> Reply {
    match done {
        Ok(bits) => {
            let values = bits.into_iter().map(|bits| Value { ty: ValType::I32, bits: bits.into() });
            Reply::Results(values.collect())
        }
        Err(why) => Reply::Stop(Stop::Exhausted(why)),
    }
}
