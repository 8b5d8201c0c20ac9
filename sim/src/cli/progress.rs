//! A line on long runs, and Ctrl-C.

use super::interactive;
use crate::{Error, Result};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Time until the first line, and between two.
const FIRST: Duration = Duration::from_secs(1);
const NEXT: Duration = Duration::from_millis(500);

pub(super) struct Progress {
    interrupted: Arc<AtomicBool>,
    interactive: bool,
    /// From the first sign of running cycles on, so that compiling the design does not count.
    begin: Option<(Instant, u64)>,
    last: Instant,
    shown: bool,
}

impl Progress {
    /// From now on Ctrl-C ends the run instead of the process.
    pub fn new() -> Result<Progress> {
        let interrupted = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&interrupted);
        ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed))
            .map_err(|e| Error::new(format!("cannot watch for Ctrl-C: {e}")))?;
        Ok(Progress { interrupted, interactive: interactive(), begin: None, last: Instant::now(), shown: false })
    }

    /// Shows the line if it is time; `false` after Ctrl-C.
    pub fn pause(&mut self, cycles: u64) -> bool {
        let now = Instant::now();
        let (begin, first) = *self.begin.get_or_insert((now, cycles));
        let due = now - begin >= FIRST && now - self.last >= NEXT;
        if self.interactive && due && cycles > first {
            let rate = (cycles - first) as f64 / (now - begin).as_secs_f64();
            eprint!("\r\x1b[K{cycles} cycles, {rate:.0} cycles/s");
            self.last = now;
            self.shown = true;
        }
        !self.interrupted.load(Ordering::Relaxed)
    }

    /// Removes the line.
    pub fn clear(&mut self) {
        if std::mem::take(&mut self.shown) {
            eprint!("\r\x1b[K");
        }
    }
}
