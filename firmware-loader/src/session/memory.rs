//! Linear memory of a board, byte by byte, over a link that knows rows.

use super::{LinkError, Session};
use crate::host::Memory;
use crate::line::Line;
use isa::host::{Space, control};
use isa::memory::MemorySizes;

const ROW: u32 = Space::Memory.row_bytes() as u32;

/// The linear memory of a core that does not run.
pub struct BoardMemory<'a, L> {
    session: &'a mut Session<L>,
    /// What the module declares, for boards whose registers cannot be read and whose memory cannot grow.
    declared: u64,
    /// Something that was written is not there: a pool of blocks was empty.
    lost: bool,
}

impl<'a, L: Line> BoardMemory<'a, L> {
    pub fn new(session: &'a mut Session<L>, declared: u64) -> BoardMemory<'a, L> {
        BoardMemory { session, declared, lost: false }
    }

    /// Whether something that was written found no room.
    pub fn is_lost(&self) -> bool {
        self.lost
    }

    /// The row that holds an address, and how many rows there are up to an end.
    fn span(address: u32, bytes: usize) -> (u32, u32) {
        let end = u64::from(address) + bytes as u64;
        let first = address / ROW;
        (first, (end.div_ceil(ROW.into()) as u32).saturating_sub(first))
    }
}

impl<L: Line> Memory for BoardMemory<'_, L> {
    type Error = LinkError;

    fn size(&mut self) -> Result<u64, LinkError> {
        let mut sizes = MemorySizes { declared: self.declared, ..MemorySizes::default() };
        sizes.there = self.session.board().address_bytes();
        if self.session.board().can_read(Space::Control) {
            let row = self.session.read(Space::Control, control::MEMORY_BYTES, 1)?;
            sizes.declared = row.first_chunk().map_or(0, |&bytes| u64::from_le_bytes(bytes));
        }
        Ok(sizes.reachable())
    }

    fn read(&mut self, address: u32, bytes: &mut [u8]) -> Result<(), LinkError> {
        let (first, rows) = Self::span(address, bytes.len());
        let contents = self.session.read(Space::Memory, first, rows)?;
        let skip = (address % ROW) as usize;
        bytes.copy_from_slice(&contents[skip..skip + bytes.len()]);
        Ok(())
    }

    fn write(&mut self, address: u32, bytes: &[u8]) -> Result<(), LinkError> {
        if bytes.is_empty() {
            return Ok(());
        }
        let (first, rows) = Self::span(address, bytes.len());
        let last = first + rows - 1;
        let mut contents = vec![0; (rows * ROW) as usize];
        let skip = (address % ROW) as usize;
        // What the outer rows hold beside the bytes stays.
        if skip != 0 {
            let row = self.session.read(Space::Memory, first, 1)?;
            contents[..ROW as usize].copy_from_slice(&row);
        }
        if !(skip + bytes.len()).is_multiple_of(ROW as usize) && (last != first || skip == 0) {
            let row = self.session.read(Space::Memory, last, 1)?;
            contents[((rows - 1) * ROW) as usize..].copy_from_slice(&row);
        }
        contents[skip..skip + bytes.len()].copy_from_slice(bytes);
        self.session.poke(Space::Memory, first, &contents)?;
        if self.session.board().has_pool() {
            self.lost |= self.session.read(Space::Memory, first, rows)? != contents;
        }
        Ok(())
    }

    fn cycles(&mut self) -> Result<u64, LinkError> {
        self.session.status().map(|report| report.cycles)
    }
}
