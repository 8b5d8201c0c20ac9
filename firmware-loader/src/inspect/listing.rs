//! The code of functions as the core of a plan takes it: groups of instructions, with their places in the file and in
//! the sources.

use super::ways::{Cycles, ways};
use crate::disassembly::{name, text};
use crate::error::{Error, Kind};
use crate::gate::file_offset;
use crate::link::Provided;
use crate::names::Names;
use crate::source::Source;
use isa::branch_plan::{Plan, PlanError, plan};
use isa::group::{self, Policy};
use isa::initial::type_numbers;
use isa::instr::{Immediate, Instr, instructions};
use isa::millicode::executes;
use isa::module::{Function, ImportKind, Module};
use isa::op::Op;
use isa::plan::CorePlan;
use serde::Serialize;

/// The code of functions, in code order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listing {
    pub functions: Vec<Listed>,
}

/// The code of a function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listed {
    pub name: String,
    /// In the function index space.
    pub index: u32,
    /// As the text format writes it.
    #[serde(rename = "type")]
    pub ty: String,
    pub groups: Vec<Group>,
}

/// Instructions that the core takes together. One whose immediate is taken in parts stands in one group here, with all
/// of its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Group {
    /// Byte offset in the file.
    pub offset: u64,
    pub bytes: u32,
    pub instructions: Vec<Instruction>,
    /// By how many cycles it delays what comes next; the fewest and the most over the ways on. `None` where nothing
    /// bounds that or the cycle table does not hold: on a compact core, and for instructions of millicode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cycles: Option<Cycles>,
    /// Blocks that are open around it, the function not counted.
    #[serde(skip)]
    pub depth: usize,
    /// Where it comes from, if the module says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
}

/// An instruction in the text format; what has a name stands there by its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Instruction {
    /// Byte offset in the file.
    pub offset: u64,
    pub text: String,
}

impl Listing {
    /// Of a module that has been made of these bytes: of all its functions, or of one, by name, export or index.
    ///
    /// # Errors
    /// There is no such function, or it is imported.
    pub fn new(bytes: &[u8], module: &Module, wanted: Option<&str>, core: &CorePlan) -> Result<Listing, Error> {
        let names = Names::find(bytes);
        let imported = module.imported_functions().count() as u32;
        let wanted = wanted.map(|wanted| find(module, wanted)).transpose()?;
        let plan = plan(module, &type_numbers(module)).map_err(|e| invalid(module, e))?;
        let mut functions = Vec::new();
        for (index, (function, own)) in (imported..).zip(module.functions.iter().zip(&plan.functions)) {
            if wanted.is_none_or(|wanted| wanted == index) {
                let view = View { module, names: &names, plan: &plan, core, index, function };
                let groups = view.groups(&own.leaders).map_err(|e| invalid(module, e))?;
                let ty = Provided::wanted(module, &ImportKind::Function(function.ty)).to_string();
                functions.push(Listed { name: name(module, index), index, ty, groups });
            }
        }
        if let Some(source) = Source::new(bytes) {
            for group in functions.iter_mut().flat_map(|function| &mut function.groups) {
                (group.file, group.line) = source.line(group.offset).map(|line| (line.file, line.line)).unzip();
            }
        }
        Ok(Listing { functions })
    }
}

/// Code that is not valid is refused before; others find out here.
fn invalid(module: &Module, error: impl Into<PlanError>) -> Error {
    let error = error.into();
    Error::new(Kind::Invalid, error.to_string()).at(file_offset(module, error.pc()))
}

/// The defined function with this name, export or index.
fn find(module: &Module, wanted: &str) -> Result<u32, Error> {
    let imported = module.imported_functions().count() as u32;
    let named = (imported..).zip(&module.functions).find(|(_, function)| function.name.as_deref() == Some(wanted));
    let found = named.map(|(index, _)| index).or_else(|| module.exported_function(wanted));
    let found = found.or_else(|| wanted.parse().ok()).filter(|&index| index < module.function_count());
    let missing = || Error::new(Kind::Unsupported, format!("no function `{}`", wanted.escape_debug()));
    let index = found.ok_or_else(|| missing().help("without --disassemble, functions are listed with their names"))?;
    match module.imported_function(index) {
        Some(import) => {
            let from = import.module.escape_debug();
            let message = format!("function `{}` is imported from `{from}`: it has no code", wanted.escape_debug());
            Err(Error::new(Kind::Unsupported, message))
        }
        None => Ok(index),
    }
}

/// A function with what its instructions can name.
struct View<'a> {
    module: &'a Module,
    names: &'a Names,
    plan: &'a Plan,
    core: &'a CorePlan,
    /// In the function index space.
    index: u32,
    function: &'a Function,
}

impl View<'_> {
    fn groups(&self, leaders: &[u32]) -> Result<Vec<Group>, PlanError> {
        let (code, function, policy) = (&self.module.code, self.function, Policy::of_plan(self.core));
        let mut formed = Vec::new();
        group::form(code, function.entry, function.end, leaders, policy, &mut formed)?;
        let mut body = instructions(code, function.entry, function.end);
        let (mut groups, mut depth) = (Vec::new(), 0usize);
        for group in formed.iter().filter(|group| group.instructions > 0) {
            let taken: Vec<Instr<'_>> = body.by_ref().take(group.instructions as usize).collect::<Result<_, _>>()?;
            let (Some(first), Some(last)) = (taken.first(), taken.last()) else { continue };
            let closes = matches!(first.op, Op::End | Op::Else);
            let instruction = |instr: &Instr<'_>| Instruction {
                offset: file_offset(self.module, instr.pc),
                text: text(instr, |imm| self.name(imm)),
            };
            groups.push(Group {
                offset: file_offset(self.module, first.pc),
                bytes: last.next_pc() - first.pc,
                instructions: taken.iter().map(instruction).collect(),
                cycles: self.cycles(group, &taken),
                depth: depth.saturating_sub(usize::from(closes)),
                file: None,
                line: None,
            });
            for instr in &taken {
                match instr.op {
                    Op::Block | Op::Loop | Op::If => depth += 1,
                    Op::End => depth = depth.saturating_sub(1),
                    _ => {}
                }
            }
        }
        Ok(groups)
    }

    /// What a group of these instructions costs, whichever way it goes on.
    fn cycles(&self, group: &group::Group, taken: &[Instr<'_>]) -> Option<Cycles> {
        if self.core.is_compact() || taken.iter().any(|instr| executes(self.core, instr.op)) {
            return None;
        }
        let ways = ways(self.module, self.plan, self.function, group)?;
        ways.into_iter().map(|(cycles, _)| cycles).reduce(Cycles::or)
    }

    /// The name of what an immediate is about.
    fn name(&self, imm: Immediate<'_>) -> Option<String> {
        match imm {
            Immediate::Func(index) => self.names.function(index).name,
            Immediate::Local(index) => self.names.locals.get(&(self.index, index)).cloned(),
            Immediate::Global(index) => self.names.globals.get(&index).cloned(),
            _ => None,
        }
    }
}
