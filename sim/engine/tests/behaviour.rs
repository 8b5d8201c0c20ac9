//! What designs do, cycle by cycle, with values worked out by hand.
use engine::{Design, Models, Options, Sim};

fn sim_with(text: &str, options: Options) -> Sim {
    let design = Design::parse(text, "top", &Models::none()).unwrap_or_else(|e| panic!("{e}"));
    Sim::new(design, options).unwrap_or_else(|e| panic!("{e}"))
}

fn sim(text: &str) -> Sim {
    sim_with(text, Options::default())
}

/// The value of an expression over `a`, `b` (8 bits) and `c` (4 bits, signed).
fn eval(width: u32, expr: &str, a: u128, b: u128) -> u128 {
    let text = format!(
        "module top(input [7:0] a, input [7:0] b, output [{}:0] y); wire signed [3:0] c; \
         assign c = a; assign y = {expr}; endmodule",
        width - 1
    );
    let mut s = sim(&text);
    let (ia, ib, y) = (s.sig("a").unwrap(), s.sig("b").unwrap(), s.sig("y").unwrap());
    s.set(ia, a);
    s.set(ib, b);
    s.eval();
    s.get(y)
}

#[test]
fn shapes_that_differ_silently_from_rust() {
    // precedence: a & (b == 3)
    assert_eq!(eval(8, "a & b == 8'h3", 0xff, 3), 1);
    // a cast keeps the carry, and inverts the upper bits
    assert_eq!(eval(16, "((a + b) & 16'hffff)", 0xff, 1), 0x100);
    assert_eq!(eval(16, "((~a) & 16'hffff)", 0x0f, 0), 0xfff0);
    // bare literals are 32 bits wide
    assert_eq!(eval(1, "(a + 1) == b", 0xff, 0), 0);
    assert_eq!(eval(1, "(a + 8'h1) == b", 0xff, 0), 1);
    assert_eq!(eval(1, "(a - b) < 10", 1, 2), 0);
    assert_eq!(eval(1, "(a - b) < 8'd10", 1, 2), 0);
    assert_eq!(eval(8, "(a + 1) >> 1", 0xff, 0), 0x80);
    assert_eq!(eval(8, "(a + 8'h1) >> 1", 0xff, 0), 0);
    assert_eq!(eval(8, "(~a | 0) >> 1", 0xff, 0), 0x80);
    // an unsigned literal makes the comparison unsigned
    assert_eq!(eval(1, "$signed(a) < 32'h0", 0x80, 0), 0);
    assert_eq!(eval(1, "$signed(a) < 0", 0x80, 0), 1);
    // a shift amount is self-determined: 3 bits + 32 bits is 32 bits
    assert_eq!(eval(8, "a << (b[(32'h0)+:(3)] + 1)", 0xff, 7), 0);
    assert_eq!(eval(8, "a << (b[(32'h0)+:(3)] + 3'h1)", 0xff, 7), 0xff);
    // the bit replaced is as wide as its context
    assert_eq!(eval(8, "(a & ~(1 << (b)) | ((1'h1) << (b)))", 0, 7), 0x80);
}

#[test]
fn selectors_share_a_context_with_their_items() {
    let text = |sel: &str| {
        format!(
            "module top(input [7:0] a, output reg [7:0] y); always @(*) begin y = 8'h0; \
             case ({sel}) 0: y = 8'h1; 256: y = 8'h2; endcase end endmodule"
        )
    };
    for (sel, expected) in [("(a + 1)", 2), ("(a + 8'h1)", 2), ("{a + 8'h1}", 1)] {
        let mut s = sim(&text(sel));
        s.set(s.sig("a").unwrap(), 0xff);
        s.eval();
        assert_eq!(s.get(s.sig("y").unwrap()), expected, "{sel}");
    }
}

#[test]
fn signs_extend_only_where_all_operands_are_signed() {
    assert_eq!(eval(8, "c", 0xf, 0), 0xff);
    assert_eq!(eval(8, "c + 4'sh1", 0xe, 0), 0xff);
    assert_eq!(eval(8, "c + 4'h1", 0xe, 0), 0x0f);
    assert_eq!(eval(8, "{c}", 0xf, 0), 0x0f);
    assert_eq!(eval(8, "c[3:0]", 0xf, 0), 0x0f);
    assert_eq!(eval(8, "c >>> 1", 0xe, 0), 0xff);
    assert_eq!(eval(8, "c >> 1", 0xe, 0), 0x7f);
    assert_eq!(eval(8, "$unsigned(c) >>> 1", 0xe, 0), 0x07);
    assert_eq!(eval(8, "b ? c : 4'sh1", 0xf, 1), 0xff);
    assert_eq!(eval(8, "b ? c : 4'h1", 0xf, 1), 0x0f);
    assert_eq!(eval(8, "-c", 0x8, 0), 8);
}

#[test]
fn the_widest_values_work() {
    let text = "module top(input clk, input [127:0] a, input [6:0] k, output [127:0] sum,
        output [127:0] left, output [127:0] right, output signed [127:0] down, output less,
        output [127:0] product, output odd, output reg [127:0] q);
        assign sum = a + 128'h1; assign left = a << k; assign right = a >> k;
        assign down = $signed(a) >>> k; assign less = $signed(a) < $signed(128'h0);
        assign product = a * a; assign odd = ^a;
        always @(posedge clk) q <= {a[63:0], a[127:64]}; endmodule";
    let mut s = sim(text);
    let a = 0xf123_4567_89ab_cdef_0011_2233_4455_6677u128;
    s.set(s.sig("a").unwrap(), a);
    s.set(s.sig("k").unwrap(), 77);
    s.step();
    let get = |n: &str| s.get(s.sig(n).unwrap());
    assert_eq!(get("sum"), a + 1);
    assert_eq!((get("left"), get("right")), (a << 77, a >> 77));
    assert_eq!(get("down"), (a as i128 >> 77) as u128);
    assert_eq!((get("less"), get("odd")), (1, a.count_ones() as u128 % 2));
    assert_eq!(get("product"), a.wrapping_mul(a));
    assert_eq!(get("q"), a.rotate_left(64));
}

const RAM: &str = "module top(input clk, input [31:0] addr, input [31:0] din, input [3:0] we,
    output reg [31:0] dout, output [31:0] now);
    reg [31:0] mem [4:103];
    initial begin mem[4] = 32'h11; mem[103] = 32'h22; end
    assign now = mem[addr];
    always @(posedge clk) begin
        dout <= mem[addr];
        if (we[0]) mem[addr][7:0] <= din[7:0];
        if (we[1]) mem[addr][15:8] <= din[15:8];
        if (we[2]) mem[addr][23:16] <= din[23:16];
        if (we[3]) mem[addr][31:24] <= din[31:24];
    end endmodule";

#[test]
fn memories_read_before_they_are_written() {
    let mut s = sim(RAM);
    let [addr, din, we, dout, now] = ["addr", "din", "we", "dout", "now"].map(|n| s.sig(n).unwrap());
    let mem = s.mem("mem").unwrap();
    s.set(addr, 103);
    s.set(din, 0xaabb_ccdd);
    s.set(we, 0b0101);
    s.step();
    assert_eq!((s.get(dout), s.get(now), s.read(mem, 103)), (0x22, 0x22, 0x00bb_00dd));
    s.eval();
    assert_eq!(s.get(now), 0x00bb_00dd);
    s.set(we, 0);
    s.step();
    assert_eq!(s.get(dout), 0x00bb_00dd);
}

#[test]
fn hostile_indices_neither_read_nor_write() {
    let mut s = sim_with(RAM, Options { check_index: true, ..Options::default() });
    let [addr, din, we, dout] = ["addr", "din", "we", "dout"].map(|n| s.sig(n).unwrap());
    let mem = s.mem("mem").unwrap();
    s.set(din, u32::MAX as u128);
    s.set(we, 15);
    let before = s.bytes(mem).to_vec();
    s.set(addr, 50);
    s.set(we, 0);
    s.step();
    assert_eq!(s.index_errors(), []);
    s.set(we, 15);
    for hostile in [0, 3, 104, 1 << 20, 1 << 31, u32::MAX as u128, u32::MAX as u128 - 3] {
        s.set(addr, hostile);
        s.step();
        assert_eq!(s.get(dout), 0, "{hostile}");
    }
    assert_eq!(s.bytes(mem), before);
    let errors = s.index_errors();
    assert!(!errors.is_empty() && errors.iter().all(|e| e.name == "mem" && e.cycle == 1));
    assert!(errors.iter().any(|e| e.pos.line == 7), "{errors:?}");
}

#[test]
fn hostile_indices_of_every_width_and_sign() {
    for (decl, index) in [
        ("input [127:0] i", "i"),
        ("input [63:0] i", "i"),
        ("input signed [7:0] i", "i"),
        ("input signed [39:0] i", "i - 1"),
        ("input [7:0] i", "{i, i, i, i}"),
        ("input [31:0] i", "i * i"),
    ] {
        let text = format!(
            "module top(input clk, {decl}, output reg [15:0] q, output reg [4:0] bits);
             reg [15:0] m [0:2]; reg [4:0] v;
             always @(posedge clk) begin q <= m[{index}]; m[{index}] <= 16'hffff;
             bits <= v[({index})+:(3)]; v[{index}] <= 1'b1; end endmodule"
        );
        let mut s = sim(&text);
        let (i, m) = (s.sig("i").unwrap(), s.mem("m").unwrap());
        for k in 0..128 {
            for v in [1u128 << k, !(1 << k), u128::MAX << k, u128::MAX >> k] {
                s.set(i, v);
                s.step();
            }
        }
        assert!((0..3).all(|k| [0, 0xffff].contains(&s.read(m, k))), "{decl}");
    }
}

#[test]
fn large_memories_cost_what_is_touched() {
    let text = "module top(input clk, input [25:0] a, input [31:0] w, output reg [7:0] q);
        reg [7:0] bytes [0:67108863]; reg [31:0] words [0:16777215];
        always @(posedge clk) begin q <= bytes[a]; bytes[a] <= w[7:0]; words[a[25:2]] <= w; end
        endmodule";
    let mut s = sim(text);
    let [a, w, q] = ["a", "w", "q"].map(|n| s.sig(n).unwrap());
    let (bytes, words) = (s.mem("bytes").unwrap(), s.mem("words").unwrap());
    s.bytes_mut(bytes)[67_108_863] = 0x5a;
    s.set(a, 67_108_863);
    s.set(w, 0x1234_5678);
    s.step();
    assert_eq!((s.get(q), s.read(bytes, 67_108_863)), (0x5a, 0x78));
    assert_eq!(s.read(words, 16_777_215), 0x1234_5678);
    assert_eq!(s.bytes(words).len(), 64 << 20);
    s.reset();
    assert_eq!(s.read(bytes, 67_108_863), 0);
    assert!(resident_mib() < 100, "untouched pages are resident");
}

/// MiB of this process in memory, where the system tells.
fn resident_mib() -> u64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = text.split(' ').nth(1).and_then(|p| p.parse::<u64>().ok());
    (pages.unwrap_or(0) * 4096) >> 20
}

#[test]
fn parts_of_a_signal_can_have_different_drivers() {
    let text = "module top(input clk, input [7:0] a, output [15:0] y, output reg [7:0] r);
        half h(.i(a), .o(y[15:8])); half l(.i(a + 8'h1), .o(y[7:0]));
        initial r = 8'hff;
        always @(posedge clk) r[3:0] <= a[3:0];
        always @(posedge clk) r[5] <= a[7];
        endmodule
        module half(input [7:0] i, output [7:0] o); assign o = ~i; endmodule";
    let mut s = sim(text);
    s.set(s.sig("a").unwrap(), 0x12);
    s.step();
    assert_eq!(s.get(s.sig("y").unwrap()), 0xedec);
    assert_eq!(s.get(s.sig("r").unwrap()), 0b1101_0010);
}

#[test]
fn parameters_reach_instances() {
    let text = "module top(input clk, output [7:0] a, output [2:0] b);
        count #(.W(8), .STEP(3)) u(.clk(clk), .q(a)); count v(.clk(clk), .q(b)); endmodule
        module count #(parameter W = 3, parameter STEP = 1) (input clk, output reg [W-1:0] q);
        localparam [W-1:0] S = STEP; initial q = {W{1'b0}};
        always @(posedge clk) q <= q + S; endmodule";
    let mut s = sim(text);
    s.run(100);
    assert_eq!(s.get(s.sig("u.q").unwrap()), 300 % 256);
    assert_eq!(s.get(s.sig("v.q").unwrap()), 100 % 8);
}

#[test]
fn blocking_assignments_order_a_clocked_block() {
    let text = "module top(input clk, input [7:0] a, output reg [7:0] y, output reg [7:0] z);
        reg [7:0] t; always @(posedge clk) begin t = a + 8'h1; y <= t; z <= y; end endmodule";
    let mut s = sim(text);
    s.set(s.sig("a").unwrap(), 5);
    s.run(2);
    assert_eq!(s.get(s.sig("y").unwrap()), 6);
    assert_eq!(s.get(s.sig("z").unwrap()), 6);
}

#[test]
fn watching_and_options_are_checked() {
    let text = "module top(input clk, input a, output o); wire [1:0] x; assign x = {a, ~a};
        assign o = x[1]; endmodule";
    let design = std::sync::Arc::new(Design::parse(text, "top", &Models::none()).unwrap());
    let bad = |o: Options| Sim::new(design.clone(), o).err().map(|e| e.construct);
    assert_eq!(bad(Options { watch: vec!["y".into()], ..Options::default() }), Some("y".into()));
    assert_eq!(bad(Options { stop: Some("x".into()), ..Options::default() }), Some("x".into()));
    let mut s = Sim::new(design.clone(), Options { watch: vec!["*".into()], ..Options::default() }).unwrap();
    s.set(s.sig("a").unwrap(), 1);
    s.step();
    assert_eq!(s.get(s.sig("x").unwrap()), 2);
    assert_eq!(s.peek("x").unwrap(), 2);
    assert!(s.sig("nothing").is_err() && s.mem("x").is_err());
}

#[test]
fn some_signals_are_settled_alone() {
    let text = "module top(input clk, input a, output o); wire x, y; assign x = ~a; assign y = ~x; assign o = y;
        endmodule";
    let mut s = Sim::new(Design::parse(text, "top", &Models::none()).unwrap(), Options::default()).unwrap();
    let [a, x, y] = ["a", "x", "y"].map(|name| s.sig(name).unwrap());
    for (value, wanted) in [(0, vec![x, x]), (1, vec![x]), (0, vec![y]), (1, vec![y, x])] {
        s.set(a, value);
        s.settle_some(&wanted).unwrap();
        for signal in wanted {
            assert_eq!(s.get(signal), if signal == x { 1 - value } else { value });
        }
    }
    assert_eq!(s.another().peek("x").unwrap(), 1);
}

#[test]
fn simulations_can_be_made_and_dropped_often() {
    let design = std::sync::Arc::new(Design::parse(RAM, "top", &Models::none()).unwrap());
    for _ in 0..200 {
        Sim::new(design.clone(), Options::default()).unwrap().run(3);
    }
    assert!(resident_mib() < 200, "generated code is not freed");
}

#[test]
fn loops_unroll() {
    let text = "module top(input [63:0] a, output reg [6:0] ones, output reg [63:0] reversed);
        integer i;
        always @(*) begin
            ones = 7'h0;
            for (i = 0; i < 64; i = i + 1) begin
                ones = ones + a[i];
                reversed[i] = a[63 - i];
            end
        end
        endmodule";
    let mut s = sim(text);
    let a = 0x0123_4567_89ab_cde1u64;
    s.set(s.sig("a").unwrap(), a as u128);
    s.eval();
    assert_eq!(s.get_u64(s.sig("ones").unwrap()), a.count_ones() as u64);
    assert_eq!(s.get_u64(s.sig("reversed").unwrap()), a.reverse_bits());
}

#[test]
fn divisions_round_towards_zero() {
    assert_eq!(eval(8, "a / b", 200, 7), 28);
    assert_eq!(eval(8, "a % b", 200, 7), 4);
    assert_eq!(eval(8, "a / b", 200, 0), 0);
    assert_eq!(eval(8, "a % b", 200, 0), 0);
    assert_eq!(eval(8, "c / 4'sh2", 0x9, 0), 0xfd);
    assert_eq!(eval(8, "c % 4'sh2", 0x9, 0), 0xff);
    assert_eq!(eval(4, "c / $signed(b[3:0])", 0x8, 0xf), 0x8);
    assert_eq!(eval(8, "a / 8'h10", 200, 0), 12);
}

#[test]
fn wide_constants_are_tables() {
    let text = "module top(input [7:0] i, output y, output [3:0] n);
        localparam [255:0] T = 256'h8000000000000000000000000000000000000000_00000000_00000000_0000f00d;
        assign y = T[i]; assign n = T[i +: 4]; endmodule";
    let mut s = sim(text);
    for (i, y, n) in [(0, 1, 13), (1, 0, 6), (12, 1, 15), (255, 1, 1), (254, 0, 2), (100, 0, 0)] {
        s.set(s.sig("i").unwrap(), i);
        s.eval();
        assert_eq!((s.get(s.sig("y").unwrap()), s.get(s.sig("n").unwrap())), (y, n), "{i}");
    }
}

#[test]
fn a_snapshot_goes_on_in_another_simulation() {
    let text = "module top(input clock, input [2:0] step, output [7:0] sum); reg [7:0] sum; reg [39:0] words [0:1999];
                reg [127:0] wide; reg [10:0] at; initial begin sum = 8'h1; words[3] = 40'h7; end
                always @(posedge clock) begin
                    sum <= sum + {5'h0, step} + words[at][7:0]; at <= at + 11'h1;
                    words[at + 11'd900] <= {words[at][38:0], sum[0]}; wide <= {wide[119:0], sum};
                end endmodule";
    let (mut whole, mut first) = (sim(text), sim(text));
    for s in [&mut whole, &mut first] {
        s.set(s.sig("step").unwrap(), 5);
        s.run(1234);
    }
    let snapshot = first.snapshot();
    let mut second = sim(text);
    second.run(77);
    second.restore(&snapshot).unwrap();
    assert_eq!(second.cycles(), 0);
    whole.run(4321);
    second.run(4321);
    assert_eq!(second.snapshot(), whole.snapshot());
    assert_ne!(second.snapshot(), snapshot);
    let other = "module top(input clock, output [7:0] sum); reg [7:0] sum; always @(posedge clock) sum <= sum + 8'h1; endmodule";
    assert_eq!(sim(other).restore(&snapshot).unwrap_err().message, "is of another design");
    let smaller = text.replace("0:1999", "0:1000");
    let error = sim(&smaller).restore(&snapshot).unwrap_err();
    assert_eq!((error.construct.as_str(), error.message.as_str()), ("words", "is smaller than in the snapshot"));
}
