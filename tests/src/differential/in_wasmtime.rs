//! The compiler `wasmtime`, in a process of its own: PyPI's package, behind a script of ours.

use super::Call;
use super::oracle::{Answer, Called, Oracle, State};
use crate::generated::root;
use crate::wasmi_executor::{OtherStop, with_all_exported};
use isa::module::Module;
use isa::outcome::Trap;
use isa::types::{ValType, Value};
use serde::Deserialize;
use serde_json::{Value as Json, json};
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// What reads requests and answers them; it says how both look.
const SCRIPT: &str = include_str!("in_wasmtime.py");

/// What to do if it is not there.
const INSTALL: &str = "./setup.sh installs it in target/wasmtime, with python3, venv and PyPI's wasmtime";

/// A process that runs modules.
pub struct Wasmtime {
    process: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// As the script answers.
#[derive(Deserialize)]
struct Reply {
    #[serde(default)]
    error: Option<String>,
    #[serde(default)]
    end: Option<String>,
    #[serde(default)]
    calls: Vec<CallReply>,
}

#[derive(Deserialize)]
struct CallReply {
    results: Vec<u64>,
    end: Option<String>,
    globals: Vec<u64>,
    tables: Vec<Vec<u64>>,
    memory: usize,
    rows: Vec<(usize, String)>,
}

impl Wasmtime {
    /// Starts the process.
    ///
    /// # Errors
    /// That it is not there, and what to do.
    pub fn start() -> Result<Wasmtime, String> {
        let python = python().ok_or(format!("there is no wasmtime: {INSTALL}"))?;
        let process = Command::new(&python).args(["-c", SCRIPT]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut process = process.map_err(|error| format!("{}: {error}", python.display()))?;
        let requests = process.stdin.take().expect("is piped");
        let answers = BufReader::new(process.stdout.take().expect("is piped"));
        Ok(Wasmtime { process, requests, answers })
    }

    fn ask(&mut self, request: &Json) -> Result<Reply, String> {
        let mut line = String::new();
        let asked = writeln!(self.requests, "{request}").and_then(|()| self.requests.flush());
        asked.and_then(|()| self.answers.read_line(&mut line)).map_err(|error| format!("wasmtime: {error}"))?;
        serde_json::from_str(&line).map_err(|_| format!("wasmtime has ended, or answered with {line:?}"))
    }

    /// The same, and with a new process if this one did not answer.
    fn ask_or_restart(&mut self, request: &Json) -> Result<Reply, String> {
        let reply = self.ask(request);
        if reply.is_err() {
            *self = Wasmtime::start()?;
        }
        reply
    }
}

impl Drop for Wasmtime {
    fn drop(&mut self) {
        // It may have ended on its own.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A Python that has the package: where `setup.sh` puts it, or in the path.
fn python() -> Option<PathBuf> {
    let knows = |python: &PathBuf| {
        let mut command = Command::new(python);
        let status = command.args(["-c", "import wasmtime"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
        status.is_ok_and(|status| status.success())
    };
    [root().join("target/wasmtime/bin/python"), "python3".into()].into_iter().find(knows)
}

impl Oracle for Wasmtime {
    fn name(&self) -> &'static str {
        "wasmtime"
    }

    fn run(&mut self, module: &Module, bytes: &[u8], calls: &[Call]) -> Result<Answer, String> {
        let arg = |arg: &Value| json!([arg.ty.name(), arg.bits]);
        let call = |call: &Call| json!({ "name": call.name, "args": call.args.iter().map(arg).collect::<Vec<_>>() });
        let calls_asked: Vec<Json> = calls.iter().map(call).collect();
        let reply = self.ask_or_restart(&json!({ "module": hex(&with_all_exported(bytes)), "calls": calls_asked }))?;
        if let Some(error) = reply.error {
            return Ok(Err(OtherStop::Error(error)));
        }
        if let Some(end) = reply.end {
            return Ok(Err(stop(&end)));
        }
        calls
            .iter()
            .zip(reply.calls)
            .map(|(call, reply)| called(reply, call.results(module)))
            .collect::<Result<_, _>>()
            .map(Ok)
    }
}

/// A call with results of these types.
fn called(reply: CallReply, results: &[ValType]) -> Result<Called, String> {
    let CallReply { results: bits, end, globals, tables, memory, rows } = reply;
    let values = results.iter().zip(bits).map(|(&ty, bits)| Value { ty, bits });
    let outcome = end.map_or(Ok(values.collect()), |end| Err(stop(&end)));
    let mut bytes = vec![0; memory];
    for (at, row) in rows {
        let row = from_hex(&row);
        let place = bytes.get_mut(at..).and_then(|rest| rest.get_mut(..row.len()));
        place.ok_or(format!("wasmtime answered with memory at {at:#x}, of {memory} bytes"))?.copy_from_slice(&row);
    }
    Ok(Called { outcome, state: State { globals, tables, memory: bytes } })
}

fn stop(name: &str) -> OtherStop {
    OtherStop::Trap(match name {
        "UNREACHABLE" => Trap::Unreachable,
        "MEMORY_OUT_OF_BOUNDS" => Trap::OutOfBoundsMemory,
        "TABLE_OUT_OF_BOUNDS" => Trap::OutOfBoundsTable,
        "INDIRECT_CALL_TO_NULL" => Trap::UninitializedElement,
        "INTEGER_DIVISION_BY_ZERO" => Trap::DivideByZero,
        "INTEGER_OVERFLOW" => Trap::IntegerOverflow,
        "BAD_CONVERSION_TO_INTEGER" => Trap::BadConversion,
        "BAD_SIGNATURE" => Trap::IndirectCallTypeMismatch,
        other => return OtherStop::Error(other.into()),
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("strings take everything");
        text
    })
}

/// Digits that are none count as 0, which shows as a difference.
fn from_hex(text: &str) -> Vec<u8> {
    let byte = |digits: &[u8]| std::str::from_utf8(digits).ok().and_then(|digits| u8::from_str_radix(digits, 16).ok());
    text.as_bytes().chunks(2).map(|digits| byte(digits).unwrap_or_default()).collect()
}
