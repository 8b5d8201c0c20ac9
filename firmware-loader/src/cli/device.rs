//! Commands about a board, whatever is loaded.

use super::{Connection, Done, Failure, Options, output};
use crate::exit::Exit;
use crate::serial::{self, SerialLine};
use crate::session::{LinkError, Session};
use boards::Board;
use isa::outcome::Stop;
use isa::wire::{Command, Hello};
use serde::Serialize;
use std::hash::{BuildHasher, Hasher, RandomState};

/// Opens the port, and asks who is there.
pub(super) fn connect(options: &Options) -> Result<Connection, Failure> {
    let port = match &options.port {
        Some(port) => port.clone(),
        None => only_port()?,
    };
    let mut bauds: Vec<u32> = match (options.baud, named_board(options)) {
        (Some(baud), _) => vec![baud],
        (None, Some(board)) => vec![board.baud],
        (None, None) => boards::BOARDS.iter().map(|board| board.baud).collect(),
    };
    bauds.sort_unstable_by(|a, b| b.cmp(a));
    bauds.dedup();
    let mut connected = Err(LinkError::NoAnswer { command: Command::Hello, attempts: 0 });
    for baud in bauds {
        // Each hasher has keys of its own.
        let nonce = RandomState::new().build_hasher().finish() as u32;
        connected = Session::connect(SerialLine::open(&port, baud)?, nonce);
        if !matches!(connected, Err(LinkError::NoAnswer { .. })) {
            break;
        }
    }
    Ok(connected?)
}

fn only_port() -> Result<String, Failure> {
    let devices = serial::devices()?;
    let usb: Vec<_> = devices.iter().filter(|device| device.description.starts_with("USB")).collect();
    match &usb[..] {
        [device] => Ok(device.path.clone()),
        [] => Err(Failure::new("no USB serial port found; plug the board in, or name its port with --port")),
        several => {
            let paths: Vec<_> = several.iter().map(|device| device.path.as_str()).collect();
            Err(Failure::new(format!("which port is the board's? --port {}", paths.join(" or --port "))))
        }
    }
}

/// The board with the name that was given.
pub(super) fn named_board(options: &Options) -> Option<&'static Board> {
    options.board.as_deref().and_then(boards::board)
}

/// The board at the other end, if this program knows it.
pub(super) fn found_board(connection: &Connection) -> Result<&'static Board, Failure> {
    let name = connection.board_name();
    boards::board(&name).ok_or_else(|| {
        let known: Vec<_> = boards::BOARDS.iter().map(|board| board.name).collect();
        let known = known.join(", ");
        Failure::new(format!("the board says that it is `{name}`, but this program knows only {known}"))
    })
}

#[derive(Serialize)]
struct DeviceObject {
    port: String,
    description: String,
}

pub(super) fn devices(options: &Options) -> Done {
    let devices = serial::devices()?;
    let objects: Vec<_> =
        devices.into_iter().map(|d| DeviceObject { port: d.path, description: d.description }).collect();
    let lines: Vec<_> = objects.iter().map(|d| format!("{}  {}", d.port, d.description)).collect();
    let text = if lines.is_empty() { "no serial ports".into() } else { lines.join("\n") };
    output::show(options.json, &objects, &text)?;
    Ok(Exit::Returned)
}

#[derive(Serialize)]
struct InfoObject {
    board: String,
    protocol: u8,
    clock_hz: u32,
    services: bool,
    resolver: bool,
    compact: bool,
    float: bool,
    code_bytes: u64,
    branch_entries: u64,
    functions: u64,
    stack_slots: u64,
    frames: u64,
    memory_bytes: u64,
}

pub(super) fn info(options: &Options) -> Done {
    let connection = connect(options)?;
    let &Hello { version, features, sizes, clock, .. } = connection.board();
    // Sizes of 2^64 and more are nonsense, but no reason to panic.
    let [code, branches, functions, stack, frames, memory, _] = sizes.map(|log2| 1u64.checked_shl(log2.into()));
    let object = InfoObject {
        board: connection.board_name(),
        protocol: version,
        clock_hz: clock,
        services: features.services,
        resolver: features.resolver,
        compact: features.compact,
        float: features.float,
        code_bytes: code.unwrap_or(0),
        branch_entries: branches.unwrap_or(0),
        functions: functions.unwrap_or(0),
        stack_slots: stack.unwrap_or(0),
        frames: frames.unwrap_or(0),
        memory_bytes: memory.unwrap_or(0),
    };
    let yes = |there: bool| if there { "yes" } else { "no" };
    let lines = [
        object.board.clone(),
        format!("  clock           {} MHz", f64::from(clock) / 1e6),
        format!("  code            {} bytes", object.code_bytes),
        format!("  memory          {} bytes", object.memory_bytes),
        format!("  value stack     {} slots", object.stack_slots),
        format!("  calls at once   {}", object.frames),
        format!("  functions       {}", object.functions),
        format!("  branch entries  {}", object.branch_entries),
        format!("  services        {}", yes(features.services)),
        format!("  resolver        {}", yes(features.resolver)),
        format!("  compact         {}", yes(features.compact)),
        format!("  protocol        {version}"),
    ];
    output::show(options.json, &object, &lines.join("\n"))?;
    Ok(Exit::Returned)
}

#[derive(Serialize)]
struct StatusObject {
    /// "idle", "running" or "paused".
    state: &'static str,
    valid: bool,
    /// What ended the last call, in words; null if it returned.
    stop: Option<String>,
    /// Code address of the instruction that stopped.
    code_address: Option<u32>,
    /// The imported function that waits for the host.
    function: Option<u32>,
    cycles: u64,
}

pub(super) fn status(options: &Options) -> Done {
    let mut connection = connect(options)?;
    let report = connection.status()?;
    let stop = (report.place.stop != 0).then(|| match Stop::from_code(report.place.stop) {
        Some(stop) => stop.to_string(),
        None => format!("unknown stop code {:#04x}", report.place.stop),
    });
    let state = match (report.running, report.paused) {
        (true, _) => "running",
        (_, true) => "paused",
        _ => "idle",
    };
    let object = StatusObject {
        state,
        valid: report.valid,
        code_address: stop.is_some().then_some(report.place.pc),
        stop,
        function: report.paused.then_some(report.function),
        cycles: report.cycles,
    };
    let mut text = format!("{state}, {}", if report.valid { "a module is loaded" } else { "no module is loaded" });
    if let (Some(stop), Some(pc)) = (&object.stop, object.code_address) {
        text += &format!("\n  last call  stopped at code address {pc:#x}: {stop}");
    }
    if let Some(function) = object.function {
        text += &format!("\n  waits for  imported function {function}");
    }
    text += &format!("\n  cycles     {}", object.cycles);
    output::show(options.json, &object, &text)?;
    Ok(Exit::Returned)
}

#[derive(Serialize)]
struct DoneObject {
    outcome: &'static str,
}

pub(super) fn halt(options: &Options) -> Done {
    connect(options)?.halt()?;
    output::show(options.json, &DoneObject { outcome: "done" }, "halted")?;
    Ok(Exit::Returned)
}

pub(super) fn reset(options: &Options) -> Done {
    connect(options)?.reset()?;
    output::show(options.json, &DoneObject { outcome: "done" }, "reset; no module is loaded")?;
    Ok(Exit::Returned)
}
