//! A block and the blocks in it, as rust-hdl's probe shows them.

use super::docs;
use super::term::Term;
use rust_hdl::core::ast::{Verilog, VerilogExpression as Expr, VerilogLiteral, VerilogStatement};
use rust_hdl::core::atom::{Atom, AtomKind};
use rust_hdl::core::block::Block;
use rust_hdl::core::probe::Probe;
use rust_hdl::core::type_descriptor::TypeDescriptor;

/// The name of the [`Switch`](crate::prim::switch::Switch) that a block has if designs can leave it out.
const PRESENT: &str = "present";

/// A block in its place.
pub struct Node {
    /// The field that it is, of the block around it.
    pub name: String,
    /// Its Rust type, without parameters.
    pub kind: String,
    pub signals: Vec<Signal>,
    pub code: Verilog,
    pub children: Vec<Node>,
    /// It is a register, of which this is the initial value.
    pub register: Option<u128>,
    /// It is left out, but for its ports.
    pub absent: bool,
}

/// A port, a constant or a local signal.
pub struct Signal {
    pub name: String,
    pub kind: AtomKind,
    pub width: usize,
    pub descriptor: TypeDescriptor,
    /// Of a constant.
    pub value: u128,
}

impl Signal {
    pub fn is_port(&self) -> bool {
        self.kind.is_parameter()
    }

    pub fn is_input(&self) -> bool {
        self.kind == AtomKind::InputParameter
    }
}

impl Node {
    /// The tree of `top`, a block of the Rust type `kind`.
    pub fn new(top: &dyn Block, kind: &str, name: &str) -> Node {
        let mut reader = Reader { kind, around: Vec::new(), namespaces: Vec::new(), top: None };
        top.accept(name, &mut reader);
        reader.top.expect("a block has a scope")
    }

    pub fn ports(&self) -> impl Iterator<Item = &Signal> {
        self.signals.iter().filter(|signal| signal.is_port())
    }

    /// The blocks in it that are registers.
    pub fn registers(&self) -> impl Iterator<Item = &Node> {
        self.children.iter().filter(|child| child.register.is_some())
    }

    /// The blocks in it that only give constants, with their outputs.
    pub fn constants(&self) -> impl Iterator<Item = (&Node, Vec<(&str, Term)>)> {
        self.children.iter().filter_map(|child| Some((child, child.outputs_of_constants()?)))
    }

    /// The blocks in it that are modules.
    pub fn instances(&self) -> impl Iterator<Item = &Node> {
        let is_plain = |child: &&Node| child.register.is_none() && child.outputs_of_constants().is_none();
        self.children.iter().filter(is_plain)
    }

    /// Whether this is the switch that leaves the block around it out.
    fn says_absent(&self) -> bool {
        let is_off = |signal: &Signal| signal.kind == AtomKind::Constant && signal.value == 0;
        self.kind == "Switch" && self.name == PRESENT && self.signals.iter().any(is_off)
    }

    /// Leaves nothing of the block but its ports.
    fn leave_out(&mut self) {
        self.absent = true;
        self.children.clear();
        self.signals.retain(Signal::is_port);
        let (inputs, outputs): (Vec<&Signal>, Vec<&Signal>) = self.ports().partition(|port| port.is_input());
        let (clocks, inputs): (Vec<&Signal>, Vec<&Signal>) = inputs.iter().partition(|input| input.name == "clock");
        let unused_clock: String = clocks.iter().map(|_| "wire unused_clock = clock;\n").collect();
        let unused = format!("wire unused = {};\n", list(&inputs, |name| format!("(|{name})"), " | "));
        let zeros = list(&outputs, |name| format!("{name} = 0;"), " ");
        let constants = format!("always @(*) begin\n   {zeros}\nend\n");
        self.code = Verilog::Custom("// This design has none.\n".to_string() + &unused_clock + &unused + &constants);
    }

    /// The outputs and their values, if the block has nothing but constants.
    fn outputs_of_constants(&self) -> Option<Vec<(&str, Term)>> {
        let Verilog::Combinatorial(code) = &self.code else { return None };
        if !self.children.is_empty() || self.ports().any(Signal::is_input) {
            return None;
        }
        let value = |statement: &VerilogStatement| {
            let VerilogStatement::Assignment(Expr::Signal(output), Expr::Signal(constant)) = statement else {
                return None;
            };
            let constant = self.signals.iter().find(|s| s.name == *constant && s.kind == AtomKind::Constant)?;
            let output = self.signals.iter().find(|s| s.name == output.trim_end_matches("$next"))?;
            Some((output.name.as_str(), Term::number(constant.value, constant.width)))
        };
        code.iter().map(value).collect()
    }
}

/// Something of each port's name, several in a line.
fn list(ports: &[&Signal], text: impl Fn(&str) -> String, between: &str) -> String {
    const IN_A_LINE: usize = 6;
    let texts: Vec<String> = ports.iter().map(|port| text(&port.name)).collect();
    texts.chunks(IN_A_LINE).map(|line| line.join(between)).collect::<Vec<_>>().join(&format!("{between}\n   "))
}

struct Reader<'a> {
    /// Of the top.
    kind: &'a str,
    /// The blocks whose scope is open, the innermost last.
    around: Vec<Node>,
    namespaces: Vec<String>,
    top: Option<Node>,
}

impl Probe for Reader<'_> {
    fn visit_start_scope(&mut self, name: &str, node: &dyn Block) {
        let kind = match self.around.last() {
            None => self.kind.to_string(),
            // The name of an element of an array ends with its number.
            Some(parent) => docs::kind_of(&parent.kind, name.split('$').next().unwrap_or(name)).unwrap_or(name).into(),
        };
        let code = node.hdl();
        let register = initial_value(node, &code);
        let (signals, children) = (Vec::new(), Vec::new());
        self.around.push(Node { name: name.into(), kind, signals, code, children, register, absent: false });
    }

    fn visit_start_namespace(&mut self, name: &str, _node: &dyn Block) {
        self.namespaces.push(name.into());
    }

    fn visit_atom(&mut self, name: &str, atom: &dyn Atom) {
        let name = self.namespaces.iter().map(String::as_str).chain([name]).collect::<Vec<_>>().join("$");
        let signal = Signal {
            name,
            kind: atom.kind(),
            width: atom.bits(),
            descriptor: atom.descriptor(),
            value: number(&atom.verilog()).unwrap_or_default(),
        };
        if let Some(block) = self.around.last_mut() {
            block.signals.push(signal);
        }
    }

    fn visit_end_namespace(&mut self, _name: &str, _node: &dyn Block) {
        self.namespaces.pop();
    }

    fn visit_end_scope(&mut self, _name: &str, _node: &dyn Block) {
        let Some(mut node) = self.around.pop() else { return };
        if node.children.iter().any(Node::says_absent) {
            node.leave_out();
        }
        match self.around.last_mut() {
            Some(parent) => parent.children.push(node),
            None => self.top = Some(node),
        }
    }
}

/// The value at power-on, if the block is a register of rust-hdl: it says so for the analysis of timing. It gives its
/// initial value nowhere but in its Verilog.
fn initial_value(node: &dyn Block, code: &Verilog) -> Option<u128> {
    let [timing] = &node.timing()[..] else { return None };
    let Verilog::Custom(text) = code else { return None };
    let (_, after) = text.split_once("q = ").filter(|_| timing.name == "dff")?;
    digits(after.split(';').next()?)
}

/// rust-hdl shows numbers as Verilog only.
pub fn number(literal: &VerilogLiteral) -> Option<u128> {
    digits(&format!("{literal:x}"))
}

/// The width that rust-hdl writes with the number.
pub fn written_width(literal: &VerilogLiteral) -> Option<usize> {
    format!("{literal:x}").split('\'').next()?.parse().ok()
}

/// The value of 12'hfff.
fn digits(text: &str) -> Option<u128> {
    u128::from_str_radix(text.split("'h").nth(1)?, 16).ok()
}
