//! `firmware-loader check`: would the board run this module, and what may end it?

use super::{Done, Failure, Target, output};
use crate::exit::Exit;
use crate::fit::Report;
use crate::gate::{self, Strictness};
use crate::wasi;
use boards::Board;
use isa::module::Import;
use serde::Serialize;
use std::path::Path;

#[derive(Serialize)]
struct CheckObject<'a> {
    /// "fits" or "refused"
    outcome: &'static str,
    board: &'static str,
    #[serde(flatten)]
    report: &'a Report,
}

pub(super) fn check(target: &Target, strict: bool, json: bool, file: &Path) -> Done {
    let module = crate::read(file)?;
    let board = chosen_board(target)?;
    let provides = |import: &Import| wasi::provides(&module, import);
    let report = Report::new(&module, &gate::Target::of_plan(board.plan, boards::PLANS), &provides);
    let strictness = Strictness::of_option(strict);
    let (outcome, verb) = report.outcome(strictness);
    let text = format!("{} {verb} {}\n{report}", file.display(), board.name);
    output::show(json, &CheckObject { outcome, board: board.name, report: &report }, &text)?;
    Ok(if report.is_refused(strictness) { Exit::Input } else { Exit::Returned })
}

fn chosen_board(target: &Target) -> Result<&'static Board, Failure> {
    match (target.named(), boards::BOARDS) {
        (Some(board), _) => Ok(board),
        (None, [board]) => Ok(board),
        (None, boards) => {
            let names: Vec<_> = boards.iter().map(|board| board.name).collect();
            Err(Failure::new(format!("for which board? --board {}", names.join(" or --board "))))
        }
    }
}
