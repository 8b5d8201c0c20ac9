//! RAMs whose words are records: one memory, a port for each field.

use crate::prim::ram::bits_from;
use rust_hdl::prelude::*;

/// Verilog of a memory of 2^`address` records: fields from bit 0 upwards as (port, width); the write port takes the
/// packed record from the low bits of `write_data`.
fn record_ram(address: usize, fields: &[(&str, usize)]) -> Verilog {
    let width: usize = fields.iter().map(|f| f.1).sum();
    let mut low = 0;
    let mut outputs = String::new();
    for (name, bits) in fields {
        outputs += &format!("always @(*) {name} = word[{}:{low}];\n", low + bits - 1);
        low += bits;
    }
    Verilog::Custom(format!(
        "(* no_rw_check *)
reg [{top}:0] mem [0:{last}];
reg [{top}:0] word;
always @(posedge clock) begin
   if (write_enable) mem[write_address] <= write_data[{top}:0];
   if (read_enable) word <= mem[read_address];
end
{outputs}",
        top = width - 1,
        last = (1u64 << address) - 1,
    ))
}

/// The bits of a packed record from `low`.
fn field<const W: usize>(word: u128, low: usize) -> Bits<W> {
    bits_from((word >> low) & ((1 << W) - 1))
}

macro_rules! record_ram {
    ($(#[$doc:meta])* $name:ident<$($p:ident),*>, address $a:ident, write $w:literal,
     { $($field:ident: $bits:tt),* $(,)? }) => {
        $(#[$doc])*
        #[derive(LogicBlock)]
        pub struct $name<$(const $p: usize),*> {
            pub clock: Signal<In, Clock>,
            pub read_address: Signal<In, Bits<$a>>,
            pub read_enable: Signal<In, Bit>,
            $(pub $field: Signal<Out, Bits<$bits>>,)*
            pub write_address: Signal<In, Bits<$a>>,
            pub write_data: Signal<In, Bits<$w>>,
            pub write_enable: Signal<In, Bit>,
            _words: Vec<u128>,
        }

        impl<$(const $p: usize),*> Default for $name<$($p),*> {
            fn default() -> Self {
                Self {
                    clock: Default::default(),
                    read_address: Default::default(),
                    read_enable: Default::default(),
                    $($field: Default::default(),)*
                    write_address: Default::default(),
                    write_data: Default::default(),
                    write_enable: Default::default(),
                    _words: vec![0; 1 << $a],
                }
            }
        }

        impl<$(const $p: usize),*> Logic for $name<$($p),*> {
            fn update(&mut self) {
                if !self.clock.pos_edge() {
                    return;
                }
                if self.read_enable.val() {
                    let word = self._words[self.read_address.val().index()];
                    let mut _low = 0;
                    $(self.$field.next = field::<$bits>(word, _low); _low += $bits;)*
                }
                if self.write_enable.val() {
                    self._words[self.write_address.val().index()] = self.write_data.val().to_u128();
                }
            }

            fn connect(&mut self) {
                $(self.$field.connect();)*
            }

            fn hdl(&self) -> Verilog {
                record_ram($a, &[$((stringify!($field), $bits)),*])
            }
        }
    };
}

record_ram! {
    /// Branch entries, packed as `isa::branch::BranchEntry` says.
    BranchRam<B, C, S>, address B, write 96,
    { target: C, following: B, lead: 4, predict: 1, returns: 1, unwind: 1, height: S, keep: S }
}
