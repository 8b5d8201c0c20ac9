//! A line on long runs.

use crate::observe::Observer;
use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

/// Time until the first line, and between two.
const FIRST: Duration = Duration::from_secs(1);
const NEXT: Duration = Duration::from_millis(500);
/// Goes to the beginning of the line and clears it.
const CLEAR: &str = "\r\x1b[K";

pub(super) struct Progress {
    /// Whether somebody sees it.
    interactive: bool,
    /// From the first sign of running cycles on, so that compiling the design does not count.
    begin: Option<(Instant, u64)>,
    last: Instant,
    shown: bool,
}

impl Progress {
    pub fn new() -> Progress {
        Progress { interactive: io::stderr().is_terminal(), begin: None, last: Instant::now(), shown: false }
    }

    /// Removes the line.
    pub fn clear(&mut self) {
        if std::mem::take(&mut self.shown) {
            write(CLEAR);
        }
    }
}

impl Observer for Progress {
    /// Shows the line if it is time.
    fn progress(&mut self, cycles: u64) {
        if !self.interactive {
            return;
        }
        let now = Instant::now();
        let (begin, first) = *self.begin.get_or_insert((now, cycles));
        let due = now - begin >= FIRST && now - self.last >= NEXT;
        if due && cycles > first {
            let rate = (cycles - first) as f64 / (now - begin).as_secs_f64();
            write(&format!("{CLEAR}{cycles} cycles, {rate:.0} cycles/s"));
            self.last = now;
            self.shown = true;
        }
    }
}

/// Without an end of line. A terminal that has gone away sees nothing.
fn write(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}
