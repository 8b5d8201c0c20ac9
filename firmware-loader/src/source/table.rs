//! The whole line table of a module, for who looks for the instructions of a line, or for the lines of many instructions.

use super::Reader;
use gimli::{AttributeValue, Dwarf, FileEntry, LineProgramHeader, Reader as _, Unit};
use std::path::Path;

/// A run of instructions that belong to one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Byte offsets in the module of its first instruction and behind its last one.
    pub start: u64,
    pub end: u64,
    /// For [`LineTable::file`].
    pub file: u32,
    /// From 1 on; 0 for what no line stands for.
    pub line: u32,
    /// It is a good place to stop at: a statement begins here.
    pub is_statement: bool,
    /// The function has set up its frame here.
    pub prologue_end: bool,
}

/// The lines of a module's code, by byte offset in the module. Empty if the module says nothing of them.
#[derive(Clone, Debug, Default)]
pub struct LineTable {
    files: Vec<String>,
    /// In order; they do not overlap.
    rows: Vec<Row>,
}

impl LineTable {
    /// Of a binary module. What is broken in it is left out.
    pub fn new(bytes: &[u8]) -> LineTable {
        let mut table = LineTable::default();
        if let Some((dwarf, code)) = super::dwarf(bytes) {
            // What was read before something broken stays.
            let _ = table.read(&dwarf, code, bytes.len() as u64);
        }
        table.rows.sort_by_key(|row| row.start);
        table.rows.dedup_by(|next, row| next.start < row.end);
        table
    }

    /// Whether the module says nothing of its lines.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The row that an instruction belongs to, by its byte offset.
    pub fn row(&self, offset: u64) -> Option<&Row> {
        let row = &self.rows[self.rows.partition_point(|row| row.start <= offset).checked_sub(1)?];
        (offset < row.end).then_some(row)
    }

    /// The name of a row's file, with its directory.
    pub fn file(&self, row: &Row) -> &str {
        self.files.get(row.file as usize).map_or("", String::as_str)
    }

    /// All rows, by byte offset.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The rows of a line, or of the next one behind it that has any. `file` is a name with as many of its directories
    /// as it takes to tell it from others.
    pub fn rows_of(&self, file: &str, line: u32) -> Vec<Row> {
        let named: Vec<bool> = self.files.iter().map(|name| Path::new(name).ends_with(file)).collect();
        let of_file = || self.rows.iter().filter(|row| row.line >= line.max(1) && named[row.file as usize]);
        let found = of_file().map(|row| row.line).min();
        of_file().filter(|row| Some(row.line) == found).copied().collect()
    }

    fn read(&mut self, dwarf: &Dwarf<Reader>, code: u64, most: u64) -> gimli::Result<()> {
        let mut units = dwarf.units();
        while let Some(header) = units.next()? {
            self.read_unit(dwarf, &dwarf.unit(header)?, code, most)?;
        }
        Ok(())
    }

    fn read_unit(&mut self, dwarf: &Dwarf<Reader>, unit: &Unit<Reader>, code: u64, most: u64) -> gimli::Result<()> {
        let Some(program) = unit.line_program.clone() else { return Ok(()) };
        let mut files = std::collections::BTreeMap::new();
        let mut rows = program.rows();
        let mut sequence: Vec<Row> = Vec::new();
        while let Some((header, row)) = rows.next_row()? {
            let start = row.address().saturating_add(code);
            if let Some(last) = sequence.last_mut() {
                last.end = start;
            }
            if row.end_sequence() {
                // Functions that the linker has left out keep their lines, at addresses where no function is.
                let there = sequence.first().is_some_and(|first| first.start > code && start <= most);
                self.rows.extend(sequence.drain(..).filter(|row| there && row.start < row.end));
                continue;
            }
            let file = *files.entry(row.file_index()).or_insert_with(|| {
                self.files.push(row.file(header).map_or(String::new(), |file| path(dwarf, unit, header, file)));
                self.files.len() as u32 - 1
            });
            let line = row.line().map_or(0, |line| line.get().try_into().unwrap_or(0));
            let (is_statement, prologue_end) = (row.is_stmt(), row.prologue_end());
            sequence.push(Row { start, end: start, file, line, is_statement, prologue_end });
        }
        Ok(())
    }
}

/// The name of a file behind those of its directories, as far as the module says.
fn path(
    dwarf: &Dwarf<Reader>,
    unit: &Unit<Reader>,
    header: &LineProgramHeader<Reader>,
    file: &FileEntry<Reader>,
) -> String {
    let text = |value: AttributeValue<Reader>| dwarf.attr_string(unit, value).ok();
    let compiled_in = unit.comp_dir.clone();
    let directory = file.directory(header).and_then(text);
    let parts = [compiled_in, directory, text(file.path_name())];
    let parts = parts.iter().flatten().filter_map(|part| part.to_string_lossy().ok());
    let joined = parts.fold(std::path::PathBuf::new(), |path, part| path.join(part.as_ref()));
    joined.to_string_lossy().into_owned()
}
