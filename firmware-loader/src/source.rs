//! What a module's DWARF says of its code: source lines, and functions that were inlined. It lies in custom sections, and
//! addresses there count from the contents of the code section (WebAssembly tool conventions, "DWARF for WebAssembly").

use addr2line::{Context, Frame};
use gimli::{Dwarf, EndianRcSlice, LittleEndian};
use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;
use wasmparser::{Parser, Payload};

mod functions;
mod table;

pub use functions::FunctionNames;
pub use table::{LineTable, Row};

/// A line of a source file.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Line {
    pub file: String,
    /// From 1 on.
    pub line: u32,
}

/// The DWARF of a module.
pub struct Source {
    context: Context<Reader>,
    /// Byte offset in the file of the contents of the code section.
    code: u64,
}

type Reader = EndianRcSlice<LittleEndian>;

impl Source {
    /// Of a module file. `None` if it has no line tables, or broken ones: what has a place without them is not worth an
    /// error. Only of a file that can be read once more, and so of no pipe.
    pub fn open(file: &Path) -> Option<Source> {
        if !std::fs::metadata(file).ok()?.is_file() {
            return None;
        }
        Source::new(&crate::file::contents(file).ok()?)
    }

    /// Of the bytes of a module.
    pub fn new(bytes: &[u8]) -> Option<Source> {
        let (dwarf, code) = dwarf(bytes)?;
        Some(Source { context: Context::from_dwarf(dwarf).ok()?, code })
    }

    /// The line that a byte offset in the file belongs to.
    pub fn line(&self, offset: u64) -> Option<Line> {
        let found = self.context.find_location(offset.checked_sub(self.code)?).ok()??;
        Some(Line { file: found.file?.into(), line: found.line? })
    }

    /// The functions that were inlined at a byte offset in the file, the outermost first; none at code of the function
    /// itself.
    pub fn inlined(&self, offset: u64) -> Vec<String> {
        let Some(address) = offset.checked_sub(self.code) else { return Vec::new() };
        let Ok(mut frames) = self.context.find_frames(address).skip_all_loads() else { return Vec::new() };
        let mut frames: Vec<_> = std::iter::from_fn(|| frames.next().ok().flatten()).collect();
        // The last one is the function itself.
        frames.pop();
        frames.iter().rev().filter_map(name).collect()
    }
}

/// The DWARF of a module with line tables, and the byte offset that addresses in it count from.
fn dwarf(bytes: &[u8]) -> Option<(Dwarf<Reader>, u64)> {
    let mut sections = BTreeMap::new();
    let mut code = None;
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.ok()? {
            Payload::CustomSection(section) => drop(sections.insert(section.name(), section.data())),
            Payload::CodeSectionStart { unchecked_range, .. } => code = Some(unchecked_range.start),
            _ => {}
        }
    }
    let code = code.filter(|_| sections.contains_key(".debug_line"))?;
    let section = |name: &str| Reader::new(Rc::from(sections.get(name).copied().unwrap_or_default()), LittleEndian);
    let dwarf = Dwarf::load(|id| Ok::<_, gimli::Error>(section(id.name()))).ok()?;
    Some((dwarf, code))
}

/// As it stands in the source.
fn name(frame: &Frame<'_, Reader>) -> Option<String> {
    Some(frame.function.as_ref()?.demangle().ok()?.into_owned())
}
