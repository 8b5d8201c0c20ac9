//! From a function body's bytes to [`Code`]: decoding, and labels by structure with a control stack of open blocks.
//! The operand heights come from the same walk, by the spec's validation algorithm (spec appendix, "Validation
//! Algorithm"), in counts instead of types.

use crate::code::{Code, Instr, RETURN, Target};
use crate::store::{Instance, Store};
use isa::module::{Function, Module};
use isa::op::{Imm, Op, PREFIX};

/// The body holds an opcode at this code address that the instruction table does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unknown {
    pub pc: u32,
}

/// Lowers one function of a validated module, whose instance's functions are in the store already (bodies aside).
pub(crate) fn lower(module: &Module, function: &Function, store: &Store, instance: &Instance) -> Result<Code, Unknown> {
    let ty = &module.types[function.ty as usize];
    let code = Code {
        params: ty.params.len() as u32,
        results: ty.results.len() as u32,
        locals: function.declared_locals(),
        globals: instance.globals.len() as u32,
        memory: instance.memories.first().copied(),
        ..Code::default()
    };
    let reader = Reader { bytes: &module.code, at: function.entry as usize };
    let mut lowering = Lowering { reader, module, store, instance, code, labels: Vec::new(), height: 0 };
    lowering.open(Op::Block, 0, ty.results.len() as u32);
    while lowering.reader.at < function.end as usize {
        lowering.instruction()?;
    }
    Ok(lowering.code)
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn byte(&mut self) -> u8 {
        self.at += 1;
        self.bytes[self.at - 1]
    }

    /// LEB128 to 64 bits, sign-extended if `signed`.
    fn leb(&mut self, signed: bool) -> u64 {
        let (mut value, mut shift) = (0, 0);
        loop {
            let byte = self.byte();
            value |= ((byte & 0x7f) as u64) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                let negative = signed && byte & 0x40 != 0 && shift < 64;
                return if negative { value | u64::MAX << shift } else { value };
            }
        }
    }

    fn u32(&mut self) -> u32 {
        self.leb(false) as u32
    }

    fn fixed(&mut self, bytes: u32) -> u64 {
        (0..bytes).map(|i| (self.byte() as u64) << (8 * i)).sum()
    }
}

/// An open block.
struct Label {
    /// `Block`, `Loop`, `If`, or `Else` once that is reached.
    opener: Op,
    /// Operands below the block's own.
    base: u32,
    params: u32,
    results: u32,
    /// Index of the first instruction inside, after `else` once that is reached.
    start: u32,
    /// Entries of [`Code::targets`] that go to the block's end.
    exits: Vec<u32>,
}

struct Lowering<'a> {
    reader: Reader<'a>,
    module: &'a Module,
    store: &'a Store,
    instance: &'a Instance,
    code: Code,
    /// The control stack; the first label is the function's.
    labels: Vec<Label>,
    /// Current number of operands.
    height: u32,
}

impl Lowering<'_> {
    fn instruction(&mut self) -> Result<(), Unknown> {
        let pc = self.reader.at as u32;
        let op = self.opcode().ok_or(Unknown { pc })?;
        let (a, b) = self.immediates(op);
        self.code.pcs.push(pc);
        self.code.instrs.push(Instr { op, above: self.store.limits().millicode.above(op), a, b });
        match op.arity() {
            Some((pops, pushes)) if op != Op::Unreachable => self.operands(pops, pushes),
            _ => self.special(op, a, b),
        }
        Ok(())
    }

    fn opcode(&mut self) -> Option<Op> {
        match self.reader.byte() {
            PREFIX => {
                let code = self.reader.u32();
                Op::from_code(PREFIX, code)
            }
            code => Op::from_code(0, code as u32),
        }
    }

    /// Reads the immediates into the two fields of [`Instr`], indices replaced by addresses. For a block type they
    /// are the numbers of parameters and results.
    fn immediates(&mut self, op: Op) -> (u32, u64) {
        let reader = &mut self.reader;
        let instance = self.instance;
        match op.row().imm {
            Imm::None => (0, 0),
            Imm::Block => self.block_type(),
            Imm::Code => (reader.u32(), 0),
            Imm::Label => {
                let depth = reader.u32();
                (self.target(depth), 1)
            }
            Imm::Labels => self.branch_table(),
            Imm::Func => (instance.funcs[reader.u32() as usize], 0),
            Imm::TypeTable => {
                let ty = instance.types[reader.u32() as usize];
                (instance.tables[reader.u32() as usize], ty as u64)
            }
            Imm::Local => (reader.u32(), 0),
            Imm::Global => {
                let index = reader.u32();
                (index, instance.globals[index as usize] as u64)
            }
            Imm::MemArg => {
                reader.u32();
                (instance.memories[0], reader.leb(false))
            }
            Imm::Memory => (instance.memories[reader.u32() as usize], 0),
            Imm::MemoryPair => {
                let destination = instance.memories[reader.u32() as usize];
                (destination, instance.memories[reader.u32() as usize] as u64)
            }
            Imm::Data => (0, instance.data[reader.u32() as usize] as u64),
            Imm::DataMemory => {
                let data = instance.data[reader.u32() as usize] as u64;
                (instance.memories[reader.u32() as usize], data)
            }
            Imm::Table => (instance.tables[reader.u32() as usize], 0),
            Imm::TablePair => {
                let destination = instance.tables[reader.u32() as usize];
                (destination, instance.tables[reader.u32() as usize] as u64)
            }
            Imm::Element => (0, instance.elements[reader.u32() as usize] as u64),
            Imm::ElementTable => {
                let element = instance.elements[reader.u32() as usize] as u64;
                (instance.tables[reader.u32() as usize], element)
            }
            Imm::Types => {
                for _ in 0..reader.u32() {
                    reader.byte();
                }
                (0, 0)
            }
            Imm::Reference => {
                reader.byte();
                (0, 0)
            }
            Imm::I32 => (0, reader.leb(true) as u32 as u64),
            Imm::I64 => (0, reader.leb(true)),
            Imm::F32 => (0, reader.fixed(4)),
            Imm::F64 => (0, reader.fixed(8)),
        }
    }

    fn block_type(&mut self) -> (u32, u64) {
        const EMPTY: i64 = -64;
        match self.reader.leb(true) as i64 {
            EMPTY => (0, 0),
            value if value < 0 => (0, 1),
            index => {
                let ty = &self.module.types[index as usize];
                (ty.params.len() as u32, ty.results.len() as u64)
            }
        }
    }

    fn branch_table(&mut self) -> (u32, u64) {
        let count = self.reader.u32() + 1;
        let first = self.code.targets.len() as u32;
        for _ in 0..count {
            let depth = self.reader.u32();
            self.target(depth);
        }
        (first, count as u64)
    }

    /// Adds an entry for a branch to the label at this depth, and gives its index.
    fn target(&mut self, depth: u32) -> u32 {
        let entry = self.code.targets.len() as u32;
        let outermost = self.labels.len() - 1;
        let label = &mut self.labels[outermost - depth as usize];
        let is_loop = label.opener == Op::Loop;
        let ip = if is_loop { label.start } else { RETURN };
        let keep = if is_loop { label.params } else { label.results };
        let height = self.code.params + self.code.locals + label.base;
        self.code.targets.push(Target { ip, keep, height });
        if !is_loop && depth as usize != outermost {
            label.exits.push(entry);
        }
        entry
    }

    fn special(&mut self, op: Op, a: u32, b: u64) {
        match op {
            Op::Unreachable | Op::Br | Op::Return | Op::BrTable => self.unreachable(),
            Op::ReturnCall | Op::ReturnCallIndirect => self.unreachable(),
            Op::Block | Op::Loop => self.open(op, a, b as u32),
            Op::If => {
                self.operands(1, 0);
                self.open(op, a, b as u32);
            }
            Op::Else => self.otherwise(),
            Op::End => self.close(),
            Op::BrIf => {
                self.operands(1, 0);
                let keep = self.code.targets[a as usize].keep;
                self.operands(keep, keep);
            }
            Op::Call => self.call(self.store.funcs[a as usize].ty, 0),
            Op::CallIndirect => self.call(b as u32, 1),
            _ => unreachable!("{op} takes and gives the same number of values everywhere"),
        }
    }

    /// Takes operands and gives results.
    fn operands(&mut self, pops: u32, pushes: u32) {
        let base = self.labels.last().map_or(0, |label| label.base);
        self.height = self.height.saturating_sub(pops).max(base) + pushes;
        self.code.max_height = self.code.max_height.max(self.height);
    }

    fn call(&mut self, ty: u32, extra: u32) {
        let ty = &self.store.types[ty as usize];
        self.operands(ty.params.len() as u32 + extra, ty.results.len() as u32);
    }

    fn unreachable(&mut self) {
        self.height = self.labels.last().map_or(0, |label| label.base);
    }

    fn open(&mut self, opener: Op, params: u32, results: u32) {
        self.operands(params, 0);
        let start = self.code.instrs.len() as u32;
        self.labels.push(Label { opener, base: self.height, params, results, start, exits: Vec::new() });
        self.operands(0, params);
    }

    /// At `else`: the `if` continues after it when its condition is 0.
    fn otherwise(&mut self) {
        let next = self.code.instrs.len() as u32;
        self.unreachable();
        if let Some(label) = self.labels.last_mut() {
            self.code.instrs[label.start as usize - 1].a = next;
            label.opener = Op::Else;
            // The `else` itself, when reached from above, leaves the block.
            label.start = next;
            let params = label.params;
            self.operands(0, params);
        }
    }

    /// At `end`: everything that leaves the block continues after it.
    fn close(&mut self) {
        let next = self.code.instrs.len() as u32;
        let Some(label) = self.labels.pop() else { return };
        for exit in label.exits {
            self.code.targets[exit as usize].ip = next;
        }
        if matches!(label.opener, Op::If | Op::Else) {
            self.code.instrs[label.start as usize - 1].a = next;
        }
        if self.labels.is_empty() {
            self.code.instrs[next as usize - 1].a = 1;
        }
        self.height = label.base;
        self.operands(0, label.results);
    }
}
