//! What `#[circuit]` adds to rust-hdl is what it stands for.

use hdl::verilog::File;
use layer::circuit;
use rust_hdl::prelude::*;

/// The same block twice: in the layer's words, and in rust-hdl's.
macro_rules! block {
    ($name:ident { $($update:tt)* }) => {
        #[derive(LogicBlock, Default)]
        struct $name {
            pub a: Signal<In, Bits<2>>,
            pub b: Signal<In, Bit>,
            pub result: Signal<Out, Bits<2>>,
            pub chosen: Signal<Out, Bits<2>>,
            pub x: Signal<Out, Bits<2>>,
            pub y: Signal<Out, Bit>,
            inner: Inner,
        }

        impl Logic for $name {
            $($update)*
        }
    };
}

#[derive(LogicBlock, Default)]
struct Inner {
    pub a: Signal<In, Bits<2>>,
    pub b: Signal<In, Bit>,
    pub x: Signal<Out, Bits<2>>,
    pub y: Signal<Out, Bit>,
}

impl Logic for Inner {
    #[circuit]
    fn update(&mut self) {
        self.x.next = self.a.val();
        self.y.next = self.b.val();
    }
}

block! { Short {
    #[circuit]
    fn update(&mut self) {
        connect!(self => self.inner; a, b);
        connect!(self.inner => self; x, y);
        self.result.next = if self.b.val() { 1.into() } else if self.a.val().any() { self.a.val() } else { 2.into() };
        self.chosen.next = match self.a.val().index() {
            0 => 3.into(),
            1 => if self.b.val() { 2.into() } else { 1.into() },
            _ => self.a.val(),
        };
    }
} }

block! { Long {
    #[hdl_gen]
    fn update(&mut self) {
        self.inner.a.next = self.a.val();
        self.inner.b.next = self.b.val();
        self.x.next = self.inner.x.val();
        self.y.next = self.inner.y.val();
        if self.b.val() {
            self.result.next = 1.into();
        } else if self.a.val().any() {
            self.result.next = self.a.val();
        } else {
            self.result.next = 2.into();
        }
        match self.a.val().index() {
            0 => self.chosen.next = 3.into(),
            1 => {
                if self.b.val() {
                    self.chosen.next = 2.into();
                } else {
                    self.chosen.next = 1.into();
                }
            }
            _ => self.chosen.next = self.a.val(),
        }
    }
} }

fn text<B: Block + Default>() -> String {
    let mut block = B::default();
    block.connect_all();
    assert!(check_all(&block).is_ok(), "{:?}", check_all(&block));
    let mut file = File::default();
    file.add(&block, "block").expect("is printed");
    file.text()
}

#[test]
fn choices_and_connections_are_the_statements_that_they_stand_for() {
    assert_eq!(text::<Short>(), text::<Long>());
}
