//! The lint against the shapes that are known to differ between simulation and Verilog, and against good code.

#![allow(clippy::single_match, reason = "the shapes are what is tested")]

use crate::lint::findings;
use crate::printer::Printed;
use rust_hdl::prelude::*;

/// One module per case: three bytes in; a byte, a flag and a half-word out.
macro_rules! cases {
    ($($name:ident($($message:literal)?) { $($update:tt)* })*) => {
        $(
            #[allow(non_camel_case_types)]
            #[derive(LogicBlock, Default)]
            struct $name {
                pub a: Signal<In, Bits<8>>,
                pub b: Signal<In, Bits<8>>,
                pub c: Signal<In, Bits<8>>,
                pub result: Signal<Out, Bits<8>>,
                pub flag: Signal<Out, Bit>,
                pub half: Signal<Out, Bits<16>>,
            }

            impl Logic for $name {
                $($update)*
            }

            #[test]
            fn $name() {
                let mut module = $name::default();
                module.connect_all();
                let found = findings(&module);
                let expected: &[&str] = &[$($message)?];
                assert_eq!(found.len(), expected.len(), "{found:?}");
                assert!(found.iter().zip(expected).all(|(f, e)| f.contains(e)), "{found:?}");
            }
        )*

        /// All cases as they are printed.
        pub fn printed() -> Vec<Printed> {
            vec![$(Printed::new::<$name>(stringify!($name))),*]
        }
    };
}

cases! {
    lost_precedence("precedence") { #[hdl_gen] fn update(&mut self) { self.flag.next = self.a.val() & self.b.val() == self.c.val(); } }
    cast_keeps_the_carry("cast") { #[hdl_gen] fn update(&mut self) { self.half.next = bit_cast::<16, 8>(self.a.val() + self.b.val()); } }
    cast_keeps_inverted_bits("cast") { #[hdl_gen] fn update(&mut self) { self.half.next = bit_cast::<16, 8>(!self.a.val()); } }
    increment_compared("compare") { #[hdl_gen] fn update(&mut self) { self.flag.next = (self.a.val() + 1) == self.b.val(); } }
    difference_compared("compare") { #[hdl_gen] fn update(&mut self) { self.flag.next = (self.a.val() - self.b.val()) < 10; } }
    carry_shifted_in("right shift") { #[hdl_gen] fn update(&mut self) { self.result.next = (self.a.val() + 1) >> 1; } }
    inverted_bit_shifted_in("right shift") { #[hdl_gen] fn update(&mut self) { self.result.next = (!self.a.val() | 0) >> 1; } }
    half_signed_compare("signed") { #[hdl_gen] fn update(&mut self) { self.flag.next = signed_cast(self.a.val()) < 0.into(); } }
    wide_shift_amount("shift amount") { #[hdl_gen] fn update(&mut self) { self.result.next = self.a.val() << (self.b.val().get_bits::<3>(0) + 1); } }
    wide_selector("match") { #[hdl_gen] fn update(&mut self) {
        self.flag.next = false;
        match (self.a.val() + 1).index() {
            0 => { self.flag.next = true; }
            _ => {}
        }
    } }
    carry_reduced("reduction") { #[hdl_gen] fn update(&mut self) { self.flag.next = (self.a.val() + 1).any(); } }
    wide_all("all()") { #[hdl_gen] fn update(&mut self) { self.flag.next = (self.a.val() | 15).all(); } }
    wide_bit_replaced("replaces") { #[hdl_gen] fn update(&mut self) { self.result.next = self.a.val().replace_bit(3, !self.b.val().any()); } }

    computed_index("index") { #[hdl_gen] fn update(&mut self) {
        self.flag.next = self.a.val().get_bit((self.b.val().get_bits::<2>(0) + 1).index());
    } }

    plain_arithmetic() { #[hdl_gen] fn update(&mut self) { self.result.next = (self.a.val() ^ self.b.val()) + 1; } }
    named_compare() { #[hdl_gen] fn update(&mut self) { self.flag.next = !self.a.val().any() & (self.b.val() == 3); } }
    masked_compare() { #[hdl_gen] fn update(&mut self) { self.flag.next = (self.a.val() & self.b.val()) != (self.c.val() | self.b.val()); } }
    masked_inverse() { #[hdl_gen] fn update(&mut self) { self.flag.next = (self.a.val() & !self.b.val()).any(); } }
    shifts_of_names() { #[hdl_gen] fn update(&mut self) { self.result.next = (self.a.val() >> 3) | (self.b.val() << self.c.val().get_bits::<3>(0)); } }
    signed_compare() { #[hdl_gen] fn update(&mut self) { self.flag.next = signed_cast(self.a.val()) < signed_cast(self.b.val()); } }
    loop_index() { #[hdl_gen] fn update(&mut self) {
        self.result.next = self.a.val();
        for i in 1..8 {
            if self.b.val().get_bit(i - 1) {
                self.result.next = self.c.val();
            }
        }
    } }
}

/// The signal's name is the fault.
#[derive(LogicBlock, Default)]
struct Keyword {
    pub a: Signal<In, Bit>,
    pub table: Signal<Out, Bit>,
}

impl Logic for Keyword {
    #[hdl_gen]
    fn update(&mut self) {
        self.table.next = self.a.val();
    }
}

#[test]
fn keyword() {
    let found = findings(&Keyword::default());
    assert_eq!(found, ["top: `table` is a keyword of Verilog"]);
}
