//! Which functions there are.

use super::*;
use firmware_loader::wasi::{Function, provides};
use isa::outcome::{Exhausted, Stop};

#[test]
fn every_function_has_its_name_and_type() {
    assert_eq!(Function::ALL.len(), 46);
    let names: Vec<&str> = Function::ALL.iter().map(|f| f.name()).collect();
    assert_eq!(names, TYPES.iter().map(|t| t.0).collect::<Vec<_>>());
    for (module, missing) in [(PREVIEW1, &[][..]), ("wasi_unstable", &["sock_accept"])] {
        let import = |(name, params): &(&str, &str)| {
            let result = if *name == "proc_exit" { "" } else { "(result i32)" };
            format!("(import \"{module}\" \"{name}\" (func (param {params}) {result}))")
        };
        let parsed = parse_text(&format!("(module {})", TYPES.iter().map(import).collect::<String>())).unwrap();
        let unknown = parsed.imports.iter().filter(|import| !provides(&parsed, import));
        assert_eq!(unknown.map(|import| &import.name[..]).collect::<Vec<_>>(), missing, "{module}");
    }
}

#[test]
fn functions_of_another_name_or_type_end_the_call() {
    let module = parse_text(
        r#"(module (import "wasi_snapshot_preview1" "fd_close" (func (param i64) (result i32)))
            (import "wasi_snapshot_preview1" "fd_clone" (func (param i32) (result i32)))
            (import "env" "fd_close" (func (param i32) (result i32)))
            (import "wasi_snapshot_preview1" "fd_close" (func (param i32) (result i32))))"#,
    )
    .unwrap();
    let provided: Vec<_> = module.imports.iter().map(|import| provides(&module, import)).collect();
    assert_eq!(provided, [false, false, false, true]);
    let mut wasi = Wasi::new(&module);
    for function in 0..3 {
        let Ok(reply) = wasi.call(function, &[], &mut Bytes(Vec::new()));
        assert_eq!(reply, Reply::Stop(Stop::Exhausted(Exhausted::Import)), "{function}");
    }
    let Ok(reply) = wasi.call(3, &[Value { ty: ValType::I32, bits: 9 }], &mut Bytes(Vec::new()));
    assert_eq!(reply, Reply::Results(vec![Value { ty: ValType::I32, bits: Errno::Badf as u64 }]));
}

/// `errno` of `wasi_snapshot_preview1.witx` from number 1 on, without `notcapable` at its end.
const ERRNO: &str = "2big acces addrinuse addrnotavail afnosupport again already badf badmsg busy canceled child
    connaborted connrefused connreset deadlk destaddrreq dom dquot exist fault fbig hostunreach idrm ilseq inprogress
    intr inval io isconn isdir loop mfile mlink msgsize multihop nametoolong netdown netreset netunreach nfile nobufs
    nodev noent noexec nolck nolink nomem nomsg noprotoopt nospc nosys notconn notdir notempty notrecoverable notsock
    notsup notty nxio overflow ownerdead perm pipe proto protonosupport prototype range rofs spipe srch stale timedout
    txtbsy xdev";

#[test]
fn every_error_of_the_system_has_its_own_number() {
    let names: Vec<&str> = ERRNO.split_whitespace().collect();
    assert_eq!((names.len(), Errno::ALL.len()), (75, 75));
    for ((number, name), errno) in (1..).zip(names).zip(Errno::ALL) {
        assert_eq!((*errno as u16, format!("{errno:?}").to_lowercase()), (number, name.replace("2big", "toobig")));
        let error = io::Error::from_raw_os_error(errno.system().raw_os_error());
        assert_eq!(Errno::from(error), *errno, "{name}");
    }
    // A name in preview 1 that Linux has not twice.
    assert_eq!(Errno::from(io::Error::from_raw_os_error(95)), Errno::Notsup, "EOPNOTSUPP");
    assert_eq!(Errno::from(io::Error::from_raw_os_error(524)), Errno::Io, "one without a name");
}

#[test]
fn sockets_signals_and_processes_are_not_there() {
    let (mut program, _sandbox) = with_directory();
    for (name, args) in [("sock_accept", &[0, 0][..]), ("sock_recv", &[0, 0, 0, 0, 0]), ("sock_send", &[0, 0, 0, 0])] {
        for (fd, errno) in [(1, Errno::Notsock), (3, Errno::Notsock), (9, Errno::Badf)] {
            assert_eq!(program.call(name, &[&[fd], args].concat()), errno as u64, "{name} {fd}");
        }
    }
    assert_eq!(program.call("sock_shutdown", &[1, 1]), Errno::Notsock as u64);
    assert_eq!(program.call("sock_shutdown", &[1, 4]), Errno::Inval as u64);
    assert_eq!(program.call("proc_raise", &[6]), Errno::Notsup as u64);
    assert_eq!(program.call("proc_raise", &[31]), Errno::Inval as u64);
    assert_eq!(program.call("sched_yield", &[]), 0);
}
