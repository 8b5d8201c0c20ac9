//! A choice made when the hardware is built.

use layer::circuit;
use rust_hdl::prelude::*;

/// A constant bit. What depends on a switch that is off is left out by synthesis; a block with one of the name `present`
/// that is off is left out of the Verilog but for its ports, whose outputs are 0: nobody may look at them.
#[derive(LogicBlock)]
pub struct Switch {
    pub on: Signal<Out, Bit>,
    constant: Constant<Bit>,
}

impl Switch {
    pub fn new(on: bool) -> Switch {
        Switch { on: Default::default(), constant: Constant::new(on) }
    }
}

impl Default for Switch {
    /// On.
    fn default() -> Switch {
        Switch::new(true)
    }
}

impl Logic for Switch {
    #[circuit]
    fn update(&mut self) {
        self.on.next = self.constant.val();
    }
}
