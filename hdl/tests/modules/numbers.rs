//! The contract's numbers have names: no opcode, limit, address or type code stands as a number in a description.

use super::tools::root;
use std::path::Path;

/// Signals that hold such numbers end in one of these words; `rotate1` has code bytes.
const CODES: [&str; 12] =
    ["space", "register", "opcode", "code_byte", "limit", "device", "code", "op_move", "op", "rotate1", "role", "mark"];
/// States of their own, or numbers that are defined beside the block that reads them.
const OWN: [&str; 2] = ["stop_code", "m_code"];

/// Lines of every description that compare a code with a number, choose by one, or write one.
fn numbers(directory: &Path, found: &mut Vec<String>) {
    let mut paths: Vec<_> =
        directory.read_dir().expect("is there").map(|entry| entry.expect("is read").path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            numbers(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).expect("is text");
            let lines = (1..).zip(text.lines()).filter(|(_, line)| has_number(line));
            found.extend(lines.map(|(number, line)| format!("{}:{number}: {}", path.display(), line.trim())));
        }
    }
}

/// A line without the choice of bits: `a.val().get_bits::<8>(16)` as `a.val()`.
fn whole(line: &str) -> String {
    let mut parts = line.split(".get_bits::<");
    let first = parts.next().unwrap_or("").to_string();
    parts.fold(first, |text, part| text + part.split_once(')').map_or("", |(_, rest)| rest))
}

/// Whether a line has a number where a code belongs. Zero is none: it says that nothing is there.
fn has_number(line: &str) -> bool {
    let line = &whole(line);
    let operators = [".val() == ", ".val() != ", ".val() < ", ".val() >= "];
    let compared = operators.into_iter().flat_map(|operator| line.match_indices(operator));
    let mut compared = compared.map(|(at, operator)| (&line[..at], &line[at + operator.len()..]));
    let written =
        line.split_once(".next = ").filter(|(_, value)| value.contains(".into()") || value.contains("to_bits"));
    compared.any(|(left, right)| is_code(left) && is_number(right))
        || written.is_some_and(|(left, right)| is_code(left) && is_number(right))
        || (line.contains("match ") && line.split_once(".val().index()").is_some_and(|(left, _)| is_code(left)))
}

/// Whether the signal whose name ends a text holds a code.
fn is_code(text: &str) -> bool {
    let name = text
        .rsplit(|c: char| !c.is_alphanumeric() && c != '_')
        .find(|part| !part.is_empty() && *part != "q" && *part != "d");
    let name = name.unwrap_or("");
    let is = |word: &&str| name == *word || name.ends_with(&format!("_{word}"));
    CODES.iter().any(is) && !OWN.contains(&name)
}

/// Whether a number other than 0 begins a text.
fn is_number(text: &str) -> bool {
    let digits: String = text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    digits.starts_with(|c: char| c.is_ascii_digit()) && digits != "0"
}

#[test]
fn numbers_of_the_contract_have_names() {
    let mut found = Vec::new();
    numbers(&root().join("src"), &mut found);
    assert!(found.is_empty(), "take these from `prim::names`:\n{}", found.join("\n"));
}

#[test]
fn a_number_in_place_of_a_name_is_found() {
    for line in [
        "self.write_code.next = self.write.val() & (self.space.val() == 1);",
        "if self.rule.val().limit.val() == 9 {",
        "self.is_plain.next = self.first_opcode.val() == 67;",
        "match self.a_opcode.val().index() {",
        "& (self.rotate1.val().get_bits::<8>(16) == 0x1b)",
        "self.adder.limit.next = 5.into();",
    ] {
        assert!(has_number(line), "{line}");
    }
    for line in ["if self.space.val() == self.spaces.memory.val() {", "self.stop_code.d.next = 0.into();"] {
        assert!(!has_number(line), "{line}");
    }
}
