//! The resolver's program in a block RAM.

use crate::load::resolver::program::{Action, Check, Fork, Left, Load, Right, Step, program};
use rust_hdl::prelude::*;

/// Read-only memory of 128 rows, one at the outputs: that of `address` in the cycle before, if `enable` was high then.
#[derive(LogicBlock)]
pub struct ControlStore {
    pub clock: Signal<In, Clock>,
    pub address: Signal<In, Bits<7>>,
    pub enable: Signal<In, Bit>,
    // The fields of a `Step`.
    pub left: Signal<Out, Left>,
    pub right: Signal<Out, Right>,
    pub minus: Signal<Out, Bit>,
    pub load: Signal<Out, Load>,
    pub check: Signal<Out, Check>,
    pub action: Signal<Out, Action>,
    pub split: Signal<Out, Fork>,
    pub following: Signal<Out, Bits<7>>,
    pub odd: Signal<Out, Bit>,
    _rows: Vec<Step>,
}

impl Default for ControlStore {
    fn default() -> Self {
        Self {
            clock: Default::default(),
            address: Default::default(),
            enable: Default::default(),
            left: Default::default(),
            right: Default::default(),
            minus: Default::default(),
            load: Default::default(),
            check: Default::default(),
            action: Default::default(),
            split: Default::default(),
            following: Default::default(),
            odd: Default::default(),
            _rows: program(),
        }
    }
}

/// Names, widths and values of a row's fields, from bit 0 up.
fn fields(step: &Step) -> [(&'static str, usize, u64); 9] {
    [
        ("following", 7, step.next.into()),
        ("left", Left::BITS, step.left as u64),
        ("right", Right::BITS, step.right as u64),
        ("minus", 1, step.minus.into()),
        ("load", Load::BITS, step.load as u64),
        ("check", Check::BITS, step.check as u64),
        ("action", Action::BITS, step.action as u64),
        ("split", Fork::BITS, step.fork as u64),
        ("odd", 1, step.odd.into()),
    ]
}

impl Logic for ControlStore {
    fn update(&mut self) {
        if !self.clock.pos_edge() || !self.enable.val() {
            return;
        }
        let row = self._rows[self.address.val().index()];
        self.left.next = row.left;
        self.right.next = row.right;
        self.minus.next = row.minus;
        self.load.next = row.load;
        self.check.next = row.check;
        self.action.next = row.action;
        self.split.next = row.fork;
        self.following.next = u64::from(row.next).into();
        self.odd.next = row.odd;
    }

    fn connect(&mut self) {
        self.left.connect();
        self.right.connect();
        self.minus.connect();
        self.load.connect();
        self.check.connect();
        self.action.connect();
        self.split.connect();
        self.following.connect();
        self.odd.connect();
    }

    fn hdl(&self) -> Verilog {
        let width: usize = fields(&self._rows[0]).iter().map(|f| f.1).sum();
        let (mut rows, mut outputs, mut low) = (String::new(), String::new(), 0);
        for (place, step) in self._rows.iter().enumerate() {
            let bits = fields(step).iter().rev().fold(0, |word, &(_, bits, value)| word << bits | value);
            rows += &format!("   rows[{place}] = {width}'h{bits:x};\n");
        }
        for (name, bits, _) in fields(&self._rows[0]) {
            outputs += &format!("always @(*) {name} = word[{}:{low}];\n", low + bits - 1);
            low += bits;
        }
        Verilog::Custom(format!(
            "reg [{top}:0] rows [0:127];
reg [{top}:0] word;
initial begin
{rows}end
always @(posedge clock) if (enable) word <= rows[address];
{outputs}",
            top = width - 1
        ))
    }
}
