//! From a module that shows a difference to a small one that still does, by leaving things out.

use super::Call;
use crate::sections::{CODE, EXPORTS, FUNCTIONS, ORDER, Sections, export, instructions_of};
use firmware_loader::parse;
use isa::instr::decode;
use isa::op::Op;
use std::time::Instant;

/// A module and the calls that show a difference.
#[derive(Clone, Debug)]
pub struct Case {
    pub bytes: Vec<u8>,
    pub calls: Vec<Call>,
}

struct Reduction<'a> {
    sections: Sections,
    calls: Vec<Call>,
    fails: &'a mut dyn FnMut(&Case) -> bool,
    deadline: Instant,
}

/// Reduces a case for which `fails` holds until nothing more can be left out or the time is over. `fails` sees only
/// valid modules that export the functions called. Exports get short names.
pub fn reduce(case: &Case, fails: &mut dyn FnMut(&Case) -> bool, deadline: Instant) -> Case {
    let (sections, calls) = renamed(case);
    let mut reduction = Reduction { sections, calls, fails, deadline };
    if !reduction.still_fails() {
        return case.clone();
    }
    reduction.calls();
    loop {
        let before = reduction.sections.bytes().len();
        ORDER.into_iter().rev().filter(|&section| section != FUNCTIONS).for_each(|section| reduction.items(section));
        reduction.functions();
        (0..reduction.sections.list(CODE).len()).for_each(|function| reduction.body(function));
        if reduction.sections.bytes().len() >= before || reduction.is_over() {
            break;
        }
    }
    reduction.arguments();
    Case { bytes: reduction.sections.bytes(), calls: reduction.calls }
}

/// The case with exports called `e0`, `e1`, ...
fn renamed(case: &Case) -> (Sections, Vec<Call>) {
    let module = parse(&case.bytes).expect("is valid");
    let mut sections = Sections::new(&case.bytes);
    let names = (0..module.exports.len()).map(|i| format!("e{i}"));
    let exports = module.exports.iter().zip(names.clone());
    *sections.list(EXPORTS) = exports.map(|(e, name)| export(&name, e.kind, e.index)).collect();
    let names: std::collections::HashMap<_, _> = module.exports.iter().map(|e| &e.name).zip(names).collect();
    let calls = case.calls.iter().map(|call| Call { name: names[&call.name].clone(), args: call.args.clone() });
    (sections, calls.collect())
}

impl Reduction<'_> {
    fn is_over(&self) -> bool {
        Instant::now() >= self.deadline
    }

    fn still_fails(&mut self) -> bool {
        let bytes = self.sections.bytes();
        let Ok(module) = parse(&bytes) else { return false };
        let callable = |call: &Call| {
            let function = module.exported_function(&call.name).and_then(|f| module.function_type(f));
            function.is_some_and(|ty| call.args.iter().map(|arg| &arg.ty).eq(&ty.params))
        };
        let case = Case { bytes, calls: self.calls.clone() };
        !self.is_over() && case.calls.iter().all(callable) && (self.fails)(&case)
    }

    /// Keeps a change if the case still fails with it.
    fn attempt(&mut self, change: impl FnOnce(&mut Sections, &mut Vec<Call>)) -> bool {
        let (sections, calls) = (self.sections.clone(), self.calls.clone());
        change(&mut self.sections, &mut self.calls);
        let kept = self.still_fails();
        if !kept {
            (self.sections, self.calls) = (sections, calls);
        }
        kept
    }

    /// Leaves out as many of `count` things as possible: all, halves, quarters, ... `remove` takes out the things of a
    /// range.
    fn leave_out(&mut self, mut count: usize, remove: impl Fn(&mut Sections, &mut Vec<Call>, std::ops::Range<usize>)) {
        let mut size = count;
        while size > 0 {
            // From the end, so that what is used is still defined.
            let mut end = count;
            while end > 0 {
                let start = end.saturating_sub(size);
                if self.attempt(|sections, calls| remove(sections, calls, start..end)) {
                    count -= end - start;
                }
                end = start;
            }
            size /= 2;
        }
    }

    fn calls(&mut self) {
        self.leave_out(self.calls.len(), |_, calls, range| drop(calls.drain(range)));
    }

    fn items(&mut self, section: u8) {
        let count = self.sections.list(section).len();
        self.leave_out(count, |sections, _, range| drop(sections.list(section).drain(range)));
    }

    fn functions(&mut self) {
        let count = self.sections.list(CODE).len();
        self.leave_out(count, |sections, _, range| {
            sections.list(FUNCTIONS).drain(range.clone());
            sections.list(CODE).drain(range);
        });
    }

    /// Leaves out locals, blocks and instructions of a body, or at least puts `unreachable` in their place.
    fn body(&mut self, function: usize) {
        self.attempt(|sections, _| edit(sections, function, |locals, _| *locals = vec![0]));
        self.blocks(function);
        for replacement in [vec![], vec![vec![Op::Unreachable.row().code]]] {
            let count = instructions_of(&self.sections.list(CODE)[function]).1.len();
            self.leave_out(count, |sections, _, range| {
                edit(sections, function, |_, instructions| drop(instructions.splice(range, replacement.clone())));
            });
        }
    }

    /// Leaves out whole blocks, or only their first and last instructions.
    fn blocks(&mut self, function: usize) {
        let mut at = 0;
        loop {
            let instructions = instructions_of(&self.sections.list(CODE)[function]).1;
            let Some(length) = instructions.get(at..).and_then(block) else {
                if at >= instructions.len() {
                    return;
                }
                at += 1;
                continue;
            };
            let last = at + length - 1;
            let whole = |sections: &mut Sections| edit(sections, function, |_, code| drop(code.drain(at..=last)));
            let shell = |sections: &mut Sections| {
                edit(sections, function, |_, code| [last, at].into_iter().for_each(|i| drop(code.remove(i))));
            };
            if !self.attempt(|sections, _| whole(sections)) && !self.attempt(|sections, _| shell(sections)) {
                at += 1;
            }
        }
    }

    fn arguments(&mut self) {
        for call in 0..self.calls.len() {
            for arg in 0..self.calls[call].args.len() {
                self.attempt(|_, calls| calls[call].args[arg].bits = 0);
            }
        }
    }
}

/// Changes a body's local declarations and instructions.
fn edit(sections: &mut Sections, function: usize, change: impl FnOnce(&mut Vec<u8>, &mut Vec<Vec<u8>>)) {
    let (mut locals, mut instructions) = instructions_of(&sections.list(CODE)[function]);
    change(&mut locals, &mut instructions);
    sections.list(CODE)[function] = [locals, instructions.concat(), vec![Op::End.row().code]].concat();
}

/// How many instructions a block has, its first and last included; `None` if no block begins here.
fn block(instructions: &[Vec<u8>]) -> Option<usize> {
    let mut depth = 0;
    for (i, instruction) in instructions.iter().enumerate() {
        match decode(instruction, 0).expect("is valid").op {
            Op::Block | Op::Loop | Op::If => depth += 1,
            Op::End => depth -= 1,
            _ => {}
        }
        if depth <= 0 {
            return (i > 0).then_some(i + 1);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::smith;
    use isa::instr::instructions;
    use std::time::Duration;

    /// A difference that `memory.fill` makes, whatever else is there.
    #[test]
    fn one_instruction_is_what_remains_of_a_random_module() {
        let holds = |case: &Case| {
            let module = parse(&case.bytes).unwrap();
            let mut functions = module.functions.iter();
            functions.any(|f| instructions(&module.code, f.entry, f.end).any(|i| i.unwrap().op == Op::MemoryFill))
        };
        let case = |seed| Case { bytes: smith::module(seed), calls: Vec::new() };
        let case = (0..).step_by(2).map(case).find(holds).expect("some module has the instruction");
        let small = reduce(&case, &mut |case| holds(case), Instant::now() + Duration::from_secs(60));
        assert!(holds(&small));
        let module = parse(&small.bytes).unwrap();
        assert_eq!((module.functions.len(), module.memories.len(), module.exports.len()), (1, 1, 0));
        assert!(module.code.len() < 12, "{}", wasmprinter::print_bytes(&small.bytes).unwrap());
    }
}
