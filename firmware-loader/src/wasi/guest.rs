//! Linear memory as the functions of WASI use it: every access checked against its size.

use super::errno::Errno;
use crate::host::Memory;

/// Why a function did not do what it should: the program is told of one, the host of the other.
pub enum Failure<E> {
    Errno(Errno),
    Memory(E),
}

impl<E, T: Into<Errno>> From<T> for Failure<E> {
    fn from(error: T) -> Failure<E> {
        Failure::Errno(error.into())
    }
}

pub type Step<M, T = ()> = Result<T, Failure<<M as Memory>::Error>>;

/// Most buffers of one read or write.
const BUFFERS: u32 = 1024;
/// Most bytes of one read or write; doing less than was asked is allowed.
const CHUNK: usize = 1 << 16;
/// Most bytes of a path.
const PATH: u32 = 4096;

pub struct Guest<'a, M: ?Sized> {
    memory: &'a mut M,
    size: u64,
}

impl<'a, M: Memory + ?Sized> Guest<'a, M> {
    pub fn new(memory: &'a mut M) -> Step<M, Guest<'a, M>> {
        let size = memory.size().map_err(Failure::Memory)?;
        Ok(Guest { memory, size })
    }

    fn check(&self, address: u32, bytes: u64) -> Step<M> {
        if u64::from(address) + bytes > self.size { Err(Errno::Fault.into()) } else { Ok(()) }
    }

    pub fn read(&mut self, address: u32, count: u32) -> Step<M, Vec<u8>> {
        self.check(address, count.into())?;
        let mut bytes = vec![0; count as usize];
        self.memory.read(address, &mut bytes).map_err(Failure::Memory)?;
        Ok(bytes)
    }

    pub fn write(&mut self, address: u32, bytes: &[u8]) -> Step<M> {
        self.check(address, bytes.len() as u64)?;
        self.memory.write(address, bytes).map_err(Failure::Memory)
    }

    pub fn put(&mut self, address: u32, value: u32) -> Step<M> {
        self.write(address, &value.to_le_bytes())
    }

    pub fn put_wide(&mut self, address: u32, value: u64) -> Step<M> {
        self.write(address, &value.to_le_bytes())
    }

    pub fn path(&mut self, address: u32, count: u32) -> Step<M, String> {
        if count > PATH {
            return Err(Errno::Nametoolong.into());
        }
        String::from_utf8(self.read(address, count)?).map_err(|_| Errno::Ilseq.into())
    }

    /// Addresses and sizes of buffers, each within memory, up to [`CHUNK`] bytes in all.
    pub fn buffers(&mut self, address: u32, count: u32) -> Step<M, Vec<(u32, u32)>> {
        if count > BUFFERS {
            return Err(Errno::Inval.into());
        }
        let records = self.read(address, 8 * count)?;
        let (mut buffers, mut left) = (Vec::new(), CHUNK as u32);
        for &[a, b, c, d, e, f, g, h] in records.as_chunks().0 {
            let (address, size) = (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]));
            self.check(address, size.into())?;
            buffers.push((address, size.min(left)));
            left -= size.min(left);
        }
        Ok(buffers)
    }
}
