//! The hardware resolver by itself, on its emitted Verilog: fed with code, surrounded by models of the memories that it
//! writes, compared with the software plan.

use engine::{Design, Models, Options, Sig, Sim};
use hdl::load::resolver::rule_table::RuleTable;
use hdl::verilog::File;
use isa::branch::BranchEntry;
use isa::branch_plan::PlanError;
use isa::capabilities::Capabilities;
use isa::group::Policy;
use isa::image::{FunctionEntry, Image, ImageError, TableImage};
use isa::initial::{State, type_numbers};
use isa::instr::instructions;
use isa::leb;
use isa::module::{ImportKind, Module};
use isa::op::Unit;
use isa::outcome::Stop;
use isa::plan::{CorePlan, Sizes};
use isa::resolution::Resolution;
use isa::types::ValType::*;
use rust_hdl::prelude::*;
use std::collections::HashMap;
use std::ops::Range;

const TOP: &str = "resolver";

/// What the resolver has written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tables {
    pub marks: Vec<u8>,
    pub branches: Vec<BranchEntry>,
    /// The functions defined in the module; their results are not in the tables and stand as 0.
    pub functions: Vec<FunctionEntry>,
}

/// How a run ended, and after how many cycles.
#[derive(Clone, Debug)]
pub struct Run {
    pub end: Result<Tables, (Stop, u32)>,
    pub cycles: u64,
}

/// The resolver of a plan.
pub struct Resolver {
    plan: CorePlan,
    sim: Sim,
    ports: HashMap<&'static str, Sig>,
}

const PORTS: &[&str] = &[
    "reset",
    "start",
    "first_function",
    "code_last",
    "types",
    "functions",
    "labels",
    "code_valid",
    "code_byte",
    "code_pc",
    "hold",
    "redirect",
    "redirect_pc",
    "function_index",
    "read_slot",
    "read_data",
    "write",
    "write_slot",
    "write_data",
    "entry_read",
    "entry_index",
    "entry_target",
    "entry_branch",
    "entry_write",
    "entry_word",
    "mark_write",
    "mark_address",
    "mark",
    "function_write",
    "function_word",
    "busy",
    "stop",
    "stop_pc",
];

/// The Verilog of the resolver for a plan.
///
/// # Panics
/// If there is none for this plan.
pub fn verilog(plan: &CorePlan) -> String {
    fn emit<const C: usize, const B: usize, const F: usize, const S: usize>(units: Capabilities) -> String {
        let mut resolver = hdl::load::resolver::Resolver::<C, B, F, S>::default();
        resolver.reading.rules = RuleTable::new(units);
        resolver.connect_all();
        let mut file = File::default();
        file.add(&resolver, TOP).unwrap_or_else(|error| panic!("{error}"));
        file.text()
    }
    let units = Capabilities::of_plan(plan);
    let Sizes { code_log2, branch_log2, function_log2, stack_log2, .. } = plan.sizes;
    match (code_log2, branch_log2, function_log2, stack_log2) {
        (20, 16, 14, 16) => emit::<20, 16, 14, 16>(units),
        (11, 8, 7, 8) => emit::<11, 8, 7, 8>(units),
        sizes => panic!("no resolver of the sizes {sizes:?}"),
    }
}

/// What the software plan makes of a module.
pub fn expected(module: &Module, plan: &CorePlan) -> Result<Tables, ImageError> {
    let (globals, tables) = (counts(module).globals, counts(module).tables);
    let state = State {
        types: type_numbers(module),
        globals: vec![0; globals as usize],
        tables: vec![TableImage::default(); tables as usize],
        ..State::default()
    };
    let units = Capabilities::of_plan(plan);
    for function in &module.functions {
        for instr in instructions(&module.code, function.entry, function.end).flatten() {
            if instr.op.unit() == Unit::Privileged && !units.supports(instr.op) {
                return Err(ImageError::Code(PlanError::Invalid(instr.pc, "an instruction of other cores")));
            }
        }
    }
    // Without millicode, which would add functions.
    let sizes = Sizes { block_log2: None, ..plan.sizes };
    let all = CorePlan { sizes, units: boards::SIM_LARGE.units, memory: boards::SIM_LARGE.memory, ..*plan };
    let image = Image::of_state(module, state, &all, Policy::of_plan(plan))?;
    let defined = image.functions[image.functions.len() - module.functions.len()..].iter();
    let functions = defined.map(|f| FunctionEntry { results: 0, ..*f }).collect();
    Ok(Tables { marks: image.marks, branches: image.branches, functions })
}

struct Counts {
    globals: u32,
    tables: u32,
}

fn counts(module: &Module) -> Counts {
    let imported = |kind: fn(&ImportKind) -> bool| module.imports.iter().filter(|i| kind(&i.kind)).count();
    let sum = |kind, own: usize| (imported(kind) + own) as u32;
    Counts {
        globals: sum(|k| matches!(k, ImportKind::Global(_)), module.globals.len()),
        tables: sum(|k| matches!(k, ImportKind::Table(_)), module.tables.len()),
    }
}

/// The module with other code, whose bodies are found as the resolver finds them; `None` if their frames are not valid.
pub fn with_code(module: &Module, code: Vec<u8>) -> Option<Module> {
    let mut module = Module { code, ..module.clone() };
    let mut at = 0;
    for function in &mut module.functions {
        let size = number(&module.code, &mut at)?;
        let end = at + size as usize;
        let body = module.code.get(..end)?;
        function.locals.clear();
        for _ in 0..number(body, &mut at)? {
            let count = number(body, &mut at)?;
            let kind = TYPES.iter().position(|&ty| ty == body.get(at).copied())?;
            let ty = [I32, I64, F32, F64, FuncRef, ExternRef][kind];
            at += 1;
            function.locals.push((count, ty));
        }
        (function.entry, function.end) = (at as u32, end as u32);
        at = end;
    }
    Some(module)
}

/// Value types in the binary format.
const TYPES: [Option<u8>; 6] = [Some(0x7f), Some(0x7e), Some(0x7d), Some(0x7c), Some(0x70), Some(0x6f)];

fn number(bytes: &[u8], at: &mut usize) -> Option<u32> {
    let (value, len) = leb::unsigned(bytes.get(*at..)?, 32).ok()?;
    *at += len as usize;
    Some(value as u32)
}

/// The models of the memories, and fetch.
struct Memories {
    slots: Vec<u64>,
    branches: Vec<u128>,
    functions: Vec<u128>,
    marks: Vec<u8>,
    read_slot: usize,
    read_entry: usize,
    /// Code addresses in stages A and D.
    a: Option<u32>,
    d: Option<u32>,
}

impl Resolver {
    pub fn new(plan: &CorePlan) -> Resolver {
        let design = Design::parse(&verilog(plan), TOP, &Models::none()).unwrap_or_else(|e| panic!("{e}"));
        let sim = Sim::new(design, Options::default()).unwrap_or_else(|e| panic!("{e}"));
        let ports = PORTS.iter().map(|&name| (name, sim.sig(name).unwrap_or_else(|e| panic!("{e}")))).collect();
        Resolver { plan: *plan, sim, ports }
    }

    fn set(&mut self, port: &str, value: u64) {
        self.sim.set(self.ports[port], value.into());
    }

    fn get(&self, port: &str) -> u64 {
        self.sim.get_u64(self.ports[port])
    }

    /// Resolves the module's code, for at most `limit` cycles; `None` if that is not enough. What the memories held
    /// before is arbitrary, and so is the slot that the resolver may use first.
    pub fn run(&mut self, module: &Module, limit: u64) -> Option<Run> {
        self.run_from(module, module.code.len() as u32 % 5, limit)
    }

    /// The same from this slot.
    pub fn run_from(&mut self, module: &Module, base: u32, limit: u64) -> Option<Run> {
        self.sim.reset();
        let mut memories = self.prepare(module, base);
        let first = module.imported_functions().count();
        let defined = first..first + module.functions.len();
        for cycle in 0..limit {
            self.set("start", u64::from(cycle == 0));
            self.drive(&memories, &module.code);
            self.sim.eval();
            if self.get("stop") != 0 {
                let stop = Stop::from_code(self.get("stop") as u8).expect("a known code");
                return Some(Run { end: Err((stop, self.get("stop_pc") as u32)), cycles: cycle });
            }
            if cycle > 0 && self.get("busy") == 0 {
                return Some(Run { end: Ok(self.tables(memories, defined, module.code.len())), cycles: cycle });
            }
            self.follow(&mut memories);
            self.sim.step();
        }
        None
    }

    fn prepare(&mut self, module: &Module, base: u32) -> Memories {
        let Counts { globals, tables } = counts(module);
        let resolution = Resolution::new(module, &type_numbers(module), base, globals, tables);
        let mut slots = vec![0x5555_5555_5555_5555; self.plan.stack_slots() as usize];
        slots[resolution.first as usize..][..resolution.slots.len()].copy_from_slice(&resolution.slots);
        let inputs = [
            ("reset", 0),
            ("first_function", resolution.first_function),
            ("code_last", resolution.code_last),
            ("types", resolution.types),
            ("functions", resolution.functions),
            ("labels", resolution.labels),
        ];
        inputs.iter().for_each(|&(port, value)| self.set(port, value.into()));
        Memories {
            slots,
            branches: vec![0x5555_5555; self.plan.branch_entries() as usize],
            functions: vec![0; self.plan.functions() as usize],
            marks: vec![5; self.plan.code_bytes() as usize],
            read_slot: 0,
            read_entry: 0,
            a: None,
            d: None,
        }
    }

    fn drive(&mut self, m: &Memories, code: &[u8]) {
        self.set("code_valid", m.d.is_some().into());
        let pc = m.d.unwrap_or(7);
        self.set("code_pc", pc.into());
        // Code beyond the end is what another module has left there.
        self.set("code_byte", code.get(pc as usize).copied().unwrap_or(0x0b).into());
        self.set("read_data", m.slots[m.read_slot]);
        let entry = BranchEntry::unpack(m.branches[m.read_entry], &self.plan);
        self.set("entry_target", entry.target.into());
        self.set("entry_branch", entry.following.into());
    }

    /// The clock edge of everything around the resolver.
    fn follow(&self, m: &mut Memories) {
        let on = |port| self.get(port) == 1;
        let at = |port| self.get(port) as usize;
        m.read_slot = at("read_slot");
        if on("entry_read") {
            m.read_entry = at("entry_index");
        }
        let parts = at("entry_write");
        let entry = &mut m.branches[at("entry_index")];
        let given = BranchEntry::unpack(self.sim.get(self.ports["entry_word"]), &self.plan);
        let held = BranchEntry::unpack(*entry, &self.plan);
        let mut written = if parts & 4 != 0 { given } else { held };
        (written.target, written.lead) =
            if parts & 1 != 0 { (given.target, given.lead) } else { (held.target, held.lead) };
        written.following = if parts & 2 != 0 { given.following } else { held.following };
        *entry = written.pack(&self.plan);
        if on("write") {
            m.slots[at("write_slot")] = self.get("write_data");
        }
        if on("function_write") {
            m.functions[at("function_index")] = self.sim.get(self.ports["function_word"]);
        }
        if on("mark_write") {
            m.marks[at("mark_address")] = self.get("mark") as u8;
        }
        if on("redirect") {
            (m.a, m.d) = (Some(self.get("redirect_pc") as u32), None);
        } else if !on("hold") {
            let next = |pc: u32| (pc + 1) % self.plan.code_bytes() as u32;
            (m.d, m.a) = (m.a, m.a.map(next));
        }
    }

    fn tables(&mut self, m: Memories, defined: Range<usize>, bytes: usize) -> Tables {
        let mut counter = |name| self.sim.peek(name).expect("the resolver counts entries") as usize;
        let used = if counter("entries.full") == 1 { m.branches.len() } else { counter("entries.count") };
        let functions = m.functions[defined].iter();
        Tables {
            marks: m.marks[..bytes].to_vec(),
            branches: m.branches[..used].iter().map(|&bits| BranchEntry::unpack(bits, &self.plan)).collect(),
            functions: functions.map(|&bits| FunctionEntry::unpack(bits, &self.plan)).collect(),
        }
    }
}
