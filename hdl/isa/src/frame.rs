//! Frames: what the core keeps while a call is active, and the call chain that the host reads from it.

use alloc::vec::Vec;

/// What a call needs when it returns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FrameRecord {
    /// Code address where the caller goes on, behind the call. 0, where no body begins, if the host is the caller.
    pub return_pc: u32,
    /// Index of the first branch entry that belongs to an instruction at or after `return_pc`.
    pub following: u32,
    /// The lead mark of the group at `return_pc` (see `group`).
    pub lead: u8,
    /// First slot of the caller's frame.
    pub base: u32,
    /// The caller is a function of the library (`millicode`).
    pub privileged: bool,
}

impl FrameRecord {
    /// Whether the host made the call, so that there is no frame of a caller.
    pub const fn is_outermost(&self) -> bool {
        self.return_pc == 0
    }
}

/// The frames of a call, of the records in `Space::Frames` from row 0 on, the innermost first; the last one is that of
/// the function that the host called. Records behind it are of earlier calls.
pub fn chain<E>(mut rows: impl Iterator<Item = Result<FrameRecord, E>>) -> Result<Vec<FrameRecord>, E> {
    let mut frames = Vec::new();
    while let Some(record) = rows.next().transpose()? {
        frames.push(record);
        if record.is_outermost() {
            break;
        }
    }
    Ok(frames)
}
