//! What a module takes from outside and gives, and how large its functions are.

use super::body::Body;
use super::ways::Cycles;
use crate::disassembly::name;
use crate::gate::file_offset;
use crate::link::Provided;
use isa::module::Module;
use serde::Serialize;
use std::cmp::Reverse;

/// An import or an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Outside {
    /// Of an import: the module that it is asked of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub module: Option<String>,
    pub name: String,
    /// As the text format writes it: `(func (param i32))`.
    #[serde(rename = "type")]
    pub ty: String,
}

pub fn imports(module: &Module) -> Vec<Outside> {
    let outside = |import: &isa::module::Import| Outside {
        module: Some(import.module.clone()),
        name: import.name.clone(),
        ty: Provided::wanted(module, &import.kind).to_string(),
    };
    module.imports.iter().map(outside).collect()
}

pub fn exports(module: &Module) -> Vec<Outside> {
    let outside = |export: &isa::module::Export| {
        let ty = Provided::exported(module, export)?.to_string();
        Some(Outside { module: None, name: export.name.clone(), ty })
    };
    module.exports.iter().filter_map(outside).collect()
}

/// A function that is defined in a module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Function {
    /// From the name section or an export; else `function 7`.
    pub name: String,
    /// In the function index space.
    pub index: u32,
    /// Byte offset of its first instruction in the file.
    pub offset: u64,
    /// Of its body: declarations of locals and instructions.
    pub bytes: u64,
    /// Declared ones, without parameters.
    pub locals: u32,
    pub instructions: u32,
    /// Value-stack slots that a call of it takes, without those that it calls.
    pub slots: u32,
    /// How long a call of it from outside takes that returns, on a full core with all units; `None` where nothing bounds
    /// that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cycles: Option<Cycles>,
}

/// The functions with these bodies, the largest first; `cycles` by function index.
pub fn all(module: &Module, bodies: &[Body], cycles: &[Option<Cycles>]) -> Vec<Function> {
    let imported = module.imported_functions().count() as u32;
    let function = |(index, (function, body)): (u32, (&isa::module::Function, &Body))| Function {
        name: name(module, index),
        index,
        offset: file_offset(module, function.entry),
        bytes: body.bytes,
        locals: body.locals,
        instructions: body.instructions,
        slots: body.frame,
        cycles: cycles.get(index as usize).copied().flatten(),
    };
    let mut all: Vec<_> = (imported..).zip(module.functions.iter().zip(bodies)).map(function).collect();
    all.sort_by_key(|function| Reverse(function.bytes));
    all
}
