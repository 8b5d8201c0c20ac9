//! Frames: COBS (consistent overhead byte stuffing, Cheshire and Baker 1999) and the CRC-32 of IEEE 802.3.

use alloc::vec::Vec;

/// Ends every frame, and stands nowhere else.
pub const DELIMITER: u8 = 0;
/// Most payload bytes of a frame: whole rows of every size, and a frame stays below 254 bytes, so that a block of the
/// stuffing is never cut and a board has bytes as places.
pub const PAYLOAD_MAX: usize = 240;
/// Bytes of the CRC at the end of a decoded frame.
pub const CRC_BYTES: usize = 4;
/// Most bytes of a decoded frame: a request's header, payload and CRC.
pub const DECODED_MAX: usize = super::Request::HEADER + PAYLOAD_MAX + CRC_BYTES;
/// Most bytes of an encoded frame without its delimiter: one more for each 254.
pub const ENCODED_MAX: usize = DECODED_MAX + DECODED_MAX.div_ceil(254);

/// A CRC-32 that is fed piece by piece: reflected polynomial 0xEDB88320, all ones at the start, inverted at the end.
/// The CRC of `123456789` is 0xCBF43926.
#[derive(Clone, Copy, Debug)]
pub struct Crc32(u32);

impl Default for Crc32 {
    fn default() -> Crc32 {
        Crc32(!0)
    }
}

impl Crc32 {
    /// One that goes on behind what has this CRC.
    pub const fn behind(crc: u32) -> Crc32 {
        Crc32(!crc)
    }

    pub fn update(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 ^= u32::from(byte);
            for _ in 0..2 {
                self.0 = self.0 >> 4 ^ NIBBLES[(self.0 & 15) as usize];
            }
        }
    }

    pub const fn value(self) -> u32 {
        !self.0
    }
}

/// What four zero bits make of each remainder.
const NIBBLES: [u32; 16] = {
    let mut table = [0; 16];
    let mut i = 0;
    while i < 64 {
        let start = if i % 4 == 0 { i / 4 } else { table[i as usize / 4] };
        table[i as usize / 4] = if start & 1 == 1 { start >> 1 ^ 0xedb8_8320 } else { start >> 1 };
        i += 1;
    }
    table
};

/// The CRC-32 of these bytes.
pub fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = Crc32::default();
    crc.update(bytes);
    crc.value()
}

/// Why received bytes are no frame. The receiver drops them without an answer: nothing in them can be trusted, the
/// sequence number included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameError {
    /// More than [`ENCODED_MAX`] bytes without a delimiter.
    TooLong,
    /// A block of the encoding goes beyond the end of the frame, or a 0 is within.
    Stuffing,
    /// Not even a CRC and a header.
    TooShort,
    Crc,
}

/// A frame with these contents: CRC appended, encoded, with its delimiter.
pub fn encode(contents: &[u8]) -> Vec<u8> {
    let crc = crc32(contents).to_le_bytes();
    let mut out = Vec::with_capacity(ENCODED_MAX + 1);
    // The place of the current block's code, which counts the bytes of the block, itself included.
    let mut code = 0;
    out.push(1);
    for &byte in contents.iter().chain(&crc) {
        if out[code] == 0xff {
            code = out.len();
            out.push(1);
        }
        if byte == DELIMITER {
            code = out.len();
            out.push(1);
        } else {
            out.push(byte);
            out[code] += 1;
        }
    }
    out.push(DELIMITER);
    out
}

/// The contents of a frame, given without its delimiter: decoded, the CRC checked and removed.
pub fn decode(encoded: &[u8]) -> Result<Vec<u8>, FrameError> {
    if encoded.len() > ENCODED_MAX {
        return Err(FrameError::TooLong);
    }
    let mut contents = Vec::with_capacity(encoded.len());
    let mut rest = encoded;
    while let Some((&code, after)) = rest.split_first() {
        let (block, next) = after.split_at_checked(usize::from(code).wrapping_sub(1)).ok_or(FrameError::Stuffing)?;
        if block.contains(&DELIMITER) {
            return Err(FrameError::Stuffing);
        }
        contents.extend_from_slice(block);
        if code != 0xff && !next.is_empty() {
            contents.push(DELIMITER);
        }
        rest = next;
    }
    if contents.len() > DECODED_MAX {
        return Err(FrameError::TooLong);
    }
    let (kept, crc) = contents.split_last_chunk::<CRC_BYTES>().ok_or(FrameError::TooShort)?;
    if crc32(kept) != u32::from_le_bytes(*crc) {
        return Err(FrameError::Crc);
    }
    let kept = kept.len();
    contents.truncate(kept);
    Ok(contents)
}

/// Finds frames in a stream of bytes, whatever noise is in between.
#[derive(Clone, Debug, Default)]
pub struct Receiver {
    bytes: Vec<u8>,
    /// Noise may come right before a frame.
    searches: bool,
    /// Too much came without a delimiter; the next one ends the noise.
    overrun: bool,
}

impl Receiver {
    /// One that finds a frame also behind other bytes without a delimiter, such as what a program writes to the line.
    pub fn searching() -> Receiver {
        Receiver { searches: true, ..Receiver::default() }
    }

    /// Takes a byte. Gives the contents of the frame that it completes, or why what it ends is none. Delimiters in a
    /// row are idle line.
    pub fn push(&mut self, byte: u8) -> Option<Result<Vec<u8>, FrameError>> {
        if byte != DELIMITER {
            if self.searches && self.bytes.len() == ENCODED_MAX {
                self.bytes.remove(0);
            }
            self.overrun |= self.bytes.len() == ENCODED_MAX;
            if !self.overrun {
                self.bytes.push(byte);
            }
            return None;
        }
        if core::mem::take(&mut self.overrun) {
            self.bytes.clear();
            return Some(Err(FrameError::TooLong));
        }
        if self.bytes.is_empty() {
            return None;
        }
        let mut frame = decode(&self.bytes);
        if self.searches && frame.is_err() {
            let behind = (1..self.bytes.len()).find_map(|start| decode(&self.bytes[start..]).ok());
            frame = behind.map_or(frame, Ok);
        }
        self.bytes.clear();
        Some(frame)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn the_crc_is_that_of_ieee_802_3() {
        // The check value of CRC-32/ISO-HDLC in Williams' catalogue.
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc32(b""), 0);
        let mut pieces = Crc32::default();
        pieces.update(b"1234");
        pieces.update(b"56789");
        assert_eq!(pieces.value(), 0xcbf4_3926);
        let mut rest = Crc32::behind(crc32(b"12345"));
        rest.update(b"6789");
        assert_eq!(rest.value(), 0xcbf4_3926);
    }

    /// The stuffing alone, taken from a frame whose CRC is known.
    fn stuffed(contents: &[u8]) -> Vec<u8> {
        let mut with_crc = contents.to_vec();
        with_crc.extend(crc32(contents).to_le_bytes());
        let mut encoded = encode(contents);
        assert_eq!(encoded.pop(), Some(DELIMITER));
        assert!(!encoded.contains(&DELIMITER));
        encoded
    }

    #[test]
    fn frames_come_back() {
        let mut sizes = 0;
        for length in 0..=DECODED_MAX - CRC_BYTES {
            for fill in [0, 1, 0xff] {
                for place in [0, length / 2, length.saturating_sub(1)] {
                    let mut contents = vec![fill; length];
                    contents.get_mut(place).into_iter().for_each(|byte| *byte ^= 1);
                    let encoded = stuffed(&contents);
                    assert!(encoded.len() <= ENCODED_MAX, "{length}");
                    assert_eq!(decode(&encoded), Ok(contents), "{length} {fill} {place}");
                    sizes += 1;
                }
            }
        }
        assert_eq!(sizes, 247 * 9);
    }

    #[test]
    fn what_is_no_frame_is_dropped_and_the_next_one_found() {
        let good = stuffed(&[1, 7, 0, 0, 0, 0]);
        let changed = |at: usize, to: u8| {
            let mut bytes = good.clone();
            bytes[at] = to;
            bytes
        };
        let cases: &[(&str, Vec<u8>, FrameError)] = &[
            ("a changed byte", changed(1, 2), FrameError::Crc),
            ("a block that is too long", changed(0, 0xff), FrameError::Stuffing),
            ("a block that is too short", changed(0, 2), FrameError::Stuffing),
            ("cut off", good[..good.len() - 1].to_vec(), FrameError::Stuffing),
            ("cut at a block", good[..3].to_vec(), FrameError::TooShort),
            ("one byte", vec![1], FrameError::TooShort),
            ("three bytes", vec![4, 1, 1, 1], FrameError::TooShort),
            ("a byte more", [&good[..], &[1]].concat(), FrameError::Crc),
            ("noise", vec![0xff; ENCODED_MAX + 1], FrameError::TooLong),
            ("much noise", vec![1; 3 * ENCODED_MAX], FrameError::TooLong),
            ("two frames without a delimiter", [&good[..], &good[..]].concat(), FrameError::Crc),
        ];
        for (name, bytes, error) in cases {
            let mut receiver = Receiver::default();
            let mut seen = Vec::new();
            for &byte in bytes.iter().chain(&[DELIMITER, DELIMITER]).chain(&good).chain(&[DELIMITER]) {
                seen.extend(receiver.push(byte));
            }
            assert_eq!(seen, [Err(*error), Ok(vec![1, 7, 0, 0, 0, 0])], "{name}");
        }
    }

    #[test]
    fn a_frame_is_found_behind_what_a_program_writes() {
        let good = stuffed(&[1, 7, 0, 0, 0, 0]);
        for noise in [0, 1, 2, ENCODED_MAX - good.len(), ENCODED_MAX, 3 * ENCODED_MAX] {
            let mut receiver = Receiver::searching();
            let bytes = (b'a'..=b'z').cycle().take(noise).chain(good.iter().copied()).chain([DELIMITER]);
            let seen: Vec<_> = bytes.filter_map(|byte| receiver.push(byte)).collect();
            assert_eq!(seen, [Ok(vec![1, 7, 0, 0, 0, 0])], "{noise}");
        }
        let mut receiver = Receiver::searching();
        let seen: Vec<_> = b"no frame\0".iter().filter_map(|&byte| receiver.push(byte)).collect();
        assert!(matches!(seen[..], [Err(_)]), "{seen:?}");
    }

    #[test]
    fn a_zero_within_is_refused() {
        assert_eq!(decode(&[3, 0, 1]), Err(FrameError::Stuffing));
        assert_eq!(decode(&[0]), Err(FrameError::Stuffing));
    }

    #[test]
    fn no_single_bit_error_passes() {
        let good = stuffed(&[9, 3, 6, 0, 1, 0, 0, 0, 0, 5]);
        for bit in 0..good.len() * 8 {
            let mut bytes = good.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert!(decode(&bytes).is_err(), "bit {bit}");
        }
    }
}
