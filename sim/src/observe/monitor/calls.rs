//! Who called whom, and how often.

use super::steps::Steps;
use crate::disassembly::function_label;
use firmware_loader::backtrace::imported_name;
use isa::instr::Immediate;
use isa::op::Op;
use std::collections::BTreeMap;
use std::io::{self, Write};

pub fn write(steps: &Steps<'_>, output: &mut dyn Write) -> io::Result<()> {
    let module = steps.module;
    let mut calls: BTreeMap<(String, String), u64> = BTreeMap::new();
    let calling = |op| matches!(op, Op::Call | Op::CallIndirect | Op::ReturnCall | Op::ReturnCallIndirect);
    for (instr, times) in steps.executed().filter(|(instr, _)| calling(instr.op)) {
        let caller = module.function_at(instr.pc).map(|index| function_label(module, index)).unwrap_or_default();
        let mut add = |callee, times| *calls.entry((caller.clone(), callee)).or_default() += times;
        match instr.imm {
            Immediate::Func(index) => add(imported_name(module, index), times),
            // Where it went on is the beginning of a function, unless the host has answered.
            _ => steps.follows.get(&instr.pc).into_iter().flatten().for_each(|(&next, &times)| {
                let called = module.functions.iter().position(|function| function.entry == next);
                let index = called.map(|place| place as u32 + module.imported_functions().count() as u32);
                add(index.map_or("the host, through a table".into(), |index| function_label(module, index)), times);
            }),
        }
    }
    for &function in steps.called {
        *calls.entry(("the host".into(), imported_name(module, function))).or_default() += 1;
    }
    let mut rows: Vec<_> = calls.into_iter().collect();
    rows.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
    writeln!(output, "{:>12}  calls", "times")?;
    for ((caller, callee), times) in rows {
        writeln!(output, "{times:>12}  {caller} -> {callee}")?;
    }
    writeln!(output)
}
