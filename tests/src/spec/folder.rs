//! Scripts that are not the bundled ones: whatever a folder has.

use super::{Executor, FileReport, Report, script, wabt};
use firmware_loader::Features;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// How the names of scripts end, and those of files of which some are tests of wabt's interpreter.
const SCRIPT: &str = "wast";
const TEXT: &str = "txt";

/// The scripts and the tests of wabt's interpreter in a folder and below it, by name; or this one file, whatever it is
/// called.
///
/// # Errors
/// What cannot be read, or that there is no script.
pub fn files_below(path: &Path) -> Result<Vec<PathBuf>, String> {
    let mut files = Vec::new();
    for entry in WalkDir::new(path).follow_links(true).sort_by_file_name() {
        let entry = entry.map_err(|e| e.to_string())?;
        if entry.file_type().is_file() && (entry.depth() == 0 || is_script(entry.path())) {
            files.push(entry.into_path());
        }
    }
    if files.is_empty() { Err(format!("{}: no file .{SCRIPT} is in it", path.display())) } else { Ok(files) }
}

fn is_script(path: &Path) -> bool {
    let ends = |with| path.extension().is_some_and(|extension| extension == with);
    let is_test = || std::fs::read_to_string(path).is_ok_and(|source| wabt::script(&source).is_some());
    ends(SCRIPT) || ends(TEXT) && is_test()
}

/// Runs these scripts, each on an executor of its own, and shows each result. Names are those below `path`. The loader
/// accepts all that it can; a script that cannot be read is counted as such.
pub fn run_folder<E: Executor>(
    path: &Path,
    files: &[PathBuf],
    new_executor: impl Fn() -> E,
    mut finished: impl FnMut(&FileReport),
) -> Report {
    let mut report = Report { name: path.display().to_string(), files: Vec::new() };
    for file in files {
        let below = file.strip_prefix(path).ok().filter(|below| *below != Path::new("")).unwrap_or(file);
        let name = below.display().to_string();
        let result = match std::fs::read_to_string(file) {
            Ok(source) => {
                let source = wabt::script(&source).unwrap_or(source);
                script::run(&name, &source, Features::All, new_executor())
            }
            Err(error) => FileReport::unread(&name, &error.to_string()),
        };
        finished(&result);
        report.files.push(result);
    }
    report
}
