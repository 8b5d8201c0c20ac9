//! What a seed stands for.

use crate::plans::LARGE;
use crate::smith;
use crate::trouble::{Ended, damaged_image, faulty_session, interrupted_call, line};
use boards::{BOARDS, Board, PLANS};
use clap::ValueEnum;
use isa::plan::CorePlan;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use sim::board::faults::Faults;
use std::fmt;

/// What is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// A random module, on a core in lock-step with the model, and in other implementations
    Module,
    /// The same with bytes that are others, more or less: is refused, or does the same on the core and in the model
    Damaged,
    /// An image of which bytes are others, on a board
    Image,
    /// A session with a board over a bad line
    Line,
    /// A call on a board that is given up
    Call,
}

/// How often each kind comes, of all of them together. A session with a board takes as long as many modules.
const WEIGHTS: [(Kind, u32); 5] =
    [(Kind::Module, 80), (Kind::Damaged, 14), (Kind::Image, 2), (Kind::Line, 2), (Kind::Call, 2)];

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Module => "module",
            Kind::Damaged => "damaged module",
            Kind::Image => "damaged image",
            Kind::Line => "bad line",
            Kind::Call => "call given up",
        })
    }
}

/// What a step runs on.
#[derive(Clone, Copy)]
pub enum Plan {
    Core(&'static CorePlan),
    Board(&'static Board),
}

/// What is tried where.
pub struct Step {
    pub kind: Kind,
    pub plan: Plan,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let on = match self.plan {
            Plan::Core(plan) => plan.name,
            Plan::Board(board) => board.name,
        };
        write!(f, "{} on {on}", self.kind)
    }
}

impl Step {
    pub fn of(seed: u64) -> Step {
        let mut random = StdRng::seed_from_u64(seed);
        let (kind, _) = *WEIGHTS.choose_weighted(&mut random, |(_, weight)| *weight).expect("there are kinds");
        let plan = match kind {
            // Large memories hold most modules, small ones are reached past.
            Kind::Module | Kind::Damaged => {
                let plans: Vec<_> = PLANS.iter().chain(&LARGE).collect();
                Plan::Core(plans.choose(&mut random).expect("there are plans"))
            }
            Kind::Image | Kind::Line | Kind::Call => Plan::Board(BOARDS.choose(&mut random).expect("there are boards")),
        };
        Step { kind, plan }
    }
}

/// The module of a seed; `None` if there is nothing to compare.
pub fn module(kind: Kind, seed: u64) -> Option<Vec<u8>> {
    if kind == Kind::Damaged { damaged(seed) } else { Some(smith::module(seed)) }
}

/// Most places at which a module is damaged, and most bytes at each.
const PLACES: usize = 3;
const BYTES: usize = 4;

/// The module of a seed with damage; `None` if the loader refuses it, or if it is valid but cannot be compared: it imports
/// something, or has memories and tables of any size.
fn damaged(seed: u64) -> Option<Vec<u8>> {
    let mut random = StdRng::seed_from_u64(!seed);
    let whole = smith::module(seed);
    let mut bytes = whole.clone();
    for _ in 0..random.random_range(1..=PLACES) {
        let at = random.random_range(0..bytes.len());
        let end = (at + random.random_range(0..=BYTES)).min(bytes.len());
        let others: Vec<u8> = (0..random.random_range(0..=BYTES)).map(|_| random.random()).collect();
        bytes.splice(at..end, others);
        if bytes.is_empty() {
            return None;
        }
    }
    let (damaged, whole) = (firmware_loader::parse(&bytes).ok()?, firmware_loader::parse(&whole).expect("is valid"));
    let tables = |module: &isa::module::Module| module.tables.iter().map(|table| table.ty).collect::<Vec<_>>();
    let same = damaged.memories == whole.memories && tables(&damaged) == tables(&whole);
    (same && damaged.imports.is_empty()).then_some(bytes)
}

/// A session with a board.
///
/// # Errors
/// What is wrong with how it ends.
pub fn session(kind: Kind, board: &Board, seed: u64) -> Result<Ended, String> {
    let good = || line(board, &Faults::default(), seed);
    match kind {
        Kind::Image => damaged_image(&mut good(), board, seed),
        Kind::Call => interrupted_call(&mut good(), board, seed),
        _ => faulty_session(board, seed),
    }
}

/// How a session ended, in words that do not differ with every seed.
pub fn ending(ended: Ended) -> String {
    match ended {
        Ended::Right => "right".into(),
        Ended::Otherwise(what) => what.split(['`', ':']).next().unwrap_or_default().trim().into(),
    }
}
