//! Error numbers of WASI preview 1 (`errno` in `wasi_snapshot_preview1.witx`).

use std::io;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum Errno {
    Acces = 2,
    Again = 6,
    Badf = 8,
    Exist = 20,
    Fault = 21,
    Ilseq = 25,
    Inval = 28,
    Io = 29,
    Isdir = 31,
    Loop = 32,
    Mfile = 33,
    Nametoolong = 37,
    Noent = 44,
    Nospc = 51,
    Notdir = 54,
    Notsup = 58,
    Perm = 63,
    Pipe = 64,
    Rofs = 69,
    Spipe = 70,
}

impl From<io::Error> for Errno {
    fn from(error: io::Error) -> Errno {
        use io::ErrorKind;
        match error.kind() {
            ErrorKind::NotFound => Errno::Noent,
            // A path that leads out of a granted directory is refused without asking the system.
            ErrorKind::PermissionDenied if error.raw_os_error().is_none() => Errno::Perm,
            ErrorKind::PermissionDenied => Errno::Acces,
            ErrorKind::AlreadyExists => Errno::Exist,
            ErrorKind::InvalidInput => Errno::Inval,
            ErrorKind::BrokenPipe => Errno::Pipe,
            ErrorKind::NotADirectory => Errno::Notdir,
            ErrorKind::IsADirectory => Errno::Isdir,
            ErrorKind::StorageFull => Errno::Nospc,
            ErrorKind::ReadOnlyFilesystem => Errno::Rofs,
            ErrorKind::WouldBlock => Errno::Again,
            _ => Errno::Io,
        }
    }
}
