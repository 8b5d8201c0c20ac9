//! Making a node again from changed operands.
use super::{Graph, Node, Op};

impl Graph {
    /// The node with each operand replaced by `f` of it; widths must not change.
    pub fn rebuild(&mut self, n: Node, f: impl Fn(Node) -> Node) -> Node {
        use Op::*;
        let width = self.width(n);
        match self.op(n).clone() {
            Const(_) | Signal(_) | Held(_) => n,
            MemRead(mem, a) => self.mem_read(mem, f(a), width),
            Not(a) => self.not(f(a)),
            Neg(a) => self.neg(f(a)),
            RedXor(a) => self.red_xor(f(a)),
            Zext(a) => self.zext(f(a), width),
            Sext(a) => self.sext(f(a), width),
            Slice(a, low) => self.slice(f(a), low, width),
            Add(a, b) => self.add(f(a), f(b)),
            Sub(a, b) => self.sub(f(a), f(b)),
            Mul(a, b) => self.mul(f(a), f(b)),
            Div(a, b) => self.div(f(a), f(b)),
            Rem(a, b) => self.rem(f(a), f(b)),
            And(a, b) => self.and(f(a), f(b)),
            Or(a, b) => self.or(f(a), f(b)),
            Xor(a, b) => self.xor(f(a), f(b)),
            Shl(a, b) => self.shl(f(a), f(b)),
            Shr(a, b) => self.shr(f(a), f(b)),
            Sar(a, b) => self.sar(f(a), f(b)),
            Eq(a, b) => self.eq(f(a), f(b)),
            LtU(a, b) => self.lt_unsigned(f(a), f(b)),
            LtS(a, b) => self.lt_signed(f(a), f(b)),
            Mux(c, a, b) => self.mux(f(c), f(a), f(b)),
            Case(s, arms, default) => {
                let arms = arms.iter().map(|arm| (arm.0, f(arm.1))).collect();
                self.case(f(s), arms, f(default))
            }
        }
    }
}
