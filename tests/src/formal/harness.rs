//! A harness: a text in `tests/formal`, the module `formal` with instances of modules of the emitted Verilog.
//!
//! It names signals within these by their paths, as `dut.host.run`; their widths come from the emitted Verilog.
//! Where it has the line `` `SIGNALS``, they are declared so that yosys joins them with the hardware when that is flattened.
//! States are named as `dut.sequencer.State$Idle`. A line `` `include "FILE"`` stands for a file beside it.

use super::hierarchy::Hierarchy;
use super::names::names;
use super::tool::read_text;
use crate::generated::root;
use isa::plan::CorePlan;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The line behind which the signals are declared.
const SIGNALS: &str = "`SIGNALS\n";

/// Reads a harness with what it includes.
pub fn read(file: &str) -> Result<String, String> {
    let text = read_text(&root().join("tests/formal").join(file))?;
    let included = |line: &str| line.strip_prefix("`include \"")?.strip_suffix('"').map(read);
    text.lines().map(|line| included(line).unwrap_or_else(|| Ok(format!("{line}\n")))).collect()
}

/// The text with all names resolved.
pub fn expand(text: &str, verilog: &str, plan: &CorePlan) -> Result<String, String> {
    let text = chosen(text, plan.is_compact());
    let hierarchy = Hierarchy::of(verilog);
    let (before, after) = text.split_once(SIGNALS).ok_or("the harness has no line `SIGNALS")?;
    let instances = instances(after, &hierarchy);
    let (mut declarations, mut body, mut rest) = (BTreeMap::new(), String::new(), after);
    while let Some(at) = rest.find('.') {
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
        let begin = rest[..at].rfind(|c| !is_name(c)).map_or(0, |before| before + 1);
        let end = at + rest[at..].find(|c| !is_name(c) && c != '.').unwrap_or(rest.len() - at);
        let (instance, path) = (&rest[begin..at], &rest[at + 1..end]);
        match instances.get(instance) {
            Some(module) => {
                body += &rest[..begin];
                body += &resolve(&hierarchy, instance, module, path, &mut declarations)?;
                rest = &rest[end..];
            }
            None => {
                body += &rest[..=at];
                rest = &rest[at + 1..];
            }
        }
    }
    let declarations: String = declarations.into_values().collect();
    Ok(format!("{}{before}{declarations}{body}{rest}", names(plan)))
}

/// The text without what is for the other kind of core: between `` `ifdef COMPACT`` or `` `ifndef COMPACT``, `` `else`` and
/// `` `endif``, each alone in its line.
fn chosen(text: &str, compact: bool) -> String {
    let mut keeps = true;
    let mut kept = String::new();
    for line in text.lines() {
        match line.trim() {
            "`ifdef COMPACT" => keeps = compact,
            "`ifndef COMPACT" => keeps = !compact,
            "`else" => keeps = !keeps,
            "`endif" => keeps = true,
            _ if keeps => kept += &format!("{line}\n"),
            _ => {}
        }
    }
    kept
}

/// Module by instance, of the lines that begin with `MODULE INSTANCE(`.
fn instances<'a>(text: &'a str, hierarchy: &Hierarchy) -> BTreeMap<&'a str, &'a str> {
    let instance = |line: &'a str| {
        let (module, name) = line.trim().split_once('(')?.0.split_once(' ')?;
        hierarchy.has(module).then_some((name, module))
    };
    text.lines().filter_map(instance).collect()
}

/// What stands for `instance.path`: the value of a state, or a wire, which is declared.
fn resolve(
    hierarchy: &Hierarchy,
    instance: &str,
    module: &str,
    path: &str,
    declarations: &mut BTreeMap<String, String>,
) -> Result<String, String> {
    let (inner, name) = path.rsplit_once('.').unwrap_or(("", path));
    if name.starts_with("State$") {
        let states = hierarchy.states(module, inner)?;
        return states.get(name).cloned().ok_or_else(|| format!("`{inner}` has no state `{name}`"));
    }
    let declaration = hierarchy.declaration(module, path)?;
    let wire = format!("\\{instance}.{path} ");
    let mut text = "  (* hierconn".to_string();
    // The wire takes the place of the register, with its value at power-on.
    if let Some(value) = &declaration.initial {
        write!(text, ", init = {value}").expect("is a string");
    }
    writeln!(text, " *) wire {} {wire};", declaration.range).expect("is a string");
    declarations.insert(wire.clone(), text);
    Ok(wire)
}
