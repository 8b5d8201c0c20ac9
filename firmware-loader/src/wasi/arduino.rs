//! The module `arduino` of github.com/wasm3/wasm3-arduino by the host: pins 0 to 3 are the LEDs, which are shown as those
//! of devices are, no button is pressed, and text goes to standard output.

use super::Wasi;
use super::devices::reply;
use super::guest::CHUNK;
use crate::host::{Memory, Reply};
use isa::module::Import;
use isa::outcome::{Stop, Trap};
use isa::types::{FuncType, ValType, Value};
use std::time::Duration;

/// As programs import it.
const MODULE: &str = "arduino";
/// What a program is greeted with, and a 0.
const GREETING: &[u8] = b"Wafer\0";

const OUT_OF_BOUNDS: Reply = Reply::Stop(Stop::Trap(Trap::OutOfBoundsMemory));

/// Whether the memory has so many bytes from an address on.
fn has<M: Memory + ?Sized>(memory: &mut M, address: u32, bytes: u32) -> Result<bool, M::Error> {
    Ok(u64::from(address) + u64::from(bytes) <= memory.size()?)
}

/// A function of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arduino {
    Millis,
    Delay,
    PinMode,
    DigitalWrite,
    DigitalRead,
    PinLed,
    Print,
    Greeting,
}

impl Arduino {
    /// The function that an import of this type asks for.
    pub fn find(import: &Import, ty: &FuncType) -> Option<Arduino> {
        let (function, params, results) = match (import.module.as_str(), import.name.as_str()) {
            (MODULE, "millis") => (Arduino::Millis, 0, 1),
            (MODULE, "delay") => (Arduino::Delay, 1, 0),
            (MODULE, "pinMode") => (Arduino::PinMode, 2, 0),
            (MODULE, "digitalWrite") => (Arduino::DigitalWrite, 2, 0),
            (MODULE, "digitalRead") => (Arduino::DigitalRead, 1, 1),
            (MODULE, "getPinLED") => (Arduino::PinLed, 0, 1),
            (MODULE, "print") => (Arduino::Print, 2, 0),
            (MODULE, "getGreeting") => (Arduino::Greeting, 2, 0),
            _ => return None,
        };
        let all = |types: &[ValType], count| types.len() == count && types.iter().all(|&ty| ty == ValType::I32);
        (all(&ty.params, params) && all(&ty.results, results)).then_some(function)
    }
}

impl Wasi {
    /// The results of a call.
    pub(super) fn arduino<M: Memory + ?Sized>(
        &mut self,
        function: Arduino,
        args: &[Value],
        memory: &mut M,
    ) -> Result<Reply, M::Error> {
        let argument = |n: usize| args.get(n).map_or(0, |arg| arg.bits as u32);
        let done = match function {
            Arduino::Millis => Ok(Some((self.clock.now() / 1_000_000) as u32)),
            Arduino::Delay => {
                self.clock.sleep(Duration::from_millis(argument(0).into()), &self.interrupt).map(|()| None)
            }
            Arduino::PinMode => Ok(None),
            Arduino::DigitalWrite => {
                let (pin, lit) = (1 << (argument(0) & 31), self.leds.unwrap_or(0));
                self.show(if argument(1) != 0 { lit | pin } else { lit & !pin } & 0xf).map(|()| None)
            }
            Arduino::DigitalRead | Arduino::PinLed => Ok(Some(0)),
            Arduino::Print => return self.print(argument(0), argument(1), memory),
            Arduino::Greeting => {
                let count = GREETING.len().min(argument(1) as usize);
                if !has(memory, argument(0), count as u32)? {
                    return Ok(OUT_OF_BOUNDS);
                }
                memory.write(argument(0), &GREETING[..count])?;
                Ok(None)
            }
        };
        Ok(reply(done))
    }

    fn print<M: Memory + ?Sized>(&mut self, text: u32, bytes: u32, memory: &mut M) -> Result<Reply, M::Error> {
        if !has(memory, text, bytes)? {
            return Ok(OUT_OF_BOUNDS);
        }
        let mut part = vec![0; CHUNK.min(bytes as usize)];
        let (mut at, end) = (u64::from(text), u64::from(text) + u64::from(bytes));
        while at < end {
            let count = part.len().min((end - at) as usize);
            memory.read(at as u32, &mut part[..count])?;
            if let Err(why) = self.put(1, &part[..count]) {
                return Ok(reply(Err(why)));
            }
            at += count as u64;
        }
        Ok(reply(Ok(None)))
    }
}
