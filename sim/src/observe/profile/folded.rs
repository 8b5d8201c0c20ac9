//! Collapsed stacks, and the flame graph of them. A stack is its functions from the outermost one on and, for cycles in
//! which no group retired, why.

use super::report::Report;
use super::slices::Key;
use inferno::flamegraph::color::{Color, PaletteMap};
use inferno::flamegraph::{Options, from_lines};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Of what stands for a cause among functions.
const STALL: Color = Color { r: 160, g: 175, b: 200 };

/// Writes a line for each stack, with its cycles at the end.
pub fn write(report: &Report<'_>, output: &mut dyn Write) -> io::Result<()> {
    lines(report).iter().try_for_each(|line| writeln!(output, "{line}"))
}

/// Writes a flame graph, an SVG that can be searched and looked into in a browser.
pub fn flame_graph(report: &Report<'_>, output: &mut dyn Write) -> io::Result<()> {
    let cycles: u64 = report.total().iter().map(|(_, count)| count.cycles).sum();
    let mut colours = PaletteMap::default();
    for stall in report.total().iter().filter_map(|(key, _)| stall(report, key)) {
        colours.insert(stall, STALL);
    }
    let mut options = Options::default();
    options.title = format!("{}: {cycles} cycles", report.name());
    options.count_name = "cycles".into();
    options.name_type = "Function:".into();
    options.deterministic = true;
    options.palette_map = Some(&mut colours);
    let lines = lines(report);
    match from_lines(&mut options, lines.iter().map(String::as_str), output) {
        // Then the picture says so.
        Err(_) if cycles == 0 => Ok(()),
        drawn => drawn,
    }
}

/// The lines, sorted.
fn lines(report: &Report<'_>) -> Vec<String> {
    let mut stacks: Vec<String> = Vec::new();
    for (parent, name) in report.nodes() {
        let name = plain(name);
        stacks.push(parent.map_or(name.clone(), |parent| format!("{};{name}", stacks[parent.place()])));
    }
    let mut cycles: BTreeMap<String, u64> = BTreeMap::new();
    for (key, count) in report.total().iter().filter(|(_, count)| count.cycles > 0) {
        let stack = &stacks[key.node.place()];
        let line = stall(report, key).map_or(stack.clone(), |stall| format!("{stack};{stall}"));
        *cycles.entry(line).or_default() += count.cycles;
    }
    cycles.into_iter().map(|(stack, cycles)| format!("{stack} {cycles}")).collect()
}

/// In brackets, because it is no function.
fn stall(report: &Report<'_>, key: &Key) -> Option<String> {
    Some(format!("[{}]", report.stall(key)?))
}

/// A name without what means something in a line: semicolons, a number behind its last space, a mark at its beginning.
fn plain(name: &str) -> String {
    let name = name.trim().replace(';', ":");
    match name.rsplit_once(' ') {
        Some((front, last)) if last.chars().all(|c| c.is_ascii_digit() || c == '.') => format!("{front}_{last}"),
        _ if name.starts_with('#') => format!("_{name}"),
        _ if name.is_empty() => "_".into(),
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn names_are_read_back_as_names() {
        let names = [
            ("main", "main"),
            ("function 3", "function_3"),
            ("operator new(unsigned long)", "operator new(unsigned long)"),
            ("<[u8; 8]>::len", "<[u8: 8]>::len"),
            ("x 1.5", "x_1.5"),
            ("# 1", "#_1"),
            ("# x", "_# x"),
            ("", "_"),
        ];
        names.iter().for_each(|&(name, expected)| assert_eq!(plain(name), expected));
    }
}
