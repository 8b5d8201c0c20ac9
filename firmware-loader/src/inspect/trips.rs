//! Loops that a counter ends: how many times such a loop is passed at most, from the code alone.
//!
//! A loop counts if one branch leads back to its begin, a `br_if` behind one of these, which is all that writes the
//! counter in the loop; and if the counter has a constant value when the loop begins, in whatever pass of loops around it:
//!
//! ```text
//! local.get $i  i32.const STEP  i32.add  local.tee $i                 [i32.const END  COMPARISON]  br_if $loop
//! local.get $i  i32.const STEP  i32.add  local.set $i  local.get $i   [i32.const END  COMPARISON]  br_if $loop
//! ```

use isa::instr::{Immediate, Instr, instructions};
use isa::module::{Function, Module};
use isa::op::Op;
use isa::types::ValType;
use std::collections::BTreeMap;

/// Loops that are passed more often count as endless.
const MOST: u64 = 1 << 24;
/// How many instructions a branch back and what decides it have at most.
const LONGEST: usize = 8;

/// How many times each loop of a function is passed at most, by the code address of the branch that leads back. Exactly so
/// many times if nothing else leaves it.
pub fn trips(module: &Module, function: &Function) -> BTreeMap<u32, u64> {
    let mut walk = Walk::new(module, function);
    for instr in instructions(&module.code, function.entry, function.end).map_while(Result::ok) {
        walk.instruction(&instr);
    }
    walk.trips
}

/// A block, loop or `if` that is open.
#[derive(Default)]
struct Scope {
    /// The number of a loop; 0 of others.
    number: u32,
    /// How often each local is written in it, in code order.
    written: BTreeMap<u32, u32>,
    /// Branches that lead back, of a loop.
    back: u32,
    /// The last of them that a counter decides.
    counted: Option<Counted>,
}

/// A branch back.
struct Counted {
    pc: u32,
    counter: u32,
    trips: u64,
}

/// A constant in a local, and the loop in which it was written.
#[derive(Clone, Copy)]
struct Constant {
    value: i32,
    within: u32,
}

struct Walk<'m> {
    scopes: Vec<Scope>,
    loops: u32,
    locals: Vec<Option<Constant>>,
    /// The last instructions, and what the counter had before the last write of a local.
    last: Vec<(Op, Immediate<'m>)>,
    before: Option<Constant>,
    trips: BTreeMap<u32, u64>,
}

impl<'m> Walk<'m> {
    fn new(module: &'m Module, function: &Function) -> Walk<'m> {
        let params = module.types.get(function.ty as usize).map_or(0, |ty| ty.params.len());
        // Nobody knows arguments, and locals begin with 0.
        let zero = |ty| (ty == ValType::I32).then_some(Constant { value: 0, within: 0 });
        let declared = function.locals.iter().flat_map(|&(count, ty)| std::iter::repeat_n(zero(ty), count as usize));
        let locals = std::iter::repeat_n(None, params).chain(declared).collect();
        let (scopes, last, trips) = (vec![Scope::default()], Vec::new(), BTreeMap::new());
        Walk { scopes, loops: 0, locals, last, before: None, trips }
    }

    fn instruction(&mut self, instr: &Instr<'m>) {
        match (instr.op, instr.imm) {
            (Op::Block | Op::If, _) => self.scopes.push(Scope::default()),
            (Op::Loop, _) => {
                self.loops += 1;
                self.scopes.push(Scope { number: self.loops, ..Scope::default() });
            }
            (Op::Else, _) => self.forget(),
            (Op::End, _) => self.end(),
            (Op::Br, Immediate::Label(label)) => self.branch(label),
            (Op::BrIf, Immediate::Label(label)) => {
                self.branch(label);
                self.count(label, instr.pc);
            }
            (Op::BrTable, Immediate::Labels(labels)) => labels.iter().for_each(|label| self.branch(label)),
            (Op::LocalSet | Op::LocalTee, Immediate::Local(local)) => self.write(local),
            _ => {}
        }
        self.last.push((instr.op, instr.imm));
        if self.last.len() > LONGEST {
            self.last.remove(0);
        }
    }

    /// The number of the loop around so many scopes.
    fn within(&self, scopes: usize) -> u32 {
        self.scopes[..scopes].iter().rev().map(|scope| scope.number).find(|&number| number != 0).unwrap_or(0)
    }

    fn write(&mut self, local: u32) {
        let within = self.within(self.scopes.len());
        let value = match self.last.last() {
            Some((Op::I32Const, Immediate::I32(value))) => Some(Constant { value: *value, within }),
            _ => None,
        };
        if let Some(known) = self.locals.get_mut(local as usize) {
            self.before = std::mem::replace(known, value);
        }
        if let Some(scope) = self.scopes.last_mut() {
            *scope.written.entry(local).or_default() += 1;
        }
    }

    /// Another way leads here, on which nothing was written that the innermost scope has written.
    fn forget(&mut self) {
        let Some(scope) = self.scopes.last() else { return };
        for &local in scope.written.keys() {
            if let Some(known) = self.locals.get_mut(local as usize) {
                *known = None;
            }
        }
    }

    fn end(&mut self) {
        self.forget();
        let Some(scope) = self.scopes.pop() else { return };
        if let Some(Counted { pc, counter, trips }) = scope.counted
            && scope.back == 1
            && scope.written.get(&counter) == Some(&1)
        {
            self.trips.insert(pc, trips);
        }
        let Some(outer) = self.scopes.last_mut() else { return };
        let (mut few, many) = (scope.written, std::mem::take(&mut outer.written));
        let mut many = if few.len() > many.len() { std::mem::replace(&mut few, many) } else { many };
        few.into_iter().for_each(|(local, times)| *many.entry(local).or_default() += times);
        outer.written = many;
    }

    /// The place of the scope that a label means.
    fn scope(&self, label: u32) -> Option<usize> {
        self.scopes.len().checked_sub(1 + label as usize)
    }

    fn branch(&mut self, label: u32) {
        if let Some(at) = self.scope(label) {
            self.scopes[at].back += 1;
        }
    }

    /// Looks at what decides a `br_if`: whether that is a counter, and the target a loop that it is in by no other.
    fn count(&mut self, label: u32, pc: u32) {
        let Some(at) = self.scope(label).filter(|&at| self.scopes[at].number != 0) else { return };
        if self.within(self.scopes.len()) != self.scopes[at].number {
            return;
        }
        let (steps, going) = condition(&self.last);
        let Some((counter, step)) = step(steps) else { return };
        let begins = self.before.filter(|before| before.within == self.within(at));
        let trips = begins.and_then(|begins| passes(begins.value, step, going));
        self.scopes[at].counted = trips.map(|trips| Counted { pc, counter, trips });
    }
}

/// What makes a loop go on, by its counter.
type Goes = fn(i32, i32) -> bool;

/// How a branch is decided that stands behind these instructions: those before, and the comparison with a constant.
fn condition<'a, 'm>(last: &'a [(Op, Immediate<'m>)]) -> (&'a [(Op, Immediate<'m>)], (Goes, i32)) {
    if let [steps @ .., (Op::I32Const, Immediate::I32(end)), (op, _)] = last
        && let Some(goes) = comparison(*op)
    {
        return (steps, (goes, *end));
    }
    (last, (|counter, zero| counter != zero, 0))
}

fn comparison(op: Op) -> Option<Goes> {
    Some(match op {
        Op::I32Ne => |counter, end| counter != end,
        Op::I32LtS => |counter, end| counter < end,
        Op::I32LeS => |counter, end| counter <= end,
        Op::I32GtS => |counter, end| counter > end,
        Op::I32GeS => |counter, end| counter >= end,
        Op::I32LtU => |counter, end| (counter as u32) < end as u32,
        Op::I32LeU => |counter, end| counter as u32 <= end as u32,
        Op::I32GtU => |counter, end| counter as u32 > end as u32,
        Op::I32GeU => |counter, end| counter as u32 >= end as u32,
        _ => return None,
    })
}

/// The counter that these instructions step and leave on the stack, and by how much.
fn step(last: &[(Op, Immediate<'_>)]) -> Option<(u32, i32)> {
    let (steps, left) = match last {
        [steps @ .., (Op::LocalTee, Immediate::Local(counter))] => (steps, counter),
        [steps @ .., (Op::LocalSet, Immediate::Local(set)), (Op::LocalGet, Immediate::Local(counter))]
            if set == counter =>
        {
            (steps, counter)
        }
        _ => return None,
    };
    match steps {
        [.., (Op::LocalGet, Immediate::Local(counter)), (Op::I32Const, Immediate::I32(step)), (op, _)]
            if counter == left =>
        {
            match op {
                Op::I32Add => Some((*counter, *step)),
                Op::I32Sub => Some((*counter, step.wrapping_neg())),
                _ => None,
            }
        }
        _ => None,
    }
}

/// How many times a loop is passed whose counter begins so.
fn passes(begins: i32, step: i32, (goes, end): (Goes, i32)) -> Option<u64> {
    let mut counter = begins;
    (1..=MOST).find(|_| {
        counter = counter.wrapping_add(step);
        !goes(counter, end)
    })
}
