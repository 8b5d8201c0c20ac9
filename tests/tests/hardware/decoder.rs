//! The decoder's table in the emitted Verilog against the instruction table, byte by byte; and what the loader lets
//! through against what the core executes.

use engine::{Design, Models, Options, Sim};
use hdl::front::control::{Control, control, illegal};
use hdl::front::op_table::OpTable;
use hdl::verilog::File;
use isa::capabilities::Capabilities;
use isa::op::{Op, PREFIX, Row, TABLE, Unit};
use isa::plan::{CorePlan, LinearMemory, Units};
use rust_hdl::prelude::*;

/// What the table of a core with or without the float unit has for the byte, of an instruction with or without a branch
/// entry.
fn expected(byte: u8, entry: bool, float: bool) -> Control {
    let executed = |row: &&Row| float || row.unit != Unit::Float;
    let first = |prefix, service| {
        let rows = TABLE.iter().filter(executed);
        rows.filter(|row| row.prefix == prefix).find(|row| match prefix {
            PREFIX => row.op.is_service() == service,
            _ => row.code == byte,
        })
    };
    let row = if byte == PREFIX { first(PREFIX, entry || !float) } else { first(0, entry) };
    row.map_or(illegal(), |row| control(row.op))
}

#[test]
fn the_decoder_knows_every_first_byte() {
    let mut known = 0;
    for float in [false, true] {
        let mut table = OpTable::new(float);
        table.connect_all();
        let mut file = File::default();
        file.add(&table, "table").expect("is printed");
        let design = Design::parse(&file.text(), "table", &Models::none()).expect("is in the engine's subset");
        let watch = vec!["control".to_string()];
        let mut sim = Sim::new(design, Options { watch, ..Options::default() }).expect("compiles");
        let [opcode, has_entry, decoded] = ["opcode", "entry", "control"].map(|name| sim.sig(name).unwrap());
        for (byte, entry) in (0..=255u8).flat_map(|byte| [(byte, false), (byte, true)]) {
            sim.set(opcode, byte.into());
            sim.set(has_entry, entry.into());
            sim.eval();
            let expected = expected(byte, entry, float);
            let bits: Bits<{ Control::BITS }> = expected.into();
            assert_eq!(sim.get(decoded), bits.to_u128(), "byte {byte:#04x}, entry {entry}, float unit {float}");
            known += u32::from(!expected.illegal);
        }
    }
    let plain = TABLE.iter().filter(|row| row.prefix == 0);
    let floats = plain.clone().filter(|row| row.unit == Unit::Float).count();
    // Each with and without an entry, in both tables; and the prefix.
    assert_eq!(known as usize, 4 * (plain.count() + 1) - 2 * floats);
}

#[test]
fn instructions_behind_the_prefix_have_the_bits_of_their_unit() {
    assert_eq!(Op::from_code(0, PREFIX.into()), None);
    let mut counts = [0, 0];
    for row in TABLE.iter().filter(|row| row.prefix != 0) {
        assert_eq!(row.op.is_service(), row.unit != Unit::Float, "{}", row.name);
        let alike = if row.op.is_service() { Op::MemoryCopy } else { Op::I32TruncSatF32S };
        assert_eq!(control(row.op), control(alike), "{}", row.name);
        counts[usize::from(row.op.is_service())] += 1;
    }
    assert_eq!(counts, [8, 10]);
}

#[test]
fn the_loader_lets_through_what_the_core_executes() {
    let memory = LinearMemory::DualPort { service: false };
    let without = CorePlan { units: Units { float: None }, memory, ..boards::SIM_LARGE };
    for row in TABLE {
        let executed = !control(row.op).illegal;
        assert_eq!(Capabilities::of_plan(&boards::SIM_LARGE).supports(row.op), executed, "{}", row.name);
        let few = executed && row.unit != Unit::Float && !row.op.is_service();
        assert_eq!(Capabilities::of_plan(&without).supports(row.op), few, "{}", row.name);
    }
}
