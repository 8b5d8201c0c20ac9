//! Expressions to graph nodes, in a context of given width and sign.
use super::{
    env::Env,
    flatten::{Elab, Entity},
};
use crate::{
    error::{Error, Pos, Result},
    ir::{Graph, Node},
    parse::ast::*,
};

impl Elab<'_> {
    /// The value of `e` in a context `width` bits wide and signed or not.
    pub fn build(&mut self, scope: usize, env: &mut Env, e: &Expr, width: u32, signed: bool) -> Result<Node> {
        use ExprKind::*;
        let narrow = match &e.kind {
            Unary(op, a) => return self.unary(scope, env, *op, a, width, signed),
            Binary(op, a, b) => return self.binary(scope, env, (*op, a, b, e.pos), width, signed),
            Cond(c, a, b) => return self.conditional(scope, env, (c, a, b), width, signed),
            Literal { width, value, .. } => self.design.graph.konst(*value, *width),
            Wide(_) => return Err(Error::new(e.pos, "number", "more than 128 bits")),
            Ident(name) => self.named(scope, env, name, e.pos)?,
            Index(base, index) => self.index(scope, env, base, index)?,
            PartUp(base, offset, count) => self.part_up(scope, env, base, offset, count)?,
            Part(base, high, low) => self.part(scope, env, base, high, low)?,
            Concat(parts) => self.concat(scope, env, e, parts)?,
            Repeat(count, inner) => self.repeat(scope, env, e, count, inner)?,
            Cast(_, a) => self.alone(scope, env, a)?,
        };
        Ok(self.design.graph.extend(narrow, width, signed))
    }

    /// The value of `e` in a context of its own.
    pub fn alone(&mut self, scope: usize, env: &mut Env, e: &Expr) -> Result<Node> {
        let t = self.type_of(scope, e)?;
        self.build(scope, env, e, t.width, t.signed)
    }

    /// The value of `e` assigned to something `width` bits wide.
    pub fn assigned(&mut self, scope: usize, env: &mut Env, e: &Expr, width: u32) -> Result<Node> {
        let t = self.type_of(scope, e)?;
        let n = self.build(scope, env, e, t.width.max(width), t.signed)?;
        Ok(self.design.graph.slice(n, 0, width))
    }

    /// One bit: is `e` not zero?
    pub fn truth(&mut self, scope: usize, env: &mut Env, e: &Expr) -> Result<Node> {
        let n = self.alone(scope, env, e)?;
        Ok(self.design.graph.red_or(n))
    }

    fn unary(&mut self, scope: usize, env: &mut Env, op: UnaryOp, a: &Expr, width: u32, signed: bool) -> Result<Node> {
        use UnaryOp::*;
        if matches!(op, Not | Neg | Plus) {
            let x = self.build(scope, env, a, width, signed)?;
            let g = &mut self.design.graph;
            return Ok(match op {
                Not => g.not(x),
                Neg => g.neg(x),
                _ => x,
            });
        }
        let x = self.alone(scope, env, a)?;
        let g = &mut self.design.graph;
        let bit = match op {
            RedAnd | RedNand => g.red_and(x),
            RedXor | RedXnor => g.red_xor(x),
            _ => g.red_or(x),
        };
        let inverted = matches!(op, LogNot | RedNor | RedNand | RedXnor);
        let bit = if inverted { g.not(bit) } else { bit };
        Ok(g.zext(bit, width))
    }

    fn binary(
        &mut self,
        scope: usize,
        env: &mut Env,
        (op, a, b, pos): (BinaryOp, &Expr, &Expr, Pos),
        width: u32,
        signed: bool,
    ) -> Result<Node> {
        use BinaryOp::*;
        match op {
            Eq | Ne | Lt | Le | Gt | Ge => {
                let bit = self.compare(scope, env, op, a, b)?;
                Ok(self.design.graph.zext(bit, width))
            }
            LogAnd | LogOr => {
                let (x, y) = (self.truth(scope, env, a)?, self.truth(scope, env, b)?);
                let g = &mut self.design.graph;
                let bit = if op == LogAnd { g.and(x, y) } else { g.or(x, y) };
                Ok(g.zext(bit, width))
            }
            Shl | Shr | Sar => {
                let x = self.build(scope, env, a, width, signed)?;
                let amount = self.alone(scope, env, b)?;
                let g = &mut self.design.graph;
                Ok(match op {
                    Shl => g.shl(x, amount),
                    Sar if signed => g.sar(x, amount),
                    _ => g.shr(x, amount),
                })
            }
            _ => {
                let x = self.build(scope, env, a, width, signed)?;
                let y = self.build(scope, env, b, width, signed)?;
                self.arithmetic(op, x, y, signed, pos)
            }
        }
    }

    fn arithmetic(&mut self, op: BinaryOp, x: Node, y: Node, signed: bool, pos: Pos) -> Result<Node> {
        use BinaryOp::*;
        let g = &mut self.design.graph;
        Ok(match op {
            Add => g.add(x, y),
            Sub => g.sub(x, y),
            Mul => g.mul(x, y),
            And => g.and(x, y),
            Or => g.or(x, y),
            Xor => g.xor(x, y),
            Xnor => {
                let n = g.xor(x, y);
                g.not(n)
            }
            _ => return self.divide(op, x, y, signed, pos),
        })
    }

    /// Division towards zero; a divisor of 0 gives 0. Signed operands are made
    /// positive first, and the result takes the standard's sign.
    fn divide(&mut self, op: BinaryOp, x: Node, y: Node, signed: bool, pos: Pos) -> Result<Node> {
        let g = &mut self.design.graph;
        let width = g.width(x);
        let quotient = op == BinaryOp::Div;
        if width > 64 && (g.constant(x).is_none() || g.constant(y).is_none()) {
            let name = if quotient { "/" } else { "%" };
            return Err(Error::new(pos, name, "of more than 64 bits"));
        }
        let unsigned = |g: &mut Graph, x, y| if quotient { g.div(x, y) } else { g.rem(x, y) };
        if !signed {
            return Ok(unsigned(g, x, y));
        }
        let mut positive = |x: Node| {
            let (sign, minus) = (g.slice(x, width - 1, 1), g.neg(x));
            (sign, g.mux(sign, minus, x))
        };
        let ((sx, x), (sy, y)) = (positive(x), positive(y));
        let result = unsigned(g, x, y);
        let sign = if quotient { g.xor(sx, sy) } else { sx };
        let minus = g.neg(result);
        Ok(g.mux(sign, minus, result))
    }

    fn compare(&mut self, scope: usize, env: &mut Env, op: BinaryOp, a: &Expr, b: &Expr) -> Result<Node> {
        use BinaryOp::*;
        let t = self.type_of(scope, a)?.join(self.type_of(scope, b)?);
        let x = self.build(scope, env, a, t.width, t.signed)?;
        let y = self.build(scope, env, b, t.width, t.signed)?;
        let g = &mut self.design.graph;
        let (x, y) = if matches!(op, Gt | Le) { (y, x) } else { (x, y) };
        let bit = match op {
            Eq | Ne => g.eq(x, y),
            _ if t.signed => g.lt_signed(x, y),
            _ => g.lt_unsigned(x, y),
        };
        Ok(if matches!(op, Ne | Le | Ge) { g.not(bit) } else { bit })
    }

    fn conditional(
        &mut self,
        scope: usize,
        env: &mut Env,
        (c, a, b): (&Expr, &Expr, &Expr),
        width: u32,
        signed: bool,
    ) -> Result<Node> {
        let c = self.truth(scope, env, c)?;
        let not_c = self.design.graph.not(c);
        let path = env.path;
        env.path = self.design.graph.and(path, c);
        let x = self.build(scope, env, a, width, signed)?;
        env.path = self.design.graph.and(path, not_c);
        let y = self.build(scope, env, b, width, signed)?;
        env.path = path;
        Ok(self.design.graph.mux(c, x, y))
    }

    fn named(&mut self, scope: usize, env: &mut Env, name: &str, pos: Pos) -> Result<Node> {
        match self.entity(scope, name, pos)? {
            Entity::Signal(id) => Ok(self.read(env, id)),
            Entity::Param(v) => Ok(self.design.graph.konst(v.value, v.width)),
            Entity::Memory(_) | Entity::Table(_) => Err(Error::new(pos, name, "is too wide to be used whole")),
        }
    }

    /// A signal's value as the process sees it now.
    pub fn read(&mut self, env: &mut Env, id: u32) -> Node {
        if let Some(n) = env.blocking.get(id) {
            return n;
        }
        if !env.seq && env.targets.contains_key(&id) && !env.early.contains(&id) {
            env.early.push(id);
        }
        let width = self.signal(id).width;
        self.design.graph.signal(id, width)
    }

    fn concat(&mut self, scope: usize, env: &mut Env, e: &Expr, parts: &[Expr]) -> Result<Node> {
        let width = self.type_of(scope, e)?.width;
        let mut nodes = Vec::with_capacity(parts.len());
        for part in parts {
            nodes.push(self.alone(scope, env, part)?);
        }
        Ok(self.design.graph.concat(&nodes, width))
    }

    fn repeat(&mut self, scope: usize, env: &mut Env, e: &Expr, count: &Expr, inner: &Expr) -> Result<Node> {
        let width = self.type_of(scope, e)?.width;
        let count = self.const_u32(scope, count)?;
        let one = self.alone(scope, env, inner)?;
        Ok(self.design.graph.concat(&vec![one; count as usize], width))
    }
}
