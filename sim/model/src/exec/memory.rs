//! Loads, stores, and operations on whole memories.

use super::{Probe, table};
use crate::code::Instr;
use crate::stack::Bits;
use crate::store::Store;
use crate::thread::Thread;
use isa::op::Op::*;
use isa::outcome::Stop;
use isa::retire::MemoryAccess;

#[inline(always)]
pub(super) fn execute<P: Probe>(t: &mut Thread, s: &mut Store, p: &mut P, i: Instr) -> Result<(), Stop> {
    match i.op {
        I32Load | F32Load => load(t, s, p, i, u32::from_le_bytes),
        I64Load | F64Load => load(t, s, p, i, u64::from_le_bytes),
        I32Load8S => load(t, s, p, i, |b| i8::from_le_bytes(b) as i32),
        I32Load8U => load(t, s, p, i, |b| u8::from_le_bytes(b) as u32),
        I32Load16S => load(t, s, p, i, |b| i16::from_le_bytes(b) as i32),
        I32Load16U => load(t, s, p, i, |b| u16::from_le_bytes(b) as u32),
        I64Load8S => load(t, s, p, i, |b| i8::from_le_bytes(b) as i64),
        I64Load8U => load(t, s, p, i, |b| u8::from_le_bytes(b) as u64),
        I64Load16S => load(t, s, p, i, |b| i16::from_le_bytes(b) as i64),
        I64Load16U => load(t, s, p, i, |b| u16::from_le_bytes(b) as u64),
        I64Load32S => load(t, s, p, i, |b| i32::from_le_bytes(b) as i64),
        I64Load32U => load(t, s, p, i, |b| u32::from_le_bytes(b) as u64),
        I32Store8 | I64Store8 => store::<1, P>(t, s, p, i),
        I32Store16 | I64Store16 => store::<2, P>(t, s, p, i),
        I32Store | F32Store | I64Store32 => store::<4, P>(t, s, p, i),
        I64Store | F64Store => store::<8, P>(t, s, p, i),
        MemorySize => {
            t.stack.push(s.memories[i.a as usize].pages());
            Ok(())
        }
        MemoryGrow => {
            let delta = t.stack.pop();
            let previous = s.memories[i.a as usize].grow(delta);
            t.stack.push(previous.unwrap_or(u32::MAX as u64));
            Ok(())
        }
        MemoryFill | MemoryCopy | MemoryInit => bulk(t, s, i),
        DataDrop => {
            s.data[i.b as usize] = Vec::new();
            Ok(())
        }
        _ => table::execute(t, s, i),
    }
}

/// Base and offset have 32 bits each, their sum 33.
#[inline(always)]
fn load<const N: usize, R: Bits, P: Probe>(
    t: &mut Thread,
    s: &mut Store,
    probe: &mut P,
    i: Instr,
    extend: impl Fn([u8; N]) -> R,
) -> Result<(), Stop> {
    let address = t.stack.pop::<u64>() + i.b;
    let bytes = s.memories[i.a as usize].read::<N>(address)?;
    t.stack.push(extend(bytes));
    access(probe, address, bytes, false);
    Ok(())
}

#[inline(always)]
fn store<const N: usize, P: Probe>(t: &mut Thread, s: &mut Store, probe: &mut P, i: Instr) -> Result<(), Stop> {
    let value: u64 = t.stack.pop();
    let address = t.stack.pop::<u64>() + i.b;
    let mut bytes = [0; N];
    bytes.copy_from_slice(&value.to_le_bytes()[..N]);
    s.memories[i.a as usize].write(address, &bytes)?;
    access(probe, address, bytes, true);
    Ok(())
}

#[inline(always)]
fn access<const N: usize, P: Probe>(probe: &mut P, address: u64, bytes: [u8; N], store: bool) {
    let mut data = [0; 8];
    data[..N].copy_from_slice(&bytes);
    let data = u64::from_le_bytes(data);
    probe.access(MemoryAccess { address: address as u32, bytes: N as u8, data, store });
}

/// `memory.fill`, `memory.copy`, `memory.init`: both ranges are checked before anything is written.
fn bulk(t: &mut Thread, s: &mut Store, i: Instr) -> Result<(), Stop> {
    let len: u64 = t.stack.pop();
    let source: u64 = t.stack.pop();
    let address: u64 = t.stack.pop();
    let Store { memories, data, .. } = s;
    match i.op {
        MemoryFill => memories[i.a as usize].fill(address, source as u8, len),
        MemoryCopy => crate::memory::copy(memories, (i.a, address), (i.b as u32, source), len),
        _ => memories[i.a as usize].init(address, &data[i.b as usize], source, len),
    }
}
