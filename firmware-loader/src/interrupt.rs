//! Ctrl-C and the limit of time that the user set, for everybody who waits: whoever does asks [`Interrupt::stop`] at
//! least every [`TICK`], so that a wait ends soon after either. A second Ctrl-C ends the process.

use isa::outcome::Exhausted;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// The longest time that somebody waits without asking.
pub const TICK: Duration = Duration::from_millis(50);

/// What can end a wait early. Clones are the same one.
#[derive(Clone, Debug, Default)]
pub struct Interrupt {
    raised: Arc<AtomicBool>,
    deadline: Option<Instant>,
}

impl Interrupt {
    /// From now on Ctrl-C, or being told to terminate, ends waits instead of the process, and so does the end of
    /// `timeout`. To be called once in a process.
    pub fn watch(timeout: Option<Duration>) -> io::Result<Interrupt> {
        let interrupt = Interrupt::after(timeout);
        let raised = Arc::clone(&interrupt.raised);
        let handler = move || {
            if raised.swap(true, Ordering::SeqCst) {
                std::process::exit(130);
            }
        };
        ctrlc::set_handler(handler).map_err(io::Error::other)?;
        Ok(interrupt)
    }

    /// Ends waits after this time alone. With `None`, and as the default, nothing does but [`Interrupt::raise`].
    pub fn after(timeout: Option<Duration>) -> Interrupt {
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        Interrupt { raised: Arc::default(), deadline }
    }

    /// Does what Ctrl-C does.
    pub fn raise(&self) {
        self.raised.store(true, Ordering::SeqCst);
    }

    /// Takes a Ctrl-C back, for who has stopped and goes on later. Whether there was one.
    pub fn lower(&self) -> bool {
        self.raised.swap(false, Ordering::SeqCst)
    }

    /// Why whoever waits should stop, if they should.
    pub fn stop(&self) -> Option<Exhausted> {
        if self.raised.load(Ordering::SeqCst) {
            return Some(Exhausted::Interrupted);
        }
        self.deadline.filter(|&deadline| Instant::now() >= deadline).map(|_| Exhausted::Time)
    }

    /// Waits for so long, or until it should stop.
    pub fn sleep(&self, time: Duration) -> Result<(), Exhausted> {
        let end = Instant::now() + time.min(Duration::from_secs(u32::MAX.into()));
        loop {
            if let Some(why) = self.stop() {
                return Err(why);
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            thread::sleep(left.min(TICK));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_end_early() {
        let hour = Duration::from_secs(3600);
        assert_eq!(Interrupt::after(Some(Duration::ZERO)).sleep(hour), Err(Exhausted::Time));
        let interrupt = Interrupt::after(Some(hour));
        assert_eq!(interrupt.stop(), None);
        assert_eq!(interrupt.sleep(Duration::from_millis(1)), Ok(()));
        let other = interrupt.clone();
        let waiting = thread::spawn(move || other.sleep(hour));
        interrupt.raise();
        assert_eq!(waiting.join().expect("the thread does not panic"), Err(Exhausted::Interrupted));
        assert_eq!((interrupt.lower(), interrupt.lower(), interrupt.stop()), (true, false, None));
    }
}
