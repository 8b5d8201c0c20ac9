//! Single edits of the unit's Verilog: each is a fault that the vectors should find.

use super::unit::{Unit, Variant};
use super::{check, operations, vectors};
use isa::op::Op;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::fmt;

/// What may stand for what.
const EDITS: [(&str, &str); 12] = [
    (" & ", " | "),
    (" | ", " & "),
    (" ^ ", " | "),
    (" + ", " - "),
    (" - ", " + "),
    (" << ", " >> "),
    (" >> ", " << "),
    (" == ", " != "),
    (" < ", " >= "),
    ("~", ""),
    ("if (", "if (!"),
    ("1'b1;", "1'b0;"),
];

/// One edit of one line.
#[derive(Clone, Debug)]
pub struct Mutant {
    line: usize,
    before: String,
    after: String,
}

impl fmt::Display for Mutant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {} instead of {}", self.line + 1, self.after.trim(), self.before.trim())
    }
}

/// How a mutant ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The engine does not take it: a loop, or text that means nothing.
    Rejected,
    /// An operation differs.
    Caught(Op),
    Survived,
}

/// Parts of the Verilog that only the fast unit uses.
const FAST: [&str; 3] = ["product", "normalizer", "aligner"];

/// So many edits, chosen by `seed`, of lines that describe logic which the variant uses.
pub fn mutants(verilog: &str, variant: Variant, seed: u64, count: usize) -> Vec<Mutant> {
    let (mut places, mut module) = (Vec::new(), "");
    for (line, text) in verilog.lines().enumerate() {
        module = text.strip_prefix("module ").unwrap_or(module);
        let left_out = variant == Variant::Small
            && FAST.iter().any(|part| module.contains(part) || text.contains(&format!("{part}$")));
        for (from, to) in EDITS.into_iter().filter(|_| !left_out && describes_logic(text)) {
            places.extend(text.match_indices(from).map(|(at, _)| (line, text, at, from, to)));
        }
    }
    let mut rng = StdRng::seed_from_u64(seed);
    let mut chosen = Vec::new();
    while chosen.len() < count && !places.is_empty() {
        let (line, text, at, from, to) = places.swap_remove(rng.random_range(0..places.len()));
        let after = format!("{}{to}{}", &text[..at], &text[at + from.len()..]);
        chosen.push(Mutant { line, before: text.into(), after });
    }
    chosen
}

/// Not a comment, not a declaration, not what connects a register with its clock.
fn describes_logic(text: &str) -> bool {
    let text = text.trim_start();
    let statement = text.starts_with("if (") || text.contains(" = ");
    statement
        && !text.starts_with("//")
        && !text.starts_with("localparam")
        && !text.starts_with("initial")
        && !text.contains("$clock")
}

/// Runs the mutant on the vectors of the tests, until one differs.
pub fn fate(verilog: &str, mutant: &Mutant, random: usize) -> Fate {
    let lines = verilog.lines().enumerate();
    let text: Vec<&str> = lines.map(|(i, line)| if i == mutant.line { mutant.after.as_str() } else { line }).collect();
    let Ok(mut unit) = Unit::of(&text.join("\n")) else { return Fate::Rejected };
    let differs = |unit: &mut Unit, op, (a, b)| check(unit, op, a, b).is_err();
    let mut vectors = vectors::Random::new(1);
    for op in operations() {
        if (0..random).any(|_| differs(&mut unit, op, vectors.operands(op))) {
            return Fate::Caught(op);
        }
    }
    let special = operations().find(|&op| vectors::pairs(op, super::EVERY).any(|pair| differs(&mut unit, op, pair)));
    special.map_or(Fate::Survived, Fate::Caught)
}
