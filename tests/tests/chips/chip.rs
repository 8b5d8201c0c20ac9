//! Chips and their netlists: of a small system with every kind of cell in all three forms, for the pins and the clock of
//! every board, and of every board's chip after synthesis. The others take longer: `make -C synth sim-netlist`.

use crate::made_up::BOARD as MADE_UP;
use boards::family::Family;
use boards::family::ice40::Ice40;
use boards::{BOARDS, ulx3s_85};
use engine::{Design, Options, Sim};
use hdl::chip::{CHIP_TOP, chip_verilog, top_verilog};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sim::board::faults::Faults;
use sim::board::{Board, BoardLine};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use tests::netlist;
use tests::on_board::{ADD, Program};
use tests::tools::installed;

/// Compared on each netlist of the small system.
const CYCLES: usize = 20_000;

fn boards() -> impl Iterator<Item = &'static boards::Board> {
    BOARDS.iter().chain([&MADE_UP])
}

/// In place of the system on chip: a random walk through block RAMs of every width, counters, enables, resets and sets.
const SMALL: &str = "
module soc(input wire clock, input wire reset, input wire rx, input wire [3:0] buttons, output wire tx,
        output wire [3:0] leds, output wire flash_select_n, output wire flash_clock, output wire flash_command,
        input wire flash_data);
    assign {flash_select_n, flash_clock, flash_command} = {3{flash_data ^ rx}};
    reg [31:0] s; reg [15:0] sum; reg [7:0] low; reg [3:0] ones;
    // Used more than once: the carry goes on and into logic.
    reg q, r; reg [3:0] o; wire less; assign less = s[15:0] < s[31:16];
    reg [15:0] a [0:255]; reg [7:0] b [0:511]; reg [3:0] d [0:1023]; reg [1:0] e [0:2047];
    reg [15:0] qa; reg [7:0] qb; reg [3:0] qd; reg [1:0] qe;
    initial begin s = 0; sum = 0; low = 0; ones = 0; q = 0; r = 0; o = 0; qa = 0; qb = 0; qd = 0; qe = 0;
        a[0] = 16'h8421; a[255] = 16'h1234; b[1] = 8'h5a; b[256] = 8'hc3; d[3] = 4'h9; d[512] = 4'h6; e[5] = 2'h3;
    end
    always @(posedge clock) begin
        s <= {s[30:0], rx};
        q <= less;
        if (less) r <= s[3];
        o <= (less ? s[3:0] : s[19:16]) ^ {3'd0, ^buttons};
        sum <= sum + s[15:0];
        if (s[3]) low <= s[5] ? 8'h0 : low - sum[7:0];
        if (reset) ones <= 4'hf; else if (s[2]) ones <= s[9:6];
        if (s[4]) qa <= a[s[7:0]];
        if (s[6] & s[1]) a[s[8:1]] <= sum;
        qb <= b[s[9:1]]; if (s[0]) b[s[10:2]] <= low;
        qd <= d[s[9:0]]; if (s[1]) d[s[10:1]] <= sum[3:0];
        qe <= e[s[10:0]]; if (s[2]) e[s[11:1]] <= low[1:0];
    end
    assign tx = ^qa ^ ^qb ^ less ^ q ^ r;
    assign leds = {qe[1], qd[2], ^qd ^ qe[0], ^sum} ^ ones ^ o;
endmodule";

/// The same for an ECP5: RAMs of every width and one that is a table; a product, and a choice of many bits.
const SMALL_ECP5: &str = "
module soc(input wire clock, input wire reset, input wire rx, input wire [3:0] buttons, output wire tx,
        output wire [3:0] leds, output wire flash_select_n, output wire flash_clock, output wire flash_command,
        input wire flash_data);
    assign {flash_select_n, flash_clock, flash_command} = {3{flash_data ^ rx}};
    reg [31:0] s = 0; reg [35:0] product = 0; reg [15:0] sum = 0; reg [3:0] ones = 4'hf; reg [7:0] low = 0;
    reg chosen = 0;
    wire [63:0] many = {sum, product[31:0], s[15:0]};
    // What is written is not read in the same cycle.
    wire apart = s[7:0] != s[8:1];
    (* no_rw_check *) reg a [0:16383];
    (* no_rw_check *) reg [1:0] b [0:8191];
    (* no_rw_check *) reg [3:0] c [0:4095];
    (* no_rw_check *) reg [8:0] d [0:2047];
    (* no_rw_check *) reg [17:0] e [0:1023];
    (* no_rw_check *) reg [35:0] f [0:511];
    reg [31:0] t [0:511];
    reg [4:0] g [0:31];
    wire [4:0] qg = g[s[4:0]];
    reg qa; reg [1:0] qb; reg [3:0] qc; reg [8:0] qd; reg [17:0] qe; reg [35:0] qf; reg [31:0] qt;
    initial begin qa = 0; qb = 0; qc = 0; qd = 0; qe = 0; qf = 0; qt = 0; CONTENTS end
    always @(posedge clock) begin
        s <= {s[30:0], rx};
        product <= s[17:0] * {s[31:16], sum[1:0]};
        sum <= sum + s[15:0];
        if (s[3]) low <= s[5] ? 8'h0 : low - sum[7:0];
        if (reset) ones <= 4'hf; else if (s[2]) ones <= s[9:6];
        chosen <= many[s[5:0]] ^ ^buttons;
        if (apart & s[4]) qa <= a[{s[7:0], 6'd0}]; if (s[6]) a[{s[8:1], 6'd0}] <= sum[0];
        if (apart & s[7]) qb <= b[{s[7:0], 5'd0}]; if (s[6]) b[{s[8:1], 5'd0}] <= sum[1:0];
        if (apart) qc <= c[{s[7:0], 4'd0}]; if (s[0]) c[{s[8:1], 4'd0}] <= low[3:0];
        if (apart) qd <= d[{s[7:0], 3'd0}]; if (s[1]) d[{s[8:1], 3'd0}] <= sum[8:0];
        if (apart) qe <= e[{s[7:0], 2'd0}]; if (s[2]) e[{s[8:1], 2'd0}] <= {low, sum[9:0]};
        if (apart) qf <= f[s[7:0]]; if (s[3]) f[s[8:1]] <= product;
        if (s[5]) qt <= t[s[8:0]];
        if (s[7]) g[s[12:8]] <= sum[4:0];
    end
    assign tx = ^qg ^ ^qa ^ ^qb ^ ^qe ^ ^product ^ chosen;
    assign leds = {qb[1], qc[2], ^qd ^ ^qf, ^sum ^ ^qt} ^ ones ^ {2'd0, low[1:0]};
endmodule";

/// What its RAMs hold at the start.
fn small_ecp5() -> String {
    let table = (0..512u64).map(|i| format!("t[{i}] = 32'd{}; f[{i}] = 36'd{};", i * 40_503, i * 1_500_001));
    let words = (0..64u64).map(|i| {
        let [a, b, c, d, e] = [i * 256, i * 128, i * 64, i * 32, i * 16];
        let [two, four, nine] = [i % 4, i % 16, i * 7];
        format!("a[{a}] = 1'd1; b[{b}] = 2'd{two}; c[{c}] = 4'd{four}; d[{d}] = 9'd{nine}; e[{e}] = 18'd{};", i * 4097)
    });
    SMALL_ECP5.replace("CONTENTS", &table.chain(words).collect::<String>())
}

/// Runs a tool in a directory; what it printed.
fn tool(directory: &Path, line: &str) -> Vec<u8> {
    let mut words = line.split(' ');
    let mut command = Command::new(words.next().expect("a tool"));
    let output = command.args(words).current_dir(directory).output().unwrap_or_else(|e| panic!("{line}: {e}"));
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// Synthesis of the Verilog of a board's chip, kept for the next time.
fn synthesise(board: &boards::Board, verilog: &str) -> PathBuf {
    let commands = board.synthesis();
    let mut hasher = DefaultHasher::new();
    (verilog, &commands).hash(&mut hasher);
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("netlist-{:016x}", hasher.finish()));
    let netlist = directory.join("chip.json");
    if !netlist.is_file() {
        std::fs::create_dir_all(&directory).expect("the target directory is writable");
        std::fs::write(directory.join("chip.v"), verilog).expect("the target directory is writable");
        let script = format!("read_verilog chip.v; hierarchy -top {CHIP_TOP}; {commands}; write_json partial.json\n");
        std::fs::write(directory.join("chip.ys"), script).expect("the target directory is writable");
        tool(&directory, "yosys -q chip.ys");
        std::fs::rename(directory.join("partial.json"), &netlist).expect("yosys wrote it");
    }
    netlist
}

/// What is at the pins in every cycle, from the same random inputs.
fn outputs(board: &boards::Board, chip: Design) -> Vec<u64> {
    let mut sim = Sim::new(chip, Options::default()).unwrap_or_else(|e| panic!("{e}"));
    let [rx, reset_n, tx, leds] = ["rx", "reset_n", "tx", "leds"].map(|name| sim.sig(name).expect("is a pin"));
    let buttons = sim.sig("buttons").ok();
    let mut random = StdRng::seed_from_u64(1);
    let mut cycle = |_| {
        sim.set(rx, random.random_range(0..2));
        sim.set(reset_n, u128::from(!random.random_bool(0.05)));
        let pressed = random.random_range(0..1 << board.pins.buttons.len());
        buttons.into_iter().for_each(|pins| sim.set(pins, pressed));
        sim.step();
        sim.eval();
        sim.get_u64(tx) << 4 | sim.get_u64(leds)
    };
    (0..CYCLES).map(&mut cycle).collect()
}

/// The chip with the small system in its netlists: of an iCE40 all three, of an ECP5 that after synthesis.
fn netlists(board: &boards::Board, verilog: &str) -> Vec<PathBuf> {
    let synthesised = synthesise(board, verilog);
    let Family::Ice40(Ice40 { device, package, .. }) = board.family else { return vec![synthesised] };
    let directory = synthesised.parent().expect("is in a directory");
    std::fs::write(directory.join("chip.pcf"), board.constraints()).expect("is writable");
    let mhz = board.core_mhz();
    let place = format!("nextpnr-ice40 --{device} --package {package} --freq {mhz} --quiet --pcf chip.pcf");
    tool(directory, &format!("{place} --json chip.json --asc chip.asc --write routed.json"));
    tool(directory, "icepack chip.asc chip.bin");
    tool(directory, "iceunpack chip.bin unpacked.asc");
    let unpacked = tool(directory, &format!("icebox_vlog -s -l -c -d {package} -p chip.pcf unpacked.asc"));
    std::fs::write(directory.join("unpacked.v"), unpacked).expect("is writable");
    ["chip.json", "routed.json", "unpacked.v"].map(|name| directory.join(name)).to_vec()
}

/// Every kind of cell, and every width of the ports of block RAMs, is in the small system of an ECP5.
fn every_cell_of_ecp5_is_in(path: &Path) {
    let text = std::fs::read_to_string(path).expect("was written");
    for kind in [
        "LUT4",
        "TRELLIS_FF",
        "CCU2C",
        "PFUMX",
        "L6MUX21",
        "DP16KD",
        "MULT18X18D",
        "EHXPLLL",
        "TRELLIS_DPR16X4",
        "USRMCLK",
    ] {
        assert!(text.contains(&format!("\"type\": \"{kind}\"")), "{}: no {kind}", path.display());
    }
    for (port, width) in ["A", "B"].iter().flat_map(|port| [1, 2, 4, 9, 18, 36].map(|width| (port, width))) {
        let parameter = format!("\"DATA_WIDTH_{port}\": \"{width:032b}\"");
        assert!(text.contains(&parameter), "{}: no {parameter}", path.display());
    }
}

#[test]
fn netlists_of_a_small_system_do_what_its_verilog_does() {
    if !installed(&["yosys", "nextpnr-ice40", "icepack", "iceunpack", "icebox_vlog"]) {
        return;
    }
    let (mut count, mut expected_count) = (0, 0);
    for board in boards() {
        let ecp5 = matches!(board.family, Family::Ecp5(_));
        let small = if ecp5 { small_ecp5() } else { SMALL.to_string() };
        let verilog = small + &top_verilog(board).unwrap_or_else(|e| panic!("{e}"));
        let expected = outputs(board, netlist::design(&verilog).unwrap_or_else(|e| panic!("{}: {e}", board.name)));
        let mut seen = expected.clone();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 2 << board.pins.leds.len(), "{}: every value of the pins is seen", board.name);
        for path in netlists(board, &verilog) {
            let found = outputs(board, netlist::read(&path).unwrap_or_else(|e| panic!("{}: {e}", board.name)));
            let difference = expected.iter().zip(&found).position(|(a, b)| a != b);
            assert_eq!(difference, None, "{}: the first cycle that differs", path.display());
            count += found.len();
            if ecp5 {
                every_cell_of_ecp5_is_in(&path);
            }
        }
        expected_count += if ecp5 { CYCLES } else { 3 * CYCLES };
    }
    assert_eq!(count, expected_count);
}

/// In the same cycles as on the Verilog that was synthesised; where there is a float unit, it, too. `ulx3s-85` is left out,
/// as its chip is that of `ulx3s-25` with larger memories, and takes a minute.
#[test]
fn add_runs_on_the_chip_after_synthesis() {
    if !installed(&["yosys"]) {
        return;
    }
    let mut count = 0;
    for board in BOARDS.iter().filter(|board| board.name != ulx3s_85::BOARD.name) {
        let verilog = chip_verilog(board).unwrap_or_else(|e| panic!("{e}"));
        let programs: Vec<_> = netlist::programs(board)
            .into_iter()
            .filter(|(name, _)| ["add", "product", "float"].contains(name))
            .collect();
        let run = |chip: Result<Design, String>| {
            let chip = chip.unwrap_or_else(|e| panic!("{}: {e}", board.name));
            let done = netlist::run(board, chip, &programs).unwrap_or_else(|e| panic!("{}: {e}", board.name));
            done.into_iter().map(|run| run.text).collect::<Vec<_>>()
        };
        let done = run(netlist::read(&synthesise(board, &verilog)));
        assert_eq!(done, run(netlist::design(&verilog)), "{}", board.name);
        count += done.len();
    }
    assert_eq!(count, 9, "add and products on four boards, floats on one");
}

/// What was loaded is no longer there to be called, and the next program runs.
#[test]
fn the_button_starts_over() {
    /// What shows that an image is committed, on boards with so many.
    const LOADED: u8 = 1 << 2;
    for board in BOARDS {
        let chip = netlist::design(&chip_verilog(board).unwrap_or_else(|e| panic!("{e}"))).unwrap();
        let mut line = BoardLine::new(Board::with(board, chip, &Faults::default(), 0).unwrap(), board.baud);
        let program = Program::text(ADD, "add", &[2, 3]);
        let all = (1 << board.pins.leds.len()) - 1;
        let dark = if board.pins.leds_light_when_low { all } else { 0 };
        for nonce in 1..3 {
            let ending = program.run(&mut line, board, nonce).unwrap_or_else(|e| panic!("{}: {e}", board.name));
            assert_eq!(ending, program.expected, "{}", board.name);
            assert_eq!((line.board.leds() ^ dark) & LOADED, all & LOADED, "{}", board.name);
            line.board.press(5);
            line.board.run(40);
            assert_eq!(line.board.leds(), dark, "{}", board.name);
        }
    }
}

#[test]
fn sizes_that_no_core_has_are_refused() {
    let error = chip_verilog(&MADE_UP).unwrap_err().to_string();
    assert!(error.contains("no core has the sizes of the plan `made-up`"), "{error}");
}
