//! Standard streams, and how buffers are moved.

use super::*;

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
    // With these and no right to seek, C's `isatty` takes it for one.
    assert_eq!(program.wide(608), WRITE as u64);
    assert_eq!(program.call("fd_fdstat_set_flags", &[1, 0]), Errno::Badf as u64, "they have none");
    assert_eq!(program.call("fd_pread", &[0, 0, 1, 0, 40]), Errno::Spipe as u64);
    assert_eq!(program.call("fd_pwrite", &[1, 0, 1, 0, 40]), Errno::Spipe as u64);
    assert_eq!(program.call("fd_close", &[1]), 0);
    assert_eq!(program.call("fd_close", &[1]), Errno::Badf as u64);
}

/// More than is moved at once, whole; and buffers that lie in each other.
#[test]
fn all_buffers_are_moved() {
    let (mut program, sandbox) = with_directory();
    program.memory.0 = (0..=255).cycle().take(1 << 20).collect();
    let fd = program.open("large", CREATE, READ | WRITE).unwrap();
    let before = program.memory.0.clone();
    program.buffers(&[(1000, 500_000), (0, 0), (2000, 300_000)]);
    assert_eq!(program.call("fd_write", &[fd, 0, 3, 40]), 0);
    assert_eq!(program.word(40), 800_000);
    assert_eq!(fs::read(sandbox.data("large")).unwrap(), [&before[1000..501_000], &before[2000..302_000]].concat());
    program.memory.0[1000..].fill(0);
    program.buffers(&[(1000, 700_000), (701_000, 300_000)]);
    assert_eq!(program.call("fd_pread", &[fd, 0, 2, 0, 40]), 0);
    assert_eq!((program.word(40), program.bytes(1000, 10)), (800_000, &before[1000..1010]));
    assert_eq!(program.bytes(1000 + 799_990, 10), &before[301_990..302_000]);
    assert_eq!(program.bytes(801_000, 1), [0]);
}

#[test]
fn buffers_may_be_too_many() {
    let (mut program, _sandbox) = with_directory();
    for count in [1025, 1 << 29, -1] {
        for (name, fd) in [("fd_write", 1), ("fd_read", 0)] {
            assert_eq!(program.call(name, &[fd, 0, count, 40]), Errno::Inval as u64, "{name} {count}");
        }
    }
    let mut opened = 0;
    while program.open("file", 0, READ).is_ok() {
        opened += 1;
        assert!(opened < 2000, "descriptors are limited");
    }
    assert_eq!(program.open("new", CREATE, WRITE), Err(Errno::Mfile as u64));
    assert_eq!(program.stat(0, "new"), Err(Errno::Noent as u64), "nothing is made without a number for it");
}

/// One that counts what it is asked, as a proof that the host is.
#[derive(Default)]
struct Endless(usize);

impl io::Read for Endless {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.0 = self.0.max(bytes.len());
        assert!(self.0 <= 1 << 16, "no buffer of the host is larger");
        Ok(bytes.len())
    }
}

#[test]
fn the_host_needs_no_memory_for_large_transfers() {
    let mut program = Program::new();
    program.memory.0 = vec![0; 1 << 24];
    program.wasi.streams(Box::new(Endless::default()), (Box::new(io::sink()), false), (Box::new(io::sink()), false));
    program.buffers(&[(100, 1 << 23)]);
    assert_eq!(program.call("fd_read", &[0, 0, 1, 40]), 0);
    assert!(program.word(40) > 0);
    assert_eq!(program.call("fd_write", &[1, 0, 1, 40]), 0);
    assert_eq!(program.word(40), 1 << 23);
}
