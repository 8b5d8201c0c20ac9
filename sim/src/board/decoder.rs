//! Bytes from the levels of a serial line.

/// Takes samples of a line several times a bit.
pub struct Decoder {
    /// Cycles of a bit.
    bit: u64,
    /// Next time to look, and what has been seen: `None` between bytes.
    byte: Option<(u64, u32)>,
}

/// Ends a byte: data and stop bit have come.
const COMPLETE: u32 = 1 << 9;

impl Decoder {
    pub fn new(bit: u64) -> Decoder {
        Decoder { bit, byte: None }
    }

    /// Drops what has come of a byte.
    pub fn reset(&mut self) {
        self.byte = None;
    }

    pub fn is_idle(&self) -> bool {
        self.byte.is_none()
    }

    /// The level at this cycle. A byte, if it is complete; one without a stop bit is dropped.
    pub fn sample(&mut self, cycle: u64, level: bool) -> Option<u8> {
        match &mut self.byte {
            None if !level => {
                // The start bit began before this look; the middle of the first data bit is next.
                self.byte = Some((cycle + self.bit * 11 / 8, 1));
                None
            }
            Some((time, bits)) if *time <= cycle => {
                // Bits come lowest first and push the mark up.
                let mark = 1 << (31 - bits.leading_zeros());
                *bits = (*bits ^ mark) | (u32::from(level) * mark) | mark << 1;
                *time += self.bit;
                if *bits < COMPLETE {
                    return None;
                }
                let byte = *bits as u8;
                let stopped = *bits & 1 << 8 != 0;
                self.byte = None;
                stopped.then_some(byte)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_from_levels() {
        for byte in 0..=255u8 {
            let levels = u32::from(byte) << 1 | 1 << 9;
            let mut decoder = Decoder::new(40);
            let found: Vec<u8> = (0..60)
                .filter_map(|sample| decoder.sample(sample * 10, sample >= 40 || levels >> (sample / 4) & 1 == 1))
                .collect();
            assert_eq!(found, [byte]);
        }
    }

    #[test]
    fn a_byte_without_stop_bit_is_dropped() {
        let mut decoder = Decoder::new(40);
        assert!((0..200).all(|sample| decoder.sample(sample * 10, false).is_none()));
    }
}
