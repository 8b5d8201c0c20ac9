//! What is known of a file: `filetype`, `filestat`, and the times that can be set.

use super::Snapshot;
use super::errno::Errno;
use super::flags::Fstflags;
use cap_std::fs::{FileType, FileTypeExt, Metadata, MetadataExt};
use std::fs::FileTimes;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Filetype {
    /// Pipes too, which have no number of their own.
    Unknown = 0,
    BlockDevice = 1,
    CharacterDevice = 2,
    Directory = 3,
    RegularFile = 4,
    SocketStream = 6,
    SymbolicLink = 7,
}

impl Filetype {
    pub fn of(ty: FileType) -> Filetype {
        match ty {
            _ if ty.is_dir() => Filetype::Directory,
            _ if ty.is_file() => Filetype::RegularFile,
            _ if ty.is_symlink() => Filetype::SymbolicLink,
            _ if ty.is_char_device() => Filetype::CharacterDevice,
            _ if ty.is_block_device() => Filetype::BlockDevice,
            _ if ty.is_socket() => Filetype::SocketStream,
            _ => Filetype::Unknown,
        }
    }

    /// Of a standard stream.
    pub fn of_stream(terminal: bool) -> Filetype {
        if terminal { Filetype::CharacterDevice } else { Filetype::Unknown }
    }
}

/// Times in nanoseconds since 1970.
pub struct Filestat {
    dev: u64,
    ino: u64,
    ty: Filetype,
    nlink: u64,
    size: u64,
    atim: u64,
    mtim: u64,
    ctim: u64,
}

impl Filestat {
    pub fn of(metadata: &Metadata) -> Filestat {
        let nanoseconds = |seconds: i64, part: i64| {
            let all = i128::from(seconds) * 1_000_000_000 + i128::from(part);
            u64::try_from(all).unwrap_or(0)
        };
        Filestat {
            dev: metadata.dev(),
            ino: metadata.ino(),
            ty: Filetype::of(metadata.file_type()),
            nlink: metadata.nlink(),
            size: metadata.len(),
            atim: nanoseconds(metadata.atime(), metadata.atime_nsec()),
            mtim: nanoseconds(metadata.mtime(), metadata.mtime_nsec()),
            ctim: nanoseconds(metadata.ctime(), metadata.ctime_nsec()),
        }
    }

    /// Of a standard stream, of which only the type is told.
    pub fn of_stream(ty: Filetype) -> Filestat {
        Filestat { dev: 0, ino: 0, ty, nlink: 0, size: 0, atim: 0, mtim: 0, ctim: 0 }
    }

    /// As it lies in memory: the older module has links of 32 bits, behind the type.
    pub fn bytes(&self, snapshot: Snapshot) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(64);
        bytes.extend([self.dev, self.ino].map(u64::to_le_bytes).as_flattened());
        match snapshot {
            Snapshot::Preview1 => {
                bytes.extend([self.ty as u64, self.nlink].map(u64::to_le_bytes).as_flattened());
            }
            Snapshot::Unstable => {
                let links = u32::try_from(self.nlink).unwrap_or(u32::MAX);
                bytes.extend([self.ty as u32, links].map(u32::to_le_bytes).as_flattened());
            }
        }
        bytes.extend([self.size, self.atim, self.mtim, self.ctim].map(u64::to_le_bytes).as_flattened());
        bytes
    }
}

/// Times of access and modification that a file is to have; `None` leaves one as it is.
#[derive(Clone, Copy)]
pub struct NewTimes {
    pub accessed: Option<SystemTime>,
    pub modified: Option<SystemTime>,
}

impl NewTimes {
    pub fn new(atim: u64, mtim: u64, flags: Fstflags) -> Result<NewTimes, Errno> {
        let time = |at: u64, set: Fstflags, now: Fstflags| match (flags.contains(set), flags.contains(now)) {
            (true, true) => Err(Errno::Inval),
            (true, false) => Ok(Some(UNIX_EPOCH + Duration::from_nanos(at))),
            (false, true) => Ok(Some(SystemTime::now())),
            (false, false) => Ok(None),
        };
        Ok(NewTimes {
            accessed: time(atim, Fstflags::ATIM, Fstflags::ATIM_NOW)?,
            modified: time(mtim, Fstflags::MTIM, Fstflags::MTIM_NOW)?,
        })
    }

    pub fn of_file(self) -> FileTimes {
        let times = self.accessed.map_or(FileTimes::new(), |time| FileTimes::new().set_accessed(time));
        self.modified.map_or(times, |time| times.set_modified(time))
    }
}
