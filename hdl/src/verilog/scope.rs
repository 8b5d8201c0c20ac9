//! What the names in the logic of a block stand for.

use super::tree::Node;
use rust_hdl::core::type_descriptor::{TypeDescriptor, TypeKind};
use std::collections::BTreeMap;

/// A signal or a constant: its width, and its type if that has fields.
struct Symbol {
    width: usize,
    fields: Option<TypeDescriptor>,
}

/// The names of states of one type, with their values.
pub struct States {
    pub width: usize,
    pub names: Vec<String>,
}

/// The names of a block: its signals, the ports of the blocks in it, and the states of all their types.
#[derive(Default)]
pub struct Scope {
    symbols: BTreeMap<String, Symbol>,
    states: Vec<States>,
}

impl Scope {
    pub fn new(node: &Node) -> Scope {
        let mut scope = Scope::default();
        for signal in &node.signals {
            scope.add(signal.name.clone(), signal.width, &signal.descriptor);
        }
        for child in &node.children {
            for port in child.ports() {
                scope.add(format!("{}${}", child.name, port.name), port.width, &port.descriptor);
            }
        }
        scope
    }

    fn add(&mut self, name: String, width: usize, descriptor: &TypeDescriptor) {
        let fields = matches!(descriptor.kind, TypeKind::Composite(_)).then(|| descriptor.clone());
        self.symbols.insert(name, Symbol { width, fields });
        self.add_states(descriptor);
    }

    fn add_states(&mut self, descriptor: &TypeDescriptor) {
        match &descriptor.kind {
            TypeKind::Enum(labels) => {
                let names: Vec<_> = labels.iter().map(|label| label.replace("::", "$")).collect();
                if !self.states.iter().any(|states| states.names == names) {
                    self.states.push(States { width: width(descriptor), names });
                }
            }
            TypeKind::Composite(fields) => fields.iter().for_each(|field| self.add_states(&field.kind)),
            TypeKind::Bits(_) | TypeKind::Signed(_) => {}
        }
    }

    /// The width of a signal, a constant or a state.
    pub fn width(&self, name: &str) -> Option<usize> {
        let signal = self.symbols.get(name).map(|symbol| symbol.width);
        signal.or_else(|| self.states_of(name).map(|states| states.width))
    }

    /// The states of which `name` is one.
    pub fn states_of(&self, name: &str) -> Option<&States> {
        self.states.iter().find(|states| states.names.iter().any(|state| state == name))
    }

    /// The types of states.
    pub fn states(&self) -> &[States] {
        &self.states
    }

    /// The name of the field of a signal that has this place in it.
    pub fn field(&self, signal: &str, low: usize, width: usize) -> Option<String> {
        let descriptor = self.symbols.get(signal)?.fields.as_ref()?;
        Some(format!("{}${}", descriptor.name, field(descriptor, low, width)?))
    }
}

/// The field of a structure that begins at bit `low` and has `wide` bits.
fn field(structure: &TypeDescriptor, low: usize, wide: usize) -> Option<String> {
    let TypeKind::Composite(fields) = &structure.kind else { return None };
    let mut begins = 0;
    for part in fields {
        let bits = width(&part.kind);
        if begins == low && bits == wide {
            return Some(part.fieldname.clone());
        }
        if (begins..begins + bits).contains(&low) {
            return Some(format!("{}${}", part.fieldname, field(&part.kind, low - begins, wide)?));
        }
        begins += bits;
    }
    None
}

/// Bits of a type.
fn width(descriptor: &TypeDescriptor) -> usize {
    match &descriptor.kind {
        TypeKind::Bits(bits) | TypeKind::Signed(bits) => *bits,
        TypeKind::Enum(states) => rust_hdl::prelude::clog2(states.len()),
        TypeKind::Composite(fields) => fields.iter().map(|field| width(&field.kind)).sum(),
    }
}
