//! Self-determined width and signedness (IEEE 1364-2005, 5.4 and 5.5), and
//! constant expressions.
use super::{
    env::Env,
    flatten::{Elab, Entity, Value},
};
use crate::{
    error::{Error, Result},
    parse::ast::*,
};

/// Width and signedness of an expression by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Type {
    pub width: u32,
    pub signed: bool,
}

impl Type {
    fn unsigned(width: u32) -> Type {
        Type { width, signed: false }
    }

    /// The type of an operation whose operands share one context.
    pub fn join(self, other: Type) -> Type {
        Type { width: self.width.max(other.width), signed: self.signed && other.signed }
    }
}

impl Elab<'_> {
    /// The type `e` has by itself.
    pub fn type_of(&mut self, scope: usize, e: &Expr) -> Result<Type> {
        use ExprKind::*;
        let t = match &e.kind {
            Literal { width, signed, .. } => Type { width: *width, signed: *signed },
            Ident(name) => self.type_of_name(scope, name, e)?,
            Wide(bits) => Type::unsigned(bits.len() as u32),
            Unary(op, a) => match op {
                UnaryOp::Not | UnaryOp::Neg | UnaryOp::Plus => self.type_of(scope, a)?,
                _ => Type::unsigned(1),
            },
            Binary(op, a, b) => self.type_of_binary(scope, *op, a, b)?,
            Cond(_, a, b) => self.type_of(scope, a)?.join(self.type_of(scope, b)?),
            Index(base, _) => Type::unsigned(match self.memory_named(scope, base)? {
                Some(mem) => self.memory(mem).width,
                None => 1,
            }),
            PartUp(_, _, width) => Type::unsigned(self.const_u32(scope, width)?),
            Part(_, high, low) => {
                let (high, low) = (self.const_u32(scope, high)?, self.const_u32(scope, low)?);
                let Some(below) = high.checked_sub(low) else {
                    return Err(Error::new(e.pos, "part select", "runs downwards"));
                };
                Type::unsigned(below.saturating_add(1))
            }
            Concat(parts) => {
                let mut width = 0u32;
                for part in parts {
                    width = width.saturating_add(self.type_of(scope, part)?.width);
                }
                Type::unsigned(width)
            }
            Repeat(count, inner) => {
                let count = self.const_u32(scope, count)?;
                Type::unsigned(self.type_of(scope, inner)?.width.saturating_mul(count))
            }
            Cast(signed, a) => Type { signed: *signed, ..self.type_of(scope, a)? },
        };
        if t.width == 0 || t.width > 128 {
            let message = format!("is {} bits wide, not 1 to 128", t.width);
            return Err(Error::new(e.pos, "expression", message));
        }
        Ok(t)
    }

    fn type_of_name(&mut self, scope: usize, name: &str, e: &Expr) -> Result<Type> {
        match self.entity(scope, name, e.pos)? {
            Entity::Signal(id) => {
                let s = self.signal(id);
                Ok(Type { width: s.width, signed: s.signed })
            }
            Entity::Param(v) => Ok(Type { width: v.width, signed: v.signed }),
            Entity::Memory(_) | Entity::Table(_) => Err(Error::new(e.pos, name, "is too wide to be used whole")),
        }
    }

    fn type_of_binary(&mut self, scope: usize, op: BinaryOp, a: &Expr, b: &Expr) -> Result<Type> {
        use BinaryOp::*;
        match op {
            Eq | Ne | Lt | Le | Gt | Ge | LogAnd | LogOr => Ok(Type::unsigned(1)),
            Shl | Shr | Sar => self.type_of(scope, a),
            _ => Ok(self.type_of(scope, a)?.join(self.type_of(scope, b)?)),
        }
    }

    /// The memory `e` names, if it names one.
    pub fn memory_named(&self, scope: usize, e: &Expr) -> Result<Option<u32>> {
        if let ExprKind::Ident(name) = &e.kind
            && let Entity::Memory(id) = self.entity(scope, name, e.pos)?
        {
            return Ok(Some(id));
        }
        Ok(None)
    }

    /// `e` as a constant with its type.
    pub fn const_value(&mut self, scope: usize, e: &Expr) -> Result<Value> {
        match self.try_const(scope, e)? {
            Some(v) => Ok(v),
            None => Err(Error::new(e.pos, "expression", "must be constant here")),
        }
    }

    /// `e` as a constant with its type, if it is one.
    pub fn try_const(&mut self, scope: usize, e: &Expr) -> Result<Option<Value>> {
        let Type { width, signed } = self.type_of(scope, e)?;
        let path = self.design.graph.bit(true);
        let mut env = Env::new(false, path);
        let n = self.build(scope, &mut env, e, width, signed)?;
        Ok(self.design.graph.constant(n).map(|value| Value { value, width, signed }))
    }

    /// A constant that must fit 32 bits, such as a width.
    pub fn const_u32(&mut self, scope: usize, e: &Expr) -> Result<u32> {
        let v = self.const_value(scope, e)?;
        u32::try_from(v.value).map_err(|_| Error::new(e.pos, "constant", "is too large"))
    }
}
