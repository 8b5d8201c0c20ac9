//! The bar while a module is loaded, and Ctrl-C.

use super::Failure;
use crate::session::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A bar with bytes, rate and time left, if somebody sees it.
pub(super) fn bar(total: usize) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(total as u64), ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{bar:30} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

/// Moves the bar.
pub(super) fn advance(bar: &ProgressBar, progress: Progress) {
    bar.set_position(progress.done as u64);
}

/// From now on Ctrl-C sets this instead of ending the process.
pub(super) fn interrupts() -> Result<Arc<AtomicBool>, Failure> {
    let interrupted = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&interrupted);
    let handler = move || flag.store(true, Ordering::Relaxed);
    ctrlc::set_handler(handler).map_err(|e| Failure::new(format!("cannot watch for Ctrl-C: {e}")))?;
    Ok(interrupted)
}
