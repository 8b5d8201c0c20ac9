//! Random values for the inputs of a module.

use hdl::front::control::{Arity, Control, control_with};
use hdl::front::decode::Slots;
use hdl::load::resolver::program::{Action, Check, Fork, Left, Load, Right, program};
use hdl::load::resolver::rule::Rule;
use hdl::prim::late::{Late, LateData};
use hdl::units::float::accumulator::Step;
use hdl::units::float::control::{FloatControl, float_operations};
use hdl::units::float::exponents::{Keep, Term};
use hdl::units::float::phase::Phase;
use hdl::units::float::result::ResultFlags;
use hdl::units::float::unpack::Classes;
use hdl::units::service::adder::Terms;
use hdl::units::{Operation, UnitControl};
use isa::capabilities::Capabilities;
use isa::op::{Op, TABLE};
use rand::rngs::StdRng;
use rand::{Rng, RngExt};
use rust_hdl::prelude::*;

/// A value that is worth trying: small values, values near the largest one and repeated values are more likely than
/// in a uniform choice.
pub trait Random: Copy {
    fn random(rng: &mut StdRng, before: Self) -> Self;

    /// A value that seldom changes.
    fn rarely(rng: &mut StdRng, before: Self) -> Self {
        if rng.random_ratio(1, 32) { Self::random(rng, before) } else { before }
    }
}

impl Random for Bit {
    fn random(rng: &mut StdRng, _before: Self) -> Self {
        rng.random()
    }

    /// A pulse.
    fn rarely(rng: &mut StdRng, _before: Self) -> Self {
        rng.random_ratio(1, 32)
    }
}

impl<const N: usize> Random for Bits<N> {
    fn random(rng: &mut StdRng, before: Self) -> Self {
        if rng.random_ratio(1, 8) {
            return before;
        }
        let (low, fill) = (rng.random_range(0..=N), rng.random_ratio(1, 8));
        (0..N).fold(Self::default(), |bits, i| bits.replace_bit(i, if i < low { rng.random() } else { fill }))
    }
}

fn units(rng: &mut StdRng) -> Capabilities {
    let service = rng.random();
    Capabilities { float: rng.random(), service, bulk: service && rng.random() }
}

impl Random for Control {
    fn random(rng: &mut StdRng, before: Self) -> Self {
        let row = TABLE[rng.next_u32() as usize % TABLE.len()];
        match rng.random_range(0..8) {
            0 => before,
            1 => Control::default(),
            _ => control_with(row.op, units(rng)),
        }
    }
}

impl Random for Late {
    fn random(rng: &mut StdRng, _before: Self) -> Self {
        Late { comes: rng.random(), then: rng.random(), otherwise: rng.random() }
    }
}

/// Where the sum is, there is nothing else.
impl Random for LateData {
    fn random(rng: &mut StdRng, before: Self) -> Self {
        let (sum_low, sum_high) = (rng.random(), rng.random());
        let mut half = |sum, before| if sum { Bits::default() } else { Random::random(rng, before) };
        let (low, high) = (half(sum_low, before.low), half(sum_high, before.high));
        let (sum, lowest) = (Random::random(rng, before.sum), Random::random(rng, before.lowest));
        LateData { sum, sum_low, sum_high, low, high, lowest }
    }
}

impl Random for Operation {
    fn random(rng: &mut StdRng, _before: Self) -> Self {
        Operation { prefixed: rng.random_ratio(1, 8), code: Random::random(rng, Bits::default()) }
    }
}

impl Random for FloatControl {
    fn random(rng: &mut StdRng, _before: Self) -> Self {
        let controls: Vec<FloatControl> = float_operations().map(|(_, control)| control).collect();
        controls[rng.random_range(0..controls.len())]
    }

    /// An operation stays the same for as long as the slowest one takes.
    fn rarely(rng: &mut StdRng, before: Self) -> Self {
        if rng.random_ratio(1, 64) { Self::random(rng, before) } else { before }
    }
}

impl Random for UnitControl {
    fn random(rng: &mut StdRng, _before: Self) -> Self {
        let controls = TABLE.iter().map(|row| UnitControl::of(row.op)).filter(|&c| c != UnitControl::default());
        let controls: Vec<UnitControl> = controls.collect();
        controls[rng.random_range(0..controls.len())]
    }

    /// As long as an operation of the float unit.
    fn rarely(rng: &mut StdRng, before: Self) -> Self {
        if rng.random_ratio(1, 64) { Self::random(rng, before) } else { before }
    }
}

impl Random for Step {
    fn random(rng: &mut StdRng, _before: Self) -> Self {
        Step {
            x: rng.random(),
            double_x: rng.random(),
            y: rng.random(),
            product: rng.random(),
            half: rng.random(),
            rest: rng.random(),
            minus: rng.random(),
            doubles: rng.random(),
            grows: rng.random(),
            quarters: rng.random(),
            divides: rng.random(),
            rounds: rng.random(),
        }
    }
}

impl Random for Classes {
    fn random(rng: &mut StdRng, _before: Self) -> Self {
        Classes {
            x_negative: rng.random(),
            y_negative: rng.random(),
            smaller: rng.random(),
            x_zero: rng.random(),
            x_infinite: rng.random(),
            x_nan: rng.random(),
            y_zero: rng.random(),
            y_infinite: rng.random(),
            y_nan: rng.random(),
        }
    }
}

impl Random for ResultFlags {
    fn random(rng: &mut StdRng, _before: Self) -> Self {
        ResultFlags {
            negative: rng.random(),
            infinite: rng.random(),
            nan: rng.random(),
            truth: rng.random(),
            beyond: rng.random(),
        }
    }
}

impl Random for Term {
    fn random(rng: &mut StdRng, _before: Self) -> Self {
        use Term::*;
        let all = [Growth, Sum, Difference, Reverse, PlusBias, MinusBias, MinusPlaces, ToUnits, ToSmallest, Recast];
        all[rng.random_range(0..all.len())]
    }
}

impl Random for Phase {
    fn random(rng: &mut StdRng, _before: Self) -> Self {
        use Phase::*;
        let some = [Idle, Begin, Exchange, Negate, Normalize, Align, Multiply, Divide, Root, Collect, Compare, Choose];
        some[rng.random_range(0..some.len())]
    }
}

impl Random for Keep {
    fn random(rng: &mut StdRng, _before: Self) -> Self {
        use Keep::*;
        let all = [Same, Sum, Half, Other, Smallest, Highest, Units];
        all[rng.random_range(0..all.len())]
    }
}

macro_rules! of_rows {
    ($($field:ident: $type:ty),* $(,)?) => {
        $(impl Random for $type {
            fn random(rng: &mut StdRng, _before: Self) -> Self {
                let rows = program();
                rows[rng.random_range(0..rows.len())].$field
            }
        })*
    };
}

of_rows! { left: Left, right: Right, load: Load, check: Check, action: Action, fork: Fork }

impl Random for Rule {
    fn random(rng: &mut StdRng, before: Self) -> Self {
        let op = Op::from_code(0, rng.random_range(0..256)).filter(|_| rng.random_ratio(7, 8));
        op.map_or(before, |op| Rule::of(op, units(rng)))
    }
}

impl Random for Arity {
    fn random(rng: &mut StdRng, _before: Self) -> Self {
        Arity { unary: rng.random(), binary: rng.random(), indexed: rng.random(), select: rng.random() }
    }
}

impl Random for Slots {
    fn random(rng: &mut StdRng, _before: Self) -> Self {
        Slots {
            first: rng.random(),
            second: rng.random(),
            first_constant: rng.random(),
            first_global: rng.random(),
            second_constant: rng.random(),
            second_global: rng.random(),
            set: rng.random(),
            set_global: rng.random(),
            push: rng.random(),
            fused: rng.random(),
        }
    }
}

impl Random for Terms {
    fn random(rng: &mut StdRng, _before: Self) -> Self {
        Terms {
            low: rng.random(),
            high: rng.random(),
            room: rng.random(),
            size: rng.random(),
            window: rng.random(),
            most: rng.random(),
            pages: rng.random(),
            index: rng.random(),
            minus: rng.random(),
            count: rng.random(),
            less: rng.random(),
            one: rng.random(),
        }
    }
}
