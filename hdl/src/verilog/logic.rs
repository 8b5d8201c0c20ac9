//! Takes the logic of a block apart: rust-hdl has it as one list of statements, Verilog that people write has wires,
//! connections of instances, registers, and a combinational block for what takes several statements.
//!
//! What a statement computes may move only if what it reads has its last value where it stands. Statements of which
//! that does not hold stay together and keep their order, so every part means the same as it did in the list.

use super::Error;
use super::statement::{Names, Statement};
use super::term::Term;
use std::collections::{BTreeMap, BTreeSet};

/// The parts of the logic of a block.
#[derive(Default)]
pub struct Logic {
    /// What is connected to inputs of instances.
    pub connections: BTreeMap<String, Term>,
    /// Statements that belong together; what they read is the result of parts before, a register or a port.
    pub parts: Vec<Vec<Statement>>,
    /// By clock: what the registers become.
    pub clocked: BTreeMap<String, Vec<Statement>>,
}

/// The names of a block that are not plain signals.
pub struct Kinds {
    /// With their widths.
    pub registers: BTreeMap<String, usize>,
    /// Inputs of instances.
    pub inputs: Names,
}

/// The name of what a register becomes.
fn data(register: &str) -> String {
    format!("{register}$d")
}

impl Logic {
    /// Of `statements` in which a register has its own name, and the suffixes `$d` and `$clock` for its inputs.
    pub fn new(mut statements: Vec<Statement>, kinds: &Kinds) -> Result<Logic, Error> {
        let registers = take_clocks(&mut statements, kinds)?;
        remove_overwritten(&mut statements);
        let mut sorter = Sorter::new(statements, kinds, registers);
        sorter.take_parts();
        Ok(sorter.logic)
    }
}

/// A register by what it becomes.
struct Register {
    name: String,
    width: usize,
    clock: String,
}

/// The signal and its value, if the part is one statement that gives it.
pub fn definition(part: &[Statement]) -> Option<(&str, &Term)> {
    match part {
        [statement] => statement.whole().filter(|(target, _)| !statement.reads().contains(*target)),
        _ => None,
    }
}

/// The signals that a part writes, in the order in which it does.
pub fn in_order(part: &[Statement]) -> Vec<String> {
    let mut names = Vec::new();
    let mut seen = Names::new();
    for statement in part {
        statement.targets(&mut |target| {
            target.visit(&mut |term| {
                let (Term::Name { name, .. } | Term::Part { name, .. }) = term else { return };
                if seen.insert(name.clone()) {
                    names.push(name.clone());
                }
            });
        });
    }
    names
}

/// A value, and another one under a condition, as one statement.
fn as_choice(part: &[Statement]) -> Option<Statement> {
    let [usual, Statement::If { test, then, otherwise }] = part else { return None };
    let ([then], []) = (&then[..], &otherwise[..]) else { return None };
    let choice = Statement::choose(test.clone(), vec![then.clone()], vec![usual.clone()]);
    choice.whole().filter(|(target, _)| !choice.reads().contains(*target)).is_some().then_some(choice)
}

/// The clock of every register. The statements that connect it go.
fn take_clocks(statements: &mut Vec<Statement>, kinds: &Kinds) -> Result<BTreeMap<String, Register>, Error> {
    let mut registers = BTreeMap::new();
    statements.retain(|statement| {
        let Some((target, Term::Name { name: clock, .. })) = statement.whole() else { return true };
        let Some((name, width)) = target.strip_suffix("$clock").and_then(|name| kinds.registers.get_key_value(name))
        else {
            return true;
        };
        let register = Register { name: name.clone(), width: *width, clock: clock.clone() };
        registers.insert(data(name), register).is_some()
    });
    match kinds.registers.keys().find(|name| !registers.contains_key(&data(name))) {
        Some(name) => Err(Error::Unsupported(format!("the register `{name}`, which has no clock"))),
        None => Ok(registers),
    }
}

/// Removes what a later statement overwrites before anything reads it: that a register keeps its value, for instance.
fn remove_overwritten(statements: &mut Vec<Statement>) {
    let mut overwritten = Names::new();
    for i in (0..statements.len()).rev() {
        if let Some((target, _)) = statements[i].whole() {
            if !overwritten.insert(target.to_string()) {
                statements.remove(i);
                continue;
            }
        }
        for name in statements[i].reads() {
            overwritten.remove(&name);
        }
    }
}

struct Sorter<'a> {
    kinds: &'a Kinds,
    /// By the name of what they become.
    registers: BTreeMap<String, Register>,
    statements: Vec<Option<Statement>>,
    reads: Vec<Names>,
    /// All signals that are read.
    read: Names,
    /// The statements that write a signal.
    writers: BTreeMap<String, Vec<usize>>,
    logic: Logic,
}

impl Sorter<'_> {
    fn new(statements: Vec<Statement>, kinds: &Kinds, registers: BTreeMap<String, Register>) -> Sorter<'_> {
        let reads: Vec<_> = statements.iter().map(Statement::reads).collect();
        let mut writers: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (i, statement) in statements.iter().enumerate() {
            for name in statement.writes() {
                writers.entry(name).or_default().push(i);
            }
        }
        let read = reads.iter().flatten().cloned().collect();
        let statements = statements.into_iter().map(Some).collect();
        Sorter { kinds, registers, statements, reads, read, writers, logic: Logic::default() }
    }

    /// The last statement that writes the signal.
    fn last(&self, name: &str) -> Option<usize> {
        self.writers.get(name)?.last().copied()
    }

    fn take_parts(&mut self) {
        for part in self.parts() {
            let statements: Vec<_> = part.iter().filter_map(|&i| self.statements[i].take()).collect();
            let writes = in_order(&statements);
            let registers: Vec<_> = writes.iter().filter_map(|name| self.registers.get(name)).collect();
            let is_pure = registers.len() == writes.len()
                && writes.iter().all(|name| !self.read.contains(name))
                && registers.windows(2).all(|pair| pair[0].clock == pair[1].clock);
            if let (true, [register, ..]) = (is_pure, &registers[..]) {
                let clocked = self.clocked_form(statements);
                self.logic.clocked.entry(register.clock.clone()).or_default().extend(clocked);
                continue;
            }
            for Register { name, width, clock } in registers {
                let (target, value) = (name.clone(), data(name));
                let [target, value] = [target, value].map(|name| Term::Name { name, width: *width });
                self.logic.clocked.entry(clock.clone()).or_default().push(Statement::Assign { target, value });
            }
            let statements = as_choice(&statements).map_or(statements, |choice| vec![choice]);
            match definition(&statements) {
                Some((target, value)) if self.kinds.inputs.contains(target) && !self.read.contains(target) => {
                    self.logic.connections.insert(target.to_string(), value.clone());
                }
                _ => self.logic.parts.push(statements),
            }
        }
    }

    /// The statements as ones about registers, without those that only say that one keeps its value.
    fn clocked_form(&self, statements: Vec<Statement>) -> Vec<Statement> {
        let mut written = Names::new();
        let mut clocked = Vec::new();
        for mut statement in statements {
            let writes = statement.writes();
            statement.rename(&|name| self.registers.get(name).map(|register| register.name.clone()));
            let keeps = matches!(statement.whole(), Some((target, Term::Name { name, .. })) if target == name);
            // Behind other values it is a value.
            if !keeps || !written.is_disjoint(&writes) {
                clocked.push(statement);
            }
            written.extend(writes);
        }
        as_choice(&clocked).map_or(clocked, |choice| vec![choice])
    }

    /// Which statements stay together, in an order in which everything is written before it is read.
    fn parts(&self) -> Vec<Vec<usize>> {
        let mut groups = Groups((0..self.statements.len()).collect());
        for writers in self.writers.values() {
            writers.iter().for_each(|&writer| groups.join(writer, writers[0]));
        }
        for (i, names) in self.reads.iter().enumerate() {
            let lasts = names.iter().filter_map(|name| self.last(name));
            lasts.filter(|&last| last >= i).for_each(|last| groups.join(last, i));
        }
        loop {
            match self.ordered(&groups) {
                Ok(parts) => return parts,
                Err((reader, writer)) => groups.join(reader, writer),
            }
        }
    }

    /// The groups in order, or two that have to be one, because one of them can be neither before nor behind the other.
    fn ordered(&self, groups: &Groups) -> Result<Vec<Vec<usize>>, (usize, usize)> {
        let mut waiting: BTreeMap<usize, (Vec<usize>, BTreeSet<usize>)> = BTreeMap::new();
        for i in 0..self.statements.len() {
            let (members, needs) = waiting.entry(groups.last(i)).or_default();
            members.push(i);
            needs.extend(self.reads[i].iter().filter_map(|name| self.last(name)).map(|last| groups.last(last)));
        }
        let mut parts = Vec::new();
        loop {
            let missing = |group: &usize, needs: &BTreeSet<usize>| {
                needs.iter().find(|need| *need != group && waiting.contains_key(need)).copied()
            };
            let ready = waiting.iter().find(|(group, (_, needs))| missing(group, needs).is_none());
            match (ready, waiting.first_key_value()) {
                (Some((&group, _)), _) => parts.extend(waiting.remove(&group).map(|(members, _)| members)),
                (None, Some((&group, (_, needs)))) => {
                    return Err((group, missing(&group, needs).unwrap_or(group)));
                }
                (None, None) => return Ok(parts),
            }
        }
    }
}

/// Of each statement, one of its group that comes later, or itself.
struct Groups(Vec<usize>);

impl Groups {
    /// The last statement of a group stands for it.
    fn last(&self, i: usize) -> usize {
        if self.0[i] == i { i } else { self.last(self.0[i]) }
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.last(a), self.last(b));
        self.0[a.min(b)] = a.max(b);
    }
}
