//! The programs in `tests/regress`. A program's comments say what is called and how it ends:
//! `;; PLAN: FUNCTION ARGS... => return VALUE`, or `trap` or `exhausted` with the message.

use crate::differential::{Call, Case};
use isa::outcome::Stop;
use isa::plan::CorePlan;
use isa::types::Value;
use model::{Error, Limits, Outcome, Store};
use sim::value::{decimal, float_bits};
use std::path::{Path, PathBuf};

/// One line of expectation.
pub struct Expectation<'a> {
    pub plan: &'a str,
    pub function: &'a str,
    pub args: Vec<&'a str>,
    pub end: &'a str,
}

/// Where the programs are.
pub fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("regress")
}

/// What the comments of a program say.
pub fn expectations(text: &str) -> impl Iterator<Item = Expectation<'_>> {
    text.lines().filter_map(|line| {
        let (call, end) = line.strip_prefix(";; ")?.split_once(" => ")?;
        let (plan, call) = call.split_once(": ")?;
        let mut words = call.split(' ');
        Some(Expectation { plan, function: words.next()?, args: words.collect(), end })
    })
}

/// How a call ended, in the words of the expectations.
pub fn words(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Returned(values) => {
            let values: Vec<_> = values.iter().map(|v| signed(v).to_string()).collect();
            format!("return {}", values.join(" "))
        }
        Outcome::Stopped(Stop::Trap(trap)) => format!("trap {}", trap.message()),
        Outcome::Stopped(Stop::Exhausted(limit)) => format!("exhausted {}", limit.message()),
        Outcome::Stopped(Stop::Fault(fault)) => format!("fault {}", fault.message()),
    }
}

fn signed(value: &Value) -> i64 {
    if value.ty.is_wide() { value.bits as i64 } else { value.bits as u32 as i32 as i64 }
}

/// A program in the text format whose comments say why it is there and how the model ends each of its calls.
pub fn program(case: &Case, plan: &CorePlan, why: &str) -> String {
    let mut text: String = why.lines().map(|line| format!(";; {line}\n")).collect();
    for call in &case.calls {
        let args: String = call.args.iter().map(|&arg| format!(" {}", argument(arg))).collect();
        text += &format!(";; {}: {}{args} => {}\n", plan.name, call.name, words(&outcome(case, call, plan)));
    }
    text + &wasmprinter::print_bytes(&case.bytes).expect("is valid")
}

fn argument(value: Value) -> String {
    float_bits(value).map_or_else(|| decimal(value), |bits| format!("bits:{bits}"))
}

fn outcome(case: &Case, call: &Call, plan: &CorePlan) -> Outcome {
    let module = firmware_loader::parse(&case.bytes).expect("is valid");
    let mut store = Store::new(Limits::of_plan(plan));
    let instance = match store.instantiate(&module, |_| None) {
        Ok(instance) => instance,
        Err(Error::Stopped(stop)) => return Outcome::Stopped(stop),
        Err(error) => panic!("{error}"),
    };
    let function = store.exported_function(instance, &call.name).expect("is exported");
    match store.invoke(function, &call.args) {
        Ok(values) => Outcome::Returned(values),
        Err(stop) => Outcome::Stopped(stop),
    }
}
