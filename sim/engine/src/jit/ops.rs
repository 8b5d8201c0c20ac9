//! One node to machine-independent instructions.
//!
//! Every value lies in its machine type with all bits above its width zero.
use super::{
    emit::Emitter,
    layout::{machine_type, word_bytes},
};
use crate::ir::{Arms, Node, Op, mask};
use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Type, Value, condcodes::IntCC, types};

impl Emitter<'_, '_> {
    /// The constant `v` in machine type `t`.
    pub fn konst(&mut self, v: u128, t: Type) -> Value {
        if t == types::I128 {
            let low = self.b.ins().iconst(types::I64, v as u64 as i64);
            let high = self.b.ins().iconst(types::I64, (v >> 64) as u64 as i64);
            return self.b.ins().iconcat(low, high);
        }
        // immediates are sign-extended from their type
        let unused = 64 - t.bits();
        let v = ((v as u64) << unused) as i64 >> unused;
        self.b.ins().iconst(t, v)
    }

    /// `x` of machine type `from` in machine type `to`.
    pub fn convert(&mut self, x: Value, from: Type, to: Type) -> Value {
        if from == to {
            return x;
        }
        // 128 bits are reached through 64
        let through = (from == types::I128 || to == types::I128) && from != types::I64 && to != types::I64;
        if through {
            let x = self.convert(x, from, types::I64);
            return self.convert(x, types::I64, to);
        }
        if from.bits() < to.bits() { self.b.ins().uextend(to, x) } else { self.b.ins().ireduce(to, x) }
    }

    fn masked(&mut self, x: Value, width: u32, t: Type) -> Value {
        if width == t.bits() {
            return x;
        }
        let m = self.konst(mask(width), t);
        self.b.ins().band(x, m)
    }

    fn type_of(&self, n: Node) -> Type {
        machine_type(self.graph.width(n))
    }

    /// A node that is no choice.
    pub fn operation(&mut self, n: Node) -> Value {
        let width = self.graph.width(n);
        let t = machine_type(width);
        match self.graph.op(n).clone() {
            Op::Const(_) | Op::Signal(_) | Op::Held(_) => self.value(n),
            Op::MemRead(mem, a) => self.mem_read(mem, a, t),
            Op::Zext(a) => {
                let x = self.value(a);
                self.convert(x, self.type_of(a), t)
            }
            Op::Sext(a) => self.sign_extended(a, width),
            Op::Slice(a, low) => self.sliced(n, a, low),
            Op::RedXor(a) => self.parity(a),
            Op::Shl(a, k) => self.shift(n, a, k),
            Op::Shr(a, k) => self.shift(n, a, k),
            Op::Sar(a, k) => self.shift_signed(n, a, k),
            Op::Eq(a, b) => self.compare(IntCC::Equal, a, b),
            Op::LtU(a, b) => self.compare(IntCC::UnsignedLessThan, a, b),
            Op::LtS(a, b) => self.less_signed(a, b),
            Op::Not(a) => {
                let (x, ones) = (self.value(a), self.konst(mask(width), t));
                self.b.ins().bxor(x, ones)
            }
            Op::Neg(a) => {
                let x = self.value(a);
                let x = self.b.ins().ineg(x);
                self.masked(x, width, t)
            }
            Op::And(a, b) => self.plain(a, b, |e, x, y| e.b.ins().band(x, y)),
            Op::Or(a, b) => self.plain(a, b, |e, x, y| e.b.ins().bor(x, y)),
            Op::Xor(a, b) => self.plain(a, b, |e, x, y| e.b.ins().bxor(x, y)),
            Op::Add(a, b) => self.modular(n, a, b, |e, x, y| e.b.ins().iadd(x, y)),
            Op::Sub(a, b) => self.modular(n, a, b, |e, x, y| e.b.ins().isub(x, y)),
            Op::Mul(a, b) => self.modular(n, a, b, |e, x, y| e.b.ins().imul(x, y)),
            Op::Div(a, b) => self.divide(a, b, |e, x, y| e.b.ins().udiv(x, y)),
            Op::Rem(a, b) => self.divide(a, b, |e, x, y| e.b.ins().urem(x, y)),
            Op::Mux(c, a, b) => {
                let (c, x, y) = (self.value(c), self.value(a), self.value(b));
                self.b.ins().select(c, x, y)
            }
            Op::Case(s, arms, default) => self.case_selects(s, &arms, default),
        }
    }

    fn plain(&mut self, a: Node, b: Node, f: impl Fn(&mut Self, Value, Value) -> Value) -> Value {
        let (x, y) = (self.value(a), self.value(b));
        f(self, x, y)
    }

    /// An operation whose result can reach beyond the width.
    fn modular(&mut self, n: Node, a: Node, b: Node, f: impl Fn(&mut Self, Value, Value) -> Value) -> Value {
        let x = self.plain(a, b, f);
        let width = self.graph.width(n);
        let t = machine_type(width);
        // sums and products of short operands cannot reach it
        let fits = match self.graph.op(n) {
            Op::Add(..) => self.graph.bits(a).max(self.graph.bits(b)) < width,
            Op::Mul(..) => self.graph.bits(a) + self.graph.bits(b) <= width,
            _ => false,
        };
        if fits { x } else { self.masked(x, width, t) }
    }

    /// Divides by 1 instead of 0, which would trap, and gives 0.
    fn divide(&mut self, a: Node, b: Node, f: impl Fn(&mut Self, Value, Value) -> Value) -> Value {
        let t = self.type_of(a);
        let (x, y) = (self.value(a), self.value(b));
        let (zero, one) = (self.konst(0, t), self.konst(1, t));
        let divisor = self.b.ins().select(y, y, one);
        let result = f(self, x, divisor);
        self.b.ins().select(y, result, zero)
    }

    fn sign_extended(&mut self, a: Node, width: u32) -> Value {
        let t = machine_type(width);
        let unused = (t.bits() - self.graph.width(a)) as i64;
        let x = self.value(a);
        let x = self.convert(x, self.type_of(a), t);
        let x = self.b.ins().ishl_imm_u(x, unused);
        let x = self.b.ins().sshr_imm_u(x, unused);
        self.masked(x, width, t)
    }

    fn sliced(&mut self, n: Node, a: Node, low: u32) -> Value {
        let (width, t) = (self.graph.width(n), self.type_of(n));
        let mut x = self.value(a);
        if low > 0 {
            x = self.b.ins().ushr_imm_u(x, low as i64);
        }
        let x = self.convert(x, self.type_of(a), t);
        let clean = self.graph.bits(a).saturating_sub(low) <= width;
        if clean { x } else { self.masked(x, width, t) }
    }

    fn parity(&mut self, a: Node) -> Value {
        let (mut x, mut t) = (self.value(a), self.type_of(a));
        if t == types::I128 {
            let (low, high) = self.b.ins().isplit(x);
            x = self.b.ins().bxor(low, high);
            t = types::I64;
        }
        let ones = self.b.ins().popcnt(x);
        let ones = self.convert(ones, t, types::I8);
        self.b.ins().band_imm_u(ones, 1)
    }

    fn compare(&mut self, cc: IntCC, a: Node, b: Node) -> Value {
        let (x, y) = (self.value(a), self.value(b));
        self.b.ins().icmp(cc, x, y)
    }

    fn less_signed(&mut self, a: Node, b: Node) -> Value {
        let unused = (self.type_of(a).bits() - self.graph.width(a)) as i64;
        let (mut x, mut y) = (self.value(a), self.value(b));
        if unused > 0 {
            x = self.b.ins().ishl_imm_u(x, unused);
            y = self.b.ins().ishl_imm_u(y, unused);
        }
        self.b.ins().icmp(IntCC::SignedLessThan, x, y)
    }

    /// A shift amount for the machine, which looks at its low bits only, and
    /// whether the true amount is below the width, where that is open.
    fn amount(&mut self, k: Node, width: u32, t: Type) -> (Value, Option<Value>) {
        let (x, from) = (self.value(k), self.type_of(k));
        let open = self.graph.max(k) >= t.bits() as u128;
        // a limit that the amount's own type cannot hold is never reached
        let inside = (open && width as u128 <= mask(from.bits())).then(|| {
            let limit = self.konst(width as u128, from);
            self.b.ins().icmp(IntCC::UnsignedLessThan, x, limit)
        });
        (self.convert(x, from, types::I32), inside)
    }

    fn shift(&mut self, n: Node, a: Node, k: Node) -> Value {
        let (width, t) = (self.graph.width(n), self.type_of(n));
        let (amount, inside) = self.amount(k, width, t);
        let x = self.value(a);
        let x = if matches!(self.graph.op(n), Op::Shl(..)) {
            let x = self.b.ins().ishl(x, amount);
            self.masked(x, width, t)
        } else {
            self.b.ins().ushr(x, amount)
        };
        match inside {
            Some(inside) => {
                let zero = self.konst(0, t);
                self.b.ins().select(inside, x, zero)
            }
            None => x,
        }
    }

    fn shift_signed(&mut self, n: Node, a: Node, k: Node) -> Value {
        let (width, t) = (self.graph.width(n), self.type_of(n));
        let unused = (t.bits() - width) as i64;
        let x = self.value(a);
        let x = self.b.ins().ishl_imm_u(x, unused);
        let x = self.b.ins().sshr_imm_u(x, unused);
        let (mut amount, inside) = self.amount(k, width, t);
        if let Some(inside) = inside {
            let all = self.konst(t.bits() as u128 - 1, types::I32);
            amount = self.b.ins().select(inside, amount, all);
        }
        let x = self.b.ins().sshr(x, amount);
        self.masked(x, width, t)
    }

    /// Few cheap arms: one selection after the other.
    fn case_selects(&mut self, s: Node, arms: &Arms, default: Node) -> Value {
        let (x, t) = (self.value(s), self.type_of(s));
        let mut acc = self.value(default);
        for (key, arm) in arms.iter().rev() {
            let (key, arm) = (self.konst(*key, t), self.value(*arm));
            let hit = self.b.ins().icmp(IntCC::Equal, x, key);
            acc = self.b.ins().select(hit, arm, acc);
        }
        acc
    }

    /// Constants only: a load from a table with a place for every selector.
    pub fn case_table(&mut self, n: Node) -> Value {
        let Op::Case(s, arms, default) = self.graph.op(n).clone() else { unreachable!("only cases become tables") };
        let (width, bits) = (self.graph.width(n), self.graph.width(s));
        let bytes = word_bytes(width) as usize;
        let word = |n: Node| self.graph.constant(n).unwrap_or(0).to_le_bytes();
        // whole words of 16 bytes, so that the table is aligned for any element
        let mut table = vec![0u128; (bytes << bits).div_ceil(16)].into_boxed_slice();
        let default = word(default);
        for place in 0..1usize << bits {
            let hit = arms.binary_search_by_key(&(place as u128), |arm| arm.0);
            let value = hit.map_or(default, |i| word(arms[i].1));
            for (i, byte) in value[..bytes].iter().enumerate() {
                let at = place * bytes + i;
                table[at / 16] |= (*byte as u128) << (8 * (at % 16));
            }
        }
        let address = table.as_ptr() as i64;
        self.tables.push(table);
        let base = self.b.ins().iconst(types::I64, address);
        let index = self.value(s);
        let index = self.convert(index, self.type_of(s), types::I64);
        let offset = self.b.ins().ishl_imm_u(index, bytes.trailing_zeros() as i64);
        let at = self.b.ins().iadd(base, offset);
        self.load_word(at, width)
    }

    /// `width` bits of a signal from `low` up, by the narrowest load that has
    /// them.
    pub fn load_bits(&mut self, signal: Node, low: u32, width: u32) -> Value {
        let (Op::Signal(id) | Op::Held(id)) = *self.graph.op(signal) else { unreachable!("only signals are loaded") };
        let whole = 8 * word_bytes(self.graph.width(signal));
        let whole = Type::int(whole as u16).unwrap_or(types::I128);
        let narrow = [types::I8, types::I16, types::I32, types::I64];
        let first = |t: Type| (low / 8).min(whole.bytes() - t.bytes().min(whole.bytes()));
        let fits = |t: &Type| t.bytes() < whole.bytes() && low - 8 * first(*t) + width <= t.bits();
        let from = narrow.into_iter().find(fits).unwrap_or(whole);
        let byte = match cfg!(target_endian = "big") {
            true => whole.bytes() - from.bytes() - first(from),
            false => first(from),
        };
        let offset = (self.layout.signals[id as usize] + byte) as i32;
        let (flags, t) = (MemFlagsData::trusted(), machine_type(width));
        let (mut x, loaded) = match from {
            types::I8 if t == types::I32 => (self.b.ins().uload8(t, flags, self.state, offset), t),
            types::I16 => (self.b.ins().uload16(types::I32, flags, self.state, offset), types::I32),
            _ => (self.b.ins().load(from, flags, self.state, offset), from),
        };
        let shift = low - 8 * first(from);
        if shift > 0 {
            x = self.b.ins().ushr_imm_u(x, shift as i64);
        }
        let x = self.convert(x, loaded, t);
        let top = low + width == self.graph.width(signal) || shift + width == from.bits();
        if top { x } else { self.masked(x, width, t) }
    }
}
