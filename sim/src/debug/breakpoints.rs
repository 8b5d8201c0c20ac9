//! What makes a program stop on its way: instructions that it comes to, and memory that it touches.

use isa::retire::{MemoryAccess, Record};

/// Bytes that a watchpoint has at most: it looks at them behind every instruction.
pub const MOST_WATCHED: u32 = 1 << 12;

/// Stops before an instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breakpoint {
    pub number: u32,
    /// Code addresses, of several functions if a line is in several.
    pub addresses: Vec<u32>,
}

/// Which accesses to memory make a program stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    Read,
    Write,
    Any,
}

/// Stops behind an access to linear memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watchpoint {
    pub number: u32,
    pub address: u32,
    pub bytes: u32,
    pub access: Access,
    /// What was there when the program was looked at last.
    pub contents: Vec<u8>,
}

/// Those that are set, each with a number of its own.
#[derive(Debug, Default)]
pub struct Breakpoints {
    breakpoints: Vec<Breakpoint>,
    watchpoints: Vec<Watchpoint>,
    /// By code address, whether there is a breakpoint.
    set: Vec<bool>,
    last: u32,
}

/// A watched piece of memory that was touched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touched {
    pub number: u32,
    pub address: u32,
    pub access: Access,
    pub before: Vec<u8>,
    pub now: Vec<u8>,
}

impl Breakpoints {
    /// Sets a breakpoint at these code addresses. Gives its number.
    pub fn add(&mut self, addresses: Vec<u32>) -> u32 {
        self.last += 1;
        self.breakpoints.push(Breakpoint { number: self.last, addresses });
        self.index();
        self.last
    }

    /// Watches so many bytes. Gives the watchpoint's number.
    pub fn watch(&mut self, address: u32, bytes: u32, access: Access) -> u32 {
        self.last += 1;
        let watchpoint = Watchpoint { number: self.last, address, bytes, access, contents: Vec::new() };
        self.watchpoints.push(watchpoint);
        self.last
    }

    /// Removes the breakpoint or watchpoint with this number. Whether there was one.
    pub fn remove(&mut self, number: u32) -> bool {
        let before = self.breakpoints.len() + self.watchpoints.len();
        self.breakpoints.retain(|breakpoint| breakpoint.number != number);
        self.watchpoints.retain(|watchpoint| watchpoint.number != number);
        self.index();
        self.breakpoints.len() + self.watchpoints.len() < before
    }

    /// Removes all of them.
    pub fn clear(&mut self) {
        *self = Breakpoints { last: self.last, ..Breakpoints::default() };
    }

    /// By number.
    pub fn breakpoints(&self) -> &[Breakpoint] {
        &self.breakpoints
    }

    /// By number.
    pub fn watchpoints(&self) -> &[Watchpoint] {
        &self.watchpoints
    }

    /// The number of a breakpoint before this instruction.
    pub fn at(&self, pc: u32) -> Option<u32> {
        self.set.get(pc as usize).filter(|&&set| set)?;
        let found = self.breakpoints.iter().find(|breakpoint| breakpoint.addresses.contains(&pc));
        found.map(|breakpoint| breakpoint.number)
    }

    fn index(&mut self) {
        self.set.clear();
        for &address in self.breakpoints.iter().flat_map(|breakpoint| &breakpoint.addresses) {
            let address = address as usize;
            self.set.resize(self.set.len().max(address + 1), false);
            self.set[address] = true;
        }
    }

    /// Looks at what is watched before a program goes on. `read` reads so many bytes at an address.
    pub(super) fn look(&mut self, read: impl Fn(u32, u32) -> Vec<u8>) {
        for watchpoint in &mut self.watchpoints {
            watchpoint.contents = read(watchpoint.address, watchpoint.bytes);
        }
    }

    /// What an instruction has touched of what is watched: by its own access, or because something else is there now.
    pub(super) fn touched(&mut self, record: &Record, read: impl Fn(u32, u32) -> Vec<u8>) -> Option<Touched> {
        let mut touched = None;
        for watchpoint in &mut self.watchpoints {
            let now = read(watchpoint.address, watchpoint.bytes);
            let access = record.memory.filter(|access| watchpoint.overlaps(access));
            let wrote = now != watchpoint.contents || access.is_some_and(|access| access.store);
            let hit = match watchpoint.access {
                Access::Write => wrote,
                Access::Read => access.is_some_and(|access| !access.store),
                Access::Any => wrote || access.is_some(),
            };
            let before = std::mem::replace(&mut watchpoint.contents, now.clone());
            if hit && touched.is_none() {
                let &mut Watchpoint { number, address, access, .. } = watchpoint;
                touched = Some(Touched { number, address, access, before, now });
            }
        }
        touched
    }
}

impl Watchpoint {
    fn overlaps(&self, access: &MemoryAccess) -> bool {
        let (start, end) = (u64::from(access.address), u64::from(access.address) + u64::from(access.bytes));
        start < u64::from(self.address) + u64::from(self.bytes) && u64::from(self.address) < end
    }
}
