//! `firmware-loader install` and `uninstall`: what a board runs without a host.

use super::{Done, Failure, output};
use crate::choice;
use crate::exit::Exit;
use crate::fit;
use crate::gate::{self, Strictness, Target};
use crate::output::{is_same, message};
use crate::parse::Binary;
use crate::standalone;
use boards::Board;
use std::io::Write;
use std::path::Path;

/// Where the bytes go.
pub(super) struct Place<'a> {
    pub board: &'static Board,
    /// Into this file instead of the board's flash.
    pub output: Option<&'a Path>,
    /// The module with its library into this one.
    pub linked: Option<&'a Path>,
}

pub(super) fn install(place: &Place<'_>, file: &Path, function: Option<&str>, arguments: &[String]) -> Done {
    let board = place.board;
    let binary = Binary::read(file)?;
    let module = crate::parse(&binary.bytes).map_err(|e| binary.place(e, file))?;
    place.output.into_iter().chain(place.linked).try_for_each(|path| output::is_another(path, file))?;
    if let (Some(output), Some(linked)) = (place.output, place.linked)
        && is_same(output, linked)
    {
        return Err(Failure::new(format!("{} is to be two things: give two files", output.display())));
    }
    let choice = choice::choose(&module, file, function, arguments).map_err(Failure::new)?;
    if choice.is_none() && module.start.is_none() {
        return Err(Failure::new(format!("{}: there is no function to call", file.display())));
    }
    let of_file = |e: &dyn std::fmt::Display| Failure::new(format!("{}: {e}", file.display()));
    let program = standalone::link(&binary.bytes, choice.as_ref(), board).map_err(|e| of_file(&e))?;
    let target = Target::of_plan(board.plan, boards::PLANS);
    let image = gate::hosted_image(&program.module, &target, |_| true, Strictness::Strict);
    let image = image.map_err(|e| e.in_file(file))?;
    fit::notes(&program.module, &target, &|_| true).iter().for_each(|note| message(&format!("note: {note}")));
    let recording = standalone::recording(board, &image, program.entry);
    let (bytes, room, name) = (recording.len(), board.flash.bytes - board.flash.address, board.name);
    if bytes > room as usize {
        let text = format!("it takes {bytes} bytes of flash, but behind the bitstream {name} has {room}");
        return Err(of_file(&text));
    }
    place.put(&recording)?;
    if let Some(path) = place.linked {
        output::write(path, &program.bytes)?;
    }
    let call = choice.map_or_else(|| "the start function".into(), |choice| choice.call());
    match place.output {
        Some(path) => message(&format!("{call}: {bytes} bytes for the flash of {name} in {}", path.display())),
        None => message(&format!("{call} runs on {name} whenever its power comes on ({bytes} bytes of flash)")),
    }
    Ok(Exit::Returned)
}

pub(super) fn uninstall(place: &Place<'_>) -> Done {
    place.put(&vec![u8::MAX; standalone::most(place.board)])?;
    Ok(Exit::Returned)
}

impl Place<'_> {
    fn put(&self, bytes: &[u8]) -> Result<(), Failure> {
        if let Some(path) = self.output {
            return output::write(path, bytes);
        }
        let mut file = tempfile::Builder::new().suffix(".bin").tempfile().map_err(temporary)?;
        file.write_all(bytes).map_err(temporary)?;
        let part = self.board.family.part();
        let mut command = part.writes_flash(self.board.flash.address, file.path());
        let status = command.status();
        let program = command.get_program().to_string_lossy();
        let status = status.map_err(|e| {
            let help = part.flash_tool();
            Failure::new(format!("cannot run {program}, which writes the flash: {e}; {help}"))
        })?;
        let name = self.board.name;
        let failed = || {
            Failure::new(format!(
                "{program} could not write the flash of {name} ({status}); what it says is above, and it can be tried again"
            ))
        };
        status.success().then_some(()).ok_or_else(failed)
    }
}

fn temporary(e: std::io::Error) -> Failure {
    Failure::new(format!("cannot write a temporary file: {e}"))
}
