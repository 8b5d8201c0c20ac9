//! From a file to an image for a board: everything up to the wire.

use super::{Call, Connection, Failure, Options, device};
use crate::choice::{self, Choice};
use crate::fit;
use crate::gate::{self, Strictness, Target};
use crate::upload::Upload;
use crate::wasi::{self, Wasi};
use boards::Board;
use isa::host::Space;
use isa::image::Image;
use isa::module::{Import, Module};
use std::path::Path;

/// A module with its image for a board.
pub(super) struct Program {
    pub module: Module,
    pub image: Image,
    pub board: &'static Board,
}

/// A module that fits a board, and the board if it had to be asked. A module that does not validate, or not for the
/// board that was named, is refused before the port is opened.
pub(super) fn prepare(options: &Options, file: &Path) -> Result<(Program, Connection), Failure> {
    let module = crate::read(file)?;
    match device::named_board(options) {
        Some(board) => {
            let program = Program::new(options, module, board, file)?;
            let connection = device::connect(options)?;
            connection.expect(board.name, board.plan)?;
            Ok((program, connection))
        }
        None => {
            let connection = device::connect(options)?;
            let board = device::found_board(&connection)?;
            connection.expect(board.name, board.plan)?;
            Ok((Program::new(options, module, board, file)?, connection))
        }
    }
}

/// As [`prepare`], with the call to make: one that cannot be made is refused as early.
pub(super) fn prepare_call(options: &Options, call: &Call) -> Result<(Program, Option<Choice>, Connection), Failure> {
    let module = crate::read(&call.file)?;
    let choice =
        choice::choose(&module, &call.file, call.function.as_deref(), &call.arguments).map_err(Failure::new)?;
    let (program, connection) = prepare(options, &call.file)?;
    Ok((program, choice, connection))
}

impl Program {
    /// What the program gets from this machine.
    pub fn host(&self, options: &Options, call: &Call) -> Result<Wasi, Failure> {
        // With --json, standard output is for the object alone.
        Ok(options.grants.host(&self.module, &call.file, &call.program, options.json)?)
    }

    fn new(options: &Options, module: Module, board: &'static Board, file: &Path) -> Result<Program, Failure> {
        let target = Target::of_plan(board.plan, boards::PLANS);
        let provides = |import: &Import| wasi::provides(&module, import);
        let strictness = Strictness::of_option(options.strict);
        let image = gate::hosted_image(&module, &target, provides, strictness).map_err(|e| e.in_file(file))?;
        fit::notes(&module, &target, &provides).iter().for_each(|note| eprintln!("note: {note}"));
        Ok(Program { module, image, board })
    }

    /// What is sent to load it.
    pub fn upload(&self, connection: &Connection) -> Upload {
        Upload::new(&self.image, self.board.plan, connection.board())
    }

    /// Whether the board holds this program's code, which nothing changes once it is loaded.
    pub fn is_loaded(&self, connection: &mut Connection) -> Result<bool, Failure> {
        if !connection.status()?.valid {
            return Ok(false);
        }
        if !connection.board().can_read(Space::Code) {
            return Ok(true);
        }
        let rows = self.image.code.len().div_ceil(Space::Code.row_bytes()) as u32;
        let there = connection.read(Space::Code, 0, rows)?;
        Ok(there.starts_with(&self.image.code))
    }
}
