//! Work that ends soon after Ctrl-C or the limit of time, whatever it is doing: it may be compiling, or in a call of the
//! system that does not come back.

use firmware_loader::interrupt::{Interrupt, TICK};
use isa::outcome::Exhausted;
use std::io;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How long the work has to end by itself, with a better report.
const GRACE: Duration = Duration::from_millis(80);
/// The same for files that are written when a run has ended, which takes its time.
const FINISHING: Duration = Duration::from_secs(5);
/// Of the thread that works; as a rule that of the main one.
const STACK: usize = 8 << 20;

/// What the work does at the moment, in a few words, and how long it has to end.
#[derive(Clone, Debug)]
pub(super) struct Doing {
    now: Arc<Mutex<(String, Duration)>>,
    /// How long whatever is not about to finish has.
    grace: Duration,
}

impl Doing {
    /// Something of which no more than the report is lost if it does not end by itself; unless it `keeps` what it has come
    /// to, which then takes its time whatever it is doing.
    pub fn new(what: &str, keeps: bool) -> Doing {
        let grace = if keeps { FINISHING } else { GRACE };
        Doing { now: Arc::new(Mutex::new((what.into(), grace))), grace }
    }

    pub fn now(&self, what: impl Into<String>) {
        *self.lock() = (what.into(), self.grace);
    }

    /// What was found out in a run is written down.
    pub fn finishing(&self) {
        *self.lock() = ("the results were written".into(), FINISHING);
    }

    pub fn what(&self) -> String {
        self.lock().0.clone()
    }

    fn grace(&self) -> Duration {
        self.lock().1
    }

    fn lock(&self) -> MutexGuard<'_, (String, Duration)> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Does the work, which says what it is `doing`, on a thread of its own. An `Err` says that it did not end in time; it is
/// then left alone, for the process to end.
pub(super) fn bounded<T: Send + 'static>(
    interrupt: &Interrupt,
    doing: &Doing,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<Result<T, Exhausted>> {
    let (done, ended) = mpsc::channel();
    // Nobody waits for it any more if this fails.
    let worker = thread::Builder::new().stack_size(STACK).spawn(move || drop(done.send(work())))?;
    let mut stopped: Option<Instant> = None;
    loop {
        match ended.recv_timeout(TICK.min(GRACE / 2)) {
            Ok(result) => return Ok(Ok(result)),
            Err(RecvTimeoutError::Disconnected) => {
                let panicked = worker.join().err().unwrap_or_else(|| Box::new("no result"));
                std::panic::resume_unwind(panicked)
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
        if let Some(why) = interrupt.stop()
            && stopped.get_or_insert_with(Instant::now).elapsed() >= doing.grace()
        {
            return Ok(Err(why));
        }
    }
}

/// Does something that may never come back, such as writing into a full pipe that nobody reads, and does not wait long.
pub(super) fn shortly(work: impl FnOnce() + Send + 'static) {
    let (done, ended) = mpsc::channel();
    thread::spawn(move || {
        work();
        // Nobody waits for it any more if this fails.
        let _ = done.send(());
    });
    let _ = ended.recv_timeout(GRACE);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_ends_by_itself_or_is_left_alone() {
        let doing = Doing::new("a test ran", false);
        assert_eq!(bounded(&Interrupt::default(), &doing, || 7).expect("a thread"), Ok(7));
        let late = Interrupt::after(Some(Duration::ZERO));
        assert_eq!(bounded(&late, &doing, || 7).expect("a thread"), Ok(7), "in the time that is left");
        let (begin, hour) = (Instant::now(), Duration::from_secs(3600));
        assert_eq!(bounded(&late, &doing, move || thread::sleep(hour)).expect("a thread"), Err(Exhausted::Time));
        doing.finishing();
        assert_eq!(
            bounded(&late, &doing, || thread::sleep(3 * GRACE)).expect("a thread"),
            Ok(()),
            "results take longer"
        );
        let keeps = Doing::new("a test ran", true);
        keeps.now("it goes on");
        let slept = bounded(&late, &keeps, || thread::sleep(3 * GRACE)).expect("a thread");
        assert_eq!(slept, Ok(()), "so does what is kept");
        shortly(move || thread::sleep(hour));
        assert!(begin.elapsed() < hour / 60);
    }
}
