//! The functions of WASI preview 1 by name and type, in the order of `wasi_snapshot_preview1.witx`.

use isa::module::Import;
use isa::types::{FuncType, ValType};

/// The two modules of the interface that programs import from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Snapshot {
    /// `wasi_unstable`: other numbers of `whence`, another layout of `filestat` and of `subscription`, and no
    /// `sock_accept`; otherwise the same.
    Unstable,
    /// `wasi_snapshot_preview1`
    Preview1,
}

impl Snapshot {
    /// The one that a module of this name is.
    pub fn of_module(name: &str) -> Option<Snapshot> {
        match name {
            "wasi_unstable" => Some(Snapshot::Unstable),
            "wasi_snapshot_preview1" => Some(Snapshot::Preview1),
            _ => None,
        }
    }
}

macro_rules! functions {
    ($($variant:ident $name:literal $params:literal)*) => {
        /// A function of WASI. Each takes what the letters say (`i` an i32, `l` an i64) and results in an error number,
        /// but `proc_exit` does not return.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Function { $($variant),* }

        impl Function {
            pub const ALL: &'static [Function] = &[$(Function::$variant),*];

            pub const fn name(self) -> &'static str {
                match self { $(Function::$variant => $name),* }
            }

            const fn params(self) -> &'static str {
                match self { $(Function::$variant => $params),* }
            }
        }
    };
}

functions! {
    ArgsGet              "args_get"                "ii"
    ArgsSizesGet         "args_sizes_get"          "ii"
    EnvironGet           "environ_get"             "ii"
    EnvironSizesGet      "environ_sizes_get"       "ii"
    ClockResGet          "clock_res_get"           "ii"
    ClockTimeGet         "clock_time_get"          "ili"
    FdAdvise             "fd_advise"               "illi"
    FdAllocate           "fd_allocate"             "ill"
    FdClose              "fd_close"                "i"
    FdDatasync           "fd_datasync"             "i"
    FdFdstatGet          "fd_fdstat_get"           "ii"
    FdFdstatSetFlags     "fd_fdstat_set_flags"     "ii"
    FdFdstatSetRights    "fd_fdstat_set_rights"    "ill"
    FdFilestatGet        "fd_filestat_get"         "ii"
    FdFilestatSetSize    "fd_filestat_set_size"    "il"
    FdFilestatSetTimes   "fd_filestat_set_times"   "illi"
    FdPread              "fd_pread"                "iiili"
    FdPrestatGet         "fd_prestat_get"          "ii"
    FdPrestatDirName     "fd_prestat_dir_name"     "iii"
    FdPwrite             "fd_pwrite"               "iiili"
    FdRead               "fd_read"                 "iiii"
    FdReaddir            "fd_readdir"              "iiili"
    FdRenumber           "fd_renumber"             "ii"
    FdSeek               "fd_seek"                 "ilii"
    FdSync               "fd_sync"                 "i"
    FdTell               "fd_tell"                 "ii"
    FdWrite              "fd_write"                "iiii"
    PathCreateDirectory  "path_create_directory"   "iii"
    PathFilestatGet      "path_filestat_get"       "iiiii"
    PathFilestatSetTimes "path_filestat_set_times" "iiiilli"
    PathLink             "path_link"               "iiiiiii"
    PathOpen             "path_open"               "iiiiillii"
    PathReadlink         "path_readlink"           "iiiiii"
    PathRemoveDirectory  "path_remove_directory"   "iii"
    PathRename           "path_rename"             "iiiiii"
    PathSymlink          "path_symlink"            "iiiii"
    PathUnlinkFile       "path_unlink_file"        "iii"
    PollOneoff           "poll_oneoff"             "iiii"
    ProcExit             "proc_exit"               "i"
    ProcRaise            "proc_raise"              "i"
    SchedYield           "sched_yield"             ""
    RandomGet            "random_get"              "ii"
    SockAccept           "sock_accept"             "iii"
    SockRecv             "sock_recv"               "iiiiii"
    SockSend             "sock_send"               "iiiii"
    SockShutdown         "sock_shutdown"           "ii"
}

impl Function {
    /// The function that an import of this name and type asks for.
    pub fn find(import: &Import, ty: &FuncType) -> Option<(Snapshot, Function)> {
        let snapshot = Snapshot::of_module(&import.module)?;
        let function = Function::ALL.iter().copied().find(|function| function.name() == import.name)?;
        let letter = |ty: &ValType| match ty {
            ValType::I32 => 'i',
            ValType::I64 => 'l',
            _ => '?',
        };
        let results: &[ValType] = if function == Function::ProcExit { &[] } else { &[ValType::I32] };
        let fits = ty.params.iter().map(letter).eq(function.params().chars()) && ty.results == results;
        let newer = (snapshot, function) == (Snapshot::Unstable, Function::SockAccept);
        (fits && !newer).then_some((snapshot, function))
    }
}
