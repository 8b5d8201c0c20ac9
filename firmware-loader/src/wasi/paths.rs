//! Functions of paths below directories. What a path may name, [`cap_std`] decides: nothing outside the directory that
//! it starts from, neither by `..` or an absolute path nor through a symbolic link.

use super::Wasi;
use super::errno::Errno;
use super::flags::Lookupflags;
use super::guest::{Guest, Step};
use super::metadata::{Filestat, NewTimes};
use crate::host::Memory;
use cap_fs_ext::{DirExt, OpenOptionsSyncExt, SystemTimeSpec};
use cap_std::fs::{Dir, OpenOptions};
use std::borrow::Cow;
use std::os::unix::ffi::OsStringExt;

/// Address and length of a path.
pub type Path = (u32, u32);

/// A path with a slash at its end names what a link there leads to, which has to be a directory; the other functions
/// of `cap_std` know.
pub fn through_slash(path: &str) -> Cow<'_, str> {
    if path.ends_with('/') { Cow::Owned(format!("{path}.")) } else { Cow::Borrowed(path) }
}

/// Whether a link at the end of a path is followed.
fn follows(lookup: Lookupflags, path: &str) -> bool {
    lookup.contains(Lookupflags::SYMLINK_FOLLOW) || path.ends_with('/')
}

/// A name with a slash at its end is one for a directory: nothing else is renamed to it.
fn check_slash(from: &Dir, old: &str, to: &Dir, new: &str) -> Result<(), Errno> {
    let path = new.trim_end_matches('/');
    let (parent, name) = path.rsplit_once('/').unwrap_or((".", path));
    let is_plain = |dir: &Dir, path: &str| dir.symlink_metadata(path).is_ok_and(|there| !there.is_dir());
    if path == new || old.ends_with('/') || matches!(name, "" | "." | "..") || !is_plain(from, old) {
        return Ok(());
    }
    match to.symlink_metadata(path).map_err(Errno::from) {
        Ok(_) => Err(Errno::Notdir),
        Err(Errno::Noent) => to.metadata(parent).map_err(Errno::from).and(Err(Errno::Notdir)),
        Err(errno) => Err(errno),
    }
}

/// Sets times of what a path leads to, through links.
fn set_times(dir: &Dir, path: &str, times: NewTimes) -> Result<(), Errno> {
    let mut options = OpenOptions::new();
    // Opening a pipe does not wait for its other end.
    options.read(true).nonblock(true);
    let opened = dir.open_with(path, &options).map(|file| file.into_std().set_times(times.of_file()));
    match opened.map_err(Errno::from) {
        Ok(set) => Ok(set?),
        // One that may not be read, but be written.
        Err(Errno::Acces) if dir.metadata(path)?.is_file() => {
            let [accessed, modified] = [times.accessed, times.modified].map(absolute);
            Ok(dir.set_times(path, accessed, modified)?)
        }
        Err(errno) => Err(errno),
    }
}

fn absolute(time: Option<std::time::SystemTime>) -> Option<SystemTimeSpec> {
    time.map(|time| SystemTimeSpec::Absolute(cap_std::time::SystemTime::from_std(time)))
}

impl Wasi {
    pub(super) fn path_create_directory<M: Memory + ?Sized>(
        &mut self,
        guest: &mut Guest<'_, M>,
        fd: u32,
        path: Path,
    ) -> Step<M> {
        let path = guest.path(path)?;
        Ok(self.descriptors.directory(fd)?.create_dir(path)?)
    }

    pub(super) fn path_remove_directory<M: Memory + ?Sized>(
        &mut self,
        guest: &mut Guest<'_, M>,
        fd: u32,
        path: Path,
    ) -> Step<M> {
        let path = guest.path(path)?;
        Ok(self.descriptors.directory(fd)?.remove_dir(path)?)
    }

    pub(super) fn path_unlink_file<M: Memory + ?Sized>(
        &mut self,
        guest: &mut Guest<'_, M>,
        fd: u32,
        path: Path,
    ) -> Step<M> {
        let path = guest.path(path)?;
        Ok(self.descriptors.directory(fd)?.remove_file(path)?)
    }

    pub(super) fn path_rename<M: Memory + ?Sized>(
        &mut self,
        guest: &mut Guest<'_, M>,
        (old_fd, old): (u32, Path),
        (new_fd, new): (u32, Path),
    ) -> Step<M> {
        let (old, new) = (guest.path(old)?, guest.path(new)?);
        let (from, to) = (self.descriptors.directory(old_fd)?, self.descriptors.directory(new_fd)?);
        check_slash(from, &old, to, &new)?;
        Ok(from.rename(old, to, new)?)
    }

    pub(super) fn path_link<M: Memory + ?Sized>(
        &mut self,
        guest: &mut Guest<'_, M>,
        lookup: Lookupflags,
        (old_fd, old): (u32, Path),
        (new_fd, new): (u32, Path),
    ) -> Step<M> {
        let (old, new) = (guest.path(old)?, guest.path(new)?);
        let (from, to) = (self.descriptors.directory(old_fd)?, self.descriptors.directory(new_fd)?);
        // A link to what a symbolic link leads to cannot be made.
        if lookup.contains(Lookupflags::SYMLINK_FOLLOW) {
            return Err(Errno::Inval.into());
        }
        Ok(from.hard_link(old, to, new)?)
    }

    pub(super) fn path_symlink<M: Memory + ?Sized>(
        &mut self,
        guest: &mut Guest<'_, M>,
        content: Path,
        fd: u32,
        path: Path,
    ) -> Step<M> {
        let (content, path) = (guest.path(content)?, guest.path(path)?);
        Ok(self.descriptors.directory(fd)?.symlink(content, path)?)
    }

    pub(super) fn path_readlink<M: Memory + ?Sized>(
        &mut self,
        guest: &mut Guest<'_, M>,
        fd: u32,
        path: Path,
        (buffer, size): (u32, u32),
        to: u32,
    ) -> Step<M> {
        let path = guest.path(path)?;
        let content = self.descriptors.directory(fd)?.read_link(path)?.into_os_string().into_vec();
        let mut content = String::from_utf8(content).map_err(|_| Errno::Ilseq)?.into_bytes();
        content.truncate(size as usize);
        guest.write(buffer, &content)?;
        guest.put(to, content.len() as u32)
    }

    pub(super) fn path_filestat_get<M: Memory + ?Sized>(
        &mut self,
        guest: &mut Guest<'_, M>,
        fd: u32,
        lookup: Lookupflags,
        path: Path,
        to: u32,
    ) -> Step<M> {
        let path = guest.path(path)?;
        let dir = self.descriptors.directory(fd)?;
        let metadata = match follows(lookup, &path) {
            true => dir.metadata(&*through_slash(&path))?,
            false => dir.symlink_metadata(path)?,
        };
        guest.write(to, &Filestat::of(&metadata).bytes(guest.snapshot))
    }

    pub(super) fn path_filestat_set_times<M: Memory + ?Sized>(
        &mut self,
        guest: &mut Guest<'_, M>,
        fd: u32,
        lookup: Lookupflags,
        path: Path,
        times: NewTimes,
    ) -> Step<M> {
        let path = guest.path(path)?;
        let dir = self.descriptors.directory(fd)?;
        if follows(lookup, &path) {
            return Ok(set_times(dir, &through_slash(&path), times)?);
        }
        let [accessed, modified] = [times.accessed, times.modified].map(absolute);
        Ok(dir.set_symlink_times(path, accessed, modified)?)
    }
}
