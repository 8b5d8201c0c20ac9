//! The programs in `tests/regress`, in lock-step with the golden model. A program's comments say what is called and how
//! it ends: `;; PLAN: FUNCTION ARGS... => return VALUE`, or `trap` or `exhausted` with the message.

use isa::module::Module;
use isa::outcome::Stop;
use isa::types::Value;
use sim::select::{Kind, open};
use sim::session::{Ending, Job, Settings, simulate};
use std::path::Path;

/// One line of expectation.
struct Call<'a> {
    plan: &'a str,
    function: &'a str,
    args: Vec<&'a str>,
    end: &'a str,
}

fn calls(text: &str) -> impl Iterator<Item = Call<'_>> {
    text.lines().filter_map(|line| {
        let (call, end) = line.strip_prefix(";; ")?.split_once(" => ")?;
        let (plan, call) = call.split_once(": ")?;
        let mut words = call.split(' ');
        Some(Call { plan, function: words.next()?, args: words.collect(), end })
    })
}

/// How the call ends, in the words of the expectations.
fn end_of(module: &Module, call: &Call) -> String {
    let plan = boards::plan(call.plan).unwrap_or_else(|| panic!("no plan {}", call.plan));
    let image = firmware_loader::image(module, &sim::load::target(plan)).expect("fits");
    let function = module.exported_function(call.function).unwrap_or_else(|| panic!("no {}", call.function));
    let types = &module.function_type(function).expect("is exported").params;
    assert_eq!(types.len(), call.args.len(), "{}", call.function);
    let value = |(&ty, text): (_, &&str)| sim::value::parse(text, ty).expect("is a value");
    let args: Vec<Value> = types.iter().zip(&call.args).map(value).collect();
    let engine = |waves| open(Kind::Auto, plan, waves);
    let job = Job { module, image: &image, plan, function, args: &args, open: &engine };
    let report = simulate(&job, &mut Settings::checked(&mut |_| true)).expect("runs");
    match report.ending {
        Ending::Returned(values) => {
            let values: Vec<_> = values.iter().map(|v| signed(v).to_string()).collect();
            format!("return {}", values.join(" "))
        }
        Ending::Stopped(Stop::Trap(trap), _) => format!("trap {}", trap.message()),
        Ending::Stopped(Stop::Exhausted(limit), _) => format!("exhausted {}", limit.message()),
        other => panic!("{} {:?}: {other:#?}", call.function, call.args),
    }
}

fn signed(value: &Value) -> i64 {
    if value.ty.is_wide() { value.bits as i64 } else { value.bits as u32 as i32 as i64 }
}

#[test]
fn every_program_ends_as_its_comments_say() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("regress");
    let mut files: Vec<_> = directory.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let (mut count, mut wrong) = (0, Vec::new());
    for file in files {
        let module = firmware_loader::read(&file).unwrap_or_else(|e| panic!("{e}"));
        let text = std::fs::read_to_string(&file).unwrap();
        let before = count;
        for call in calls(&text) {
            let end = end_of(&module, &call);
            if end != call.end {
                let Call { plan, function, args, end: expected } = call;
                wrong.push(format!("{}: {function} {args:?} on {plan}: {end}, expected {expected}", file.display()));
            }
            count += 1;
        }
        assert!(count > before, "{} expects nothing", file.display());
    }
    println!("{count} calls");
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(count, 108);
}
