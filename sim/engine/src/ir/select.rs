//! Comparison and choice.
use super::{Graph, Node, Op, mask};
use std::collections::{BTreeMap, HashSet};

impl Graph {
    /// One bit: are two nodes of one width equal?
    pub fn eq(&mut self, a: Node, b: Node) -> Node {
        if a == b {
            return self.bit(true);
        }
        if let Some((x, y)) = self.constants(a, b) {
            return self.bit(x == y);
        }
        for (x, y) in [(a, b), (b, a)] {
            if let Some(v) = self.constant(y) {
                return self.eq_const(x, y, v);
            }
        }
        if let (Op::Zext(x), Op::Zext(y)) = (self.op(a).clone(), self.op(b).clone()) {
            let width = self.width(x).max(self.width(y));
            let (x, y) = (self.zext(x, width), self.zext(y, width));
            return self.eq(x, y);
        }
        let (a, b) = Self::sorted(a, b);
        self.add_node(Op::Eq(a, b), 1)
    }

    fn eq_const(&mut self, a: Node, konst: Node, v: u128) -> Node {
        if v > mask(self.bits(a)) {
            return self.bit(false);
        }
        if let Op::Zext(inner) = *self.op(a) {
            let v = self.konst(v, self.width(inner));
            return self.eq(inner, v);
        }
        if self.width(a) == 1 {
            return if v == 1 { a } else { self.not(a) };
        }
        let (a, b) = Self::sorted(a, konst);
        self.add_node(Op::Eq(a, b), 1)
    }

    /// One bit: unsigned less-than of two nodes of one width.
    pub fn lt_unsigned(&mut self, a: Node, b: Node) -> Node {
        if a == b || self.constant(b) == Some(0) {
            return self.bit(false);
        }
        if let Some((x, y)) = self.constants(a, b) {
            return self.bit(x < y);
        }
        if self.constant(b).is_some_and(|v| v > self.max(a)) {
            return self.bit(true);
        }
        self.add_node(Op::LtU(a, b), 1)
    }

    /// One bit: two's complement less-than of two nodes of one width.
    pub fn lt_signed(&mut self, a: Node, b: Node) -> Node {
        if a == b {
            return self.bit(false);
        }
        if let Some((x, y)) = self.constants(a, b) {
            let high = 128 - self.width(a);
            return self.bit(((x << high) as i128) < (y << high) as i128);
        }
        self.add_node(Op::LtS(a, b), 1)
    }

    /// `c ? a : b` for a one-bit `c` and two nodes of one width.
    pub fn mux(&mut self, c: Node, a: Node, b: Node) -> Node {
        if a == b {
            return a;
        }
        if let Some(v) = self.constant(c) {
            return if v != 0 { a } else { b };
        }
        if let Op::Not(x) = *self.op(c) {
            return self.mux(x, b, a);
        }
        let width = self.width(a);
        if width == 1
            && let Some(n) = self.mux_of_bits(c, a, b)
        {
            return n;
        }
        // the condition is known inside its own arms
        let a = match *self.op(a) {
            Op::Mux(inner, x, _) if inner == c => x,
            _ => a,
        };
        let b = match *self.op(b) {
            Op::Mux(inner, _, y) if inner == c => y,
            _ => b,
        };
        if a == b {
            return a;
        }
        self.add_node(Op::Mux(c, a, b), width)
    }

    /// [`Graph::mux`] that stays a choice even among constants and single bits.
    pub fn branch(&mut self, c: Node, a: Node, b: Node) -> Node {
        if a == b {
            return a;
        }
        let width = self.width(a);
        self.add_node(Op::Mux(c, a, b), width)
    }

    fn mux_of_bits(&mut self, c: Node, a: Node, b: Node) -> Option<Node> {
        Some(match (self.constant(a), self.constant(b)) {
            (Some(1), Some(_)) => c,
            (Some(_), Some(_)) => self.not(c),
            (Some(1), None) => self.or(c, b),
            (Some(_), None) => {
                let n = self.not(c);
                self.and(n, b)
            }
            (None, Some(0)) => self.and(c, a),
            (None, Some(_)) => {
                let n = self.not(c);
                self.or(n, a)
            }
            (None, None) => return None,
        })
    }

    /// The node of the first arm whose key equals `selector`, or `default`.
    pub fn case(&mut self, selector: Node, arms: Vec<(u128, Node)>, default: Node) -> Node {
        if let Some(v) = self.constant(selector) {
            return arms.iter().find(|arm| arm.0 == v).map_or(default, |arm| arm.1);
        }
        if let Op::Zext(inner) = *self.op(selector) {
            return self.case(inner, arms, default);
        }
        let top = mask(self.bits(selector));
        let mut seen = HashSet::new();
        let mut arms: Vec<_> = arms.into_iter().filter(|arm| arm.0 <= top && seen.insert(arm.0)).collect();
        let full = top < 1 << 16 && arms.len() as u128 == top + 1;
        let default = if full { arms[arms.len() - 1].1 } else { default };
        arms.retain(|arm| arm.1 != default);
        match arms[..] {
            [] => default,
            [(key, node)] => {
                let key = self.konst(key, self.width(selector));
                let hit = self.eq(selector, key);
                self.mux(hit, node, default)
            }
            _ => {
                arms.sort_unstable();
                let width = self.width(default);
                self.add_node(Op::Case(selector, arms.into(), default), width)
            }
        }
    }

    /// The same choice among constants changed by `f`, which has `width` bits;
    /// `None` if `n` is not such a choice.
    pub(super) fn map_table(&mut self, n: Node, width: u32, f: impl Fn(u128) -> u128) -> Option<Node> {
        let Op::Case(selector, arms, default) = self.op(n).clone() else {
            return None;
        };
        let default = f(self.constant(default)?);
        let values: Option<Vec<(u128, u128)>> =
            arms.iter().map(|arm| Some((arm.0, f(self.constant(arm.1)?)))).collect();
        let arms = values?.into_iter().map(|(k, v)| (k, self.konst(v, width))).collect();
        let default = self.konst(default, width);
        Some(self.case(selector, arms, default))
    }

    /// The bitwise or of two choices among constants by one selector, as one
    /// choice: tables of single bits become a table of words.
    pub(super) fn or_tables(&mut self, a: Node, b: Node) -> Option<Node> {
        let (Op::Case(s, x, dx), Op::Case(t, y, dy)) = (self.op(a).clone(), self.op(b).clone()) else {
            return None;
        };
        if s != t {
            return None;
        }
        let (dx, dy) = (self.constant(dx)?, self.constant(dy)?);
        let mut values: BTreeMap<u128, (u128, u128)> = BTreeMap::new();
        for (key, n) in x.iter() {
            values.insert(*key, (self.constant(*n)?, dy));
        }
        for (key, n) in y.iter() {
            values.entry(*key).or_insert((dx, dy)).1 = self.constant(*n)?;
        }
        let width = self.width(a);
        let arms = values.into_iter().map(|(k, (v, w))| (k, self.konst(v | w, width))).collect();
        let default = self.konst(dx | dy, width);
        Some(self.case(s, arms, default))
    }
}
