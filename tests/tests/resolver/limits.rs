//! The limits of the resolver: reached exactly, and exceeded by one.

use boards::ALCHITRY_CU as PLAN;
use firmware_loader::parse_text;
use isa::group::Policy;
use isa::image::Image;
use isa::initial::Bindings;
use isa::module::Module;
use isa::outcome::{Exhausted, Stop};
use tests::resolver::{Resolver, Run};

fn resolve(module: &Module) -> Run {
    Resolver::new(&PLAN).run_from(module, 0, 1 << 16).expect("ends")
}

/// A function of so many nested blocks, itself included.
fn nested(blocks: usize) -> Module {
    let (open, close) = ("block ".repeat(blocks - 1), "end ".repeat(blocks - 1));
    parse_text(&format!("(module (func {open} {close}))")).expect("is valid")
}

#[test]
fn blocks_can_be_open_until_the_label_stack_is_full() {
    let image = |blocks| {
        Image::new(&nested(blocks), &Bindings::default(), &PLAN, Policy::of_plan(&PLAN)).map_err(|e| e.to_string())
    };
    let first = image(1).expect("fits").resolution.labels as usize;
    let most = (PLAN.stack_slots() as usize - first) / 2;
    assert!(most > 100, "only {most} blocks");
    assert!(resolve(&nested(most)).end.is_ok());
    assert_eq!(image(most).map(|image| image.open_blocks as usize), Ok(most));

    let (stop, pc) = resolve(&nested(most + 1)).end.expect_err("one more than there is room for");
    assert_eq!(stop, Stop::Exhausted(Exhausted::LabelStack));
    // Two bytes for size and locals, two for each `block`: the innermost one.
    assert_eq!(pc as usize, body(&nested(most + 1)) + 2 * (most - 1));
    let refusal = image(most + 1).expect_err("the host sees it first");
    assert!(refusal.contains("open blocks needed, 256 available"), "{refusal}");
}

#[test]
fn branches_can_be_resolved_until_the_entries_are_used() {
    // The final `end` has one too.
    let branching = |branches: usize| {
        let text = format!("(module (func {}))", "i32.const 0 br_if 0 ".repeat(branches - 1));
        parse_text(&text).expect("is valid")
    };
    let most = PLAN.branch_entries() as usize;
    let tables = resolve(&branching(most)).end.expect("there are as many");
    assert_eq!(tables.branches.len(), most);
    let (stop, pc) = resolve(&branching(most + 1)).end.expect_err("one more than there are");
    assert_eq!(stop, Stop::Exhausted(Exhausted::BranchEntries));
    assert_eq!(pc as usize, branching(most + 1).code.len() - 1);
}

/// Code address of the only body's first instruction.
fn body(module: &Module) -> usize {
    module.functions[0].entry as usize
}
