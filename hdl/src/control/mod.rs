//! What takes over from the pipeline: the sequencer for calls and wide branches, the host for everything.

pub mod host;
pub mod sequencer;
