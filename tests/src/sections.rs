//! Binary modules taken apart into items that can be left out, and put together again.

use isa::instr::instructions;
use std::collections::BTreeMap;
use wasmparser::{BinaryReader, FromReader, FunctionBody, Parser, Payload, SectionLimited};

/// Section numbers (spec section 5.5.2).
pub const FUNCTIONS: u8 = 3;
pub const TABLES: u8 = 4;
pub const MEMORIES: u8 = 5;
pub const GLOBALS: u8 = 6;
pub const EXPORTS: u8 = 7;
const START: u8 = 8;
const DATA_COUNT: u8 = 12;
pub const CODE: u8 = 10;
const DATA: u8 = 11;
/// All that are kept, in the order of the format.
pub const ORDER: [u8; 11] = [1, FUNCTIONS, TABLES, MEMORIES, GLOBALS, EXPORTS, START, 9, DATA_COUNT, CODE, DATA];

/// The items of each section, by its number. Imports and custom sections are not kept; the start section has one item,
/// the function's index.
#[derive(Clone, Debug, Default)]
pub struct Sections(pub BTreeMap<u8, Vec<Vec<u8>>>);

impl Sections {
    /// Takes a valid module without imports apart.
    pub fn new(bytes: &[u8]) -> Sections {
        let mut sections = Sections::default();
        for payload in Parser::new(0).parse_all(bytes) {
            match payload.expect("is valid") {
                Payload::TypeSection(s) => sections.add(1, s, bytes),
                Payload::FunctionSection(s) => sections.add(FUNCTIONS, s, bytes),
                Payload::TableSection(s) => sections.add(TABLES, s, bytes),
                Payload::MemorySection(s) => sections.add(MEMORIES, s, bytes),
                Payload::GlobalSection(s) => sections.add(GLOBALS, s, bytes),
                Payload::ExportSection(s) => sections.add(EXPORTS, s, bytes),
                Payload::StartSection { func, .. } => sections.list(START).push(leb(func as usize)),
                Payload::ElementSection(s) => sections.add(9, s, bytes),
                Payload::DataCountSection { .. } => sections.list(DATA_COUNT).push(Vec::new()),
                Payload::CodeSectionEntry(body) => sections.list(CODE).push(body.as_bytes().to_vec()),
                Payload::DataSection(s) => sections.add(DATA, s, bytes),
                _ => {}
            }
        }
        sections
    }

    pub fn list(&mut self, section: u8) -> &mut Vec<Vec<u8>> {
        self.0.entry(section).or_default()
    }

    fn add<'a, T: FromReader<'a>>(&mut self, section: u8, reader: SectionLimited<'a, T>, bytes: &[u8]) {
        let end = reader.range().end as usize;
        let starts = reader.into_iter_with_offsets().map(|item| item.expect("is valid").0 as usize);
        let starts: Vec<usize> = starts.chain([end]).collect();
        self.list(section).extend(starts.windows(2).map(|item| bytes[item[0]..item[1]].to_vec()));
    }

    /// The module of these items, which may be invalid.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = b"\0asm\x01\0\0\0".to_vec();
        for section in ORDER {
            let Some(items) = self.0.get(&section).filter(|items| !items.is_empty()) else { continue };
            let contents = match section {
                START => items[0].clone(),
                DATA_COUNT => leb(self.0.get(&DATA).map_or(0, Vec::len)),
                CODE => [leb(items.len()), items.iter().flat_map(|body| sized(body)).collect()].concat(),
                _ => [leb(items.len()), items.concat()].concat(),
            };
            bytes.push(section);
            bytes.extend(sized(&contents));
        }
        bytes
    }
}

/// An export of this kind (spec section 5.5.10).
pub fn export(name: &str, kind: isa::module::ExportKind, index: u32) -> Vec<u8> {
    [sized(name.as_bytes()), vec![kind as u8], leb(index as usize)].concat()
}

/// A body's local declarations, and its instructions one by one, the final `end` left out.
pub fn instructions_of(body: &[u8]) -> (Vec<u8>, Vec<Vec<u8>>) {
    let parsed = FunctionBody::new(BinaryReader::new(body, 0));
    let start = parsed.get_binary_reader_for_operators().expect("is valid").original_position() as u32;
    let all = instructions(body, start, body.len() as u32 - 1);
    let bytes = |i: isa::instr::Instr<'_>| body[i.pc as usize..i.next_pc() as usize].to_vec();
    (body[..start as usize].to_vec(), all.map(|i| bytes(i.expect("is valid"))).collect())
}

fn sized(bytes: &[u8]) -> Vec<u8> {
    [leb(bytes.len()), bytes.to_vec()].concat()
}

fn leb(mut value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::smith;

    #[test]
    fn modules_come_together_as_they_were() {
        for seed in 0..20 {
            let bytes = smith::module(seed);
            let mut sections = Sections::new(&bytes);
            for body in sections.list(CODE) {
                let (locals, instructions) = instructions_of(body);
                assert_eq!([locals, instructions.concat(), vec![0x0b]].concat(), *body);
            }
            let again = sections.bytes();
            assert_eq!(wasmprinter::print_bytes(&again).unwrap(), wasmprinter::print_bytes(&bytes).unwrap());
        }
    }
}
