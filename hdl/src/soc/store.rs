//! The link engine's two memories: its program, and its RAM of frame and variables.

use crate::prim::ram::SyncRam;
use crate::soc::link::Facts;
use crate::soc::{layout, program};
use layer::circuit;
use rust_hdl::prelude::*;

/// ```text
/// clock        _/~\_/~\_/~\_
/// following    X a  X
/// instruction       X program[a] X
/// read         /~~~\________
/// address      X b  X
/// read_data         X ram[b]        until the next read
/// ```
#[derive(LogicBlock)]
pub struct Store {
    pub clock: Signal<In, Clock>,
    pub following: Signal<In, Bits<9>>,
    pub instruction: Signal<Out, Bits<16>>,
    pub address: Signal<In, Bits<9>>,
    pub read: Signal<In, Bit>,
    pub read_data: Signal<Out, Bits<8>>,
    pub write: Signal<In, Bit>,
    pub write_data: Signal<In, Bits<8>>,

    code: SyncRam<9, 16>,
    ram: SyncRam<9, 8>,
}

impl Store {
    pub fn new(facts: &Facts) -> Store {
        let words = |words: Vec<u16>| SyncRam::filled(&words.into_iter().map(u128::from).collect::<Vec<_>>());
        let bytes = layout::contents(facts).into_iter().map(u128::from).collect::<Vec<_>>();
        Store {
            clock: Default::default(),
            following: Default::default(),
            instruction: Default::default(),
            address: Default::default(),
            read: Default::default(),
            read_data: Default::default(),
            write: Default::default(),
            write_data: Default::default(),
            code: words(program::words()),
            ram: SyncRam::filled(&bytes),
        }
    }
}

impl Default for Store {
    fn default() -> Store {
        Store::new(&Facts::default())
    }
}

impl Logic for Store {
    #[circuit]
    fn update(&mut self) {
        clock!(self, clock, code, ram);
        self.code.read_enable.next = true;
        self.code.read_address.next = self.following.val();
        self.code.write_enable.next = false;
        self.code.write_address.next = 0.into();
        self.code.write_data.next = 0.into();
        self.instruction.next = self.code.read_data.val();

        self.ram.read_enable.next = self.read.val();
        self.ram.read_address.next = self.address.val();
        self.ram.write_enable.next = self.write.val();
        self.ram.write_address.next = self.address.val();
        self.ram.write_data.next = self.write_data.val();
        self.read_data.next = self.ram.read_data.val();
    }
}
