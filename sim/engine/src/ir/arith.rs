//! Sums, products and shifts.
use super::{Graph, Node, Op};

impl Graph {
    /// Commutative operands in one order, so that equal nodes meet.
    pub(super) fn sorted(a: Node, b: Node) -> (Node, Node) {
        if a <= b { (a, b) } else { (b, a) }
    }

    /// Two's complement.
    pub fn neg(&mut self, a: Node) -> Node {
        let width = self.width(a);
        match self.constant(a) {
            Some(v) => self.konst(v.wrapping_neg(), width),
            None => self.add_node(Op::Neg(a), width),
        }
    }

    /// Sum of two nodes of one width, modulo 2^width.
    pub fn add(&mut self, a: Node, b: Node) -> Node {
        let width = self.width(a);
        match (self.constant(a), self.constant(b)) {
            (Some(x), Some(y)) => self.konst(x.wrapping_add(y), width),
            (_, Some(0)) => a,
            (Some(0), _) => b,
            (Some(k), None) => self.add_const(b, a, k),
            (None, Some(k)) => self.add_const(a, b, k),
            (None, None) => {
                let (a, b) = Self::sorted(a, b);
                self.add_node(Op::Add(a, b), width)
            }
        }
    }

    /// `(x + j) + k` becomes `x + (j + k)`.
    fn add_const(&mut self, a: Node, konst: Node, k: u128) -> Node {
        let width = self.width(a);
        if let Op::Add(x, y) = *self.op(a) {
            for (x, y) in [(x, y), (y, x)] {
                if let Some(j) = self.constant(y) {
                    let sum = self.konst(j.wrapping_add(k), width);
                    return self.add(x, sum);
                }
            }
        }
        let (a, b) = Self::sorted(a, konst);
        self.add_node(Op::Add(a, b), width)
    }

    /// Difference modulo 2^width.
    pub fn sub(&mut self, a: Node, b: Node) -> Node {
        let width = self.width(a);
        if a == b {
            return self.konst(0, width);
        }
        match (self.constant(a), self.constant(b)) {
            (Some(x), Some(y)) => self.konst(x.wrapping_sub(y), width),
            (None, Some(k)) => {
                let k = self.konst(k.wrapping_neg(), width);
                self.add(a, k)
            }
            (Some(0), None) => self.neg(b),
            _ => self.add_node(Op::Sub(a, b), width),
        }
    }

    /// Product modulo 2^width.
    pub fn mul(&mut self, a: Node, b: Node) -> Node {
        let width = self.width(a);
        match (self.constant(a), self.constant(b)) {
            (Some(x), Some(y)) => return self.konst(x.wrapping_mul(y), width),
            (_, Some(0)) | (Some(1), _) => return b,
            (Some(0), _) | (_, Some(1)) => return a,
            _ => {}
        }
        let (a, b) = Self::sorted(a, b);
        self.add_node(Op::Mul(a, b), width)
    }

    /// Unsigned quotient of nodes of at most 64 bits; 0 for a divisor of 0.
    pub fn div(&mut self, a: Node, b: Node) -> Node {
        let width = self.width(a);
        match (self.constant(a), self.constant(b)) {
            (_, Some(0)) => b,
            (Some(x), Some(y)) => self.konst(x / y, width),
            (None, Some(y)) if y.is_power_of_two() => {
                let k = self.konst(y.trailing_zeros() as u128, 32);
                self.shr(a, k)
            }
            _ if width == 1 => self.and(a, b),
            _ => self.add_node(Op::Div(a, b), width),
        }
    }

    /// Unsigned remainder of nodes of at most 64 bits; 0 for a divisor of 0.
    pub fn rem(&mut self, a: Node, b: Node) -> Node {
        let width = self.width(a);
        match (self.constant(a), self.constant(b)) {
            (_, Some(0)) => b,
            (Some(x), Some(y)) => self.konst(x % y, width),
            (None, Some(y)) if y.is_power_of_two() => {
                let m = self.konst(y - 1, width);
                self.and(a, m)
            }
            _ if width == 1 => self.konst(0, 1),
            _ => self.add_node(Op::Rem(a, b), width),
        }
    }

    /// Shift left by a constant.
    pub fn shl_by(&mut self, a: Node, amount: u32) -> Node {
        let k = self.konst(amount as u128, 32);
        self.shl(a, k)
    }

    /// Shift left; amounts from the width up give 0.
    pub fn shl(&mut self, a: Node, b: Node) -> Node {
        let width = self.width(a);
        if self.constant(a) == Some(0) {
            return a;
        }
        match (self.constant(b), self.constant(a)) {
            (Some(0), _) => a,
            (Some(k), _) if k >= width as u128 => self.konst(0, width),
            (Some(k), Some(v)) => self.konst(v << k, width),
            (Some(k), None) => {
                if let Some(table) = self.map_table(a, width, |v| v << k) {
                    return table;
                }
                // one form for all widths of the amount
                let k = self.konst(k, 32);
                self.add_node(Op::Shl(a, k), width)
            }
            _ => self.add_node(Op::Shl(a, b), width),
        }
    }

    /// Logical shift right; amounts from the width up give 0.
    pub fn shr(&mut self, a: Node, b: Node) -> Node {
        let width = self.width(a);
        match self.constant(b) {
            Some(0) => a,
            Some(k) if k >= width as u128 => self.konst(0, width),
            Some(k) => {
                let high = self.slice(a, k as u32, width - k as u32);
                self.zext(high, width)
            }
            None if self.constant(a) == Some(0) => a,
            None => self.add_node(Op::Shr(a, b), width),
        }
    }

    /// Arithmetic shift right; amounts from the width up give all sign bits.
    pub fn sar(&mut self, a: Node, b: Node) -> Node {
        let width = self.width(a);
        if self.bits(a) < width {
            return self.shr(a, b);
        }
        match self.constant(b) {
            Some(k) => {
                let k = k.min(width as u128 - 1) as u32;
                let high = self.slice(a, k, width - k);
                self.sext(high, width)
            }
            None => self.add_node(Op::Sar(a, b), width),
        }
    }
}
