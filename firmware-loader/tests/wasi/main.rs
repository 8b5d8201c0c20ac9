//! WASI preview 1 over a memory of bytes. Layouts and numbers are those of `wasi_snapshot_preview1.witx`; what they do
//! is what wasmtime does on Linux.

mod devices;
mod files;
mod functions;
mod hostile;
mod interrupt;
mod listing;
mod open;
mod options;
mod poll;
mod process;
mod sandbox;
mod streams;
mod stubs;
mod times;
mod unstable;

use firmware_loader::host::{Host, Memory, Reply};
use firmware_loader::parse_text;
use firmware_loader::wasi::{Errno, Wasi};
use isa::types::{ValType, Value};
use std::cell::RefCell;
use std::convert::Infallible;
use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::rc::Rc;

struct Bytes(Vec<u8>);

impl Memory for Bytes {
    type Error = Infallible;

    fn size(&mut self) -> Result<u64, Infallible> {
        Ok(self.0.len() as u64)
    }

    fn read(&mut self, address: u32, bytes: &mut [u8]) -> Result<(), Infallible> {
        bytes.copy_from_slice(&self.0[address as usize..][..bytes.len()]);
        Ok(())
    }

    fn write(&mut self, address: u32, bytes: &[u8]) -> Result<(), Infallible> {
        self.0[address as usize..][..bytes.len()].copy_from_slice(bytes);
        Ok(())
    }

    fn cycles(&mut self) -> Result<u64, Infallible> {
        Ok((1 << 32) + 5)
    }
}

#[derive(Clone, Default)]
struct Output(Rc<RefCell<Vec<u8>>>);

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Every function with its type in `wasi_snapshot_preview1.witx`, in the order in which tests call them by name.
const TYPES: &[(&str, &str)] = &[
    ("args_get", "i32 i32"),
    ("args_sizes_get", "i32 i32"),
    ("environ_get", "i32 i32"),
    ("environ_sizes_get", "i32 i32"),
    ("clock_res_get", "i32 i32"),
    ("clock_time_get", "i32 i64 i32"),
    ("fd_advise", "i32 i64 i64 i32"),
    ("fd_allocate", "i32 i64 i64"),
    ("fd_close", "i32"),
    ("fd_datasync", "i32"),
    ("fd_fdstat_get", "i32 i32"),
    ("fd_fdstat_set_flags", "i32 i32"),
    ("fd_fdstat_set_rights", "i32 i64 i64"),
    ("fd_filestat_get", "i32 i32"),
    ("fd_filestat_set_size", "i32 i64"),
    ("fd_filestat_set_times", "i32 i64 i64 i32"),
    ("fd_pread", "i32 i32 i32 i64 i32"),
    ("fd_prestat_get", "i32 i32"),
    ("fd_prestat_dir_name", "i32 i32 i32"),
    ("fd_pwrite", "i32 i32 i32 i64 i32"),
    ("fd_read", "i32 i32 i32 i32"),
    ("fd_readdir", "i32 i32 i32 i64 i32"),
    ("fd_renumber", "i32 i32"),
    ("fd_seek", "i32 i64 i32 i32"),
    ("fd_sync", "i32"),
    ("fd_tell", "i32 i32"),
    ("fd_write", "i32 i32 i32 i32"),
    ("path_create_directory", "i32 i32 i32"),
    ("path_filestat_get", "i32 i32 i32 i32 i32"),
    ("path_filestat_set_times", "i32 i32 i32 i32 i64 i64 i32"),
    ("path_link", "i32 i32 i32 i32 i32 i32 i32"),
    ("path_open", "i32 i32 i32 i32 i32 i64 i64 i32 i32"),
    ("path_readlink", "i32 i32 i32 i32 i32 i32"),
    ("path_remove_directory", "i32 i32 i32"),
    ("path_rename", "i32 i32 i32 i32 i32 i32"),
    ("path_symlink", "i32 i32 i32 i32 i32"),
    ("path_unlink_file", "i32 i32 i32"),
    ("poll_oneoff", "i32 i32 i32 i32"),
    ("proc_exit", "i32"),
    ("proc_raise", "i32"),
    ("sched_yield", ""),
    ("random_get", "i32 i32"),
    ("sock_accept", "i32 i32 i32"),
    ("sock_recv", "i32 i32 i32 i32 i32 i32"),
    ("sock_send", "i32 i32 i32 i32 i32"),
    ("sock_shutdown", "i32 i32"),
];

const PREVIEW1: &str = "wasi_snapshot_preview1";

struct Program {
    wasi: Wasi,
    memory: Bytes,
    output: Output,
}

impl Program {
    fn new() -> Program {
        Program::of(PREVIEW1)
    }

    /// One that imports from this module, with streams of its own.
    fn of(module: &str) -> Program {
        let mut program = Program::of_this_process(module);
        let (input, output): (&[u8], _) = (b"typed\n", program.output.clone());
        program.wasi.streams(Box::new(input), (Box::new(output.clone()), true), (Box::new(output), false));
        program
    }

    /// One with the streams of this process.
    fn of_this_process(module: &str) -> Program {
        let import = |(name, params): &(&str, &str)| {
            let result = if *name == "proc_exit" { "" } else { "(result i32)" };
            format!("(import \"{module}\" \"{name}\" (func (param {params}) {result}))")
        };
        let imports: String = TYPES.iter().map(import).collect();
        let module = parse_text(&format!("(module {imports})")).unwrap();
        let (wasi, output) = (Wasi::new(&module), Output::default());
        Program { wasi, memory: Bytes(vec![0; 1 << 16]), output }
    }

    fn reply(&mut self, name: &str, args: &[i64]) -> Reply {
        let index = TYPES.iter().position(|&(n, _)| n == name).expect("a function of WASI");
        let types = TYPES[index].1.split_whitespace();
        let value = |(ty, &arg): (&str, &i64)| match ty {
            "i64" => Value { ty: ValType::I64, bits: arg as u64 },
            _ => Value { ty: ValType::I32, bits: arg as u64 & 0xffff_ffff },
        };
        let values: Vec<Value> = types.zip(args).map(value).collect();
        let Ok(reply) = self.wasi.call(index as u32, &values, &mut self.memory);
        reply
    }

    /// The error number of a call.
    fn call(&mut self, name: &str, args: &[i64]) -> u64 {
        match self.reply(name, args) {
            Reply::Results(results) => results[0].bits,
            other => panic!("{other:?}"),
        }
    }

    fn put(&mut self, address: usize, bytes: &[u8]) {
        self.memory.0[address..address + bytes.len()].copy_from_slice(bytes);
    }

    fn bytes(&self, address: usize, count: usize) -> &[u8] {
        &self.memory.0[address..address + count]
    }

    fn word(&self, address: usize) -> u32 {
        u32::from_le_bytes(self.bytes(address, 4).try_into().unwrap())
    }

    fn wide(&self, address: usize) -> u64 {
        u64::from_le_bytes(self.bytes(address, 8).try_into().unwrap())
    }

    /// Puts a path at its address, and gives both with its length.
    fn path(&mut self, address: i64, path: &str) -> (i64, i64) {
        self.put(address as usize, path.as_bytes());
        (address, path.len() as i64)
    }

    /// The error number of a function of one path below descriptor 3.
    fn at(&mut self, name: &str, path: &str) -> u64 {
        let (address, length) = self.path(500, path);
        self.call(name, &[3, address, length])
    }

    /// The error number of `path_rename` from a path below descriptor 3 to one below `fd`.
    fn rename(&mut self, old: &str, fd: i64, new: &str) -> u64 {
        let ((a, m), (b, n)) = (self.path(500, old), self.path(5000, new));
        self.call("path_rename", &[3, a, m, fd, b, n])
    }

    /// The error number of `path_link` from a path below descriptor 3 to one below `fd`.
    fn link(&mut self, lookup: i64, old: &str, fd: i64, new: &str) -> u64 {
        let ((a, m), (b, n)) = (self.path(500, old), self.path(5000, new));
        self.call("path_link", &[3, lookup, a, m, fd, b, n])
    }

    /// The error number of `path_symlink` below descriptor 3.
    fn symlink(&mut self, content: &str, path: &str) -> u64 {
        let ((a, m), (b, n)) = (self.path(500, content), self.path(5000, path));
        self.call("path_symlink", &[a, m, 3, b, n])
    }

    /// Type and size of what is at a path below descriptor 3, or the error number.
    fn stat(&mut self, lookup: i64, path: &str) -> Result<(u8, u64), u64> {
        let (address, length) = self.path(500, path);
        match self.call("path_filestat_get", &[3, lookup, address, length, 600]) {
            0 => Ok((self.bytes(616, 1)[0], self.wide(632))),
            errno => Err(errno),
        }
    }

    /// Puts buffers at address 0.
    fn buffers(&mut self, buffers: &[(u32, u32)]) {
        let bytes: Vec<u8> = buffers.iter().flat_map(|&(a, n)| [a.to_le_bytes(), n.to_le_bytes()].concat()).collect();
        self.put(0, &bytes);
    }

    /// Opens a path below descriptor 3; its descriptor, or the error number.
    fn open(&mut self, path: &str, oflags: i64, rights: i64) -> Result<i64, u64> {
        self.open_as(FOLLOW, path, oflags, rights, 0)
    }

    fn open_as(&mut self, lookup: i64, path: &str, oflags: i64, rights: i64, fdflags: i64) -> Result<i64, u64> {
        let (address, length) = self.path(500, path);
        match self.call("path_open", &[3, lookup, address, length, oflags, rights, 0, fdflags, 400]) {
            0 => Ok(self.word(400).into()),
            errno => Err(errno),
        }
    }

    /// How many bytes are written from these.
    fn write(&mut self, fd: i64, bytes: &[u8]) -> u32 {
        self.put(2000, bytes);
        self.buffers(&[(2000, bytes.len() as u32)]);
        assert_eq!(self.call("fd_write", &[fd, 0, 1, 40]), 0);
        self.word(40)
    }

    /// What is read at once.
    fn read(&mut self, fd: i64, count: u32) -> Vec<u8> {
        self.buffers(&[(2000, count)]);
        assert_eq!(self.call("fd_read", &[fd, 0, 1, 40]), 0);
        self.bytes(2000, self.word(40) as usize).to_vec()
    }
}

const FOLLOW: i64 = 1;
const READ: i64 = 2;
const WRITE: i64 = 64;
const CREATE: i64 = 1;
const DIRECTORY: i64 = 2;
const EXCLUSIVE: i64 = 4;
const TRUNCATE: i64 = 8;
const APPEND: i64 = 1;
const NONBLOCK: i64 = 4;

/// A granted directory `data` beside a file that the program must not see.
struct Sandbox {
    folder: tempfile::TempDir,
}

impl Sandbox {
    fn new() -> Sandbox {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        fs::create_dir_all(data.join("sub")).unwrap();
        fs::write(folder.path().join("secret"), "secret").unwrap();
        fs::write(data.join("file"), "0123456789").unwrap();
        Sandbox { folder }
    }

    /// One of these below it.
    fn data(&self, path: &str) -> PathBuf {
        self.folder.path().join("data").join(path)
    }

    fn program(&self) -> Program {
        let mut program = Program::new();
        program.wasi.grant(&self.data(""), "/data").unwrap();
        program
    }

    /// Whether nothing is changed beside the directory.
    fn is_whole(&self) -> bool {
        let secret = fs::read(self.folder.path().join("secret"));
        secret.is_ok_and(|bytes| bytes == b"secret") && fs::read_dir(self.folder.path()).unwrap().count() == 2
    }
}

fn with_directory() -> (Program, Sandbox) {
    let sandbox = Sandbox::new();
    (sandbox.program(), sandbox)
}

/// A pipe `fifo` in the directory.
fn fifo(sandbox: &Sandbox) {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    mknodat(CWD, sandbox.data("fifo"), FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
}
