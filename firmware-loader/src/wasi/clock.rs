//! Time as the program sees it: that of this machine, or one that is the same in every run.

use super::Wasi;
use super::errno::Errno;
use super::guest::{Guest, Step};
use crate::host::Memory;
use crate::interrupt::Interrupt;
use isa::outcome::Exhausted;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// What clocks show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    /// The time of this machine
    #[default]
    Real,
    /// From the start of 2000 on: 1 ms later each time the program asks, and later by what it waits, without waiting
    Fixed,
}

/// Where the fixed clock of the calendar starts: the year 2000, in nanoseconds since 1970.
const EPOCH: u64 = 946_684_800_000_000_000;
/// By how much the fixed clock advances each time it is asked, in nanoseconds.
const STEP: u64 = 1_000_000;

/// `clockid`, of those that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clockid {
    /// The calendar's.
    Realtime,
    /// Counts from the start of the program.
    Monotonic,
    /// Of a process or a thread; there is none.
    Cpu,
}

impl Clockid {
    pub fn new(number: u32) -> Result<Clockid, Errno> {
        match number {
            0 => Ok(Clockid::Realtime),
            1 => Ok(Clockid::Monotonic),
            2 | 3 => Ok(Clockid::Cpu),
            _ => Err(Errno::Inval),
        }
    }
}

/// All times are in nanoseconds.
pub enum Clock {
    Real { start: Instant },
    Fixed { now: u64 },
}

impl Clock {
    pub fn new(kind: Kind) -> Clock {
        match kind {
            Kind::Real => Clock::Real { start: Instant::now() },
            Kind::Fixed => Clock::Fixed { now: 0 },
        }
    }

    /// Time since the start of the program.
    pub fn now(&self) -> u64 {
        match self {
            Clock::Real { start } => start.elapsed().as_nanos() as u64,
            Clock::Fixed { now } => *now,
        }
    }

    /// Goes on from so late.
    pub fn resume(&mut self, time: u64) {
        match self {
            Clock::Real { start } => *start = start.checked_sub(Duration::from_nanos(time)).unwrap_or(*start),
            Clock::Fixed { now } => *now = time,
        }
    }

    /// Time since 1970.
    pub fn calendar(&self) -> Result<u64, Errno> {
        match self {
            Clock::Real { .. } => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).map_err(|_| Errno::Overflow)?;
                Ok(since.as_nanos() as u64)
            }
            Clock::Fixed { now } => Ok(EPOCH.saturating_add(*now)),
        }
    }

    /// Somebody has asked.
    fn tick(&mut self) {
        if let Clock::Fixed { now } = self {
            *now = now.saturating_add(STEP);
        }
    }

    /// Makes it so late without waiting, if it is a clock for which that can be done.
    pub fn skip(&mut self, to: u64) {
        if let Clock::Fixed { now } = self {
            *now = to.max(*now);
        }
    }

    /// How long to wait, if nothing else happens, before it is so late.
    pub fn patience(&self, deadline: u64) -> Duration {
        match self {
            Clock::Real { .. } => Duration::from_nanos(deadline.saturating_sub(self.now())),
            Clock::Fixed { .. } => Duration::ZERO,
        }
    }

    pub fn sleep(&mut self, time: Duration, interrupt: &Interrupt) -> Result<(), Exhausted> {
        match self {
            Clock::Real { .. } => interrupt.sleep(time),
            Clock::Fixed { now } => {
                *now = now.saturating_add(time.as_nanos() as u64);
                Ok(())
            }
        }
    }

    const fn resolution(&self) -> u64 {
        match self {
            Clock::Real { .. } => 1,
            Clock::Fixed { .. } => STEP,
        }
    }
}

impl Wasi {
    pub(super) fn clock_res_get<M: Memory + ?Sized>(&self, guest: &mut Guest<'_, M>, id: u32, to: u32) -> Step<M> {
        match Clockid::new(id)? {
            Clockid::Realtime | Clockid::Monotonic => guest.put_wide(to, self.clock.resolution()),
            Clockid::Cpu => Err(Errno::Badf.into()),
        }
    }

    pub(super) fn clock_time_get<M: Memory + ?Sized>(&mut self, guest: &mut Guest<'_, M>, id: u32, to: u32) -> Step<M> {
        let time = match Clockid::new(id)? {
            Clockid::Realtime => self.clock.calendar()?,
            Clockid::Monotonic => self.clock.now(),
            Clockid::Cpu => return Err(Errno::Badf.into()),
        };
        self.clock.tick();
        guest.put_wide(to, time)
    }
}
