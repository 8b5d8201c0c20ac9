//! Frames, globals and memory of a program that stands between two instructions.

use super::Target;
use isa::module::Module;
use isa::types::{ValType, Value};
use model::Store;

/// Bytes of memory that are read at once at most.
const MOST_READ: u64 = 1 << 20;

/// An active call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Index of the function.
    pub function: u32,
    /// Code address of the next instruction; of a caller, behind its call.
    pub pc: u32,
    /// Parameters and locals.
    pub locals: Vec<Value>,
    /// The top one last. Their types are not known.
    pub operands: Vec<u64>,
}

impl Target<'_> {
    /// The active calls, innermost first; none of a program that has ended.
    pub fn frames(&self) -> Vec<Frame> {
        let module = self.module();
        let activations = self.lockstep().thread().into_iter().flat_map(|thread| thread.activations());
        let frame = |activation: model::Activation<'_>| {
            let function = module.function_at(activation.pc)?;
            let values = local_types(module, function).zip(activation.locals);
            let locals = values.map(|(ty, &bits)| Value { ty, bits }).collect();
            Some(Frame { function, pc: activation.pc, locals, operands: activation.operands.to_vec() })
        };
        activations.filter_map(frame).collect()
    }

    /// Imported globals first.
    pub fn globals(&self) -> Vec<Value> {
        let (store, instance) = self.lockstep().store();
        store.globals(instance).map(|global| store.global(global)).collect()
    }

    /// Bytes of the first linear memory; fewer than were asked for where it ends, and a MiB at most.
    pub fn memory(&self, address: u32, bytes: usize) -> Vec<u8> {
        let (store, instance) = self.lockstep().store();
        let most = self.memory_size().saturating_sub(address.into()).min(MOST_READ);
        let mut contents = vec![0; most.min(bytes as u64) as usize];
        let memory = store.memories(instance).next().map(|memory| store.memory(memory));
        let there = memory.map_or(0, |memory| memory.read_as_host(address.into(), &mut contents));
        contents.truncate(there);
        contents
    }

    /// Bytes of linear memory that there are.
    pub fn memory_size(&self) -> u64 {
        let (store, instance): (&Store, _) = self.lockstep().store();
        let memory = store.memories(instance).next().map(|memory| store.memory(memory));
        memory.map_or(0, |memory| memory.pages() << memory.ty().page_log2)
    }
}

/// The types of a function's parameters and locals.
fn local_types(module: &Module, function: u32) -> impl Iterator<Item = ValType> {
    let params = module.function_type(function).map_or(&[][..], |ty| &ty.params);
    let declared = module.defined(function).map_or(&[][..], |function| &function.locals);
    let declared = declared.iter().flat_map(|&(count, ty)| std::iter::repeat_n(ty, count as usize));
    params.iter().copied().chain(declared)
}
