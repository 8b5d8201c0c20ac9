//! Which function to call with which arguments, and what to say where the user left it open.

use crate::disassembly::function_label;
use crate::value;
use isa::module::{ExportKind, ImportKind, Module};
use isa::plan::MemoryPlan;
use isa::types::{MemoryType, Value};
use std::path::Path;

/// The call to make.
#[derive(Debug)]
pub struct Choice {
    pub function: u32,
    pub name: String,
    pub args: Vec<Value>,
    /// How many of them were not given.
    pub missing: usize,
}

/// Exported functions by name, with their indices.
fn exported(module: &Module) -> Vec<(&str, u32)> {
    let functions = module.exports.iter().filter(|e| e.kind == ExportKind::Function);
    functions.map(|e| (e.name.as_str(), e.index)).collect()
}

/// Finds the function and reads its arguments.
pub fn choose(module: &Module, file: &Path, function: Option<&str>, given: &[String]) -> Result<Choice, String> {
    let (name, function) = find(module, file, function)?;
    if module.defined(function).is_none() {
        return Err(format!("\"{name}\" is an imported function, which this core cannot run"));
    }
    let params = module.function_type(function).map_or(&[][..], |ty| &ty.params);
    if given.len() > params.len() {
        let types: Vec<_> = params.iter().map(|ty| ty.name()).collect();
        let (count, most) = (given.len(), params.len());
        return Err(format!("{count} arguments given, but \"{name}\" takes {most}: ({})", types.join(", ")));
    }
    let read = |(i, &ty): (usize, _)| match given.get(i) {
        Some(text) => value::parse(text, ty).map_err(|e| format!("argument {} of \"{name}\": {e}", i + 1)),
        None => Ok(value::zero(ty)),
    };
    let args: Result<Vec<Value>, String> = params.iter().enumerate().map(read).collect();
    Ok(Choice { function, name: name.to_string(), args: args?, missing: params.len() - given.len() })
}

fn find<'a>(module: &'a Module, file: &Path, wanted: Option<&'a str>) -> Result<(&'a str, u32), String> {
    let functions = exported(module);
    let named = |name: &str| functions.iter().copied().find(|&(n, _)| n == name);
    let list = || match functions.len() {
        0 => "it exports no functions".to_string(),
        _ => {
            let names: Vec<_> = functions.iter().map(|(name, _)| name.escape_debug().to_string()).collect();
            format!("it exports {}", names.join(", "))
        }
    };
    let file = file.display();
    match wanted {
        Some(name) => {
            named(name).ok_or_else(|| format!("{file} exports no function \"{}\"; {}", name.escape_debug(), list()))
        }
        None => {
            let only = || if functions.len() == 1 { functions.first().copied() } else { None };
            let message = || format!("{file}: which function? there is no _start and no run; {}", list());
            named("_start").or_else(|| named("run")).or_else(only).ok_or_else(message)
        }
    }
}

impl Choice {
    /// `add(2, 3)`
    pub fn call(&self) -> String {
        let args: Vec<_> = self.args.iter().map(|&v| value::decimal(v)).collect();
        format!("{}({})", self.name.escape_debug(), args.join(", "))
    }
}

/// The call that a report is about.
pub fn label(module: &Module, choice: &Choice, in_start: bool) -> String {
    match module.start {
        Some(start) if in_start => format!("the start function {}", function_label(module, start)),
        _ => choice.call(),
    }
}

/// A warning if the module declares more memory than there is.
pub fn memory_note(module: &Module, plan: &MemoryPlan) -> Option<String> {
    let imported = module.imports.iter().filter_map(|i| match i.kind {
        ImportKind::Memory(ty) => Some(ty),
        _ => None,
    });
    let memory: MemoryType = imported.chain(module.memories.iter().copied()).next()?;
    let declared = memory.bytes();
    (declared > plan.memory_bytes()).then(|| {
        let (name, there) = (plan.name, plan.memory_bytes());
        let end = "an access beyond them ends the run";
        format!("the module declares {declared} bytes of memory, {name} has {there}; {end}")
    })
}
