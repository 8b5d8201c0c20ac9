//! Programs that prove: they are run with a limit of time, and killed by Ctrl-C; and files.

use firmware_loader::interrupt::{Interrupt, TICK};
use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The contents of a file.
pub fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

/// The text of a file.
pub fn read_text(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Done,
    /// It was killed because its time was over.
    OutOfTime,
    /// It was killed because the user wanted to end.
    Interrupted,
}

/// Runs `program` in a directory. What it says goes to the file `log` there.
pub fn run(
    directory: &Path,
    program: &str,
    arguments: &[&str],
    log: &str,
    limit: Duration,
    interrupt: &Interrupt,
) -> Result<End, String> {
    let path = directory.join(log);
    let unwritable = |error| format!("cannot write {}: {error}", path.display());
    let output = File::create(&path).map_err(unwritable)?;
    let errors = output.try_clone().map_err(unwritable)?;
    let mut command = Command::new(program);
    command.args(arguments).current_dir(directory).stdin(Stdio::null()).stdout(output).stderr(errors);
    let mut child = command.spawn().map_err(|error| {
        format!("cannot start {program}: {error}; ./setup.sh installs it, and so does Debian's package yosys")
    })?;
    let begin = Instant::now();
    loop {
        if let Some(status) = child.try_wait().map_err(|error| format!("cannot wait for {program}: {error}"))? {
            if status.success() {
                return Ok(End::Done);
            }
            return Err(format!("{program} ended with {status}; what it said is in {}", path.display()));
        }
        let end = match (begin.elapsed() >= limit, interrupt.sleep(TICK)) {
            (_, Err(_)) => End::Interrupted,
            (true, Ok(())) => End::OutOfTime,
            (false, Ok(())) => continue,
        };
        kill(&mut child);
        return Ok(end);
    }
}

/// It may have ended by itself meanwhile, so nothing can go wrong that matters.
fn kill(child: &mut Child) {
    drop(child.kill());
    drop(child.wait());
}
