//! `initial` blocks: values at the start.
use super::flatten::{Elab, Entity, Value};
use crate::{
    error::{Error, Result},
    ir::mask,
    parse::ast::*,
};

impl Elab<'_> {
    /// The assignments of an `initial` block, all of constants.
    pub fn initial(&mut self, scope: usize, body: &[Stmt]) -> Result<()> {
        for stmt in body {
            let (lhs, rhs) = match stmt {
                Stmt::Assign { lhs, rhs, .. } => (lhs, rhs),
                Stmt::If { cond: e, .. } | Stmt::For { cond: e, .. } | Stmt::Case { selector: e, .. } => {
                    return Err(Error::new(e.pos, "initial", "only assignments are supported"));
                }
            };
            let v = self.const_value(scope, rhs)?;
            match &lhs.kind {
                ExprKind::Ident(name) => {
                    let Entity::Signal(id) = self.entity(scope, name, lhs.pos)? else {
                        return Err(Error::new(lhs.pos, name, "not a variable"));
                    };
                    let signal = &mut self.design.signals[id as usize];
                    signal.init = extend(v, signal.width);
                    self.initialised[id as usize] = true;
                }
                ExprKind::Index(base, index) => self.initial_word(scope, base, index, v)?,
                _ => return Err(Error::new(lhs.pos, "initial", "cannot assign to this")),
            }
        }
        Ok(())
    }

    fn initial_word(&mut self, scope: usize, base: &Expr, index: &Expr, v: Value) -> Result<()> {
        let at = self.const_value(scope, index)?.value;
        if let ExprKind::Ident(name) = &base.kind
            && let Entity::Memory(id) = self.entity(scope, name, base.pos)?
        {
            let memory = &mut self.design.memories[id as usize];
            let place = at.wrapping_sub(memory.low as u128);
            if place >= memory.depth as u128 {
                return Err(Error::new(index.pos, name, "initial value beyond the memory's end"));
            }
            memory.init.push((place as u64, extend(v, memory.width)));
            return Ok(());
        }
        Err(Error::new(base.pos, "initial", "cannot assign to this"))
    }
}

/// The value in another width, extended by its own sign.
fn extend(v: Value, width: u32) -> u128 {
    let high = 128 - v.width;
    let value = if v.signed { ((v.value << high) as i128 >> high) as u128 } else { v.value };
    value & mask(width)
}
