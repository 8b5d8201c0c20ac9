//! The line tables of a module, row by row.

use gimli::{Dwarf, EndianSlice, LineRow, LittleEndian};
use std::collections::HashMap;
use wasmparser::{Parser, Payload};

/// Which line code belongs to.
pub struct LineTable {
    /// Byte offset in the file of the contents of the code section.
    code: u32,
    /// Code from an address to the next one, and its line.
    ranges: Vec<(u64, u64, Option<String>)>,
}

impl LineTable {
    pub fn new(bytes: &[u8]) -> LineTable {
        let (mut sections, mut code) = (HashMap::new(), 0);
        for payload in Parser::new(0).parse_all(bytes) {
            match payload.expect("is a module") {
                Payload::CustomSection(section) => drop(sections.insert(section.name(), section.data())),
                Payload::CodeSectionStart { unchecked_range, .. } => code = unchecked_range.start as u32,
                _ => {}
            }
        }
        let section = |name| EndianSlice::new(sections.get(name).copied().unwrap_or_default(), LittleEndian);
        let dwarf = Dwarf::load(|id| Ok::<_, gimli::Error>(section(id.name()))).expect("loads");
        let mut ranges = Vec::new();
        let mut headers = dwarf.units();
        while let Some(header) = headers.next().expect("a unit") {
            let unit = dwarf.unit(header).expect("a unit");
            let Some(program) = unit.line_program.clone() else { continue };
            let mut rows = program.rows();
            let mut last: Option<(u64, Option<String>)> = None;
            while let Some((header, row)) = rows.next_row().expect("a row") {
                if let Some((address, line)) = last.take() {
                    ranges.push((address, row.address(), line));
                }
                if !row.end_sequence() {
                    last = Some((row.address(), name(&dwarf, &unit, header, row)));
                }
            }
        }
        LineTable { code, ranges }
    }

    /// Of a byte offset in the file.
    pub fn line(&self, offset: u32) -> Option<String> {
        let address = u64::from(offset - self.code);
        self.ranges.iter().find(|(first, end, _)| (*first..*end).contains(&address))?.2.clone()
    }
}

type Reader<'a> = EndianSlice<'a, LittleEndian>;

/// `folder/file.c:12`; `None` of line 0, which is none.
fn name(
    dwarf: &Dwarf<Reader<'_>>,
    unit: &gimli::Unit<Reader<'_>>,
    header: &gimli::LineProgramHeader<Reader<'_>>,
    row: &LineRow,
) -> Option<String> {
    let file = row.file(header)?;
    let text = |value| dwarf.attr_string(unit, value).expect("a string").to_string_lossy().into_owned();
    let mut path = text(file.path_name());
    // Directory 0 is that of the compilation.
    let directory = file.directory(header).filter(|_| file.directory_index() != 0).map(text).unwrap_or_default();
    if !directory.is_empty() {
        path = format!("{directory}/{path}");
    }
    let compiled_in = unit.comp_dir.map(|folder| folder.to_string_lossy().into_owned()).unwrap_or_default();
    if !path.starts_with('/') {
        path = format!("{compiled_in}/{path}");
    }
    Some(format!("{path}:{}", row.line()?))
}
