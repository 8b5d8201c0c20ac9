//! Procedural statements.
use super::{Parser, UNSUPPORTED, ast::*, lexer::Tok};
use crate::error::Result;

impl Parser {
    /// One statement, appended to `out`; a block appends all of its own.
    pub(super) fn stmt(&mut self, out: &mut Vec<Stmt>) -> Result<()> {
        self.attributes();
        self.nested(|p| p.stmt_inner(out))
    }

    /// One statement as a list.
    pub(super) fn body(&mut self) -> Result<Vec<Stmt>> {
        let mut out = Vec::new();
        self.stmt(&mut out)?;
        Ok(out)
    }

    fn stmt_inner(&mut self, out: &mut Vec<Stmt>) -> Result<()> {
        if self.eat(";") {
            return Ok(());
        }
        if self.keyword("begin") {
            return self.block(out);
        }
        if self.keyword("if") {
            out.push(self.if_stmt()?);
            return Ok(());
        }
        if self.keyword("for") {
            out.push(self.for_stmt()?);
            return Ok(());
        }
        if self.keyword("case") {
            out.push(self.case_stmt()?);
            return Ok(());
        }
        match self.peek() {
            Tok::Ident(s) if s.starts_with('$') || UNSUPPORTED.contains(&s.as_str()) => self.unsupported(&s.clone()),
            Tok::Punct("#") => self.unsupported("delay"),
            Tok::Punct("@") => self.unsupported("event control inside a block"),
            _ => {
                out.push(self.assignment()?);
                Ok(())
            }
        }
    }

    fn block(&mut self, out: &mut Vec<Stmt>) -> Result<()> {
        if self.eat(":") {
            self.ident()?;
            if self.is_keyword("reg") || self.is_keyword("integer") {
                return self.unsupported("declaration inside a block");
            }
        }
        while !self.keyword("end") {
            self.stmt(out)?;
        }
        Ok(())
    }

    fn if_stmt(&mut self) -> Result<Stmt> {
        self.expect("(")?;
        let cond = self.expr()?;
        self.expect(")")?;
        let then = self.body()?;
        let other = if self.keyword("else") { self.body()? } else { Vec::new() };
        Ok(Stmt::If { cond, then, other })
    }

    fn case_stmt(&mut self) -> Result<Stmt> {
        self.expect("(")?;
        let selector = self.expr()?;
        self.expect(")")?;
        let mut arms = Vec::new();
        let mut default = None;
        while !self.keyword("endcase") {
            if self.is_keyword("default") {
                if default.is_some() {
                    return self.unsupported("second default");
                }
                self.at += 1;
                self.eat(":");
                default = Some(self.body()?);
                continue;
            }
            let mut keys = vec![self.expr()?];
            while self.eat(",") {
                keys.push(self.expr()?);
            }
            self.expect(":")?;
            arms.push((keys, self.body()?));
        }
        Ok(Stmt::Case { selector, arms, default })
    }

    fn for_stmt(&mut self) -> Result<Stmt> {
        self.expect("(")?;
        let start = self.assignment()?;
        let cond = self.expr()?;
        self.expect(";")?;
        let step = self.bare_assignment()?;
        self.expect(")")?;
        let body = self.body()?;
        Ok(Stmt::For { start: start.into(), cond, step: step.into(), body })
    }

    fn assignment(&mut self) -> Result<Stmt> {
        let stmt = self.bare_assignment()?;
        self.expect(";")?;
        Ok(stmt)
    }

    fn bare_assignment(&mut self) -> Result<Stmt> {
        let lhs = self.lhs()?;
        let nonblocking = if self.eat("=") {
            false
        } else if self.eat("<=") {
            true
        } else {
            return self.expected("`=` or `<=`");
        };
        if self.is("#") {
            return self.unsupported("delay");
        }
        let rhs = self.expr()?;
        Ok(Stmt::Assign { lhs, rhs, nonblocking })
    }

    /// The left-hand side of an assignment.
    pub(super) fn lhs(&mut self) -> Result<Expr> {
        if !matches!(self.peek(), Tok::Ident(_) | Tok::Punct("{")) {
            return self.expected("a statement");
        }
        self.primary()
    }
}
