//! Accepted shapes, precedence, and the errors for everything else.
use super::*;

fn module(body: &str) -> Result<Module> {
    parse(&format!("module m(); {body} endmodule"), 0).map(|mut m| m.remove("m").unwrap())
}

fn shape(e: &Expr) -> String {
    match &e.kind {
        ExprKind::Ident(s) => s.clone(),
        ExprKind::Literal { value, .. } => value.to_string(),
        ExprKind::Unary(op, a) => format!("({op:?} {})", shape(a)),
        ExprKind::Binary(op, a, b) => format!("({op:?} {} {})", shape(a), shape(b)),
        ExprKind::Cond(a, b, c) => format!("(? {} {} {})", shape(a), shape(b), shape(c)),
        other => format!("{other:?}"),
    }
}

fn expr_shape(text: &str) -> String {
    let m = module(&format!("assign y = {text};")).unwrap();
    let ast::Item::Assign { rhs, .. } = &m.items[0] else { panic!("no assign") };
    shape(rhs)
}

#[test]
fn operators_bind_as_the_standard_says() {
    assert_eq!(expr_shape("a & b == c"), "(And a (Eq b c))");
    assert_eq!(expr_shape("a + b << c - d"), "(Shl (Add a b) (Sub c d))");
    assert_eq!(expr_shape("a - b - c"), "(Sub (Sub a b) c)");
    assert_eq!(expr_shape("a | b ^ c & d"), "(Or a (Xor b (And c d)))");
    assert_eq!(expr_shape("a ? b : c ? d : e"), "(? a b (? c d e))");
    assert_eq!(expr_shape("a || b && c ? d : e"), "(? (LogOr a (LogAnd b c)) d e)");
    assert_eq!(expr_shape("~a & |b"), "(And (Not a) (RedOr b))");
}

#[test]
fn rejects_with_place_and_name() {
    for (body, construct) in [
        ("function f; endfunction", "function"),
        ("generate endgenerate", "generate"),
        ("always @(a) b = a;", "level-sensitive event list"),
        ("always @(posedge a or negedge b) c <= a;", "second edge in an event list"),
        ("always @* casez (a) endcase", "casez"),
        ("initial $readmemh(1, 2);", "$readmemh"),
        ("assign y = a ** b;", "**"),
        ("assign y = f(a);", "function call"),
        ("assign y = a.b;", "hierarchical name"),
        ("assign y = (a + b)[1];", "select of an expression"),
        ("sub s(a, b);", "port connected by position"),
        ("reg a [1:0][1:0];", "array of more than one dimension"),
        ("while (a) b = 1;", "while"),
        ("always @* #1 a = b;", "delay"),
    ] {
        let e = module(body).unwrap_err();
        assert_eq!(e.construct, construct, "{body}");
        assert!(e.pos.line == 1 && e.pos.col > 12, "{body}: {e}");
    }
}

#[test]
fn deep_nesting_is_an_error_and_no_crash() {
    let deep =
        |open: &str, close: &str, n: usize| module(&format!("assign y = {}a{};", open.repeat(n), close.repeat(n)));
    let on_big_stack = move || {
        assert!(deep("(", ")", 200).is_ok());
        for (open, close) in [("(", ")"), ("~", ""), ("a + ", ""), ("", " + a"), ("{", "}")] {
            assert!(deep(open, close, 100_000).is_err(), "{open}a{close}");
        }
        let ifs = "if (a) begin ".repeat(100_000);
        assert!(module(&format!("always @* {ifs}")).is_err());
    };
    std::thread::Builder::new().stack_size(STACK).spawn(on_big_stack).unwrap().join().unwrap();
}

#[test]
fn black_boxes_may_repeat_but_modules_may_not() {
    let bb = "(* blackbox *) module b(input a); endmodule ";
    assert!(parse(&bb.repeat(3), 0).unwrap()["b"].blackbox);
    let real = "module r(input a, output c); assign c = a; endmodule ";
    assert!(parse(&real.repeat(2), 0).unwrap_err().message.contains("twice"));
}

#[test]
fn truncated_text_never_panics() {
    let text = "module m #(parameter W = 4) (input wire [W-1:0] a, output reg b); reg [7:0] mem \
                [0:3]; initial begin mem[0] = 8'h1; end always @(posedge a) begin if (a) b <= \
                a[1]; else case (a) 1, 2: b <= {a, 2{b}}; default: b <= mem[a][3:0]; endcase end \
                sub #(.P(\"x\")) s(.a(b), .c()); endmodule";
    for end in 0..text.len() {
        let _ = parse(&text[..end], 0);
    }
}
