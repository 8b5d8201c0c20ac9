//! What a program is given at its start, and what it asks of nobody but the host: arguments, variables, random numbers.

use super::Wasi;
use super::errno::Errno;
use super::guest::{CHUNK, Guest, Step};
use crate::host::Memory;
use rand::Rng;

/// The last number of `signal`.
const SIGNALS: u32 = 30;

/// Addresses of strings, and the strings with the 0 at their ends.
pub fn strings<M: Memory + ?Sized>(list: &[Vec<u8>], guest: &mut Guest<'_, M>, table: u32, bytes: u32) -> Step<M> {
    let mut at = bytes;
    let addresses: Vec<u8> = (list.iter())
        .flat_map(|string| {
            let address = at;
            at = at.wrapping_add(string.len() as u32);
            address.to_le_bytes()
        })
        .collect();
    guest.write(table, &addresses)?;
    guest.write(bytes, &list.concat())
}

/// The number of strings and of their bytes.
pub fn sizes<M: Memory + ?Sized>(list: &[Vec<u8>], guest: &mut Guest<'_, M>, count: u32, bytes: u32) -> Step<M> {
    guest.put(count, list.len() as u32)?;
    guest.put(bytes, list.iter().map(Vec::len).sum::<usize>() as u32)
}

/// There are no signals.
pub fn proc_raise(signal: u32) -> Errno {
    if signal > SIGNALS { Errno::Inval } else { Errno::Notsup }
}

impl Wasi {
    pub(super) fn random_get<M: Memory + ?Sized>(&mut self, guest: &mut Guest<'_, M>, to: u32, count: u32) -> Step<M> {
        guest.place(to, count.into())?;
        let mut chunk = vec![0; CHUNK.min(count as usize)];
        for done in (0..count).step_by(CHUNK) {
            guest.go_on()?;
            let bytes = &mut chunk[..CHUNK.min((count - done) as usize)];
            self.random.fill_bytes(bytes);
            // The rest of a word is dropped.
            self.drawn += bytes.len().div_ceil(size_of::<u32>()) as u64;
            guest.write(to + done, bytes)?;
        }
        Ok(())
    }
}
