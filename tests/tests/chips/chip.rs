//! Chips and their netlists: of a small system with every kind of cell in all three forms, for the pins and the clock of
//! every board, and of every board's chip after synthesis. The others take longer: `make -C synth sim-netlist`.

use crate::made_up::BOARD as MADE_UP;
use boards::BOARDS;
use boards::family::Family;
use boards::family::ice40::Ice40;
use engine::{Design, Options, Sim};
use hdl::chip::{CHIP_TOP, chip_verilog, top_verilog};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sim::board::faults::Faults;
use sim::board::{Board, BoardLine};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tests::netlist;
use tests::on_board::{ADD, Program};

/// Compared on each netlist of the small system.
const CYCLES: usize = 20_000;

fn boards() -> impl Iterator<Item = &'static boards::Board> {
    BOARDS.iter().chain([&MADE_UP])
}

/// In place of the system on chip: a random walk through block RAMs of every width, counters, enables, resets and sets.
const SMALL: &str = "
module soc(input wire clock, input wire reset, input wire rx, input wire [3:0] buttons, output wire tx,
        output wire [3:0] leds);
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
        let script = format!("read_verilog chip.v; {commands} -top {CHIP_TOP} -json partial.json\n");
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

/// The chip with the small system, in its three netlists.
fn netlists(board: &boards::Board, verilog: &str) -> [PathBuf; 3] {
    let synthesised = synthesise(board, verilog);
    let directory = synthesised.parent().expect("is in a directory");
    std::fs::write(directory.join("chip.pcf"), board.constraints()).expect("is writable");
    let boards::Board { family: Family::Ice40(Ice40 { device, package, .. }), core_mhz, .. } = board;
    let place = format!("nextpnr-ice40 --{device} --package {package} --freq {core_mhz} --quiet --pcf chip.pcf");
    tool(directory, &format!("{place} --json chip.json --asc chip.asc --write routed.json"));
    tool(directory, "icepack chip.asc chip.bin");
    tool(directory, "iceunpack chip.bin unpacked.asc");
    let unpacked = tool(directory, &format!("icebox_vlog -s -l -c -d {package} -p chip.pcf unpacked.asc"));
    std::fs::write(directory.join("unpacked.v"), unpacked).expect("is writable");
    ["chip.json", "routed.json", "unpacked.v"].map(|name| directory.join(name))
}

#[test]
fn netlists_of_a_small_system_do_what_its_verilog_does() {
    if !installed(&["yosys", "nextpnr-ice40", "icepack", "iceunpack", "icebox_vlog"]) {
        return;
    }
    let mut count = 0;
    for board in boards() {
        let verilog = SMALL.to_string() + &top_verilog(board).unwrap_or_else(|e| panic!("{e}"));
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
        }
    }
    assert_eq!(count, boards().count() * 3 * CYCLES);
}

#[test]
fn add_runs_on_the_chip_after_synthesis() {
    if !installed(&["yosys"]) {
        return;
    }
    for board in BOARDS {
        let chip = netlist::read(&synthesise(board, &chip_verilog(board).unwrap_or_else(|e| panic!("{e}"))));
        let chip = chip.unwrap_or_else(|e| panic!("{}: {e}", board.name));
        let done = netlist::run(board, chip, &netlist::programs()[..1]);
        println!("{}: {}", board.name, done.unwrap_or_else(|e| panic!("{}: {e}", board.name))[0].text);
    }
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
