//! A board's chip as an executor, at the pins of its serial line: the loader's session, one module at a time, and only
//! some of the calls.

use super::{Executor, Failure, FileReport, Report, Set, script};
use crate::on_board::{call_within, load};
use boards::SIM_LARGE;
use firmware_loader::gate::{Strictness, hosted_image};
use firmware_loader::host::{Host, Memory, Reply};
use firmware_loader::session::{Call, Ending, LinkError, Session};
use isa::host::Space;
use isa::image::Image;
use isa::module::{ExportKind, Module};
use isa::op::Op;
use isa::outcome::{Exhausted, Stop};
use isa::types::Value;
use sim::board::BoardLine;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

/// Longer than the calls that are made take.
const PATIENCE: Duration = Duration::from_millis(100);

/// Makes up to `most` calls of each file of these sets on a chip, those of modules without imports that fit it. With the
/// cycles that each took.
///
/// # Errors
/// The chip does not answer.
pub fn run_on_chip(
    board: &'static boards::Board,
    line: BoardLine,
    sets: &[Set],
    most: usize,
    mut finished: impl FnMut(&FileReport),
) -> Result<(Vec<Report>, Vec<u64>), String> {
    let chip = Rc::new(RefCell::new(Chip::new(board, line)?));
    let mut reports = Vec::new();
    for set in sets {
        let mut report = Report { name: set.name().into(), files: Vec::new() };
        for file in set.files() {
            let script = |executor| script::run(file.name(), file.raw(), set.features(), executor);
            // Once without a call, to count them.
            script(BoardExecutor::new(&chip, 0, 0));
            let calls = chip.borrow().asked;
            let result = script(BoardExecutor::new(&chip, most, calls));
            finished(&result);
            report.files.push(result);
        }
        reports.push(report);
    }
    let cycles = std::mem::take(&mut chip.borrow_mut().cycles);
    Ok((reports, cycles))
}

/// A chip that is shared by the executors of many scripts.
struct Chip {
    board: &'static boards::Board,
    session: Session<BoardLine>,
    /// The instance that is loaded, of all that were made.
    loaded: u32,
    instances: u32,
    /// Calls that scripts have asked for.
    asked: usize,
    /// Cycles of each call that was made, in order.
    cycles: Vec<u64>,
}

impl Chip {
    fn new(board: &'static boards::Board, line: BoardLine) -> Result<Chip, String> {
        let session = Session::connect(line, 1).map_err(|e| e.to_string())?;
        Ok(Chip { board, session, loaded: 0, instances: 0, asked: 0, cycles: Vec::new() })
    }

    /// Makes this the instance that is loaded. What one has stored is gone with it.
    fn hold(&mut self, instance: &Instance) -> Result<(), Failure> {
        if self.loaded == instance.number {
            return Ok(());
        }
        if instance.begun.replace(true) {
            return Err(Failure::NotTried("another module has taken its place on the chip".into()));
        }
        load(&mut self.session, &instance.image, self.board).map_err(machine)?;
        self.loaded = instance.number;
        Ok(())
    }
}

/// The instances of one script.
struct BoardExecutor {
    chip: Rc<RefCell<Chip>>,
    /// How many calls are made: of modules without state spread over the script, which has `calls` of them, and of
    /// others the first ones.
    most: usize,
    calls: usize,
    made: usize,
}

/// An instance, and its number on the chip.
#[derive(Clone)]
struct Instance {
    module: Rc<Module>,
    image: Rc<Image>,
    number: u32,
    /// Whether it was on the chip already.
    begun: Rc<RefCell<bool>>,
}

impl BoardExecutor {
    fn new(chip: &Rc<RefCell<Chip>>, most: usize, calls: usize) -> BoardExecutor {
        chip.borrow_mut().asked = 0;
        let chip = Rc::clone(chip);
        BoardExecutor { chip, most, calls, made: 0 }
    }

    /// Whether the next call is one of those that are made.
    fn is_chosen(&mut self, module: &Module) -> bool {
        let has_state = !(module.memories.is_empty() && module.globals.is_empty() && module.tables.is_empty());
        let stride = self.calls.div_ceil(self.most.max(1)).max(1);
        let asked = &mut self.chip.borrow_mut().asked;
        let chosen = self.made < self.most && (has_state || asked.is_multiple_of(stride));
        *asked += 1;
        self.made += usize::from(chosen);
        chosen
    }

    fn call(&mut self, instance: &Instance, function: u32, args: &[Value]) -> Result<Vec<Value>, Failure> {
        let chip = &mut *self.chip.borrow_mut();
        chip.hold(instance)?;
        let call = Call { module: &instance.module, image: &instance.image, function, args };
        let finished = call_within(&mut chip.session, &call, &mut Nobody, PATIENCE).map_err(machine)?;
        chip.cycles.push(finished.cycles);
        match finished.ending {
            Ending::Returned(values) => Ok(values),
            Ending::Stopped(Stop::Exhausted(Exhausted::Time), _) => Err(Failure::NotTried("it takes long".into())),
            Ending::Stopped(stop, _) => Err(Failure::Stopped(stop)),
            Ending::Exited(_) | Ending::UnknownStop(_) => Err(Failure::Machine("it has no end that there is".into())),
        }
    }
}

fn machine(e: LinkError) -> Failure {
    Failure::Machine(e.to_string())
}

/// Answers no imports: modules with imports are not tried.
struct Nobody;

impl<M: Memory> Host<M> for Nobody {
    fn call(&mut self, _: u32, _: &[Value], _: &mut M) -> Result<Reply, M::Error> {
        Ok(Reply::Stop(Stop::Exhausted(Exhausted::Import)))
    }
}

impl Executor for BoardExecutor {
    type Instance = Instance;

    fn instantiate(&mut self, module: &Module, _: &dyn Fn(&str) -> Option<Instance>) -> Result<Instance, Failure> {
        if !module.imports.is_empty() {
            return Err(Failure::Unsupported("it has imports, and the chip one module at a time".into()));
        }
        let board = self.chip.borrow().board;
        if module.ops().any(|op| op == Op::TableGrow) && board.plan.sizes.table_log2 < SIM_LARGE.sizes.table_log2 {
            return Err(Failure::Unsupported("its tables may grow less than the script expects".into()));
        }
        let image = hosted_image(module, &sim::load::target(board.plan), |_| false, Strictness::Strict);
        let image = Rc::new(image.map_err(|e| Failure::Unsupported(e.to_string()))?);
        let number = self.chip.borrow().instances + 1;
        self.chip.borrow_mut().instances = number;
        let instance = Instance { module: Rc::new(module.clone()), image, number, begun: Rc::default() };
        match module.start {
            None => Ok(instance),
            Some(function) => self.call(&instance, function, &[]).map(|_| instance),
        }
    }

    fn invoke(&mut self, instance: &Instance, name: &str, args: &[Value]) -> Option<Result<Vec<Value>, Failure>> {
        let function = instance.module.exported_function(name)?;
        let params = &instance.module.function_type(function)?.params;
        if !args.iter().map(|a| &a.ty).eq(params) {
            return None;
        }
        if !self.is_chosen(&instance.module) {
            return Some(Err(Failure::NotTried("another one of its script is".into())));
        }
        Some(self.call(instance, function, args))
    }

    fn global(&mut self, instance: &Instance, name: &str) -> Option<Value> {
        let export = instance.module.exports.iter().find(|e| e.kind == ExportKind::Global && e.name == name)?;
        let ty = instance.module.globals.get(export.index as usize)?.ty.ty;
        let chip = &mut *self.chip.borrow_mut();
        chip.hold(instance).ok()?;
        let slot = chip.session.read(Space::Stack, export.index, 1).ok()?;
        let bits = u64::from_le_bytes(slot.try_into().ok()?);
        Some(Value { ty, bits: if ty.is_wide() { bits } else { bits & 0xffff_ffff } })
    }
}
