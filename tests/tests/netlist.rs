//! Netlists do what the Verilog does: of a small chip with every kind of cell in all three forms, and of every board's
//! chip after synthesis. The other netlists of boards take longer: `make -C synth sim-netlist`.

use engine::{Design, Options, Sim};
use hdl::chip::{CHIP_TOP, SYNTHESIS, chip_verilog};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tests::netlist;

/// A random walk through block RAMs of every width, counters, enables, resets and sets.
const SMALL: &str = "
module chip(input wire clock, input wire reset_n, input wire rx, output wire tx, output wire [3:0] leds);
    wire c, steady;
    SB_PLL40_CORE #(.FEEDBACK_PATH(\"SIMPLE\"), .DIVR(4'd4), .DIVF(7'd31), .DIVQ(3'd4), .FILTER_RANGE(3'd2))
        pll(.REFERENCECLK(clock), .PLLOUTGLOBAL(c), .LOCK(steady), .RESETB(1'b1), .BYPASS(1'b0));
    reg [31:0] s; reg [15:0] sum; reg [7:0] low; reg [3:0] ones;
    // Used more than once: the carry goes on and into logic.
    reg q, r; reg [3:0] o; wire less; assign less = s[15:0] < s[31:16];
    reg [15:0] a [0:255]; reg [7:0] b [0:511]; reg [3:0] d [0:1023]; reg [1:0] e [0:2047];
    reg [15:0] qa; reg [7:0] qb; reg [3:0] qd; reg [1:0] qe;
    initial begin s = 0; sum = 0; low = 0; ones = 0; q = 0; r = 0; o = 0; qa = 0; qb = 0; qd = 0; qe = 0;
        a[0] = 16'h8421; a[255] = 16'h1234; b[1] = 8'h5a; b[256] = 8'hc3; d[3] = 4'h9; d[512] = 4'h6; e[5] = 2'h3;
    end
    always @(posedge c) begin
        s <= {s[30:0], rx};
        q <= less;
        if (less) r <= s[3];
        o <= less ? s[3:0] : s[19:16];
        sum <= sum + s[15:0];
        if (s[3]) low <= s[5] ? 8'h0 : low - sum[7:0];
        if (!(steady & reset_n)) ones <= 4'hf; else if (s[2]) ones <= s[9:6];
        if (s[4]) qa <= a[s[7:0]];
        if (s[6] & s[1]) a[s[8:1]] <= sum;
        qb <= b[s[9:1]]; if (s[0]) b[s[10:2]] <= low;
        qd <= d[s[9:0]]; if (s[1]) d[s[10:1]] <= sum[3:0];
        qe <= e[s[10:0]]; if (s[2]) e[s[11:1]] <= low[1:0];
    end
    assign tx = ^qa ^ ^qb ^ less ^ q ^ r;
    assign leds = {qe[1], qd[2], ^qd ^ qe[0], ^sum} ^ ones ^ o;
endmodule";

/// Whether all are installed; says so if not, and not through `println!`, which says nothing for tests that pass.
fn installed(tools: &[&str]) -> bool {
    let missing = tools.iter().find(|tool| Command::new(tool).arg("-h").stdin(Stdio::null()).output().is_err());
    if let Some(tool) = missing {
        let _ = writeln!(std::io::stderr(), "skipped: {tool} is not installed; ./setup.sh installs it");
    }
    missing.is_none()
}

/// Runs a tool in a directory; what it printed.
fn tool(directory: &Path, line: &str) -> Vec<u8> {
    let mut words = line.split(' ');
    let mut command = Command::new(words.next().expect("a tool"));
    let output = command.args(words).current_dir(directory).output().unwrap_or_else(|e| panic!("{line}: {e}"));
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// Synthesis of a chip's Verilog, kept for the next time.
fn synthesise(verilog: &str) -> PathBuf {
    let mut hasher = DefaultHasher::new();
    (verilog, SYNTHESIS).hash(&mut hasher);
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("netlist-{:016x}", hasher.finish()));
    let netlist = directory.join("chip.json");
    if !netlist.is_file() {
        std::fs::create_dir_all(&directory).expect("the target directory is writable");
        std::fs::write(directory.join("chip.v"), verilog).expect("the target directory is writable");
        let script = format!("read_verilog chip.v; synth_ice40 {SYNTHESIS} -top {CHIP_TOP} -json partial.json\n");
        std::fs::write(directory.join("chip.ys"), script).expect("the target directory is writable");
        tool(&directory, "yosys -q chip.ys");
        std::fs::rename(directory.join("partial.json"), &netlist).expect("yosys wrote it");
    }
    netlist
}

/// What is at the pins in every cycle, from the same random inputs.
fn outputs(chip: Design) -> Vec<u64> {
    let mut sim = Sim::new(chip, Options::default()).unwrap_or_else(|e| panic!("{e}"));
    let [rx, reset_n, tx, leds] = ["rx", "reset_n", "tx", "leds"].map(|name| sim.sig(name).expect("is a pin"));
    let mut random = StdRng::seed_from_u64(1);
    let mut cycle = |_| {
        sim.set(rx, random.random_range(0..2));
        sim.set(reset_n, u128::from(!random.random_bool(0.05)));
        sim.step();
        sim.eval();
        sim.get_u64(tx) << 4 | sim.get_u64(leds)
    };
    (0..20_000).map(&mut cycle).collect()
}

#[test]
fn netlists_of_a_small_chip_do_what_its_verilog_does() {
    if !installed(&["yosys", "nextpnr-ice40", "icepack", "iceunpack", "icebox_vlog"]) {
        return;
    }
    let expected = outputs(netlist::design(SMALL).unwrap_or_else(|e| panic!("{e}")));
    let synthesised = synthesise(SMALL);
    let directory = synthesised.parent().expect("is in a directory");
    std::fs::write(directory.join("chip.pcf"), boards::BOARDS[0].pins.pcf()).expect("is writable");
    let place = "nextpnr-ice40 --hx8k --package cb132 --quiet --pcf chip.pcf --json chip.json";
    tool(directory, &format!("{place} --asc chip.asc --write routed.json"));
    tool(directory, "icepack chip.asc chip.bin");
    tool(directory, "iceunpack chip.bin unpacked.asc");
    let unpacked = tool(directory, "icebox_vlog -s -l -c -d cb132 -p chip.pcf unpacked.asc");
    std::fs::write(directory.join("unpacked.v"), unpacked).expect("is writable");
    for name in ["chip.json", "routed.json", "unpacked.v"] {
        let found = outputs(netlist::read(&directory.join(name)).unwrap_or_else(|e| panic!("{e}")));
        let difference = expected.iter().zip(&found).position(|(a, b)| a != b);
        assert_eq!(difference, None, "{name}: the first cycle that differs");
        assert_eq!(found.len(), 20_000, "{name}");
    }
    assert!((0..32).all(|value| expected.contains(&value)), "every value of the pins is seen");
}

#[test]
fn add_runs_on_the_chip_after_synthesis() {
    if !installed(&["yosys"]) {
        return;
    }
    for board in boards::BOARDS {
        let chip = netlist::read(&synthesise(&chip_verilog(board).unwrap_or_else(|e| panic!("{e}"))));
        let chip = chip.unwrap_or_else(|e| panic!("{}: {e}", board.name));
        let done = netlist::run(board, chip, &netlist::programs()[..1]).unwrap_or_else(|e| panic!("{}: {e}", board.name));
        assert_eq!(done.len(), 1);
        println!("{}: {}", board.name, done[0]);
    }
}
