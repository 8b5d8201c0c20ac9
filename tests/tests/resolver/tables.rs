//! The hardware resolver writes what the software plan says, and stops at what the software plan refuses.
//!
//! `WAFER_MODULES` (random modules, and hostile bodies for each of a few modules) and `WAFER_SEED` in the environment
//! override the defaults.

use boards::{ALCHITRY_CU, SIM_LARGE};
use firmware_loader::{parse, parse_text, parse_with};
use isa::capabilities::Capabilities;
use isa::group::{source, sources};
use isa::image::ImageError;
use isa::module::Module;
use isa::op::{Imm, Op, Row, TABLE, Unit};
use isa::outcome::{Exhausted, Stop};
use isa::plan::CorePlan;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tests::resolver::{Resolver, Run, expected, with_code};
use tests::setting::setting;
use tests::spec::Set;
use tests::{kernels, regress, smith};
use wast::{QuoteWat, WastDirective, WastExecute};

/// More cycles than resolving code of any kind takes: each byte is taken at most twice, each entry patched at most
/// twice.
fn limit(module: &Module) -> u64 {
    32 * (module.code.len() + module.functions.len() + 2) as u64
}

fn run(resolver: &mut Resolver, module: &Module, name: &str) -> Run {
    resolver.run(module, limit(module)).unwrap_or_else(|| panic!("{name}: does not end"))
}

/// Resolves a valid module, and gives the number of cycles.
fn compare(resolver: &mut Resolver, module: &Module, plan: &CorePlan, name: &str) -> u64 {
    let expected = expected(module, plan).unwrap_or_else(|e| panic!("{name}: {e}"));
    let run = run(resolver, module, name);
    let tables = run.end.unwrap_or_else(|(stop, pc)| panic!("{name}: {stop} at {pc}"));
    for (i, (found, expected)) in tables.functions.iter().zip(&expected.functions).enumerate() {
        assert_eq!(found, expected, "{name}: defined function {i}");
    }
    for (i, (found, expected)) in tables.branches.iter().zip(&expected.branches).enumerate() {
        assert_eq!(found, expected, "{name}: branch entry {i}");
    }
    assert_eq!(tables.branches.len(), expected.branches.len(), "{name}: branch entries");
    for (pc, (found, expected)) in tables.marks.iter().zip(&expected.marks).enumerate() {
        assert_eq!(found, expected, "{name}: mark at {pc}");
    }
    run.cycles
}

/// Resolves any code: the resolver accepts what the software plan accepts, up to the limits of the hardware.
fn agree(resolver: &mut Resolver, module: &Module, code: Vec<u8>, plan: &CorePlan, name: &str) -> bool {
    let fed = Module { code: code.clone(), ..module.clone() };
    let found = run(resolver, &fed, name).end;
    let expected = with_code(module, code).and_then(|module| match expected(&module, plan) {
        Ok(tables) => Some(tables),
        Err(ImageError::Code(_)) => None,
        Err(error) => panic!("{name}: {error}"),
    });
    match (found, expected) {
        (Ok(found), Some(expected)) => {
            assert_eq!(found, expected, "{name}: tables");
            true
        }
        (Ok(_), None) => panic!("{name}: accepted, but it is not valid"),
        (Err((Stop::Exhausted(limit), _)), Some(expected)) => {
            let frame = expected.functions.iter().map(|f| u64::from(f.frame)).max().unwrap_or(0);
            let reached = match limit {
                Exhausted::ValueStack => frame >= plan.stack_slots(),
                Exhausted::BranchEntries => expected.branches.len() as u64 > plan.branch_entries(),
                _ => false,
            };
            assert!(reached, "{name}: {limit:?}");
            false
        }
        (Err((stop, pc)), Some(_)) => panic!("{name}: {stop} at {pc}, but it is valid"),
        (Err(_), None) => false,
    }
}

#[test]
fn kernels_are_resolved_in_less_than_ten_cycles_a_byte() {
    let mut resolver = Resolver::new(&SIM_LARGE);
    for kernel in kernels::all() {
        let cycles = compare(&mut resolver, &kernel.module, &SIM_LARGE, &kernel.name);
        let bytes = kernel.module.code.len();
        println!("{}: {cycles} cycles, {bytes} bytes, {:.2} a byte", kernel.name, cycles as f64 / bytes as f64);
        assert!(cycles < 10 * bytes as u64, "{}: {cycles} cycles", kernel.name);
    }
}

#[test]
fn a_board_resolves_what_fits() {
    let mut resolver = Resolver::new(&ALCHITRY_CU);
    let mut fitting = 0;
    for kernel in kernels::all() {
        let tables = expected(&kernel.module, &ALCHITRY_CU).expect("kernels are valid");
        if tables.branches.len() as u64 <= ALCHITRY_CU.branch_entries() {
            compare(&mut resolver, &kernel.module, &ALCHITRY_CU, &kernel.name);
            fitting += 1;
        }
    }
    assert!(fitting > 3, "only {fitting} kernels fit");
}

#[test]
fn regressions_are_resolved() {
    let mut resolver = Resolver::new(&SIM_LARGE);
    for file in std::fs::read_dir(regress::directory()).expect("it is part of the repository") {
        let path = file.expect("is readable").path();
        let module = parse_text(&std::fs::read_to_string(&path).expect("is readable")).expect("is valid");
        compare(&mut resolver, &module, &SIM_LARGE, &path.display().to_string());
    }
}

/// The valid modules of the scripts of a set, with file and line.
fn suite(set: Set) -> Vec<(String, Module)> {
    let mut modules = Vec::new();
    for file in set.files() {
        let buffer = file.wast().expect("the suite's files have valid tokens");
        for directive in buffer.directives().expect("the suite's files have valid syntax") {
            let (line, _) = directive.span().linecol_in(file.raw());
            let mut wat = match directive {
                WastDirective::Module(module) | WastDirective::ModuleDefinition(module) => module,
                WastDirective::AssertTrap { exec: WastExecute::Wat(wat), .. } => QuoteWat::Wat(wat),
                WastDirective::AssertUnlinkable { module, .. } => QuoteWat::Wat(module),
                _ => continue,
            };
            let bytes = wat.encode().expect("is well-formed");
            if let Ok(module) = parse_with(&bytes, set.features()) {
                modules.push((format!("{}:{}", file.name(), line + 1), module));
            }
        }
    }
    modules
}

#[test]
fn the_suite_is_resolved() {
    let mut resolver = Resolver::new(&SIM_LARGE);
    let (mut count, mut cycles, mut bytes) = (0, 0, 0);
    for set in Set::ALL {
        for (name, module) in suite(set) {
            cycles += compare(&mut resolver, &module, &SIM_LARGE, &name);
            bytes += module.code.len();
            count += 1;
        }
    }
    println!("{count} modules, {cycles} cycles, {bytes} bytes");
    assert!(count > 1000, "only {count} modules");
}

#[test]
fn random_modules_are_resolved() {
    let (seed, count) = (setting("WAFER_SEED", 1), setting("WAFER_MODULES", 300));
    let mut resolver = Resolver::new(&SIM_LARGE);
    for seed in seed..seed + count {
        let module = parse(&smith::module(seed)).expect("is valid");
        compare(&mut resolver, &module, &SIM_LARGE, &format!("seed {seed}"));
    }
}

/// Kernels, regressions and random modules to be spoilt.
fn victims(seed: u64) -> Vec<Module> {
    let random = (seed..seed + 20).map(|seed| parse(&smith::module(seed)).expect("is valid"));
    let files = std::fs::read_dir(regress::directory()).expect("it is part of the repository");
    let text = files.map(|file| std::fs::read_to_string(file.expect("is readable").path()).expect("is readable"));
    let regressions = text.map(|text| parse_text(&text).expect("is valid"));
    kernels::all().into_iter().map(|kernel| kernel.module).chain(regressions).chain(random).collect()
}

#[test]
fn truncated_code_stops() {
    let mut resolver = Resolver::new(&SIM_LARGE);
    for (number, module) in victims(1).iter().enumerate().filter(|(_, module)| module.code.len() < 1500) {
        for length in 1..module.code.len() {
            let code = module.code[..length].to_vec();
            assert!(!agree(&mut resolver, module, code, &SIM_LARGE, &format!("victim {number} cut to {length}")));
        }
    }
}

#[test]
fn spoilt_code_stops_or_is_valid() {
    let (seed, count) = (setting("WAFER_SEED", 1), setting("WAFER_MODULES", 40));
    for plan in [&SIM_LARGE, &ALCHITRY_CU] {
        let mut resolver = Resolver::new(plan);
        let (mut valid, mut all) = (0, 0);
        for (number, module) in victims(seed).iter().enumerate() {
            if module.code.is_empty() || module.code.len() as u64 > plan.code_bytes() {
                continue;
            }
            let mut rng = StdRng::seed_from_u64(seed);
            for round in 0..count {
                let mut code = module.code.clone();
                for _ in 0..rng.random_range(1..4) {
                    let at = rng.random_range(0..code.len());
                    code[at] = match rng.random_range(0..3) {
                        0 => rng.random(),
                        1 => code[at] ^ 1 << rng.random_range(0..8),
                        _ => code[rng.random_range(0..code.len())],
                    };
                }
                let name = format!("victim {number}, round {round} of seed {seed}, plan {}", plan.name);
                valid += u32::from(agree(&mut resolver, module, code, plan, &name));
                all += 1;
            }
        }
        println!("{}: {valid} of {all} are valid", plan.name);
        assert!(valid > all / 20 && valid < all, "{valid} of {all} are valid");
    }
}

#[test]
fn random_bytes_stop_or_are_valid() {
    let (seed, count) = (setting("WAFER_SEED", 1), setting("WAFER_MODULES", 300));
    let module = parse(&smith::module(seed)).expect("is valid");
    let mut resolver = Resolver::new(&SIM_LARGE);
    let mut rng = StdRng::seed_from_u64(seed);
    for round in 0..count * 10 {
        let mut one = module.clone();
        one.functions.truncate(1);
        // Opcodes of control flow are more likely than in a uniform choice; the size fits.
        let length = rng.random_range(1..100);
        let byte = |rng: &mut StdRng| if rng.random() { rng.random_range(0..0x24) } else { rng.random() };
        let mut code: Vec<u8> = (0..length + 1).map(|_| byte(&mut rng)).collect();
        (code[0], code[1]) = (length, 0);
        code[length as usize] = 0x0b;
        agree(&mut resolver, &one, code, &SIM_LARGE, &format!("round {round} of seed {seed}"));
    }
}

/// A LEB128 number of 1 to `longest` bytes, mostly one or two; its last digit is `last`.
fn digits(rng: &mut StdRng, longest: u32, last: u8, digit: impl Fn(&mut StdRng) -> u8) -> Vec<u8> {
    let length = if rng.random_range(0..4) == 0 { rng.random_range(1..=longest) } else { rng.random_range(1..3) };
    let mut bytes: Vec<u8> = (1..length).map(|_| digit(rng) | 0x80).collect();
    bytes.push(last);
    bytes
}

/// Immediates of any valid length; indices are 0, of what every module here has. `None` for other kinds.
fn immediates(rng: &mut StdRng, imm: Imm) -> Option<Vec<u8>> {
    let sign = if rng.random() { 0 } else { 0x7f };
    Some(match imm {
        Imm::None => Vec::new(),
        Imm::Label | Imm::Local | Imm::Global | Imm::Memory => digits(rng, 5, 0, |_| 0),
        Imm::MemArg => [digits(rng, 5, 0, |_| 0), digits(rng, 5, 0, |rng| rng.random())].concat(),
        Imm::Types => vec![1, 0x7f],
        Imm::I32 => digits(rng, 5, sign, |rng| rng.random()),
        Imm::I64 => digits(rng, 10, sign, |rng| rng.random()),
        Imm::F32 => rng.random::<[u8; 4]>().into(),
        Imm::F64 => rng.random::<[u8; 8]>().into(),
        _ => return None,
    })
}

/// Instructions that a core with these units knows, in any order, where nothing is asked of the stack because it is not
/// reached.
fn unreached(rng: &mut StdRng, units: Capabilities) -> Vec<u8> {
    let mut body = vec![1, 1, 0x7f, Op::Unreachable.row().code];
    for _ in 0..rng.random_range(1..60) {
        let class = rng.random_range(0..5);
        let chosen = |op| match class {
            0 | 1 => source(op),
            2 => sources(op, units.float).is_some(),
            3 => matches!(op, Op::LocalSet | Op::LocalTee | Op::BrIf),
            _ => true,
        };
        let known = |row: &&Row| row.unit != Unit::Privileged || units.supports(row.op);
        let rows: Vec<&Row> = TABLE.iter().filter(known).filter(|row| chosen(row.op)).collect();
        let row = rows[rng.random_range(0..rows.len())];
        match (row.op, immediates(rng, row.imm)) {
            (Op::Else | Op::End, _) => {}
            (Op::Block | Op::Loop | Op::If, _) => body.extend([row.code, 0x40, Op::End.row().code]),
            (_, Some(immediates)) => {
                body.extend(if row.prefix == 0 { vec![row.code] } else { vec![row.prefix, row.code] });
                body.extend(immediates);
            }
            _ => {}
        }
    }
    body.extend([Op::Unreachable.row().code, Op::End.row().code]);
    body
}

#[test]
fn instructions_in_any_order_are_grouped() {
    let (seed, count) = (setting("WAFER_SEED", 1), setting("WAFER_MODULES", 300));
    let text = "(module (memory 1) (global (mut i32) (i32.const 0)) (func))";
    let module = parse_text(text).expect("is valid");
    for plan in [&SIM_LARGE, &ALCHITRY_CU] {
        let mut resolver = Resolver::new(plan);
        for seed in seed..seed + count {
            let body = unreached(&mut StdRng::seed_from_u64(seed), Capabilities::of_plan(plan));
            let size = [body.len() as u8 | 0x80, (body.len() >> 7) as u8];
            let code = [&size[..], &body].concat();
            let name = format!("seed {seed} on {}", plan.name);
            assert!(agree(&mut resolver, &module, code, plan, &name), "{name} stops");
        }
    }
}
