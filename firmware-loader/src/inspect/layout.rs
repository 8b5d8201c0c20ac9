//! The sections of a module file, as far as they can be read.

use serde::Serialize;
use wasmparser::{Parser, Payload};

/// A section of a module file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Section {
    /// As the specification calls it (section 5.5.2).
    pub kind: &'static str,
    /// Of a custom section.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Byte offset of its contents in the file.
    pub offset: u64,
    /// Of its contents, as the section says: the file may end before.
    pub bytes: u64,
    /// Functions, imports or the like; custom sections and some others have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<u32>,
}

/// The sections from the first one up to the first that cannot be read.
pub fn sections(bytes: &[u8]) -> Vec<Section> {
    Parser::new(0).parse_all(bytes).map_while(Result::ok).filter_map(|payload| section(&payload)).collect()
}

fn section(payload: &Payload<'_>) -> Option<Section> {
    let (_, range) = payload.as_section()?;
    let (kind, items) = match payload {
        Payload::TypeSection(s) => ("type", Some(s.count())),
        Payload::ImportSection(s) => ("import", Some(s.count())),
        Payload::FunctionSection(s) => ("function", Some(s.count())),
        Payload::TableSection(s) => ("table", Some(s.count())),
        Payload::MemorySection(s) => ("memory", Some(s.count())),
        Payload::TagSection(s) => ("tag", Some(s.count())),
        Payload::GlobalSection(s) => ("global", Some(s.count())),
        Payload::ExportSection(s) => ("export", Some(s.count())),
        Payload::StartSection { .. } => ("start", None),
        Payload::ElementSection(s) => ("element", Some(s.count())),
        Payload::DataCountSection { .. } => ("data count", None),
        Payload::CodeSectionStart { count, .. } => ("code", Some(*count)),
        Payload::DataSection(s) => ("data", Some(s.count())),
        Payload::CustomSection(_) => ("custom", None),
        _ => ("unknown", None),
    };
    let name = match payload {
        Payload::CustomSection(section) => Some(section.name().to_owned()),
        _ => None,
    };
    Some(Section { kind, name, offset: range.start, bytes: range.end - range.start, items })
}
