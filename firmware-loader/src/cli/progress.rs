//! The bar while a module is loaded.

use crate::session::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar with bytes, rate and time left, if somebody sees it.
pub(super) fn bar(total: usize) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(total as u64), ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{bar:30} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

/// Moves the bar. Its rate is that of the bytes, without what the board does before the first one.
pub(super) fn advance(bar: &ProgressBar, progress: Progress) {
    if progress.done == 0 {
        bar.reset();
    }
    bar.set_position(progress.done as u64);
}
