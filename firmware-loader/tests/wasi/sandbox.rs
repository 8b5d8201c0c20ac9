//! Functions of paths do what they should below a granted directory, and nothing outside it.

use super::*;
use std::os::unix::fs::symlink;

/// Functions of one path.
const OF_PATHS: [&str; 3] = ["path_create_directory", "path_remove_directory", "path_unlink_file"];

#[test]
fn directories_and_files_are_made_and_removed() {
    let (mut program, sandbox) = with_directory();
    let [make, remove, unlink] = OF_PATHS;
    symlink("sub", sandbox.data("dirlink")).unwrap();
    for (name, path, errno) in [
        (make, "new", None),
        (make, "new", Some(Errno::Exist)),
        (make, "slash/", None),
        (make, "nothing/new", Some(Errno::Noent)),
        (make, "file/new", Some(Errno::Notdir)),
        (unlink, "new", Some(Errno::Isdir)),
        (unlink, "new/", Some(Errno::Isdir)),
        (unlink, "file/", Some(Errno::Notdir)),
        (remove, "file", Some(Errno::Notdir)),
        (remove, "file/", Some(Errno::Notdir)),
        (remove, "dirlink", Some(Errno::Notdir)),
        (remove, "nothing", Some(Errno::Noent)),
        (make, "new/inner", None),
        (remove, "new", Some(Errno::Notempty)),
        (remove, "new/inner/", Some(Errno::Inval)),
        (remove, "new/inner", None),
        (remove, "new", None),
        (unlink, "dirlink", None),
        (unlink, "file", None),
        (unlink, "file", Some(Errno::Noent)),
        (make, "", Some(Errno::Noent)),
        (make, &"n".repeat(256), Some(Errno::Nametoolong)),
    ] {
        assert_eq!(program.at(name, path), errno.map_or(0, |errno| errno as u64), "{name} {path}");
    }
    let left = fs::read_dir(sandbox.data("")).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(left.collect::<std::collections::BTreeSet<_>>(), ["slash", "sub"].map(Into::into).into());
}

#[test]
fn names_are_changed() {
    let (mut program, sandbox) = with_directory();
    fs::create_dir_all(sandbox.data("full/inner")).unwrap();
    symlink("sub", sandbox.data("dirlink")).unwrap();
    for (old, new, errno) in [
        ("file", "sub", Some(Errno::Isdir)),
        ("file", "new/", Some(Errno::Notdir)),
        ("file", "sub/", Some(Errno::Notdir)),
        ("file/", "new", Some(Errno::Notdir)),
        ("sub", "file", Some(Errno::Notdir)),
        ("sub", "full", Some(Errno::Notempty)),
        ("full", "full/inner/below", Some(Errno::Inval)),
        ("nothing", "new", Some(Errno::Noent)),
        ("file", "nothing/new", Some(Errno::Noent)),
        ("file", "file", None),
        ("file", "sub/moved", None),
        ("sub/moved", "file", None),
        ("sub", "other/", None),
        ("other/", "sub", None),
        ("dirlink", "renamed", None),
    ] {
        assert_eq!(program.rename(old, 3, new), errno.map_or(0, |errno| errno as u64), "{old} {new}");
    }
    assert!(sandbox.data("file").is_file() && sandbox.data("sub").is_dir() && sandbox.data("renamed").is_symlink());
}

#[test]
fn links_are_made_and_read() {
    let (mut program, sandbox) = with_directory();
    assert_eq!(program.link(0, "file", 3, "hard"), 0);
    assert_eq!(program.stat(0, "hard"), Ok((4, 10)));
    assert_eq!(program.wide(624), 2, "names of it");
    for (old, new, errno) in [
        ("file", "hard", Errno::Exist),
        ("file", "new/", Errno::Noent),
        ("sub", "new", Errno::Perm),
        ("nothing", "new", Errno::Noent),
    ] {
        assert_eq!(program.link(0, old, 3, new), errno as u64, "{old} {new}");
    }
    assert_eq!(program.link(FOLLOW, "file", 3, "new"), Errno::Inval as u64);

    assert_eq!(program.symlink("file", "soft"), 0);
    assert_eq!(program.symlink("file", "soft"), Errno::Exist as u64);
    assert_eq!(program.symlink("file", "new/"), Errno::Noent as u64);
    assert_eq!(program.symlink("", "new"), Errno::Noent as u64);
    assert_eq!(program.link(0, "soft", 3, "softer"), 0, "a second name of the link itself");
    assert!(sandbox.data("softer").is_symlink());
    let (address, length) = program.path(500, "soft");
    for (room, content) in [(10, &b"file"[..]), (3, b"fil")] {
        assert_eq!(program.call("path_readlink", &[3, address, length, 600, room, 40]), 0);
        assert_eq!((program.word(40) as usize, program.bytes(600, content.len())), (content.len(), content));
    }
    let (address, length) = program.path(500, "file");
    assert_eq!(program.call("path_readlink", &[3, address, length, 600, 10, 40]), Errno::Inval as u64);
}

/// Paths that lead out of the granted directory: up, from the root, and through links of both kinds.
fn outside(sandbox: &Sandbox) -> Vec<String> {
    let folder = sandbox.folder.path();
    symlink(folder, sandbox.data("absolute")).unwrap();
    symlink("..", sandbox.data("relative")).unwrap();
    symlink("../..", sandbox.data("sub/deep")).unwrap();
    let secret = folder.join("secret");
    let paths = ["../secret", "sub/../../secret", "absolute/secret", "relative/secret", "sub/deep/secret", "/secret"];
    paths.map(String::from).into_iter().chain([secret.to_str().unwrap().to_string()]).collect()
}

#[test]
fn nothing_outside_is_reached() {
    let (mut program, sandbox) = with_directory();
    let paths = outside(&sandbox);
    let outside = Errno::Perm as u64;
    let mut calls = 0;
    for path in &paths {
        for lookup in [0, FOLLOW] {
            assert_eq!(program.open_as(lookup, path, 0, READ, 0), Err(outside), "{path}");
            assert_eq!(program.open_as(lookup, path, CREATE | TRUNCATE, WRITE, 0), Err(outside), "{path}");
            assert_eq!(program.stat(lookup, path), Err(outside), "{path}");
            let (address, length) = program.path(500, path);
            let times = program.call("path_filestat_set_times", &[3, lookup, address, length, 0, 0, 5]);
            assert_eq!(times, outside, "{path}");
            calls += 4;
        }
        for name in OF_PATHS {
            assert_eq!(program.at(name, path), outside, "{name} {path}");
        }
        let (address, length) = program.path(500, path);
        assert_eq!(program.call("path_readlink", &[3, address, length, 600, 10, 40]), outside, "{path}");
        for (from, to) in [("file", &path[..]), (path, "new")] {
            assert_eq!(program.rename(from, 3, to), outside, "{from} {to}");
            assert_eq!(program.link(0, from, 3, to), outside, "{from} {to}");
        }
        assert_eq!(program.symlink("file", path), outside, "{path}");
        calls += OF_PATHS.len() + 6;
    }
    assert_eq!(calls, paths.len() * 17);
    assert_eq!(program.symlink("/etc", "new"), outside, "a link to an absolute path");
    assert_eq!(program.open("..", DIRECTORY, READ), Err(outside));
    assert!(sandbox.is_whole());
}

#[test]
fn a_link_out_of_the_directory_can_be_made_but_not_followed() {
    let (mut program, sandbox) = with_directory();
    assert_eq!(program.symlink("../secret", "out"), 0);
    assert_eq!(program.stat(0, "out"), Ok((7, 9)));
    assert_eq!(program.open("out", 0, READ), Err(Errno::Perm as u64));
    assert_eq!(program.stat(FOLLOW, "out"), Err(Errno::Perm as u64));
    assert_eq!(program.open("out", CREATE | TRUNCATE, WRITE), Err(Errno::Perm as u64));
    assert_eq!(program.link(0, "out", 3, "again"), 0, "the link, not what it leads to");
    assert_eq!(program.rename("out", 3, "again"), 0);
    assert_eq!(program.at("path_unlink_file", "again"), 0);
    assert!(sandbox.is_whole());
}

#[test]
fn strange_paths_are_errors() {
    let (mut program, _sandbox) = with_directory();
    for (path, errno) in
        [("nothing", Errno::Noent), ("file/x", Errno::Notdir), ("a\0b", Errno::Inval), ("", Errno::Noent)]
    {
        assert_eq!(program.open(path, 0, READ), Err(errno as u64), "{path:?}");
        assert_eq!(program.stat(0, path), Err(errno as u64), "{path:?}");
    }
    let (address, length) = program.path(500, "file");
    for fd in [0, 9] {
        for name in OF_PATHS {
            assert_eq!(program.call(name, &[fd, address, length]), Errno::Badf as u64, "{name} {fd}");
        }
    }
}

/// From one directory into another, both granted, and back; each path is held to its own.
#[test]
fn names_go_from_one_granted_directory_to_another() {
    let (mut program, sandbox) = with_directory();
    let other = tempfile::tempdir().unwrap();
    program.wasi.grant(other.path(), "/other").unwrap();
    assert_eq!(program.link(0, "file", 4, "linked"), 0);
    assert_eq!(program.rename("file", 4, "moved"), 0);
    assert!(!sandbox.data("file").exists());
    for name in ["linked", "moved"] {
        assert_eq!(fs::read(other.path().join(name)).unwrap(), b"0123456789", "{name}");
    }
    fs::write(sandbox.data("file"), "again").unwrap();
    let name = other.path().file_name().unwrap().to_str().unwrap().to_string();
    for path in ["../escaped".to_string(), format!("../{name}/../escaped"), "/escaped".to_string()] {
        assert_eq!(program.rename("file", 4, &path), Errno::Perm as u64, "{path}");
        assert_eq!(program.link(0, "file", 4, &path), Errno::Perm as u64, "{path}");
    }
    assert!(sandbox.is_whole() && !other.path().parent().unwrap().join("escaped").exists());
}

/// The directory stays the one that was opened; a path is looked up anew in each call.
#[test]
fn a_directory_may_be_swapped_for_a_link_between_calls() {
    let (mut program, sandbox) = with_directory();
    fs::write(sandbox.data("sub/inner"), "inside").unwrap();
    let sub = program.open("sub", DIRECTORY, READ).unwrap();
    assert!(program.open("sub/inner", 0, READ).is_ok());
    fs::rename(sandbox.data("sub"), sandbox.data("kept")).unwrap();
    symlink("..", sandbox.data("sub")).unwrap();
    fs::write(sandbox.folder.path().join("inner"), "outside").unwrap();
    assert_eq!(program.open("sub/inner", 0, READ), Err(Errno::Perm as u64));
    for name in OF_PATHS {
        assert_eq!(program.at(name, "sub/inner"), Errno::Perm as u64, "{name}");
    }
    assert_eq!(program.rename("file", 3, "sub/inner"), Errno::Perm as u64);
    let (address, length) = program.path(500, "inner");
    assert_eq!(program.call("path_open", &[sub, 1, address, length, 0, READ, 0, 0, 400]), 0);
    let fd = program.word(400).into();
    assert_eq!(program.read(fd, 10), b"inside");
    assert_eq!(fs::read(sandbox.folder.path().join("inner")).unwrap(), b"outside");
}
