//! What stands in a module behind its ports.

use super::Error;
use super::docs;
use super::logic::{Kinds, Logic, definition, in_order};
use super::lower::Lower;
use super::module::declaration;
use super::scope::Scope;
use super::statement::Statement;
use super::term::Term;
use super::tree::{Node, Signal};
use super::writer::Writer;
use rust_hdl::core::ast::VerilogBlock;
use rust_hdl::core::atom::AtomKind;
use std::collections::{BTreeMap, BTreeSet};

pub struct Body<'a> {
    node: &'a Node,
    scope: Scope,
    logic: Logic,
}

impl Body<'_> {
    pub fn new<'a>(node: &'a Node, code: &VerilogBlock) -> Result<Body<'a>, Error> {
        let scope = Scope::new(node);
        let mut statements = Lower::new(&scope).block(code)?;
        let registers: BTreeMap<_, _> = node.registers().map(|r| (r.name.clone(), r.signals[0].width)).collect();
        let value = |name: &str| name.strip_suffix("$q").filter(|name| registers.contains_key(*name)).map(String::from);
        statements.iter_mut().for_each(|statement| statement.rename(&value));
        let inputs = node.instances().flat_map(|child| {
            child.ports().filter(|port| port.is_input()).map(|port| format!("{}${}", child.name, port.name))
        });
        let inputs = inputs.collect();
        let logic = Logic::new(statements, &Kinds { registers, inputs })?;
        Ok(Body { node, scope, logic })
    }

    /// The signal is assigned in a combinational block.
    pub fn is_variable(&self, name: &str) -> bool {
        let blocks = self.logic.parts.iter().filter(|part| definition(part).is_none());
        blocks.flatten().any(|statement| statement.writes().contains(name))
    }

    /// `modules` are those of the instances.
    pub fn write(&self, writer: &mut Writer, modules: &[String]) {
        self.write_constants(writer);
        writer.blank();
        self.write_states_and_fields(writer);
        writer.blank();
        for register in self.node.registers() {
            let (width, value) = (register.signals[0].width, register.register.unwrap_or_default());
            writer.comment(docs::field(&self.node.kind, &register.name));
            let value = Term::number(value, width).text();
            writer.line(format!("{} = {value};", declaration("reg", width, &register.name)));
        }
        writer.blank();
        for child in self.node.instances() {
            let outputs: Vec<_> = child.ports().filter(|port| !port.is_input()).collect();
            for alike in outputs.chunk_by(|one, next| one.width == next.width) {
                let names: Vec<_> = alike.iter().map(|port| format!("{}${}", child.name, port.name)).collect();
                writer.line(declaration("wire", alike[0].width, &names.join(", ")) + ";");
            }
        }
        writer.blank();
        self.logic.parts.iter().for_each(|part| self.write_part(part, writer));
        writer.blank();
        for (child, module) in self.node.instances().zip(modules) {
            self.write_instance(child, module, writer);
        }
        for (clock, statements) in &self.logic.clocked {
            writer.blank();
            writer.line(format!("always @(posedge {clock}) begin"));
            writer.indented(|writer| statements.iter().for_each(|s| s.write(writer, "<=")));
            writer.line("end");
        }
    }

    fn write_constants(&self, writer: &mut Writer) {
        let kind = &self.node.kind;
        let own = self.node.signals.iter().filter(|signal| signal.kind == AtomKind::Constant);
        let mut constant = |field: &str, name: &str, value: Term| {
            writer.comment(docs::field(kind, field));
            writer.line(format!("{} = {};", declaration("localparam", value.width(), name), value.text()));
        };
        own.for_each(|Signal { name, value, width, .. }| constant(name, name, Term::number(*value, *width)));
        for (child, outputs) in self.node.constants() {
            for (port, value) in outputs {
                constant(&child.name, &format!("{}${port}", child.name), value);
            }
        }
    }

    /// The states and fields that the logic names.
    fn write_states_and_fields(&self, writer: &mut Writer) {
        let kind = |field: &str| field.split('$').next().unwrap_or_default().to_string();
        let (mut names, mut fields) = (BTreeSet::new(), BTreeMap::new());
        let mut see = |term: &Term| match term {
            Term::Name { name, .. } => drop(names.insert(name.clone())),
            Term::Part { field: Some(field), low, .. } => drop(fields.insert((kind(field), *low), field.clone())),
            _ => {}
        };
        let clocked = self.logic.clocked.values().flatten();
        for statement in self.logic.parts.iter().flatten().chain(clocked) {
            statement.terms(&mut see);
            statement.targets(&mut see);
        }
        self.logic.connections.values().for_each(|term| term.visit(&mut see));
        for states in self.scope.states().iter().filter(|states| states.names.iter().any(|name| names.contains(name))) {
            let value = |(i, name)| format!("{name} = {}", Term::number(i as u128, states.width).text());
            let values: Vec<_> = states.names.iter().enumerate().map(value).collect();
            writer.line(declaration("localparam", states.width, &values.join(", ")) + ";");
        }
        let mut types: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for ((kind, low), field) in fields {
            types.entry(kind).or_default().push(format!("{field} = {low}"));
        }
        for values in types.values() {
            writer.line(format!("localparam {};", values.join(", ")));
        }
    }

    fn write_part(&self, part: &[Statement], writer: &mut Writer) {
        if let Some((target, value)) = definition(part) {
            writer.comment(self.docs(target));
            return writer.line(match self.is_port(target) {
                true => format!("assign {target} = {};", value.text()),
                false => format!("{} = {};", declaration("wire", value.width(), target), value.text()),
            });
        }
        writer.blank();
        for name in in_order(part).iter().filter(|name| !self.is_port(name)) {
            writer.comment(self.docs(name));
            writer.line(declaration("reg", self.width(name), name) + ";");
        }
        writer.line("always @(*) begin");
        writer.indented(|writer| part.iter().for_each(|s| s.write(writer, "=")));
        writer.line("end");
        writer.blank();
    }

    fn is_port(&self, name: &str) -> bool {
        self.node.ports().any(|port| port.name == name)
    }

    /// Of a local signal. What is said of a port stands there.
    fn docs(&self, name: &str) -> &'static [&'static str] {
        if self.is_port(name) { &[] } else { docs::field(&self.node.kind, name) }
    }

    fn width(&self, name: &str) -> usize {
        self.scope.width(name).unwrap_or(1)
    }

    fn write_instance(&self, child: &Node, module: &str, writer: &mut Writer) {
        let comment = docs::field(&self.node.kind, &child.name);
        let connection = |port: &Signal| {
            let signal = format!("{}${}", child.name, port.name);
            let value = self.logic.connections.get(&signal).map_or(signal, Term::text);
            format!(".{}({value})", port.name)
        };
        let connections: Vec<_> = child.ports().map(connection).collect();
        let line = format!("{module} {}({});", child.name, connections.join(", "));
        if writer.fits(&line) {
            writer.comment(comment);
            return writer.line(line);
        }
        writer.blank();
        writer.comment(comment);
        writer.line(format!("{module} {}(", child.name));
        writer.indented(|writer| writer.list(connections.into_iter()));
        writer.line(");");
    }
}
