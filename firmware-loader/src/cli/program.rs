//! From a file to an image for a board: everything up to the wire.

use super::connect::{connect, found_board};
use super::{Call, Connection, Demands, Failure, Setup};
use crate::choice::{self, Choice};
use crate::fit;
use crate::gate::{self, Strictness, Target};
use crate::interrupt::Interrupt;
use crate::output::message;
use crate::upload::Upload;
use crate::wasi::Wasi;
use crate::wasi::options::Grants;
use boards::Board;
use isa::image::Image;
use isa::module::{Import, Module};
use isa::wire::Report;
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
            let program = Program::of(setup, module, board, file)?;
            let connection = connect(&setup.wire, Some(board), interrupt)?;
            connection.expect(board.name, board.plan)?;
            Ok((program, connection))
        }
        None => {
            let connection = connect(&setup.wire, None, interrupt)?;
            Ok((Program::of(setup, module, found_board(&connection)?, file)?, connection))
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

fn target(board: &Board) -> Target<'static> {
    Target::of_plan(board.plan, boards::PLANS)
}

impl Program {
    /// What the program gets from this machine.
    pub fn host(&self, setup: &Setup, interrupt: &Interrupt, call: &Call) -> Result<Wasi, Failure> {
        // With --json, standard output is for the object alone.
        Ok(setup.grants.host(&self.module, &call.file, &call.program, setup.wire.shown.json, interrupt)?)
    }

    /// For somebody who knows the board's program already. Without stubs, nothing but WASI and devices is provided.
    pub fn new(demands: Demands, module: Module, board: &'static Board, file: &Path) -> Result<Program, Failure> {
        Program::provided(demands, &Grants::default(), module, board, file)
    }

    /// Tells what may end the program.
    fn of(setup: &Setup, module: Module, board: &'static Board, file: &Path) -> Result<Program, Failure> {
        let program = Program::provided(setup.demands, &setup.grants, module, board, file)?;
        let provides = |import: &Import| setup.grants.provides(&program.module, import);
        let notes = fit::notes(&program.module, &target(board), &provides);
        notes.iter().for_each(|note| message(&format!("note: {note}")));
        Ok(program)
    }

    fn provided(
        demands: Demands,
        grants: &Grants,
        module: Module,
        board: &'static Board,
        file: &Path,
    ) -> Result<Program, Failure> {
        let provides = |import: &Import| grants.provides(&module, import);
        let strictness = Strictness::of_option(demands.strict);
        let image = gate::hosted_image(&module, &target(board), provides, strictness).map_err(|e| e.in_file(file))?;
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
