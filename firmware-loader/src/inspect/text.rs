//! An inspection for people: numbers stand first, so that long names end a line.

use super::{
    Contents, Cycles, Entry, Feature, Function, Inspection, Listed, Listing, Outside, PlanReport, Section, Stack, Worst,
};
use crate::fit::Effect;
use crate::output::shown;
use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};

/// How deep blocks are shown inside each other.
const DEEPEST: usize = 16;

impl Display for Inspection {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        title(f, "sections", ["   offset", "    bytes", "   items", "section"], !self.sections.is_empty())?;
        self.sections.iter().try_for_each(|section| writeln!(f, "{section}"))?;
        if !self.features.is_empty() {
            writeln!(f, "features of WebAssembly")?;
        }
        self.features.iter().try_for_each(|feature| writeln!(f, "{feature}"))?;
        self.module.as_ref().map_or(Ok(()), |module| module.fmt(f))
    }
}

/// The title of a table, if it has rows, with the titles of its columns.
fn title<const N: usize>(f: &mut Formatter<'_>, what: &str, columns: [&str; N], has_rows: bool) -> fmt::Result {
    if has_rows { writeln!(f, "{what}\n  {}", columns.join("  ")) } else { Ok(()) }
}

impl Display for Section {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let items = self.items.map(|items| items.to_string()).unwrap_or_default();
        write!(f, "  {:>#9x}  {:>9}  {items:>8}  {}", self.offset, self.bytes, self.kind)?;
        self.name.as_ref().map_or(Ok(()), |name| write!(f, " {}", shown(name)))
    }
}

impl Display for Feature {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Feature { feature, version, offset, .. } = self;
        write!(f, "  {version:<5}  {feature}, first at byte {offset} ({offset:#x})")?;
        self.function.as_ref().map_or(Ok(()), |function| write!(f, " in {function}"))?;
        self.refusal.as_ref().map_or(Ok(()), |refusal| write!(f, "\n         refused: {refusal}"))
    }
}

impl Display for Contents {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (what, all) in [("imports", &self.imports), ("exports", &self.exports)] {
            if !all.is_empty() {
                writeln!(f, "{what}")?;
            }
            all.iter().try_for_each(|outside| writeln!(f, "  {outside}"))?;
        }
        for effect in [Effect::Runs, Effect::MayStop, Effect::Refused] {
            let plans: Vec<&PlanReport> = self.plans.iter().filter(|plan| plan.report.effect == effect).collect();
            if !plans.is_empty() {
                writeln!(f, "plans that {}", effect.verb())?;
            }
            plans.iter().try_for_each(|plan| plan.fmt(f))?;
        }
        stacks(f, &self.entries)?;
        circles(f, &self.entries)?;
        let columns = ["   bytes", "  locals", "instructions", "   slots", "         cycles", "name"];
        title(f, "functions", columns, !self.functions.is_empty())?;
        self.functions.iter().try_for_each(|function| writeln!(f, "{function}"))
    }
}

impl Display for Outside {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.module.as_ref().map_or(Ok(()), |module| write!(f, "{} ", shown(module)))?;
        write!(f, "{} {}", shown(&self.name), self.ty)
    }
}

impl Display for PlanReport {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "  {}", self.plan)?;
        if let Some(code) = self.report.needs.first() {
            write!(f, ": {} of {} {}", code.needed, code.available, code.what)?;
            let millicode = self.report.millicode();
            millicode.map_or(Ok(()), |bytes| write!(f, ", {bytes} of them millicode"))?;
        }
        writeln!(f)?;
        // What helps is long, and `check` says it.
        self.report.findings.iter().try_for_each(|found| writeln!(f, "    {}: {}", found.word(), shown(&found.message)))
    }
}

/// A column for each plan, and a row for each entry that something bounds.
fn stacks(f: &mut Formatter<'_>, entries: &[Entry]) -> fmt::Result {
    let bounded = |entry: &'_ Entry| match &entry.worst {
        Worst::Stacks(stacks) if !stacks.is_empty() => Some((shown(&entry.name).into_owned(), stacks.clone())),
        _ => None,
    };
    let bounded: Vec<(String, Vec<Stack>)> = entries.iter().filter_map(bounded).collect();
    let Some((_, plans)) = bounded.first() else { return Ok(()) };
    writeln!(f, "value-stack slots/calls at once that a call takes at most; ! is more than there is")?;
    let row = |f: &mut Formatter<'_>, stacks: &[Stack], cell: fn(&Stack) -> String, name: &str| {
        let cells = stacks.iter().map(|stack| format!("{:>1$}", cell(stack), stack.plan.len().max(10)));
        writeln!(f, "{}", format!("  {}  {name}", cells.collect::<Vec<_>>().join("  ")).trim_end())
    };
    row(f, plans, |stack| stack.plan.into(), "")?;
    row(f, plans, |stack| format!("{}/{}", stack.most_slots, stack.most_calls), "(there is)")?;
    let cell = |stack: &Stack| {
        let mark = if stack.is_enough() { "" } else { "!" };
        format!("{}/{}{mark}", stack.slots, stack.calls)
    };
    bounded.iter().try_for_each(|(name, stacks)| row(f, stacks, cell, name))
}

/// Entries that nothing bounds, those with the same circle of calls together.
fn circles(f: &mut Formatter<'_>, entries: &[Entry]) -> fmt::Result {
    let mut circles: BTreeMap<&[String], Vec<&str>> = BTreeMap::new();
    for entry in entries {
        if let Worst::Unbounded(circle) = &entry.worst {
            circles.entry(circle).or_default().push(&entry.name);
        }
    }
    if !circles.is_empty() {
        writeln!(f, "stacks that nothing bounds, because of calls in a circle (an indirect call may get")?;
        writeln!(f, "to every function of its type in the table)")?;
    }
    for (circle, entries) in circles {
        let names = |names: &[&str], between| names.iter().map(|name| shown(name)).collect::<Vec<_>>().join(between);
        let circle: Vec<&str> = circle.iter().chain(circle.first()).map(String::as_str).collect();
        writeln!(f, "  {}: {}", names(&entries, ", "), names(&circle, " calls "))?;
    }
    Ok(())
}

impl Display for Cycles {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Cycles { best, worst } = self;
        if best == worst { write!(f, "{best}") } else { write!(f, "{best}..{worst}") }
    }
}

impl Display for Function {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Function { name, bytes, locals, instructions, slots, cycles, .. } = self;
        let cycles = cycles.map(|cycles| cycles.to_string()).unwrap_or_default();
        write!(f, "  {bytes:>8}  {locals:>8}  {instructions:>12}  {slots:>8}  {cycles:>15}  {}", shown(name))
    }
}

impl Display for Listing {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.functions.iter().try_for_each(|function| writeln!(f, "{function}"))
    }
}

impl Display for Listed {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Listed { name, index, ty, groups } = self;
        let named = *name != format!("function {index}");
        let index = if named { format!(", function {index}") } else { String::new() };
        writeln!(f, "{}{index} {ty}", shown(name))?;
        let mut last = None;
        for group in groups {
            let source = group.file.as_ref().zip(group.line).filter(|source| last != Some(*source));
            if let Some((file, line)) = source {
                last = source;
                writeln!(f, "  {}:{line}", shown(file))?;
            }
            let (depth, texts) = (2 * group.depth.min(DEEPEST), group.instructions.iter().map(|i| shown(&i.text)));
            let cycles = group.cycles.map(|cycles| cycles.to_string()).unwrap_or_default();
            let texts = texts.collect::<Vec<_>>().join("; ");
            writeln!(f, "  {:>#8x}  {cycles:>6}  {:depth$}{texts}", group.offset, "")?;
        }
        Ok(())
    }
}
