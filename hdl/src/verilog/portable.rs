//! Verilog that does the same in every simulator. A process begins when something changes that it reads: in a standard
//! simulator never, if that is constant, and perhaps never, if it is what it is from the start.

/// How a register gets its first value: in Icarus after every process waits for it. Others of its kind are told by the
/// definition of `__ICARUS__`.
const INITIALLY: &str = "\
`ifdef __ICARUS__
`define WAFER_CORE_INITIALLY(name, value) ; initial #0 name = value
`else
`define WAFER_CORE_INITIALLY(name, value) = value
`endif

";

/// A file whose registers get their first values so.
pub fn file(text: &str) -> String {
    let line = |line| register(line).unwrap_or_else(|| format!("{line}\n"));
    INITIALLY.to_string() + &text.lines().map(line).collect::<String>()
}

/// The declaration of a register, `reg [1:0] name = 2'd0;`.
fn register(line: &str) -> Option<String> {
    let (declaration, value) = line.strip_suffix(';')?.split_once(" = ")?;
    let name = declaration.strip_prefix("    reg ")?.split(' ').next_back()?;
    Some(format!("{declaration} `WAFER_CORE_INITIALLY({name}, {value});\n"))
}

/// An output and its number, as the text has it.
type Constant<'a> = (&'a str, &'a str);

/// The text before the first `always @(*)`, and the constants behind it. `None` if there is something else, too.
pub fn constants(text: &str) -> Option<(&str, Vec<Constant<'_>>)> {
    const ALWAYS: &str = "always @(*)";
    let (before, behind) = text.split_at(text.find(ALWAYS)?);
    let blocks = behind.split(ALWAYS).skip(1).map(|block| {
        let block = block.trim();
        block.strip_prefix("begin").and_then(|inner| inner.strip_suffix("end")).unwrap_or(block)
    });
    let statements = blocks.flat_map(|block| block.split(';')).map(str::trim).filter(|statement| !statement.is_empty());
    let constants: Option<Vec<_>> = statements.map(constant).collect();
    Some((before, constants?))
}

/// `name = number`
fn constant(statement: &str) -> Option<Constant<'_>> {
    let (name, value) = statement.split_once(" = ")?;
    let is_word = |text: &str, more: char| text.chars().all(|c| c.is_ascii_alphanumeric() || c == more);
    (is_word(name, '_') && value.starts_with(|c: char| c.is_ascii_digit()) && is_word(value, '\''))
        .then_some((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registers_get_their_values_by_name() {
        let text = "    reg [1:0] state$d = 2'd1;\n    reg [7:0] mem [0:3];\n    wire a = b;\n";
        let expected =
            "    reg [1:0] state$d `WAFER_CORE_INITIALLY(state$d, 2'd1);\n    reg [7:0] mem [0:3];\n    wire a = b;\n";
        assert_eq!(file(text).strip_prefix(INITIALLY), Some(expected));
    }

    #[test]
    fn constants_alone_are_found() {
        let names = "always @(*) a = 4'd0;\nalways @(*) b = 4'd12;\n";
        assert_eq!(constants(names), Some(("", vec![("a", "4'd0"), ("b", "4'd12")])));
        let absent = "wire unused = (|x);\nalways @(*) begin\n   a = 0; b = 0;\n   c = 0;\nend\n";
        assert_eq!(constants(absent), Some(("wire unused = (|x);\n", vec![("a", "0"), ("b", "0"), ("c", "0")])));
        for other in ["assign a = b;\n", "always @(*) a = b;\n", "always @(*) begin\n   a = 1;\n   case (b)\nend\n"] {
            assert_eq!(constants(other), None, "{other}");
        }
    }
}
