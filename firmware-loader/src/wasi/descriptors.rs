//! File descriptors by number, and the functions that are for all of them.

use super::Wasi;
use super::errno::Errno;
use super::files::File;
use super::flags::{Fdflags, Rights};
use super::guest::{Guest, Step};
use super::metadata::{Filestat, Filetype, NewTimes};
use super::readdir::Entry;
use super::streams::{Input, Output};
use super::wait::Halt;
use crate::host::Memory;
use crate::interrupt::Interrupt;
use cap_std::fs::Dir;
use std::collections::{BTreeMap, BTreeSet};

/// Most descriptors at once.
const MOST: usize = 1024;

pub enum Descriptor {
    Input(Input),
    Output(Output),
    Directory(Directory),
    File(File),
}

pub struct Directory {
    pub dir: Dir,
    /// The name under which it was granted, if it was.
    pub granted: Option<String>,
    /// As it was when the program began to list it.
    pub listing: Option<Vec<Entry>>,
}

impl Directory {
    pub fn new(dir: Dir, granted: Option<String>) -> Directory {
        Directory { dir, granted, listing: None }
    }
}

/// The answer of `fd_fdstat_get`.
struct Fdstat {
    ty: Filetype,
    flags: Fdflags,
    base: Rights,
    inheriting: Rights,
}

impl Descriptor {
    /// From a place, or from where it is.
    pub fn read(&mut self, bytes: &mut [u8], at: Option<u64>, interrupt: &Interrupt) -> Result<usize, Halt> {
        match self {
            Descriptor::File(file) => file.read(bytes, at, interrupt),
            Descriptor::Input(_) if at.is_some() => Err(Errno::Spipe.into()),
            Descriptor::Input(input) => input.read(bytes, interrupt),
            Descriptor::Output(_) | Descriptor::Directory(_) => Err(Errno::Badf.into()),
        }
    }

    /// To a place, or to where it is.
    pub fn write(&mut self, bytes: &[u8], at: Option<u64>, interrupt: &Interrupt) -> Result<usize, Halt> {
        match self {
            Descriptor::File(file) => file.write(bytes, at, interrupt),
            Descriptor::Output(_) if at.is_some() => Err(Errno::Spipe.into()),
            Descriptor::Output(output) => output.write(bytes, interrupt).map(|()| bytes.len()),
            Descriptor::Input(_) | Descriptor::Directory(_) => Err(Errno::Badf.into()),
        }
    }

    /// Whether what is read from it comes at its own time.
    pub fn is_stream(&self) -> bool {
        match self {
            Descriptor::Input(_) | Descriptor::Output(_) => true,
            Descriptor::Directory(_) => false,
            Descriptor::File(file) => file.is_stream(),
        }
    }

    fn fdstat(&self) -> Fdstat {
        let stream = |terminal: bool, rights: Rights| Fdstat {
            ty: Filetype::of_stream(terminal),
            flags: Fdflags::empty(),
            base: rights,
            inheriting: rights,
        };
        match self {
            Descriptor::Input(input) => stream(input.is_terminal(), Rights::FD_READ),
            Descriptor::Output(output) => stream(output.is_terminal(), Rights::FD_WRITE),
            Descriptor::Directory(directory) => {
                let (base, inheriting) = match directory.granted {
                    Some(_) => (Rights::GRANTED, Rights::GRANTED | Rights::BELOW_GRANTED),
                    None => (Rights::DIRECTORY, Rights::DIRECTORY),
                };
                Fdstat { ty: Filetype::Directory, flags: Fdflags::empty(), base, inheriting }
            }
            Descriptor::File(file) => {
                let mut base = Rights::all();
                base.set(Rights::FD_READ | Rights::FD_READDIR, file.read);
                base.set(Rights::FD_WRITE, file.write);
                Fdstat { ty: file.ty, flags: file.flags(), base, inheriting: base }
            }
        }
    }

    fn filestat(&self) -> Result<Filestat, Errno> {
        match self {
            Descriptor::Input(input) => Ok(Filestat::of_stream(Filetype::of_stream(input.is_terminal()))),
            Descriptor::Output(output) => Ok(Filestat::of_stream(Filetype::of_stream(output.is_terminal()))),
            Descriptor::Directory(directory) => Ok(Filestat::of(&directory.dir.dir_metadata()?)),
            Descriptor::File(file) => file.filestat(),
        }
    }

    fn set_times(&self, times: NewTimes) -> Result<(), Errno> {
        match self {
            Descriptor::Input(_) | Descriptor::Output(_) => Err(Errno::Badf),
            // One that was granted may be open for nothing but paths.
            Descriptor::Directory(Directory { dir, .. }) => Ok(dir.open(".")?.into_std().set_times(times.of_file())?),
            Descriptor::File(file) => Ok(file.file.set_times(times.of_file())?),
        }
    }
}

/// Those that are open. Numbers are given as wasmtime does: the highest of those that are free again, or the next.
#[derive(Default)]
pub struct Descriptors {
    open: BTreeMap<u32, Descriptor>,
    free: BTreeSet<u32>,
}

impl Descriptors {
    /// Streams and directories that were granted, of which none is being listed, and nothing else, as it was before the
    /// program ran.
    pub fn are_those_of_the_start(&self) -> bool {
        let of_the_start = |descriptor: &Descriptor| match descriptor {
            Descriptor::Input(_) | Descriptor::Output(_) => true,
            Descriptor::Directory(directory) => directory.granted.is_some() && directory.listing.is_none(),
            Descriptor::File(_) => false,
        };
        self.free.is_empty() && self.open.values().all(of_the_start)
    }

    pub fn get(&mut self, fd: u32) -> Result<&mut Descriptor, Errno> {
        self.open.get_mut(&fd).ok_or(Errno::Badf)
    }

    pub fn look(&self, fd: u32) -> Result<&Descriptor, Errno> {
        self.open.get(&fd).ok_or(Errno::Badf)
    }

    /// One that is a file.
    pub fn file(&mut self, fd: u32) -> Result<&mut File, Errno> {
        match self.get(fd)? {
            Descriptor::File(file) => Ok(file),
            _ => Err(Errno::Badf),
        }
    }

    /// One that is a directory.
    pub fn directory(&self, fd: u32) -> Result<&Dir, Errno> {
        match self.open.get(&fd) {
            Some(Descriptor::Directory(directory)) => Ok(&directory.dir),
            _ => Err(Errno::Badf),
        }
    }

    /// Whether there is room for another.
    pub fn room(&self) -> Result<(), Errno> {
        if self.open.len() < MOST { Ok(()) } else { Err(Errno::Mfile) }
    }

    pub fn add(&mut self, descriptor: Descriptor) -> Result<u32, Errno> {
        self.room()?;
        // Without free numbers, those that are open are the first ones.
        let fd = self.free.pop_last().unwrap_or(self.open.len() as u32);
        self.open.insert(fd, descriptor);
        Ok(fd)
    }

    pub fn close(&mut self, fd: u32) -> Result<(), Errno> {
        self.open.remove(&fd).ok_or(Errno::Badf)?;
        self.free.insert(fd);
        Ok(())
    }

    /// Gives the number `to`, which is open, to the descriptor `from`.
    pub fn renumber(&mut self, from: u32, to: u32) -> Result<(), Errno> {
        if !self.open.contains_key(&from) || !self.open.contains_key(&to) {
            return Err(Errno::Badf);
        }
        if from != to
            && let Some(descriptor) = self.open.remove(&from)
        {
            self.open.insert(to, descriptor);
            self.free.insert(from);
        }
        Ok(())
    }
}

impl Wasi {
    pub(super) fn fd_fdstat_get<M: Memory + ?Sized>(&mut self, guest: &mut Guest<'_, M>, fd: u32, to: u32) -> Step<M> {
        let stat = self.descriptors.get(fd)?.fdstat();
        let mut bytes = [0; 24];
        bytes[0] = stat.ty as u8;
        bytes[2..4].copy_from_slice(&(stat.flags.bits() as u16).to_le_bytes());
        bytes[8..16].copy_from_slice(&stat.base.bits().to_le_bytes());
        bytes[16..].copy_from_slice(&stat.inheriting.bits().to_le_bytes());
        guest.write(to, &bytes)
    }

    /// Rights stay as they are.
    pub(super) fn fd_fdstat_set_rights(&mut self, fd: u32) -> Result<(), Errno> {
        match self.descriptors.get(fd)? {
            Descriptor::Input(_) | Descriptor::Output(_) => Err(Errno::Badf),
            Descriptor::Directory(_) | Descriptor::File(_) => Err(Errno::Notsup),
        }
    }

    pub(super) fn fd_filestat_get<M: Memory + ?Sized>(
        &mut self,
        guest: &mut Guest<'_, M>,
        fd: u32,
        to: u32,
    ) -> Step<M> {
        let stat = self.descriptors.get(fd)?.filestat()?;
        guest.write(to, &stat.bytes(guest.snapshot))
    }

    pub(super) fn fd_filestat_set_times(&mut self, fd: u32, times: NewTimes) -> Result<(), Errno> {
        self.descriptors.get(fd)?.set_times(times)
    }

    /// The name under which a directory was granted.
    fn granted(&mut self, fd: u32) -> Result<Option<&str>, Errno> {
        match self.descriptors.get(fd)? {
            Descriptor::Directory(directory) => Ok(directory.granted.as_deref()),
            _ => Ok(None),
        }
    }

    pub(super) fn fd_prestat_get<M: Memory + ?Sized>(&mut self, guest: &mut Guest<'_, M>, fd: u32, to: u32) -> Step<M> {
        let length = self.granted(fd)?.ok_or(Errno::Badf)?.len() as u64;
        // The kind, of which there is only 0, and the length behind it.
        guest.put_wide(to, length << 32)
    }

    pub(super) fn fd_prestat_dir_name<M: Memory + ?Sized>(
        &mut self,
        guest: &mut Guest<'_, M>,
        fd: u32,
        to: u32,
        most: u32,
    ) -> Step<M> {
        let name = self.granted(fd)?.ok_or(Errno::Notdir)?;
        if name.len() > most as usize {
            return Err(Errno::Nametoolong.into());
        }
        guest.write(to, name.as_bytes())
    }

    /// There are no sockets.
    pub(super) fn not_a_socket(&mut self, fd: u32) -> Result<(), Errno> {
        self.descriptors.get(fd)?;
        Err(Errno::Notsock)
    }
}
