//! The decoder's table in the emitted Verilog against the instruction table, byte by byte; and what counts as executed by
//! units.

use engine::{Design, Models, Options, Sim};
use hdl::front::control::{Control, control, control_with, illegal};
use hdl::front::op_table::OpTable;
use hdl::verilog::File;
use isa::capabilities::Capabilities;
use isa::op::{Op, PREFIX, TABLE, Unit};
use isa::plan::{CorePlan, LinearMemory, Multiplier, Units};
use rust_hdl::prelude::*;

/// What the table of a core with these units has for the byte, of an instruction with or without a branch entry.
fn expected(byte: u8, entry: bool, units: Capabilities) -> Control {
    let row = TABLE.iter().find(|row| match (row.prefix, byte) {
        (PREFIX, PREFIX) => row.op.is_service() == entry,
        (prefix, _) => prefix == 0 && row.code == byte,
    });
    let Some(row) = row else { return illegal() };
    let call = Control { call: true, millicode: true, passes: row.op.is_service(), ..Control::default() };
    let lacks = Control { illegal: true, ..Control::default() };
    match row.unit {
        Unit::Float if !units.float => call,
        Unit::Memory if !units.bulk => call,
        Unit::Table if !(if row.prefix == PREFIX { units.bulk } else { units.service }) => call,
        Unit::Control if !units.service && matches!(row.name, "call_indirect" | "return_call_indirect") => call,
        Unit::Privileged if units == Capabilities::ALL => lacks,
        _ => control_with(row.op, units),
    }
}

#[test]
fn the_decoder_knows_every_first_byte() {
    let mut known = Vec::new();
    let kinds = [(true, 2), (true, 1), (true, 0), (false, 2), (false, 1), (false, 0)];
    for units in kinds.map(|(float, parts)| Capabilities { float, service: parts > 0, bulk: parts > 1 }) {
        let mut table = OpTable::new(units);
        table.connect_all();
        let mut file = File::default();
        file.add(&table, "table").expect("is printed");
        let design = Design::parse(&file.text(), "table", &Models::none()).expect("is in the engine's subset");
        let watch = vec!["control".to_string()];
        let mut sim = Sim::new(design, Options { watch, ..Options::default() }).expect("compiles");
        let [opcode, has_entry, decoded] = ["opcode", "entry", "control"].map(|name| sim.sig(name).unwrap());
        let mut count = 0;
        for (byte, entry) in (0..=255u8).flat_map(|byte| [(byte, false), (byte, true)]) {
            sim.set(opcode, byte.into());
            sim.set(has_entry, entry.into());
            sim.eval();
            let expected = expected(byte, entry, units);
            let bits: Bits<{ Control::BITS }> = expected.into();
            assert_eq!(sim.get(decoded), bits.to_u128(), "byte {byte:#04x}, entry {entry}, {units:?}");
            count += usize::from(!expected.illegal);
        }
        known.push(count);
    }
    let plain = TABLE.iter().filter(|row| row.prefix == 0);
    let privileged = plain.clone().filter(|row| row.unit == Unit::Privileged).count();
    // Each with and without an entry; and the prefix.
    let all = 2 * (plain.count() + 1);
    assert_eq!(known, [all - 2 * privileged, all, all, all, all, all]);
    assert_eq!(privileged, 6);
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
fn units_execute_what_decode_gives_them() {
    let memory = LinearMemory::DualPort { service: false };
    let without = CorePlan {
        units: Units { float: None, multiplier: Multiplier::Serial, wide_immediates: true },
        memory,
        ..boards::SIM_LARGE
    };
    for row in TABLE {
        let executed = !control(row.op).illegal;
        assert_eq!(Capabilities::of_plan(&boards::SIM_LARGE).supports(row.op), executed, "{}", row.name);
        let few = row.unit != Unit::Float && (!row.op.is_service() || row.op == Op::ReturnCall);
        assert_eq!(Capabilities::of_plan(&without).supports(row.op), few, "{}", row.name);
    }
}
