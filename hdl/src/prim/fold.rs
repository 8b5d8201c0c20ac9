//! Where the rows of a pool lie whose blocks have one place each.

use isa::host::{POOL, Space};
use isa::pool::DirectMap;
use rust_hdl::prelude::*;

/// log2 of the bytes of a row.
pub const ROW_LOG2: u32 = Space::Memory.row_bytes().ilog2();

/// The row with the number of its block folded into the number of its place, see [`DirectMap`]; the bits above the pool's
/// own stay. A row of the pool itself, by the bit of [`POOL`], stays as it is. Combinational.
#[derive(LogicBlock)]
pub struct Fold {
    pub row: Signal<In, Bits<30>>,
    pub folded: Signal<Out, Bits<30>>,
    _map: DirectMap,
}

impl Fold {
    pub fn new(map: DirectMap) -> Fold {
        Fold { row: Default::default(), folded: Default::default(), _map: map }
    }
}

impl Default for Fold {
    /// Of a pool with four blocks of four bytes.
    fn default() -> Fold {
        Fold::new(DirectMap { block_log2: ROW_LOG2, memory_log2: 4 })
    }
}

impl Logic for Fold {
    fn update(&mut self) {
        let row = self.row.val().to_u64();
        let shift = self._map.block_log2 - ROW_LOG2;
        let places = ((1 << self._map.places_log2()) - 1) << shift;
        let folded = row & !places | self._map.place(row << ROW_LOG2) << shift;
        self.folded.next = if row & u64::from(POOL) == 0 { folded.into() } else { row.into() };
    }

    fn connect(&mut self) {
        self.folded.connect();
    }

    fn hdl(&self) -> Verilog {
        let [block, pool, fold] =
            [self._map.block_log2, self._map.memory_log2, self._map.fold()].map(|bit| bit - ROW_LOG2);
        let pool_bit = POOL.ilog2();
        let bits = (block..pool).map(|bit| {
            let above = fold + pool - 1 - bit;
            let [own, first, second] =
                [bit, above, above + 1].map(|bit| if bit < 30 { format!("row[{bit}]") } else { "1'b0".into() });
            format!("   folded[{bit}] = {own} ^ (({first} ^ {second}) & ~row[{pool_bit}]);\n")
        });
        let bits: String = bits.collect();
        Verilog::Custom(format!("always @(*) begin\n   folded = row;\n{bits}end\n"))
    }
}
