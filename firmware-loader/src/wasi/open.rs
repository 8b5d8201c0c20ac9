//! `path_open`.

use super::Wasi;
use super::descriptors::{Descriptor, Directory};
use super::errno::Errno;
use super::files;
use super::flags::{Fdflags, Lookupflags, Oflags, Rights, flags};
use super::guest::{Guest, Step};
use super::metadata::Filetype;
use super::paths::through_slash;
use super::wait::Halt;
use crate::host::Memory;
use crate::interrupt::{Interrupt, TICK};
use cap_fs_ext::{FollowSymlinks, OpenOptionsFollowExt, OpenOptionsSyncExt};
use cap_std::fs::{Dir, File, FileTypeExt, OpenOptions};

/// What is asked for.
struct Open<'a> {
    path: &'a str,
    lookup: Lookupflags,
    oflags: Oflags,
    rights: Rights,
    fdflags: Fdflags,
}

impl Open<'_> {
    /// As wasmtime has it: files are made and truncated by writing, and without the right to write they are read.
    fn mode(&self) -> (bool, bool) {
        let write = self.rights.contains(Rights::FD_WRITE);
        let read = self.rights.contains(Rights::FD_READ) || !write;
        (read, write || self.oflags.intersects(Oflags::CREAT | Oflags::TRUNC))
    }

    fn options(&self) -> OpenOptions {
        let (read, write) = self.mode();
        let has = |flag| self.oflags.contains(flag);
        let mut options = OpenOptions::new();
        options.read(read).write(write).truncate(has(Oflags::TRUNC));
        match has(Oflags::EXCL) {
            true => options.create_new(has(Oflags::CREAT)),
            false => options.create(has(Oflags::CREAT)),
        };
        let follow = self.lookup.contains(Lookupflags::SYMLINK_FOLLOW);
        options.follow(if follow { FollowSymlinks::Yes } else { FollowSymlinks::No });
        // Opening a pipe does not wait for its other end.
        options.nonblock(true);
        options
    }

    /// The file; that of a pipe which is only written once somebody reads it.
    fn open_when_read(&self, dir: &Dir, path: &str, interrupt: &Interrupt) -> Result<File, Halt> {
        let options = self.options();
        loop {
            let errno = match dir.open_with(path, &options) {
                Ok(file) => return Ok(file),
                Err(error) => Errno::from(error),
            };
            let unread = errno == Errno::Nxio && dir.metadata(path).is_ok_and(|there| there.file_type().is_fifo());
            if !unread || self.fdflags.contains(Fdflags::NONBLOCK) {
                return Err(errno.into());
            }
            interrupt.sleep(TICK)?;
        }
    }

    /// Opens something below a directory, and nothing outside it.
    fn below(&self, dir: &Dir, interrupt: &Interrupt) -> Result<Descriptor, Halt> {
        if self.fdflags.intersects(Fdflags::DSYNC | Fdflags::RSYNC | Fdflags::SYNC) {
            return Err(Errno::Notsup.into());
        }
        let made = self.oflags.intersects(Oflags::CREAT | Oflags::EXCL | Oflags::TRUNC);
        if self.oflags.contains(Oflags::DIRECTORY) && made {
            return Err(Errno::Inval.into());
        }
        let path = if self.oflags.contains(Oflags::CREAT) { self.path.into() } else { through_slash(self.path) };
        let file = self.open_when_read(dir, &path, interrupt)?;
        let ty = Filetype::of(file.metadata()?.file_type());
        let file = file.into_std();
        match ty {
            Filetype::Directory => Ok(Descriptor::Directory(Directory::new(Dir::from_std_file(file), None))),
            _ if self.oflags.contains(Oflags::DIRECTORY) => Err(Errno::Notdir.into()),
            _ => Ok(Descriptor::File(files::File::new(file, ty, self.mode(), self.fdflags)?)),
        }
    }
}

impl Wasi {
    /// Arguments: directory, lookupflags, path, its length, oflags, rights, inherited rights, fdflags, where to.
    pub(super) fn path_open<M: Memory + ?Sized>(&mut self, guest: &mut Guest<'_, M>, args: &[u64]) -> Step<M> {
        let &[fd, lookup, path, length, oflags, rights, inheriting, fdflags, to] = args else {
            return Err(Errno::Inval.into());
        };
        let (fd, to) = (fd as u32, to as u32);
        let (lookup, oflags, fdflags) = (flags(lookup as u32)?, flags(oflags as u32)?, flags(fdflags as u32)?);
        let rights = flags(rights)?;
        flags::<Rights>(inheriting)?;
        guest.place(to, 4)?;
        let path = guest.path((path as u32, length as u32))?;
        let dir = match self.descriptors.get(fd)? {
            Descriptor::Directory(directory) => &directory.dir,
            Descriptor::File(_) => return Err(Errno::Notdir.into()),
            Descriptor::Input(_) | Descriptor::Output(_) => return Err(Errno::Badf.into()),
        };
        let dir = dir.try_clone()?;
        self.descriptors.room()?;
        let opened = Open { path: &path, lookup, oflags, rights, fdflags }.below(&dir, guest.interrupt)?;
        let fd = self.descriptors.add(opened)?;
        guest.put(to, fd)
    }
}
