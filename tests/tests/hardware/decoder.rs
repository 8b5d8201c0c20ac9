//! The decoder's table in the emitted Verilog against the instruction table, byte by byte; and what the loader lets
//! through against what the core executes.

use engine::{Design, Models, Options, Sim};
use hdl::front::control::{Control, control, illegal, supports};
use hdl::front::op_table::OpTable;
use hdl::verilog::File;
use isa::capabilities::Capabilities;
use isa::op::{Op, PREFIX, TABLE};
use rust_hdl::prelude::*;

#[test]
fn the_decoder_knows_every_first_byte() {
    let mut table = OpTable::default();
    table.connect_all();
    let mut file = File::default();
    file.add(&table, "table").expect("is printed");
    let design = Design::parse(&file.text(), "table", &Models::none()).expect("is in the engine's subset");
    let watch = vec!["control".to_string()];
    let mut sim = Sim::new(design, Options { watch, ..Options::default() }).expect("compiles");
    let (opcode, decoded) = (sim.sig("opcode").unwrap(), sim.sig("control").unwrap());
    let mut known = 0;
    for byte in 0..=255u8 {
        sim.set(opcode, byte.into());
        sim.eval();
        let row = TABLE.iter().find(|row| row.prefix == 0 && row.code == byte);
        let services = Control { service: true, prefixed: true, ..Control::default() };
        let other = if byte == PREFIX { services } else { illegal() };
        let expected = row.map_or(other, |row| control(row.op));
        let bits: Bits<{ Control::BITS }> = expected.into();
        assert_eq!(sim.get(decoded), bits.to_u128(), "byte {byte:#04x}");
        known += u32::from(row.is_some_and(|row| supports(row.op)));
    }
    assert_eq!(known, TABLE.iter().filter(|row| row.prefix == 0 && supports(row.op)).count() as u32);
}

#[test]
fn of_prefixed_instructions_only_services_execute() {
    assert_eq!(Op::from_code(0, PREFIX.into()), None);
    for row in TABLE.iter().filter(|row| row.prefix != 0) {
        assert_eq!(supports(row.op), row.op.is_service(), "{}", row.name);
    }
}

#[test]
fn the_loader_lets_through_what_the_core_executes() {
    for row in TABLE {
        assert_eq!(Capabilities::of_plan(&boards::SIM_LARGE).supports(row.op), supports(row.op), "{}", row.name);
    }
}
