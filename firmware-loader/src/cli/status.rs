//! What the core of a board does, with names where the module is at hand.

use super::connect::{connect, found_board};
use super::program::Program;
use super::{Demands, Done, Wire, output};
use crate::disassembly::{function_name, place};
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::output::shown;
use isa::module::{ImportKind, Module};
use isa::outcome::{Exhausted, Stop};
use serde::Serialize;
use std::path::Path;

#[derive(Serialize)]
struct StatusObject {
    /// "idle", "running" or "paused".
    state: &'static str,
    valid: bool,
    /// Whether the file that was named is what is loaded; null without one.
    is_file: Option<bool>,
    /// What ended the last call, in words; null if it returned.
    stop: Option<String>,
    /// Code address of the instruction that stopped.
    code_address: Option<u32>,
    /// Name of the function in which it stands, if the file is loaded.
    stopped_in: Option<String>,
    /// The imported function that waits for the host.
    function: Option<u32>,
    /// The name by which it is imported, if the file is loaded.
    import: Option<String>,
    cycles: u64,
}

pub(super) fn status(wire: &Wire, interrupt: &Interrupt, file: Option<&Path>) -> Done {
    let module = file.map(crate::read).transpose()?;
    let mut connection = connect(wire, None, interrupt)?;
    let report = connection.status()?;
    let mut loaded = None;
    if let (Some(module), Some(file)) = (module, file) {
        let program = Program::new(Demands::default(), module, found_board(&connection)?, file)?;
        loaded = Some(if program.is_loaded(&connection, &report) { Ok(program.module) } else { Err(file) });
    }
    let module = loaded.as_ref().and_then(|loaded| loaded.as_ref().ok());
    let stop = (report.place.stop != 0).then(|| match Stop::from_code(report.place.stop) {
        // On a board nothing but a halt gives this.
        Some(Stop::Exhausted(Exhausted::Cycles)) => "halted".into(),
        Some(stop) => stop.to_string(),
        None => format!("unknown stop code {:#04x}", report.place.stop),
    });
    let state = match (report.running, report.paused) {
        (true, _) => "running",
        (_, true) => "paused",
        _ => "idle",
    };
    let pc = stop.is_some().then_some(report.place.pc);
    let function = report.paused.then_some(report.function);
    let object = StatusObject {
        state,
        valid: report.valid,
        is_file: loaded.as_ref().map(Result::is_ok),
        stop,
        code_address: pc,
        stopped_in: pc.zip(module).map(|(pc, module)| function_name(module, pc)),
        function,
        import: function.zip(module).and_then(|(function, module)| import(module, function)),
        cycles: report.cycles,
    };
    let mut text = format!("{state}, {}", if report.valid { "a module is loaded" } else { "no module is loaded" });
    match &loaded {
        Some(Ok(_)) => text += &format!("\n  module     {}", file.unwrap_or(Path::new("")).display()),
        Some(Err(file)) => text += &format!("\n  module     not {}", file.display()),
        None => {}
    }
    if let (Some(stop), Some(pc)) = (&object.stop, pc) {
        text += &format!("\n  last call  stopped at code address {pc:#x}: {stop}");
        text += &module.map(|module| format!("\n  at         {}", place(module, pc))).unwrap_or_default();
    }
    if let Some(function) = function {
        text += &format!("\n  waits for  imported function {function}");
        text += &object.import.as_ref().map(|name| format!(", {}", shown(name))).unwrap_or_default();
    }
    text += &format!("\n  cycles     {}", object.cycles);
    output::show(wire.shown.json, &object, &text)?;
    Ok(Exit::Returned)
}

/// The name by which a function is imported.
fn import(module: &Module, function: u32) -> Option<String> {
    let mut functions = module.imports.iter().filter(|import| matches!(import.kind, ImportKind::Function(_)));
    functions.nth(function as usize).map(|import| format!("{}.{}", import.module, import.name))
}
