//! Left-hand sides: which signals, which bits, and what they become.
use super::{
    env::{Env, Write},
    flatten::{Elab, Entity},
    select::base_name,
};
use crate::{
    error::{Error, Result},
    ir::{FastMap, Node, mask},
    parse::ast::*,
};

impl Elab<'_> {
    /// Assigns `value`, which has the width of `lhs`.
    pub fn assign(&mut self, scope: usize, env: &mut Env, lhs: &Expr, value: Node, nonblocking: bool) -> Result<()> {
        match &lhs.kind {
            ExprKind::Ident(_) => {
                let id = self.target(scope, lhs)?;
                env.layers(nonblocking).set(id, value);
                Ok(())
            }
            ExprKind::Concat(parts) => {
                let mut low = self.design.graph.width(value);
                for part in parts {
                    let width = self.type_of(scope, part)?.width;
                    low -= width;
                    let bits = self.design.graph.slice(value, low, width);
                    self.assign(scope, env, part, bits, nonblocking)?;
                }
                Ok(())
            }
            ExprKind::Index(base, index) if self.memory_named(scope, base)?.is_some() => {
                self.assign_word(scope, env, base, index, value, nonblocking)
            }
            ExprKind::Index(base, at) | ExprKind::PartUp(base, at, _) => {
                let at_node = self.index_value(scope, env, at)?;
                let width = self.design.graph.width(value);
                let places = self.base_width(scope, base)?.saturating_sub(width - 1);
                self.check_index(env, at_node, places as u64, &base_name(base), at.pos);
                self.assign_part(scope, env, base, at_node, value, nonblocking)
            }
            ExprKind::Part(base, high, low) => {
                let (h, l) = (self.const_u32(scope, high)?, self.const_u32(scope, low)?);
                if h >= self.base_width(scope, base)? {
                    return Err(Error::new(high.pos, "part select", "beyond the signal's end"));
                }
                let low = self.design.graph.konst(l as u128, 32);
                self.assign_part(scope, env, base, low, value, nonblocking)
            }
            _ => Err(Error::new(lhs.pos, "assignment", "cannot assign to this")),
        }
    }

    /// The signal that `e` names.
    pub fn target(&self, scope: usize, e: &Expr) -> Result<u32> {
        if let ExprKind::Ident(name) = &e.kind {
            if let Entity::Signal(id) = self.entity(scope, name, e.pos)? {
                return Ok(id);
            }
            return Err(Error::new(e.pos, name, "is no signal to assign to"));
        }
        Err(Error::new(e.pos, "assignment", "cannot assign to this"))
    }

    /// Width of the signal or memory word whose bits are assigned.
    fn base_width(&mut self, scope: usize, base: &Expr) -> Result<u32> {
        match &base.kind {
            ExprKind::Ident(_) | ExprKind::Index(..) => Ok(self.type_of(scope, base)?.width),
            _ => Err(Error::new(base.pos, "assignment", "select of something already selected")),
        }
    }

    fn assign_part(
        &mut self,
        scope: usize,
        env: &mut Env,
        base: &Expr,
        at: Node,
        value: Node,
        nonblocking: bool,
    ) -> Result<()> {
        if let ExprKind::Index(memory, address) = &base.kind {
            return self.assign_word_part(scope, env, (memory, address), at, value, nonblocking);
        }
        let id = self.target(scope, base)?;
        let pending = if nonblocking { env.nonblocking.get(id) } else { env.blocking.get(id) };
        let old = match pending.or_else(|| env.blocking.get(id)) {
            Some(n) => n,
            None => self.before(env, id),
        };
        let new = self.design.graph.replace(old, at, value);
        env.layers(nonblocking).set(id, new);
        Ok(())
    }

    /// A signal's value before this process assigns it: a register's own, or
    /// for a combinational signal what a latch would hold.
    pub fn before(&mut self, env: &Env, id: u32) -> Node {
        let width = self.signal(id).width;
        let g = &mut self.design.graph;
        if env.seq { g.signal(id, width) } else { g.held(id, width) }
    }

    fn assign_word(
        &mut self,
        scope: usize,
        env: &mut Env,
        memory: &Expr,
        index: &Expr,
        data: Node,
        nonblocking: bool,
    ) -> Result<()> {
        let mem = self.written(scope, env, memory, nonblocking)?;
        let address = self.address(scope, env, mem, index)?;
        let lanes = u128::MAX;
        env.writes.push(Write { mem, path: env.path, address, data, mask: None, lanes });
        Ok(())
    }

    fn assign_word_part(
        &mut self,
        scope: usize,
        env: &mut Env,
        (memory, index): (&Expr, &Expr),
        at: Node,
        value: Node,
        nonblocking: bool,
    ) -> Result<()> {
        let mem = self.written(scope, env, memory, nonblocking)?;
        let address = self.address(scope, env, mem, index)?;
        let width = self.memory(mem).width;
        let g = &mut self.design.graph;
        let (none, ones) = (g.konst(0, width), g.konst(mask(g.width(value)), g.width(value)));
        let data = g.replace(none, at, value);
        let mask = g.replace(none, at, ones);
        let (mask, lanes) = (Some(mask), g.constant(mask).unwrap_or(u128::MAX));
        env.writes.push(Write { mem, path: env.path, address, data, mask, lanes });
        Ok(())
    }

    /// The memory to be written, if this is a place where that can be done.
    fn written(&self, scope: usize, env: &Env, memory: &Expr, nonblocking: bool) -> Result<u32> {
        let Some(mem) = self.memory_named(scope, memory)? else {
            return Err(Error::new(memory.pos, "assignment", "select of something already selected"));
        };
        if !env.seq || !nonblocking {
            let message = "a memory is written by `<=` in a clocked block only";
            return Err(Error::new(memory.pos, base_name(memory), message));
        }
        Ok(mem)
    }

    /// Which bits of which signals `body` assigns, whatever path is taken.
    pub fn targets(&mut self, scope: usize, body: &[Stmt], out: &mut FastMap<u32, u128>) -> Result<()> {
        for stmt in body {
            match stmt {
                Stmt::Assign { lhs, .. } => self.lhs_bits(scope, lhs, out)?,
                Stmt::If { then, other, .. } => {
                    self.targets(scope, then, out)?;
                    self.targets(scope, other, out)?;
                }
                Stmt::For { start, step, body, .. } => {
                    self.targets(scope, std::slice::from_ref(start), out)?;
                    self.targets(scope, std::slice::from_ref(step), out)?;
                    self.targets(scope, body, out)?;
                }
                Stmt::Case { arms, default, .. } => {
                    for (_, body) in arms {
                        self.targets(scope, body, out)?;
                    }
                    self.targets(scope, default.as_deref().unwrap_or(&[]), out)?;
                }
            }
        }
        Ok(())
    }

    /// Adds the bits that `lhs` can assign.
    pub fn lhs_bits(&mut self, scope: usize, lhs: &Expr, out: &mut FastMap<u32, u128>) -> Result<()> {
        let (base, low, count) = match &lhs.kind {
            ExprKind::Concat(parts) => {
                return parts.iter().try_for_each(|part| self.lhs_bits(scope, part, out));
            }
            ExprKind::Ident(_) => (lhs, Some(0), 128),
            ExprKind::Index(base, at) => {
                if self.memory_named(scope, base)?.is_some() {
                    return Ok(());
                }
                (&**base, self.try_const(scope, at)?.map(|v| v.value), 1)
            }
            ExprKind::PartUp(base, at, _) => {
                let low = self.try_const(scope, at)?.map(|v| v.value);
                (&**base, low, self.type_of(scope, lhs)?.width)
            }
            ExprKind::Part(base, _, low) => {
                let low = self.const_u32(scope, low)? as u128;
                (&**base, Some(low), self.type_of(scope, lhs)?.width)
            }
            _ => return Err(Error::new(lhs.pos, "assignment", "cannot assign to this")),
        };
        if matches!(base.kind, ExprKind::Index(..)) {
            return Ok(());
        }
        let id = self.target(scope, base)?;
        let bits = match low {
            Some(low) if low < 128 => mask(count) << low,
            Some(_) => 0,
            None => u128::MAX,
        };
        *out.entry(id).or_insert(0) |= bits & mask(self.signal(id).width);
        Ok(())
    }
}
