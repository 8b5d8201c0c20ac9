//! What the link engine does for each request; part of its program.

use super::layout::*;
use super::microcode::Source::Number as N;
use super::microcode::{Condition::*, Input as I, Instruction, Instruction::*, Page::*, Source::*, act};
use super::program::minus;
use isa::host::{self, control};
use isa::wire::{Commit, Status};

/// Bytes of a commit's payload without ranges, and of a range.
const FIXED: usize = Commit::FIXED;
const RANGE_BYTES: usize = Commit::RANGE;

/// A payload's byte in the request.
const fn payload(byte: u8) -> u16 {
    (PAYLOAD + byte) as u16
}

#[rustfmt::skip]
pub const COMMANDS: &[Instruction] = &[
    At("obey"),
        Fetch(COMMAND),
        Add(minus(1)), Jump(Zero, "hello"),
        Add(minus(1)), Jump(Zero, "load"),
        Add(minus(1)), Jump(Zero, "clear"),
        Add(minus(1)), Jump(Zero, "poke"),
        Add(minus(1)), Jump(Zero, "read"),
        Add(minus(1)), Jump(Zero, "commit"),
        Add(minus(1)), Jump(Zero, "call"),
        Add(minus(1)), Jump(Zero, "status"),
        Add(minus(1)), Jump(Zero, "resume"),
        Add(minus(1)), Jump(Zero, "halt"),
        Add(minus(1)), Unless(Zero, "bad command"),
    // Reset.
        Act(act::CORE_RESET | act::INVALID), Call("forget"), Store(DONE), Jump(Always, "ok"),
    At("halt"),
        Load(Input(I::Flags)), And(N(3)), Jump(Zero, "ok"),
        Space(N(host::Space::Control as u8)), Address(N(control::HALT as u8)), Act(act::WRITE), Jump(Always, "ok"),
    At("hello"),
        Fetch(ROW), Store(HELLO_ECHO),
        Fetch(ROW + 1), Store(HELLO_ECHO + 1),
        Fetch(ROW + 2), Store(HELLO_ECHO + 2),
        Load(N(HELLO)), Point(Variables, N(HELLO_END)), Jump(Always, "fields"),
    At("status"), // The flags come first: what ended before is all there.
        Load(Input(I::Flags)), Store(STATUS_FLAGS),
        Call("count"),
        Load(Input(I::Cycles)), Store(STATUS_CYCLES), Load(Input(I::Cycles256)), Store(STATUS_CYCLES + 1),
        Point(Variables, N(STATUS_PAYLOAD)), Call("copy place"),
        Load(N(STATUS)), Point(Variables, N(STATUS_END)),
    At("fields"), // The answer begins where the accumulator says.
        Store(BASE), Jump(Always, "ok, with payload"),

    At("load"),
        Call("idle"), Load(N(usage::LOAD)), Jump(Always, "rows"),
    At("poke"),
        Call("still"), Load(N(usage::POKE)),
    At("rows"),
        Call("look up"),
        Fetch(LENGTH), Jump(Zero, "bad command"),
        Read(BYTES), Point(Frame, N(254)),
    At("divide"), // The pointer counts the rows, less one.
        Skip, Subtract(Ram), Jump(Carry, "divide"), Add(Ram), Unless(Zero, "bad command"),
        Load(Input(I::Pointer)), Call("few"), Call("check"),
        Fetch(USAGE), And(N(usage::LOAD)), Jump(Zero, "fill"), Act(act::INVALID),
    At("fill"),
        Point(Frame, N(PAYLOAD)),
    At("fill rows"),
        Read(WIDTH), Count(Ram), ReadNext, Push, Act(act::WRITE), Call("next"), Jump(Carry, "fill rows"),
        Fetch(USAGE), And(N(usage::READ)), Jump(Zero, "ok"), Jump(Always, "resolve"),
    At("clear"),
        Call("idle"), Load(N(usage::LOAD)), Call("look up"),
        Fetch(LENGTH), Add(minus(3)), Unless(Zero, "bad command"),
        Point(Frame, N(PAYLOAD)), Call("many"), Call("check"),
        Act(act::INVALID), Point(Variables, N(ZEROS)), Count(N(11)), ReadNext, Push,
    At("wipe"),
        Act(act::WRITE), Call("next"), Jump(Carry, "wipe"), Jump(Always, "ok"),
    At("read"),
        Call("still"), Load(N(usage::READ)), Call("look up"),
        Fetch(LENGTH), Add(minus(1)), Unless(Zero, "bad command"),
        Fetch(payload(0)), Add(minus(1)), Read(MOST), Subtract(Ram), Jump(Carry, "bad command"), Add(Ram),
        Call("few"), Call("check"),
        Point(Frame, N(ANSWER_PAYLOAD)),
    At("read rows"),
        Call("copy"), Act(act::NEXT), Call("next"), Jump(Carry, "read rows"), Jump(Always, "ok, with payload"),

    At("commit"),
        Call("once"), Call("idle"),
        Fetch(LENGTH), Add(minus(FIXED)), Unless(Carry, "bad command"),
    At("sevens"),
        Add(minus(RANGE_BYTES)), Jump(Carry, "sevens"), Add(N(RANGE_BYTES as u8)), Unless(Zero, "bad command"),
        Act(act::CLEAR_CRC), Load(N(PAYLOAD + FIXED as u8)), Store(RANGE),
    At("ranges"),
        Fetch(LENGTH), Add(N(PAYLOAD)), Read(RANGE), Subtract(Ram), Jump(Zero, "match"),
        Point(Frame, Ram), FetchNext, Store(SPACE),
        FetchNext, Store(ROW), FetchNext, Store(ROW + 1), FetchNext, Store(ROW + 2),
        Call("many"), Load(Input(I::Pointer)), Store(RANGE),
        Load(N(usage::READ)), Call("look up"), Call("check"), Point(Frame, N(0)),
    At("feed"),
        Call("octet"), Count(N(7)), Digest, Skip,
        Read(WIDTH), Load(Input(I::Pointer)), And(Ram), Unless(Zero, "feed"),
        Act(act::NEXT), Call("next"), Jump(Carry, "feed"), Jump(Always, "ranges"),
    At("match"), // The CRC behind its data leaves a constant.
        Act(act::INVALID), Point(Frame, N(PAYLOAD)),
    At("match bytes"),
        FetchNext, Count(N(7)), Digest,
        Load(Input(I::Pointer)), Add(minus(PAYLOAD as usize + 4)), Unless(Zero, "match bytes"),
        Jump(Intact, "registers"), Load(N(Status::CrcMismatch as u8)), Jump(Always, "settle"),
    At("registers"),
        Space(N(host::Space::Control as u8)), Address(N(control::IMAGE[0] as u8)), Load(N(control::IMAGE.len() as u8 - 1)), Call("few"),
        Load(N(usage::READ)), Store(USAGE), Load(N(11)), Store(WIDTH), Point(Frame, N(PAYLOAD + 8)),
        Jump(Always, "fill rows"),
    At("resolve"),
        Count(N(7)),
    At("starts"),
        Jump(Counting, "starts"),
    At("resolves"),
        Load(Input(I::Flags)), And(N(1)), Unless(Zero, "resolves"),
        Call("forget"), Point(Frame, N(0)), Call("octet"), Jump(Zero, "good"),
        Load(N(Status::Stopped as u8)), Jump(Always, "settle"),
    At("good"),
        Fetch(payload(4)), Store(STATUS_IMAGE), Fetch(payload(5)), Store(STATUS_IMAGE + 1),
        Fetch(payload(6)), Store(STATUS_IMAGE + 2), Fetch(payload(7)), Store(STATUS_IMAGE + 3),
        Act(act::VALID), Jump(Always, "done"),

    At("call"),
        Call("once"), Call("idle"), Fetch(LENGTH), Unless(Zero, "bad command"), Call("sound"),
        Load(N(masks(host::Space::Functions))), Store(MASKS), Load(N(0)), Call("few"), Call("check"), Call("forget"),
        Address(N(control::START as u8)), Jump(Always, "launch"),
    At("resume"),
        Call("once"), Call("still"), Load(Input(I::Flags)), And(N(2)), Jump(Zero, "bad command"),
        Fetch(LENGTH), Add(minus(2)), Unless(Zero, "bad command"), Call("sound"),
        Load(N(masks(host::Space::Stack))), Store(MASKS),
        Fetch(payload(0)), Add(minus(1)), Store(ROWS),
        Fetch(payload(1)), AddCarry(minus(1)), Store(ROWS + 1), Jump(Carry, "some"),
        Load(N(0)), Store(ROWS), Store(ROWS + 1),
    At("some"),
        Load(N(0)), Store(ROWS + 2), Call("check"), Address(N(control::RESUME as u8)),
    At("launch"), // The row and the payload as they are in the request.
        Space(N(host::Space::Control as u8)), Point(Frame, N(ROW as u8)), Count(N(11)), ReadNext, Push, Act(act::WRITE),
        Jump(Always, "done"),

    // No cycles; the accumulator is 0.
    At("forget"),
        Act(act::CLEAR_CYCLES), Load(N(0)),
        Store(STATUS_OVERFLOWS), Store(STATUS_OVERFLOWS + 1), Store(STATUS_OVERFLOWS + 2),
        Store(STATUS_OVERFLOWS + 3), Return,
    // The space of the request is looked up, for the use that the accumulator says.
    At("look up"),
        Store(USAGE), Fetch(SPACE), Add(minus(host::Space::ALL.len())), Jump(Carry, "bad address"),
        Load(Ram), Add(Ram), Add(Ram), Add(Ram), Add(Ram), Add(Ram), Add(N(SPACES)), Point(Variables, Accumulator),
        FetchNext, Store(WIDTH), Add(N(1)), Store(BYTES),
        FetchNext, Read(USAGE), And(Ram), Jump(Zero, "bad address"),
        FetchNext, Store(MOST), Load(Input(I::Pointer)), Store(MASKS), Return,
    // Rows to come: as many as the accumulator says, less one; as many as stand at the pointer.
    At("few"),
        Store(ROWS), Load(N(0)), Store(ROWS + 1), Store(ROWS + 2), Return,
    At("many"),
        FetchNext, Add(minus(1)), Store(ROWS),
        FetchNext, AddCarry(minus(1)), Store(ROWS + 1),
        FetchNext, AddCarry(minus(1)), Store(ROWS + 2), Unless(Carry, "bad command"), Return,
    // The last row exists: address and space of the first one go to the core.
    At("check"),
        Read(MASKS), Point(Variables, Ram),
        Fetch(ROW), Read(ROWS), Add(Ram), ReadNext, And(Ram), Unless(Zero, "bad address"),
        Fetch(ROW + 1), Read(ROWS + 1), AddCarry(Ram), ReadNext, And(Ram), Unless(Zero, "bad address"),
        Fetch(ROW + 2), Read(ROWS + 2), AddCarry(Ram), Jump(Carry, "bad address"),
        ReadNext, And(Ram), Unless(Zero, "bad address"),
        Read(ROW + 2), Address(Ram), Read(ROW + 1), Address(Ram), Read(ROW), Address(Ram),
        Read(SPACE), Space(Ram), Return,
    // A row is done; carries if there are more.
    At("next"),
        Fetch(ROWS), Add(minus(1)), Store(ROWS), Jump(Carry, "counted"),
        Fetch(ROWS + 1), Add(minus(1)), Store(ROWS + 1), Jump(Carry, "counted"),
        Fetch(ROWS + 2), Add(minus(1)), Store(ROWS + 2), Return,
];
