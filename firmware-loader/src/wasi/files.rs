//! What file descriptors stand for.

use super::errno::Errno;
use cap_std::fs::{Dir, File, Metadata, OpenOptions};
use cap_std::time::SystemTime;
use std::collections::BTreeMap;
use std::io::{Read, Seek, SeekFrom, Write};

/// Numbers of file types (`filetype`).
pub mod filetype {
    pub const UNKNOWN: u8 = 0;
    pub const CHARACTER_DEVICE: u8 = 2;
    pub const DIRECTORY: u8 = 3;
    pub const REGULAR: u8 = 4;
    pub const SYMBOLIC_LINK: u8 = 7;
}

/// Bits of `rights` that matter here.
pub mod rights {
    pub const READ: u64 = 1 << 1;
    pub const SEEK: u64 = 1 << 2;
    pub const TELL: u64 = 1 << 5;
    pub const WRITE: u64 = 1 << 6;
    pub const PATH_CREATE_FILE: u64 = 1 << 10;
    pub const PATH_OPEN: u64 = 1 << 13;
    pub const READDIR: u64 = 1 << 14;
    pub const PATH_FILESTAT: u64 = 1 << 18;
    pub const FILESTAT: u64 = 1 << 21;
}

/// Bits of `oflags` and `fdflags`.
const CREATE: u32 = 1;
const DIRECTORY: u32 = 2;
const EXCLUSIVE: u32 = 4;
const TRUNCATE: u32 = 8;
const APPEND: u32 = 1;

/// Most descriptors at once.
const MOST: usize = 1024;

/// An open file descriptor.
pub enum Descriptor {
    Input(Box<dyn Read>),
    /// With whether somebody watches it.
    Output(Box<dyn Write>, bool),
    /// With the name under which a directory was granted.
    Directory(Dir, Option<String>),
    File {
        file: File,
        read: bool,
        write: bool,
        append: bool,
    },
}

/// What `path_open` is asked for.
pub struct Open<'a> {
    pub path: &'a str,
    pub follow: bool,
    pub oflags: u32,
    pub rights: u64,
    pub fdflags: u32,
}

impl Descriptor {
    pub fn read(&mut self, bytes: &mut [u8]) -> Result<usize, Errno> {
        match self {
            Descriptor::Input(input) => Ok(input.read(bytes)?),
            Descriptor::File { file, read: true, .. } => Ok(file.read(bytes)?),
            Descriptor::Directory(..) => Err(Errno::Isdir),
            _ => Err(Errno::Badf),
        }
    }

    pub fn write(&mut self, bytes: &[u8]) -> Result<usize, Errno> {
        match self {
            Descriptor::Output(output, _) => {
                output.write_all(bytes)?;
                output.flush()?;
                Ok(bytes.len())
            }
            Descriptor::File { file, write: true, .. } => Ok(file.write(bytes)?),
            _ => Err(Errno::Badf),
        }
    }

    pub fn seek(&mut self, to: SeekFrom) -> Result<u64, Errno> {
        match self {
            Descriptor::File { file, .. } => Ok(file.seek(to)?),
            Descriptor::Directory(..) => Err(Errno::Badf),
            _ => Err(Errno::Spipe),
        }
    }

    pub fn directory(&self) -> Result<&Dir, Errno> {
        match self {
            Descriptor::Directory(dir, _) => Ok(dir),
            _ => Err(Errno::Notdir),
        }
    }

    /// File type, flags, and what can be done with it and with what is opened below it.
    pub fn status(&self) -> (u8, u16, u64, u64) {
        let file = rights::READ | rights::WRITE | rights::SEEK | rights::TELL | rights::FILESTAT;
        match self {
            Descriptor::Input(_) => (filetype::UNKNOWN, 0, rights::READ, 0),
            Descriptor::Output(_, true) => (filetype::CHARACTER_DEVICE, 0, rights::WRITE, 0),
            Descriptor::Output(_, false) => (filetype::UNKNOWN, 0, rights::WRITE, 0),
            Descriptor::Directory(..) => {
                let own = rights::PATH_CREATE_FILE | rights::PATH_OPEN | rights::READDIR | rights::PATH_FILESTAT;
                (filetype::DIRECTORY, 0, own | rights::FILESTAT, own | file)
            }
            Descriptor::File { read, write, append, .. } => {
                let unless = |there: bool, right: u64| if there { 0 } else { right };
                let own = file & !unless(*read, rights::READ) & !unless(*write, rights::WRITE);
                (filetype::REGULAR, u16::from(*append), own, 0)
            }
        }
    }

    /// Flags stay as they were when it was opened.
    pub fn set_flags(&self, flags: u32) -> Result<(), Errno> {
        if flags == u32::from(self.status().1) { Ok(()) } else { Err(Errno::Notsup) }
    }

    /// The 64 bytes of `filestat`.
    pub fn filestat(&self) -> Result<[u8; 64], Errno> {
        match self {
            Descriptor::Directory(dir, _) => Ok(filestat(&dir.dir_metadata()?)),
            Descriptor::File { file, .. } => Ok(filestat(&file.metadata()?)),
            _ => {
                let mut bytes = [0; 64];
                bytes[16] = self.status().0;
                Ok(bytes)
            }
        }
    }
}

/// The type of a file.
pub fn type_of(ty: cap_std::fs::FileType) -> u8 {
    match ty {
        _ if ty.is_dir() => filetype::DIRECTORY,
        _ if ty.is_file() => filetype::REGULAR,
        _ if ty.is_symlink() => filetype::SYMBOLIC_LINK,
        _ => filetype::UNKNOWN,
    }
}

/// Device, inode, type, links, size, and times of access, change and creation in nanoseconds, eight bytes each.
pub fn filestat(metadata: &Metadata) -> [u8; 64] {
    let nanoseconds = |time: std::io::Result<SystemTime>| {
        let since = time.ok().and_then(|t| t.into_std().duration_since(std::time::UNIX_EPOCH).ok());
        since.map_or(0, |t| t.as_nanos() as u64)
    };
    let (device, inode, links) = identity(metadata);
    let (accessed, modified) = (nanoseconds(metadata.accessed()), nanoseconds(metadata.modified()));
    let ty = type_of(metadata.file_type()).into();
    let fields = [device, inode, ty, links, metadata.len(), accessed, modified, nanoseconds(metadata.created())];
    let mut bytes = [0; 64];
    for (place, field) in bytes.as_chunks_mut().0.iter_mut().zip(fields) {
        *place = field.to_le_bytes();
    }
    bytes
}

/// Device, inode and number of links, where there are such things.
fn identity(metadata: &Metadata) -> (u64, u64, u64) {
    #[cfg(unix)]
    {
        use cap_std::fs::MetadataExt;
        (metadata.dev(), metadata.ino(), metadata.nlink())
    }
    #[cfg(not(unix))]
    {
        let _ = metadata;
        (0, 0, 1)
    }
}

/// Opens something below a directory, and nothing outside it.
pub fn open(dir: &Dir, what: &Open<'_>) -> Result<Descriptor, Errno> {
    if what.fdflags & !APPEND != 0 {
        return Err(Errno::Notsup);
    }
    if !what.follow && dir.symlink_metadata(what.path).is_ok_and(|m| m.is_symlink()) {
        return Err(Errno::Loop);
    }
    let there = dir.metadata(what.path);
    let is_dir = there.as_ref().is_ok_and(|m| m.is_dir());
    if is_dir || what.oflags & DIRECTORY != 0 {
        if what.oflags & CREATE != 0 {
            return Err(if is_dir { Errno::Isdir } else { Errno::Inval });
        }
        if what.oflags & DIRECTORY == 0 && what.rights & rights::WRITE != 0 {
            return Err(Errno::Isdir);
        }
        return Ok(Descriptor::Directory(dir.open_dir(what.path)?, None));
    }
    // Opening a pipe or a device could wait for ever.
    if there.is_ok_and(|m| !m.is_file()) {
        return Err(Errno::Acces);
    }
    let (read, write) = (what.rights & rights::READ != 0, what.rights & rights::WRITE != 0);
    let (append, create) = (what.fdflags & APPEND != 0, what.oflags & CREATE != 0);
    let mut options = OpenOptions::new();
    options.read(read || !write).append(append && write).write(write);
    options.truncate(what.oflags & TRUNCATE != 0 && write);
    match (create, what.oflags & EXCLUSIVE != 0) {
        // A file that is made can only be made by writing to it.
        (true, _) if !write => return Err(Errno::Inval),
        (true, true) => options.create_new(true),
        (true, false) => options.create(true),
        _ => &mut options,
    };
    Ok(Descriptor::File { file: dir.open_with(what.path, &options)?, read, write, append })
}

/// Descriptors by number.
#[derive(Default)]
pub struct Descriptors(BTreeMap<u32, Descriptor>);

impl Descriptors {
    pub fn get(&mut self, fd: u32) -> Result<&mut Descriptor, Errno> {
        self.0.get_mut(&fd).ok_or(Errno::Badf)
    }

    /// The lowest free number.
    pub fn add(&mut self, descriptor: Descriptor) -> Result<u32, Errno> {
        if self.0.len() >= MOST {
            return Err(Errno::Mfile);
        }
        let fd = (0..).find(|fd| !self.0.contains_key(fd)).ok_or(Errno::Mfile)?;
        self.0.insert(fd, descriptor);
        Ok(fd)
    }

    pub fn close(&mut self, fd: u32) -> Result<(), Errno> {
        self.0.remove(&fd).map(|_| ()).ok_or(Errno::Badf)
    }
}
