//! The model against the core.

use super::{Call, Mismatch, Tally, different};
use crate::program::Program;
use firmware_loader::Kind;
use isa::instr::instructions;
use isa::module::Module;
use isa::op::Op;
use isa::outcome::{Exhausted, Stop};
use isa::plan::CorePlan;
use model::{Error, Limits, Store};
use sim::engine::Sample;
use sim::observe::Groups;
use sim::select;
use sim::session::{Ending, Settings};
use std::collections::BTreeMap;

/// More cycles than any call of a random module takes.
const CYCLES: u64 = 20_000_000;

/// Makes each call on a fresh core in lock-step with the model, as far as that compares them. Modules that do not fit the
/// plan or have what the core does not execute count as refused.
pub fn on_core(
    module: &Module,
    plan: &CorePlan,
    engine: select::Kind,
    calls: &[Call],
    tally: &mut Tally,
) -> Result<(), Mismatch> {
    let program = match Program::new(module, plan) {
        Ok(program) => program,
        Err(refusal) => return refused(module, plan, &refusal, tally),
    };
    for call in calls {
        let function = module.exported_function(&call.name).expect("is exported");
        let mut groups = BTreeMap::new();
        let mut count = Groups(|sample: &Sample| {
            *groups.entry((sample.pc, sample.count)).or_default() += 1;
            Ok(())
        });
        let mut settings = Settings { max_cycles: CYCLES, observers: vec![&mut count], ..Settings::checked() };
        let report = program.call(engine, function, &call.args, &mut settings);
        let report = report.or_else(|error| different(format!("{call}: {error}")))?;
        tally.instructions += report.instructions;
        for (group, times) in groups {
            count_group(module, group, times, &mut tally.ops);
        }
        match report.ending {
            Ending::Returned(_) => tally.returns += 1,
            Ending::Stopped(Stop::Exhausted(Exhausted::Cycles), _) => return Err(Mismatch::Endless),
            Ending::Stopped(stop, _) => *tally.stops.entry(stop.message()).or_default() += 1,
            other => return different(format!("{call}: {other:#?}")),
        }
    }
    Ok(())
}

/// Counts the instructions of a group: it begins at this address, has so many of them and retired so many times.
fn count_group(module: &Module, (start, count): (u32, u8), times: u64, ops: &mut BTreeMap<Op, u64>) {
    for instr in instructions(&module.code, start, module.code.len() as u32).take(count.into()) {
        let op = instr.expect("what retires is an instruction of the module").op;
        *ops.entry(op).or_default() += times;
    }
}

/// Where the loader says that instantiation traps, the model has to trap alike.
fn refused(
    module: &Module,
    plan: &CorePlan,
    refusal: &firmware_loader::Error,
    tally: &mut Tally,
) -> Result<(), Mismatch> {
    let Kind::Trap(trap) = refusal.kind else {
        tally.refused += 1;
        return Ok(());
    };
    tally.uninstantiable += 1;
    match Store::new(Limits::of_plan(plan)).link(module, |_| None) {
        Err(Error::Stopped(Stop::Trap(ours))) if ours == trap => Ok(()),
        ours => different(format!("instantiation: model {:?}, loader {trap:?}", ours.err())),
    }
}
