//! Reading and writing: between buffers of the program and a descriptor, a chunk at a time.

use super::Wasi;
use super::guest::{Buffers, Guest, Step};
use super::wait::Halt;
use crate::host::Memory;

/// Whether a transfer is over: an error after the first bytes is found again by the next one.
fn is_over<T>(result: &Result<T, Halt>, total: u32) -> bool {
    matches!(result, Err(Halt::Errno(_))) && total > 0
}

impl Wasi {
    /// `fd_read`, or `fd_pread` from a place.
    pub(super) fn fd_read<M: Memory + ?Sized>(
        &mut self,
        guest: &mut Guest<'_, M>,
        fd: u32,
        (list, count): (u32, u32),
        at: Option<u64>,
        to: u32,
    ) -> Step<M> {
        guest.place(to, 4)?;
        let mut buffers: Buffers = guest.buffers(list, count)?;
        let descriptor = self.descriptors.get(fd)?;
        let (mut chunk, mut total) = (vec![0; buffers.chunk()], 0);
        loop {
            let bytes = &mut chunk[..buffers.chunk()];
            let place = at.map(|at| at.saturating_add(total.into()));
            let read = descriptor.read(bytes, place, guest.interrupt);
            if is_over(&read, total) {
                break;
            }
            let count = read?;
            guest.scatter(&mut buffers, &bytes[..count])?;
            total += count as u32;
            if count < bytes.len() || buffers.chunk() == 0 || descriptor.is_stream() {
                break;
            }
            guest.go_on()?;
        }
        guest.put(to, total)
    }

    /// `fd_write`, or `fd_pwrite` to a place.
    pub(super) fn fd_write<M: Memory + ?Sized>(
        &mut self,
        guest: &mut Guest<'_, M>,
        fd: u32,
        (list, count): (u32, u32),
        at: Option<u64>,
        to: u32,
    ) -> Step<M> {
        guest.place(to, 4)?;
        let mut buffers: Buffers = guest.buffers(list, count)?;
        let descriptor = self.descriptors.get(fd)?;
        let (mut chunk, mut total) = (vec![0; buffers.chunk()], 0);
        'all: loop {
            let mut rest = &mut chunk[..buffers.chunk()];
            guest.gather(&mut buffers, rest)?;
            // One without bytes is written too: it shows whether it can be.
            loop {
                let place = at.map(|at| at.saturating_add(total.into()));
                let written = descriptor.write(rest, place, guest.interrupt);
                if is_over(&written, total) {
                    break 'all;
                }
                let count = written?;
                total += count as u32;
                rest = &mut rest[count..];
                if rest.is_empty() {
                    break;
                }
                if count == 0 {
                    break 'all;
                }
            }
            if buffers.chunk() == 0 {
                break;
            }
            guest.go_on()?;
        }
        guest.put(to, total)
    }
}
