//! Source lines of a module, from the DWARF line tables in its custom sections. Addresses there count from the contents
//! of the code section (WebAssembly tool conventions, "DWARF for WebAssembly").

use addr2line::Context;
use addr2line::gimli::{self, Dwarf, EndianSlice, LittleEndian};
use std::collections::BTreeMap;
use std::path::Path;
use wasmparser::{Parser, Payload};

mod table;

pub use table::{LineTable, Row};

type Slice<'a> = EndianSlice<'a, LittleEndian>;

/// A line of a source file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub file: String,
    /// From 1 on.
    pub line: u32,
}

/// The lines that byte offsets in a module file belong to, as far as the file says.
pub fn lines(file: &Path, offsets: &[u64]) -> Vec<Option<Line>> {
    let found = crate::file::contents(file).ok().and_then(|bytes| in_module(&bytes, offsets));
    found.unwrap_or_else(|| vec![None; offsets.len()])
}

/// `None` if a module has no line tables, or broken ones: what has a place without them is not worth an error.
fn in_module(bytes: &[u8], offsets: &[u64]) -> Option<Vec<Option<Line>>> {
    let (dwarf, code) = debug_sections(bytes)?;
    let context = Context::from_dwarf(dwarf).ok()?;
    let line = |&offset: &u64| {
        let found = context.find_location(offset.checked_sub(code)?).ok()??;
        Some(Line { file: found.file?.into(), line: found.line? })
    };
    Some(offsets.iter().map(line).collect())
}

/// The DWARF of a binary module with line tables, and the byte offset that addresses in it count from.
fn debug_sections(bytes: &[u8]) -> Option<(Dwarf<Slice<'_>>, u64)> {
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
    let section = |name: &str| EndianSlice::new(sections.get(name).copied().unwrap_or_default(), LittleEndian);
    let dwarf = Dwarf::load(|id| Ok::<_, gimli::Error>(section(id.name()))).ok()?;
    Some((dwarf, code))
}
