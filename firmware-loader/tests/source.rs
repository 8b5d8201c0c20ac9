//! Source lines of modules with DWARF.

use firmware_loader::source::{LineTable, Source};
use std::path::PathBuf;

/// Compiled of `tests/programs/chain.c`, with line table.
fn chain() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/programs/chain.wasm"))
}

/// The lines that are in the source, by what they hold.
fn source_lines(part: &str) -> Vec<u32> {
    let text = std::fs::read_to_string(chain().with_extension("c")).expect("the source");
    (1..).zip(text.lines()).filter(|(_, line)| line.contains(part)).map(|(number, _)| number).collect()
}

#[test]
fn lines_lead_to_code_and_back() {
    let bytes = std::fs::read(chain()).expect("the module");
    let table = LineTable::new(&bytes);
    let source = Source::new(&bytes).expect("it has lines");
    let mut count = 0;
    for part in ["x * x", "return result", "total +=", "depth == 2", "return sum"] {
        let [line] = source_lines(part)[..] else { panic!("{part} is in one line") };
        let rows = table.rows_of("chain.c", line);
        assert!(!rows.is_empty() && rows.iter().any(|row| row.is_statement), "{part}");
        for row in rows {
            assert_eq!((row.line, table.file(&row)), (line, "./tests/programs/chain.c"), "{part}");
            assert_eq!(table.row(row.start), Some(&row));
            assert_eq!(table.row(row.end - 1), Some(&row));
            let found = source.line(row.start).map(|found| found.line);
            assert_eq!(found, Some(line), "both ways to a line agree");
            count += 1;
        }
    }
    assert!(count >= 5, "{count}");
    // One for each function, behind what sets up its frame.
    let bodies: Vec<u32> = table.rows().iter().filter(|row| row.prologue_end).map(|row| row.line).collect();
    let expected = ["visit(0)", "square(depth", "x * x"].map(|part| source_lines(part)[0]);
    assert_eq!(bodies, expected);
    assert_eq!(table.rows_of("programs/chain.c", 11), table.rows_of("chain.c", 11), "with directories");
    assert_eq!(table.rows_of("hain.c", 11), [], "not a part of a name");
    assert_eq!(table.rows_of("chain.c", 1000), []);
    assert_eq!(table.row(0), None);
}

#[test]
fn broken_line_tables_are_left_out() {
    let bytes = std::fs::read(chain()).expect("the module");
    let whole = LineTable::new(&bytes).rows().len();
    let mut fewer = 0;
    for at in 0..bytes.len() {
        let cut = LineTable::new(&bytes[..at]).rows().len();
        let mut spoilt = bytes.clone();
        spoilt[at] ^= 0xff;
        let table = LineTable::new(&spoilt);
        assert!(table.rows().is_sorted_by(|one, next| one.end <= next.start && one.start < one.end), "byte {at}");
        fewer += usize::from(cut < whole) + usize::from(table.rows().len() < whole);
    }
    assert!(fewer > bytes.len() / 2, "{fewer}");
}
