//! Statements of the logic of a block.

use super::term::{Term, ones};
use super::writer::Writer;
use std::collections::BTreeSet;

#[derive(Clone, Debug, PartialEq)]
pub enum Statement {
    Assign {
        target: Term,
        value: Term,
    },
    If {
        test: Term,
        then: Vec<Statement>,
        otherwise: Vec<Statement>,
    },
    /// An arm without labels always matches.
    Case {
        test: Term,
        arms: Vec<(Vec<Term>, Vec<Statement>)>,
    },
}

use Statement::*;

/// Names of signals.
pub type Names = BTreeSet<String>;

impl Statement {
    /// By a condition: one assignment, if either case only gives the same target a value.
    pub fn choose(test: Term, then: Vec<Statement>, otherwise: Vec<Statement>) -> Statement {
        match (&then[..], &otherwise[..]) {
            ([Assign { target, value }], [Assign { target: same, value: other }]) if target == same => {
                let (test, then, otherwise) = (test.into(), value.clone().into(), other.clone().into());
                Assign { target: target.clone(), value: Term::Choose { test, then, otherwise } }
            }
            _ => If { test, then, otherwise },
        }
    }

    /// The signal and its value, if the statement gives one signal all of its value.
    pub fn whole(&self) -> Option<(&str, &Term)> {
        match self {
            Assign { target: Term::Name { name, .. }, value } => Some((name, value)),
            _ => None,
        }
    }

    /// This statement and all within it.
    pub fn visit(&self, see: &mut impl FnMut(&Statement)) {
        see(self);
        match self {
            Assign { .. } => {}
            If { then, otherwise, .. } => then.iter().chain(otherwise).for_each(|inner| inner.visit(see)),
            Case { arms, .. } => arms.iter().flat_map(|arm| &arm.1).for_each(|inner| inner.visit(see)),
        }
    }

    /// All terms, but for the targets.
    pub fn terms(&self, see: &mut impl FnMut(&Term)) {
        self.visit(&mut |statement| match statement {
            Assign { value, .. } => value.visit(see),
            If { test, .. } => test.visit(see),
            Case { test, arms } => {
                test.visit(see);
                arms.iter().flat_map(|arm| &arm.0).for_each(|label| label.visit(see));
            }
        });
    }

    /// The targets of all assignments.
    pub fn targets(&self, see: &mut impl FnMut(&Term)) {
        self.visit(&mut |statement| {
            if let Assign { target, .. } = statement {
                see(target);
            }
        });
    }

    /// The signals that it may change.
    pub fn writes(&self) -> Names {
        let mut names = Names::new();
        self.targets(&mut |target| target.reads(&mut names));
        names
    }

    /// The signals that it looks at.
    pub fn reads(&self) -> Names {
        let mut names = Names::new();
        self.terms(&mut |term| term.reads(&mut names));
        names
    }

    /// Gives names other names.
    pub fn rename(&mut self, to: &impl Fn(&str) -> Option<String>) {
        match self {
            Assign { target, value } => {
                target.rename(to);
                value.rename(to);
            }
            If { test, then, otherwise } => {
                test.rename(to);
                then.iter_mut().chain(otherwise).for_each(|inner| inner.rename(to));
            }
            Case { test, arms } => {
                test.rename(to);
                for (labels, body) in arms {
                    labels.iter_mut().for_each(|label| label.rename(to));
                    body.iter_mut().for_each(|inner| inner.rename(to));
                }
            }
        }
    }
}

impl Statement {
    /// Writes the statement; `becomes` is `=`, or `<=` behind a clock.
    pub fn write(&self, writer: &mut Writer, becomes: &str) {
        match self {
            Assign { target, value } => writer.line(format!("{} {becomes} {};", target.text(), value.text())),
            If { test, then, otherwise } => {
                write_if(&format!("if ({})", test.text()), then, otherwise, writer, becomes)
            }
            Case { test, arms } => {
                writer.line(format!("case ({})", test.text()));
                writer.indented(|writer| {
                    arms.iter().for_each(|(labels, body)| write_arm(labels, body, writer, becomes));
                    if !is_complete(test, arms) {
                        writer.line("default: ;");
                    }
                });
                writer.line("endcase");
            }
        }
    }
}

/// An arm for every value.
fn is_complete(test: &Term, arms: &[(Vec<Term>, Vec<Statement>)]) -> bool {
    let labels: usize = arms.iter().map(|(labels, _)| labels.len()).sum();
    arms.iter().any(|(labels, _)| labels.is_empty()) || labels as u128 > ones(test.width())
}

/// `head` and what follows if it holds.
fn write_if(head: &str, then: &[Statement], otherwise: &[Statement], writer: &mut Writer, becomes: &str) {
    if otherwise.is_empty() && write_short(head, then, writer, becomes) {
        return;
    }
    writer.line(format!("{head} begin"));
    write_body(then, writer, becomes);
    match otherwise {
        [] => writer.line("end"),
        [If { test, then, otherwise }] => {
            // Its own line of `begin` is the one that ends the body before.
            write_if(&format!("end else if ({})", test.text()), then, otherwise, writer, becomes);
        }
        _ => {
            writer.line("end else begin");
            write_body(otherwise, writer, becomes);
            writer.line("end");
        }
    }
}

fn write_arm(labels: &[Term], body: &[Statement], writer: &mut Writer, becomes: &str) {
    let names: Vec<_> = labels.iter().map(Term::text).collect();
    let head = if names.is_empty() { "default:".into() } else { format!("{}:", names.join(", ")) };
    if body.is_empty() {
        return writer.line(format!("{head} ;"));
    }
    if !write_short(&head, body, writer, becomes) {
        writer.line(format!("{head} begin"));
        write_body(body, writer, becomes);
        writer.line("end");
    }
}

fn write_body(body: &[Statement], writer: &mut Writer, becomes: &str) {
    writer.indented(|writer| body.iter().for_each(|statement| statement.write(writer, becomes)));
}

/// In one line, if it is one assignment that fits there.
fn write_short(head: &str, body: &[Statement], writer: &mut Writer, becomes: &str) -> bool {
    let [Assign { target, value }] = body else { return false };
    let line = format!("{head} {} {becomes} {};", target.text(), value.text());
    let is_short = !head.starts_with("end") && writer.fits(&line);
    if is_short {
        writer.line(line);
    }
    is_short
}
