//! Commands about a board, whatever is loaded.

use super::connect::connect;
use super::{Connection, Done, Wire, output};
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::output::shown;
use crate::serial;
use isa::wire::Hello;
use serde::Serialize;

#[derive(Serialize)]
struct DevicesObject {
    devices: Vec<DeviceObject>,
}

#[derive(Serialize)]
struct DeviceObject {
    port: String,
    description: String,
}

pub(super) fn devices(json: bool) -> Done {
    let devices = serial::devices()?;
    let devices: Vec<_> =
        devices.into_iter().map(|d| DeviceObject { port: d.path, description: d.description }).collect();
    let lines: Vec<_> = devices.iter().map(|d| format!("{}  {}", shown(&d.port), shown(&d.description))).collect();
    let text = if lines.is_empty() { "no serial ports".into() } else { lines.join("\n") };
    output::show(json, &DevicesObject { devices }, &text)?;
    Ok(Exit::Returned)
}

/// What a board says of itself.
#[derive(Serialize)]
pub(super) struct InfoObject {
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
    /// Of a block, if memory is a pool of them.
    block_bytes: Option<u64>,
}

impl InfoObject {
    pub fn new(connection: &Connection) -> InfoObject {
        let &Hello { version, features, sizes, clock, .. } = connection.board();
        // Sizes of 2^64 and more are nonsense, but no reason to panic.
        let sizes = sizes.map(|log2| 1u64.checked_shl(log2.into()).unwrap_or(0));
        let [code_bytes, branch_entries, functions, stack_slots, frames, memory_bytes, _, block_bytes] = sizes;
        InfoObject {
            board: connection.board_name(),
            protocol: version,
            clock_hz: clock,
            services: features.services,
            resolver: features.resolver,
            compact: features.compact,
            float: features.float,
            code_bytes,
            branch_entries,
            functions,
            stack_slots,
            frames,
            memory_bytes,
            block_bytes: connection.board().has_pool().then_some(block_bytes),
        }
    }

    /// For people.
    pub fn text(&self) -> String {
        let blocks = self.block_bytes.map_or(String::new(), |bytes| format!(" in blocks of {bytes}"));
        let yes = |there: bool| if there { "yes" } else { "no" };
        let lines = [
            self.board.clone(),
            format!("  clock           {} MHz", f64::from(self.clock_hz) / 1e6),
            format!("  code            {} bytes", self.code_bytes),
            format!("  memory          {} bytes{blocks}", self.memory_bytes),
            format!("  value stack     {} slots", self.stack_slots),
            format!("  calls at once   {}", self.frames),
            format!("  functions       {}", self.functions),
            format!("  branch entries  {}", self.branch_entries),
            format!("  services        {}", yes(self.services)),
            format!("  resolver        {}", yes(self.resolver)),
            format!("  compact         {}", yes(self.compact)),
            format!("  protocol        {}", self.protocol),
        ];
        lines.join("\n")
    }
}

pub(super) fn info(wire: &Wire, interrupt: &Interrupt) -> Done {
    let object = InfoObject::new(&connect(wire, None, interrupt)?);
    output::show(wire.shown.json, &object, &object.text())?;
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
