//! A small processor from text to result.
use engine::{Design, Models, Options, Record, Sim};

const CPU: &str = include_str!("verilog/cpu.v");

/// Sums the numbers from `n` down to 1 at data address 1, then halts.
fn program(n: u32) -> Vec<u32> {
    let op = |code: u32, arg: u32| code << 24 | arg;
    vec![
        op(6, 1), // const 1
        op(4, 2), // mem[2] = 1
        op(6, 0),
        op(4, 1), // sum = 0
        op(6, n),
        op(4, 0), // i = n
        op(1, 1), // loop: load sum
        op(2, 0),
        op(4, 1), // sum += i
        op(1, 0),
        op(3, 2),
        op(4, 0), // i -= 1
        op(5, 6), // jnz loop
        op(1, 1),
        op(0, 0), // halt
    ]
}

fn load(sim: &mut Sim, program: &[u32]) {
    let mem = sim.mem("prog").unwrap();
    let bytes: Vec<u8> = program.iter().flat_map(|w| w.to_ne_bytes()).collect();
    sim.bytes_mut(mem)[..bytes.len()].copy_from_slice(&bytes);
}

fn sim(options: Options) -> Sim {
    let design = Design::parse(CPU, "top", &Models::none()).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(design.warnings(), [] as [String; 0]);
    Sim::new(design, options).unwrap()
}

#[test]
fn runs_until_halted() {
    let mut s = sim(Options { stop: Some("halted".into()), ..Options::default() });
    load(&mut s, &program(10));
    let ran = s.run(10_000);
    assert_eq!(ran, 6 + 10 * 7 + 1 + 1);
    let (out, ram) = (s.sig("out").unwrap(), s.mem("ram.mem").unwrap());
    s.eval();
    assert_eq!((s.get(out), s.read(ram, 1)), (55, 55));
    assert_eq!(s.peek("ram.dout").unwrap(), 0);
    s.reset();
    assert_eq!((s.cycles(), s.read(ram, 1)), (0, 0));
}

#[test]
fn records_retired_instructions() {
    let record = Record {
        when: Some("retire".into()),
        signals: vec!["retired_pc".into(), "acc.d".into(), "pc$q".into()],
        capacity: 16,
    };
    let stop = Some("halted".into());
    let mut s = sim(Options { stop, record: Some(record), ..Options::default() });
    load(&mut s, &program(3));
    let mut rows = Vec::new();
    while s.run(1000) > 0 {
        rows.extend(s.records().map(|r| (r.cycle(), r.get(0), r.get(1))));
        s.clear_records();
        if s.get(s.sig("halted").unwrap()) == 1 {
            break;
        }
    }
    assert_eq!(rows.len(), 6 + 3 * 7 + 1);
    assert_eq!(rows[0], (0, 0, 1));
    assert_eq!(rows.last().unwrap(), &(27, 13, 6));
    assert!(rows.windows(2).all(|w| w[1].0 == w[0].0 + 1));
}

#[test]
fn runs_on_another_thread() {
    let mut s = sim(Options { stop: Some("halted".into()), ..Options::default() });
    load(&mut s, &program(100));
    let s = std::thread::spawn(move || {
        s.run(u64::MAX);
        s
    });
    let s = s.join().unwrap();
    assert_eq!(s.read(s.mem("ram.mem").unwrap(), 1), 5050);
}

#[test]
fn others_share_the_code_and_nothing_else() {
    let mut first = sim(Options {
        stop: Some("halted".into()),
        record: Some(Record { when: Some("retire".into()), signals: vec!["acc.d".into()], capacity: 1000 }),
        ..Options::default()
    });
    load(&mut first, &program(10));
    first.run(10_000);
    let mut other = first.another();
    let ram = other.mem("ram.mem").unwrap();
    assert_eq!((other.cycles(), other.read(ram, 1), other.records().count()), (0, 0, 0));
    load(&mut other, &program(4));
    let taken = first.records().count();
    drop(first);
    other.run(10_000);
    assert_eq!(other.peek("out").unwrap(), 10);
    assert_eq!(taken - other.records().count(), 6 * 7);
}

#[test]
fn a_low_signal_stops() {
    let text = "module top(input clock, output going, output reg [7:0] n);
        initial n = 0;
        assign going = n < 8'd5;
        always @(posedge clock) n <= n + 8'd1;
    endmodule";
    let design = Design::parse(text, "top", &Models::none()).unwrap();
    let options = Options { stop: Some("going".into()), stop_low: true, ..Options::default() };
    let mut s = Sim::new(design, options).unwrap();
    assert_eq!((s.run(3), s.stopped()), (3, false));
    assert_eq!((s.run(100), s.stopped()), (3, true));
    assert_eq!(s.get(s.sig("n").unwrap()), 6);
}

#[test]
fn printed_text_needs_no_changes() {
    let text = include_str!("verilog/emitted.v");
    let design = Design::parse(text, "top", &Models::ice40()).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(design.warnings(), [] as [String; 0]);
    let mut s = Sim::new(design, Options::default()).unwrap();
    s.run(100);
    assert_eq!(s.get(s.sig("count.q").unwrap()), 100);
    assert_eq!(s.peek("dec.op").unwrap(), 0);
}
