//! An open file below a granted directory, and the functions that are only for such files.

use super::Wasi;
use super::errno::Errno;
use super::flags::Fdflags;
use super::guest::{Guest, Step};
use super::metadata::{Filestat, Filetype};
use super::wait::{self, Halt};
use super::{Descriptor, Snapshot};
use crate::host::Memory;
use crate::interrupt::Interrupt;
use cap_std::fs::Metadata;
use rustix::fd::{AsFd, BorrowedFd};
use rustix::fs::{Advice, OFlags, fadvise, fcntl_getfl, fcntl_setfl};
use std::io;
use std::num::NonZeroU64;
use std::os::unix::fs::FileExt;

/// The system is asked never to wait in it: what may wait waits here, where it can be interrupted.
pub struct File {
    pub file: std::fs::File,
    pub ty: Filetype,
    /// What it was opened for.
    pub read: bool,
    pub write: bool,
    /// [`Fdflags::APPEND`] is that of the system too.
    flags: Fdflags,
    position: u64,
}

impl File {
    pub fn new(file: std::fs::File, ty: Filetype, (read, write): (bool, bool), flags: Fdflags) -> io::Result<File> {
        let mut file = File { file, ty, read, write, flags: Fdflags::empty(), position: 0 };
        file.set_flags(flags)?;
        Ok(file)
    }

    pub fn flags(&self) -> Fdflags {
        self.flags
    }

    pub fn set_flags(&mut self, flags: Fdflags) -> io::Result<()> {
        let mut system = fcntl_getfl(&self.file)?;
        system.set(OFlags::APPEND, flags.contains(Fdflags::APPEND));
        fcntl_setfl(&self.file, system)?;
        self.flags = flags;
        Ok(())
    }

    /// Whether it has no positions, and what is read from it comes at its own time.
    pub fn is_stream(&self) -> bool {
        !matches!(self.ty, Filetype::RegularFile | Filetype::BlockDevice)
    }

    /// From a place, or from the position on.
    pub fn read(&mut self, bytes: &mut [u8], at: Option<u64>, interrupt: &Interrupt) -> Result<usize, Halt> {
        match at {
            Some(at) => Ok(self.file.read_at(bytes, at)?),
            None if self.is_stream() && self.flags.contains(Fdflags::NONBLOCK) => {
                Ok(rustix::io::read(&self.file, bytes)?)
            }
            None if self.is_stream() => wait::read(&self.file, bytes, interrupt),
            None => {
                let count = self.file.read_at(bytes, self.position)?;
                self.position = self.position.saturating_add(count as u64);
                Ok(count)
            }
        }
    }

    /// To a place, or from the position on; in either case to the end of one that appends, as on Linux.
    pub fn write(&mut self, bytes: &[u8], at: Option<u64>, interrupt: &Interrupt) -> Result<usize, Halt> {
        match at {
            Some(at) => Ok(self.file.write_at(bytes, at)?),
            None if self.is_stream() && self.flags.contains(Fdflags::NONBLOCK) => {
                Ok(rustix::io::write(&self.file, bytes)?)
            }
            None if self.is_stream() => wait::write(&self.file, bytes, interrupt),
            None => {
                let count = self.file.write_at(bytes, self.position)?;
                self.position = match self.flags.contains(Fdflags::APPEND) {
                    true => self.file.metadata()?.len(),
                    false => self.position.saturating_add(count as u64),
                };
                Ok(count)
            }
        }
    }

    /// What to wait for, if it is not always ready.
    pub fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        self.is_stream().then(|| self.file.as_fd())
    }

    /// Whether a read would find the end.
    pub fn is_at_end(&self) -> Result<bool, Errno> {
        Ok(!self.is_stream() && self.position >= self.file.metadata()?.len())
    }

    pub fn filestat(&self) -> Result<Filestat, Errno> {
        Ok(Filestat::of(&Metadata::from_file(&self.file)?))
    }
}

/// Where an offset counts from.
enum Whence {
    Start,
    Current,
    End,
}

impl Whence {
    fn new(number: u32, snapshot: Snapshot) -> Result<Whence, Errno> {
        match (snapshot, number) {
            (Snapshot::Preview1, 0) | (Snapshot::Unstable, 2) => Ok(Whence::Start),
            (Snapshot::Preview1, 1) | (Snapshot::Unstable, 0) => Ok(Whence::Current),
            (Snapshot::Preview1, 2) | (Snapshot::Unstable, 1) => Ok(Whence::End),
            _ => Err(Errno::Inval),
        }
    }
}

impl Wasi {
    fn seekable(&mut self, fd: u32) -> Result<&mut File, Errno> {
        match self.descriptors.get(fd)? {
            Descriptor::File(file) => Ok(file),
            Descriptor::Directory(_) => Err(Errno::Badf),
            Descriptor::Input(_) | Descriptor::Output(_) => Err(Errno::Spipe),
        }
    }

    pub(super) fn fd_seek<M: Memory + ?Sized>(
        &mut self,
        guest: &mut Guest<'_, M>,
        fd: u32,
        offset: i64,
        whence: u32,
        to: u32,
    ) -> Step<M> {
        let whence = Whence::new(whence, guest.snapshot)?;
        guest.place(to, 8)?;
        let file = self.seekable(fd)?;
        let from = match whence {
            Whence::Start => 0,
            Whence::Current => file.position,
            Whence::End => file.file.metadata()?.len(),
        };
        file.position = from.checked_add_signed(offset).ok_or(Errno::Inval)?;
        guest.put_wide(to, file.position)
    }

    pub(super) fn fd_tell<M: Memory + ?Sized>(&mut self, guest: &mut Guest<'_, M>, fd: u32, to: u32) -> Step<M> {
        let position = self.seekable(fd)?.position;
        guest.put_wide(to, position)
    }

    pub(super) fn fd_advise(&mut self, fd: u32, offset: u64, length: u64, advice: u32) -> Result<(), Errno> {
        let advice = match advice {
            0 => Advice::Normal,
            1 => Advice::Sequential,
            2 => Advice::Random,
            3 => Advice::WillNeed,
            4 => Advice::DontNeed,
            5 => Advice::NoReuse,
            _ => return Err(Errno::Inval),
        };
        Ok(fadvise(&self.descriptors.file(fd)?.file, offset, NonZeroU64::new(length), advice)?)
    }

    /// Not everywhere possible, and so nowhere provided.
    pub(super) fn fd_allocate(&mut self, fd: u32) -> Result<(), Errno> {
        self.descriptors.file(fd)?;
        Err(Errno::Notsup)
    }

    pub(super) fn fd_fdstat_set_flags(&mut self, fd: u32, flags: Fdflags) -> Result<(), Errno> {
        let file = self.descriptors.file(fd)?;
        if flags.intersects(Fdflags::DSYNC | Fdflags::RSYNC | Fdflags::SYNC) {
            return Err(Errno::Inval);
        }
        Ok(file.set_flags(flags)?)
    }
}
