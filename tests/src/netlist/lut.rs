//! Look-up tables as expressions.

/// The expression of a table: bit i is its value where the inputs, the first one lowest, are the binary digits of i.
pub fn expression(table: u64, inputs: &[String]) -> String {
    let Some((select, rest)) = inputs.split_last() else {
        return if table & 1 == 0 { ZERO } else { ONE }.into();
    };
    let half = 1 << rest.len();
    let mask = (1 << half) - 1;
    let (low, high) = (table & mask, table >> half & mask);
    match (low, high) {
        _ if select == ZERO || low == high => expression(low, rest),
        _ if select == ONE => expression(high, rest),
        _ if low ^ high == mask => format!("({select} ^ {})", expression(low, rest)),
        (0, _) => format!("({select} & {})", expression(high, rest)),
        (_, 0) => format!("(~{select} & {})", expression(low, rest)),
        _ if low == mask => format!("(~{select} | {})", expression(high, rest)),
        _ if high == mask => format!("({select} | {})", expression(low, rest)),
        _ => format!("({select} & {} | ~{select} & {})", expression(high, rest), expression(low, rest)),
    }
}

pub const ZERO: &str = "1'b0";
pub const ONE: &str = "1'b1";

#[cfg(test)]
mod tests {
    use super::*;
    use engine::{Design, Models, Options, Sim};

    /// Every value of some tables of four inputs, one of them constant in turn.
    #[test]
    fn expressions_have_the_values_of_their_tables() {
        let tables = (0..16).map(|i| 1 << i).chain([0, 0xffff, 0x6996, 0xe8e8, 0xcafe, 0x0ff0, 0x8001, 0x7ffe]);
        let mut count = 0;
        for (table, constant) in tables.flat_map(|table| (0..5).map(move |c| (table, c))) {
            let mut inputs: Vec<_> = (0..4).map(|i| format!("i[{i}]")).collect();
            if let Some(input) = inputs.get_mut(constant) {
                *input = ONE.into();
            }
            let text = format!(
                "module t(input c, input [3:0] i, output o); assign o = {};
                reg r; always @(posedge c) r <= o; endmodule",
                expression(table, &inputs)
            );
            let mut sim = Sim::new(Design::parse(&text, "t", &Models::none()).unwrap(), Options::default()).unwrap();
            for value in 0..16u64 {
                let index = if constant < 4 { value | 1 << constant } else { value };
                let [i, o] = ["i", "o"].map(|name| sim.sig(name).unwrap());
                sim.set(i, value.into());
                sim.eval();
                assert_eq!(sim.get_u64(o), table >> index & 1, "{table:04x} {constant} {value}");
                count += 1;
            }
        }
        assert_eq!(count, 24 * 5 * 16);
    }
}
