//! A call in progress and what it works on, as data: for another store of the same module to go on from there.

use crate::code::Code;
use crate::memory::Contents;
use crate::stack::Stack;
use crate::store::{Body, Store};
use crate::thread::{Frame, Outcome, Thread};
use isa::outcome::Stop;
use isa::types::{ValType, Value};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What a store has that instructions change, and a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    globals: Vec<u64>,
    tables: Vec<Vec<u64>>,
    memories: Vec<Contents>,
    /// Element and data segments that were dropped.
    no_elements: Vec<bool>,
    no_data: Vec<bool>,
    call: Option<Call>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Call {
    /// All slots that are in use.
    slots: Vec<u64>,
    /// The active calls, innermost last.
    frames: Vec<Place>,
    retired: u64,
    end: Option<End>,
}

/// Where a function goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    /// Store address.
    function: u32,
    /// Index of the next instruction.
    ip: u64,
    /// Slot of its first parameter.
    fp: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum End {
    /// With the bits of the results.
    Returned(Vec<u64>),
    /// With the code of the stop.
    Stopped(u8),
}

/// The store has not what a snapshot is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unsuitable;

impl Store {
    /// What there is between two instructions, of a call if there is one.
    pub fn snapshot(&self, call: Option<&Thread>) -> Snapshot {
        Snapshot {
            globals: self.globals.iter().map(|global| global.bits).collect(),
            tables: self.tables.iter().map(|table| table.elements().to_vec()).collect(),
            memories: self.memories.iter().map(|memory| memory.contents()).collect(),
            no_elements: self.elements.iter().map(Vec::is_empty).collect(),
            no_data: self.data.iter().map(Vec::is_empty).collect(),
            call: call.map(|call| self.call_of(call)),
        }
    }

    /// Goes on from where another store was, into which the same modules were linked. Gives the call, if there was one.
    ///
    /// # Errors
    /// They were not the same. The store is of no use then.
    pub fn restore(&mut self, snapshot: &Snapshot) -> Result<Option<Thread>, Unsuitable> {
        let Snapshot { globals, tables, memories, no_elements, no_data, call } = snapshot;
        let counts = [globals.len(), tables.len(), memories.len(), no_elements.len(), no_data.len()];
        let own = [self.globals.len(), self.tables.len(), self.memories.len(), self.elements.len(), self.data.len()];
        if counts != own {
            return Err(Unsuitable);
        }
        self.globals.iter_mut().zip(globals).for_each(|(global, &bits)| global.bits = bits);
        self.tables.iter_mut().zip(tables).try_for_each(|(table, elements)| table.restore(elements))?;
        self.memories.iter_mut().zip(memories).try_for_each(|(memory, contents)| memory.restore(contents))?;
        self.elements.iter_mut().zip(no_elements).filter(|(_, none)| **none).for_each(|(element, _)| element.clear());
        self.data.iter_mut().zip(no_data).filter(|(_, none)| **none).for_each(|(data, _)| data.clear());
        call.as_ref().map(|call| self.thread(call)).transpose()
    }

    fn call_of(&self, thread: &Thread) -> Call {
        let function = |code: &Arc<Code>| {
            let of = |body: &Body| matches!(body, Body::Wasm(other) if Arc::ptr_eq(other, code));
            self.funcs.iter().position(|function| of(&function.body)).unwrap_or(usize::MAX) as u32
        };
        let active = std::iter::once((&thread.code, thread.ip, thread.fp));
        let callers = thread.callers.iter().map(|frame| (&frame.code, frame.ip, frame.fp));
        let place = |(code, ip, fp)| Place { function: function(code), ip: ip as u64, fp: fp as u64 };
        Call {
            slots: thread.stack.slots[..thread.stack.sp].to_vec(),
            frames: callers.chain(active).map(place).collect(),
            retired: thread.order,
            end: thread.outcome.as_ref().map(|outcome| match outcome {
                Outcome::Returned(values) => End::Returned(values.iter().map(|value| value.bits).collect()),
                Outcome::Stopped(stop) => End::Stopped(stop.code()),
            }),
        }
    }

    fn thread(&self, call: &Call) -> Result<Thread, Unsuitable> {
        let callers = call.frames.iter().map(|place| self.frame(place, call));
        let mut callers = callers.collect::<Result<Vec<Frame>, Unsuitable>>()?;
        let outermost = call.frames.first().ok_or(Unsuitable)?;
        let results = self.types[self.funcs[outermost.function as usize].ty as usize].results.clone();
        let outcome = call.end.as_ref().map(|end| end.outcome(&results)).transpose()?;
        let top = callers.iter().map(|frame| frame.fp + frame.code.slots()).max();
        let top = top.unwrap_or_default().max(call.slots.len());
        let Some(Frame { code, ip, fp }) = callers.pop().filter(|_| top <= self.limits.value_stack_slots as usize)
        else {
            return Err(Unsuitable);
        };
        let mut stack = Stack { slots: Vec::new(), sp: call.slots.len() };
        stack.reserve(top);
        stack.slots[..call.slots.len()].copy_from_slice(&call.slots);
        Ok(Thread { stack, code, ip, fp, callers, order: call.retired, outcome, results })
    }

    fn frame(&self, place: &Place, call: &Call) -> Result<Frame, Unsuitable> {
        let Some(Body::Wasm(code)) = self.funcs.get(place.function as usize).map(|function| &function.body) else {
            return Err(Unsuitable);
        };
        let (ip, fp) = (place.ip as usize, place.fp as usize);
        // A call that has ended stands behind its last instruction.
        let fits = (ip < code.instrs.len() || call.end.is_some()) && fp <= call.slots.len();
        fits.then(|| Frame { code: Arc::clone(code), ip, fp }).ok_or(Unsuitable)
    }
}

impl End {
    /// Of a call with these results.
    fn outcome(&self, results: &[ValType]) -> Result<Outcome, Unsuitable> {
        match self {
            End::Stopped(code) => Stop::from_code(*code).map(Outcome::Stopped).ok_or(Unsuitable),
            End::Returned(bits) if bits.len() == results.len() => {
                let values = results.iter().zip(bits).map(|(&ty, &bits)| Value { ty, bits });
                Ok(Outcome::Returned(values.collect()))
            }
            End::Returned(_) => Err(Unsuitable),
        }
    }
}
