//! Why cycles pass in which no group retires. Outside the core: [`Follower`] looks at some of its signals in every
//! cycle and follows the bubbles of the pipeline from where they arise to stage M, so that each such cycle has one
//! cause. [`Stalls`] is an observer that counts them.
//!
//! A bubble has the cause for which a stage had nothing to pass on when the stage behind it was free. Where several
//! things hold a group at once, it is the one farthest down the pipeline: behind a division, nothing else shows.
//! Fetch of the full core never makes one: it reads a whole group in every cycle, so A and D are empty only behind a
//! redirect. That of the compact core waits for branch entries, and for code that it has not read ahead.

use super::{Cycle, Look, Observed, Observer, Signals, Window};
use crate::Result;
use crate::engine::Signal;
use crate::machine::Call;
use hdl::signals::core;

/// What made a cycle pass without a group that retires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Cause {
    Start,
    Mispredicted,
    Table,
    Unwinding,
    Call,
    Return,
    Service,
    LoadUse,
    Passes,
    Storing,
    SecondHalf,
    Long,
    Float,
    Select,
    Copy,
    Immediate,
    Millicode,
    Entry,
    Code,
}

impl Cause {
    /// All causes in the order of the enumeration: each with its name for machines and a few words for people.
    pub const ALL: [(Cause, &str, &str); 19] = [
        (Cause::Start, "start", "start by the host, stop"),
        (Cause::Mispredicted, "mispredicted", "branch predicted wrong"),
        (Cause::Table, "br_table", "`br_table`"),
        (Cause::Unwinding, "unwinding", "branch that unwinds the stack"),
        (Cause::Call, "call", "call"),
        (Cause::Return, "return", "return"),
        (Cause::Service, "service", "service instruction"),
        (Cause::LoadUse, "load_use", "use of a load"),
        (Cause::Passes, "passes", "further passes of a load or store"),
        (Cause::Storing, "storing", "load behind a store"),
        (Cause::SecondHalf, "second_half", "second pass of 64 bits"),
        (Cause::Long, "long", "long unit"),
        (Cause::Float, "float", "float unit"),
        (Cause::Select, "select", "condition of `select`"),
        (Cause::Copy, "copy", "copy left by `local.tee`"),
        (Cause::Immediate, "immediate", "serial immediate"),
        (Cause::Millicode, "millicode", "millicode"),
        (Cause::Entry, "entry", "branch entry is read"),
        (Cause::Code, "code", "code is read"),
    ];

    /// A few words for people.
    pub fn words(self) -> &'static str {
        Cause::ALL[self as usize].2
    }

    /// Whether it is what a group does that has left the pipeline, or does when that has: bubbles come behind that group.
    fn is_behind(self) -> bool {
        use Cause::*;
        matches!(self, Mispredicted | Table | Unwinding | Call | Return | Service | Passes | Millicode)
    }
}

/// A cycle in which no group retires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stall {
    pub cause: Cause,
    /// The group that retired last is what it passes with; else the one that retires next waits in it.
    pub behind: bool,
}

/// Declares what the observer sees in a cycle: signals of the core.
macro_rules! seen {
    ($($field:ident: $name:ident,)*) => {
        struct Seen {
            $($field: bool,)*
        }

        const SIGNALS: &[&str] = &[$(core::$name),*];

        impl Seen {
            fn new(values: &[u32]) -> Seen {
                let mut values = values.iter().map(|&value| value != 0);
                Seen { $($field: values.next().unwrap_or_default(),)* }
            }
        }
    };
}

seen! {
    running: RUNNING,
    retires: RETIRES,
    stops: STOPS,
    compact: COMPACT,
    flush: FLUSH,
    reads_entry: READS_ENTRY,
    d_valid: D_VALID,
    d_issue: D_ISSUE,
    x_valid: X_VALID,
    x_live: X_LIVE,
    x_go: X_GO,
    x_leave: X_LEAVE,
    x_ready: X_READY,
    x_first_pass: X_FIRST_PASS,
    x_silent: X_SILENT,
    x_bypass: X_BYPASS,
    x_blocks: X_BLOCKS,
    x_sequence: X_SEQUENCE,
    x_resolves: X_RESOLVES,
    x_returns: X_RETURNS,
    x_call: X_CALL,
    x_table: X_TABLE,
    x_service: X_SERVICE,
    x_float: X_FLOAT,
    memory_busy: MEMORY_BUSY,
    mispredicted: MISPREDICTED,
    r_sequence: R_SEQUENCE,
    sequencing: SEQUENCING,
    hosted: HOSTED,
}

impl Seen {
    /// Why the sequencer runs. What X knows of its group stays there meanwhile.
    fn sequenced(&self) -> Cause {
        match self {
            Seen { sequencing: true, hosted: true, .. } => Cause::Start,
            Seen { x_service: true, .. } => Cause::Service,
            Seen { x_call: true, .. } => Cause::Call,
            Seen { x_table: true, .. } => Cause::Table,
            Seen { x_returns: true, .. } => Cause::Return,
            _ => Cause::Unwinding,
        }
    }

    /// Why the groups in A and D are dropped.
    fn flushed(&self) -> Cause {
        match self {
            Seen { running: false, .. } => Cause::Start,
            Seen { mispredicted: true, .. } => Cause::Mispredicted,
            _ => self.sequenced(),
        }
    }

    /// Whether the sequencer or linear memory works for a group, which retires meanwhile.
    fn works(&self) -> bool {
        self.sequencing || self.r_sequence || self.memory_busy
    }

    /// Why X passes nothing on that retires, if its group is alive.
    fn held(&self) -> Cause {
        match self {
            Seen { x_leave: true, x_silent: true, x_bypass: true, .. } => Cause::Select,
            Seen { x_leave: true, x_silent: true, .. } => Cause::Copy,
            Seen { x_leave: true, .. } => self.sequenced(),
            Seen { x_ready: false, .. } => Cause::LoadUse,
            Seen { x_go: false, .. } => Cause::Storing,
            Seen { x_first_pass: true, .. } => Cause::SecondHalf,
            Seen { x_float: true, .. } => Cause::Float,
            _ => Cause::Long,
        }
    }
}

/// Follows the bubbles of a call.
pub struct Follower {
    /// Of the next bubble in D, in X and in M.
    d: Cause,
    x: Cause,
    m: Cause,
    /// What the sequencer or linear memory does goes on behind its group, which has retired.
    finished: bool,
}

impl Default for Follower {
    fn default() -> Follower {
        let (d, x, m) = (Cause::Start, Cause::Start, Cause::Start);
        Follower { d, x, m, finished: false }
    }
}

impl Follower {
    /// What it has to be told of each cycle.
    pub const SIGNALS: &'static [&'static str] = SIGNALS;

    /// Why no group retires in the next cycle of the call, unless one does. `values` are those of [`Follower::SIGNALS`];
    /// a cycle of millicode belongs to the instruction that it executes, whose group has retired before.
    pub fn step(&mut self, values: &[u32], millicode: bool) -> Option<Stall> {
        let seen = Seen::new(values);
        let stall = match self.cause(&seen) {
            _ if millicode => Some(Stall { cause: Cause::Millicode, behind: true }),
            Some(cause) => Some(Stall { cause, behind: cause.is_behind() && !self.is_before(&seen) }),
            None => None,
        };
        self.finished = seen.works() && (self.finished || seen.retires);
        self.follow(&seen);
        stall
    }

    /// Why the groups in front of X are dropped, if they were in the last cycle.
    pub fn dropped(&self) -> Cause {
        self.d
    }

    /// Why no group retires in this cycle, unless one does.
    fn cause(&self, seen: &Seen) -> Option<Cause> {
        match seen {
            Seen { retires: true, .. } => None,
            Seen { stops: true, .. } | Seen { running: false, .. } => Some(Cause::Start),
            Seen { sequencing: true, .. } | Seen { r_sequence: true, .. } => Some(seen.sequenced()),
            Seen { memory_busy: true, .. } => Some(Cause::Passes),
            _ => Some(self.m),
        }
    }

    /// The group for which the sequencer or linear memory works has not retired yet.
    fn is_before(&self, seen: &Seen) -> bool {
        seen.works() && !self.finished
    }

    /// What the stages have in the next cycle, from the last one to the first.
    fn follow(&mut self, seen: &Seen) {
        self.m = match seen {
            Seen { x_live: true, .. } => seen.held(),
            Seen { x_valid: true, mispredicted: true, .. } => Cause::Mispredicted,
            _ => self.x,
        };
        self.d = match seen {
            Seen { flush: true, .. } => seen.flushed(),
            Seen { reads_entry: true, .. } => Cause::Entry,
            Seen { d_valid: true, .. } => Cause::Code,
            _ => self.d,
        };
        if !seen.d_issue && (seen.x_leave || !seen.x_live) {
            self.x = match seen {
                Seen { flush: true, .. } => self.d,
                Seen { sequencing: true, .. } | Seen { x_sequence: true, .. } => seen.sequenced(),
                Seen { d_valid: false, .. } => self.d,
                Seen { x_live: true, x_blocks: true, .. } => Cause::Mispredicted,
                Seen { x_live: true, compact: true, x_resolves: true, .. } => Cause::Mispredicted,
                Seen { memory_busy: true, .. } => Cause::Passes,
                _ => Cause::Immediate,
            };
        }
    }
}

/// Counts the cycles of a call by their causes.
#[derive(Default)]
pub struct Stalls {
    follower: Follower,
    /// Cycles in which a group retired.
    groups: u64,
    counts: [u64; Cause::ALL.len()],
}

impl Observer for Stalls {
    fn looks(&self) -> Option<Look<'_>> {
        Some(Look { signals: Signals::Named(Follower::SIGNALS), window: Window::ALL })
    }

    /// Each call is counted anew.
    fn begin_call(&mut self, _: &Call<'_>, _: &[Signal]) -> Result<()> {
        *self = Stalls::default();
        Ok(())
    }

    fn cycle(&mut self, cycle: &Cycle<'_>) -> Observed {
        match self.follower.step(cycle.values, cycle.millicode) {
            Some(stall) => self.counts[stall.cause as usize] += 1,
            None => self.groups += 1,
        }
        Ok(())
    }
}

impl Stalls {
    /// Cycles in which a group retired.
    pub fn groups(&self) -> u64 {
        self.groups
    }

    /// Cycles with this cause.
    pub fn count(&self, cause: Cause) -> u64 {
        self.counts[cause as usize]
    }

    /// All cycles.
    pub fn cycles(&self) -> u64 {
        self.groups + self.counts.iter().sum::<u64>()
    }
}
