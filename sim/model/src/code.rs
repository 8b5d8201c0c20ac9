//! Function bodies in the form that the model executes: one fixed-size entry per instruction of the body, markers
//! included, with all indices replaced by store addresses.

use isa::op::Op;

/// One instruction. What `a` and `b` hold depends on the operation:
///
/// | operation | `a` | `b` |
/// |---|---|---|
/// | constants | | bits |
/// | locals | index | |
/// | globals | index in the module | store address |
/// | loads, stores | memory's store address | offset |
/// | other memory operations | memory's store address | source memory or data segment: store address |
/// | table operations | table's store address | source table or element segment: store address |
/// | `call`, `return_call`, `ref.func` | function's store address | |
/// | `call_indirect`, `return_call_indirect` | table's store address | type, as numbered by the store |
/// | `br`, `br_if`, `br_table` | first entry in [`Code::targets`] | how many follow it |
/// | `if`, `else` | where to continue: with condition 0, or always | |
/// | `block`, `loop` | parameters | results |
/// | `end` | 1 if it ends the function | |
#[derive(Clone, Copy, Debug)]
pub(crate) struct Instr {
    pub op: Op,
    /// How many slots above its operands it takes, as [`crate::Limits::millicode`] says.
    pub above: Option<u16>,
    pub a: u32,
    pub b: u64,
}

/// Where a branch goes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target {
    /// Index of the next instruction, or [`RETURN`].
    pub ip: u32,
    /// How many values on top survive.
    pub keep: u32,
    /// Slots from the frame base below the surviving values.
    pub height: u32,
}

/// The target of a branch to the label of the function itself.
pub(crate) const RETURN: u32 = u32::MAX;

#[derive(Debug, Default)]
pub(crate) struct Code {
    pub instrs: Vec<Instr>,
    /// Code address of each instruction.
    pub pcs: Vec<u32>,
    pub targets: Vec<Target>,
    pub params: u32,
    pub results: u32,
    /// How many locals are declared; 0 is the initial value of every type.
    pub locals: u32,
    /// The largest number of operands at once, by the spec's validation algorithm.
    pub max_height: u32,
    /// How many globals the instance has: the frame base of an outermost call.
    pub globals: u32,
    /// Store address of the instance's first memory, which host functions see.
    pub memory: Option<u32>,
}

impl Code {
    /// How many slots a call takes at most.
    pub fn slots(&self) -> usize {
        (self.params + self.locals + self.max_height) as usize
    }
}
