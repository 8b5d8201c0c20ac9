//! The states of the float unit.

use rust_hdl::prelude::*;

/// What happens in a cycle.
#[derive(Copy, Clone, PartialEq, Debug, LogicState)]
pub enum Phase {
    Idle,
    /// Operands are in x and y. Special ones have their result; what is simple is done; the first step of the rest.
    Begin,
    /// z = 2y, y = x. Then `Adopt` makes x of z: the operands have changed places.
    Exchange,
    Adopt,
    /// z = -2x.
    Negate,
    /// x shifts to the left until it leads. Its last cycle passes it on to y or z.
    Normalize,
    /// y = x.
    Shrink,
    /// y shifts to the right until the count is 0. Then it is added to z.
    Align,
    Multiply,
    Divide,
    Root,
    /// After the last bit of a quotient or root: is something left? Then z = 2x.
    Remain,
    Collect,
    /// Is the sum 0, negative, without its leading bit?
    Check,
    /// Is the result too large or subnormal? If neither, it is rounded; if subnormal, after `Shrink` and `Align`.
    Round,
    /// It has a bit more through that.
    Carry,
    /// A number rounded to an integer becomes a float again.
    Whole,
    /// z = x - y; what that says; of two operands the one that is chosen.
    Compare,
    Decide,
    Choose,
    /// Is the integer in its range?
    Integer,
}
