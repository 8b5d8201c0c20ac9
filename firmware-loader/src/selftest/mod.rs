//! A test of a board that has just arrived: its line, its memories, its clock, and what its core does.
//!
//! It is for whoever has a board at hand and cannot compare it with another one. All that it expects is stated here and
//! holds for every board: results have sources of their own, cycles are those of the simulated core.

mod clock;
mod line;
mod memories;
mod programs;

use crate::line::Line;
use crate::session::{LinkError, Session};
use boards::Board;
use serde::Serialize;

/// How much is tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Parts of memories, and short times, instead of all.
    pub quick: bool,
    /// The clock of the line is that of the board: a real one's, or one in simulated time.
    pub timed: bool,
}

/// Something that was tested.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// "line", "memory", "kernel", "stop", "device", "clock"; "rest" if the test could not go on.
    pub group: &'static str,
    pub what: &'static str,
    pub passed: bool,
    /// What was measured or came out.
    pub found: String,
    /// What should have come out, if something else did.
    pub expected: Option<String>,
}

impl Check {
    /// Something that need not have a certain value.
    fn measured(group: &'static str, what: &'static str, found: String) -> Check {
        Check { group, what, passed: true, found, expected: None }
    }

    fn equal(group: &'static str, what: &'static str, found: String, expected: String) -> Check {
        let passed = found == expected;
        Check { group, what, passed, found, expected: (!passed).then_some(expected) }
    }
}

/// Tests a board, and tells about each check when it is done. Afterwards a module of the test's own is loaded.
///
/// # Errors
/// The line is gone, or the user wants no more. What the board does wrong is a check that has not passed.
pub fn run<L: Line>(
    session: &mut Session<L>,
    board: &Board,
    extent: Extent,
    mut report: impl FnMut(&Check),
) -> Result<Vec<Check>, LinkError> {
    let mut checks = Vec::new();
    let mut done = |found: Vec<Check>| {
        found.iter().for_each(&mut report);
        checks.extend(found);
    };
    match run_all(session, board, extent, &mut done) {
        Err(e @ (LinkError::Stopped(_) | LinkError::NotHalted(_) | LinkError::Line(_))) => return Err(e),
        Err(e) => done(vec![Check { passed: false, ..Check::measured("rest", "not tested", e.to_string()) }]),
        Ok(()) => {}
    }
    Ok(checks)
}

fn run_all<L: Line>(
    session: &mut Session<L>,
    board: &Board,
    extent: Extent,
    done: &mut impl FnMut(Vec<Check>),
) -> Result<(), LinkError> {
    done(line::check(session, extent.timed)?);
    for (what, space) in memories::of(session) {
        done(vec![memories::check(session, board, extent, what, space)?]);
    }
    let mut programs = programs::Programs::load(session, board, extent.timed)?;
    done(programs.kernels()?);
    done(programs.stops()?);
    done(programs.devices()?);
    done(vec![clock::check(&mut programs, extent)?]);
    Ok(())
}
