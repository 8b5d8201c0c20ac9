//! Ports of a module: their names, widths and values, read through rust-hdl's probe.

use rust_hdl::core::atom::{Atom, AtomKind};
use rust_hdl::core::block::Block;
use rust_hdl::core::probe::Probe;

/// A port and its value, as binary digits from the highest bit.
#[derive(Clone, Debug, PartialEq)]
pub struct Port {
    pub name: String,
    pub value: String,
}

impl Port {
    pub fn width(&self) -> usize {
        self.value.len()
    }
}

/// The inputs without the clock, in declaration order.
pub fn inputs(top: &dyn Block) -> Vec<Port> {
    ports(top, |name, kind| kind == AtomKind::InputParameter && name != "clock")
}

/// The outputs, in declaration order.
pub fn outputs(top: &dyn Block) -> Vec<Port> {
    ports(top, |_, kind| kind == AtomKind::OutputParameter)
}

fn ports(top: &dyn Block, wanted: fn(&str, AtomKind) -> bool) -> Vec<Port> {
    let mut reader = Reader { depth: 0, wanted, ports: Vec::new() };
    top.accept("top", &mut reader);
    reader.ports
}

struct Reader {
    depth: usize,
    wanted: fn(&str, AtomKind) -> bool,
    ports: Vec<Port>,
}

impl Probe for Reader {
    fn visit_start_scope(&mut self, _name: &str, _node: &dyn Block) {
        self.depth += 1;
    }

    fn visit_atom(&mut self, name: &str, signal: &dyn Atom) {
        if self.depth == 1 && (self.wanted)(name, signal.kind()) {
            self.ports.push(Port { name: name.into(), value: binary(signal) });
        }
    }

    fn visit_end_scope(&mut self, _name: &str, _node: &dyn Block) {
        self.depth -= 1;
    }
}

/// rust-hdl gives values as Verilog literals only: 12'hfff.
fn binary(signal: &dyn Atom) -> String {
    let literal = format!("{:x}", signal.verilog());
    let digits = literal.split("'h").nth(1).expect("a hexadecimal literal").chars();
    let value: String = digits.map(|d| format!("{:04b}", d.to_digit(16).expect("a digit"))).collect();
    let padded = format!("{value:0>width$}", width = signal.bits());
    padded[padded.len() - signal.bits()..].into()
}
