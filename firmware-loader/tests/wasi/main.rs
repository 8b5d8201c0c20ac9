//! WASI preview 1 over a memory of bytes. Layouts and numbers are those of `wasi_snapshot_preview1.witx`.

use firmware_loader::host::{Host, Memory, Reply};
use firmware_loader::parse_text;
use firmware_loader::wasi::{Errno, Function, Wasi, provides};
use isa::types::{ValType, Value};
use std::cell::RefCell;
use std::convert::Infallible;
use std::fs;
use std::io::{self, Write};
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
    ("fd_close", "i32"),
    ("fd_fdstat_get", "i32 i32"),
    ("fd_fdstat_set_flags", "i32 i32"),
    ("fd_filestat_get", "i32 i32"),
    ("fd_prestat_get", "i32 i32"),
    ("fd_prestat_dir_name", "i32 i32 i32"),
    ("fd_read", "i32 i32 i32 i32"),
    ("fd_readdir", "i32 i32 i32 i64 i32"),
    ("fd_seek", "i32 i64 i32 i32"),
    ("fd_tell", "i32 i32"),
    ("fd_write", "i32 i32 i32 i32"),
    ("path_filestat_get", "i32 i32 i32 i32 i32"),
    ("path_open", "i32 i32 i32 i32 i32 i64 i64 i32 i32"),
    ("proc_exit", "i32"),
    ("random_get", "i32 i32"),
    ("sched_yield", ""),
];

struct Program {
    wasi: Wasi,
    memory: Bytes,
    output: Output,
}

impl Program {
    fn new() -> Program {
        let import = |(name, params): &(&str, &str)| {
            let result = if *name == "proc_exit" { "" } else { "(result i32)" };
            format!("(import \"wasi_snapshot_preview1\" \"{name}\" (func (param {params}) {result}))")
        };
        let imports: String = TYPES.iter().map(import).collect();
        let module = parse_text(&format!("(module {imports})")).unwrap();
        let (mut wasi, output) = (Wasi::new(&module), Output::default());
        let input: &[u8] = b"typed\n";
        wasi.streams(Box::new(input), (Box::new(output.clone()), true), (Box::new(output.clone()), false));
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

    /// Puts buffers at address 0.
    fn buffers(&mut self, buffers: &[(u32, u32)]) {
        let bytes: Vec<u8> = buffers.iter().flat_map(|&(a, n)| [a.to_le_bytes(), n.to_le_bytes()].concat()).collect();
        self.put(0, &bytes);
    }

    /// Opens a path below descriptor 3; its descriptor, or the error number.
    fn open(&mut self, path: &str, oflags: i64, rights: i64) -> Result<i64, u64> {
        self.put(500, path.as_bytes());
        match self.call("path_open", &[3, 1, 500, path.len() as i64, oflags, rights, 0, 0, 400]) {
            0 => Ok(self.word(400).into()),
            errno => Err(errno),
        }
    }
}

const READ: i64 = 2;
const WRITE: i64 = 64;
const CREATE: i64 = 1;
const DIRECTORY: i64 = 2;

#[test]
fn every_function_has_its_type() {
    let names: Vec<&str> = Function::ALL.iter().map(|f| f.name()).collect();
    assert_eq!(names, TYPES.iter().map(|t| t.0).collect::<Vec<_>>());
    let module = parse_text(
        r#"(module (import "wasi_snapshot_preview1" "fd_close" (func (param i64) (result i32)))
            (import "wasi_snapshot_preview1" "fd_clone" (func (param i32) (result i32)))
            (import "wasi_unstable" "fd_close" (func (param i32) (result i32)))
            (import "wasi_snapshot_preview1" "fd_close" (func (param i32) (result i32))))"#,
    )
    .unwrap();
    let provided: Vec<_> = module.imports.iter().map(|import| provides(&module, import)).collect();
    assert_eq!(provided, [false, false, true, true]);
}

#[test]
fn streams_are_read_and_written() {
    let mut program = Program::new();
    program.put(100, b"hello, world\n");
    program.buffers(&[(100, 7), (200, 0), (107, 6)]);
    assert_eq!(program.call("fd_write", &[1, 0, 3, 40]), 0);
    assert_eq!((program.word(40), &program.output.0.borrow()[..]), (13, &b"hello, world\n"[..]));
    program.buffers(&[(300, 2), (310, 10)]);
    assert_eq!(program.call("fd_read", &[0, 0, 2, 40]), 0);
    assert_eq!((program.word(40), program.bytes(300, 3), program.bytes(310, 5)), (6, &b"ty\0"[..], &b"ped\n\0"[..]));
    assert_eq!(program.call("fd_read", &[0, 0, 2, 40]), 0);
    assert_eq!(program.word(40), 0, "the end");
    assert_eq!(program.call("fd_seek", &[1, 0, 0, 40]), Errno::Spipe as u64);
    assert_eq!(program.call("fd_write", &[0, 0, 1, 40]), Errno::Badf as u64);
    program.call("fd_fdstat_get", &[1, 600]);
    program.call("fd_fdstat_get", &[2, 640]);
    assert_eq!((program.bytes(600, 1), program.bytes(640, 1)), (&[2][..], &[0][..]), "a terminal, and none");
    for (flags, errno) in [(0, 0), (1, Errno::Notsup as u64)] {
        assert_eq!(program.call("fd_fdstat_set_flags", &[1, flags]), errno);
    }
    assert_eq!(program.call("fd_close", &[1]), 0);
    assert_eq!(program.call("fd_close", &[1]), Errno::Badf as u64);
}

#[test]
fn arguments_and_variables_are_laid_out() {
    let mut program = Program::new();
    program.wasi.args(["prog", "a b", ""]);
    program.wasi.environment(["X=1"]);
    assert_eq!(program.call("args_sizes_get", &[0, 4]), 0);
    assert_eq!((program.word(0), program.word(4)), (3, 10));
    assert_eq!(program.call("args_get", &[0, 100]), 0);
    assert_eq!([0, 4, 8].map(|at| program.word(at)), [100, 105, 109]);
    assert_eq!(program.bytes(100, 10), b"prog\0a b\0\0");
    assert_eq!(program.call("environ_sizes_get", &[0, 4]), 0);
    assert_eq!((program.word(0), program.word(4)), (1, 4));
    assert_eq!(program.call("environ_get", &[0, 200]), 0);
    assert_eq!(program.bytes(200, 4), b"X=1\0");
}

#[test]
fn time_passes_and_numbers_are_random() {
    let mut program = Program::new();
    let time = |program: &mut Program, clock| {
        assert_eq!(program.call("clock_time_get", &[clock, 1, 0]), 0);
        u64::from_le_bytes(program.bytes(0, 8).try_into().unwrap())
    };
    // After the start of 2024, in nanoseconds.
    assert!(time(&mut program, 0) > 1_704_067_200_000_000_000);
    let first = time(&mut program, 1);
    assert!(time(&mut program, 1) >= first);
    assert_eq!(program.call("clock_time_get", &[7, 1, 0]), Errno::Inval as u64);
    program.wasi.seed(5);
    assert_eq!(program.call("random_get", &[0, 16]), 0);
    let numbers = program.bytes(0, 16).to_vec();
    assert_eq!(program.call("random_get", &[0, 16]), 0);
    assert_ne!(program.bytes(0, 16), numbers);
    program.wasi.seed(5);
    program.call("random_get", &[0, 16]);
    assert_eq!(program.bytes(0, 16), numbers);
    assert_eq!(program.reply("proc_exit", &[7]), Reply::Exit(7));
}

/// A program with a granted directory `data` beside a file that it must not see.
fn with_directory() -> (Program, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    fs::create_dir_all(data.join("sub")).unwrap();
    fs::write(folder.path().join("secret"), "secret").unwrap();
    fs::write(data.join("file"), "0123456789").unwrap();
    (with_grant(&folder), folder)
}

fn with_grant(folder: &tempfile::TempDir) -> Program {
    let mut program = Program::new();
    program.wasi.grant(&folder.path().join("data"), "/data").unwrap();
    program
}

#[test]
fn granted_directories_have_names() {
    let (mut program, _folder) = with_directory();
    assert_eq!(program.call("fd_prestat_get", &[3, 0]), 0);
    assert_eq!((program.word(0), program.word(4)), (0, 5));
    assert_eq!(program.call("fd_prestat_dir_name", &[3, 8, 5]), 0);
    assert_eq!(program.bytes(8, 5), b"/data");
    assert_eq!(program.call("fd_prestat_dir_name", &[3, 8, 4]), Errno::Nametoolong as u64);
    for fd in [0, 4] {
        assert_eq!(program.call("fd_prestat_get", &[fd, 0]), Errno::Badf as u64);
    }
}

#[test]
fn files_are_read_sought_and_written() {
    let (mut program, folder) = with_directory();
    let fd = program.open("file", 0, READ).unwrap();
    program.buffers(&[(100, 4)]);
    assert_eq!(program.call("fd_seek", &[fd, -3, 2, 40]), 0);
    assert_eq!(program.word(40), 7);
    assert_eq!(program.call("fd_read", &[fd, 0, 1, 48]), 0);
    assert_eq!((program.word(48), program.bytes(100, 3)), (3, &b"789"[..]));
    assert_eq!(program.call("fd_tell", &[fd, 40]), 0);
    assert_eq!(program.word(40), 10);
    assert_eq!(program.call("fd_seek", &[fd, -1, 0, 40]), Errno::Inval as u64);
    assert_eq!(program.call("fd_write", &[fd, 0, 1, 48]), Errno::Badf as u64, "opened for reading");
    assert_eq!(program.call("fd_filestat_get", &[fd, 600]), 0);
    assert_eq!((program.bytes(616, 1), program.word(632)), (&[4][..], 10));

    let fd = program.open("sub/new", CREATE, WRITE).unwrap();
    program.put(100, b"some");
    assert_eq!(program.call("fd_write", &[fd, 0, 1, 48]), 0);
    assert_eq!(program.call("fd_close", &[fd]), 0);
    assert_eq!(fs::read(folder.path().join("data/sub/new")).unwrap(), b"some");
    program.put(500, b"sub");
    assert_eq!(program.call("path_filestat_get", &[3, 1, 500, 3, 600]), 0);
    assert_eq!(program.bytes(616, 1), [3]);
}

#[test]
fn directories_are_listed_in_pieces() {
    let (mut program, _folder) = with_directory();
    let fd = program.open("", DIRECTORY, READ).err();
    assert_eq!(fd, Some(Errno::Noent as u64), "an empty path is no path");
    let fd = program.open(".", DIRECTORY, READ).unwrap();
    let (mut names, mut cookie) = (Vec::new(), 0);
    // Room for one entry and a part of the next.
    loop {
        assert_eq!(program.call("fd_readdir", &[fd, 1000, 40, cookie, 40]), 0);
        let used = program.word(40) as usize;
        if used < 24 {
            break;
        }
        let length = program.word(1016) as usize;
        cookie = program.word(1000).into();
        names.push((String::from_utf8(program.bytes(1024, length).to_vec()).unwrap(), program.bytes(1020, 1)[0]));
    }
    let expected = [(".", 3), ("..", 3), ("file", 4), ("sub", 3)];
    assert_eq!(names, expected.map(|(name, ty)| (name.to_string(), ty)));
}

#[test]
fn nothing_outside_is_reached() {
    let (mut program, folder) = with_directory();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(folder.path().join("secret"), folder.path().join("data/absolute")).unwrap();
        std::os::unix::fs::symlink("../secret", folder.path().join("data/relative")).unwrap();
        for path in ["absolute", "relative"] {
            assert_eq!(program.open(path, 0, READ), Err(Errno::Perm as u64), "{path}");
        }
    }
    let secret = folder.path().join("secret");
    for path in ["../secret", "sub/../../secret", secret.to_str().unwrap(), ".."] {
        assert_eq!(program.open(path, 0, READ), Err(Errno::Perm as u64), "{path}");
        assert_eq!(program.open(path, CREATE, WRITE), Err(Errno::Perm as u64), "{path}");
    }
    let wrong = [("nothing", 0, Errno::Noent), ("file", DIRECTORY, Errno::Notdir), ("file/x", 0, Errno::Notdir)];
    for (path, oflags, errno) in wrong {
        assert_eq!(program.open(path, oflags, READ), Err(errno as u64), "{path}");
    }
    assert_eq!(program.open("sub", 0, WRITE), Err(Errno::Isdir as u64));
    assert_eq!(program.open("a\0b", 0, READ), Err(Errno::Inval as u64));
    assert_eq!(fs::read(secret).unwrap(), b"secret");
}

#[test]
fn addresses_beyond_memory_are_errors() {
    let (mut program, _folder) = with_directory();
    program.wasi.args(["prog"]);
    let end = 1 << 16;
    let fault = Errno::Fault as u64;
    for (name, args) in [
        ("args_get", &[end - 3, 0][..]),
        ("args_get", &[0, end - 4]),
        ("clock_time_get", &[0, 0, end - 7]),
        ("fd_write", &[1, end - 7, 1, 0]),
        ("fd_write", &[1, -8, 1, 0]),
        ("random_get", &[0, -1]),
        ("fd_fdstat_get", &[1, end - 23]),
        ("fd_prestat_get", &[3, -1]),
        ("path_open", &[3, 1, -4, 4, 0, 2, 0, 0, 0]),
        ("fd_readdir", &[3, end - 30, 40, 0, 0]),
    ] {
        assert_eq!(program.call(name, args), fault, "{name} {args:?}");
    }
    program.buffers(&[(0xffff_fff0, 32)]);
    assert_eq!(program.call("fd_write", &[1, 0, 1, 40]), fault);
    assert_eq!(program.call("fd_write", &[1, 0, 5000, 40]), Errno::Inval as u64);
    program.put(500, &[0xff, 0xfe]);
    assert_eq!(program.call("path_open", &[3, 1, 500, 2, 0, 2, 0, 0, 0]), Errno::Ilseq as u64);
}

/// Arguments that a hostile program may give, of every function, with addresses at every edge: nothing but an error
/// number or an end, nothing outside memory and nothing outside the directory.
#[test]
fn hostile_arguments_do_no_harm() {
    let (mut program, folder) = with_directory();
    program.wasi.args(["prog"]);
    program.wasi.environment(["X=1"]);
    let edges = [0, 1, 3, 4, 7, 500, (1 << 16) - 8, (1 << 16) - 1, 1 << 16, 0x7fff_ffff, -8, -1, i64::MIN, i64::MAX];
    let seed = 0x5eed;
    println!("seed {seed:#x}");
    let (mut state, mut calls) = (seed, 0);
    let mut next = move |below: usize| {
        state = u64::wrapping_mul(state, 6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for (name, types) in TYPES.iter().filter(|(name, _)| *name != "proc_exit") {
        for _ in 0..2000 {
            program.put(500, b"../secret/../../secret");
            let args: Vec<i64> = types.split_whitespace().map(|_| edges[next(edges.len())]).collect();
            let errno = program.call(name, &args);
            assert!(errno <= 76, "{name} {args:?}: {errno} is no error number");
            calls += 1;
        }
        // What it closed is opened again.
        program.wasi = with_grant(&folder).wasi;
    }
    assert_eq!(calls, 2000 * (TYPES.len() - 1));
    assert_eq!(fs::read(folder.path().join("secret")).unwrap(), b"secret");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing beside the directory");
}

#[test]
fn buffers_may_overlap_and_be_too_many() {
    let (mut program, _folder) = with_directory();
    program.buffers(&[(0, 1 << 16), (0, 1 << 16), (8, 1 << 15)]);
    assert_eq!(program.call("fd_write", &[1, 0, 3, 60_000]), 0);
    assert_eq!(program.word(60_000), 1 << 16, "no more than that at once");
    for count in [1025, 1 << 29, -1] {
        assert_eq!(program.call("fd_write", &[1, 0, count, 40]), Errno::Inval as u64);
        assert_eq!(program.call("fd_read", &[0, 0, count, 40]), Errno::Inval as u64);
    }
    let mut opened = 0;
    while program.open("file", 0, READ).is_ok() {
        opened += 1;
        assert!(opened < 2000, "descriptors are limited");
    }
    assert_eq!(program.open("file", 0, READ), Err(Errno::Mfile as u64));
}

/// In the order of `Device::ALL`.
#[test]
fn devices_are_answered_and_the_serial_line_is_the_streams() {
    let module = parse_text(
        r#"(module (import "wafer" "leds" (func (param i32))) (import "wafer" "buttons" (func (result i32)))
            (import "wafer" "cycles" (func (result i32))) (import "wafer" "uart_write" (func (param i32)))
            (import "wafer" "uart_read" (func (result i32))) (import "wafer" "timer" (func (param i32))))"#,
    )
    .unwrap();
    let (mut wasi, out, err) = (Wasi::new(&module), Output::default(), Output::default());
    let input: &[u8] = b"\xffA";
    wasi.streams(Box::new(input), (Box::new(out.clone()), false), (Box::new(err.clone()), false));
    let mut call = |function: u32, args: &[u64]| {
        let values: Vec<_> = args.iter().map(|&bits| Value { ty: ValType::I32, bits }).collect();
        match wasi.call(function, &values, &mut Bytes(Vec::new())) {
            Ok(Reply::Results(values)) => values.iter().map(|value| value.bits).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        }
    };
    for leds in [0x13, 3, 0xc] {
        assert!(call(0, &[leds]).is_empty());
    }
    assert_eq!((call(1, &[]), call(2, &[])), (vec![0], vec![5]), "no buttons, and cycles modulo 2^32");
    for byte in *b"a\n" {
        assert!(call(3, &[0xff00 | u64::from(byte)]).is_empty());
    }
    let read = [(); 4].map(|()| call(4, &[])[0] as u32 as i32);
    assert_eq!(read, [0xff, 0x41, -1, -1]);
    let start = std::time::Instant::now();
    assert!(call(5, &[3_000]).is_empty());
    assert!(start.elapsed().as_micros() >= 3_000, "{:?}", start.elapsed());
    assert_eq!((&out.0.borrow()[..], &err.0.borrow()[..]), (&b"a\n"[..], &b"leds 0011\nleds 1100\n"[..]));
}
