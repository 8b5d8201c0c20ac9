//! Commands about a board, whatever is loaded.

use super::connect::connect;
use super::{Done, Wire, output};
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::output::shown;
use crate::serial;
use isa::wire::Hello;
use serde::Serialize;

#[derive(Serialize)]
struct DeviceObject {
    port: String,
    description: String,
}

pub(super) fn devices(json: bool) -> Done {
    let devices = serial::devices()?;
    let objects: Vec<_> =
        devices.into_iter().map(|d| DeviceObject { port: d.path, description: d.description }).collect();
    let lines: Vec<_> = objects.iter().map(|d| format!("{}  {}", shown(&d.port), shown(&d.description))).collect();
    let text = if lines.is_empty() { "no serial ports".into() } else { lines.join("\n") };
    output::show(json, &objects, &text)?;
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

pub(super) fn info(wire: &Wire, interrupt: &Interrupt) -> Done {
    let connection = connect(wire, None, interrupt)?;
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
    output::show(wire.shown.json, &object, &lines.join("\n"))?;
    Ok(Exit::Returned)
}

#[derive(Serialize)]
struct DoneObject {
    outcome: &'static str,
}

pub(super) fn halt(wire: &Wire, interrupt: &Interrupt) -> Done {
    connect(wire, None, interrupt)?.halt()?;
    output::show(wire.shown.json, &DoneObject { outcome: "done" }, "halted")?;
    Ok(Exit::Returned)
}

pub(super) fn reset(wire: &Wire, interrupt: &Interrupt) -> Done {
    connect(wire, None, interrupt)?.reset()?;
    output::show(wire.shown.json, &DoneObject { outcome: "done" }, "reset; no module is loaded")?;
    Ok(Exit::Returned)
}
