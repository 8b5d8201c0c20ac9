//! Decoding of function bodies: bytes to instructions with their immediates (spec section 5.4).

use crate::leb::{self, LebError};
use crate::op::{Imm, Op, PREFIX};
use crate::types::{EMPTY_BLOCK, FuncType, ValType};

/// One decoded instruction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Instr<'a> {
    pub op: Op,
    /// Code address of the opcode.
    pub pc: u32,
    /// Opcode and immediates, in bytes.
    pub len: u32,
    pub imm: Immediate<'a>,
}

impl Instr<'_> {
    /// Code address of the next instruction in code order.
    pub const fn next_pc(&self) -> u32 {
        self.pc + self.len
    }
}

/// Decoded immediates. Which variant an instruction has follows from its row's [`Imm`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Immediate<'a> {
    None,
    Block(BlockType),
    Label(u32),
    Labels(Labels<'a>),
    Func(u32),
    TypeTable {
        ty: u32,
        table: u32,
    },
    Local(u32),
    Global(u32),
    MemArg {
        align: u32,
        offset: u32,
    },
    Memory(u32),
    MemoryPair {
        destination: u32,
        source: u32,
    },
    Data(u32),
    DataMemory {
        data: u32,
        memory: u32,
    },
    Table(u32),
    TablePair {
        destination: u32,
        source: u32,
    },
    Element(u32),
    ElementTable {
        element: u32,
        table: u32,
    },
    /// Code of a stop.
    Code(u32),
    /// The only type of a `select`.
    Type(ValType),
    Reference(ValType),
    I32(i32),
    I64(i64),
    /// The bits of the float.
    F32(u32),
    F64(u64),
}

impl Immediate<'_> {
    /// The indices of a service instruction (`Op::is_service`) in the order of the binary format; 0 for those it does
    /// not have.
    pub const fn indices(self) -> (u32, u32) {
        match self {
            Immediate::TypeTable { ty: first, table: second }
            | Immediate::MemoryPair { destination: first, source: second }
            | Immediate::DataMemory { data: first, memory: second }
            | Immediate::TablePair { destination: first, source: second }
            | Immediate::ElementTable { element: first, table: second } => (first, second),
            Immediate::Func(i) | Immediate::Memory(i) | Immediate::Data(i) => (i, 0),
            Immediate::Table(i) | Immediate::Element(i) => (i, 0),
            _ => (0, 0),
        }
    }
}

/// Parameters and results of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockType {
    Empty,
    Result(ValType),
    /// Index of a function type.
    Type(u32),
}

impl BlockType {
    /// How many parameters and results; `None` if there is no such type.
    pub fn arity(self, types: &[FuncType]) -> Option<(u32, u32)> {
        match self {
            BlockType::Empty => Some((0, 0)),
            BlockType::Result(_) => Some((0, 1)),
            BlockType::Type(index) => {
                let ty = types.get(index as usize)?;
                Some((ty.params.len() as u32, ty.results.len() as u32))
            }
        }
    }
}

/// The label depths of a `br_table`, the default last.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Labels<'a> {
    /// Checked when they were decoded.
    bytes: &'a [u8],
    count: u32,
}

impl Labels<'_> {
    /// How many there are, the default included.
    pub const fn count(&self) -> u32 {
        self.count
    }

    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        let mut rest = self.bytes;
        core::iter::from_fn(move || {
            let (label, len) = leb::unsigned(rest, 32).ok()?;
            rest = &rest[len as usize..];
            Some(label as u32)
        })
    }
}

/// Bytes that are not an instruction of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// Code address of the instruction's first byte.
    pub pc: u32,
    pub kind: DecodeErrorKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecodeErrorKind {
    /// `prefix` is 0 for one-byte opcodes.
    UnknownOpcode {
        prefix: u8,
        code: u32,
    },
    /// The code ends inside the instruction.
    Truncated,
    /// An immediate has more bits than its type.
    IntegerTooLarge,
    BlockType,
    /// No value type, not a reference type where one is needed, or not exactly one.
    ValueType,
    /// The alignment exponent of a memory access is 2^6 or more: 2^6 itself marks an access to a numbered memory.
    Alignment,
}

impl core::fmt::Display for DecodeError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "code address {}: ", self.pc)?;
        match self.kind {
            DecodeErrorKind::UnknownOpcode { prefix: 0, code } => write!(f, "unknown opcode {code:#04x}"),
            DecodeErrorKind::UnknownOpcode { prefix, code } => write!(f, "unknown opcode {prefix:#04x} {code}"),
            DecodeErrorKind::Truncated => f.write_str("the code ends inside an instruction"),
            DecodeErrorKind::IntegerTooLarge => f.write_str("an immediate is too large"),
            DecodeErrorKind::BlockType => f.write_str("unknown block type"),
            DecodeErrorKind::ValueType => f.write_str("unexpected value type"),
            DecodeErrorKind::Alignment => f.write_str("alignment too large"),
        }
    }
}

impl core::error::Error for DecodeError {}

impl From<LebError> for DecodeErrorKind {
    fn from(e: LebError) -> DecodeErrorKind {
        match e {
            LebError::Truncated => DecodeErrorKind::Truncated,
            LebError::TooLarge => DecodeErrorKind::IntegerTooLarge,
        }
    }
}

/// The instructions of `code` from address `entry` up to address `end`. Ends after the first error.
pub fn instructions(code: &[u8], entry: u32, end: u32) -> Instructions<'_> {
    // An address outside the code leaves nothing to decode, and what is missing shows as truncation.
    let known = (end as usize).min(code.len());
    Instructions { code: &code[..known], pc: entry, end }
}

/// See [`instructions`].
#[derive(Clone, Debug)]
pub struct Instructions<'a> {
    code: &'a [u8],
    pc: u32,
    end: u32,
}

impl<'a> Iterator for Instructions<'a> {
    type Item = Result<Instr<'a>, DecodeError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.pc >= self.end {
            return None;
        }
        let result = decode(self.code, self.pc);
        self.pc = result.map_or(self.end, |instr| instr.next_pc());
        Some(result)
    }
}

/// Decodes the instruction at address `pc`.
pub fn decode(code: &[u8], pc: u32) -> Result<Instr<'_>, DecodeError> {
    let mut cursor = Cursor { rest: code.get(pc as usize..).unwrap_or_default() };
    let available = cursor.rest.len();
    let instr = cursor.op().and_then(|op| Ok((op, cursor.immediate(op.row().imm)?)));
    let (op, imm) = instr.map_err(|kind| DecodeError { pc, kind })?;
    Ok(Instr { op, pc, len: (available - cursor.rest.len()) as u32, imm })
}

/// What is still to be read.
struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    fn take(&mut self, len: usize) -> Result<&'a [u8], DecodeErrorKind> {
        let (taken, rest) = self.rest.split_at_checked(len).ok_or(DecodeErrorKind::Truncated)?;
        self.rest = rest;
        Ok(taken)
    }

    fn u32(&mut self) -> Result<u32, DecodeErrorKind> {
        let (value, len) = leb::unsigned(self.rest, 32)?;
        self.take(len as usize)?;
        Ok(value as u32)
    }

    fn signed(&mut self, bits: u32) -> Result<i64, DecodeErrorKind> {
        let (value, len) = leb::signed(self.rest, bits)?;
        self.take(len as usize)?;
        Ok(value)
    }

    fn op(&mut self) -> Result<Op, DecodeErrorKind> {
        let (prefix, code) = match self.take(1)?[0] {
            PREFIX => (PREFIX, self.u32()?),
            byte => (0, u32::from(byte)),
        };
        Op::from_code(prefix, code).ok_or(DecodeErrorKind::UnknownOpcode { prefix, code })
    }

    fn immediate(&mut self, imm: Imm) -> Result<Immediate<'a>, DecodeErrorKind> {
        Ok(match imm {
            Imm::None => Immediate::None,
            Imm::Block => Immediate::Block(self.block_type()?),
            Imm::Label => Immediate::Label(self.u32()?),
            Imm::Labels => Immediate::Labels(self.labels()?),
            Imm::Func => Immediate::Func(self.u32()?),
            Imm::TypeTable => Immediate::TypeTable { ty: self.u32()?, table: self.u32()? },
            Imm::Local => Immediate::Local(self.u32()?),
            Imm::Global => Immediate::Global(self.u32()?),
            Imm::MemArg => match self.u32()? {
                align @ 0..64 => Immediate::MemArg { align, offset: self.u32()? },
                _ => return Err(DecodeErrorKind::Alignment),
            },
            Imm::Memory => Immediate::Memory(self.u32()?),
            Imm::MemoryPair => Immediate::MemoryPair { destination: self.u32()?, source: self.u32()? },
            Imm::Data => Immediate::Data(self.u32()?),
            Imm::DataMemory => Immediate::DataMemory { data: self.u32()?, memory: self.u32()? },
            Imm::Table => Immediate::Table(self.u32()?),
            Imm::TablePair => Immediate::TablePair { destination: self.u32()?, source: self.u32()? },
            Imm::Element => Immediate::Element(self.u32()?),
            Imm::ElementTable => Immediate::ElementTable { element: self.u32()?, table: self.u32()? },
            Imm::Types => match self.u32()? {
                1 => Immediate::Type(val_type(self.take(1)?[0])?),
                _ => return Err(DecodeErrorKind::ValueType),
            },
            Imm::Reference => match val_type(self.take(1)?[0])? {
                ty @ (ValType::FuncRef | ValType::ExternRef) => Immediate::Reference(ty),
                _ => return Err(DecodeErrorKind::ValueType),
            },
            Imm::Code => Immediate::Code(self.u32()?),
            Imm::I32 => Immediate::I32(self.signed(32)? as i32),
            Imm::I64 => Immediate::I64(self.signed(64)?),
            Imm::F32 => Immediate::F32(self.take(4)?.iter().rev().fold(0, |v, &b| v << 8 | u32::from(b))),
            Imm::F64 => Immediate::F64(self.take(8)?.iter().rev().fold(0, |v, &b| v << 8 | u64::from(b))),
        })
    }

    /// A type index is a positive s33; a value type or [`EMPTY_BLOCK`] is one byte, which reads as a negative one.
    fn block_type(&mut self) -> Result<BlockType, DecodeErrorKind> {
        let before = self.rest.len();
        let value = self.signed(33)?;
        if value >= 0 {
            return Ok(BlockType::Type(value as u32));
        }
        if before - self.rest.len() != 1 {
            return Err(DecodeErrorKind::BlockType);
        }
        match value as u8 & 0x7f {
            EMPTY_BLOCK => Ok(BlockType::Empty),
            byte => val_type(byte).map(BlockType::Result).map_err(|_| DecodeErrorKind::BlockType),
        }
    }

    fn labels(&mut self) -> Result<Labels<'a>, DecodeErrorKind> {
        let listed = self.u32()?;
        let start = self.rest;
        for _ in 0..=listed {
            self.u32()?;
        }
        // Each label took at least one byte, so the count cannot overflow.
        Ok(Labels { bytes: &start[..start.len() - self.rest.len()], count: listed + 1 })
    }
}

fn val_type(byte: u8) -> Result<ValType, DecodeErrorKind> {
    ValType::from_code(byte).ok_or(DecodeErrorKind::ValueType)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::op::TABLE;
    use alloc::vec;
    use alloc::vec::Vec;

    /// Immediates for one instruction, in short or padded form.
    fn immediates(imm: Imm, padded: bool) -> Vec<u8> {
        let zero: &[u8] = if padded { &[0x80, 0x80, 0x80, 0x80, 0] } else { &[0] };
        match imm {
            Imm::Labels => [&[2][..], zero, zero, zero].concat(),
            Imm::Types => vec![1, 0x7f],
            Imm::Reference => vec![0x70],
            Imm::F32 => vec![1, 2, 3, 4],
            Imm::F64 => vec![1, 2, 3, 4, 5, 6, 7, 8],
            imm => zero.repeat(imm.lebs().unwrap() as usize),
        }
    }

    #[test]
    fn every_row_decodes_to_itself_and_its_length() {
        for row in TABLE {
            for padded in [false, true] {
                let mut code = vec![];
                match row.prefix {
                    0 => code.push(row.code),
                    prefix if padded => code.extend([prefix, row.code | 0x80, 0x80, 0]),
                    prefix => code.extend([prefix, row.code]),
                }
                code.extend(immediates(row.imm, padded));
                let len = code.len() as u32;
                let instr = decode(&code, 0).unwrap();
                assert_eq!((instr.op, instr.len), (row.op, len), "{}", row.name);
                for cut in 0..code.len() {
                    let error = DecodeError { pc: 0, kind: DecodeErrorKind::Truncated };
                    assert_eq!(decode(&code[..cut], 0), Err(error), "{} cut to {cut} bytes", row.name);
                }
            }
        }
    }

    #[test]
    fn immediates_have_their_values() {
        fn imm(code: &[u8]) -> Result<Immediate<'_>, DecodeErrorKind> {
            decode(code, 0).map(|i| i.imm).map_err(|e| e.kind)
        }
        assert_eq!(imm(&[0x41, 0x7f]), Ok(Immediate::I32(-1)));
        assert_eq!(imm(&[0x41, 0x80, 0x80, 0x80, 0x80, 0x78]), Ok(Immediate::I32(i32::MIN)));
        assert_eq!(imm(&[0x42, 0x80, 1]), Ok(Immediate::I64(128)));
        assert_eq!(imm(&[0x43, 0, 0, 0x80, 0x3f]), Ok(Immediate::F32(1f32.to_bits())));
        assert_eq!(imm(&[0x44, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f]), Ok(Immediate::F64(1f64.to_bits())));
        assert_eq!(imm(&[0x28, 2, 0x80, 8]), Ok(Immediate::MemArg { align: 2, offset: 1024 }));
        assert_eq!(imm(&[0x28, 0x42, 0, 0]), Err(DecodeErrorKind::Alignment));
        assert_eq!(imm(&[0x02, 0x40]), Ok(Immediate::Block(BlockType::Empty)));
        assert_eq!(imm(&[0x02, 0x7e]), Ok(Immediate::Block(BlockType::Result(ValType::I64))));
        assert_eq!(imm(&[0x03, 0x80, 1]), Ok(Immediate::Block(BlockType::Type(128))));
        assert_eq!(imm(&[0x02, 0xff, 0x7f]), Err(DecodeErrorKind::BlockType));
        assert_eq!(imm(&[0x02, 0x41]), Err(DecodeErrorKind::BlockType));
        assert_eq!(imm(&[0x41, 0xff, 0xff, 0xff, 0xff, 0x0f]), Err(DecodeErrorKind::IntegerTooLarge));
        let Ok(Immediate::Labels(labels)) = imm(&[0x0e, 2, 5, 0x81, 0, 7]) else { panic!("not labels") };
        assert_eq!((labels.count(), labels.iter().collect::<Vec<_>>()), (3, vec![5, 1, 7]));
    }

    #[test]
    fn unknown_opcodes_are_errors_with_an_address() {
        let all: Vec<_> = instructions(&[0x01, 0x1d, 0x0b], 0, 3).collect();
        let kind = DecodeErrorKind::UnknownOpcode { prefix: 0, code: 0x1d };
        assert_eq!((all.len(), all[1]), (2, Err(DecodeError { pc: 1, kind })));
        let kind = DecodeErrorKind::UnknownOpcode { prefix: PREFIX, code: 300 };
        assert_eq!(decode(&[PREFIX, 0xac, 2], 0), Err(DecodeError { pc: 0, kind }));
    }

    #[test]
    fn an_iterator_stops_at_its_end() {
        let pcs = |entry, end| instructions(&[1, 0x41, 5, 0x0b, 1], entry, end).map(|i| i.map(|i| i.pc)).collect();
        let all: Result<Vec<u32>, _> = pcs(1, 4);
        assert_eq!(all, Ok(vec![1, 3]));
        let cut: Result<Vec<u32>, _> = pcs(1, 2);
        assert!(cut.is_err());
        let outside: Result<Vec<u32>, _> = pcs(7, 9);
        assert!(outside.is_err());
    }
}
