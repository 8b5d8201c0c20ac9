//! The functions of a module by the names that its source has for them: the linker may call them something else.

use super::Reader;
use gimli::{AttributeValue, DebuggingInformationEntry, Dwarf, Reader as _, Unit, UnitOffset};

/// What DWARF calls the functions of a module: by the name in the source, and by that for the linker.
#[derive(Clone, Debug, Default)]
pub struct FunctionNames {
    /// With the byte offset in the module at which the function lies.
    named: Vec<(String, u64)>,
}

impl FunctionNames {
    /// Of a binary module. What is broken in it is left out.
    pub fn new(bytes: &[u8]) -> FunctionNames {
        let mut names = FunctionNames::default();
        if let Some((dwarf, code)) = super::dwarf(bytes) {
            // What was read before something broken stays.
            let _ = names.read(&dwarf, code, bytes.len() as u64);
        }
        names
    }

    /// The byte offsets in the module of the functions of this name.
    pub fn of<'n>(&'n self, name: &'n str) -> impl Iterator<Item = u64> + 'n {
        self.named.iter().filter(move |(named, _)| named == name).map(|&(_, offset)| offset)
    }

    fn read(&mut self, dwarf: &Dwarf<Reader>, code: u64, most: u64) -> gimli::Result<()> {
        let mut units = dwarf.units();
        while let Some(header) = units.next()? {
            let unit = dwarf.unit(header)?;
            let mut entries = unit.entries();
            while let Some(entry) = entries.next_dfs()? {
                if entry.tag() != gimli::DW_TAG_subprogram {
                    continue;
                }
                let Some(AttributeValue::Addr(address)) = entry.attr_value(gimli::DW_AT_low_pc) else { continue };
                // Functions that the linker has left out have addresses where no function is.
                let offset = address.saturating_add(code);
                if address > 0 && offset < most {
                    let names = names_of(dwarf, &unit, entry)?;
                    self.named.extend(names.into_iter().map(|name| (name, offset)));
                }
            }
        }
        Ok(())
    }
}

/// The names of a function, which may be those of what it was declared or inlined as.
fn names_of(
    dwarf: &Dwarf<Reader>,
    unit: &Unit<Reader>,
    entry: &DebuggingInformationEntry<Reader>,
) -> gimli::Result<Vec<String>> {
    const NAMES: [gimli::DwAt; 3] = [gimli::DW_AT_name, gimli::DW_AT_linkage_name, gimli::DW_AT_MIPS_linkage_name];
    let mut names = Vec::new();
    let mut entry = entry.clone();
    // A body, its declaration, and what that was copied from: no more than that stands behind each other.
    for _ in 0..3 {
        for value in NAMES.iter().filter_map(|&name| entry.attr_value(name)) {
            names.push(dwarf.attr_string(unit, value)?.to_string_lossy()?.into_owned());
        }
        match declaration(&entry) {
            Some(offset) => entry = unit.entry(offset)?,
            None => break,
        }
    }
    Ok(names)
}

/// Where more is said of a function.
fn declaration(entry: &DebuggingInformationEntry<Reader>) -> Option<UnitOffset> {
    let refers = [gimli::DW_AT_abstract_origin, gimli::DW_AT_specification];
    refers.iter().find_map(|&name| match entry.attr_value(name) {
        Some(AttributeValue::UnitRef(offset)) => Some(offset),
        _ => None,
    })
}
