//! The call chain of a call that ended without a result: which function called which, and where, from the return
//! addresses in a core's frames.

use crate::disassembly::{function_label, function_name};
use crate::gate::file_offset;
use crate::source::Source;
use isa::image::Image;
use isa::instr::decode;
use isa::module::Module;
use serde::Serialize;
use std::fmt;
use std::path::Path;

/// Calls that are shown at each end of a long chain.
const SHOWN: usize = 8;

/// A place in a call chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Call {
    pub function: String,
    /// Byte offset in the binary module; `None` for an imported function.
    pub offset: Option<u64>,
    /// Source file and line, if the module says.
    pub file: Option<String>,
    pub line: Option<u32>,
}

impl Call {
    fn new(function: String, offset: Option<u64>) -> Call {
        Call { function, offset, file: None, line: None }
    }

    /// `fold.c:12`
    fn source(&self) -> Option<String> {
        Some(format!("{}:{}", self.file.as_ref()?.escape_debug(), self.line?))
    }
}

/// A call chain, innermost first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Backtrace(pub Vec<Call>);

impl Backtrace {
    /// Of a call that ended at the code address `pc`, or in an imported function, whose frame has been made.
    /// `returns` are the return addresses of the frames, innermost first; 0 marks the host as caller.
    pub fn new(module: &Module, pc: Option<u32>, import: Option<u32>, returns: &[u32]) -> Backtrace {
        let callers = returns.iter().take_while(|&&pc| pc != 0).filter_map(|&pc| call_site(module, pc));
        let own = if import.is_none() { pc } else { None };
        let place = |pc| Call::new(function_name(module, pc), Some(file_offset(module, pc)));
        let imported = import.map(|index| Call::new(imported_name(module, index), None));
        Backtrace(imported.into_iter().chain(own.into_iter().chain(callers).map(place)).collect())
    }

    /// With the source lines that the module file has for it.
    #[must_use]
    pub fn with_lines(mut self, file: &Path) -> Backtrace {
        let source = Source::open(file);
        for call in &mut self.0 {
            let line = call.offset.and_then(|offset| source.as_ref()?.line(offset));
            (call.file, call.line) = line.map(|line| (line.file, line.line)).unzip();
        }
        self
    }

    /// For a report, as names and values: what the place of its end does not say of it, and the callers; of a long
    /// chain both ends.
    pub fn rows(&self) -> Vec<(&'static str, String)> {
        let imported = self.0.iter().take_while(|call| call.offset.is_none());
        let mut rows: Vec<_> = imported.map(|call| ("in", call.function.clone())).collect();
        let Some((place, callers)) = self.0.get(rows.len()..).and_then(<[Call]>::split_first) else { return rows };
        rows.extend(place.source().map(|source| ("source", source)));
        let caller = |call: &Call| ("from", call.to_string());
        match callers.len().saturating_sub(2 * SHOWN) {
            0 => rows.extend(callers.iter().map(caller)),
            left_out => {
                rows.extend(callers[..SHOWN].iter().map(caller));
                rows.push(("...", format!("{left_out} more calls")));
                rows.extend(callers[SHOWN + left_out..].iter().map(caller));
            }
        }
        rows
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.function)?;
        self.offset.map_or(Ok(()), |offset| write!(f, ", byte {offset} ({offset:#x})"))?;
        self.source().map_or(Ok(()), |source| write!(f, ", {source}"))
    }
}

/// Where a call stopped in its module, and the return addresses of its callers: one that stopped in the library is at the
/// instruction that the library executes. Without return addresses nobody knows which.
pub fn in_module(module: &Module, image: &Image, pc: u32, returns: Vec<u32>) -> (u32, Vec<u32>) {
    if image.routines.is_empty() || pc < image.layout.library {
        return (pc, returns);
    }
    let (end, callers) = outside(image.layout.library, returns);
    (end.and_then(|end| call_site(module, end)).unwrap_or(pc), callers)
}

/// Of return addresses in a function of the library, which begins at a code address: where the instruction ends that it
/// executes, and the return addresses of the callers of that.
pub fn outside(library: u32, returns: Vec<u32>) -> (Option<u32>, Vec<u32>) {
    let mut callers = returns.into_iter().skip_while(|&pc| pc >= library);
    (callers.next(), callers.collect())
}

/// The code address of the call instruction that ends at a return address.
fn call_site(module: &Module, end: u32) -> Option<u32> {
    let function = module.defined(module.function_at(end.checked_sub(1)?)?)?;
    let next = |pc: &u32| decode(&module.code, *pc).ok().map(|instr| instr.next_pc()).filter(|&next| next < end);
    let site = std::iter::successors(Some(function.entry), next).last()?;
    (decode(&module.code, site).ok()?.next_pc() == end).then_some(site)
}

/// The name of an imported function, by its index: `abort of env`. That of a function of the module's own otherwise.
pub fn imported_name(module: &Module, index: u32) -> String {
    match module.imported_function(index) {
        Some(import) => format!("{} of {}", import.name.escape_debug(), import.module.escape_debug()),
        None => function_label(module, index),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse_text;

    const CHAIN: &str = r#"(module (import "env" "log" (func $log))
        (func $inner i32.const 1 drop call $log)
        (func $outer (export "outer") nop call $inner nop))"#;

    fn module() -> Module {
        parse_text(CHAIN).unwrap_or_else(|e| panic!("{e}"))
    }

    /// Code addresses of a function's instructions.
    fn addresses(module: &Module, function: u32) -> Vec<u32> {
        let function = module.defined(function).expect("is defined");
        let next = |&pc: &u32| decode(&module.code, pc).ok().map(|i| i.next_pc()).filter(|&pc| pc < function.end);
        std::iter::successors(Some(function.entry), next).collect()
    }

    #[test]
    fn callers_are_at_the_call_before_the_return_address() {
        let module = module();
        let (inner, outer) = (addresses(&module, 1), addresses(&module, 2));
        let trace = Backtrace::new(&module, Some(inner[1]), None, &[outer[2], 0, inner[1]]);
        let expected = [("inner", inner[1]), ("outer", outer[1])].map(|(function, pc)| Call {
            function: function.into(),
            offset: Some(file_offset(&module, pc)),
            file: None,
            line: None,
        });
        assert_eq!(trace.0, expected);
        assert_eq!(trace.rows(), [("from", expected[1].to_string())]);
    }

    #[test]
    fn an_imported_function_is_the_innermost() {
        let module = module();
        let (inner, outer) = (addresses(&module, 1), addresses(&module, 2));
        let trace = Backtrace::new(&module, Some(inner[2]), Some(0), &[inner[3], outer[2], 0]);
        let names: Vec<_> = trace.0.iter().map(|call| (call.function.as_str(), call.offset)).collect();
        let at = |pc| Some(file_offset(&module, pc));
        assert_eq!(names, [("log of env", None), ("inner", at(inner[2])), ("outer", at(outer[1]))]);
        let rows: Vec<_> = trace.rows().iter().map(|(name, _)| *name).collect();
        assert_eq!(rows, ["in", "from"]);
    }

    #[test]
    fn addresses_behind_no_call_are_left_out() {
        let module = module();
        let middle = addresses(&module, 1)[0] + 1;
        assert_eq!(Backtrace::new(&module, None, None, &[middle, u32::MAX, 1]).0, []);
    }

    #[test]
    fn of_a_long_chain_both_ends_are_shown() {
        let module = module();
        let back = addresses(&module, 2)[2];
        let trace = Backtrace::new(&module, Some(1), None, &[back; 2 * SHOWN + 5]);
        assert_eq!(trace.0.len(), 2 * SHOWN + 6);
        let rows = trace.rows();
        assert_eq!((rows.len(), &rows[SHOWN]), (2 * SHOWN + 1, &("...", "5 more calls".to_string())));
    }
}
