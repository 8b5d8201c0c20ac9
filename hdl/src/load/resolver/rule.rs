//! What the resolver has to know of an instruction. Every field derives from the instruction table.

use super::program::at;
use isa::capabilities::Capabilities;
use isa::group;
use isa::op::{Imm, Op, Unit};
use isa::resolution::Limit;
use rust_hdl::prelude::*;

/// One instruction's bits. Default is a code without an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Default, LogicStruct)]
pub struct Rule {
    /// The table has such an instruction.
    pub known: Bit,
    /// Where the program goes on when it has been placed in a group.
    pub target: Bits<7>,

    // Immediates.
    /// Begins with a LEB128 number.
    pub number: Bit,
    /// A second one follows.
    pub second: Bit,
    /// The number is a signed constant, of 64 bits.
    pub signed: Bit,
    pub long: Bit,
    /// A block type.
    pub block: Bit,
    /// Label depths follow, one more than the number says.
    pub labels: Bit,
    /// A value type follows the number, which is 1.
    pub types: Bit,
    /// One byte, a reference type.
    pub reference: Bit,
    /// It is short if it has two bytes: its index is one, or it has nothing behind prefix and number.
    pub brief: Bit,
    /// Four bytes; eight bytes.
    pub single: Bit,
    pub double: Bit,
    /// What the first number must be less than: a [`Limit`].
    pub limit: Bits<4>,
    /// The second number is a table index; a memory index.
    pub second_table: Bit,
    pub second_memory: Bit,

    // Effect on the stack, apart from parameters and results of blocks and functions.
    pub pops: Bits<2>,
    pub pushes: Bit,
    pub unreachable: Bit,

    // Control flow.
    /// `block`, `loop`, `if`; which of them.
    pub opens: Bit,
    pub loops: Bit,
    pub condition: Bit,
    pub otherwise: Bit,
    pub closes: Bit,
    /// Branches to a label; goes on after it if the branch is not taken.
    pub branches: Bit,
    pub stays: Bit,
    /// The number is a type.
    pub indirect: Bit,
    /// A call in place of its caller.
    pub tail: Bit,
    /// Owns a branch entry with its immediates.
    pub service: Bit,

    // Its place in a group (`isa::group`), if it is short.
    pub source: Bit,
    /// As an operation, takes up to so many sources; has a result for a `local.set`; for a `br_if`.
    pub sources: Bits<2>,
    pub gives: Bit,
    pub compares: Bit,
}

impl Rule {
    /// The bits of the rule in three parts that take few values each: what follows the opcode, what happens on the
    /// stack and in a group, and the rest.
    pub fn parts(self) -> [u64; 3] {
        let Rule {
            number, second, signed, long, block, labels, types, reference, brief, single, double, limit, ..
        } = self;
        let Rule { second_table, second_memory, pops, pushes, source, sources, gives, compares, .. } = self;
        let indices = Rule { second_table, second_memory, ..Rule::default() };
        let follows = Rule {
            number,
            second,
            signed,
            long,
            block,
            labels,
            types,
            reference,
            brief,
            single,
            double,
            limit,
            ..indices
        };
        let stack = Rule { pops, pushes, source, sources, gives, compares, ..Rule::default() };
        let [follows, stack, all] = [follows, stack, self].map(Rule::bits);
        [follows, stack, all & !follows & !stack]
    }

    /// Its bits, as the hardware has them.
    pub fn bits(self) -> u64 {
        Bits::<{ Rule::BITS }>::from(self).to_u64()
    }

    /// The rule of an instruction in a core with these units.
    pub fn of(op: Op, units: Capabilities) -> Rule {
        let row = op.row();
        let mut rule = Rule { known: true, service: op.is_service(), ..immediate(row.imm) };
        rule.brief = matches!(row.imm, Imm::Local | Imm::Global) || (row.imm == Imm::None && row.prefix != 0);
        let (pops, pushes) = op.arity().unwrap_or((0, 0));
        (rule.pops, rule.pushes) = (u64::from(pops).into(), pushes == 1);
        match op {
            Op::If | Op::BrIf | Op::BrTable | Op::CallIndirect | Op::ReturnCallIndirect => rule.pops = 1.into(),
            _ => {}
        }
        rule.source = group::source(op);
        if let Some(sources) = group::sources(op, units.float) {
            rule.sources = u64::from(sources).into();
            (rule.gives, rule.compares) = (group::gives(op), group::compares(op));
        }
        if row.unit == Unit::Control || row.unit == Unit::Marker || op == Op::RefFunc {
            flow(op, &mut rule);
        }
        rule.unreachable = matches!(op, Op::Unreachable | Op::Enter | Op::ReturnEnter | Op::Raise);
        rule.target = u64::from(target(op, &rule)).into();
        rule
    }
}

/// Where the program goes on.
fn target(op: Op, rule: &Rule) -> u8 {
    match op {
        Op::Block | Op::Loop | Op::If => at::OPEN,
        Op::Else => at::ELSE,
        Op::End => at::END,
        Op::Br | Op::BrIf => at::BRANCH,
        Op::BrTable => at::AGAIN,
        Op::Return => at::RETURN,
        Op::Call | Op::ReturnCall => at::CALL,
        Op::CallIndirect | Op::ReturnCallIndirect => at::CALL_INDIRECT,
        Op::RefFunc => at::REF_FUNC,
        _ if rule.service && rule.second => at::SERVICE_TWO,
        _ if rule.service => at::SERVICE,
        _ if rule.pushes => at::PUSH,
        _ => at::OPCODE,
    }
}

fn flow(op: Op, rule: &mut Rule) {
    rule.opens = matches!(op, Op::Block | Op::Loop | Op::If);
    (rule.loops, rule.condition) = (op == Op::Loop, op == Op::If);
    (rule.otherwise, rule.closes) = (op == Op::Else, op == Op::End);
    rule.branches = matches!(op, Op::Br | Op::BrIf | Op::BrTable | Op::Return);
    rule.stays = op == Op::BrIf;
    rule.indirect = matches!(op, Op::CallIndirect | Op::ReturnCallIndirect);
    rule.tail = matches!(op, Op::ReturnCall | Op::ReturnCallIndirect);
}

fn immediate(imm: Imm) -> Rule {
    let none = Rule::default();
    let number = |limit: Limit| Rule { number: true, limit: (limit as u64).into(), ..none };
    let second = |limit| Rule { second: true, ..number(limit) };
    match imm {
        Imm::None => none,
        Imm::Block => Rule { block: true, ..number(Limit::Type) },
        Imm::Label => number(Limit::None),
        Imm::Labels => Rule { labels: true, ..number(Limit::None) },
        Imm::Func => number(Limit::Function),
        Imm::TypeTable => Rule { second_table: true, ..second(Limit::Type) },
        Imm::Local => number(Limit::Local),
        Imm::Global => number(Limit::Global),
        Imm::MemArg => second(Limit::Alignment),
        Imm::Memory => number(Limit::Memory),
        Imm::MemoryPair => Rule { second_memory: true, ..second(Limit::Memory) },
        Imm::Data => number(Limit::Data),
        Imm::DataMemory => Rule { second_memory: true, ..second(Limit::Data) },
        Imm::Table => number(Limit::Table),
        Imm::TablePair => Rule { second_table: true, ..second(Limit::Table) },
        Imm::Element => number(Limit::Element),
        Imm::ElementTable => Rule { second_table: true, ..second(Limit::Element) },
        Imm::Types => Rule { types: true, ..number(Limit::None) },
        Imm::Reference => Rule { reference: true, ..none },
        Imm::Code => number(Limit::None),
        Imm::I32 => Rule { signed: true, ..number(Limit::None) },
        Imm::I64 => Rule { signed: true, long: true, ..number(Limit::None) },
        Imm::F32 => Rule { single: true, ..none },
        Imm::F64 => Rule { double: true, ..none },
    }
}
