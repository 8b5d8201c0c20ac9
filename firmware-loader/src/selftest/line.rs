//! The line: whether what is sent comes back, how often it has to be sent again, and how fast it is.

use super::Check;
use crate::line::Line;
use crate::session::{LinkError, Session};
use isa::host::Space;
use isa::wire::frame::PAYLOAD_MAX;

/// Requests without a payload.
const SHORT: u64 = 100;
/// Requests with as much payload as there can be, in each direction.
const LONG: u64 = 16;

/// Frames that are sent again are judged on a line that is `timed`: a simulated board answers late.
pub fn check<L: Line>(session: &mut Session<L>, timed: bool) -> Result<Vec<Check>, LinkError> {
    let (before, start) = (session.repeated(), session.line().now());
    for _ in 0..SHORT {
        session.status()?;
    }
    let answered = (session.line().now() - start) / SHORT as u32;
    let rows = (PAYLOAD_MAX / Space::Stack.row_bytes()) as u32;
    let bytes: Vec<u8> = (0..rows as usize * Space::Stack.row_bytes()).map(|at| (at * 151 + 7) as u8).collect();
    let start = session.line().now();
    let mut same = 0;
    for _ in 0..LONG {
        session.poke(Space::Stack, 0, &bytes)?;
        same += u64::from(session.read(Space::Stack, 0, rows)? == bytes);
    }
    let (time, moved) = (session.line().now() - start, 2 * LONG * bytes.len() as u64);
    let rate = moved as f64 / time.as_secs_f64().max(1e-9) / 1000.0;
    let (repeated, frames) = (session.repeated() - before, SHORT + 2 * LONG);
    let many = timed && repeated * 100 > frames;
    Ok(vec![
        Check::measured("line", "answers", format!("within {:.1} ms", answered.as_secs_f64() * 1e3)),
        Check::equal("line", "blocks that come back", same.to_string(), LONG.to_string()),
        Check::measured("line", "rate", format!("{rate:.1} kB/s at {} bits/s", session.line().baud())),
        // A repetition loses nothing, but a line that needs many has a fault.
        Check {
            passed: !many,
            expected: many.then(|| "at most one in 100".into()),
            ..Check::measured("line", "frames sent again", format!("{repeated} of {frames}"))
        },
    ])
}
