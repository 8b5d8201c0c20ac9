//! From a file to an image for a board: everything up to the wire.

use super::connect::{connect, found_board};
use super::{Call, Connection, Done, Failure, Setup, Target, output};
use crate::choice::{self, Choice};
use crate::exit::Exit;
use crate::gate;
use crate::interrupt::Interrupt;
use crate::upload::Upload;
use crate::wasi::{self, Wasi};
use boards::Board;
use isa::capabilities::Capabilities;
use isa::group::Policy;
use isa::image::{Image, Resource};
use isa::module::{Import, Module};
use isa::plan::MemoryPlan;
use isa::wire::Report;
use serde::Serialize;
use std::path::Path;

/// A module with its image for a board.
pub(super) struct Program {
    pub module: Module,
    pub image: Image,
    pub board: &'static Board,
}

/// A module that fits a board, and the board if it had to be asked. A module that does not validate, or not for the
/// board that was named, is refused before the port is opened.
pub(super) fn prepare(setup: &Setup, interrupt: &Interrupt, file: &Path) -> Result<(Program, Connection), Failure> {
    let module = crate::read(file)?;
    match setup.target.named() {
        Some(board) => {
            let program = Program::new(module, board, file)?;
            let connection = connect(&setup.wire, Some(board), interrupt)?;
            connection.expect(board.name, board.plan)?;
            Ok((program, connection))
        }
        None => {
            let connection = connect(&setup.wire, None, interrupt)?;
            Ok((Program::new(module, found_board(&connection)?, file)?, connection))
        }
    }
}

/// As [`prepare`], with the call to make: one that cannot be made is refused as early.
pub(super) fn prepare_call(
    setup: &Setup,
    interrupt: &Interrupt,
    call: &Call,
) -> Result<(Program, Option<Choice>, Connection), Failure> {
    let module = crate::read(&call.file)?;
    let choice =
        choice::choose(&module, &call.file, call.function.as_deref(), &call.arguments).map_err(Failure::new)?;
    let (program, connection) = prepare(setup, interrupt, &call.file)?;
    Ok((program, choice, connection))
}

impl Program {
    /// What the program gets from this machine.
    pub fn host(&self, setup: &Setup, call: &Call) -> Result<Wasi, Failure> {
        // With --json, standard output is for the object alone.
        Ok(setup.grants.host(&self.module, &call.file, &call.program, setup.wire.shown.json)?)
    }

    pub fn new(module: Module, board: &'static Board, file: &Path) -> Result<Program, Failure> {
        let plans: Vec<MemoryPlan> = boards::BOARDS.iter().map(|board| *board.plan).collect();
        let capabilities = Capabilities::of_plan(board.plan);
        let target =
            gate::Target { plan: board.plan, capabilities, policy: Policy::of_plan(board.plan), plans: &plans };
        let provides = |import: &Import| wasi::provides(&module, import);
        let image = gate::hosted_image(&module, &target, provides).map_err(|e| e.in_file(file))?;
        Ok(Program { module, image, board })
    }

    /// What is sent to load it.
    pub fn upload(&self, connection: &Connection) -> Upload {
        Upload::new(&self.image, self.board.plan, connection.board())
    }

    /// Whether this program is what was loaded on the board that reports.
    pub fn is_loaded(&self, connection: &Connection, report: &Report) -> bool {
        report.valid && report.image == self.upload(connection).commit.image
    }
}

#[derive(Serialize)]
struct CheckObject {
    outcome: &'static str,
    board: &'static str,
    needs: Vec<Need>,
}

/// How much the module takes of something, and how much there is.
#[derive(Serialize)]
struct Need {
    what: &'static str,
    needed: u64,
    available: u64,
}

pub(super) fn check(target: &Target, json: bool, file: &Path) -> Done {
    let module = crate::read(file)?;
    let board = match target.named() {
        Some(board) => board,
        None if boards::BOARDS.len() == 1 => &boards::BOARDS[0],
        None => {
            let names: Vec<_> = boards::BOARDS.iter().map(|board| board.name).collect();
            return Err(Failure::new(format!("for which board? --board {}", names.join(" or --board "))));
        }
    };
    let program = Program::new(module, board, file)?;
    let need = |&what: &Resource| {
        let (needed, available) = (program.image.needed(what), what.available(board.plan));
        Need { what: what.name(), needed, available }
    };
    let resources = Resource::ALL.iter().filter(|&&what| board.plan.resolver || what != Resource::Labels);
    let object = CheckObject { outcome: "fits", board: board.name, needs: resources.map(need).collect() };
    let mut text = format!("{} fits {}", file.display(), board.name);
    for Need { what, needed, available } in &object.needs {
        text += &format!("\n  {needed:>6} of {available:>6} {what}");
    }
    if let Some(note) = choice::memory_note(&program.module, board.plan) {
        text += &format!("\n  note: {note}");
    }
    if let Some(note) = gate::float_note(&program.module, Capabilities::of_plan(board.plan)) {
        text += &format!("\n  note: {note}");
    }
    output::show(json, &object, &text)?;
    Ok(Exit::Returned)
}
