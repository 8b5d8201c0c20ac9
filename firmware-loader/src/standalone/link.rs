//! Puts what a program imports into it, so that it imports nothing but devices of the chip, and what it shall do into a
//! function without parameters.

use crate::choice::Choice;
use crate::error::Error;
use crate::output::shown;
use boards::Board;
use isa::device::{Around, Device, Mismatch};
use isa::module::{Import, ImportKind, Module};
use isa::types::{ValType, Value};
use std::convert::Infallible;
use wasm_encoder::reencode::{self, Reencode};
use wasm_encoder::{
    CodeSection, DataCountSection, DataSection, ElementSection, EntityType, ExportKind, ExportSection, Function,
    FunctionSection, GlobalSection, ImportSection, Instruction, MemorySection, NameMap, NameSection, TableSection,
    TypeSection,
};
use wasmparser::{Parser, Payload};

/// The exported function of a linked program.
const ENTRY: &str = "_start";

/// Why a program cannot stand alone.
#[derive(Debug)]
pub enum LinkError {
    /// It imports what neither the chip nor the library has.
    Missing(String),
    /// A function of the library takes or gives something else.
    Type(String),
    /// A device of the chip takes or gives something else, or is no function; its name, and what is there.
    Device(String, Mismatch),
    /// A function of the library works on the memory of a program that has none.
    NoMemory,
    /// What came of it is no module: a mistake here.
    Invalid(Error),
}

/// A program that stands alone.
#[derive(Debug)]
pub struct Program {
    /// The module in the binary format: it exports one function without parameters and results, which runs the start
    /// function and then makes the call that was chosen.
    pub bytes: Vec<u8>,
    pub module: Module,
    /// Index of that function.
    pub entry: u32,
}

/// Links a valid module with the library for a board. `call` is what it does, behind its start function.
///
/// # Errors
/// See [`LinkError`].
pub fn link(bytes: &[u8], call: Option<&Choice>, board: &Board) -> Result<Program, LinkError> {
    let library: Vec<Part> = super::library::parts(board).into_iter().map(Part::new).collect::<Result<_, _>>()?;
    let mut parts = vec![Part::new(bytes.to_vec())?];
    // Those that a part needs come behind it.
    let mut next = 0;
    while let Some(part) = parts.get(next) {
        let needed = part.module.imports.iter().filter(|import| !is_on_chip(&part.module, import));
        let found = needed.map(|import| find(import, part, &library, &parts[0])).collect::<Result<Vec<_>, _>>()?;
        for index in found.into_iter().flatten() {
            if !parts.iter().any(|part| part.bytes == library[index].bytes) {
                parts.push(library[index].clone());
            }
        }
        next += 1;
    }
    let mut image = Linked::new(&parts)?;
    for (index, part) in parts.iter().enumerate() {
        image.add(index, part).map_err(|e| LinkError::Invalid(Error::new(crate::Kind::Invalid, e.to_string())))?;
    }
    let module = &parts[0].module;
    let bytes = image.finish(module.start, call, module);
    let module = crate::parse(&bytes).map_err(LinkError::Invalid)?;
    let entry = module.exported_function(ENTRY).unwrap_or_default();
    Ok(Program { bytes, module, entry })
}

/// A module on its way into another.
#[derive(Clone)]
struct Part {
    bytes: Vec<u8>,
    module: Module,
}

impl Part {
    fn new(bytes: Vec<u8>) -> Result<Part, LinkError> {
        let module = crate::parse(&bytes).map_err(LinkError::Invalid)?;
        Ok(Part { bytes, module })
    }
}

/// Whether the chip answers an import by itself.
fn is_on_chip(module: &Module, import: &Import) -> bool {
    matches!(Device::of_import(module, import), Some(Ok(device)) if device.number(Around::Chip) > 0)
}

fn label(import: &Import) -> String {
    format!("{}.{}", import.module, import.name)
}

/// The part of the library that has an import; `None` if the program itself does.
fn find(import: &Import, of: &Part, library: &[Part], program: &Part) -> Result<Option<usize>, LinkError> {
    if matches!(import.kind, ImportKind::Memory(_)) && import.module == "program" {
        return if !program.module.memories.is_empty() { Ok(None) } else { Err(LinkError::NoMemory) };
    }
    let found = library.iter().position(|part| part.module.exported_function(&label(import)).is_some());
    match Device::of_import(&of.module, import) {
        Some(Err(mismatch @ Mismatch::WrongType(_))) if found.is_none() => {
            Err(LinkError::Device(label(import), mismatch))
        }
        _ if found.is_some() && matches!(import.kind, ImportKind::Function(_)) => Ok(found),
        _ => Err(LinkError::Missing(label(import))),
    }
}

/// Where the indices of a part are in the linked module.
struct Map {
    /// By function index of the part.
    functions: Vec<u32>,
    /// Before its first type and its first global.
    types: u32,
    globals: u32,
}

impl Reencode for Map {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, reencode::Error> {
        Ok(self.functions.get(function as usize).copied().unwrap_or(function))
    }

    fn type_index(&mut self, ty: u32) -> Result<u32, reencode::Error> {
        Ok(self.types + ty)
    }

    fn global_index(&mut self, global: u32) -> Result<u32, reencode::Error> {
        Ok(self.globals + global)
    }
}

/// The linked module, section by section.
#[derive(Default)]
struct Linked {
    maps: Vec<Map>,
    /// Types and functions so far.
    types: u32,
    defined: u32,
    type_section: TypeSection,
    imports: ImportSection,
    functions: FunctionSection,
    tables: TableSection,
    memories: MemorySection,
    globals: GlobalSection,
    elements: ElementSection,
    data_count: Option<u32>,
    code: CodeSection,
    data: DataSection,
    names: NameSection,
}

impl Linked {
    /// With the imports that remain, and everything's place.
    fn new(parts: &[Part]) -> Result<Linked, LinkError> {
        let (mut imports, mut remaining) = (ImportSection::new(), Vec::new());
        let (mut types, mut globals) = (0, 0);
        let mut maps = Vec::new();
        for part in parts {
            for import in part.module.imports.iter().filter(|import| is_on_chip(&part.module, import)) {
                let ImportKind::Function(ty) = import.kind else { continue };
                if !remaining.contains(&label(import)) {
                    imports.import(&import.module, &import.name, EntityType::Function(types + ty));
                    remaining.push(label(import));
                }
            }
            maps.push(Map { functions: Vec::new(), types, globals });
            types += part.module.types.len() as u32;
            globals += part.module.globals.len() as u32;
        }
        let mut defined = remaining.len() as u32;
        let bases: Vec<u32> = parts
            .iter()
            .map(|part| {
                let base = defined;
                defined += part.module.functions.len() as u32;
                base
            })
            .collect();
        for (index, map) in maps.iter_mut().enumerate() {
            let part = &parts[index].module;
            let all = (part.imported_functions().count() + part.functions.len()) as u32;
            let place = |function| place(parts, &bases, &remaining, index, function);
            map.functions = (0..all).map(place).collect::<Result<_, _>>()?;
        }
        Ok(Linked { maps, types, defined, imports, names: names(parts, &bases), ..Linked::default() })
    }

    /// Adds what a part defines.
    fn add(&mut self, index: usize, part: &Part) -> Result<(), reencode::Error> {
        let map = &mut self.maps[index];
        for payload in Parser::new(0).parse_all(&part.bytes) {
            match payload? {
                Payload::TypeSection(section) => map.parse_type_section(&mut self.type_section, section)?,
                Payload::FunctionSection(section) => map.parse_function_section(&mut self.functions, section)?,
                Payload::TableSection(section) => map.parse_table_section(&mut self.tables, section)?,
                Payload::MemorySection(section) => map.parse_memory_section(&mut self.memories, section)?,
                Payload::GlobalSection(section) => map.parse_global_section(&mut self.globals, section)?,
                Payload::ElementSection(section) => map.parse_element_section(&mut self.elements, section)?,
                Payload::DataCountSection { count, .. } => self.data_count = Some(count),
                Payload::CodeSectionEntry(body) => map.parse_function_body(&mut self.code, body)?,
                Payload::DataSection(section) => map.parse_data_section(&mut self.data, section)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Adds the entry, and puts all in order.
    fn finish(mut self, start: Option<u32>, call: Option<&Choice>, program: &Module) -> Vec<u8> {
        self.type_section.ty().function([], []);
        self.functions.function(self.types);
        let place = |function: u32| self.maps[0].functions.get(function as usize).copied().unwrap_or(function);
        let mut entry = Function::new([]);
        start.into_iter().for_each(|function| _ = entry.instruction(&Instruction::Call(place(function))));
        if let Some(choice) = call {
            choice.args.iter().for_each(|&value| _ = entry.instruction(&constant(value)));
            entry.instruction(&Instruction::Call(place(choice.function)));
            let results = program.function_type(choice.function).map_or(0, |ty| ty.results.len());
            (0..results).for_each(|_| _ = entry.instruction(&Instruction::Drop));
        }
        entry.instruction(&Instruction::End);
        self.code.function(&entry);
        let mut exports = ExportSection::new();
        exports.export(ENTRY, ExportKind::Func, self.defined);
        let mut module = wasm_encoder::Module::new();
        module.section(&self.type_section).section(&self.imports).section(&self.functions).section(&self.tables);
        module.section(&self.memories).section(&self.globals).section(&exports).section(&self.elements);
        self.data_count.into_iter().for_each(|count| _ = module.section(&DataCountSection { count }));
        module.section(&self.code).section(&self.data).section(&self.names);
        module.finish()
    }
}

/// The names of the functions, where they have some.
fn names(parts: &[Part], bases: &[u32]) -> NameSection {
    let (mut functions, mut section) = (NameMap::new(), NameSection::new());
    for (part, &base) in parts.iter().zip(bases) {
        for (index, function) in (base..).zip(&part.module.functions) {
            function.name.iter().for_each(|name| functions.append(index, name));
        }
    }
    section.functions(&functions);
    section
}

/// Where a function of a part is, by its index there.
fn place(parts: &[Part], bases: &[u32], remaining: &[String], part: usize, function: u32) -> Result<u32, LinkError> {
    let module = &parts[part].module;
    let mut imported = module.imports.iter().filter(|import| matches!(import.kind, ImportKind::Function(_)));
    let count = module.imported_functions().count() as u32;
    let Some(import) = imported.nth(function as usize) else { return Ok(bases[part] + function - count) };
    let name = label(import);
    if is_on_chip(module, import) {
        return Ok(remaining.iter().position(|other| *other == name).unwrap_or_default() as u32);
    }
    let provider = |(index, part): (usize, &Part)| Some((index, part.module.exported_function(&name)?));
    let (provider, there) =
        parts.iter().enumerate().skip(1).find_map(provider).ok_or_else(|| LinkError::Missing(name.clone()))?;
    if module.function_type(function) != parts[provider].module.function_type(there) {
        return Err(LinkError::Type(name));
    }
    place(parts, bases, remaining, provider, there)
}

fn constant(value: Value) -> Instruction<'static> {
    match value.ty {
        ValType::I64 => Instruction::I64Const(value.bits as i64),
        ValType::F32 => Instruction::F32Const(f32::from_bits(value.bits as u32).into()),
        ValType::F64 => Instruction::F64Const(f64::from_bits(value.bits).into()),
        ValType::FuncRef => Instruction::RefNull(wasm_encoder::HeapType::FUNC),
        ValType::ExternRef => Instruction::RefNull(wasm_encoder::HeapType::EXTERN),
        ValType::I32 => Instruction::I32Const(value.bits as u32 as i32),
    }
}

impl std::fmt::Display for LinkError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            LinkError::Missing(name) => write!(
                f,
                "it imports {}, which neither the chip nor the library for boards without a host has: \
                 such a program needs one",
                shown(name)
            ),
            LinkError::Device(name, mismatch) => write!(f, "it imports {}, but {mismatch}", shown(name)),
            LinkError::Type(name) => {
                write!(f, "it imports {} with another type than the library for boards without a host has", shown(name))
            }
            LinkError::NoMemory => write!(f, "it imports a function that works on its memory, but it has none"),
            LinkError::Invalid(e) => write!(f, "it cannot be linked: {e}"),
        }
    }
}
