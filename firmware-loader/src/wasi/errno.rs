//! Error numbers of WASI preview 1 (`errno` in `wasi_snapshot_preview1.witx`), and those of the system that they stand
//! for.

use std::io;

macro_rules! table {
    ($($name:ident $number:literal $system:ident)*) => {
        /// All but `notcapable`, which nobody gives since rights are not checked.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u16)]
        pub enum Errno { $($name = $number),* }

        impl Errno {
            pub const ALL: &'static [Errno] = &[$(Errno::$name),*];

            /// The same error of this system.
            pub const fn system(self) -> rustix::io::Errno {
                match self { $(Errno::$name => rustix::io::Errno::$system),* }
            }
        }
    };
}

table! {
    Toobig          1 TOOBIG
    Acces           2 ACCESS
    Addrinuse       3 ADDRINUSE
    Addrnotavail    4 ADDRNOTAVAIL
    Afnosupport     5 AFNOSUPPORT
    Again           6 AGAIN
    Already         7 ALREADY
    Badf            8 BADF
    Badmsg          9 BADMSG
    Busy           10 BUSY
    Canceled       11 CANCELED
    Child          12 CHILD
    Connaborted    13 CONNABORTED
    Connrefused    14 CONNREFUSED
    Connreset      15 CONNRESET
    Deadlk         16 DEADLK
    Destaddrreq    17 DESTADDRREQ
    Dom            18 DOM
    Dquot          19 DQUOT
    Exist          20 EXIST
    Fault          21 FAULT
    Fbig           22 FBIG
    Hostunreach    23 HOSTUNREACH
    Idrm           24 IDRM
    Ilseq          25 ILSEQ
    Inprogress     26 INPROGRESS
    Intr           27 INTR
    Inval          28 INVAL
    Io             29 IO
    Isconn         30 ISCONN
    Isdir          31 ISDIR
    Loop           32 LOOP
    Mfile          33 MFILE
    Mlink          34 MLINK
    Msgsize        35 MSGSIZE
    Multihop       36 MULTIHOP
    Nametoolong    37 NAMETOOLONG
    Netdown        38 NETDOWN
    Netreset       39 NETRESET
    Netunreach     40 NETUNREACH
    Nfile          41 NFILE
    Nobufs         42 NOBUFS
    Nodev          43 NODEV
    Noent          44 NOENT
    Noexec         45 NOEXEC
    Nolck          46 NOLCK
    Nolink         47 NOLINK
    Nomem          48 NOMEM
    Nomsg          49 NOMSG
    Noprotoopt     50 NOPROTOOPT
    Nospc          51 NOSPC
    Nosys          52 NOSYS
    Notconn        53 NOTCONN
    Notdir         54 NOTDIR
    Notempty       55 NOTEMPTY
    Notrecoverable 56 NOTRECOVERABLE
    Notsock        57 NOTSOCK
    Notsup         58 NOTSUP
    Notty          59 NOTTY
    Nxio           60 NXIO
    Overflow       61 OVERFLOW
    Ownerdead      62 OWNERDEAD
    Perm           63 PERM
    Pipe           64 PIPE
    Proto          65 PROTO
    Protonosupport 66 PROTONOSUPPORT
    Prototype      67 PROTOTYPE
    Range          68 RANGE
    Rofs           69 ROFS
    Spipe          70 SPIPE
    Srch           71 SRCH
    Stale          72 STALE
    Timedout       73 TIMEDOUT
    Txtbsy         74 TXTBSY
    Xdev           75 XDEV
}

impl From<rustix::io::Errno> for Errno {
    fn from(error: rustix::io::Errno) -> Errno {
        Errno::ALL.iter().copied().find(|errno| errno.system() == error).unwrap_or(Errno::Io)
    }
}

impl From<io::Error> for Errno {
    fn from(error: io::Error) -> Errno {
        if let Some(system) = rustix::io::Errno::from_io_error(&error) {
            return system.into();
        }
        // Found before the system was asked.
        match error.kind() {
            io::ErrorKind::NotFound => Errno::Noent,
            // A path that leads out of a granted directory.
            io::ErrorKind::PermissionDenied => Errno::Perm,
            io::ErrorKind::AlreadyExists => Errno::Exist,
            io::ErrorKind::InvalidInput => Errno::Inval,
            io::ErrorKind::BrokenPipe => Errno::Pipe,
            _ => Errno::Io,
        }
    }
}
