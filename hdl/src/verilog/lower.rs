//! From rust-hdl's syntax tree to statements whose expressions have their widths.
//!
//! rust-hdl notes no widths but those of slices, casts and literals; what it prints takes the rest from Verilog's own
//! rules, in which an operation is as wide as the widest of what is around it. The same rules are applied here, so
//! that the result means what rust-hdl's own text means, with every width written down.

use super::Error;
use super::names::{Loops, flat};
use super::scope::Scope;
use super::statement::Statement;
use super::term::{Term, is_comparison, is_logical, is_shift};
use super::tree::{number, written_width};
use rust_hdl::core::ast::{
    VerilogBlock, VerilogBlockOrConditional as Otherwise, VerilogCase, VerilogConditional, VerilogExpression as Expr,
    VerilogLink, VerilogLinkDetails, VerilogLiteral, VerilogMatch, VerilogOp as Op, VerilogOpUnary as Unary,
    VerilogStatement,
};

/// Bits of a number that is written without a width.
const BARE: usize = 32;

pub struct Lower<'a> {
    pub scope: &'a Scope,
    loops: Loops,
}

type Result<T> = std::result::Result<T, Error>;

impl Lower<'_> {
    pub fn new(scope: &Scope) -> Lower<'_> {
        Lower { scope, loops: Vec::new() }
    }

    pub fn block(&mut self, block: &VerilogBlock) -> Result<Vec<Statement>> {
        let mut statements = Vec::new();
        for statement in block {
            self.statement(statement, &mut statements)?;
        }
        Ok(statements)
    }

    fn statement(&mut self, statement: &VerilogStatement, to: &mut Vec<Statement>) -> Result<()> {
        match statement {
            VerilogStatement::Assignment(target, value) => {
                let target = self.term(target)?;
                to.push(self.assignment(target, value)?);
            }
            VerilogStatement::SliceAssignment { base, width, offset, replacement } => {
                let target = self.slice(base, *width, offset)?;
                to.push(self.assignment(target, replacement)?);
            }
            VerilogStatement::If(conditional) => to.push(self.conditional(conditional)?),
            VerilogStatement::Match(choice) => to.push(self.choice(choice)?),
            VerilogStatement::Loop(turns) => {
                for turn in turns.from.as_usize()..turns.to.as_usize() {
                    self.loops.push((turns.index.clone(), turn));
                    to.extend(self.block(&turns.block)?);
                    self.loops.pop();
                }
            }
            VerilogStatement::Macro(block) => to.extend(self.block(block)?),
            VerilogStatement::Link(links) => {
                for link in links {
                    to.push(self.link(link)?);
                }
            }
            VerilogStatement::Comment(_) => {}
        }
        Ok(())
    }

    fn assignment(&self, target: Term, value: &Expr) -> Result<Statement> {
        let width = target.width();
        let value = self.within(value, width, width.max(self.written(value)?))?;
        Ok(Statement::Assign { target, value })
    }

    fn conditional(&mut self, conditional: &VerilogConditional) -> Result<Statement> {
        let test = self.term(&conditional.test)?;
        let then = self.block(&conditional.then)?;
        let mut otherwise = Vec::new();
        match &conditional.otherwise {
            Otherwise::Block(block) => otherwise = self.block(block)?,
            Otherwise::Conditional(statement) => self.statement(statement, &mut otherwise)?,
            Otherwise::None => {}
        }
        Ok(Statement::choose(test, then, otherwise))
    }

    fn choice(&mut self, choice: &VerilogMatch) -> Result<Statement> {
        let test = self.term(&choice.test)?;
        let mut arms: Vec<(Vec<Term>, Vec<Statement>)> = Vec::new();
        for VerilogCase { condition, block } in &choice.cases {
            let block = self.block(block)?;
            let label = self.label(condition, test.width())?;
            match arms.last_mut() {
                // Patterns cannot be joined in Rust.
                Some((labels, before)) if *before == block && !labels.is_empty() && label.is_some() => {
                    labels.extend(label);
                }
                _ => arms.push((label.into_iter().collect(), block)),
            }
        }
        Ok(Statement::Case { test, arms })
    }

    /// A pattern; `None` for the one that always matches.
    fn label(&self, pattern: &str, width: usize) -> Result<Option<Term>> {
        if pattern == "default" {
            return Ok(None);
        }
        match pattern.parse::<u128>() {
            Ok(value) if bits_of(value) > width => Err(Error::Unsupported(format!("the pattern {value}, too large"))),
            Ok(value) => Ok(Some(Term::number(value, width))),
            Err(_) => self.name(pattern).map(Some),
        }
    }

    fn link(&self, link: &VerilogLink) -> Result<Statement> {
        let between = |to: &str, from: &str, of: &VerilogLinkDetails| {
            let path = |end: &str| self.name(&format!("{end}.{}", of.my_name.trim_start_matches('.')));
            Ok(Statement::Assign { target: path(to)?, value: path(from)? })
        };
        match link {
            VerilogLink::Forward(of) => between(&of.other_name, &of.owner_name, of),
            VerilogLink::Backward(of) => between(&of.owner_name, &of.other_name, of),
            VerilogLink::Bidirectional(of) => Err(Error::Unsupported(format!("the two-way link of {}", of.owner_name))),
        }
    }

    fn name(&self, path: &str) -> Result<Term> {
        let name = flat(path, &self.loops).ok_or_else(|| Error::Unsupported(format!("the path `{path}`")))?;
        let width = self.scope.width(&name).ok_or_else(|| Error::Unsupported(format!("the name `{name}`")))?;
        Ok(Term::Name { name, width })
    }

    /// The value of a variable of a loop.
    fn turn(&self, name: &str) -> Option<usize> {
        self.loops.iter().rev().find(|(variable, _)| variable == name).map(|&(_, value)| value)
    }

    /// The width that Verilog gives the expression alone, as rust-hdl writes it.
    fn written(&self, e: &Expr) -> Result<usize> {
        Ok(match e {
            Expr::Signal(name) if self.turn(name).is_some() => BARE,
            Expr::Signal(path) => self.name(path)?.width(),
            Expr::Literal(literal) => written_width(literal).ok_or_else(|| unreadable(literal))?,
            Expr::Cast(x, width) => self.written(x)?.max(*width),
            Expr::Paren(x) | Expr::Unary(Unary::Not | Unary::Neg, x) => self.written(x)?,
            Expr::Unary(..) | Expr::Index(..) => 1,
            Expr::Slice(_, width, _) => *width,
            Expr::Binary(left, op, right) => match symbol_of(op) {
                symbol if is_comparison(symbol) || is_logical(symbol) => 1,
                symbol if is_shift(symbol) => self.written(left)?,
                _ => self.written(left)?.max(self.written(right)?),
            },
            Expr::IndexReplace(x, _, value) => self.written(x)?.max(BARE).max(self.written(value)?),
            Expr::Signed(_) | Expr::Unsigned(_) => return Err(unsupported(e)),
        })
    }

    /// The bits that the value has at most, however wide the expression is evaluated; `None` if it then has more.
    fn bits(&self, e: &Expr) -> Result<Option<usize>> {
        Ok(match e {
            Expr::Signal(name) if self.turn(name).is_some() => self.turn(name).map(|turn| bits_of(turn as u128)),
            Expr::Literal(literal) => Some(bits_of(number(literal).ok_or_else(|| unreadable(literal))?)),
            Expr::Cast(_, width) => Some(*width),
            Expr::Paren(x) => self.bits(x)?,
            Expr::Unary(Unary::Not | Unary::Neg, x) if is_reduction(x) => Some(1),
            Expr::Unary(Unary::Not | Unary::Neg, _) | Expr::IndexReplace(..) => None,
            Expr::Binary(left, op, right) => {
                let (a, b) = (self.bits(left)?, self.bits(right)?);
                match op {
                    Op::BitAnd => a.max(b),
                    Op::BitOr | Op::BitXor => a.zip(b).map(|(a, b)| a.max(b)),
                    Op::Shr => a,
                    _ => (is_comparison(symbol_of(op)) || is_logical(symbol_of(op))).then_some(1),
                }
            }
            _ => Some(self.written(e)?),
        })
    }

    /// What an expression is where nothing around it says how wide: a condition, an index, an amount.
    fn term(&self, e: &Expr) -> Result<Term> {
        let written = self.written(e)?;
        self.within(e, self.bits(e)?.unwrap_or(written), written)
    }

    /// The lowest `width` bits of an expression that Verilog evaluates in `context` bits, which are no fewer.
    fn within(&self, e: &Expr, width: usize, context: usize) -> Result<Term> {
        Ok(match e {
            Expr::Signal(name) if self.turn(name).is_some() => {
                Term::number(self.turn(name).unwrap_or_default() as u128, width)
            }
            Expr::Signal(path) => self.name(path)?.resize(width),
            Expr::Literal(literal) => Term::number(number(literal).ok_or_else(|| unreadable(literal))?, width),
            Expr::Paren(x) => self.within(x, width, context)?,
            Expr::Cast(x, bits) => self.within(x, width.min(*bits), context)?.resize(width),
            Expr::Unary(Unary::Not, x) if is_reduction(x) => Term::Not(self.term(x)?.into()).resize(width),
            Expr::Unary(Unary::Not, x) => Term::Not(self.within(x, width, context)?.into()),
            Expr::Unary(Unary::Neg, x) => Term::Negate(self.within(x, width, context)?.into()),
            Expr::Unary(Unary::Any, x) => Term::reduce("|", self.term(x)?).resize(width),
            Expr::Unary(Unary::Xor, x) => Term::reduce("^", self.term(x)?).resize(width),
            Expr::Unary(Unary::All, x) => {
                let written = self.written(x)?;
                Term::reduce("&", self.within(x, written, written)?).resize(width)
            }
            Expr::Binary(left, op, right) => self.binary(left, symbol_of(op), right, width, context)?,
            Expr::Index(x, index) => self.slice(x, 1, index)?.resize(width),
            Expr::Slice(x, bits, low) => self.slice(x, *bits, low)?.resize(width),
            Expr::IndexReplace(x, index, value) => self.replaced(x, index, value, width, context)?,
            Expr::Signed(_) | Expr::Unsigned(_) => return Err(unsupported(e)),
        })
    }

    fn binary(&self, left: &Expr, symbol: &'static str, right: &Expr, width: usize, context: usize) -> Result<Term> {
        // Without parentheses Verilog may take them in another order than Rust.
        for side in [left, right] {
            if let Expr::Binary(_, inner, _) = side {
                if symbol_of(inner) != symbol {
                    return Err(Error::Unsupported(format!("`{}` beside `{symbol}`", symbol_of(inner))));
                }
            }
        }
        if is_comparison(symbol) {
            let context = self.written(left)?.max(self.written(right)?);
            let bits = self.bits(left)?.zip(self.bits(right)?).map_or(context, |(a, b)| a.max(b));
            let (left, right) = (self.within(left, bits, context)?, self.within(right, bits, context)?);
            return Ok(Term::binary(symbol, left, right).resize(width));
        }
        if is_logical(symbol) {
            return Ok(Term::binary(symbol, self.term(left)?, self.term(right)?).resize(width));
        }
        Ok(match symbol {
            "<<" => Term::binary(symbol, self.within(left, width, context)?, self.term(right)?),
            ">>" => {
                let bits = self.bits(left)?.map_or(context, |bits| bits.max(width));
                shifted_right(self.within(left, bits, context)?, self.term(right)?, width)
            }
            _ => Term::binary(symbol, self.within(left, width, context)?, self.within(right, width, context)?),
        })
    }

    /// Bits of a signal. Of other expressions Verilog takes none.
    fn slice(&self, e: &Expr, width: usize, low: &Expr) -> Result<Term> {
        let signal = match e {
            Expr::Paren(x) => return self.slice(x, width, low),
            Expr::Signal(path) => self.name(path)?,
            _ => return Err(unsupported(e)),
        };
        let Term::Name { name, width: all } = signal else { return Err(unsupported(e)) };
        match self.term(low)? {
            Term::Number { value: 0, .. } if width == all => Ok(Term::Name { name, width }),
            Term::Number { value, .. } if value as usize + width <= all => {
                let low = value as usize;
                Ok(Term::Part { field: self.scope.field(&name, low, width), name, low, width })
            }
            Term::Number { value, .. } => Err(Error::Unsupported(format!("bit {value} of `{name}`, which has {all}"))),
            index => Ok(Term::Select { name, index: index.into(), width }),
        }
    }

    /// An expression with one bit replaced, as rust-hdl writes it: `x & ~(1 << index) | value << index`.
    fn replaced(&self, x: &Expr, index: &Expr, value: &Expr, width: usize, context: usize) -> Result<Term> {
        let index = self.term(index)?;
        let place = Term::binary("<<", Term::number(1, width), index.clone());
        let rest = Term::binary("&", self.within(x, width, context)?, Term::Not(place.into()));
        Ok(Term::binary("|", rest, Term::binary("<<", self.within(value, width, context)?, index)))
    }
}

/// The lowest `width` bits of `term` shifted to the right. Of a signal they are a part, if a number says by how much.
fn shifted_right(term: Term, amount: Term, width: usize) -> Term {
    match (&term, &amount) {
        (Term::Name { name, .. }, Term::Number { value, .. }) if term.width() > *value as usize + width => {
            Term::Part { name: name.clone(), low: *value as usize, width, field: None }
        }
        _ => Term::binary(">>", term, amount).resize(width),
    }
}

fn unsupported(e: &Expr) -> Error {
    Error::Unsupported(format!("the expression {e:?}"))
}

fn unreadable(literal: &VerilogLiteral) -> Error {
    Error::Unsupported(format!("the number {literal}"))
}

/// rust-hdl writes `!x.any()` as `~|x`, which is an operator of its own.
fn is_reduction(e: &Expr) -> bool {
    matches!(e, Expr::Unary(Unary::All | Unary::Any | Unary::Xor, _))
}

/// Bits that a number takes.
fn bits_of(number: u128) -> usize {
    (128 - number.leading_zeros() as usize).max(1)
}

fn symbol_of(op: &Op) -> &'static str {
    match op {
        Op::Add => "+",
        Op::Sub => "-",
        Op::Mul => "*",
        Op::LogicalAnd => "&&",
        Op::LogicalOr => "||",
        Op::BitXor => "^",
        Op::BitAnd => "&",
        Op::BitOr => "|",
        Op::Shl => "<<",
        Op::Shr => ">>",
        Op::Eq => "==",
        Op::Lt => "<",
        Op::Le => "<=",
        Op::Ne => "!=",
        Op::Ge => ">=",
        Op::Gt => ">",
    }
}
