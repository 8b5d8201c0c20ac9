//! The instruction table: one row per instruction, and the only place that states an instruction's bytes, name,
//! immediates, types, unit, traps and feature. The enum, the decoders, the disassembler, the subset gate and the
//! documentation derive from it. What an instruction computes is not here: hardware and model each have their own.
//!
//! Source of codes, names and types: WebAssembly Core Specification 2.0, sections 3.3 and 5.4.

use crate::outcome::Trap::{self, *};
use crate::types::ValType::{self, *};

/// The immediates that follow an opcode, in order. Integers are LEB128 unless stated otherwise (spec section 5.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Imm {
    None,
    /// Block type: s33.
    Block,
    /// Label depth: u32.
    Label,
    /// Count n: u32, then n + 1 label depths, the last being the default.
    Labels,
    Func,
    /// Type index, then table index.
    TypeTable,
    Local,
    Global,
    /// Alignment exponent: u32, then offset: u32.
    MemArg,
    /// Memory index.
    Memory,
    /// Destination memory index, then source memory index.
    MemoryPair,
    Data,
    /// Data segment index, then memory index.
    DataMemory,
    Table,
    /// Destination table index, then source table index.
    TablePair,
    Element,
    /// Element segment index, then table index.
    ElementTable,
    /// Count: u32, then as many value types of one byte.
    Types,
    /// A reference type: one byte.
    Reference,
    /// Code of a stop (`outcome::Stop`): u32.
    Code,
    /// s32.
    I32,
    /// s64.
    I64,
    /// Four bytes, little-endian.
    F32,
    /// Eight bytes, little-endian.
    F64,
}

impl Imm {
    /// How many LEB128 integers follow the opcode; `None` where the count varies or the bytes are not LEB128.
    pub const fn lebs(self) -> Option<u32> {
        match self {
            Imm::None => Some(0),
            Imm::Block | Imm::Label | Imm::Func | Imm::Local | Imm::Global | Imm::Code => Some(1),
            Imm::Memory | Imm::Data | Imm::Table | Imm::Element | Imm::I32 | Imm::I64 | Imm::Reference => Some(1),
            Imm::TypeTable | Imm::MemArg | Imm::MemoryPair | Imm::DataMemory => Some(2),
            Imm::TablePair | Imm::ElementTable => Some(2),
            Imm::Labels | Imm::Types | Imm::F32 | Imm::F64 => None,
        }
    }
}

/// Operand and result types, leftmost deepest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signature {
    /// The same for every occurrence.
    Fixed(&'static [ValType], &'static [ValType]),
    /// Depends on immediates, locals or the enclosing block.
    Special,
}

/// The unit that executes an instruction, with its selector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Takes no part in execution: the resolver has already used it.
    Marker,
    /// Changes what executes next.
    Control,
    /// Moves a value unchanged.
    Move,
    Alu(Alu),
    Shift(Shift),
    Count(Count),
    Multiply,
    Divide {
        signed: bool,
        remainder: bool,
    },
    /// Reads `bytes`, then extends to the result type, with sign if `signed`.
    Load {
        bytes: u8,
        signed: bool,
    },
    /// Writes the low `bytes` of the operand.
    Store {
        bytes: u8,
    },
    /// Memory size, growth and bulk operations.
    Memory,
    /// Tables and references.
    Table,
    Float,
    /// Of millicode only, never in a module: see [`Op::SlotGet`] and those behind it.
    Privileged,
}

/// Single-pass integer operations. The operand type gives the width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alu {
    Add,
    Sub,
    And,
    Or,
    Xor,
    Eqz,
    Eq,
    Ne,
    LtS,
    LtU,
    GtS,
    GtU,
    LeS,
    LeU,
    GeS,
    GeU,
    Wrap,
    ExtendI32S,
    ExtendI32U,
    Extend8S,
    Extend16S,
    Extend32S,
}

impl Alu {
    /// Whether it gives a truth value.
    pub const fn compares(self) -> bool {
        use Alu::*;
        matches!(self, Eqz | Eq | Ne | LtS | LtU | GtS | GtU | LeS | LeU | GeS | GeU)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shift {
    Shl,
    ShrS,
    ShrU,
    Rotl,
    Rotr,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    Clz,
    Ctz,
    Popcnt,
}

/// The proposal or version that brought an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feature {
    /// WebAssembly 1.0.
    Mvp,
    SignExtension,
    SaturatingConversion,
    BulkMemory,
    ReferenceTypes,
    TailCall,
    /// None: instructions of the machine's own library (see `millicode`).
    Millicode,
}

/// One instruction.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    pub op: Op,
    /// First byte of a two-part opcode (0xFC), else 0.
    pub prefix: u8,
    /// The opcode byte, or with a prefix the LEB128 number after it.
    pub code: u8,
    /// The text format's name.
    pub name: &'static str,
    pub imm: Imm,
    pub signature: Signature,
    pub unit: Unit,
    /// Every trap that executing it can raise.
    pub traps: &'static [Trap],
    pub feature: Feature,
}

macro_rules! unit {
    (Alu $s:ident) => {
        Unit::Alu(Alu::$s)
    };
    (Shift $s:ident) => {
        Unit::Shift(Shift::$s)
    };
    (Count $s:ident) => {
        Unit::Count(Count::$s)
    };
    (Divide $s:ident $r:ident) => {
        Unit::Divide { signed: $s, remainder: $r }
    };
    (Load $b:literal $s:ident) => {
        Unit::Load { bytes: $b, signed: $s }
    };
    (Store $b:literal) => {
        Unit::Store { bytes: $b }
    };
    ($u:ident) => {
        Unit::$u
    };
}

macro_rules! signature {
    (Special) => { Signature::Special };
    (Fixed [$($p:ident)*] [$($r:ident)*]) => { Signature::Fixed(&[$($p),*], &[$($r),*]) };
}

macro_rules! instructions {
    ($($op:ident $prefix:literal $code:literal $name:literal $imm:ident
       $sig:ident $(($($s:tt)*))? $unit:ident $(($($u:tt)*))? [$($trap:ident)*] $feature:ident;)*) => {
        /// Every instruction of the table.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u16)]
        pub enum Op { $($op),* }

        /// All rows, in the order of [`Op`].
        pub static TABLE: &[Row] = &[$(Row {
            op: Op::$op, prefix: $prefix, code: $code, name: $name, imm: Imm::$imm,
            signature: signature!($sig $($($s)*)?), unit: unit!($unit $($($u)*)?),
            traps: &[$($trap),*], feature: Feature::$feature,
        }),*];
    };
}

#[rustfmt::skip]
instructions! {
    Unreachable        0    0x00 "unreachable"          None       Special                      Control              [Unreachable] Mvp;
    Nop                0    0x01 "nop"                  None       Fixed([] [])                 Marker               [] Mvp;
    Block              0    0x02 "block"                Block      Special                      Marker               [] Mvp;
    Loop               0    0x03 "loop"                 Block      Special                      Marker               [] Mvp;
    If                 0    0x04 "if"                   Block      Special                      Control              [] Mvp;
    Else               0    0x05 "else"                 None       Special                      Control              [] Mvp;
    End                0    0x0b "end"                  None       Special                      Marker               [] Mvp;
    Br                 0    0x0c "br"                   Label      Special                      Control              [] Mvp;
    BrIf               0    0x0d "br_if"                Label      Special                      Control              [] Mvp;
    BrTable            0    0x0e "br_table"             Labels     Special                      Control              [] Mvp;
    Return             0    0x0f "return"               None       Special                      Control              [] Mvp;
    Call               0    0x10 "call"                 Func       Special                      Control              [] Mvp;
    CallIndirect       0    0x11 "call_indirect"        TypeTable  Special                      Control              [UndefinedElement UninitializedElement IndirectCallTypeMismatch] Mvp;
    ReturnCall         0    0x12 "return_call"          Func       Special                      Control              [] TailCall;
    ReturnCallIndirect 0    0x13 "return_call_indirect" TypeTable  Special                      Control              [UndefinedElement UninitializedElement IndirectCallTypeMismatch] TailCall;
    Drop               0    0x1a "drop"                 None       Special                      Move                 [] Mvp;
    Select             0    0x1b "select"               None       Special                      Move                 [] Mvp;
    SelectTyped        0    0x1c "select t"             Types      Special                      Move                 [] ReferenceTypes;
    LocalGet           0    0x20 "local.get"            Local      Special                      Move                 [] Mvp;
    LocalSet           0    0x21 "local.set"            Local      Special                      Move                 [] Mvp;
    LocalTee           0    0x22 "local.tee"            Local      Special                      Move                 [] Mvp;
    GlobalGet          0    0x23 "global.get"           Global     Special                      Move                 [] Mvp;
    GlobalSet          0    0x24 "global.set"           Global     Special                      Move                 [] Mvp;
    TableGet           0    0x25 "table.get"            Table      Special                      Table                [OutOfBoundsTable] ReferenceTypes;
    TableSet           0    0x26 "table.set"            Table      Special                      Table                [OutOfBoundsTable] ReferenceTypes;
    I32Load            0    0x28 "i32.load"             MemArg     Fixed([I32] [I32])           Load(4 false)        [OutOfBoundsMemory] Mvp;
    I64Load            0    0x29 "i64.load"             MemArg     Fixed([I32] [I64])           Load(8 false)        [OutOfBoundsMemory] Mvp;
    F32Load            0    0x2a "f32.load"             MemArg     Fixed([I32] [F32])           Load(4 false)        [OutOfBoundsMemory] Mvp;
    F64Load            0    0x2b "f64.load"             MemArg     Fixed([I32] [F64])           Load(8 false)        [OutOfBoundsMemory] Mvp;
    I32Load8S          0    0x2c "i32.load8_s"          MemArg     Fixed([I32] [I32])           Load(1 true)         [OutOfBoundsMemory] Mvp;
    I32Load8U          0    0x2d "i32.load8_u"          MemArg     Fixed([I32] [I32])           Load(1 false)        [OutOfBoundsMemory] Mvp;
    I32Load16S         0    0x2e "i32.load16_s"         MemArg     Fixed([I32] [I32])           Load(2 true)         [OutOfBoundsMemory] Mvp;
    I32Load16U         0    0x2f "i32.load16_u"         MemArg     Fixed([I32] [I32])           Load(2 false)        [OutOfBoundsMemory] Mvp;
    I64Load8S          0    0x30 "i64.load8_s"          MemArg     Fixed([I32] [I64])           Load(1 true)         [OutOfBoundsMemory] Mvp;
    I64Load8U          0    0x31 "i64.load8_u"          MemArg     Fixed([I32] [I64])           Load(1 false)        [OutOfBoundsMemory] Mvp;
    I64Load16S         0    0x32 "i64.load16_s"         MemArg     Fixed([I32] [I64])           Load(2 true)         [OutOfBoundsMemory] Mvp;
    I64Load16U         0    0x33 "i64.load16_u"         MemArg     Fixed([I32] [I64])           Load(2 false)        [OutOfBoundsMemory] Mvp;
    I64Load32S         0    0x34 "i64.load32_s"         MemArg     Fixed([I32] [I64])           Load(4 true)         [OutOfBoundsMemory] Mvp;
    I64Load32U         0    0x35 "i64.load32_u"         MemArg     Fixed([I32] [I64])           Load(4 false)        [OutOfBoundsMemory] Mvp;
    I32Store           0    0x36 "i32.store"            MemArg     Fixed([I32 I32] [])          Store(4)             [OutOfBoundsMemory] Mvp;
    I64Store           0    0x37 "i64.store"            MemArg     Fixed([I32 I64] [])          Store(8)             [OutOfBoundsMemory] Mvp;
    F32Store           0    0x38 "f32.store"            MemArg     Fixed([I32 F32] [])          Store(4)             [OutOfBoundsMemory] Mvp;
    F64Store           0    0x39 "f64.store"            MemArg     Fixed([I32 F64] [])          Store(8)             [OutOfBoundsMemory] Mvp;
    I32Store8          0    0x3a "i32.store8"           MemArg     Fixed([I32 I32] [])          Store(1)             [OutOfBoundsMemory] Mvp;
    I32Store16         0    0x3b "i32.store16"          MemArg     Fixed([I32 I32] [])          Store(2)             [OutOfBoundsMemory] Mvp;
    I64Store8          0    0x3c "i64.store8"           MemArg     Fixed([I32 I64] [])          Store(1)             [OutOfBoundsMemory] Mvp;
    I64Store16         0    0x3d "i64.store16"          MemArg     Fixed([I32 I64] [])          Store(2)             [OutOfBoundsMemory] Mvp;
    I64Store32         0    0x3e "i64.store32"          MemArg     Fixed([I32 I64] [])          Store(4)             [OutOfBoundsMemory] Mvp;
    MemorySize         0    0x3f "memory.size"          Memory     Fixed([] [I32])              Memory               [] Mvp;
    MemoryGrow         0    0x40 "memory.grow"          Memory     Fixed([I32] [I32])           Memory               [] Mvp;
    I32Const           0    0x41 "i32.const"            I32        Fixed([] [I32])              Move                 [] Mvp;
    I64Const           0    0x42 "i64.const"            I64        Fixed([] [I64])              Move                 [] Mvp;
    F32Const           0    0x43 "f32.const"            F32        Fixed([] [F32])              Move                 [] Mvp;
    F64Const           0    0x44 "f64.const"            F64        Fixed([] [F64])              Move                 [] Mvp;
    I32Eqz             0    0x45 "i32.eqz"              None       Fixed([I32] [I32])           Alu(Eqz)             [] Mvp;
    I32Eq              0    0x46 "i32.eq"               None       Fixed([I32 I32] [I32])       Alu(Eq)              [] Mvp;
    I32Ne              0    0x47 "i32.ne"               None       Fixed([I32 I32] [I32])       Alu(Ne)              [] Mvp;
    I32LtS             0    0x48 "i32.lt_s"             None       Fixed([I32 I32] [I32])       Alu(LtS)             [] Mvp;
    I32LtU             0    0x49 "i32.lt_u"             None       Fixed([I32 I32] [I32])       Alu(LtU)             [] Mvp;
    I32GtS             0    0x4a "i32.gt_s"             None       Fixed([I32 I32] [I32])       Alu(GtS)             [] Mvp;
    I32GtU             0    0x4b "i32.gt_u"             None       Fixed([I32 I32] [I32])       Alu(GtU)             [] Mvp;
    I32LeS             0    0x4c "i32.le_s"             None       Fixed([I32 I32] [I32])       Alu(LeS)             [] Mvp;
    I32LeU             0    0x4d "i32.le_u"             None       Fixed([I32 I32] [I32])       Alu(LeU)             [] Mvp;
    I32GeS             0    0x4e "i32.ge_s"             None       Fixed([I32 I32] [I32])       Alu(GeS)             [] Mvp;
    I32GeU             0    0x4f "i32.ge_u"             None       Fixed([I32 I32] [I32])       Alu(GeU)             [] Mvp;
    I64Eqz             0    0x50 "i64.eqz"              None       Fixed([I64] [I32])           Alu(Eqz)             [] Mvp;
    I64Eq              0    0x51 "i64.eq"               None       Fixed([I64 I64] [I32])       Alu(Eq)              [] Mvp;
    I64Ne              0    0x52 "i64.ne"               None       Fixed([I64 I64] [I32])       Alu(Ne)              [] Mvp;
    I64LtS             0    0x53 "i64.lt_s"             None       Fixed([I64 I64] [I32])       Alu(LtS)             [] Mvp;
    I64LtU             0    0x54 "i64.lt_u"             None       Fixed([I64 I64] [I32])       Alu(LtU)             [] Mvp;
    I64GtS             0    0x55 "i64.gt_s"             None       Fixed([I64 I64] [I32])       Alu(GtS)             [] Mvp;
    I64GtU             0    0x56 "i64.gt_u"             None       Fixed([I64 I64] [I32])       Alu(GtU)             [] Mvp;
    I64LeS             0    0x57 "i64.le_s"             None       Fixed([I64 I64] [I32])       Alu(LeS)             [] Mvp;
    I64LeU             0    0x58 "i64.le_u"             None       Fixed([I64 I64] [I32])       Alu(LeU)             [] Mvp;
    I64GeS             0    0x59 "i64.ge_s"             None       Fixed([I64 I64] [I32])       Alu(GeS)             [] Mvp;
    I64GeU             0    0x5a "i64.ge_u"             None       Fixed([I64 I64] [I32])       Alu(GeU)             [] Mvp;
    F32Eq              0    0x5b "f32.eq"               None       Fixed([F32 F32] [I32])       Float                [] Mvp;
    F32Ne              0    0x5c "f32.ne"               None       Fixed([F32 F32] [I32])       Float                [] Mvp;
    F32Lt              0    0x5d "f32.lt"               None       Fixed([F32 F32] [I32])       Float                [] Mvp;
    F32Gt              0    0x5e "f32.gt"               None       Fixed([F32 F32] [I32])       Float                [] Mvp;
    F32Le              0    0x5f "f32.le"               None       Fixed([F32 F32] [I32])       Float                [] Mvp;
    F32Ge              0    0x60 "f32.ge"               None       Fixed([F32 F32] [I32])       Float                [] Mvp;
    F64Eq              0    0x61 "f64.eq"               None       Fixed([F64 F64] [I32])       Float                [] Mvp;
    F64Ne              0    0x62 "f64.ne"               None       Fixed([F64 F64] [I32])       Float                [] Mvp;
    F64Lt              0    0x63 "f64.lt"               None       Fixed([F64 F64] [I32])       Float                [] Mvp;
    F64Gt              0    0x64 "f64.gt"               None       Fixed([F64 F64] [I32])       Float                [] Mvp;
    F64Le              0    0x65 "f64.le"               None       Fixed([F64 F64] [I32])       Float                [] Mvp;
    F64Ge              0    0x66 "f64.ge"               None       Fixed([F64 F64] [I32])       Float                [] Mvp;
    I32Clz             0    0x67 "i32.clz"              None       Fixed([I32] [I32])           Count(Clz)           [] Mvp;
    I32Ctz             0    0x68 "i32.ctz"              None       Fixed([I32] [I32])           Count(Ctz)           [] Mvp;
    I32Popcnt          0    0x69 "i32.popcnt"           None       Fixed([I32] [I32])           Count(Popcnt)        [] Mvp;
    I32Add             0    0x6a "i32.add"              None       Fixed([I32 I32] [I32])       Alu(Add)             [] Mvp;
    I32Sub             0    0x6b "i32.sub"              None       Fixed([I32 I32] [I32])       Alu(Sub)             [] Mvp;
    I32Mul             0    0x6c "i32.mul"              None       Fixed([I32 I32] [I32])       Multiply             [] Mvp;
    I32DivS            0    0x6d "i32.div_s"            None       Fixed([I32 I32] [I32])       Divide(true false)   [DivideByZero IntegerOverflow] Mvp;
    I32DivU            0    0x6e "i32.div_u"            None       Fixed([I32 I32] [I32])       Divide(false false)  [DivideByZero] Mvp;
    I32RemS            0    0x6f "i32.rem_s"            None       Fixed([I32 I32] [I32])       Divide(true true)    [DivideByZero] Mvp;
    I32RemU            0    0x70 "i32.rem_u"            None       Fixed([I32 I32] [I32])       Divide(false true)   [DivideByZero] Mvp;
    I32And             0    0x71 "i32.and"              None       Fixed([I32 I32] [I32])       Alu(And)             [] Mvp;
    I32Or              0    0x72 "i32.or"               None       Fixed([I32 I32] [I32])       Alu(Or)              [] Mvp;
    I32Xor             0    0x73 "i32.xor"              None       Fixed([I32 I32] [I32])       Alu(Xor)             [] Mvp;
    I32Shl             0    0x74 "i32.shl"              None       Fixed([I32 I32] [I32])       Shift(Shl)           [] Mvp;
    I32ShrS            0    0x75 "i32.shr_s"            None       Fixed([I32 I32] [I32])       Shift(ShrS)          [] Mvp;
    I32ShrU            0    0x76 "i32.shr_u"            None       Fixed([I32 I32] [I32])       Shift(ShrU)          [] Mvp;
    I32Rotl            0    0x77 "i32.rotl"             None       Fixed([I32 I32] [I32])       Shift(Rotl)          [] Mvp;
    I32Rotr            0    0x78 "i32.rotr"             None       Fixed([I32 I32] [I32])       Shift(Rotr)          [] Mvp;
    I64Clz             0    0x79 "i64.clz"              None       Fixed([I64] [I64])           Count(Clz)           [] Mvp;
    I64Ctz             0    0x7a "i64.ctz"              None       Fixed([I64] [I64])           Count(Ctz)           [] Mvp;
    I64Popcnt          0    0x7b "i64.popcnt"           None       Fixed([I64] [I64])           Count(Popcnt)        [] Mvp;
    I64Add             0    0x7c "i64.add"              None       Fixed([I64 I64] [I64])       Alu(Add)             [] Mvp;
    I64Sub             0    0x7d "i64.sub"              None       Fixed([I64 I64] [I64])       Alu(Sub)             [] Mvp;
    I64Mul             0    0x7e "i64.mul"              None       Fixed([I64 I64] [I64])       Multiply             [] Mvp;
    I64DivS            0    0x7f "i64.div_s"            None       Fixed([I64 I64] [I64])       Divide(true false)   [DivideByZero IntegerOverflow] Mvp;
    I64DivU            0    0x80 "i64.div_u"            None       Fixed([I64 I64] [I64])       Divide(false false)  [DivideByZero] Mvp;
    I64RemS            0    0x81 "i64.rem_s"            None       Fixed([I64 I64] [I64])       Divide(true true)    [DivideByZero] Mvp;
    I64RemU            0    0x82 "i64.rem_u"            None       Fixed([I64 I64] [I64])       Divide(false true)   [DivideByZero] Mvp;
    I64And             0    0x83 "i64.and"              None       Fixed([I64 I64] [I64])       Alu(And)             [] Mvp;
    I64Or              0    0x84 "i64.or"               None       Fixed([I64 I64] [I64])       Alu(Or)              [] Mvp;
    I64Xor             0    0x85 "i64.xor"              None       Fixed([I64 I64] [I64])       Alu(Xor)             [] Mvp;
    I64Shl             0    0x86 "i64.shl"              None       Fixed([I64 I64] [I64])       Shift(Shl)           [] Mvp;
    I64ShrS            0    0x87 "i64.shr_s"            None       Fixed([I64 I64] [I64])       Shift(ShrS)          [] Mvp;
    I64ShrU            0    0x88 "i64.shr_u"            None       Fixed([I64 I64] [I64])       Shift(ShrU)          [] Mvp;
    I64Rotl            0    0x89 "i64.rotl"             None       Fixed([I64 I64] [I64])       Shift(Rotl)          [] Mvp;
    I64Rotr            0    0x8a "i64.rotr"             None       Fixed([I64 I64] [I64])       Shift(Rotr)          [] Mvp;
    F32Abs             0    0x8b "f32.abs"              None       Fixed([F32] [F32])           Float                [] Mvp;
    F32Neg             0    0x8c "f32.neg"              None       Fixed([F32] [F32])           Float                [] Mvp;
    F32Ceil            0    0x8d "f32.ceil"             None       Fixed([F32] [F32])           Float                [] Mvp;
    F32Floor           0    0x8e "f32.floor"            None       Fixed([F32] [F32])           Float                [] Mvp;
    F32Trunc           0    0x8f "f32.trunc"            None       Fixed([F32] [F32])           Float                [] Mvp;
    F32Nearest         0    0x90 "f32.nearest"          None       Fixed([F32] [F32])           Float                [] Mvp;
    F32Sqrt            0    0x91 "f32.sqrt"             None       Fixed([F32] [F32])           Float                [] Mvp;
    F32Add             0    0x92 "f32.add"              None       Fixed([F32 F32] [F32])       Float                [] Mvp;
    F32Sub             0    0x93 "f32.sub"              None       Fixed([F32 F32] [F32])       Float                [] Mvp;
    F32Mul             0    0x94 "f32.mul"              None       Fixed([F32 F32] [F32])       Float                [] Mvp;
    F32Div             0    0x95 "f32.div"              None       Fixed([F32 F32] [F32])       Float                [] Mvp;
    F32Min             0    0x96 "f32.min"              None       Fixed([F32 F32] [F32])       Float                [] Mvp;
    F32Max             0    0x97 "f32.max"              None       Fixed([F32 F32] [F32])       Float                [] Mvp;
    F32Copysign        0    0x98 "f32.copysign"         None       Fixed([F32 F32] [F32])       Float                [] Mvp;
    F64Abs             0    0x99 "f64.abs"              None       Fixed([F64] [F64])           Float                [] Mvp;
    F64Neg             0    0x9a "f64.neg"              None       Fixed([F64] [F64])           Float                [] Mvp;
    F64Ceil            0    0x9b "f64.ceil"             None       Fixed([F64] [F64])           Float                [] Mvp;
    F64Floor           0    0x9c "f64.floor"            None       Fixed([F64] [F64])           Float                [] Mvp;
    F64Trunc           0    0x9d "f64.trunc"            None       Fixed([F64] [F64])           Float                [] Mvp;
    F64Nearest         0    0x9e "f64.nearest"          None       Fixed([F64] [F64])           Float                [] Mvp;
    F64Sqrt            0    0x9f "f64.sqrt"             None       Fixed([F64] [F64])           Float                [] Mvp;
    F64Add             0    0xa0 "f64.add"              None       Fixed([F64 F64] [F64])       Float                [] Mvp;
    F64Sub             0    0xa1 "f64.sub"              None       Fixed([F64 F64] [F64])       Float                [] Mvp;
    F64Mul             0    0xa2 "f64.mul"              None       Fixed([F64 F64] [F64])       Float                [] Mvp;
    F64Div             0    0xa3 "f64.div"              None       Fixed([F64 F64] [F64])       Float                [] Mvp;
    F64Min             0    0xa4 "f64.min"              None       Fixed([F64 F64] [F64])       Float                [] Mvp;
    F64Max             0    0xa5 "f64.max"              None       Fixed([F64 F64] [F64])       Float                [] Mvp;
    F64Copysign        0    0xa6 "f64.copysign"         None       Fixed([F64 F64] [F64])       Float                [] Mvp;
    I32WrapI64         0    0xa7 "i32.wrap_i64"         None       Fixed([I64] [I32])           Alu(Wrap)            [] Mvp;
    I32TruncF32S       0    0xa8 "i32.trunc_f32_s"      None       Fixed([F32] [I32])           Float                [BadConversion IntegerOverflow] Mvp;
    I32TruncF32U       0    0xa9 "i32.trunc_f32_u"      None       Fixed([F32] [I32])           Float                [BadConversion IntegerOverflow] Mvp;
    I32TruncF64S       0    0xaa "i32.trunc_f64_s"      None       Fixed([F64] [I32])           Float                [BadConversion IntegerOverflow] Mvp;
    I32TruncF64U       0    0xab "i32.trunc_f64_u"      None       Fixed([F64] [I32])           Float                [BadConversion IntegerOverflow] Mvp;
    I64ExtendI32S      0    0xac "i64.extend_i32_s"     None       Fixed([I32] [I64])           Alu(ExtendI32S)      [] Mvp;
    I64ExtendI32U      0    0xad "i64.extend_i32_u"     None       Fixed([I32] [I64])           Alu(ExtendI32U)      [] Mvp;
    I64TruncF32S       0    0xae "i64.trunc_f32_s"      None       Fixed([F32] [I64])           Float                [BadConversion IntegerOverflow] Mvp;
    I64TruncF32U       0    0xaf "i64.trunc_f32_u"      None       Fixed([F32] [I64])           Float                [BadConversion IntegerOverflow] Mvp;
    I64TruncF64S       0    0xb0 "i64.trunc_f64_s"      None       Fixed([F64] [I64])           Float                [BadConversion IntegerOverflow] Mvp;
    I64TruncF64U       0    0xb1 "i64.trunc_f64_u"      None       Fixed([F64] [I64])           Float                [BadConversion IntegerOverflow] Mvp;
    F32ConvertI32S     0    0xb2 "f32.convert_i32_s"    None       Fixed([I32] [F32])           Float                [] Mvp;
    F32ConvertI32U     0    0xb3 "f32.convert_i32_u"    None       Fixed([I32] [F32])           Float                [] Mvp;
    F32ConvertI64S     0    0xb4 "f32.convert_i64_s"    None       Fixed([I64] [F32])           Float                [] Mvp;
    F32ConvertI64U     0    0xb5 "f32.convert_i64_u"    None       Fixed([I64] [F32])           Float                [] Mvp;
    F32DemoteF64       0    0xb6 "f32.demote_f64"       None       Fixed([F64] [F32])           Float                [] Mvp;
    F64ConvertI32S     0    0xb7 "f64.convert_i32_s"    None       Fixed([I32] [F64])           Float                [] Mvp;
    F64ConvertI32U     0    0xb8 "f64.convert_i32_u"    None       Fixed([I32] [F64])           Float                [] Mvp;
    F64ConvertI64S     0    0xb9 "f64.convert_i64_s"    None       Fixed([I64] [F64])           Float                [] Mvp;
    F64ConvertI64U     0    0xba "f64.convert_i64_u"    None       Fixed([I64] [F64])           Float                [] Mvp;
    F64PromoteF32      0    0xbb "f64.promote_f32"      None       Fixed([F32] [F64])           Float                [] Mvp;
    I32ReinterpretF32  0    0xbc "i32.reinterpret_f32"  None       Fixed([F32] [I32])           Move                 [] Mvp;
    I64ReinterpretF64  0    0xbd "i64.reinterpret_f64"  None       Fixed([F64] [I64])           Move                 [] Mvp;
    F32ReinterpretI32  0    0xbe "f32.reinterpret_i32"  None       Fixed([I32] [F32])           Move                 [] Mvp;
    F64ReinterpretI64  0    0xbf "f64.reinterpret_i64"  None       Fixed([I64] [F64])           Move                 [] Mvp;
    I32Extend8S        0    0xc0 "i32.extend8_s"        None       Fixed([I32] [I32])           Alu(Extend8S)        [] SignExtension;
    I32Extend16S       0    0xc1 "i32.extend16_s"       None       Fixed([I32] [I32])           Alu(Extend16S)       [] SignExtension;
    I64Extend8S        0    0xc2 "i64.extend8_s"        None       Fixed([I64] [I64])           Alu(Extend8S)        [] SignExtension;
    I64Extend16S       0    0xc3 "i64.extend16_s"       None       Fixed([I64] [I64])           Alu(Extend16S)       [] SignExtension;
    I64Extend32S       0    0xc4 "i64.extend32_s"       None       Fixed([I64] [I64])           Alu(Extend32S)       [] SignExtension;
    RefNull            0    0xd0 "ref.null"             Reference  Special                      Table                [] ReferenceTypes;
    RefIsNull          0    0xd1 "ref.is_null"          None       Special                      Table                [] ReferenceTypes;
    RefFunc            0    0xd2 "ref.func"             Func       Fixed([] [FuncRef])          Table                [] ReferenceTypes;
    I32TruncSatF32S    0xfc 0x00 "i32.trunc_sat_f32_s"  None       Fixed([F32] [I32])           Float                [] SaturatingConversion;
    I32TruncSatF32U    0xfc 0x01 "i32.trunc_sat_f32_u"  None       Fixed([F32] [I32])           Float                [] SaturatingConversion;
    I32TruncSatF64S    0xfc 0x02 "i32.trunc_sat_f64_s"  None       Fixed([F64] [I32])           Float                [] SaturatingConversion;
    I32TruncSatF64U    0xfc 0x03 "i32.trunc_sat_f64_u"  None       Fixed([F64] [I32])           Float                [] SaturatingConversion;
    I64TruncSatF32S    0xfc 0x04 "i64.trunc_sat_f32_s"  None       Fixed([F32] [I64])           Float                [] SaturatingConversion;
    I64TruncSatF32U    0xfc 0x05 "i64.trunc_sat_f32_u"  None       Fixed([F32] [I64])           Float                [] SaturatingConversion;
    I64TruncSatF64S    0xfc 0x06 "i64.trunc_sat_f64_s"  None       Fixed([F64] [I64])           Float                [] SaturatingConversion;
    I64TruncSatF64U    0xfc 0x07 "i64.trunc_sat_f64_u"  None       Fixed([F64] [I64])           Float                [] SaturatingConversion;
    MemoryInit         0xfc 0x08 "memory.init"          DataMemory Fixed([I32 I32 I32] [])      Memory               [OutOfBoundsMemory] BulkMemory;
    DataDrop           0xfc 0x09 "data.drop"            Data       Fixed([] [])                 Memory               [] BulkMemory;
    MemoryCopy         0xfc 0x0a "memory.copy"          MemoryPair Fixed([I32 I32 I32] [])      Memory               [OutOfBoundsMemory] BulkMemory;
    MemoryFill         0xfc 0x0b "memory.fill"          Memory     Fixed([I32 I32 I32] [])      Memory               [OutOfBoundsMemory] BulkMemory;
    TableInit          0xfc 0x0c "table.init"           ElementTable Fixed([I32 I32 I32] [])    Table                [OutOfBoundsTable] BulkMemory;
    ElemDrop           0xfc 0x0d "elem.drop"            Element    Fixed([] [])                 Table                [] BulkMemory;
    TableCopy          0xfc 0x0e "table.copy"           TablePair  Fixed([I32 I32 I32] [])      Table                [OutOfBoundsTable] BulkMemory;
    TableGrow          0xfc 0x0f "table.grow"           Table      Special                      Table                [] ReferenceTypes;
    TableSize          0xfc 0x10 "table.size"           Table      Fixed([] [I32])              Table                [] ReferenceTypes;
    TableFill          0xfc 0x11 "table.fill"           Table      Special                      Table                [OutOfBoundsTable] ReferenceTypes;
    SlotGet            0    0xd8 "slot.get"             None       Fixed([I32] [I64])           Privileged           [] Millicode;
    SlotSet            0    0xd9 "slot.set"             None       Fixed([I64 I32] [])          Privileged           [] Millicode;
    MemoryResize       0    0xda "memory.resize"        None       Fixed([I64] [])              Privileged           [] Millicode;
    Enter              0    0xdb "enter"                None       Fixed([I32] [])              Privileged           [] Millicode;
    ReturnEnter        0    0xdc "return_enter"         None       Fixed([I32] [])              Privileged           [] Millicode;
    Raise              0    0xdd "raise"                Code       Fixed([] [])                 Privileged           [] Millicode;
}

impl Op {
    /// The unit that executes it where there is one.
    pub const fn unit(self) -> Unit {
        TABLE[self as usize].unit
    }

    /// The row of this instruction.
    pub fn row(self) -> &'static Row {
        &TABLE[self as usize]
    }

    /// How many operands it takes and how many results it gives; `None` where that depends on immediates.
    pub const fn arity(self) -> Option<(u32, u32)> {
        if let Signature::Fixed(operands, results) = TABLE[self as usize].signature {
            return Some((operands.len() as u32, results.len() as u32));
        }
        match self {
            Op::Unreachable => Some((0, 0)),
            Op::Drop | Op::LocalSet | Op::GlobalSet => Some((1, 0)),
            Op::LocalGet | Op::GlobalGet | Op::RefNull => Some((0, 1)),
            Op::LocalTee | Op::TableGet | Op::RefIsNull => Some((1, 1)),
            Op::Select | Op::SelectTyped => Some((3, 1)),
            Op::TableSet => Some((2, 0)),
            Op::TableGrow => Some((2, 1)),
            Op::TableFill => Some((3, 0)),
            _ => None,
        }
    }

    /// Whether nothing executes behind it in its function: it stops the call, or calls in place of the function.
    pub const fn leaves(self) -> bool {
        matches!(
            self,
            Op::Unreachable | Op::Enter | Op::ReturnEnter | Op::Raise | Op::ReturnCall | Op::ReturnCallIndirect
        )
    }

    /// Whether the instruction owns a branch entry with its immediates (see `branch`) because it takes over from the
    /// pipeline when it executes.
    pub const fn is_service(self) -> bool {
        let tabled = matches!(TABLE[self as usize].unit, Unit::Memory | Unit::Table);
        tabled || matches!(self, Op::CallIndirect | Op::ReturnCall | Op::ReturnCallIndirect)
    }

    /// The instruction with this opcode, if the table has it; `prefix` is 0 for one-byte opcodes.
    pub fn from_code(prefix: u8, code: u32) -> Option<Op> {
        const NONE: u16 = u16::MAX;
        static INDEX: [[u16; 256]; 2] = {
            let mut index = [[NONE; 256]; 2];
            let mut i = 0;
            while i < TABLE.len() {
                index[(TABLE[i].prefix != 0) as usize][TABLE[i].code as usize] = i as u16;
                i += 1;
            }
            index
        };
        let plane = match prefix {
            0 => 0,
            PREFIX => 1,
            _ => return None,
        };
        match INDEX[plane].get(code as usize) {
            Some(&i) if i != NONE => Some(TABLE[i as usize].op),
            _ => None,
        }
    }
}

/// The only opcode prefix in the table.
pub const PREFIX: u8 = 0xfc;

impl core::fmt::Display for Op {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.row().name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_found_by_its_code_and_stands_at_its_own_index() {
        for (i, row) in TABLE.iter().enumerate() {
            assert_eq!(row.op as usize, i, "{}", row.name);
            assert_eq!(Op::from_code(row.prefix, row.code as u32), Some(row.op), "{}", row.name);
        }
        assert_eq!(TABLE.len(), 209);
    }

    #[test]
    fn nothing_else_is_found() {
        let found = |prefix| (0..600).filter(|&c| Op::from_code(prefix, c).is_some()).count();
        assert_eq!(found(0) + found(PREFIX), TABLE.len());
        assert_eq!((1..=255).filter(|&p| p != PREFIX).map(found).sum::<usize>(), 0);
    }
}
