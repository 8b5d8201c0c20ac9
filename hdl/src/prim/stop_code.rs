//! Stop codes as constants in hardware.

use layer::circuit;
use rust_hdl::prelude::*;

/// The code of an `isa::outcome::Stop`.
#[derive(LogicBlock)]
pub struct StopCode<const CODE: u8> {
    pub code: Signal<Out, Bits<8>>,
    constant: Constant<Bits<8>>,
}

impl<const CODE: u8> Default for StopCode<CODE> {
    fn default() -> Self {
        Self { code: Default::default(), constant: Constant::new(u64::from(CODE).into()) }
    }
}

impl<const CODE: u8> Logic for StopCode<CODE> {
    #[circuit]
    fn update(&mut self) {
        self.code.next = self.constant.val();
    }
}
