//! Designs whose parts are computed in branches: what is chosen together, what
//! holds its value, and in which order memories are read and written.
use engine::{Design, Models, Options, Sim};

fn sim(text: &str) -> Sim {
    let design = Design::parse(text, "top", &Models::none()).unwrap_or_else(|e| panic!("{e}"));
    Sim::new(design, Options::default()).unwrap_or_else(|e| panic!("{e}"))
}

/// Sets the inputs, runs a cycle and returns these signals after it.
fn cycle<const N: usize>(s: &mut Sim, inputs: &[(&str, u128)], outputs: [&str; N]) -> [u128; N] {
    for (name, value) in inputs {
        s.set(s.sig(name).unwrap(), *value);
    }
    s.step();
    outputs.map(|name| s.peek(name).unwrap())
}

/// Expensive enough that choices among such values become branches.
fn hard(x: &str) -> String {
    format!("((({x} * 32'h9e3779b1) ^ ({x} >> 7)) * (({x} << 3) + 32'd11) + ({x} ^ 32'd99) * {x})")
}

fn hard_value(x: u32) -> u32 {
    let left = x.wrapping_mul(0x9e37_79b1) ^ x >> 7;
    let left = left.wrapping_mul((x << 3).wrapping_add(11));
    left.wrapping_add((x ^ 99).wrapping_mul(x))
}

/// Three choices of one condition, of which each but the first needs the one
/// before through something that does not depend on the condition.
#[test]
fn choices_of_one_condition_may_depend_on_each_other() {
    let text = format!(
        "module top(input clock, input c, input [31:0] a, output reg [31:0] r, output reg [31:0] q);
            wire [31:0] x, y, z, u, v;
            assign x = c ? {} : {};
            assign y = x + 32'd5;
            assign z = c ? {} : a;
            assign u = z ^ 32'h55;
            assign v = c ? u : {};
            always @(posedge clock) begin r <= v; if (c) q <= {}; end
        endmodule",
        hard("a"),
        hard("(a + 32'd1)"),
        hard("y"),
        hard("u"),
        hard("z"),
    );
    let mut s = sim(&text);
    let mut q = 0;
    for a in 0..200u32 {
        for c in [0, 1] {
            let (x, other) = (hard_value(a), hard_value(a.wrapping_add(1)));
            let y = if c == 1 { x } else { other }.wrapping_add(5);
            let z = if c == 1 { hard_value(y) } else { a };
            let u = z ^ 0x55;
            let v = if c == 1 { u } else { hard_value(u) };
            q = if c == 1 { hard_value(z) } else { q };
            let got = cycle(&mut s, &[("a", a.into()), ("c", c)], ["r", "q"]);
            assert_eq!(got, [v.into(), q.into()], "a {a}, c {c}");
        }
    }
}

/// Conditions that hold inside of arms, directly and as parts of others.
#[test]
fn conditions_are_known_inside_their_arms() {
    let text = format!(
        "module top(input clock, input c, input d, input [31:0] a, output reg [31:0] r);
            always @(posedge clock)
                if (c & d) begin if (c) begin if (!d) r <= 32'd1; else r <= {}; end else r <= 32'd2; end
                else if (c | d) begin if (c) r <= {}; else if (d) r <= {}; else r <= 32'd3; end
                else if (d) r <= 32'd4;
        endmodule",
        hard("a"),
        hard("(a + 32'd1)"),
        hard("(a + 32'd2)"),
    );
    let mut s = sim(&text);
    let mut r = 0;
    for a in 0..100u32 {
        for (c, d) in [(0, 0), (1, 1), (0, 1), (1, 0), (0, 0)] {
            r = match (c, d) {
                (1, 1) => hard_value(a),
                (1, _) => hard_value(a + 1),
                (_, 1) => hard_value(a + 2),
                _ => r,
            };
            let got = cycle(&mut s, &[("a", a.into()), ("c", c), ("d", d)], ["r"]);
            assert_eq!(got, [r.into()], "a {a}, c {c}, d {d}");
        }
    }
}

/// Two registers that exchange their values: both read what was before.
#[test]
fn registers_are_read_before_they_change() {
    let mut s = sim("module top(input clock, input e, output reg [7:0] a, output reg [100:0] b);
            initial a = 1; initial b = 2;
            always @(posedge clock) if (e) begin a <= b; b <= a; end
        endmodule");
    assert_eq!(cycle(&mut s, &[("e", 1)], ["a", "b"]), [2, 1]);
    assert_eq!(cycle(&mut s, &[("e", 0)], ["a", "b"]), [2, 1]);
    let (a, b) = (s.sig("a").unwrap(), s.sig("b").unwrap());
    s.set(a, 77);
    assert_eq!(cycle(&mut s, &[("e", 0)], ["a", "b"]), [77, 1], "held after being set");
    assert_eq!(cycle(&mut s, &[("e", 1)], ["a", "b"]), [1, 77]);
    s.set(b, 1 << 100 | 5);
    assert_eq!(cycle(&mut s, &[("e", 1)], ["a", "b"]), [5, 1]);
}

/// Words that move within and between memories in one cycle, under different
/// conditions; later writes win.
#[test]
fn memories_are_read_before_they_are_written() {
    let mut s = sim("module top(input clock, input e, input f, input [1:0] i, input [1:0] j);
            reg [7:0] p [0:3]; reg [7:0] q [0:3];
            initial begin p[0] = 10; p[1] = 11; p[2] = 12; p[3] = 13; q[0] = 20; q[1] = 21; q[2] = 22; q[3] = 23; end
            always @(posedge clock) begin
                if (e) p[i] <= q[j];
                if (e) q[j] <= p[i];
                if (f) p[j] <= p[i] + q[j];
            end
        endmodule");
    let (mut p, mut q) = ([10u8, 11, 12, 13], [20u8, 21, 22, 23]);
    let (mp, mq) = (s.mem("p").unwrap(), s.mem("q").unwrap());
    for n in 0..64usize {
        let (e, f, i, j) = (n & 1, n >> 1 & 1, n >> 2 & 3, n >> 4);
        let inputs = [("e", e as u128), ("f", f as u128), ("i", i as u128), ("j", j as u128)];
        cycle(&mut s, &inputs, []);
        let (pi, qj) = (p[i], q[j]);
        if e == 1 {
            (p[i], q[j]) = (qj, pi);
        }
        if f == 1 {
            p[j] = pi.wrapping_add(qj);
        }
        let word = |m, k| s.read(m, k as u64) as u8;
        assert_eq!([0, 1, 2, 3].map(|k| word(mp, k)), p, "step {n}");
        assert_eq!([0, 1, 2, 3].map(|k| word(mq, k)), q, "step {n}");
    }
}

/// Bundles of 3, 8, 1 and 60 bits that move from register to register, put
/// together and taken apart at their seams and elsewhere.
#[test]
fn bundles_are_read_and_set_as_a_whole() {
    let text = |last: &str| {
        format!(
            "module top(input clock, input go, input [2:0] a, input [7:0] b, input c, input [59:0] d,
                output [7:0] sum, output [11:0] across);
                reg [71:0] p, q; reg [59:0] e;
                initial begin p = 72'h123456789abcdef012; q = 72'h5; end
                assign sum = q[68:61] + {{5'h0, q[71:69]}} + {{7'h0, q[60]}};
                assign across = q[65:54];
                always @(posedge clock) begin
                    if (go) p <= {{a, b, c, d}};
                    if (go & c) q <= p;
                    e <= q[59:0]; {last}
                end
            endmodule"
        )
    };
    // as a whole in an addition, too, where nothing can be split
    for last in ["", "e <= p + q;"] {
        let mut s = sim(&text(last));
        let [p, q] = ["p", "q"].map(|name| s.sig(name).unwrap());
        assert_eq!((s.get(p), s.get(q)), (0x12_3456_789a_bcde_f012, 5));
        let mut old = 0x12_3456_789a_bcde_f012;
        let mut expected = 5;
        for n in 0..200u128 {
            let (go, c, a, b, d) = (n % 3 % 2, n & 1, n % 8, n * 37 % 256, n.pow(8) & ((1 << 60) - 1));
            let inputs = [("go", go), ("c", c), ("a", a), ("b", b), ("d", d)];
            if go & c == 1 {
                expected = old;
            }
            if go == 1 {
                old = a << 69 | b << 61 | c << 60 | d;
            }
            if n % 50 == 49 {
                (old, expected) = (n << 64 | n, u128::MAX >> 56);
                s.set(p, old);
                s.set(q, expected);
                s.set(s.sig("go").unwrap(), 0);
                s.eval();
            } else {
                cycle(&mut s, &inputs, ["p"]);
            }
            let sum = (expected >> 61 & 255) + (expected >> 69) + (expected >> 60 & 1);
            assert_eq!((s.get(p), s.get(q)), (old, expected), "step {n}");
            assert_eq!(s.peek("sum").unwrap(), sum & 255, "step {n}");
            assert_eq!(s.peek("across").unwrap(), expected >> 54 & 0xfff, "step {n}");
        }
        s.reset();
        assert_eq!((s.get(p), s.get(q)), (0x12_3456_789a_bcde_f012, 5));
    }
}
