//! Instructions of some kind, counted over a module.

use crate::error::{Error, Kind};
use crate::fit::Others;
use crate::gate::file_offset;
use isa::instr::{DecodeError, instructions};
use isa::module::Module;
use isa::op::{Op, Unit};
use std::collections::BTreeMap;
use std::fmt;

/// Where an instruction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// In the function index space.
    pub function: u32,
    /// Code address.
    pub pc: u32,
    pub op: Op,
}

/// Some instructions of a module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Functions that have any.
    pub functions: usize,
    /// In how many functions each is, by its opcode.
    by_op: BTreeMap<(u8, u32), (Op, usize)>,
    /// The first one in code order.
    pub first: Option<Place>,
}

/// Counts the instructions that are `meant`.
///
/// # Errors
/// The code does not decode.
pub fn find(module: &Module, meant: impl Fn(Op) -> bool) -> Result<Usage, Error> {
    let imported = module.imported_functions().count() as u32;
    let mut usage = Usage::default();
    for (index, function) in (imported..).zip(&module.functions) {
        let mut own = BTreeMap::new();
        for instr in instructions(&module.code, function.entry, function.end) {
            let invalid = |e: DecodeError| Error::new(Kind::Invalid, e.to_string()).at(file_offset(module, e.pc));
            let instr = instr.map_err(invalid)?;
            if meant(instr.op) {
                let row = instr.op.row();
                own.insert((row.prefix, row.code.into()), instr.op);
                usage.first.get_or_insert(Place { function: index, pc: instr.pc, op: instr.op });
            }
        }
        usage.functions += usize::from(!own.is_empty());
        for (code, op) in own {
            usage.by_op.entry(code).or_insert((op, 0)).1 += 1;
        }
    }
    Ok(usage)
}

impl Usage {
    /// The one that most functions have.
    pub fn worst(&self) -> Option<Op> {
        let (_, (op, _)) = self.by_op.iter().rev().max_by_key(|(_, (_, functions))| *functions)?;
        Some(*op)
    }

    /// How many different ones there are.
    pub fn kinds(&self) -> usize {
        self.by_op.len()
    }
}

impl fmt::Display for Usage {
    /// "12 functions use `f64.add` and 8 others"
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(worst) = self.worst() else { return f.write_str("no function uses any") };
        let verb = if self.functions == 1 { "function uses" } else { "functions use" };
        write!(f, "{} {verb} `{worst}`", self.functions)?;
        Others(self.kinds() - 1).fmt(f)
    }
}

/// How to build a program without an instruction.
pub fn way_around(op: Op) -> &'static str {
    match (op.row().unit, op) {
        (Unit::Float, _) => "use integer or fixed-point arithmetic",
        (_, Op::MemoryCopy | Op::MemoryFill | Op::MemoryInit | Op::DataDrop) => "compile with `-mno-bulk-memory`",
        (_, Op::MemorySize | Op::MemoryGrow) => "allocate from memory of a fixed size: malloc asks for more",
        (_, Op::ReturnCall | Op::ReturnCallIndirect) => "compile with `-mno-tail-call`",
        _ => "do without tables and function pointers",
    }
}
