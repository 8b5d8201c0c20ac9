//! RAMs whose words are records: one memory, a port for each field. Parts of a record can be written alone.

use crate::prim::ram::bits_from;
use rust_hdl::prelude::*;

/// Verilog of a memory of 2^`address` records: fields from bit 0 upwards as (port, width, part); the write port takes
/// the packed record from the low bits of `write_data`.
fn record_ram(address: usize, fields: &[(&str, usize, usize)]) -> Verilog {
    let width: usize = fields.iter().map(|f| f.1).sum();
    let (mut low, mut writes, mut outputs) = (0, String::new(), String::new());
    for (name, bits, part) in fields {
        let place = format!("{}:{low}", low + bits - 1);
        writes += &format!("   if (write_parts[{part}]) mem[write_address][{place}] <= write_data[{place}];\n");
        outputs += &format!("always @(*) {name} = word[{place}];\n");
        low += bits;
    }
    Verilog::Custom(format!(
        "(* no_rw_check *)
reg [{top}:0] mem [0:{last}];
reg [{top}:0] word;
always @(posedge clock) begin
{writes}   if (read_enable) word <= mem[read_address];
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
     parts $n:literal { $($field:ident: $bits:tt @ $part:literal,)* }) => {
        $(#[$doc])*
        #[derive(LogicBlock)]
        pub struct $name<$(const $p: usize),*> {
            pub clock: Signal<In, Clock>,
            pub read_address: Signal<In, Bits<$a>>,
            pub read_enable: Signal<In, Bit>,
            $(pub $field: Signal<Out, Bits<$bits>>,)*
            pub write_address: Signal<In, Bits<$a>>,
            pub write_data: Signal<In, Bits<$w>>,
            /// A bit for each part.
            pub write_parts: Signal<In, Bits<$n>>,
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
                    write_parts: Default::default(),
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
                let (parts, written) = (self.write_parts.val().to_u64(), self.write_data.val().to_u128());
                let word = &mut self._words[self.write_address.val().index()];
                let mut _low = 0;
                $(
                    if parts >> $part & 1 != 0 {
                        let mask = ((1 << $bits) - 1) << _low;
                        *word = *word & !mask | written & mask;
                    }
                    _low += $bits;
                )*
            }

            fn connect(&mut self) {
                $(self.$field.connect();)*
            }

            fn hdl(&self) -> Verilog {
                record_ram($a, &[$((stringify!($field), $bits, $part)),*])
            }
        }
    };
}

isa::branch_entry!(record_ram!(
    /// Branch entries, in fields and parts as `isa::fields` says.
    BranchRam<B, C, S>, address B, write 96, parts 3
));
