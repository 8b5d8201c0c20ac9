//! The payloads that have fields.

use crate::capabilities::Capabilities;
use crate::host::{Space, control};
use crate::memory::ADDRESSABLE;
use crate::plan::CorePlan;
use crate::wire::VERSION;
use crate::wire::frame::PAYLOAD_MAX;
use alloc::vec::Vec;

/// Takes little-endian fields from the front.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self, bytes: usize) -> Option<u64> {
        Some(self.bytes(bytes)?.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte)))
    }

    fn byte(&mut self) -> Option<u8> {
        self.number(1).map(|n| n as u8)
    }

    /// 24 bits.
    fn row(&mut self) -> Option<u32> {
        self.number(3).map(|n| n as u32)
    }

    fn end(self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}

/// The low 24 bits.
fn row(number: u32) -> [u8; 3] {
    let [a, b, c, _] = number.to_le_bytes();
    [a, b, c]
}

/// Bytes of [`Hello::board`].
pub const BOARD_NAME_BYTES: usize = 16;

/// What a core has beside its sizes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Features {
    /// Bit 0: `Capabilities::float`.
    pub float: bool,
    /// Bit 1: `CorePlan::has_service_unit`.
    pub services: bool,
    /// Bit 2: `CorePlan::has_resolver`.
    pub resolver: bool,
    /// Bit 3: `CorePlan::is_compact`.
    pub compact: bool,
}

impl Features {
    /// Of the core of a plan.
    pub const fn of_plan(plan: &CorePlan) -> Features {
        let Capabilities { float, service, .. } = Capabilities::of_plan(plan);
        Features { float, services: service, resolver: plan.has_resolver(), compact: plan.is_compact() }
    }
}

/// The answer to a hello.
///
/// | bytes | 3           | 1       | 1        | 1        | 8     | 4        | 16    |
/// |-------|-------------|---------|----------|----------|-------|----------|-------|
/// |       | row as sent | version | features | readable | sizes | clock Hz | board |
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hello {
    /// The row of the request, so that an answer to an earlier host is known.
    pub echo: u32,
    pub version: u8,
    pub features: Features,
    /// Bit n: the rows of space n can be read and committed.
    pub readable: u8,
    /// log2 of the plan: code, branches, functions, stack, frames, memory, table, block of memory (0: it is not a pool of blocks).
    pub sizes: [u8; 8],
    /// Of the core, in Hz.
    pub clock: u32,
    /// Name of the board in ASCII, filled up with 0.
    pub board: [u8; BOARD_NAME_BYTES],
}

impl Hello {
    /// Bytes of the payload.
    pub const BYTES: usize = 18 + BOARD_NAME_BYTES;

    /// Of a board of this version with this name, plan and clock in Hz, but for the echo.
    pub fn of_board(board: &str, plan: &CorePlan, clock: u32) -> Hello {
        let readable = [Space::Code, Space::Stack, Space::Memory, Space::Frames];
        Hello {
            echo: 0,
            version: VERSION,
            features: Features::of_plan(plan),
            readable: readable.iter().map(|&space| 1 << space as u8).sum(),
            sizes: Hello::sizes(plan),
            clock,
            board: Hello::board(board),
        }
    }

    /// The sizes of a plan, as in [`Hello::sizes`].
    pub const fn sizes(plan: &CorePlan) -> [u8; 8] {
        let block = match plan.sizes.block_log2 {
            Some(log2) => log2,
            None => 0,
        };
        [
            plan.sizes.code_log2 as u8,
            plan.sizes.branch_log2 as u8,
            plan.sizes.function_log2 as u8,
            plan.sizes.stack_log2 as u8,
            plan.sizes.frame_log2 as u8,
            plan.sizes.memory_log2 as u8,
            plan.sizes.table_log2 as u8,
            block as u8,
        ]
    }

    /// A name as in [`Hello::board`], cut if it is too long.
    pub const fn board(name: &str) -> [u8; BOARD_NAME_BYTES] {
        let (name, mut bytes, mut i) = (name.as_bytes(), [0; BOARD_NAME_BYTES], 0);
        while i < name.len() && i < BOARD_NAME_BYTES {
            bytes[i] = name[i];
            i += 1;
        }
        bytes
    }

    /// Whether linear memory is a pool of blocks.
    pub fn has_pool(&self) -> bool {
        self.sizes[7] != 0
    }

    /// Bytes of linear memory from address 0 on that may be accessed if they are declared.
    pub fn address_bytes(&self) -> u64 {
        if self.has_pool() { ADDRESSABLE } else { 1 << self.sizes[5] }
    }

    pub fn can_read(&self, space: Space) -> bool {
        self.readable >> space as u8 & 1 == 1
    }

    pub fn encode(&self) -> Vec<u8> {
        let Features { float, services, resolver, compact } = self.features;
        let features = u8::from(float) | u8::from(services) << 1 | u8::from(resolver) << 2 | u8::from(compact) << 3;
        let head = [&row(self.echo)[..], &[self.version, features, self.readable], &self.sizes];
        [&head.concat()[..], &self.clock.to_le_bytes(), &self.board].concat()
    }

    /// `None` if the length is wrong. Of another version, only `echo` and `version` mean anything.
    pub fn decode(payload: &[u8]) -> Option<Hello> {
        let mut fields = Fields(payload);
        let echo = fields.row()?;
        let version = fields.byte()?;
        let features = fields.byte()?;
        let [float, services, resolver, compact] = [1, 2, 4, 8].map(|bit| features & bit != 0);
        let hello = Hello {
            echo,
            version,
            features: Features { float, services, resolver, compact },
            readable: fields.byte()?,
            sizes: fields.bytes(8)?.try_into().ok()?,
            clock: fields.number(4)? as u32,
            board: fields.bytes(BOARD_NAME_BYTES)?.try_into().ok()?,
        };
        fields.end()?;
        Some(hello)
    }
}

/// Rows of a space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// A [`Space`] or a number that is none.
    pub space: u8,
    pub first: u32,
    pub rows: u32,
}

/// The payload of a commit.
///
/// | bytes | 4      | 4     | 12 for each register | 7 for each range         |
/// |-------|--------|-------|----------------------|--------------------------|
/// |       | CRC-32 | image | values               | space 1, first 3, rows 3 |
///
/// The CRC is over the rows of the ranges, in their order. When it matches, the registers [`control::IMAGE`] are
/// written in their order; the last one starts the resolver and is left out by a core without one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    pub crc: u32,
    /// Tells this image from others: a number that the host chooses, which comes back in [`Report::image`].
    pub image: u32,
    /// Values of [`control::IMAGE`], of which 96 bits count.
    pub registers: [u128; control::IMAGE.len()],
    /// At most [`Commit::RANGES`].
    pub ranges: Vec<Range>,
}

impl Commit {
    /// Most ranges of one commit.
    pub const RANGES: usize = (PAYLOAD_MAX - Commit::FIXED) / Commit::RANGE;
    /// Bytes of a register and of a range.
    const REGISTER: usize = Space::Control.row_bytes();
    pub const RANGE: usize = 7;
    /// Bytes of a commit without ranges.
    pub const FIXED: usize = 8 + control::IMAGE.len() * Commit::REGISTER;

    pub fn encode(&self) -> Vec<u8> {
        let mut payload = [self.crc, self.image].map(u32::to_le_bytes).concat();
        for register in self.registers {
            payload.extend(&register.to_le_bytes()[..Commit::REGISTER]);
        }
        for range in &self.ranges {
            payload.push(range.space);
            payload.extend(row(range.first));
            payload.extend(row(range.rows));
        }
        payload
    }

    /// `None` if the length is wrong.
    pub fn decode(payload: &[u8]) -> Option<Commit> {
        let mut fields = Fields(payload);
        let (crc, image) = (fields.number(4)? as u32, fields.number(4)? as u32);
        let mut registers = [0; control::IMAGE.len()];
        for register in &mut registers {
            let (low, high) = (fields.number(8)?, fields.number(Commit::REGISTER - 8)?);
            *register = u128::from(low) | u128::from(high) << 64;
        }
        let mut ranges = Vec::new();
        while !fields.0.is_empty() {
            ranges.push(Range { space: fields.byte()?, first: fields.row()?, rows: fields.row()? });
        }
        debug_assert_eq!(Commit::RANGE * ranges.len() + Commit::FIXED, payload.len());
        (ranges.len() <= Commit::RANGES).then_some(Commit { crc, image, registers, ranges })
    }
}

/// Where something stopped, and why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StopPlace {
    /// 1 byte: 0, or `outcome::Stop::code`.
    pub stop: u8,
    /// 3 bytes: code address of the instruction that stopped.
    pub pc: u32,
}

impl StopPlace {
    /// Bytes of the payload.
    pub const BYTES: usize = 4;

    pub fn encode(&self) -> Vec<u8> {
        [&[self.stop][..], &row(self.pc)].concat()
    }

    /// `None` if the length is wrong.
    pub fn decode(payload: &[u8]) -> Option<StopPlace> {
        let mut fields = Fields(payload);
        let place = StopPlace { stop: fields.byte()?, pc: fields.row()? };
        fields.end()?;
        Some(place)
    }
}

/// The answer to a status request.
///
/// | bytes | 4             | 2        | 2             | 1     | 8      | 4     |
/// |-------|---------------|----------|---------------|-------|--------|-------|
/// |       | [`StopPlace`] | function | argument slot | flags | cycles | image |
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Flag bit 0. A call is in progress and does not wait.
    pub running: bool,
    /// Flag bit 1. A call of an imported function waits for its answer.
    pub paused: bool,
    /// Flag bit 2. A committed image is there.
    pub valid: bool,
    /// Why the last call ended, if none is in progress; a stop of 0 is a return.
    pub place: StopPlace,
    /// The imported function that is called, if paused. Below 2^16.
    pub function: u32,
    /// The slot of its first argument, if paused. Below 2^16.
    pub argument: u32,
    /// Of the last call since the image was committed, without the time that it was paused; 0 before the first one.
    /// While it runs, bytes may be of different moments.
    pub cycles: u64,
    /// [`Commit::image`] of the last image that was committed.
    pub image: u32,
}

impl Report {
    /// Bytes of the payload.
    pub const BYTES: usize = 21;

    pub fn encode(&self) -> Vec<u8> {
        let flags = u8::from(self.running) | u8::from(self.paused) << 1 | u8::from(self.valid) << 2;
        let place = self.place.encode();
        let [function, argument] = [self.function, self.argument].map(|number| (number as u16).to_le_bytes());
        [&place[..], &function, &argument, &[flags], &self.cycles.to_le_bytes(), &self.image.to_le_bytes()].concat()
    }

    /// `None` if the length is wrong.
    pub fn decode(payload: &[u8]) -> Option<Report> {
        let mut fields = Fields(payload);
        let place = StopPlace { stop: fields.byte()?, pc: fields.row()? };
        let (function, argument) = (fields.number(2)? as u32, fields.number(2)? as u32);
        let flags = fields.byte()?;
        let [running, paused, valid] = [1, 2, 4].map(|bit| flags & bit != 0);
        let (cycles, image) = (fields.number(8)?, fields.number(4)? as u32);
        fields.end()?;
        Some(Report { running, paused, valid, place, function, argument, cycles, image })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use core::fmt::Debug;

    /// Every other length is refused.
    fn comes_back<T: PartialEq + Debug>(value: &T, bytes: &[u8], decode: impl Fn(&[u8]) -> Option<T>) {
        assert_eq!(decode(bytes).as_ref(), Some(value));
        assert_eq!(decode(&bytes[..bytes.len() - 1]), None);
        assert_eq!(decode(&[bytes, &[0]].concat()), None);
    }

    #[test]
    fn hellos_have_the_documented_layout_and_come_back() {
        let hello = Hello {
            echo: 0x03_0201,
            version: 4,
            features: Features { float: true, services: false, resolver: true, compact: true },
            readable: 0x62,
            sizes: [12, 8, 7, 9, 6, 16, 0, 12],
            clock: 40_000_000,
            board: Hello::board("alchitry-cu"),
        };
        let bytes = hello.encode();
        assert_eq!(bytes[..14], [1, 2, 3, 4, 13, 0x62, 12, 8, 7, 9, 6, 16, 0, 12]);
        assert_eq!(bytes[14..], *b"\x00\x5a\x62\x02alchitry-cu\0\0\0\0\0");
        assert_eq!(bytes.len(), Hello::BYTES);
        comes_back(&hello, &bytes, Hello::decode);
        assert!(hello.can_read(Space::Code) && hello.can_read(Space::Memory) && !hello.can_read(Space::Marks));
        assert_eq!(Hello::board("a name that is too long"), *b"a name that is t");
    }

    #[test]
    fn commits_have_the_documented_layout_and_come_back() {
        let range = |space, first, rows| Range { space, first, rows };
        let mut commit = Commit {
            crc: 0x0403_0201,
            image: 0x0807_0605,
            registers: [1, 2, 3, 4, 5, (1 << 96) - 1],
            ranges: vec![range(1, 0, 3), range(6, 0x02_0100, 9)],
        };
        let bytes = commit.encode();
        assert_eq!(bytes[..21], [1, 2, 3, 4, 5, 6, 7, 8, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
        assert_eq!(bytes[68..80], [0xff; 12]);
        assert_eq!(bytes[80..], [1, 0, 0, 0, 3, 0, 0, 6, 0, 1, 2, 9, 0, 0]);
        comes_back(&commit, &bytes, Commit::decode);
        commit.ranges = vec![range(1, 0, 1); Commit::RANGES];
        assert!(commit.encode().len() <= PAYLOAD_MAX);
        assert_eq!(Commit::decode(&commit.encode()).as_ref(), Some(&commit));
        commit.ranges.push(range(1, 0, 1));
        assert_eq!(Commit::decode(&commit.encode()), None);
    }

    #[test]
    fn reports_have_the_documented_layout_and_come_back() {
        let place = StopPlace { stop: 0x12, pc: 0x03_0201 };
        let report = Report {
            running: false,
            paused: true,
            valid: true,
            place,
            function: 7,
            argument: 8,
            cycles: 1 << 32,
            image: 9,
        };
        let bytes = report.encode();
        assert_eq!(bytes, [0x12, 1, 2, 3, 7, 0, 8, 0, 6, 0, 0, 0, 0, 1, 0, 0, 0, 9, 0, 0, 0]);
        assert_eq!(bytes.len(), Report::BYTES);
        comes_back(&report, &bytes, Report::decode);
        comes_back(&place, &place.encode(), StopPlace::decode);
    }
}
