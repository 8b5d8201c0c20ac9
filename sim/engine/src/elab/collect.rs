//! Finding the text of every module that is needed.
use crate::{
    Models,
    error::{Error, Pos, Result},
    parse::{
        self,
        ast::{Item, Module},
    },
};
use std::collections::{HashMap, HashSet};

/// The modules reachable from `top`, black boxes replaced by their models.
/// The models' names go to `files`, in the order of their file numbers.
pub fn collect(source: &str, top: &str, models: &Models, files: &mut Vec<String>) -> Result<HashMap<String, Module>> {
    let mut given = parse::parse(source, 0)?;
    let mut used: HashMap<String, Module> = HashMap::new();
    let mut queued: HashSet<String> = HashSet::from([top.to_string()]);
    let mut queue = vec![(top.to_string(), Pos::default())];
    while let Some((name, pos)) = queue.pop() {
        let module = find(&mut given, &name, pos, models, files)?;
        for item in &module.items {
            if let Item::Instance(i) = item
                && queued.insert(i.module.clone())
            {
                queue.push((i.module.clone(), i.pos));
            }
        }
        used.insert(name, module);
    }
    Ok(used)
}

fn find(
    given: &mut HashMap<String, Module>,
    name: &str,
    pos: Pos,
    models: &Models,
    files: &mut Vec<String>,
) -> Result<Module> {
    let module = given.remove(name);
    // the top module, which no instance names, is simulated as it stands
    let is_top = pos.line == 0;
    if let Some(module) = module
        && (!module.blackbox || is_top)
    {
        return Ok(module);
    }
    let Some(text) = models.get(name) else {
        return Err(Error::new(pos, name, "module has no body here and no model"));
    };
    files.push(name.to_string());
    let named = |mut e: Error| {
        e.model = Some(name.to_string());
        e
    };
    let parsed = parse::parse(text, files.len() as u16).map_err(named)?;
    // a model may bring helper modules, which the design must not also define
    for (helper, module) in parsed {
        if given.contains_key(&helper) && helper != name {
            return Err(named(Error::new(module.pos, helper, "module is defined twice")));
        }
        given.insert(helper, module);
    }
    given.remove(name).ok_or_else(|| named(Error::nowhere(name, "the model's text does not define the module")))
}
