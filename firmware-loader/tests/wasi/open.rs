//! `path_open` with its flags.

use super::*;
use std::os::unix::fs::symlink;

#[test]
fn files_are_made_truncated_and_found() {
    let (mut program, sandbox) = with_directory();
    assert!(program.open("made", CREATE, READ).is_ok(), "without the right to write");
    assert_eq!(fs::read(sandbox.data("made")).unwrap(), b"");
    assert_eq!(program.open("file", CREATE | EXCLUSIVE, WRITE), Err(Errno::Exist as u64));
    assert!(program.open("new", CREATE | EXCLUSIVE, WRITE).is_ok());
    assert_eq!(fs::read(sandbox.data("file")).unwrap().len(), 10);
    let fd = program.open_as(FOLLOW, "file", CREATE | TRUNCATE, WRITE, APPEND).unwrap();
    assert_eq!(program.write(fd, b"more"), 4);
    assert_eq!(fs::read(sandbox.data("file")).unwrap(), b"more");
    assert!(program.open("file", TRUNCATE, READ).is_ok(), "without the right to write");
    assert_eq!(fs::read(sandbox.data("file")).unwrap(), b"");
}

#[test]
fn directories_are_not_written() {
    let (mut program, _sandbox) = with_directory();
    for (oflags, rights, errno) in [
        (TRUNCATE, READ, Errno::Isdir),
        (0, WRITE, Errno::Isdir),
        (CREATE, READ, Errno::Isdir),
        (DIRECTORY, READ | WRITE, Errno::Isdir),
        (DIRECTORY | CREATE, READ, Errno::Inval),
        (DIRECTORY | TRUNCATE, READ, Errno::Inval),
        (DIRECTORY | EXCLUSIVE, READ, Errno::Inval),
    ] {
        assert_eq!(program.open("sub", oflags, rights), Err(errno as u64), "{oflags} {rights}");
    }
    let fd = program.open_as(FOLLOW, ".", DIRECTORY, 1 << 14, NONBLOCK).expect("as C's `opendir` does");
    program.buffers(&[(100, 4)]);
    for name in ["fd_read", "fd_write"] {
        assert_eq!(program.call(name, &[fd, 0, 1, 40]), Errno::Badf as u64, "{name}");
    }
    assert_eq!(program.open("file", DIRECTORY, READ), Err(Errno::Notdir as u64));
}

#[test]
fn links_are_followed_where_that_is_asked_for() {
    let (mut program, sandbox) = with_directory();
    for (content, name) in [("file", "link"), ("loop", "loop"), ("nothing", "dangling"), ("sub", "dirlink")] {
        symlink(content, sandbox.data(name)).unwrap();
    }
    for (lookup, path, oflags, errno) in [
        (0, "link", 0, Some(Errno::Loop)),
        (FOLLOW, "link", 0, None),
        (0, "link", CREATE | EXCLUSIVE, Some(Errno::Exist)),
        (FOLLOW, "link", CREATE | EXCLUSIVE, Some(Errno::Exist)),
        (FOLLOW, "loop", 0, Some(Errno::Loop)),
        (FOLLOW, "loop", DIRECTORY, Some(Errno::Loop)),
        (FOLLOW, "loop/file", 0, Some(Errno::Loop)),
        (FOLLOW, "dangling", 0, Some(Errno::Noent)),
        (0, "dangling", CREATE | EXCLUSIVE, Some(Errno::Exist)),
        (0, "dirlink", DIRECTORY, Some(Errno::Loop)),
        (0, "dirlink/", DIRECTORY, None),
        (0, "link/", 0, Some(Errno::Notdir)),
    ] {
        let expected = errno.map(|errno| errno as u64);
        assert_eq!(program.open_as(lookup, path, oflags, READ, 0).err(), expected, "{lookup} {path} {oflags}");
    }
    assert_eq!(program.stat(FOLLOW, "loop"), Err(Errno::Loop as u64));
    assert_eq!(program.stat(0, "loop"), Ok((7, 4)));
    assert!(program.open("dangling", CREATE, WRITE).is_ok());
    assert!(sandbox.data("nothing").is_file());
}

#[test]
fn bits_without_a_name_are_errors() {
    let (mut program, _sandbox) = with_directory();
    let (address, length) = program.path(500, "file");
    let good = [3, 1, address, length, 0, READ, 0, 0, 400];
    for (index, bits) in [(1, 2), (4, 16), (4, 1 << 16), (5, 1 << 30), (6, -1), (7, 32)] {
        let mut args = good;
        args[index] = bits;
        assert_eq!(program.call("path_open", &args), Errno::Inval as u64, "argument {index}");
    }
    for flag in [2, 8, 16] {
        assert_eq!(program.open_as(FOLLOW, "file", 0, READ, flag), Err(Errno::Notsup as u64), "synchronous {flag}");
    }
    let file = program.open("file", 0, READ).unwrap();
    for (fd, errno) in [(0, Errno::Badf), (9, Errno::Badf), (file, Errno::Notdir)] {
        assert_eq!(program.call("path_open", &[fd, 1, address, length, 0, READ, 0, 0, 400]), errno as u64);
    }
}

/// Rights: of `wasi_snapshot_preview1.witx`, bit 1 to read and 6 to write; reading includes listing, bit 14.
#[test]
fn rights_say_for_what_a_file_was_opened() {
    let (mut program, _sandbox) = with_directory();
    let all = (1 << 30) - 1;
    let (read, write) = (1 << 1 | 1 << 14, 1 << 6);
    for (oflags, rights, expected) in [
        (0, READ, all & !write),
        (0, 0, all & !write),
        (0, WRITE, all & !read),
        (0, READ | WRITE, all),
        (CREATE, READ, all),
        (TRUNCATE, READ, all),
    ] {
        let fd = program.open("file", oflags, rights).unwrap();
        assert_eq!(program.call("fd_fdstat_get", &[fd, 600]), 0);
        assert_eq!((program.bytes(600, 1)[0], program.wide(608)), (4, expected), "{oflags} {rights}");
        assert_eq!(program.wide(616), expected);
    }
    let fd = program.open("sub", DIRECTORY, READ).unwrap();
    assert_eq!(program.call("fd_fdstat_get", &[fd, 600]), 0);
    assert_eq!((program.bytes(600, 1)[0], program.wide(608)), (3, all & !(1 << 2 | 1 << 6 | 1 << 19 | 1 << 22)));
}
