//! The GDB remote protocol, as a client of ours speaks it.

use crate::{Bench, CHAIN, Served, root};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// What addresses in the module file begin with.
const FILE: u64 = 1 << 62;

/// A client that asks and gets answers.
struct Client(TcpStream);

impl Client {
    /// Connects, and turns acknowledgements off.
    fn new(served: &Served) -> Client {
        let stream = TcpStream::connect(&served.address).expect("it listens");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("can be set");
        let mut client = Client(stream);
        assert_eq!(client.ask("QStartNoAckMode"), "OK");
        client.0.write_all(b"+").expect("it reads");
        client
    }

    fn send(&mut self, packet: &str) {
        let sum = packet.bytes().fold(0u8, u8::wrapping_add);
        self.0.write_all(format!("${packet}#{sum:02x}").as_bytes()).expect("it reads");
    }

    fn byte(&mut self) -> u8 {
        let mut byte = [0];
        self.0.read_exact(&mut byte).expect("a byte");
        byte[0]
    }

    /// The contents of the next packet, with repeated characters written out.
    fn receive(&mut self) -> String {
        let mut byte = || char::from(self.byte());
        while byte() != '$' {}
        let mut text = String::new();
        loop {
            match byte() {
                '#' => break,
                '*' => {
                    let times = byte() as usize - 29;
                    let last = text.chars().last().expect("something to repeat");
                    text.extend(std::iter::repeat_n(last, times));
                }
                other => text.push(other),
            }
        }
        // The sum is right where the transport is.
        let _ = [byte(), byte()];
        text
    }

    fn ask(&mut self, packet: &str) -> String {
        self.send(packet);
        self.receive()
    }

    /// Runs on; gives the stop and the program counter in it.
    fn run(&mut self, packet: &str) -> (String, u64) {
        let stop = self.ask(packet);
        let pc = stop.split(';').find_map(|part| part.strip_prefix("00:")).map_or(0, number);
        (stop, pc)
    }
}

/// A number of 64 bits, its lowest byte first.
fn number(hex: &str) -> u64 {
    let byte = |at: usize| u64::from_str_radix(&hex[at..at + 2], 16).expect("is hexadecimal");
    (0..hex.len()).step_by(2).rev().fold(0, |number, at| number << 8 | byte(at))
}

fn stack(client: &mut Client) -> Vec<u64> {
    let frames = client.ask("qWasmCallStack:1");
    (0..frames.len()).step_by(16).map(|at| number(&frames[at..at + 16])).collect()
}

const STATE: &str = r#"(module (memory 1) (global i64 (i64.const -3)) (global i32 (i32.const 9))
    (func $inner (param i32) (result i32) (local i64)
        (local.set 1 (i64.const 258)) (i32.const 7) (local.get 0) nop i32.add)
    (func (export "run") (result i32) (i32.const 100) (call $inner (i32.const 35)) i32.add))"#;

/// The module's bytes, and where these begin in them.
fn offset_of(text: &str, code: &[u8]) -> u64 {
    let bytes = wat::parse_str(text).expect("is a module");
    let found = bytes.windows(code.len()).position(|window| window == code).expect("is in the code");
    found as u64
}

#[test]
fn state_is_read_by_packets() {
    let bench = Bench::new();
    let served = Served::new(&[&bench.file("state.wat", STATE)]);
    let mut client = Client::new(&served);
    assert!(client.ask("qSupported:multiprocess+").contains("qXfer:libraries:read+"));
    let process = client.ask("qProcessInfo");
    let triple: String = "wasm32-unknown-unknown-wasm".bytes().map(|byte| format!("{byte:02x}")).collect();
    assert!(process.contains(&format!("triple:{triple};")) && process.contains("ptrsize:4;"), "{process}");
    let libraries = client.ask("qXfer:libraries:read::0,fff");
    assert!(libraries.contains("state.wat\"><section address=\"0x4000000000000000\""), "{libraries}");
    assert!(client.ask("qRegisterInfo0").contains("name:pc;bitsize:64;"));
    assert_eq!(client.ask(&format!("m{FILE:x},4")), "0061736d", "the module's own bytes");
    // Behind local.get 0 stands nop, 01, and i32.add, 6a.
    let nop = FILE + offset_of(STATE, &[0x20, 0x00, 0x01, 0x6a]) + 2;
    assert_eq!(client.ask(&format!("Z0,{nop:x},1")), "OK");
    let (stop, pc) = client.run("vCont;c");
    assert!(stop.starts_with("T05") && stop.contains("swbreak"), "{stop}");
    assert_eq!((pc, number(&client.ask("p0"))), (nop, nop));
    // The caller goes on behind its call, 10 00.
    let back = FILE + offset_of(STATE, &[0x41, 0x23, 0x10, 0x00, 0x6a]) + 4;
    assert_eq!(stack(&mut client), [nop, back]);
    assert_eq!(client.ask("qWasmLocal:0;0"), "23000000");
    assert_eq!(client.ask("qWasmLocal:0;1"), "0201000000000000");
    assert_eq!((client.ask("qWasmLocal:0;2"), client.ask("qWasmLocal:2;0")), (String::new(), String::new()));
    assert_eq!(client.ask("qWasmStackValue:0;0"), "2300000000000000");
    assert_eq!(client.ask("qWasmStackValue:0;1"), "0700000000000000");
    assert_eq!(client.ask("qWasmStackValue:1;0"), "6400000000000000");
    assert_eq!(client.ask("qWasmGlobal:0;0"), "fdffffffffffffff");
    assert_eq!(client.ask("qWasmGlobal:0;1"), "09000000");
    assert_eq!((client.ask("m0,2"), &client.ask("m10000,1")[..1]), ("0000".into(), "E"));
    assert_eq!(&client.ask("M0,1:01")[..1], "E", "state is not changed");
    assert_eq!(client.ask(&format!("z0,{nop:x},1")), "OK");
    assert_eq!(&client.ask(&format!("z0,{nop:x},1"))[..1], "E", "it is gone");
    let (_, pc) = client.run("vCont;s:1");
    assert_eq!(pc, nop + 1);
    assert!(client.ask("vCont;c").starts_with("W00"), "returned");
    assert_eq!(served.ended().0, Some(0));
}

const WRITES: &str = r#"(module (import "wafer" "uart_write" (func $write (param i32))) (memory 1)
    (func (export "run")
        (i32.store (i32.const 8) (i32.const 5)) (call $write (i32.const 33)) (i32.store (i32.const 8) (i32.const 6))
        unreachable))"#;

#[test]
fn memory_is_watched_and_time_goes_back() {
    let bench = Bench::new();
    let served = Served::new(&[&bench.file("writes.wat", WRITES)]);
    let mut client = Client::new(&served);
    assert_eq!(client.ask("Z2,8,4"), "OK");
    let (stop, first) = client.run("vCont;c");
    assert!(stop.contains("watch:08;"), "{stop}");
    assert_eq!(client.ask("m8,4"), "05000000");
    let (_, second) = client.run("vCont;c");
    assert_eq!((client.ask("m8,4").as_str(), second > first), ("06000000", true));
    let (_, before) = client.run("bs");
    assert_eq!((client.ask("m8,4").as_str(), before < second), ("05000000", true));
    let (stop, pc) = client.run("bc");
    assert!(stop.contains("watch:08;") && pc == first, "{stop}");
    let (stop, _) = client.run("bc");
    assert!(stop.contains("replaylog:begin;"), "{stop}");
    assert_eq!(client.ask("m8,4"), "00000000");
    assert_eq!(client.ask("z2,8,4"), "OK");
    let (stop, _) = client.run("vCont;c");
    assert!(stop.starts_with("T04"), "unreachable is SIGILL: {stop}");
    assert_eq!(client.ask("m8,4"), "06000000");
    assert!(client.ask("qRcmd,6379636c6573").starts_with('O'), "cycles");
    assert_eq!(client.receive(), "OK");
    assert!(client.ask("vCont;c").starts_with("W02"), "trapped");
    assert_eq!(served.ended(), (Some(2), "!".into()), "written once");
}

#[test]
fn a_program_that_runs_is_stopped() {
    let bench = Bench::new();
    let waits = r#"(module (import "wafer" "timer" (func $timer (param i32)))
        (func (export "run") nop (call $timer (i32.const 30000000))))"#;
    let forever = r#"(module (func (export "run") (loop (br 0))))"#;
    for text in [waits, forever] {
        let served = Served::new(&[&bench.file("module.wat", text)]);
        let mut client = Client::new(&served);
        client.send("vCont;c");
        std::thread::sleep(Duration::from_millis(300));
        let begin = Instant::now();
        client.0.write_all(&[0x03]).expect("it reads");
        assert!(client.receive().starts_with("T02"), "SIGINT");
        assert!(begin.elapsed() < Duration::from_secs(1));
        assert_eq!(stack(&mut client).len(), 1);
        client.send("k");
        assert_eq!(served.ended().0, Some(3), "interrupted");
    }
}

#[test]
fn a_client_leaves_as_it_likes() {
    let bench = Bench::new();
    // To the end without it.
    let served = Served::new(&[CHAIN]);
    assert_eq!(Client::new(&served).ask("D"), "OK");
    assert_eq!(served.ended(), (Some(0), "9\n".into()));
    let long = r#"(module (func (export "run") (result i32) (local i32)
        (loop (br_if 0 (i32.lt_u (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (i32.const 200000)))) (local.get 0)))"#;
    let served = Served::new(&[&bench.file("long.wat", long)]);
    assert_eq!(Client::new(&served).ask("D"), "OK");
    assert_eq!(served.ended().0, Some(0), "the client is gone before it ends");
    // Without a word, while the program stands and while it runs.
    let file = bench.file("forever.wat", r#"(module (func (export "run") (loop (br 0))))"#);
    for packet in ["?", "vCont;c"] {
        let served = Served::new(&[&file]);
        let mut client = Client::new(&served);
        client.send(packet);
        drop(client);
        assert_eq!(served.ended().0, Some(3), "{packet}");
    }
}

#[test]
fn what_is_no_packet_is_refused_and_the_session_goes_on() {
    let served = Served::new(&[CHAIN]);
    let stream = TcpStream::connect(&served.address).expect("it listens");
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("can be set");
    let mut client = Client(stream);
    // What is damaged is to be sent again, in both directions.
    client.0.write_all(b"garbage$?#00").expect("it reads");
    assert_eq!(client.byte(), b'-');
    let answer = client.ask("?");
    client.0.write_all(b"-").expect("it reads");
    assert_eq!((client.receive(), &answer[1..3]), (answer.clone(), "05"));
    for wrong in ["G0", "Gzz", "m,", "Z0,zz", "qWasmLocal:", "vCont;x"] {
        client.send(wrong);
        assert_eq!((client.byte(), client.receive().as_str()), (b'+', "E01"), "{wrong}");
    }
    assert_eq!(client.ask("QStartNoAckMode"), "OK");
    client.0.write_all(b"+$?#00").expect("it reads");
    assert_eq!(client.receive(), "E01");
    assert_eq!(client.ask("vCont;x"), "E01");
    assert_eq!(client.ask("nonsense"), "");
    client.0.write_all(&[b'a'; 1 << 16]).expect("it reads");
    assert_eq!(client.ask("m0,2"), "0000", "nothing was forgotten: no acknowledgements");
    assert!(client.ask("vCont;c").starts_with("W00"), "returned");
    assert_eq!(served.ended(), (Some(0), "9\n".into()));
}

#[test]
fn breakpoints_lie_where_lines_begin() {
    let module = std::fs::read(root(CHAIN)).expect("a module");
    let table = firmware_loader::source::LineTable::new(&module);
    let rows = table.rows_of("chain.c", 12);
    let served = Served::new(&[CHAIN]);
    let mut client = Client::new(&served);
    assert_eq!(client.ask(&format!("Z0,{:x},1", FILE + rows[0].start)), "OK");
    let (stop, pc) = client.run("vCont;c");
    assert!(stop.contains("swbreak") && pc == FILE + rows[0].start, "{stop}");
    assert_eq!(stack(&mut client).len(), 3, "square, visit, run");
    let lines: Vec<u32> = stack(&mut client).iter().map(|pc| table.row(pc - 1 - FILE).expect("a line").line).collect();
    assert_eq!(lines[1..], [16, 24]);
    assert_eq!(&client.ask(&format!("Z0,{:x},1", FILE + 3))[..1], "E", "before the code");
    client.send("k");
    assert_eq!(served.ended().0, Some(3));
}
