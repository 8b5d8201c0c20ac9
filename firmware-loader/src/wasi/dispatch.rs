//! From the arguments of a call to what does it. Sets of bits and other arguments are checked before anything is done.

use super::Wasi;
use super::flags::{Fdflags, Lookupflags, Riflags, Sdflags, flags};
use super::functions::Function;
use super::guest::{Guest, Step};
use super::metadata::NewTimes;
use super::process;
use crate::host::Memory;

impl Wasi {
    /// Arguments are in the order of `wasi_snapshot_preview1.witx`; those of type i32 have 0 above.
    pub(super) fn execute<M: Memory + ?Sized>(
        &mut self,
        function: Function,
        args: &[u64],
        guest: &mut Guest<'_, M>,
    ) -> Step<M> {
        let l = |index: usize| args.get(index).copied().unwrap_or(0);
        let i = |index: usize| l(index) as u32;
        let pair = |index: usize| (i(index), i(index + 1));
        match function {
            Function::ArgsGet => process::strings(&self.args, guest, i(0), i(1)),
            Function::ArgsSizesGet => process::sizes(&self.args, guest, i(0), i(1)),
            Function::EnvironGet => process::strings(&self.environment, guest, i(0), i(1)),
            Function::EnvironSizesGet => process::sizes(&self.environment, guest, i(0), i(1)),
            Function::ClockResGet => self.clock_res_get(guest, i(0), i(1)),
            Function::ClockTimeGet => self.clock_time_get(guest, i(0), i(2)),
            Function::FdAdvise => Ok(self.fd_advise(i(0), l(1), l(2), i(3))?),
            Function::FdAllocate => Ok(self.fd_allocate(i(0))?),
            Function::FdClose => Ok(self.descriptors.close(i(0))?),
            Function::FdDatasync => Ok(self.descriptors.file(i(0))?.file.sync_data()?),
            Function::FdFdstatGet => self.fd_fdstat_get(guest, i(0), i(1)),
            Function::FdFdstatSetFlags => Ok(self.fd_fdstat_set_flags(i(0), flags::<Fdflags>(i(1))?)?),
            Function::FdFdstatSetRights => Ok(self.fd_fdstat_set_rights(i(0))?),
            Function::FdFilestatGet => self.fd_filestat_get(guest, i(0), i(1)),
            Function::FdFilestatSetSize => Ok(self.descriptors.file(i(0))?.file.set_len(l(1))?),
            Function::FdFilestatSetTimes => {
                Ok(self.fd_filestat_set_times(i(0), NewTimes::new(l(1), l(2), flags(i(3))?)?)?)
            }
            Function::FdPread => self.fd_read(guest, i(0), pair(1), Some(l(3)), i(4)),
            Function::FdPrestatGet => self.fd_prestat_get(guest, i(0), i(1)),
            Function::FdPrestatDirName => self.fd_prestat_dir_name(guest, i(0), i(1), i(2)),
            Function::FdPwrite => self.fd_write(guest, i(0), pair(1), Some(l(3)), i(4)),
            Function::FdRead => self.fd_read(guest, i(0), pair(1), None, i(3)),
            Function::FdReaddir => self.fd_readdir(guest, i(0), pair(1), l(3), i(4)),
            Function::FdRenumber => Ok(self.descriptors.renumber(i(0), i(1))?),
            Function::FdSeek => self.fd_seek(guest, i(0), l(1) as i64, i(2), i(3)),
            Function::FdSync => Ok(self.descriptors.file(i(0))?.file.sync_all()?),
            Function::FdTell => self.fd_tell(guest, i(0), i(1)),
            Function::FdWrite => self.fd_write(guest, i(0), pair(1), None, i(3)),
            Function::PathCreateDirectory => self.path_create_directory(guest, i(0), pair(1)),
            Function::PathFilestatGet => self.path_filestat_get(guest, i(0), flags(i(1))?, pair(2), i(4)),
            Function::PathFilestatSetTimes => {
                let (lookup, times) = (flags::<Lookupflags>(i(1))?, NewTimes::new(l(4), l(5), flags(i(6))?)?);
                self.path_filestat_set_times(guest, i(0), lookup, pair(2), times)
            }
            Function::PathLink => self.path_link(guest, flags(i(1))?, (i(0), pair(2)), (i(4), pair(5))),
            Function::PathOpen => self.path_open(guest, args),
            Function::PathReadlink => self.path_readlink(guest, i(0), pair(1), pair(3), i(5)),
            Function::PathRemoveDirectory => self.path_remove_directory(guest, i(0), pair(1)),
            Function::PathRename => self.path_rename(guest, (i(0), pair(1)), (i(3), pair(4))),
            Function::PathSymlink => self.path_symlink(guest, pair(0), i(2), pair(3)),
            Function::PathUnlinkFile => self.path_unlink_file(guest, i(0), pair(1)),
            Function::PollOneoff => self.poll_oneoff(guest, pair(0), i(2), i(3)),
            Function::ProcRaise => Err(process::proc_raise(i(0)).into()),
            Function::RandomGet => self.random_get(guest, i(0), i(1)),
            Function::SockAccept => Ok(flags::<Fdflags>(i(1)).and_then(|_| self.not_a_socket(i(0)))?),
            Function::SockRecv => Ok(flags::<Riflags>(i(3)).and_then(|_| self.not_a_socket(i(0)))?),
            Function::SockSend => Ok(self.not_a_socket(i(0))?),
            Function::SockShutdown => Ok(flags::<Sdflags>(i(1)).and_then(|_| self.not_a_socket(i(0)))?),
            // `proc_exit` does not get here.
            Function::SchedYield | Function::ProcExit => Ok(()),
        }
    }
}
