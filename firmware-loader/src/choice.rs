//! Which function to call with which arguments, and what to say where the user left it open.

use crate::disassembly::function_label;
use crate::output::shown;
use crate::value;
use isa::module::{ExportKind, Module};
use isa::types::Value;
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

/// Finds the function and reads its arguments. `None` if the module has nothing to call but its start function, which
/// runs in any case.
pub fn choose(
    module: &Module,
    file: &Path,
    function: Option<&str>,
    given: &[String],
) -> Result<Option<Choice>, String> {
    let Some((name, function)) = find(module, file, function)? else { return Ok(None) };
    if module.defined(function).is_none() {
        let name = shown(name);
        return Err(format!("\"{name}\" is an imported function, which this core cannot run"));
    }
    let params = module.function_type(function).map_or(&[][..], |ty| &ty.params);
    if given.len() > params.len() {
        let types: Vec<_> = params.iter().map(|ty| ty.name()).collect();
        let (count, most) = (given.len(), params.len());
        let name = shown(name);
        return Err(format!("{count} arguments given, but \"{name}\" takes {most}: ({})", types.join(", ")));
    }
    let read = |(i, &ty): (usize, _)| match given.get(i) {
        Some(text) => value::parse(text, ty).map_err(|e| format!("argument {} of \"{}\": {e}", i + 1, shown(name))),
        None => Ok(value::zero(ty)),
    };
    let args: Result<Vec<Value>, String> = params.iter().enumerate().map(read).collect();
    Ok(Some(Choice { function, name: name.to_string(), args: args?, missing: params.len() - given.len() }))
}

fn find<'a>(module: &'a Module, file: &Path, wanted: Option<&'a str>) -> Result<Option<(&'a str, u32)>, String> {
    let functions = exported(module);
    let named = |name: &str| functions.iter().copied().find(|&(n, _)| n == name);
    let list = || match functions.len() {
        0 => "it exports no functions".to_string(),
        _ => {
            let names: Vec<_> = functions.iter().map(|(name, _)| shown(name)).collect();
            format!("it exports {}", names.join(", "))
        }
    };
    let file = file.display();
    if let Some(name) = wanted {
        let missing = || format!("{file} exports no function \"{}\"; {}", shown(name), list());
        return named(name).map(Some).ok_or_else(missing);
    }
    let only = || if functions.len() == 1 { functions.first().copied() } else { None };
    match named("_start").or_else(|| named("run")).or_else(only) {
        None if functions.is_empty() && module.start.is_some() => Ok(None),
        None => Err(format!("{file}: which function? there is no _start and no run; {}", list())),
        found => Ok(found),
    }
}

impl Choice {
    /// `add(2, 3)`
    pub fn call(&self) -> String {
        let args: Vec<_> = self.args.iter().map(|&v| value::decimal(v)).collect();
        format!("{}({})", shown(&self.name), args.join(", "))
    }
}

/// The call that a report is about; `None`: the start function.
pub fn label(module: &Module, choice: Option<&Choice>) -> String {
    match (choice, module.start) {
        (Some(choice), _) => choice.call(),
        (None, Some(start)) => format!("the start function {}", function_label(module, start)),
        (None, None) => "no call".into(),
    }
}
