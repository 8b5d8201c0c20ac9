//! Extents against the decoder of `isa`: every instruction with immediates of every length.

use super::*;
use isa::instr::{Immediate, Instr, decode};
use isa::op::TABLE;
use isa::stream::BEHIND_BODY;
use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};
use rust_hdl::core::simulate::simulate;

/// A LEB128 number that takes so many bytes, padded if it is small.
fn number(bytes: u32, rng: &mut StdRng) -> Vec<u8> {
    let digit = |_| rng.random_range(0..128u8);
    let mut digits: Vec<u8> = (0..bytes).map(digit).collect();
    // The highest digits of a number that is as long as it may be.
    digits.iter_mut().skip(3).for_each(|digit| *digit = 0);
    let all_but_one = digits.len() - 1;
    digits[..all_but_one].iter_mut().for_each(|digit| *digit |= 0x80);
    digits
}

/// The bytes of an instruction with random immediates.
fn bytes(op: Op, rng: &mut StdRng) -> Vec<u8> {
    let row = op.row();
    let mut code = Vec::new();
    if row.prefix == 0 {
        code.push(row.code);
    } else {
        code.push(row.prefix);
        let padding = rng.random_range(0..4usize);
        code.extend((0..=padding).map(|i| if i == 0 { row.code } else { 0 } | if i < padding { 0x80 } else { 0 }));
    }
    let longest = if row.imm == Imm::I64 { 10 } else { 5 };
    let length = |rng: &mut StdRng| rng.random_range(1..=longest);
    match row.imm {
        Imm::F32 => code.extend(rng.next_u32().to_le_bytes()),
        Imm::F64 => code.extend(rng.next_u64().to_le_bytes()),
        // i32.
        Imm::Types => {
            let padding = rng.random_range(0..3);
            code.extend((0..=padding).map(|i| if i == 0 { 1 } else { 0 } | if i < padding { 0x80 } else { 0 }));
            code.push(0x7f);
        }
        // The empty block, or type index 0.
        Imm::Block if rng.random_bool(0.5) => code.push(0x40),
        Imm::Block => {
            let padding = rng.random_range(0..5);
            code.extend((0..padding).map(|_| 0x80).chain([0]));
        }
        Imm::Reference => code.push(0x70),
        Imm::MemArg => {
            // An alignment of 0.
            let padding = if rng.random_bool(0.3) { rng.random_range(1..4) } else { 0 };
            code.extend((0..padding).map(|_| 0x80).chain([0]));
            let length = length(rng);
            code.extend(number(length, rng));
        }
        imm => {
            for _ in 0..imm.lebs().unwrap_or(0) {
                let length = length(rng);
                code.extend(number(length, rng));
            }
        }
    }
    code
}

/// Whether decode has all of the instruction's immediates at once.
fn is_short(i: &Instr) -> bool {
    match (i.op.row().imm, i.imm) {
        (Imm::Local | Imm::Global, _) => i.len == 2,
        (Imm::I64, _) => i.len <= 5,
        (Imm::F64, _) => false,
        (Imm::MemArg, Immediate::MemArg { offset, .. }) => i.len == 3 || (i.len == 4 && offset >= 128),
        _ => true,
    }
}

/// Of a small offset in two bytes the length says as much as an alignment in two: `None` where either may be.
fn is_told(i: &Instr) -> bool {
    !(i.op.row().imm == Imm::MemArg && i.len == 4 && !is_short(i))
}

#[test]
fn instructions_reach_as_far_as_they_are_long() {
    let mut extent = Extent::default();
    extent.connect_all();
    let mut rng = StdRng::seed_from_u64(1);
    let (mut whole, mut parts, mut owners) = (0, 0, 0);
    for row in TABLE.iter().filter(|row| row.op != Op::BrTable) {
        for _ in 0..200 {
            let mut code = bytes(row.op, &mut rng);
            let length = code.len();
            code.extend((0..8).map(|_| rng.random_range(0..=0xfe_u8)));
            let five = rng.random_bool(0.25);
            let room = if five { 5 } else { 6 };
            let instr = decode(&code, 0).unwrap_or_else(|error| panic!("{}: {code:02x?}: {error}", row.name));
            assert_eq!(instr.len as usize, length, "{}: {code:02x?}", row.name);
            // Beyond the window there may be anything.
            let window =
                code.iter().take(room).rev().fold(rng.next_u64() & 0xffff, |all, &byte| all << 8 | u64::from(byte));
            extent.window.next = window.into();
            extent.five.next = five;
            extent.continues.next = false;
            simulate(&mut extent, 10);
            let (taken, serial) = (extent.last.val().index() + 1, extent.serial.val());
            let what = format!("{}: {code:02x?}, {room} bytes", row.name);
            assert_eq!(extent.entry.val(), group::owns_entry(row.op), "{what}");
            owners += u32::from(extent.entry.val());
            if row.op.is_service() {
                continue;
            }
            assert!(taken <= length.min(room), "{what}: {taken} taken");
            if taken == length {
                whole += 1;
                assert!(!is_told(&instr) || serial != is_short(&instr), "{what}: serial {serial}");
            } else {
                parts += 1;
                assert!(serial, "{what}: {taken} taken");
            }
        }
    }
    assert!(whole > 20_000 && parts > 1_000 && owners > 4_000, "{whole} whole, {parts} parts, {owners} owners");
}

#[test]
fn a_body_ends_where_its_border_is_and_bytes_that_continue_go_one_by_one() {
    let mut extent = Extent::default();
    extent.connect_all();
    let end = Op::End.row().code;
    for (next, continues, is_last) in [(BEHIND_BODY, false, true), (0x0b, false, false), (BEHIND_BODY, true, false)] {
        extent.window.next = (u64::from(end) | u64::from(next) << 8).into();
        extent.continues.next = continues;
        simulate(&mut extent, 10);
        assert_eq!((extent.last.val().index(), extent.entry.val()), (0, is_last), "{next:#x}, {continues}");
    }
    extent.window.next = 0x80_8080_8080_u64.into();
    extent.continues.next = true;
    simulate(&mut extent, 10);
    assert_eq!((extent.last.val().index(), extent.entry.val()), (0, false));
}
