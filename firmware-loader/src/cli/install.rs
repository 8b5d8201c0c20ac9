//! `firmware-loader install` and `uninstall`: what a board runs without a host.

use super::{Done, Failure};
use crate::choice::{self, Choice};
use crate::exit::Exit;
use crate::fit;
use crate::gate::{self, Strictness, Target};
use crate::output::{is_same, message};
use crate::standalone;
use boards::Board;
use isa::device::{Around, Device};
use isa::module::{Import, Module};
use std::io::Write;
use std::path::Path;
use std::process::Command;

/// Where the bytes go.
pub(super) struct Place<'a> {
    pub board: &'static Board,
    /// Into this file instead of the board's flash.
    pub output: Option<&'a Path>,
}

pub(super) fn install(place: &Place<'_>, file: &Path, function: Option<&str>, arguments: &[String]) -> Done {
    let board = place.board;
    let module = crate::read(file)?;
    if let Some(path) = place.output.filter(|path| is_same(path, file)) {
        return Err(Failure::new(format!("{} is the module itself: give another file", path.display())));
    }
    let choice = choice(&module, file, function, arguments)?;
    let target = Target::of_plan(board.plan, boards::PLANS);
    let provides = |import: &Import| is_on_chip(&module, import);
    let image = gate::hosted_image(&module, &target, provides, Strictness::Strict).map_err(|e| e.in_file(file))?;
    fit::notes(&module, &target, &provides).iter().for_each(|note| message(&format!("note: {note}")));
    let recording = standalone::recording(board, &image, choice.function, &choice.args);
    let room = board.flash.bytes - board.flash.address;
    if recording.len() > room as usize {
        let (name, bytes) = (board.name, recording.len());
        return Err(Failure::new(format!(
            "{}: it takes {bytes} bytes of flash, but behind the bitstream {name} has {room}",
            file.display()
        )));
    }
    place.write(&recording)?;
    let (call, bytes, name) = (choice.call(), recording.len(), board.name);
    match place.output {
        Some(path) => message(&format!("{call}: {bytes} bytes for the flash of {name} in {}", path.display())),
        None => message(&format!("{call} runs on {name} whenever its power comes on ({bytes} bytes of flash)")),
    }
    Ok(Exit::Returned)
}

pub(super) fn uninstall(place: &Place<'_>) -> Done {
    place.write(&vec![u8::MAX; standalone::most(place.board)])?;
    Ok(Exit::Returned)
}

/// A board that stands alone makes one call. A start function is one.
fn choice(module: &Module, file: &Path, function: Option<&str>, arguments: &[String]) -> Result<Choice, Failure> {
    let choice = choice::choose(module, file, function, arguments).map_err(Failure::new)?;
    match (choice, module.start) {
        (Some(choice), None) => Ok(choice),
        (None, Some(function)) => Ok(Choice { function, name: "start".into(), args: Vec::new(), missing: 0 }),
        (Some(choice), Some(_)) => Err(Failure::new(format!(
            "{}: it has a start function beside {}, but a board that stands alone makes one call: \
             call the one from the other, or export no function",
            file.display(),
            choice.call()
        ))),
        (None, None) => Err(Failure::new(format!("{}: there is no function to call", file.display()))),
    }
}

/// Whether the chip answers an import by itself.
fn is_on_chip(module: &Module, import: &Import) -> bool {
    matches!(Device::of_import(module, import), Some(Ok(device)) if device.number(Around::Chip) > 0)
}

impl Place<'_> {
    fn write(&self, bytes: &[u8]) -> Result<(), Failure> {
        if let Some(path) = self.output {
            let wrong = |e| Failure::new(format!("cannot write {}: {e}", path.display()));
            return std::fs::write(path, bytes).map_err(wrong);
        }
        let mut file = tempfile::Builder::new().suffix(".bin").tempfile().map_err(temporary)?;
        file.write_all(bytes).map_err(temporary)?;
        let part = self.board.family.part();
        let words = part.writes_flash(self.board.flash.address, &file.path().to_string_lossy());
        let (program, arguments) = words.split_first().ok_or_else(|| Failure::new("no program writes this flash"))?;
        let status = Command::new(program).args(arguments).status().map_err(|e| {
            let help = part.flash_tool();
            Failure::new(format!("cannot run {program}, which writes the flash: {e}; {help}"))
        })?;
        let name = self.board.name;
        let failed =
            || Failure::new(format!("{program} could not write the flash of {name} ({status}): install again"));
        status.success().then_some(()).ok_or_else(failed)
    }
}

fn temporary(e: std::io::Error) -> Failure {
    Failure::new(format!("cannot write a temporary file: {e}"))
}
