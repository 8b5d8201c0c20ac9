//! Entries packed for their RAMs, field by field as `isa::fields` says: wiring only, but of widths that rust-hdl cannot
//! shift by.

use crate::prim::ram::bits_from;
use rust_hdl::prelude::*;

macro_rules! packed {
    ($(#[$doc:meta])* $name:ident<$($p:ident),*> { $($field:ident: $bits:tt @ $part:literal,)* }) => {
        $(#[$doc])*
        #[derive(LogicBlock, Default)]
        pub struct $name<$(const $p: usize),*> {
            $(pub $field: Signal<In, Bits<$bits>>,)*
            pub word: Signal<Out, Bits<96>>,
        }

        impl<$(const $p: usize),*> Logic for $name<$($p),*> {
            fn update(&mut self) {
                let (mut word, mut _low) = (0, 0);
                $(word |= self.$field.val().to_u128() << _low; _low += $bits;)*
                self.word.next = bits_from(word);
            }

            fn connect(&mut self) {
                self.word.connect();
            }

            fn hdl(&self) -> Verilog {
                let fields = [$((stringify!($field), $bits)),*];
                let rest = 96 - fields.iter().map(|f| f.1).sum::<usize>();
                let names: String = fields.iter().rev().map(|f| format!(", {}", f.0)).collect();
                Verilog::Custom(format!("always @(*) word = {{{rest}'d0{names}}};\n"))
            }
        }
    };
}

isa::branch_entry!(packed!(
    /// A branch entry for `BranchRam`.
    PackedBranch<C, B, S>
));

isa::function_entry!(packed!(
    /// A function's entry for `CallRam`.
    PackedFunction<C, B, S>
));

isa::frame_record!(packed!(
    /// A frame's record for `CallRam`.
    PackedFrame<C, B, S>
));
