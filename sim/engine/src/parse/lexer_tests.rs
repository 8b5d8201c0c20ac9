//! Tokens and their rejection.
use super::*;

fn toks(s: &str) -> Vec<Tok> {
    lex(s, 0).unwrap().into_iter().map(|t| t.tok).collect()
}

#[test]
fn numbers_have_size_sign_and_value() {
    let n = |width, signed, value| Tok::Number { width, signed, value };
    assert_eq!(toks("8'hff")[0], n(8, false, 255));
    assert_eq!(toks("4'sb1111")[0], n(4, true, 15));
    assert_eq!(toks("12")[0], n(32, true, 12));
    assert_eq!(toks("12 + 3").len(), 4);
    assert_eq!(toks("4'hff")[0], n(4, false, 15));
    assert_eq!(toks("32 'd7")[0], n(32, false, 7));
    assert_eq!(toks("128'hffffffff_ffffffff_ffffffff_ffffffff")[0], n(128, false, u128::MAX));
}

#[test]
fn event_star_is_no_attribute() {
    assert_eq!(toks("@(*)").len(), 5);
    assert_eq!(toks("(* blackbox *)")[0], Tok::Attribute("blackbox".into()));
}

#[test]
fn rejects_what_it_cannot_mean() {
    for (text, construct) in [
        ("4'bxx", "number"),
        ("129'd0", "number"),
        ("70000'h0", "number"),
        ("200'hx", "number"),
        ("0'h0", "number"),
        ("99999999999", "number"),
        ("8'q1", "number"),
        ("/* never", "comment"),
        ("\"open", "string"),
        ("`ifdef A", "`ifdef"),
        ("é", "'é'"),
    ] {
        assert_eq!(lex(text, 0).unwrap_err().construct, construct, "{text}");
    }
}

#[test]
fn positions_count_from_one() {
    let t = lex("a\n  b", 0).unwrap();
    assert_eq!((t[1].pos.line, t[1].pos.col), (2, 3));
}
