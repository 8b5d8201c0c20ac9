//! What watches a run: traces, waves, profiles, counts, the comparison with the model. Each is an [`Observer`] in a file
//! or folder of its own; those that the command line offers are entries of the [`registry`].
//!
//! The hardware runs many cycles at once. An observer hears of each group that retires; only if it looks at signals,
//! the run stops in every cycle to read them. Who looks at nothing costs nothing in a cycle. Cycles and instructions
//! are no matter of observers: every run counts them, see [`Run`].

pub mod destination;
pub mod intervals;
pub mod konata;
pub mod monitor;
pub mod profile;
pub mod registry;
pub mod stalls;
pub mod trace;
pub mod wave;

use crate::engine::{Engine, Sample, Signal};
use crate::error::{Error, Result};
use crate::import::{Answer, Import};
use crate::lockstep::{self, Difference};
use crate::machine::{Call, Run};
use registry::Told;
use std::ops::Range;

/// Watches a run. What a method is not needed for, it leaves as it is here.
pub trait Observer {
    /// The signals that it wants to see. Asked once, before the engine is made.
    fn looks(&self) -> Option<Look<'_>> {
        None
    }

    /// A call begins, on an engine with these signals: the start function, or what is called behind it.
    fn begin_call(&mut self, _call: &Call<'_>, _signals: &[Signal]) -> Result<()> {
        Ok(())
    }

    /// A cycle has passed at which it looked.
    fn cycle(&mut self, _cycle: &Cycle<'_>) -> Observed {
        Ok(())
    }

    /// A group has retired.
    fn retired(&mut self, _sample: &Sample) -> Observed {
        Ok(())
    }

    /// The host has answered the call of an imported function, or ended the program instead.
    fn answered(&mut self, _answer: &Answer) -> Observed {
        Ok(())
    }

    /// The call runs on, after so many cycles. Said now and then.
    fn progress(&mut self, _cycles: u64) {}

    /// The call ends here, but may go on in another run: gives what the model needs for that, if this is it. What was
    /// suspended does not begin in that run but goes on, with [`Observer::begin_call`] all the same.
    fn suspend(&mut self) -> Option<lockstep::Suspended> {
        None
    }

    /// The call has ended, unless an observer ended it by a difference.
    fn end_call(&mut self, _end: &mut CallEnd<'_>) -> Observed {
        Ok(())
    }

    /// There are no more calls.
    fn end(&mut self) -> Result<()> {
        Ok(())
    }

    /// How the run ended, behind [`Observer::end`], for one who tells people about it.
    fn told(&mut self, _told: &Told) -> Result<()> {
        Ok(())
    }
}

/// What an observer looks at in every cycle of a call.
#[derive(Clone, Copy, Debug)]
pub struct Look<'a> {
    pub signals: Signals<'a>,
    pub window: Window,
}

/// Cycles of a call, the first of which is 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Both belong to it.
    pub first: u64,
    pub last: u64,
}

impl Window {
    /// All cycles.
    pub const ALL: Window = Window { first: 0, last: u64::MAX };

    pub const fn contains(&self, cycle: u64) -> bool {
        self.first <= cycle && cycle <= self.last
    }

    /// How many cycles can run at once, behind so many of the call, for one who looks at each in the window.
    fn room(&self, cycles: u64) -> u64 {
        match cycles + 1 {
            next if next > self.last => u64::MAX,
            next => self.first.saturating_sub(next).max(1),
        }
    }
}

/// Signals of the hardware.
#[derive(Clone, Copy, Debug)]
pub enum Signals<'a> {
    /// Each that the engine shows, with all of its bits.
    All,
    /// Those with these names, see `hdl::signals`; of each, the low 32 bits.
    Named(&'a [&'a str]),
}

/// One cycle for an observer that looks at it.
#[derive(Clone, Copy, Debug)]
pub struct Cycle<'a> {
    /// Of the call; the first one is 1.
    pub number: u64,
    /// What its signals were before the clock edge: a word for each of [`Signals::Named`]; of [`Signals::All`], the
    /// words that [`Engine::peek`] gives.
    pub values: &'a [u32],
    /// The group that retired in it, one of millicode included.
    pub retired: Option<&'a Sample>,
    /// It is one of the cycles that millicode takes, behind the group that called it and before the next one.
    pub millicode: bool,
}

/// How a call ended, and the hardware as it was left.
pub struct CallEnd<'a> {
    pub engine: &'a mut dyn Engine,
    pub run: &'a Run,
    /// The imported function that the core waits for: the host has ended the program, or there was no time to ask it.
    pub import: Option<Import>,
}

/// Whether the run goes on.
pub type Observed = std::result::Result<(), Halt>;

/// Why an observer ends a run.
#[derive(Clone, Debug)]
pub enum Halt {
    /// The hardware does not do what it should.
    Different(Box<Difference>),
    /// The observer cannot go on.
    Failed(Error),
}

impl From<Error> for Halt {
    fn from(error: Error) -> Halt {
        Halt::Failed(error)
    }
}

impl From<Box<Difference>> for Halt {
    fn from(difference: Box<Difference>) -> Halt {
        Halt::Different(difference)
    }
}

/// An observer of retired groups alone.
pub struct Groups<F>(pub F);

impl<F: FnMut(&Sample) -> Observed> Observer for Groups<F> {
    fn retired(&mut self, sample: &Sample) -> Observed {
        (self.0)(sample)
    }
}

/// The observers of one run. They hear of everything in their order, until one ends the run.
#[derive(Default)]
pub struct Observers<'a> {
    list: Vec<&'a mut dyn Observer>,
    /// Who looks at signals; `None` before the signals are known.
    lookers: Option<Vec<Looker>>,
    /// Places among the engine's signals of all that are looked at by name, and their values.
    places: Vec<usize>,
    values: Vec<u32>,
    /// The values of all signals.
    all: Vec<u32>,
}

/// An observer that looks at signals.
struct Looker {
    /// In the list.
    observer: usize,
    /// As in [`Look`].
    window: Window,
    /// Its part of what is looked at by name; `None` if it looks at all signals.
    named: Option<Range<usize>>,
}

impl<'a> Observers<'a> {
    pub fn new(list: Vec<&'a mut dyn Observer>) -> Observers<'a> {
        Observers { list, ..Observers::default() }
    }

    /// Whether somebody looks at signals.
    pub fn look(&self) -> bool {
        self.list.iter().any(|observer| observer.looks().is_some())
    }

    /// Finds the signals. An error if the engine does not show one of them.
    pub(crate) fn attach(&mut self, engine: &dyn Engine) -> Result<()> {
        if self.lookers.is_some() {
            return Ok(());
        }
        let mut lookers = Vec::new();
        for (observer, observing) in self.list.iter().enumerate() {
            let Some(Look { signals, window }) = observing.looks() else { continue };
            let named = match signals {
                Signals::All => None,
                Signals::Named(names) => {
                    let first = self.places.len();
                    for name in names {
                        self.places.push(place(engine, name)?);
                    }
                    Some(first..self.places.len())
                }
            };
            lookers.push(Looker { observer, window, named });
        }
        self.lookers = Some(lookers);
        Ok(())
    }

    fn lookers(&self) -> &[Looker] {
        self.lookers.as_deref().unwrap_or_default()
    }

    /// Cycles that can run at once behind so many of the call: one, if somebody looks at it.
    pub(crate) fn room(&self, cycles: u64) -> u64 {
        self.lookers().iter().map(|looker| looker.window.room(cycles)).min().unwrap_or(u64::MAX)
    }

    /// Reads what is looked at in the cycle behind so many of the call. Whether that is anything.
    pub(crate) fn peek(&mut self, engine: &mut dyn Engine, cycles: u64) -> bool {
        let (mut all, mut named) = (false, false);
        for looker in self.lookers().iter().filter(|looker| looker.window.contains(cycles + 1)) {
            all |= looker.named.is_none();
            named |= looker.named.is_some();
        }
        if all {
            engine.peek(&mut self.all);
        }
        if named {
            engine.peek_some(&self.places, &mut self.values);
        }
        all || named
    }

    /// The cycle has passed for which [`Observers::peek`] has read.
    pub(crate) fn cycle(&mut self, number: u64, retired: Option<&Sample>, millicode: bool) -> Observed {
        let Observers { list, lookers, values, all, .. } = self;
        for Looker { observer, named, .. } in lookers.iter().flatten().filter(|looker| looker.window.contains(number)) {
            let values = named.clone().map_or(&all[..], |named| &values[named]);
            list[*observer].cycle(&Cycle { number, values, retired, millicode })?;
        }
        Ok(())
    }

    pub(crate) fn begin_call(&mut self, call: &Call<'_>, engine: &dyn Engine) -> Result<()> {
        self.attach(engine)?;
        self.list.iter_mut().try_for_each(|observer| observer.begin_call(call, engine.signals()))
    }

    pub(crate) fn retired(&mut self, sample: &Sample) -> Observed {
        self.list.iter_mut().try_for_each(|observer| observer.retired(sample))
    }

    pub(crate) fn answered(&mut self, answer: &Answer) -> Observed {
        self.list.iter_mut().try_for_each(|observer| observer.answered(answer))
    }

    pub(crate) fn progress(&mut self, cycles: u64) {
        self.list.iter_mut().for_each(|observer| observer.progress(cycles));
    }

    pub(crate) fn suspend(&mut self) -> Option<lockstep::Suspended> {
        self.list.iter_mut().fold(None, |model, observer| observer.suspend().or(model))
    }

    pub(crate) fn end_call(&mut self, end: &mut CallEnd<'_>) -> Observed {
        self.list.iter_mut().try_for_each(|observer| observer.end_call(end))
    }

    pub(crate) fn end(&mut self) -> Result<()> {
        self.list.iter_mut().try_for_each(|observer| observer.end())
    }
}

/// Where an engine has the signal of this name.
fn place(engine: &dyn Engine, path: &str) -> Result<usize> {
    let (scope, name) = path.rsplit_once('.').unwrap_or(("", path));
    let found = engine.signals().iter().position(|s| s.name == name && s.scope.join(".") == scope);
    found.ok_or_else(|| Error::new(format!("engine {} does not show the signal {path}", engine.name())))
}
