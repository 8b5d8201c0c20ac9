//! What the functions do. Arguments and layouts are those of `wasi_snapshot_preview1.witx`; every address is the
//! program's and checked where it is used.

use super::Wasi;
use super::errno::Errno;
use super::files::{self, Descriptor, Open};
use super::guest::{Guest, Step};
use crate::host::Memory;
use rand::Rng;
use std::io::SeekFrom;
use std::time::{SystemTime, UNIX_EPOCH};

/// `whence`: from here.
pub const CURRENT: u32 = 1;
/// `lookupflags`: the last part of a path may be a symbolic link.
const FOLLOW: u32 = 1;
/// Bytes of a `dirent` without its name.
const ENTRY: usize = 24;

/// Addresses of strings, and the strings with the 0 at their ends.
pub fn strings<M: Memory + ?Sized>(list: &[Vec<u8>], guest: &mut Guest<'_, M>, table: u32, bytes: u32) -> Step<M> {
    let mut at = bytes;
    let addresses: Vec<u8> = (list.iter())
        .flat_map(|string| {
            let address = at;
            at = at.wrapping_add(string.len() as u32);
            address.to_le_bytes()
        })
        .collect();
    guest.write(table, &addresses)?;
    guest.write(bytes, &list.concat())
}

/// The number of strings and of their bytes.
pub fn sizes<M: Memory + ?Sized>(list: &[Vec<u8>], guest: &mut Guest<'_, M>, count: u32, bytes: u32) -> Step<M> {
    guest.put(count, list.len() as u32)?;
    guest.put(bytes, list.iter().map(Vec::len).sum::<usize>() as u32)
}

impl Wasi {
    pub(super) fn clock_res_get<M: Memory + ?Sized>(&self, guest: &mut Guest<'_, M>, clock: u32, to: u32) -> Step<M> {
        if clock > 1 {
            return Err(Errno::Inval.into());
        }
        guest.put_wide(to, 1000)
    }

    /// Clock 0 is the calendar's, 1 counts from the start of the program.
    pub(super) fn clock_time_get<M: Memory + ?Sized>(&self, guest: &mut Guest<'_, M>, clock: u32, to: u32) -> Step<M> {
        let time = match clock {
            0 => SystemTime::now().duration_since(UNIX_EPOCH).map_err(|_| Errno::Io)?,
            1 => self.start.elapsed(),
            _ => return Err(Errno::Inval.into()),
        };
        guest.put_wide(to, time.as_nanos() as u64)
    }

    pub(super) fn random_get<M: Memory + ?Sized>(&mut self, guest: &mut Guest<'_, M>, to: u32, count: u32) -> Step<M> {
        // Whether there is so much memory shows before there are so many numbers.
        let mut bytes = guest.read(to, count)?;
        self.random.fill_bytes(&mut bytes);
        guest.write(to, &bytes)
    }

    pub(super) fn fd_fdstat_get<M: Memory + ?Sized>(&mut self, guest: &mut Guest<'_, M>, fd: u32, to: u32) -> Step<M> {
        let (ty, flags, own, inherited) = self.descriptors.get(fd)?.status();
        let mut bytes = [0; 24];
        bytes[0] = ty;
        bytes[2..4].copy_from_slice(&flags.to_le_bytes());
        bytes[8..16].copy_from_slice(&own.to_le_bytes());
        bytes[16..].copy_from_slice(&inherited.to_le_bytes());
        guest.write(to, &bytes)
    }

    pub(super) fn fd_filestat_get<M: Memory + ?Sized>(
        &mut self,
        guest: &mut Guest<'_, M>,
        fd: u32,
        to: u32,
    ) -> Step<M> {
        guest.write(to, &self.descriptors.get(fd)?.filestat()?)
    }

    /// The name under which a directory was granted.
    fn granted(&mut self, fd: u32) -> Result<&str, Errno> {
        match self.descriptors.get(fd)? {
            Descriptor::Directory(_, Some(name)) => Ok(name),
            _ => Err(Errno::Badf),
        }
    }

    pub(super) fn fd_prestat_get<M: Memory + ?Sized>(&mut self, guest: &mut Guest<'_, M>, fd: u32, to: u32) -> Step<M> {
        let length = self.granted(fd)?.len() as u64;
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
        let name = self.granted(fd)?;
        if name.len() > most as usize {
            return Err(Errno::Nametoolong.into());
        }
        guest.write(to, name.as_bytes())
    }

    pub(super) fn fd_read<M: Memory + ?Sized>(
        &mut self,
        guest: &mut Guest<'_, M>,
        fd: u32,
        buffers: u32,
        count: u32,
        to: u32,
    ) -> Step<M> {
        let buffers = guest.buffers(buffers, count)?;
        let mut bytes = vec![0; buffers.iter().map(|&(_, size)| size as usize).sum()];
        let count = self.descriptors.get(fd)?.read(&mut bytes)?;
        let mut rest = &bytes[..count];
        for (address, size) in buffers {
            let (now, later) = rest.split_at(rest.len().min(size as usize));
            if !now.is_empty() {
                guest.write(address, now)?;
            }
            rest = later;
        }
        guest.put(to, count as u32)
    }

    pub(super) fn fd_write<M: Memory + ?Sized>(
        &mut self,
        guest: &mut Guest<'_, M>,
        fd: u32,
        buffers: u32,
        count: u32,
        to: u32,
    ) -> Step<M> {
        let mut bytes = Vec::new();
        for (address, size) in guest.buffers(buffers, count)? {
            if size > 0 {
                bytes.extend(guest.read(address, size)?);
            }
        }
        let count = self.descriptors.get(fd)?.write(&bytes)?;
        guest.put(to, count as u32)
    }

    pub(super) fn fd_seek<M: Memory + ?Sized>(
        &mut self,
        guest: &mut Guest<'_, M>,
        fd: u32,
        offset: i64,
        whence: u32,
        to: u32,
    ) -> Step<M> {
        let position = match whence {
            0 => SeekFrom::Start(u64::try_from(offset).map_err(|_| Errno::Inval)?),
            CURRENT => SeekFrom::Current(offset),
            2 => SeekFrom::End(offset),
            _ => return Err(Errno::Inval.into()),
        };
        let position = self.descriptors.get(fd)?.seek(position)?;
        guest.put_wide(to, position)
    }

    /// Entries from number `cookie` on, in the order of their names; the last one is cut where the buffer ends.
    pub(super) fn fd_readdir<M: Memory + ?Sized>(
        &mut self,
        guest: &mut Guest<'_, M>,
        fd: u32,
        (buffer, size): (u32, u32),
        cookie: u64,
        to: u32,
    ) -> Step<M> {
        let dir = self.descriptors.get(fd)?.directory()?;
        let mut entries = [".", ".."].map(|name| (name.to_string(), files::filetype::DIRECTORY)).to_vec();
        for entry in dir.entries()? {
            let entry = entry?;
            // Others have no name in this interface.
            if let Ok(name) = entry.file_name().into_string() {
                entries.push((name, files::type_of(entry.file_type()?)));
            }
        }
        entries[2..].sort();
        let (most, mut bytes) = (size as usize, Vec::new());
        let from = usize::try_from(cookie).unwrap_or(usize::MAX);
        for (index, (name, ty)) in entries.iter().enumerate().skip(from) {
            if bytes.len() >= most {
                break;
            }
            let mut head = [0; ENTRY];
            head[..8].copy_from_slice(&(index as u64 + 1).to_le_bytes());
            head[16..20].copy_from_slice(&(name.len() as u32).to_le_bytes());
            head[20] = *ty;
            bytes.extend(head);
            bytes.extend(name.as_bytes());
        }
        bytes.truncate(most);
        guest.write(buffer, &bytes)?;
        guest.put(to, bytes.len() as u32)
    }

    pub(super) fn path_filestat_get<M: Memory + ?Sized>(
        &mut self,
        guest: &mut Guest<'_, M>,
        fd: u32,
        flags: u32,
        (path, length): (u32, u32),
        to: u32,
    ) -> Step<M> {
        let path = guest.path(path, length)?;
        let dir = self.descriptors.get(fd)?.directory()?;
        let metadata = if flags & FOLLOW != 0 { dir.metadata(path)? } else { dir.symlink_metadata(path)? };
        guest.write(to, &files::filestat(&metadata))
    }

    /// Arguments: directory, lookupflags, path, its length, oflags, rights, inherited rights, fdflags, where to.
    pub(super) fn path_open<M: Memory + ?Sized>(&mut self, guest: &mut Guest<'_, M>, args: &[u64]) -> Step<M> {
        let &[fd, flags, path, length, oflags, rights, _, fdflags, to] = args else { return Err(Errno::Inval.into()) };
        let path = guest.path(path as u32, length as u32)?;
        let (follow, oflags, fdflags) = (flags as u32 & FOLLOW != 0, oflags as u32, fdflags as u32);
        let what = Open { path: &path, follow, oflags, rights, fdflags };
        // Nothing is opened whose number has no place to go.
        guest.put(to as u32, 0)?;
        let opened = files::open(self.descriptors.get(fd as u32)?.directory()?, &what)?;
        let fd = self.descriptors.add(opened)?;
        guest.put(to as u32, fd)
    }
}
