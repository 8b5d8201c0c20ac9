//! `memory.grow` in lock-step with the golden model, where what is declared, what is allowed and what is there meet.

use isa::plan::CorePlan;
use sim::select::Kind;
use sim::session::Ending;
use tests::program::Program;

/// Sizes of a memory in pages.
struct Case {
    page_log2: u32,
    min: u64,
    max: Option<u64>,
    /// Bytes of passive data, which take room.
    passive: u64,
}

/// Pages that may be used, if so many can be counted at most. Of a pool of blocks these are all.
fn there(plan: &CorePlan, page_log2: u32, most: u64) -> u64 {
    (plan.address_bytes() >> page_log2).min(most)
}

/// Less than, equal to and more than what is there, and all that 32 bits can count.
fn cases(plan: &CorePlan) -> Vec<Case> {
    let mut cases = Vec::new();
    for (page_log2, most) in [(16, 1 << 16), (0, u64::from(u32::MAX))] {
        let there = there(plan, page_log2, most);
        for min in [0, 1, there.saturating_sub(1), there, (there + 1).min(most), most] {
            for max in [None, Some(min), Some((min + 2).min(most)), Some(most)] {
                cases.push(Case { page_log2, min, max, passive: 0 });
            }
        }
        for min in [0, there] {
            cases.push(Case { page_log2, min, max: None, passive: 5 });
        }
    }
    cases
}

/// Grows by nothing, by one, to each of the sizes, and further; each time the size is asked for, too.
fn module(case: &Case, plan: &CorePlan) -> String {
    let Case { page_log2, min, max, passive } = *case;
    let there = there(plan, page_log2, u64::from(u32::MAX));
    let to = |size: u64| format!("(call $grow (i32.sub (i32.const {}) (memory.size)))", size as u32);
    let by = |delta: u32| format!("(call $grow (i32.const {delta}))");
    let mut steps = vec![by(0), by(1), by(0), to(there.saturating_sub(1)), to(there), by(0), to(there + 1)];
    steps.extend(max.map(to));
    steps.extend([by(1), by(u32::MAX), by(1 << 16), by(0)]);
    let max = max.map_or(String::new(), |max| max.to_string());
    format!(
        "(module (memory {min} {max} (pagesize {})) (data \"{}\")
          (func $grow (param i32) (drop (memory.grow (local.get 0))) (drop (memory.size)))
          (func (export \"run\") (result i32) {} (memory.size)))",
        1 << page_log2,
        "x".repeat(passive as usize),
        steps.concat()
    )
}

#[test]
fn memories_grow_alike_at_the_edges_of_every_plan() {
    let mut count = 0;
    for plan in boards::PLANS {
        for case in cases(plan) {
            let text = module(&case, plan);
            let module = firmware_loader::parse_text(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
            let run = module.exported_function("run").expect("is exported");
            let program = Program::new(&module, plan).expect("fits");
            let report = program.check(Kind::Auto, run, &[]).expect("runs");
            assert!(matches!(report.ending, Ending::Returned(_)), "{}: {text}: {:#?}", plan.name, report.ending);
            assert_eq!(report.checked, Some(report.instructions), "{text}");
            count += 1;
        }
    }
    println!("{count} memories");
    assert_eq!(count, boards::PLANS.len() * 2 * (6 * 4 + 2));
}
