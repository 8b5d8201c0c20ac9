//! The retire port is as `hdl::signals` states it, and as docs/core.md describes it.

use crate::ports::{self, Port};
use hdl::core_task;
use hdl::emit::with_core;
use hdl::signals::retire::{FIELDS, VALID, Width};

const DOCUMENT: &str = include_str!("../../../docs/core.md");

/// The outputs of a core.
struct Outputs;

core_task!(Outputs => Vec<Port>, |self, core| ports::outputs(&*core));

#[test]
fn the_retire_port_is_as_it_is_stated() {
    for plan in boards::PLANS {
        let ports = with_core(plan, Outputs).unwrap_or_else(|e| panic!("{e}"));
        let ports = ports.iter().filter(|port| port.name.starts_with("ret_"));
        let mut found: Vec<(&str, usize)> = ports.map(|port| (port.name.as_str(), port.width())).collect();
        let mut stated: Vec<(&str, usize)> = FIELDS
            .iter()
            .map(|field| match field.width {
                Width::Bits(bits) => (field.port, bits as usize),
                Width::CodeAddress => (field.port, plan.sizes.code_log2 as usize),
                Width::Slot => (field.port, plan.sizes.stack_log2 as usize),
            })
            .chain([(VALID, 1)])
            .collect();
        found.sort();
        stated.sort();
        assert_eq!(found, stated, "{}", plan.name);
    }
}

#[test]
fn every_field_fits_its_type_and_is_described() {
    for field in FIELDS {
        assert!(field.width.most() as usize <= 8 * field.bytes, "{}", field.name);
        assert!(DOCUMENT.contains(&format!("`{}`", field.port)), "docs/core.md does not describe {}", field.port);
    }
}
