//! The program that called: its linear memory, every access checked against its size, and how it sees the interface.

use super::Snapshot;
use super::errno::Errno;
use super::wait::Halt;
use crate::host::Memory;
use crate::interrupt::Interrupt;
use isa::outcome::Exhausted;

/// Why a function did not do what it should.
pub enum Failure<E> {
    /// The program is told.
    Errno(Errno),
    /// The call ends.
    Stop(Exhausted),
    /// The memory cannot be reached.
    Memory(E),
}

impl<E> From<Halt> for Failure<E> {
    fn from(halt: Halt) -> Failure<E> {
        match halt {
            Halt::Errno(errno) => Failure::Errno(errno),
            Halt::Stop(why) => Failure::Stop(why),
        }
    }
}

impl<E, T: Into<Errno>> From<T> for Failure<E> {
    fn from(error: T) -> Failure<E> {
        Failure::Errno(error.into())
    }
}

pub type Step<M, T = ()> = Result<T, Failure<<M as Memory>::Error>>;

/// Bytes that are moved at once, between which the move may be stopped.
pub const CHUNK: usize = 1 << 16;
/// Most buffers of one read or write (`IOV_MAX` of Linux).
const BUFFERS: u32 = 1024;
/// Most bytes of one read or write, as on Linux; doing less than was asked is allowed.
const TRANSFER: u32 = 0x7fff_f000;
/// Most bytes of a path.
const PATH: u32 = 4096;

pub struct Guest<'a, M: ?Sized> {
    memory: &'a mut M,
    size: u64,
    /// Which of the interfaces it uses.
    pub snapshot: Snapshot,
    pub interrupt: &'a Interrupt,
}

impl<'a, M: Memory + ?Sized> Guest<'a, M> {
    pub fn new(memory: &'a mut M, snapshot: Snapshot, interrupt: &'a Interrupt) -> Step<M, Guest<'a, M>> {
        let size = memory.size().map_err(Failure::Memory)?;
        Ok(Guest { memory, size, snapshot, interrupt })
    }

    /// Ends a long move if it should.
    pub fn go_on(&self) -> Step<M> {
        self.interrupt.stop().map_or(Ok(()), |why| Err(Failure::Stop(why)))
    }

    /// Whether there is so much memory: what is not done twice is not begun without a place for its result.
    pub fn place(&self, address: u32, bytes: u64) -> Step<M> {
        if u64::from(address) + bytes > self.size { Err(Errno::Fault.into()) } else { Ok(()) }
    }

    pub fn fill(&mut self, address: u32, bytes: &mut [u8]) -> Step<M> {
        self.place(address, bytes.len() as u64)?;
        self.memory.read(address, bytes).map_err(Failure::Memory)
    }

    pub fn read(&mut self, address: u32, count: u32) -> Step<M, Vec<u8>> {
        self.place(address, count.into())?;
        let mut bytes = vec![0; count as usize];
        self.fill(address, &mut bytes)?;
        Ok(bytes)
    }

    pub fn write(&mut self, address: u32, bytes: &[u8]) -> Step<M> {
        self.place(address, bytes.len() as u64)?;
        self.memory.write(address, bytes).map_err(Failure::Memory)
    }

    pub fn put(&mut self, address: u32, value: u32) -> Step<M> {
        self.write(address, &value.to_le_bytes())
    }

    pub fn put_wide(&mut self, address: u32, value: u64) -> Step<M> {
        self.write(address, &value.to_le_bytes())
    }

    pub fn path(&mut self, (address, count): (u32, u32)) -> Step<M, String> {
        self.place(address, count.into())?;
        if count > PATH {
            return Err(Errno::Nametoolong.into());
        }
        String::from_utf8(self.read(address, count)?).map_err(|_| Errno::Ilseq.into())
    }

    /// The buffers that a list of `iovec` names, each within memory.
    pub fn buffers(&mut self, address: u32, count: u32) -> Step<M, Buffers> {
        if count > BUFFERS {
            return Err(Errno::Inval.into());
        }
        let records = self.read(address, 8 * count)?;
        let (mut list, mut left) = (Vec::new(), TRANSFER);
        for &[a, b, c, d, e, f, g, h] in records.as_chunks().0 {
            let (address, size) = (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]));
            self.place(address, size.into())?;
            list.push((address, size.min(left)));
            left -= size.min(left);
        }
        Ok(Buffers { left: TRANSFER - left, list: list.into_iter(), now: (0, 0) })
    }

    /// Writes bytes into the buffers, from where they are on.
    pub fn scatter(&mut self, buffers: &mut Buffers, mut bytes: &[u8]) -> Step<M> {
        while let Some((address, size)) = buffers.next(bytes.len()) {
            let (now, later) = bytes.split_at(size);
            self.write(address, now)?;
            bytes = later;
        }
        Ok(())
    }

    /// Reads bytes from the buffers, from where they are on.
    pub fn gather(&mut self, buffers: &mut Buffers, mut bytes: &mut [u8]) -> Step<M> {
        while let Some((address, size)) = buffers.next(bytes.len()) {
            let (now, later) = bytes.split_at_mut(size);
            self.fill(address, now)?;
            bytes = later;
        }
        Ok(())
    }
}

/// What is left of a list of buffers.
pub struct Buffers {
    left: u32,
    list: std::vec::IntoIter<(u32, u32)>,
    /// Address and size of the rest of the first.
    now: (u32, u32),
}

impl Buffers {
    /// Bytes of the next chunk; 0 if there are no more.
    pub fn chunk(&self) -> usize {
        CHUNK.min(self.left as usize)
    }

    /// The next piece, of no more than so many bytes; `None` if that is 0 or all are used up.
    fn next(&mut self, most: usize) -> Option<(u32, usize)> {
        if most == 0 {
            return None;
        }
        while self.now.1 == 0 {
            self.now = self.list.next()?;
        }
        let (address, size) = self.now;
        // Less than the size, so 32 bits hold it.
        let taken = most.min(size as usize) as u32;
        self.now = (address.wrapping_add(taken), size - taken);
        self.left -= taken;
        Some((address, taken as usize))
    }
}
