//! The branch plan, by hand and against two other readings of the same code: wasmparser's validator for heights and a
//! search through the text of the body for targets.

mod random;

use firmware_loader::parse_text;
use isa::branch::BranchEntry;
use isa::branch_plan::{FunctionPlan, Plan, plan};
use isa::initial::type_numbers;
use isa::instr::{Immediate, Instr, decode, instructions};
use isa::module::{Function, Module};
use isa::op::Op;

fn planned(text: &str) -> (Module, Plan) {
    let module = parse_text(text).unwrap();
    let plan = plan(&module, &type_numbers(&module)).unwrap();
    (module, plan)
}

/// Target relative to the entry of the only function, next, keep, height, unwind, returns, predict.
fn rows(text: &str) -> Vec<(u32, u32, u32, u32, bool, bool, bool)> {
    let (module, plan) = planned(text);
    let entry = module.functions[0].entry;
    let row = |e: &BranchEntry| {
        let target = if e.returns { 0 } else { e.target - entry };
        (target, e.following, e.keep, e.height, e.unwind, e.returns, e.predict)
    };
    plan.entries.iter().map(row).collect()
}

#[test]
fn a_function_without_branches_has_the_entry_of_its_end() {
    assert_eq!(rows("(module (func))"), [(0, 0, 0, 0, false, true, false)]);
    // A parameter lies below the result.
    let rows = rows("(module (func (param i32) (result i32) local.get 0))");
    assert_eq!(rows, [(0, 0, 1, 0, true, true, false)]);
}

#[test]
fn if_and_else_meet_after_the_end() {
    // 0 local.get 0, 2 if, 4 i32.const 1, 6 else, 7 i32.const 2, 9 end, 10 end
    let text = "(module (func (param i32) (result i32) (if (result i32) (local.get 0)
        (then i32.const 1) (else i32.const 2))))";
    assert_eq!(
        rows(text),
        [(7, 2, 0, 1, false, false, false), (10, 2, 1, 1, false, false, true), (0, 0, 1, 0, true, true, false)]
    );
    // 0 local.get 0, 2 if, 4 nop, 5 end, 6 end
    let text = "(module (func (param i32) (if (local.get 0) (then nop))))";
    assert_eq!(rows(text), [(6, 1, 0, 1, false, false, false), (0, 0, 0, 0, true, true, false)]);
}

#[test]
fn loops_go_back_to_after_their_header() {
    // 0 block, 2 loop, 4 local.get 0, 6 br_if 0, 8 br 1, 10 end, 11 end, 12 end
    let text = "(module (func (param i32) (block (loop (br_if 0 (local.get 0)) (br 1)))))";
    assert_eq!(
        rows(text),
        [(4, 0, 0, 1, false, false, true), (12, 2, 0, 1, false, false, true), (0, 0, 0, 0, true, true, false)]
    );
}

#[test]
fn values_between_are_unwound_but_not_in_unreachable_code() {
    // 0 block, 2 i32.const, 4 i32.const, 6 br 0, 8 br 0, 10 end, 11 end
    let text = "(module (func (result i32) (block (result i32) i32.const 1 i32.const 2 br 0 br 0)))";
    let end = (0, 0, 1, 0, false, true, false);
    assert_eq!(rows(text), [(11, 2, 1, 0, true, false, false), (11, 2, 1, 0, false, false, true), end]);
}

#[test]
fn a_table_has_an_entry_for_each_target() {
    // 0 block, 2 loop, 4 local.get 0, 6 br_table 2 0 1 2, 11 end, 12 end, 13 end
    let text = "(module (func (param i32) (block (loop (br_table 0 1 2 (local.get 0))))))";
    assert_eq!(
        rows(text),
        [
            (4, 0, 0, 1, false, false, false),
            (13, 3, 0, 1, false, false, false),
            (0, 0, 0, 0, true, true, false),
            (0, 0, 0, 0, true, true, false)
        ]
    );
}

#[test]
fn heights_fall_back_to_the_base_of_the_block() {
    let (_, plan) = planned(
        "(module
            (func i32.const 1 i32.const 2 drop drop)
            (func (result i32) unreachable i32.add)
            (func (result i32) i32.const 1 (block (br 0 (i64.const 0)) ))
            (func (param i32 i32) (local i64) (if (local.get 0) (then (br_if 1 (local.get 1))))))",
    );
    let heights: Vec<u32> = plan.functions.iter().map(|f| f.max_height).collect();
    assert_eq!(heights, [2, 1, 2, 1]);
}

#[test]
fn invalid_bodies_are_errors() {
    let (module, _) = planned("(module (func (param i32) (block (br 0)) nop))");
    for byte in 0..module.code.len() {
        for value in 0..=255 {
            let mut broken = module.clone();
            broken.code[byte] = value;
            let _ = plan(&broken, &type_numbers(&broken));
        }
    }
    for end in 0..module.functions[0].end {
        let mut broken = module.clone();
        broken.functions[0].end = end;
        assert!(plan(&broken, &type_numbers(&broken)).is_err(), "cut at {end}");
    }
}

/// The labels of the blocks around an instruction, innermost last: their headers, by searching from the start.
fn enclosing<'a>(body: &[Instr<'a>], at: usize) -> Vec<usize> {
    let mut open = Vec::new();
    for (i, instr) in body[..at].iter().enumerate() {
        match instr.op {
            Op::Block | Op::Loop | Op::If => open.push(i),
            Op::End => drop(open.pop()),
            _ => {}
        }
    }
    open
}

/// The `end` of the block with this header and its `else`, by searching forward.
fn closing(body: &[Instr<'_>], header: usize) -> (usize, Option<usize>) {
    let (mut depth, mut otherwise) = (0, None);
    for (i, instr) in body.iter().enumerate().skip(header) {
        match instr.op {
            Op::Block | Op::Loop | Op::If => depth += 1,
            Op::Else if depth == 1 => otherwise = Some(i),
            Op::End if depth == 1 => return (i, otherwise),
            Op::End => depth -= 1,
            _ => {}
        }
    }
    panic!("no end");
}

/// Where the branches of an instruction continue; `None` for a return.
fn targets(body: &[Instr<'_>], at: usize) -> Vec<Option<u32>> {
    let open = enclosing(body, at);
    let label = |depth: u32| {
        let header = *open.iter().rev().nth(depth as usize)?;
        let instr = if body[header].op == Op::Loop { header } else { closing(body, header).0 };
        Some(body[instr].next_pc())
    };
    match (body[at].op, body[at].imm) {
        (Op::Br | Op::BrIf, Immediate::Label(depth)) => vec![label(depth)],
        (Op::BrTable, Immediate::Labels(depths)) => depths.iter().map(label).collect(),
        (Op::If, _) => {
            let (end, otherwise) = closing(body, at);
            vec![Some(body[otherwise.unwrap_or(end)].next_pc())]
        }
        (Op::Else, _) => vec![label(0)],
        (Op::Return, _) => vec![None],
        (op, _) if op.is_service() => vec![Some(body[at].next_pc())],
        (Op::End, _) if at == body.len() - 1 => vec![None],
        _ => vec![],
    }
}

fn check_targets(module: &Module, function: &Function, plan: &Plan, own: &FunctionPlan) -> usize {
    let body: Vec<_> = instructions(&module.code, function.entry, function.end).map(Result::unwrap).collect();
    let mut index = own.first_branch as usize;
    let mut leaders = Vec::new();
    for (at, instr) in body.iter().enumerate() {
        for target in targets(&body, at) {
            let entry = plan.entries[index];
            assert_eq!(plan.sources[index], instr.pc);
            assert_eq!((!entry.returns).then_some(entry.target), target, "{instr:?}");
            if let Some(target) = target {
                // The entry of a service instruction holds its immediates.
                let next = plan.sources.iter().filter(|&&pc| pc < target).count();
                assert!(instr.op.is_service() || entry.following as usize == next);
                assert!(body.iter().any(|i| i.pc == target));
                leaders.push(target);
            }
            assert!(!entry.returns || (entry.target, entry.following, entry.height) == (0, 0, 0));
            index += 1;
        }
    }
    leaders.sort();
    leaders.dedup();
    assert_eq!(leaders, own.leaders);
    index
}

#[test]
fn random_modules_agree_with_a_search_for_the_targets() {
    let mut entries = 0;
    random::modules(1, 300, |_, module| {
        let plan = plan(module, &type_numbers(module)).unwrap();
        let mut index = 0;
        for (function, own) in module.functions.iter().zip(&plan.functions) {
            assert_eq!(own.first_branch as usize, index);
            index = check_targets(module, function, &plan, own);
        }
        assert_eq!((index, index), (plan.entries.len(), plan.sources.len()));
        entries += index;
    });
    assert!(entries > 10_000, "only {entries} entries");
}

/// The plan's heights by wasmparser's validator.
fn check_heights(bytes: &[u8], module: &Module, plan: &Plan) {
    use wasmparser::{Operator, OperatorsReader, Parser, ValidPayload, Validator, WasmFeatures};
    let mut validator = Validator::new_with_features(WasmFeatures::all());
    let mut functions = module.functions.iter().zip(&plan.functions);
    for payload in Parser::new(0).parse_all(bytes) {
        let Ok(ValidPayload::Func(function, body)) = validator.payload(&payload.unwrap()) else { continue };
        let mut validator = function.into_validator(Default::default());
        let (function, own) = functions.next().unwrap();
        let mut reader = body.get_binary_reader();
        validator.read_locals(&mut reader).unwrap();
        let slots = validator.len_locals();
        let ty = &module.types[function.ty as usize];
        assert_eq!(slots, function.declared_locals() + ty.params.len() as u32);
        let (mut index, mut max) = (own.first_branch as usize, 0);
        let mut reader = OperatorsReader::new(reader);
        while !reader.eof() {
            let (operator, offset) = reader.read_with_offset().unwrap();
            let frame = validator.get_control_frame(0).unwrap();
            let (unreachable, before) = (frame.unreachable, validator.operand_stack_height());
            let pc = (offset - u64::from(module.code_offset)) as u32;
            while plan.sources.get(index) == Some(&pc) {
                let entry = plan.entries[index];
                index += 1;
                if decode(&module.code, pc).unwrap().op.is_service() {
                    continue;
                }
                use Operator::*;
                let condition = matches!(operator, If { .. } | BrIf { .. } | BrTable { .. });
                if !unreachable {
                    let above = slots + before - u32::from(condition);
                    assert_eq!(entry.unwind, above != entry.height + entry.keep, "{operator:?} at {pc}");
                    assert!(above >= entry.height + entry.keep);
                } else {
                    assert!(!entry.unwind, "{operator:?} at {pc}");
                }
            }
            validator.op(offset, &operator).unwrap();
            max = max.max(validator.operand_stack_height());
        }
        assert_eq!(own.max_height, max, "function at {}", function.entry);
    }
}

#[test]
fn random_modules_agree_with_the_validator_on_heights() {
    random::modules(2, 300, |bytes, module| {
        check_heights(bytes, module, &plan(module, &type_numbers(module)).unwrap())
    });
}

#[test]
fn entries_keep_the_arity_and_height_of_their_label() {
    // A loop's label has the arity of its parameters; below lie one parameter and two locals.
    let (_, plan) = planned(
        "(module (type $t (func (param i32) (result i32 i32)))
            (func (param i32) (result i32 i32) (local i64 i64) i32.const 7
                (loop $l (type $t) (br_if $l (local.get 0)) i32.const 2)))",
    );
    let entry = plan.entries[0];
    assert_eq!((entry.keep, entry.height, entry.unwind), (1, 3, false));
}
