//! Devices of the chip: on a virtual board they do, without a host, what the host does for them in the simulator.

use boards::{BOARDS, Board};
use firmware_loader::gate::{Strictness, Target, hosted_image};
use firmware_loader::host::{Host, Memory, Reply};
use firmware_loader::session::{Call, Ending, Finished, LinkError, Session};
use firmware_loader::wasi::{Wasi, provides};
use isa::host::Space;
use isa::image::Image;
use isa::module::Module;
use isa::types::{ValType, Value};
use isa::wire::{Command, Request};
use sim::board::faults::Faults;
use sim::board::{self, BoardLine};
use sim::select::{self, Kind};
use sim::session::{Call as SimulatedCall, Ending as Simulated, Job, Settings, simulate};
use std::time::Duration;
use tests::on_board::{call_within, load};

/// Calls of each device, below other values on the stack and inside another function.
const PROGRAM: &str = r#"(module
    (import "wafer" "leds" (func $leds (param i32)))
    (import "env" "never" (func $never (result i32)))
    (import "wafer" "cycles" (func $cycles (result i32)))
    (import "wafer" "buttons" (func $buttons (result i32)))
    (global $hash (mut i32) (i32.const 0))
    (func $mix (param i32) (global.set $hash
        (i32.add (i32.mul (global.get $hash) (i32.const 31)) (local.get 0))))
    (func $now (result i32) i32.const 1000 call $cycles i32.add)
    (func (export "times") (param $n i32) (result i32)
        (global.set $hash (i32.const 0))
        (loop $again
            (call $mix (call $now))
            (call $leds (local.get $n))
            (call $mix (i32.add (call $cycles) (i32.shl (call $buttons) (i32.const 8))))
            (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
        global.get $hash)
    (func (export "lights") (param i32) (call $leds (local.get 0)))
    (func (export "buttons") (param i32) (result i32) (i32.add (call $buttons) (local.get 0)))
    (func (export "host") (param i32) (result i32) (call $leds (local.get 0)) (call $never))
    (func (export "forever") (param i32) (loop (call $leds (local.get 0)) (br 0))))"#;

fn target(board: &Board) -> Target<'static> {
    sim::load::target(board.plan)
}

struct Loaded<'a> {
    board: &'static Board,
    module: &'a Module,
    image: &'a Image,
    session: Session<BoardLine>,
}

/// What the host is asked for here: `never`.
struct Host99;

impl<M: Memory> Host<M> for Host99 {
    fn call(&mut self, function: u32, args: &[Value], _: &mut M) -> Result<Reply, M::Error> {
        assert_eq!((function, args), (1, &[][..]), "the chip answers the others");
        Ok(Reply::Results(vec![i32(99)]))
    }
}

fn i32(value: i32) -> Value {
    Value { ty: ValType::I32, bits: value as u32 as u64 }
}

impl Loaded<'_> {
    fn call_for(&mut self, name: &str, argument: i32, time: Duration) -> Result<Finished, LinkError> {
        let function = self.module.exported_function(name).expect("is exported");
        let args = [i32(argument)];
        let call = Call { module: self.module, image: self.image, function, args: &args };
        call_within(&mut self.session, &call, &mut Host99, time)
    }

    fn call(&mut self, name: &str, argument: i32) -> Finished {
        let finished = self.call_for(name, argument, Duration::from_millis(50));
        finished.unwrap_or_else(|e| panic!("{}, {name}: {e}", self.board.name))
    }

    fn hardware(&mut self) -> &mut board::Board {
        &mut self.session.line().board
    }
}

/// On every board.
fn on_boards(mut check: impl FnMut(&mut Loaded<'_>)) {
    let module = firmware_loader::parse_text(PROGRAM).expect("is valid");
    for board in BOARDS {
        let image = hosted_image(&module, &target(board), |_| true, Strictness::Strict)
            .unwrap_or_else(|e| panic!("{}: {e}", board.name));
        let simulated = board::Board::new(board, &Faults::default(), 0).unwrap_or_else(|e| panic!("{e}"));
        let line = BoardLine::new(simulated, board.baud);
        let mut session = Session::connect(line, 1).unwrap_or_else(|e| panic!("{}: {e}", board.name));
        load(&mut session, &image, board).unwrap_or_else(|e| panic!("{}: {e}", board.name));
        check(&mut Loaded { board, module: &module, image: &image, session });
    }
}

/// What the call returns in the simulator, in lock-step with the model, and the cycles it takes.
fn simulated(loaded: &Loaded<'_>, name: &str, argument: i32) -> (Vec<Value>, u64) {
    // The same without the import that no simulator provides.
    let text = PROGRAM.replace(r#"(import "env" "never""#, r#"(import "wafer" "uart_read""#);
    let module = firmware_loader::parse_text(&text).expect("is valid");
    let plan = loaded.board.plan;
    let image = hosted_image(&module, &target(loaded.board), |import| provides(&module, import), Strictness::Strict);
    let image = image.expect("fits");
    let mut host = Wasi::new(&module);
    host.streams(Box::new(std::io::empty()), (Box::new(std::io::sink()), false), (Box::new(std::io::sink()), false));
    let open = |waves| select::open(Kind::Auto, plan, waves);
    let function = module.exported_function(name).expect("is exported");
    let call = Some(SimulatedCall { function, args: &[i32(argument)] });
    let job = Job { module: &module, image: &image, plan, call, open: &open };
    let mut settings = Settings::checked();
    settings.host = Some(&mut host);
    let report = simulate(&job, &mut settings).unwrap_or_else(|e| panic!("{name}: {e}"));
    match report.ending {
        Simulated::Returned(values) => (values, report.cycles),
        other => panic!("{name}: {other:?}"),
    }
}

#[test]
fn chip_and_simulator_agree_to_the_cycle() {
    let mut count = 0;
    on_boards(|loaded| {
        for (name, argument) in [("times", 1), ("times", 9), ("lights", 5), ("buttons", -3)] {
            let finished = loaded.call(name, argument);
            let (values, cycles) = simulated(loaded, name, argument);
            assert_eq!((finished.ending, finished.cycles), (Ending::Returned(values), cycles), "{name}({argument})");
            count += 1;
        }
        assert_eq!(loaded.session.repeated(), 0);
    });
    assert_eq!(count, 4 * BOARDS.len());
}

#[test]
fn leds_are_the_programs_until_the_next_call() {
    on_boards(|loaded| {
        const LOADED: u8 = 4;
        assert_eq!(loaded.hardware().leds(), LOADED);
        loaded.call("lights", 0x7a);
        assert_eq!(loaded.hardware().leds(), 0xa, "the lowest four");
        loaded.call("buttons", 0);
        assert_eq!(loaded.hardware().leds(), LOADED);
        loaded.call("lights", 0);
        assert_eq!(loaded.hardware().leds(), 0);
        loaded.session.reset().expect("a reset");
        assert_eq!(loaded.hardware().leds(), 0, "the state of a board without a program");
    });
}

#[test]
fn buttons_are_bits() {
    on_boards(|loaded| {
        for held in [0, 1, 8, 5, 15] {
            loaded.hardware().hold(held);
            let Finished { ending, .. } = loaded.call("buttons", 100);
            assert_eq!(ending, Ending::Returned(vec![i32(100 + i32::from(held))]));
        }
    });
}

/// The host still gets what is its own.
#[test]
fn other_imports_go_to_the_host() {
    on_boards(|loaded| {
        assert_eq!(loaded.call("host", 3).ending, Ending::Returned(vec![i32(99)]));
        assert_eq!(loaded.hardware().leds(), 3);
    });
}

/// The link engine is in the middle of a frame, whatever its registers say then.
#[test]
fn devices_do_not_wait_for_the_rest_of_a_frame() {
    on_boards(|loaded| {
        let function = loaded.module.exported_function("forever").expect("is exported");
        for (came, lit) in (1..9).zip([6, 9].into_iter().cycle()) {
            let argument = [lit, 0, 0, 0, 0, 0, 0, 0];
            let base = loaded.image.layout.base;
            loaded.session.poke(Space::Stack, base, &argument).unwrap_or_else(|e| panic!("{came}: {e}"));
            // With a number that no session begins with here.
            let call = Request { row: function, ..Request::new(200 + came, Command::Call) };
            let hardware = loaded.hardware();
            // A block of the byte stuffing, of which only so many bytes come.
            hardware.send(&[call.encode(), [&[20][..], &vec![0xff; came.into()]].concat()].concat());
            hardware.run(30_000);
            assert_eq!(hardware.leds(), lit, "{came} bytes of a frame");
            hardware.send(&[0]);
            loaded.session.reset().unwrap_or_else(|e| panic!("{came}: {e}"));
            load(&mut loaded.session, loaded.image, loaded.board).unwrap_or_else(|e| panic!("{came}: {e}"));
        }
    });
}

/// Every answer comes the first time while a program does nothing but call a device, and the program can be halted.
#[test]
fn the_line_works_beside_devices() {
    on_boards(|loaded| {
        for n in 0..8 {
            let time = Duration::from_micros(700 + 97 * n);
            let finished = loaded.call_for("forever", n as i32, time).unwrap_or_else(|e| panic!("{n}: {e}"));
            assert!(finished.was_halted(), "{n}: {finished:?}");
            assert_eq!(loaded.hardware().leds(), n as u8 & 15);
        }
        assert_eq!(loaded.session.repeated(), 0);
    });
}
