//! The devices of `isa::device` by the host: those that no chip has, and in the simulator all of them.

use super::Wasi;
use super::files::Descriptors;
use crate::host::Memory;
use isa::device::Device;
use isa::types::{ValType, Value};
use std::thread;
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
    ) -> Result<Vec<Value>, M::Error> {
        let argument = args.first().map_or(0, |arg| arg.bits as u32);
        let result = match device {
            Device::Leds => {
                let leds = argument & 0xf;
                if self.leds.replace(leds) != Some(leds) {
                    put(&mut self.descriptors, 2, format!("leds {leds:04b}\n").as_bytes());
                }
                None
            }
            Device::Buttons => Some(0),
            Device::Cycles => Some(memory.cycles()? as u32),
            Device::UartWrite => {
                put(&mut self.descriptors, 1, &[argument as u8]);
                None
            }
            Device::UartRead => Some(take(&mut self.descriptors)),
            Device::Timer => {
                thread::sleep(Duration::from_micros(argument.into()));
                None
            }
        };
        Ok(result.into_iter().map(|bits: u32| Value { ty: ValType::I32, bits: bits.into() }).collect())
    }
}

/// A stream that the program has closed, or whose reader has gone away, drops what is written, as a line would.
fn put(descriptors: &mut Descriptors, fd: u32, bytes: &[u8]) {
    let _ = descriptors.get(fd).and_then(|stream| stream.write(bytes));
}

fn take(descriptors: &mut Descriptors) -> u32 {
    let mut byte = [0];
    match descriptors.get(0).and_then(|stream| stream.read(&mut byte)) {
        Ok(1) => byte[0].into(),
        _ => END,
    }
}
