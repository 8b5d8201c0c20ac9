//! The quickest of the proofs; `cargo run --release -p tests --bin formal` runs all of them.

use firmware_loader::interrupt::Interrupt;
use std::time::Duration;
use tests::formal::model::Model;
use tests::formal::properties::{Edit, HARNESSES, edited};
use tests::formal::solve::{Outcome, solve};
use tests::tools::installed;

const LIMIT: Duration = Duration::from_secs(60);

/// The check of the bounds is proved, and is found to be wrong where it is broken.
#[test]
fn a_proof_ends_and_a_broken_check_fails() {
    if !installed(&["yosys", "yosys-abc"]) {
        return;
    }
    let interrupt = Interrupt::default();
    let harness = HARNESSES.iter().find(|harness| harness.file == "bounds.sv").expect("is in the list");
    for &subject in harness.subjects {
        for property in harness.properties {
            let outcome = |broken: &[Edit]| {
                let model = Model::build(harness, subject, broken, &interrupt).unwrap().expect("nobody interrupts");
                solve(&model, property.name, property.method, LIMIT, &interrupt).unwrap()
            };
            assert_eq!(outcome(&[]), Outcome::Proved, "{} on {subject}", property.name);
            let broken = outcome(property.broken);
            assert!(matches!(broken, Outcome::Fails(..)), "{} on {subject}: {broken}", property.name);
        }
    }
}

/// Every property has something that breaks it in the Verilog of every core.
#[test]
fn every_property_can_be_broken() {
    for harness in HARNESSES {
        for subject in harness.subjects {
            let verilog = subject.verilog().unwrap();
            for property in harness.properties {
                let broken = edited(verilog.clone(), property.broken);
                assert!(broken.is_ok(), "{} on {subject}: {}", property.name, broken.unwrap_err());
            }
        }
    }
}
