//! Entries of the tables that the resolver writes, packed for their RAMs: wiring only, but of widths that rust-hdl
//! cannot shift by.

use crate::prim::ram::bits_from;
use rust_hdl::prelude::*;

macro_rules! packed {
    ($(#[$doc:meta])* $name:ident<$($p:ident),*> { $($field:ident: $bits:tt),* $(,)? }) => {
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

packed! {
    /// A branch entry for `BranchRam`.
    PackedBranch<C, B, S> {
        target: C, following: B, lead: 4, predict: 1, returns: 1, unwind: 1, height: S, keep: S,
    }
}

packed! {
    /// A function's entry for `CallRam`.
    PackedFunction<C, B, S> { entry: C, first_branch: B, lead: 4, params: S, locals: S, frame: S }
}
