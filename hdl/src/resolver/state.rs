//! The states of the resolver.

use rust_hdl::prelude::*;

/// What it does in a cycle; each is described where the resolver acts on it.
#[derive(Copy, Clone, PartialEq, Debug, LogicState)]
pub enum State {
    Idle,
    // A function's header.
    Function,
    Size,
    Extent,
    Runs,
    RunCount,
    Run,
    Locals,
    LocalType,
    Own,
    OwnType,
    OwnParams,
    OwnLabel,
    OwnLimit,
    // An instruction and its immediates.
    Opcode,
    Prefix,
    Prefixed,
    Decode,
    Immediate,
    Index,
    Type,
    Measure,
    PatchRead,
    PatchLoad,
    PatchWrite,
    Rewind,
    // What it does.
    Push,
    FunctionType,
    TypeRead,
    CallPop,
    CallPush,
    ServiceLoad,
    ServiceWrite,
    OpenPop,
    OpenLabel,
    OpenEntry,
    LabelRead,
    LabelPop,
    BranchWrite,
    Close,
    CloseOuter,
    ClosePush,
    ElseWrite,
    ElseRead,
    ElsePush,
    FunctionRead,
    FunctionHead,
    FunctionWrite,
}
