//! The expression graph: every node has a width of 1 to 128 bits and a value
//! kept zero-extended; equal nodes are one node.
//!
//! The constructors simplify, so a graph is built by calling them only.
//! Nothing here recurses along the graph without a bound.
mod arith;
mod bits;
mod hash;
mod logic;
mod rebuild;
mod select;
#[cfg(test)]
mod tests;

pub use hash::FastMap;
use std::sync::Arc;

/// The low `width` bits set; `width` is 0 to 128.
pub fn mask(width: u32) -> u128 {
    if width >= 128 { u128::MAX } else { (1 << width) - 1 }
}

/// A node of a [`Graph`]. Operands always have smaller numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Node(pub u32);

impl Node {
    /// Position in per-node tables.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Keys and their nodes, sorted by key, without repetition.
pub type Arms = Arc<[(u128, Node)]>;

/// What a node computes.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Op {
    Const(u128),
    /// A signal's settled value.
    Signal(u32),
    /// A signal's value from before its `always` block assigned it.
    Held(u32),
    /// A memory word; 0 beyond the memory's end.
    MemRead(u32, Node),
    Not(Node),
    Neg(Node),
    RedXor(Node),
    Add(Node, Node),
    Sub(Node, Node),
    Mul(Node, Node),
    /// Unsigned quotient and remainder, 2 to 64 bits; 0 for a divisor of 0.
    Div(Node, Node),
    Rem(Node, Node),
    And(Node, Node),
    Or(Node, Node),
    Xor(Node, Node),
    /// Shifts take an unsigned amount of any width and any size.
    Shl(Node, Node),
    Shr(Node, Node),
    Sar(Node, Node),
    Eq(Node, Node),
    LtU(Node, Node),
    LtS(Node, Node),
    /// `Mux(condition, then, otherwise)`, the condition one bit wide.
    Mux(Node, Node, Node),
    Case(Node, Arms, Node),
    Zext(Node),
    Sext(Node),
    /// Bits from the given one up, as many as the node is wide.
    Slice(Node, u32),
}

impl Op {
    /// Calls `f` with every operand.
    pub fn each_operand(&self, mut f: impl FnMut(Node)) {
        use Op::*;
        match self {
            Const(_) | Signal(_) | Held(_) => {}
            MemRead(_, a) | Not(a) | Neg(a) | RedXor(a) | Zext(a) | Sext(a) | Slice(a, _) => f(*a),
            Add(a, b)
            | Sub(a, b)
            | Mul(a, b)
            | And(a, b)
            | Or(a, b)
            | Xor(a, b)
            | Shl(a, b)
            | Shr(a, b)
            | Sar(a, b)
            | Eq(a, b)
            | LtU(a, b)
            | Div(a, b)
            | Rem(a, b)
            | LtS(a, b) => {
                f(*a);
                f(*b);
            }
            Mux(c, a, b) => {
                f(*c);
                f(*a);
                f(*b);
            }
            Case(s, arms, default) => {
                f(*s);
                arms.iter().for_each(|arm| f(arm.1));
                f(*default);
            }
        }
    }
}

#[derive(Clone, Debug)]
struct Data {
    op: Op,
    width: u8,
    /// Bits from this one up are known to be zero.
    bits: u8,
}

/// A set of nodes, each standing for one value.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    nodes: Vec<Data>,
    known: FastMap<(Op, u8), Node>,
    sliced: FastMap<(Node, u8, u8), Node>,
    slice_depth: u32,
}

impl Graph {
    fn add_node(&mut self, op: Op, width: u32) -> Node {
        debug_assert!((1..=128).contains(&width), "width {width} of {op:?}");
        let key = (op, width as u8);
        if let Some(n) = self.known.get(&key) {
            return *n;
        }
        let n = Node(self.nodes.len() as u32);
        let bits = self.bound(&key.0, width).min(width) as u8;
        self.nodes.push(Data { op: key.0.clone(), width: width as u8, bits });
        self.known.insert(key, n);
        n
    }

    /// How many low bits of a new node can be set.
    fn bound(&self, op: &Op, width: u32) -> u32 {
        let bits = |n: &Node| self.bits(*n);
        match op {
            Op::Const(v) => 128 - v.leading_zeros(),
            Op::Zext(a) => bits(a),
            Op::And(a, b) => bits(a).min(bits(b)),
            Op::Or(a, b) | Op::Xor(a, b) | Op::Mux(_, a, b) => bits(a).max(bits(b)),
            Op::Add(a, b) => bits(a).max(bits(b)) + 1,
            Op::Mul(a, b) => bits(a) + bits(b),
            Op::Shr(a, _) | Op::Div(a, _) => bits(a),
            Op::Rem(a, b) => bits(a).min(bits(b)),
            Op::Shl(a, k) => match self.constant(*k) {
                Some(k) => bits(a) + k.min(128) as u32,
                None => width,
            },
            Op::Slice(a, low) => bits(a).saturating_sub(*low),
            Op::Case(_, arms, default) => arms.iter().map(|a| bits(&a.1)).max().unwrap_or(0).max(bits(default)),
            _ => width,
        }
    }

    /// The node's operation.
    pub fn op(&self, n: Node) -> &Op {
        &self.nodes[n.index()].op
    }

    /// The node's width in bits.
    pub fn width(&self, n: Node) -> u32 {
        self.nodes[n.index()].width as u32
    }

    /// An upper bound on the bits that can be set: those from here up are zero.
    pub fn bits(&self, n: Node) -> u32 {
        self.nodes[n.index()].bits as u32
    }

    /// The largest value the node can have, as far as known.
    pub fn max(&self, n: Node) -> u128 {
        self.constant(n).unwrap_or_else(|| mask(self.bits(n)))
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The node's value if it is constant.
    pub fn constant(&self, n: Node) -> Option<u128> {
        match self.op(n) {
            Op::Const(v) => Some(*v),
            _ => None,
        }
    }

    /// Both values if both are constant.
    fn constants(&self, a: Node, b: Node) -> Option<(u128, u128)> {
        Some((self.constant(a)?, self.constant(b)?))
    }

    /// The constant `value`, cut to `width` bits.
    pub fn konst(&mut self, value: u128, width: u32) -> Node {
        self.add_node(Op::Const(value & mask(width)), width)
    }

    /// One bit.
    pub fn bit(&mut self, value: bool) -> Node {
        self.konst(value as u128, 1)
    }

    /// Signal `id`, which is `width` bits wide.
    pub fn signal(&mut self, id: u32, width: u32) -> Node {
        self.add_node(Op::Signal(id), width)
    }

    /// Signal `id` as it was before the block that assigns it.
    pub fn held(&mut self, id: u32, width: u32) -> Node {
        self.add_node(Op::Held(id), width)
    }

    /// The word of memory `mem` at `address`.
    pub fn mem_read(&mut self, mem: u32, address: Node, width: u32) -> Node {
        self.add_node(Op::MemRead(mem, address), width)
    }
}
