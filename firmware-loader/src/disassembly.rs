//! Code bytes to text, from the instruction table.

use crate::output::shown;
use isa::instr::{BlockType, Immediate, Instr, decode};
use isa::module::{ExportKind, Module};
use isa::op::Op;
use isa::types::ValType;

/// One instruction in the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instruction {
    /// Name and immediates, in the text format.
    pub text: String,
    /// Code address after it.
    pub next: u32,
}

/// The instruction at this code address; `None` outside the code and for bytes that are no instruction.
pub fn instruction(module: &Module, pc: u32) -> Option<Instruction> {
    let decoded = decode(&module.code, pc).ok()?;
    Some(Instruction { text: text(&decoded, |_| None), next: decoded.next_pc() })
}

/// An instruction in the text format; `named` gives the name in place of the index in an immediate.
pub fn text(instr: &Instr<'_>, named: impl Fn(Immediate<'_>) -> Option<String>) -> String {
    // In the text both instructions of the name are `select`; the table tells them apart.
    let op = if instr.op == Op::SelectTyped { Op::Select } else { instr.op };
    match named(instr.imm) {
        Some(name) => format!("{op} ${name}"),
        None => format!("{op}{}", immediates(instr.imm)),
    }
}

/// Immediates in the order and the form of the text format, each after a space. With one memory, its index is not
/// written.
fn immediates(imm: Immediate<'_>) -> String {
    match imm {
        Immediate::None | Immediate::Memory(_) | Immediate::MemoryPair { .. } => String::new(),
        Immediate::Block(BlockType::Empty) => String::new(),
        Immediate::Block(BlockType::Result(ty)) => format!(" (result {})", ty.name()),
        Immediate::Type(ty) => format!(" (result {})", ty.name()),
        Immediate::Block(BlockType::Type(index)) => format!(" (type {index})"),
        Immediate::Labels(labels) => labels.iter().map(|label| format!(" {label}")).collect(),
        Immediate::TypeTable { ty, table } => format!(" {table} (type {ty})"),
        Immediate::MemArg { align, offset } => format!(" offset={offset} align={}", 1u64 << align),
        Immediate::I32(value) => format!(" {value}"),
        Immediate::I64(value) => format!(" {value}"),
        Immediate::F32(bits) => format!(" {}", f32::from_bits(bits)),
        Immediate::F64(bits) => format!(" {}", f64::from_bits(bits)),
        Immediate::DataMemory { data: index, .. } | Immediate::Data(index) => format!(" {index}"),
        Immediate::Table(index) | Immediate::Element(index) => format!(" {index}"),
        Immediate::TablePair { destination, source } => format!(" {destination} {source}"),
        Immediate::ElementTable { element, table } => format!(" {table} {element}"),
        Immediate::Reference(ValType::ExternRef) => " extern".to_string(),
        Immediate::Reference(_) => " func".to_string(),
        Immediate::Label(index) | Immediate::Func(index) | Immediate::Code(index) => format!(" {index}"),
        Immediate::Local(index) | Immediate::Global(index) => format!(" {index}"),
    }
}

/// Function, byte offset in the file and instruction at a code address.
pub fn place(module: &Module, pc: u32) -> String {
    let text = instruction(module, pc).map_or("no instruction".to_string(), |i| i.text);
    let offset = u64::from(module.code_offset) + u64::from(pc);
    format!("{}, byte {offset} ({offset:#x}), code address {pc:#x}: {text}", function_name(module, pc))
}

/// The function that holds this code address, as people know it: its name, its export or its index. Printable.
pub fn function_name(module: &Module, pc: u32) -> String {
    shown(&name_at(module, pc)).into_owned()
}

/// The name of the function with this index in the index space. Printable.
pub fn function_label(module: &Module, index: u32) -> String {
    shown(&name(module, index)).into_owned()
}

/// As [`function_name`], but as it stands in the module: for programs to read.
pub fn name_at(module: &Module, pc: u32) -> String {
    module.function_at(pc).map_or("no function".to_string(), |index| name(module, index))
}

/// As [`function_label`], but as it stands in the module.
pub fn name(module: &Module, index: u32) -> String {
    let named = module.defined(index).and_then(|f| f.name.clone());
    let exported = || {
        let mut exports = module.exports.iter();
        exports.find(|e| e.kind == ExportKind::Function && e.index == index).map(|e| e.name.clone())
    };
    named.or_else(exported).unwrap_or_else(|| format!("function {index}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use isa::op::{Imm, TABLE};

    fn text(code: &[u8]) -> Option<String> {
        let module = Module { code: code.to_vec(), ..Module::default() };
        instruction(&module, 0).map(|i| i.text)
    }

    #[test]
    fn immediates_read_like_the_text_format() {
        let cases: &[(&[u8], &str)] = &[
            (&[0x6a], "i32.add"),
            (&[0x41, 0x7f], "i32.const -1"),
            (&[0x28, 0x02, 0x90, 0x01], "i32.load offset=144 align=4"),
            (&[0x0e, 0x02, 0, 1, 2], "br_table 0 1 2"),
            (&[0x02, 0x7f], "block (result i32)"),
            (&[0x02, 0x40], "block"),
            (&[0x03, 0x05], "loop (type 5)"),
            (&[0x44, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f], "f64.const 1.5"),
            (&[0xfc, 0x08, 3, 0], "memory.init 3"),
            (&[0x11, 4, 0], "call_indirect 0 (type 4)"),
            (&[0x3f, 0], "memory.size"),
            (&[0x1c, 1, 0x6f], "select (result externref)"),
            (&[0xd0, 0x70], "ref.null func"),
            (&[0xd2, 3], "ref.func 3"),
            (&[0x25, 2], "table.get 2"),
            (&[0xfc, 0x0c, 4, 1], "table.init 1 4"),
            (&[0xfc, 0x0e, 1, 0], "table.copy 1 0"),
        ];
        for (code, expected) in cases {
            assert_eq!(text(code).as_deref(), Some(*expected));
        }
    }

    #[test]
    fn every_row_has_a_text_and_cut_off_code_has_none() {
        for row in TABLE {
            let opcode = if row.prefix == 0 { vec![row.code] } else { vec![row.prefix, row.code] };
            let immediates: &[u8] = match row.imm {
                Imm::Types => &[1, 0x7f],
                Imm::Reference => &[0x70],
                _ => &[0; 10],
            };
            let whole = text(&[&opcode, immediates].concat()).unwrap();
            assert!(row.name.starts_with(whole.split(' ').next().unwrap()), "{whole}");
            assert_eq!(text(&opcode).is_some(), row.imm == Imm::None, "{}", row.name);
        }
        assert_eq!(text(&[0xff]), None);
        assert_eq!(text(&[]), None);
    }
}
