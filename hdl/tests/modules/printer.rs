//! What is printed means what rust-hdl's own text means: yosys proves it of every case of the lint, which are the shapes
//! where Verilog's widths matter, and of loops, arrays and interfaces.

use crate::lint_cases;
use crate::tools::{directory, installed, run};
use hdl::verilog::{Error, File};
use rust_hdl::prelude::*;

/// A block in both texts.
pub struct Printed {
    pub name: &'static str,
    pub rust_hdl: String,
    pub ours: Result<String, Error>,
}

impl Printed {
    pub fn new<B: Block + Default>(name: &'static str) -> Printed {
        let mut block = B::default();
        block.connect_all();
        let rust_hdl = generate_verilog_unchecked(&block).replace("top", &format!("{name}_theirs"));
        let mut file = File::default();
        let ours = file.add(&block, &format!("{name}_ours")).map(|_| file.text());
        Printed { name, rust_hdl, ours }
    }
}

#[derive(LogicBlock, Default)]
struct Lane {
    pub taken: Signal<In, Bits<8>>,
    pub given: Signal<Out, Bits<8>>,
}

impl Logic for Lane {
    #[hdl_gen]
    fn update(&mut self) {
        self.given.next = (self.taken.val() << 1) + 3;
    }
}

#[derive(LogicBlock, Default)]
struct Lanes {
    pub a: Signal<In, Bits<8>>,
    pub result: Signal<Out, Bits<8>>,
    lanes: [Lane; 4],
}

impl Logic for Lanes {
    #[hdl_gen]
    fn update(&mut self) {
        self.lanes[0].taken.next = self.a.val();
        for i in 1..4 {
            self.lanes[i].taken.next = self.lanes[i - 1].given.val();
        }
        self.result.next = self.lanes[3].given.val();
    }
}

#[derive(LogicInterface, Default)]
#[join = "Sink"]
struct Source {
    pub data: Signal<Out, Bits<8>>,
    pub ready: Signal<In, Bit>,
}

#[derive(LogicInterface, Default)]
#[join = "Source"]
struct Sink {
    pub data: Signal<In, Bits<8>>,
    pub ready: Signal<Out, Bit>,
}

#[derive(LogicBlock, Default)]
struct Giver {
    pub a: Signal<In, Bits<8>>,
    pub port: Source,
}

impl Logic for Giver {
    #[hdl_gen]
    fn update(&mut self) {
        self.port.data.next = 0.into();
        if self.port.ready.val() {
            self.port.data.next = self.a.val() - 1;
        }
    }
}

#[derive(LogicBlock, Default)]
struct Taker {
    pub b: Signal<In, Bit>,
    pub result: Signal<Out, Bits<8>>,
    pub port: Sink,
}

impl Logic for Taker {
    #[hdl_gen]
    fn update(&mut self) {
        self.port.ready.next = self.b.val();
        self.result.next = !self.port.data.val();
    }
}

#[derive(LogicBlock, Default)]
struct Joined {
    pub a: Signal<In, Bits<8>>,
    pub b: Signal<In, Bit>,
    pub result: Signal<Out, Bits<8>>,
    giver: Giver,
    taker: Taker,
}

impl Logic for Joined {
    #[hdl_gen]
    fn update(&mut self) {
        Source::join(&mut self.giver.port, &mut self.taker.port);
        self.giver.a.next = self.a.val();
        self.taker.b.next = self.b.val();
        self.result.next = self.taker.result.val();
    }
}

fn cases() -> Vec<Printed> {
    let mut cases = lint_cases::printed();
    cases.extend([Printed::new::<Lanes>("lanes"), Printed::new::<Joined>("joined")]);
    cases
}

#[test]
fn it_means_what_rust_hdl_means() {
    if !installed("yosys") {
        return;
    }
    let (mut text, mut proofs) = (String::new(), String::new());
    for Printed { name, rust_hdl, ours } in cases() {
        let Ok(ours) = ours else { continue };
        text += &(rust_hdl + &ours);
        proofs += &format!("miter -equiv -flatten -ignore_gold_x {name}_theirs {name}_ours {name}\n");
        proofs += &format!("sat -verify -prove trigger 0 {name}\n");
    }
    let (verilog, script) = (directory().join("printer.v"), directory().join("printer.ys"));
    std::fs::write(&verilog, text).expect("the target directory is writable");
    std::fs::write(&script, format!("read_verilog {}\nproc -norom\nopt_clean\n{proofs}", verilog.display()))
        .expect("the target directory is writable");
    run("yosys", |c| {
        c.arg("-q").arg(&script);
    })
    .unwrap_or_else(|error| panic!("{error}"));
}

/// Text whose meaning hangs on what rust-hdl leaves out, and signed numbers, of which there are none.
#[test]
fn what_is_not_printed_is_named() {
    let refused: Vec<_> = cases().into_iter().filter(|case| case.ours.is_err()).map(|case| case.name).collect();
    assert_eq!(refused, ["lost_precedence", "half_signed_compare", "signed_compare"]);
}
