//! The core's clock against the host's.

use super::programs::Programs;
use super::{Check, Extent};
use crate::line::Line;
use crate::session::LinkError;
use std::time::Duration;

/// How far the two may be apart, in percent: most of it is the way of the bytes that start and end a call.
const MOST: f64 = 3.0;

/// An endless loop is halted after a short time and after a long one. What both have in common, the way of the bytes,
/// is not in the difference.
pub fn check<L: Line>(programs: &mut Programs<'_, L>, extent: Extent) -> Result<Check, LinkError> {
    let scale = if extent.quick { 1 } else { 10 };
    let [short, long] = [scale * Duration::from_millis(5), scale * Duration::from_millis(45)];
    let (cycles, time) = programs.spin(short)?;
    let (more, longer) = programs.spin(long)?;
    let found = more.saturating_sub(cycles) as f64 / longer.saturating_sub(time).as_secs_f64().max(1e-9) / 1e6;
    let stated = f64::from(programs.clock()) / 1e6;
    let check = Check::measured("clock", "rate", format!("{found:.2} MHz, stated are {stated:.2}"));
    if !extent.timed {
        let found = format!("{}; the board is simulated", check.found);
        return Ok(Check { found, ..check });
    }
    let passed = (found / stated - 1.0).abs() * 100.0 <= MOST;
    Ok(Check { passed, expected: (!passed).then(|| format!("within {MOST} %")), ..check })
}
