//! Syntax tree of the accepted subset.
use crate::error::Pos;
use std::sync::Arc;

/// Unary operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    Not,
    Neg,
    Plus,
    LogNot,
    RedAnd,
    RedOr,
    RedXor,
    RedNand,
    RedNor,
    RedXnor,
}

/// Binary operators. `Shr` is logical, `Sar` is `>>>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    Add,
    Sub,
    Mul,
    Div,
    Mod,
    And,
    Or,
    Xor,
    Xnor,
    Shl,
    Shr,
    Sar,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    LogAnd,
    LogOr,
}

/// An expression and where it begins.
#[derive(Clone, Debug)]
pub struct Expr {
    pub kind: ExprKind,
    pub pos: Pos,
    /// Levels of nesting; bounded by the parser, so that walks may recurse.
    pub depth: u32,
}

/// What an expression is.
#[derive(Clone, Debug)]
pub enum ExprKind {
    Ident(String),
    Literal {
        width: u32,
        signed: bool,
        value: u128,
    },
    /// A constant of more than 128 bits, the lowest first.
    Wide(Arc<[bool]>),
    Unary(UnaryOp, Box<Expr>),
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    Cond(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `base[index]`: a bit or a memory word.
    Index(Box<Expr>, Box<Expr>),
    /// `base[offset +: width]`.
    PartUp(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `base[high : low]`.
    Part(Box<Expr>, Box<Expr>, Box<Expr>),
    Concat(Vec<Expr>),
    Repeat(Box<Expr>, Box<Expr>),
    /// `$signed` (true) or `$unsigned`.
    Cast(bool, Box<Expr>),
}

/// A procedural statement.
#[derive(Clone, Debug)]
pub enum Stmt {
    Assign {
        lhs: Expr,
        rhs: Expr,
        nonblocking: bool,
    },
    If {
        cond: Expr,
        then: Vec<Stmt>,
        other: Vec<Stmt>,
    },
    /// A loop whose bounds are known when it is elaborated.
    For {
        start: Box<Stmt>,
        cond: Expr,
        step: Box<Stmt>,
        body: Vec<Stmt>,
    },
    Case {
        selector: Expr,
        arms: Vec<(Vec<Expr>, Vec<Stmt>)>,
        default: Option<Vec<Stmt>>,
    },
}

/// Port direction; `Local` is no port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dir {
    Input,
    Output,
    Inout,
    Local,
}

/// `[high:low]` as written.
pub type Range = (Expr, Expr);

/// A net, variable or memory declaration.
#[derive(Clone, Debug)]
pub struct Decl {
    pub name: String,
    pub dir: Dir,
    pub signed: bool,
    pub range: Option<Range>,
    pub array: Option<Range>,
    pub pos: Pos,
}

/// A parameter or localparam.
#[derive(Clone, Debug)]
pub struct Param {
    pub name: String,
    pub local: bool,
    pub signed: bool,
    pub range: Option<Range>,
    pub value: Expr,
    pub pos: Pos,
}

/// An instance of another module.
#[derive(Clone, Debug)]
pub struct Instance {
    pub module: String,
    pub name: String,
    pub params: Vec<(String, Expr)>,
    /// Port name and connected expression; `None` is an open port.
    pub ports: Vec<(String, Option<Expr>)>,
    pub pos: Pos,
}

/// A clock edge of an `always` block.
#[derive(Clone, Debug)]
pub struct Edge {
    pub rising: bool,
    pub signal: Expr,
}

/// What a module consists of.
#[derive(Clone, Debug)]
pub enum Item {
    Decl(Decl),
    Param(Param),
    Assign { lhs: Expr, rhs: Expr },
    Comb { body: Vec<Stmt>, pos: Pos },
    Seq { edge: Edge, body: Vec<Stmt>, pos: Pos },
    Initial(Vec<Stmt>),
    Instance(Instance),
}

/// A module definition.
#[derive(Clone, Debug)]
pub struct Module {
    pub name: String,
    /// Marked `(* blackbox *)`, or with outputs but nothing to drive them.
    pub blackbox: bool,
    pub items: Vec<Item>,
    pub pos: Pos,
}

impl Expr {
    /// An expression of `kind`, its depth one more than its deepest operand's.
    pub fn new(kind: ExprKind, pos: Pos) -> Expr {
        use ExprKind::*;
        let below = match &kind {
            Ident(_) | Literal { .. } | Wide(_) => 0,
            Unary(_, a) | Cast(_, a) => a.depth,
            Binary(_, a, b) | Index(a, b) | Repeat(a, b) => a.depth.max(b.depth),
            Cond(a, b, c) | PartUp(a, b, c) | Part(a, b, c) => a.depth.max(b.depth).max(c.depth),
            Concat(parts) => parts.iter().map(|p| p.depth).max().unwrap_or(0),
        };
        Expr { kind, pos, depth: below + 1 }
    }

    /// An identifier as an expression.
    pub fn ident(name: &str, pos: Pos) -> Expr {
        Expr::new(ExprKind::Ident(name.into()), pos)
    }
}
