//! Cranelift back end: one function with the clock loop inside, and functions
//! that only settle signals.
mod edge;
mod emit;
mod layout;
mod memory;
mod ops;
mod plan;
mod todo;

pub use layout::{ALIGN, Layout, word_bytes};

use crate::{
    Design,
    error::{Error, Result},
};
use cranelift_codegen::{
    ir::{AbiParam, InstBuilder, Value, condcodes::IntCC, types},
    settings::{self, Configurable},
};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use cranelift_jit::{JITBuilder, JITModule};
use cranelift_module::{Linkage, Module};
use edge::Deed;
use emit::{Emitter, Tables};
use todo::Todo;

/// Generated code: state and number of cycles in, cycles run out.
///
/// Safe to call only with a state of the layout it was compiled for.
pub type Entry = unsafe extern "C" fn(*mut u8, u64) -> u64;

/// Signals copied out at clock edges.
#[derive(Clone, Debug)]
pub struct RecordPlan {
    /// The one-bit signal that asks for a record; `None` records every cycle.
    pub when: Option<u32>,
    /// Per recorded signal its place in the record.
    pub fields: Vec<(u32, u32)>,
    /// Bytes of a record.
    pub bytes: u32,
}

/// What a clocked function does besides advancing the state.
#[derive(Clone, Debug, Default)]
pub struct RunPlan {
    /// Combinational signals kept up to date.
    pub watch: Vec<u32>,
    /// Stop after a cycle in which this signal was 1 before the edge.
    pub stop: Option<u32>,
    /// Stop when it was 0 instead.
    pub stop_low: bool,
    pub record: Option<RecordPlan>,
    pub check_index: bool,
}

/// Generated functions and the memory they live in.
pub struct Code {
    /// `None` only while being dropped.
    module: Option<JITModule>,
    tables: Tables,
    functions: u32,
}

// SAFETY: the module is used through `&mut self` only, and what it points to
// (its own mappings and tables) does not depend on a thread.
unsafe impl Send for Code {}
// SAFETY: nothing can be done with a shared reference.
unsafe impl Sync for Code {}

impl Drop for Code {
    fn drop(&mut self) {
        if let Some(module) = self.module.take() {
            // SAFETY: entries are called by the owners of this `Code` only,
            // of which the last one is going away.
            unsafe { module.free_memory() }
        }
    }
}

fn failed(e: impl std::fmt::Display) -> Error {
    Error::nowhere("code generation", e.to_string())
}

impl Code {
    /// No functions yet.
    pub fn new() -> Result<Code> {
        let mut flags = settings::builder();
        let checked = if cfg!(test) { "true" } else { "false" };
        for (name, value) in [
            // the graph is simplified and the schedule keeps uses close to
            // what they use: reordering makes the whole core a fifth slower
            ("opt_level", "none"),
            ("enable_verifier", checked),
            ("is_pic", "false"),
        ] {
            flags.set(name, value).map_err(failed)?;
        }
        let isa = cranelift_native::builder().map_err(failed)?;
        let isa = isa.finish(settings::Flags::new(flags)).map_err(failed)?;
        let builder = JITBuilder::with_isa(isa, cranelift_module::default_libcall_names());
        Ok(Code { module: Some(JITModule::new(builder)), tables: Vec::new(), functions: 0 })
    }

    /// A function that settles the given signals and changes nothing else.
    pub fn settle(&mut self, design: &Design, layout: &Layout, signals: &[u32]) -> Result<Entry> {
        let mut todo = Todo::default();
        todo.settle(design, layout, signals);
        let plan = todo.plan(design);
        self.function(|b, tables, state, count| {
            Emitter::new(design, layout, (&plan, &todo.deeds), b, (state, count), tables).body();
            b.ins().return_(&[count]);
        })
    }

    /// A function that runs clock cycles until the count or the stop signal.
    pub fn run(&mut self, design: &Design, layout: &Layout, run: &RunPlan) -> Result<Entry> {
        let todo = Todo::cycle(design, layout, run);
        let plan = todo.plan(design);
        self.function(|b, tables, state, count| {
            let (top, exit) = (b.create_block(), b.create_block());
            let i = b.append_block_param(top, types::I64);
            let ran = b.append_block_param(exit, types::I64);
            let zero = b.ins().iconst(types::I64, 0);
            b.ins().jump(top, &[zero.into()]);
            b.switch_to_block(top);
            let mut e = Emitter::new(design, layout, (&plan, &todo.deeds), b, (state, i), tables);
            e.body();
            e.clock();
            let stop = run.stop.map(|_| e.stopped());
            let full = run.record.as_ref().map(|_| e.records_full());
            let next = b.ins().iadd_imm_u(i, 1);
            let mut done = b.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, next, count);
            for end in stop.into_iter().chain(full) {
                done = b.ins().bor(done, end);
            }
            b.ins().brif(done, exit, &[next.into()], top, &[next.into()]);
            b.seal_block(top);
            b.switch_to_block(exit);
            b.seal_block(exit);
            b.ins().return_(&[ran]);
        })
    }

    /// Compiles what `fill` emits, given the state's address and the count.
    fn function(&mut self, fill: impl FnOnce(&mut FunctionBuilder, &mut Tables, Value, Value)) -> Result<Entry> {
        let Some(module) = self.module.as_mut() else {
            return Err(failed("module is gone"));
        };
        let mut context = module.make_context();
        let word = AbiParam::new(types::I64);
        context.func.signature.params.extend([word, word]);
        context.func.signature.returns.push(word);
        let mut frontend = FunctionBuilderContext::new();
        let mut b = FunctionBuilder::new(&mut context.func, &mut frontend);
        let entry = b.create_block();
        b.append_block_params_for_function_params(entry);
        b.switch_to_block(entry);
        b.seal_block(entry);
        let (state, count) = (b.block_params(entry)[0], b.block_params(entry)[1]);
        fill(&mut b, &mut self.tables, state, count);
        b.finalize(module.target_config());
        self.functions += 1;
        let name = format!("f{}", self.functions);
        let signature = &context.func.signature;
        let id = module.declare_function(&name, Linkage::Local, signature).map_err(failed)?;
        module.define_function(id, &mut context).map_err(|e| failed(format!("{e:?}")))?;
        module.clear_context(&mut context);
        module.finalize_definitions().map_err(failed)?;
        let code = module.get_finalized_function(id);
        // SAFETY: the code was compiled with exactly this signature, and for
        // the C convention that is this target's default.
        Ok(unsafe { std::mem::transmute::<*const u8, Entry>(code) })
    }
}

/// Schedules without emitting, for tests of the schedule's own limits.
#[cfg(test)]
pub fn plan_only(design: &Design, signals: &[u32]) -> usize {
    let mut todo = Todo::default();
    todo.settle(design, &Layout::new(design), signals);
    todo.plan(design).regions.len()
}
