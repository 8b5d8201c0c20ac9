//! A model of `SB_RAM40_4K` in all of its widths, with initial contents.

use std::fmt::Write;

/// In mode m a row of 16 bits has 2^m words, word w in the bits whose number is w modulo 2^m. The data is in every
/// 2^m-th wire.
const MODEL: &str = "
    wire [15:0] see;
    wire [15:0] change;
    wire [15:0] spread;
    reg [15:0] shown;
    reg [15:0] rows [0:255];
    assign see = (READ_MODE == 1) ? 16'h5555 << RADDR[8] : (READ_MODE == 2) ? 16'h1111 << RADDR[9:8]
        : (READ_MODE == 3) ? 16'h0101 << RADDR[10:8] : 16'hffff;
    assign change = (WRITE_MODE == 1) ? 16'h5555 << WADDR[8] : (WRITE_MODE == 2) ? 16'h1111 << WADDR[9:8]
        : (WRITE_MODE == 3) ? 16'h0101 << WADDR[10:8] : ~MASK;
    assign spread = (WRITE_MODE == 1) ? {{2{WDATA[14]}}, {2{WDATA[12]}}, {2{WDATA[10]}}, {2{WDATA[8]}},
            {2{WDATA[6]}}, {2{WDATA[4]}}, {2{WDATA[2]}}, {2{WDATA[0]}}}
        : (WRITE_MODE == 2) ? {{4{WDATA[13]}}, {4{WDATA[9]}}, {4{WDATA[5]}}, {4{WDATA[1]}}}
        : (WRITE_MODE == 3) ? {{8{WDATA[11]}}, {8{WDATA[3]}}} : WDATA;
    assign RDATA = (READ_MODE == 1) ? {1'b0, |shown[15:14], 1'b0, |shown[13:12], 1'b0, |shown[11:10],
            1'b0, |shown[9:8], 1'b0, |shown[7:6], 1'b0, |shown[5:4], 1'b0, |shown[3:2], 1'b0, |shown[1:0]}
        : (READ_MODE == 2) ? {2'b0, |shown[15:12], 3'b0, |shown[11:8], 3'b0, |shown[7:4], 3'b0, |shown[3:0], 1'b0}
        : (READ_MODE == 3) ? {4'b0, |shown[15:8], 7'b0, |shown[7:0], 3'b0} : shown;
    always @(posedge RCLK) if (RE & RCLKE) shown <= rows[RADDR[7:0]] & see;
    always @(posedge WCLK) if (WE & WCLKE) rows[WADDR[7:0]] <= spread & change | rows[WADDR[7:0]] & ~change;
endmodule
";

/// Rows of a parameter: half of an `INIT_x`, as parameters have at most 128 bits here.
const ROWS: usize = 8;

/// Gives the initial contents of the block RAMs in a netlist as the model takes them: `INIT_x` of 256 bits in
/// hexadecimal digits becomes `LOW_x` and `HIGH_x`.
pub fn in_halves(verilog: &str) -> String {
    const START: &str = ".INIT_";
    let mut parts = verilog.split(START);
    let mut text = parts.next().unwrap_or_default().to_string();
    for part in parts {
        // x(256'h and 64 digits.
        match (part.get(..1), part.get(1..7), part.get(7..39), part.get(39..71)) {
            (Some(index), Some("(256'h"), Some(high), Some(low)) => {
                write!(text, ".HIGH_{index}(128'h{high}), .LOW_{index}(128'h{low}").expect("a string takes text");
                text += &part[71..];
            }
            _ => text = text + START + part,
        }
    }
    text
}

/// Block RAMs with another net as the write clock than the one clock have a constant there, by way of cells: they are
/// never written. Gives them the clock, and no write enable.
pub fn sealed(verilog: &str) -> String {
    const CELL: &str = "SB_RAM40_4K #(";
    let mut cells = verilog.split(CELL);
    let mut text = cells.next().unwrap_or_default().to_string();
    for cell in cells {
        let (ports, rest) = cell.split_at(cell.find(';').unwrap_or(cell.len()));
        text += CELL;
        match (port(ports, "RCLK"), port(ports, "WCLK"), port(ports, "WE")) {
            (Some(clock), Some(other), Some(enable)) if clock != other => {
                let ports = ports.replace(&format!(".WCLK({other})"), &format!(".WCLK({clock})"));
                text += &ports.replace(&format!(".WE({enable})"), ".WE(1'b0)");
            }
            _ => text += ports,
        }
        text += rest;
    }
    text
}

/// What is connected to a port.
fn port<'a>(ports: &'a str, name: &str) -> Option<&'a str> {
    let (_, connected) = ports.split_once(&format!(".{name}("))?;
    Some(connected.split_once(')')?.0)
}

/// The Verilog of the model.
pub fn model() -> String {
    let parameter = |i| format!(", parameter LOW_{i:X} = 128'h0, parameter HIGH_{i:X} = 128'h0");
    let parameters: String = (0..16).map(parameter).collect();
    let mut text = format!(
        "module SB_RAM40_4K #(parameter READ_MODE = 0, parameter WRITE_MODE = 0{parameters}) (
    output [15:0] RDATA, input RCLK, input RCLKE, input RE, input [10:0] RADDR,
    input WCLK, input WCLKE, input WE, input [10:0] WADDR, input [15:0] MASK, input [15:0] WDATA);
    initial begin\n"
    );
    for row in 0..256 {
        let low = row % ROWS * 16;
        let half = if (row / ROWS).is_multiple_of(2) { "LOW" } else { "HIGH" };
        let init = format!("{half}_{:X}[{}:{low}]", row / ROWS / 2, low + 15);
        writeln!(text, "        rows[{row}] = {init};").expect("a string takes text");
    }
    text + "    end" + MODEL
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::{Design, Models, Options, Sim};

    #[test]
    fn contents_come_in_halves() {
        let text = format!("x #(.INIT_A(256'h{}{}), .INIT_B(0))", "1".repeat(32), "2".repeat(32));
        let halves = format!("x #(.HIGH_A(128'h{}), .LOW_A(128'h{}), .INIT_B(0))", "1".repeat(32), "2".repeat(32));
        assert_eq!(in_halves(&text), halves);
    }

    #[test]
    fn what_has_no_write_clock_is_not_written() {
        let cell = |ports: &str| format!("SB_RAM40_4K #(.INIT_0(0)) ram({ports});\n");
        let text = cell(".WE(n1), .WCLK(n2), .RCLK(n3)") + &cell(".WE(n1), .WCLK(n3), .RCLK(n3)");
        let sealed = cell(".WE(1'b0), .WCLK(n3), .RCLK(n3)") + &cell(".WE(n1), .WCLK(n3), .RCLK(n3)");
        assert_eq!(super::sealed(&text), sealed);
    }

    /// Every word of every width is another, where it was written and read back with the other words around it.
    #[test]
    fn words_of_every_width_are_kept_apart() {
        let models = Models::none().with("SB_RAM40_4K", &model());
        // Wires that have data.
        for (mode, wires) in [(0, 0xffffu64), (1, 0x5555), (2, 0x2222), (3, 0x0808)] {
            let text = format!(
                "module t(input c, input w, input [10:0] a, input [15:0] d, output [15:0] q);
                SB_RAM40_4K #(.READ_MODE({mode}), .WRITE_MODE({mode}), .LOW_1(128'h3)) r(.RDATA(q), .RCLK(c),
                .RCLKE(1'b1), .RE(1'b1), .RADDR(a), .WCLK(c), .WCLKE(1'b1), .WE(w), .WADDR(a), .MASK(16'h0),
                .WDATA(d)); endmodule"
            );
            let mut sim = Sim::new(Design::parse(&text, "t", &models).unwrap(), Options::default()).unwrap();
            let [w, a, d, q] = ["w", "a", "d", "q"].map(|name| sim.sig(name).unwrap());
            let data = |address: u64| (address.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 48) & wires;
            let at = |sim: &mut Sim, address: u64| {
                sim.set(a, address.into());
                sim.step();
                sim.eval();
                sim.get_u64(q)
            };
            // The two lowest bits of row 16, or of them the one of its word 0, on the wire that has data.
            assert_eq!(at(&mut sim, 16), [3, 1, 2, 8][mode], "mode {mode}");
            for address in 0..256u64 << mode {
                sim.set(w, 1);
                sim.set(d, data(address).into());
                at(&mut sim, address);
            }
            sim.set(w, 0);
            for address in 0..256u64 << mode {
                assert_eq!(at(&mut sim, address), data(address), "mode {mode}, address {address}");
            }
        }
    }
}
