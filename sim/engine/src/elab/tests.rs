//! Errors that name signals, and elaboration without compiling.
use super::*;

fn parse(text: &str) -> Result<Design> {
    Design::parse(text, "top", &Models::none())
}

fn error(body: &str) -> Error {
    let text = format!("module top(input clk, input a, input [7:0] b, output o);\n{body}\nendmodule");
    parse(&text).expect_err(body)
}

#[test]
fn loops_latches_and_drivers_name_their_signals() {
    let e = error("wire x; wire y; wire z; assign x = y; assign y = z & a; assign z = x;");
    assert!(["x", "y", "z"].iter().all(|s| e.message.contains(s)), "{e}");
    assert!(e.message.contains("loop"), "{e}");
    let e = error("reg x; always @* if (a) x = b[0];");
    assert!(e.construct == "x" && e.message.contains("latch"), "{e}");
    let e = error("reg x; always @* case (b[1:0]) 0: x = 1; 1: x = 0; 2: x = a; endcase");
    assert!(e.construct == "x" && e.message.contains("latch"), "{e}");
    let e = error("wire [3:0] x; assign x[2:0] = b; assign x[3:2] = b;");
    assert!(e.construct == "x" && e.message.contains("more than one driver"), "{e}");
    let e = error("reg x; always @(posedge clk) x <= a; always @* x = a;");
    assert!(e.construct == "x" && e.message.contains("more than one driver"), "{e}");
    let e = error("reg x; always @(posedge clk) begin x = a; x <= b[1]; end");
    assert!(e.construct == "x" && e.message.contains("both"), "{e}");
    let e = error("assign a = b[0];");
    assert!(e.construct == "a" && e.message.contains("input"), "{e}");
}

#[test]
fn loops_through_instances_use_hierarchical_names() {
    let text = "module top(output o); wire p; inv u(.i(o), .o(p)); inv v(.i(p), .o(o)); endmodule
                module inv(input i, output o); assign o = ~i; endmodule";
    let e = parse(text).unwrap_err();
    assert!(e.message.contains("u.o") && e.message.contains("v.i"), "{e}");
}

#[test]
fn clocks_are_one_input_and_one_edge() {
    for body in [
        "reg x; reg y; always @(posedge clk) x <= a; always @(posedge a) y <= x;",
        "reg x; reg y; always @(posedge clk) x <= a; always @(negedge clk) y <= x;",
        "reg x; wire g; assign g = clk & a; always @(posedge g) x <= a;",
        "reg x; always @(posedge b) x <= a;",
    ] {
        let e = error(body);
        assert!(e.construct == "clock" || e.message.contains("clock"), "{body}: {e}");
    }
}

#[test]
fn meaningless_text_is_an_error_with_a_place() {
    for (body, construct) in [
        ("assign o = nothing;", "nothing"),
        ("wire [1:0] a;", "a"),
        ("reg [7:1] x;", "range"),
        ("reg [128:0] x;", "range"),
        ("reg [7:0] m [0:3]; assign o = m;", "m"),
        ("reg [7:0] m [0:3]; always @(posedge clk) m[0] = b;", "m"),
        ("reg [7:0] m [0:3]; always @* m[0] <= b;", "<="),
        ("reg x; always @* x <= a;", "<="),
        ("assign o = b[8:1];", "part select"),
        ("assign o = b[1:2];", "part select"),
        ("assign o = b[a:0];", "expression"),
        ("assign o = {200{b}};", "expression"),
        ("wire [64:0] x; assign x = b; assign o = x / x;", "/"),
        ("integer i; reg x; always @* for (i = 0; i < b; i = i + 1) x = 1;", "for"),
        ("integer i; reg x; always @* for (i = 0; i < 2; i = i) x = 1;", "for"),
        ("nowhere u(.x(a));", "nowhere"),
        ("initial if (a) o = 1;", "initial"),
        ("initial o = a;", "expression"),
        ("reg [7:0] m [0:3]; initial m[4] = 1;", "m"),
        ("reg [7:0] m [0:99999999999];", "number"),
        ("reg [127:0] m [0:4294967295];", "m"),
        ("inout x;", "inout"),
        ("localparam P = Q;", "Q"),
        ("assign o = 128'h1 << {a, 128'h1};", "expression"),
    ] {
        let e = error(body);
        assert_eq!(e.construct, construct, "{body}: {e}");
        assert!(e.pos.line >= 1 && e.pos.line <= 2, "{body}: {e}");
    }
}

#[test]
fn instances_are_checked() {
    let text = |inst: &str| {
        format!(
            "module top(input a, output o); {inst} endmodule
             module s #(parameter W = 1) (input i, output o); localparam L = 2; assign o = i; endmodule"
        )
    };
    for (inst, construct) in [
        ("s u(.i(a), .o(o), .z(a));", "u.z"),
        ("s #(.X(1)) u(.i(a), .o(o));", "X"),
        ("s #(.L(1)) u(.i(a), .o(o));", "L"),
        ("s u(.i(a), .o(a));", "a"),
    ] {
        let e = parse(&text(inst)).unwrap_err();
        assert_eq!(e.construct, construct, "{inst}: {e}");
    }
    assert!(parse(&text("s #(.W(3)) u(.i(a), .o(o));")).is_ok());
}

#[test]
fn black_boxes_need_a_model() {
    let text = "module top(input a, output o); box u(.i(a), .o(o)); endmodule
                (* blackbox *) module box(input i, output o); endmodule";
    let e = parse(text).unwrap_err();
    assert!(e.construct == "box" && e.message.contains("model"), "{e}");
    let models = Models::none().with("box", "module box(input i, output o); assign o = !i; endmodule");
    assert!(Design::parse(text, "top", &models).is_ok());
    let broken = Models::none().with("box", "module box(input i, output o);\n assign o = ; endmodule");
    let e = Design::parse(text, "top", &broken).unwrap_err();
    assert_eq!((e.model.as_deref(), e.pos.line), (Some("box"), 2));
}

#[test]
fn modules_containing_themselves_are_errors() {
    let text = "module top(input a); top u(.a(a)); endmodule";
    assert!(parse(text).unwrap_err().message.contains("contains itself"));
    let text = "module top(input a); top u(.a(a)); top v(.a(a)); endmodule";
    assert!(parse(text).unwrap_err().message.contains("contains itself"));
}

#[test]
fn doubtful_text_is_warned_about() {
    let text = "module top(input a, output o, output reg p, output reg q); wire open;
                assign o = open & a; always @* begin p = q; q = a; end endmodule";
    let d = parse(text).unwrap();
    assert!(d.warnings().iter().any(|w| w.starts_with("open")), "{:?}", d.warnings());
    assert!(d.warnings().iter().any(|w| w.starts_with("q")), "{:?}", d.warnings());
}

#[test]
fn long_chains_of_logic_do_not_overflow_the_stack() {
    // a chain of dependent signals and a chain of conditions, both far deeper
    // than a recursive walk could go on a small stack
    let mut text = String::from("module top(input [31:0] a, output [31:0] o, output reg [7:0] q);\n");
    for i in 0..20_000 {
        let before = if i == 0 { "a".to_string() } else { format!("w{}", i - 1) };
        text += &format!("wire [31:0] w{i}; assign w{i} = {before} * 32'h{:x};\n", 2 * i + 3);
    }
    text += "assign o = w19999;\nalways @* begin q = 8'h0;\n";
    for i in 0..20_000 {
        text += &format!("if (a == 32'd{i}) q = q + 8'd{};\n", i % 200);
    }
    text += "end endmodule";
    let design = parse(&text).unwrap();
    let small = std::thread::Builder::new().stack_size(512 << 10);
    small.spawn(move || crate::jit::plan_only(&design, &design.outputs)).unwrap().join().unwrap();
}
