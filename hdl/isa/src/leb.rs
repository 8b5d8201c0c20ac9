//! LEB128 integers (spec section 5.2.2). Padded forms are legal up to the length that the width allows.

use alloc::vec::Vec;

/// Why bytes are not an integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LebError {
    /// The bytes end before the integer does.
    Truncated,
    /// More bytes than the width allows, or bits beyond the width in the last one.
    TooLarge,
}

/// Reads an unsigned integer of `bits` bits: its value and how many bytes it takes.
pub fn unsigned(bytes: &[u8], bits: u32) -> Result<(u64, u32), LebError> {
    let (raw, len) = groups(bytes, bits)?;
    let last = bytes[len as usize - 1];
    match last_bits(bits, len) {
        Some(n) if last >> n != 0 => Err(LebError::TooLarge),
        _ => Ok((raw, len)),
    }
}

/// Reads a signed integer of `bits` bits: its value and how many bytes it takes.
pub fn signed(bytes: &[u8], bits: u32) -> Result<(i64, u32), LebError> {
    let (raw, len) = groups(bytes, bits)?;
    let last = bytes[len as usize - 1];
    if let Some(n) = last_bits(bits, len) {
        // The bits from the sign upward must all be alike.
        let high = last >> (n - 1);
        if high != 0 && high != 0x7f >> (n - 1) {
            return Err(LebError::TooLarge);
        }
    }
    let unused = 64u32.saturating_sub(7 * len);
    Ok(((raw << unused) as i64 >> unused, len))
}

/// How many bits of the last of `len` bytes are part of a value of `bits` bits, if that byte is the last one allowed.
fn last_bits(bits: u32, len: u32) -> Option<u32> {
    (len == bits.div_ceil(7)).then(|| bits - 7 * (len - 1))
}

/// The payload bits of one integer, not yet extended, and its length in bytes.
fn groups(bytes: &[u8], bits: u32) -> Result<(u64, u32), LebError> {
    let mut raw = 0;
    for i in 0..bits.div_ceil(7) {
        let byte = *bytes.get(i as usize).ok_or(LebError::Truncated)?;
        raw |= u64::from(byte & 0x7f) << (7 * i);
        if byte & 0x80 == 0 {
            return Ok((raw, i + 1));
        }
    }
    Err(LebError::TooLarge)
}

/// Appends the shortest encoding of an unsigned integer.
pub fn write(mut value: u64, bytes: &mut Vec<u8>) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// Appends the shortest encoding of a signed integer.
pub fn write_signed(mut value: i64, bytes: &mut Vec<u8>) {
    while !(-0x40..0x40).contains(&value) {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8 & 0x7f);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The shortest encoding, made without the reader.
    fn encode(mut value: i128, signed: bool) -> Vec<u8> {
        let mut bytes = Vec::new();
        loop {
            let byte = (value & 0x7f) as u8;
            value >>= 7;
            let sign = signed && byte & 0x40 != 0;
            if value == if sign { -1 } else { 0 } {
                bytes.push(byte);
                return bytes;
            }
            bytes.push(byte | 0x80);
        }
    }

    /// The same integer in `len` bytes.
    fn pad(mut bytes: Vec<u8>, len: usize, fill: u8) -> Vec<u8> {
        while bytes.len() < len {
            *bytes.last_mut().unwrap() |= 0x80;
            bytes.push(fill);
        }
        bytes
    }

    #[test]
    fn every_power_of_two_and_its_neighbours_in_every_length() {
        for bits in [32, 33, 64] {
            let longest = (bits as usize).div_ceil(7);
            for v in (0..=bits).flat_map(|k| [(1i128 << k) - 1, 1i128 << k, (1i128 << k) + 1]) {
                for len in 1..=longest {
                    let bytes = pad(encode(v, false), len, 0);
                    let size = bytes.len() as u32;
                    let expected = if v < 1 << bits { Ok((v as u64, size)) } else { Err(LebError::TooLarge) };
                    assert_eq!(unsigned(&bytes, bits), expected, "{v} in {len} bytes of {bits} bits");
                    for s in [v, -v] {
                        let bytes = pad(encode(s, true), len, if s < 0 { 0x7f } else { 0 });
                        let fits = (-(1i128 << (bits - 1))..1 << (bits - 1)).contains(&s);
                        let expected = if fits { Ok((s as i64, bytes.len() as u32)) } else { Err(LebError::TooLarge) };
                        assert_eq!(signed(&bytes, bits), expected, "{s} in {len} bytes of {bits} bits");
                    }
                }
            }
        }
    }

    #[test]
    fn endless_and_cut_off_integers() {
        assert_eq!(unsigned(&[], 32), Err(LebError::Truncated));
        assert_eq!(signed(&[0x80, 0x80], 32), Err(LebError::Truncated));
        assert_eq!(unsigned(&[0x80, 0x80, 0x80, 0x80, 0x80, 0], 32), Err(LebError::TooLarge));
        assert_eq!(signed(&[0xff; 11], 64), Err(LebError::TooLarge));
    }

    #[test]
    fn what_is_written_is_the_shortest_encoding() {
        for value in (0..63).flat_map(|k| [(1i64 << k) - 1, 1 << k, (1 << k) + 1]) {
            let mut bytes = Vec::new();
            write(value as u64, &mut bytes);
            assert_eq!(bytes, encode(value.into(), false));
            for value in [value, -value] {
                bytes.clear();
                write_signed(value, &mut bytes);
                assert_eq!(bytes, encode(value.into(), true));
            }
        }
    }
}
