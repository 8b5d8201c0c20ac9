//! What the resolver does, step by step: the rows of its control store.
//!
//! A row adds two numbers, loads the sum into a register, and goes on at `next`, to whose bits a [`Fork`] adds some.
//! Places whose low bits are 0 have their alternatives behind them, as the fork says.

use crate::prim::names::names;
use rust_hdl::prelude::*;

/// The first number of a sum.
#[derive(Copy, Clone, PartialEq, Debug, LogicState)]
pub enum Left {
    Zero,
    /// Operands on the stack, and what is below them in the frame.
    Height,
    /// Slot of the innermost label.
    Level,
    Types,
    Functions,
    Labels,
    /// Address of the instruction, or of the last byte of a function's size.
    Origin,
    /// The function whose body this is.
    Own,
}

/// The second one: the first eight are chosen by their low bits, the others are constants of five bits.
#[derive(Copy, Clone, PartialEq, Debug, LogicState)]
pub enum Right {
    // Of the type or label in the slot at `index`.
    Params,
    /// Results; parameters for a branch to a loop.
    Arity,
    Base,
    /// Base; 0 if the label is the function.
    Bottom,
    /// The number that has been read, and twice it.
    Number,
    Double,
    Index,
    Keep,
    Zero,
    One,
    Two,
    /// Operands that the instruction takes.
    Pops,
    // From the first type back: where the limit of the number stands, of functions, of locals, and the
    // type of a block that has none.
    Limit,
    AllFunctions,
    AllLocals,
    Brief,
}

/// The register that is loaded.
#[derive(Copy, Clone, PartialEq, Debug, LogicState)]
pub enum Load {
    None,
    Height,
    /// Slot that is read, from the next row on.
    Index,
    Level,
    LevelIndex,
    /// The second field of the next entry, and whatever is needed again.
    Keep,
    /// The first field of the next entry, or the base of the next label.
    Low,
    /// A block begins at this height.
    LowBottom,
    Bottom,
    Own,
    /// Labels or runs of locals to come.
    Left,
    /// Last byte of the body.
    Body,
}

/// What the sum must not be.
#[derive(Copy, Clone, PartialEq, Debug, LogicState)]
pub enum Check {
    None,
    /// Below the base of the block.
    Pop,
    /// More than there are slots: for labels if it is loaded as a level, otherwise for operands.
    Push,
    /// Not the slot of a label.
    Depth,
}

/// What else happens.
#[derive(Copy, Clone, PartialEq, Debug, LogicState)]
pub enum Action {
    // A byte is waited for and taken: one of the header,
    Size,
    Digit,
    LocalType,
    // or of an instruction.
    Opcode,
    Immediate,
    Reference,
    ValueType,
    None,
    /// Fetch goes on at the last origin.
    Redirect,
    Clear,
    Finish,
    Extent,
    /// The number is a count: not greater than a code address.
    Count,
    /// The type is not wider than the stack.
    Wide,
    OwnLabel,
    OwnLimit,
    Prefixed,
    /// The number is within its limit; another one follows.
    Within,
    /// One label less to come.
    OneLabel,
    /// One value type follows.
    OneType,
    /// One step of placing the instruction in a group.
    Measure,
    Opened,
    PatchRead,
    PatchWrite,
    OpenLabel,
    OpenEntry,
    /// The label that is read is the one at `index`.
    Target,
    Latch,
    BranchWrite,
    Table,
    Diverge,
    Close,
    Leave,
    Else,
    Results,
    Service,
    FunctionWrite,
}

/// What is added to the next place.
#[derive(Copy, Clone, PartialEq, Debug, LogicState)]
pub enum Fork {
    None,
    /// 2 if this was the last function.
    Functions,
    /// 1 if this was the last byte of a number.
    Last,
    /// 2 if there are more runs of locals.
    Runs,
    /// 2 if this is the prefix.
    Prefix,
    /// What comes after an opcode: see [`at::NUMBER`]; the instruction is measured at once if nothing does.
    Form,
    /// What comes after a byte of a number.
    After,
    /// 1 after the last one of four or eight bytes, 8 before.
    Raw,
    /// 1 if no label is to come.
    Depth,
    /// 1 if the list has come to its end, 10 if not.
    Patch,
    /// 1 if this closes a block, 3 if the function, 2 if it is an `else`.
    Kind,
    /// 2 if the code goes on after the branch, 4 in a table, 8 at the end of a function.
    Branch,
    /// 12 if no label is to come.
    Table,
    /// 2 after a call, 6 if it is a service, 7 in place of the caller.
    Call,
    /// 1 if the call is indirect.
    Indirect,
    /// 1 if the instruction gives a result.
    Pushes,
}

/// One row.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    pub left: Left,
    pub right: Right,
    /// Right is subtracted.
    pub minus: bool,
    pub load: Load,
    pub check: Check,
    pub action: Action,
    pub fork: Fork,
    pub next: u8,
    /// The action sees the odd slot at `index`, not the even one.
    pub odd: bool,
}

impl Step {
    fn wait(next: u8) -> Step {
        Step::add(Left::Zero, Right::Zero, Load::None, next)
    }

    fn add(left: Left, right: Right, load: Load, next: u8) -> Step {
        let (check, action, fork) = (Check::None, Action::None, Fork::None);
        Step { left, right, minus: false, load, check, action, fork, next, odd: false }
    }

    fn sub(left: Left, right: Right, load: Load, next: u8) -> Step {
        Step { minus: true, ..Step::add(left, right, load, next) }
    }

    fn set(right: Right, load: Load, next: u8) -> Step {
        Step::add(Left::Zero, right, load, next)
    }

    fn takes(action: Action, next: u8) -> Step {
        Step { action, ..Step::wait(next) }
    }

    fn check(self, check: Check) -> Step {
        Step { check, ..self }
    }

    fn does(self, action: Action) -> Step {
        Step { action, ..self }
    }

    fn fork(self, fork: Fork) -> Step {
        Step { fork, ..self }
    }

    fn odd(self) -> Step {
        Step { odd: true, ..self }
    }
}

/// Places that others know.
pub mod at {
    /// An instruction begins; one has been pushed before, or `keep` operands.
    pub const OPCODE: u8 = 48;
    pub const PUSH: u8 = 49;
    pub const PUSH_KEEP: u8 = 50;
    /// A number is read. Added to it: 1 to measure the instruction; after the first number 2 if the second is an
    /// offset, 3 to keep it; in a table 4 after the count, 5 after a label, 6 after one that is written; 7 before a
    /// value type. After the opcode 8 before raw bytes, 9 before a reference type.
    pub const NUMBER: u8 = 16;
    pub const MEASURE: u8 = 17;
    pub const BRANCH: u8 = 22;
    pub const PATCH: u8 = 26;
    pub const OPENED: u8 = 30;
    pub const AGAIN: u8 = 31;
    /// The next one if the block type is brief.
    pub const OPEN: u8 = 64;
    pub const ELSE: u8 = 73;
    pub const END: u8 = 74;
    pub const RETURN: u8 = 75;
    pub const CALL: u8 = 92;
    pub const CALL_INDIRECT: u8 = 95;
    /// One immediate or none; two.
    pub const SERVICE: u8 = 104;
    pub const SERVICE_TWO: u8 = 107;
    pub const REF_FUNC: u8 = 110;
}

names! {
    /// Places that the resolver goes to by itself.
    ProgramPlaces: 7 {
        measure = at::MEASURE,
        patch = at::PATCH,
        opened = at::OPENED,
    }
}

/// All rows, by place.
pub fn program() -> Vec<Step> {
    (0..128).map(row).collect()
}

fn row(place: u8) -> Step {
    match place {
        0..16 => header(place),
        16..32 => immediate(place),
        32..48 => own(place),
        48..64 => opcode(place),
        64..73 => open(place),
        73..92 => label(place),
        _ => call(place),
    }
}

/// A function's size and declarations of locals.
fn header(place: u8) -> Step {
    use {Action::*, Left::*, Right::*};
    match place {
        0 => Step::wait(1).does(Redirect),
        1 => Step::add(Types, AllFunctions, Load::Index, 2),
        2 => Step::set(Right::Zero, Load::Height, 4).does(Clear).fork(Fork::Functions),
        4 => Step::takes(Size, 4).fork(Fork::Last),
        5 => Step::add(Origin, Number, Load::Body, 8).does(Extent),
        6 => Step::wait(6).does(Finish),
        8 => Step::takes(Digit, 8).fork(Fork::Last),
        9 => Step::set(Number, Load::Left, 10).does(Count),
        10 => Step::wait(12).fork(Fork::Runs),
        12 => Step::add(Own, Right::Zero, Load::Index, 33),
        14 => Step::takes(Digit, 14).fork(Fork::Last),
        15 => Step::add(Height, Number, Load::Height, 10).check(Check::Push).does(LocalType),
        _ => Step::wait(6).does(Finish),
    }
}

/// The function's type, label, and number of locals.
fn own(place: u8) -> Step {
    use {Action::*, Left::*, Right::*};
    match place {
        33 => Step::add(Functions, Index, Load::Index, 35),
        35 => Step::add(Types, Base, Load::Index, 36),
        36 => Step::add(Labels, Right::Zero, Load::Level, 37),
        37 => Step::set(Params, Load::Keep, 38).does(Wide),
        38 => Step::add(Height, Keep, Load::Height, 39).check(Check::Push),
        39 => Step::add(Height, Right::Zero, Load::LowBottom, 40),
        40 => Step::add(Level, Right::Zero, Load::None, 41).does(OwnLabel),
        41 => Step::add(Types, AllLocals, Load::None, at::OPCODE).does(OwnLimit),
        _ => Step::wait(6),
    }
}

/// An instruction's opcode; what follows branches and calls.
fn opcode(place: u8) -> Step {
    use {Action::*, Left::*, Right::*};
    let opcode = |step: Step| Step { next: 60, ..step.does(Opcode).fork(Fork::Prefix) };
    match place {
        at::OPCODE => opcode(Step::wait(0)),
        at::PUSH => opcode(Step::add(Height, One, Load::Height, 0).check(Check::Push)),
        at::PUSH_KEEP => opcode(Step::add(Height, Keep, Load::Height, 0).check(Check::Push)),
        52 => Step::add(Height, Keep, Load::Height, at::NUMBER).does(Table).fork(Fork::Table),
        54 => Step::add(Height, Keep, Load::Height, 105).check(Check::Push),
        55 => Step::wait(104).fork(Fork::Indirect),
        56 => Step::add(Height, Keep, Load::Height, 86).check(Check::Push),
        60 => immediate(at::MEASURE).fork(Fork::Form),
        62 => Step::takes(Digit, 62).fork(Fork::Last),
        63 => Step::wait(60).does(Prefixed),
        _ => Step::wait(6),
    }
}

/// Its immediates, and its place in a group.
fn immediate(place: u8) -> Step {
    use {Action::*, Left::*, Right::*};
    match place {
        at::NUMBER => Step::add(Types, Limit, Load::Index, at::NUMBER).does(Immediate).fork(Fork::After),
        at::MEASURE => Step::sub(Height, Pops, Load::Height, at::NUMBER).check(Check::Pop).does(Measure),
        18 => Step::wait(at::NUMBER).does(Within),
        19 => Step::set(Number, Load::Keep, 18).does(Within),
        20 => Step::set(Number, Load::Left, at::NUMBER).does(Count),
        21 => Step::wait(at::NUMBER).does(OneLabel).fork(Fork::Depth),
        at::BRANCH => Step::sub(Level, Double, Load::Index, 77).check(Check::Depth).does(Target),
        23 => Step::wait(29).does(OneType),
        24 => Step::takes(Immediate, at::NUMBER).fork(Fork::Raw),
        25 => Step::takes(Reference, at::MEASURE),
        at::PATCH => Step::wait(27).does(PatchRead),
        27 => Step::wait(at::NUMBER).does(PatchWrite).fork(Fork::Patch),
        28 => Step::wait(at::OPCODE).does(Diverge),
        29 => Step::takes(ValueType, at::MEASURE),
        at::OPENED => Step::add(Level, Right::Zero, Load::None, at::MEASURE).does(Opened),
        at::AGAIN => Step::wait(at::OPCODE).does(Redirect),
        _ => Step::wait(6),
    }
}

/// `block`, `loop`, `if`.
fn open(place: u8) -> Step {
    use {Action::*, Left::*, Right::*};
    match place {
        at::OPEN => Step::add(Types, Number, Load::Index, 66),
        65 => Step::add(Types, Brief, Load::Index, 66),
        66 => Step::add(Level, Two, Load::Level, 67).check(Check::Push),
        67 => Step::set(Params, Load::Keep, 68).does(Wide),
        68 => Step::sub(Height, Keep, Load::Height, 69).check(Check::Pop),
        69 => Step::add(Height, Right::Zero, Load::LowBottom, 70),
        70 => Step::add(Level, Right::Zero, Load::None, 71).does(OpenLabel),
        71 => Step::add(Level, Right::Zero, Load::None, at::PUSH_KEEP).does(OpenEntry),
        _ => Step::wait(6),
    }
}

/// Branches to labels; `else` and `end`.
fn label(place: u8) -> Step {
    use {Action::*, Left::*, Right::*};
    match place {
        at::END => Step::add(Level, Right::Zero, Load::Index, 76).does(Target),
        at::ELSE => Step::add(Level, Right::Zero, Load::Index, 77).does(Target),
        at::RETURN => Step::add(Labels, Right::Zero, Load::Index, 77).does(Target),
        76 => Step::set(Arity, Load::Keep, 79).does(Latch),
        77 => Step::set(Arity, Load::Keep, 78),
        78 => Step::set(Bottom, Load::Low, 79).does(Latch),
        79 => Step::sub(Height, Keep, Load::Height, 80).check(Check::Pop).fork(Fork::Kind),
        80 => Step::set(Index, Load::None, at::OPCODE).does(BranchWrite).fork(Fork::Branch).odd(),
        81 => Step::sub(Level, Two, Load::LevelIndex, 85).does(Close).odd(),
        82 => Step::add(Level, Right::Zero, Load::None, 84).does(Else).odd(),
        83 => Step::set(Right::Zero, Load::Low, 80),
        84 => Step::set(Params, Load::Keep, at::PUSH_KEEP),
        85 => Step::set(Base, Load::Bottom, at::PUSH_KEEP).does(Leave),
        86 => Step::set(Params, Load::Keep, 87),
        87 => Step::set(Base, Load::Height, 88),
        88 => Step::sub(Height, Params, Load::Low, 89),
        89 => Step::add(Own, One, Load::Own, 1).does(FunctionWrite).odd(),
        _ => Step::wait(6),
    }
}

/// Calls and services.
fn call(place: u8) -> Step {
    use {Action::*, Left::*, Right::*};
    match place {
        at::CALL | at::REF_FUNC => Step::add(Functions, Number, Load::Index, place + 1),
        93 => Step::add(Types, Base, Load::Index, 98),
        at::CALL_INDIRECT => Step::add(Types, Keep, Load::Index, 97),
        97 => Step::set(Base, Load::Low, 98),
        98 => Step::set(Params, Load::Keep, 99).does(Wide),
        99 => Step::sub(Height, Keep, Load::Height, 100).check(Check::Pop),
        100 => Step::set(Arity, Load::Keep, at::OPCODE).does(Results).fork(Fork::Call),
        at::SERVICE => Step::set(Number, Load::Low, 106),
        105 => Step::set(Number, Load::Keep, 108),
        106 => Step::set(Right::Zero, Load::Keep, 108),
        at::SERVICE_TWO => Step::set(Keep, Load::Low, 105),
        108 => Step::wait(at::OPCODE).does(Service).fork(Fork::Pushes),
        111 => Step::add(Types, Base, Load::Index, 112),
        112 => Step::set(Base, Load::Keep, 113),
        113 => Step::set(Number, Load::Low, 108),
        _ => Step::wait(6),
    }
}
