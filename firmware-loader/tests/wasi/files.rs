//! Functions of open files.

use super::*;

#[test]
fn files_are_read_sought_and_written() {
    let (mut program, sandbox) = with_directory();
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
    assert_eq!(fs::read(sandbox.data("sub/new")).unwrap(), b"some");
    program.put(500, b"sub");
    assert_eq!(program.call("path_filestat_get", &[3, 1, 500, 3, 600]), 0);
    assert_eq!(program.bytes(616, 1), [3]);
}

/// Also where it was moved to before.
#[test]
fn files_that_append_are_written_at_their_end() {
    let (mut program, sandbox) = with_directory();
    let fd = program.open("file", 0, READ | WRITE).unwrap();
    assert_eq!(program.write(fd, b"ab"), 2);
    assert_eq!(program.call("fd_fdstat_set_flags", &[fd, APPEND]), 0);
    assert_eq!(program.call("fd_fdstat_get", &[fd, 600]), 0);
    assert_eq!(program.bytes(602, 2), [APPEND as u8, 0]);
    assert_eq!(program.call("fd_seek", &[fd, 1, 0, 40]), 0);
    assert_eq!(program.write(fd, b"cd"), 2);
    assert_eq!((program.call("fd_tell", &[fd, 40]), program.wide(40)), (0, 12));
    program.buffers(&[(2000, 2)]);
    assert_eq!(program.call("fd_pwrite", &[fd, 0, 1, 0, 40]), 0, "as on Linux");
    assert_eq!(fs::read(sandbox.data("file")).unwrap(), b"ab23456789cdcd");
    assert_eq!(program.call("fd_fdstat_set_flags", &[fd, 0]), 0);
    assert_eq!(program.call("fd_pwrite", &[fd, 0, 1, 0, 40]), 0);
    assert_eq!(fs::read(sandbox.data("file")).unwrap(), b"cd23456789cdcd");
    for (flags, errno) in [(2, Errno::Inval), (8, Errno::Inval), (16, Errno::Inval), (32, Errno::Inval)] {
        assert_eq!(program.call("fd_fdstat_set_flags", &[fd, flags]), errno as u64, "{flags}");
    }
    assert_eq!(program.call("fd_fdstat_set_flags", &[3, 0]), Errno::Badf as u64);
}

#[test]
fn places_in_files_leave_the_position() {
    let (mut program, sandbox) = with_directory();
    let fd = program.open("file", 0, READ | WRITE).unwrap();
    program.buffers(&[(2000, 3)]);
    assert_eq!(program.call("fd_pread", &[fd, 0, 1, 8, 40]), 0);
    assert_eq!((program.word(40), program.bytes(2000, 2)), (2, &b"89"[..]));
    assert_eq!(program.call("fd_pwrite", &[fd, 0, 1, 12, 40]), 0);
    assert_eq!(fs::read(sandbox.data("file")).unwrap(), b"0123456789\0\089\0");
    assert_eq!((program.call("fd_tell", &[fd, 40]), program.wide(40)), (0, 0));
    assert_eq!(program.call("fd_pread", &[fd, 0, 1, -1, 40]), Errno::Inval as u64);
    assert_eq!(program.read(fd, 3), b"012");
}

#[test]
fn sizes_and_contents_are_set_and_kept() {
    let (mut program, sandbox) = with_directory();
    let fd = program.open("file", 0, READ | WRITE).unwrap();
    for (size, content) in [(12, &b"0123456789\0\0"[..]), (3, b"012")] {
        assert_eq!(program.call("fd_filestat_set_size", &[fd, size]), 0);
        assert_eq!(fs::read(sandbox.data("file")).unwrap(), content);
    }
    assert_eq!(program.call("fd_filestat_set_size", &[fd, -1]), Errno::Inval as u64);
    assert_eq!(program.call("fd_sync", &[fd]), 0);
    assert_eq!(program.call("fd_datasync", &[fd]), 0);
    for advice in 0..6 {
        assert_eq!(program.call("fd_advise", &[fd, 0, 2, advice]), 0, "{advice}");
    }
    assert_eq!(program.call("fd_advise", &[fd, 0, 2, 6]), Errno::Inval as u64);
    assert_eq!(program.call("fd_allocate", &[fd, 0, 2]), Errno::Notsup as u64);
    for (name, args) in [
        ("fd_filestat_set_size", &[0][..]),
        ("fd_sync", &[]),
        ("fd_datasync", &[]),
        ("fd_advise", &[0, 2, 0]),
        ("fd_allocate", &[0, 2]),
        ("fd_tell", &[40]),
        ("fd_seek", &[0, 0, 40]),
    ] {
        assert_eq!(program.call(name, &[&[3], args].concat()), Errno::Badf as u64, "{name} of a directory");
    }
    assert_eq!(program.call("fd_fdstat_set_rights", &[fd, 0, 0]), Errno::Notsup as u64);
    assert_eq!(program.call("fd_fdstat_set_rights", &[0, 0, 0]), Errno::Badf as u64);
}

/// As wasmtime gives them: the highest of those that are free.
#[test]
fn descriptors_are_renumbered_and_their_numbers_used_again() {
    let (mut program, _sandbox) = with_directory();
    let opened = [(); 3].map(|()| program.open("file", 0, READ).unwrap());
    assert_eq!(opened, [4, 5, 6]);
    assert_eq!(program.call("fd_seek", &[6, 7, 0, 40]), 0);
    assert_eq!(program.call("fd_renumber", &[6, 4]), 0);
    assert_eq!((program.call("fd_tell", &[4, 40]), program.wide(40)), (0, 7));
    assert_eq!(program.call("fd_tell", &[6, 40]), Errno::Badf as u64);
    assert_eq!(program.call("fd_renumber", &[4, 6]), Errno::Badf as u64, "only to one that is open");
    assert_eq!(program.call("fd_renumber", &[4, 4]), 0);
    assert_eq!(program.call("fd_close", &[5]), 0);
    assert_eq!([(); 3].map(|()| program.open("file", 0, READ).unwrap()), [6, 5, 7]);
    assert_eq!(program.call("fd_renumber", &[4, 1]), 0);
    assert_eq!(program.read(1, 3), b"789");
}
