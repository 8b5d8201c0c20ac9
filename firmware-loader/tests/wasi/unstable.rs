//! What differs in the older module: numbers of `whence`, and layouts of `filestat` and `subscription`, as in
//! `wasi_unstable.witx`.

use super::*;

fn with_directory() -> (Program, Sandbox) {
    let sandbox = Sandbox::new();
    let mut program = Program::of("wasi_unstable");
    program.wasi.grant(&sandbox.data(""), "/data").unwrap();
    (program, sandbox)
}

#[test]
fn offsets_count_from_here_the_end_and_the_start() {
    let (mut program, _sandbox) = with_directory();
    let fd = program.open("file", 0, READ).unwrap();
    for (offset, whence, position) in [(4, 2, 4), (2, 0, 6), (-1, 1, 9)] {
        assert_eq!(program.call("fd_seek", &[fd, offset, whence, 40]), 0);
        assert_eq!(program.wide(40), position, "{whence}");
    }
    assert_eq!(program.call("fd_seek", &[fd, 0, 3, 40]), Errno::Inval as u64);
}

#[test]
fn metadata_have_links_of_32_bits() {
    let (mut program, _sandbox) = with_directory();
    assert_eq!(program.link(0, "file", 3, "again"), 0);
    let fd = program.open("file", 0, READ).unwrap();
    let (address, length) = program.path(500, "file");
    for (name, args) in [("fd_filestat_get", vec![fd, 600]), ("path_filestat_get", vec![3, 0, address, length, 600])] {
        program.put(600, &[0xee; 64]);
        assert_eq!(program.call(name, &args), 0);
        let fields = (program.word(616), program.word(620), program.wide(624), program.bytes(656, 8));
        assert_eq!(fields, (4, 2, 10, &[0xee; 8][..]), "{name}: type, links, size, and nothing behind 56 bytes");
    }
}

/// A name in front of the clock.
#[test]
fn times_and_descriptors_are_waited_for() {
    let (mut program, _sandbox) = with_directory();
    let mut list = 7u64.to_le_bytes().to_vec();
    list.resize(24, 0);
    list.extend([1u64, 1000, 0, 0].map(u64::to_le_bytes).concat());
    list.extend([8u64, 1, 0].map(u64::to_le_bytes).concat());
    list.resize(2 * 56, 0);
    program.put(1000, &list);
    assert_eq!(program.call("poll_oneoff", &[1000, 4000, 1, 40]), 0);
    assert_eq!((program.word(40), program.wide(4000), program.bytes(4010, 1)), (1, 7, &[0][..]));
    assert_eq!(program.call("poll_oneoff", &[1056, 4000, 1, 40]), 0);
    assert_eq!((program.word(40), program.wide(4000), program.bytes(4010, 1)), (1, 8, &[1][..]));
}
