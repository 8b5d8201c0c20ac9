//! Reading and writing a board's memories.

use super::connect::connect;
use super::{Done, Failure, Wire, output};
use crate::exit::Exit;
use crate::host::Memory;
use crate::interrupt::Interrupt;
use crate::session::BoardMemory;
use clap::ValueEnum;
use isa::host::{REACH, Space};
use isa::wire::Hello;
use serde::Serialize;

/// What can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Place {
    /// Linear memory
    Memory,
    /// The value stack, eight bytes a slot
    Stack,
    /// The code section
    Code,
}

impl Place {
    const fn space(self) -> Space {
        match self {
            Place::Memory => Space::Memory,
            Place::Stack => Space::Stack,
            Place::Code => Space::Code,
        }
    }

    /// How large it is.
    fn bytes(self, hello: &Hello) -> u64 {
        let [code, _, _, stack, ..] = hello.sizes.map(u32::from);
        let log2 = match self {
            Place::Memory => return hello.address_bytes().min(REACH),
            Place::Stack => stack + 3,
            Place::Code => code,
        };
        1u64.checked_shl(log2).unwrap_or(0)
    }
}

#[derive(Serialize)]
struct PeekObject<'a> {
    address: u32,
    /// Two hexadecimal digits for each byte.
    bytes: &'a str,
}

pub(super) fn peek(wire: &Wire, interrupt: &Interrupt, place: Place, address: u32, count: u32) -> Done {
    let mut connection = connect(wire, None, interrupt)?;
    let row = place.space().row_bytes() as u32;
    let first = address / row;
    let end = address.checked_add(count).ok_or_else(|| Failure::new("there is no memory beyond 4 GiB"))?;
    let size = place.bytes(connection.board());
    if u64::from(end) > size {
        return Err(Failure::new(format!("there are {size} bytes, from address 0 on")));
    }
    let bytes = connection.read(place.space(), first, end.div_ceil(row) - first)?;
    let skip = (address - first * row) as usize;
    let bytes = &bytes[skip..skip + count as usize];
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    output::show(wire.shown.json, &PeekObject { address, bytes: &hex }, &dump(address, bytes))?;
    Ok(Exit::Returned)
}

/// Sixteen bytes a line, with the characters that they are.
fn dump(address: u32, bytes: &[u8]) -> String {
    let line = |(i, bytes): (usize, &[u8])| {
        let hex: Vec<_> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let shown = |&byte: &u8| if byte.is_ascii_graphic() || byte == b' ' { char::from(byte) } else { '.' };
        let text: String = bytes.iter().map(shown).collect();
        format!("{:08x}  {:<47}  {text}", address as usize + 16 * i, hex.join(" "))
    };
    bytes.chunks(16).enumerate().map(line).collect::<Vec<_>>().join("\n")
}

#[derive(Serialize)]
struct PokeObject {
    outcome: &'static str,
    address: u32,
    bytes: usize,
}

pub(super) fn poke(wire: &Wire, interrupt: &Interrupt, address: u32, digits: &[String]) -> Done {
    let digits = digits.concat();
    let pairs = digits.as_bytes().chunks(2).map(|pair| match pair {
        &[high, low] => Some((hex_digit(high)? << 4 | hex_digit(low)?) as u8),
        _ => None,
    });
    let bytes: Option<Vec<u8>> = pairs.collect();
    let bytes = bytes.ok_or_else(|| Failure::new(format!("`{digits}`: expected pairs of hexadecimal digits")))?;
    let mut connection = connect(wire, None, interrupt)?;
    let there = Place::Memory.bytes(connection.board());
    if u64::from(address) + bytes.len() as u64 > there {
        return Err(Failure::new(format!("there are {there} bytes, from address 0 on")));
    }
    let mut memory = BoardMemory::new(&mut connection, there);
    memory.write(address, &bytes)?;
    if memory.is_lost() {
        return Err(Failure::new("no block of memory is left for all of that"));
    }
    let object = PokeObject { outcome: "done", address, bytes: bytes.len() };
    output::show(wire.shown.json, &object, &format!("{} bytes written at {address:#x}", bytes.len()))?;
    Ok(Exit::Returned)
}

fn hex_digit(byte: u8) -> Option<u32> {
    char::from(byte).to_digit(16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dumps_have_sixteen_bytes_a_line() {
        let bytes: Vec<u8> = (0x38..0x4a).collect();
        let expected = "00000100  38 39 3a 3b 3c 3d 3e 3f 40 41 42 43 44 45 46 47  89:;<=>?@ABCDEFG\n\
                        00000110  48 49                                            HI";
        assert_eq!(dump(0x100, &bytes), expected);
    }
}
