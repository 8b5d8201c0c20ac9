//! Calls of the module `selftest.wat`: kernels, ends without a result, devices.

use super::Check;
use crate::gate::{self, Strictness, Target};
use crate::host::{Host, Memory, Reply};
use crate::line::Line;
use crate::session::{Call, Ending, Finished, LinkError, Session};
use crate::upload::Upload;
use crate::{parse_text, value};
use boards::Board;
use isa::device::Device;
use isa::image::Image;
use isa::module::{ImportKind, Module};
use isa::outcome::{Exhausted, Stop, Trap};
use isa::plan::{CorePlan, Multiplier, Units};
use isa::types::{ValType, Value};
use std::time::Duration;

const MODULE: &str = include_str!("selftest.wat");
/// How long a call may take that ends by itself, on a board and on a simulated one.
const CALLS_WITHIN: Duration = Duration::from_secs(2);
const SIMULATED_WITHIN: Duration = Duration::from_secs(60);
/// After so long, an endless call is halted.
const HALTED_AFTER: Duration = Duration::from_millis(2);

/// A call with a result that is known from elsewhere.
struct Kernel {
    name: &'static str,
    argument: u32,
    result: u64,
    /// Of the cores that [`core`] numbers.
    cycles: [u64; 4],
}

/// Which of the cores a plan has: the full one with its long unit, the same with long immediates at once, that with
/// multipliers, too, or the compact one.
fn core(plan: &CorePlan) -> usize {
    match plan.units {
        _ if plan.is_compact() => 3,
        Units { multiplier: Multiplier::Doubles, .. } => 2,
        Units { wide_immediates: true, .. } => 1,
        _ => 0,
    }
}

/// The results: Fibonacci numbers, the number of primes below 1000, the check value of CRC-32, that of FNV-1a for
/// "foobar", (-7)^2 because 10^9 is -7 modulo 10^9 + 7, the steps from 27, the days of a year.
const KERNELS: &[Kernel] = &[
    Kernel { name: "fib", argument: 15, result: 610, cycles: [28605, 28605, 28605, 53266] },
    Kernel { name: "primes", argument: 1000, result: 168, cycles: [19643, 19643, 18983, 66113] },
    Kernel { name: "crc32", argument: 9, result: 0xcbf4_3926, cycles: [772, 772, 772, 4062] },
    Kernel { name: "fnv", argument: 6, result: 0x8594_4171_f739_67e8, cycles: [267, 204, 90, 610] },
    Kernel { name: "power", argument: 18, result: 49, cycles: [969, 825, 825, 2664] },
    Kernel { name: "collatz", argument: 27, result: 111, cycles: [1164, 1164, 1123, 5376] },
    Kernel { name: "days", argument: 12, result: 365, cycles: [170, 170, 170, 385] },
];

/// Calls that end without a result: what they try, a function, its arguments, and how it has to end.
const STOPS: &[(&str, &str, &[u32], Stop)] = &[
    ("unreachable", "unreachable", &[], Stop::Trap(Trap::Unreachable)),
    ("division by zero", "divide", &[1, 0], Stop::Trap(Trap::DivideByZero)),
    ("division that overflows", "divide", &[1 << 31, u32::MAX], Stop::Trap(Trap::IntegerOverflow)),
    ("load out of bounds", "load", &[u32::MAX], Stop::Trap(Trap::OutOfBoundsMemory)),
    ("endless recursion", "deep", &[], Stop::Exhausted(Exhausted::CallStack)),
    ("recursion with locals", "wide", &[], Stop::Exhausted(Exhausted::ValueStack)),
    ("halt", "forever", &[], Stop::Exhausted(Exhausted::Time)),
];

/// What the host gives to a program that reads from it.
const BYTE: u32 = 0x41;

/// The module, loaded.
pub struct Programs<'a, L> {
    session: &'a mut Session<L>,
    board: &'a Board,
    /// How long a call may take that ends by itself.
    within: Duration,
    module: Module,
    image: Image,
    host: Wire,
}

/// The host's end of the devices that no chip has: the line of the program.
struct Wire {
    devices: Vec<Option<Device>>,
    written: Vec<u32>,
}

impl<M: Memory> Host<M> for Wire {
    fn call(&mut self, function: u32, args: &[Value], _: &mut M) -> Result<Reply, M::Error> {
        let device = self.devices.get(function as usize).copied().flatten();
        Ok(Reply::Results(match device {
            Some(Device::UartRead) => vec![i32(BYTE)],
            Some(Device::UartWrite) => {
                self.written.extend(args.iter().map(|arg| arg.bits as u32));
                Vec::new()
            }
            // The chip has to answer the others itself.
            _ => return Ok(Reply::Stop(Stop::Exhausted(Exhausted::Import))),
        }))
    }
}

fn i32(value: u32) -> Value {
    Value { ty: ValType::I32, bits: value.into() }
}

fn text(ending: &Ending) -> String {
    match ending {
        Ending::Returned(values) => values.iter().map(|&v| value::decimal(v)).collect::<Vec<_>>().join(", "),
        Ending::Exited(status) => format!("exit {status}"),
        Ending::Stopped(stop, _) => stop.message().into(),
        Ending::UnknownStop(code) => format!("unknown stop code {code:#04x}"),
    }
}

impl<'a, L: Line> Programs<'a, L> {
    /// `timed`: the clock of the line is that of the board.
    pub fn load(session: &'a mut Session<L>, board: &'a Board, timed: bool) -> Result<Programs<'a, L>, LinkError> {
        let internal = |e: crate::Error| LinkError::Selftest(e.to_string());
        let module = parse_text(MODULE).map_err(internal)?;
        let target = Target::of_plan(board.plan, boards::PLANS);
        let image = gate::hosted_image(&module, &target, |_| true, Strictness::of_option(true)).map_err(internal)?;
        let functions = module.imports.iter().filter(|import| matches!(import.kind, ImportKind::Function(_)));
        let devices = functions.map(|import| Device::of_import(&module, import)?.ok()).collect();
        let upload = Upload::new(&image, board.plan, session.board());
        session.load(&upload, |_| {})?;
        let within = if timed { CALLS_WITHIN } else { SIMULATED_WITHIN };
        Ok(Programs { session, board, within, module, image, host: Wire { devices, written: Vec::new() } })
    }

    /// The core's, as it is stated, in Hz.
    pub fn clock(&self) -> u32 {
        self.session.board().clock
    }

    /// Calls a function, and halts it after some time.
    fn call(&mut self, name: &str, args: &[u32], most: Duration) -> Result<Finished, LinkError> {
        let args: Vec<Value> = args.iter().copied().map(i32).collect();
        let call = call(&self.module, &self.image, name, &args)?;
        self.session.start(&call)?;
        self.session.within(most, |session| session.finish(&call, &mut self.host))
    }

    pub fn kernels(&mut self) -> Result<Vec<Check>, LinkError> {
        let core = core(self.board.plan);
        let check = |kernel: &Kernel| {
            let Finished { ending, cycles, .. } = self.call(kernel.name, &[kernel.argument], self.within)?;
            let bits = match &ending {
                Ending::Returned(values) => values.first().map(|value| value.bits),
                _ => None,
            };
            let found = bits.map_or_else(|| text(&ending), |bits| bits.to_string());
            let expected = format!("{} in {} cycles", kernel.result, kernel.cycles[core]);
            Ok(Check::equal("kernel", kernel.name, format!("{found} in {cycles} cycles"), expected))
        };
        KERNELS.iter().map(check).collect()
    }

    pub fn stops(&mut self) -> Result<Vec<Check>, LinkError> {
        let beyond = [self.board.plan.memory_bytes() as u32];
        let physical = ("load beyond the board", "load", &beyond[..], Stop::Exhausted(Exhausted::PhysicalMemory));
        let smaller = self.board.plan.address_bytes() < self.image.memory.bytes;
        let stops = STOPS.iter().copied().chain(smaller.then_some(physical));
        let check = |(what, name, args, stop): (_, _, _, Stop)| {
            let most = if stop == Stop::Exhausted(Exhausted::Time) { HALTED_AFTER } else { self.within };
            let Finished { ending, .. } = self.call(name, args, most)?;
            Ok(Check::equal("stop", what, text(&ending), stop.message().into()))
        };
        stops.map(check).collect()
    }

    pub fn devices(&mut self) -> Result<Vec<Check>, LinkError> {
        let mut returned = |name: &'static str, args: &[u32]| {
            let Finished { ending, .. } = self.call(name, args, self.within)?;
            Ok::<_, LinkError>((text(&ending), matches!(ending, Ending::Returned(_))))
        };
        let (ticks, _) = returned("ticks", &[])?;
        let (pressed, buttons) = returned("pressed", &[])?;
        let (_, lights) = returned("lights", &[0b0101])?;
        returned("echo", &[])?;
        let echoed: Vec<_> = self.host.written.drain(..).map(|byte| byte.to_string()).collect();
        Ok(vec![
            Check::equal("device", "cycles", ticks, "1".into()),
            Check { passed: buttons, ..Check::measured("device", "buttons", format!("{pressed} pressed, as bits")) },
            Check { passed: lights, ..Check::measured("device", "leds", "the first and the third are lit".into()) },
            Check::equal("device", "line of the program", echoed.join(", "), (BYTE + 1).to_string()),
        ])
    }

    /// Halts an endless call after some time: its cycles, and how long it has taken.
    pub fn spin(&mut self, time: Duration) -> Result<(u64, Duration), LinkError> {
        let call = call(&self.module, &self.image, "forever", &[])?;
        self.session.start(&call)?;
        let start = self.session.line().now();
        self.session.wait(time)?;
        self.session.halt()?;
        let end = self.session.line().now();
        Ok((self.session.status()?.cycles, end - start))
    }
}

fn call<'a>(module: &'a Module, image: &'a Image, name: &str, args: &'a [Value]) -> Result<Call<'a>, LinkError> {
    let missing = || LinkError::Selftest(format!("it has no function {name}"));
    let function = module.exported_function(name).ok_or_else(missing)?;
    Ok(Call { module, image, function, args })
}
