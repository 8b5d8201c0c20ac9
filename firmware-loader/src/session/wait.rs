//! Waiting for the line, for as long as nobody wants it to end.

use super::{HEARD, LinkError, Session};
use crate::interrupt::{Interrupt, TICK};
use crate::line::Line;
use isa::outcome::Exhausted;
use std::time::Duration;

/// Most that a port takes to pass bytes on, beside their time on the line.
const SENDS_WITHIN: Duration = Duration::from_secs(1);

/// What ends the waits of a session before their time.
#[derive(Clone, Debug)]
pub enum Limit {
    /// Ctrl-C, or the time that the user gave.
    Interrupt(Interrupt),
    /// The line's clock.
    At(Duration),
}

impl<L: Line> Session<L> {
    /// From now on, waits end early because of this; returns what ended them so far.
    pub fn limit(&mut self, limit: Limit) -> Limit {
        std::mem::replace(&mut self.limit, limit)
    }

    /// Does something for at most so long, whatever limit holds otherwise.
    pub fn within<T>(&mut self, time: Duration, work: impl FnOnce(&mut Self) -> T) -> T {
        let limit = self.limit(Limit::At(self.line.now() + time));
        let done = work(self);
        self.limit(limit);
        done
    }

    /// An error if nothing should be waited for any more.
    pub(super) fn go_on(&self) -> Result<(), LinkError> {
        let why = match &self.limit {
            Limit::Interrupt(interrupt) => interrupt.stop(),
            &Limit::At(time) => (self.line.now() >= time).then_some(Exhausted::Time),
        };
        why.map_or(Ok(()), |why| Err(LinkError::Stopped(why)))
    }

    /// Lets time pass.
    pub fn wait(&mut self, time: Duration) -> Result<(), LinkError> {
        let mut left = time;
        while !left.is_zero() {
            self.go_on()?;
            let step = left.min(TICK);
            self.line.wait(step);
            left -= step;
        }
        Ok(())
    }

    pub(super) fn send(&mut self, mut bytes: &[u8]) -> Result<(), LinkError> {
        let deadline = self.line.now() + 2 * self.line.time_of(bytes.len()) + SENDS_WITHIN;
        while !bytes.is_empty() {
            let now = self.line.now();
            if now >= deadline {
                return Err(LinkError::Line("it takes no more bytes".into()));
            }
            match self.line.send(bytes, deadline.min(now + TICK))? {
                0 => self.go_on()?,
                count => bytes = &bytes[count..],
            }
        }
        Ok(())
    }

    /// Adds what comes to what is pending, up to a time; whether anything has come.
    pub(super) fn receive(&mut self, deadline: Duration) -> Result<bool, LinkError> {
        let mut bytes = [0; 512];
        loop {
            let now = self.line.now();
            if now >= deadline {
                return Ok(false);
            }
            let count = self.line.receive(&mut bytes, deadline.min(now + TICK))?;
            if count > 0 {
                let came = &bytes[..count];
                self.pending.extend_from_slice(came);
                self.heard.extend(came.iter().take(HEARD.saturating_sub(self.heard.len())));
                return Ok(true);
            }
            self.go_on()?;
        }
    }
}
