//! The resolver's table: opcode to rule, generated from the instruction table.
//!
//! A rule has three parts that take few values each, so a row of the memory holds three small numbers, and each bit of
//! the rule is a function of one of them.

use crate::load::resolver::rule::Rule;
use isa::capabilities::Capabilities;
use isa::op::{Op, PREFIX, Unit};
use rust_hdl::prelude::*;

/// Read-only memory of a block RAM. The rule at the output is that of `code` in the cycle before, if `enable` was high
/// then.
#[derive(LogicBlock)]
pub struct RuleTable {
    pub clock: Signal<In, Clock>,
    pub enable: Signal<In, Bit>,
    /// The opcode, or the number after the prefix. Codes without an instruction are not `known`.
    pub code: Signal<In, Bits<8>>,
    pub prefixed: Signal<In, Bit>,
    pub rule: Signal<Out, Rule>,
    _table: Vec<Rule>,
}

/// No opcode is as high as this: the rows from here on are of the instructions behind the prefix.
const PREFIXED: usize = 224;
/// So many there can be.
const PREFIXED_CODES: usize = 256 - PREFIXED;

impl RuleTable {
    /// Of a core with these units. Privileged instructions are known where there is millicode.
    pub fn new(units: Capabilities) -> RuleTable {
        let rule = |prefix, code: usize| {
            let op =
                Op::from_code(prefix, code as u32).filter(|&op| op.unit() != Unit::Privileged || units.supports(op));
            op.map_or(Rule::default(), |op| Rule::of(op, units))
        };
        let foreign = |code: usize| Rule { known: false, ..rule(PREFIX, code % PREFIXED_CODES) };
        let plain = (0..256).map(|code| if code < PREFIXED { rule(0, code) } else { foreign(code) });
        let prefixed = (0..256).map(|code| if code < PREFIXED_CODES { rule(PREFIX, code) } else { foreign(code) });
        RuleTable {
            clock: Default::default(),
            enable: Default::default(),
            code: Default::default(),
            prefixed: Default::default(),
            rule: Default::default(),
            _table: plain.chain(prefixed).collect(),
        }
    }

    /// What the memory has in its rows.
    fn rows(&self) -> impl Iterator<Item = Rule> + '_ {
        let (plain, prefixed) = self._table.split_at(256);
        plain[..PREFIXED].iter().chain(&prefixed[..PREFIXED_CODES]).copied()
    }
}

impl Default for RuleTable {
    /// With all units.
    fn default() -> Self {
        RuleTable::new(Capabilities::ALL)
    }
}

impl Logic for RuleTable {
    fn update(&mut self) {
        if self.clock.pos_edge() && self.enable.val() {
            let row = usize::from(self.prefixed.val()) << 8 | self.code.val().index();
            self.rule.next = self._table[row];
        }
    }

    fn connect(&mut self) {
        self.rule.connect();
    }

    fn hdl(&self) -> Verilog {
        let (mut words, mut width, mut decoders) = ([0; 256], 0, String::new());
        let mut tables = String::new();
        for part in 0..3 {
            let values: Vec<u64> = self.rows().map(|rule| rule.parts()[part]).collect();
            let mut kinds = values.clone();
            kinds.sort_unstable();
            kinds.dedup();
            let wide = kinds.len().next_power_of_two().ilog2() as usize;
            for (word, value) in words.iter_mut().zip(&values) {
                *word |= kinds.partition_point(|kind| kind < value) << width;
            }
            for bit in (0..Rule::BITS).filter(|bit| kinds.iter().any(|kind| kind >> bit & 1 != 0)) {
                let table = kinds.iter().rev().fold(0, |table: u64, kind| table << 1 | kind >> bit & 1);
                tables += &format!("localparam [{}:0] TABLE{bit} = {}'h{table:x};\n", (1 << wide) - 1, 1 << wide);
                decoders += &format!("   rule[{bit}] = TABLE{bit}[word[{}:{width}]];\n", width + wide - 1);
            }
            width += wide;
        }
        let rows = words.chunks(4).zip((0..).step_by(4)).map(|(four, first)| {
            let rows = four.iter().zip(first..).map(|(w, i)| format!(" rows[{i}] = {width}'h{w:x};"));
            format!("  {}\n", rows.collect::<String>())
        });
        let rows: String = rows.collect();
        let known = Rule { known: true, ..Rule::default() }.bits().ilog2();
        Verilog::Custom(format!(
            "reg [{top}:0] rows [0:255];
reg [{top}:0] word;
reg foreign;
initial begin
{rows}end
always @(posedge clock) if (enable) begin
   word <= rows[prefixed ? {{3'd7, code[4:0]}} : code];
   foreign <= prefixed ? code[7:5] != 0 : code[7:5] == 7;
end
{tables}always @(*) begin
   rule = 0;
{decoders}   if (foreign) rule[{known}] = 0;
end
",
            top = width - 1,
        ))
    }
}
