//! Programs of others that tests need.

use std::io::Write;
use std::process::{Command, Stdio};

/// Whether all are installed; says so if not, and not through `println!`, which says nothing for tests that pass.
pub fn installed(tools: &[&str]) -> bool {
    let missing = tools.iter().find(|tool| Command::new(tool).arg("-h").stdin(Stdio::null()).output().is_err());
    if let Some(tool) = missing {
        let _ = writeln!(std::io::stderr(), "skipped: {tool} is not installed; ./setup.sh installs it");
    }
    missing.is_none()
}
