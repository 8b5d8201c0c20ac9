//! A call in progress: value stack, frames, and the two ways to go on, one instruction at a time or to the end.

use crate::code::{Code, Target};
use crate::exec::{self, Probe};
use crate::limits::{Limits, Millicode};
use crate::stack::Stack;
use crate::store::{Body, FuncAddr, HostCall, Store};
use isa::outcome::{Exhausted, Stop};
use isa::retire::{MemoryAccess, RETURNED, Record, SlotWrite};
use isa::types::{ValType, Value};
use std::sync::Arc;

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Returned(Vec<Value>),
    Stopped(Stop),
}

/// A caller that waits.
#[derive(Debug)]
pub(crate) struct Frame {
    pub code: Arc<Code>,
    pub ip: usize,
    pub fp: usize,
}

/// An active call, as it stands between two instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Activation<'t> {
    /// Code address of its next instruction; of a caller, behind its call.
    pub pc: u32,
    /// Parameters and locals.
    pub locals: &'t [u64],
    /// The top one last. Of a caller, without the arguments of its callee.
    pub operands: &'t [u64],
}

/// One call of an exported function, from its first instruction to its outcome.
#[derive(Debug)]
pub struct Thread {
    pub(crate) stack: Stack,
    /// The active function's.
    pub(crate) code: Arc<Code>,
    /// Index of the next instruction.
    pub(crate) ip: usize,
    /// Slot of the active function's first parameter.
    pub(crate) fp: usize,
    pub(crate) callers: Vec<Frame>,
    /// Instructions retired.
    pub(crate) order: u64,
    pub(crate) outcome: Option<Outcome>,
    pub(crate) results: Vec<ValType>,
}

/// What an instruction wrote or accessed, for its record.
#[derive(Default)]
struct Effects {
    write: Option<SlotWrite>,
    memory: Option<MemoryAccess>,
}

impl Probe for Effects {
    fn write(&mut self, write: SlotWrite) {
        self.write = Some(write);
    }

    fn access(&mut self, access: MemoryAccess) {
        self.memory = Some(access);
    }
}

impl Thread {
    /// Starts a call of `function`. Its arguments become the lowest locals at slot G, above G slots that stand for the
    /// instance's globals. Every call, this one included, is `Exhausted::CallStack` if it would exceed
    /// `Limits::frames`, else `Exhausted::ValueStack` if the slot of its first argument + parameters + locals + its
    /// largest number of operands exceed `Limits::value_stack_slots`. A call of a host function needs as many slots as
    /// it has parameters or results, whichever are more; called from outside, it needs nothing.
    ///
    /// Panics if the arguments are not of the function's parameter types.
    pub fn new(store: &mut Store, function: FuncAddr, args: &[Value]) -> Result<Thread, Stop> {
        let ty = store.function_type(function);
        assert!(args.iter().map(|a| &a.ty).eq(&ty.params), "arguments {args:?} for {ty:?}");
        let mut thread = Thread {
            stack: Stack::default(),
            code: Arc::default(),
            ip: 0,
            fp: 0,
            callers: Vec::new(),
            order: 0,
            outcome: None,
            results: ty.results.clone(),
        };
        match &mut store.funcs[function.0 as usize].body {
            Body::Host(host) => {
                let values = host(HostCall { args, memory: None })?;
                thread.outcome = Some(Outcome::Returned(values));
            }
            Body::Wasm(code) => {
                let code = Arc::clone(code);
                let base = code.globals as usize;
                thread.stack.reserve(base + args.len());
                thread.stack.sp = base;
                args.iter().for_each(|arg| thread.stack.push(arg.bits));
                thread.enter(store, code, 1)?;
            }
        }
        Ok(thread)
    }

    /// Whether there is an instruction to execute.
    pub fn is_running(&self) -> bool {
        self.outcome.is_none()
    }

    /// How the call ended, if it has.
    pub fn outcome(&self) -> Option<&Outcome> {
        self.outcome.as_ref()
    }

    /// Instructions retired so far, the one that stopped not included.
    pub fn retired(&self) -> u64 {
        self.order
    }

    /// Code address of the next instruction, or `RETURNED`.
    pub fn pc(&self) -> u32 {
        if self.outcome.is_none() { self.code.pcs[self.ip] } else { RETURNED }
    }

    /// How many calls are active.
    pub fn depth(&self) -> usize {
        self.callers.len() + 1
    }

    /// Parameters and locals of the active function.
    pub fn locals(&self) -> &[u64] {
        &self.stack.slots[self.fp..self.operand_base()]
    }

    /// Operands of the active function, the top one last.
    pub fn operands(&self) -> &[u64] {
        &self.stack.slots[self.operand_base()..self.stack.sp]
    }

    /// The active calls, innermost first. None if the call has ended.
    pub fn activations(&self) -> impl Iterator<Item = Activation<'_>> {
        let own = self.outcome.is_none().then_some((&self.code, self.ip, self.fp, self.stack.sp));
        // What a caller had on top are the first locals of its callee.
        let above = std::iter::once(self.fp).chain(self.callers.iter().rev().map(|frame| frame.fp));
        let callers = self.callers.iter().rev().zip(above);
        let callers = callers.map(|(frame, top)| (&frame.code, frame.ip, frame.fp, top));
        own.into_iter().chain(callers).map(|(code, ip, fp, top)| {
            let base = (fp + (code.params + code.locals) as usize).min(top);
            let slots = &self.stack.slots;
            Activation { pc: code.pcs[ip], locals: &slots[fp..base], operands: &slots[base..top] }
        })
    }

    fn operand_base(&self) -> usize {
        (self.fp + (self.code.params + self.code.locals) as usize).min(self.stack.sp)
    }

    /// Runs to the end.
    pub fn run(&mut self, store: &mut Store) -> Outcome {
        let fuel = store.limits.fuel;
        while self.outcome.is_none() {
            let done = if self.order < fuel { self.execute(store, &mut ()) } else { Err(OUT_OF_FUEL) };
            match done {
                Ok(()) => self.order += 1,
                Err(stop) => self.outcome = Some(Outcome::Stopped(stop)),
            }
        }
        self.outcome.clone().unwrap_or(Outcome::Returned(Vec::new()))
    }

    /// Runs to the end and shows every instruction's record to `observer`.
    pub fn run_observed(&mut self, store: &mut Store, mut observer: impl FnMut(&Record)) -> Outcome {
        while self.outcome.is_none() {
            observer(&self.step(store));
        }
        self.run(store)
    }

    /// Executes one instruction. Panics if the call has ended.
    ///
    /// In the record, `pops` counts what the instruction itself consumes: 1 for `br_if`, `br_table` and `if`, the
    /// parameters for a call, 0 for `br`, `return` and `end`, whose values stay or are unwound. Calls have no `push`.
    pub fn step(&mut self, store: &mut Store) -> Record {
        assert!(self.outcome.is_none(), "the call has ended");
        let (instr, pc, order) = (self.code.instrs[self.ip], self.code.pcs[self.ip], self.order);
        let mut record =
            Record { order, pc, op: instr.op, pops: 0, push: None, write: None, memory: None, next_pc: pc, stop: None };
        let mut effects = Effects::default();
        let done = if order < store.limits.fuel { self.execute(store, &mut effects) } else { Err(OUT_OF_FUEL) };
        match done {
            Ok(()) => {
                self.order += 1;
                record.pops = exec::pops(&instr, store);
                record.push = exec::pushes(instr.op).then(|| self.stack.top());
                record.write = effects.write;
                record.memory = effects.memory;
                record.next_pc = self.pc();
            }
            Err(stop) => {
                self.outcome = Some(Outcome::Stopped(stop));
                record.stop = Some(stop);
            }
        }
        record
    }

    /// Enters a function whose arguments are on top of the stack. `active` counts the calls, this one included.
    fn enter(&mut self, store: &Store, code: Arc<Code>, active: usize) -> Result<(), Stop> {
        let fp = self.stack.sp - code.params as usize;
        let base = self.stack.sp + code.locals as usize;
        self.claim(&store.limits, active, base + code.max_height as usize)?;
        self.stack.slots[self.stack.sp..base].fill(0);
        self.stack.sp = base;
        self.code = code;
        self.fp = fp;
        self.ip = 0;
        Ok(())
    }

    /// Makes room for one more call, so that `active` calls are active, that needs the slots below `top`.
    fn claim(&mut self, limits: &Limits, active: usize, top: usize) -> Result<(), Stop> {
        if active > limits.frames as usize {
            return Err(Stop::Exhausted(Exhausted::CallStack));
        }
        if top > limits.value_stack_slots as usize {
            return Err(Stop::Exhausted(Exhausted::ValueStack));
        }
        self.stack.reserve(top);
        Ok(())
    }

    /// Makes room for an instruction that is executed by millicode and takes so many slots above its operands.
    #[cold]
    fn claim_millicode(&mut self, limits: &Limits, above: u16) -> Result<(), Stop> {
        let top = self.stack.sp + usize::from(above & !Millicode::ABSENT);
        self.claim(limits, self.callers.len() + 2, top)?;
        if above & Millicode::ABSENT == 0 { Ok(()) } else { Err(Stop::Exhausted(Exhausted::Instruction)) }
    }

    /// Calls the function at this store address; its arguments are on top of the stack.
    pub(crate) fn call(&mut self, store: &mut Store, function: u32) -> Result<(), Stop> {
        match &store.funcs[function as usize].body {
            Body::Wasm(code) => {
                let code = Arc::clone(code);
                let caller = Frame { code: Arc::clone(&self.code), ip: self.ip, fp: self.fp };
                self.enter(store, code, self.callers.len() + 2)?;
                self.callers.push(caller);
                Ok(())
            }
            Body::Host(_) => self.call_host(store, function, self.callers.len() + 2),
        }
    }

    /// Calls the function at this store address in place of the active one; its arguments are on top of the stack.
    pub(crate) fn tail_call(&mut self, store: &mut Store, function: u32) -> Result<(), Stop> {
        let params = store.types[store.funcs[function as usize].ty as usize].params.len();
        self.stack.unwind(params, self.fp);
        let active = self.callers.len() + 1;
        match &store.funcs[function as usize].body {
            Body::Wasm(code) => {
                let code = Arc::clone(code);
                self.enter(store, code, active)
            }
            Body::Host(_) => {
                self.call_host(store, function, active)?;
                self.leave();
                Ok(())
            }
        }
    }

    /// As [`Thread::enter`], for a host function: it needs slots for its arguments and for its results.
    fn call_host(&mut self, store: &mut Store, function: u32, active: usize) -> Result<(), Stop> {
        let Store { funcs, types, memories, limits, .. } = store;
        let function = &mut funcs[function as usize];
        let ty = &types[function.ty as usize];
        let first = self.stack.sp - ty.params.len();
        self.claim(limits, active, first + ty.params.len().max(ty.results.len()))?;
        let bits = &self.stack.slots[first..self.stack.sp];
        let args: Vec<Value> = ty.params.iter().zip(bits).map(|(&ty, &bits)| Value { ty, bits }).collect();
        if let Body::Host(host) = &mut function.body {
            let memory = self.code.memory.map(|m| &mut memories[m as usize]);
            let values = host(HostCall { args: &args, memory })?;
            assert!(values.iter().map(|v| &v.ty).eq(&ty.results), "host function results {values:?} for {ty:?}");
            self.stack.sp = first;
            values.iter().for_each(|value| self.stack.push(value.bits));
        }
        Ok(())
    }

    /// Leaves the active function; its results are on top of the stack.
    pub(crate) fn leave(&mut self) {
        self.stack.unwind(self.code.results as usize, self.fp);
        match self.callers.pop() {
            Some(caller) => {
                self.code = caller.code;
                self.ip = caller.ip;
                self.fp = caller.fp;
            }
            None => {
                let bits = &self.stack.slots[self.fp..self.stack.sp];
                let values = self.results.iter().zip(bits).map(|(&ty, &bits)| Value { ty, bits });
                self.outcome = Some(Outcome::Returned(values.collect()));
            }
        }
    }

    #[inline(always)]
    pub(crate) fn branch(&mut self, target: Target) {
        if target.ip == crate::code::RETURN {
            self.leave();
        } else {
            self.stack.unwind(target.keep as usize, self.fp + target.height as usize);
            self.ip = target.ip as usize;
        }
    }

    /// Local variables are slots above the frame base.
    #[inline(always)]
    pub(crate) fn local(&mut self, index: u32) -> &mut u64 {
        &mut self.stack.slots[self.fp + index as usize]
    }

    #[inline(always)]
    fn execute<P: Probe>(&mut self, store: &mut Store, probe: &mut P) -> Result<(), Stop> {
        let instr = self.code.instrs[self.ip];
        self.ip += 1;
        if let Some(above) = instr.above {
            self.claim_millicode(&store.limits, above)?;
        }
        exec::execute(self, store, probe, instr)
    }
}

const OUT_OF_FUEL: Stop = Stop::Exhausted(Exhausted::Cycles);
