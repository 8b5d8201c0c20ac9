//! Calls: arguments, start, imports answered on the way, results.

use super::{BoardMemory, LinkError, Session};
use crate::host::{Host, Reply};
use crate::line::Line;
use isa::host::Space;
use isa::image::Image;
use isa::module::Module;
use isa::outcome::{Exhausted, Stop};
use isa::types::{ValType, Value};
use isa::wire::{Command, Report, Request};
use std::time::Duration;

/// Time between two looks at a running core: short at first, because most calls are short.
const FIRST_LOOK: Duration = Duration::from_micros(500);
const LAST_LOOK: Duration = Duration::from_millis(50);
/// How long a halted call may take to end, with everything that is asked about it. A board takes some milliseconds; a
/// simulated one on a busy machine may take most of this.
const HALTS_WITHIN: Duration = Duration::from_millis(800);

/// What to call, on a board that has the module's image.
pub struct Call<'a> {
    pub module: &'a Module,
    pub image: &'a Image,
    /// Function index in the index space.
    pub function: u32,
    /// Of the function's parameter types.
    pub args: &'a [Value],
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    Returned(Vec<Value>),
    /// The program ended itself with this status.
    Exited(u32),
    /// With the code address of the instruction that stopped.
    Stopped(Stop, u32),
    /// The core gave a stop code that does not exist.
    UnknownStop(u8),
}

/// A call that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    pub ending: Ending,
    /// The imported function that waited for the host when the call ended.
    pub import: Option<u32>,
    /// On the core, without the time that it waited for the host.
    pub cycles: u64,
}

impl<L: Line> Session<L> {
    /// Makes a call and sees it to its end.
    pub fn call<H>(&mut self, call: &Call<'_>, host: &mut H) -> Result<Finished, LinkError>
    where
        H: for<'b> Host<BoardMemory<'b, L>>,
    {
        self.start(call)?;
        self.finish(call, host)
    }

    /// Starts a call.
    pub fn start(&mut self, call: &Call<'_>) -> Result<(), LinkError> {
        self.poke_values(call.image.layout.base, call.args)?;
        let mut request = Request::new(0, Command::Call);
        request.row = call.function;
        self.request(Command::Call, request, 0).map(|_| ())
    }

    /// Sees a call to its end that somebody has started. A limit halts it.
    pub fn finish<H>(&mut self, call: &Call<'_>, host: &mut H) -> Result<Finished, LinkError>
    where
        H: for<'b> Host<BoardMemory<'b, L>>,
    {
        match self.follow(call, host) {
            Err(LinkError::Stopped(why)) => self.halt_because(why, call),
            ended => ended,
        }
    }

    fn follow<H>(&mut self, call: &Call<'_>, host: &mut H) -> Result<Finished, LinkError>
    where
        H: for<'b> Host<BoardMemory<'b, L>>,
    {
        let mut pause = FIRST_LOOK;
        loop {
            let report = self.status()?;
            if !report.valid {
                return Err(LinkError::Lost);
            }
            if !report.running && !report.paused {
                // Only another host can have halted it.
                return self.finished(call, report, Exhausted::Interrupted);
            }
            if report.paused {
                if let Some(finished) = self.answer_import(call, host, report)? {
                    return Ok(finished);
                }
                pause = FIRST_LOOK;
            } else {
                self.wait(pause)?;
                pause = (2 * pause).min(LAST_LOOK);
            }
        }
    }

    /// Halts a call that nobody waits for any more, and says how it ended: perhaps by itself just before.
    fn halt_because(&mut self, why: Exhausted, call: &Call<'_>) -> Result<Finished, LinkError> {
        let end = |session: &mut Self| session.halted().and_then(|report| session.finished(call, report, why));
        match self.within(HALTS_WITHIN, end) {
            Err(LinkError::Stopped(_) | LinkError::NoAnswer { .. }) => Err(LinkError::NotHalted(why)),
            ended => ended,
        }
    }

    /// Halts a call and waits for its end.
    fn halted(&mut self) -> Result<Report, LinkError> {
        self.halt()?;
        let deadline = self.line.now() + HALTS_WITHIN;
        loop {
            let report = self.status()?;
            match report {
                _ if !report.valid => return Err(LinkError::Lost),
                _ if !report.running && !report.paused => return Ok(report),
                _ if self.line.now() > deadline => return Err(LinkError::DoesNotHalt),
                _ => self.wait(FIRST_LOOK)?,
            }
        }
    }

    /// Answers a call of an imported function; the end of the call if the program is over.
    fn answer_import<H>(&mut self, call: &Call<'_>, host: &mut H, report: Report) -> Result<Option<Finished>, LinkError>
    where
        H: for<'b> Host<BoardMemory<'b, L>>,
    {
        if report.function as usize >= call.module.imported_functions().count() {
            self.halted()?;
            return Err(LinkError::NotImported(report.function));
        }
        let ty = call.module.function_type(report.function);
        let (params, results) = ty.map_or((&[][..], &[][..]), |ty| (&ty.params[..], &ty.results[..]));
        let args = self.values(report.argument, params)?;
        let declared = call.image.memory.bytes;
        let mut memory = BoardMemory::new(self, declared);
        let mut reply = host.call(report.function, &args, &mut memory)?;
        if memory.is_lost() {
            reply = Reply::Stop(Stop::Exhausted(Exhausted::PhysicalMemory));
        }
        let values = match reply {
            Reply::Exit(status) => {
                let cycles = self.halted()?.cycles;
                return Ok(Some(Finished { ending: Ending::Exited(status), import: None, cycles }));
            }
            Reply::Stop(stop) => {
                // What ended the wait does not end the halt.
                let Report { cycles, place, .. } = self.within(HALTS_WITHIN, Self::halted)?;
                let import = Some(report.function);
                return Ok(Some(Finished { ending: Ending::Stopped(stop, place.pc), import, cycles }));
            }
            Reply::Results(values) => values,
        };
        debug_assert_eq!(values.iter().map(|v| v.ty).collect::<Vec<_>>(), results);
        self.poke_values(report.argument, &values)?;
        let mut request = Request::new(0, Command::Resume).with((values.len() as u16).to_le_bytes().to_vec());
        request.row = report.argument;
        match self.request(Command::Resume, request, 0) {
            // A board that was reset does not wait for this.
            Err(LinkError::Refused { .. }) if !self.status()?.valid => Err(LinkError::Lost),
            answered => answered.map(|_| None),
        }
    }

    /// How a call ended; a halt ends it because of `halted`.
    fn finished(&mut self, call: &Call<'_>, report: Report, halted: Exhausted) -> Result<Finished, LinkError> {
        let place = report.place;
        let ending = match (place.stop, Stop::from_code(place.stop)) {
            (0, _) => {
                let ty = call.module.function_type(call.function);
                let types = ty.map_or(&[][..], |ty| &ty.results[..]);
                let values = self.values(call.image.layout.base, types)?;
                // A board that was reset in between would have given something else.
                if self.status()? != report {
                    return Err(LinkError::Lost);
                }
                Ending::Returned(values)
            }
            (_, Some(Stop::Exhausted(Exhausted::Cycles))) => Ending::Stopped(Stop::Exhausted(halted), place.pc),
            (_, Some(stop)) => Ending::Stopped(stop, place.pc),
            (code, None) => Ending::UnknownStop(code),
        };
        Ok(Finished { ending, import: None, cycles: report.cycles })
    }

    fn poke_values(&mut self, slot: u32, values: &[Value]) -> Result<(), LinkError> {
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.bits.to_le_bytes()).collect();
        self.poke(Space::Stack, slot, &bytes)
    }

    fn values(&mut self, slot: u32, types: &[ValType]) -> Result<Vec<Value>, LinkError> {
        let bytes = self.read(Space::Stack, slot, types.len() as u32)?;
        let slots = bytes.as_chunks().0.iter().map(|&slot| u64::from_le_bytes(slot));
        let bits = |ty: ValType, slot: u64| if ty.is_wide() { slot } else { slot & 0xffff_ffff };
        Ok(types.iter().zip(slots).map(|(&ty, slot)| Value { ty, bits: bits(ty, slot) }).collect())
    }
}

impl Finished {
    /// Whether it was halted.
    pub fn was_halted(&self) -> bool {
        matches!(self.ending, Ending::Stopped(Stop::Exhausted(Exhausted::Time | Exhausted::Interrupted), _))
    }
}
