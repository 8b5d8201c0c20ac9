//! Arguments, variables, clocks and random numbers.

use super::*;
use firmware_loader::wasi::clock::Kind;

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
        program.wide(0)
    };
    // After the start of 2024, in nanoseconds.
    assert!(time(&mut program, 0) > 1_704_067_200_000_000_000);
    let first = time(&mut program, 1);
    assert!(time(&mut program, 1) >= first);
    for (clock, errno) in [(2, Errno::Badf), (3, Errno::Badf), (4, Errno::Inval)] {
        assert_eq!(program.call("clock_time_get", &[clock, 1, 0]), errno as u64);
        assert_eq!(program.call("clock_res_get", &[clock, 0]), errno as u64);
    }
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

/// 1 ms each time it is asked, from the start of 2000 on.
#[test]
fn a_fixed_clock_is_the_same_in_every_run() {
    let times = || {
        let mut program = Program::new();
        program.wasi.clock(Kind::Fixed);
        [0, 1, 0].map(|clock| {
            assert_eq!(program.call("clock_time_get", &[clock, 0, 0]), 0);
            program.wide(0)
        })
    };
    assert_eq!(times(), [946_684_800_000_000_000, 1_000_000, 946_684_800_002_000_000]);
    assert_eq!(times(), times());
    let mut program = Program::new();
    program.wasi.clock(Kind::Fixed);
    assert_eq!((program.call("clock_res_get", &[1, 0]), program.wide(0)), (0, 1_000_000));
}

/// So that what a program gets does not depend on the pieces in which it asks for it.
#[test]
fn a_seed_makes_large_numbers_of_random_bytes_the_same() {
    let bytes = || {
        let mut program = Program::new();
        program.memory.0 = vec![0; 1 << 18];
        program.wasi.seed(7);
        assert_eq!(program.call("random_get", &[3, (1 << 18) - 5]), 0);
        program.memory.0
    };
    let first = bytes();
    assert!(first == bytes());
    assert_eq!((&first[..3], &first[(1 << 18) - 2..]), (&[0; 3][..], &[0; 2][..]));
    assert!(first.chunks(1 << 16).all(|chunk| chunk[100..200] != [0; 100]));
}
