//! Times and other metadata of files.

use super::*;
use std::os::unix::fs::{MetadataExt, symlink};

/// Bits of `fstflags`.
const ATIM: i64 = 1;
const MTIM: i64 = 4;
const MTIM_NOW: i64 = 8;

/// Nanoseconds since 1970 of access and of modification.
fn times(sandbox: &Sandbox, name: &str) -> (i64, i64) {
    let metadata = fs::symlink_metadata(sandbox.data(name)).unwrap();
    (metadata.atime() * 1_000_000_000 + metadata.atime_nsec(), metadata.mtime() * 1_000_000_000 + metadata.mtime_nsec())
}

#[test]
fn times_are_set_and_told() {
    let (mut program, sandbox) = with_directory();
    let fd = program.open("file", 0, READ).unwrap();
    assert_eq!(program.call("fd_filestat_set_times", &[fd, 5, 6, ATIM | MTIM]), 0);
    assert_eq!(times(&sandbox, "file"), (5, 6));
    assert_eq!(program.call("fd_filestat_set_times", &[fd, 7, 8, MTIM]), 0);
    assert_eq!(times(&sandbox, "file"), (5, 8));
    assert_eq!(program.call("fd_filestat_get", &[fd, 600]), 0);
    assert_eq!((program.wide(640), program.wide(648)), (5, 8));
    let metadata = fs::metadata(sandbox.data("file")).unwrap();
    assert_eq!((program.wide(600), program.wide(608), program.wide(624)), (metadata.dev(), metadata.ino(), 1));
    assert_eq!(program.call("fd_filestat_set_times", &[fd, 7, 8, MTIM_NOW]), 0);
    assert!(times(&sandbox, "file").1 > 1_704_067_200_000_000_000, "after the start of 2024");
    for flags in [MTIM | MTIM_NOW, 3, 16] {
        assert_eq!(program.call("fd_filestat_set_times", &[fd, 7, 8, flags]), Errno::Inval as u64, "{flags}");
    }
    assert_eq!(program.call("fd_filestat_set_times", &[3, 9, 10, ATIM | MTIM]), 0, "of a granted directory");
    assert_eq!(times(&sandbox, ""), (9, 10));
    assert_eq!(program.call("fd_filestat_set_times", &[1, 7, 8, MTIM]), Errno::Badf as u64);
}

#[test]
fn times_of_paths_are_those_of_links_or_behind_them() {
    let (mut program, sandbox) = with_directory();
    symlink("file", sandbox.data("link")).unwrap();
    symlink("sub", sandbox.data("dirlink")).unwrap();
    let mut set = |lookup: i64, path: &str, time: i64| {
        let (address, length) = program.path(500, path);
        program.call("path_filestat_set_times", &[3, lookup, address, length, time, time, ATIM | MTIM])
    };
    for (lookup, path, time, changed) in [
        (0, "file", 11, "file"),
        (0, "link", 12, "link"),
        (FOLLOW, "link", 13, "file"),
        (0, "dirlink/", 14, "sub"),
        (0, "sub", 15, "sub"),
    ] {
        assert_eq!(set(lookup, path, time), 0, "{lookup} {path}");
        assert_eq!(times(&sandbox, changed).1, time, "{lookup} {path}");
    }
    assert_eq!(times(&sandbox, "link").1, 12);
    assert_eq!(set(0, "file/", 1), Errno::Notdir as u64);
    assert_eq!(set(FOLLOW, "../secret", 1), Errno::Perm as u64);
}

/// A link with a slash behind it is what it leads to.
#[test]
fn metadata_of_paths_with_slashes_are_those_of_directories() {
    let (mut program, sandbox) = with_directory();
    for (content, name) in [("file", "link"), ("sub", "dirlink"), ("../secret", "escape")] {
        symlink(content, sandbox.data(name)).unwrap();
    }
    for (lookup, path, expected) in [
        (0, "dirlink", Ok(7)),
        (FOLLOW, "dirlink", Ok(3)),
        (0, "dirlink/", Ok(3)),
        (0, "dirlink//", Ok(3)),
        (0, "sub/", Ok(3)),
        (0, "file/", Err(Errno::Notdir)),
        (FOLLOW, "file/", Err(Errno::Notdir)),
        (0, "link/", Err(Errno::Notdir)),
        (0, "escape", Ok(7)),
        (0, "escape/", Err(Errno::Perm)),
        (FOLLOW, "escape", Err(Errno::Perm)),
        (0, "nothing/", Err(Errno::Noent)),
    ] {
        let found = program.stat(lookup, path).map(|(ty, _)| ty);
        assert_eq!(found, expected.map_err(|errno| errno as u64), "{lookup} {path}");
    }
}
