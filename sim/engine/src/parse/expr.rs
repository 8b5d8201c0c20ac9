//! Expressions: operator precedence climbing over primaries with selects.
use super::{Parser, ast::*, lexer::Tok};
use crate::error::Result;

/// Binding strength of the conditional operator, the weakest of all.
const COND: u8 = 1;

fn binary(punct: &str) -> Option<(BinaryOp, u8)> {
    use BinaryOp::*;
    Some(match punct {
        "*" => (Mul, 11),
        "/" => (Div, 11),
        "%" => (Mod, 11),
        "+" => (Add, 10),
        "-" => (Sub, 10),
        "<<" | "<<<" => (Shl, 9),
        ">>" => (Shr, 9),
        ">>>" => (Sar, 9),
        "<" => (Lt, 8),
        "<=" => (Le, 8),
        ">" => (Gt, 8),
        ">=" => (Ge, 8),
        "==" | "===" => (Eq, 7),
        "!=" | "!==" => (Ne, 7),
        "&" => (And, 6),
        "^" => (Xor, 5),
        "~^" | "^~" => (Xnor, 5),
        "|" => (Or, 4),
        "&&" => (LogAnd, 3),
        "||" => (LogOr, 2),
        _ => return None,
    })
}

fn unary(punct: &str) -> Option<UnaryOp> {
    use UnaryOp::*;
    Some(match punct {
        "~" => Not,
        "-" => Neg,
        "+" => Plus,
        "!" => LogNot,
        "&" => RedAnd,
        "|" => RedOr,
        "^" => RedXor,
        "~&" => RedNand,
        "~|" => RedNor,
        "~^" | "^~" => RedXnor,
        _ => return None,
    })
}

impl Parser {
    /// A whole expression.
    pub(super) fn expr(&mut self) -> Result<Expr> {
        self.nested(|p| p.climb(0))
    }

    fn climb(&mut self, min: u8) -> Result<Expr> {
        let mut left = self.unary()?;
        while let Tok::Punct(punct) = *self.peek() {
            let pos = left.pos;
            if punct == "?" {
                if min > COND {
                    break;
                }
                left = self.conditional(left)?;
                continue;
            }
            if punct == "**" {
                return self.unsupported("**");
            }
            let Some((op, strength)) = binary(punct).filter(|(_, s)| *s >= min) else {
                break;
            };
            self.at += 1;
            let right = self.nested(|p| p.climb(strength + 1))?;
            left = self.node(ExprKind::Binary(op, left.into(), right.into()), pos)?;
        }
        Ok(left)
    }

    fn conditional(&mut self, cond: Expr) -> Result<Expr> {
        let pos = cond.pos;
        self.expect("?")?;
        let then = self.nested(|p| p.climb(COND))?;
        self.expect(":")?;
        let other = self.nested(|p| p.climb(COND))?;
        self.node(ExprKind::Cond(cond.into(), then.into(), other.into()), pos)
    }

    fn unary(&mut self) -> Result<Expr> {
        let pos = self.pos();
        if let Tok::Punct(punct) = *self.peek()
            && let Some(op) = unary(punct)
        {
            self.at += 1;
            let operand = self.nested(|p| p.unary())?;
            return self.node(ExprKind::Unary(op, operand.into()), pos);
        }
        self.primary()
    }

    /// A primary with its selects; also the left-hand side of an assignment.
    pub(super) fn primary(&mut self) -> Result<Expr> {
        let pos = self.pos();
        let base = match self.peek().clone() {
            Tok::Number { width, signed, value } => {
                self.at += 1;
                return self.node(ExprKind::Literal { width, signed, value }, pos);
            }
            Tok::Wide(bits) => {
                self.at += 1;
                return self.node(ExprKind::Wide(bits), pos);
            }
            Tok::Ident(s) if s.starts_with('$') => return self.system_function(&s),
            Tok::Ident(_) => {
                let name = self.ident()?;
                if self.is(".") {
                    return self.unsupported("hierarchical name");
                }
                if self.is("(") {
                    return self.unsupported("function call");
                }
                Expr::ident(&name, pos)
            }
            Tok::Punct("(") => return self.parenthesised(),
            Tok::Punct("{") => self.concat()?,
            _ => return self.expected("an expression"),
        };
        self.selects(base)
    }

    fn parenthesised(&mut self) -> Result<Expr> {
        self.expect("(")?;
        let e = self.expr()?;
        self.expect(")")?;
        if self.is("[") {
            return self.unsupported("select of an expression");
        }
        Ok(e)
    }

    fn system_function(&mut self, name: &str) -> Result<Expr> {
        let pos = self.pos();
        let signed = match name {
            "$signed" => true,
            "$unsigned" => false,
            _ => return self.unsupported(name),
        };
        self.at += 1;
        self.expect("(")?;
        let e = self.expr()?;
        self.expect(")")?;
        self.node(ExprKind::Cast(signed, e.into()), pos)
    }

    fn concat(&mut self) -> Result<Expr> {
        let pos = self.pos();
        self.expect("{")?;
        let first = self.expr()?;
        if self.eat("{") {
            let mut parts = vec![self.expr()?];
            while self.eat(",") {
                parts.push(self.expr()?);
            }
            self.expect("}")?;
            self.expect("}")?;
            let inner = self.node(ExprKind::Concat(parts), pos)?;
            return self.node(ExprKind::Repeat(first.into(), inner.into()), pos);
        }
        let mut parts = vec![first];
        while self.eat(",") {
            parts.push(self.expr()?);
        }
        self.expect("}")?;
        self.node(ExprKind::Concat(parts), pos)
    }

    fn selects(&mut self, mut base: Expr) -> Result<Expr> {
        while self.is("[") {
            if matches!(base.kind, ExprKind::Concat(_) | ExprKind::Repeat(..)) {
                return self.unsupported("select of a concatenation");
            }
            self.at += 1;
            let a = self.expr()?;
            let start = base.pos;
            let kind = if self.eat("+:") {
                ExprKind::PartUp(base.into(), a.into(), self.expr()?.into())
            } else if self.is("-:") {
                return self.unsupported("-:");
            } else if self.eat(":") {
                ExprKind::Part(base.into(), a.into(), self.expr()?.into())
            } else {
                ExprKind::Index(base.into(), a.into())
            };
            self.expect("]")?;
            base = self.node(kind, start)?;
        }
        Ok(base)
    }
}
