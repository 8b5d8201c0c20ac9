//! The call chain of a call that ended without a result: which function called which, and where, from the return
//! addresses in a core's frames.

use crate::disassembly::{function_label, function_name};
use crate::gate::file_offset;
use crate::source;
use isa::instr::decode;
use isa::module::Module;
use serde::Serialize;
use std::fmt;
use std::path::Path;

/// Calls that are shown at each end of a long chain.
const SHOWN: usize = 12;

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
        let offsets: Vec<u64> = self.0.iter().filter_map(|call| call.offset).collect();
        let mut lines = source::lines(file, &offsets).into_iter();
        for call in self.0.iter_mut().filter(|call| call.offset.is_some()) {
            (call.file, call.line) = lines.next().flatten().map(|line| (line.file, line.line)).unzip();
        }
        self
    }

    /// For a report, as names and values: where it ended, as far as its place does not say that, and the callers; of a
    /// long chain both ends.
    pub fn rows(&self) -> Vec<(&'static str, String)> {
        let Some((innermost, callers)) = self.0.split_first() else { return Vec::new() };
        let own = match (innermost.source(), innermost.offset) {
            (Some(source), _) => Some(("source", source)),
            (None, None) => Some(("in", innermost.function.clone())),
            (None, Some(_)) => None,
        };
        let caller = |call: &Call| ("from", call.to_string());
        let left_out = callers.len().saturating_sub(2 * SHOWN);
        let (first, last) = match left_out {
            0 => (callers, &callers[..0]),
            _ => (&callers[..SHOWN], &callers[SHOWN + left_out..]),
        };
        let gap = (left_out > 0).then(|| ("...", format!("{left_out} more calls")));
        own.into_iter().chain(first.iter().map(caller)).chain(gap).chain(last.iter().map(caller)).collect()
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.function)?;
        self.offset.map_or(Ok(()), |offset| write!(f, ", byte {offset} ({offset:#x})"))?;
        self.source().map_or(Ok(()), |source| write!(f, ", {source}"))
    }
}

/// The code address of the call instruction that ends at a return address.
fn call_site(module: &Module, end: u32) -> Option<u32> {
    let function = module.defined(module.function_at(end.checked_sub(1)?)?)?;
    let next = |pc: &u32| decode(&module.code, *pc).ok().map(|instr| instr.next_pc()).filter(|&next| next < end);
    let site = std::iter::successors(Some(function.entry), next).last()?;
    (decode(&module.code, site).ok()?.next_pc() == end).then_some(site)
}

/// `abort of env`
fn imported_name(module: &Module, index: u32) -> String {
    match module.imported_function(index) {
        Some(import) => format!("{} of {}", import.name.escape_debug(), import.module.escape_debug()),
        None => function_label(module, index),
    }
}
