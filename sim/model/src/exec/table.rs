//! Tables and references.

use super::int32;
use crate::code::Instr;
use crate::store::Store;
use crate::table;
use crate::thread::Thread;
use isa::op::Op::*;
use isa::outcome::Stop;
use isa::types::{NULL_REF, reference};

#[inline(always)]
pub(super) fn execute(t: &mut Thread, s: &mut Store, i: Instr) -> Result<(), Stop> {
    match i.op {
        RefNull => t.stack.push(NULL_REF),
        RefIsNull => return t.stack.unary(|x: u64| x == NULL_REF),
        RefFunc => t.stack.push(reference(i.a)),
        TableGet => {
            let index = t.stack.pop();
            t.stack.push(s.tables[i.a as usize].get(index)?);
        }
        TableSet => {
            let element = t.stack.pop();
            return s.tables[i.a as usize].set(t.stack.pop(), element);
        }
        TableSize => t.stack.push(s.tables[i.a as usize].elements().len() as u64),
        TableGrow => {
            let delta = t.stack.pop();
            let previous = s.tables[i.a as usize].grow(delta, t.stack.pop());
            t.stack.push(previous.unwrap_or(u32::MAX as u64));
        }
        TableFill | TableCopy | TableInit => return bulk(t, s, i),
        ElemDrop => s.elements[i.b as usize] = Vec::new(),
        _ => return int32::execute(i.op, &mut t.stack),
    }
    Ok(())
}

/// `table.fill`, `table.copy`, `table.init`: both ranges are checked before anything is written.
fn bulk(t: &mut Thread, s: &mut Store, i: Instr) -> Result<(), Stop> {
    let len: u64 = t.stack.pop();
    let source: u64 = t.stack.pop();
    let index: u64 = t.stack.pop();
    let Store { tables, elements, .. } = s;
    match i.op {
        TableFill => tables[i.a as usize].fill(index, source, len),
        TableCopy => table::copy(tables, (i.a, index), (i.b as u32, source), len),
        _ => tables[i.a as usize].init(index, &elements[i.b as usize], source, len),
    }
}
