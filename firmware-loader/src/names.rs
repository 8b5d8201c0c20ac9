//! The name section. It is read ahead of everything else and leniently, because error messages want names too and a
//! broken name section is no error (spec section 7.5).

use crate::error::FunctionRef;
use std::collections::BTreeMap;
use wasmparser::{ExternalKind, KnownCustom, Name, NameSectionReader, Parser, Payload, TypeRef};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    pub module: Option<String>,
    pub functions: BTreeMap<u32, String>,
    /// By function and index.
    pub locals: BTreeMap<(u32, u32), String>,
    pub globals: BTreeMap<u32, String>,
    /// First export name of exported functions, for messages about functions without a name.
    exports: BTreeMap<u32, String>,
}

impl Names {
    /// Whatever names can be found in these bytes.
    pub fn find(bytes: &[u8]) -> Names {
        let mut names = Names::default();
        for payload in Parser::new(0).parse_all(bytes) {
            match payload {
                Ok(Payload::ExportSection(section)) => {
                    for export in section.into_iter().map_while(Result::ok) {
                        if export.kind == ExternalKind::Func {
                            names.exports.entry(export.index).or_insert_with(|| export.name.to_owned());
                        }
                    }
                }
                Ok(Payload::CustomSection(section)) => {
                    if let KnownCustom::Name(reader) = section.as_known() {
                        names.read(reader);
                    }
                }
                Ok(_) => {}
                Err(_) => break,
            }
        }
        names
    }

    fn read(&mut self, section: NameSectionReader<'_>) {
        for subsection in section.into_iter().map_while(Result::ok) {
            match subsection {
                Name::Module { name, .. } => self.module = Some(name.to_owned()),
                Name::Function(map) => {
                    let named = map.into_iter().map_while(Result::ok);
                    self.functions.extend(named.map(|n| (n.index, n.name.to_owned())));
                }
                Name::Local(functions) => {
                    for function in functions.into_iter().map_while(Result::ok) {
                        let named = function.names.map_while(Result::ok);
                        self.locals.extend(named.map(|n| ((function.index, n.index), n.name.to_owned())));
                    }
                }
                Name::Global(map) => {
                    let named = map.into_iter().map_while(Result::ok);
                    self.globals.extend(named.map(|n| (n.index, n.name.to_owned())));
                }
                _ => {}
            }
        }
    }

    /// The function with this index, named as well as possible.
    pub fn function(&self, index: u32) -> FunctionRef {
        let name = self.functions.get(&index).or_else(|| self.exports.get(&index)).cloned();
        FunctionRef { index, name }
    }

    /// The function whose body holds this byte of the module file, if its code section is intact up to there.
    pub fn function_at(&self, bytes: &[u8], offset: u64) -> Option<FunctionRef> {
        let mut index = 0;
        for payload in Parser::new(0).parse_all(bytes) {
            match payload.ok()? {
                Payload::ImportSection(section) => {
                    let imports = section.into_imports().map_while(Result::ok);
                    index += imports.filter(|i| matches!(i.ty, TypeRef::Func(_))).count() as u32;
                }
                Payload::CodeSectionEntry(body) => {
                    if body.range().contains(&offset) {
                        return Some(self.function(index));
                    }
                    index += 1;
                }
                _ => {}
            }
        }
        None
    }
}
