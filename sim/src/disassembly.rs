//! Code bytes to text, from the instruction table.

use isa::module::Module;
use isa::op::{Imm, Op, PREFIX};

/// One instruction in the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instruction {
    pub op: Op,
    /// Name and immediates.
    pub text: String,
    /// Code address after it.
    pub next: u32,
}

/// The instruction at this code address; `None` outside the code and for bytes that are no instruction.
pub fn at(module: &Module, pc: u32) -> Option<Instruction> {
    let mut bytes = Bytes { code: &module.code, at: pc as usize };
    let (prefix, code) = match bytes.byte()? {
        PREFIX => (PREFIX, bytes.leb(false)? as u32),
        code => (0, code.into()),
    };
    let op = Op::from_code(prefix, code)?;
    let text = format!("{op}{}", bytes.immediates(op.row().imm)?);
    Some(Instruction { op, text, next: bytes.at as u32 })
}

/// The function that holds this code address, as people know it: its name, its export or its index.
pub fn function_name(module: &Module, pc: u32) -> String {
    match module.function_at(pc) {
        Some(index) => function_label(module, index),
        None => "no function".to_string(),
    }
}

/// The name of the function with this index in the index space.
pub fn function_label(module: &Module, index: u32) -> String {
    let named = module.defined(index).and_then(|f| f.name.clone());
    let exported = || {
        let mut exports = module.exports.iter();
        let export = exports.find(|e| e.kind == isa::module::ExportKind::Function && e.index == index);
        export.map(|e| e.name.clone())
    };
    named.or_else(exported).unwrap_or_else(|| format!("function {index}"))
}

struct Bytes<'a> {
    code: &'a [u8],
    at: usize,
}

impl Bytes<'_> {
    fn byte(&mut self) -> Option<u8> {
        let byte = *self.code.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    /// A LEB128 integer of at most 64 bits (spec section 5.2.2), sign-extended if `signed`.
    fn leb(&mut self, signed: bool) -> Option<i64> {
        let mut value = 0;
        let mut shift = 0;
        loop {
            let byte = self.byte()?;
            if shift < 64 {
                value |= i64::from(byte & 0x7f) << shift;
            }
            shift += 7;
            if byte & 0x80 == 0 {
                let extend = signed && byte & 0x40 != 0 && shift < 64;
                return Some(if extend { value | -1 << shift } else { value });
            }
        }
    }

    fn fixed<const N: usize>(&mut self) -> Option<[u8; N]> {
        let bytes = self.code.get(self.at..self.at + N)?.try_into().ok()?;
        self.at += N;
        Some(bytes)
    }

    /// Immediates in the order and the form of the text format, each after a space.
    fn immediates(&mut self, imm: Imm) -> Option<String> {
        Some(match imm {
            Imm::Block => block_type(self.leb(true)?),
            Imm::I32 | Imm::I64 => format!(" {}", self.leb(true)?),
            Imm::F32 => format!(" {}", f32::from_le_bytes(self.fixed()?)),
            Imm::F64 => format!(" {}", f64::from_le_bytes(self.fixed()?)),
            Imm::MemArg => {
                let (align, offset) = (self.leb(false)?, self.leb(false)?);
                format!(" offset={offset} align={}", 1u64 << (align & 31))
            }
            Imm::TypeTable => {
                let (ty, table) = (self.leb(false)?, self.leb(false)?);
                format!(" {table} (type {ty})")
            }
            Imm::Labels => {
                let count = self.leb(false)?;
                let labels: Option<Vec<_>> = (0..=count).map(|_| Some(self.leb(false)?.to_string())).collect();
                format!(" {}", labels?.join(" "))
            }
            // With one memory, its index is not written.
            Imm::Memory | Imm::MemoryPair | Imm::DataMemory | Imm::None => self.skip_memory(imm)?,
            Imm::Label | Imm::Func | Imm::Local | Imm::Global | Imm::Data => format!(" {}", self.leb(false)?),
        })
    }

    fn skip_memory(&mut self, imm: Imm) -> Option<String> {
        let lebs: Option<Vec<i64>> = (0..imm.lebs()?).map(|_| self.leb(false)).collect();
        Some(if imm == Imm::DataMemory { format!(" {}", lebs?[0]) } else { lebs.map(|_| String::new())? })
    }
}

/// Spec section 5.4.1.
fn block_type(code: i64) -> String {
    match code {
        -0x40 => String::new(),
        -0x01 => " (result i32)".to_string(),
        -0x02 => " (result i64)".to_string(),
        -0x03 => " (result f32)".to_string(),
        -0x04 => " (result f64)".to_string(),
        -0x10 => " (result funcref)".to_string(),
        -0x11 => " (result externref)".to_string(),
        index => format!(" (type {index})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use isa::op::TABLE;

    fn text(code: &[u8]) -> Option<String> {
        let module = Module { code: code.to_vec(), ..Module::default() };
        at(&module, 0).map(|i| i.text)
    }

    #[test]
    fn immediates_read_like_the_text_format() {
        assert_eq!(text(&[0x6a]).unwrap(), "i32.add");
        assert_eq!(text(&[0x41, 0x7f]).unwrap(), "i32.const -1");
        assert_eq!(text(&[0x28, 0x02, 0x90, 0x01]).unwrap(), "i32.load offset=144 align=4");
        assert_eq!(text(&[0x0e, 0x02, 0, 1, 2]).unwrap(), "br_table 0 1 2");
        assert_eq!(text(&[0x02, 0x7f]).unwrap(), "block (result i32)");
        assert_eq!(text(&[0x44, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f]).unwrap(), "f64.const 1.5");
        assert_eq!(text(&[0xfc, 0x08, 3, 0]).unwrap(), "memory.init 3");
        assert_eq!(text(&[0x11, 4, 0]).unwrap(), "call_indirect 0 (type 4)");
        assert_eq!(text(&[0x42, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f]).unwrap(), format!("i64.const {}", i64::MIN));
    }

    #[test]
    fn every_row_has_a_text_and_cut_off_code_has_none() {
        for row in TABLE {
            let opcode = if row.prefix == 0 { vec![row.code] } else { vec![row.prefix, row.code] };
            let whole = [opcode.clone(), vec![0; 10]].concat();
            assert!(text(&whole).unwrap().starts_with(row.name));
            assert_eq!(text(&opcode).is_some(), row.imm == Imm::None, "{}", row.name);
        }
        assert_eq!(text(&[0xff]), None);
        assert_eq!(text(&[0xfc]), None);
        assert_eq!(text(&[]), None);
    }
}
