//! State of a program as text.

use super::{AROUND, Console};
use crate::debug::breakpoints::Touched;
use crate::debug::{Access, Frame};
use crate::{disassembly, value};
use firmware_loader::output::shown;
use isa::types::Value;

/// Of a program that has no state any more.
const OVER: &str = "the program is over";
/// Bytes in a row of memory.
const ROW: usize = 16;
/// Values that are read as a number at most.
const NUMBER: usize = 8;

impl Console<'_, '_> {
    /// Where the program stands: function, place, cycle, and the line or instruction that is next.
    pub(super) fn standing(&mut self) -> String {
        let Some(pc) = self.target.pc() else { return OVER.into() };
        let place = self.place(pc);
        let next = self.source_line(pc).unwrap_or_else(|| self.instruction(pc));
        format!("{place}, {}\n{next}", self.target.progress())
    }

    /// Function and place of an instruction.
    pub(super) fn place(&self, pc: u32) -> String {
        let function = disassembly::function_name(self.target.module(), pc);
        match self.target.lines.place(pc) {
            Some((file, line)) => format!("{function} at {}:{line}", shown(base(file))),
            None => format!("{function}, byte {:#x}", self.offset(pc)),
        }
    }

    fn offset(&self, pc: u32) -> u32 {
        self.target.module().code_offset + pc
    }

    /// The source line of an instruction, where its statement begins.
    fn source_line(&mut self, pc: u32) -> Option<String> {
        let (file, line) = self.target.lines.place(pc)?;
        let file = file.to_string();
        let text = self.target.lines.text(&file, line..=line).pop()?;
        let middle = if self.target.lines.begins(pc) { String::new() } else { format!("\n{}", self.instruction(pc)) };
        Some(format!("{:<6}  {}{middle}", text.0, shown(&text.1)))
    }

    fn instruction(&self, pc: u32) -> String {
        let text = disassembly::instruction(self.target.module(), pc).map_or(String::new(), |i| i.text);
        format!("{:#06x}  {text}", self.offset(pc))
    }

    pub(super) fn backtrace(&self) -> Result<String, String> {
        let frames = self.target.frames();
        if frames.is_empty() {
            return Err(OVER.into());
        }
        // A caller's call stands before the instruction that is next.
        let place = |(number, frame): (usize, &Frame)| {
            let pc = if number == 0 { frame.pc } else { frame.pc - 1 };
            format!("#{number}  {}", self.place(pc))
        };
        Ok(frames.iter().enumerate().map(place).collect::<Vec<_>>().join("\n"))
    }

    fn frame(&self, number: usize) -> Result<Frame, String> {
        let mut frames = self.target.frames();
        match frames.len() {
            0 => Err(OVER.into()),
            count if number >= count => Err(format!("there are {count} calls, counted from 0")),
            _ => Ok(frames.swap_remove(number)),
        }
    }

    pub(super) fn locals(&self, frame: usize) -> Result<String, String> {
        Ok(values("local", &self.frame(frame)?.locals))
    }

    pub(super) fn globals(&self) -> String {
        values("global", &self.target.globals())
    }

    /// Operands have no types that could be seen.
    pub(super) fn stack(&self, frame: usize) -> Result<String, String> {
        let operands = self.frame(frame)?.operands;
        let shown: Vec<_> = operands.iter().rev().map(|bits| format!("{bits:#x}")).collect();
        Ok(if shown.is_empty() { "no operands".into() } else { shown.join("\n") })
    }

    pub(super) fn memory(&self, address: u32, bytes: u32) -> Result<String, String> {
        let contents = self.target.memory(address, bytes as usize);
        if contents.is_empty() && bytes > 0 {
            return Err(format!("the memory has {} bytes", self.target.memory_size()));
        }
        let row = |(address, bytes): (u64, &[u8])| {
            let text: String =
                bytes.iter().map(|&b| if b.is_ascii_graphic() || b == b' ' { b.into() } else { '.' }).collect();
            let bytes: Vec<_> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("{address:#010x}  {:<width$}  {text}", bytes.join(" "), width = 3 * ROW - 1)
        };
        let addresses = (u64::from(address)..).step_by(ROW);
        Ok(addresses.zip(contents.chunks(ROW)).map(row).collect::<Vec<_>>().join("\n"))
    }

    pub(super) fn list_breakpoints(&self) -> String {
        let breakpoints = self.target.breakpoints.breakpoints().iter().map(|breakpoint| {
            let places: Vec<_> = breakpoint.addresses.iter().map(|&pc| self.place(pc)).collect();
            format!("breakpoint {}: {}", breakpoint.number, places.join("; "))
        });
        let watchpoints = self.target.breakpoints.watchpoints().iter().map(|watchpoint| {
            let kind = match watchpoint.access {
                Access::Read => "reads of",
                Access::Write => "writes to",
                Access::Any => "accesses to",
            };
            format!("watchpoint {}: {kind} {} bytes at {:#x}", watchpoint.number, watchpoint.bytes, watchpoint.address)
        });
        let all: Vec<String> = breakpoints.chain(watchpoints).collect();
        if all.is_empty() { "no breakpoints".into() } else { all.join("\n") }
    }

    pub(super) fn list(&mut self, around: Option<u32>) -> Result<String, String> {
        let pc = self.target.pc().ok_or(OVER)?;
        let here = self.target.lines.place(pc).map(|(file, line)| (file.to_string(), line));
        let (file, line) = here.ok_or("the program stands in code of no source line; `disas` shows instructions")?;
        let around = around.unwrap_or(line);
        let range = around.saturating_sub(AROUND)..=around.saturating_add(AROUND);
        let text = self.target.lines.text(&file, range);
        if text.is_empty() {
            return Err(format!("{} cannot be read, or has no such line", shown(&file)));
        }
        let marked = |(number, text): &(u32, String)| {
            let mark = if *number == line { '>' } else { ' ' };
            format!("{mark}{number:<6}  {}", shown(text))
        };
        Ok(text.iter().map(marked).collect::<Vec<_>>().join("\n"))
    }

    pub(super) fn disassembly(&self, name: Option<&str>) -> Result<String, String> {
        let module = self.target.module();
        let here = self.target.pc();
        let function = match name {
            Some(name) => self.target.lines.functions(name).first().copied(),
            None => here.and_then(|pc| module.function_at(pc)),
        };
        let function = function.and_then(|index| module.defined(index));
        let function = function.ok_or_else(|| match name {
            Some(name) => format!("no function is called {name}"),
            None => "the program is over; name a function".into(),
        })?;
        let next = |&pc: &u32| disassembly::instruction(module, pc).map(|i| i.next).filter(|&pc| pc < function.end);
        let line = |pc: u32| {
            let mark = if here == Some(pc) { '>' } else { ' ' };
            format!("{mark}{}", self.instruction(pc))
        };
        Ok(std::iter::successors(Some(function.entry), next).map(line).collect::<Vec<_>>().join("\n"))
    }

    /// What a function has left on the stack of its caller.
    pub(super) fn returned(&self, function: u32) -> Option<String> {
        let results = &self.target.module().function_type(function)?.results;
        let operands = self.target.frames().into_iter().next()?.operands;
        let first = operands.len().checked_sub(results.len())?;
        let values = results.iter().zip(&operands[first..]).map(|(&ty, &bits)| value::typed(Value { ty, bits }));
        let values: Vec<_> = values.collect();
        (!values.is_empty()).then(|| format!("returned {}", values.join(", ")))
    }
}

/// `hello.c` of `/home/me/hello.c`.
fn base(file: &str) -> &str {
    file.rsplit('/').next().unwrap_or(file)
}

fn values(what: &str, values: &[Value]) -> String {
    let line = |(index, &value): (usize, &Value)| format!("{what} {index} = {}", value::typed(value));
    match values.is_empty() {
        true => format!("no {what}s"),
        false => values.iter().enumerate().map(line).collect::<Vec<_>>().join("\n"),
    }
}

/// What was there before and is there now.
pub(super) fn touched(touched: &Touched) -> String {
    let Touched { number, address, before, now, access } = touched;
    let contents = |bytes: &[u8]| match bytes.len() <= NUMBER {
        true => format!("{:#x}", bytes.iter().rev().fold(0, |number: u64, &byte| number << 8 | u64::from(byte))),
        false => format!("{} bytes", bytes.len()),
    };
    let (before, now) = (contents(before), contents(now));
    match access {
        Access::Read => format!("watchpoint {number}: {address:#x} was read, {now}"),
        _ if before == now => format!("watchpoint {number}: {address:#x} was accessed, {now}"),
        _ => format!("watchpoint {number}: {address:#x} was {before}, is {now}"),
    }
}
