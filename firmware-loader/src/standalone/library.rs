//! The library of programs that stand alone: functions in the place of those of a host. They are WebAssembly, and ask
//! nothing but devices of the chip.

use boards::Board;

/// Modules in the text format: name of the file, text. They export each function as `MODULE.NAME`, what they import from
/// `program` is the program's, and what else they import is a device or in the library.
const PARTS: &[(&str, &str)] = &[
    ("time.wat", include_str!("library/time.wat")),
    ("line.wat", include_str!("library/line.wat")),
    ("arduino.wat", include_str!("library/arduino.wat")),
    ("arduino_text.wat", include_str!("library/arduino_text.wat")),
    ("wasi.wat", include_str!("library/wasi.wat")),
];

/// Stands in them for the cycles of a millisecond on the board.
const CYCLES: &str = "CYCLES_OF_A_MILLISECOND";

/// The modules, for a board.
///
/// # Panics
/// There is a mistake in one of them, whatever the board, which a test finds.
pub fn parts(board: &Board) -> Vec<Vec<u8>> {
    let cycles = (board.core_hz / 1000).to_string();
    let part = |&(file, text): &(&str, &str)| {
        wat::parse_str(text.replace(CYCLES, &cycles))
            .unwrap_or_else(|e| panic!("{file} is a part of this program: {e}"))
    };
    PARTS.iter().map(part).collect()
}
