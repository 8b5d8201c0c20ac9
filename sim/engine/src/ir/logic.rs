//! Bitwise logic and reductions.
use super::{Graph, Node, Op, mask};

impl Graph {
    /// Every bit inverted.
    pub fn not(&mut self, a: Node) -> Node {
        let width = self.width(a);
        match *self.op(a) {
            Op::Const(v) => self.konst(!v, width),
            Op::Not(b) => b,
            _ => self.add_node(Op::Not(a), width),
        }
    }

    fn opposite(&self, a: Node, b: Node) -> bool {
        matches!(self.op(a), Op::Not(x) if *x == b) || matches!(self.op(b), Op::Not(x) if *x == a)
    }

    /// Bitwise and of two nodes of one width.
    pub fn and(&mut self, a: Node, b: Node) -> Node {
        let width = self.width(a);
        if a == b {
            return a;
        }
        if let Some((x, y)) = self.constants(a, b) {
            return self.konst(x & y, width);
        }
        if let Some(v) = self.constant(b) {
            return self.and_const(a, b, v);
        }
        if let Some(v) = self.constant(a) {
            return self.and_const(b, a, v);
        }
        if self.opposite(a, b) {
            return self.konst(0, width);
        }
        let (a, b) = Self::sorted(a, b);
        self.add_node(Op::And(a, b), width)
    }

    fn and_const(&mut self, a: Node, konst: Node, v: u128) -> Node {
        let width = self.width(a);
        let live = mask(self.bits(a));
        if v & live == 0 {
            return self.konst(0, width);
        }
        if v & live == live {
            return a;
        }
        // a mask of low bits is a selection, which can be pushed further
        if v & (v + 1) == 0 {
            let low = self.slice(a, 0, 128 - v.leading_zeros());
            return self.zext(low, width);
        }
        let (a, b) = Self::sorted(a, konst);
        self.add_node(Op::And(a, b), width)
    }

    /// Bitwise or of two nodes of one width.
    pub fn or(&mut self, a: Node, b: Node) -> Node {
        let width = self.width(a);
        if a == b {
            return a;
        }
        for (x, y) in [(a, b), (b, a)] {
            match self.constant(y) {
                Some(0) => return x,
                Some(v) if v == mask(width) => return y,
                _ => {}
            }
        }
        if let Some((x, y)) = self.constants(a, b) {
            return self.konst(x | y, width);
        }
        if self.opposite(a, b) {
            return self.konst(u128::MAX, width);
        }
        if let Some(table) = self.or_tables(a, b) {
            return table;
        }
        let (a, b) = Self::sorted(a, b);
        self.add_node(Op::Or(a, b), width)
    }

    /// Bitwise exclusive or of two nodes of one width.
    pub fn xor(&mut self, a: Node, b: Node) -> Node {
        let width = self.width(a);
        if a == b {
            return self.konst(0, width);
        }
        if let Some((x, y)) = self.constants(a, b) {
            return self.konst(x ^ y, width);
        }
        for (x, y) in [(a, b), (b, a)] {
            match self.constant(y) {
                Some(0) => return x,
                Some(v) if v == mask(width) => return self.not(x),
                _ => {}
            }
        }
        let (a, b) = Self::sorted(a, b);
        self.add_node(Op::Xor(a, b), width)
    }

    /// One bit: is any bit set?
    pub fn red_or(&mut self, a: Node) -> Node {
        let zero = self.konst(0, self.width(a));
        let none = self.eq(a, zero);
        self.not(none)
    }

    /// One bit: are all bits set?
    pub fn red_and(&mut self, a: Node) -> Node {
        let ones = self.konst(u128::MAX, self.width(a));
        self.eq(a, ones)
    }

    /// One bit: is the number of set bits odd?
    pub fn red_xor(&mut self, a: Node) -> Node {
        match self.constant(a) {
            Some(v) => self.bit(v.count_ones() % 2 == 1),
            None if self.width(a) == 1 => a,
            None => self.add_node(Op::RedXor(a), 1),
        }
    }
}
