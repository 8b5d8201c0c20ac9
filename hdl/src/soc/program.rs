//! The link engine's program: how a frame is received, judged and answered. What a request does is in
//! `commands`.

use super::commands::COMMANDS;
use super::layout::*;
use super::microcode::Source::Number as N;
use super::microcode::{Condition::*, Input as I, Instruction, Instruction::*, Page::*, Source, Source::*};
use super::microcode::{act, assemble};
use isa::wire::frame::{CRC_BYTES, DECODED_MAX};
use isa::wire::{Request, Status};

/// Adding this subtracts `number`, and carries unless that borrows.
pub const fn minus(number: usize) -> Source {
    N((256 - number) as u8)
}

/// Bytes of a frame without payload.
const EMPTY: usize = Request::HEADER + CRC_BYTES;

/// Takes the byte stuffing off what comes.
#[rustfmt::skip]
const RECEIVE: &[Instruction] = &[
    At("restart"),
        Act(act::CLEAR_CRC), Point(Frame, N(0)),
        Call("get"), Jump(Zero, "restart"), Add(minus(1)),
    At("block"), // The accumulator has how many bytes are left in it.
        Store(LEFT), Jump(Zero, "between"),
        Call("get"), Jump(Zero, "restart"),
    At("take"),
        StoreNext, Count(N(7)), Digest,
        Load(Input(I::Pointer)), Add(minus(DECODED_MAX + 1)), Jump(Zero, "noise"),
        Fetch(LEFT), Add(minus(1)), Jump(Always, "block"),
    At("between"), // Behind a block is the end, or a 0 and the next block.
        Call("get"), Jump(Zero, "complete"),
        Store(LEFT), Load(N(0)), Jump(Always, "take"),
    At("noise"),
        Call("get"), Unless(Zero, "noise"), Jump(Always, "restart"),

    // The next byte of the line.
    At("get"),
        Call("count"), Unless(Received, "get"), Load(Input(I::Received)), Act(act::TAKEN), Return,
    // Counts an overflow of the cycles; the pointer is in the frame.
    At("count"),
        Unless(Overflow, "counted"), Act(act::COUNTED),
        Load(Input(I::Pointer)), Store(POINTER), Point(Variables, N(STATUS_OVERFLOWS as u8)),
    At("ripple"),
        FetchHere, Add(N(1)), StoreNext, Jump(Carry, "ripple"),
        Fetch(POINTER), Point(Frame, Accumulator),
    At("counted"),
        Return,
];

/// Is it a frame, and is it a repetition? What it asks for comes next.
#[rustfmt::skip]
const JUDGE: &[Instruction] = &[
    At("complete"),
        Unless(Intact, "restart"),
        Load(Input(I::Pointer)), Add(minus(EMPTY)), Unless(Carry, "restart"), Store(LENGTH),
        Load(N(ANSWER)), Store(BASE),
        Fetch(SEQUENCE), Read(LAST), Store(LAST), Subtract(Ram), Jump(Zero, "obey"),
        Load(N(0)), Store(DONE),
];

/// What requests are checked for, and what else they are answered.
#[rustfmt::skip]
const CHECKS: &[Instruction] = &[
    // Goes on if it has not been done.
    At("once"),
        Fetch(DONE), Unless(Zero, "again"), Return,
    // Go on if the core does not run, and does not wait either.
    At("still"),
        Load(N(1)), Jump(Always, "none of"),
    At("idle"),
        Load(N(3)),
    At("none of"),
        And(Input(I::Flags)), Unless(Zero, "busy"), Return,
    // Goes on if there is an image.
    At("sound"),
        Load(Input(I::Flags)), And(N(4)), Jump(Zero, "not valid"), Return,
    At("busy"),
        Load(N(Status::Busy as u8)), Jump(Always, "reply"),
    At("not valid"),
        Load(N(Status::NotValid as u8)), Jump(Always, "reply"),
    At("bad command"),
        Load(N(Status::BadCommand as u8)), Jump(Always, "reply"),
    At("bad address"),
        Load(N(Status::BadAddress as u8)), Jump(Always, "reply"),
];

/// Sends an answer.
#[rustfmt::skip]
const ANSWERS: &[Instruction] = &[
    At("done"),
        Load(N(0)),
    // What is done once has been done, with this status.
    At("settle"),
        Store(DONE_STATUS), Load(N(1)), Store(DONE),
    At("again"),
        Fetch(DONE_STATUS),
    // An answer with this status.
    At("reply"),
        Store(STATUS_CODE), Point(Frame, N(ANSWER_PAYLOAD)),
        Add(minus(Status::Stopped as usize)), Unless(Zero, "answer"),
        Call("copy place"),
        Point(Frame, N(ANSWER_PAYLOAD + 4)), Jump(Always, "answer"),
    At("ok"),
        Point(Frame, N(ANSWER_PAYLOAD)),
    At("ok, with payload"), // The pointer is at its end.
        Load(N(0)), Store(STATUS_CODE),
    At("answer"),
        Load(Input(I::Pointer)), Store(END), Act(act::CLEAR_CRC),
        Read(BASE), Point(Same, Ram),
        Fetch(SEQUENCE), StoreNext, Fetch(STATUS_CODE), StoreNext,
        Read(BASE), Point(Same, Ram),
    At("sum"),
        FetchNext, Count(N(7)), Digest,
        Load(Input(I::Pointer)), Read(END), Subtract(Ram), Unless(Zero, "sum"),
        Call("extract"), Call("extract"), Call("extract"), Call("extract"),
        // A last 0, so that every block ends in one.
        Load(N(0)), StoreNext, Load(Input(I::Pointer)), Store(END),
        Read(BASE), Point(Same, Ram),
    At("send"),
        Load(Input(I::Pointer)), Store(BLOCK),
    At("scan"),
        FetchNext, Unless(Zero, "scan"),
        Load(Input(I::Pointer)), Read(BLOCK), Subtract(Ram), Point(Same, Ram), Call("put"),
    At("bytes"),
        FetchNext, Jump(Zero, "sent"), Call("put"), Jump(Always, "bytes"),
    At("sent"),
        Load(Input(I::Pointer)), Read(END), Subtract(Ram), Unless(Zero, "send"),
        Call("put"), Jump(Always, "restart"),

    At("extract"),
        Count(N(7)), Extract, StoreNext, Return,
    At("put"),
        Unless(Ready, "put"), Send(Accumulator), Return,
    // Appends how the call ended, as the core says it.
    At("copy place"),
        Load(N(7)), Store(WIDTH), Space(N(0)),
    // Appends a row of the core, of which `WIDTH` says the size.
    At("copy"),
        Call("octet"), StoreNext,
        Read(WIDTH), Load(Input(I::Pointer)), And(Ram), Unless(Zero, "copy"), Return,
    // A byte of the core, when there has been time for it to come: code takes longest.
    At("octet"),
        Count(N(5)),
    At("comes"),
        Jump(Counting, "comes"), Load(Input(I::Core)), Return,
];

/// All of it, from the first instruction on.
pub fn lines() -> Vec<Instruction> {
    [RECEIVE, JUDGE, COMMANDS, CHECKS, ANSWERS].concat()
}

/// Its bits.
///
/// # Panics
/// There is a mistake in it, whatever the circumstances, which a test finds.
pub fn words() -> Vec<u16> {
    assemble(&lines()).unwrap_or_else(|mistake| panic!("the link engine's program: {mistake:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn it_can_be_assembled() {
        let words = assemble(&lines()).map(|words| words.len());
        println!("{words:?} instructions");
        assert!(words.is_ok(), "{words:?}");
    }

    #[test]
    fn every_label_is_there_once_and_used() {
        let (mut there, mut used) = (Vec::new(), BTreeSet::from(["restart"]));
        for line in lines() {
            match line {
                At(label) => there.push(label),
                Jump(_, label) | Unless(_, label) | Call(label) => _ = used.insert(label),
                _ => {}
            }
        }
        there.sort_unstable();
        assert_eq!(there.iter().copied().collect::<BTreeSet<_>>().len(), there.len(), "{there:?}");
        // Those that only fall through are comments with a name.
        assert!(used.iter().all(|label| there.contains(label)), "{used:?}");
    }
}
