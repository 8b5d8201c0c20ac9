//! Control, variables and constants.

use super::{Probe, memory};
use crate::code::Instr;
use crate::store::Store;
use crate::thread::Thread;
use isa::op::Op;
use isa::outcome::{Stop, Trap};
use isa::retire::{Slot, SlotWrite};
use isa::types::referent;

#[inline(always)]
pub(super) fn execute<P: Probe>(t: &mut Thread, store: &mut Store, probe: &mut P, i: Instr) -> Result<(), Stop> {
    match i.op {
        Op::Unreachable => return Err(Stop::Trap(Trap::Unreachable)),
        Op::Nop | Op::Block | Op::Loop => {}
        Op::End if i.a == 0 => {}
        Op::End | Op::Return => t.leave(),
        Op::If if t.stack.pop() => {}
        Op::If | Op::Else => t.ip = i.a as usize,
        Op::Br => t.branch(t.code.targets[i.a as usize]),
        Op::BrIf => {
            if t.stack.pop() {
                t.branch(t.code.targets[i.a as usize]);
            }
        }
        Op::BrTable => {
            let chosen = t.stack.pop::<u64>().min(i.b - 1);
            t.branch(t.code.targets[i.a as usize + chosen as usize]);
        }
        Op::Call => return t.call(store, i.a),
        Op::CallIndirect => {
            let function = lookup(t, store, i)?;
            return t.call(store, function);
        }
        Op::ReturnCall => return t.tail_call(store, i.a),
        Op::ReturnCallIndirect => {
            let function = lookup(t, store, i)?;
            return t.tail_call(store, function);
        }
        _ => return variable(t, store, probe, i),
    }
    Ok(())
}

/// The function that an indirect call means.
fn lookup(t: &mut Thread, store: &Store, i: Instr) -> Result<u32, Stop> {
    let index = t.stack.pop::<u64>() as usize;
    let element = store.tables[i.a as usize].elements().get(index);
    let function = *element.ok_or(Stop::Trap(Trap::UndefinedElement))?;
    let function = referent(function).ok_or(Stop::Trap(Trap::UninitializedElement))?;
    if store.funcs[function as usize].ty as u64 != i.b {
        return Err(Stop::Trap(Trap::IndirectCallTypeMismatch));
    }
    Ok(function)
}

#[inline(always)]
fn variable<P: Probe>(t: &mut Thread, store: &mut Store, probe: &mut P, i: Instr) -> Result<(), Stop> {
    match i.op {
        Op::LocalGet => {
            let value = *t.local(i.a);
            t.stack.push(value);
        }
        Op::LocalSet | Op::LocalTee => {
            let value = t.stack.top();
            *t.local(i.a) = value;
            t.stack.sp -= (i.op == Op::LocalSet) as usize;
            probe.write(SlotWrite { slot: Slot::Local(i.a), value });
        }
        Op::GlobalGet => t.stack.push(store.globals[i.b as usize].bits),
        Op::GlobalSet => {
            let value = t.stack.pop();
            store.globals[i.b as usize].bits = value;
            probe.write(SlotWrite { slot: Slot::Global(i.a), value });
        }
        Op::I32Const | Op::I64Const | Op::F32Const | Op::F64Const => t.stack.push(i.b),
        Op::Drop => t.stack.sp -= 1,
        Op::Select | Op::SelectTyped => {
            let first: bool = t.stack.pop();
            return t.stack.binary(|x: u64, y: u64| if first { x } else { y });
        }
        _ => return memory::execute(t, store, probe, i),
    }
    Ok(())
}
