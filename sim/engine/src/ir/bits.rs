//! Extension and selection of bits.
use super::{Graph, Node, Op, mask};

/// How far a selection is pushed towards the leaves before it stays where it is.
const SLICE_DEPTH: u32 = 160;

impl Graph {
    /// Zero extension; `width` is not smaller than the node's.
    pub fn zext(&mut self, a: Node, width: u32) -> Node {
        if width == self.width(a) {
            return a;
        }
        match *self.op(a) {
            Op::Const(v) => self.konst(v, width),
            Op::Zext(b) => self.zext(b, width),
            _ => match self.map_table(a, width, |v| v) {
                Some(table) => table,
                None => self.add_node(Op::Zext(a), width),
            },
        }
    }

    /// Sign extension; `width` is not smaller than the node's.
    pub fn sext(&mut self, a: Node, width: u32) -> Node {
        let from = self.width(a);
        if width == from {
            return a;
        }
        match *self.op(a) {
            Op::Const(v) => {
                let high = 128 - from;
                self.konst(((v << high) as i128 >> high) as u128, width)
            }
            _ if self.bits(a) < from => self.zext(a, width),
            Op::Sext(b) => self.sext(b, width),
            _ => self.add_node(Op::Sext(a), width),
        }
    }

    /// Extends by sign or by zeros.
    pub fn extend(&mut self, a: Node, width: u32, signed: bool) -> Node {
        if signed { self.sext(a, width) } else { self.zext(a, width) }
    }

    /// `width` bits from bit `low` up; bits beyond the node's end are zero.
    pub fn slice(&mut self, a: Node, low: u32, width: u32) -> Node {
        let from = self.width(a);
        if low == 0 && width == from {
            return a;
        }
        if low >= self.bits(a) {
            return self.konst(0, width);
        }
        if low + width > from {
            let inside = self.slice(a, low, from - low);
            return self.zext(inside, width);
        }
        let key = (a, low as u8, width as u8);
        if let Some(n) = self.sliced.get(&key) {
            return *n;
        }
        self.slice_depth += 1;
        let n = if self.slice_depth > SLICE_DEPTH {
            self.plain_slice(a, low, width)
        } else {
            self.push_slice(a, low, width)
        };
        self.slice_depth -= 1;
        self.sliced.insert(key, n);
        n
    }

    fn plain_slice(&mut self, a: Node, low: u32, width: u32) -> Node {
        match *self.op(a) {
            Op::Const(v) => self.konst(v >> low, width),
            Op::Slice(b, below) => self.add_node(Op::Slice(b, below + low), width),
            _ => self.add_node(Op::Slice(a, low), width),
        }
    }

    /// Selects from the operands instead, where that is the same.
    fn push_slice(&mut self, a: Node, low: u32, width: u32) -> Node {
        let part = |g: &mut Graph, x: Node| g.slice(x, low, width);
        match self.op(a).clone() {
            Op::Slice(b, below) => self.slice(b, below + low, width),
            Op::Zext(b) => self.slice(b, low, width),
            Op::Sext(b) if low == 0 => self.slice_sext(b, width),
            Op::Not(x) => {
                let x = part(self, x);
                self.not(x)
            }
            Op::And(x, y) => {
                let (x, y) = (part(self, x), part(self, y));
                self.and(x, y)
            }
            Op::Or(x, y) => {
                let (x, y) = (part(self, x), part(self, y));
                self.or(x, y)
            }
            Op::Xor(x, y) => {
                let (x, y) = (part(self, x), part(self, y));
                self.xor(x, y)
            }
            Op::Mux(c, x, y) => {
                let (x, y) = (part(self, x), part(self, y));
                self.mux(c, x, y)
            }
            Op::Shl(x, k) => match self.constant(k) {
                Some(k) => self.slice_shl(x, k as u32, low, width),
                None if low == 0 => {
                    let x = part(self, x);
                    self.shl(x, k)
                }
                None => self.plain_slice(a, low, width),
            },
            op if low == 0 => self.slice_arith(a, &op, width),
            _ => self.plain_slice(a, low, width),
        }
    }

    fn slice_sext(&mut self, b: Node, width: u32) -> Node {
        let from = self.width(b);
        if width <= from { self.slice(b, 0, width) } else { self.sext(b, width) }
    }

    /// Bits of `x << k`, `k` a constant below the width: zeros, then bits of `x`.
    fn slice_shl(&mut self, x: Node, k: u32, low: u32, width: u32) -> Node {
        if low >= k {
            return self.slice(x, low - k, width);
        }
        if low + width <= k {
            return self.konst(0, width);
        }
        let above = k - low;
        let inside = self.slice(x, 0, width - above);
        let wide = self.zext(inside, width);
        self.shl_by(wide, above)
    }

    /// The low bits of sums and products need only the operands' low bits.
    fn slice_arith(&mut self, a: Node, op: &Op, width: u32) -> Node {
        match *op {
            Op::Add(x, y) => {
                let (x, y) = (self.slice(x, 0, width), self.slice(y, 0, width));
                self.add(x, y)
            }
            Op::Sub(x, y) => {
                let (x, y) = (self.slice(x, 0, width), self.slice(y, 0, width));
                self.sub(x, y)
            }
            Op::Mul(x, y) => {
                let (x, y) = (self.slice(x, 0, width), self.slice(y, 0, width));
                self.mul(x, y)
            }
            Op::Neg(x) => {
                let x = self.slice(x, 0, width);
                self.neg(x)
            }
            _ => self.plain_slice(a, 0, width),
        }
    }

    /// `parts` from the most significant down, `width` bits in all.
    pub fn concat(&mut self, parts: &[Node], width: u32) -> Node {
        let mut acc = self.konst(0, width);
        let mut low = width;
        for part in parts {
            low -= self.width(*part);
            let wide = self.zext(*part, width);
            let placed = self.shl_by(wide, low);
            acc = self.or(acc, placed);
        }
        acc
    }

    /// `a` with only the given bits kept, each run of them selected by itself:
    /// what stands in the others is then gone for good.
    pub fn keep(&mut self, a: Node, bits: u128) -> Node {
        let width = self.width(a);
        let mut acc = self.konst(0, width);
        let mut rest = bits & mask(width);
        while rest != 0 {
            let low = rest.trailing_zeros();
            let count = (rest >> low).trailing_ones();
            let run = self.slice(a, low, count);
            let wide = self.zext(run, width);
            let placed = self.shl_by(wide, low);
            acc = self.or(acc, placed);
            rest &= !(mask(count) << low);
        }
        acc
    }

    /// [`Graph::replace`] at a constant place: what is replaced is then gone.
    fn replace_at(&mut self, old: Node, low: u128, value: Node) -> Node {
        let width = self.width(old);
        if low >= width as u128 {
            return old;
        }
        let low = low as u32;
        let count = self.width(value).min(width - low);
        let value = self.slice(value, 0, count);
        let kept = self.keep(old, !(mask(count) << low));
        let wide = self.zext(value, width);
        let placed = self.shl_by(wide, low);
        self.or(kept, placed)
    }

    /// `old` with the bits of `value` put in at `low`; those beyond the end are lost.
    pub fn replace(&mut self, old: Node, low: Node, value: Node) -> Node {
        let width = self.width(old);
        if let Some(low) = self.constant(low) {
            return self.replace_at(old, low, value);
        }
        let wide = width.max(self.width(value));
        let ones = self.konst(mask(self.width(value)), wide);
        let (hole, value) = (self.shl(ones, low), self.zext(value, wide));
        let placed = self.shl(value, low);
        let (hole, placed) = (self.slice(hole, 0, width), self.slice(placed, 0, width));
        let keep = self.not(hole);
        let kept = self.and(old, keep);
        self.or(kept, placed)
    }
}
