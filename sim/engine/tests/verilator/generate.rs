//! Random modules: widths, signs, selects, cases, memories and registers.
use std::fmt::Write;

/// A small generator of random choices, the same on every machine.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    fn below(&mut self, n: u32) -> u32 {
        (self.next() % n as u64) as u32
    }

    fn percent(&mut self, p: u32) -> bool {
        self.below(100) < p
    }

    fn pick<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[self.below(list.len() as u32) as usize]
    }

    fn bits(&mut self, width: u32) -> u128 {
        let wide = (self.next() as u128) << 96 ^ (self.next() as u128) << 48 ^ self.next() as u128;
        wide & (u128::MAX >> (128 - width))
    }
}

#[derive(Clone)]
struct Var {
    name: String,
    width: u32,
    signed: bool,
}

/// One module's text and its input ports.
pub struct Module {
    pub text: String,
    pub inputs: Vec<(String, u32)>,
}

const WIDTHS: &[u32] =
    &[1, 1, 2, 3, 5, 8, 8, 13, 16, 17, 31, 32, 32, 33, 40, 48, 63, 64, 64, 65, 72, 96, 100, 127, 128];

struct Gen<'r> {
    r: &'r mut Random,
    vars: Vec<Var>,
}

fn range(width: u32) -> String {
    if width == 1 { String::new() } else { format!("[{}:0]", width - 1) }
}

fn signed(v: &Var) -> &'static str {
    if v.signed { "signed" } else { "" }
}

impl Gen<'_> {
    fn make(&mut self, prefix: &str, count: u32, sign_percent: u32) -> Vec<Var> {
        (0..count)
            .map(|i| Var {
                name: format!("{prefix}{i}"),
                width: WIDTHS[self.r.below(WIDTHS.len() as u32) as usize],
                signed: self.r.percent(sign_percent),
            })
            .collect()
    }

    fn var(&mut self) -> Var {
        let i = self.r.below(self.vars.len() as u32);
        self.vars[i as usize].clone()
    }

    fn literal(&mut self) -> String {
        let w = [1, 3, 8, 16, 32, 32, 64, 100][self.r.below(8) as usize];
        let random = self.r.bits(w);
        let v = [0, 1, 2, 3, 7, u128::MAX, 1 << (w - 1), random][self.r.below(8) as usize] & (u128::MAX >> (128 - w));
        match self.r.below(10) {
            0 => format!("{}", v & 0xffff),
            1 => format!("{w}'sh{v:x}"),
            2..=4 if w < 20 => format!("{w}'b{v:b}"),
            _ => format!("{w}'h{v:x}"),
        }
    }

    /// An index that stays below `limit`.
    fn index(&mut self, limit: u32) -> String {
        let fit: Vec<String> = self
            .vars
            .iter()
            .filter(|v| !v.signed && v.width < 32 && 1 << v.width <= limit)
            .map(|v| v.name.clone())
            .collect();
        if !fit.is_empty() && self.r.percent(50) {
            return fit[self.r.below(fit.len() as u32) as usize].clone();
        }
        format!("32'h{:x}", self.r.below(limit))
    }

    /// A part of a variable, at most `most` bits.
    fn short(&mut self, most: u32) -> String {
        let v = self.var();
        if v.width <= most { v.name } else { format!("{}[(32'h0)+:({most})]", v.name) }
    }

    fn atom(&mut self) -> String {
        let v = self.var();
        match self.r.below(100) {
            0..60 => v.name,
            60..70 if v.width > 1 => {
                let i = self.index(v.width);
                format!("{}[{i}]", v.name)
            }
            70..78 if v.width > 2 => {
                let count = 1 + self.r.below(v.width - 1);
                let at = self.r.below(v.width - count + 1);
                format!("{}[(32'h{at:x})+:({count})]", v.name)
            }
            78..84 if v.width > 2 => {
                let low = self.r.below(v.width);
                let high = low + self.r.below(v.width - low);
                format!("{}[{high}:{low}]", v.name)
            }
            84..100 => self.literal(),
            _ => v.name,
        }
    }

    fn amount(&mut self) -> String {
        match self.r.below(10) {
            0..3 => format!("32'h{:x}", self.r.below(70)),
            3..6 => self.short(8),
            6..8 => format!("({} + 32'h1)", self.short(8)),
            _ => self.short(5),
        }
    }

    fn expr(&mut self, depth: u32) -> String {
        if depth == 0 {
            return self.atom();
        }
        let d = depth - 1;
        match self.r.below(100) {
            0..10 => self.atom(),
            10..18 => {
                let op = self.r.pick(&["~", "-", "|", "&", "^", "~|", "~&", "~^", "!"]);
                format!("{op}({})", self.expr(d))
            }
            18..26 => {
                let w = [8, 16, 32, 40, 64][self.r.below(5) as usize];
                format!("(({}) & {w}'h{:x})", self.expr(d), u128::MAX >> (128 - w))
            }
            26..31 => format!("$signed({})", self.expr(d)),
            31..34 => format!("$unsigned({})", self.expr(d)),
            34..38 => {
                let v = self.var();
                let (i, bit) = (self.index(v.width.min(32)), self.short(1));
                format!("({} & ~(1 << ({i})) | (({bit}) << ({i})))", v.name)
            }
            38..43 => format!("({} ? {} : {})", self.expr(d), self.expr(d), self.expr(d)),
            43..46 => format!("{{{}, {}}}", self.short(40), self.short(40)),
            46..48 => format!("{{{}{{{}}}}}", 1 + self.r.below(4), self.short(16)),
            48..58 => {
                let op = self.r.pick(&["<<", ">>", ">>>"]);
                format!("(({}) {op} {})", self.expr(d), self.amount())
            }
            _ => self.binary(d),
        }
    }

    fn binary(&mut self, depth: u32) -> String {
        let op = self.r.pick(&[
            "+", "-", "*", "&", "|", "^", "~^", "+", "-", "&", "|", "==", "!=", "<", "<=", ">", ">=", "&&", "||",
        ]);
        let side = |g: &mut Self| {
            let e = g.expr(depth);
            if g.r.percent(60) { format!("({e})") } else { e }
        };
        let (a, b) = (side(self), side(self));
        format!("{a} {op} {b}")
    }

    fn target(&mut self, v: &Var) -> String {
        match self.r.below(100) {
            0..12 if v.width > 3 => {
                let i = self.index(v.width);
                format!("{}[{i}]", v.name)
            }
            12..24 if v.width > 3 => {
                let count = 1 + self.r.below(v.width - 1);
                let at = self.r.below(v.width - count + 1);
                format!("{}[(32'h{at:x})+:({count})]", v.name)
            }
            _ => v.name.clone(),
        }
    }

    fn statement(&mut self, depth: u32, targets: &[Var], out: &mut String) {
        match self.r.below(100) {
            0..45 => self.assignment(targets, out),
            _ if depth == 0 => self.assignment(targets, out),
            45..75 => {
                let _ = writeln!(out, "if ({}) begin", self.expr(2));
                self.statements(depth - 1, targets, out);
                if self.r.percent(60) {
                    out.push_str("end else begin\n");
                    self.statements(depth - 1, targets, out);
                }
                out.push_str("end\n");
            }
            _ => self.case(depth, targets, out),
        }
    }

    fn statements(&mut self, depth: u32, targets: &[Var], out: &mut String) {
        for _ in 0..1 + self.r.below(3) {
            self.statement(depth, targets, out);
        }
    }

    fn assignment(&mut self, targets: &[Var], out: &mut String) {
        let v = targets[self.r.below(targets.len() as u32) as usize].clone();
        let depth = self.r.below(3);
        let (target, value) = (self.target(&v), self.expr(depth));
        let _ = writeln!(out, "{target} = {value};");
    }

    fn case(&mut self, depth: u32, targets: &[Var], out: &mut String) {
        let v = self.var();
        let plus = if self.r.percent(30) { " + 32'h1" } else { "" };
        let _ = writeln!(out, "case ({}{plus})", v.name);
        let most = if v.width < 16 { 1 << v.width } else { 1 << 16 };
        let most = if self.r.percent(30) { most.min(12) } else { most };
        let mut seen = std::collections::HashSet::new();
        for _ in 0..1 + self.r.below(6) {
            let key = self.r.below(most);
            if seen.insert(key) {
                let _ = writeln!(out, "{key}: begin");
                self.statements(depth - 1, targets, out);
                out.push_str("end\n");
            }
        }
        out.push_str("default: begin\n");
        self.statements(depth - 1, targets, out);
        out.push_str("end\nendcase\n");
    }

    /// A block that gives all of `targets` values, then changes some.
    fn comb(&mut self, targets: &[Var], changes: u32, out: &mut String) {
        out.push_str("always @(*) begin\n");
        for v in targets {
            let _ = writeln!(out, "{} = {};", v.name, self.expr(3));
        }
        for _ in 0..changes {
            self.statement(2, targets, out);
        }
        out.push_str("end\n");
    }
}

fn fixed(name: &str, width: u32) -> Var {
    Var { name: name.into(), width, signed: false }
}

/// A random module called `name`.
pub fn module(r: &mut Random, name: &str) -> Module {
    let mut g = Gen { r, vars: Vec::new() };
    let inputs = g.make("i", 10, 20);
    let regs = g.make("r", 6, 20);
    let outs = g.make("o", 20, 0);
    g.vars = inputs.iter().chain(&regs).cloned().collect();
    let word = [8, 16, 32, 64, 100][g.r.below(5) as usize];
    let mut text = format!("module {name}(clock");
    for v in inputs.iter().chain(&outs) {
        let _ = write!(text, ", {}", v.name);
    }
    text.push_str(", md, bd);\ninput wire clock;\n");
    for v in &inputs {
        let _ = writeln!(text, "input wire {} {} {};", signed(v), range(v.width), v.name);
    }
    for v in &outs {
        let _ = writeln!(text, "output reg {} {};", range(v.width), v.name);
    }
    let _ = writeln!(text, "output reg {} md; output reg [31:0] bd;", range(word));
    let _ = writeln!(text, "reg {} mem [31:0]; reg [31:0] bytes [0:63];", range(word));
    for v in &regs {
        let _ = writeln!(text, "reg {} {} {};", signed(v), range(v.width), v.name);
        let _ = writeln!(text, "reg {} {}_d;", range(v.width), v.name);
    }
    let controls = [
        fixed("wa", 5),
        fixed("ra", 5),
        fixed("we", 1),
        fixed("wd", word),
        fixed("ba", 6),
        fixed("be", 4),
        fixed("bw", 32),
    ];
    for v in &controls {
        let _ = writeln!(text, "reg {} {};", range(v.width), v.name);
    }
    let (first, second) = outs.split_at(outs.len() / 2);
    g.comb(first, 4, &mut text);
    g.comb(second, 4, &mut text);
    next_state(&mut g, &regs, &controls, &mut text);
    text.push_str(MEMORIES);
    text.push_str("endmodule\n");
    Module { text, inputs: inputs.into_iter().map(|v| (v.name, v.width)).collect() }
}

fn next_state(g: &mut Gen, regs: &[Var], controls: &[Var], text: &mut String) {
    text.push_str("always @(*) begin\n");
    let targets: Vec<Var> = regs.iter().map(|v| fixed(&format!("{}_d", v.name), v.width)).collect();
    for (v, t) in regs.iter().zip(&targets) {
        let _ = writeln!(text, "{} = {};", t.name, v.name);
    }
    for v in controls {
        let _ = writeln!(text, "{} = {};", v.name, g.expr(2));
    }
    for _ in 0..4 {
        g.statement(2, &targets, text);
    }
    text.push_str("end\n");
    for v in regs {
        let (n, w) = (&v.name, v.width);
        let _ = writeln!(text, "initial begin {n} = {w}'h1; end");
        let _ = writeln!(text, "always @(posedge clock) begin {n} <= {n}_d; end");
    }
}

const MEMORIES: &str = "
always @(posedge clock) begin
    md <= mem[ra];
    if (we) begin mem[wa] <= wd; end
end
always @(posedge clock) begin
    bd <= bytes[ba];
    if (be[0]) bytes[ba][7:0] <= bw[7:0];
    if (be[1]) bytes[ba][15:8] <= bw[15:8];
    if (be[2]) bytes[ba][23:16] <= bw[23:16];
    if (be[3]) bytes[ba][31:24] <= bw[31:24];
end
";

/// A top module that gives each module its own inputs, and the modules.
pub fn design(r: &mut Random, count: u32) -> String {
    let modules: Vec<Module> = (0..count).map(|i| module(r, &format!("m{i}"))).collect();
    let mut text = String::from("module top(input wire clock");
    for (k, m) in modules.iter().enumerate() {
        for (name, width) in &m.inputs {
            let _ = write!(text, ",\n input wire {} u{k}{name}", range(*width));
        }
    }
    text.push_str(");\n");
    for (k, m) in modules.iter().enumerate() {
        let _ = write!(text, "m{k} u{k}(.clock(clock)");
        for (name, _) in &m.inputs {
            let _ = write!(text, ", .{name}(u{k}{name})");
        }
        text.push_str(");\n");
    }
    text.push_str("endmodule\n");
    modules.iter().for_each(|m| text.push_str(&m.text));
    text
}
