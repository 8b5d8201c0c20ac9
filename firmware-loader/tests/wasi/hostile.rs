//! What a hostile program may ask for.

use super::*;
use firmware_loader::wasi::clock::Kind;

#[test]
fn addresses_beyond_memory_are_errors() {
    let (mut program, _sandbox) = with_directory();
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
    let (mut program, sandbox) = with_directory();
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
    // Waits for a time are not waited for.
    program.wasi.clock(Kind::Fixed);
    for (name, types) in TYPES.iter().filter(|(name, _)| *name != "proc_exit") {
        for _ in 0..2000 {
            program.put(500, b"../secret/../../secret");
            let args: Vec<i64> = types.split_whitespace().map(|_| edges[next(edges.len())]).collect();
            let errno = program.call(name, &args);
            assert!(errno <= 76, "{name} {args:?}: {errno} is no error number");
            calls += 1;
        }
        // What it closed is opened again.
        program.wasi = sandbox.program().wasi;
        program.wasi.clock(Kind::Fixed);
    }
    assert_eq!(calls, 2000 * (TYPES.len() - 1));
    assert!(sandbox.is_whole(), "nothing beside the directory");
}
