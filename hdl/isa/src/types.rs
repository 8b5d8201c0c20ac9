//! Value and module-level types (spec section 2.3).

use alloc::vec::Vec;

/// A value type. References are 64-bit slots like every other value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ValType {
    I32,
    I64,
    F32,
    F64,
    FuncRef,
    ExternRef,
}

impl ValType {
    /// Whether values need more than 32 bits. Those of other types have 32 whatever a slot holds above them: for a
    /// function, the core keeps its type there.
    pub const fn is_wide(self) -> bool {
        matches!(self, ValType::I64 | ValType::F64 | ValType::ExternRef)
    }

    pub const ALL: &'static [ValType] =
        &[ValType::I32, ValType::I64, ValType::F32, ValType::F64, ValType::FuncRef, ValType::ExternRef];

    /// The byte that stands for it in a module (spec section 5.3).
    pub const fn code(self) -> u8 {
        match self {
            ValType::I32 => 0x7f,
            ValType::I64 => 0x7e,
            ValType::F32 => 0x7d,
            ValType::F64 => 0x7c,
            ValType::FuncRef => 0x70,
            ValType::ExternRef => 0x6f,
        }
    }

    /// The inverse of [`ValType::code`].
    pub fn from_code(code: u8) -> Option<ValType> {
        ValType::ALL.iter().copied().find(|ty| ty.code() == code)
    }

    /// The text format's name.
    pub const fn name(self) -> &'static str {
        match self {
            ValType::I32 => "i32",
            ValType::I64 => "i64",
            ValType::F32 => "f32",
            ValType::F64 => "f64",
            ValType::FuncRef => "funcref",
            ValType::ExternRef => "externref",
        }
    }
}

/// The byte in place of a value type of a block that gives nothing.
pub const EMPTY_BLOCK: u8 = 0x40;

/// The bits of a null reference of either type.
pub const NULL_REF: u64 = 0;

/// The bits of a reference to the function, or to the host's thing, with this index.
pub const fn reference(index: u32) -> u64 {
    index as u64 + 1
}

/// What a reference refers to; `None` if it is null.
pub const fn referent(bits: u64) -> Option<u32> {
    if bits == NULL_REF { None } else { Some((bits - 1) as u32) }
}

/// A typed value as bits: 32-bit types in the low half with a zero upper half, floats as IEEE 754 bit patterns,
/// references as [`reference()`] says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Value {
    pub ty: ValType,
    pub bits: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct FuncType {
    pub params: Vec<ValType>,
    pub results: Vec<ValType>,
}

/// Size limits in units of the thing limited (pages or elements).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub min: u64,
    pub max: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableType {
    pub element: ValType,
    pub limits: Limits,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemoryType {
    pub limits: Limits,
    /// log2 of the page size in bytes: 16, or 0 with the custom-page-sizes proposal.
    pub page_log2: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GlobalType {
    pub ty: ValType,
    pub mutable: bool,
}
