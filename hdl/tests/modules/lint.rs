//! Finds code that rust-hdl simulates one way and emits another way.
//!
//! Rust gives every operator the width of its operands. Verilog evaluates an expression in the widest width around
//! it, and rust-hdl writes bare literals as 32 bits and casts as masks, so carries and inverted upper bits that Rust
//! has dropped come back. Most uses do not see them: an assignment cuts them off. The uses that do see them (compare,
//! cast, right shift, shift amount, index, selector, reduction) must get a *bounded* expression: one whose Verilog
//! value has no bits beyond its Rust width. To satisfy the lint, assign to a local signal first.

use crate::keywords::is_keyword;
use rust_hdl::core::ast::{
    Verilog, VerilogExpression as Expr, VerilogLoop, VerilogMatch, VerilogOp as Op, VerilogOpUnary as Unary,
};
use rust_hdl::core::atom::Atom;
use rust_hdl::core::block::Block;
use rust_hdl::core::probe::Probe;
use rust_hdl::core::verilog_visitor::{VerilogVisitor, walk_expression, walk_loop, walk_match};

/// What is wrong, and in which module.
pub fn findings(top: &dyn Block) -> Vec<String> {
    let mut lint = Lint::default();
    top.accept("top", &mut lint);
    lint.findings
}

#[derive(Default)]
struct Lint {
    path: Vec<String>,
    /// Variables of the loops around: numbers in the Verilog.
    loops: Vec<String>,
    findings: Vec<String>,
}

impl Lint {
    fn require(&mut self, good: bool, message: &str, at: &Expr) {
        if !good {
            self.findings.push(format!("{}: {message}: {at:?}", self.path.join(".")));
        }
    }

    fn name(&mut self, name: &str) {
        if is_keyword(name) {
            self.findings.push(format!("{}: `{name}` is a keyword of Verilog", self.path.join(".")));
        }
    }

    fn is_constant(&self, e: &Expr) -> bool {
        match bare(e) {
            Expr::Literal(_) => true,
            Expr::Signal(name) => self.loops.contains(name),
            Expr::Binary(left, _, right) => self.is_constant(left) && self.is_constant(right),
            _ => false,
        }
    }

    fn binary(&mut self, at: &Expr, left: &Expr, op: &Op, right: &Expr) {
        let same = |side: &Expr| matches!(side, Expr::Binary(_, inner, _) if is_same(inner, op));
        for side in [left, right] {
            let bare = matches!(side, Expr::Binary(..)) && !same(side) && !is_logical(op);
            self.require(!bare, "precedence differs, add parentheses", at);
        }
        if is_compare(op) {
            self.require(bounded(left) && bounded(right), "compare of an expression", at);
            self.require(is_signed(left) == is_signed(right), "signed compared with unsigned", at);
        }
        if matches!(op, Op::Shl | Op::Shr) {
            self.require(bounded(right), "computed shift amount", at);
        }
        if matches!(op, Op::Shr) {
            self.require(bounded(left), "right shift of an expression", at);
        }
    }
}

impl Probe for Lint {
    fn visit_start_scope(&mut self, name: &str, node: &dyn Block) {
        self.name(name);
        self.path.push(name.into());
        if let Verilog::Combinatorial(block) = node.hdl() {
            self.visit_block(&block);
        }
    }

    fn visit_atom(&mut self, name: &str, _signal: &dyn Atom) {
        self.name(name);
    }

    fn visit_end_scope(&mut self, _name: &str, _node: &dyn Block) {
        self.path.pop();
    }
}

impl VerilogVisitor for Lint {
    fn visit_match(&mut self, m: &VerilogMatch) {
        self.require(bounded(&m.test), "match on an expression", &m.test);
        walk_match(self, m);
    }

    fn visit_loop(&mut self, l: &VerilogLoop) {
        self.loops.push(l.index.clone());
        walk_loop(self, l);
        self.loops.pop();
    }

    fn visit_expression(&mut self, e: &Expr) {
        match e {
            Expr::Binary(left, op, right) => self.binary(e, left, op, right),
            Expr::Cast(x, _) => self.require(bounded(x), "cast of an expression", e),
            Expr::Unary(Unary::Any | Unary::Xor, x) => {
                self.require(bounded(x), "reduction of an expression", e);
            }
            // A cast or a literal widens the operand with zeros.
            Expr::Unary(Unary::All, x) => self.require(is_named(x), "all() of an expression", e),
            Expr::Index(x, index) | Expr::Slice(x, _, index) => {
                self.require(is_named(x), "slice of an expression", e);
                self.require(bounded(index) || self.is_constant(index), "computed index", e);
            }
            Expr::IndexReplace(_, index, value) => {
                self.require(bounded(index) || self.is_constant(index), "computed index", e);
                self.require(bounded(value), "replaces a bit by an expression", e);
            }
            _ => {}
        }
        walk_expression(self, e);
    }
}

fn bare(e: &Expr) -> &Expr {
    match e {
        Expr::Paren(x) => bare(x),
        x => x,
    }
}

/// The Verilog value has no bits that the Rust value does not have.
fn bounded(e: &Expr) -> bool {
    match bare(e) {
        Expr::Signal(_) | Expr::Literal(_) | Expr::Slice(..) | Expr::Index(..) => true,
        Expr::Cast(x, _) | Expr::Signed(x) | Expr::Unsigned(x) => bounded(x),
        Expr::Unary(op, _) => matches!(op, Unary::All | Unary::Any | Unary::Xor),
        Expr::Binary(left, op, right) => match op {
            Op::BitAnd => bounded(left) || bounded(right),
            Op::BitOr | Op::BitXor => bounded(left) && bounded(right),
            Op::Shr => bounded(left),
            _ => is_compare(op) || is_logical(op),
        },
        _ => false,
    }
}

/// Has a width of its own in Verilog, and it is the Rust width.
fn is_named(e: &Expr) -> bool {
    match bare(e) {
        Expr::Signal(_) => true,
        Expr::Slice(x, ..) => is_named(x),
        _ => false,
    }
}

fn is_signed(e: &Expr) -> bool {
    matches!(bare(e), Expr::Signed(_))
}

fn is_same(a: &Op, b: &Op) -> bool {
    std::mem::discriminant(a) == std::mem::discriminant(b)
}

fn is_logical(op: &Op) -> bool {
    matches!(op, Op::LogicalAnd | Op::LogicalOr)
}

fn is_compare(op: &Op) -> bool {
    matches!(op, Op::Eq | Op::Ne | Op::Lt | Op::Le | Op::Gt | Op::Ge)
}
