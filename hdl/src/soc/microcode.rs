//! The link engine's instructions: what they do, their bits, and an assembler that knows labels.
//!
//! ```text
//! 15   12 11  10  9    8   7        0
//! |  op  | from | mode | immediate  |   the accumulator, the pointer, the counter, what goes out
//! |  op  |      9-bit address       |   loads, stores, jumps (condition in 12 to 10, inverse in 9), calls
//! ```
//! An instruction takes one cycle, and as many more as it repeats itself. A byte that is read from the RAM is there in
//! the next instruction, as [`Source::Ram`], and stays until something else is read; a fetch takes another cycle and
//! loads it.

use std::collections::BTreeMap;

/// Instructions that the program memory holds.
pub const WORDS: usize = 1 << 9;

/// Where an operand comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    Number(u8),
    /// What was read last.
    Ram,
    Input(Input),
    Accumulator,
}

/// What can be read beside the RAM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Input {
    /// Bit 0: the core runs; 1: it is paused; 2: a committed image is there.
    Flags = 0,
    /// The byte that the line has brought.
    Received = 1,
    /// The byte of a row of the core that the pointer's low bits say.
    Core = 2,
    Pointer = 3,
    /// Cycles of the call, low bytes.
    Cycles = 4,
    Cycles256 = 5,
}

/// What a jump depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Condition {
    Always = 0,
    /// The accumulator is 0.
    Zero = 1,
    /// Of the last addition, or no borrow of the last subtraction.
    Carry = 2,
    /// The counter is not 0; it is counted down.
    Counting = 3,
    /// A byte has come.
    Received = 4,
    /// The transmitter takes a byte.
    Ready = 5,
    /// The last four bytes of the CRC were that of those before.
    Intact = 6,
    /// The cycle counter has overflowed.
    Overflow = 7,
}

/// What happens at once: bits of an [`Instruction::Act`].
pub mod act {
    /// The received byte is taken.
    pub const TAKEN: u16 = 1;
    /// The CRC begins anew.
    pub const CLEAR_CRC: u16 = 1 << 1;
    /// Writes the row and goes on to the next address.
    pub const WRITE: u16 = 1 << 2;
    /// Goes on to the next address.
    pub const NEXT: u16 = 1 << 3;
    /// There is no committed image.
    pub const INVALID: u16 = 1 << 4;
    /// There is one.
    pub const VALID: u16 = 1 << 5;
    pub const CORE_RESET: u16 = 1 << 6;
    pub const CLEAR_CYCLES: u16 = 1 << 7;
    /// The cycle counter's overflow has been counted.
    pub const COUNTED: u16 = 1 << 8;
}

/// Half of the RAM: the frame or the variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    Frame = 0,
    Variables = 1,
    /// As it is.
    Same = 2,
}

/// A line of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instruction {
    /// A label, no instruction.
    At(&'static str),
    /// To the accumulator.
    Load(Source),
    Add(Source),
    /// With the carry.
    AddCarry(Source),
    Subtract(Source),
    And(Source),
    /// Feeds the accumulator's lowest bit to the CRC and rotates it; repeated as the counter says.
    Digest,
    /// Rotates a bit of the CRC into the accumulator; repeated.
    Extract,
    /// Sets the pointer.
    Point(Page, Source),
    /// Sets the counter, to one less than the number of repetitions.
    Count(Source),
    /// Pushes the byte that was read into the row and reads at the pointer; repeated, with the pointer going on.
    Push,
    /// Pushes a byte into the address of a row, from the high one on.
    Address(Source),
    Space(Source),
    /// To the transmitter.
    Send(Source),
    Read(u16),
    /// Reads, and in another cycle loads the accumulator.
    Fetch(u16),
    Store(u16),
    /// Fetches at the pointer, which stays.
    FetchHere,
    /// At the pointer, which goes on.
    ReadNext,
    FetchNext,
    StoreNext,
    /// The pointer goes on.
    Skip,
    Jump(Condition, &'static str),
    /// If the condition does not hold.
    Unless(Condition, &'static str),
    Call(&'static str),
    /// Calls nest twice.
    Return,
    Act(u16),
}

/// Why a program cannot be assembled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mistake {
    UnknownLabel(&'static str),
    /// More than [`WORDS`] instructions: how many.
    TooLong(usize),
}

impl Instruction {
    /// Its bits.
    fn encode(self, labels: &BTreeMap<&'static str, u16>) -> Result<u16, Mistake> {
        let place = |label| labels.get(label).copied().ok_or(Mistake::UnknownLabel(label));
        let op = |op: u16, mode: u16, from: Source| op << 12 | mode << 8 | operand(from);
        let jump = |condition: Condition, inverse: u16, label| {
            Ok::<_, Mistake>(6 << 13 | (condition as u16) << 10 | inverse << 9 | place(label)?)
        };
        Ok(match self {
            // A label takes no word; if it did, this would do nothing.
            Instruction::At(_) => op(0, 0, Source::Accumulator),
            Instruction::Load(from) => op(0, 0, from),
            Instruction::Add(from) => op(1, 0, from),
            Instruction::AddCarry(from) => op(2, 0, from),
            Instruction::Subtract(from) => op(3, 0, from),
            Instruction::And(from) => op(4, 0, from),
            Instruction::Digest => op(5, 0, Source::Number(0)),
            Instruction::Extract => op(5, 1, Source::Number(0)),
            Instruction::Point(page, from) => op(6, page as u16, from),
            Instruction::Count(from) => op(7, 0, from),
            Instruction::Push => op(8, 0, Source::Ram),
            Instruction::Address(from) => op(9, 0, from),
            Instruction::Space(from) => op(9, 1, from),
            Instruction::Send(from) => op(9, 2, from),
            Instruction::Read(at) => 10 << 12 | at,
            Instruction::Fetch(at) => 10 << 12 | 1 << 10 | at,
            Instruction::Store(at) => 10 << 12 | 1 << 11 | at,
            Instruction::ReadNext => 11 << 12 | 1 << 10 | 1 << 9,
            Instruction::FetchHere => 11 << 12 | 1 << 10 | 1 << 8,
            Instruction::FetchNext => 11 << 12 | 1 << 10 | 1 << 9 | 1 << 8,
            Instruction::StoreNext => 11 << 12 | 1 << 9 | 1 << 8,
            Instruction::Skip => 11 << 12 | 1 << 9,
            Instruction::Jump(condition, label) => jump(condition, 0, label)?,
            Instruction::Unless(condition, label) => jump(condition, 1, label)?,
            Instruction::Call(label) => 14 << 12 | place(label)?,
            Instruction::Return => 15 << 12 | 1 << 11,
            Instruction::Act(bits) => 15 << 12 | bits,
        })
    }
}

fn operand(from: Source) -> u16 {
    match from {
        Source::Number(number) => number.into(),
        Source::Ram => 1 << 10,
        Source::Input(input) => 2 << 10 | input as u16,
        Source::Accumulator => 3 << 10,
    }
}

/// The words of a program. Of labels with the same name the last one counts.
pub fn assemble(program: &[Instruction]) -> Result<Vec<u16>, Mistake> {
    let (mut labels, mut words) = (BTreeMap::new(), Vec::new());
    for &line in program {
        match line {
            Instruction::At(label) => _ = labels.insert(label, words.len() as u16),
            instruction => words.push(instruction),
        }
    }
    if words.len() > WORDS {
        return Err(Mistake::TooLong(words.len()));
    }
    words.into_iter().map(|instruction| instruction.encode(&labels)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Instruction::*;

    /// By hand from the picture above and the numbers of the variants.
    #[test]
    fn instructions_have_the_documented_bits() {
        let cases = [
            (Load(Source::Number(0x12)), 0x0012),
            (Add(Source::Ram), 0x1400),
            (AddCarry(Source::Input(Input::Cycles256)), 0x2805),
            (Subtract(Source::Accumulator), 0x3c00),
            (And(Source::Number(0xff)), 0x40ff),
            (Digest, 0x5000),
            (Extract, 0x5100),
            (Point(Page::Variables, Source::Number(3)), 0x6103),
            (Point(Page::Same, Source::Ram), 0x6600),
            (Count(Source::Number(7)), 0x7007),
            (Push, 0x8400),
            (Space(Source::Ram), 0x9500),
            (Send(Source::Accumulator), 0x9e00),
            (Read(0x1ff), 0xa1ff),
            (Fetch(0x101), 0xa501),
            (Store(5), 0xa805),
            (ReadNext, 0xb600),
            (FetchHere, 0xb500),
            (FetchNext, 0xb700),
            (StoreNext, 0xb300),
            (Skip, 0xb200),
            (Jump(Condition::Always, "end"), 0xc019),
            (Unless(Condition::Overflow, "end"), 0xde19),
            (Call("end"), 0xe019),
            (Return, 0xf800),
        ];
        let lines: Vec<_> = cases.iter().map(|&(line, _)| line).chain([At("end"), Act(act::COUNTED)]).collect();
        let words: Vec<_> = cases.iter().map(|&(_, word)| word).chain([0xf100]).collect();
        assert_eq!(assemble(&lines), Ok(words));
    }

    #[test]
    fn mistakes_are_found() {
        assert_eq!(assemble(&[Call("nowhere")]), Err(Mistake::UnknownLabel("nowhere")));
        assert_eq!(assemble(&[Return; WORDS]).map(|words| words.len()), Ok(WORDS));
        assert_eq!(assemble(&[Return; WORDS + 1]), Err(Mistake::TooLong(WORDS + 1)));
    }
}
