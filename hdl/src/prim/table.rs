//! Tables of constants as Verilog.

/// Sets `output`, of so many bits, to the row with the number `index`: one table for each bit, of which yosys makes
/// fewer cells than of a `case`. There are as many rows as `index` has values.
pub fn bit_tables(output: &str, index: &str, rows: &[u64], bits: usize) -> String {
    let top = rows.len() - 1;
    let mut text = String::new();
    for bit in 0..bits {
        let digit = |four: &[u64]| four.iter().rev().fold(0, |digit, row| digit << 1 | (row >> bit & 1));
        let table: String = rows.chunks(4).rev().map(|four| format!("{:x}", digit(four))).collect();
        text += &format!("localparam [{top}:0] TABLE{bit} = {}'h{table};\n", rows.len());
        text += &format!("always @(*) {output}[{bit}] = TABLE{bit}[{index}];\n");
    }
    text
}
