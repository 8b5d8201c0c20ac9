//! The self-test of a board, and a report of it to paste into an issue.

use super::connect::{connect, found_board};
use super::device::InfoObject;
use super::{Done, Target, Wire, output};
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::output::message;
use crate::selftest::{self, Check, Extent};
use serde::Serialize;
use std::env::consts::{ARCH, OS};

#[derive(Serialize)]
struct SelftestObject {
    /// "passed" or "fault".
    outcome: &'static str,
    loader: &'static str,
    /// The system on which it runs.
    host: String,
    baud: u32,
    board: InfoObject,
    checks: Vec<Check>,
}

pub(super) fn selftest(wire: &Wire, interrupt: &Interrupt, target: &Target, quick: bool) -> Done {
    let mut connection = connect(wire, target.named(), interrupt)?;
    let board = match target.named() {
        Some(board) => board,
        None => found_board(&connection)?,
    };
    connection.expect(board.name, board.plan)?;
    let extent = Extent { quick, timed: !connection.line().is_pseudo_terminal() };
    if !wire.shown.json {
        message("this takes some seconds, and replaces what is loaded");
    }
    let checks = selftest::run(&mut connection, board, extent, |check| {
        if !wire.shown.json {
            message(&text(check));
        }
    })?;
    let exit = if checks.iter().all(|check| check.passed) { Exit::Returned } else { Exit::Fault };
    let object = SelftestObject {
        outcome: if exit == Exit::Returned { "passed" } else { exit.word() },
        loader: env!("CARGO_PKG_VERSION"),
        host: format!("{OS} {ARCH}"),
        baud: crate::line::Line::baud(connection.line()),
        board: InfoObject::new(&connection),
        checks,
    };
    let mut report = format!("self-test {}: {}\n", object.outcome, object.board.text());
    report += &format!("  loader          {}, on {}\n", object.loader, object.host);
    object.checks.iter().for_each(|check| report += &format!("{}\n", text(check)));
    output::show(wire.shown.json, &object, &report)?;
    Ok(exit)
}

/// A line of the report.
fn text(check: &Check) -> String {
    let Check { group, what, passed, found, expected } = check;
    let expected = expected.as_ref().map(|expected| format!(", expected {expected}")).unwrap_or_default();
    format!("{}  {group:<6}  {what:<23}  {found}{expected}", if *passed { "ok    " } else { "FAILED" })
}
