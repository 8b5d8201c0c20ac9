//! What a function takes: bytes, slots, and what it calls from which height of the stack.

use crate::error::Error;
use crate::parse::Features;
use crate::sections::Broken;
use isa::instr::{Immediate, Instr, decode};
use isa::millicode::number;
use isa::module::Module;
use isa::op::Op;
use std::collections::{BTreeMap, BTreeSet};
use wasmparser::{
    FuncValidator, FuncValidatorAllocations, FunctionBody, Parser, ValidPayload, Validator, ValidatorResources,
};

/// What an instruction calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Callee {
    /// In the function index space.
    Function(u32),
    /// A function of this type in this table.
    Indirect { ty: u32, table: u32 },
}

impl Callee {
    /// Of an instruction that calls something.
    pub fn of(instr: &Instr<'_>) -> Option<Callee> {
        match (instr.op, instr.imm) {
            (Op::Call | Op::ReturnCall, Immediate::Func(index)) => Some(Callee::Function(index)),
            (_, Immediate::TypeTable { ty, table }) => Some(Callee::Indirect { ty, table }),
            _ => None,
        }
    }

    /// How many parameters it has.
    pub fn params(self, module: &Module) -> u32 {
        let ty = match self {
            Callee::Function(index) => module.function_type(index),
            Callee::Indirect { ty, .. } => module.types.get(ty as usize),
        };
        ty.map_or(0, |ty| ty.params.len() as u32)
    }
}

/// A function body, as far as it can be reached. Slots are counted from that of the function's first parameter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Body {
    /// From its declarations of locals to its last `end`, in bytes.
    pub bytes: u64,
    /// Declared ones, without parameters.
    pub locals: u32,
    pub instructions: u32,
    /// Slots that a call may use: parameters, locals and the most operands.
    pub frame: u32,
    /// The functions it calls, each with the most slots that lie below the callee's first parameter.
    pub calls: BTreeMap<Callee, u32>,
    /// Those that take its place.
    pub tail_calls: BTreeSet<Callee>,
    /// Instructions that some cores execute by millicode, each with the most slots below what that takes.
    pub millicode: BTreeMap<Op, u32>,
}

/// The bodies of a module that has been made of these bytes, in code order.
///
/// # Errors
/// The bytes are not a valid module.
pub fn bodies(bytes: &[u8], module: &Module) -> Result<Vec<Body>, Error> {
    all(bytes, module).map_err(|e| Broken::from(e).into_error(bytes))
}

fn all(bytes: &[u8], module: &Module) -> Result<Vec<Body>, wasmparser::Error> {
    let features = Features::All.flags();
    let (mut validator, mut bodies) = (Validator::new_with_features(features), Vec::new());
    let (mut parser, mut allocations) = (Parser::new(0), FuncValidatorAllocations::default());
    parser.set_features(features);
    for payload in parser.parse_all(bytes) {
        if let ValidPayload::Func(function, body) = validator.payload(&payload?)? {
            let validator = function.into_validator(allocations);
            let mut walk = Walk { module, validator, body: Body::default(), slots: 0 };
            walk.function(&body)?;
            bodies.push(walk.body);
            allocations = walk.validator.into_allocations();
        }
    }
    Ok(bodies)
}

struct Walk<'m> {
    module: &'m Module,
    validator: FuncValidator<ValidatorResources>,
    body: Body,
    /// Parameters and locals.
    slots: u32,
}

impl Walk<'_> {
    fn function(&mut self, body: &FunctionBody<'_>) -> Result<(), wasmparser::Error> {
        let range = body.range();
        self.body.bytes = range.end - range.start;
        let params = self.validator.len_locals();
        let mut reader = body.get_binary_reader();
        self.validator.read_locals(&mut reader)?;
        self.slots = self.validator.len_locals();
        (self.body.locals, self.body.frame) = (self.slots - params, self.slots);
        let mut operators = body.get_operators_reader()?;
        while !operators.eof() {
            let (operator, offset) = operators.read_with_offset()?;
            // That it decodes is known: it has been parsed before.
            if let Ok(instr) = decode(body.as_bytes(), (offset - range.start) as u32) {
                self.instruction(&instr);
            }
            self.validator.op(offset, &operator)?;
            self.body.instructions += 1;
            self.body.frame = self.body.frame.max(self.top());
        }
        operators.finish()
    }

    /// Slots up to the top operand.
    fn top(&self) -> u32 {
        self.slots + self.validator.operand_stack_height()
    }

    /// Whether the next instruction is in code that cannot be reached.
    fn is_dead(&self) -> bool {
        let frames = (0..self.validator.control_stack_height()).map(|depth| depth as usize);
        frames.filter_map(|depth| self.validator.get_control_frame(depth)).any(|frame| frame.unreachable)
    }

    /// Notes what the next instruction calls.
    fn instruction(&mut self, instr: &Instr<'_>) {
        let callee = Callee::of(instr);
        let is_millicode = number(instr.op).is_some();
        if !(callee.is_some() || is_millicode) || self.is_dead() {
            return;
        }
        let top = self.top();
        if is_millicode {
            raise(&mut self.body.millicode, instr.op, top);
        }
        match callee {
            Some(callee) if matches!(instr.op, Op::ReturnCall | Op::ReturnCallIndirect) => {
                self.body.tail_calls.insert(callee);
            }
            Some(callee) => {
                // An indirect call takes the index into the table, too.
                let operands = callee.params(self.module) + u32::from(matches!(callee, Callee::Indirect { .. }));
                let below = top.saturating_sub(operands);
                raise(&mut self.body.calls, callee, below);
            }
            None => {}
        }
    }
}

/// Keeps the highest of the numbers of a key.
fn raise<K: Ord>(map: &mut BTreeMap<K, u32>, key: K, number: u32) {
    let highest = map.entry(key).or_default();
    *highest = number.max(*highest);
}
