//! Behavioural Verilog for black boxes, by module name.
use std::collections::HashMap;

/// Verilog texts that stand for modules without a body.
///
/// A model is used where the design instantiates a module it does not define,
/// or defines only as a black box.
///
/// ```
/// use engine::{Design, Models};
///
/// let text = "module top(input a, output y); not_gate u(.i(a), .o(y)); endmodule";
/// assert!(Design::parse(text, "top", &Models::none()).is_err());
/// let models = Models::ice40()
///     .with("not_gate", "module not_gate(input i, output o); assign o = ~i; endmodule");
/// assert!(Design::parse(text, "top", &models).is_ok());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Models {
    texts: HashMap<String, String>,
}

/// Name, clock input and the endings of the outputs of each kind of PLL.
const PLLS: &[(&str, &str, &[&str])] = &[
    ("SB_PLL40_CORE", "REFERENCECLK", &[""]),
    ("SB_PLL40_PAD", "PACKAGEPIN", &[""]),
    ("SB_PLL40_2_PAD", "PACKAGEPIN", &["A", "B"]),
    ("SB_PLL40_2F_CORE", "REFERENCECLK", &["A", "B"]),
    ("SB_PLL40_2F_PAD", "PACKAGEPIN", &["A", "B"]),
];

impl Models {
    /// No models: every black box is an error.
    pub fn none() -> Models {
        Models::default()
    }

    /// Models of iCE40 primitives: `SB_SPRAM256KA`, `SB_RAM40_4K` (256 words
    /// of 16 bits, without initial contents), `SB_MAC16` (16 x 16 modes),
    /// `SB_PLL40_*` (its clock passed through) and `SB_GB`. Parameters that
    /// ask for more are errors.
    pub fn ice40() -> Models {
        let buffer = "module SB_GB(input USER_SIGNAL_TO_GLOBAL_BUFFER, output GLOBAL_BUFFER_OUTPUT);
            assign GLOBAL_BUFFER_OUTPUT = USER_SIGNAL_TO_GLOBAL_BUFFER; endmodule";
        let plls = PLLS
            .iter()
            .fold(Models::none(), |models, (name, input, outputs)| models.with(name, &pll(name, input, outputs)));
        plls.with("SB_SPRAM256KA", include_str!("models/sb_spram256ka.v"))
            .with("SB_RAM40_4K", include_str!("models/sb_ram40_4k.v"))
            .with("SB_MAC16", include_str!("models/sb_mac16.v"))
            .with("SB_GB", buffer)
    }

    /// Adds `text`, which defines module `name`; the last one added counts.
    #[must_use]
    pub fn with(mut self, name: &str, text: &str) -> Models {
        self.texts.insert(name.to_string(), text.to_string());
        self
    }

    /// The text for module `name`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.texts.get(name).map(String::as_str)
    }
}

/// A PLL of the given name: a common body with its own clock ports.
fn pll(name: &str, input: &str, outputs: &[&str]) -> String {
    let clocks = |f: &dyn Fn(&str) -> String| {
        let ports = outputs.iter().flat_map(|o| ["CORE", "GLOBAL"].map(|k| format!("PLLOUT{k}{o}")));
        ports.map(|p| f(&p)).collect::<Vec<_>>()
    };
    include_str!("models/sb_pll40.v")
        .replace("module NAME", &format!("module {name}"))
        .replace("CLOCK_IN", input)
        .replace("CLOCKS_OUT", &clocks(&|p| format!("output {p}")).join(", "))
        .replace("PASS_THROUGH", &clocks(&|p| format!("assign {p} = {input};")).join(" "))
}

#[cfg(test)]
mod tests {
    use crate::{Design, Models, Options, Sim};

    fn sim(text: &str) -> Sim {
        let design = Design::parse(text, "top", &Models::ice40()).unwrap_or_else(|e| panic!("{e}"));
        Sim::new(design, Options::default()).unwrap()
    }

    #[test]
    fn spram_writes_nibbles_and_keeps_its_output() {
        let mut s = sim("module top(input clk, input [13:0] a, input [15:0] d, input [3:0] m,
            input we, output [15:0] q);
            SB_SPRAM256KA ram(.ADDRESS(a), .DATAIN(d), .MASKWREN(m), .WREN(we), .CHIPSELECT(1'b1),
            .CLOCK(clk), .STANDBY(1'b0), .SLEEP(1'b0), .POWEROFF(1'b1), .DATAOUT(q)); endmodule
            (* blackbox *) module SB_SPRAM256KA(output [15:0] DATAOUT); endmodule");
        let [a, d, m, we, q] = ["a", "d", "m", "we", "q"].map(|n| s.sig(n).unwrap());
        for (sig, value) in [(a, 77), (d, 0xabcd), (m, 0b1010), (we, 1)] {
            s.set(sig, value);
        }
        s.step();
        s.set(we, 0);
        s.step();
        s.eval();
        assert_eq!(s.get(q), 0xa0c0);
        s.set(we, 1);
        s.set(a, 0);
        s.step();
        s.eval();
        assert_eq!(s.get(q), 0xa0c0);
    }

    #[test]
    fn block_ram_masks_with_zeros() {
        let mut s = sim("module top(input clk, input [10:0] a, input [15:0] d, output [15:0] q);
            SB_RAM40_4K ram(.RDATA(q), .RCLK(clk), .RCLKE(1'b1), .RE(1'b1), .RADDR(a), .WCLK(clk),
            .WCLKE(1'b1), .WE(1'b1), .WADDR(a), .MASK(16'hff00), .WDATA(d)); endmodule");
        s.set(s.sig("a").unwrap(), 3);
        s.set(s.sig("d").unwrap(), 0x1234);
        s.run(2);
        s.eval();
        assert_eq!(s.get(s.sig("q").unwrap()), 0x0034);
    }

    #[test]
    fn plls_pass_the_clock_to_the_core() {
        let mut s = sim("module top(input pin, output reg [7:0] n); wire clk; wire lock;
            SB_PLL40_PAD #(.FEEDBACK_PATH(\"SIMPLE\"), .DIVR(4'b0000), .DIVF(7'b1001111))
            pll(.PACKAGEPIN(pin), .PLLOUTCORE(clk), .LOCK(lock), .RESETB(1'b1), .BYPASS(1'b0));
            always @(posedge clk) if (lock) n <= n + 8'h1; endmodule");
        s.run(5);
        assert_eq!(s.get(s.sig("n").unwrap()), 5);
    }

    #[test]
    fn multiplier_multiplies_and_accumulates() {
        let text = |params: &str| {
            format!(
                "module top(input clk, input [15:0] a, input [15:0] b, output [31:0] o);
            SB_MAC16 #({params}) mac(.CLK(clk), .CE(1'b1), .A(a), .B(b), .C(16'h0), .D(16'h0),
            .AHOLD(1'b0), .BHOLD(1'b0), .CHOLD(1'b0), .DHOLD(1'b0), .IRSTTOP(1'b0),
            .IRSTBOT(1'b0), .ORSTTOP(1'b0), .ORSTBOT(1'b0), .OLOADTOP(1'b0), .OLOADBOT(1'b0),
            .ADDSUBTOP(1'b0), .ADDSUBBOT(1'b0), .OHOLDTOP(1'b0), .OHOLDBOT(1'b0), .CI(1'b0),
            .ACCUMCI(1'b0), .SIGNEXTIN(1'b0), .O(o)); endmodule"
            )
        };
        let run = |params: &str, a: u128, b: u128, cycles: u64| {
            let mut s = sim(&text(params));
            s.set(s.sig("a").unwrap(), a);
            s.set(s.sig("b").unwrap(), b);
            s.run(cycles);
            s.eval();
            s.get(s.sig("o").unwrap())
        };
        let plain = ".TOPOUTPUT_SELECT(2'b11), .BOTOUTPUT_SELECT(2'b11)";
        assert_eq!(run(plain, 0xffff, 0xffff, 0), 0xffff * 0xffff);
        let signed = format!("{plain}, .A_SIGNED(1'b1), .B_SIGNED(1'b1)");
        assert_eq!(run(&signed, 0xffff, 2, 0), 0xffff_fffe);
        let sum = ".TOPOUTPUT_SELECT(2'b01), .BOTOUTPUT_SELECT(2'b01), .TOPADDSUB_LOWERINPUT(2'b10),
            .BOTADDSUB_LOWERINPUT(2'b10), .TOPADDSUB_CARRYSELECT(2'b10)";
        assert_eq!(run(sum, 1000, 1000, 7), 7_000_000);
        let e = Design::parse(&text(".MODE_8x8(1'b1)"), "top", &Models::ice40()).unwrap_err();
        assert_eq!(e.model.as_deref(), Some("SB_MAC16"));
    }
}
