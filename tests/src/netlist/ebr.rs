//! Block RAMs of ECP5, `DP16KD`, in all of their widths, with initial contents.
//!
//! A port sees 2^14 bits, or with each eight of them a ninth one. Its address is that of a bit; of a word, the lower
//! ones are not looked at, and enable the bytes of nine bits that a wide port writes.

use super::Writer;
use super::cell::Cell;
use super::lut::{ONE, ZERO};
use std::fmt::Write;

const ADDRESS_BITS: usize = 14;
/// What a port of that width sees as one: a byte with its ninth bit.
const BYTE: usize = 9;
/// Bits at the data pins of a port; a wider one takes those of both.
const PINS: usize = 18;
/// Words of [`PINS`] bits in an `INITVAL_xx`, and the bits that each takes there.
const INITIAL_WORDS: usize = 16;
const INITIAL_BITS: usize = 20;

/// One of the two ports.
struct Port {
    letter: char,
    width: usize,
    clock: String,
    enable: String,
    write: String,
}

impl Port {
    fn new(cell: &Cell, letter: char) -> Result<Port, String> {
        let name = |start: &str, end: &str| format!("{start}{letter}{end}");
        let width = cell.number(&name("DATA_WIDTH_", "")) as usize;
        if ![1, 2, 4, 9, 18, 36].contains(&width) {
            return Err(format!("a port of {width} bits is not simulated"));
        }
        let selects = (0..3).map(|i| cell.input(&name("CS", &i.to_string())));
        let reset = cell.input(&name("RST", ""));
        let plain = selects.chain([reset]).all(|net| net == ZERO);
        let registered = !["", "NOREG"].contains(&cell.word(&name("REGMODE_", "")));
        let through = cell.word(&name("WRITEMODE_", "")) == "WRITETHROUGH";
        if !plain || registered || through || cell.word(&name("CLK", "MUX")) == "INV" {
            return Err("a block RAM with selects, resets, output registers or a negative edge is not simulated".into());
        }
        let input = |start| cell.input(&name(start, ""));
        Ok(Port { letter, width, clock: input("CLK"), enable: cell.net(&name("CE", ""), ONE), write: input("WE") })
    }

    /// Bits of an address that it does not look at.
    fn ignored(&self) -> usize {
        self.width.ilog2() as usize
    }

    /// The address of part `part` of its word, if a word has so many.
    fn address(&self, cell: &Cell, part: usize, parts: usize) -> String {
        let bits = (self.ignored()..ADDRESS_BITS).rev().map(|bit| cell.input(&format!("AD{}{bit}", self.letter)));
        let low = (0..parts.ilog2()).rev().map(|bit| if part >> bit & 1 == 1 { ONE } else { ZERO }.to_string());
        format!("{{{}}}", bits.chain(low).collect::<Vec<_>>().join(", "))
    }

    /// Data pins for `count` bits from `first` on; of both ports if it takes them.
    fn pins(&self, direction: &str, first: usize, count: usize) -> impl Iterator<Item = String> {
        let letter = |bit: usize| match self.width > PINS {
            true => ['A', 'B'][bit / PINS],
            false => self.letter,
        };
        (first..first + count).map(move |bit| format!("{direction}{}{}", letter(bit), bit % PINS))
    }
}

/// Writes a memory of words as narrow as the narrower port, or of bytes, and both ports.
///
/// # Errors
/// It is used in a way that is not simulated.
pub fn block_ram(cell: &Cell, writer: &mut Writer) -> Result<(), String> {
    let ports = [Port::new(cell, 'A')?, Port::new(cell, 'B')?];
    let word = ports.iter().map(|port| port.width.min(BYTE)).min().unwrap_or(BYTE);
    if word < BYTE && ports.iter().any(|port| port.width >= BYTE) {
        return Err("a block RAM with a ninth bit at one port only is not simulated".into());
    }
    let memory = writer.fresh("m");
    let words = (1usize << ADDRESS_BITS) >> word.ilog2();
    writeln!(writer.body, "reg [{}:0] {memory} [0:{}];", word - 1, words - 1).expect("a string takes text");
    initial(cell, writer, &memory, word);
    let clocked = |port: &&Port| port.clock != ZERO;
    ports.iter().filter(clocked).for_each(|port| port_of(cell, writer, port, &memory, word));
    Ok(())
}

/// What a port reads and writes in each cycle.
fn port_of(cell: &Cell, writer: &mut Writer, port: &Port, memory: &str, word: usize) {
    let (parts, Port { clock, enable, write, letter, .. }) = (port.width / word, port);
    // As wide as both ports, it is only read at one of them, and only written at the other.
    let keeps = cell.word(&format!("WRITEMODE_{letter}")) == "NORMAL" && write != ZERO;
    let read = if keeps { format!("{enable} & ~{write}") } else { enable.clone() };
    for part in 0..parts {
        let address = port.address(cell, part, parts);
        let seen = port.pins("DO", part * word, word).map(|pin| cell.input(&pin)).collect::<Vec<_>>();
        if *enable != ZERO && seen.iter().any(|net| net != ZERO) && (port.width <= PINS || *write == ZERO) {
            let data = writer.fresh("d");
            writeln!(writer.body, "reg [{}:0] {data};", word - 1).expect("a string takes text");
            writeln!(writer.body, "always @(posedge {clock}) if ({read}) {data} <= {memory}[{address}];")
                .expect("a string takes text");
            seen.iter().enumerate().for_each(|(bit, net)| writer.assign(net, &format!("{data}[{bit}]")));
        }
        if *write != ZERO {
            let byte = if port.width > BYTE { cell.input(&format!("AD{letter}{part}")) } else { ONE.into() };
            let data: Vec<_> = port.pins("DI", part * word, word).map(|pin| cell.input(&pin)).collect();
            let data = data.into_iter().rev().collect::<Vec<_>>().join(", ");
            writeln!(
                writer.body,
                "always @(posedge {clock}) if ({enable} & {write} & {byte}) {memory}[{address}] <= {{{data}}};"
            )
            .expect("a string takes text");
        }
    }
}

/// Words that are not 0.
fn initial(cell: &Cell, writer: &mut Writer, memory: &str, word: usize) {
    let rows: Vec<_> = (0..64).map(|row| cell.bits(&format!("INITVAL_{row:02X}"))).collect();
    let bit = |byte: usize, bit: usize| {
        let (at, half) = (byte / 2, byte % 2);
        let place = at % INITIAL_WORDS * INITIAL_BITS + half * BYTE + bit;
        rows[at / INITIAL_WORDS].get(place).copied().unwrap_or_default()
    };
    let in_byte = if word < BYTE { 8 / word } else { 1 };
    for index in 0..(1usize << ADDRESS_BITS) >> word.ilog2() {
        let first = index % in_byte * word;
        let value = (0..word).rev().fold(0, |value, i| value << 1 | u32::from(bit(index / in_byte, first + i)));
        if value != 0 {
            writeln!(writer.body, "initial {memory}[{index}] = {word}'d{value};").expect("a string takes text");
        }
    }
}
