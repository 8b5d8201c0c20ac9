//! Broken text is an error, never a panic; text that still means something
//! compiles and runs. `ENGINE_MUTATIONS=100000` tries more than the default.
use engine::{Design, Models, Options, Sim};

const TEXTS: &[&str] =
    &[include_str!("verilog/cpu.v"), include_str!("verilog/emitted.v"), include_str!("verilog/shapes.v")];

/// Words that change what their neighbours mean.
const WORDS: &[&str] = &[
    "0",
    "1",
    "127",
    "128",
    "4294967295",
    "128'h1",
    "1'b1",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ";",
    ":",
    ",",
    "=",
    "<=",
    "+:",
    "?",
    "~",
    "-",
    "*",
    "/",
    "<<",
    ">>>",
    "==",
    "$signed",
    "begin",
    "end",
    "if",
    "else",
    "case",
    "endcase",
    "module",
    "endmodule",
    "reg",
    "wire",
    "signed",
    "initial",
    "always",
    "@",
    "posedge",
    "assign",
    "clock",
    "mem",
    "top",
    "é",
    "\0",
    "`define",
    "\"",
];

struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 20) as usize % n
    }
}

/// Words and the separators between them.
fn words(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut in_word = false;
    for c in text.chars() {
        let word = c.is_alphanumeric() || c == '_' || c == '$' || c == '\'';
        if word && in_word {
            out.last_mut().unwrap().push(c);
        } else {
            out.push(c.into());
        }
        in_word = word;
    }
    out
}

fn mutate(words: &[String], r: &mut Random) -> String {
    let mut words = words.to_vec();
    for _ in 0..1 + r.below(3) {
        let (i, j) = (r.below(words.len()), r.below(words.len()));
        match r.below(5) {
            0 => words[i].clear(),
            1 => words.swap(i, j),
            2 => words[i] = words[j].clone(),
            3 => words[i] = WORDS[r.below(WORDS.len())].into(),
            _ => words[i] = format!("{} {}", words[i], WORDS[r.below(WORDS.len())]),
        }
    }
    words.concat()
}

#[test]
fn no_text_panics() {
    let count = std::env::var("ENGINE_MUTATIONS").ok().and_then(|s| s.parse().ok()).unwrap_or(1500);
    let models = Models::ice40();
    let (mut good, mut bad) = (0, 0);
    for seed in 1..=count {
        let mut r = Random(seed * 0x9e37_79b9);
        let text = mutate(&words(TEXTS[r.below(TEXTS.len())]), &mut r);
        let run = || match Design::parse(&text, "top", &models) {
            Ok(design) => {
                let options = Options { check_index: true, ..Options::default() };
                let mut sim = Sim::new(design, options).unwrap();
                sim.run(20);
                sim.settle_all().unwrap();
                true
            }
            Err(e) => {
                assert!(!e.to_string().is_empty());
                false
            }
        };
        match std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)) {
            Ok(true) => good += 1,
            Ok(false) => bad += 1,
            Err(_) => panic!("seed {seed} panics with this text:\n{text}"),
        }
    }
    println!("{good} texts ran, {bad} were rejected");
    assert!(good > 0 && bad > 0);
}
