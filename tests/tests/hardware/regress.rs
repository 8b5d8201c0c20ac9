//! The programs in `tests/regress`, in lock-step with the golden model.

use isa::module::Module;
use isa::plan::CorePlan;
use isa::types::Value;
use model::Outcome;
use sim::select::Kind;
use sim::session::Ending;
use tests::plans::LARGE;
use tests::program::Program;
use tests::regress::{Expectation, directory, expectations, words};

/// How the call ends on a plan, in the words of the expectations.
fn end_of(module: &Module, call: &Expectation, plan: &CorePlan) -> String {
    let function = module.exported_function(call.function).unwrap_or_else(|| panic!("no {}", call.function));
    let types = &module.function_type(function).expect("is exported").params;
    assert_eq!(types.len(), call.args.len(), "{}", call.function);
    let value = |(&ty, text): (_, &&str)| sim::value::parse(text, ty).expect("is a value");
    let args: Vec<Value> = types.iter().zip(&call.args).map(value).collect();
    let program = Program::new(module, plan).expect("fits");
    match program.check(Kind::Auto, function, &args).expect("runs").ending {
        Ending::Returned(values) => words(&Outcome::Returned(values)),
        Ending::Stopped(stop, _) => words(&Outcome::Stopped(stop)),
        other => panic!("{} {:?}: {other:#?}", call.function, call.args),
    }
}

#[test]
fn every_program_ends_as_its_comments_say() {
    let mut files: Vec<_> = directory().read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let (mut count, mut wrong) = (0, Vec::new());
    for file in files {
        let module = firmware_loader::read(&file).unwrap_or_else(|e| panic!("{e}"));
        let text = std::fs::read_to_string(&file).unwrap();
        let before = count;
        for call in expectations(&text) {
            let plan = boards::plan(call.plan).unwrap_or_else(|| panic!("no plan {}", call.plan));
            let end = end_of(&module, &call, plan);
            if end != call.end {
                let Expectation { plan, function, args, end: expected } = call;
                wrong.push(format!("{}: {function} {args:?} on {plan}: {end}, expected {expected}", file.display()));
            }
            count += 1;
        }
        assert!(count > before, "{} expects nothing", file.display());
    }
    println!("{count} calls");
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(count >= 126, "only {count} calls");
}

/// Of a linear memory that is a pool, all is there that can be declared.
const GROWTH: &str = "growth_by_nothing_beyond_the_plan.wat";

/// The cores of the boards do the same with larger memories; but millicode needs stack of its own, so that limits are met
/// earlier, and they have 4,096 slots.
#[test]
fn every_program_ends_alike_on_the_cores_of_boards() {
    let (mut count, mut limited, mut wrong) = (0, 0, Vec::new());
    let files = directory().read_dir().unwrap().map(|entry| entry.unwrap().path());
    for file in files.filter(|file| !file.ends_with(GROWTH)) {
        let module = firmware_loader::read(&file).unwrap_or_else(|e| panic!("{e}"));
        let text = std::fs::read_to_string(&file).unwrap();
        for call in expectations(&text).filter(|call| call.plan == "sim-large" && !call.end.starts_with("exhausted")) {
            for plan in LARGE {
                let end = end_of(&module, &call, &plan);
                if end.starts_with("exhausted") {
                    limited += 1;
                } else if end != call.end {
                    let Expectation { function, args, end: expected, .. } = &call;
                    wrong.push(format!(
                        "{}: {function} {args:?} on {}: {end}, not {expected}",
                        file.display(),
                        plan.name
                    ));
                }
                count += 1;
            }
        }
    }
    println!("{count} calls");
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(limited, 12, "4,096 slots are not enough for all");
    assert!(count >= 150, "only {count} calls");
}
