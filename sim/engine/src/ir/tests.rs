//! The constructors must not change what a graph computes.
use super::*;

/// A direct evaluation, by the definition of each operation.
fn value(g: &Graph, n: Node, signals: &[u128]) -> u128 {
    let v = |n: Node| value(g, n, signals);
    let width = g.width(n);
    let signed = |n: Node| {
        let high = 128 - g.width(n);
        ((v(n) << high) as i128) >> high
    };
    let amount = |n: Node| v(n).min(1000) as u32;
    let out = match g.op(n) {
        Op::Const(c) => *c,
        Op::Signal(id) | Op::Held(id) => signals[*id as usize] & mask(width),
        Op::MemRead(..) => 0,
        Op::Not(a) => !v(*a),
        Op::Neg(a) => v(*a).wrapping_neg(),
        Op::RedXor(a) => v(*a).count_ones() as u128 % 2,
        Op::Add(a, b) => v(*a).wrapping_add(v(*b)),
        Op::Sub(a, b) => v(*a).wrapping_sub(v(*b)),
        Op::Mul(a, b) => v(*a).wrapping_mul(v(*b)),
        Op::Div(a, b) => v(*a).checked_div(v(*b)).unwrap_or(0),
        Op::Rem(a, b) => v(*a).checked_rem(v(*b)).unwrap_or(0),
        Op::And(a, b) => v(*a) & v(*b),
        Op::Or(a, b) => v(*a) | v(*b),
        Op::Xor(a, b) => v(*a) ^ v(*b),
        Op::Shl(a, b) => v(*a).checked_shl(amount(*b)).unwrap_or(0),
        Op::Shr(a, b) => v(*a).checked_shr(amount(*b)).unwrap_or(0),
        Op::Sar(a, b) => (signed(*a) >> amount(*b).min(127)) as u128,
        Op::Eq(a, b) => (v(*a) == v(*b)) as u128,
        Op::LtU(a, b) => (v(*a) < v(*b)) as u128,
        Op::LtS(a, b) => (signed(*a) < signed(*b)) as u128,
        Op::Mux(c, a, b) => v(if v(*c) != 0 { *a } else { *b }),
        Op::Case(s, arms, d) => v(arms.iter().find(|arm| arm.0 == v(*s)).map_or(*d, |arm| arm.1)),
        Op::Zext(a) => v(*a),
        Op::Sext(a) => signed(*a) as u128,
        Op::Slice(a, low) => v(*a) >> low,
    };
    let out = out & mask(width);
    assert!(out <= mask(g.bits(n)), "the bound on {:?} is wrong", g.op(n));
    out
}

struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 20) % n
    }

    fn wide(&mut self) -> u128 {
        let bits = (0..4).fold(0u128, |v, _| v << 32 | self.below(1 << 32) as u128);
        match self.below(4) {
            0 => bits & 7,
            1 => u128::MAX,
            _ => bits,
        }
    }
}

/// A node made by one constructor, and what it must be.
fn step(g: &mut Graph, pool: &[Node], r: &mut Random, s: &[u128]) -> (Node, u128) {
    let pick = |r: &mut Random| pool[r.below(pool.len() as u64) as usize];
    let (a, raw, bit) = (pick(r), pick(r), pick(r));
    let w = g.width(a);
    let b = if g.width(raw) < w { g.zext(raw, w) } else { g.slice(raw, 0, w) };
    let c = g.red_or(bit);
    let (x, y, z) = (value(g, a, s), value(g, b, s), value(g, c, s));
    let high = 128 - w;
    let (sx, sy) = ((x << high) as i128 >> high, (y << high) as i128 >> high);
    let low = r.below(w as u64) as u32;
    let count = 1 + r.below(128 - low as u64) as u32;
    let wider = w + r.below(129 - w as u64) as u32;
    let k = r.below(140) as u32;
    let amount = g.konst(k as u128, 32);
    let (n, v) = match r.below(20) {
        0 => (g.add(a, b), x.wrapping_add(y)),
        1 => (g.sub(a, b), x.wrapping_sub(y)),
        2 => (g.mul(a, b), x.wrapping_mul(y)),
        3 => (g.and(a, b), x & y),
        4 => (g.or(a, b), x | y),
        5 => (g.xor(a, b), x ^ y),
        6 => (g.not(a), !x),
        7 => (g.neg(a), x.wrapping_neg()),
        8 => (g.shl(a, amount), x.checked_shl(k).unwrap_or(0)),
        9 => (g.shr(a, amount), x.checked_shr(k).unwrap_or(0)),
        10 => (g.sar(a, amount), (sx >> k.min(127)) as u128),
        11 => (g.eq(a, b), (x == y) as u128),
        12 => (g.lt_unsigned(a, b), (x < y) as u128),
        13 => (g.lt_signed(a, b), (sx < sy) as u128),
        14 => (g.mux(c, a, b), if z != 0 { x } else { y }),
        15 => (g.slice(a, low, count), x >> low),
        16 => (g.sext(a, wider), sx as u128),
        17 => (g.red_and(a), (x == mask(w)) as u128),
        18 => {
            let keys = [r.wide() & 7, r.wide() & 7, x];
            let arms = vec![(keys[0], b), (keys[1], a), (keys[2] & mask(w), b)];
            let v = if x == keys[0] || x != keys[1] { y } else { x };
            let d = b;
            (g.case(a, arms, d), v)
        }
        _ => {
            let bits = r.wide();
            (g.keep(a, bits), x & bits)
        }
    };
    (n, v & mask(g.width(n)))
}

#[test]
fn simplification_keeps_values() {
    for seed in 1..400 {
        let mut r = Random(seed * 77_777);
        let mut g = Graph::default();
        let mut pool = Vec::new();
        let mut signals = Vec::new();
        for id in 0..5 {
            let width = 1 + r.below(128) as u32;
            pool.push(g.signal(id, width));
            signals.push(r.wide());
        }
        let k = r.wide();
        pool.push(g.konst(k, 1 + r.below(128) as u32));
        for _ in 0..25 {
            let (n, v) = step(&mut g, &pool, &mut r, &signals);
            assert_eq!(value(&g, n, &signals), v, "seed {seed}: {:?}", g.op(n));
            pool.push(n);
        }
    }
}

#[test]
fn bundles_come_apart_into_their_fields() {
    let mut g = Graph::default();
    let (a, b, c) = (g.signal(0, 8), g.signal(1, 8), g.signal(2, 1));
    let ab = g.concat(&[a, b], 16);
    let ba = g.concat(&[b, a], 16);
    let either = g.mux(c, ab, ba);
    let high = g.slice(either, 8, 8);
    assert_eq!(high, g.mux(c, a, b));
    assert_eq!(g.slice(ab, 0, 8), b);
}

#[test]
fn full_cases_need_no_default() {
    let mut g = Graph::default();
    let (s, a, d) = (g.signal(0, 1), g.signal(1, 8), g.held(2, 8));
    let zero = g.konst(0, 8);
    assert_eq!(g.case(s, vec![(0, a), (1, zero)], d), g.mux(s, zero, a));
}

#[test]
fn slices_of_deep_graphs_stop_at_a_depth() {
    let mut g = Graph::default();
    let mut n = g.signal(0, 32);
    for i in 1..50_000 {
        let s = g.signal(i, 32);
        n = g.xor(n, s);
    }
    let low = g.slice(n, 0, 8);
    assert_eq!(g.width(low), 8);
}
