//! One pass over the sections of a binary module: each is validated, then turned into data.

use crate::convert::*;
use crate::diagnosis;
use crate::error::{Error, Kind};
use isa::instr::decode;
use isa::module::*;
use std::collections::VecDeque;
use wasmparser::{
    DataKind, ElementItems, ElementKind, FuncValidatorAllocations, FunctionBody, Parser, Payload, TableInit, TypeRef,
    ValidPayload, Validator, WasmFeatures,
};

/// Why a pass ended early.
pub enum Broken {
    Invalid(wasmparser::Error),
    Unsupported(Error),
}

impl From<wasmparser::Error> for Broken {
    fn from(e: wasmparser::Error) -> Broken {
        Broken::Invalid(e)
    }
}

impl From<Error> for Broken {
    fn from(e: Error) -> Broken {
        Broken::Unsupported(e)
    }
}

impl Broken {
    /// The error for a file with these contents.
    pub fn into_error(self, bytes: &[u8]) -> Error {
        match self {
            Broken::Unsupported(error) => error,
            Broken::Invalid(error) => diagnosis::of(&error, bytes),
        }
    }
}

/// Validates a module and makes everything of it but the names.
pub fn sections(bytes: &[u8], features: WasmFeatures) -> Result<Module, Broken> {
    let mut walk = Walk {
        bytes,
        validator: Validator::new_with_features(features),
        allocations: FuncValidatorAllocations::default(),
        module: Module::default(),
        types: VecDeque::new(),
    };
    let mut parser = Parser::new(0);
    parser.set_features(features);
    for payload in parser.parse_all(bytes) {
        let payload = payload?;
        match walk.validator.payload(&payload)? {
            ValidPayload::Func(function, body) => {
                let mut validator = function.into_validator(std::mem::take(&mut walk.allocations));
                validator.validate(&body)?;
                walk.allocations = validator.into_allocations();
                walk.body(&body)?;
            }
            _ => walk.section(payload)?,
        }
    }
    Ok(walk.module)
}

struct Walk<'a> {
    bytes: &'a [u8],
    validator: Validator,
    allocations: FuncValidatorAllocations,
    module: Module,
    /// Type indices from the function section, waiting for the bodies.
    types: VecDeque<u32>,
}

impl Walk<'_> {
    fn section(&mut self, payload: Payload<'_>) -> Result<(), Broken> {
        let module = &mut self.module;
        match payload {
            Payload::TypeSection(section) => {
                let start = section.range().start;
                for ty in section.into_iter_err_on_gc_types() {
                    module.types.push(func_type(&ty?, start)?);
                }
            }
            Payload::ImportSection(section) => {
                for item in section.into_imports_with_offsets() {
                    let (offset, import) = item?;
                    module.imports.push(self::import(&import, offset)?);
                }
            }
            Payload::FunctionSection(section) => {
                for ty in section {
                    self.types.push_back(ty?);
                }
            }
            Payload::TableSection(section) => {
                for item in section.into_iter_with_offsets() {
                    let (offset, table) = item?;
                    module.tables.push(self::table(&table, offset)?);
                }
            }
            Payload::MemorySection(section) => {
                for memory in section {
                    module.memories.push(memory_type(&memory?));
                }
            }
            Payload::GlobalSection(section) => {
                for item in section.into_iter_with_offsets() {
                    let (offset, global) = item?;
                    let init = const_expr(&global.init_expr)?;
                    module.globals.push(Global { ty: global_type(&global.ty, offset)?, init });
                }
            }
            payload => return self.later_section(payload),
        }
        Ok(())
    }

    fn later_section(&mut self, payload: Payload<'_>) -> Result<(), Broken> {
        let module = &mut self.module;
        match payload {
            Payload::ExportSection(section) => {
                for item in section.into_iter_with_offsets() {
                    let (offset, export) = item?;
                    let kind = export_kind(export.kind, offset)?;
                    module.exports.push(Export { name: export.name.into(), kind, index: export.index });
                }
            }
            Payload::StartSection { func, .. } => module.start = Some(func),
            Payload::ElementSection(section) => {
                for item in section.into_iter_with_offsets() {
                    let (offset, element) = item?;
                    module.elements.push(self::element(element, offset)?);
                }
            }
            Payload::CodeSectionStart { unchecked_range, size, .. } => {
                let range = unchecked_range.end - u64::from(size)..unchecked_range.end;
                let range = range.start as usize..range.end as usize;
                module.code_offset = range.start as u32;
                // Not there in full if the file is cut off, which the parser reports at the body concerned.
                module.code = self.bytes.get(range).unwrap_or_default().to_vec();
            }
            Payload::DataSection(section) => {
                for data in section {
                    let data = data?;
                    let mode = match data.kind {
                        DataKind::Passive => SegmentMode::Passive,
                        DataKind::Active { memory_index, offset_expr } => {
                            SegmentMode::Active(memory_index, const_expr(&offset_expr)?)
                        }
                    };
                    module.data.push(Data { mode, bytes: data.data.to_vec() });
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn body(&mut self, body: &FunctionBody<'_>) -> Result<(), Broken> {
        let mut locals = Vec::new();
        for local in body.get_locals_reader()? {
            let (count, ty) = local?;
            locals.push((count, val_type(ty, body.range().start)?));
        }
        let base = u64::from(self.module.code_offset);
        let entry = (body.get_binary_reader_for_operators()?.original_position() - base) as u32;
        let end = (body.range().end - base) as u32;
        let missing = || Error::new(Kind::Invalid, "a function body without a type").at(body.range().start);
        only_known_instructions(body)?;
        let ty = self.types.pop_front().ok_or_else(missing)?;
        self.module.functions.push(Function { ty, locals, entry, end, name: None });
        Ok(())
    }
}

/// Valid instructions can still be ones that the instruction table does not have.
fn only_known_instructions(body: &FunctionBody<'_>) -> Result<(), Broken> {
    let mut reader = body.get_operators_reader()?;
    let mut pc = (reader.original_position() - body.range().start) as u32;
    while !reader.eof() {
        let operator = reader.read()?;
        let next = (reader.original_position() - body.range().start) as u32;
        // Both decoders must agree on the length, or code addresses would come apart.
        if !matches!(decode(body.as_bytes(), pc), Ok(instr) if instr.next_pc() == next) {
            let shown = format!("{operator:?}");
            let name = shown.split([' ', '{', '(']).next().unwrap_or_default();
            let error = Error::new(Kind::Unsupported, format!("the instruction {name} is not supported"));
            let offset = body.range().start + u64::from(pc);
            return Err(error.at(offset).help("compile without the feature that brings it").into());
        }
        pc = next;
    }
    Ok(())
}

fn import(import: &wasmparser::Import<'_>, offset: u64) -> Result<Import, Error> {
    let kind = match import.ty {
        TypeRef::Func(ty) => ImportKind::Function(ty),
        TypeRef::Table(ty) => ImportKind::Table(table_type(&ty, offset)?),
        TypeRef::Memory(ty) => ImportKind::Memory(memory_type(&ty)),
        TypeRef::Global(ty) => ImportKind::Global(global_type(&ty, offset)?),
        _ => return Err(unsupported(format!("imports of kind {:?}", import.ty), offset)),
    };
    Ok(Import { module: import.module.into(), name: import.name.into(), kind })
}

fn table(table: &wasmparser::Table<'_>, offset: u64) -> Result<Table, Broken> {
    let init = match &table.init {
        TableInit::RefNull => None,
        TableInit::Expr(expr) => Some(const_expr(expr)?),
    };
    Ok(Table { ty: table_type(&table.ty, offset)?, init })
}

fn element(element: wasmparser::Element<'_>, offset: u64) -> Result<Element, Broken> {
    let mode = match element.kind {
        ElementKind::Passive => SegmentMode::Passive,
        ElementKind::Declared => SegmentMode::Declared,
        ElementKind::Active { table_index, offset_expr } => {
            SegmentMode::Active(table_index.unwrap_or(0), const_expr(&offset_expr)?)
        }
    };
    let mut items = Vec::new();
    let ty = match element.items {
        ElementItems::Functions(functions) => {
            for function in functions {
                items.push(ConstExpr(vec![ConstOp::RefFunc(function?)]));
            }
            isa::types::ValType::FuncRef
        }
        ElementItems::Expressions(ty, expressions) => {
            for expression in expressions {
                items.push(const_expr(&expression?)?);
            }
            ref_type(ty, offset)?
        }
    };
    Ok(Element { ty, mode, items })
}
