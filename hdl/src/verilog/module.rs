//! A block as the text of a module.

use super::Error;
use super::body::Body;
use super::docs;
use super::portable;
use super::tree::Node;
use super::writer::Writer;
use rust_hdl::core::ast::Verilog;
use rust_hdl::core::atom::AtomKind;

/// The module of a block, but for its name: what stands before it and behind it.
#[derive(PartialEq)]
pub struct Module {
    before: String,
    behind: String,
}

impl Module {
    /// Of `node`; `names` are the modules of its children. If it is `portable`, it does the same in every simulator.
    pub fn new(node: &Node, names: &[String], portable: bool) -> Result<Module, Error> {
        let mut before = Writer::default();
        if let Some(source) = docs::source(&node.kind) {
            // What is not there needs no explanation.
            if !node.absent {
                before.comment(source.docs);
            }
            before.comment(&[source.file]);
        }
        let mut writer = Writer::default();
        let constants = |text| portable::constants(text).filter(|_| portable);
        match &node.code {
            Verilog::Custom(text) if let Some((rest, constants)) = constants(text) => {
                writer.indented(|writer| ports(node, writer, |_| false));
                writer.line(");");
                writer.indented(|writer| {
                    writer.verbatim(rest);
                    constants.iter().for_each(|(name, value)| writer.line(format!("assign {name} = {value};")));
                });
            }
            Verilog::Custom(text) => {
                writer.indented(|writer| ports(node, writer, |_| true));
                writer.line(");");
                writer.indented(|writer| writer.verbatim(text));
            }
            Verilog::Combinatorial(code) => {
                let body = Body::new(node, code)?;
                writer.indented(|writer| ports(node, writer, |name| body.is_variable(name)));
                writer.line(");");
                writer.indented(|writer| body.write(writer, names));
            }
            _ => return Err(Error::Unsupported("logic that is written neither in rust-hdl nor in Verilog".into())),
        }
        Ok(Module { before: before.text(), behind: writer.text() })
    }

    pub fn text(&self, name: &str) -> String {
        let Module { before, behind } = self;
        format!("{before}module {name}(\n{behind}endmodule\n")
    }
}

/// The ports, a line each; outputs that a statement assigns are variables.
fn ports(node: &Node, writer: &mut Writer, is_variable: impl Fn(&str) -> bool) {
    let count = node.ports().count();
    for (i, port) in node.ports().enumerate() {
        let kind = match port.kind {
            AtomKind::InputParameter => "input wire",
            AtomKind::InOutParameter => "inout wire",
            _ if is_variable(&port.name) => "output reg",
            _ => "output wire",
        };
        if !node.absent {
            writer.comment(docs::field(&node.kind, &port.name));
        }
        writer.line(declaration(kind, port.width, &port.name) + if i + 1 == count { "" } else { "," });
    }
}

/// `wire [7:0] name`
pub fn declaration(kind: &str, width: usize, name: &str) -> String {
    match width {
        1 => format!("{kind} {name}"),
        _ => format!("{kind} [{}:0] {name}", width - 1),
    }
}
