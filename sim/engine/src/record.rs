//! Signals copied out in batches while the clock runs.
use crate::{
    Design, Sim,
    error::{Error, Result},
    jit::{RecordPlan, word_bytes},
};

/// What to copy out at clock edges, without returning to the caller each cycle.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// One-bit signal that asks for a record; `None` records every cycle.
    pub when: Option<String>,
    /// The signals of a record, sampled before the edge.
    pub signals: Vec<String>,
    /// Records that fit; a run stops when they are full. 0 means 4096.
    pub capacity: usize,
}

/// The buffer behind [`Record`].
#[derive(Clone)]
pub(crate) struct Recorder {
    pub plan: RecordPlan,
    /// Per field offset and bytes.
    fields: Vec<(usize, usize)>,
    buffer: Vec<u64>,
    capacity: usize,
}

/// Bytes of the cycle number that begins each record.
const HEADER: u32 = 8;

impl Recorder {
    pub fn new(design: &Design, record: &Record) -> Result<Recorder> {
        let when = record.when.as_ref().map(|n| one_bit(design, n)).transpose()?;
        let (mut fields, mut places, mut end) = (Vec::new(), Vec::new(), HEADER);
        for name in &record.signals {
            let id = design.signal_id(name)?;
            let bytes = word_bytes(design.signals[id as usize].width);
            end = end.next_multiple_of(bytes.min(8));
            fields.push((id, end));
            places.push((end as usize, bytes as usize));
            end += bytes;
        }
        let bytes = end.next_multiple_of(8);
        let capacity = if record.capacity == 0 { 4096 } else { record.capacity };
        let words = capacity.checked_mul(bytes as usize / 8).filter(|w| *w <= 1 << 32);
        let words = words.ok_or_else(|| Error::nowhere("record", "too many records"))?;
        let plan = RecordPlan { when, fields, bytes };
        Ok(Recorder { plan, fields: places, buffer: vec![0; words], capacity })
    }

    /// Addresses of the first record and of the end of the buffer.
    pub fn range(&mut self) -> (u64, u64) {
        let range = self.buffer.as_mut_ptr_range();
        (range.start as u64, range.end as u64)
    }

    /// How many records were written up to address `next`.
    pub fn count(&self, next: u64) -> usize {
        let used = next.saturating_sub(self.buffer.as_ptr() as u64);
        (used as usize / self.plan.bytes as usize).min(self.capacity)
    }

    fn row(&self, i: usize) -> Row<'_> {
        let words = self.plan.bytes as usize / 8;
        Row { words: &self.buffer[i * words..(i + 1) * words], fields: &self.fields }
    }
}

/// The id of a signal that must be one bit wide.
pub(crate) fn one_bit(design: &Design, name: &str) -> Result<u32> {
    let id = design.signal_id(name)?;
    match design.signals[id as usize].width {
        1 => Ok(id),
        w => Err(Error::nowhere(name, format!("is {w} bits wide, one is needed"))),
    }
}

/// One record.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    words: &'a [u64],
    fields: &'a [(usize, usize)],
}

impl Row<'_> {
    /// Clock edges before the one at which the record was taken.
    pub fn cycle(&self) -> u64 {
        self.words[0]
    }

    /// The recorded signal `i`, in the order they were asked for.
    #[inline]
    pub fn get(&self, i: usize) -> u128 {
        let (offset, bytes) = self.fields[i];
        let low = self.get_u64(i) as u128;
        match bytes {
            16 => low | (self.words[offset / 8 + 1] as u128) << 64,
            _ => low,
        }
    }

    /// The low 64 bits of recorded signal `i`.
    #[inline]
    pub fn get_u64(&self, i: usize) -> u64 {
        let (offset, bytes) = self.fields[i];
        let word = self.words[offset / 8];
        if bytes >= 8 {
            return word;
        }
        let place = if cfg!(target_endian = "big") { 8 - bytes - offset % 8 } else { offset % 8 };
        word >> (8 * place) & ((1 << (8 * bytes)) - 1)
    }
}

impl Sim {
    /// The records taken since [`Sim::clear_records`], oldest first.
    pub fn records(&self) -> impl Iterator<Item = Row<'_>> {
        let count = self.record_count();
        self.recorder.iter().flat_map(move |r| (0..count).map(move |i| r.row(i)))
    }
}
