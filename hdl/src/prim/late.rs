//! What comes late in a cycle: the adder's carry and sum, and whether the group in X ends.
//!
//! Synthesis does not know what is late, and would put several LUTs behind it. So everything else is prepared, and the
//! last step is a module of one LUT for each bit, [`LateChoice`] or [`LateSum`], which synthesis keeps as a module until
//! all is LUTs (`boards::family`).

use layer::circuit;
use rust_hdl::prelude::*;

/// A bit that depends on one that comes late.
#[derive(Clone, Copy, Debug, PartialEq, Default, LogicStruct)]
pub struct Late {
    /// Comes late.
    pub comes: Bit,
    /// What the bit is if it is 1, and if it is 0.
    pub then: Bit,
    pub otherwise: Bit,
}

impl Late {
    /// A bit that nothing late decides.
    pub fn early(bit: Bit) -> Late {
        Late { comes: false, then: bit, otherwise: bit }
    }

    /// What it is in the end.
    pub fn bit(self) -> Bit {
        if self.comes { self.then } else { self.otherwise }
    }
}

/// A result of stage X, of which a half may be the sum.
#[derive(Clone, Copy, Debug, PartialEq, Default, LogicStruct)]
pub struct LateData {
    /// Comes late.
    pub sum: Bits<32>,
    /// It is in the low half; in the high half.
    pub sum_low: Bit,
    pub sum_high: Bit,
    /// What else is there: 0 where the sum is.
    pub low: Bits<32>,
    pub high: Bits<32>,
    /// Bit 0 in the end: it may be the outcome of a comparison.
    pub lowest: Late,
}

impl LateData {
    /// Data of which nothing is late.
    pub fn early(data: u64) -> LateData {
        let [low, high] = [data, data >> 32].map(|half| (half as u32).to_bits());
        LateData { low, high, lowest: Late::early(data & 1 == 1), ..LateData::default() }
    }
}

/// One LUT behind the late bit.
#[derive(LogicBlock, Default)]
pub struct LateChoice {
    pub of: Signal<In, Late>,
    pub value: Signal<Out, Bit>,
}

impl Logic for LateChoice {
    #[circuit]
    fn update(&mut self) {
        self.value.next = if self.of.val().comes { self.of.val().then } else { self.of.val().otherwise };
    }
}

/// One LUT behind each bit of the sum.
#[derive(LogicBlock, Default)]
pub struct LateSum {
    pub sum: Signal<In, Bits<32>>,
    pub adds: Signal<In, Bit>,
    pub rest: Signal<In, Bits<32>>,
    pub value: Signal<Out, Bits<32>>,
}

impl Logic for LateSum {
    #[circuit]
    fn update(&mut self) {
        self.value.next = if self.adds.val() { self.rest.val() | self.sum.val() } else { self.rest.val() };
    }
}
