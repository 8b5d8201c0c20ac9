//! Both formats hold the same changes: the dump as text, and the compressed
//! file as another implementation reads it.
use engine::{Design, Models, Options, Sim, WaveFile, Waves};
use fst_reader::{FstFilter, FstHierarchyEntry, FstReader, FstSignalValue};
use std::{
    collections::{BTreeMap, HashMap},
    convert::Infallible,
    io::{BufReader, Cursor},
    ops::Range,
};

/// Per full name its width and its values from each time of change on.
type Contents = BTreeMap<String, (u32, BTreeMap<u64, String>)>;

const TEXT: &str = "
module top(input clk, input [3:0] in, output reg [99:0] wide, output odd);
    localparam Phase$Idle = 2'd0; localparam Phase$Run = 2'd1; localparam Phase$Stop = 2'd2;
    reg [1:0] phase;
    wire [15:0] low;
    assign odd = wide[0] ^ in[0];
    lfsr noise(.clk(clk), .value(low));
    initial begin wide = 100'h1; phase = 2'd0; end
    always @(posedge clk) begin
        wide <= {wide[83:0], low};
        case (phase) Phase$Idle: if (odd) phase <= Phase$Run; Phase$Run: phase <= Phase$Stop;
            default: phase <= Phase$Idle; endcase
    end
endmodule
module lfsr(input clk, output reg [15:0] value);
    wire bit$; assign bit$ = value[15] ^ value[13] ^ value[12] ^ value[10];
    initial value = 16'hace1;
    always @(posedge clk) value <= {value[14:0], bit$};
endmodule";

fn full(open: &[String], name: &str) -> String {
    let mut path = open.to_vec();
    path.push(name.to_string());
    path.join(".")
}

/// Repeats are no changes.
fn changes(values: &mut BTreeMap<u64, String>) {
    let mut last = String::new();
    values.retain(|_, value| std::mem::replace(&mut last, value.clone()) != *value);
}

fn read_vcd(text: &str) -> Contents {
    let (mut open, mut codes, mut contents) = (Vec::new(), HashMap::new(), Contents::new());
    let mut time = 0;
    for line in text.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let (digits, code) = match words[..] {
            ["$scope", _, name, "$end"] => {
                open.push(name.to_string());
                continue;
            }
            ["$upscope", _] => {
                open.pop();
                continue;
            }
            ["$var", _, width, code, name, "$end"] => {
                let name = full(&open, name);
                let width = width.parse().expect("a width");
                contents.insert(name.clone(), (width, BTreeMap::new()));
                codes.insert(code.to_string(), name);
                continue;
            }
            [vector, code] if vector.starts_with('b') => (&vector[1..], code),
            [stamp] if stamp.starts_with('#') => {
                time = stamp[1..].parse().expect("a time");
                continue;
            }
            [scalar] => scalar.split_at(1),
            _ => continue,
        };
        let (width, values) = contents.get_mut(&codes[code]).expect("declared");
        values.insert(time, format!("{digits:0>0$}", *width as usize));
    }
    contents.values_mut().for_each(|(_, values)| changes(values));
    contents
}

fn read_fst(bytes: Vec<u8>) -> Contents {
    let mut reader = FstReader::open(BufReader::new(Cursor::new(bytes))).expect("an FST file");
    let (mut open, mut handles, mut contents) = (Vec::new(), HashMap::new(), Contents::new());
    let hierarchy = reader.read_hierarchy(|entry| match entry {
        FstHierarchyEntry::Scope { name, .. } => open.push(name),
        FstHierarchyEntry::UpScope => drop(open.pop()),
        FstHierarchyEntry::Var { name, length, handle, .. } => {
            let name = full(&open, &name);
            contents.insert(name.clone(), (length, BTreeMap::new()));
            handles.insert(handle.get_index(), name);
        }
        other => panic!("nothing writes {other:?}"),
    });
    hierarchy.expect("a hierarchy");
    let read = reader.read_signals(&FstFilter::all(), |time, handle, value| {
        let FstSignalValue::String(digits) = value else { panic!("nothing writes real numbers") };
        let digits = String::from_utf8_lossy(digits).into_owned();
        // before the first value there is none
        if !digits.contains('x') {
            let values = contents.get_mut(&handles[&handle.get_index()]);
            values.expect("declared").1.insert(time, digits);
        }
        Ok::<(), Infallible>(())
    });
    assert!(read.is_ok(), "changes that can be read");
    contents.values_mut().for_each(|(_, values)| changes(values));
    contents
}

/// Runs the design with changing inputs, writing the window's cycles.
fn write(file: WaveFile, scopes: &[&str], window: Range<u64>, cycles: u64) {
    let design = Design::parse(TEXT, "top", &Models::none()).expect("a design");
    let mut sim = Sim::new(design, Options::default()).expect("compiles");
    let input = sim.sig("in").expect("is there");
    let mut waves = Waves::new(&mut sim, file, scopes, window).expect("scopes");
    for i in 0..cycles {
        sim.set(input, (i % 11).into());
        assert_eq!(waves.run(&mut sim, 1), Ok(1));
    }
    waves.finish().expect("is written");
}

/// Both formats of the same run; returns what they hold, and the number of
/// blocks of changes in the FST.
fn compare(scopes: &[&str], window: Range<u64>, cycles: u64) -> (Contents, usize) {
    let (mut text, mut bytes) = (Vec::new(), Cursor::new(Vec::new()));
    write(WaveFile::vcd(&mut text), scopes, window.clone(), cycles);
    let file = WaveFile::fst(&mut bytes).expect("memory");
    write(file, scopes, window, cycles);
    let dump = read_vcd(&String::from_utf8(text).expect("text"));
    let blocks = change_blocks(bytes.get_ref());
    assert!(dump == read_fst(bytes.into_inner()), "the formats differ");
    (dump, blocks)
}

/// A block is a byte for its kind, then its length after that byte.
fn change_blocks(mut bytes: &[u8]) -> usize {
    const CHANGES: [u8; 3] = [1, 5, 8];
    let mut count = 0;
    while let [kind, rest @ ..] = bytes {
        count += usize::from(CHANGES.contains(kind));
        let length = u64::from_be_bytes(rest[..8].try_into().expect("eight bytes"));
        bytes = &rest[length as usize..];
    }
    count
}

#[test]
fn both_formats_hold_the_same() {
    let (contents, _) = compare(&[""], 0..500, 400);
    let names: Vec<&str> = contents.keys().map(String::as_str).collect();
    let expected = [
        "top.clk",
        "top.in",
        "top.low",
        "top.noise.bit$",
        "top.noise.clk",
        "top.noise.value",
        "top.odd",
        "top.phase",
        "top.phase$state",
        "top.wide",
    ];
    assert_eq!(names, expected);
    assert_eq!(contents["top.wide"].0, 100);
    assert_eq!(contents["top.clk"].1.len(), 800);
    let ascii = |text: &str| text.bytes().map(|b| format!("{b:08b}")).collect::<String>();
    for state in ["Idle", "Run", "Stop"] {
        let digits = format!("{:0>32}", ascii(state));
        assert!(contents["top.phase$state"].1.values().any(|v| *v == digits), "{state}");
    }
}

#[test]
fn a_window_of_one_scope() {
    let (contents, _) = compare(&["noise"], 100..103, 200);
    let times: Vec<u64> = contents["top.clk"].1.keys().copied().collect();
    assert_eq!(times, [200, 201, 202, 203, 204, 205]);
    assert_eq!(contents.len(), 4, "the clock and three signals");
}

#[test]
fn many_blocks() {
    let (contents, blocks) = compare(&[""], 0..u64::MAX, 60_000);
    assert_eq!(contents["top.clk"].1.len(), 120_000);
    assert!(blocks > 1, "{blocks}");
}

#[test]
fn nothing_in_the_window() {
    let bytes = {
        let mut bytes = Cursor::new(Vec::new());
        let file = WaveFile::fst(&mut bytes).expect("memory");
        write(file, &[""], 500..600, 3);
        bytes.into_inner()
    };
    assert!(bytes.len() > 100, "a header at least");
}
