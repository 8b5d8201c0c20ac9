//! Selects: bits, parts and memory words, and the range of their indices.
use super::{
    IndexCheck,
    env::Env,
    flatten::{Elab, Entity},
    size::Type,
};
use crate::{
    error::{Error, Pos, Result},
    ir::Node,
    parse::ast::*,
};
use std::sync::Arc;

impl Elab<'_> {
    /// A select's index: a signed one may be negative, which is out of range.
    pub fn index_value(&mut self, scope: usize, env: &mut Env, e: &Expr) -> Result<Node> {
        let Type { width, signed } = self.type_of(scope, e)?;
        let n = self.build(scope, env, e, width, signed)?;
        Ok(if signed && width < 32 { self.design.graph.sext(n, 32) } else { n })
    }

    /// Notes that `index` must stay below `limit` where the process uses it.
    pub fn check_index(&mut self, env: &Env, index: Node, limit: u64, name: &str, pos: Pos) {
        let g = &mut self.design.graph;
        if g.max(index) < limit as u128 {
            return;
        }
        let width = g.width(index).max(64);
        let (wide, limit) = (g.zext(index, width), g.konst(limit as u128, width));
        let inside = g.lt_unsigned(wide, limit);
        let outside = g.not(inside);
        let bad = g.and(env.path, outside);
        if g.constant(bad) != Some(0) {
            self.design.checks.push(IndexCheck { name: name.to_string(), pos, bad });
        }
    }

    /// A memory index as a position from 0.
    pub fn address(&mut self, scope: usize, env: &mut Env, mem: u32, e: &Expr) -> Result<Node> {
        let n = self.index_value(scope, env, e)?;
        let (low, depth) = (self.memory(mem).low, self.memory(mem).depth);
        let name = self.memory(mem).name.clone();
        let g = &mut self.design.graph;
        let place = if low == 0 {
            n
        } else {
            // wide enough that an index below the first word stays out of range
            let wide = g.width(n).max(64);
            let (n, low) = (g.zext(n, wide), g.konst(low as u128, wide));
            g.sub(n, low)
        };
        self.check_index(env, place, depth, &name, e.pos);
        Ok(place)
    }

    /// `base[index]`: a memory word or a bit.
    pub fn index(&mut self, scope: usize, env: &mut Env, base: &Expr, index: &Expr) -> Result<Node> {
        if let Some(mem) = self.memory_named(scope, base)? {
            let address = self.address(scope, env, mem, index)?;
            let width = self.memory(mem).width;
            return Ok(self.design.graph.mem_read(mem, address, width));
        }
        self.shifted(scope, env, base, index, 1)
    }

    /// `base[offset +: count]`.
    pub fn part_up(&mut self, scope: usize, env: &mut Env, base: &Expr, offset: &Expr, count: &Expr) -> Result<Node> {
        let count = self.const_u32(scope, count)?;
        self.shifted(scope, env, base, offset, count)
    }

    /// `count` bits of `base` from `offset` up; bits beyond its end are 0.
    fn shifted(&mut self, scope: usize, env: &mut Env, base: &Expr, offset: &Expr, count: u32) -> Result<Node> {
        if let Some(table) = self.table_named(scope, base)? {
            return self.table_bits(scope, env, &table, (base, offset), count);
        }
        let x = self.vector(scope, env, base)?;
        let offset_node = self.index_value(scope, env, offset)?;
        let places = (self.design.graph.width(x) + 1).saturating_sub(count) as u64;
        self.check_index(env, offset_node, places, &base_name(base), offset.pos);
        let g = &mut self.design.graph;
        let moved = g.shr(x, offset_node);
        Ok(g.slice(moved, 0, count))
    }

    /// `base[high:low]`.
    pub fn part(&mut self, scope: usize, env: &mut Env, base: &Expr, high: &Expr, low: &Expr) -> Result<Node> {
        if let Some(table) = self.table_named(scope, base)? {
            let (h, l) = (self.const_u32(scope, high)?, self.const_u32(scope, low)?);
            let inside = l <= h && (h as usize) < table.len() && h - l < 128;
            if inside {
                return self.table_bits(scope, env, &table, (base, low), h - l + 1);
            }
            return Err(Error::new(high.pos, "part select", "beyond the constant's end"));
        }
        let x = self.vector(scope, env, base)?;
        let (h, l) = (self.const_u32(scope, high)?, self.const_u32(scope, low)?);
        if h >= self.design.graph.width(x) || l > h {
            return Err(Error::new(high.pos, "part select", "beyond the signal's end"));
        }
        Ok(self.design.graph.slice(x, l, h - l + 1))
    }

    /// The wide constant that `e` names, if it names one.
    fn table_named(&self, scope: usize, e: &Expr) -> Result<Option<Arc<[bool]>>> {
        if let ExprKind::Ident(name) = &e.kind
            && let Entity::Table(id) = self.entity(scope, name, e.pos)?
        {
            return Ok(Some(Arc::clone(&self.tables[id as usize])));
        }
        Ok(None)
    }

    /// `count` bits of a wide constant, as a case over the offset.
    fn table_bits(
        &mut self,
        scope: usize,
        env: &mut Env,
        table: &[bool],
        (base, offset): (&Expr, &Expr),
        count: u32,
    ) -> Result<Node> {
        if count == 0 || count > 128 {
            return Err(Error::new(base.pos, "select", "is not 1 to 128 bits wide"));
        }
        let at = self.index_value(scope, env, offset)?;
        let places = (table.len() + 1).saturating_sub(count as usize);
        self.check_index(env, at, places as u64, &base_name(base), offset.pos);
        let g = &mut self.design.graph;
        let mut arms = Vec::new();
        for place in 0..table.len() {
            let end = table.len().min(place + count as usize);
            let bits = table[place..end].iter().rev();
            let value = bits.fold(0u128, |v, b| v << 1 | *b as u128);
            if value != 0 {
                arms.push((place as u128, g.konst(value, count)));
            }
        }
        let zero = g.konst(0, count);
        Ok(g.case(at, arms, zero))
    }

    /// Something bits can be selected from.
    fn vector(&mut self, scope: usize, env: &mut Env, base: &Expr) -> Result<Node> {
        let word = match &base.kind {
            ExprKind::Index(inner, _) => self.memory_named(scope, inner)?.is_some(),
            ExprKind::Ident(_) => true,
            _ => false,
        };
        if !word {
            return Err(Error::new(base.pos, "select", "of something already selected"));
        }
        self.alone(scope, env, base)
    }
}

/// The name a select begins with, for messages.
pub fn base_name(e: &Expr) -> String {
    let mut e = e;
    loop {
        match &e.kind {
            ExprKind::Ident(name) => return name.clone(),
            ExprKind::Index(b, _) | ExprKind::PartUp(b, _, _) | ExprKind::Part(b, _, _) => e = b,
            _ => return "select".into(),
        }
    }
}
