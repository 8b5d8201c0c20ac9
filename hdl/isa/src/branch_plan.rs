//! The software branch plan: one pass over every function body that resolves labels into [`BranchEntry`]s, as the
//! core's resolver does in hardware. Stack heights follow the validation algorithm (spec appendix 7.3): after an
//! unconditional branch the height falls back to the base of the enclosing block, and pops never go below that.

use crate::branch::BranchEntry;
use crate::instr::{DecodeError, Immediate, Instr, instructions};
use crate::module::{Function, ImportKind, Module};
use crate::op::Op;
use alloc::vec::Vec;

/// The branch entries of a module. Every [`BranchEntry::lead`] is 0: leads are known when groups have been formed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    pub entries: Vec<BranchEntry>,
    /// Code address of the instruction that each entry belongs to, in step with `entries`.
    pub sources: Vec<u32>,
    /// The functions defined in the module, in order.
    pub functions: Vec<FunctionPlan>,
}

/// What the plan says about one function.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FunctionPlan {
    /// Index of its first branch entry. Every function has at least one, for its final `end`.
    pub first_branch: u32,
    /// The most operands that are on the stack at once.
    pub max_height: u32,
    /// The most blocks that are open at once, the function included.
    pub max_depth: u32,
    /// Addresses that branches continue at, ascending: each must start a group.
    pub leaders: Vec<u32>,
}

/// Code that is not valid. The loader has validated a module before; others find out here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanError {
    Decode(DecodeError),
    /// At this code address.
    Invalid(u32, &'static str),
}

impl PlanError {
    /// The code address concerned.
    pub const fn pc(self) -> u32 {
        match self {
            PlanError::Decode(e) => e.pc,
            PlanError::Invalid(pc, _) => pc,
        }
    }
}

impl core::fmt::Display for PlanError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            PlanError::Decode(e) => e.fmt(f),
            PlanError::Invalid(pc, what) => write!(f, "code address {pc}: {what}"),
        }
    }
}

impl core::error::Error for PlanError {}

impl From<DecodeError> for PlanError {
    fn from(e: DecodeError) -> PlanError {
        PlanError::Decode(e)
    }
}

/// More slots than any valid frame has, and so few that sums of them fit into 32 bits.
const MAX_SLOTS: u32 = 1 << 28;

/// Resolves every branch of a module. `types` are the numbers by which types are compared at run time, one for each
/// type of the module: equal types have equal numbers.
pub fn plan(module: &Module, types: &[u32]) -> Result<Plan, PlanError> {
    let function_types: Vec<u32> = module.imported_functions().chain(module.functions.iter().map(|f| f.ty)).collect();
    let arity = |ty: u32| module.types.get(ty as usize).map(|t| (t.params.len() as u32, t.results.len() as u32));
    let arities: Vec<_> = function_types.iter().map(|&ty| arity(ty)).collect();
    let imported = |kind: fn(&ImportKind) -> bool| module.imports.iter().filter(|i| kind(&i.kind)).count();
    let globals = (imported(|k| matches!(k, ImportKind::Global(_))) + module.globals.len()) as u32;
    let tables = (imported(|k| matches!(k, ImportKind::Table(_))) + module.tables.len()) as u32;
    let context = Context { module, arities: &arities, types, function_types: &function_types, globals, tables };
    let own = arities.len() - module.functions.len();
    let mut plan = Plan::default();
    for (function, &arity) in module.functions.iter().zip(&arities[own..]) {
        let arity = arity.ok_or(PlanError::Invalid(function.entry, "a function without a type"))?;
        if function.declared_locals() > MAX_SLOTS {
            return Err(PlanError::Invalid(function.entry, "too many locals"));
        }
        let body = Body::new(&context, function, arity, &mut plan).resolve(function)?;
        plan.functions.push(body);
    }
    Ok(plan)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The body itself: its label returns.
    Function,
    Block,
    /// Where it continues: code address and branch entry.
    Loop(u32, u32),
    /// An `if` before its `else`, with the index of its own entry.
    If(usize),
}

/// When a branch is predicted taken.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Predict {
    Always,
    /// If it goes to a loop.
    Backward,
    /// Which target of a table it will be is not known ahead.
    Never,
}

/// One entry of the label stack.
struct Label {
    kind: Kind,
    /// Operands below the parameters of the block.
    base: u32,
    params: u32,
    results: u32,
    /// Whether what follows up to `else` or `end` cannot be reached.
    unreachable: bool,
    /// Entries that continue after the `end`, which is not yet known.
    pending: Vec<usize>,
}

/// What all bodies share.
struct Context<'a> {
    module: &'a Module,
    /// Parameters and results by function index.
    arities: &'a [Option<(u32, u32)>],
    /// Numbers by type index.
    types: &'a [u32],
    /// Type indices by function index.
    function_types: &'a [u32],
    /// How many there are, imported ones included.
    globals: u32,
    tables: u32,
}

struct Body<'a> {
    context: &'a Context<'a>,
    plan: &'a mut Plan,
    first: usize,
    /// Parameters and locals.
    slots: u32,
    labels: Vec<Label>,
    /// Operands on the stack.
    height: u32,
    max_height: u32,
    max_depth: u32,
    /// The instruction at hand.
    pc: u32,
}

type Step<T = ()> = Result<T, PlanError>;

impl<'a> Body<'a> {
    fn new(
        context: &'a Context<'a>,
        function: &Function,
        (params, results): (u32, u32),
        plan: &'a mut Plan,
    ) -> Body<'a> {
        let slots = params + function.declared_locals();
        let whole =
            Label { kind: Kind::Function, base: 0, params: 0, results, unreachable: false, pending: Vec::new() };
        let first = plan.entries.len();
        let labels = alloc::vec![whole];
        Body { context, plan, first, slots, labels, height: 0, max_height: 0, max_depth: 1, pc: function.entry }
    }

    fn resolve(mut self, function: &Function) -> Step<FunctionPlan> {
        for instr in instructions(&self.context.module.code, function.entry, function.end) {
            let instr = instr?;
            self.pc = instr.pc;
            self.step(&instr)?;
        }
        if !self.labels.is_empty() {
            return Err(self.invalid("the body ends inside a block"));
        }
        let entries = &self.plan.entries[self.first..];
        let mut leaders: Vec<u32> = entries.iter().filter(|e| !e.returns).map(|e| e.target).collect();
        leaders.sort_unstable();
        leaders.dedup();
        let (max_height, max_depth) = (self.max_height, self.max_depth);
        Ok(FunctionPlan { first_branch: self.first as u32, max_height, max_depth, leaders })
    }

    fn step(&mut self, instr: &Instr<'_>) -> Step {
        match (instr.op, instr.imm) {
            (Op::Block | Op::Loop, Immediate::Block(ty)) => {
                let (params, results) = ty.arity(&self.context.module.types).ok_or(self.invalid("no such type"))?;
                let next = self.plan.entries.len() as u32;
                let is_loop = instr.op == Op::Loop;
                self.open(if is_loop { Kind::Loop(instr.next_pc(), next) } else { Kind::Block }, params, results)
            }
            (Op::If, Immediate::Block(ty)) => {
                let (params, results) = ty.arity(&self.context.module.types).ok_or(self.invalid("no such type"))?;
                self.pop(1)?;
                self.open(Kind::If(self.plan.entries.len()), params, results)?;
                self.emit(params, false)
            }
            (Op::Else, _) => self.otherwise(instr.next_pc()),
            (Op::End, _) => self.close(instr.next_pc()),
            (Op::Br, Immediate::Label(depth)) => {
                let arity = self.branch(depth, Predict::Always)?;
                self.pop(arity)?;
                self.diverge()
            }
            (Op::BrIf, Immediate::Label(depth)) => {
                self.pop(1)?;
                let arity = self.branch(depth, Predict::Backward)?;
                self.pop(arity)?;
                self.push(arity)
            }
            (Op::BrTable, Immediate::Labels(depths)) => {
                self.pop(1)?;
                for depth in depths.iter() {
                    let arity = self.branch(depth, Predict::Never)?;
                    let height = self.height;
                    self.pop(arity)?;
                    // In code that cannot be reached, labels may differ in what they take.
                    self.height = height;
                }
                self.diverge()
            }
            (Op::Return, _) => {
                let arity = self.branch(self.labels.len().saturating_sub(1) as u32, Predict::Always)?;
                self.pop(arity)?;
                self.diverge()
            }
            _ => {
                self.check_indices(instr.imm)?;
                let (pops, pushes) = self.effect(instr)?;
                if instr.op.is_service() {
                    self.service(instr);
                }
                self.pop(pops)?;
                // The results of a tail call are the caller's: this frame never holds them.
                let own = self.labels.first().is_some_and(|label| label.results == pushes);
                match instr.op {
                    Op::ReturnCall | Op::ReturnCallIndirect if !own => {
                        Err(self.invalid("a tail call of a function with other results"))
                    }
                    op if op.leaves() => self.diverge(),
                    _ => self.push(pushes),
                }
            }
        }
    }

    /// Whether everything that immediates name is there. Labels and types are checked where they are used.
    fn check_indices(&self, imm: Immediate<'_>) -> Step {
        use Immediate::*;
        let module = self.context.module;
        let (elements, data) = (module.elements.len() as u32, module.data.len() as u32);
        let (functions, tables) = (self.context.function_types.len() as u32, self.context.tables);
        let good = match imm {
            Local(i) => i < self.slots,
            Global(i) => i < self.context.globals,
            Func(i) => i < functions,
            Memory(i) => i == 0,
            MemoryPair { destination, source } => (destination, source) == (0, 0),
            DataMemory { data: i, memory } => i < data && memory == 0,
            Data(i) => i < data,
            Table(i) | TypeTable { table: i, .. } => i < tables,
            TablePair { destination, source } => destination < tables && source < tables,
            Element(i) => i < elements,
            ElementTable { element, table } => element < elements && table < tables,
            _ => true,
        };
        if good { Ok(()) } else { Err(self.invalid("an index of something that is not there")) }
    }

    fn canonical(&self, ty: u32) -> u32 {
        self.context.types.get(ty as usize).copied().unwrap_or(0)
    }

    /// Adds the entry of a service instruction.
    fn service(&mut self, instr: &Instr<'_>) {
        let (height, keep) = match (instr.op, instr.imm) {
            // What a reference carries is compared at the call, so that types need no table at run time.
            (_, Immediate::TypeTable { ty, table }) => (self.canonical(ty), table),
            (Op::RefFunc, Immediate::Func(f)) => {
                let ty = self.context.function_types.get(f as usize);
                (f, ty.map_or(0, |&ty| self.canonical(ty)))
            }
            (_, imm) => imm.indices(),
        };
        let (target, next) = (instr.next_pc(), u32::from(instr.op.row().code));
        self.add(BranchEntry { target, following: next, height, keep, ..BranchEntry::default() });
    }

    /// Operands and results of an instruction that does not branch.
    fn effect(&self, instr: &Instr<'_>) -> Step<(u32, u32)> {
        if let Some(arity) = instr.op.arity() {
            return Ok(arity);
        }
        match (instr.op, instr.imm) {
            (Op::Call | Op::ReturnCall, Immediate::Func(f)) => {
                self.context.arities.get(f as usize).copied().flatten().ok_or(self.invalid("no such function"))
            }
            (Op::CallIndirect | Op::ReturnCallIndirect, Immediate::TypeTable { ty, .. }) => {
                let ty = self.context.module.types.get(ty as usize).ok_or(self.invalid("no such type"))?;
                Ok((ty.params.len() as u32 + 1, ty.results.len() as u32))
            }
            _ => Err(self.invalid("an instruction of unknown effect")),
        }
    }

    fn open(&mut self, kind: Kind, params: u32, results: u32) -> Step {
        self.pop(params)?;
        let base = self.height;
        self.labels.push(Label { kind, base, params, results, unreachable: false, pending: Vec::new() });
        self.max_depth = self.max_depth.max(self.labels.len() as u32);
        self.push(params)
    }

    fn otherwise(&mut self, next_pc: u32) -> Step {
        let Kind::If(own) = self.top()?.kind else { return Err(self.invalid("`else` without `if`")) };
        let results = self.results()?;
        self.emit(results, true)?;
        let entry = self.plan.entries.len() - 1;
        self.patch(own, next_pc);
        let label = self.top_mut()?;
        label.kind = Kind::Block;
        label.unreachable = false;
        label.pending.push(entry);
        let (base, params) = (label.base, label.params);
        self.height = base;
        self.push(params)
    }

    fn close(&mut self, next_pc: u32) -> Step {
        if self.labels.len() == 1 {
            self.branch(0, Predict::Always)?;
        }
        self.results()?;
        let label = self.labels.pop().ok_or(self.invalid("`end` after the end of the body"))?;
        for entry in label.pending {
            self.patch(entry, next_pc);
        }
        if let Kind::If(own) = label.kind {
            if label.params != label.results {
                return Err(self.invalid("`if` without `else` that does not give what it takes"));
            }
            self.patch(own, next_pc);
        }
        self.height = label.base;
        self.push(label.results)
    }

    /// Takes the results of a block, which have to be all that it has, and tells how many there are.
    fn results(&mut self) -> Step<u32> {
        let results = self.top()?.results;
        self.pop(results)?;
        if self.height != self.top()?.base {
            return Err(self.invalid("more operands are left than the block gives"));
        }
        Ok(results)
    }

    /// Adds the entry of a branch to a label and tells how many values it keeps.
    fn branch(&mut self, depth: u32, predict: Predict) -> Step<u32> {
        let index = (self.labels.len() as u32).checked_sub(depth).and_then(|n| n.checked_sub(1));
        let index = index.ok_or(self.invalid("no such label"))? as usize;
        let label = &self.labels[index];
        let (kind, height) = (label.kind, self.slots + label.base);
        let backward = matches!(kind, Kind::Loop(..));
        let keep = if backward { label.params } else { label.results };
        let predict = predict == Predict::Always || predict == Predict::Backward && backward;
        let mut entry = BranchEntry { keep, height, predict, ..BranchEntry::default() };
        match kind {
            Kind::Function => (entry.returns, entry.height) = (true, 0),
            Kind::Loop(target, next) => (entry.target, entry.following) = (target, next),
            Kind::Block | Kind::If(_) => self.labels[index].pending.push(self.plan.entries.len()),
        }
        entry.unwind = !self.top()?.unreachable && self.slots + self.height != entry.height + keep;
        self.add(entry);
        Ok(keep)
    }

    /// Adds the entry of an `if` or `else`, whose target is in the same block: nothing is ever unwound.
    fn emit(&mut self, keep: u32, predict: bool) -> Step {
        let height = self.slots + self.top()?.base;
        self.add(BranchEntry { keep, height, predict, ..BranchEntry::default() });
        Ok(())
    }

    fn add(&mut self, mut entry: BranchEntry) {
        // Fetch can follow a branch only where the stack stays as it is.
        entry.predict &= !entry.returns && !entry.unwind;
        self.plan.entries.push(entry);
        self.plan.sources.push(self.pc);
    }

    fn patch(&mut self, entry: usize, target: u32) {
        let next = self.plan.entries.len() as u32;
        let entry = &mut self.plan.entries[entry];
        (entry.target, entry.following) = (target, next);
    }

    fn diverge(&mut self) -> Step {
        let label = self.top_mut()?;
        label.unreachable = true;
        self.height = label.base;
        Ok(())
    }

    fn pop(&mut self, count: u32) -> Step {
        let label = self.top()?;
        let (base, unreachable) = (label.base, label.unreachable);
        match self.height.checked_sub(count) {
            Some(height) if height >= base => self.height = height,
            _ if unreachable => self.height = base,
            _ => return Err(self.invalid("more operands are taken than the block has")),
        }
        Ok(())
    }

    fn push(&mut self, count: u32) -> Step {
        self.height = self.height.saturating_add(count);
        self.max_height = self.max_height.max(self.height);
        if self.height > MAX_SLOTS { Err(self.invalid("too many operands")) } else { Ok(()) }
    }

    fn top(&self) -> Step<&Label> {
        self.labels.last().ok_or(self.invalid("code after the end of the body"))
    }

    fn top_mut(&mut self) -> Step<&mut Label> {
        let error = self.invalid("code after the end of the body");
        self.labels.last_mut().ok_or(error)
    }

    fn invalid(&self, what: &'static str) -> PlanError {
        PlanError::Invalid(self.pc, what)
    }
}
