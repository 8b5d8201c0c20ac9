//! `firmware-loader image`: what loads a module into a component.

use super::{Done, Failure, output};
use crate::choice;
use crate::component::Writes;
use crate::exit::Exit;
use crate::fit;
use crate::gate::{self, Strictness, Target, missing};
use crate::output::message;
use isa::device::Device;
use isa::module::{Import, ImportKind};
use std::path::Path;

pub(super) fn image(
    plan: &str,
    written: Option<&Path>,
    file: &Path,
    function: Option<&str>,
    arguments: &[String],
) -> Done {
    let module = crate::read(file)?;
    written.map_or(Ok(()), |path| output::is_another(path, file))?;
    let plan = boards::plan(plan).unwrap_or(&boards::SIM_LARGE);
    let target = Target::of_plan(plan, boards::PLANS);
    // Whoever has the component may answer any function, but no device that there is not.
    let provides = |import: &Import| {
        matches!(import.kind, ImportKind::Function(_)) && !matches!(Device::of_import(&module, import), Some(Err(_)))
    };
    let wrong = module.imports.iter().find_map(|import| Some((import, Device::of_import(&module, import)?.err()?)));
    if let Some((import, mismatch)) = wrong {
        return Err(Failure::new(format!("{}: {}: {mismatch}", file.display(), missing(import))));
    }
    let choice = function.map(|name| choice::choose(&module, file, Some(name), arguments)).transpose();
    let choice = choice.map_err(Failure::new)?.flatten();
    let image = gate::hosted_image(&module, &target, provides, Strictness::Lenient).map_err(|e| e.in_file(file))?;
    fit::notes(&module, &target, &provides).iter().for_each(|note| message(&format!("note: {note}")));
    let base = image.layout.base;
    let text = Writes::new(&module, image, plan, choice.as_ref()).text(&module, base, plan);
    match written {
        None => output::print(&text)?,
        Some(path) => output::write(path, text)?,
    }
    Ok(Exit::Returned)
}
