//! Sets of bits in `wasi_snapshot_preview1.witx`, under its names. A bit without a name is an error.

use super::errno::Errno;
use bitflags::bitflags;

bitflags! {
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Lookupflags: u32 {
        const SYMLINK_FOLLOW = 1 << 0;
    }

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Oflags: u32 {
        const CREAT     = 1 << 0;
        const DIRECTORY = 1 << 1;
        const EXCL      = 1 << 2;
        const TRUNC     = 1 << 3;
    }

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Fdflags: u32 {
        const APPEND   = 1 << 0;
        const DSYNC    = 1 << 1;
        const NONBLOCK = 1 << 2;
        const RSYNC    = 1 << 3;
        const SYNC     = 1 << 4;
    }

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Fstflags: u32 {
        const ATIM     = 1 << 0;
        const ATIM_NOW = 1 << 1;
        const MTIM     = 1 << 2;
        const MTIM_NOW = 1 << 3;
    }

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Subclockflags: u32 {
        const ABSTIME = 1 << 0;
    }

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Riflags: u32 {
        const RECV_PEEK    = 1 << 0;
        const RECV_WAITALL = 1 << 1;
    }

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Sdflags: u32 {
        const RD = 1 << 0;
        const WR = 1 << 1;
    }

    /// What can be done with a descriptor. Told, as programs ask, but not checked: what can be done is what the system
    /// allows with how the file was opened.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Rights: u64 {
        const FD_DATASYNC             = 1 << 0;
        const FD_READ                 = 1 << 1;
        const FD_SEEK                 = 1 << 2;
        const FD_FDSTAT_SET_FLAGS     = 1 << 3;
        const FD_SYNC                 = 1 << 4;
        const FD_TELL                 = 1 << 5;
        const FD_WRITE                = 1 << 6;
        const FD_ADVISE               = 1 << 7;
        const FD_ALLOCATE             = 1 << 8;
        const PATH_CREATE_DIRECTORY   = 1 << 9;
        const PATH_CREATE_FILE        = 1 << 10;
        const PATH_LINK_SOURCE        = 1 << 11;
        const PATH_LINK_TARGET        = 1 << 12;
        const PATH_OPEN               = 1 << 13;
        const FD_READDIR              = 1 << 14;
        const PATH_READLINK           = 1 << 15;
        const PATH_RENAME_SOURCE      = 1 << 16;
        const PATH_RENAME_TARGET      = 1 << 17;
        const PATH_FILESTAT_GET       = 1 << 18;
        const PATH_FILESTAT_SET_SIZE  = 1 << 19;
        const PATH_FILESTAT_SET_TIMES = 1 << 20;
        const FD_FILESTAT_GET         = 1 << 21;
        const FD_FILESTAT_SET_SIZE    = 1 << 22;
        const FD_FILESTAT_SET_TIMES   = 1 << 23;
        const PATH_SYMLINK            = 1 << 24;
        const PATH_REMOVE_DIRECTORY   = 1 << 25;
        const PATH_UNLINK_FILE        = 1 << 26;
        const POLL_FD_READWRITE       = 1 << 27;
        const SOCK_SHUTDOWN           = 1 << 28;
        const SOCK_ACCEPT             = 1 << 29;
    }
}

impl Rights {
    /// Of a directory that was granted.
    pub const GRANTED: Rights = Rights::PATH_CREATE_DIRECTORY
        .union(Rights::PATH_CREATE_FILE)
        .union(Rights::PATH_LINK_SOURCE)
        .union(Rights::PATH_LINK_TARGET)
        .union(Rights::PATH_OPEN)
        .union(Rights::FD_READDIR)
        .union(Rights::PATH_READLINK)
        .union(Rights::PATH_RENAME_SOURCE)
        .union(Rights::PATH_RENAME_TARGET)
        .union(Rights::PATH_SYMLINK)
        .union(Rights::PATH_REMOVE_DIRECTORY)
        .union(Rights::PATH_UNLINK_FILE)
        .union(Rights::PATH_FILESTAT_GET)
        .union(Rights::PATH_FILESTAT_SET_TIMES)
        .union(Rights::FD_FILESTAT_GET)
        .union(Rights::FD_FILESTAT_SET_TIMES);

    /// Of files below one, besides those.
    pub const BELOW_GRANTED: Rights = Rights::FD_DATASYNC
        .union(Rights::FD_READ)
        .union(Rights::FD_SEEK)
        .union(Rights::FD_FDSTAT_SET_FLAGS)
        .union(Rights::FD_SYNC)
        .union(Rights::FD_TELL)
        .union(Rights::FD_WRITE)
        .union(Rights::FD_ADVISE)
        .union(Rights::FD_ALLOCATE)
        .union(Rights::FD_FILESTAT_SET_SIZE)
        .union(Rights::POLL_FD_READWRITE);

    /// Of any other directory.
    pub const DIRECTORY: Rights = Rights::all()
        .difference(Rights::FD_SEEK)
        .difference(Rights::FD_WRITE)
        .difference(Rights::FD_FILESTAT_SET_SIZE)
        .difference(Rights::PATH_FILESTAT_SET_SIZE);
}

/// The set with these bits.
pub fn flags<F: bitflags::Flags>(bits: F::Bits) -> Result<F, Errno> {
    F::from_bits(bits).ok_or(Errno::Inval)
}
