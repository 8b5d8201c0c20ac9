//! What is granted, and how it is listed.

use super::*;

#[test]
fn granted_directories_have_names() {
    let (mut program, _sandbox) = with_directory();
    assert_eq!(program.call("fd_prestat_get", &[3, 0]), 0);
    assert_eq!((program.word(0), program.word(4)), (0, 5));
    assert_eq!(program.call("fd_prestat_dir_name", &[3, 8, 5]), 0);
    assert_eq!(program.bytes(8, 5), b"/data");
    assert_eq!(program.call("fd_prestat_dir_name", &[3, 8, 4]), Errno::Nametoolong as u64);
    for fd in [0, 4] {
        assert_eq!(program.call("fd_prestat_get", &[fd, 0]), Errno::Badf as u64);
    }
    assert_eq!(program.call("fd_prestat_dir_name", &[0, 8, 5]), Errno::Notdir as u64);
    assert_eq!(program.call("fd_prestat_dir_name", &[4, 8, 5]), Errno::Badf as u64);
}

#[test]
fn directories_are_listed_in_pieces() {
    let (mut program, _sandbox) = with_directory();
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

/// Names and inodes of all entries of descriptor 3.
fn entries(program: &mut Program) -> Vec<(String, u64)> {
    assert_eq!(program.call("fd_readdir", &[3, 1000, 4000, 0, 40]), 0);
    let (mut at, end, mut found) = (1000, 1000 + program.word(40) as usize, Vec::new());
    while at < end {
        let length = program.word(at + 16) as usize;
        let name = String::from_utf8(program.bytes(at + 24, length).to_vec()).unwrap();
        found.push((name, program.wide(at + 8)));
        at += 24 + length;
    }
    found
}

#[test]
fn entries_have_the_inodes_of_the_files() {
    let (mut program, sandbox) = with_directory();
    use std::os::unix::fs::MetadataExt;
    let expected = [".", "..", "file", "sub"].map(|name| {
        let path = if name == ".." { "." } else { name };
        (name.to_string(), fs::metadata(sandbox.data(path)).unwrap().ino())
    });
    assert_eq!(entries(&mut program), expected);
    assert_eq!(program.stat(0, "file"), Ok((4, 10)));
    assert_eq!(program.wide(608), expected[2].1, "as its own metadata say");
}

/// What removes all that it finds is not led past anything.
#[test]
fn a_listing_stays_as_it_was_begun() {
    let (mut program, sandbox) = with_directory();
    for number in 0..10 {
        fs::write(sandbox.data(&format!("many{number}")), "").unwrap();
    }
    let (mut cookie, mut removed) = (0, 0);
    loop {
        assert_eq!(program.call("fd_readdir", &[3, 1000, 30, cookie, 40]), 0);
        if program.word(40) < 24 {
            break;
        }
        if cookie == 5 {
            for number in 0..10 {
                fs::remove_file(sandbox.data(&format!("many{number}"))).unwrap();
            }
        }
        cookie = program.word(1000).into();
        removed += 1;
    }
    assert_eq!(removed, 2 + 2 + 10, "as many as there were");
    assert_eq!(entries(&mut program).len(), 2 + 2, "from the start on, as it is now");
}

#[test]
fn a_listing_needs_all_of_its_buffer() {
    let (mut program, sandbox) = with_directory();
    assert_eq!(program.call("fd_readdir", &[3, (1 << 16) - 100, 101, 0, 40]), Errno::Fault as u64);
    assert_eq!(program.call("fd_readdir", &[3, 1000, 0, 0, 40]), 0);
    assert_eq!(program.word(40), 0);
    for fd in [0, 9, program.open("file", 0, READ).unwrap()] {
        assert_eq!(program.call("fd_readdir", &[fd, 1000, 100, 0, 40]), Errno::Badf as u64);
    }
    use std::os::unix::ffi::OsStrExt;
    fs::write(sandbox.data("").join(std::ffi::OsStr::from_bytes(b"\xff")), "").unwrap();
    assert_eq!(program.call("fd_readdir", &[3, 1000, 100, 0, 40]), Errno::Ilseq as u64, "it has no name here");
}
