//! Tests of wabt's interpreter as scripts: a module, and in a comment what calls of its exports print.

use std::fmt::Write;

/// How such a file begins.
const MARK: &str = ";;; TOOL: run-interp";

/// What stands around the lines that are printed.
const PRINTED: [&str; 2] = ["(;; STDOUT ;;;", ";;; STDOUT ;;)"];

/// Traps for which wabt has words of its own, with those of the specification.
const TRAPS: [(&str, &str); 2] = [
    ("undefined table index", "undefined element"),
    ("indirect call signature mismatch", "indirect call type mismatch"),
];

/// The text of a test as a script: calls follow in the order in which they print; `None` if it is no such test.
pub fn script(source: &str) -> Option<String> {
    if source.lines().next()?.trim() != MARK {
        return None;
    }
    let mut script = format!("{source}\n");
    let printed = source.split_once(PRINTED[0]).and_then(|(_, rest)| rest.split_once(PRINTED[1]));
    for line in printed.map_or("", |(lines, _)| lines).lines() {
        if let Some(directive) = directive(line) {
            writeln!(script, "{directive}").expect("strings take everything");
        }
    }
    Some(script)
}

/// Of `NAME(ARGS) => RESULTS` or `NAME(ARGS) => error: MESSAGE`; other lines are traces, and what functions print.
fn directive(line: &str) -> Option<String> {
    let (call, outcome) = line.split_once(" =>")?;
    let (name, args) = call.strip_suffix(')')?.split_once('(')?;
    if name.contains(' ') {
        return None;
    }
    let invoke = format!("(invoke \"{name}\" {})", values(args)?);
    Some(match outcome.trim().strip_prefix("error: ") {
        Some(message) => {
            let message = TRAPS.iter().find(|(theirs, _)| *theirs == message).map_or(message, |(_, trap)| trap);
            format!("(assert_trap {invoke} \"{message}\")")
        }
        None => match values(outcome) {
            Some(results) => format!("(assert_return {invoke} {results})"),
            // The call still has to return.
            None => invoke,
        },
    })
}

/// Values as constants; `None` if one of them is not stated whole.
fn values(list: &str) -> Option<String> {
    let list = list.split(',').map(str::trim).filter(|value| !value.is_empty());
    list.map(|value| {
        let (ty, value) = value.split_once(':')?;
        match (ty, value) {
            ("f32" | "f64", "nan" | "-nan") => Some(format!("({ty}.const nan:arithmetic)")),
            ("i32" | "i64" | "f32" | "f64", value) => Some(format!("({ty}.const {value})")),
            _ => None,
        }
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEST: &str = r#";;; TOOL: run-interp
(module
  (func (export "both") (param i32) (result i32 f32) local.get 0 f32.const 1.5)
  (func (export "null") (result externref) ref.null extern)
  (func (export "none"))
  (func (export "end") unreachable))
(;; STDOUT ;;;
called host x.print(i32:1) =>
both(i32:4294967295) => i32:4294967295, f32:1.500000
null() => externref:0
none() =>
end() => error: unreachable executed
call(i32:9) => error: undefined table index
;;; STDOUT ;;)"#;

    #[test]
    fn what_is_printed_is_asserted() {
        let expected = r#"(assert_return (invoke "both" (i32.const 4294967295)) (i32.const 4294967295)(f32.const 1.500000))
(invoke "null" )
(assert_return (invoke "none" ) )
(assert_trap (invoke "end" ) "unreachable executed")
(assert_trap (invoke "call" (i32.const 9)) "undefined element")
"#;
        assert_eq!(script(TEST), Some(format!("{TEST}\n{expected}")));
        assert_eq!(script(&TEST["; ".len()..]), None);
    }
}
